// SPDX-License-Identifier: GPL-2.0-only
/*
 * A process that changes its memory while devices use it (sections mm_events), huge pages, and
 * the lines of memory management. Claims: no access is translated to a page that was taken, nor
 * written with a permission that was taken, on both IOMMUs, with and without ATS, by SVA and by
 * VFIO, whatever the seed; pages that go fault again, nothing is left behind, and nothing is
 * answered twice; after the end of the process faults are answered Invalid, and a container's
 * pins stay; a huge page faults once for all of it, unless it was read first.
 */
#include "models/device/pcie_internal.h"
#include "sim/lock.h"
#include "system/machine/internal.h"
#include "system/memory/space.h"
#include "tests/system/run_workload.h"

#define UADK "workloads/uadk-sva.yaml"

/* --- a look at each translation --- */

static struct {
	const struct port_ops *ops; /* the IOMMU's own */
	void (*complete)(struct port_access *access);
	u64 nr_seen, nr_taken, nr_forbidden, nr_aborted;
} watch;

static struct sys_space *watched_space(void)
{
	return sys_space_of(run_machine->spaces[0].mm ? run_machine->spaces[0].mm
						      : run_machine->spaces[0].ended_mm);
}

/* Out of the tables, but not yet given back; or pinned, which a container's pages may be. */
static bool is_kept(struct sys_pages *pages, struct sys_page *page)
{
	struct sys_page *head = sys_page_head(pages, page);

	return page->nr_gathered || head->nr_gathered || head->nr_pins;
}

static void look_at(u64 iova, bool is_write, pa_t pa)
{
	struct sys_space *space = watched_space();
	struct sys_pages *pages = &space->host->pages;
	struct sys_page *page = sys_page_at(pages, pa & ~(SYS_PAGE_BYTES - 1));
	u32 access = 0;
	pa_t now = 0;

	watch.nr_seen++;
	if (space->pgt.root)
		access = sys_pgtable_get(&space->pgt, iova, &now);
	if (access && now == page->pa) {
		watch.nr_forbidden += is_write && !(access & SYS_PT_WRITE) &&
				      !space->mm.nr_invalidating && !is_kept(pages, page);
		return;
	}
	watch.nr_taken += !is_kept(pages, page);
}

static void look_at_answer(const struct port_access *access, u64 iova)
{
	if (access->status == PORT_DONE)
		look_at(iova, access->is_write, access->pa);
	watch.nr_aborted += access->status == PORT_ABORTED;
}

static void watched_complete(struct port_access *access)
{
	look_at_answer(access, access->iova);
	access->complete = watch.complete;
	access->complete(access);
}

static enum port_status watched_translate(struct port *port, struct port_access *access)
{
	enum port_status status;

	watch.complete = access->complete;
	access->complete = watched_complete;
	status = watch.ops->translate(port, access);
	if (status == PORT_PENDING)
		return status;
	access->complete = watch.complete;
	look_at_answer(access, access->iova);
	return status;
}

/* Of an endpoint: its address is what the endpoint has cached. */
static enum port_status watched_translated(struct port *port, struct port_access *access)
{
	const struct slot *slot = (const struct slot *)((char *)access -
							offsetof(struct slot, access));

	look_at(slot->translation.access.iova, access->is_write, access->iova);
	return watch.ops->translated(port, access);
}

static enum port_status watched_request(struct port *port, struct port_translation *translation)
{
	return watch.ops->translation_request(port, translation);
}

static void watched_page_request(struct port *port, struct port_page_request *request)
{
	watch.ops->page_request(port, request);
}

static void watch_machine(const struct sys_machine *m)
{
	static struct port_ops ops;

	memset(&watch, 0, sizeof(watch));
	watch.ops = m->devices[0].engine.port->ops;
	ops = (struct port_ops){
		.translate = watched_translate,
		.translation_request = watch.ops->translation_request ? watched_request : NULL,
		.translated = watch.ops->translated ? watched_translated : NULL,
		.page_request = watch.ops->page_request ? watched_page_request : NULL,
	};
	for (u32 i = 0; i < m->config->machine.nr_devices; i++)
		m->devices[i].engine.port->ops = &ops;
}

/* --- runs --- */

static struct sim_defect_stats defects_of(const struct sys_result *result)
{
	return result->defects->counts;
}

/* Run, look at all translations, take down; nothing may be wrong then. */
static struct run_summary run_watched(const char *file, const char *const *settings, u64 seed)
{
	static const struct sim_defect_stats none;
	struct wl_workload *workload = load_workload(file, settings);
	char message[TEXT_MESSAGE_MAX] = "";
	struct run_summary summary;
	struct sim_defect_stats defects;

	workload->config.seed = seed;
	if (sys_config_check(&workload->config, message, sizeof(message)) ||
	    sys_machine_create(&run_machine, &workload->config, message, sizeof(message)))
		fail_msg("%s", message);
	watch_machine(run_machine);
	if (sys_machine_run(run_machine, NULL, message, sizeof(message)))
		fail_msg("%s", message);
	summarize(sys_machine_result(run_machine), &summary);
	assert_int_equal(sys_machine_shutdown(run_machine, NULL), 0);
	defects = defects_of(sys_machine_result(run_machine));
	if (memcmp(&defects, &none, sizeof(none)))
		fail_msg("seed %llu: %s", seed, sys_machine_result(run_machine)->defects->lines[0]);
	assert_int_equal(watch.nr_taken, 0);
	assert_int_equal(watch.nr_forbidden, 0);
	assert_true(watch.nr_seen > 0);
	sys_machine_destroy(run_machine);
	free_workload(workload);
	return summary;
}

#define MAX_SETTINGS 16

struct machine {
	const char *file;
	const char *settings[7];
};

#define EVENTS "tests/data/mm_events.yaml"
/* No CPU sleeps so deep that the run is over when it is awake. */
#define OF_VTD "platform=xeon-sp4", "pcie.page_request_credits=32", "cpu.idle_states=0"

/* Small enough for many seeds. */
static const struct machine machines[] = {
	{EVENTS, {NULL}},
	{EVENTS, {"handler.mode=vfio", NULL}},
	{EVENTS, {"device.kind=pcie", NULL}},
	{EVENTS, {"device.kind=pcie", "handler.mode=vfio", NULL}},
	{EVENTS, {"smmu.features.ril=true", NULL}},
	{EVENTS, {"device.kind=pcie", "handler.mode=vfio", "smmu.features.ril=true", NULL}},
	{EVENTS, {OF_VTD, "device.kind=pcie", NULL}},
	{EVENTS, {OF_VTD, "device.kind=pcie", "handler.mode=vfio", NULL}},
	{EVENTS, {OF_VTD, "device.kind=pcie", "vtd.driver.batched_invalidation=true", NULL}},
	{EVENTS, {"handler.design=per-vma", NULL}},
};

#define NR_MACHINES (sizeof(machines) / sizeof(machines[0]))

static struct run_summary run_with(const struct machine *machine, const char *const *more, u64 seed)
{
	const char *settings[MAX_SETTINGS] = {0};
	u32 nr = 0;

	for (const char *const *from = machine->settings; *from; from++)
		settings[nr++] = *from;
	for (; *more; more++)
		settings[nr++] = *more;
	assert_true(nr < MAX_SETTINGS);
	return run_watched(machine->file, settings, seed);
}

/* All of it at once, and costs so that there are moments between the steps. */
static void no_page_is_reached_that_was_taken(void **state)
{
	static const char *const changes[] = {
		"mm_events.munmap.interval=20us",   "mm_events.munmap.pages=40",
		"mm_events.mprotect.interval=30us", "mm_events.fork.interval=60us",
		"mm_events.fork.life=30us",	    "host.mm_write=500ns",
		"host.mm_write_page=40ns",	    NULL};

	for (u64 seed = 1; seed <= 6; seed++) {
		for (u32 i = 0; i < NR_MACHINES; i++)
			run_with(&machines[i], changes, seed);
	}
}

static void the_same_with_huge_pages_and_lines(void **state)
{
	static const char *const changes[] = {"mm_events.munmap.interval=20us",
					      "mm_events.munmap.pages=700",
					      "mm_events.fork.interval=60us",
					      "mm_events.fork.life=30us",
					      "host.page_size=2MiB",
					      "host.superpages=true",
					      "host.mm_lines=true",
					      "host.mm_write_page=40ns",
					      NULL};

	for (u64 seed = 1; seed <= 3; seed++) {
		for (u32 i = 0; i < NR_MACHINES; i++)
			run_with(&machines[i], changes, seed);
	}
}

static void nothing_is_seen_to_be_wrong_if_nothing_changes(void **state)
{
	static const char *const changes[] = {NULL};

	for (u32 i = 0; i < NR_MACHINES; i++) {
		struct run_summary summary = run_with(&machines[i], changes, 1);

		assert_int_equal(summary.aborted, 0);
		assert_int_equal(watch.nr_seen, summary.accesses);
	}
}

static struct run_summary run_events(const char *first, const char *second)
{
	/* One access at a time: no two of them fault for one page. */
	const char *settings[] = {"device.outstanding_accesses=1", "workload.accesses=10000", first,
				  second, NULL};

	return run_watched(EVENTS, settings, 1);
}

static void pages_that_go_fault_again(void **state)
{
	u64 without = run_events(NULL, NULL).recorded;
	u64 with =
		run_events("mm_events.munmap.interval=20us", "mm_events.munmap.pages=200").recorded;
	u64 elsewhere = run_events("mm_events.munmap.interval=20us",
				   "mm_events.munmap.elsewhere=true")
				.recorded;

	assert_true(with > without * 3 / 2);
	assert_int_equal(elsewhere, without);
}

static u64 nr_invalidated, nr_munmaps;

static void look_at_invalidations(const struct sys_result *result)
{
	nr_invalidated = result->translation.invals[IOMMU_INVAL_ADDRESS].nr;
	nr_munmaps = result->mm->munmaps;
}

/*
 * When tables have changed, of the pages that were there, and again at the end, of the range, as
 * in Linux 6.1. The accelerator comes to a third of them in between.
 */
static void munmap_is_said_of_pages_that_were_there(void **state)
{
	const char *settings[] = {"mm_events.munmap.interval=50us", "mm_events.munmap.pages=16",
				  "workload.messages=4", NULL};

	run_workload("workloads/uadk-sva.yaml", settings, look_at_invalidations);
	assert_true(nr_munmaps > 20);
	assert_in_range(nr_invalidated, 16 * nr_munmaps, 24 * nr_munmaps);
}

static void mprotect_takes_nothing_away(void **state)
{
	assert_int_equal(run_events("mm_events.mprotect.interval=20us", NULL).recorded,
			 run_events(NULL, NULL).recorded);
}

/* All that are written, again and again; who reads goes on reading. */
static void a_fork_makes_pages_read_only(void **state)
{
	u64 without = run_events("workload.write_percent=0%", NULL).recorded;

	assert_int_equal(without, 64);
	assert_int_equal(
		run_events("workload.write_percent=0%", "mm_events.fork.interval=50us").recorded,
		without);
	assert_true(
		run_events("workload.write_percent=100%", "mm_events.fork.interval=50us").recorded >
		2 * without);
}

static void seeds_are_other_times_and_places(void **state)
{
	static const char *const settings[] = {"mm_events.munmap.interval=50us", NULL};
	u64 first = run_watched(EVENTS, settings, 1).trace_hash;

	assert_true(run_watched(EVENTS, settings, 1).trace_hash == first);
	assert_true(run_watched(EVENTS, settings, 2).trace_hash != first);
}

/* --- the end --- */

static void after_the_end_faults_are_invalid(void **state)
{
	static const char *const ends[] = {"mm_events.exit.at=30us",
					   "mm_events.munmap.interval=50us",
					   "workload.accesses=20000", NULL};

	for (u32 i = 0; i < NR_MACHINES; i++) {
		struct run_summary summary = run_with(&machines[i], ends, 1);

		if (!summary.aborted || !summary.accesses)
			fail_msg("machine %u: %llu of %llu aborted", i, summary.aborted,
				 summary.accesses);
	}
}

/* Pinned: neither munmap() nor the end of the process takes anything from a device. */
static void pins_stay(void **state)
{
	static const char *const settings[] = {"handler.mode=vfio",
					       "handler.iopf=false",
					       "mm_events.munmap.interval=10us",
					       "mm_events.exit.at=50us",
					       "workload.accesses=20000",
					       NULL};
	struct run_summary summary = run_watched(EVENTS, settings, 1);

	assert_int_equal(summary.recorded, 0);
	assert_int_equal(summary.aborted, 0);
	assert_true(summary.simulated_ps > 60 * SIM_PS_PER_US);
}

/* --- huge pages --- */

/* Writes alone: a fault for 2 MiB. */
static void a_huge_page_faults_once(void **state)
{
	static const char *const small[] = {"workload.accesses=4096", NULL};
	static const char *const huge[] = {"workload.accesses=4096", "host.page_size=2MiB", NULL};
	struct run_summary few = run_watched("tests/data/huge.yaml", huge, 1);

	assert_int_equal(run_watched("tests/data/huge.yaml", small, 1).recorded, 4096);
	/* 16 MiB from 1 MiB on: small pages before the first whole block and behind the last. */
	assert_int_equal(few.recorded, 256 + 7 + 256);
	assert_int_equal(few.aborted, 0);
}

/* Linux 6.1: the huge zero page, of which a write makes small ones. */
static void a_huge_page_that_was_read_is_split(void **state)
{
	static const char *const settings[] = {"workload.messages=1", "host.page_size=2MiB", NULL};

	assert_int_equal(run_watched(UADK, settings, 1).recorded, 1 + 256);
}

static u64 zeroing_ps(const char *size)
{
	const char *settings[] = {"workload.accesses=4096", size, "host.zero=0ns", NULL};
	u64 without = run_watched("tests/data/huge.yaml", settings, 1).simulated_ps;

	settings[2] = "host.zero=100ns";
	return run_watched("tests/data/huge.yaml", settings, 1).simulated_ps - without;
}

/* One device whose accesses wait for each other: all that is zeroed is waited for. */
static void a_huge_page_is_zeroed_as_its_pages_are(void **state)
{
	assert_int_equal(zeroing_ps("host.page_size=4KiB"), 4096 * 100000ULL);
	assert_int_equal(zeroing_ps("host.page_size=2MiB"), 4096 * 100000ULL);
}

/* --- lines --- */

static u64 acquisitions[4];
static const char *const lines[4] = {"ptlock_ptr(page)", "&mm->rss_stat", "&lruvec->lru_lock",
				     "&page->_refcount"};

static void count_lines(const struct sys_result *result)
{
	for (u32 i = 0; i < 4; i++) {
		acquisitions[i] = 0;
		for (u32 j = 0; j < result->nr_locks; j++) {
			if (!strcmp(result->locks[j]->name, lines[i]))
				acquisitions[i] = result->locks[j]->acquisitions;
		}
	}
}

static void lines_are_as_often_taken_as_in_linux(void **state)
{
	static const char *const settings[] = {"workload.accesses=4096", "host.mm_lines=true",
					       NULL};

	run_workload("tests/data/huge.yaml", settings, count_lines);
	assert_int_equal(acquisitions[0], 4096);
	assert_int_equal(acquisitions[1], 4096);
	/* All on one CPU. */
	assert_int_equal(acquisitions[2], 4096 / 15);
	assert_int_equal(acquisitions[3], 0);
}

static void a_pin_writes_the_reference_count(void **state)
{
	static const char *const settings[] = {"workload.accesses=4096", "host.mm_lines=true",
					       "handler.mode=vfio", "host.rss_percpu=true", NULL};

	run_workload("tests/data/huge.yaml", settings, count_lines);
	/* Taken for the fault, and for the pin. */
	assert_int_equal(acquisitions[0], 2 * 4096);
	assert_int_equal(acquisitions[1], 0);
	/* The handler lets go when it has mapped. */
	assert_int_equal(acquisitions[3], 2 * 4096);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_seen_to_be_wrong_if_nothing_changes),
		cmocka_unit_test(no_page_is_reached_that_was_taken),
		cmocka_unit_test(the_same_with_huge_pages_and_lines),
		cmocka_unit_test(pages_that_go_fault_again),
		cmocka_unit_test(munmap_is_said_of_pages_that_were_there),
		cmocka_unit_test(mprotect_takes_nothing_away),
		cmocka_unit_test(a_fork_makes_pages_read_only),
		cmocka_unit_test(seeds_are_other_times_and_places),
		cmocka_unit_test(after_the_end_faults_are_invalid),
		cmocka_unit_test(pins_stay),
		cmocka_unit_test(a_huge_page_faults_once),
		cmocka_unit_test(a_huge_page_that_was_read_is_split),
		cmocka_unit_test(a_huge_page_is_zeroed_as_its_pages_are),
		cmocka_unit_test(lines_are_as_often_taken_as_in_linux),
		cmocka_unit_test(a_pin_writes_the_reference_count),
	};

	wl_data_set(".", NULL);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
