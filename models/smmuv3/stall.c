// SPDX-License-Identifier: GPL-2.0-only
/*
 * Stalled accesses (IHI 0070 3.12.2, 4.7.1, 4.7.2, 5.5). The STAG is the number
 * of the slot that keeps the access. A slot is used again for another access only
 * when the one it kept has ended, and the slot free longest is taken first.
 *
 * When all slots are taken, a further access that would stall waits, unreported,
 * and translates again when a slot is free: back-pressure. A port's max_stalled
 * does the same for one master. Those that wait do so in order of arrival and
 * hold no other resource, so accesses that translate pass them.
 */
#include <errno.h>

#include "models/smmuv3/internal.h"
#include "sim/arena.h"
#include "sim/sim.h"

static struct iommu_fault fault_of(const struct smmu_stall *stall)
{
	return (struct iommu_fault){
		.kind = IOMMU_FAULT_STALL, .stream_id = stall->sid, .tag = stall->stag};
}

static void observe_completed(struct smmu *smmu, const struct smmu_stall *stall,
			      enum port_status status)
{
	if (smmu->observer)
		smmu->observer->completed(smmu->observer_opaque, fault_of(stall), status);
}

static void observe_consumed(struct smmu *smmu, const struct smmu_stall *stall)
{
	if (smmu->observer)
		smmu->observer->consumed(smmu->observer_opaque, fault_of(stall));
}

/* --- slots --- */

static void slot_free(struct smmu *smmu, struct smmu_stall *stall)
{
	stall->state = SMMU_STALL_FREE;
	stall->access = NULL;
	stall->next_free = NULL;
	if (smmu->last_free_stall)
		smmu->last_free_stall->next_free = stall;
	else
		smmu->free_stalls = stall;
	smmu->last_free_stall = stall;
	smmu->nr_free_stalls++;
}

static struct smmu_stall *slot_take(struct smmu *smmu)
{
	struct smmu_stall *stall = smmu->free_stalls;

	sim_assert(stall && stall->state == SMMU_STALL_FREE);
	smmu->free_stalls = stall->next_free;
	if (!smmu->free_stalls)
		smmu->last_free_stall = NULL;
	smmu->nr_free_stalls--;
	return stall;
}

/* Free slots are kept for those that have waited; they find out whether they need one. */
void smmu_stall_release(struct smmu *smmu)
{
	while (smmu->backpressured.head && smmu->nr_free_stalls > smmu->nr_reserved_stalls) {
		struct port_access *access = smmu_access_list_take(&smmu->backpressured);

		smmu->nr_reserved_stalls++;
		smmu_txn_submit(access->port_private, access, NULL, sim_now_ps(),
				(u32)access->pa | SMMU_PENDING_RESERVED);
	}
}

void smmu_stall_unreserve(struct smmu *smmu)
{
	smmu->nr_reserved_stalls--;
	smmu_stall_release(smmu);
}

void smmu_stall_leave(struct smmu *smmu, struct smmu_stall *stall, enum port_status status)
{
	observe_completed(smmu, stall, status);
	stall->port->nr_stalled--;
	slot_free(smmu, stall);
}

static void stall_ends(struct smmu_stall *stall)
{
	struct smmu *smmu = stall->smmu;
	struct smmu_port *port = stall->port;
	struct port_access *access = stall->access;
	bool is_raz_wi = stall->is_raz_wi;
	enum port_status status = is_raz_wi ? PORT_DONE : PORT_ABORTED;

	smmu_stall_leave(smmu, stall, status);
	smmu_access_complete(port, access, status, is_raz_wi);
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
		smmu->observer->recorded(smmu->observer_opaque, fault_of(stall));
	/* A record lost to an abort: software terminates the stream, which ends this too. */
	if (stall->state == SMMU_STALL_UNRECORDED)
		stall->state = SMMU_STALL_RECORDED;
	else if (stall->has_ended)
		stall_ends(stall);
}

int smmu_stall_init(struct smmu *smmu)
{
	u32 nr = smmu->params.stall ? smmu->params.stall_max : 0;

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
		sim_event_init(&stall->ending, ending_event);
		slot_free(smmu, stall);
	}
	return 0;
}

void smmu_stall_finish(struct smmu *smmu)
{
	for (u32 i = 0; smmu->stalls && i < smmu->params.stall_max; i++)
		sim_event_cancel(&smmu->stalls[i].ending);
	sim_free(smmu->stalls);
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

/* Put the access where it waits until it may translate again; false: it may stall. */
static bool hold_back(struct smmu *smmu, struct smmu_txn *txn)
{
	struct port_access *access = txn->access;
	struct smmu_port *port = txn->port;

	if (exceeds_max_stalled(port, txn)) {
		/* It waits for its own master now, not for a slot. */
		access->pa = 0;
		smmu_access_list_add(&port->held, access);
		if (txn->pending & SMMU_PENDING_RESERVED)
			smmu_stall_unreserve(smmu);
		return true;
	}
	if (exceeds_slots(smmu, txn)) {
		access->pa = txn->pending & SMMU_PENDING_RELEASED;
		access->port_private = port;
		smmu_access_list_add(&smmu->backpressured, access);
		smmu->stats.backpressured++;
		return true;
	}
	return false;
}

static struct smmu_stall *stall_begin(struct smmu *smmu, struct smmu_txn *txn)
{
	struct smmu_stall *stall = slot_take(smmu);

	if (txn->pending & SMMU_PENDING_RESERVED)
		smmu->nr_reserved_stalls--;
	if (txn->pending & SMMU_PENDING_RELEASED)
		txn->port->nr_released--;
	txn->port->nr_stalled++;
	stall->port = txn->port;
	stall->access = txn->access;
	stall->sid = txn->x.sid;
	return stall;
}

void smmu_stall_enter(struct smmu *smmu, struct smmu_txn *txn)
{
	struct smmu_port *port = txn->port;
	struct port_access *access = txn->access;
	struct smmu_stall *stall = txn->stall;
	u64 began_ps = txn->began_ps;

	if (stall) {
		/* Resumed, and faults again: a new fault in the same slot. */
		observe_completed(smmu, stall, PORT_PENDING);
	} else if (hold_back(smmu, txn)) {
		smmu_txn_free(txn);
		smmu_port_pump(port);
		return;
	} else {
		stall = stall_begin(smmu, txn);
	}
	stall->state = SMMU_STALL_UNRECORDED;
	stall->is_stale = false;
	stall->has_ended = false;
	stall->is_record_busy = true;
	stall->record.is_dropped = false;
	stall->context = txn->x.config->context;
	stall->cd_index = txn->x.config->cd_index;
	stall->va = txn->x.va;
	stall->granule_lg2 = txn->x.table->granule_lg2;
	smmu_record_make(&txn->x, stall->stag, stall->record.word);
	access->nr_stalls++;
	smmu->stats.stalls++;
	smmu_txn_free(txn);
	if (smmu->observer)
		smmu->observer->detected(smmu->observer_opaque, fault_of(stall), access, began_ps);
	smmu_evtq_push(smmu, &stall->record);
	smmu_port_pump(port);
}

/* --- answers --- */

void smmu_stall_retry(struct smmu *smmu, struct smmu_stall *stall)
{
	stall->state = SMMU_STALL_RETRYING;
	stall->is_record_busy = false;
	smmu_txn_submit(stall->port, stall->access, stall, sim_now_ps(), 0);
}

static void terminate(struct smmu *smmu, struct smmu_stall *stall, bool is_raz_wi)
{
	stall->state = SMMU_STALL_ENDING;
	stall->is_raz_wi = is_raz_wi;
	smmu->stats.terminated++;
	observe_consumed(smmu, stall);
	if (smmu->is_clockless)
		ending_event(&stall->ending);
	else
		sim_event_schedule(&stall->ending, sim_now_ps() + smmu->timing.link_ps);
}

void smmu_stall_resume(struct smmu *smmu, u32 sid, u32 stag, bool is_retry, bool is_abort)
{
	struct smmu_stall *stall;

	/* A STAG that stands for nothing, or for another stream, has no effect (4.7.1). */
	if (!smmu->stalls || stag >= smmu->params.stall_max)
		return;
	stall = &smmu->stalls[stag];
	if (stall->state != SMMU_STALL_RECORDED || stall->sid != sid)
		return;
	if (!is_retry) {
		terminate(smmu, stall, !is_abort && !smmu->params.abort_only);
		return;
	}
	smmu->stats.retried++;
	observe_consumed(smmu, stall);
	smmu_stall_retry(smmu, stall);
}

void smmu_stall_terminate(struct smmu *smmu, u64 first_sid, u64 last_sid)
{
	for (u32 i = 0; smmu->stalls && i < smmu->params.stall_max; i++) {
		struct smmu_stall *stall = &smmu->stalls[i];

		if (stall->state != SMMU_STALL_UNRECORDED && stall->state != SMMU_STALL_RECORDED)
			continue;
		if (stall->sid < first_sid || stall->sid > last_sid)
			continue;
		if (smmu_evtq_remove_deferred(smmu, &stall->record))
			stall->is_record_busy = false;
		stall->record.is_dropped = true;
		terminate(smmu, stall, false);
	}
}

/* --- invalidation --- */

void smmu_stall_invalidate(struct smmu *smmu, const struct smmu_tlbi *tlbi)
{
	for (struct smmu_event *event = smmu->evtq.deferred.head; event; event = event->next) {
		struct smmu_stall *stall = (struct smmu_stall *)event;

		if (smmu_tlbi_concerns(tlbi, stall->context, stall->va, stall->granule_lg2))
			stall->is_stale = true;
	}
}

void smmu_stall_invalidate_config(struct smmu *smmu, const struct smmu_cfgi *cfgi)
{
	for (struct smmu_event *event = smmu->evtq.deferred.head; event; event = event->next) {
		struct smmu_stall *stall = (struct smmu_stall *)event;

		if (stall->sid >= cfgi->first_sid && stall->sid <= cfgi->last_sid &&
		    (!cfgi->by_cd || stall->cd_index == cfgi->cd_index))
			stall->is_stale = true;
	}
}
