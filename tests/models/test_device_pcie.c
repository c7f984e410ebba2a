// SPDX-License-Identifier: GPL-2.0-only
/*
 * Theorems, with an SMMUv3 as the IOMMU: an access whose page is there needs one
 * translation request, and the next to that page none; one whose page is not is
 * asked for, and ends as the response says: Success translates again, Invalid
 * aborts that access, Failure stops page requests until software enables them
 * anew; a response that fits no outstanding group sets UPRGI; credits bound what is
 * outstanding; invalidations are completed after the data that they concern; an
 * address space that is stopped is used no more when that is said, and its stop
 * marker follows its requests; at every size of the PRI queue from 1 to 2048 every
 * access ends, and requests sent add up to those dropped, answered by the SMMU, and
 * answered by software.
 */
#include "models/device/pcie.h"
#include "models/device/pcie_regs.h"
#include "sim/rng.h"
#include "tests/models/smmuv3_rig.h"

#define SID 5
#define RIG_PRIQ 0x44000000ULL
#define PA 0x60000000ULL
#define VA 0x100000000ULL
#define SUCCESS 2
#define INVALID 1
#define FAILURE 0

struct source {
	struct dev_source base; /* first */
	u32 nr, at;
	struct dev_record records[1024];
};

/* Software: looks at the queue now and then, maps, answers. */
struct software {
	struct sim_event event; /* first */
	u64 first_ps, period_ps;
	u32 batch; /* records at a time */
	u32 answer;
	bool keeps_unmapped;
	u32 nr_answers;
	u32 nr_outstanding_max;
};

static struct rig rig;
static struct port *port;
static struct dev_pcie *pcie;
static struct dev_dma_params dma;
static struct dev_pcie_params params;
static u32 allocation; /* of page requests, by software */
static struct source source;
static struct software software;
static u32 priq_lg2, pri_cons, nr_done;
static pa_t root;

static enum dev_next next_record(struct dev_source *base, struct dev_record *record)
{
	struct source *mine = (struct source *)base;

	if (mine->at == mine->nr)
		return DEV_NEXT_END;
	*record = mine->records[mine->at++];
	return DEV_NEXT_RECORD;
}

static void add(u64 iova, u32 len_bytes, bool is_write)
{
	source.records[source.nr++] = (struct dev_record){
		.iova = iova, .len_bytes = len_bytes, .is_write = is_write};
}

static void done(struct dev_pcie *which, void *opaque)
{
	nr_done++;
}

static void command(u64 w0, u64 w1)
{
	rig_cmd_put(&rig, w0, w1);
	rig_cmd_kick(&rig);
}

static void serve(u64 word0, u64 word1)
{
	u64 va = word1 & ~0xfffULL;

	if (!software.keeps_unmapped)
		rig_map(&rig, root, va, (PA + (va & 0xffffff)) | PTE_RW);
	if (!(word0 & 1ULL << 62))
		return;
	command(0x41 | (u64)SID << 32, (word1 & 0x1ff) | (u64)software.answer << 12);
	software.nr_answers++;
}

/* 8.1.1: work the queue off, then move CONS and acknowledge in one write. */
static void software_event(struct sim_event *event)
{
	u32 mask = (2U << priq_lg2) - 1;
	u32 prod = rig_r32(&rig, ARM_SMMU_PRIQ_PROD);
	u32 nr = (prod - pri_cons) & mask;
	u32 ack = rig_r32(&rig, ARM_SMMU_PRIQ_CONS) & 0x80000000U;

	if (nr > software.nr_outstanding_max)
		software.nr_outstanding_max = nr;
	for (u32 i = 0; i < nr && i < software.batch; i++) {
		pa_t pa = RIG_PRIQ + 16ULL * (pri_cons & ((1U << priq_lg2) - 1));

		serve(rig_get(&rig, pa), rig_get(&rig, pa + 8));
		pri_cons = (pri_cons + 1) & mask;
	}
	if (pri_cons == (prod & mask))
		ack = prod & 0x80000000U;
	rig_w32(&rig, ARM_SMMU_PRIQ_CONS, pri_cons | ack);
	if (!nr_done)
		sim_event_schedule(event, sim_now_ps() + software.period_ps);
}

static void start(u32 lg2)
{
	rig_defaults(&rig);
	rig.params.ats = 1;
	rig.params.pri = 1;
	rig.params.priq_lg2 = 11;
	rig_start(&rig);
	rig_enable(&rig);
	priq_lg2 = lg2;
	pri_cons = 0;
	rig_w64(&rig, ARM_SMMU_PRIQ_BASE, RIG_PRIQ | lg2);
	rig_w32(&rig, ARM_SMMU_CR0, CR0_SMMUEN | CR0_EVTQEN | CR0_CMDQEN | CR0_PRIQEN);
	port = smmu_port_create(rig.smmu, SID);
	root = rig_alloc(&rig, 4096);
	rig_ste(&rig, SID, RIG_STE_S1 | rig_stream(&rig, SID, 0, root), 1 << 28);
	memset(&source, 0, sizeof(source));
	source.base.next = next_record;
	memset(&software, 0, sizeof(software));
	software.period_ps = 1000000;
	software.batch = ~0U;
	software.answer = SUCCESS;
	sim_event_init(&software.event, software_event);
	dev_dma_params_default(&dma);
	dev_pcie_params_default(&params);
	allocation = 16;
	nr_done = 0;
}

static int setup(void **state)
{
	start(5);
	return 0;
}

static void stop(void)
{
	dev_pcie_destroy(pcie);
	pcie = NULL;
	rig_stop(&rig);
}

static int teardown(void **state)
{
	stop();
	return 0;
}

/* Capabilities of the endpoint. */
#define ATS (0x100 + PCI_ATS_WORD)
#define PRI (0x110 + PCI_PRI_WORD)
#define PASID (0x120 + PCI_PASID_WORD)

static u32 config(u32 offset)
{
	return dev_pcie_config_read(pcie, offset);
}

static void configure(u32 offset, u32 value)
{
	dev_pcie_config_write(pcie, offset, value);
}

static void create(void)
{
	const struct dev_pcie_attr attr = {
		.dma = &dma, .pcie = &params, .port = port, .mem = rig.mem, .done = done};

	pcie = dev_pcie_create(&attr);
	assert_non_null(pcie);
}

static void enable(void)
{
	configure(PASID, PCI_PASID_ENABLE);
	configure(ATS, PCI_ATS_ENABLE);
	configure(0x110 + PCI_PRI_ALLOCATION, allocation);
	configure(PRI, PCI_PRI_ENABLE);
}

static const struct dev_pcie_stats *begin(void)
{
	create();
	enable();
	dev_pcie_start(pcie, &source.base, sim_now_ps());
	sim_event_schedule(&software.event, sim_now_ps() + software.first_ps);
	return dev_pcie_stats(pcie);
}

static const struct dev_pcie_stats *run(void)
{
	const struct dev_pcie_stats *stats = begin();

	rig_run(&rig);
	assert_int_equal(nr_done, 1);
	return stats;
}

/* --- ATC --- */

static void mapped_page_needs_one_request(void **state)
{
	const struct dev_pcie_stats *stats;

	rig_map(&rig, root, VA, PA | PTE_RW);
	dma.outstanding_accesses = 1;
	for (u32 i = 0; i < 10; i++)
		add(VA + 64 * i, 64, i % 2);
	stats = run();
	assert_int_equal(stats->dma.accesses, 10);
	assert_int_equal(stats->dma.bytes, 640);
	assert_int_equal(stats->translation_requests, 1);
	assert_int_equal(stats->atc_hits, 9);
	assert_int_equal(stats->requests, 0);
}

static void without_atc_every_access_asks(void **state)
{
	const struct dev_pcie_stats *stats;

	rig_map(&rig, root, VA, PA | PTE_RW);
	params.atc_entries = 0;
	add(VA + 4096 - 64, 64, false);
	add(VA, 64, false);
	stats = run();
	assert_int_equal(stats->translation_requests, 2);
	assert_int_equal(stats->atc_hits, 0);
}

static void records_are_split_at_pages(void **state)
{
	const struct dev_pcie_stats *stats;

	rig_map(&rig, root, VA, PA | PTE_RW);
	rig_map(&rig, root, VA + 4096, (PA + 8192) | PTE_RW);
	add(VA + 4000, 200, true);
	stats = run();
	assert_int_equal(stats->dma.accesses, 2);
	assert_int_equal(stats->dma.bytes, 200);
}

/* The order of ends is not that of issues: the first one faults. */
static struct {
	u64 number;
	enum port_status status;
	pa_t pa;
} ends[4];
static u32 nr_ends;

static void note_end(struct dev_source *base, u64 number, enum port_status status, pa_t pa)
{
	assert_ptr_equal(base, &source.base);
	assert_in_range(nr_ends, 0, 3);
	ends[nr_ends].number = number;
	ends[nr_ends].status = status;
	ends[nr_ends++].pa = pa;
}

static void source_is_told_how_each_access_ended(void **state)
{
	nr_ends = 0;
	source.base.ended = note_end;
	software.answer = INVALID;
	rig_map(&rig, root, VA + 4096, (PA + 8192) | PTE_RW);
	add(VA, 64, true);
	add(VA + 4096 + 128, 64, true);
	run();
	source.base.ended = NULL;
	assert_int_equal(nr_ends, 2);
	assert_int_equal(ends[0].number, 1);
	assert_int_equal(ends[0].status, PORT_DONE);
	assert_int_equal(ends[0].pa, PA + 8192 + 128);
	assert_int_equal(ends[1].number, 0);
	assert_int_equal(ends[1].status, PORT_ABORTED);
}

/* A translation without the permission is not one: the page is asked for. */
static void missing_permission_asks_for_the_page(void **state)
{
	const struct dev_pcie_stats *stats;

	rig_map(&rig, root, VA, PA | PTE_RW | PTE_RO);
	dma.outstanding_accesses = 1;
	add(VA, 64, false);
	add(VA, 64, true);
	/* Software maps it writable; the SMMU's own TLB has to forget it first. */
	stats = begin();
	while (!software.nr_answers)
		sim_run(sim_next_event_ps());
	command(0x30, 0);
	rig_run(&rig);
	assert_int_equal(nr_done, 1);
	assert_int_equal(stats->dma.accesses, 2);
	assert_true(stats->groups >= 1);
}

/* --- what responses mean --- */

static void success_translates_again(void **state)
{
	const struct dev_pcie_stats *stats;

	add(VA, 64, true);
	stats = run();
	assert_int_equal(stats->dma.accesses, 1);
	assert_int_equal(stats->dma.stalled, 1);
	assert_int_equal(stats->groups, 1);
	assert_int_equal(stats->success, 1);
	assert_int_equal(stats->retried, 1);
	assert_int_equal(stats->translation_requests, 2);
}

static void invalid_aborts_that_access(void **state)
{
	const struct dev_pcie_stats *stats;

	rig_map(&rig, root, VA + 0x1000, PA | PTE_RW);
	software.answer = INVALID;
	software.keeps_unmapped = true;
	dma.outstanding_accesses = 1;
	add(VA, 64, false);
	add(VA + 0x1000, 64, false);
	add(VA, 64, false);
	stats = run();
	assert_int_equal(stats->dma.aborted, 2);
	assert_int_equal(stats->dma.accesses, 1);
	/* it goes on asking */
	assert_int_equal(stats->invalid, 2);
}

static void failure_stops_page_requests(void **state)
{
	const struct dev_pcie_stats *stats;

	rig_map(&rig, root, VA + 0x1000, PA | PTE_RW);
	software.answer = FAILURE;
	allocation = 1;
	for (u32 i = 0; i < 20; i++)
		add(VA + 0x10000 * i, 64, false);
	add(VA + 0x1000, 64, false);
	stats = run();
	assert_int_equal(stats->failure, 1);
	assert_int_equal(stats->requests, 1);
	assert_int_equal(stats->dma.aborted, 20);
	assert_int_equal(stats->dma.accesses, 1);
}

/* 10.4.2: Failure is for one group; the others are answered still, and software may begin anew. */
static void after_failure_software_enables_anew(void **state)
{
	const struct dev_pcie_stats *stats;

	add(VA, 64, false);
	add(VA + 0x10000, 64, false);
	add(VA + 0x20000, 64, false);
	source.records[2].not_before_ps = 50000000;
	software.answer = FAILURE;
	software.batch = 1;
	stats = begin();
	while (!(config(PRI) & PCI_PRI_FAILURE))
		sim_run(sim_next_event_ps());
	software.answer = SUCCESS;
	assert_false(config(PRI) & PCI_PRI_STOPPED);
	while (!(config(PRI) & PCI_PRI_STOPPED))
		sim_run(sim_next_event_ps());
	assert_int_equal(stats->success, 1);
	configure(PRI, PCI_PRI_RESET);
	configure(PRI, PCI_PRI_FAILURE | PCI_PRI_ENABLE);
	assert_int_equal(config(PRI) & (PCI_PRI_FAILURE | PCI_PRI_ENABLE), PCI_PRI_ENABLE);
	rig_run(&rig);
	assert_int_equal(stats->failure, 1);
	assert_int_equal(stats->dma.aborted, 1);
	assert_int_equal(stats->dma.accesses, 2);
	assert_int_equal(stats->groups, 3);
}

static void pri_off_aborts_what_has_no_credit_and_answers_the_rest(void **state)
{
	const struct dev_pcie_stats *stats;

	allocation = 1;
	add(VA, 64, false);
	add(VA + 0x10000, 64, false);
	stats = begin();
	while (!stats->groups)
		sim_run(sim_next_event_ps());
	while (rig_r32(&rig, ARM_SMMU_PRIQ_PROD) == 0)
		sim_run(sim_next_event_ps());
	configure(PRI, 0);
	assert_false(config(PRI) & PCI_PRI_STOPPED);
	rig_run(&rig);
	assert_int_equal(nr_done, 1);
	assert_true(config(PRI) & PCI_PRI_STOPPED);
	assert_int_equal(stats->dma.accesses, 1);
	assert_int_equal(stats->dma.aborted, 1);
}

/* 10.5.2.2: reset takes credits and pending requests back; late answers are unexpected. */
static void reset_forgets_what_is_outstanding(void **state)
{
	const struct dev_pcie_stats *stats;

	add(VA, 64, false);
	stats = begin();
	while (!stats->groups)
		sim_run(sim_next_event_ps());
	configure(PRI, PCI_PRI_RESET | PCI_PRI_ENABLE);
	assert_false(config(PRI) & PCI_PRI_STOPPED); /* not while enabled */
	configure(PRI, PCI_PRI_RESET);
	assert_true(config(PRI) & PCI_PRI_STOPPED);
	rig_run(&rig);
	assert_int_equal(stats->dma.aborted, 1);
	assert_int_equal(stats->stale, 1);
	/* software has answered the request nevertheless */
	assert_int_equal(software.nr_answers, 1);
	assert_int_equal(stats->unexpected, 1);
	assert_true(config(PRI) & PCI_PRI_UPRGI);
	configure(PRI, PCI_PRI_UPRGI);
	assert_false(config(PRI) & PCI_PRI_UPRGI);
}

/* --- PASIDs --- */

#define A_PASID 7

static void use_pasid(void)
{
	const u64 words[2] = {RIG_CD | 16, root};
	pa_t cd;

	for (u32 i = 0; i < source.nr; i++) {
		source.records[i].has_pasid = true;
		source.records[i].pasid = A_PASID;
	}
	cd = rig_stream(&rig, SID, 0, root);
	rig_put(&rig, cd + 64 * A_PASID, words, 2);
	rig_ste(&rig, SID, RIG_STE_S1 | 3ULL << 59 | cd, 1 << 28);
}

static void respond(u32 index, u32 code, bool has_pasid, u32 pasid)
{
	const struct port_page_response response = {
		.prg_index = index, .code = code, .has_pasid = has_pasid, .pasid = pasid};

	port->endpoint->ops->page_response(port->endpoint, &response);
}

/* One group of A_PASID is outstanding. */
static const struct dev_pcie_stats *ask_once(void)
{
	const struct dev_pcie_stats *stats;

	add(VA, 64, false);
	use_pasid();
	stats = begin();
	sim_event_cancel(&software.event);
	while (!stats->groups)
		sim_run(sim_next_event_ps());
	return stats;
}

static void response_lacks_the_pasid_that_is_required(void **state)
{
	const struct dev_pcie_stats *stats = ask_once();

	assert_true(config(PRI) & PCI_PRI_PASID_REQUIRED);
	respond(0, PORT_PAGE_SUCCESS, false, 0);
	respond(0, PORT_PAGE_SUCCESS, true, A_PASID + 1);
	respond(0, PORT_PAGE_INVALID, false, 0);
	assert_int_equal(stats->unexpected, 3);
	assert_true(config(PRI) & PCI_PRI_UPRGI);
	respond(0, PORT_PAGE_INVALID, true, A_PASID);
	assert_int_equal(stats->invalid, 1);
	assert_int_equal(stats->unexpected, 3);
}

static void response_has_a_pasid_that_is_not_wanted(void **state)
{
	const struct dev_pcie_stats *stats;

	params.wants_pasid = false;
	stats = ask_once();
	assert_false(config(PRI) & PCI_PRI_PASID_REQUIRED);
	respond(0, PORT_PAGE_INVALID, true, A_PASID);
	assert_int_equal(stats->unexpected, 1);
	respond(0, PORT_PAGE_INVALID, false, 0);
	assert_int_equal(stats->invalid, 1);
}

/* The SMMU's automatic Failure never has a PASID (IHI 0070 8.2). */
static void failure_is_taken_without_the_pasid(void **state)
{
	const struct dev_pcie_stats *stats = ask_once();

	respond(0, PORT_PAGE_FAILURE, false, 0);
	assert_int_equal(stats->failure, 1);
	assert_int_equal(stats->unexpected, 0);
}

/* --- stopping --- */

static u32 nr_stopped;

static void on_stopped(void *opaque)
{
	nr_stopped++;
}

static const struct dev_pcie_space the_space = {.pasid = A_PASID, .has_pasid = true};

/* 10.4.1.2, with a marker: what is outstanding is stale, its answer only returns credits. */
static void stop_marker_follows_the_requests(void **state)
{
	const struct dev_pcie_stats *stats;

	nr_stopped = 0;
	allocation = 1;
	stats = ask_once();
	dev_pcie_stop(pcie, the_space, on_stopped, NULL);
	sim_run(sim_now_ps() + 1000000);
	assert_int_equal(nr_stopped, 1);
	assert_int_equal(stats->markers, 1);
	assert_int_equal(stats->stale, 1);
	assert_int_equal(stats->dma.aborted, 1);
	/* request, then marker: Last alone, with the PASID */
	assert_int_equal(rig_r32(&rig, ARM_SMMU_PRIQ_PROD), 2);
	assert_int_equal(rig_get(&rig, RIG_PRIQ + 16) >> 60, 0xc);
	assert_int_equal(rig_get(&rig, RIG_PRIQ + 16) >> 32 & 0xfffff, A_PASID);
	assert_int_equal(nr_done, 0); /* the group still has its index */
	respond(0, PORT_PAGE_SUCCESS, true, A_PASID);
	rig_run(&rig);
	assert_int_equal(stats->success, 0);
	assert_int_equal(stats->unexpected, 0);
	assert_int_equal(nr_done, 1);
}

static void without_markers_stopping_waits_for_responses(void **state)
{
	const struct dev_pcie_stats *stats;

	nr_stopped = 0;
	params.has_stop_markers = false;
	stats = ask_once();
	dev_pcie_stop(pcie, the_space, on_stopped, NULL);
	sim_run(sim_now_ps() + 1000000);
	assert_int_equal(nr_stopped, 0);
	respond(0, PORT_PAGE_SUCCESS, true, A_PASID);
	rig_run(&rig);
	assert_int_equal(nr_stopped, 1);
	assert_int_equal(stats->markers, 0);
	assert_int_equal(stats->dma.aborted, 1);
	assert_int_equal(stats->dma.accesses, 0);
	assert_int_equal(nr_done, 1);
}

/* Data that is under way passes; what comes later is aborted; other spaces go on. */
static void stopping_waits_for_data(void **state)
{
	const struct dev_pcie_stats *stats;

	nr_stopped = 0;
	rig_map(&rig, root, VA, PA | PTE_RW);
	dma.bandwidth_bytes_per_s = 1000000; /* 64 us for 64 bytes */
	add(VA, 64, true);
	add(VA, 64, true);
	source.records[1].not_before_ps = 100000000;
	stats = begin();
	sim_run(5000000);
	dev_pcie_stop(pcie, (struct dev_pcie_space){.has_pasid = false}, on_stopped, NULL);
	sim_run(30000000);
	assert_int_equal(nr_stopped, 0);
	rig_run(&rig);
	assert_int_equal(nr_stopped, 1);
	assert_int_equal(stats->dma.accesses, 1);
	assert_int_equal(stats->dma.aborted, 1);
	assert_int_equal(stats->markers, 0); /* there is none without a PASID */
}

static void other_spaces_are_not_stopped(void **state)
{
	const struct dev_pcie_stats *stats;

	nr_stopped = 0;
	add(VA, 64, false);
	stats = begin();
	while (!stats->groups)
		sim_run(sim_next_event_ps());
	dev_pcie_stop(pcie, the_space, on_stopped, NULL);
	rig_run(&rig);
	assert_int_equal(nr_stopped, 1);
	assert_int_equal(stats->stale, 0);
	assert_int_equal(stats->dma.accesses, 1);
}

/* --- what the observer says --- */

static u32 nr_detected, nr_at_once, nr_completed[3];

static void on_detected(void *opaque, struct port_fault fault, const struct port_access *access,
			u64 began_ps)
{
	assert_int_equal(fault.kind, PORT_FAULT_PAGE_REQUEST);
	assert_int_equal(fault.stream_id, SID);
	assert_true(began_ps <= sim_now_ps());
	nr_at_once += began_ps < sim_now_ps();
	nr_detected++;
}

static void on_completed(void *opaque, struct port_fault fault, enum port_status status,
			 u64 worked_ps)
{
	nr_completed[status]++;
}

static void each_group_is_observed(void **state)
{
	static const struct iommu_observer observer = {.detected = on_detected,
						       .completed = on_completed};
	const struct dev_pcie_stats *stats;

	nr_detected = nr_at_once = 0;
	dma.outstanding_accesses = 32;
	memset(nr_completed, 0, sizeof(nr_completed));
	for (u32 i = 0; i < 40; i++)
		add(VA + 0x1000 * (i % 20), 64, i % 3 == 0);
	stats = begin();
	dev_pcie_set_observer(pcie, &observer, NULL);
	rig_run(&rig);
	assert_int_equal(nr_detected, stats->groups);
	/* some had to wait for one of the 16 credits: their fault begins when they are sent */
	assert_in_range(nr_at_once, 1, nr_detected - 1);
	assert_int_equal(nr_completed[PORT_DONE], stats->completed);
	assert_int_equal(nr_completed[PORT_PENDING], stats->asked_again);
	assert_int_equal(stats->completed + stats->asked_again, stats->groups);
	assert_int_equal(nr_completed[PORT_ABORTED], 0);
}

static void refused_translation_aborts(void **state)
{
	rig_ste(&rig, SID, RIG_STE_BYPASS, 0);
	add(VA, 64, false);
	assert_int_equal(run()->dma.aborted, 1);
	assert_int_equal(rig_nr_events(&rig), 1);
}

static void without_pri_a_missing_page_aborts(void **state)
{
	rig_stop(&rig);
	rig_defaults(&rig);
	rig.params.ats = 1;
	rig_start(&rig);
	rig_enable(&rig);
	port = smmu_port_create(rig.smmu, SID);
	root = rig_alloc(&rig, 4096);
	rig_ste(&rig, SID, RIG_STE_S1 | rig_stream(&rig, SID, 0, root), 1 << 28);
	rig_map(&rig, root, VA, PA | PTE_RW);
	add(VA, 64, false);
	add(VA + 0x1000, 64, false);
	create();
	enable();
	dev_pcie_start(pcie, &source.base, 0);
	rig_run(&rig);
	assert_int_equal(nr_done, 1);
	assert_int_equal(dev_pcie_stats(pcie)->dma.accesses, 1);
	assert_int_equal(dev_pcie_stats(pcie)->dma.aborted, 1);
}

static void unexpected_responses_are_counted(void **state)
{
	const struct dev_pcie_stats *stats;

	add(VA, 64, false);
	stats = run();
	rig_cmd(&rig, 0x41 | (u64)SID << 32, 3 | SUCCESS << 12);
	rig_cmd(&rig, 0x41 | (u64)SID << 32, 0x1ff | FAILURE << 12);
	assert_int_equal(stats->unexpected, 2);
	assert_int_equal(stats->success, 1);
}

/* --- credits --- */

static void credits_bound_what_is_outstanding(void **state)
{
	allocation = 3;
	dma.outstanding_accesses = 64;
	for (u32 i = 0; i < 60; i++)
		add(VA + 0x10000 * i, 64, false);
	assert_int_equal(run()->dma.accesses, 60);
	assert_true(software.nr_outstanding_max <= 3);
	assert_true(software.nr_outstanding_max > 1);
}

/* A group is no larger than what software allots. */
static void groups_fit_the_allocation(void **state)
{
	allocation = 3;
	params.group_pages = 4;
	dma.outstanding_accesses = 1;
	add(VA, 4 * 4096, false);
	run();
	assert_int_equal(dev_pcie_stats(pcie)->groups, 2);
	assert_int_equal(dev_pcie_stats(pcie)->requests, 4);
}

/* Beyond its capacity an endpoint has no request outstanding, whatever software allots. */
static void capacity_bounds_the_allocation(void **state)
{
	allocation = 64;
	params.capacity = 2;
	dma.outstanding_accesses = 64;
	for (u32 i = 0; i < 60; i++)
		add(VA + 0x10000 * i, 64, false);
	assert_int_equal(run()->dma.accesses, 60);
	assert_int_equal(software.nr_outstanding_max, 2);
	assert_int_equal(config(0x110 + PCI_PRI_CAPACITY), 2);
}

static void without_an_allocation_nothing_is_asked_for(void **state)
{
	allocation = 0;
	add(VA, 64, false);
	assert_int_equal(run()->dma.aborted, 1);
	assert_int_equal(dev_pcie_stats(pcie)->requests, 0);
}

static void outstanding_faults_bounds_groups(void **state)
{
	dma.outstanding_accesses = 64;
	dma.outstanding_faults = 2;
	for (u32 i = 0; i < 60; i++)
		add(VA + 0x10000 * i, 64, false);
	assert_int_equal(run()->dma.accesses, 60);
	assert_int_equal(software.nr_outstanding_max, 2);
}

/* --- who waits for a group --- */

static void accesses_to_a_page_share_its_group(void **state)
{
	const struct dev_pcie_stats *stats;

	for (u32 i = 0; i < 8; i++)
		add(VA + 64 * i, 64, false);
	software.first_ps = 10000000;
	stats = run();
	assert_int_equal(stats->dma.accesses, 8);
	assert_int_equal(stats->groups, 1);
	assert_int_equal(stats->joined, 7);
	assert_int_equal(stats->dma.stalled, 8);
}

/* A group that asks for reading does not help who writes. */
static void writers_do_not_wait_for_readers(void **state)
{
	const struct dev_pcie_stats *stats;

	add(VA, 64, false);
	add(VA + 64, 64, true);
	add(VA + 128, 64, false);
	stats = run();
	assert_int_equal(stats->dma.accesses, 3);
	assert_int_equal(stats->groups, 2);
	assert_int_equal(stats->joined, 1);
}

static void groups_end_with_their_record(void **state)
{
	const struct dev_pcie_stats *stats;

	params.group_pages = 8;
	add(VA + 100, 3 * 4096, true); /* touches four pages */
	add(VA + 0x100000, 4096, true);
	stats = run();
	assert_int_equal(stats->groups, 2);
	assert_int_equal(stats->requests, 5);
	assert_int_equal(stats->dma.aborted, 0);
}

/* --- registers --- */

static void capabilities_are_linked(void **state)
{
	static const u32 ids[] = {PCI_EXT_CAP_ID_ATS, PCI_EXT_CAP_ID_PRI, PCI_EXT_CAP_ID_PASID,
				  PCI_EXT_CAP_ID_ACS};
	u32 offset = DEV_PCIE_CONFIG_FIRST;

	create();
	for (u32 i = 0; i < sizeof(ids) / sizeof(*ids); i++) {
		assert_int_equal(FIELD_GET(PCI_EXT_CAP_ID, (u64)config(offset)), ids[i]);
		offset = FIELD_GET(PCI_EXT_CAP_NEXT, (u64)config(offset));
	}
	assert_int_equal(offset, 0);
	assert_int_equal(config(0x200), 0);
	configure(0x200, ~0U);
}

/* What a PCI core looks at: there, no bridge, an integrated endpoint that may have a PASID prefix.
 */
static void header_is_of_an_integrated_endpoint(void **state)
{
	u32 express;

	create();
	assert_int_not_equal(FIELD_GET(PCI_ID_VENDOR, (u64)config(PCI_ID_WORD)), 0xffff);
	assert_true(config(PCI_COMMAND_WORD) & PCI_STATUS_CAP_LIST);
	assert_int_equal(config(PCI_HEADER_WORD) >> 16 & 0x7f, 0);
	for (u32 bar = 0x10; bar < 0x28; bar += 4) {
		configure(bar, ~0U);
		assert_int_equal(config(bar), 0);
	}
	express = config(PCI_CAPABILITY_WORD);
	assert_int_equal(config(express) & 0xffff, PCI_CAP_ID_EXPRESS);
	assert_int_equal(FIELD_GET(PCI_EXPRESS_TYPE, (u64)config(express)), PCI_EXPRESS_INTEGRATED);
	assert_true(config(express + PCI_EXPRESS_DEVICE_2) & PCI_EXPRESS_PREFIXES);
}

static void command_register_keeps_what_is_writable(void **state)
{
	create();
	configure(PCI_COMMAND_WORD, ~0U);
	assert_int_equal(config(PCI_COMMAND_WORD), PCI_COMMAND_KEPT | PCI_STATUS_CAP_LIST);
	configure(PCI_COMMAND_WORD, 0);
	assert_int_equal(config(PCI_COMMAND_WORD), PCI_STATUS_CAP_LIST);
}

static void after_reset_everything_is_off(void **state)
{
	create();
	assert_false(config(ATS) & PCI_ATS_ENABLE);
	assert_false(config(PRI) & PCI_PRI_ENABLE);
	assert_true(config(PRI) & PCI_PRI_STOPPED);
	assert_false(config(PASID) & PCI_PASID_ENABLE);
	assert_int_equal(config(0x110 + PCI_PRI_ALLOCATION), 0);
}

static void pasid_and_allocation_are_fixed_while_in_use(void **state)
{
	create();
	enable();
	assert_false(config(PRI) & PCI_PRI_STOPPED);
	configure(PASID, 0);
	configure(0x110 + PCI_PRI_ALLOCATION, 99);
	assert_true(config(PASID) & PCI_PASID_ENABLE);
	assert_int_equal(config(0x110 + PCI_PRI_ALLOCATION), allocation);
	configure(PRI, 0);
	configure(ATS, 0);
	configure(PASID, 0);
	assert_false(config(PASID) & PCI_PASID_ENABLE);
}

static void without_ats_accesses_go_out_as_they_are(void **state)
{
	const struct dev_pcie_stats *stats;

	rig_map(&rig, root, VA, PA | PTE_RW);
	create();
	add(VA, 64, false);
	add(VA + 0x1000, 64, false); /* not there: F_TRANSLATION, no stall */
	dev_pcie_start(pcie, &source.base, 0);
	stats = dev_pcie_stats(pcie);
	rig_run(&rig);
	assert_int_equal(stats->translation_requests, 0);
	assert_int_equal(stats->dma.accesses, 1);
	assert_int_equal(stats->dma.aborted, 1);
	assert_int_equal(rig_nr_events(&rig), 1);
}

static void without_pasid_enabled_none_is_used(void **state)
{
	add(VA, 64, false);
	source.records[0].has_pasid = true;
	create();
	configure(ATS, PCI_ATS_ENABLE);
	dev_pcie_start(pcie, &source.base, 0);
	rig_run(&rig);
	assert_int_equal(dev_pcie_stats(pcie)->dma.aborted, 1);
	assert_int_equal(dev_pcie_stats(pcie)->translation_requests, 0);
}

/* ATS off: what the ATC had is forgotten, what is under way goes out as it is. */
static void ats_off_forgets_translations(void **state)
{
	const struct dev_pcie_stats *stats;

	rig_map(&rig, root, VA, PA | PTE_RW);
	add(VA, 64, false);
	add(VA, 64, false);
	add(VA, 64, false);
	source.records[1].not_before_ps = 10000000;
	source.records[2].not_before_ps = 20000000;
	stats = begin();
	sim_run(15000000);
	assert_int_equal(stats->atc_hits, 1);
	configure(ATS, 0);
	configure(ATS, PCI_ATS_ENABLE);
	rig_run(&rig);
	assert_int_equal(stats->translation_requests, 2);
	assert_int_equal(stats->dma.accesses, 3);
}

/* --- invalidation --- */

static void tick(struct sim_event *event)
{
}

static u32 consumed(void)
{
	return rig_r32(&rig, ARM_SMMU_CMDQ_CONS) & 0xfffff;
}

static void invalidated_translation_is_requested_again(void **state)
{
	static const u64 invalidations[][2] = {
		{0x40 | (u64)SID << 32, VA},	    /* the page */
		{0x40 | (u64)SID << 32, VA | 9},    /* 2 MiB around it */
		{0x40 | (u64)SID << 32, 52},	    /* everything */
		{0x40 | (u64)SID << 32, VA + 4096}, /* another page */
	};

	rig_map(&rig, root, VA, PA | PTE_RW);
	for (u32 i = 0; i < 4; i++) {
		const struct dev_pcie_stats *stats;

		source.nr = source.at = 0;
		nr_done = 0;
		add(VA, 64, false);
		add(VA, 64, false);
		source.records[1].not_before_ps = 10000000;
		stats = begin();
		sim_run(sim_now_ps() + 5000000);
		command(invalidations[i][0], invalidations[i][1]);
		rig_run(&rig);
		assert_int_equal(stats->invalidations, 1);
		assert_int_equal(stats->translation_requests, i == 3 ? 1 : 2);
		dev_pcie_destroy(pcie);
		pcie = NULL;
	}
}

/* One without a PASID is for all of them, one with another PASID is not. */
static void invalidation_goes_by_pasid(void **state)
{
	static const struct {
		u64 word0;
		u32 nr_requests;
	} cases[] = {
		{0, 2},
		{1 << 11 | 7 << 12, 2},		 /* SSV, the PASID */
		{1 << 11 | 6 << 12, 1},		 /* another */
		{1 << 11 | 6 << 12 | 1 << 9, 2}, /* Global */
	};

	rig_map(&rig, root, VA, PA | PTE_RW);
	add(VA, 64, false);
	add(VA, 64, false);
	source.records[1].not_before_ps = 10000000;
	use_pasid();
	for (u32 i = 0; i < 4; i++) {
		source.at = 0;
		nr_done = 0;
		begin();
		sim_run(sim_now_ps() + 5000000);
		command(0x40 | (u64)SID << 32 | cases[i].word0, VA);
		rig_run(&rig);
		assert_int_equal(dev_pcie_stats(pcie)->translation_requests, cases[i].nr_requests);
		dev_pcie_destroy(pcie);
		pcie = NULL;
	}
}

/* With a slow engine: the SYNC behind an invalidation ends after the data. */
static void invalidation_waits_for_data_under_way(void **state)
{
	const struct dev_pcie_stats *stats;

	rig_map(&rig, root, VA, PA | PTE_RW);
	dma.bandwidth_bytes_per_s = 1000000; /* 64 us for 64 bytes */
	add(VA, 64, true);
	stats = begin();
	sim_run(sim_now_ps() + 5000000);
	command(0x40 | (u64)SID << 32, 52);
	command(0x46, 0);
	sim_run(sim_now_ps() + 30000000);
	assert_int_equal(stats->dma.accesses, 0);
	assert_int_equal(consumed(), 1);
	while (consumed() != 2)
		sim_run(sim_next_event_ps());
	assert_int_equal(stats->dma.accesses, 1);
}

/* The next event, of which there is one. */
static void step(void)
{
	assert_true(sim_next_event_ps() != SIM_TIME_NEVER);
	sim_run(sim_next_event_ps());
}

/* Each interval, as long as there is something to do; a SYNC with each, if there is room. */
static void storm(u64 interval_ps)
{
	static struct sim_event event;
	u32 entries = 1U << rig.cmdq_lg2;

	for (u64 at_ps = sim_now_ps(); !nr_done && at_ps < 200000000; at_ps += interval_ps) {
		sim_event_init(&event, tick);
		sim_event_schedule(&event, at_ps);
		sim_run(at_ps);
		if (((rig.cmd_prod - consumed()) & (2 * entries - 1)) > entries - 3)
			continue;
		command(0x30, 0);
		command(0x40 | (u64)SID << 32, 52);
		command(0x46, 0);
	}
}

/* However often it comes, and what it met is not kept. */
static void invalidations_do_not_send_requests_back(void **state)
{
	static const u64 intervals_ns[] = {100, 200, 500, 700, 1000, 2000};

	rig_map(&rig, root, VA, PA | PTE_RW);
	for (u32 i = 0; i < 6; i++) {
		const struct dev_pcie_stats *stats;

		source.nr = source.at = 0;
		nr_done = 0;
		for (u32 n = 0; n < 8; n++)
			add(VA, 64, false);
		dma.outstanding_accesses = 1;
		stats = begin();
		storm(intervals_ns[i] * 1000);
		rig_run(&rig);
		assert_int_equal(nr_done, 1);
		assert_int_equal(stats->dma.accesses, 8);
		assert_in_range(stats->translation_requests, 1, 8);
		assert_true(stats->invalidations > 0);
		dev_pcie_destroy(pcie);
		pcie = NULL;
	}
}

/*
 * At every moment of a translation request: the SYNC behind an invalidation that it meets ends
 * when its access has, and the next access asks again.
 */
static void invalidation_waits_for_a_request_that_it_meets(void **state)
{
	u32 nr_met = 0;

	rig_map(&rig, root, VA, PA | PTE_RW);
	for (u64 at_ns = 1; at_ns < 900; at_ns += 13) {
		const struct dev_pcie_stats *stats;
		u32 before;
		bool was_asking;

		source.nr = source.at = 0;
		nr_done = 0;
		add(VA, 64, true);
		add(VA, 64, true);
		source.records[1].not_before_ps = 20000000;
		stats = begin();
		sim_run(sim_now_ps() + at_ns * 1000);
		command(0x40 | (u64)SID << 32, VA);
		command(0x46, 0);
		while (!stats->invalidations)
			step();
		was_asking = stats->translation_requests && !stats->dma.accesses;
		while (consumed() != rig.cmd_prod)
			step();
		before = (u32)stats->dma.accesses;
		if (was_asking)
			assert_int_equal(before, 1);
		nr_met += was_asking;
		rig_run(&rig);
		assert_int_equal(stats->dma.accesses, 2);
		assert_int_equal(stats->translation_requests, 2);
		dev_pcie_destroy(pcie);
		pcie = NULL;
		rig_cfgi_all(&rig);
		rig_tlbi_all(&rig);
	}
	assert_true(nr_met > 10);
}

/* A page that is not there: that is asked for, for a long time, and nothing moves. */
static void invalidation_does_not_wait_for_a_page(void **state)
{
	u32 nr_met = 0;

	software.period_ps = 100000000;
	for (u64 at_ns = 1; at_ns < 900; at_ns += 13) {
		const struct dev_pcie_stats *stats;
		u64 sent_ps;

		source.nr = source.at = 0;
		nr_done = 0;
		rig_put1(&rig, rig_pte(&rig, root, VA, 3), 0);
		rig_cfgi_all(&rig);
		rig_tlbi_all(&rig);
		add(VA, 64, true);
		stats = begin();
		sim_run(sim_now_ps() + at_ns * 1000);
		sent_ps = sim_now_ps();
		command(0x40 | (u64)SID << 32, VA);
		command(0x46, 0);
		while (!stats->invalidations)
			step();
		nr_met += stats->translation_requests && !stats->groups;
		while (consumed() != rig.cmd_prod)
			step();
		assert_true(sim_now_ps() < sent_ps + 3000000);
		rig_run(&rig);
		assert_int_equal(stats->dma.accesses, 1);
		dev_pcie_destroy(pcie);
		pcie = NULL;
	}
	assert_true(nr_met > 10);
}

/* --- nothing is lost --- */

static void expect_sums(const struct dev_pcie_stats *device)
{
	struct smmu_stats all;

	smmu_stats(rig.smmu, &all);
	/* every access ended, none was aborted */
	assert_int_equal(device->dma.accesses, source.nr);
	assert_int_equal(device->dma.aborted, 0);
	/* every request is accounted for */
	assert_int_equal(device->requests, all.pri.requests);
	assert_int_equal(all.pri.requests, all.pri.recorded + all.pri.dropped +
						   all.pri.auto_success + all.pri.auto_failure);
	assert_int_equal(all.priq.pushed, all.pri.recorded);
	assert_int_equal(all.priq.popped, all.pri.recorded);
	assert_int_equal(all.priq.overflows, all.pri.dropped + all.pri.auto_success);
	/* every group was answered once: by software or by the SMMU */
	assert_int_equal(all.pri.responses_success, software.nr_answers);
	assert_int_equal(device->groups, all.pri.responses_success + all.pri.auto_success);
	assert_int_equal(device->success, device->groups);
	assert_int_equal(device->retried, device->groups);
	assert_int_equal(device->retried, device->completed + device->asked_again);
	assert_int_equal(device->unexpected, 0);
	assert_true(all.priq.max_depth <= 1U << priq_lg2);
}

static void sizes_with(u32 credits, u32 group_pages, u32 batch)
{
	u64 overflows_at_1 = 0;

	for (u32 lg2 = 0; lg2 <= 11; lg2++) {
		struct smmu_stats all;

		stop();
		start(lg2);
		dma.outstanding_accesses = 128;
		allocation = credits;
		params.group_pages = group_pages;
		software.batch = batch;
		for (u32 i = 0; i < 300; i++)
			add(VA + 0x1000 * ((i * 37) % 251), 64, i % 3 == 0);
		expect_sums(run());
		smmu_stats(rig.smmu, &all);
		if (!lg2)
			overflows_at_1 = all.priq.overflows;
		/* with room for all credits there is no overflow */
		if (credits <= 1U << lg2)
			assert_int_equal(all.priq.overflows, 0);
	}
	/* the smallest queue was too small, or the test shows nothing */
	if (credits > 1)
		assert_true(overflows_at_1 > 0);
}

static void nothing_is_lost_at_any_queue_size(void **state)
{
	sizes_with(1, 1, ~0U);
	sizes_with(16, 1, ~0U);
	sizes_with(128, 1, 3);
}

static void nothing_is_lost_of_groups(void **state)
{
	sizes_with(16, 4, ~0U);
	sizes_with(128, 8, 5);
}

/* A pause between two requests for a page: the same is served, with fewer requests. */
static void a_pause_saves_requests(void **state)
{
	u64 requests[2];

	for (u32 turn = 0; turn < 2; turn++) {
		stop();
		start(0);
		dma.outstanding_accesses = 64;
		allocation = 64;
		params.pause_ps = turn * 1000000;
		for (u32 i = 0; i < 200; i++)
			add(VA + 0x1000 * i, 64, false);
		expect_sums(run());
		requests[turn] = dev_pcie_stats(pcie)->requests;
	}
	assert_true(requests[1] < requests[0] / 2);
}

/* --- whatever software does --- */

static struct sim_rng rng;

static void random_config(void)
{
	static const u32 places[] = {ATS, PRI, PASID, 0x110 + PCI_PRI_ALLOCATION};
	static const u32 values[] = {0,
				     PCI_ATS_ENABLE,
				     PCI_PRI_ENABLE,
				     PCI_PRI_RESET,
				     PCI_PRI_RESET | PCI_PRI_ENABLE,
				     PCI_PRI_FAILURE | PCI_PRI_UPRGI,
				     PCI_PRI_FAILURE | PCI_PRI_ENABLE,
				     PCI_PASID_ENABLE,
				     3,
				     70};

	configure(places[sim_rng_below(&rng, 4)], values[sim_rng_below(&rng, 10)]);
}

static void random_response(void)
{
	static const u32 codes[] = {PORT_PAGE_SUCCESS, PORT_PAGE_SUCCESS, PORT_PAGE_INVALID,
				    PORT_PAGE_FAILURE};

	respond(sim_rng_below(&rng, 24), codes[sim_rng_below(&rng, 4)], sim_rng_below(&rng, 2),
		sim_rng_below(&rng, 3) ? A_PASID : 3);
}

static void random_step(void)
{
	switch (sim_rng_below(&rng, 8)) {
	case 0:
		random_config();
		break;
	case 1:
		random_response();
		break;
	case 2:
		command(0x40 | (u64)SID << 32 | sim_rng_below(&rng, 2) << 11 | A_PASID << 12,
			VA | sim_rng_below(&rng, 12));
		break;
	case 3:
		if (!nr_stopped)
			break;
		nr_stopped = 0;
		dev_pcie_stop(pcie,
			      (struct dev_pcie_space){.pasid = sim_rng_below(&rng, 2) ? A_PASID : 1,
						      .has_pasid = sim_rng_below(&rng, 4) != 0},
			      on_stopped, NULL);
		break;
	default:
		sim_run(sim_now_ps() + sim_rng_below(&rng, 300000));
	}
}

/* After it all, software behaves: PRI anew, every request answered by whoever has it. */
static void behave(void)
{
	configure(PRI, PCI_PRI_RESET | PCI_PRI_FAILURE);
	configure(ATS, 0);
	configure(PASID, PCI_PASID_ENABLE);
	configure(ATS, PCI_ATS_ENABLE);
	configure(0x110 + PCI_PRI_ALLOCATION, 64);
	configure(PRI, PCI_PRI_ENABLE);
	rig_run(&rig);
}

/* Every access ends once, and no index or credit is lost. */
static void soak(u64 seed)
{
	const struct dev_pcie_stats *stats;

	stop();
	start(seed % 6);
	sim_rng_init(&rng, seed, "soak");
	nr_stopped = 1;
	dma.outstanding_accesses = 1 + seed % 40;
	params.group_pages = 1 + seed % 5;
	params.pause_ps = seed % 3 * 100000;
	params.has_stop_markers = seed % 2;
	for (u32 i = 0; i < 400; i++)
		add(VA + 0x1000 * sim_rng_below(&rng, 300), 64 + sim_rng_below(&rng, 20000),
		    i % 3 == 0);
	use_pasid();
	for (u32 i = 0; i < source.nr; i += 3)
		source.records[i].has_pasid = false;
	stats = begin();
	for (u32 i = 0; i < 600; i++)
		random_step();
	behave();
	assert_int_equal(nr_done, 1);
	assert_int_equal(nr_stopped, 1);
	assert_true(config(PRI) & PCI_PRI_ENABLE);
	configure(PRI, 0);
	assert_true(config(PRI) & PCI_PRI_STOPPED);
	assert_int_equal(stats->groups,
			 stats->success + stats->invalid + stats->failure + stats->stale);
	assert_true(stats->retried >= stats->completed + stats->asked_again);
}

static void whatever_software_does_every_access_ends(void **state)
{
	for (u64 seed = 1; seed <= 300; seed++)
		soak(seed);
}

/* The same twice. */
static void runs_are_repeatable(void **state)
{
	u64 end_ps = 0;

	for (u32 turn = 0; turn < 2; turn++) {
		stop();
		start(2);
		for (u32 i = 0; i < 100; i++)
			add(VA + 0x1000 * i, 64, false);
		run();
		if (turn)
			assert_int_equal(dev_pcie_stats(pcie)->dma.end_ps, end_ps);
		end_ps = dev_pcie_stats(pcie)->dma.end_ps;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(mapped_page_needs_one_request),
		T(without_atc_every_access_asks),
		T(records_are_split_at_pages),
		T(source_is_told_how_each_access_ended),
		T(missing_permission_asks_for_the_page),
		T(success_translates_again),
		T(invalid_aborts_that_access),
		T(failure_stops_page_requests),
		T(refused_translation_aborts),
		T(without_pri_a_missing_page_aborts),
		T(unexpected_responses_are_counted),
		T(credits_bound_what_is_outstanding),
		T(groups_fit_the_allocation),
		T(capacity_bounds_the_allocation),
		T(without_an_allocation_nothing_is_asked_for),
		T(outstanding_faults_bounds_groups),
		T(accesses_to_a_page_share_its_group),
		T(writers_do_not_wait_for_readers),
		T(groups_end_with_their_record),
		T(capabilities_are_linked),
		T(header_is_of_an_integrated_endpoint),
		T(command_register_keeps_what_is_writable),
		T(after_reset_everything_is_off),
		T(pasid_and_allocation_are_fixed_while_in_use),
		T(without_ats_accesses_go_out_as_they_are),
		T(without_pasid_enabled_none_is_used),
		T(ats_off_forgets_translations),
		T(after_failure_software_enables_anew),
		T(pri_off_aborts_what_has_no_credit_and_answers_the_rest),
		T(reset_forgets_what_is_outstanding),
		T(response_lacks_the_pasid_that_is_required),
		T(response_has_a_pasid_that_is_not_wanted),
		T(failure_is_taken_without_the_pasid),
		T(stop_marker_follows_the_requests),
		T(without_markers_stopping_waits_for_responses),
		T(stopping_waits_for_data),
		T(other_spaces_are_not_stopped),
		T(each_group_is_observed),
		T(invalidated_translation_is_requested_again),
		T(invalidation_goes_by_pasid),
		T(invalidation_waits_for_data_under_way),
		T(invalidations_do_not_send_requests_back),
		T(invalidation_waits_for_a_request_that_it_meets),
		T(invalidation_does_not_wait_for_a_page),
		T(nothing_is_lost_at_any_queue_size),
		T(nothing_is_lost_of_groups),
		T(a_pause_saves_requests),
		T(whatever_software_does_every_access_ends),
		T(runs_are_repeatable),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
