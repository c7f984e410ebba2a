// SPDX-License-Identifier: GPL-2.0-only
/*
 * Theorems of section 3.9.1: a translation request is completed with what the
 * tables say, from walks and from caches; where ATS is refused with UR and, but for
 * an aborting STE, F_BAD_ATS_TREQ; where configuration fails with CA and no event;
 * where there is no translation with no permission and no event; it never stalls.
 * Translated transactions pass, and with ATSCHK only where the STE permits ATS.
 * CMD_ATC_INV reaches the endpoint with its fields; CMD_SYNC waits for it, and
 * fails once when it has timed out.
 */
#include "tests/models/smmuv3_rig.h"

#define SID 5
#define VA 0x123456000ULL
#define PA 0x60000000ULL
#define EATS(n) ((u64)(n) << 28)
#define CERROR_ATC_INV_SYNC 3

struct endpoint {
	struct port_endpoint base; /* first */
	struct port_invalidation *pending[64];
	u32 nr_got;
	bool is_late; /* does not complete by itself */
};

struct request {
	struct port_translation t; /* first */
	u32 nr_completed;
};

static struct rig rig;
static struct port *port;
static struct endpoint endpoint;
static pa_t root, cd;
static const u64 cr0_all = CR0_SMMUEN | CR0_EVTQEN | CR0_CMDQEN;

static void take_invalidation(struct port_endpoint *base, struct port_invalidation *inv)
{
	struct endpoint *mine = (struct endpoint *)base;

	mine->pending[mine->nr_got++ % 64] = inv;
	if (!mine->is_late)
		inv->completed(inv);
}

static const struct port_endpoint_ops endpoint_ops = {.invalidate = take_invalidation};

static void start(void)
{
	rig.params.ats = 1;
	rig_start(&rig);
	rig_enable(&rig);
	port = smmu_port_create(rig.smmu, SID);
	memset(&endpoint, 0, sizeof(endpoint));
	endpoint.base.ops = &endpoint_ops;
	port->endpoint = &endpoint.base;
	root = rig_alloc(&rig, 4096);
	cd = rig_stream(&rig, SID, 0, root);
	rig_ste(&rig, SID, RIG_STE_S1 | cd, EATS(1));
	rig_map(&rig, root, VA, PA | PTE_RW);
}

static int setup(void **state)
{
	rig_defaults(&rig);
	start();
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
	struct rig_access prepared;

	memset(r, 0, sizeof(*r));
	rig_prepare(&prepared, iova, flags | rig_pasid(pasid));
	r->t.access = prepared.a;
	r->t.access.complete = complete;
	r->t.completion = 99;
	assert_int_equal(port->ops->translation_request(port, &r->t), PORT_PENDING);
}

static struct request request(u64 iova, u32 flags, int pasid)
{
	struct request r;

	issue(&r, iova, flags, pasid);
	rig_run(&rig);
	assert_int_equal(r.nr_completed, 1);
	assert_int_equal(r.t.access.status, PORT_DONE);
	return r;
}

#define R 1
#define W 2
#define X 4

static void expect(struct request r, enum port_completion completion, u32 rwx)
{
	assert_int_equal(r.t.completion, completion);
	assert_int_equal(r.t.is_readable, !!(rwx & R));
	assert_int_equal(r.t.is_writable, !!(rwx & W));
	assert_int_equal(r.t.is_executable, !!(rwx & X));
}

static void expect_event(u64 w0, u64 w1, u64 w2)
{
	u64 event[4];

	assert_true(rig_event(&rig, event));
	assert_true(event[0] == w0);
	assert_true(event[1] == w1);
	assert_true(event[2] == w2);
	assert_int_equal(rig_nr_events(&rig), 0);
}

static struct smmu_stats stats(void)
{
	struct smmu_stats all;

	smmu_stats(rig.smmu, &all);
	return all;
}

/* --- translation requests --- */

static void request_is_completed_with_the_translation(void **state)
{
	struct request r;

	/* from a walk, then from the TLB */
	for (u32 i = 0; i < 2; i++) {
		r = request(VA + 0x234, RIG_WRITE, RIG_NO_PASID);
		expect(r, PORT_COMPLETION_SUCCESS, R | W);
		assert_true(r.t.access.pa == PA + 0x234);
		assert_int_equal(r.t.lg2, 12);
	}
	assert_int_equal(stats().walks, 1);
	assert_int_equal(stats().ats_requests, 2);
	assert_int_equal(rig_nr_events(&rig), 0);
}

static void blocks_are_completed_whole(void **state)
{
	struct request r;

	rig_put1(&rig, rig_pte(&rig, root, 0x40000000, 2), PA | PTE_BLOCK | PTE_RW);
	for (u32 i = 0; i < 2; i++) {
		r = request(0x40000000 + 0x12345, 0, RIG_NO_PASID);
		expect(r, PORT_COMPLETION_SUCCESS, R | W);
		assert_int_equal(r.t.lg2, 21);
		assert_true(r.t.access.pa == PA + 0x12345);
	}
}

/* Privilege and execution are asked for with a PASID. */
static void permissions_are_those_of_the_tables(void **state)
{
	const u64 words[8] = {RIG_CD | 16, root};

	rig_ste(&rig, SID, RIG_STE_S1 | cd | 1ULL << 59, EATS(1) | 2);
	rig_put(&rig, cd + 64, words, 8);
	rig_map(&rig, root, VA + 0x1000, PA | PTE_RW | PTE_RO);
	rig_map(&rig, root, VA + 0x2000, PA | PTE_AF | PTE_NG);		     /* privileged only */
	rig_map(&rig, root, VA + 0x3000, PA | PTE_RW | PTE_RO | 1ULL << 54); /* UXN */
	for (u32 i = 0; i < 2; i++) {
		/* asked for read only, granted write; asked for write, granted read */
		expect(request(VA, 0, RIG_NO_PASID), PORT_COMPLETION_SUCCESS, R | W);
		expect(request(VA + 0x1000, RIG_WRITE, RIG_NO_PASID), PORT_COMPLETION_SUCCESS, R);
		expect(request(VA + 0x2000, 0, 1), PORT_COMPLETION_SUCCESS, 0);
		expect(request(VA + 0x2000, RIG_PRIV, 1), PORT_COMPLETION_SUCCESS, R | W);
		/* execute is granted to who asks */
		expect(request(VA + 0x1000, 0, 1), PORT_COMPLETION_SUCCESS, R);
		expect(request(VA + 0x1000, RIG_INSTR, 1), PORT_COMPLETION_SUCCESS, R | X);
		expect(request(VA + 0x3000, RIG_INSTR, 1), PORT_COMPLETION_SUCCESS, R);
	}
	assert_int_equal(rig_nr_events(&rig), 0);
}

static void no_translation_is_success_without_permission(void **state)
{
	struct request r = request(0x9999000, RIG_WRITE, RIG_NO_PASID);

	expect(r, PORT_COMPLETION_SUCCESS, 0);
	assert_true(r.t.access.pa == 0);
	/* F_ACCESS, F_ADDR_SIZE */
	rig_map(&rig, root, VA + 0x1000, PA | PTE_EL0 | PTE_NG);
	expect(request(VA + 0x1000, 0, RIG_NO_PASID), PORT_COMPLETION_SUCCESS, 0);
	rig_stop(&rig);
	rig_defaults(&rig);
	rig.params.oas_bits = 40;
	start();
	rig_map(&rig, root, VA + 0x2000, 1ULL << 45 | PTE_RW);
	expect(request(VA + 0x2000, 0, RIG_NO_PASID), PORT_COMPLETION_SUCCESS, 0);
	assert_int_equal(rig_nr_events(&rig), 0);
}

/* The CD says stall; an endpoint that asks for a translation is told at once. */
static void request_never_stalls(void **state)
{
	cd = rig_stream(&rig, SID, RIG_CD_S, root);
	rig_ste(&rig, SID, RIG_STE_S1 | cd, EATS(1));
	expect(request(0x9999000, 0, RIG_NO_PASID), PORT_COMPLETION_SUCCESS, 0);
	assert_int_equal(stats().stalls, 0);
	assert_int_equal(rig_nr_events(&rig), 0);
	assert_int_equal(stats().refused, 0);
}

#define BAD_ATS_TREQ(ssid_bits) (0x05 | (u64)SID << 32 | (u64)(ssid_bits))
/* Span 1, R */
#define TREQ_READ (1ULL << 44 | 1ULL << 35)
#define TREQ_W (1ULL << 34)
#define TREQ_X (1ULL << 33)
#define TREQ_PRIV (1ULL << 32)

static void refused_request_is_unsupported_and_recorded(void **state)
{
	static const u32 refused[] = {0, 3};

	for (u32 i = 0; i < 2; i++) {
		rig_ste(&rig, SID, RIG_STE_S1 | cd, EATS(refused[i]));
		rig_cfgi_all(&rig);
		expect(request(VA + 0x234, 0, RIG_NO_PASID), PORT_COMPLETION_UNSUPPORTED, 0);
		expect_event(BAD_ATS_TREQ(0), TREQ_READ, VA);
	}
	/* before the SubstreamID, which this STE has not, is looked at */
	expect(request(VA, 0, 7), PORT_COMPLETION_UNSUPPORTED, 0);
	expect_event(BAD_ATS_TREQ(1 << 11 | 7 << 12), TREQ_READ, VA);
	/* refused by a cached configuration too */
	assert_int_equal(rig_do(port, &(struct rig_access){0}, VA, 0), PORT_DONE);
	expect(request(VA, 0, RIG_NO_PASID), PORT_COMPLETION_UNSUPPORTED, 0);
	expect_event(BAD_ATS_TREQ(0), TREQ_READ, VA);
}

/* 7.3.6: what was asked for, before STE.PRIVCFG and INSTCFG make something else of it. */
static void refused_request_says_what_it_asked_for(void **state)
{
	static const struct {
		u32 flags;
		u64 fields;
	} asked[] = {{RIG_WRITE, TREQ_W},
		     {RIG_PRIV, TREQ_PRIV},
		     {RIG_INSTR, TREQ_X},
		     {RIG_WRITE | RIG_PRIV | RIG_INSTR, TREQ_W | TREQ_PRIV | TREQ_X}};

	const u64 cd_7[2] = {rig_get(&rig, cd), rig_get(&rig, cd + 8)};

	/* 8 CDs, and what has no SubstreamID uses CD 0 */
	rig_put(&rig, cd + 64 * 7, cd_7, 2);
	rig_ste(&rig, SID, RIG_STE_S1 | cd | 3ULL << 59, EATS(0) | 2ULL << 48 | 2ULL << 50 | 2);
	for (u32 i = 0; i < 8; i++) {
		const u32 flags = asked[i % 4].flags;
		const u64 fields = asked[i % 4].fields;

		/* the second time by a cached configuration */
		if (i == 4) {
			rig_do(port, &(struct rig_access){0}, VA, rig_pasid(7));
			rig_do(port, &(struct rig_access){0}, VA, 0);
		}
		expect(request(VA, flags, 7), PORT_COMPLETION_UNSUPPORTED, 0);
		expect_event(BAD_ATS_TREQ(1 << 11 | 7 << 12), TREQ_READ | fields, VA);
		/* neither without a PASID (13.7) */
		expect(request(VA, flags, RIG_NO_PASID), PORT_COMPLETION_UNSUPPORTED, 0);
		expect_event(BAD_ATS_TREQ(0), TREQ_READ | (fields & TREQ_W), VA);
	}
}

static void bypassing_stream_has_no_ats(void **state)
{
	rig_ste(&rig, SID, RIG_STE_BYPASS, EATS(1));
	for (u32 i = 0; i < 2; i++) {
		expect(request(VA, 0, RIG_NO_PASID), PORT_COMPLETION_UNSUPPORTED, 0);
		expect_event(BAD_ATS_TREQ(0), TREQ_READ, VA);
	}
}

static void aborting_stream_is_refused_without_an_event(void **state)
{
	rig_ste(&rig, SID, RIG_STE_ABORT, EATS(1));
	expect(request(VA, 0, RIG_NO_PASID), PORT_COMPLETION_UNSUPPORTED, 0);
	/* and from the configuration cache */
	rig_do(port, &(struct rig_access){0}, VA, 0);
	expect(request(VA, 0, RIG_NO_PASID), PORT_COMPLETION_UNSUPPORTED, 0);
	assert_int_equal(rig_nr_events(&rig), 0);
}

static void smmu_that_is_off_refuses(void **state)
{
	rig_w32(&rig, ARM_SMMU_CR0, cr0_all & ~CR0_SMMUEN);
	expect(request(VA, 0, RIG_NO_PASID), PORT_COMPLETION_UNSUPPORTED, 0);
	expect_event(BAD_ATS_TREQ(0), TREQ_READ, VA);
}

static void configuration_error_is_a_completer_abort(void **state)
{
	/* C_BAD_STE: V is 0; split stage without stage 2 */
	rig_ste(&rig, SID, 0, EATS(1));
	expect(request(VA, 0, RIG_NO_PASID), PORT_COMPLETION_ABORTED, 0);
	rig_ste(&rig, SID, RIG_STE_S1 | cd, EATS(2));
	expect(request(VA, 0, RIG_NO_PASID), PORT_COMPLETION_ABORTED, 0);
	/* C_BAD_SUBSTREAMID, C_BAD_CD, F_CD_FETCH, F_WALK_EABT */
	rig_ste(&rig, SID, RIG_STE_S1 | cd, EATS(1));
	expect(request(VA, 0, 7), PORT_COMPLETION_ABORTED, 0);
	rig_put1(&rig, cd, 0);
	expect(request(VA, 0, RIG_NO_PASID), PORT_COMPLETION_ABORTED, 0);
	rig_ste(&rig, SID, RIG_STE_S1 | RIG_NOWHERE, EATS(1));
	expect(request(VA, 0, RIG_NO_PASID), PORT_COMPLETION_ABORTED, 0);
	cd = rig_stream(&rig, SID, 0, RIG_NOWHERE);
	rig_ste(&rig, SID, RIG_STE_S1 | cd, EATS(1));
	expect(request(VA, 0, RIG_NO_PASID), PORT_COMPLETION_ABORTED, 0);
	rig_cfgi_all(&rig);
	/* C_BAD_STREAMID with and without RECINVSID, F_STE_FETCH */
	rig_w32(&rig, ARM_SMMU_CR0, 0);
	rig_w32(&rig, ARM_SMMU_STRTAB_BASE_CFG, 2);
	rig_w32(&rig, ARM_SMMU_CR0, cr0_all);
	expect(request(VA, 0, RIG_NO_PASID), PORT_COMPLETION_ABORTED, 0);
	rig_w32(&rig, ARM_SMMU_CR0, 0);
	rig_w32(&rig, ARM_SMMU_CR2, 0);
	rig_w32(&rig, ARM_SMMU_CR0, cr0_all);
	expect(request(VA, 0, RIG_NO_PASID), PORT_COMPLETION_ABORTED, 0);
	rig_w32(&rig, ARM_SMMU_CR0, 0);
	rig_w32(&rig, ARM_SMMU_STRTAB_BASE_CFG, RIG_SID_LG2);
	rig_w64(&rig, ARM_SMMU_STRTAB_BASE, RIG_NOWHERE);
	rig_w32(&rig, ARM_SMMU_CR0, cr0_all);
	expect(request(VA, 0, RIG_NO_PASID), PORT_COMPLETION_ABORTED, 0);
	assert_int_equal(rig_nr_events(&rig), 0);
}

/* --- CR2.REC_CFG_ATS (3.9.1.2, 3.9.1.3) --- */

static void set_cr2(u32 cr2)
{
	rig_w32(&rig, ARM_SMMU_CR0, 0);
	rig_w32(&rig, ARM_SMMU_CR2, cr2);
	rig_w32(&rig, ARM_SMMU_CR0, cr0_all | CR0_ATSCHK);
}

static void restart_recording(u32 cr2)
{
	rig_stop(&rig);
	rig_defaults(&rig);
	rig.params.atsrecerr = 1;
	start();
	set_cr2(cr2);
}

/* A request that ends with CA; the number of the event, 0 if there is none. */
static u32 event_of_request(int pasid)
{
	u64 event[4] = {0};

	expect(request(VA, 0, pasid), PORT_COMPLETION_ABORTED, 0);
	if (!rig_event(&rig, event))
		return 0;
	assert_int_equal(event[0] >> 32, SID);
	assert_int_equal(rig_nr_events(&rig), 0);
	return event[0] & 0xff;
}

#define RECINVSID 2U
#define REC_CFG_ATS 8U

static void configuration_errors_are_recorded_if_asked_for(void **state)
{
	for (u32 cr2 = RECINVSID; cr2 < 16; cr2 += REC_CFG_ATS) {
		bool is_asked = cr2 & REC_CFG_ATS;

		restart_recording(cr2);
		rig_ste(&rig, SID, 0, EATS(1));
		assert_int_equal(event_of_request(RIG_NO_PASID), is_asked ? 0x04 : 0);
		rig_ste(&rig, SID, RIG_STE_S1 | cd, EATS(1));
		assert_int_equal(event_of_request(7), is_asked ? 0x08 : 0);
		rig_ste(&rig, SID, RIG_STE_S1 | cd | 1ULL << 59, EATS(1));
		assert_int_equal(event_of_request(RIG_NO_PASID), is_asked ? 0x06 : 0);
		rig_ste(&rig, SID, RIG_STE_S1 | RIG_NOWHERE, EATS(1));
		assert_int_equal(event_of_request(RIG_NO_PASID), is_asked ? 0x09 : 0);
		rig_ste(&rig, SID, RIG_STE_S1 | cd, EATS(1));
		rig_put1(&rig, cd, 0);
		assert_int_equal(event_of_request(RIG_NO_PASID), is_asked ? 0x0a : 0);
		cd = rig_stream(&rig, SID, 0, RIG_NOWHERE);
		rig_ste(&rig, SID, RIG_STE_S1 | cd, EATS(1));
		assert_int_equal(event_of_request(RIG_NO_PASID), is_asked ? 0x0b : 0);
		rig_cfgi_all(&rig);
		rig_w32(&rig, ARM_SMMU_CR0, 0);
		rig_w64(&rig, ARM_SMMU_STRTAB_BASE, RIG_NOWHERE);
		rig_w32(&rig, ARM_SMMU_CR0, cr0_all);
		assert_int_equal(event_of_request(RIG_NO_PASID), is_asked ? 0x03 : 0);
		rig_w32(&rig, ARM_SMMU_CR0, 0);
		rig_w32(&rig, ARM_SMMU_STRTAB_BASE_CFG, 2);
		rig_w32(&rig, ARM_SMMU_CR0, cr0_all);
		assert_int_equal(event_of_request(RIG_NO_PASID), is_asked ? 0x02 : 0);
		/* that one needs RECINVSID beside */
		rig_w32(&rig, ARM_SMMU_CR0, 0);
		rig_w32(&rig, ARM_SMMU_CR2, cr2 & ~RECINVSID);
		rig_w32(&rig, ARM_SMMU_CR0, cr0_all);
		assert_int_equal(event_of_request(RIG_NO_PASID), 0);
	}
}

/* No translation is no error of configuration. */
static void missing_translations_are_not_recorded_either_way(void **state)
{
	restart_recording(REC_CFG_ATS);
	expect(request(VA + 0x5000, 0, RIG_NO_PASID), PORT_COMPLETION_SUCCESS, 0);
	rig_ste(&rig, SID, RIG_STE_ABORT, EATS(1));
	rig_cfgi_all(&rig);
	expect(request(VA, 0, RIG_NO_PASID), PORT_COMPLETION_UNSUPPORTED, 0);
	assert_int_equal(rig_nr_events(&rig), 0);
}

static void atsrecerr_shows_in_its_registers(void **state)
{
	assert_int_equal(rig_r32(&rig, ARM_SMMU_IDR0) >> 23 & 1, 0);
	set_cr2(REC_CFG_ATS);
	assert_int_equal(rig_r32(&rig, ARM_SMMU_CR2), 0);
	restart_recording(REC_CFG_ATS);
	assert_int_equal(rig_r32(&rig, ARM_SMMU_IDR0) >> 23 & 1, 1);
	assert_int_equal(rig_r32(&rig, ARM_SMMU_CR2), REC_CFG_ATS);
}

/* S1DSS: terminate is CA without an event, bypass is the identity. */
static void s1dss_decides_about_requests_without_pasid(void **state)
{
	struct request r;

	rig_ste(&rig, SID, RIG_STE_S1 | cd | 1ULL << 59, EATS(1));
	expect(request(VA, 0, RIG_NO_PASID), PORT_COMPLETION_ABORTED, 0);
	rig_ste(&rig, SID, RIG_STE_S1 | cd | 1ULL << 59, EATS(1) | 1);
	rig_cfgi_all(&rig);
	r = request(0x77777123, 0, RIG_NO_PASID);
	expect(r, PORT_COMPLETION_SUCCESS, R | W);
	assert_true(r.t.access.pa == 0x77777123);
	assert_int_equal(rig_nr_events(&rig), 0);
}

/* More requests than slots of the port: those that wait are translated all the same. */
static void many_requests_at_once(void **state)
{
	static struct request many[40];

	for (u32 i = 0; i < 40; i++)
		issue(&many[i], i % 2 ? VA + i : 0x9999000, 0, RIG_NO_PASID);
	rig_run(&rig);
	for (u32 i = 0; i < 40; i++) {
		assert_int_equal(many[i].nr_completed, 1);
		expect(many[i], PORT_COMPLETION_SUCCESS, i % 2 ? R | W : 0);
	}
}

/* --- translated transactions --- */

static enum port_status translated(struct rig_access *access, u64 pa, u32 flags, int pasid)
{
	enum port_status status;

	rig_prepare(access, pa, flags | rig_pasid(pasid));
	status = port->ops->translated(port, &access->a);
	if (status != PORT_PENDING)
		return status;
	rig_run(&rig);
	assert_int_equal(access->nr_completed, 1);
	return access->a.status;
}

static void translated_transactions_pass(void **state)
{
	struct rig_access access;

	/* whatever the STE says */
	rig_ste(&rig, SID, 0, 0);
	assert_int_equal(translated(&access, PA + 0x123, RIG_WRITE, 3), PORT_DONE);
	assert_true(access.a.pa == PA + 0x123);
	assert_int_equal(access.a.done_ps, sim_now_ps());
	/* beyond the output address size: aborted without an event (3.9.1.1) */
	assert_int_equal(translated(&access, 1ULL << 48, 0, RIG_NO_PASID), PORT_ABORTED);
	assert_int_equal(rig_nr_events(&rig), 0);
}

#define TRANSL_FORBIDDEN (0x07 | (u64)SID << 32)

static void smmu_that_is_off_forbids_translated_transactions(void **state)
{
	struct rig_access access;

	rig_w32(&rig, ARM_SMMU_CR0, cr0_all & ~CR0_SMMUEN);
	assert_int_equal(translated(&access, PA + 0x123, 0, RIG_NO_PASID), PORT_ABORTED);
	expect_event(TRANSL_FORBIDDEN, 1ULL << 35, PA + 0x123);
	assert_int_equal(translated(&access, PA, RIG_WRITE, RIG_NO_PASID), PORT_ABORTED);
	expect_event(TRANSL_FORBIDDEN, 0, PA);
}

/* 3.9.1.3: IDR3.PASIDTT is 0; nor do its privilege and execution count. */
static void translated_transactions_have_no_pasid(void **state)
{
	struct rig_access access;

	rig_ste(&rig, SID, RIG_STE_BYPASS, 0);
	for (u32 smmuen = 0; smmuen < 2; smmuen++) {
		rig_w32(&rig, ARM_SMMU_CR0, (cr0_all & ~CR0_SMMUEN) | CR0_ATSCHK | smmuen);
		assert_int_equal(translated(&access, PA, RIG_PRIV | RIG_INSTR, 3), PORT_ABORTED);
		expect_event(TRANSL_FORBIDDEN, 1ULL << 35, PA);
	}
}

static void atschk_lets_pass_what_the_ste_permits(void **state)
{
	struct rig_access access;

	rig_w32(&rig, ARM_SMMU_CR0, cr0_all | CR0_ATSCHK);
	assert_int_equal(translated(&access, PA + 0x123, 0, RIG_NO_PASID), PORT_DONE);
	assert_true(access.a.pa == PA + 0x123);
	/* the PASID does not count (IDR3.PASIDTT) */
	assert_int_equal(translated(&access, PA, 0, 99), PORT_DONE);
	rig_ste(&rig, SID, RIG_STE_S1 | cd, EATS(0));
	assert_int_equal(translated(&access, PA, RIG_WRITE, 99), PORT_ABORTED);
	expect_event(TRANSL_FORBIDDEN, 0, PA);
	rig_ste(&rig, SID, RIG_STE_BYPASS, EATS(1));
	assert_int_equal(translated(&access, PA, 0, RIG_NO_PASID), PORT_ABORTED);
	expect_event(TRANSL_FORBIDDEN, 1ULL << 35, PA);
	/* aborting, or invalid: no event */
	rig_ste(&rig, SID, RIG_STE_ABORT, EATS(1));
	assert_int_equal(translated(&access, PA, 0, RIG_NO_PASID), PORT_ABORTED);
	rig_ste(&rig, SID, 0, EATS(1));
	assert_int_equal(translated(&access, PA, 0, RIG_NO_PASID), PORT_ABORTED);
	assert_int_equal(rig_nr_events(&rig), 0);
}

/* Whatever RECINVSID says. */
static void errors_of_translated_transactions_are_recorded_if_asked_for(void **state)
{
	for (u32 cr2 = 0; cr2 < 16; cr2 += 2) {
		u32 nr = cr2 & REC_CFG_ATS ? 1 : 0;
		struct rig_access access;
		u64 event[4];

		if (cr2 & 4)
			continue;
		restart_recording(cr2);
		rig_ste(&rig, SID, 0, EATS(1));
		assert_int_equal(translated(&access, PA, 0, RIG_NO_PASID), PORT_ABORTED);
		assert_int_equal(rig_nr_events(&rig), nr);
		if (rig_event(&rig, event))
			assert_true(event[0] == (4 | (u64)SID << 32));
		rig_w32(&rig, ARM_SMMU_CR0, 0);
		rig_w32(&rig, ARM_SMMU_STRTAB_BASE_CFG, 2);
		rig_w32(&rig, ARM_SMMU_CR0, cr0_all | CR0_ATSCHK);
		assert_int_equal(translated(&access, PA, 0, RIG_NO_PASID), PORT_ABORTED);
		assert_int_equal(rig_nr_events(&rig), nr);
		if (rig_event(&rig, event))
			assert_true(event[0] == (2 | (u64)SID << 32));
	}
}

/* --- invalidation (4.5.1) --- */

#define ATC_INV(ssv, ssid, global)                                                                 \
	(0x40ULL | (u64)(global) << 9 | (u64)(ssv) << 11 | (u64)(ssid) << 12 | (u64)SID << 32)

static void atc_inv_reaches_the_endpoint_with_its_fields(void **state)
{
	const struct port_invalidation *got;

	rig_cmd(&rig, ATC_INV(0, 7, 1), 0x123456789000 | 0);
	got = endpoint.pending[0];
	assert_true(got->iova == 0x123456789000);
	assert_int_equal(got->lg2, 12);
	assert_false(got->has_pasid);
	assert_false(got->is_global); /* ignored without SSV */
	rig_cmd(&rig, ATC_INV(1, 0xabcde, 0), 0x123456789000 | 9);
	got = endpoint.pending[1];
	assert_true(got->iova == 0x123456600000); /* aligned to 2 MiB */
	assert_int_equal(got->lg2, 21);
	assert_int_equal(got->pasid, 0xabcde);
	assert_true(got->has_pasid);
	assert_false(got->is_global);
	rig_cmd(&rig, ATC_INV(1, 1, 1), ~0xfffULL | 52);
	got = endpoint.pending[2];
	assert_true(got->iova == 0);
	assert_int_equal(got->lg2, 64);
	assert_true(got->is_global);
	assert_int_equal(stats().atc_invs, 3);
	/* nobody there */
	rig_cmd(&rig, 0x40 | 77ULL << 32, 52);
	rig_cmd(&rig, 0x46, 0);
	assert_int_equal(endpoint.nr_got, 3);
	assert_int_equal(stats().atc_inv_timeouts, 0);
}

static u32 cerror(void)
{
	u32 active = rig_r32(&rig, ARM_SMMU_GERROR) ^ rig_r32(&rig, ARM_SMMU_GERRORN);

	return active & GERROR_CMDQ_ERR ? rig_r32(&rig, ARM_SMMU_CMDQ_CONS) >> 24 & 0x7f : 0;
}

static u32 consumed(void)
{
	return rig_r32(&rig, ARM_SMMU_CMDQ_CONS) & 0xfffff;
}

static void sync_waits_for_the_endpoint(void **state)
{
	u64 began_ps;

	endpoint.is_late = true;
	rig_cmd_put(&rig, ATC_INV(0, 0, 0), 52);
	rig_cmd_put(&rig, 0x46, 0);
	rig_cmd_kick(&rig);
	began_ps = sim_now_ps();
	sim_run(began_ps + 50000000);
	assert_int_equal(endpoint.nr_got, 1);
	assert_int_equal(consumed(), 1);
	endpoint.pending[0]->completed(endpoint.pending[0]);
	assert_int_equal(consumed(), 1); /* the answer is on its way */
	rig_run(&rig);
	assert_int_equal(consumed(), 2);
	assert_int_equal(cerror(), 0);
	assert_true(sim_now_ps() < began_ps + 60000000);
}

static void timed_out_invalidation_fails_the_sync_once(void **state)
{
	endpoint.is_late = true;
	rig_cmd_put(&rig, ATC_INV(0, 0, 0), 52);
	rig_cmd_put(&rig, 0x46, 0);
	rig_cmd_put(&rig, 0x46, 0);
	rig_cmd_kick(&rig);
	rig_run(&rig);
	assert_true(sim_now_ps() >= rig.params.atc_inv_timeout_ps);
	assert_int_equal(cerror(), CERROR_ATC_INV_SYNC);
	/* the SYNC is not consumed */
	assert_int_equal(consumed(), 1);
	assert_int_equal(stats().atc_inv_timeouts, 1);
	/* acknowledged: it is fetched again, and has nothing to say */
	rig_w32(&rig, ARM_SMMU_GERRORN, rig_r32(&rig, ARM_SMMU_GERROR));
	rig_run(&rig);
	assert_int_equal(cerror(), 0);
	assert_int_equal(consumed(), 3);
	/* an answer after all does no harm */
	endpoint.pending[0]->completed(endpoint.pending[0]);
	rig_run(&rig);
	rig_cmd(&rig, 0x46, 0);
}

static void other_commands_do_not_wait(void **state)
{
	endpoint.is_late = true;
	rig_cmd_put(&rig, ATC_INV(0, 0, 0), 52);
	rig_cmd_put(&rig, 0x30, 0);
	rig_cmd_kick(&rig);
	sim_run(sim_now_ps() + 50000000);
	assert_int_equal(consumed(), 2);
}

/* 32 may be outstanding; the next waits for one of them. */
static void invalidations_are_limited_by_their_tags(void **state)
{
	endpoint.is_late = true;
	for (u32 i = 0; i < 34; i++)
		rig_cmd_put(&rig, ATC_INV(0, 0, 0), (u64)i << 12);
	rig_cmd_kick(&rig);
	sim_run(sim_now_ps() + 50000000);
	assert_int_equal(endpoint.nr_got, 32);
	assert_int_equal(consumed(), 32);
	endpoint.pending[3]->completed(endpoint.pending[3]);
	sim_run(sim_now_ps() + 50000000);
	assert_int_equal(endpoint.nr_got, 33);
	endpoint.pending[7]->completed(endpoint.pending[7]);
	sim_run(sim_now_ps() + 50000000);
	assert_int_equal(consumed(), 34);
}

/* An endpoint that is gone: all tags are lost, and no command hangs. */
static void lost_tags_time_out_at_once(void **state)
{
	u64 began_ps;

	endpoint.is_late = true;
	for (u32 i = 0; i < 32; i++)
		rig_cmd_put(&rig, ATC_INV(0, 0, 0), 52);
	rig_cmd_kick(&rig);
	rig_run(&rig);
	assert_int_equal(stats().atc_inv_timeouts, 32);
	began_ps = sim_now_ps();
	rig_cmd(&rig, ATC_INV(0, 0, 0), 52);
	rig_cmd_put(&rig, 0x46, 0);
	rig_cmd_kick(&rig);
	rig_run(&rig);
	assert_int_equal(cerror(), CERROR_ATC_INV_SYNC);
	assert_true(sim_now_ps() < began_ps + 50000000);
	assert_int_equal(endpoint.nr_got, 32);
}

/* CMDQEN to 0 while a SYNC waits: the SYNC is fetched again later. */
static void disabled_queue_forgets_a_waiting_sync(void **state)
{
	endpoint.is_late = true;
	rig_cmd_put(&rig, ATC_INV(0, 0, 0), 52);
	rig_cmd_put(&rig, 0x46, 0);
	rig_cmd_kick(&rig);
	sim_run(sim_now_ps() + 50000000);
	rig_w32(&rig, ARM_SMMU_CR0, cr0_all & ~CR0_CMDQEN);
	endpoint.pending[0]->completed(endpoint.pending[0]);
	rig_run(&rig);
	assert_int_equal(consumed(), 1);
	rig_w32(&rig, ARM_SMMU_CR0, cr0_all);
	rig_run(&rig);
	assert_int_equal(consumed(), 2);
}

static void atc_inv_is_ignored_while_the_smmu_is_off(void **state)
{
	rig_w32(&rig, ARM_SMMU_CR0, CR0_CMDQEN);
	rig_cmd(&rig, ATC_INV(0, 0, 0), 52);
	assert_int_equal(endpoint.nr_got, 0);
}

static void expect_ill(u64 w0, u64 w1)
{
	rig_cmd_put(&rig, w0, w1);
	rig_cmd_kick(&rig);
	rig_run(&rig);
	assert_int_equal(cerror(), 1);
}

static void too_large_a_span_is_illegal(void **state)
{
	expect_ill(ATC_INV(0, 0, 0), 53);
}

static void without_ats_there_is_none_of_it(void **state)
{
	rig_stop(&rig);
	rig_defaults(&rig);
	rig_start(&rig);
	rig_enable(&rig);
	port = smmu_port_create(rig.smmu, SID);
	assert_null(port->ops->translation_request);
	assert_null(port->ops->translated);
	assert_null(port->ops->page_request);
	/* EATS is ignored, also where it would be ILLEGAL */
	root = rig_alloc(&rig, 4096);
	cd = rig_stream(&rig, SID, 0, root);
	rig_ste(&rig, SID, RIG_STE_S1 | cd, EATS(2));
	rig_map(&rig, root, VA, PA | PTE_RW);
	assert_int_equal(rig_do(port, &(struct rig_access){0}, VA, 0), PORT_DONE);
	expect_ill(ATC_INV(0, 0, 0), 52);
}

static void without_substreams_no_invalidation_has_a_pasid(void **state)
{
	rig_stop(&rig);
	rig_defaults(&rig);
	rig.params.ssid_bits = 0;
	rig.params.cd_2level = 0;
	start();
	rig_cmd(&rig, ATC_INV(1, 5, 1), 52);
	assert_false(endpoint.pending[0]->has_pasid);
	assert_false(endpoint.pending[0]->is_global);
}

static void clockless_does_the_same_at_once(void **state)
{
	struct request r = {0};

	smmu_set_clockless(rig.smmu, true);
	r.t.access.iova = VA;
	assert_int_equal(port->ops->translation_request(port, &r.t), PORT_DONE);
	expect(r, PORT_COMPLETION_SUCCESS, R | W);
	assert_true(r.t.access.pa == PA);
	rig_cmd(&rig, ATC_INV(0, 0, 0), 52);
	rig_cmd(&rig, 0x46, 0);
	assert_int_equal(cerror(), 0);
	/* without a clock nobody waits: what has not come is late */
	endpoint.is_late = true;
	rig_cmd(&rig, ATC_INV(0, 0, 0), 52);
	rig_cmd_put(&rig, 0x46, 0);
	rig_cmd_kick(&rig);
	assert_int_equal(cerror(), CERROR_ATC_INV_SYNC);
	assert_int_equal(sim_now_ps(), 0);
}

/* A request that an invalidation meets on its way is completed with what is true after it. */
static void request_under_way_sees_the_invalidation(void **state)
{
	struct request r;

	/* at every moment of the walk */
	for (u64 delay_ps = 0; delay_ps < 800000; delay_ps += 20000) {
		u64 at_ps;

		rig_map(&rig, root, VA, PA | PTE_RW);
		rig_tlbi_all(&rig);
		issue(&r, VA, 0, RIG_NO_PASID);
		sim_run(sim_now_ps() + delay_ps);
		rig_map(&rig, root, VA, (PA + 0x1000) | PTE_RW);
		rig_cmd_put(&rig, 0x30, 0);
		rig_cmd_put(&rig, 0x46, 0);
		rig_cmd_kick(&rig);
		while (consumed() != rig.cmd_prod)
			sim_run(sim_next_event_ps());
		at_ps = sim_now_ps();
		rig_run(&rig);
		assert_int_equal(r.nr_completed, 1);
		if (r.t.access.done_ps > at_ps)
			assert_true(r.t.access.pa == PA + 0x1000);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(request_is_completed_with_the_translation),
		T(blocks_are_completed_whole),
		T(permissions_are_those_of_the_tables),
		T(no_translation_is_success_without_permission),
		T(request_never_stalls),
		T(refused_request_is_unsupported_and_recorded),
		T(refused_request_says_what_it_asked_for),
		T(bypassing_stream_has_no_ats),
		T(aborting_stream_is_refused_without_an_event),
		T(smmu_that_is_off_refuses),
		T(configuration_error_is_a_completer_abort),
		T(configuration_errors_are_recorded_if_asked_for),
		T(missing_translations_are_not_recorded_either_way),
		T(atsrecerr_shows_in_its_registers),
		T(s1dss_decides_about_requests_without_pasid),
		T(many_requests_at_once),
		T(translated_transactions_pass),
		T(smmu_that_is_off_forbids_translated_transactions),
		T(translated_transactions_have_no_pasid),
		T(atschk_lets_pass_what_the_ste_permits),
		T(errors_of_translated_transactions_are_recorded_if_asked_for),
		T(atc_inv_reaches_the_endpoint_with_its_fields),
		T(sync_waits_for_the_endpoint),
		T(timed_out_invalidation_fails_the_sync_once),
		T(other_commands_do_not_wait),
		T(invalidations_are_limited_by_their_tags),
		T(lost_tags_time_out_at_once),
		T(disabled_queue_forgets_a_waiting_sync),
		T(atc_inv_is_ignored_while_the_smmu_is_off),
		T(too_large_a_span_is_illegal),
		T(without_ats_there_is_none_of_it),
		T(without_substreams_no_invalidation_has_a_pasid),
		T(clockless_does_the_same_at_once),
		T(request_under_way_sees_the_invalidation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
