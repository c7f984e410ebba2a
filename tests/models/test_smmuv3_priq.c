// SPDX-License-Identifier: GPL-2.0-only
/*
 * Theorems of chapter 8: every field of a page request is where it belongs;
 * records arrive in order at every queue size; a full queue is an overflow,
 * which stops the queue until it is acknowledged even if there is room; what is
 * not written is dropped or answered as 8.1 and 8.2 say, with and without PASID,
 * by PPS, PPAR and the state of the STE; stop markers are never answered; the
 * interrupt comes by non-empty, or by Last; CMD_PRI_RESP reaches the endpoint;
 * requests sent add up to those recorded, dropped and answered. What looks for STE.PPAR takes
 * its time as every other transaction does, and holds up nothing but what needs it, too.
 */
#include "tests/models/smmuv3_rig.h"

#define SID 5
#define OVFLG 0x80000000U
#define RIG_PRIQ 0x44000000ULL
#define MAX_MESSAGES 64

struct endpoint {
	struct port_endpoint base; /* first */
	struct port_page_response got[MAX_MESSAGES];
	u32 nr_got;
	u64 got_ps;
};

static struct rig rig;
static struct port *port;
static struct endpoint endpoint;
static struct port_page_request requests[MAX_MESSAGES];
static u32 nr_requests, nr_taken;
static u32 priq_lg2, pri_cons;

static void take_response(struct port_endpoint *base, const struct port_page_response *response)
{
	struct endpoint *mine = (struct endpoint *)base;

	mine->got[mine->nr_got++ % MAX_MESSAGES] = *response;
	mine->got_ps = sim_now_ps();
}

static const struct port_endpoint_ops endpoint_ops = {.page_response = take_response};

static void taken(struct port_page_request *request)
{
	nr_taken++;
}

#define CR0_ALL (CR0_SMMUEN | CR0_EVTQEN | CR0_CMDQEN | CR0_PRIQEN)

static void enable(u64 base)
{
	rig_w64(&rig, ARM_SMMU_PRIQ_BASE, base | priq_lg2);
	rig_w64(&rig, ARM_SMMU_PRIQ_IRQ_CFG0, RIG_DOORBELL + 8);
	rig_w32(&rig, ARM_SMMU_PRIQ_IRQ_CFG1, 0x9119);
	rig_w32(&rig, ARM_SMMU_IRQ_CTRL,
		IRQ_CTRL_EVTQ_IRQEN | IRQ_CTRL_GERROR_IRQEN | IRQ_CTRL_PRIQ_IRQEN);
	rig_w32(&rig, ARM_SMMU_CR0, CR0_ALL);
}

/* After rig_defaults() and changes of features. */
static void start(u32 lg2)
{
	rig.params.ats = 1;
	rig.params.pri = 1;
	rig_start(&rig);
	rig_enable(&rig);
	priq_lg2 = lg2;
	pri_cons = 0;
	enable(RIG_PRIQ);
	port = smmu_port_create(rig.smmu, SID);
	memset(&endpoint, 0, sizeof(endpoint));
	endpoint.base.ops = &endpoint_ops;
	port->endpoint = &endpoint.base;
	nr_requests = nr_taken = 0;
	rig_stream(&rig, SID, 0, rig_alloc(&rig, 4096));
}

static int setup(void **state)
{
	rig_defaults(&rig);
	start(3);
	return 0;
}

static int teardown(void **state)
{
	rig_stop(&rig);
	return 0;
}

static void restart(u32 lg2)
{
	rig_stop(&rig);
	rig_defaults(&rig);
	start(lg2);
}

#define LAST 1
#define READ 2
#define WRITE 4
#define EXEC 8
#define PRIV 16

/* Send a message, do not wait. */
static void post(u32 prgi, u64 iova, u32 flags, int pasid)
{
	struct port_page_request *r = &requests[nr_requests++ % MAX_MESSAGES];

	*r = (struct port_page_request){
		.iova = iova,
		.prg_index = prgi,
		.has_pasid = pasid >= 0,
		.pasid = pasid >= 0 ? pasid : 0,
		.is_last = flags & LAST,
		.is_read = flags & READ,
		.is_write = flags & WRITE,
		.is_exec = flags & EXEC,
		.is_privileged = flags & PRIV,
		.taken = taken,
	};
	port->ops->page_request(port, r);
}

static void request(u32 prgi, u64 iova, u32 flags, int pasid)
{
	post(prgi, iova, flags, pasid);
	rig_run(&rig);
	assert_int_equal(nr_taken, nr_requests);
}

static u32 prod(void)
{
	return rig_r32(&rig, ARM_SMMU_PRIQ_PROD);
}

static u32 nr_records(void)
{
	return (prod() - pri_cons) & ((2U << priq_lg2) - 1);
}

static void take_records(u32 nr, u32 ack)
{
	pri_cons = (pri_cons + nr) & ((2U << priq_lg2) - 1);
	rig_w32(&rig, ARM_SMMU_PRIQ_CONS, pri_cons | ack);
}

/* Take the oldest; OVACKFLG stays as it is. */
static void expect_record(u64 word0, u64 word1)
{
	pa_t pa = RIG_PRIQ + 16ULL * (pri_cons & ((1U << priq_lg2) - 1));

	assert_true(nr_records() > 0);
	assert_true(rig_get(&rig, pa) == word0);
	assert_true(rig_get(&rig, pa + 8) == word1);
	take_records(1, rig_r32(&rig, ARM_SMMU_PRIQ_CONS) & OVFLG);
}

static void fill(void)
{
	for (u32 i = 0; i < 1U << priq_lg2; i++)
		request(i, 0x1000 * i, READ | LAST, RIG_NO_PASID);
}

static void overflow_once(void)
{
	fill();
	request(99, 0, READ, RIG_NO_PASID);
	assert_int_equal(prod() & OVFLG, OVFLG);
	assert_int_equal(endpoint.nr_got, 0);
}

static void expect_response(u32 prgi, enum port_page_response_code code, int pasid)
{
	const struct port_page_response *got = &endpoint.got[(endpoint.nr_got - 1) % MAX_MESSAGES];

	assert_true(endpoint.nr_got > 0);
	assert_int_equal(got->prg_index, prgi);
	assert_int_equal(got->code, code);
	assert_int_equal(got->has_pasid, pasid >= 0);
	assert_int_equal(got->pasid, pasid >= 0 ? pasid : 0);
}

static u32 active_errors(void)
{
	return rig_r32(&rig, ARM_SMMU_GERROR) ^ rig_r32(&rig, ARM_SMMU_GERRORN);
}

static struct smmu_stats stats(void)
{
	struct smmu_stats all;

	smmu_stats(rig.smmu, &all);
	return all;
}

static void expect_sums(void)
{
	struct iommu_pri_stats pri = stats().pri;
	struct iommu_queue_stats q = stats().priq;

	assert_int_equal(pri.requests + pri.markers, nr_requests);
	assert_int_equal(pri.recorded + pri.dropped + pri.auto_success + pri.auto_failure,
			 pri.requests);
	assert_int_equal(q.pushed, pri.recorded + pri.markers - pri.markers_dropped);
	assert_int_equal(pri.auto_success + pri.auto_failure + pri.responses_success +
				 pri.responses_invalid + pri.responses_failure,
			 endpoint.nr_got);
}

/* --- records --- */

static void every_field_is_where_it_belongs(void **state)
{
	request(0, 0x123456789abcdfff, 0, RIG_NO_PASID);
	expect_record(SID, 0x123456789abcd000);
	request(0x1ff, 0, READ, RIG_NO_PASID);
	expect_record(SID | 1ULL << 60, 0x1ff);
	request(3, ~0ULL, WRITE, RIG_NO_PASID);
	expect_record(SID | 1ULL << 61, 0xfffffffffffff003);
	request(4, 0x1000, READ | LAST, RIG_NO_PASID);
	expect_record(SID | 1ULL << 60 | 1ULL << 62, 0x1004);
	request(5, 0x1000, READ | LAST, 0xfffff);
	expect_record(SID | 0xfffffULL << 32 | 1ULL << 60 | 3ULL << 62, 0x1005);
	request(6, 0x1000, READ | EXEC, 0);
	expect_record(SID | 1ULL << 59 | 1ULL << 60 | 1ULL << 63, 0x1006);
	request(7, 0x1000, READ | PRIV, 1);
	expect_record(SID | 1ULL << 32 | 1ULL << 58 | 1ULL << 60 | 1ULL << 63, 0x1007);
	assert_int_equal(endpoint.nr_got, 0);
	expect_sums();
}

/* Chapter 8: when SSV is 0, so are X and Priv. */
static void without_pasid_neither_exec_nor_priv(void **state)
{
	request(1, 0, READ | EXEC | PRIV | LAST, RIG_NO_PASID);
	expect_record(SID | 1ULL << 60 | 1ULL << 62, 1);
	rig_stop(&rig);
	rig_defaults(&rig);
	rig.params.ssid_bits = 0;
	rig.params.cd_2level = 0;
	start(3);
	request(1, 0, READ | EXEC | PRIV | LAST, 7);
	expect_record(SID | 1ULL << 60 | 1ULL << 62, 1);
}

static void records_arrive_in_order_at_every_size(void **state)
{
	for (u32 lg2 = 0; lg2 <= 5; lg2++) {
		u64 iova = 0;

		restart(lg2);
		for (u32 turn = 0; turn < 5; turn++) {
			for (u32 i = 0; i < 1U << lg2; i++)
				post(7, iova + 0x1000 * i, READ, RIG_NO_PASID);
			rig_run(&rig);
			assert_int_equal(nr_records(), 1 << lg2);
			assert_int_equal(prod(), ((turn + 1) << lg2) % (2U << lg2));
			for (u32 i = 0; i < 1U << lg2; i++)
				expect_record(SID | 1ULL << 60, 7 | (iova + 0x1000 * i));
			iova += 0x1000ULL << lg2;
		}
		assert_int_equal(stats().priq.popped, 5 << lg2);
		assert_int_equal(stats().priq.max_depth, 1 << lg2);
		assert_int_equal(stats().priq.entries, 1 << lg2);
		expect_sums();
	}
}

static void queue_size_is_limited_by_the_hardware(void **state)
{
	rig_stop(&rig);
	rig_defaults(&rig);
	rig.params.priq_lg2 = 2;
	start(19);
	priq_lg2 = 2;
	for (u32 i = 0; i < 4; i++)
		request(i, 0, READ | LAST, RIG_NO_PASID);
	assert_int_equal(prod(), 4);
	request(9, 0, READ | LAST, RIG_NO_PASID);
	assert_int_equal(prod(), 4 | OVFLG);
}

/* --- overflow (8.1) --- */

static void overflow_sets_ovflg_once(void **state)
{
	for (u32 lg2 = 0; lg2 <= 4; lg2++) {
		restart(lg2);
		fill();
		assert_int_equal(prod(), 1 << lg2);
		for (u32 i = 0; i < 3; i++) {
			request(0, 0, READ, RIG_NO_PASID);
			assert_int_equal(prod(), 1 << lg2 | OVFLG);
		}
		assert_int_equal(stats().priq.overflows, 3);
		assert_int_equal(active_errors(), 0);
		expect_sums();
	}
}

/* B10: this is not the event queue, which goes on. */
static void unacknowledged_overflow_stops_the_queue(void **state)
{
	overflow_once();
	take_records(8, 0);
	assert_int_equal(nr_records(), 0);
	request(1, 0x1000, READ, RIG_NO_PASID);
	request(2, 0x2000, READ | LAST, RIG_NO_PASID);
	assert_int_equal(nr_records(), 0);
	expect_response(2, PORT_PAGE_SUCCESS, RIG_NO_PASID);
	assert_int_equal(stats().priq.overflows, 3);
	/* acknowledged: it goes on */
	take_records(0, OVFLG);
	request(3, 0x3000, READ, RIG_NO_PASID);
	expect_record(SID | 1ULL << 60, 0x3003);
	/* and the next overflow toggles back */
	fill();
	request(4, 0, READ, RIG_NO_PASID);
	assert_int_equal(prod() & OVFLG, 0);
	expect_sums();
}

static void overflow_answers_last_and_drops_the_others(void **state)
{
	overflow_once();
	request(1, 0, READ, RIG_NO_PASID);
	request(1, 0, WRITE, 3);
	assert_int_equal(endpoint.nr_got, 0);
	request(0x155, 0, READ | LAST, RIG_NO_PASID);
	assert_int_equal(endpoint.nr_got, 1);
	expect_response(0x155, PORT_PAGE_SUCCESS, RIG_NO_PASID);
	assert_int_equal(stats().pri.dropped, 3);
	assert_int_equal(stats().pri.auto_success, 1);
	expect_sums();
}

/* 7.4, by general queue semantics: nobody sees the flag who could not have seen a full queue. */
static void overflow_is_not_seen_before_the_queue_is_full(void **state)
{
	for (u32 i = 0; i < 20; i++)
		post(i, 0x1000 * i, READ | LAST, RIG_NO_PASID);
	while (sim_next_event_ps() != SIM_TIME_NEVER) {
		sim_run(sim_next_event_ps());
		if (prod() & OVFLG)
			assert_int_equal(nr_records(), 8);
	}
	assert_int_equal(prod(), 8 | OVFLG);
	assert_int_equal(endpoint.nr_got, 12);
	assert_int_equal(nr_taken, 20);
	for (u32 i = 0; i < 12; i++)
		assert_int_equal(endpoint.got[i].prg_index, 8 + i);
	expect_sums();
}

static void room_made_in_time_prevents_the_overflow(void **state)
{
	for (u32 i = 0; i < 8; i++)
		post(i, 0, READ, RIG_NO_PASID);
	post(8, 0, READ, RIG_NO_PASID);
	while (!nr_records())
		sim_run(sim_next_event_ps());
	take_records(1, 0);
	rig_run(&rig);
	assert_int_equal(prod() & OVFLG, 0);
	assert_int_equal(nr_records(), 8);
}

/* --- the PASID and the code of the response to an overflow --- */

static void set_ppar(u64 ppar)
{
	pa_t cd = rig_get(&rig, RIG_STRTAB + 64 * SID) & ~0xfffULL;

	rig_ste(&rig, SID, RIG_STE_S1 | cd, ppar << 18);
}

static void ppar_decides_whether_the_response_has_the_pasid(void **state)
{
	overflow_once();
	set_ppar(0);
	request(1, 0, READ | LAST, 0x4321);
	expect_response(1, PORT_PAGE_SUCCESS, RIG_NO_PASID);
	set_ppar(1);
	request(2, 0, READ | LAST, 0x4321);
	expect_response(2, PORT_PAGE_SUCCESS, 0x4321);
	/* a request without PASID does not ask */
	request(3, 0, READ | LAST, RIG_NO_PASID);
	expect_response(3, PORT_PAGE_SUCCESS, RIG_NO_PASID);
	expect_sums();
}

static void ppar_counts_in_every_valid_ste(void **state)
{
	overflow_once();
	rig_ste(&rig, SID, RIG_STE_BYPASS, 1ULL << 18);
	request(1, 0, READ | LAST, 5);
	expect_response(1, PORT_PAGE_SUCCESS, 5);
	rig_ste(&rig, SID, RIG_STE_ABORT, 1ULL << 18);
	request(2, 0, READ | LAST, 5);
	expect_response(2, PORT_PAGE_SUCCESS, 5);
}

static void invalid_ste_answers_failure_without_pasid(void **state)
{
	overflow_once();
	rig_ste(&rig, SID, 0, 1ULL << 18);
	request(1, 0, READ | LAST, 5);
	expect_response(1, PORT_PAGE_FAILURE, RIG_NO_PASID);
	/* only a request with a PASID finds out */
	request(2, 0, READ | LAST, RIG_NO_PASID);
	expect_response(2, PORT_PAGE_SUCCESS, RIG_NO_PASID);
	/* and nobody tells software: IDR0.ATSRECERR is 0 */
	assert_int_equal(rig_nr_events(&rig), 0);
	assert_int_equal(stats().pri.auto_failure, 1);
	expect_sums();
}

static void unreadable_ste_answers_failure(void **state)
{
	overflow_once();
	/* The stream table is nowhere. */
	rig_w32(&rig, ARM_SMMU_CR0, 0);
	rig_w64(&rig, ARM_SMMU_STRTAB_BASE, RIG_NOWHERE);
	rig_w32(&rig, ARM_SMMU_CR0, CR0_ALL);
	request(1, 0, READ | LAST, 5);
	expect_response(1, PORT_PAGE_FAILURE, RIG_NO_PASID);
	/* StreamID out of range */
	rig_w32(&rig, ARM_SMMU_CR0, 0);
	rig_w64(&rig, ARM_SMMU_STRTAB_BASE, RIG_STRTAB);
	rig_w32(&rig, ARM_SMMU_STRTAB_BASE_CFG, 2);
	rig_w32(&rig, ARM_SMMU_CR0, CR0_ALL);
	request(2, 0, READ | LAST, 5);
	expect_response(2, PORT_PAGE_FAILURE, RIG_NO_PASID);
	assert_int_equal(rig_nr_events(&rig), 0);
}

static void restart_recording(u32 cr2, u32 evtq_lg2)
{
	rig_stop(&rig);
	rig_defaults(&rig);
	rig.params.atsrecerr = 1;
	rig.evtq_lg2 = evtq_lg2;
	start(3);
	rig_w32(&rig, ARM_SMMU_CR0, 0);
	rig_w32(&rig, ARM_SMMU_CR2, cr2);
	rig_w32(&rig, ARM_SMMU_CR0, CR0_ALL);
}

/* 8.1: CR2.REC_CFG_ATS, and for C_BAD_STREAMID RECINVSID beside. */
static void failing_ppar_checks_are_recorded_if_asked_for(void **state)
{
	u64 event[4];

	restart_recording(8, 7);
	overflow_once();
	rig_ste(&rig, SID, 0, 1ULL << 18);
	request(1, 0, READ | LAST, 5);
	expect_response(1, PORT_PAGE_FAILURE, RIG_NO_PASID);
	assert_true(rig_event(&rig, event));
	assert_true(event[0] == (0x04 | 1 << 11 | 5 << 12 | (u64)SID << 32));
	/* no check, no record */
	request(2, 0, READ | LAST, RIG_NO_PASID);
	request(3, 0, READ, 5);
	assert_int_equal(rig_nr_events(&rig), 0);
	rig_w32(&rig, ARM_SMMU_CR0, 0);
	rig_w32(&rig, ARM_SMMU_STRTAB_BASE_CFG, 2);
	rig_w32(&rig, ARM_SMMU_CR0, CR0_ALL);
	request(4, 0, READ | LAST, 5);
	assert_int_equal(rig_nr_events(&rig), 0);
	rig_w32(&rig, ARM_SMMU_CR0, 0);
	rig_w32(&rig, ARM_SMMU_CR2, 8 | 2);
	rig_w32(&rig, ARM_SMMU_CR0, CR0_ALL);
	request(5, 0, READ | LAST, 5);
	assert_true(rig_event(&rig, event));
	assert_int_equal(event[0] & 0xff, 0x02);
	expect_sums();
}

/* Many at once: each is answered, and each recorded, or lost to an overflow of the event queue. */
static void many_failing_ppar_checks_lose_nothing(void **state)
{
	for (u32 lg2 = 0; lg2 < 7; lg2 += 3) {
		u32 in_queue = 32 < 1 << lg2 ? 32 : 1 << lg2;
		struct smmu_stats all;

		restart_recording(8, lg2);
		overflow_once();
		rig_ste(&rig, SID, 0, 1ULL << 18);
		for (u32 i = 0; i < 32; i++)
			post(i, 0, READ | LAST, 5);
		rig_run(&rig);
		assert_int_equal(nr_taken, nr_requests);
		assert_int_equal(rig_nr_events(&rig), in_queue);
		smmu_stats(rig.smmu, &all);
		assert_int_equal(all.evtq.overflows, 32 - in_queue);
		assert_int_equal(all.pri.auto_failure, 32);
		expect_sums();
	}
}

/* --- looking for STE.PPAR --- */

/* 64 and 8 bytes at 100 GB/s after 90 ns */
#define ENTRY_PS (90000ULL + 640)
#define DESC_PS (90000ULL + 80)

static u64 link_ps(void)
{
	return rig.params.link_cycles * 1000;
}

/* Configuration cache, a stream table entry, and digesting it. */
static u64 look_up_ps(void)
{
	return (rig.params.config_cycles + rig.params.step_cycles) * 1000 + ENTRY_PS;
}

/* A request that is lost, and its response; Return: how long that takes. */
static u64 answer_ps(int pasid)
{
	u64 began_ps = sim_now_ps();

	request(1, 0, READ | LAST, pasid);
	return endpoint.got_ps - began_ps;
}

/* Let @nr responses come; Return: when the last of them did. */
static u64 wait_for_responses(u32 nr)
{
	while (endpoint.nr_got < nr) {
		assert_true(sim_next_event_ps() != SIM_TIME_NEVER);
		sim_run(sim_next_event_ps());
	}
	return endpoint.got_ps;
}

static void a_look_up_takes_its_time(void **state)
{
	pa_t l1 = rig_alloc(&rig, 4096);

	overflow_once();
	set_ppar(1);
	assert_int_equal(answer_ps(5), 2 * link_ps() + look_up_ps());
	expect_response(1, PORT_PAGE_SUCCESS, 5);
	/* nothing to look for */
	assert_int_equal(answer_ps(RIG_NO_PASID), 2 * link_ps());
	/* two levels, split at 6 */
	rig_put1(&rig, l1, RIG_STRTAB | 7);
	rig_w32(&rig, ARM_SMMU_CR0, 0);
	rig_w64(&rig, ARM_SMMU_STRTAB_BASE, l1);
	rig_w32(&rig, ARM_SMMU_STRTAB_BASE_CFG, 1 << 16 | 6 << 6 | RIG_SID_LG2);
	rig_w32(&rig, ARM_SMMU_CR0, CR0_ALL);
	assert_int_equal(answer_ps(5),
			 2 * link_ps() + look_up_ps() + DESC_PS + rig.params.step_cycles * 1000);
	expect_response(1, PORT_PAGE_SUCCESS, 5);
}

static void cached_configuration_answers_a_look_up(void **state)
{
	const u64 cached_ps = 2 * link_ps() + rig.params.config_cycles * 1000;
	struct rig_access access;

	overflow_once();
	/* Of a stream that aborts, whatever the PASID is. */
	rig_ste(&rig, SID, RIG_STE_ABORT, 1ULL << 18);
	assert_int_equal(rig_do(port, &access, 0, rig_pasid(5)), PORT_ABORTED);
	assert_int_equal(answer_ps(5), cached_ps);
	expect_response(1, PORT_PAGE_SUCCESS, 5);
	/* as long as nobody invalidates it */
	rig_ste(&rig, SID, RIG_STE_ABORT, 0);
	assert_int_equal(answer_ps(5), cached_ps);
	expect_response(1, PORT_PAGE_SUCCESS, 5);
	rig_cfgi_all(&rig);
	assert_int_equal(answer_ps(5), 2 * link_ps() + look_up_ps());
	expect_response(1, PORT_PAGE_SUCCESS, RIG_NO_PASID);
	/* and a look-up leaves nothing there: no CD is known */
	assert_int_equal(answer_ps(5), 2 * link_ps() + look_up_ps());
	expect_sums();
}

/* Those that need one come one after the other; the others, and the queue, go on. */
static void messages_pass_a_look_up(void **state)
{
	u64 began_ps, first_ps;

	overflow_once();
	set_ppar(1);
	began_ps = sim_now_ps();
	post(1, 0, READ | LAST, 5);
	post(2, 0, READ | LAST, 6);
	post(3, 0, READ | LAST, RIG_NO_PASID);
	assert_int_equal(wait_for_responses(1) - began_ps, 2 * link_ps());
	expect_response(3, PORT_PAGE_SUCCESS, RIG_NO_PASID);
	take_records(8, OVFLG);
	post(4, 0x4000, READ | LAST, 7);
	first_ps = wait_for_responses(2);
	assert_int_equal(first_ps - began_ps, 2 * link_ps() + look_up_ps());
	expect_response(1, PORT_PAGE_SUCCESS, 5);
	while (!nr_records())
		sim_run(sim_next_event_ps());
	assert_int_equal(endpoint.nr_got, 2);
	assert_true(wait_for_responses(3) - first_ps >= look_up_ps());
	expect_response(2, PORT_PAGE_SUCCESS, 6);
	rig_run(&rig);
	assert_int_equal(nr_taken, nr_requests);
	expect_sums();
}

/* A stream with eight substreams, and a page at 0x1000. */
static void substreams(void)
{
	pa_t root = rig_alloc(&rig, 4096), cds = rig_stream(&rig, SID, 0, root);

	for (u32 ssid = 1; ssid < 8; ssid++)
		for (u32 i = 0; i < 2; i++)
			rig_put1(&rig, cds + 64 * ssid + 8 * i, rig_get(&rig, cds + 8 * i));
	rig_ste(&rig, SID, RIG_STE_S1 | cds | 3ULL << 59, 1ULL << 18 | 2);
	rig_map(&rig, root, 0x1000, 0x60000000 | PTE_RW);
}

static void forget_all(void)
{
	rig_cfgi_all(&rig);
	rig_tlbi_all(&rig);
}

/* An access needs a CD as well: it waits for no look-up. A look-up takes what an access fetches. */
static void look_ups_wait_for_accesses_of_the_stream_only(void **state)
{
	struct rig_access access;
	u64 alone_ps, began_ps, before;

	substreams();
	overflow_once();
	began_ps = sim_now_ps();
	assert_int_equal(rig_do(port, &access, 0x1000, rig_pasid(5)), PORT_DONE);
	alone_ps = access.a.done_ps - began_ps;
	forget_all();
	began_ps = sim_now_ps();
	post(1, 0, READ | LAST, 5);
	assert_int_equal(rig_do(port, &access, 0x1000, rig_pasid(5)), PORT_DONE);
	assert_int_equal(access.a.done_ps - began_ps, alone_ps);
	expect_response(1, PORT_PAGE_SUCCESS, 5);
	forget_all();
	before = stats().config_fetches;
	rig_issue(port, &access, 0x1000, rig_pasid(5));
	sim_run(sim_now_ps() + 2 * link_ps());
	request(2, 0, READ | LAST, 5);
	expect_response(2, PORT_PAGE_SUCCESS, 5);
	assert_int_equal(stats().config_fetches - before, 2);
	assert_int_equal(access.a.status, PORT_DONE);
}

static void look_ups_wait_for_a_slot(void **state)
{
	struct rig_access access;

	rig_stop(&rig);
	rig_defaults(&rig);
	rig.params.slots = 1;
	start(3);
	substreams();
	overflow_once();
	rig_issue(port, &access, 0x1000, rig_pasid(5));
	sim_run(sim_now_ps() + 2 * link_ps());
	request(1, 0, READ | LAST, 6);
	assert_int_equal(access.a.status, PORT_DONE);
	assert_true(endpoint.got_ps > access.a.done_ps);
	expect_response(1, PORT_PAGE_SUCCESS, 6);
}

/* CMD_CFGI_STE, CMD_SYNC */
static void put_cfgi(void)
{
	rig_cmd_put(&rig, 0x03 | (u64)SID << 32, 1);
	rig_cmd_put(&rig, 0x46, 0);
	rig_cmd_kick(&rig);
}

/* It ends with what it has read, and a CMD_SYNC waits for that (3.21.3). */
static void an_invalidation_lets_a_look_up_end(void **state)
{
	u32 nr_met = 0;

	for (u64 at_ps = 0; at_ps < 300000; at_ps += 2000) {
		struct smmu_stats stats;
		u64 synced_ps;

		restart(3);
		overflow_once();
		set_ppar(1);
		put_cfgi();
		sim_run(sim_now_ps() + at_ps);
		post(1, 0, READ | LAST, 5);
		while ((rig_r32(&rig, ARM_SMMU_CMDQ_CONS) & 0xfffff) != rig.cmd_prod)
			sim_run(sim_next_event_ps());
		synced_ps = sim_now_ps();
		smmu_stats(rig.smmu, &stats);
		if (stats.overtaken) {
			nr_met++;
			assert_true(wait_for_responses(1) <= synced_ps + link_ps());
		}
		rig_run(&rig);
		expect_response(1, PORT_PAGE_SUCCESS, 5);
	}
	assert_true(nr_met > 5);
}

/* Whenever the command is consumed: a request that comes later is answered by the new STE. */
static void look_ups_obey_an_invalidation_at_any_time(void **state)
{
	u32 nr_later = 0;

	for (u64 at_ps = 0; at_ps < 300000; at_ps += 7000) {
		bool is_later;

		restart(3);
		overflow_once();
		rig_ste(&rig, SID, RIG_STE_ABORT, 0);
		assert_int_equal(rig_do(port, &(struct rig_access){0}, 0, rig_pasid(5)),
				 PORT_ABORTED);
		rig_ste(&rig, SID, RIG_STE_ABORT, 1ULL << 18);
		put_cfgi();
		sim_run(sim_now_ps() + at_ps);
		post(1, 0, READ | LAST, 5);
		sim_run(sim_now_ps() + link_ps() - 1);
		is_later = rig_r32(&rig, ARM_SMMU_CMDQ_CONS) & 0xfffff;
		rig_run(&rig);
		assert_int_equal(endpoint.nr_got, 1);
		if (is_later)
			expect_response(1, PORT_PAGE_SUCCESS, 5);
		nr_later += is_later;
		expect_sums();
	}
	assert_true(nr_later > 10 && nr_later < 30);
}

static void post_four_and_go_half_way(void)
{
	overflow_once();
	set_ppar(1);
	for (u32 i = 0; i < 4; i++)
		post(i, 0, READ | LAST, 5);
	sim_run(sim_now_ps() + link_ps() + look_up_ps() / 2);
	assert_int_equal(endpoint.nr_got, 0);
}

/* Of PASID 5, or Failure without one: the first @nr_failed */
static void expect_four(u32 nr_failed)
{
	rig_run(&rig);
	assert_int_equal(nr_taken, nr_requests);
	assert_int_equal(endpoint.nr_got, 4);
	for (u32 i = 0; i < 4; i++) {
		assert_int_equal(endpoint.got[i].prg_index, i);
		assert_int_equal(endpoint.got[i].code,
				 i < nr_failed ? PORT_PAGE_FAILURE : PORT_PAGE_SUCCESS);
		assert_int_equal(endpoint.got[i].has_pasid, i >= nr_failed);
	}
	assert_int_equal(rig_nr_events(&rig), 0);
	expect_sums();
}

/* With SMMUEN 0 the stream table is software's: nothing of it is read, nor said about it. */
static void switching_off_ends_look_ups(void **state)
{
	for (u32 on = 0; on < 2; on++) {
		restart_recording(8, 7);
		post_four_and_go_half_way();
		rig_w32(&rig, ARM_SMMU_CR0, CR0_ALL & ~CR0_SMMUEN);
		rig_ste(&rig, SID, 0, 0);
		if (!on) {
			expect_four(4);
			continue;
		}
		/* and on again, with another one: what was looked for meanwhile has failed */
		rig_w64(&rig, ARM_SMMU_STRTAB_BASE, RIG_STRTAB + 0x10000);
		rig_put1(&rig, RIG_STRTAB + 0x10000 + 64 * SID, RIG_STE_ABORT);
		rig_put1(&rig, RIG_STRTAB + 0x10000 + 64 * SID + 8, 1ULL << 18);
		rig_w32(&rig, ARM_SMMU_CR0, CR0_ALL);
		expect_four(1);
	}
}

/* The queue was there when they were lost: 8.1, not 8.2. */
static void disabling_the_queue_lets_look_ups_end(void **state)
{
	post_four_and_go_half_way();
	rig_w32(&rig, ARM_SMMU_CR0, CR0_ALL & ~CR0_PRIQEN);
	expect_four(0);
	request(9, 0, READ | LAST, 5);
	expect_response(9, PORT_PAGE_FAILURE, RIG_NO_PASID);
}

static void pps_gives_every_response_its_pasid(void **state)
{
	rig_stop(&rig);
	rig_defaults(&rig);
	rig.params.pps = 1;
	start(3);
	overflow_once();
	set_ppar(0);
	request(1, 0, READ | LAST, 5);
	expect_response(1, PORT_PAGE_SUCCESS, 5);
	/* the STE is not looked at */
	rig_ste(&rig, SID, 0, 0);
	request(2, 0, READ | LAST, 6);
	expect_response(2, PORT_PAGE_SUCCESS, 6);
	request(3, 0, READ | LAST, RIG_NO_PASID);
	expect_response(3, PORT_PAGE_SUCCESS, RIG_NO_PASID);
}

static void without_substreams_no_response_has_a_pasid(void **state)
{
	rig_stop(&rig);
	rig_defaults(&rig);
	rig.params.ssid_bits = 0;
	rig.params.cd_2level = 0;
	rig.params.pps = 1;
	start(3);
	overflow_once();
	request(1, 0, READ | LAST, 5);
	expect_response(1, PORT_PAGE_SUCCESS, RIG_NO_PASID);
	/* 4.5.2: SSV is taken as 0 */
	rig_cmd(&rig, 0x41 | 1 << 11 | 5 << 12 | (u64)SID << 32, 2 << 12 | 1);
	expect_response(1, PORT_PAGE_SUCCESS, RIG_NO_PASID);
}

/* --- the queue is off or broken (8.2) --- */

static void expect_all_fail(void)
{
	u32 before = endpoint.nr_got;

	request(1, 0, READ, RIG_NO_PASID);
	expect_response(1, PORT_PAGE_FAILURE, RIG_NO_PASID);
	request(2, 0, READ | LAST, RIG_NO_PASID);
	expect_response(2, PORT_PAGE_FAILURE, RIG_NO_PASID);
	request(3, 0, READ | LAST, 5);
	expect_response(3, PORT_PAGE_FAILURE, RIG_NO_PASID);
	assert_int_equal(endpoint.nr_got, before + 3);
	/* but not a marker */
	request(4, 0, LAST, 5);
	assert_int_equal(endpoint.nr_got, before + 3);
	assert_int_equal(nr_records(), 0);
	assert_int_equal(prod() & OVFLG, 0);
}

static void disabled_queue_answers_failure_to_all(void **state)
{
	set_ppar(1);
	rig_w32(&rig, ARM_SMMU_CR0, CR0_ALL & ~CR0_PRIQEN);
	expect_all_fail();
	rig_w32(&rig, ARM_SMMU_CR0, CR0_ALL & ~CR0_SMMUEN);
	expect_all_fail();
	assert_int_equal(stats().priq.overflows, 0);
	assert_int_equal(stats().pri.auto_failure, 6);
	expect_sums();
	rig_w32(&rig, ARM_SMMU_CR0, CR0_ALL);
	request(9, 0, READ, RIG_NO_PASID);
	assert_int_equal(nr_records(), 1);
}

static void aborted_write_is_a_global_error_and_answers_failure(void **state)
{
	set_ppar(1);
	rig_w32(&rig, ARM_SMMU_CR0, CR0_ALL & ~CR0_PRIQEN);
	rig_w64(&rig, ARM_SMMU_PRIQ_BASE, RIG_NOWHERE | 3);
	rig_w32(&rig, ARM_SMMU_CR0, CR0_ALL);
	request(1, 0, READ, 5);
	expect_response(1, PORT_PAGE_FAILURE, RIG_NO_PASID);
	assert_int_equal(prod(), 0);
	assert_int_equal(active_errors(), GERROR_PRIQ_ABT_ERR);
	/* the error's interrupt, not the queue's */
	assert_int_equal(rig.nr_irqs, 1);
	assert_int_equal(rig.last_irq_data, 0x6e44);
	/* while it is active nothing is written, even where memory is good */
	rig_w32(&rig, ARM_SMMU_CR0, CR0_ALL & ~CR0_PRIQEN);
	rig_w64(&rig, ARM_SMMU_PRIQ_BASE, RIG_PRIQ | 3);
	rig_w32(&rig, ARM_SMMU_CR0, CR0_ALL);
	expect_all_fail();
	rig_w32(&rig, ARM_SMMU_GERRORN, rig_r32(&rig, ARM_SMMU_GERROR));
	request(1, 0x7000, READ, RIG_NO_PASID);
	expect_record(SID | 1ULL << 60, 0x7001);
	expect_sums();
}

static void aborted_write_answers_those_behind_it(void **state)
{
	rig_w32(&rig, ARM_SMMU_CR0, CR0_ALL & ~CR0_PRIQEN);
	rig_w64(&rig, ARM_SMMU_PRIQ_BASE, RIG_NOWHERE | 3);
	rig_w32(&rig, ARM_SMMU_CR0, CR0_ALL);
	for (u32 i = 0; i < 12; i++)
		post(i, 0, READ, RIG_NO_PASID);
	rig_run(&rig);
	assert_int_equal(nr_taken, 12);
	assert_int_equal(endpoint.nr_got, 12);
	for (u32 i = 0; i < 12; i++) {
		assert_int_equal(endpoint.got[i].prg_index, i);
		assert_int_equal(endpoint.got[i].code, PORT_PAGE_FAILURE);
	}
	expect_sums();
}

static void disabling_waits_for_records_under_way(void **state)
{
	u32 seen;

	for (u32 i = 0; i < 8; i++)
		post(i, 0, READ | LAST, RIG_NO_PASID);
	while (!nr_records())
		sim_run(sim_next_event_ps());
	rig_w32(&rig, ARM_SMMU_CR0, CR0_ALL & ~CR0_PRIQEN);
	seen = nr_records();
	assert_true(seen >= 1);
	rig_run(&rig);
	assert_int_equal(nr_records(), seen);
	assert_int_equal(seen + endpoint.nr_got, 8);
	assert_int_equal(nr_taken, 8);
	expect_sums();
}

/* --- stop markers --- */

static void stop_marker_is_recorded_and_never_answered(void **state)
{
	request(0x17, 0, LAST, 9);
	expect_record(SID | 9ULL << 32 | 3ULL << 62, 0x17);
	assert_int_equal(stats().pri.markers, 1);
	assert_int_equal(stats().pri.requests, 0);
	overflow_once();
	request(1, 0, LAST, 9);
	assert_int_equal(endpoint.nr_got, 0);
	assert_int_equal(stats().pri.markers_dropped, 1);
	expect_sums();
}

/* LWR = 100 without a PASID is a page request. */
static void stop_marker_has_a_pasid(void **state)
{
	overflow_once();
	request(0x21, 0, LAST, RIG_NO_PASID);
	expect_response(0x21, PORT_PAGE_SUCCESS, RIG_NO_PASID);
	rig_w32(&rig, ARM_SMMU_CR0, CR0_ALL & ~CR0_PRIQEN);
	request(0x22, 0, LAST, RIG_NO_PASID);
	expect_response(0x22, PORT_PAGE_FAILURE, RIG_NO_PASID);
	assert_int_equal(stats().pri.markers, 0);
}

/* --- interrupt --- */

static void interrupt_comes_when_the_queue_was_empty(void **state)
{
	request(1, 0, READ, RIG_NO_PASID);
	assert_int_equal(rig.nr_irqs, 1);
	assert_int_equal(rig.last_irq_data, 0x9119);
	request(1, 0, READ | LAST, RIG_NO_PASID);
	assert_int_equal(rig.nr_irqs, 1);
	take_records(2, 0);
	request(1, 0, READ | LAST, RIG_NO_PASID);
	assert_int_equal(rig.nr_irqs, 2);
}

static void last_only(void)
{
	rig_w32(&rig, ARM_SMMU_IRQ_CTRL, IRQ_CTRL_GERROR_IRQEN);
	rig_w32(&rig, ARM_SMMU_PRIQ_IRQ_CFG2, 0x80000000U);
	rig_w32(&rig, ARM_SMMU_IRQ_CTRL, IRQ_CTRL_GERROR_IRQEN | IRQ_CTRL_PRIQ_IRQEN);
}

static void last_only_interrupts_by_last(void **state)
{
	last_only();
	request(1, 0, READ, RIG_NO_PASID);
	assert_int_equal(rig.nr_irqs, 0);
	request(1, 0, READ | LAST, RIG_NO_PASID);
	assert_int_equal(rig.nr_irqs, 1);
	assert_int_equal(nr_records(), 2);
	request(2, 0, READ | LAST, RIG_NO_PASID);
	assert_int_equal(rig.nr_irqs, 2);
	/* a Last lost by an overflow counts, one lost otherwise does not */
	for (u32 i = 0; i < 6; i++)
		request(3, 0, READ, RIG_NO_PASID);
	assert_int_equal(prod() & OVFLG, OVFLG);
	assert_int_equal(rig.nr_irqs, 2);
	request(4, 0, READ | LAST, RIG_NO_PASID);
	assert_int_equal(rig.nr_irqs, 3);
	rig_w32(&rig, ARM_SMMU_CR0, CR0_ALL & ~CR0_PRIQEN);
	request(5, 0, READ | LAST, RIG_NO_PASID);
	assert_int_equal(rig.nr_irqs, 3);
}

static void disabled_interrupt_does_not_come(void **state)
{
	rig_w32(&rig, ARM_SMMU_IRQ_CTRL, IRQ_CTRL_GERROR_IRQEN | IRQ_CTRL_EVTQ_IRQEN);
	request(1, 0, READ | LAST, RIG_NO_PASID);
	assert_int_equal(rig.nr_irqs, 0);
}

static void aborted_priq_msi_is_a_global_error(void **state)
{
	rig_w32(&rig, ARM_SMMU_IRQ_CTRL, 0);
	rig_w64(&rig, ARM_SMMU_PRIQ_IRQ_CFG0, RIG_NOWHERE);
	rig_w32(&rig, ARM_SMMU_IRQ_CTRL, IRQ_CTRL_PRIQ_IRQEN);
	request(1, 0, READ, RIG_NO_PASID);
	assert_int_equal(active_errors(), GERROR_MSI_PRIQ_ABT_ERR);
	assert_int_equal(nr_records(), 1);
}

/* --- what the observer says --- */

static u32 seen_recorded[MAX_MESSAGES], nr_recorded, seen_consumed[MAX_MESSAGES], nr_consumed;

static void on_recorded(void *opaque, struct port_fault fault, u64 worked_ps)
{
	assert_int_equal(fault.kind, PORT_FAULT_PAGE_REQUEST);
	assert_int_equal(fault.stream_id, SID);
	seen_recorded[nr_recorded++] = fault.tag;
}

static void on_consumed(void *opaque, struct port_fault fault, u64 worked_ps)
{
	assert_int_equal(fault.kind, PORT_FAULT_PAGE_REQUEST);
	assert_int_equal(fault.stream_id, SID);
	seen_consumed[nr_consumed++] = fault.tag;
}

#define PRI_RESP(ssv, ssid) (0x41ULL | (u64)(ssv) << 11 | (u64)(ssid) << 12 | (u64)SID << 32)

/* A group is recorded with its Last; its answer, whoever gave it, is consumed. */
static void groups_are_observed_once(void **state)
{
	static const struct iommu_observer observer = {.recorded = on_recorded,
						       .consumed = on_consumed};

	nr_recorded = nr_consumed = 0;
	smmu_set_observer(rig.smmu, &observer, NULL);
	request(5, 0, READ, RIG_NO_PASID);
	assert_int_equal(nr_recorded, 0);
	request(5, 0x1000, READ | LAST, RIG_NO_PASID);
	request(6, 0, LAST, 9); /* a stop marker */
	assert_int_equal(nr_recorded, 1);
	assert_int_equal(seen_recorded[0], 5);
	assert_int_equal(nr_consumed, 0);
	rig_cmd(&rig, PRI_RESP(0, 0), 5 | 2 << 12);
	fill();
	request(200, 0, READ | LAST, RIG_NO_PASID);
	assert_int_equal(seen_consumed[0], 5);
	assert_int_equal(seen_consumed[nr_consumed - 1], 200);
	for (u32 i = 0; i < nr_recorded; i++)
		assert_int_not_equal(seen_recorded[i], 200);
}

/* --- CMD_PRI_RESP (4.5.2) --- */

static void pri_resp_reaches_the_endpoint(void **state)
{
	rig_cmd(&rig, PRI_RESP(0, 0), 0x1ff | 2 << 12);
	expect_response(0x1ff, PORT_PAGE_SUCCESS, RIG_NO_PASID);
	rig_cmd(&rig, PRI_RESP(0, 7), 1 | 1 << 12);
	expect_response(1, PORT_PAGE_INVALID, RIG_NO_PASID);
	rig_cmd(&rig, PRI_RESP(0, 0), 2);
	expect_response(2, PORT_PAGE_FAILURE, RIG_NO_PASID);
	rig_cmd(&rig, PRI_RESP(1, 0xabcde), 3 | 2 << 12);
	expect_response(3, PORT_PAGE_SUCCESS, 0xabcde);
	assert_int_equal(stats().pri.responses_success, 2);
	assert_int_equal(stats().pri.responses_invalid, 1);
	assert_int_equal(stats().pri.responses_failure, 1);
	/* nobody there: ignored */
	rig_cmd(&rig, 0x41 | 77ULL << 32, 2 << 12);
	assert_int_equal(endpoint.nr_got, 4);
	expect_sums();
}

static void pri_resp_is_ignored_while_the_smmu_is_off(void **state)
{
	rig_w32(&rig, ARM_SMMU_CR0, CR0_CMDQEN);
	rig_cmd(&rig, PRI_RESP(0, 0), 2 << 12);
	assert_int_equal(endpoint.nr_got, 0);
}

static void expect_ill(u64 w0, u64 w1)
{
	rig_cmd_put(&rig, w0, w1);
	rig_cmd_kick(&rig);
	rig_run(&rig);
	assert_int_equal(active_errors(), GERROR_CMDQ_ERR);
	assert_int_equal(rig_r32(&rig, ARM_SMMU_CMDQ_CONS) >> 24 & 0x7f, 1);
}

static void reserved_response_is_illegal(void **state)
{
	expect_ill(PRI_RESP(0, 0), 3 << 12);
	assert_int_equal(endpoint.nr_got, 0);
}

static void without_pri_there_is_no_pri_resp(void **state)
{
	rig_stop(&rig);
	rig_defaults(&rig);
	rig.params.ats = 1;
	rig_start(&rig);
	rig_enable(&rig);
	assert_null(smmu_port_create(rig.smmu, SID)->ops->page_request);
	expect_ill(PRI_RESP(0, 0), 2 << 12);
}

static void pri_needs_ats(void **state)
{
	struct smmu_params params = rig.params;

	assert_null(smmu_params_check(&params));
	params.ats = 0;
	assert_non_null(smmu_params_check(&params));
}

/* --- time --- */

/* Link, assembly, memory; link again for the automatic response. */
static void messages_take_their_time(void **state)
{
	u64 link_ps = rig.params.link_cycles * 1000, event_ps = rig.params.event_cycles * 1000;
	u64 began_ps = sim_now_ps();

	post(1, 0, READ, RIG_NO_PASID);
	while (!nr_records())
		sim_run(sim_next_event_ps());
	assert_true(sim_now_ps() - began_ps >= link_ps + event_ps + rig.mem_params.latency_ps);
	assert_true(sim_now_ps() - began_ps <
		    link_ps + event_ps + rig.mem_params.latency_ps + 10000);
	rig_run(&rig);
	rig_w32(&rig, ARM_SMMU_CR0, CR0_ALL & ~CR0_PRIQEN);
	began_ps = sim_now_ps();
	request(1, 0, READ, RIG_NO_PASID);
	assert_int_equal(endpoint.got_ps - began_ps, 2 * link_ps);
}

/* Sixteen records take far less than sixteen writes one after another. */
static void writes_overlap(void **state)
{
	u64 first_ps = 0;

	restart(4);
	for (u32 i = 0; i < 16; i++)
		post(i, 0, READ, RIG_NO_PASID);
	while (nr_records() < 16) {
		sim_run(sim_next_event_ps());
		if (nr_records() && !first_ps)
			first_ps = sim_now_ps();
	}
	assert_true(sim_now_ps() - first_ps < 8 * rig.mem_params.latency_ps);
}

static void clockless_does_the_same_at_once(void **state)
{
	smmu_set_clockless(rig.smmu, true);
	for (u32 i = 0; i < 8; i++)
		post(i, 0x1000 * i, READ | LAST, RIG_NO_PASID);
	assert_int_equal(nr_records(), 8);
	assert_int_equal(rig.nr_irqs, 1);
	post(9, 0, READ | LAST, RIG_NO_PASID);
	assert_int_equal(prod(), 8 | OVFLG);
	expect_response(9, PORT_PAGE_SUCCESS, RIG_NO_PASID);
	assert_int_equal(nr_taken, 9);
	rig_w32(&rig, ARM_SMMU_CR0, CR0_ALL & ~CR0_PRIQEN);
	post(10, 0, READ, RIG_NO_PASID);
	expect_response(10, PORT_PAGE_FAILURE, RIG_NO_PASID);
	assert_int_equal(sim_now_ps(), 0);
	expect_sums();
}

static void garbage_pointers_are_survived(void **state)
{
	static const u32 values[] = {0xffffffff, 0x7, 0xf, 0x80000008, 0x12345};

	for (u32 i = 0; i < 25; i++) {
		rig_w32(&rig, ARM_SMMU_CR0, CR0_ALL & ~CR0_PRIQEN);
		rig_w32(&rig, ARM_SMMU_PRIQ_PROD, values[i / 5]);
		rig_w32(&rig, ARM_SMMU_CR0, CR0_ALL);
		rig_w32(&rig, ARM_SMMU_PRIQ_CONS, values[i % 5]);
		request(i, 0x1000, READ | LAST, RIG_NO_PASID);
		rig_w32(&rig, ARM_SMMU_PRIQ_CONS, values[(i + i / 5) % 5]);
		request(i, 0x1000, READ | LAST, 4);
	}
	expect_sums();
}

/* An SMMU that goes away with messages of every kind under way. */
static void destroyed_with_messages_under_way(void **state)
{
	for (int pasid = RIG_NO_PASID; pasid < 1; pasid++) {
		restart(pasid < 0 ? 3 : 0);
		for (u32 i = 0; i < 50; i++) {
			post(i, 0, READ | LAST, pasid);
			sim_run(sim_now_ps() + 5000);
		}
		assert_true(nr_taken < nr_requests);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(every_field_is_where_it_belongs),
		T(without_pasid_neither_exec_nor_priv),
		T(records_arrive_in_order_at_every_size),
		T(queue_size_is_limited_by_the_hardware),
		T(overflow_sets_ovflg_once),
		T(unacknowledged_overflow_stops_the_queue),
		T(overflow_answers_last_and_drops_the_others),
		T(overflow_is_not_seen_before_the_queue_is_full),
		T(room_made_in_time_prevents_the_overflow),
		T(ppar_decides_whether_the_response_has_the_pasid),
		T(ppar_counts_in_every_valid_ste),
		T(invalid_ste_answers_failure_without_pasid),
		T(unreadable_ste_answers_failure),
		T(failing_ppar_checks_are_recorded_if_asked_for),
		T(many_failing_ppar_checks_lose_nothing),
		T(a_look_up_takes_its_time),
		T(cached_configuration_answers_a_look_up),
		T(messages_pass_a_look_up),
		T(look_ups_wait_for_accesses_of_the_stream_only),
		T(look_ups_wait_for_a_slot),
		T(an_invalidation_lets_a_look_up_end),
		T(look_ups_obey_an_invalidation_at_any_time),
		T(switching_off_ends_look_ups),
		T(disabling_the_queue_lets_look_ups_end),
		T(pps_gives_every_response_its_pasid),
		T(without_substreams_no_response_has_a_pasid),
		T(disabled_queue_answers_failure_to_all),
		T(aborted_write_is_a_global_error_and_answers_failure),
		T(aborted_write_answers_those_behind_it),
		T(disabling_waits_for_records_under_way),
		T(stop_marker_is_recorded_and_never_answered),
		T(stop_marker_has_a_pasid),
		T(interrupt_comes_when_the_queue_was_empty),
		T(last_only_interrupts_by_last),
		T(disabled_interrupt_does_not_come),
		T(aborted_priq_msi_is_a_global_error),
		T(groups_are_observed_once),
		T(pri_resp_reaches_the_endpoint),
		T(pri_resp_is_ignored_while_the_smmu_is_off),
		T(reserved_response_is_illegal),
		T(without_pri_there_is_no_pri_resp),
		T(pri_needs_ats),
		T(messages_take_their_time),
		T(writes_overlap),
		T(clockless_does_the_same_at_once),
		T(garbage_pointers_are_survived),
		T(destroyed_with_messages_under_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
