// SPDX-License-Identifier: GPL-2.0-only
/*
 * Theorem: page requests come to software in order and complete, of N entries N-1; what
 * does not is answered or dropped as table 31 says and counted; the event follows PPR and
 * PRO; an accepted request takes its page out of the caches, and nothing else.
 */
#include "tests/models/vtd_rig.h"

#define SID 0x18U
#define R 1U
#define W 2U
#define LAST 4U
#define EXEC 8U
#define PRIV 16U
#define PPR 1U
#define PRO 2U
#define PRI_FLAGS (SMCTX_DTE | SMCTX_PASIDE | SMCTX_PRE)

struct message {
	struct port_page_request request;
	u32 nr_taken;
};

static struct rig rig;
static struct port *port;
static struct port_endpoint endpoint;
static struct port_page_response responses[256];
static u32 nr_responses;
static struct message messages[1024];
static u32 nr_messages;
static pa_t dir, fs, ss;

static void take_response(struct port_endpoint *base, const struct port_page_response *response)
{
	responses[nr_responses++ % 256] = *response;
}

static const struct port_endpoint_ops ops = {.page_response = take_response};

static void taken(struct port_page_request *request)
{
	((struct message *)request)->nr_taken++;
}

static void start(u32 mode, u64 flags)
{
	nr_responses = 0;
	nr_messages = 0;
	rig_start(&rig);
	rig_enable(&rig, mode);
	if (mode == RIG_SCALABLE) {
		fs = rig_page(&rig);
		ss = rig_page(&rig);
		dir = rig_smctx(&rig, SID, flags);
		const u64 first[8] = PASID_FS(fs, 1);
		const u64 second[8] = PASID_SS(ss, 2, 2);
		const u64 nested[8] = PASID_NEST(fs, ss, 2, 2);

		rig_pasid(&rig, dir, 0, second);
		rig_pasid(&rig, dir, 1, first);
		rig_pasid(&rig, dir, 2, nested);
		rig_pasid(&rig, dir, 0x12345 & 0x1fff, first);
	}
	rig_w64(&rig, DMAR_PQH_REG, 0);
	rig_w64(&rig, DMAR_PQT_REG, 0);
	rig_w64(&rig, DMAR_PQA_REG, RIG_PRQ);
	rig_w32(&rig, DMAR_PEDATA_REG, 0xf2);
	rig_w32(&rig, DMAR_PEADDR_REG, RIG_DOORBELL + 0x2000);
	rig_w32(&rig, DMAR_PECTL_REG, 0);
	port = vtd_port_create(rig.vtd, SID);
	endpoint.ops = &ops;
	port->endpoint = &endpoint;
	rig.nr_irqs = 0;
}

static void start_pri(void)
{
	start(RIG_SCALABLE, PRI_FLAGS);
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

static void post(u32 prgi, u64 iova, u32 flags, int pasid)
{
	struct message *m = &messages[nr_messages++ % 1024];

	*m = (struct message){.request = {
				      .iova = iova,
				      .pasid = pasid >= 0 ? pasid : 0,
				      .has_pasid = pasid >= 0,
				      .prg_index = prgi,
				      .is_last = flags & LAST,
				      .is_read = flags & R,
				      .is_write = flags & W,
				      .is_exec = flags & EXEC,
				      .is_privileged = flags & PRIV,
				      .taken = taken,
			      }};
	port->ops->page_request(port, &m->request);
}

static void request(u32 prgi, u64 iova, u32 flags, int pasid)
{
	post(prgi, iova, flags, pasid);
	rig_run(&rig);
	assert_int_equal(messages[(nr_messages - 1) % 1024].nr_taken, 1);
}

static u32 tail(void)
{
	return rig_r64(&rig, DMAR_PQT_REG) / 32;
}

static void expect_record(u32 index, u64 word0, u64 word1)
{
	assert_int_equal(rig_get(&rig, RIG_PRQ + 32 * index), word0);
	assert_int_equal(rig_get(&rig, RIG_PRQ + 32 * index + 8), word1);
	assert_int_equal(rig_get(&rig, RIG_PRQ + 32 * index + 16), 0);
	assert_int_equal(rig_get(&rig, RIG_PRQ + 32 * index + 24), 0);
}

static void expect_response(u32 prgi, enum port_page_response_code code, int pasid)
{
	const struct port_page_response *last = &responses[(nr_responses - 1) % 256];

	assert_true(nr_responses > 0);
	assert_int_equal(last->prg_index, prgi);
	assert_int_equal(last->code, code);
	assert_int_equal(last->has_pasid, pasid >= 0);
	assert_int_equal(last->pasid, pasid >= 0 ? pasid : 0);
}

static void expect_reason(u32 reason)
{
	u64 words[2] = {0};

	assert_int_equal(rig_fault(&rig, words), reason);
	if (reason)
		assert_int_equal(words[1] >> 28 & 1, 1); /* T2: a page request */
}

static void expect_sums(void)
{
	struct vtd_stats stats;

	vtd_stats(rig.vtd, &stats);
	assert_int_equal(stats.pri.requests, stats.pri.recorded + stats.pri.dropped +
						     stats.pri.auto_success +
						     stats.pri.auto_invalid);
}

/* The event is taken: PPR is cleared, and the head follows. */
static void take_all(void)
{
	rig_w64(&rig, DMAR_PQH_REG, rig_r64(&rig, DMAR_PQT_REG));
	rig_w32(&rig, DMAR_PRS_REG, PPR | PRO);
	rig_run(&rig);
}

/* --- records --- */

static void every_field_is_where_it_belongs(void **state)
{
	start_pri();
	request(0x1a5, 0x8000005fff, R | W | LAST | EXEC | PRIV, 1);
	expect_record(0, 1 | 1 << 8 | SID << 16 | 1ULL << 32 | 3ULL << 52,
		      3 | 4 | 0x1a5 << 3 | 0x8000005000);
	request(0x5a, 0xffff800000001000, W, RIG_NO_PASID);
	expect_record(1, 1 | SID << 16, 2 | 0x5a << 3 | 0xffff800000001000);
	assert_int_equal(tail(), 2);
	assert_int_equal(nr_responses, 0);
	expect_reason(0);
	expect_sums();
}

static void queue_holds_one_less_than_its_entries(void **state)
{
	for (u32 pqs = 0; pqs < 8; pqs++) {
		u32 nr = 128U << pqs;

		setup(state);
		start_pri();
		rig_w64(&rig, DMAR_PQA_REG, RIG_PRQ | pqs);
		for (u32 i = 0; i < nr - 1; i++)
			request(i & 511, i * 0x1000ULL, R, 1);
		assert_int_equal(tail(), nr - 1);
		assert_int_equal(rig_r32(&rig, DMAR_PRS_REG), PPR);
		request(7, 0x9000, R | LAST, 1);
		assert_int_equal(tail(), nr - 1);
		assert_int_equal(rig_r32(&rig, DMAR_PRS_REG), PPR | PRO);
		expect_response(7, PORT_PAGE_SUCCESS, 1);
		expect_sums();
		if (pqs < 7)
			teardown(state);
	}
}

static void records_wrap_around_in_order(void **state)
{
	start_pri();
	for (u32 i = 0; i < 300; i++) {
		request(i & 511, i * 0x1000ULL, R | LAST, 1);
		assert_int_equal(rig_get(&rig, RIG_PRQ + 32 * (i % 128) + 8) >> 12, i);
		take_all();
	}
	assert_int_equal(tail(), 300 % 128);
}

static void burst_comes_in_order(void **state)
{
	start_pri();
	for (u32 i = 0; i < 100; i++)
		post(i, i * 0x1000ULL, R | LAST, i % 2 ? 1 : RIG_NO_PASID);
	rig_run(&rig);
	for (u32 i = 0; i < 100; i++)
		assert_int_equal(rig_get(&rig, RIG_PRQ + 32 * i + 8) >> 12, i);
	assert_int_equal(tail(), 100);
	assert_int_equal(rig.nr_irqs, 1);
}

static void step(void)
{
	assert_int_not_equal(sim_next_event_ps(), SIM_TIME_NEVER);
	sim_run(sim_next_event_ps());
}

/* --- overflow --- */

static void fill(void)
{
	for (u32 i = 0; i < 127; i++)
		request(i, i * 0x1000ULL, R, 1);
}

static void overflow_answers_last_and_drops_the_others(void **state)
{
	start_pri();
	fill();
	request(1, 0x5000, R, 1);
	assert_int_equal(nr_responses, 0);
	request(2, 0x5000, R | LAST, RIG_NO_PASID);
	expect_response(2, PORT_PAGE_SUCCESS, RIG_NO_PASID);
	expect_sums();
	expect_reason(0);
}

static void uncleared_overflow_stops_the_queue(void **state)
{
	start_pri();
	fill();
	request(1, 0x5000, R | LAST, 1);
	rig_w64(&rig, DMAR_PQH_REG, rig_r64(&rig, DMAR_PQT_REG));
	request(2, 0x5000, R | LAST, 1);
	expect_response(2, PORT_PAGE_SUCCESS, 1);
	assert_int_equal(tail(), 127);
	rig_w32(&rig, DMAR_PRS_REG, PRO);
	request(3, 0x5000, R | LAST, 1);
	assert_int_equal(tail(), 0);
	assert_int_equal(nr_responses, 2);
}

static void room_made_in_time_prevents_the_overflow(void **state)
{
	start_pri();
	fill();
	post(1, 0x5000, R | LAST, 1);
	rig_w64(&rig, DMAR_PQH_REG, 32);
	rig_run(&rig);
	assert_int_equal(tail(), 0);
	assert_int_equal(rig_r32(&rig, DMAR_PRS_REG), PPR);
}

static void overflow_is_not_seen_before_the_queue_is_full(void **state)
{
	start_pri();
	for (u32 i = 0; i < 140; i++)
		post(i, i * 0x1000ULL, R | LAST, 1);
	while (!(rig_r32(&rig, DMAR_PRS_REG) & PRO))
		step();
	assert_int_equal(tail(), 127);
	rig_run(&rig);
	assert_int_equal(nr_responses, 140 - 127);
	expect_sums();
}

/* --- events --- */

static void event_comes_when_both_bits_were_clear(void **state)
{
	start_pri();
	request(1, 0x5000, R, 1);
	assert_int_equal(rig.nr_irqs, 1);
	assert_int_equal(rig.last_irq_data, 0xf2);
	assert_int_equal(rig.last_irq_offset, 0x2000);
	request(2, 0x5000, R, 1);
	assert_int_equal(rig.nr_irqs, 1);
	rig_w32(&rig, DMAR_PRS_REG, PPR);
	request(3, 0x5000, R, 1);
	assert_int_equal(rig.nr_irqs, 2);
}

static void overflow_is_an_event_if_nothing_is_pending(void **state)
{
	start_pri();
	fill();
	rig_w32(&rig, DMAR_PRS_REG, PPR);
	request(1, 0x5000, R, 1);
	assert_int_equal(rig.nr_irqs, 2);
	assert_int_equal(rig_r32(&rig, DMAR_PRS_REG), PRO);
}

static void masked_event_stays_pending(void **state)
{
	start_pri();
	rig_w32(&rig, DMAR_PECTL_REG, 1U << 31);
	request(1, 0x5000, R, 1);
	assert_int_equal(rig.nr_irqs, 0);
	assert_int_equal(rig_r32(&rig, DMAR_PECTL_REG), 3U << 30);
	rig_w32(&rig, DMAR_PECTL_REG, 0);
	rig_run(&rig);
	assert_int_equal(rig.nr_irqs, 1);
	assert_int_equal(rig_r32(&rig, DMAR_PECTL_REG), 0);
}

static void serviced_event_is_pending_no_more(void **state)
{
	start_pri();
	rig_w32(&rig, DMAR_PECTL_REG, 1U << 31);
	request(1, 0x5000, R, 1);
	rig_w32(&rig, DMAR_PRS_REG, PPR);
	assert_int_equal(rig_r32(&rig, DMAR_PECTL_REG), 1U << 31);
}

/* --- errors --- */

static void expect_invalid(u32 reason, int pasid)
{
	u32 before = nr_responses;

	request(5, 0x5000, R, pasid);
	expect_reason(reason);
	assert_int_equal(nr_responses, before);
	request(6, 0x5000, R | LAST, pasid);
	expect_reason(reason);
	expect_response(6, PORT_PAGE_INVALID, pasid);
	assert_int_equal(tail(), 0);
	assert_int_equal(rig_r32(&rig, DMAR_PRS_REG), 0);
	expect_sums();
}

static void without_pre_requests_are_invalid(void **state)
{
	start(RIG_SCALABLE, SMCTX_DTE | SMCTX_PASIDE);
	expect_invalid(0x47, 1);
}

static void without_dte_requests_are_invalid(void **state)
{
	start(RIG_SCALABLE, SMCTX_PASIDE);
	expect_invalid(0x47, 1);
}

static void absent_pasid_is_invalid(void **state)
{
	start_pri();
	expect_invalid(0x59, 9);
}

static void legacy_mode_has_no_page_requests(void **state)
{
	start(RIG_LEGACY, 0);
	expect_invalid(0x32, RIG_NO_PASID);
}

static void unit_that_is_off_answers_invalid_without_a_fault(void **state)
{
	start_pri();
	rig_w32(&rig, DMAR_GCMD_REG, 1U << 26);
	rig_run(&rig);
	expect_invalid(0, 1);
}

static void request_that_memory_does_not_take_is_invalid(void **state)
{
	start_pri();
	rig_w64(&rig, DMAR_PQA_REG, RIG_NOWHERE);
	expect_invalid(0, 1);
}

/* --- stop markers --- */

static void stop_marker_is_recorded_and_never_answered(void **state)
{
	start_pri();
	request(0, 0, LAST, 1);
	expect_record(0, 1 | 1 << 8 | SID << 16 | 1ULL << 32, 4);
	fill();
	request(0, 0, LAST, 1);
	assert_int_equal(nr_responses, 0);
}

static void without_support_stop_markers_are_dropped(void **state)
{
	rig.params.sms = 0;
	start_pri();
	request(0, 0, LAST, 1);
	assert_int_equal(tail(), 0);
	assert_int_equal(nr_responses, 0);
	expect_reason(0);
}

/* --- implicit invalidation --- */

static u64 see(u64 iova, int pasid)
{
	struct rig_access access;

	assert_int_equal(rig_do(port, &access, iova, RIG_PASID(pasid)), PORT_DONE);
	return access.a.pa;
}

static void accepted_request_invalidates_its_page(void **state)
{
	pa_t slots[2][2];

	start_pri();
	for (u32 k = 0; k < 2; k++) {
		for (u32 i = 0; i < 2; i++) {
			u64 iova = 0x8000005000 + i * 0x1000;

			slots[k][i] =
				k ? rig_map_ss(rig_tables(&rig, ss, 4), iova, 1, 0x700000 | SS_RW)
				  : rig_map_fs(rig_tables(&rig, fs, 4), iova, 1, 0x700000 | FS_ALL);
			see(iova, k ? RIG_NO_PASID : 1);
			rig_put1(&rig, slots[k][i], 0x900000 | FS_ALL);
		}
		request(1, 0x8000005000, R | LAST, k ? RIG_NO_PASID : 1);
		assert_int_equal(see(0x8000005000, k ? RIG_NO_PASID : 1), 0x900000);
		assert_int_equal(see(0x8000006000, k ? RIG_NO_PASID : 1), 0x700000);
	}
}

static void nested_request_invalidates_its_domain(void **state)
{
	pa_t slot;

	start_pri();
	rig_map_ss(rig_tables(&rig, ss, 4), 0, 3, SS_RW);
	slot = rig_map_fs(rig_tables(&rig, fs, 4), 0x8000006000, 1, 0x700000 | FS_ALL);
	see(0x8000006000, 2);
	rig_put1(&rig, slot, 0x900000 | FS_ALL);
	request(1, 0x8000005000, R | LAST, 2);
	assert_int_equal(see(0x8000006000, 2), 0x900000);
}

static void dropped_request_of_an_unknown_pasid_invalidates_nothing(void **state)
{
	pa_t slot;

	start_pri();
	slot = rig_map_fs(rig_tables(&rig, fs, 4), 0x8000006000, 1, 0x700000 | FS_ALL);
	see(0x8000006000, 1);
	rig_put1(&rig, slot, 0x900000 | FS_ALL);
	request(1, 0x8000006000, R | LAST, 9);
	assert_int_equal(see(0x8000006000, 1), 0x700000);
}

/* --- responses --- */

static void response_reaches_the_endpoint(void **state)
{
	static const enum port_page_response_code codes[] = {PORT_PAGE_SUCCESS, PORT_PAGE_INVALID,
							     PORT_PAGE_FAILURE};

	start_pri();
	for (u32 i = 0; i < 3; i++) {
		rig_desc(&rig, 9 | 1 << 4 | codes[i] << 12 | SID << 16 | 0x12345ULL << 32,
			 0x1a5 << 3);
		expect_response(0x1a5, codes[i], 0x12345);
		rig_desc(&rig, 9 | codes[i] << 12 | SID << 16, 0x5a << 3);
		expect_response(0x5a, codes[i], RIG_NO_PASID);
	}
}

static void response_for_nobody_has_no_effect(void **state)
{
	start_pri();
	rig_desc(&rig, 9 | 0x77 << 16, 0x5a << 3);
	assert_int_equal(nr_responses, 0);
}

/* Nothing of it is in a record of revision 4, nor may be in a descriptor (test_vtd_iq.c). */
static void private_data_goes_to_software_and_back_with_revision_3(void **state)
{
	for (u32 revision = 3; revision <= 4; revision++) {
		struct message *m = &messages[0];

		if (revision == 4)
			teardown(state);
		setup(state);
		rig.params.revision = revision;
		rig.params.sms = 0;
		start_pri();
		*m = (struct message){.request = {.iova = 0x5000,
						  .has_pasid = true,
						  .pasid = 1,
						  .is_read = true,
						  .has_private_data = true,
						  .private_data = {0x1234, 0x5678},
						  .taken = taken}};
		port->ops->page_request(port, &m->request);
		rig_run(&rig);
		assert_int_equal(rig_get(&rig, RIG_PRQ) >> 9 & 1, revision == 3);
		assert_int_equal(rig_get(&rig, RIG_PRQ + 16), revision == 3 ? 0x1234 : 0);
		assert_int_equal(rig_get(&rig, RIG_PRQ + 24), revision == 3 ? 0x5678 : 0);
		if (revision == 4)
			break;
		const u64 words[4] = {9 | 1 << 5 | SID << 16, 7 << 3, 0x9abc, 0xdef0};

		rig_put(&rig, RIG_IQ + rig.iq_tail, words, 4);
		rig.iq_tail += 32;
		rig_w64(&rig, DMAR_IQT_REG, rig.iq_tail);
		rig_run(&rig);
		assert_int_equal(nr_responses, 1);
		assert_true(responses[0].has_private_data);
		assert_int_equal(responses[0].private_data[0], 0x9abc);
		assert_int_equal(responses[0].private_data[1], 0xdef0);
	}
}

/* --- draining --- */

static void drain_waits_for_requests_received(void **state)
{
	start_pri();
	rig_put1(&rig, RIG_STATUS, 0);
	for (u32 i = 0; i < 50; i++)
		post(i, i * 0x1000ULL, R | LAST, 1);
	/* until the first is here */
	while (!tail())
		step();
	rig_desc_put(&rig, 5 | 1 << 5 | 1 << 7 | 0x55ULL << 32, RIG_STATUS);
	rig_w64(&rig, DMAR_IQT_REG, rig.iq_tail);
	while (rig_get(&rig, RIG_STATUS) != 0x55)
		step();
	assert_int_equal(tail(), 50);
	rig_run(&rig);
}

/* None is pushed after it, whose write would look at who waits. */
static void drain_ends_when_the_last_request_is_refused(void **state)
{
	start_pri();
	rig_put1(&rig, RIG_STATUS, 0);
	for (u32 i = 0; i < 50; i++)
		post(i, i * 0x1000ULL, R | LAST, 9);
	while (!nr_responses)
		step();
	rig_desc_put(&rig, 5 | 1 << 5 | 1 << 7 | 0x55ULL << 32, RIG_STATUS);
	rig_w64(&rig, DMAR_IQT_REG, rig.iq_tail);
	rig_run(&rig);
	assert_int_equal(nr_responses, 50);
	assert_int_equal(rig_get(&rig, RIG_STATUS), 0x55);
}

static void clockless_does_the_same_at_once(void **state)
{
	rig.is_clockless = true;
	start_pri();
	for (u32 i = 0; i < 130; i++)
		post(i, i * 0x1000ULL, R | LAST, 1);
	assert_int_equal(tail(), 127);
	assert_int_equal(nr_responses, 3);
	expect_response(129, PORT_PAGE_SUCCESS, 1);
	expect_sums();
	assert_int_equal(sim_events_dispatched(), 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_field_is_where_it_belongs),
		TEST(queue_holds_one_less_than_its_entries),
		TEST(records_wrap_around_in_order),
		TEST(burst_comes_in_order),
		TEST(overflow_answers_last_and_drops_the_others),
		TEST(uncleared_overflow_stops_the_queue),
		TEST(room_made_in_time_prevents_the_overflow),
		TEST(overflow_is_not_seen_before_the_queue_is_full),
		TEST(event_comes_when_both_bits_were_clear),
		TEST(overflow_is_an_event_if_nothing_is_pending),
		TEST(masked_event_stays_pending),
		TEST(serviced_event_is_pending_no_more),
		TEST(without_pre_requests_are_invalid),
		TEST(without_dte_requests_are_invalid),
		TEST(absent_pasid_is_invalid),
		TEST(legacy_mode_has_no_page_requests),
		TEST(unit_that_is_off_answers_invalid_without_a_fault),
		TEST(request_that_memory_does_not_take_is_invalid),
		TEST(stop_marker_is_recorded_and_never_answered),
		TEST(without_support_stop_markers_are_dropped),
		TEST(accepted_request_invalidates_its_page),
		TEST(nested_request_invalidates_its_domain),
		TEST(dropped_request_of_an_unknown_pasid_invalidates_nothing),
		TEST(response_reaches_the_endpoint),
		TEST(response_for_nobody_has_no_effect),
		TEST(private_data_goes_to_software_and_back_with_revision_3),
		TEST(drain_waits_for_requests_received),
		TEST(drain_ends_when_the_last_request_is_refused),
		TEST(clockless_does_the_same_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
