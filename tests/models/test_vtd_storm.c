// SPDX-License-Identifier: GPL-2.0-only
/*
 * Theorems about translations under way that invalidations meet (VT-d 6.5.1 to 6.5.4): however
 * often an invalidation and a wait descriptor, or commands by register, come, and of whatever kind,
 * a request, a translation request and a translated request come to their end in bounded time; the
 * end of an invalidation is told when those that it met are at their ports, and waits for nothing
 * that comes later.
 *
 * test-models-vtd_storm -p prints the table of worst times that docs/vtd.md has.
 */
#include <stdio.h>

#include "tests/models/vtd_rig.h"

#define NS 1000ULL
#define US 1000000ULL
#define SID 0x18ULL
#define DID 2ULL
#define PASID 1ULL
#define NR_PAGES 8U
#define IOVA 0x8000005000ULL
#define GPA 0x9000ULL
#define PA 0x50000000ULL
#define STATUS_DATA 0x55ULL
#define WAIT (5 | 1 << 5 | STATUS_DATA << 32)
#define ICC (1ULL << 63)
#define IVT (1ULL << 63)
#define IOTLB_OFFSET (DMAR_IVA_OFFSET + 8)
#define DMAR_IVA_OFFSET 0xf0
#define TE (1U << 31)
#define SRTP (1U << 30)
#define EPM (1U << 31)

static struct rig rig;
static struct port *port;
static pa_t fs, ss;

static void tick(struct sim_event *event)
{
}

/* Time passes, also if nothing happens. */
static void advance(u64 to_ps)
{
	static struct sim_event event;

	sim_event_init(&event, tick);
	sim_event_schedule(&event, to_ps);
	sim_run(to_ps);
}

/* --- invalidations --- */

enum how {
	BY_QUEUE,
	BY_CCMD,
	BY_IOTLB,
	BY_SRTP,
	BY_PMEN,
	BY_PAGE_REQUEST,
};

struct kind {
	const char *name;
	u32 mode;
	enum how how;
	u64 word0, word1; /* a descriptor, or what the register gets and IVA */
	bool has_iova, has_gpa;
};

#define OF_DID (DID << 16)
#define OF_PASID (PASID << 32)
#define SCALABLE_QUEUE RIG_SCALABLE, BY_QUEUE

static const struct kind kinds[] = {
	{"context-cache, global", SCALABLE_QUEUE, 1 | 1 << 4, 0, false, false},
	{"context-cache, domain", SCALABLE_QUEUE, 1 | 2 << 4 | OF_DID, 0, false, false},
	{"context-cache, device", SCALABLE_QUEUE, 1 | 3 << 4 | SID << 32, 0, false, false},
	{"PASID-cache, global", SCALABLE_QUEUE, 7 | 3 << 4, 0, false, false},
	{"PASID-cache, domain", SCALABLE_QUEUE, 7 | OF_DID, 0, false, false},
	{"PASID-cache, PASID", SCALABLE_QUEUE, 7 | 1 << 4 | OF_DID | OF_PASID, 0, false, false},
	{"IOTLB, global", SCALABLE_QUEUE, 2 | 1 << 4, 0, false, false},
	{"IOTLB, domain", SCALABLE_QUEUE, 2 | 2 << 4 | OF_DID, 0, false, false},
	{"IOTLB, page of the second stage", SCALABLE_QUEUE, 2 | 3 << 4 | OF_DID, 0, false, true},
	{"IOTLB, the same with the hint", SCALABLE_QUEUE, 2 | 3 << 4 | OF_DID, 1 << 6, false, true},
	{"IOTLB, PASID", SCALABLE_QUEUE, 6 | 2 << 4 | OF_DID | OF_PASID, 0, false, false},
	{"IOTLB, page of a PASID", SCALABLE_QUEUE, 6 | 3 << 4 | OF_DID | OF_PASID, 0, true, false},
	{"device-TLB", SCALABLE_QUEUE, 3 | SID << 32, 1 | 0x7ffffffffffff000, false, false},
	{"device-TLB, PASID", SCALABLE_QUEUE, 8 | SID << 16 | OF_PASID, 0, true, false},
	{"interrupt entries", SCALABLE_QUEUE, 4, 0, false, false},
	{"page requests", RIG_SCALABLE, BY_PAGE_REQUEST, 0, 0, true, false},
	{"set root table pointer", RIG_SCALABLE, BY_SRTP, 0, 0, false, false},
	{"protected memory enable", RIG_SCALABLE, BY_PMEN, 0, 0, false, false},
	{"CCMD, global", RIG_LEGACY, BY_CCMD, ICC | 1ULL << 61, 0, false, false},
	{"CCMD, domain", RIG_LEGACY, BY_CCMD, ICC | 2ULL << 61 | DID, 0, false, false},
	{"CCMD, device", RIG_LEGACY, BY_CCMD, ICC | 3ULL << 61 | SID << 16 | DID, 0, false, false},
	{"IOTLB_REG, global", RIG_LEGACY, BY_IOTLB, IVT | 1ULL << 60, 0, false, false},
	{"IOTLB_REG, domain", RIG_LEGACY, BY_IOTLB, IVT | 2ULL << 60 | DID << 32, 0, false, false},
	{"IOTLB_REG, page", RIG_LEGACY, BY_IOTLB, IVT | 3ULL << 60 | DID << 32, 0, false, true},
};
#define NR_KINDS (sizeof(kinds) / sizeof(kinds[0]))

static struct port_page_request page_requests[64];
static bool is_taken[64];
static u32 next_page_request;

static void request_taken(struct port_page_request *request)
{
	is_taken[request - page_requests] = true;
}

static void send_page_request(u64 iova)
{
	u32 i = next_page_request++ % 64;

	rig_w64(&rig, DMAR_PQH_REG, rig_r64(&rig, DMAR_PQT_REG));
	if (!is_taken[i])
		return;
	is_taken[i] = false;
	page_requests[i] = (struct port_page_request){.iova = iova,
						      .pasid = PASID,
						      .has_pasid = true,
						      .is_read = true,
						      .taken = request_taken};
	port->ops->page_request(port, &page_requests[i]);
}

static void send_descriptors(const struct kind *kind, u64 address)
{
	u64 used = (rig.iq_tail - rig_r64(&rig, DMAR_IQH_REG)) & 4095;

	if (used > 4096 - 3 * 32)
		return;
	rig_desc_put(&rig, kind->word0, kind->word1 | address);
	rig_desc_put(&rig, WAIT, RIG_STATUS);
	rig_w64(&rig, DMAR_IQT_REG, rig.iq_tail);
}

static bool is_done(const struct kind *kind)
{
	switch (kind->how) {
	case BY_CCMD:
		return !(rig_r64(&rig, DMAR_CCMD_REG) & ICC);
	case BY_IOTLB:
		return !(rig_r64(&rig, IOTLB_OFFSET) & IVT);
	case BY_SRTP:
		return rig_r32(&rig, DMAR_GSTS_REG) & SRTP;
	default:
		return true;
	}
}

/* As software does it: when there is room, or the one before is done. */
static void invalidate(const struct kind *kind, u32 page)
{
	u64 address = kind->has_iova  ? IOVA + 4096 * page
		      : kind->has_gpa ? (kind->mode ? GPA : IOVA) + 4096 * page
				      : 0;

	if (!is_done(kind))
		return;
	switch (kind->how) {
	case BY_QUEUE:
		send_descriptors(kind, address);
		break;
	case BY_CCMD:
		rig_w64(&rig, DMAR_CCMD_REG, kind->word0);
		break;
	case BY_IOTLB:
		rig_w64(&rig, DMAR_IVA_OFFSET, kind->word1 | address);
		rig_w64(&rig, IOTLB_OFFSET, kind->word0);
		break;
	case BY_SRTP:
		rig_w32(&rig, DMAR_GCMD_REG, (rig_r32(&rig, DMAR_GSTS_REG) & 0x96ffffff) | SRTP);
		break;
	case BY_PMEN:
		rig_w32(&rig, DMAR_PMEN_REG, rig_r32(&rig, DMAR_PMEN_REG) ^ EPM);
		break;
	case BY_PAGE_REQUEST:
		send_page_request(address);
		break;
	}
}

/* --- what they meet --- */

static struct port_endpoint endpoint;
static struct {
	struct port_translation t; /* first */
	u32 nr_completed;
	u64 completed_ps;
} request;
static struct rig_access access;

static void take_invalidation(struct port_endpoint *base, struct port_invalidation *inv)
{
	inv->completed(inv);
}

static void take_response(struct port_endpoint *base, const struct port_page_response *response)
{
}

static void request_complete(struct port_access *a)
{
	request.nr_completed++;
	request.completed_ps = sim_now_ps();
}

static u32 flags_of(const struct kind *kind)
{
	return RIG_WRITE | (kind->mode == RIG_SCALABLE ? RIG_PASID(1) : 0);
}

static void issue_write(const struct kind *kind, u32 page)
{
	if (rig_issue(port, &access, IOVA + 4096 * page, flags_of(kind)) != PORT_PENDING)
		rig_complete(&access.a);
}

static void issue_request(const struct kind *kind, u32 page)
{
	memset(&request, 0, sizeof(request));
	rig_prepare(&access, IOVA + 4096 * page, flags_of(kind));
	request.t.access = access.a;
	request.t.access.complete = request_complete;
	if (port->ops->translation_request(port, &request.t) != PORT_PENDING)
		request_complete(&request.t.access);
}

static void issue_translated(const struct kind *kind, u32 page)
{
	rig_prepare(&access, PA + 4096 * page, RIG_WRITE);
	if (port->ops->translated(port, &access.a) != PORT_PENDING)
		rig_complete(&access.a);
}

static struct port_page_request lone_request;
static u64 lone_taken_ps;

static void lone_taken(struct port_page_request *r)
{
	lone_taken_ps = sim_now_ps();
}

/* It is in the queue, or in legacy mode refused. */
static void issue_page_request(const struct kind *kind, u32 page)
{
	lone_taken_ps = 0;
	lone_request = (struct port_page_request){.iova = IOVA + 4096 * page,
						  .pasid = PASID,
						  .has_pasid = kind->mode == RIG_SCALABLE,
						  .is_read = true,
						  .taken = lone_taken};
	port->ops->page_request(port, &lone_request);
}

static u64 page_request_answered(void)
{
	return lone_taken_ps;
}

static u64 write_answered(void)
{
	if (access.nr_completed)
		assert_int_equal(access.a.status, PORT_DONE);
	return access.nr_completed ? access.completed_ps : 0;
}

static u64 request_answered(void)
{
	if (request.nr_completed)
		assert_int_equal(request.t.completion, PORT_COMPLETION_SUCCESS);
	return request.nr_completed ? request.completed_ps : 0;
}

static const struct victim {
	const char *name;
	void (*issue)(const struct kind *kind, u32 page);
	u64 (*answered)(void); /* when, 0: not yet */
} victims[] = {
	{"write that sets flags of both stages", issue_write, write_answered},
	{"translation request of the same", issue_request, request_answered},
	{"translated request", issue_translated, write_answered},
	{"page request", issue_page_request, page_request_answered},
};
#define NR_VICTIMS (sizeof(victims) / sizeof(victims[0]))
#define BOUND_PS (5 * US)

/* Both stages, flags clear, tables of the first one where the second has them as they are. */
static void start_scalable(void)
{
	struct rig_tables first, second;

	rig_enable(&rig, RIG_SCALABLE);
	fs = rig_page(&rig);
	ss = rig_page(&rig);
	first = rig_tables(&rig, fs, 4);
	second = rig_tables(&rig, ss, 4);
	for (u32 i = 0; i < 4; i++)
		rig_map_ss(second, RIG_TABLES + ((u64)i << 21), 2,
			   (RIG_TABLES + ((u64)i << 21)) | SS_RW);
	for (u32 i = 0; i < NR_PAGES; i++) {
		rig_map_fs(first, IOVA + 4096 * i, 1, (GPA + 4096 * i) | FS_ALL);
		rig_map_ss(second, GPA + 4096 * i, 1, (PA + 4096 * i) | SS_RW);
	}
	const u64 nested[8] = {ss | PASID_SSADE | 3 << 6 | 2 << 2 | 1, 1 << 23 | DID,
			       fs | PASID_EAFE};
	const u64 pass_through[8] = PASID_PT(3);
	pa_t dir = rig_smctx(&rig, SID, SMCTX_DTE | SMCTX_PASIDE | SMCTX_PRE);

	rig_pasid(&rig, dir, 0, pass_through);
	rig_pasid(&rig, dir, PASID, nested);
	rig_w64(&rig, DMAR_PQH_REG, 0);
	rig_w64(&rig, DMAR_PQA_REG, RIG_PRQ);
}

/* Device-TLBs are allowed: TT 1. */
static void start_legacy(void)
{
	struct rig_tables second;

	rig_enable(&rig, RIG_LEGACY);
	ss = rig_page(&rig);
	second = rig_tables(&rig, ss, 4);
	for (u32 i = 0; i < NR_PAGES; i++)
		rig_map_ss(second, IOVA + 4096 * i, 1, (PA + 4096 * i) | SS_RW);
	rig_ctx(&rig, SID, (struct rig_context){.tt = 1, .aw = 2, .did = DID, .root = ss});
}

static void start(u32 mode)
{
	static const struct port_endpoint_ops ops = {.invalidate = take_invalidation,
						     .page_response = take_response};

	rig_defaults(&rig);
	rig.params.esrtps = 1;
	rig_start(&rig);
	if (mode == RIG_SCALABLE)
		start_scalable();
	else
		start_legacy();
	memset(is_taken, 1, sizeof(is_taken));
	port = vtd_port_create(rig.vtd, SID);
	endpoint.ops = &ops;
	port->endpoint = &endpoint;
}

/* Run until @victim is answered while invalidations come. Return: when it was, 0: never. */
static u64 storm(const struct kind *kind, const struct victim *victim, u64 interval_ps, u32 page)
{
	u64 until_ps = sim_now_ps() + 200 * US, next_ps = sim_now_ps() + interval_ps;
	u64 at_ps;

	while (!(at_ps = victim->answered()) && sim_now_ps() < until_ps) {
		advance(next_ps);
		invalidate(kind, page);
		next_ps += interval_ps;
	}
	return at_ps;
}

/* The worst of some moments, and pages that are not cached, of a request in the storm; 0: never. */
static u64 worst_ps(const struct kind *kind, const struct victim *victim, u64 interval_ps)
{
	u64 worst = 0;

	/* Page requests are checked one after the other. */
	if (kind->how == BY_PAGE_REQUEST && victim->issue == issue_page_request)
		return 1;
	for (u32 i = 0; i < NR_PAGES; i++) {
		u64 began_ps, at_ps;

		start(kind->mode);
		invalidate(kind, i);
		advance(sim_now_ps() + 1 + i * interval_ps / NR_PAGES);
		began_ps = sim_now_ps();
		victim->issue(kind, i);
		at_ps = storm(kind, victim, interval_ps, i);
		rig_stop(&rig);
		if (!at_ps)
			return 0;
		worst = at_ps - began_ps > worst ? at_ps - began_ps : worst;
	}
	return worst;
}

static const u32 intervals_ns[] = {100, 200, 300, 500, 700, 1000, 1500, 2000};
#define NR_INTERVALS (sizeof(intervals_ns) / sizeof(intervals_ns[0]))

static void everything_ends_in_a_storm(void **state)
{
	for (u32 v = 0; v < NR_VICTIMS; v++) {
		for (u32 k = 0; k < NR_KINDS; k++) {
			for (u32 i = 0; i < NR_INTERVALS; i++) {
				u64 ps = worst_ps(&kinds[k], &victims[v], intervals_ns[i] * NS);

				if (!ps || ps > BOUND_PS)
					fail_msg("%s, %s each %u ns: %llu ps", victims[v].name,
						 kinds[k].name, intervals_ns[i],
						 (unsigned long long)ps);
			}
		}
	}
}

/* --- when the end of an invalidation is told --- */

static struct vtd_stats stats_now(void)
{
	struct vtd_stats stats;

	vtd_stats(rig.vtd, &stats);
	return stats;
}

static bool is_told(const struct kind *kind)
{
	return kind->how == BY_QUEUE ? rig_get(&rig, RIG_STATUS) == STATUS_DATA : is_done(kind);
}

static void until_told(const struct kind *kind)
{
	while (!is_told(kind)) {
		assert_true(sim_next_event_ps() != SIM_TIME_NEVER);
		sim_run(sim_next_event_ps());
	}
}

/* At every moment of a walk: if it was met, it is over. Return: how often it was met. */
static u32 tell_at_every_moment(const struct kind *kind)
{
	u32 nr_met = 0;

	for (u64 ns = 0; ns < 3000; ns += 23) {
		start(kind->mode);
		issue_write(kind, 0);
		advance(sim_now_ps() + ns * NS);
		invalidate(kind, 0);
		until_told(kind);
		if (stats_now().overtaken) {
			assert_int_equal(access.nr_completed, 1);
			nr_met++;
		}
		rig_run(&rig);
		assert_int_equal(access.nr_completed, 1);
		rig_stop(&rig);
	}
	return nr_met;
}

static void ends_are_told_when_what_was_met_is_over(void **state)
{
	for (u32 k = 0; k < NR_KINDS; k++) {
		bool meets_nothing = k >= 12 && k <= 14;

		if (kinds[k].how == BY_PMEN || kinds[k].how == BY_PAGE_REQUEST)
			continue;
		assert_int_equal(tell_at_every_moment(&kinds[k]) > 3, !meets_nothing);
	}
}

/* Another PASID table, in which PASID has other tables; what leads to it moves too, if @by_context.
 */
static void replace_pasid_table(bool by_context)
{
	pa_t other_fs = rig_page(&rig), table = rig_page(&rig), directory = rig_page(&rig);
	const u64 nested[8] = {ss | PASID_SSADE | 3 << 6 | 2 << 2 | 1, 1 << 23 | DID,
			       other_fs | PASID_EAFE};
	pa_t slot = rig_ctx_slot(&rig, SID);

	rig_map_fs(rig_tables(&rig, other_fs, 4), IOVA, 1, (GPA + 4096) | FS_ALL);
	rig_put(&rig, table + 64 * PASID, nested, 8);
	rig_put1(&rig, directory, table | 1);
	if (!by_context)
		rig_put1(&rig, rig_get(&rig, slot) & ~0xfffULL, table | 1);
	else
		rig_put1(&rig, slot, directory | (rig_get(&rig, slot) & 0xfff));
}

/* At every moment of a walk, and then as late as it can be before the descriptor is carried out. */
static void configuration_that_was_met_is_not_kept(void **state)
{
	u32 nr_old = 0, nr_late = 0;

	for (u64 ns = 0; ns < 2 * 700; ns++) {
		bool by_context = ns % 2;
		struct rig_access later;

		start(RIG_SCALABLE);
		issue_write(&kinds[0], 0);
		advance(sim_now_ps() + ns / 2 * NS);
		if (by_context)
			rig_desc_put(&rig, kinds[0].word0, 0);
		rig_desc_put(&rig, kinds[3].word0, 0);
		rig_desc_put(&rig, WAIT, RIG_STATUS);
		rig_w64(&rig, DMAR_IQT_REG, rig.iq_tail);
		advance(sim_now_ps() + 100 * NS);
		nr_late += stats_now().invalidations == 3;
		replace_pasid_table(by_context);
		until_told(&kinds[3]);
		rig_iotlb_all(&rig);
		rig_run(&rig);
		assert_int_equal(access.nr_completed, 1);
		nr_old += access.a.pa == PA;
		assert_int_equal(rig_do(port, &later, IOVA, RIG_PASID(1)), PORT_DONE);
		assert_int_equal(later.a.pa, PA + 4096);
		rig_stop(&rig);
	}
	assert_true(nr_old > 100 && nr_late == 2 * 700);
}

static void translation_is_off_when_what_was_under_way_is_over(void **state)
{
	u32 nr_met = 0;

	for (u64 ns = 0; ns < 3000; ns += 23) {
		start(RIG_SCALABLE);
		issue_write(&kinds[0], 0);
		advance(sim_now_ps() + ns * NS);
		rig_w32(&rig, DMAR_GCMD_REG, rig_r32(&rig, DMAR_GSTS_REG) & 0x96ffffff & ~TE);
		while (rig_r32(&rig, DMAR_GSTS_REG) & TE)
			sim_run(sim_next_event_ps());
		nr_met += stats_now().overtaken > 0;
		if (stats_now().overtaken)
			assert_int_equal(access.nr_completed, 1);
		rig_run(&rig);
		rig_stop(&rig);
	}
	assert_true(nr_met > 10);
}

/* There is always a request that an invalidation meets. */
static void a_wait_descriptor_does_not_wait_for_what_is_met_later(void **state)
{
	static struct rig_access many[64];
	u64 began_ps;
	u32 nr = 0;

	start(RIG_LEGACY);
	rig_issue(port, &many[nr++], IOVA, RIG_WRITE);
	advance(sim_now_ps() + 200 * NS);
	rig_desc_put(&rig, 2 | 1 << 4, 0);
	rig_desc_put(&rig, WAIT, RIG_STATUS);
	rig_w64(&rig, DMAR_IQT_REG, rig.iq_tail);
	began_ps = sim_now_ps();
	while (rig_get(&rig, RIG_STATUS) != STATUS_DATA) {
		/* protected memory enable: nothing waits for what that meets */
		invalidate(&kinds[17], 0);
		rig_issue(port, &many[nr], IOVA + 4096 * (nr % NR_PAGES), RIG_WRITE);
		nr++;
		advance(sim_now_ps() + 50 * NS);
		assert_true(nr < 64 && sim_now_ps() < began_ps + 2 * US);
	}
	assert_true(stats_now().overtaken_waits);
	rig_run(&rig);
	rig_stop(&rig);
}

/* QIE or 0, and until it is so, no longer. */
static void switch_queue(u32 qie)
{
	const u32 mask = 1U << 26;

	rig_w32(&rig, DMAR_GCMD_REG, (rig_r32(&rig, DMAR_GSTS_REG) & 0x96ffffff & ~mask) | qie);
	while ((rig_r32(&rig, DMAR_GSTS_REG) & mask) != qie)
		sim_run(sim_next_event_ps());
}

static void a_queue_that_waits_can_be_disabled(void **state)
{
	u32 nr_waiting = 0;

	for (u64 ns = 0; ns < 3000; ns += 23) {
		const u32 qie = 1U << 26;

		start(RIG_SCALABLE);
		issue_write(&kinds[0], 0);
		advance(sim_now_ps() + 300 * NS);
		invalidate(&kinds[6], 0);
		advance(sim_now_ps() + ns * NS);
		nr_waiting += stats_now().overtaken_waits &&
			      rig_get(&rig, RIG_STATUS) != STATUS_DATA;
		/* also at once, by a further command that comes too early */
		if (ns % 2)
			rig_w32(&rig, DMAR_GCMD_REG,
				rig_r32(&rig, DMAR_GSTS_REG) & 0x96ffffff & ~qie);
		switch_queue(0);
		assert_int_equal(rig_r64(&rig, DMAR_IQH_REG), 0);
		rig_w64(&rig, DMAR_IQT_REG, 0);
		rig.iq_tail = 0;
		rig_put1(&rig, RIG_STATUS, 0);
		switch_queue(qie);
		invalidate(&kinds[6], 0);
		until_told(&kinds[6]);
		assert_int_equal(access.nr_completed, 1);
		rig_run(&rig);
		rig_stop(&rig);
	}
	assert_true(nr_waiting > 10);
}

static void print_table(void)
{
	for (u32 v = 0; v < NR_VICTIMS; v++) {
		printf("%-38s", victims[v].name);
		for (u32 i = 0; i < NR_INTERVALS; i++)
			printf(" %5u", intervals_ns[i]);
		printf("  ns between\n");
		for (u32 k = 0; k < NR_KINDS; k++) {
			printf("  %-36s", kinds[k].name);
			for (u32 i = 0; i < NR_INTERVALS; i++) {
				u64 ps = worst_ps(&kinds[k], &victims[v], intervals_ns[i] * NS);

				if (ps)
					printf(" %5.2f", ps / 1e6);
				else
					printf(" never");
			}
			printf("  us\n");
		}
	}
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everything_ends_in_a_storm),
		cmocka_unit_test(ends_are_told_when_what_was_met_is_over),
		cmocka_unit_test(configuration_that_was_met_is_not_kept),
		cmocka_unit_test(translation_is_off_when_what_was_under_way_is_over),
		cmocka_unit_test(a_wait_descriptor_does_not_wait_for_what_is_met_later),
		cmocka_unit_test(a_queue_that_waits_can_be_disabled),
	};

	if (argc > 1 && !strcmp(argv[1], "-p")) {
		print_table();
		return 0;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
