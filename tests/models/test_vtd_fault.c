// SPDX-License-Identifier: GPL-2.0-only
/*
 * Theorems: a fault is recorded in the register that the index says, FRI names the
 * first pending one, PPF is the OR of all F; a full set of registers sets PFO and
 * records nothing more until it is cleared; compression keeps one for each
 * requester; the fault event comes when status was clear, waits while it is masked,
 * and goes away when all is serviced; the fields of a record say what the request
 * was.
 */
#include "tests/models/vtd_rig.h"

#define SID 0x18U

static struct rig rig;
static struct port *ports[4];
static pa_t root, fs;

static void start(void)
{
	rig_start(&rig);
	rig_enable(&rig, RIG_SCALABLE);
	root = rig_page(&rig);
	fs = rig_page(&rig);
	const u64 second[8] = PASID_SS(root, 7, 2);
	u64 first[8] = PASID_FS(fs, 8);

	first[2] |= PASID_SRE;
	for (u32 i = 0; i < 4; i++) {
		pa_t dir = rig_smctx(&rig, SID + i, SMCTX_PASIDE);

		ports[i] = vtd_port_create(rig.vtd, SID + i);
		rig_pasid(&rig, dir, 0, second);
		rig_pasid(&rig, dir, 0x55, first);
	}
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

static void fault_of(u32 i, u64 iova, u32 flags, int pasid)
{
	struct rig_access access;

	assert_int_equal(rig_do(ports[i], &access, iova, flags | RIG_PASID(pasid)), PORT_ABORTED);
}

static u32 fsts(void)
{
	return rig_r32(&rig, DMAR_FSTS_REG);
}

static u64 frcd(u32 index, u32 word)
{
	return rig_r64(&rig, 0x220 + 16 * index + 8 * word);
}

static void clear_f(u32 index)
{
	rig_w32(&rig, 0x220 + 16 * index + 12, 1U << 31);
}

static void records_go_round_the_registers(void **state)
{
	rig.params.nr_fault_records = 3;
	start();
	for (u32 n = 0; n < 8; n++) {
		fault_of(0, 0x1000 * n, 0, RIG_NO_PASID);
		assert_int_equal(fsts(), 2 | (n % 3) << 8);
		assert_int_equal(frcd(n % 3, 0), 0x1000 * n);
		assert_true(frcd(n % 3, 1) >> 63);
		clear_f(n % 3);
		assert_false(frcd(n % 3, 1) >> 63);
		assert_int_equal(fsts() & 0xff, 0);
	}
}

static void fri_names_the_first_pending_record(void **state)
{
	start();
	for (u32 n = 0; n < 4; n++)
		fault_of(n, 0x1000, 0, RIG_NO_PASID);
	assert_int_equal(fsts(), 2);
	for (u32 n = 0; n < 4; n++) {
		assert_int_equal(frcd(n, 1) & 0xffff, SID + n);
		assert_int_equal(fsts() & 2, 2);
		clear_f(n);
	}
	assert_int_equal(fsts() & 0xff, 0);
	fault_of(0, 0x1000, 0, RIG_NO_PASID);
	assert_int_equal(fsts(), 2 | 4 << 8);
}

static void a_full_set_overflows_until_it_is_cleared(void **state)
{
	struct vtd_stats stats;

	rig.params.nr_fault_records = 2;
	start();
	for (u32 n = 0; n < 4; n++)
		fault_of(n, 0x1000 * n, 0, RIG_NO_PASID);
	assert_int_equal(fsts(), 3);
	clear_f(0);
	clear_f(1);
	/* PFO stands: nothing is recorded */
	fault_of(0, 0x9000, 0, RIG_NO_PASID);
	assert_int_equal(fsts(), 1);
	rig_w32(&rig, DMAR_FSTS_REG, 1);
	fault_of(0, 0xa000, 0, RIG_NO_PASID);
	assert_int_equal(fsts(), 2);
	assert_int_equal(frcd(0, 0), 0xa000);
	vtd_stats(rig.vtd, &stats);
	assert_int_equal(stats.faults, 3);
	assert_int_equal(stats.faults_lost, 3);
}

static void compression_keeps_one_of_each_requester(void **state)
{
	rig.params.fault_compression = 1;
	start();
	fault_of(0, 0x1000, 0, RIG_NO_PASID);
	fault_of(0, 0x2000, 0, RIG_NO_PASID);
	fault_of(1, 0x3000, 0, RIG_NO_PASID);
	fault_of(0, 0x4000, 0, RIG_NO_PASID);
	assert_int_equal(fsts(), 2);
	assert_int_equal(frcd(1, 0), 0x3000);
	assert_false(frcd(2, 1) >> 63);
	clear_f(0);
	fault_of(0, 0x5000, 0, RIG_NO_PASID);
	assert_int_equal(frcd(2, 0), 0x5000);
}

static void records_say_what_the_request_was(void **state)
{
	start();
	fault_of(1, 0x12345678, 0, RIG_NO_PASID);
	assert_int_equal(frcd(0, 0), 0x12345000);
	assert_int_equal(frcd(0, 1), 1ULL << 63 | 1ULL << 62 | 0x79ULL << 32 | (SID + 1));
	fault_of(1, 0x12345678, RIG_WRITE, RIG_NO_PASID);
	assert_int_equal(frcd(1, 1), 1ULL << 63 | 0x79ULL << 32 | (SID + 1));
	fault_of(2, 0x12345678, RIG_WRITE | RIG_PRIV, 0x55);
	assert_int_equal(frcd(2, 1), 1ULL << 63 | 0x55ULL << 40 | 0x71ULL << 32 | 1ULL << 31 |
					     1 << 29 | (SID + 2));
	fault_of(2, 0x12345678, RIG_INSTR, 0x55);
	assert_int_equal(frcd(3, 1), 1ULL << 63 | 1ULL << 62 | 0x55ULL << 40 | 0x5cULL << 32 |
					     1ULL << 31 | 1 << 30 | (SID + 2));
	/* bits beyond the largest AGAW are zero */
	fault_of(2, 0xffff800000001000ULL, 0, 0x55);
	assert_int_equal(frcd(4, 0), 0x1ff800000001000ULL);
}

static void pasids_are_rsvdz_in_records_without_them(void **state)
{
	rig.params.pasid = 0;
	rig.params.dt = rig.params.prs = rig.params.pds = rig.params.nwfs = rig.params.sms = 0;
	rig_start(&rig);
	rig_enable(&rig, RIG_LEGACY);
	ports[0] = vtd_port_create(rig.vtd, SID);
	fault_of(0, 0x1000, RIG_PRIV, 0x55);
	assert_int_equal(frcd(0, 1), 1ULL << 63 | 1ULL << 62 | 0x31ULL << 32 | SID);
}

static void only_f_is_writable(void **state)
{
	u64 before;

	start();
	fault_of(0, 0x1000, 0, RIG_NO_PASID);
	before = frcd(0, 1);
	rig_w64(&rig, 0x220, ~0ULL);
	rig_w64(&rig, 0x228, ~(1ULL << 63));
	rig_w32(&rig, 0x228, ~0U);
	assert_int_equal(frcd(0, 0), 0x1000);
	assert_int_equal(frcd(0, 1), before);
	rig_w64(&rig, 0x228, ~0ULL);
	assert_int_equal(frcd(0, 1), before & ~(1ULL << 63));
}

static void the_index_is_reset_while_nothing_is_translated(void **state)
{
	start();
	fault_of(0, 0x1000, 0, RIG_NO_PASID);
	clear_f(0);
	rig_w32(&rig, DMAR_GCMD_REG, 1U << 26);
	rig_run(&rig);
	rig_gcmd(&rig, 1U << 31);
	fault_of(0, 0x2000, 0, RIG_NO_PASID);
	assert_int_equal(frcd(0, 0), 0x2000);
}

/* --- the event --- */

static void the_event_comes_once_until_all_is_serviced(void **state)
{
	start();
	fault_of(0, 0x1000, 0, RIG_NO_PASID);
	rig_run(&rig);
	assert_int_equal(rig.nr_irqs, 1);
	assert_int_equal(rig.last_irq_data, 0xfa);
	fault_of(1, 0x1000, 0, RIG_NO_PASID);
	clear_f(0);
	fault_of(0, 0x1000, 0, RIG_NO_PASID);
	rig_run(&rig);
	assert_int_equal(rig.nr_irqs, 1);
	clear_f(1);
	clear_f(2);
	fault_of(0, 0x1000, 0, RIG_NO_PASID);
	rig_run(&rig);
	assert_int_equal(rig.nr_irqs, 2);
	/* an error of the queue, while the fault is pending */
	rig_desc_put(&rig, 0xf, 0);
	rig_w64(&rig, DMAR_IQT_REG, rig.iq_tail);
	rig_run(&rig);
	assert_int_equal(rig_r32(&rig, DMAR_FSTS_REG) & 0x12, 0x12);
	assert_int_equal(rig.nr_irqs, 2);
}

static void a_masked_event_is_pending_until_it_is_unmasked(void **state)
{
	start();
	rig_w32(&rig, DMAR_FECTL_REG, 1U << 31);
	fault_of(0, 0x1000, 0, RIG_NO_PASID);
	rig_run(&rig);
	assert_int_equal(rig.nr_irqs, 0);
	assert_int_equal(rig_r32(&rig, DMAR_FECTL_REG), 3U << 30);
	rig_w32(&rig, DMAR_FECTL_REG, 0);
	assert_int_equal(rig_r32(&rig, DMAR_FECTL_REG), 0);
	rig_run(&rig);
	assert_int_equal(rig.nr_irqs, 1);
}

static void a_pending_event_goes_when_the_condition_is_serviced(void **state)
{
	start();
	rig_w32(&rig, DMAR_FECTL_REG, 1U << 31);
	fault_of(0, 0x1000, 0, RIG_NO_PASID);
	clear_f(0);
	assert_int_equal(rig_r32(&rig, DMAR_FECTL_REG), 1U << 31);
	rig_w32(&rig, DMAR_FECTL_REG, 0);
	rig_run(&rig);
	assert_int_equal(rig.nr_irqs, 0);
}

static void the_message_goes_to_the_whole_address(void **state)
{
	start();
	assert_int_equal(
		mem_add_doorbell(rig.mem, &(struct mem_doorbell){.pa = 0xab00000000ULL + 0x1000,
								 .bytes = 16,
								 .fn = rig_doorbell,
								 .opaque = &rig}),
		0);
	rig_w32(&rig, DMAR_FEADDR_REG, 0x1004);
	rig_w32(&rig, DMAR_FEUADDR_REG, 0xab);
	rig_w32(&rig, DMAR_FEDATA_REG, 0x1234);
	fault_of(0, 0x1000, 0, RIG_NO_PASID);
	rig_run(&rig);
	assert_int_equal(rig.last_irq_offset, 4);
	assert_int_equal(rig.last_irq_data, 0x1234);
}

static void the_message_takes_time(void **state)
{
	u64 before_ps;

	start();
	before_ps = sim_now_ps();
	fault_of(0, 0x1000, 0, RIG_NO_PASID);
	rig_run(&rig);
	assert_true(sim_now_ps() >= before_ps + 4000 + rig.mem_params.latency_ps);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(records_go_round_the_registers),
		TEST(fri_names_the_first_pending_record),
		TEST(a_full_set_overflows_until_it_is_cleared),
		TEST(compression_keeps_one_of_each_requester),
		TEST(records_say_what_the_request_was),
		TEST(pasids_are_rsvdz_in_records_without_them),
		TEST(only_f_is_writable),
		TEST(the_index_is_reset_while_nothing_is_translated),
		TEST(the_event_comes_once_until_all_is_serviced),
		TEST(a_masked_event_is_pending_until_it_is_unmasked),
		TEST(a_pending_event_goes_when_the_condition_is_serviced),
		TEST(the_message_goes_to_the_whole_address),
		TEST(the_message_takes_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
