/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The way of an access through an IOMMU when its port could not answer it: the one
 * place that waits. What happens at each stop is in the steps of the model, which
 * know no clock; the model describes them by struct txn_ops.
 *
 *	port: lookups, then the link to the translation unit
 *	translation unit: a slot, then steps; fetches are accesses to memory, with a
 *		walk slot if they walk tables, the rest costs cycles
 *	out of the unit: translated, or faulted; the model goes on from there, with
 *		txn_wait(), and ends with txn_free()
 *
 * Slots that are all taken are waited for in order of arrival. An access to
 * configuration or to a page that another one is fetching follows that one: it waits
 * for it and then begins again.
 *
 * A translation that an invalidation meets is overtaken: it goes on to its end with what
 * it has, but leaves nothing in a cache, nobody follows it any more, and it follows
 * nobody. Who has to say that the invalidation is complete waits for it (struct
 * txn_drain), so nothing stale is handed out after that. However often invalidations
 * come, no translation is sent back by them, and no completion waits for what began
 * after it did.
 *
 * Costs of lookups add up as a debt that passes together with the next fetch:
 * two events fewer for each walk, and no difference in time.
 */
#ifndef MODELS_COMMON_TXN_H
#define MODELS_COMMON_TXN_H

#include "models/common/observer.h"
#include "models/common/port.h"
#include "models/common/stats.h"
#include "sim/event.h"

struct txn;
struct txn_pool;

/* Transactions in a queue, each in one at the most. */
struct txn_list {
	struct txn *head, *tail;
};

/* Accesses that a port owns. Their result fields are the owner's meanwhile. */
struct access_list {
	struct port_access *head, *tail;
};

/* What a transaction fetches; others that want the same wait for it. */
enum txn_fetching {
	TXN_FETCHING_NOTHING,
	TXN_FETCHING_CONFIG,
	TXN_FETCHING_TABLES,
};

/* What the model's steps wait for. */
enum txn_want {
	TXN_FETCH_CONFIG, /* memory() */
	TXN_WALK_CONFIG,  /* memory(), with a walk slot, for the sake of configuration */
	TXN_WALK_TABLES,  /* memory(), with a walk slot */
	TXN_UPDATE,	  /* memory(), with what it has */
	TXN_TRANSLATED,
	TXN_CONFIGURED, /* as translated, but nothing is on its way to a port */
	TXN_FAULTED,
};

struct txn_ops {
	/*
	 * txn->access has got a slot of its port. The model looks up, unless it
	 * has already, and then calls txn_enter() or, if there is an answer, txn_wait().
	 */
	void (*start)(struct txn *txn, bool is_looked_up);
	/* Begin to translate, or begin again. */
	void (*begin)(struct txn *txn);
	/* Go on until something has to be waited for; lookups add their cost to txn->debt_ps. */
	enum txn_want (*steps)(struct txn *txn);
	/* Does @other, which fetches as txn wants to, fetch the same? */
	bool (*is_same)(const struct txn *txn, const struct txn *other, enum txn_fetching what);
	/* When will memory have answered what is sent at @at_ps? */
	u64 (*memory_done_ps)(struct txn *txn, u64 at_ps);
	/* Carry out the access to memory, now. */
	void (*memory)(struct txn *txn);
	/* Out of the unit; debt_ps has still to pass in the first case. */
	void (*translated)(struct txn *txn);
	void (*faulted)(struct txn *txn);
};

enum txn_progress {
	TXN_NOT_BEGUN, /* what the model has of it is of another access */
	TXN_UNDER_WAY,
	TXN_FOLLOWING, /* and will begin again */
};

/* Embedded in the model's transaction. */
struct txn {
	struct sim_event event; /* first */
	struct txn_pool *pool;
	struct port_access *access;
	void (*resume)(struct txn *txn);
	u64 began_ps;
	u64 debt_ps;	   /* time of steps done that has not passed yet */
	u64 ready_ps;	   /* while in a queue: when that time will have passed */
	u64 waited_ps;	   /* in queues, beyond that, since it was submitted */
	u64 overtaken;	   /* its number among the overtaken ones, 0: it is none of them */
	bool is_alone;	   /* follows nobody */
	bool is_tlb_known; /* the port's lookup still says what a TLB lookup would say */
	bool has_walk_slot;
	enum txn_progress progress;
	enum txn_fetching fetching;
	bool is_listed;	  /* in the pool or in a txn_list, of which it is in one at the most */
	struct txn *next; /* there */
	struct txn_list waiters;
	struct txn *prev_active, *next_active;
};

/* Who waits until what is overtaken now, and what has left the unit, is at its port. */
struct txn_drain {
	struct sim_event event; /* first */
	struct txn_unit *unit;
	struct txn_drain *next;
	u64 until; /* the newest overtaken one that counts */
	void (*done)(struct txn_drain *drain);
	bool is_waiting;
};

/* What all ports of an IOMMU share: the model sets the first group. */
struct txn_unit {
	const struct txn_ops *ops;
	bool is_clockless;
	u32 slots, walk_slots;
	u64 link_ps; /* between a port and the unit */
	u64 step_ps; /* digesting what memory answered */
	u32 number;  /* of the unit, in traces */

	struct txn *active; /* in the unit, newest first */
	u32 nr_slots_used, nr_walk_slots_used;
	struct iommu_queue_stats walks; /* slots of walks: taken, left, waited for */
	struct txn_list slot_queue, walk_slot_queue;
	u64 quiesce_ps; /* translated accesses have reached their ports by then */
	u64 nr_overtaken;
	u32 nr_overtaken_active;
	struct txn_drain *drains; /* that wait for some of these */
};

/* Slots of a port. */
struct txn_pool {
	struct txn_unit *unit;
	void *txns;
	size_t txn_bytes;
	u32 nr;
	struct txn *free;
	/* wait for a slot; done_ps says since when */
	struct access_list queue;
	struct port_access *synchronous; /* clockless: the port itself answers */
};

int txn_pool_init(struct txn_pool *pool, struct txn_unit *unit, u32 nr, size_t txn_bytes);
void txn_pool_finish(struct txn_pool *pool);

/* Start a translation, or queue it. @is_looked_up: the port has just looked it up in vain. */
void txn_submit(struct txn_pool *pool, struct port_access *access, u64 began_ps, bool is_looked_up);
/* The same for a master that has called and waits for access->status. */
enum port_status txn_call(struct txn_pool *pool, struct port_access *access, u64 began_ps,
			  bool is_looked_up);
/* Answer the master, at the current time. */
void txn_complete(struct txn_pool *pool, struct port_access *access, enum port_status status,
		  bool is_raz_wi);
void txn_free(struct txn *txn);
/* What has become of it, if it is translated. */
enum iommu_translation txn_kind(const struct txn *txn);
/* How long of the time since it was submitted it did not wait for others. */
u64 txn_worked_ps(const struct txn *txn);
/* Start what waits for a free transaction. */
void txn_pump(struct txn_pool *pool);

/* Let the debt and @more_ps pass. */
void txn_wait(struct txn *txn, u64 more_ps, void (*resume)(struct txn *txn));
/* The port knows the answer, which it gives in @cost_ps. */
void txn_hit(struct txn *txn, u64 cost_ps);
/* To the translation unit, which is @cost_ps and the link away; or it is there. */
void txn_enter(struct txn *txn, u64 cost_ps);
void txn_arrive(struct txn *txn);

/*
 * An invalidation meets @txn, which is in the unit and has begun. Return: it is overtaken by that;
 * the model sees to it that it leaves nothing in a cache.
 */
bool txn_overtake(struct txn *txn);

void txn_drain_init(struct txn_drain *drain, struct txn_unit *unit,
		    void (*done)(struct txn_drain *drain));
/* Return: is there anything to wait for? Then done() is called at its end. */
bool txn_drain_begin(struct txn_drain *drain);
/* Wait no more; accepted if nothing is waited for. */
void txn_drain_cancel(struct txn_drain *drain);

void access_list_add(struct access_list *list, struct port_access *access);
struct port_access *access_list_take(struct access_list *list);

#endif
