// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stalled accesses (IHI 0070 3.12.2, 4.7.1, 4.7.2, 5.5). The STAG is the number
 * of the slot that keeps the access. A slot is used again for another access only
 * when the one it kept has ended, and the slot free longest is taken first.
 *
 * When all slots are taken, a further access that would stall waits, unreported,
 * and translates again when a slot is free: back-pressure. A port's max_stalled
 * does the same for one master. With params.stall_full_aborts no access waits for a slot: it is
 * terminated with an abort, and recorded as such. Those that wait do so in order of arrival and
 * hold no other resource, so accesses that translate pass them.
 *
 * With params.suppress_stalls a stall that is like one whose answer is still to come, of
 * the same page, is not recorded (3.12.2.1): it follows that one, and translates again when that
 * one is resumed, whatever the answer was. It has a slot, but software knows no STAG of it.
 */
#include <errno.h>

#include "models/smmuv3/internal.h"
#include "sim/arena.h"
#include "sim/point.h"
#include "sim/sim.h"
#include "sim/trace.h"

static struct port_fault fault_of(const struct smmu_stall *stall)
{
	return (struct port_fault){
		.kind = PORT_FAULT_STALL, .stream_id = stall->sid, .tag = stall->stag};
}

static void observe_completed(struct smmu *smmu, const struct smmu_stall *stall,
			      struct smmu_stall_end end)
{
	if (smmu->observer)
		smmu->observer->completed(smmu->observer_opaque, fault_of(stall), end.status,
					  end.worked_ps);
}

static void observe_consumed(struct smmu *smmu, const struct smmu_stall *stall)
{
	if (smmu->observer)
		smmu->observer->consumed(smmu->observer_opaque, fault_of(stall), smmu->command_ps);
}

/* --- slots --- */

static void set_state(struct smmu_stall *stall, enum smmu_stall_state state)
{
#define TO(name) (1U << SMMU_STALL_##name)
	static const u8 legal[] = {
		[SMMU_STALL_FREE] = TO(UNRECORDED),
		[SMMU_STALL_UNRECORDED] = TO(RECORDED) | TO(SUPPRESSED) | TO(RETRYING) | TO(ENDING),
		[SMMU_STALL_RECORDED] = TO(RETRYING) | TO(ENDING),
		[SMMU_STALL_SUPPRESSED] = TO(RETRYING) | TO(ENDING),
		[SMMU_STALL_RETRYING] = TO(UNRECORDED) | TO(FREE),
		[SMMU_STALL_ENDING] = TO(FREE),
	};
#undef TO

	sim_assert(legal[stall->state] & (1U << state));
	stall->state = state;
}

static void show_places(const struct smmu *smmu)
{
	sim_trace_show(SIM_TRACE_PLACES,
		       IOMMU_PLACES_NUMBER(smmu->core.number, IOMMU_PLACES_STALLS),
		       smmu->core.params.stall_max - smmu->nr_free_stalls);
}

static void slot_add(struct smmu *smmu, struct smmu_stall *stall)
{
	stall->next_free = NULL;
	if (smmu->last_free_stall)
		smmu->last_free_stall->next_free = stall;
	else
		smmu->free_stalls = stall;
	smmu->last_free_stall = stall;
	smmu->nr_free_stalls++;
}

static void slot_free(struct smmu *smmu, struct smmu_stall *stall)
{
	/* Nothing may find the access by this slot any more, nor by its STAG. */
	sim_assert(!stall->followers && !stall->is_record_busy);
	sim_assert(!sim_event_is_pending(&stall->ending));
	set_state(stall, SMMU_STALL_FREE);
	stall->access = NULL;
	slot_add(smmu, stall);
	smmu->core.stats.stall_table.popped++;
	show_places(smmu);
}

static struct smmu_stall *slot_take(struct smmu *smmu)
{
	struct smmu_stall *stall = smmu->free_stalls;

	sim_assert(stall && stall->state == SMMU_STALL_FREE);
	smmu->free_stalls = stall->next_free;
	if (!smmu->free_stalls)
		smmu->last_free_stall = NULL;
	smmu->nr_free_stalls--;
	smmu->core.stats.stall_table.pushed++;
	show_places(smmu);
	/* Those that have one reserved will find it. */
	sim_assert(smmu->nr_reserved_stalls <= smmu->nr_free_stalls);
	return stall;
}

/* Free slots are kept for those that have waited; they find out whether they need one. */
void smmu_stall_release(struct smmu *smmu)
{
	while (smmu->backpressured.head && smmu->nr_free_stalls > smmu->nr_reserved_stalls) {
		struct port_access *access = access_list_take(&smmu->backpressured);

		smmu->nr_reserved_stalls++;
		smmu_txn_submit(access->port_private, access, NULL,
				(u32)access->pa | SMMU_PENDING_RESERVED);
	}
}

void smmu_stall_unreserve(struct smmu *smmu)
{
	sim_assert(smmu->nr_reserved_stalls);
	smmu->nr_reserved_stalls--;
	smmu_stall_release(smmu);
}

void smmu_stall_leave(struct smmu *smmu, struct smmu_stall *stall, struct smmu_stall_end end)
{
	sim_assert(stall->port->nr_stalled);
	observe_completed(smmu, stall, end);
	stall->port->nr_stalled--;
	slot_free(smmu, stall);
}

static void stall_ends(struct smmu_stall *stall)
{
	struct smmu *smmu = stall->smmu;
	struct smmu_port *port = stall->port;
	struct port_access *access = stall->access;
	bool is_raz_wi = stall->is_raz_wi;
	const struct smmu_stall_end end = {
		.status = is_raz_wi ? PORT_DONE : PORT_ABORTED,
		.worked_ps = smmu->timing.link_ps,
	};

	smmu_stall_leave(smmu, stall, end);
	smmu_access_complete(port, access, end.status, is_raz_wi);
	smmu_port_release_held(port);
	smmu_stall_release(smmu);
}

static void ending_event(struct sim_event *event)
{
	struct smmu_stall *stall = (struct smmu_stall *)((char *)event -
							 offsetof(struct smmu_stall, ending));

	if (stall->is_record_busy)
		stall->has_ended = true;
	else
		stall_ends(stall);
}

static void record_settled(struct smmu *smmu, struct smmu_event *event, bool is_written)
{
	struct smmu_stall *stall = (struct smmu_stall *)event;

	stall->is_record_busy = false;
	if (is_written && smmu->observer)
		smmu->observer->recorded(smmu->observer_opaque, fault_of(stall), event->worked_ps);
	/* A record lost to an abort: software terminates the stream, which ends this too. */
	if (stall->state == SMMU_STALL_UNRECORDED)
		set_state(stall, SMMU_STALL_RECORDED);
	else if (stall->has_ended)
		stall_ends(stall);
}

/* --- duplicates --- */

static u64 page_of(const struct smmu_stall *stall)
{
	return stall->record.word[2] >> stall->held.lg2;
}

static struct smmu_stall **bucket_of(struct smmu *smmu, const struct smmu_stall *stall)
{
	return &smmu->stall_hash[(page_of(stall) ^ stall->sid * 31) % SMMU_STALL_HASH];
}

/* Same stream, substream, fault, page, privilege, instruction or data, read or write. */
static bool is_duplicate(const struct smmu_stall *a, const struct smmu_stall *b)
{
	const u64 *v = a->record.word, *w = b->record.word;

	return v[0] == w[0] && !((v[1] ^ w[1]) & ~EVTQ_1_STAG) && a->held.lg2 == b->held.lg2 &&
	       page_of(a) == page_of(b) && v[3] >> SMMU_PAGE_LG2 == w[3] >> SMMU_PAGE_LG2;
}

static struct smmu_stall *find_leader(struct smmu *smmu, const struct smmu_stall *stall)
{
	struct smmu_stall *leader = *bucket_of(smmu, stall);

	while (leader && !is_duplicate(leader, stall))
		leader = leader->next_hash;
	return leader;
}

static void follow(struct smmu *smmu, struct smmu_stall *leader, struct smmu_stall *stall)
{
	set_state(stall, SMMU_STALL_SUPPRESSED);
	stall->is_record_busy = false;
	stall->next_follower = NULL;
	if (leader->followers)
		leader->last_follower->next_follower = stall;
	else
		leader->followers = stall;
	leader->last_follower = stall;
	smmu->core.stats.suppressed++;
}

/* Does an earlier record stand for @stall? If not, that of @stall may for later ones. */
static bool is_suppressed(struct smmu *smmu, struct smmu_stall *stall)
{
	struct smmu_stall **bucket = bucket_of(smmu, stall);
	struct smmu_stall *leader;

	if (!smmu->core.params.suppress_stalls)
		return false;
	leader = find_leader(smmu, stall);
	if (leader) {
		follow(smmu, leader, stall);
		return true;
	}
	stall->next_hash = *bucket;
	*bucket = stall;
	return false;
}

/* @stall ends or is retried; Return: those that follow it, who are the caller's now. */
static struct smmu_stall *take_followers(struct smmu *smmu, struct smmu_stall *stall)
{
	struct smmu_stall **link = bucket_of(smmu, stall);
	struct smmu_stall *followers = stall->followers;

	stall->followers = NULL;
	while (*link && *link != stall)
		link = &(*link)->next_hash;
	sim_assert(*link || !smmu->core.params.suppress_stalls);
	if (*link)
		*link = stall->next_hash;
	return followers;
}

/* --- a fault stalls --- */

static bool exceeds_max_stalled(const struct smmu_port *port, const struct smmu_txn *txn)
{
	if (!port->port.max_stalled || (txn->pending & SMMU_PENDING_RELEASED))
		return false;
	return port->held.head || port->nr_stalled + port->nr_released >= port->port.max_stalled;
}

static bool exceeds_slots(const struct smmu *smmu, const struct smmu_txn *txn)
{
	if (txn->pending & SMMU_PENDING_RESERVED)
		return false;
	return smmu->nr_free_stalls <= smmu->nr_reserved_stalls;
}

/*
 * 3.12: for devices that must not block others, a stall may be a termination with abort,
 * recorded with Stall == 0. Here those are PCIe functions, which must never stall (16.4), and
 * with params.stall_full_aborts all devices that find the table full.
 */
static bool is_refused(const struct smmu *smmu, const struct smmu_txn *txn)
{
	if (txn->stall)
		return false;
	if (smmu_txn_port(txn)->port.endpoint)
		return true;
	return smmu->core.params.stall_full_aborts && !smmu->nr_free_stalls &&
	       !exceeds_max_stalled(smmu_txn_port(txn), txn);
}

bool smmu_stall_is_refused(struct smmu *smmu, const struct smmu_txn *txn)
{
	if (!is_refused(smmu, txn))
		return false;
	smmu->core.stats.refused++;
	return true;
}

/* Put the access where it waits until it may translate again; false: it may stall. */
static bool hold_back(struct smmu *smmu, struct smmu_txn *txn)
{
	struct port_access *access = txn->txn.access;
	struct smmu_port *port = smmu_txn_port(txn);

	if (exceeds_max_stalled(port, txn)) {
		/* It waits for its own master now, not for a slot. */
		access->pa = 0;
		access_list_add(&port->held, access);
		if (txn->pending & SMMU_PENDING_RESERVED)
			smmu_stall_unreserve(smmu);
		return true;
	}
	if (exceeds_slots(smmu, txn)) {
		access->pa = txn->pending & SMMU_PENDING_RELEASED;
		access->port_private = port;
		access_list_add(&smmu->backpressured, access);
		smmu->core.stats.backpressured++;
		return true;
	}
	return false;
}

static struct smmu_stall *stall_begin(struct smmu *smmu, struct smmu_txn *txn)
{
	struct smmu_port *port = smmu_txn_port(txn);
	struct smmu_stall *stall;

	if (txn->pending & SMMU_PENDING_RESERVED)
		smmu->nr_reserved_stalls--;
	if (txn->pending & SMMU_PENDING_RELEASED)
		port->nr_released--;
	stall = slot_take(smmu);
	port->nr_stalled++;
	sim_assert(!port->port.max_stalled ||
		   port->nr_stalled + port->nr_released <= port->port.max_stalled);
	stall->port = port;
	stall->access = txn->txn.access;
	stall->sid = txn->x.sid;
	return stall;
}

void smmu_stall_enter(struct smmu *smmu, struct smmu_txn *txn)
{
	struct smmu_port *port = smmu_txn_port(txn);
	struct port_access *access = txn->txn.access;
	struct smmu_stall *stall = txn->stall;
	u64 began_ps = txn->txn.began_ps;

	if (stall) {
		/* Resumed, and faults again: a new fault in the same slot. */
		observe_completed(smmu, stall,
				  (struct smmu_stall_end){PORT_PENDING, txn_worked_ps(&txn->txn)});
	} else if (hold_back(smmu, txn)) {
		txn_free(&txn->txn);
		txn_pump(&port->pool);
		return;
	} else {
		stall = stall_begin(smmu, txn);
	}
	set_state(stall, SMMU_STALL_UNRECORDED);
	/* Of what an invalidation has overtaken nothing is recorded once that is complete (4.7.3).
	 */
	stall->record.is_stale = txn->txn.overtaken;
	stall->has_ended = false;
	stall->is_record_busy = true;
	stall->record.is_dropped = false;
	stall->cd_index = txn->x.config->cd_index;
	smmu_xlate_held(&txn->x, txn->x.table ? txn->x.table->granule_lg2 : 0, &stall->held);
	smmu_record_make(&txn->x, stall->stag, stall->record.word);
	access->nr_stalls++;
	access->waited_ps = txn->txn.waited_ps;
	smmu->core.stats.stalls++;
	txn_free(&txn->txn);
	if (smmu->observer)
		smmu->observer->detected(smmu->observer_opaque, fault_of(stall), access, began_ps);
	if (!is_suppressed(smmu, stall))
		smmu_evtq_push(smmu, &stall->record);
	txn_pump(&port->pool);
}

/* --- answers --- */

static void retry(struct smmu_stall *stall)
{
	set_state(stall, SMMU_STALL_RETRYING);
	stall->is_record_busy = false;
	smmu_txn_submit(stall->port, stall->access, stall, 0);
}

static void retry_followers(struct smmu *smmu, struct smmu_stall *followers)
{
	while (followers) {
		struct smmu_stall *stall = followers;

		followers = stall->next_follower;
		smmu->core.stats.retried++;
		observe_consumed(smmu, stall);
		retry(stall);
	}
}

static void retry_all(struct smmu *smmu, struct smmu_stall *stall)
{
	struct smmu_stall *followers = take_followers(smmu, stall);

	retry(stall);
	retry_followers(smmu, followers);
}

static void terminate(struct smmu *smmu, struct smmu_stall *stall, bool is_raz_wi)
{
	set_state(stall, SMMU_STALL_ENDING);
	stall->is_raz_wi = is_raz_wi;
	smmu->core.stats.terminated++;
	observe_consumed(smmu, stall);
	if (smmu->is_clockless)
		ending_event(&stall->ending);
	else
		sim_event_schedule(&stall->ending, sim_now_ps() + smmu->timing.link_ps);
}

void smmu_stall_resume(struct smmu *smmu, const struct smmu_resume *resume)
{
	struct smmu_stall *stall;

	/* A STAG that stands for nothing, or for another stream, has no effect (4.7.1). */
	if (!smmu->stalls || resume->stag >= smmu->core.params.stall_max)
		return;
	stall = &smmu->stalls[resume->stag];
	if (stall->state != SMMU_STALL_RECORDED || stall->sid != resume->sid)
		return;
	if (!resume->is_retry) {
		struct smmu_stall *followers = take_followers(smmu, stall);

		terminate(smmu, stall, !resume->is_abort && !smmu->core.params.abort_only);
		retry_followers(smmu, followers);
		return;
	}
	smmu->core.stats.retried++;
	observe_consumed(smmu, stall);
	retry_all(smmu, stall);
}

/* With those that follow it, which are of the same stream. */
static void terminate_all(struct smmu *smmu, struct smmu_stall *stall)
{
	struct smmu_stall *followers = take_followers(smmu, stall);

	terminate(smmu, stall, false);
	while (followers) {
		stall = followers;
		followers = stall->next_follower;
		terminate(smmu, stall, false);
	}
}

void smmu_stall_terminate(struct smmu *smmu, u64 first_sid, u64 last_sid)
{
	for (u32 i = 0; smmu->stalls && i < smmu->core.params.stall_max; i++) {
		struct smmu_stall *stall = &smmu->stalls[i];

		if (stall->state != SMMU_STALL_UNRECORDED && stall->state != SMMU_STALL_RECORDED)
			continue;
		if (stall->sid < first_sid || stall->sid > last_sid)
			continue;
		if (smmu_evtq_remove_deferred(smmu, &stall->record))
			stall->is_record_busy = false;
		stall->record.is_dropped = true;
		terminate_all(smmu, stall);
	}
}

/* --- invalidation --- */

/* What it stalled for is not true any more: it is translated again instead of recorded. */
static void record_expired(struct smmu *smmu, struct smmu_event *event)
{
	retry_all(smmu, (struct smmu_stall *)event);
}

void smmu_stall_invalidate(struct smmu *smmu, const struct smmu_tlbi *tlbi)
{
	for (struct line_item *item = smmu->evtq.deferred.head; item; item = item->next) {
		struct smmu_stall *stall = (struct smmu_stall *)item;

		if (smmu_tlbi_concerns(tlbi, &stall->held))
			stall->record.is_stale = true;
	}
}

void smmu_stall_invalidate_config(struct smmu *smmu, const struct smmu_cfgi *cfgi)
{
	for (struct line_item *item = smmu->evtq.deferred.head; item; item = item->next) {
		struct smmu_stall *stall = (struct smmu_stall *)item;

		if (stall->sid >= cfgi->first_sid && stall->sid <= cfgi->last_sid &&
		    (!cfgi->by_cd || stall->cd_index == cfgi->cd_index))
			stall->record.is_stale = true;
	}
}

/* --- life --- */

int smmu_stall_init(struct smmu *smmu)
{
	u32 nr = smmu->core.params.stall ? smmu->core.params.stall_max : 0;

	if (!nr)
		return 0;
	smmu->stalls = sim_alloc(nr * sizeof(smmu->stalls[0]));
	if (!smmu->stalls)
		return -ENOMEM;
	for (u32 i = 0; i < nr; i++) {
		struct smmu_stall *stall = &smmu->stalls[i];

		stall->smmu = smmu;
		stall->stag = i;
		stall->record.is_stall = true;
		stall->record.settled = record_settled;
		stall->record.expired = record_expired;
		sim_event_init(&stall->ending, ending_event);
		sim_event_set_actor(&stall->ending, SIM_ACTOR_IOMMU);
		slot_add(smmu, stall);
	}
	return 0;
}

void smmu_stall_finish(struct smmu *smmu)
{
	for (u32 i = 0; smmu->stalls && i < smmu->core.params.stall_max; i++)
		sim_event_cancel(&smmu->stalls[i].ending);
	sim_free(smmu->stalls);
}
