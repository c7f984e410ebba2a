// SPDX-License-Identifier: GPL-2.0-only
/*
 * Theorems: descriptors of both widths are carried out in order, the head shows
 * it; each type is valid in the modes that table 26 says and with its feature;
 * each reserved bit, granularity, width, tail and address that is wrong stops the
 * queue with IQE and the IQEI of its kind, the head at the descriptor, and a
 * cleared IQE starts it there; a wait descriptor writes its status, then
 * interrupts once until that is serviced; commands by register do as much.
 */
#include "tests/models/tally.h"
#include "tests/models/vtd_rig.h"

static struct rig rig;

static void start(u32 mode)
{
	rig_start(&rig);
	rig_enable(&rig, mode);
}

static int setup(void **state)
{
	rig_defaults(&rig);
	return 0;
}

static int teardown(void **state)
{
	rig_stop(&rig);
	return 0;
}

static u32 fsts(void)
{
	return rig_r32(&rig, DMAR_FSTS_REG);
}

/* The descriptor stops the queue with @iqei; then it is taken out again. */
static void expect_error(const u64 words[4], u32 iqei)
{
	u64 tail = rig.iq_tail;

	rig_put(&rig, RIG_IQ + tail, words, rig_desc_bytes(&rig) / 8);
	rig_w64(&rig, DMAR_IQT_REG, (tail + rig_desc_bytes(&rig)) % 4096);
	rig_run(&rig);
	assert_int_equal(fsts() & 0x70, 0x10);
	assert_int_equal(rig_r64(&rig, DMAR_IQERCD_REG) & 0xf, iqei);
	assert_int_equal(rig_r64(&rig, DMAR_IQH_REG), tail);
	rig_w64(&rig, DMAR_IQT_REG, tail);
	rig_w32(&rig, DMAR_FSTS_REG, 0x10);
	rig_run(&rig);
	assert_int_equal(fsts() & 0x70, 0);
}

static void expect_error2(u64 w0, u64 w1, u32 iqei)
{
	const u64 words[4] = {w0, w1};

	expect_error(words, iqei);
}

static void wait_writes_its_status(void **state)
{
	for (u32 mode = 0; mode < 2; mode++) {
		if (mode) {
			rig_stop(&rig);
			rig.iq_tail = 0;
		}
		start(mode);
		for (u32 n = 0; n < 600; n++) {
			rig_desc(&rig, 5 | 1 << 5 | (u64)n << 32, RIG_STATUS);
			assert_int_equal(rig_get(&rig, RIG_STATUS), n);
		}
	}
}

static void descriptors_are_carried_out_in_order(void **state)
{
	struct vtd_stats stats;

	start(RIG_SCALABLE);
	for (u32 n = 0; n < 100; n++)
		rig_desc_put(&rig, 5 | 1 << 5 | (u64)n << 32, RIG_STATUS + 4 * (n % 2));
	rig_w64(&rig, DMAR_IQT_REG, rig.iq_tail);
	rig_run(&rig);
	assert_int_equal(rig_get(&rig, RIG_STATUS), 98 | 99ULL << 32);
	vtd_stats(rig.vtd, &stats);
	assert_int_equal(stats.iq.pushed, 103);
	assert_int_equal(stats.iq.popped, 103);
	assert_int_equal(stats.iq.max_depth, 100);
	assert_int_equal(stats.iq.entries, 128);
}

static void what_software_says_is_counted_by_name(void **state)
{
	struct iommu_traffic before, after;

	start(RIG_SCALABLE);
	vtd_traffic(rig.vtd, &before);
	for (u32 n = 0; n < 3; n++)
		rig_desc(&rig, 5 | 1 << 5 | (u64)n << 32, RIG_STATUS);
	rig_desc(&rig, 2 | 1 << 4, 0);
	rig_w64(&rig, 0x1000, 0); /* no register */
	vtd_traffic(rig.vtd, &after);
	assert_int_equal(tally(&after.commands, "WAIT") - tally(&before.commands, "WAIT"), 3);
	assert_int_equal(tally(&after.commands, "IOTLB") - tally(&before.commands, "IOTLB"), 1);
	assert_int_equal(tally(&after.writes, "IQT") - tally(&before.writes, "IQT"), 4);
	rig_r64(&rig, DMAR_IQH_REG);
	vtd_traffic(rig.vtd, &before);
	assert_int_equal(before.nr_reads - after.nr_reads, 1);
}

static void the_queue_is_as_large_as_iqa_says(void **state)
{
	start(RIG_LEGACY);
	rig_w32(&rig, DMAR_GCMD_REG, 1U << 31);
	rig_run(&rig);
	assert_int_equal(rig_r64(&rig, DMAR_IQH_REG), 0);
	rig_w64(&rig, DMAR_IQT_REG, 0);
	rig_w64(&rig, DMAR_IQA_REG, RIG_IQ | 7);
	rig_gcmd(&rig, 1U << 26);
	/* the last entry of 2^7 pages */
	for (u32 n = 0; n < 32768; n++) {
		rig_put1(&rig, RIG_IQ + 16 * n, 5 | 1 << 5 | (u64)n << 32);
		rig_put1(&rig, RIG_IQ + 16 * n + 8, RIG_STATUS);
	}
	rig_w64(&rig, DMAR_IQT_REG, 32767 * 16);
	rig_run(&rig);
	assert_int_equal(rig_get(&rig, RIG_STATUS), 32766);
	rig_w64(&rig, DMAR_IQT_REG, 0);
	rig_run(&rig);
	assert_int_equal(rig_get(&rig, RIG_STATUS), 32767);
	assert_int_equal(rig_r64(&rig, DMAR_IQH_REG), 0);
}

static void types_are_valid_as_modes_and_features_say(void **state)
{
	start(RIG_LEGACY);
	for (u32 type = 0; type < 0x80; type++) {
		bool is_valid = type == 1 || type == 2 || type == 5 ||
				(type == 3 && rig.params.dt) || (type == 4 && rig.params.ir);

		if (!is_valid)
			expect_error2((type & 15) | (u64)(type >> 4) << 9 | 1 << 4, 0, 3);
	}
	for (u32 dt = 2; dt-- > 0;) {
		rig_stop(&rig);
		rig.iq_tail = 0;
		if (!dt)
			rig.params.dt = rig.params.prs = rig.params.pds = rig.params.nwfs =
				rig.params.sms = 0;
		start(RIG_SCALABLE);
		for (u32 type = 0; type < 0x80; type++) {
			bool is_valid = (type >= 1 && type < 10) && (type != 3 || rig.params.dt) &&
					(type != 8 || rig.params.dt) &&
					(type != 4 || rig.params.ir) &&
					(type != 9 || rig.params.prs);

			if (!is_valid)
				expect_error2((type & 15) | (u64)(type >> 4) << 9 | 1 << 4, 0, 3);
		}
	}
}

struct layout {
	u64 good0, good1;
	u64 fields0, fields1; /* bits that a type has */
};

static const struct layout layouts[] = {
	[1] = {1 | 1 << 4, 0, 0xf | 3 << 4 | 0xffff0000ULL | 0x3ffffULL << 32, 0},
	[2] = {2 | 1 << 4, 0, 0xf | 0xf << 4 | 0xffff0000ULL, ~0xfffULL | 0x7f},
	[5] = {5, 0, 0xf | 0xf << 4 | ~0ULL << 32, ~3ULL},
	[6] = {6 | 2 << 4, 0, 0xf | 3 << 4 | 0xffff0000ULL | 0xfffffULL << 32, ~0xfffULL | 0x7f},
	[7] = {7, 0, 0xf | 3 << 4 | 0xffff0000ULL | 0xfffffULL << 32, 0},
};

static void each_reserved_bit_stops_the_queue(void **state)
{
	start(RIG_SCALABLE);
	for (u32 type = 1; type < 8; type++) {
		const struct layout *l = &layouts[type];

		if (!l->good0)
			continue;
		rig_desc(&rig, l->good0, l->good1);
		for (u32 bit = 0; bit < 256; bit++) {
			u64 words[4] = {l->good0, l->good1};
			u64 fields = bit < 64 ? l->fields0 | 7 << 9 : bit < 128 ? l->fields1 : 0;

			if (fields >> (bit % 64) & 1)
				continue;
			words[bit / 64] |= 1ULL << (bit % 64);
			expect_error(words, 4);
		}
	}
}

static void reserved_granularities_stop_the_queue(void **state)
{
	start(RIG_SCALABLE);
	expect_error2(1, 0, 4);
	expect_error2(2, 0, 4);
	expect_error2(6, 0, 4);
	expect_error2(6 | 1 << 4, 0, 4);
	expect_error2(7 | 2 << 4, 0, 4);
	/* an address mask beyond MAMV, for the second stage only */
	expect_error2(2 | 3 << 4, 19, 4);
	rig_desc(&rig, 2 | 3 << 4, 18);
	rig_desc(&rig, 6 | 3 << 4, 52);
}

static void page_selective_invalidation_needs_psi(void **state)
{
	rig.params.psi = 0;
	start(RIG_SCALABLE);
	expect_error2(2 | 3 << 4, 0, 4);
	rig_desc(&rig, 6 | 3 << 4, 0);
}

static void page_request_drain_needs_pds(void **state)
{
	rig.params.pds = 0;
	start(RIG_SCALABLE);
	expect_error2(5 | 1 << 7, 0, 4);
}

static void fetch_errors_and_widths_have_their_own_code(void **state)
{
	start(RIG_SCALABLE);
	rig_w64(&rig, DMAR_IQA_REG, RIG_NOWHERE | 1 << 11);
	rig_w64(&rig, DMAR_IQT_REG, rig.iq_tail + 32);
	rig_run(&rig);
	assert_int_equal(rig_r64(&rig, DMAR_IQERCD_REG) & 0xf, 2);
	rig_w64(&rig, DMAR_IQA_REG, RIG_IQ);
	rig_w32(&rig, DMAR_FSTS_REG, 0x10);
	rig_run(&rig);
	assert_int_equal(rig_r64(&rig, DMAR_IQERCD_REG) & 0xf, 5);
	rig_w64(&rig, DMAR_IQA_REG, RIG_IQ | 1 << 11);
	rig_w64(&rig, DMAR_IQT_REG, rig.iq_tail + 16);
	rig_w32(&rig, DMAR_FSTS_REG, 0x10);
	rig_run(&rig);
	assert_int_equal(rig_r64(&rig, DMAR_IQERCD_REG) & 0xf, 6);
	rig_w64(&rig, DMAR_IQT_REG, 4096);
	rig_w32(&rig, DMAR_FSTS_REG, 0x10);
	rig_run(&rig);
	assert_int_equal(rig_r64(&rig, DMAR_IQERCD_REG) & 0xf, 1);
	rig_w64(&rig, DMAR_RTADDR_REG, RIG_ROOT | 2 << 10);
	rig_gcmd(&rig, 1U << 30);
	rig_w64(&rig, DMAR_IQT_REG, rig.iq_tail + 32);
	rig_w32(&rig, DMAR_FSTS_REG, 0x10);
	rig_run(&rig);
	assert_int_equal(rig_r64(&rig, DMAR_IQERCD_REG) & 0xf, 7);
}

static void wide_descriptors_need_scalable_or_abort_dma_mode(void **state)
{
	rig.params.adms = 0;
	rig.params.smts = rig.params.ssts = rig.params.fsts = rig.params.nest = 0;
	rig.params.srs = rig.params.pasid = rig.params.rps = rig.params.smpwcs = 0;
	rig.params.ssads = rig.params.eafs = rig.params.fs_1g = rig.params.fs_5level = 0;
	rig.params.prs = rig.params.sms = 0;
	start(RIG_LEGACY);
	rig_w64(&rig, DMAR_IQA_REG, RIG_IQ | 1 << 11);
	rig_w64(&rig, DMAR_IQT_REG, 96);
	rig_run(&rig);
	assert_int_equal(rig_r64(&rig, DMAR_IQERCD_REG) & 0xf, 5);
}

static void a_stopped_queue_goes_on_when_iqe_is_cleared(void **state)
{
	u64 bad;

	start(RIG_SCALABLE);
	bad = rig.iq_tail;
	rig_desc_put(&rig, 0xf, 0);
	rig_desc_put(&rig, 5 | 1 << 5 | 77ULL << 32, RIG_STATUS);
	rig_w64(&rig, DMAR_IQT_REG, rig.iq_tail);
	rig_run(&rig);
	assert_int_equal(rig.nr_irqs, 1); /* a fault event */
	/* the tail alone does not start it, whatever is there now */
	rig_put1(&rig, RIG_IQ + bad, 5);
	rig_desc_put(&rig, 5, 0);
	rig_w64(&rig, DMAR_IQT_REG, rig.iq_tail);
	rig_run(&rig);
	assert_int_equal(rig_r64(&rig, DMAR_IQH_REG), bad);
	rig_w32(&rig, DMAR_FSTS_REG, 0x10);
	rig_run(&rig);
	assert_int_equal(rig_r64(&rig, DMAR_IQH_REG), rig.iq_tail);
	assert_int_equal(rig_get(&rig, RIG_STATUS), 77);
}

static void a_bad_descriptor_again_is_an_error_again(void **state)
{
	start(RIG_SCALABLE);
	rig_desc_put(&rig, 0xf, 0);
	rig_w64(&rig, DMAR_IQT_REG, rig.iq_tail);
	rig_run(&rig);
	for (u32 n = 1; n < 4; n++) {
		assert_int_equal(rig.nr_irqs, n);
		rig_w32(&rig, DMAR_FSTS_REG, 0x10);
		rig_run(&rig);
		assert_int_equal(fsts(), 0x10);
	}
}

static void wait_interrupts_once_until_iwc_is_cleared(void **state)
{
	start(RIG_SCALABLE);
	rig_w32(&rig, DMAR_IEDATA_REG, 0x1e);
	rig_w32(&rig, DMAR_IEADDR_REG, RIG_DOORBELL + 16);
	rig_w32(&rig, DMAR_IECTL_REG, 0);
	rig_desc(&rig, 5 | 1 << 4, 0);
	assert_int_equal(rig_r32(&rig, DMAR_ICS_REG), 1);
	assert_int_equal(rig.nr_irqs, 1);
	assert_int_equal(rig.last_irq_data, 0x1e);
	rig_desc(&rig, 5 | 1 << 4, 0);
	assert_int_equal(rig.nr_irqs, 1);
	rig_w32(&rig, DMAR_ICS_REG, 1);
	assert_int_equal(rig_r32(&rig, DMAR_ICS_REG), 0);
	rig_desc(&rig, 5 | 1 << 4, 0);
	assert_int_equal(rig.nr_irqs, 2);
	/* masked: pending, and gone when it is serviced */
	rig_w32(&rig, DMAR_ICS_REG, 1);
	rig_w32(&rig, DMAR_IECTL_REG, 1U << 31);
	rig_desc(&rig, 5 | 1 << 4, 0);
	assert_int_equal(rig_r32(&rig, DMAR_IECTL_REG), 3U << 30);
	rig_w32(&rig, DMAR_ICS_REG, 1);
	assert_int_equal(rig_r32(&rig, DMAR_IECTL_REG), 1U << 31);
	rig_w32(&rig, DMAR_IECTL_REG, 0);
	rig_run(&rig);
	assert_int_equal(rig.nr_irqs, 2);
}

static void descriptors_take_their_time(void **state)
{
	u64 before_ps, fetch_ps = rig.mem_params.latency_ps;

	start(RIG_SCALABLE);
	before_ps = sim_now_ps();
	rig_desc(&rig, 5, 0);
	assert_in_range(sim_now_ps(), before_ps + fetch_ps + 4000, before_ps + fetch_ps + 5000);
	before_ps = sim_now_ps();
	rig_desc(&rig, 2 | 1 << 4, 0);
	assert_in_range(sim_now_ps(), before_ps + fetch_ps + 12000, before_ps + fetch_ps + 13000);
}

static void a_disabled_queue_begins_at_zero(void **state)
{
	start(RIG_SCALABLE);
	assert_true(rig_r64(&rig, DMAR_IQH_REG) > 0);
	rig_desc_put(&rig, 5 | 1 << 5 | 9ULL << 32, RIG_STATUS);
	rig_w64(&rig, DMAR_IQT_REG, rig.iq_tail);
	rig_w32(&rig, DMAR_GCMD_REG, 1U << 31);
	rig_run(&rig);
	assert_int_equal(rig_r64(&rig, DMAR_IQH_REG), 0);
	assert_int_equal(rig_r32(&rig, DMAR_GSTS_REG) >> 26 & 1, 0);
}

/* --- by register --- */

static void registers_invalidate_in_legacy_mode(void **state)
{
	rig_start(&rig);
	for (u64 g = 0; g < 4; g++) {
		rig_w64(&rig, DMAR_CCMD_REG, 1ULL << 63 | g << 61);
		assert_int_equal(rig_r64(&rig, DMAR_CCMD_REG) >> 63, 1);
		rig_run(&rig);
		assert_int_equal(rig_r64(&rig, DMAR_CCMD_REG), g << 61 | g << 59);
		rig_w64(&rig, DMAR_IOTLB_REG, 1ULL << 63 | g << 60);
		assert_int_equal(rig_r64(&rig, DMAR_IOTLB_REG) >> 63, 1);
		rig_run(&rig);
		assert_int_equal(rig_r64(&rig, DMAR_IOTLB_REG), g << 60 | g << 57);
	}
	/* a mask that is too large */
	rig_w64(&rig, DMAR_IVA_REG, 19);
	rig_w64(&rig, DMAR_IOTLB_REG, 1ULL << 63 | 3ULL << 60);
	rig_run(&rig);
	assert_int_equal(rig_r64(&rig, DMAR_IOTLB_REG), 3ULL << 60);
}

static void registers_drop_contexts_and_translations(void **state)
{
	struct rig_access access;
	struct port *port;
	pa_t ss, slot;

	start(RIG_LEGACY);
	ss = rig_page(&rig);
	slot = rig_map_ss(rig_tables(&rig, ss, 4), 0x5000, 1, 0x700000 | SS_RW);
	rig_ctx(&rig, 0x18, (struct rig_context){.tt = 0, .aw = 2, .did = 1, .root = ss});
	port = vtd_port_create(rig.vtd, 0x18);
	assert_int_equal(rig_do(port, &access, 0x5000, 0), PORT_DONE);
	rig_put1(&rig, slot, 0x900000 | SS_RW);
	rig_w64(&rig, DMAR_IOTLB_REG, 1ULL << 63 | 1ULL << 60);
	rig_run(&rig);
	assert_int_equal(rig_do(port, &access, 0x5000, 0), PORT_DONE);
	assert_int_equal(access.a.pa, 0x900000);
	rig_put1(&rig, rig_ctx_slot(&rig, 0x18), 0);
	assert_int_equal(rig_do(port, &access, 0x6000, 0), PORT_ABORTED);
	assert_int_equal(rig_r32(&rig, 0x220 + 12) & 0xff, 0x06);
	rig_w32(&rig, 0x220 + 12, 1U << 31);
	rig_w64(&rig, DMAR_CCMD_REG, 1ULL << 63 | 1ULL << 61);
	rig_run(&rig);
	assert_int_equal(rig_do(port, &access, 0x6000, 0), PORT_ABORTED);
	assert_int_equal(rig_r32(&rig, 0x220 + 16 + 12) & 0xff, 0x02);
}

static void registers_ignore_bits_that_the_unit_lacks(void **state)
{
	struct rig_access access;
	struct port *port;
	pa_t ss, slot;

	rig.params.domain_bits = 8;
	start(RIG_LEGACY);
	ss = rig_page(&rig);
	slot = rig_map_ss(rig_tables(&rig, ss, 4), 0x5000, 1, 0x700000 | SS_RW);
	rig_ctx(&rig, 0x18, (struct rig_context){.tt = 0, .aw = 2, .did = 1, .root = ss});
	port = vtd_port_create(rig.vtd, 0x18);
	assert_int_equal(rig_do(port, &access, 0x5000, 0), PORT_DONE);
	rig_put1(&rig, slot, 0x900000 | SS_RW);
	rig_w64(&rig, DMAR_IVA_REG, 1ULL << 57 | 0x5000);
	rig_w64(&rig, DMAR_IOTLB_REG, 1ULL << 63 | 3ULL << 60 | 0x101ULL << 32);
	rig_run(&rig);
	assert_int_equal(rig_do(port, &access, 0x5000, 0), PORT_DONE);
	assert_int_equal(access.a.pa, 0x900000);
	rig_put1(&rig, rig_ctx_slot(&rig, 0x18), 0);
	rig_w64(&rig, DMAR_CCMD_REG, 1ULL << 63 | 2ULL << 61 | 0x201);
	rig_run(&rig);
	rig_iotlb_all(&rig);
	assert_int_equal(rig_do(port, &access, 0x5000, 0), PORT_ABORTED);
}

static void registers_do_the_domain_without_psi(void **state)
{
	rig.params.psi = 0;
	rig_start(&rig);
	rig_w64(&rig, DMAR_IOTLB_REG, 1ULL << 63 | 3ULL << 60);
	rig_run(&rig);
	assert_int_equal(rig_r64(&rig, DMAR_IOTLB_REG), 3ULL << 60 | 2ULL << 57);
}

static void registers_do_nothing_in_scalable_mode_or_from_version_6_on(void **state)
{
	for (u32 i = 0; i < 2; i++) {
		if (i) {
			rig_stop(&rig);
			rig.params.ver_major = 6;
			rig.iq_tail = 0;
		}
		start(i ? RIG_LEGACY : RIG_SCALABLE);
		rig_w64(&rig, DMAR_CCMD_REG, 1ULL << 63 | 1ULL << 61);
		rig_w64(&rig, DMAR_IOTLB_REG, 1ULL << 63 | 1ULL << 60);
		rig_run(&rig);
		assert_int_equal(rig_r64(&rig, DMAR_CCMD_REG), 1ULL << 61);
		assert_int_equal(rig_r64(&rig, DMAR_IOTLB_REG), 1ULL << 60);
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(wait_writes_its_status),
		TEST(descriptors_are_carried_out_in_order),
		TEST(the_queue_is_as_large_as_iqa_says),
		TEST(what_software_says_is_counted_by_name),
		TEST(types_are_valid_as_modes_and_features_say),
		TEST(each_reserved_bit_stops_the_queue),
		TEST(reserved_granularities_stop_the_queue),
		TEST(page_selective_invalidation_needs_psi),
		TEST(page_request_drain_needs_pds),
		TEST(fetch_errors_and_widths_have_their_own_code),
		TEST(wide_descriptors_need_scalable_or_abort_dma_mode),
		TEST(a_stopped_queue_goes_on_when_iqe_is_cleared),
		TEST(a_bad_descriptor_again_is_an_error_again),
		TEST(wait_interrupts_once_until_iwc_is_cleared),
		TEST(descriptors_take_their_time),
		TEST(a_disabled_queue_begins_at_zero),
		TEST(registers_invalidate_in_legacy_mode),
		TEST(registers_drop_contexts_and_translations),
		TEST(registers_ignore_bits_that_the_unit_lacks),
		TEST(registers_do_the_domain_without_psi),
		TEST(registers_do_nothing_in_scalable_mode_or_from_version_6_on),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
