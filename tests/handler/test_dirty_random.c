// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dirty pages at random: an owner maps, unmaps, pins, unpins, turns faults on and
 * off, tracks and asks; devices come and go; memory management takes pages away
 * and copies them; and two devices write, through the tables of the mock IOMMU and
 * through what they still have of them. What they wrote is the oracle:
 *  - a page that was written before a report began, and in none since, is in it;
 *  - so is one that was unmapped, in what unmapping tells;
 *  - of what was neither written nor pinned, nor asked for to be written, nothing is;
 *  - a device reaches the page that the process has, unless that is pinned.
 *
 * Who asks copies the page once the report is there, so what was written while a page's
 * report was made has been seen by it.
 *
 * Every seed is run under each design, with a dispatch in turn. One that fails is
 * printed; with seeds as arguments, only those are run.
 */
#include <stdio.h>

#include "tests/handler/each.h"

#include "sim/rng.h"

/* Mappings of seven pages each, and a page between them. */
#define SLOTS 6
#define SLOT_PAGES 8
#define MAPPED_PAGES 7
#define PAGES (SLOTS * SLOT_PAGES)
#define STEPS 400
#define SEEDS 24
#define WRITERS 2

/* A mapping, as the owner knows it. */
struct slot {
	bool is_mapped, is_pinned;
	int prot;
	u32 nr_pins[MAPPED_PAGES];
};

struct random_run;

struct writer {
	struct random_run *run;
	struct mock_device *mdev;
	struct sim_rng rng;
	u64 asked; /* the page that it waits for; PAGES: none */
	u32 next_group;
};

struct random_run {
	struct world world;
	const char *design;
	u64 seed;
	enum pfh_dispatch dispatch;
	bool is_posted;
	struct sim_rng owner_rng, mm_rng, attach_rng;
	struct writer writers[WRITERS];
	bool is_over;
	u32 nr_threads;

	/* the owner's */
	struct slot slots[SLOTS];
	bool has_iopf, is_tracking;
	bool is_changing; /* what is pinned */
	u32 nr_reports, step;

	/* the oracle's, by page */
	bool is_written[PAGES]; /* and in no report since */
	bool may_be[PAGES];	/* writable since the last report, as far as we know */
	u64 asked_at[PAGES];	/* a write was asked for, or answered */
	u64 now;
	u32 nr_writes;
};

#define fail_run(run, fmt, ...)                                                                    \
	do {                                                                                       \
		printf("seed %llu, design %s, step %u: " fmt "\n", (run)->seed, (run)->design,     \
		       (run)->step, ##__VA_ARGS__);                                                \
		fflush(stdout);                                                                    \
		assert_true(false);                                                                \
	} while (0)

static bool one_in(struct sim_rng *rng, u64 nr)
{
	return !sim_rng_below(rng, nr);
}

static void sleep_us(u64 us)
{
	usleep_range((unsigned long)us, (unsigned long)us);
}

static struct slot *slot_of(struct random_run *run, u64 page)
{
	return &run->slots[page / SLOT_PAGES];
}

/* The address that stands behind a page: mappings are not in the order of memory. */
static unsigned long vaddr_of(u64 page)
{
	return VA + (page / SLOT_PAGES * 5 + 1) % SLOTS * SLOT_PAGES * PAGE +
	       page % SLOT_PAGES * PAGE;
}

static bool is_static(const struct random_run *run, const struct slot *slot)
{
	return slot->is_pinned || !run->has_iopf;
}

static bool is_pinned(struct random_run *run, u64 page)
{
	struct slot *slot = slot_of(run, page);

	if (!slot->is_mapped || page % SLOT_PAGES >= MAPPED_PAGES)
		return false;
	return is_static(run, slot) || slot->nr_pins[page % SLOT_PAGES];
}

/* --- devices --- */

static void note_access(struct mock_device *mdev, phys_addr_t phys, dma_addr_t iova, bool write)
{
	struct random_run *run = mdev->owner;
	u64 page = (iova - IOVA) / PAGE;

	if (!run->is_changing && !is_pinned(run, page) &&
	    phys != mock_mm_page_phys(run->world.mock, vaddr_of(page)))
		fail_run(run, "page %llu: the device reaches another than the process", page);
	if (!write)
		return;
	run->is_written[page] = true;
	run->nr_writes++;
}

static void note_asked(struct random_run *run, u64 page)
{
	run->asked_at[page] = ++run->now;
	run->may_be[page] = true;
}

/* Return: is it worth trying again? */
static bool ask(struct writer *writer, u64 page, bool is_write)
{
	struct mock_device *mdev = writer->mdev;
	struct pfh_fault fault = {
		.addr = IOVA + page * PAGE,
		.grpid = writer->next_group++ % MOCK_NR_GROUPS,
		.perm = is_write ? PFH_PERM_WRITE : PFH_PERM_READ,
		.flags = PFH_FAULT_LAST_PAGE,
	};

	if (is_write) {
		writer->asked = page;
		note_asked(writer->run, page);
	}
	mock_device_report(mdev, &fault);
	if (!mock_device_wait(mdev))
		fail_run(writer->run, "page %llu: no answer", page);
	if (is_write)
		note_asked(writer->run, page);
	writer->asked = PAGES;
	return mdev->answer[fault.grpid] == PFH_RESP_SUCCESS;
}

static void write_at_random(void *arg)
{
	struct writer *writer = arg;

	while (!writer->run->is_over) {
		u64 page = sim_rng_below(&writer->rng, PAGES);
		bool is_write = !one_in(&writer->rng, 4);
		u32 nr_tries = 0;
		phys_addr_t phys;

		while (mock_device_access(writer->mdev, IOVA + page * PAGE, is_write, &phys)) {
			if (++nr_tries > 3 || !ask(writer, page, is_write))
				break;
		}
		sleep_us(one_in(&writer->rng, 8) ? 40 : 1);
	}
	writer->run->nr_threads--;
}

/* --- memory management --- */

static void take_at_random(void *arg)
{
	struct random_run *run = arg;

	while (!run->is_over) {
		u64 page = sim_rng_below(&run->mm_rng, PAGES);
		u64 nr = 1 + sim_rng_below(&run->mm_rng, 6);

		/* Beyond the last mapped page there is memory too. */
		if (one_in(&run->mm_rng, 2))
			mock_mm_evict(run->world.mock, VA + page * PAGE, nr * PAGE);
		else
			mock_mm_touch(run->world.mock, VA + page * PAGE, true);
		sleep_us(5 + sim_rng_below(&run->mm_rng, 30));
	}
	run->nr_threads--;
}

static void attach_at_random(void *arg)
{
	struct random_run *run = arg;

	while (!run->is_over) {
		struct pfh_device *pdev =
			run->writers[sim_rng_below(&run->attach_rng, WRITERS)].mdev->pdev;

		sleep_us(100 + sim_rng_below(&run->attach_rng, 300));
		if (one_in(&run->attach_rng, 5)) {
			pfh_container_detach(run->world.container, pdev);
		} else {
			int err = pfh_container_attach(run->world.container, pdev);

			assert_true(!err || err == -EBUSY || err == -ENOMEM);
		}
	}
	run->nr_threads--;
}

/* --- the oracle --- */

/* Is a write to the page being asked for, or may it be written without? */
static bool is_open(struct random_run *run, u64 page)
{
	for (u32 i = 0; i < WRITERS; i++) {
		if (run->writers[i].asked == page)
			return true;
	}
	return is_pinned(run, page) && slot_of(run, page)->prot & IOMMU_WRITE;
}

struct oracle {
	u64 began_at;
	bool is_due[PAGES];
};

static void begin_report(struct random_run *run, struct oracle *oracle)
{
	oracle->began_at = ++run->now;
	memcpy(oracle->is_due, run->is_written, sizeof(oracle->is_due));
}

static void check_page(struct random_run *run, const struct oracle *oracle, u64 page, bool is_told)
{
	if (oracle->is_due[page] && !is_told)
		fail_run(run, "page %llu was written, and is in no report", page);
	if (!is_told)
		return;
	if (!run->is_posted && !run->may_be[page] && !is_open(run, page))
		fail_run(run, "page %llu is reported, and nobody could write it", page);
	run->is_written[page] = false;
	if (run->asked_at[page] < oracle->began_at && !is_open(run, page))
		run->may_be[page] = false;
}

static void check_report(struct random_run *run, const struct oracle *oracle, u64 first,
			 const unsigned long *bitmap)
{
	u64 nr = bitmap[1];

	for (u64 i = 0; i < nr; i++)
		check_page(run, oracle, first + i, bitmap[0] & 1ul << i);
	run->nr_reports++;
}

/* From now on nothing of it is due. */
static void forget_pages(struct random_run *run, const struct oracle *oracle, u64 first, u64 nr)
{
	for (u64 page = first; page < first + nr; page++) {
		run->is_written[page] = false;
		if (run->asked_at[page] < oracle->began_at && !is_open(run, page))
			run->may_be[page] = false;
	}
}

/* --- the owner --- */

static void do_report(struct random_run *run)
{
	u64 first = one_in(&run->owner_rng, 2) ? 0 : sim_rng_below(&run->owner_rng, PAGES);
	unsigned long bitmap[2] = {0, PAGES - first};
	struct oracle oracle;
	int err;

	begin_report(run, &oracle);
	err = pfh_container_dirty_get(run->world.container, IOVA + first * PAGE,
				      (PAGES - first) * PAGE, bitmap);
	assert_int_equal(err, run->is_tracking ? 0 : -EINVAL);
	if (!err)
		check_report(run, &oracle, first, bitmap);
}

static void do_track(struct random_run *run)
{
	struct oracle oracle;

	begin_report(run, &oracle);
	if (run->is_tracking && one_in(&run->owner_rng, 3)) {
		pfh_container_dirty_stop(run->world.container);
		run->is_tracking = false;
		return;
	}
	assert_int_equal(pfh_container_dirty_start(run->world.container), 0);
	if (!run->is_tracking)
		forget_pages(run, &oracle, 0, PAGES);
	run->is_tracking = true;
}

static void do_map(struct random_run *run, u64 n)
{
	struct slot *slot = &run->slots[n];
	struct pfh_mapping mapping = {
		.iova = IOVA + n * SLOT_PAGES * PAGE,
		.vaddr = vaddr_of(n * SLOT_PAGES),
		.size = MAPPED_PAGES * PAGE,
		.prot = one_in(&run->owner_rng, 4) ? IOMMU_READ : IOMMU_READ | IOMMU_WRITE,
	};
	int err;

	if (!run->is_posted && one_in(&run->owner_rng, 4))
		mapping.flags = PFH_MAP_PINNED;
	err = pfh_container_map(run->world.container, &mapping);
	assert_true(!err || err == -ENOMEM);
	/* For a moment some of it may have been there. */
	for (u64 page = 0; mapping.prot & IOMMU_WRITE && page < MAPPED_PAGES; page++)
		run->may_be[n * SLOT_PAGES + page] |= mapping.flags || !run->has_iopf;
	if (err)
		forget_pages(run, &(struct oracle){.began_at = run->now + 1}, n * SLOT_PAGES,
			     MAPPED_PAGES);
	else
		*slot = (struct slot){
			.is_mapped = true, .is_pinned = mapping.flags, .prot = mapping.prot};
}

static void do_unmap(struct random_run *run, u64 n)
{
	dma_addr_t iova = IOVA + n * SLOT_PAGES * PAGE;
	unsigned long bitmap[2] = {0, MAPPED_PAGES};
	struct oracle oracle;

	begin_report(run, &oracle);
	if (run->is_tracking && !one_in(&run->owner_rng, 3)) {
		assert_int_equal(pfh_container_unmap_dirty(run->world.container, iova,
							   MAPPED_PAGES * PAGE, bitmap),
				 0);
		check_report(run, &oracle, n * SLOT_PAGES, bitmap);
	} else {
		assert_int_equal(
			pfh_container_unmap(run->world.container, iova, MAPPED_PAGES * PAGE), 0);
	}
	run->slots[n] = (struct slot){};
	forget_pages(run, &oracle, n * SLOT_PAGES, MAPPED_PAGES);
}

static void map_or_unmap(struct random_run *run)
{
	u64 n = sim_rng_below(&run->owner_rng, SLOTS);

	if (!run->slots[n].is_mapped)
		do_map(run, n);
	else if (one_in(&run->owner_rng, 2))
		do_unmap(run, n);
}

static void note_pins(struct random_run *run, u64 first, u64 nr, s32 by)
{
	struct slot *slot = slot_of(run, first);

	for (u64 page = first; page < first + nr; page++) {
		if (!is_static(run, slot))
			slot->nr_pins[page % SLOT_PAGES] += by;
		run->may_be[page] |= slot->prot & IOMMU_WRITE;
	}
}

/* Some pages of a mapping, which all are pinned or not. Return: how many. */
static u64 choose_pages(struct random_run *run, u64 *first)
{
	u64 n = sim_rng_below(&run->owner_rng, SLOTS), at = sim_rng_below(&run->owner_rng, 7);
	u64 nr = 1 + sim_rng_below(&run->owner_rng, MAPPED_PAGES - at);

	*first = n * SLOT_PAGES + at;
	return run->slots[n].is_mapped ? nr : 0;
}

static void pin_or_unpin(struct random_run *run)
{
	u64 first, nr = choose_pages(run, &first);
	dma_addr_t iova = IOVA + first * PAGE;
	bool are_pinned = true;
	int err;

	for (u64 page = first; page < first + nr; page++)
		are_pinned &= is_pinned(run, page);
	if (!nr)
		return;
	if (!are_pinned || one_in(&run->owner_rng, 3)) {
		err = pfh_container_pin(run->world.container, iova, nr * PAGE);
		assert_true(!err || err == -ENOMEM);
		note_pins(run, first, nr, err ? 0 : 1);
	} else {
		err = pfh_container_unpin(run->world.container, iova, nr * PAGE);
		assert_int_equal(err, 0);
		note_pins(run, first, nr, -1);
	}
}

static void turn(struct random_run *run)
{
	int err = pfh_container_set_iopf(run->world.container, !run->has_iopf);

	assert_true(!err || err == -EBUSY || err == -ENOMEM);
	for (u64 page = 0; page < PAGES; page++)
		run->may_be[page] |= slot_of(run, page)->prot & IOMMU_WRITE;
	if (!err)
		run->has_iopf = !run->has_iopf;
}

/* What changes what is pinned; the posted design cannot pin, nor turn. */
static void change(struct random_run *run)
{
	u64 what = run->is_posted ? 0 : sim_rng_below(&run->owner_rng, 6);

	run->is_changing = true;
	/* The driver, or memory management, runs out of memory on the way. */
	if (!run->is_posted && one_in(&run->owner_rng, 6))
		mock_iommu()->fail_maps_after = (s32)sim_rng_below(&run->owner_rng, 5);
	if (!run->is_posted && one_in(&run->owner_rng, 8))
		run->world.mock->fail_faults = 1;
	if (what < 2)
		map_or_unmap(run);
	else if (what < 5)
		pin_or_unpin(run);
	else
		turn(run);
	mock_iommu()->fail_maps_after = -1;
	run->is_changing = false;
}

static void take_step(struct random_run *run)
{
	u64 what = sim_rng_below(&run->owner_rng, 10);

	if (what < 5)
		change(run);
	else if (what < 9)
		do_report(run);
	else
		do_track(run);
	if (mock_iommu()->nr_offences || kapi_warnings())
		fail_run(run, "the mock IOMMU has seen an offence, or the kernel warned");
	sleep_us(1 + sim_rng_below(&run->owner_rng, one_in(&run->owner_rng, 4) ? 200 : 40));
}

/* --- one run --- */

static void start(struct random_run *run, void (*fn)(void *arg), void *arg)
{
	machine_start((int)(1 + run->nr_threads), fn, arg);
	run->nr_threads++;
}

static void begin(struct random_run *run)
{
	static const u32 devices[WRITERS] = {0, 2};

	sim_rng_init(&run->owner_rng, run->seed, "owner");
	sim_rng_init(&run->mm_rng, run->seed, "mm");
	sim_rng_init(&run->attach_rng, run->seed, "attach");
	/* The posted design takes its own mutex twice where a copy calls its notifier. */
	run->world.mock->copies_on_write = !run->is_posted;
	for (u32 i = 0; i < WRITERS; i++) {
		struct writer *writer = &run->writers[i];

		*writer = (struct writer){
			.run = run, .mdev = run->world.devices[devices[i]], .asked = PAGES};
		sim_rng_init(&writer->rng, run->seed, i ? "writer 1" : "writer 0");
		writer->mdev->has_tlb = true;
		writer->mdev->owner = run;
		writer->mdev->on_access = note_access;
		assert_int_equal(pfh_container_attach(run->world.container, writer->mdev->pdev), 0);
		start(run, write_at_random, writer);
	}
	start(run, take_at_random, run);
	/* Where nobody drains, a device that goes takes the lookup from faults in flight. */
	if (!run->is_posted)
		start(run, attach_at_random, run);
}

static void run_seed(struct random_run *run)
{
	world_open(&run->world, run->dispatch);
	world_container(&run->world, run->design, true, 1 + (unsigned int)(run->seed % 4));
	begin(run);
	for (; run->step < STEPS; run->step++)
		take_step(run);
	run->is_over = true;
	while (run->nr_threads)
		msleep(1);
	if (run->nr_writes < 50 || run->nr_reports < 10)
		fail_run(run, "%u writes, %u reports: hardly anything has happened", run->nr_writes,
			 run->nr_reports);
	world_close(&run->world);
}

static void run_thread(void *arg)
{
	run_seed(arg);
}

/* On a machine of its own, so that a seed alone says what happens. */
static void run_on_machine(u64 seed, const char *design, enum pfh_dispatch dispatch)
{
	static struct random_run run;

	memset(&run, 0, sizeof(run));
	run.seed = seed;
	run.design = design;
	run.dispatch = dispatch;
	run.is_posted = pfh_design_is_as_posted(design);
	run.has_iopf = true;
	assert_int_equal(machine_setup(NULL), 0);
	machine_run(0, run_thread, &run);
	machine_teardown(NULL);
}

static int nr_only;
static char **only;

static void what_devices_wrote_is_in_the_next_report(void **state)
{
	u64 nr = nr_only ? (u64)nr_only : SEEDS;

	for (u64 i = 0; i < nr; i++) {
		u64 seed = nr_only ? strtoull(only[i], NULL, 0) : 1 + i;

		for (u32 j = 0; pfh_design_names[j]; j++)
			run_on_machine(seed, pfh_design_names[j],
				       (enum pfh_dispatch)((seed + j) % PFH_NR_DISPATCHES));
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_devices_wrote_is_in_the_next_report),
	};

	nr_only = argc - 1;
	only = argv + 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
