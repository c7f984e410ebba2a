// SPDX-License-Identifier: GPL-2.0-only
/*
 * Theorem: a translation request is completed with what the tables grant, or as the table of
 * fault conditions says; device-TLB invalidations reach their endpoint with all fields; a wait
 * descriptor waits for their completions, and one that does not come in time sets ITE.
 */
#include "tests/models/vtd_rig.h"

#define SID 0x18U
#define R 1U
#define W 2U
#define X 4U
#define U 8U

struct endpoint {
	struct port_endpoint endpoint;
	struct port_invalidation *held[65];
	iova_t iova[65]; /* slots are used again */
	u32 nr;
	bool answers;
};

struct request {
	struct port_translation t;
	u32 nr_completed;
};

static struct rig rig;
static struct port *port;
static struct endpoint endpoint;
static pa_t dir, fs, ss;
static struct request last;

static void take_invalidation(struct port_endpoint *base, struct port_invalidation *inv)
{
	struct endpoint *mine = (struct endpoint *)base;

	mine->iova[mine->nr] = inv->iova;
	mine->held[mine->nr++] = inv;
	if (mine->answers)
		inv->completed(inv);
}

static const struct port_endpoint_ops ops = {.invalidate = take_invalidation};

static void attach(void)
{
	memset(&endpoint, 0, sizeof(endpoint));
	endpoint.endpoint.ops = &ops;
	endpoint.answers = true;
	port->endpoint = &endpoint.endpoint;
}

static void start(u64 context_flags)
{
	rig_start(&rig);
	rig_enable(&rig, RIG_SCALABLE);
	fs = rig_page(&rig);
	ss = rig_page(&rig);
	dir = rig_smctx(&rig, SID, context_flags);
	const u64 first[8] = PASID_FS(fs, 1);
	const u64 second[8] = PASID_SS(ss, 2, 2);

	rig_pasid(&rig, dir, 0, second);
	rig_pasid(&rig, dir, 1, first);
	port = vtd_port_create(rig.vtd, SID);
	attach();
}

static void start_ats(void)
{
	start(SMCTX_DTE | SMCTX_PASIDE);
}

static void start_legacy(void)
{
	rig_start(&rig);
	rig_enable(&rig, RIG_LEGACY);
	ss = rig_page(&rig);
	port = vtd_port_create(rig.vtd, SID);
}

static int setup(void **state)
{
	rig_defaults(&rig);
	rig.params.srs = 1;
	return 0;
}

static int teardown(void **state)
{
	rig_stop(&rig);
	return 0;
}

static void complete(struct port_access *access)
{
	((struct request *)access)->nr_completed++;
}

static void issue(struct request *r, u64 iova, u32 flags, int pasid)
{
	enum port_status status;

	memset(r, 0, sizeof(*r));
	r->t.access.iova = iova;
	r->t.access.len_bytes = 64;
	r->t.access.has_pasid = pasid >= 0;
	r->t.access.pasid = pasid >= 0 ? pasid : 0;
	r->t.access.is_write = flags & RIG_WRITE;
	r->t.access.is_privileged = flags & RIG_PRIV;
	r->t.access.is_instruction = flags & RIG_INSTR;
	r->t.access.complete = complete;
	status = port->ops->translation_request(port, &r->t);
	if (rig.is_clockless)
		assert_int_equal(status, PORT_DONE);
	else
		assert_int_equal(status, PORT_PENDING);
}

static void ask(u64 iova, u32 flags, int pasid)
{
	issue(&last, iova, flags, pasid);
	rig_run(&rig);
	assert_int_equal(last.nr_completed, !rig.is_clockless);
	assert_int_equal(last.t.access.status, PORT_DONE);
}

static void expect(enum port_completion completion, u32 rwxu)
{
	assert_int_equal(last.t.completion, completion);
	assert_int_equal((last.t.is_readable ? R : 0) | (last.t.is_writable ? W : 0) |
				 (last.t.is_executable ? X : 0) |
				 (last.t.is_untranslated_only ? U : 0),
			 rwxu);
}

static void expect_reason(u32 reason)
{
	u64 words[2] = {0};

	assert_int_equal(rig_fault(&rig, words), reason);
}

/* --- completions --- */

static void request_is_completed_with_the_translation(void **state)
{
	start_ats();
	rig_map_fs(rig_tables(&rig, fs, 4), 0x8000005000, 1, 0x712000 | FS_ALL);
	ask(0x8000005678, RIG_WRITE, 1);
	expect(PORT_COMPLETION_SUCCESS, R | W);
	assert_int_equal(last.t.access.pa, 0x712678);
	assert_int_equal(last.t.lg2, 12);
	expect_reason(0);
}

static void pages_are_completed_whole(void **state)
{
	start_ats();
	rig_map_ss(rig_tables(&rig, ss, 4), 0x8000200000, 2, 0x4200000 | SS_RW);
	ask(0x8000212345, RIG_WRITE, RIG_NO_PASID);
	expect(PORT_COMPLETION_SUCCESS, R | W);
	assert_int_equal(last.t.lg2, 21);
	assert_int_equal(last.t.access.pa, 0x4212345);
}

static void permissions_are_those_of_the_tables(void **state)
{
	static const struct {
		u64 attrs;
		u32 flags, rwxu;
	} cases[] = {
		{FS_P | FS_US, 0, R},
		{FS_P | FS_US, RIG_WRITE, R},
		{FS_ALL, 0, R}, /* NW is set: the dirty flag must not be */
		{FS_ALL, RIG_WRITE, R | W},
		{FS_P | FS_RW, RIG_WRITE, 0}, /* of the supervisor */
	};

	start_ats();
	for (u32 i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		u64 iova = 0x8000000000 + i * 0x1000;
		pa_t slot = rig_map_fs(rig_tables(&rig, fs, 4), iova, 1, 0x700000 | cases[i].attrs);

		ask(iova, cases[i].flags, 1);
		expect(PORT_COMPLETION_SUCCESS, cases[i].rwxu);
		assert_int_equal(!!(rig_get(&rig, slot) & FS_D), cases[i].rwxu == (R | W));
	}
	expect_reason(0);
}

static void write_only_page_grants_writing_only(void **state)
{
	start_ats();
	rig_map_ss(rig_tables(&rig, ss, 4), 0x5000, 1, 0x700000 | 2);
	ask(0x5000, RIG_WRITE, RIG_NO_PASID);
	expect(PORT_COMPLETION_SUCCESS, W);
}

static void no_translation_is_success_without_permission(void **state)
{
	start_ats();
	ask(0x8000005000, RIG_WRITE, 1);
	expect(PORT_COMPLETION_SUCCESS, 0);
	ask(0x5000, 0, RIG_NO_PASID);
	expect(PORT_COMPLETION_SUCCESS, 0);
	expect_reason(0);
}

static void absent_pasid_is_success_without_permission(void **state)
{
	start_ats();
	ask(0x5000, 0, 7);
	expect(PORT_COMPLETION_SUCCESS, 0);
	expect_reason(0);
}

static void reserved_second_stage_entry_is_a_completer_abort(void **state)
{
	start_ats();
	rig_map_ss(rig_tables(&rig, ss, 4), 0x5000, 1, 0x700000 | 1ULL << 62 | SS_RW);
	ask(0x5000, 0, RIG_NO_PASID);
	expect(PORT_COMPLETION_ABORTED, 0);
	expect_reason(0x7a);
}

/* Success without permission as for a page that is not there, but software is told. */
static void flags_that_cannot_be_set_are_reported(void **state)
{
	start_ats();
	mem_set_read_only(rig.mem,
			  rig_map_fs(rig_tables(&rig, fs, 4), 0x8000005000, 1, 0x712000 | FS_ALL),
			  8);
	ask(0x8000005000, RIG_WRITE, 1);
	expect(PORT_COMPLETION_SUCCESS, 0);
	expect_reason(0x91);
}

static void without_dte_there_is_no_ats(void **state)
{
	start(SMCTX_PASIDE);
	ask(0x5000, 0, RIG_NO_PASID);
	expect(PORT_COMPLETION_UNSUPPORTED, 0);
	expect_reason(0x44);
}

static void legacy_mode_needs_translation_type_1(void **state)
{
	start_legacy();
	rig_map_ss(rig_tables(&rig, ss, 4), 0x5000, 1, 0x700000 | SS_RW);
	rig_ctx(&rig, SID, (struct rig_context){.tt = 0, .aw = 2, .did = 1, .root = ss});
	ask(0x5000, 0, RIG_NO_PASID);
	expect(PORT_COMPLETION_UNSUPPORTED, 0);
	expect_reason(0x0d);
	rig_ctx(&rig, SID, (struct rig_context){.tt = 1, .aw = 2, .did = 1, .root = ss});
	rig_invalidate_all(&rig);
	ask(0x5000, RIG_WRITE, RIG_NO_PASID);
	expect(PORT_COMPLETION_SUCCESS, R | W);
}

static void unit_that_is_off_does_not_support_ats(void **state)
{
	rig_start(&rig);
	port = vtd_port_create(rig.vtd, SID);
	ask(0x5000, 0, RIG_NO_PASID);
	expect(PORT_COMPLETION_UNSUPPORTED, 0);
}

static void interrupt_range_is_for_untranslated_writes(void **state)
{
	start_ats();
	ask(0xfee01000, RIG_WRITE, RIG_NO_PASID);
	expect(PORT_COMPLETION_SUCCESS, W | U);
	ask(0xfee01000, 0, RIG_NO_PASID);
	expect(PORT_COMPLETION_SUCCESS, 0);
}

static void output_in_the_interrupt_range_is_a_completer_abort(void **state)
{
	start_ats();
	rig_map_ss(rig_tables(&rig, ss, 4), 0x5000, 1, 0xfee00000 | SS_RW);
	ask(0x5000, 0, RIG_NO_PASID);
	expect(PORT_COMPLETION_ABORTED, 0);
	expect_reason(0x87);
}

static void iotlb_answers_requests_too(void **state)
{
	pa_t slot;

	start_ats();
	slot = rig_map_ss(rig_tables(&rig, ss, 4), 0x5000, 1, 0x700000 | SS_RW);
	ask(0x5000, RIG_WRITE, RIG_NO_PASID);
	rig_put1(&rig, slot, 0);
	ask(0x5040, RIG_WRITE, RIG_NO_PASID);
	expect(PORT_COMPLETION_SUCCESS, R | W);
	assert_int_equal(last.t.access.pa, 0x700040);
}

static void many_requests_at_once(void **state)
{
	static struct request requests[40];

	rig.params.port_slots = 4;
	start_ats();
	for (u32 i = 0; i < 40; i++) {
		rig_map_ss(rig_tables(&rig, ss, 4), i * 0x1000, 1, (0x800000 + i * 0x1000) | SS_RW);
		issue(&requests[i], i * 0x1000, RIG_WRITE, RIG_NO_PASID);
	}
	rig_run(&rig);
	for (u32 i = 0; i < 40; i++) {
		last = requests[i];
		assert_int_equal(last.nr_completed, 1);
		expect(PORT_COMPLETION_SUCCESS, R | W);
		assert_int_equal(last.t.access.pa, 0x800000 + i * 0x1000);
	}
}

/* --- translated requests --- */

static enum port_status translated(struct rig_access *access, u64 pa, u32 flags)
{
	enum port_status status;

	rig_prepare(access, pa, flags);
	status = port->ops->translated(port, &access->a);
	if (status != PORT_PENDING)
		return status;
	rig_run(&rig);
	return access->a.status;
}

static void translated_requests_pass(void **state)
{
	struct rig_access access;

	start_ats();
	assert_int_equal(translated(&access, 0x712340, RIG_WRITE), PORT_DONE);
	assert_int_equal(access.a.pa, 0x712340);
	expect_reason(0);
}

static void translated_requests_need_dte(void **state)
{
	struct rig_access access;

	start(SMCTX_PASIDE);
	assert_int_equal(translated(&access, 0x712340, RIG_WRITE), PORT_ABORTED);
	expect_reason(0x44);
}

static void translated_requests_have_limits(void **state)
{
	struct rig_access access;

	start_ats();
	assert_int_equal(translated(&access, 1ULL << rig.params.haw_bits, 0), PORT_ABORTED);
	expect_reason(0x83);
	assert_int_equal(translated(&access, 0xfee00000, RIG_WRITE), PORT_ABORTED);
	expect_reason(0x87);
	rig_stop(&rig);
	start_legacy();
	rig_ctx(&rig, SID, (struct rig_context){.tt = 1, .aw = 2, .did = 1, .root = ss});
	assert_int_equal(translated(&access, 1ULL << rig.params.haw_bits, 0), PORT_ABORTED);
	expect_reason(0x04);
	assert_int_equal(translated(&access, 0xfee00000, RIG_WRITE), PORT_ABORTED);
	expect_reason(0x0e);
	assert_int_equal(translated(&access, 0x712340, RIG_WRITE), PORT_DONE);
}

/* --- invalidation of device-TLBs --- */

static void devtlb(u64 sid, u64 mip, u64 address_and_s)
{
	rig_desc_put(&rig, 3 | mip << 16 | sid << 32, address_and_s);
}

static void ring(void)
{
	rig_w64(&rig, DMAR_IQT_REG, rig.iq_tail);
}

static void status_wait(u64 flags)
{
	rig_put1(&rig, RIG_STATUS, 0);
	rig_desc_put(&rig, 5 | 1 << 5 | flags | 0x55ULL << 32, RIG_STATUS);
}

/* Long enough for all but a time-out. */
static void run_a_while(void)
{
	assert_int_equal(sim_run(sim_now_ps() + 1000000000), SIM_RUN_UNTIL);
}

static void invalidation_reaches_the_endpoint_with_its_fields(void **state)
{
	static const struct {
		u64 word;
		u64 iova;
		u32 lg2;
	} cases[] = {
		{0x8000005000, 0x8000005000, 12},     {0x8000004000 | 1, 0x8000004000, 13},
		{0x8000007000 | 1, 0x8000000000, 16}, {0x80000ff000 | 1, 0x8000000000, 21},
		{0x7ffffffffffff000 | 1, 0, 64},      {0xfffffffffffff000 | 1, 0, 64},
	};

	start_ats();
	for (u32 i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		rig_desc(&rig, 3 | (u64)SID << 32, cases[i].word);
		assert_int_equal(endpoint.nr, i + 1);
		assert_int_equal(endpoint.held[i]->iova, cases[i].iova);
		assert_int_equal(endpoint.held[i]->lg2, cases[i].lg2);
		assert_false(endpoint.held[i]->has_pasid);
	}
}

static void invalidation_by_pasid_has_the_pasid(void **state)
{
	start_ats();
	rig_desc(&rig, 8 | SID << 16 | 0x9abcdULL << 32, 0x8000005000);
	assert_int_equal(endpoint.held[0]->pasid, 0x9abcd);
	assert_true(endpoint.held[0]->has_pasid);
	assert_false(endpoint.held[0]->is_global);
	assert_int_equal(endpoint.held[0]->lg2, 12);
	rig_desc(&rig, 8 | SID << 16 | 1ULL << 32, 0x8000007000 | 1 << 11 | 1);
	assert_true(endpoint.held[1]->is_global);
	assert_int_equal(endpoint.held[1]->lg2, 16);
}

static void wait_waits_for_the_endpoint(void **state)
{
	start_ats();
	endpoint.answers = false;
	devtlb(SID, 0, 0x5000);
	status_wait(0);
	ring();
	run_a_while();
	assert_int_equal(endpoint.nr, 1);
	assert_int_equal(rig_get(&rig, RIG_STATUS), 0);
	endpoint.held[0]->completed(endpoint.held[0]);
	rig_run(&rig);
	assert_int_equal(rig_get(&rig, RIG_STATUS), 0x55);
}

static void time_out_aborts_the_wait_and_stops_the_queue(void **state)
{
	u64 tail;

	start_ats();
	endpoint.answers = false;
	devtlb(SID, 0, 0x5000);
	status_wait(0);
	tail = rig.iq_tail;
	rig_desc_put(&rig, 2 | 1 << 4, 0);
	ring();
	rig_run(&rig);
	assert_true(rig_r32(&rig, DMAR_FSTS_REG) & 1 << 6);
	assert_int_equal(rig_r64(&rig, DMAR_IQERCD_REG) >> 32 & 0xffff, SID);
	assert_int_equal(rig_r64(&rig, DMAR_IQH_REG), tail);
	assert_int_equal(rig.last_irq_data, 0xfa);
	/* the tail alone does not start it */
	ring();
	rig_run(&rig);
	assert_int_equal(rig_r64(&rig, DMAR_IQH_REG), tail);
	rig_w32(&rig, DMAR_FSTS_REG, 1 << 6);
	rig_run(&rig);
	assert_int_equal(rig_r64(&rig, DMAR_IQH_REG), rig.iq_tail);
	assert_int_equal(rig_get(&rig, RIG_STATUS), 0);
	/* the next wait has nothing to wait for */
	status_wait(0);
	ring();
	rig_run(&rig);
	assert_int_equal(rig_get(&rig, RIG_STATUS), 0x55);
}

/* The wait is rung for so long before the time-out. Return: it was fetched. */
static bool wait_before_a_time_out(u64 took_ps, u64 before_ps)
{
	u64 tail, from_ps = sim_now_ps();
	bool is_fetched;

	devtlb(SID, 0, 0x5000);
	tail = rig.iq_tail;
	ring();
	assert_int_equal(sim_run(from_ps + took_ps - before_ps), SIM_RUN_UNTIL);
	status_wait(0);
	ring();
	rig_run(&rig);
	assert_true(rig_r32(&rig, DMAR_FSTS_REG) & 1 << 6);
	is_fetched = rig_r64(&rig, DMAR_IQH_REG) != tail;
	assert_int_equal(rig_get(&rig, RIG_STATUS), 0);
	rig_w32(&rig, DMAR_FSTS_REG, 1 << 6);
	rig_run(&rig);
	assert_int_equal(rig_r64(&rig, DMAR_IQH_REG), rig.iq_tail);
	/* by IQH software knows which waits are aborted */
	assert_int_equal(rig_get(&rig, RIG_STATUS), is_fetched ? 0 : 0x55);
	endpoint.held[endpoint.nr - 1]->completed(endpoint.held[endpoint.nr - 1]);
	rig_run(&rig);
	rig_w32(&rig, DMAR_FSTS_REG, 1 << 5);
	return is_fetched;
}

static void what_is_fetched_as_a_time_out_comes_is_not_fetched(void **state)
{
	u32 nr = 0, nr_fetched = 0;
	u64 took_ps;

	start_ats();
	endpoint.answers = false;
	took_ps = sim_now_ps();
	devtlb(SID, 0, 0x5000);
	ring();
	rig_run(&rig);
	took_ps = sim_now_ps() - took_ps;
	rig_w32(&rig, DMAR_FSTS_REG, 1 << 6);
	for (u64 before_ps = 2000; before_ps < 1000000; before_ps += 20000, nr++) {
		endpoint.nr = 0;
		nr_fetched += wait_before_a_time_out(took_ps, before_ps);
	}
	assert_in_range(nr_fetched, 1, nr - 1);
}

/* As many as there are places have timed out, and the endpoint has their messages. */
static void a_message_that_comes_back_late_makes_place(void **state)
{
	start_ats();
	endpoint.answers = false;
	for (u32 i = 0; i < 64; i++)
		devtlb(SID, 0, i * 0x1000);
	ring();
	while (endpoint.nr < 64 || !(rig_r32(&rig, DMAR_FSTS_REG) & 1 << 6)) {
		rig_run(&rig);
		if (endpoint.nr < 64)
			rig_w32(&rig, DMAR_FSTS_REG, 1 << 6);
	}
	rig_w32(&rig, DMAR_FSTS_REG, 1 << 6);
	endpoint.answers = true;
	devtlb(SID, 0, 0x100000);
	status_wait(0);
	ring();
	rig_run(&rig);
	assert_int_equal(rig_get(&rig, RIG_STATUS), 0);
	endpoint.held[5]->completed(endpoint.held[5]);
	rig_run(&rig);
	assert_true(rig_r32(&rig, DMAR_FSTS_REG) & 1 << 5);
	assert_int_equal(rig_get(&rig, RIG_STATUS), 0x55);
}

static void time_out_takes_as_long_as_the_parameter_says(void **state)
{
	u64 from_ps, to_ps;

	start_ats();
	endpoint.answers = false;
	devtlb(SID, 0, 0x5000);
	ring();
	from_ps = sim_now_ps();
	rig_run(&rig);
	to_ps = sim_now_ps();
	assert_in_range(to_ps - from_ps, rig.params.devtlb_timeout_ps,
			rig.params.devtlb_timeout_ps + 10000000);
}

static void late_completion_is_an_error_of_its_own(void **state)
{
	start_ats();
	endpoint.answers = false;
	devtlb(SID, 0, 0x5000);
	ring();
	rig_run(&rig);
	rig_w32(&rig, DMAR_FSTS_REG, 1 << 6);
	endpoint.held[0]->completed(endpoint.held[0]);
	rig_run(&rig);
	assert_int_equal(rig_r32(&rig, DMAR_FSTS_REG) & 0x70, 1 << 5);
	assert_int_equal(rig_r64(&rig, DMAR_IQERCD_REG) >> 48, SID);
}

static void nobody_completes_for_an_absent_endpoint(void **state)
{
	start_ats();
	devtlb(0x77, 0, 0x5000);
	status_wait(0);
	ring();
	rig_run(&rig);
	assert_true(rig_r32(&rig, DMAR_FSTS_REG) & 1 << 6);
	assert_int_equal(rig_r64(&rig, DMAR_IQERCD_REG) >> 32 & 0xffff, 0x77);
	assert_int_equal(rig_get(&rig, RIG_STATUS), 0);
}

static void invalidations_are_limited_by_their_tags(void **state)
{
	start_ats();
	endpoint.answers = false;
	for (u32 i = 0; i < 40; i++)
		devtlb(SID, 0, i * 0x1000);
	ring();
	run_a_while();
	assert_int_equal(endpoint.nr, 32);
	endpoint.answers = true;
	for (u32 i = 0; i < 32; i++)
		endpoint.held[i]->completed(endpoint.held[i]);
	rig_run(&rig);
	assert_int_equal(endpoint.nr, 40);
	assert_int_equal(rig_r64(&rig, DMAR_IQH_REG), rig.iq_tail);
	for (u32 i = 32; i < 40; i++)
		assert_int_equal(endpoint.iova[i], i * 0x1000);
}

static void endpoint_gets_no_more_than_it_handles(void **state)
{
	start_ats();
	endpoint.answers = false;
	for (u32 i = 0; i < 4; i++)
		devtlb(SID, 3, i * 0x1000);
	ring();
	run_a_while();
	assert_int_equal(endpoint.nr, 3);
	endpoint.held[1]->completed(endpoint.held[1]);
	run_a_while();
	assert_int_equal(endpoint.nr, 4);
	endpoint.answers = true;
	endpoint.held[0]->completed(endpoint.held[0]);
	endpoint.held[2]->completed(endpoint.held[2]);
	endpoint.held[3]->completed(endpoint.held[3]);
	rig_run(&rig);
}

static void disabled_queue_forgets_a_waiting_descriptor(void **state)
{
	start_ats();
	endpoint.answers = false;
	devtlb(SID, 0, 0x5000);
	status_wait(0);
	ring();
	run_a_while();
	rig_w32(&rig, DMAR_GCMD_REG, 1U << 31);
	run_a_while();
	endpoint.held[0]->completed(endpoint.held[0]);
	rig_run(&rig);
	assert_int_equal(rig_get(&rig, RIG_STATUS), 0);
	assert_int_equal(rig_r64(&rig, DMAR_IQH_REG), 0);
}

static void clockless_does_the_same_at_once(void **state)
{
	rig.is_clockless = true;
	start_ats();
	rig_map_ss(rig_tables(&rig, ss, 4), 0x5000, 1, 0x700000 | SS_RW);
	ask(0x5000, RIG_WRITE, RIG_NO_PASID);
	expect(PORT_COMPLETION_SUCCESS, R | W);
	devtlb(SID, 0, 0x5000);
	status_wait(0);
	ring();
	assert_int_equal(rig_get(&rig, RIG_STATUS), 0x55);
	endpoint.answers = false;
	devtlb(SID, 0, 0x5000);
	status_wait(0);
	ring();
	assert_int_equal(rig_get(&rig, RIG_STATUS), 0);
	assert_true(rig_r32(&rig, DMAR_FSTS_REG) & 1 << 6);
	assert_int_equal(sim_events_dispatched(), 0);
}

static void request_under_way_sees_the_invalidation(void **state)
{
	pa_t slot;

	start_ats();
	slot = rig_map_ss(rig_tables(&rig, ss, 4), 0x5000, 1, 0x700000 | SS_RW);
	issue(&last, 0x5000, RIG_WRITE, RIG_NO_PASID);
	/* until the leaf is being fetched */
	for (;;) {
		struct vtd_stats stats;

		vtd_stats(rig.vtd, &stats);
		if (stats.ss_fetches[0]) {
			rig_put1(&rig, slot, 0x900000 | SS_RW);
			rig_desc_put(&rig, 2 | 1 << 4, 0);
			ring();
			break;
		}
		assert_int_not_equal(sim_next_event_ps(), SIM_TIME_NEVER);
		sim_run(sim_next_event_ps());
	}
	rig_run(&rig);
	/* either the old one was handed out before the invalidation was carried out, or the new one
	 */
	ask(0x5000, RIG_WRITE, RIG_NO_PASID);
	assert_int_equal(last.t.access.pa, 0x900000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(request_is_completed_with_the_translation),
		TEST(pages_are_completed_whole),
		TEST(permissions_are_those_of_the_tables),
		TEST(write_only_page_grants_writing_only),
		TEST(no_translation_is_success_without_permission),
		TEST(absent_pasid_is_success_without_permission),
		TEST(reserved_second_stage_entry_is_a_completer_abort),
		TEST(flags_that_cannot_be_set_are_reported),
		TEST(without_dte_there_is_no_ats),
		TEST(legacy_mode_needs_translation_type_1),
		TEST(unit_that_is_off_does_not_support_ats),
		TEST(interrupt_range_is_for_untranslated_writes),
		TEST(output_in_the_interrupt_range_is_a_completer_abort),
		TEST(iotlb_answers_requests_too),
		TEST(many_requests_at_once),
		TEST(translated_requests_pass),
		TEST(translated_requests_need_dte),
		TEST(translated_requests_have_limits),
		TEST(invalidation_reaches_the_endpoint_with_its_fields),
		TEST(invalidation_by_pasid_has_the_pasid),
		TEST(wait_waits_for_the_endpoint),
		TEST(time_out_aborts_the_wait_and_stops_the_queue),
		TEST(what_is_fetched_as_a_time_out_comes_is_not_fetched),
		TEST(a_message_that_comes_back_late_makes_place),
		TEST(time_out_takes_as_long_as_the_parameter_says),
		TEST(late_completion_is_an_error_of_its_own),
		TEST(nobody_completes_for_an_absent_endpoint),
		TEST(invalidations_are_limited_by_their_tags),
		TEST(endpoint_gets_no_more_than_it_handles),
		TEST(disabled_queue_forgets_a_waiting_descriptor),
		TEST(clockless_does_the_same_at_once),
		TEST(request_under_way_sees_the_invalidation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
