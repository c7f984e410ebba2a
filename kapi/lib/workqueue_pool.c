// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pools of workers: one for each CPU, whose works stay there, and of unbound works one
 * for each group of CPUs of the scope; and the rules by which a pool has another worker
 * work, as Linux's kernel/workqueue.c has them.
 */
#include "kapi/lib/workqueue_internal.h"

#include <linux/cpumask.h>
#include <linux/kernel.h>
#include <linux/math.h>

#include "sim/topology.h"

struct kapi_workqueues {
	struct worker_pool *bound[SIM_MAX_CPUS]; /* NULL until needed */
	struct worker_pool *unbound;
};

/* --- groups of CPUs, "pods" --- */

static enum sim_level level_of(enum kapi_workqueue_scope scope)
{
	static const enum sim_level levels[] = {
		[KAPI_WORKQUEUE_CPU] = SIM_LEVEL_CPU,
		[KAPI_WORKQUEUE_SMT] = SIM_LEVEL_CORE,
		[KAPI_WORKQUEUE_CACHE] = SIM_LEVEL_CACHE,
		[KAPI_WORKQUEUE_CACHE_SHARD] = SIM_LEVEL_CACHE,
		[KAPI_WORKQUEUE_NUMA] = SIM_LEVEL_NODE,
		[KAPI_WORKQUEUE_SYSTEM] = SIM_LEVEL_SYSTEM,
	};

	return levels[scope];
}

static bool is_sharded(void)
{
	return kapi_state->params.workqueue_scope == KAPI_WORKQUEUE_CACHE_SHARD;
}

/* A cache's CPUs are dealt out to as many shards as it takes, evenly, the first ones larger. */
struct shards {
	u32 first_cpu, nr_cores, smt, nr;
};

static struct shards shards_of(u32 cache)
{
	u32 first_cpu = sim_group_first_cpu(SIM_LEVEL_CACHE, cache);
	u32 smt = sim_level_cpus(SIM_LEVEL_CORE);
	u32 nr_cpus = sim_group_end_cpu(SIM_LEVEL_CACHE, cache) - first_cpu;
	u32 nr_cores = DIV_ROUND_UP(nr_cpus, smt);

	return (struct shards){
		.first_cpu = first_cpu,
		.nr_cores = nr_cores,
		.smt = smt,
		.nr = DIV_ROUND_UP(nr_cores, (u32)kapi_state->params.workqueue_shard_cpus),
	};
}

/* Its first core, counted within the cache. */
static u32 shard_first(const struct shards *shards, u32 shard)
{
	u32 size = shards->nr_cores / shards->nr, nr_larger = shards->nr_cores % shards->nr;

	return shard * size + min(shard, nr_larger);
}

static u32 shard_of(const struct shards *shards, u32 cpu)
{
	u32 core = (cpu - shards->first_cpu) / shards->smt, shard = 0;

	while (shard + 1 < shards->nr && shard_first(shards, shard + 1) <= core)
		shard++;
	return shard;
}

static u32 shards_before(u32 cache)
{
	u32 nr = 0;

	for (u32 i = 0; i < cache; i++)
		nr += shards_of(i).nr;
	return nr;
}

u32 wq_nr_pods(void)
{
	u32 nr_groups = sim_level_groups(level_of(kapi_state->params.workqueue_scope));

	return is_sharded() ? shards_before(nr_groups) : nr_groups;
}

u32 wq_pod(u32 cpu)
{
	u32 group = sim_cpu_group(level_of(kapi_state->params.workqueue_scope), cpu);
	struct shards shards;

	if (!is_sharded())
		return group;
	shards = shards_of(group);
	return shards_before(group) + shard_of(&shards, cpu);
}

static void shard_cpus(u32 pod, u32 *first_cpu, u32 *nr_cpus)
{
	u32 cache = 0, end;
	struct shards shards = shards_of(0);

	for (; pod >= shards.nr; shards = shards_of(++cache))
		pod -= shards.nr;
	end = shards.first_cpu + shard_first(&shards, pod + 1) * shards.smt;
	*first_cpu = shards.first_cpu + shard_first(&shards, pod) * shards.smt;
	*nr_cpus = min(end, sim_group_end_cpu(SIM_LEVEL_CACHE, cache)) - *first_cpu;
}

void wq_pod_cpus(u32 pod, u32 *first_cpu, u32 *nr_cpus)
{
	enum sim_level level = level_of(kapi_state->params.workqueue_scope);

	if (is_sharded()) {
		shard_cpus(pod, first_cpu, nr_cpus);
		return;
	}
	*first_cpu = sim_group_first_cpu(level, pod);
	*nr_cpus = sim_group_end_cpu(level, pod) - *first_cpu;
}

/* --- pools --- */

static struct kapi_workqueues *workqueues(void)
{
	if (!kapi_state->workqueues)
		kapi_state->workqueues = kapi_alloc(sizeof(*kapi_state->workqueues));
	return kapi_state->workqueues;
}

/* The node of all its CPUs; the number of nodes: they are of several. */
static u32 node_of(u32 first_cpu, u32 nr_cpus)
{
	u32 node = sim_cpu_node(first_cpu);

	return node == sim_cpu_node(first_cpu + nr_cpus - 1) ? node
							     : sim_level_groups(SIM_LEVEL_NODE);
}

static struct worker_pool *pool_make(int cpu, u32 first_cpu, u32 nr_cpus)
{
	struct worker_pool *pool = kapi_alloc(sizeof(*pool));

	pool->cpu = cpu;
	pool->first_cpu = first_cpu;
	pool->nr_cpus = nr_cpus;
	pool->node = node_of(first_cpu, nr_cpus);
	__spin_lock_init(&pool->lock, "&pool->lock", NULL);
	INIT_LIST_HEAD(&pool->worklist);
	INIT_LIST_HEAD(&pool->idle_list);
	INIT_LIST_HEAD(&pool->barriers);
	return pool;
}

struct worker_pool *wq_bound_pool(u32 cpu, bool *is_new)
{
	struct kapi_workqueues *all = workqueues();

	*is_new = !all->bound[cpu];
	if (*is_new)
		all->bound[cpu] = pool_make((int)cpu, cpu, 1);
	return all->bound[cpu];
}

struct worker_pool *wq_unbound_pool(u32 first_cpu, u32 nr_cpus, bool *is_new)
{
	struct kapi_workqueues *all = workqueues();
	struct worker_pool *pool;

	*is_new = false;
	for (pool = all->unbound; pool; pool = pool->next) {
		if (pool->first_cpu == first_cpu && pool->nr_cpus == nr_cpus)
			return pool;
	}
	*is_new = true;
	pool = pool_make(-1, first_cpu, nr_cpus);
	pool->next = all->unbound;
	all->unbound = pool;
	return pool;
}

/* The head of the list of works is in the line of the lock, which has come with it. */
void pool_lock(struct worker_pool *pool)
{
	local_irq_disable();
	spin_lock(&pool->lock);
	kapi_touch_new(&pool->worklist.touch);
}

void pool_unlock(struct worker_pool *pool)
{
	spin_unlock(&pool->lock);
	local_irq_enable();
}

/* --- another worker --- */

bool need_more_worker(struct worker_pool *pool)
{
	return !list_empty(&pool->worklist) && !pool->nr_running;
}

/* It may be anywhere if the pool's affinity is not strict: woken, it begins here again. */
static void repatriate(const struct worker_pool *pool, const struct worker *worker)
{
	u32 cpu;

	if (kapi_state->params.workqueue_strict || pool->cpu >= 0 || !worker->task->thread)
		return;
	cpu = sim_thread_last_cpu(worker->task->thread);
	if (cpu < pool->first_cpu || cpu >= pool->first_cpu + pool->nr_cpus)
		sim_thread_move(worker->task->thread, pool->first_cpu);
}

bool kick_pool(struct worker_pool *pool)
{
	struct worker *worker;

	if (!need_more_worker(pool) || list_empty(&pool->idle_list))
		return false;
	worker = list_first_entry(&pool->idle_list, struct worker, entry);
	repatriate(pool, worker);
	wake_up_process(worker->task);
	return true;
}

struct worker *find_worker_executing_work(struct worker_pool *pool, const struct work_struct *work)
{
	struct worker *worker;

	kapi_touch_read(&pool->busy_lines[work->seq % BUSY_LINES]);
	for (worker = pool->busy; worker; worker = worker->next_busy) {
		/* A work that was freed may have left its address to another. */
		if (worker->current_work == work && worker->current_func == work->func)
			return worker;
	}
	return NULL;
}
