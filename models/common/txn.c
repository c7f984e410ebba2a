// SPDX-License-Identifier: GPL-2.0-only
/* Transactions on their way through a translation unit, see txn.h. */
#include "models/common/txn.h"

#include <errno.h>

#include "models/common/bits.h"
#include "sim/arena.h"
#include "sim/point.h"
#include "sim/sim.h"
#include "sim/trace.h"

static void txn_go(struct txn *txn);

static struct txn_unit *unit_of(const struct txn *txn)
{
	return txn->pool->unit;
}

/* --- waiting --- */

static void txn_event(struct sim_event *event)
{
	struct txn *txn = (struct txn *)event;

	txn->resume(txn);
}

static void wait_until(struct txn *txn, u64 at_ps, void (*resume)(struct txn *txn))
{
	txn->resume = resume;
	if (unit_of(txn)->is_clockless)
		resume(txn);
	else
		sim_event_schedule(&txn->event, at_ps);
}

void txn_wait(struct txn *txn, u64 more_ps, void (*resume)(struct txn *txn))
{
	u64 at_ps = sim_now_ps() + txn->debt_ps + more_ps;

	txn->debt_ps = 0;
	wait_until(txn, at_ps, resume);
}

static void list_add(struct txn_list *list, struct txn *txn)
{
	sim_assert(!txn->is_listed);
	txn->is_listed = true;
	txn->next = NULL;
	if (list->tail)
		list->tail->next = txn;
	else
		list->head = txn;
	list->tail = txn;
}

static struct txn *list_take(struct txn_list *list)
{
	struct txn *txn = list->head;

	if (!txn)
		return NULL;
	list->head = txn->next;
	if (!list->head)
		list->tail = NULL;
	txn->is_listed = false;
	txn->next = NULL;
	return txn;
}

/* Into a queue; the debt goes on passing meanwhile. */
static void block(struct txn_list *list, struct txn *txn)
{
	txn->ready_ps = sim_now_ps() + txn->debt_ps;
	txn->debt_ps = 0;
	list_add(list, txn);
}

static void unblock(struct txn *txn, void (*resume)(struct txn *txn))
{
	if (sim_now_ps() > txn->ready_ps)
		txn->waited_ps += sim_now_ps() - txn->ready_ps;
	wait_until(txn, max_u64(sim_now_ps(), txn->ready_ps), resume);
}

/* --- lists of accesses --- */

void access_list_add(struct access_list *list, struct port_access *access)
{
	access->next = NULL;
	if (list->tail)
		list->tail->next = access;
	else
		list->head = access;
	list->tail = access;
}

struct port_access *access_list_take(struct access_list *list)
{
	struct port_access *access = list->head;

	if (!access)
		return NULL;
	list->head = access->next;
	if (!list->head)
		list->tail = NULL;
	access->next = NULL;
	return access;
}

/* --- slots of the port --- */

static struct txn *txn_at(const struct txn_pool *pool, u32 i)
{
	return (struct txn *)((char *)pool->txns + i * pool->txn_bytes);
}

int txn_pool_init(struct txn_pool *pool, struct txn_unit *unit, u32 nr, size_t txn_bytes)
{
	*pool = (struct txn_pool){.unit = unit, .nr = nr, .txn_bytes = txn_bytes};
	pool->txns = sim_alloc(nr * txn_bytes);
	if (!pool->txns)
		return -ENOMEM;
	for (u32 i = nr; i-- > 0;) {
		struct txn *txn = txn_at(pool, i);

		sim_event_init(&txn->event, txn_event);
		sim_event_set_actor(&txn->event, SIM_ACTOR_IOMMU);
		txn->pool = pool;
		txn_free(txn);
	}
	return 0;
}

void txn_pool_finish(struct txn_pool *pool)
{
	for (u32 i = 0; pool->txns && i < pool->nr; i++)
		sim_event_cancel(&txn_at(pool, i)->event);
	sim_free(pool->txns);
}

enum iommu_translation txn_kind(const struct txn *txn)
{
	if (txn->access->kind == PORT_TRANSLATION_REQUEST)
		return IOMMU_TRANSLATION_REQUEST;
	return txn->progress == TXN_NOT_BEGUN ? IOMMU_TRANSLATION_HIT : IOMMU_TRANSLATION_WALK;
}

u64 txn_worked_ps(const struct txn *txn)
{
	return sim_now_ps() - txn->began_ps - txn->waited_ps;
}

void txn_free(struct txn *txn)
{
	/* It waits for nothing, nobody waits for it, and it holds nothing. */
	sim_assert(!txn->is_listed && !sim_event_is_pending(&txn->event));
	sim_assert(!txn->fetching && !txn->has_walk_slot && !txn->waiters.head);
	txn->is_listed = true;
	txn->next = txn->pool->free;
	txn->pool->free = txn;
}

static void start(struct txn_pool *pool, struct port_access *access, bool is_looked_up)
{
	struct txn *txn = pool->free;

	pool->free = txn->next;
	txn->is_listed = false;
	txn->next = NULL;
	txn->access = access;
	txn->began_ps = access->done_ps;
	txn->waited_ps = sim_now_ps() - access->done_ps;
	txn->debt_ps = 0;
	txn->overtaken = 0;
	txn->is_alone = false;
	txn->progress = TXN_NOT_BEGUN;
	txn->is_tlb_known = true;
	pool->unit->ops->start(txn, is_looked_up);
}

void txn_submit(struct txn_pool *pool, struct port_access *access, u64 began_ps, bool is_looked_up)
{
	access->status = PORT_PENDING;
	access->done_ps = began_ps;
	if (pool->free)
		start(pool, access, is_looked_up);
	else
		access_list_add(&pool->queue, access);
}

enum port_status txn_call(struct txn_pool *pool, struct port_access *access, u64 began_ps,
			  bool is_looked_up)
{
	if (pool->unit->is_clockless)
		pool->synchronous = access;
	txn_submit(pool, access, began_ps, is_looked_up);
	pool->synchronous = NULL;
	return access->status;
}

void txn_complete(struct txn_pool *pool, struct port_access *access, enum port_status status,
		  bool is_raz_wi)
{
	/* Who answers owns it, and it is answered once. */
	sim_assert(access->status == PORT_PENDING);
	access->status = status;
	access->is_raz_wi = is_raz_wi;
	access->done_ps = sim_now_ps();
	/* Whoever is still in translate() has the answer when it returns. */
	if (pool->synchronous == access)
		pool->synchronous = NULL;
	else
		access->complete(access);
}

void txn_pump(struct txn_pool *pool)
{
	while (pool->free && pool->queue.head)
		start(pool, access_list_take(&pool->queue), false);
}

/* --- the translation unit --- */

static void unit_enter(struct txn *txn)
{
	struct txn_unit *unit = unit_of(txn);

	unit->nr_slots_used++;
	sim_assert(unit->nr_slots_used <= unit->slots || unit->is_clockless);
	txn->prev_active = NULL;
	txn->next_active = unit->active;
	if (unit->active)
		unit->active->prev_active = txn;
	unit->active = txn;
}

static void begin(struct txn *txn)
{
	txn->progress = TXN_UNDER_WAY;
	unit_of(txn)->ops->begin(txn);
	txn_go(txn);
}

/* What it waited for is in the caches now, or is found to be missing. */
static void again(struct txn *txn)
{
	txn->is_tlb_known = false;
	begin(txn);
}

/* To memory, and back with the answer. */
static void memory_done(struct txn *txn)
{
	unit_of(txn)->ops->memory(txn);
	txn->debt_ps = unit_of(txn)->step_ps;
	txn_go(txn);
}

static void access_memory(struct txn *txn)
{
	u64 at_ps = sim_now_ps() + txn->debt_ps;

	txn->debt_ps = 0;
	wait_until(txn, unit_of(txn)->ops->memory_done_ps(txn, at_ps), memory_done);
}

/* It has a slot for its walk now; @nr_used: of all. */
static void take_walk_slot(struct txn *txn, u32 nr_used)
{
	struct txn_unit *unit = unit_of(txn);

	txn->has_walk_slot = true;
	unit->nr_walk_slots_used = nr_used;
	unit->walks.pushed++;
}

static void show_walks(const struct txn_unit *unit)
{
	sim_trace_show(SIM_TRACE_PLACES, IOMMU_PLACES_NUMBER(unit->number, IOMMU_PLACES_WALKS),
		       unit->nr_walk_slots_used);
}

/* Nothing is being fetched any more: those that waited for it look up again. */
static void fetching_ends(struct txn *txn)
{
	struct txn_unit *unit = unit_of(txn);
	struct txn *other;

	txn->fetching = TXN_FETCHING_NOTHING;
	while ((other = list_take(&txn->waiters)))
		unblock(other, again);
	if (!txn->has_walk_slot)
		return;
	txn->has_walk_slot = false;
	other = list_take(&unit->walk_slot_queue);
	sim_assert(unit->nr_walk_slots_used && unit->nr_walk_slots_used <= unit->walk_slots);
	unit->walks.popped++;
	if (!other) {
		unit->nr_walk_slots_used--;
		show_walks(unit);
		return;
	}
	take_walk_slot(other, unit->nr_walk_slots_used);
	unblock(other, access_memory);
}

static void unit_leave(struct txn *txn)
{
	struct txn_unit *unit = unit_of(txn);
	struct txn *other;

	fetching_ends(txn);
	if (txn->prev_active)
		txn->prev_active->next_active = txn->next_active;
	else
		unit->active = txn->next_active;
	if (txn->next_active)
		txn->next_active->prev_active = txn->prev_active;
	unit->nr_slots_used--;
	other = list_take(&unit->slot_queue);
	if (!other)
		return;
	unit_enter(other);
	unblock(other, begin);
}

void txn_arrive(struct txn *txn)
{
	struct txn_unit *unit = unit_of(txn);

	if (unit->nr_slots_used >= unit->slots && !unit->is_clockless) {
		block(&unit->slot_queue, txn);
		return;
	}
	unit_enter(txn);
	begin(txn);
}

void txn_hit(struct txn *txn, u64 cost_ps)
{
	struct txn_unit *unit = unit_of(txn);

	unit->quiesce_ps = max_u64(unit->quiesce_ps, sim_now_ps() + cost_ps);
}

void txn_enter(struct txn *txn, u64 cost_ps)
{
	txn_wait(txn, cost_ps + unit_of(txn)->link_ps, txn_arrive);
}

/* --- fetches --- */

static struct txn *find_leader(const struct txn *txn, enum txn_fetching what)
{
	const struct txn_unit *unit = unit_of(txn);
	struct txn *other = unit->active;

	while (other && (other == txn || other->fetching != what || other->overtaken ||
			 !unit->ops->is_same(txn, other, what)))
		other = other->next_active;
	return other;
}

/* Take what the fetch needs, and fetch; or queue, to be resumed later. */
static void fetch(struct txn *txn, enum txn_fetching what, bool is_walk)
{
	struct txn_unit *unit = unit_of(txn);
	struct txn *leader;

	if (txn->fetching != what) {
		fetching_ends(txn);
		leader = txn->is_alone ? NULL : find_leader(txn, what);
		if (leader) {
			txn->progress = TXN_FOLLOWING;
			block(&leader->waiters, txn);
			return;
		}
		txn->fetching = what;
	}
	if (is_walk && !txn->has_walk_slot) {
		if (unit->nr_walk_slots_used >= unit->walk_slots) {
			unit->walks.deferred++;
			block(&unit->walk_slot_queue, txn);
			return;
		}
		take_walk_slot(txn, unit->nr_walk_slots_used + 1);
		show_walks(unit);
	}
	access_memory(txn);
}

/* --- translations that are overtaken --- */

bool txn_overtake(struct txn *txn)
{
	struct txn_unit *unit = unit_of(txn);

	/* What has waited for another one in vain does so no more. */
	if (txn->progress != TXN_NOT_BEGUN)
		txn->is_alone = true;
	/* What will begin, or begin again, does so after the invalidation. */
	if (txn->progress != TXN_UNDER_WAY || txn->overtaken)
		return false;
	txn->overtaken = ++unit->nr_overtaken;
	unit->nr_overtaken_active++;
	return true;
}

static bool has_overtaken(const struct txn_unit *unit, u64 until)
{
	const struct txn *txn = unit->active;

	while (txn && (!txn->overtaken || txn->overtaken > until))
		txn = txn->next_active;
	return txn;
}

static void drain_event(struct sim_event *event)
{
	struct txn_drain *drain = (struct txn_drain *)event;

	drain->is_waiting = false;
	drain->done(drain);
}

/* None is left of those that @drain waits for: until they are at their ports. */
static void drain_ends(struct txn_drain *drain)
{
	sim_event_schedule(&drain->event, max_u64(sim_now_ps(), drain->unit->quiesce_ps));
}

static void overtaken_ends(struct txn_unit *unit)
{
	struct txn_drain **link = &unit->drains;

	sim_assert(unit->nr_overtaken_active);
	unit->nr_overtaken_active--;
	while (*link) {
		struct txn_drain *drain = *link;

		if (has_overtaken(unit, drain->until)) {
			link = &drain->next;
			continue;
		}
		*link = drain->next;
		drain_ends(drain);
	}
}

void txn_drain_init(struct txn_drain *drain, struct txn_unit *unit,
		    void (*done)(struct txn_drain *drain))
{
	*drain = (struct txn_drain){.unit = unit, .done = done};
	sim_event_init(&drain->event, drain_event);
	sim_event_set_actor(&drain->event, SIM_ACTOR_IOMMU);
}

bool txn_drain_begin(struct txn_drain *drain)
{
	struct txn_unit *unit = drain->unit;

	sim_assert(!drain->is_waiting);
	if (unit->is_clockless || (!unit->nr_overtaken_active && unit->quiesce_ps <= sim_now_ps()))
		return false;
	drain->is_waiting = true;
	if (!unit->nr_overtaken_active) {
		drain_ends(drain);
		return true;
	}
	drain->until = unit->nr_overtaken;
	drain->next = unit->drains;
	unit->drains = drain;
	return true;
}

void txn_drain_cancel(struct txn_drain *drain)
{
	struct txn_drain **link;

	if (!drain->is_waiting)
		return;
	drain->is_waiting = false;
	sim_event_cancel(&drain->event);
	for (link = &drain->unit->drains; *link && *link != drain; link = &(*link)->next)
		;
	if (*link)
		*link = drain->next;
}

/* --- the way through --- */

/* The fault is known now. */
static void faulted(struct txn *txn)
{
	struct txn_unit *unit = unit_of(txn);
	bool is_overtaken = txn->overtaken;

	unit_leave(txn);
	unit->ops->faulted(txn);
	if (is_overtaken)
		overtaken_ends(unit);
}

/* There is nothing to hand out. */
static void configured(struct txn *txn)
{
	struct txn_unit *unit = unit_of(txn);
	bool is_overtaken = txn->overtaken;

	unit_leave(txn);
	unit->ops->translated(txn);
	if (is_overtaken)
		overtaken_ends(unit);
}

static void translated(struct txn *txn)
{
	struct txn_unit *unit = unit_of(txn);
	u64 back_ps = txn->debt_ps + unit->link_ps;
	bool is_overtaken = txn->overtaken;

	unit_leave(txn);
	unit->quiesce_ps = max_u64(unit->quiesce_ps, sim_now_ps() + back_ps);
	unit->ops->translated(txn);
	if (is_overtaken)
		overtaken_ends(unit);
}

/* Steps until one has to wait. */
static void txn_go(struct txn *txn)
{
	switch (unit_of(txn)->ops->steps(txn)) {
	case TXN_FETCH_CONFIG:
		fetch(txn, TXN_FETCHING_CONFIG, false);
		break;
	case TXN_WALK_CONFIG:
		fetch(txn, TXN_FETCHING_CONFIG, true);
		break;
	case TXN_WALK_TABLES:
		fetch(txn, TXN_FETCHING_TABLES, true);
		break;
	case TXN_UPDATE:
		access_memory(txn);
		break;
	case TXN_TRANSLATED:
		translated(txn);
		break;
	case TXN_CONFIGURED:
		configured(txn);
		break;
	case TXN_FAULTED:
		txn_wait(txn, 0, faulted);
		break;
	}
}
