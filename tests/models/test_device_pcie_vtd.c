// SPDX-License-Identifier: GPL-2.0-only
/*
 * Theorem: the endpoint of test_device_pcie.c works behind a VT-d unit as it does behind an
 * SMMUv3: it asks for translations and for pages, forgets what is invalidated, and does as
 * responses say, software's or the unit's own. Addresses that the unit translates for untranslated
 * accesses only are used untranslated.
 */
#include "models/device/pcie.h"
#include "models/device/pcie_regs.h"
#include "tests/models/vtd_rig.h"

#define SID 5U
#define VA 0x100000000ULL
#define PA 0x8000000ULL
#define PERIOD_PS 10000000ULL

struct source {
	struct dev_source base; /* first */
	u32 nr, at;
	struct dev_record records[256];
};

static struct rig rig;
static struct port *port;
static struct dev_pcie *pcie;
static struct dev_dma_params dma;
static struct dev_pcie_params params;
static struct source source;
static pa_t ss;
static u32 nr_done, queue_entries, response;
static struct sim_event software;
static bool is_blind; /* software answers and maps nothing */

static enum dev_next next_record(struct dev_source *base, struct dev_record *record)
{
	struct source *mine = (struct source *)base;

	if (mine->at == mine->nr)
		return DEV_NEXT_END;
	*record = mine->records[mine->at++];
	return DEV_NEXT_RECORD;
}

static void add(u64 iova, bool is_write)
{
	source.records[source.nr++] = (struct dev_record){
		.iova = iova, .len_bytes = 64, .is_write = is_write};
}

static void done(struct dev_pcie *which, void *opaque)
{
	nr_done++;
}

static void serve(pa_t record)
{
	u64 word1 = rig_get(&rig, record + 8);
	u64 va = word1 & ~0xfffULL;

	if (!is_blind)
		rig_map_ss(rig_tables(&rig, ss, 4), va, 1, (PA + (va & 0xffffff)) | SS_RW);
	if (word1 & 4) {
		rig_desc_put(&rig, 9 | (u64)response << 12 | SID << 16, word1 & 0xff8);
		rig_w64(&rig, DMAR_IQT_REG, rig.iq_tail);
	}
}

/* Looks at the queue now and then; clears the overflow when it is worked off. */
static void software_event(struct sim_event *event)
{
	u64 tail = rig_r64(&rig, DMAR_PQT_REG), head = rig_r64(&rig, DMAR_PQH_REG);

	/* no more than the invalidation queue takes in a period */
	for (u32 i = 0; head != tail && i < 32; i++, head = (head + 32) % (32 * queue_entries))
		serve(RIG_PRQ + head);
	rig_w64(&rig, DMAR_PQH_REG, head);
	rig_w32(&rig, DMAR_PRS_REG, head == tail ? 3 : 1);
	/* a second of time is enough for all: what hangs fails */
	if (!nr_done && sim_now_ps() < 1000000000000)
		sim_event_schedule(event, sim_now_ps() + PERIOD_PS);
}

static int setup(void **state)
{
	rig_defaults(&rig);
	rig_start(&rig);
	rig_enable(&rig, RIG_SCALABLE);
	queue_entries = 128;
	rig_w64(&rig, DMAR_PQA_REG, RIG_PRQ);
	ss = rig_page(&rig);
	const u64 second[8] = PASID_SS(ss, 1, 2);

	rig_pasid(&rig, rig_smctx(&rig, SID, SMCTX_DTE | SMCTX_PRE), 0, second);
	port = vtd_port_create(rig.vtd, SID);
	memset(&source, 0, sizeof(source));
	source.base.next = next_record;
	dev_dma_params_default(&dma);
	dev_pcie_params_default(&params);
	nr_done = 0;
	response = 0;
	is_blind = false;
	sim_event_init(&software, software_event);
	return 0;
}

static int teardown(void **state)
{
	dev_pcie_destroy(pcie);
	pcie = NULL;
	rig_stop(&rig);
	return 0;
}

static const struct dev_pcie_stats *run(u32 allocation)
{
	const struct dev_pcie_attr attr = {
		.dma = &dma, .pcie = &params, .port = port, .mem = rig.mem, .done = done};

	pcie = dev_pcie_create(&attr);
	assert_non_null(pcie);
	dev_pcie_config_write(pcie, 0x100 + PCI_ATS_WORD, PCI_ATS_ENABLE);
	dev_pcie_config_write(pcie, 0x110 + PCI_PRI_ALLOCATION, allocation);
	dev_pcie_config_write(pcie, 0x110 + PCI_PRI_WORD, PCI_PRI_ENABLE);
	dev_pcie_start(pcie, &source.base, sim_now_ps());
	sim_event_schedule(&software, sim_now_ps() + PERIOD_PS);
	rig_run(&rig);
	assert_int_equal(nr_done, 1);
	return dev_pcie_stats(pcie);
}

static void mapped_page_needs_one_request(void **state)
{
	const struct dev_pcie_stats *stats;

	rig_map_ss(rig_tables(&rig, ss, 4), VA, 1, PA | SS_RW);
	dma.outstanding_accesses = 1;
	for (u32 i = 0; i < 8; i++)
		add(VA + 64 * i, i % 2);
	stats = run(16);
	/* a read first, without write permission for want of a dirty flag; then a write */
	assert_in_range(stats->translation_requests, 1, 2);
	assert_int_equal(stats->dma.accesses, 8);
	assert_int_equal(stats->requests, 0);
}

static void missing_pages_are_asked_for(void **state)
{
	const struct dev_pcie_stats *stats;

	for (u32 i = 0; i < 32; i++)
		add(VA + 0x1000 * i, true);
	stats = run(16);
	assert_int_equal(stats->dma.accesses, 32);
	assert_int_equal(stats->groups, 32);
	assert_int_equal(stats->success, 32);
	assert_int_equal(stats->completed, 32);
}

static void invalid_aborts(void **state)
{
	const struct dev_pcie_stats *stats;

	response = 1;
	is_blind = true;
	for (u32 i = 0; i < 4; i++)
		add(VA + 0x1000 * i, true);
	stats = run(16);
	assert_int_equal(stats->dma.aborted, 4);
	assert_int_equal(stats->invalid, 4);
}

static void failure_stops_page_requests(void **state)
{
	const struct dev_pcie_stats *stats;

	response = 15;
	is_blind = true;
	dma.outstanding_accesses = 1;
	for (u32 i = 0; i < 4; i++)
		add(VA + 0x1000 * i, true);
	stats = run(16);
	assert_int_equal(stats->dma.aborted, 4);
	assert_int_equal(stats->failure, 1);
}

static void a_unit_without_page_requests_answers_invalid(void **state)
{
	const struct dev_pcie_stats *stats;

	/* PRE is 0 */
	rig_smctx(&rig, SID, SMCTX_DTE);
	rig_invalidate_all(&rig);
	const u64 second[8] = PASID_SS(ss, 1, 2);

	rig_pasid(&rig, rig_smctx(&rig, SID, SMCTX_DTE), 0, second);
	rig_invalidate_all(&rig);
	add(VA, true);
	stats = run(16);
	assert_int_equal(stats->dma.aborted, 1);
	assert_int_equal(stats->invalid, 1);
}

static void nothing_is_lost_when_the_queue_overflows(void **state)
{
	const struct dev_pcie_stats *stats;
	struct vtd_stats unit;

	dma.outstanding_accesses = dma.outstanding_faults = 200;
	for (u32 i = 0; i < 256; i++)
		add(VA + 0x1000 * i, true);
	stats = run(200);
	vtd_stats(rig.vtd, &unit);
	assert_int_equal(stats->dma.accesses, 256);
	assert_true(unit.prq.overflows > 0);
	assert_int_equal(unit.prq.max_depth, 127);
	assert_int_equal(stats->requests, unit.pri.requests);
	assert_int_equal(unit.pri.requests,
			 unit.pri.recorded + unit.pri.dropped + unit.pri.auto_success);
	assert_int_equal(stats->groups, unit.pri.auto_success + unit.pri.responses_success);
	assert_int_equal(stats->retried, stats->completed + stats->asked_again);
}

static void invalidated_translation_is_requested_again(void **state)
{
	const struct dev_pcie_stats *stats;

	rig_map_ss(rig_tables(&rig, ss, 4), VA, 1, PA | SS_RW);
	dma.outstanding_accesses = 1;
	add(VA, true);
	stats = run(16);
	assert_int_equal(stats->translation_requests, 1);
	rig_desc(&rig, 3 | (u64)SID << 32, VA);
	assert_int_equal(stats->invalidations, 1);
}

/* The interrupt range: no page, and no translation to keep. */
static void untranslated_only_addresses_are_used_untranslated(void **state)
{
	const struct dev_pcie_stats *stats;

	rig.nr_irqs = 0;
	add(0xfee01000, true);
	add(0xfee01000, true);
	source.records[0].len_bytes = source.records[1].len_bytes = 4;
	stats = run(16);
	assert_int_equal(stats->dma.accesses, 2);
	assert_int_equal(stats->dma.aborted, 0);
	assert_int_equal(stats->requests, 0);
	/* asked each time: nothing is kept */
	assert_int_equal(stats->translation_requests, 2);
	assert_int_equal(stats->atc_hits, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(mapped_page_needs_one_request),
		TEST(missing_pages_are_asked_for),
		TEST(invalid_aborts),
		TEST(failure_stops_page_requests),
		TEST(a_unit_without_page_requests_answers_invalid),
		TEST(nothing_is_lost_when_the_queue_overflows),
		TEST(invalidated_translation_is_requested_again),
		TEST(untranslated_only_addresses_are_used_untranslated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
