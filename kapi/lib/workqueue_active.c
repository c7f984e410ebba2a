// SPDX-License-Identifier: GPL-2.0-only
/*
 * max_active: how many works of a workqueue a pool's workers may have at once. Until
 * Linux 6.8 it holds for each pool; since 6.9, of unbound workqueues, for a node: then
 * pools of a node count in one atomic, which each work moves there and back, and a pool
 * that finds no place waits for one in turn.
 */
#include "kapi/lib/workqueue_internal.h"

#include <linux/kernel.h>
#include <linux/math.h>

#include "sim/topology.h"

/* --- the counter of a node --- */

/* Its share of max_active, by CPUs; @node the number of nodes: of pools that span several. */
static int node_max(const struct workqueue_struct *wq, u32 node)
{
	int min_active = min(wq->max_active, WQ_DFL_MIN_ACTIVE);
	u32 nr_cpus = sim_level_cpus(SIM_LEVEL_SYSTEM), nr_here;

	if (node == sim_level_groups(SIM_LEVEL_NODE))
		return wq->max_active;
	nr_here = sim_group_end_cpu(SIM_LEVEL_NODE, node) -
		  sim_group_first_cpu(SIM_LEVEL_NODE, node);
	return clamp((int)DIV_ROUND_UP((u32)wq->max_active * nr_here, nr_cpus), min_active,
		     wq->max_active);
}

void wq_init_active(struct workqueue_struct *wq)
{
	u32 nr_nodes = sim_level_groups(SIM_LEVEL_NODE);

	for (u32 node = 0; wq->node_nr_active && node <= nr_nodes; node++) {
		struct wq_node_nr_active *nna = &wq->node_nr_active[node];

		kapi_line_init(&nna->line, "wq_node_nr_active.nr");
		nna->nr = 0;
		nna->max = node_max(wq, node);
		__spin_lock_init(&nna->lock, "&nna->lock", NULL);
		INIT_LIST_HEAD(&nna->pending_pwqs);
	}
}

static struct wq_node_nr_active *nna_of(const struct pool_workqueue *pwq)
{
	return pwq->wq->node_nr_active ? &pwq->wq->node_nr_active[pwq->pool->node] : NULL;
}

/* A read, and compare and exchange until nobody was in between. */
static bool tryinc_node_nr_active(struct wq_node_nr_active *nna)
{
	int old;

	kapi_line_load(&nna->line);
	for (old = nna->nr; old < nna->max; old = nna->nr) {
		kapi_line_atomic(&nna->line);
		if (nna->nr == old) {
			nna->nr++;
			return true;
		}
	}
	return false;
}

/* --- becoming active --- */

static void activate(struct pool_workqueue *pwq, struct work_struct *work)
{
	work->is_inactive = false;
	list_move_tail(&work->entry, &pwq->pool->worklist);
}

static struct work_struct *first_inactive(const struct pool_workqueue *pwq)
{
	return list_first_entry_or_null(&pwq->inactive_works, struct work_struct, entry);
}

/* None was to be had: stand in line, and look once more whether one is now. */
static bool tryinc_or_wait(struct wq_node_nr_active *nna, struct pool_workqueue *pwq)
{
	bool is_obtained;

	spin_lock(&nna->lock);
	list_add_tail(&pwq->pending_node, &nna->pending_pwqs);
	is_obtained = tryinc_node_nr_active(nna);
	if (is_obtained)
		list_del_init(&pwq->pending_node);
	spin_unlock(&nna->lock);
	return is_obtained;
}

bool pwq_tryinc_nr_active(struct pool_workqueue *pwq)
{
	struct wq_node_nr_active *nna = nna_of(pwq);
	bool is_obtained;

	if (!nna)
		is_obtained = pwq->nr_active < pwq->wq->max_active;
	else if (!list_empty(&pwq->pending_node))
		is_obtained = false; /* not before those that wait */
	else
		is_obtained = tryinc_node_nr_active(nna) || tryinc_or_wait(nna, pwq);
	pwq->nr_active += is_obtained;
	return is_obtained;
}

/* --- one less --- */

/* Locked: nna, and the pool of @pwq. Return: a work has become active. */
static bool activate_pending(struct wq_node_nr_active *nna, struct pool_workqueue *pwq)
{
	struct work_struct *work = first_inactive(pwq);

	if (!work) {
		list_del_init(&pwq->pending_node);
		return false;
	}
	if (!tryinc_node_nr_active(nna))
		return true; /* somebody else has the place: it is his turn to pass it on */
	pwq->nr_active++;
	activate(pwq, work);
	if (list_empty(&pwq->inactive_works))
		list_del_init(&pwq->pending_node);
	else
		list_move_tail(&pwq->pending_node, &nna->pending_pwqs);
	return true;
}

/* A pool's lock is taken before nna->lock, and never two of them at once. */
static struct worker_pool *lock_other_pool(struct wq_node_nr_active *nna,
					   struct worker_pool *locked, struct worker_pool *wanted)
{
	spin_unlock(&nna->lock);
	pool_unlock(locked);
	pool_lock(wanted);
	spin_lock(&nna->lock);
	return wanted;
}

/* A place has become free: the pwq that has waited longest gets it. */
static void node_activate_pending_pwq(struct wq_node_nr_active *nna, struct worker_pool *caller)
{
	struct worker_pool *locked = caller;
	struct pool_workqueue *pwq;

	spin_lock(&nna->lock);
	for (;;) {
		pwq = list_first_entry_or_null(&nna->pending_pwqs, struct pool_workqueue,
					       pending_node);
		if (!pwq)
			break;
		if (pwq->pool != locked) {
			locked = lock_other_pool(nna, locked, pwq->pool);
			continue;
		}
		if (!activate_pending(nna, pwq))
			continue;
		if (locked != caller)
			kick_pool(locked);
		break;
	}
	spin_unlock(&nna->lock);
	if (locked != caller) {
		pool_unlock(locked);
		pool_lock(caller);
	}
}

static void activate_first_inactive(struct pool_workqueue *pwq)
{
	struct work_struct *work = first_inactive(pwq);

	if (work && pwq_tryinc_nr_active(pwq))
		activate(pwq, work);
}

void pwq_dec_nr_active(struct pool_workqueue *pwq)
{
	struct wq_node_nr_active *nna = nna_of(pwq);
	int left;

	pwq->nr_active--;
	if (!nna) {
		activate_first_inactive(pwq);
		return;
	}
	kapi_line_atomic(&nna->line);
	left = --nna->nr;
	if (left < nna->max && !list_empty(&nna->pending_pwqs))
		node_activate_pending_pwq(nna, pwq->pool);
}
