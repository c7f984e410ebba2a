// SPDX-License-Identifier: GPL-2.0-only
/*
 * Pools of workers:
 *  - every CPU is in one group of each scope, groups are as large as they should be,
 *    shards differ by one core at most and never part the threads of one;
 *  - unbound works run on CPUs of their pool, those of an ordered queue in order;
 *  - max_active holds for a pool, or for a node, and everything runs in the end;
 *  - a pool makes a worker when its last idle one begins, one at a time, and that
 *    takes its time;
 *  - a bound pool has one worker that runs: one that sleeps lets the next one work, one
 *    that computes does not unless its queue is CPU intensive;
 *  - no work runs twice at a time whatever is done to it, in any scope.
 */
#include "tests/kapi/machine.h"

#include <linux/bug.h>
#include <linux/completion.h>
#include <linux/cpumask.h>
#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/kthread.h>
#include <linux/mutex.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include "kapi/lib/workqueue_internal.h"
#include "sim/rng.h"
#include "sim/topology.h"

struct shape {
	u32 nr_cpus, smt, node, cache, shard;
	enum kapi_workqueue_scope scope;
	bool is_by_node;
};

/* The machine of machine.h, but for its shape. */
static void start(const struct shape *shape)
{
	struct sim_cpu_params cpu;
	struct kapi_params kernel;

	assert_int_equal(machine_setup(NULL), 0);
	cpu = *sim_cpu_params();
	kernel = *kapi_params();
	machine_teardown(NULL);
	cpu.nr_cpus = shape->nr_cpus;
	cpu.smt_cpus = cpu.cluster_cpus = shape->smt;
	cpu.node_cpus = cpu.socket_cpus = shape->node;
	cpu.cache_cpus = shape->cache;
	kernel.workqueue_scope = shape->scope;
	kernel.workqueue_shard_cpus = shape->shard;
	kernel.workqueue_node_active = shape->is_by_node;
	assert_int_equal(sim_init(1, 0), 0);
	assert_int_equal(sim_cpus_init(&cpu), 0);
	assert_int_equal(kapi_init(&kernel), 0);
}

static void stop(void)
{
	machine_teardown(NULL);
}

/* --- groups --- */

/* Every CPU is in the group that has it, and groups are numbered as their CPUs are. */
static void check_partition(u32 nr_cpus)
{
	u32 first, nr, next = 0;

	for (u32 pod = 0; pod < wq_nr_pods(); pod++) {
		wq_pod_cpus(pod, &first, &nr);
		assert_int_equal(first, next);
		assert_true(nr);
		next = first + nr;
		for (u32 cpu = first; cpu < next; cpu++)
			assert_int_equal(wq_pod(cpu), pod);
	}
	assert_int_equal(next, nr_cpus);
}

static u32 pods_of(enum kapi_workqueue_scope scope)
{
	const struct shape shape = {48, 2, 24, 12, 4, scope, false};
	u32 nr;

	start(&shape);
	check_partition(48);
	nr = wq_nr_pods();
	stop();
	return nr;
}

static void each_scope_has_its_groups(void **state)
{
	assert_int_equal(pods_of(KAPI_WORKQUEUE_CPU), 48);
	assert_int_equal(pods_of(KAPI_WORKQUEUE_SMT), 24);
	assert_int_equal(pods_of(KAPI_WORKQUEUE_CACHE), 4);
	assert_int_equal(pods_of(KAPI_WORKQUEUE_CACHE_SHARD), 8);
	assert_int_equal(pods_of(KAPI_WORKQUEUE_NUMA), 2);
	assert_int_equal(pods_of(KAPI_WORKQUEUE_SYSTEM), 1);
}

/* Cores of the largest and the smallest shard of whole caches. */
static void check_shards(const struct shape *shape)
{
	u32 cores = shape->cache / shape->smt, nr_shards = DIV_ROUND_UP(cores, shape->shard);
	u32 first, nr;

	start(shape);
	check_partition(shape->nr_cpus);
	assert_int_equal(wq_nr_pods(), shape->nr_cpus / shape->cache * nr_shards);
	for (u32 pod = 0; pod < wq_nr_pods(); pod++) {
		wq_pod_cpus(pod, &first, &nr);
		assert_int_equal(first % shape->smt, 0);
		assert_int_equal(nr % shape->smt, 0);
		assert_int_equal(sim_cpu_group(SIM_LEVEL_CACHE, first),
				 sim_cpu_group(SIM_LEVEL_CACHE, first + nr - 1));
		assert_in_range(nr / shape->smt, cores / nr_shards, DIV_ROUND_UP(cores, nr_shards));
		assert_true(nr / shape->smt <= shape->shard);
	}
	stop();
}

static void shards_are_even_and_keep_cores_whole(void **state)
{
	for (u32 smt = 1; smt <= 2; smt++) {
		for (u32 cores = 1; cores <= 36; cores += 5) {
			for (u32 shard = 1; shard <= 9; shard++) {
				const struct shape shape = {2 * smt * cores,
							    smt,
							    2 * smt * cores,
							    smt * cores,
							    shard,
							    KAPI_WORKQUEUE_CACHE_SHARD,
							    false};

				check_shards(&shape);
			}
		}
	}
}

/* --- where works run --- */

struct job {
	struct work_struct work;
	u32 queued_on, cpu, nr_runs, number;
	u32 first_us, sleep_us, compute_us; /* computes, sleeps, computes */
	u64 began_ps, ended_ps;
	struct mutex *mutex;
};

static u32 nr_running, max_running, nr_done, order[512];

static void run_job(struct work_struct *work)
{
	struct job *job = container_of(work, struct job, work);

	sim_settle();
	job->began_ps = sim_now_ps();
	order[nr_done % ARRAY_SIZE(order)] = job->number;
	max_running = max(max_running, ++nr_running);
	job->cpu = smp_processor_id();
	udelay(job->first_us);
	if (job->mutex) {
		mutex_lock(job->mutex);
		mutex_unlock(job->mutex);
	}
	if (job->sleep_us)
		usleep_range(job->sleep_us, job->sleep_us);
	udelay(job->compute_us);
	sim_settle();
	job->nr_runs++;
	nr_running--;
	nr_done++;
	job->ended_ps = sim_now_ps();
}

static void reset(void)
{
	nr_running = max_running = nr_done = 0;
}

/* Queues @nr jobs from each CPU in turn, by a thread bound there. */
struct feeder {
	struct workqueue_struct *wq;
	struct job *jobs;
	u32 nr;
	struct completion done;
};

static int feed(void *data)
{
	struct feeder *feeder = data;

	for (u32 i = 0; i < feeder->nr; i++) {
		feeder->jobs[i].queued_on = smp_processor_id();
		BUG_ON(!queue_work(feeder->wq, &feeder->jobs[i].work));
	}
	complete(&feeder->done);
	return 0;
}

static void feed_from(u32 cpu, struct feeder *feeder)
{
	struct task_struct *task = kthread_create(feed, feeder, "feeder/%u", cpu);

	init_completion(&feeder->done);
	kthread_bind(task, cpu);
	wake_up_process(task);
	wait_for_completion(&feeder->done);
}

static struct job *make_jobs(u32 nr, u32 sleep_us, u32 compute_us)
{
	struct job *jobs = kcalloc(nr, sizeof(*jobs), GFP_KERNEL);

	for (u32 i = 0; i < nr; i++) {
		jobs[i].number = i;
		jobs[i].sleep_us = sleep_us;
		jobs[i].compute_us = compute_us;
		INIT_WORK(&jobs[i].work, run_job);
	}
	return jobs;
}

#define PER_CPU 6

static void place(void *arg)
{
	u32 nr_cpus = num_online_cpus(), first, span;
	struct workqueue_struct *wq = alloc_workqueue("wq", WQ_UNBOUND, 0);
	struct job *jobs = make_jobs(nr_cpus * PER_CPU, 0, 30);

	for (u32 cpu = 0; cpu < nr_cpus; cpu++) {
		struct feeder feeder = {.wq = wq, .jobs = &jobs[cpu * PER_CPU], .nr = PER_CPU};

		feed_from(cpu, &feeder);
	}
	flush_workqueue(wq);
	for (u32 i = 0; i < nr_cpus * PER_CPU; i++) {
		assert_int_equal(jobs[i].nr_runs, 1);
		wq_pod_cpus(wq_pod(jobs[i].queued_on), &first, &span);
		assert_in_range(jobs[i].cpu, first, first + span - 1);
	}
	destroy_workqueue(wq);
	kfree(jobs);
}

static void unbound_work_runs_on_a_cpu_of_its_pool(void **state)
{
	for (enum kapi_workqueue_scope scope = 0; kapi_workqueue_scope_names[scope]; scope++) {
		const struct shape shape = {24, 2, 12, 6, 2, scope, false};

		start(&shape);
		reset();
		machine_run(0, place, NULL);
		stop();
	}
}

static void in_order(void *arg)
{
	struct workqueue_struct *wq = alloc_ordered_workqueue("ordered", 0);
	struct job *jobs = make_jobs(24, 0, 20);

	for (u32 cpu = 0; cpu < 24; cpu++) {
		struct feeder feeder = {.wq = wq, .jobs = &jobs[cpu], .nr = 1};

		feed_from(cpu, &feeder);
	}
	destroy_workqueue(wq);
	assert_int_equal(max_running, 1);
	for (u32 i = 0; i < 24; i++)
		assert_int_equal(order[i], i);
	kfree(jobs);
}

static void ordered_queue_keeps_order_across_pools(void **state)
{
	const struct shape shape = {24, 1, 12, 12, 2, KAPI_WORKQUEUE_CPU, false};

	start(&shape);
	reset();
	machine_run(0, in_order, NULL);
	stop();
}

/* --- max_active --- */

struct limit {
	int max_active;
	u32 nr_feeders, expected;
};

/* Works sleep, so as many run as may. */
static void run_limited(void *arg)
{
	const struct limit *limit = arg;
	struct workqueue_struct *wq = alloc_workqueue("wq", WQ_UNBOUND, limit->max_active);
	struct job *jobs = make_jobs(limit->nr_feeders * 10, 2000, 1);

	for (u32 cpu = 0; cpu < limit->nr_feeders; cpu++) {
		struct feeder feeder = {.wq = wq, .jobs = &jobs[cpu * 10], .nr = 10};

		feed_from(cpu, &feeder);
	}
	destroy_workqueue(wq);
	assert_int_equal(nr_done, limit->nr_feeders * 10);
	assert_int_equal(max_running, limit->expected);
	kfree(jobs);
}

static void max_active_holds_for_each_pool(void **state)
{
	const struct shape shape = {24, 1, 12, 12, 4, KAPI_WORKQUEUE_CPU, false};
	struct limit limit = {3, 12, 36};

	start(&shape);
	reset();
	machine_run(0, run_limited, &limit);
	stop();
}

static void max_active_holds_for_a_node_where_it_is_counted_so(void **state)
{
	const struct shape shape = {24, 1, 12, 12, 4, KAPI_WORKQUEUE_CPU, true};
	/* Half of the CPUs, half of 24; but no less than WQ_DFL_MIN_ACTIVE, nor more than
	 * max_active. */
	struct limit limits[] = {{24, 12, 12}, {24, 24, 24}, {10, 12, 8}, {3, 12, 3}};

	for (size_t i = 0; i < ARRAY_SIZE(limits); i++) {
		start(&shape);
		reset();
		machine_run(0, run_limited, &limits[i]);
		stop();
	}
}

/* --- workers --- */

static void sleepers(void *arg)
{
	struct workqueue_struct *wq = alloc_workqueue("wq", WQ_UNBOUND, 0);
	struct job *jobs = make_jobs(10, 3000, 0);
	struct worker_pool *pool;

	for (u32 i = 0; i < 10; i++)
		queue_work(wq, &jobs[i].work);
	flush_workqueue(wq);
	pool = wq->pwqs[0].pool;
	assert_int_equal(max_running, 10);
	assert_int_equal(pool->nr_workers, 11);
	assert_int_equal(pool->nr_idle, 11);
	/* Each but the last found nobody idle, and had one made first: one after the other. */
	for (u32 i = 1; i < 10; i++)
		assert_true(jobs[i].began_ps >= jobs[i - 1].began_ps);
	assert_true(jobs[9].began_ps - jobs[0].began_ps >= 8 * kapi_params()->kthread_create_ps);
	/* They stay: now nobody has to be made. */
	jobs[0].sleep_us = 0;
	queue_work(wq, &jobs[0].work);
	flush_workqueue(wq);
	assert_int_equal(pool->nr_workers, 11);
	destroy_workqueue(wq);
	kfree(jobs);
}

static void pool_makes_a_worker_when_the_last_idle_one_begins(void **state)
{
	const struct shape shape = {16, 1, 16, 16, 4, KAPI_WORKQUEUE_SYSTEM, false};

	start(&shape);
	reset();
	machine_run(0, sleepers, NULL);
	stop();
}

static void late_worker(void *arg)
{
	struct workqueue_struct *wq = alloc_workqueue("wq", WQ_UNBOUND, 0);
	struct job *jobs = make_jobs(4, 0, 100);
	struct worker_pool *pool;

	/* The first work makes the second worker, which takes a millisecond here. */
	queue_work(wq, &jobs[0].work);
	flush_workqueue(wq);
	pool = wq->pwqs[0].pool;
	assert_int_equal(pool->nr_workers, 2);
	/* One works, the other finds nobody idle, and has a third one made. */
	queue_work(wq, &jobs[1].work);
	udelay(50);
	queue_work(wq, &jobs[2].work);
	/* The first comes back meanwhile, and has to wait for nobody. */
	udelay(400);
	queue_work(wq, &jobs[3].work);
	flush_workqueue(wq);
	msleep(5);
	assert_int_equal(pool->nr_workers, 3);
	assert_true(jobs[3].ended_ps < jobs[1].began_ps + SIM_PS_PER_MS);
	destroy_workqueue(wq);
	kfree(jobs);
}

static void pool_has_one_manager_at_a_time(void **state)
{
	const struct shape shape = {16, 1, 16, 16, 4, KAPI_WORKQUEUE_SYSTEM, false};

	start(&shape);
	kapi_state->params.kthread_create_ps = SIM_PS_PER_MS;
	reset();
	machine_run(0, late_worker, NULL);
	stop();
}

/* --- concurrency management --- */

struct pair {
	unsigned int flags; /* of the queue of the first */
	u32 first_us, sleep_us, compute_us;
	bool blocks; /* on a mutex, for 5 ms */
	struct job *first, *second;
};

/* Two works on CPU 3: the second may do nothing but begin and end. */
static void run_pair(void *arg)
{
	struct pair *pair = arg;
	struct workqueue_struct *wq = alloc_workqueue("wq", pair->flags, 0);
	struct job *jobs = make_jobs(3, 0, 0);
	struct mutex mutex;

	/* Then the pool has workers that sleep. */
	queue_work_on(3, wq, &jobs[2].work);
	msleep(1);
	mutex_init(&mutex);
	jobs[0].first_us = pair->first_us;
	jobs[0].sleep_us = pair->sleep_us;
	jobs[0].compute_us = pair->compute_us;
	jobs[0].mutex = pair->blocks ? &mutex : NULL;
	if (pair->blocks)
		mutex_lock(&mutex);
	queue_work_on(3, wq, &jobs[0].work);
	msleep(1);
	queue_work_on(3, system_wq, &jobs[1].work);
	if (pair->blocks) {
		msleep(5);
		mutex_unlock(&mutex);
	}
	flush_work(&jobs[0].work);
	flush_work(&jobs[1].work);
	assert_int_equal(jobs[0].cpu, 3);
	assert_int_equal(jobs[1].cpu, 3);
	assert_int_equal(jobs[0].nr_runs + jobs[1].nr_runs, 2);
	*pair->first = jobs[0];
	*pair->second = jobs[1];
	assert_int_equal(wq->pwqs[3].pool->nr_running, 0);
	destroy_workqueue(wq);
	kfree(jobs);
}

static void bound_pair(struct pair *pair)
{
	const struct shape shape = {8, 1, 8, 8, 4, KAPI_WORKQUEUE_SYSTEM, false};

	start(&shape);
	reset();
	machine_run(0, run_pair, pair);
	stop();
}

static void work_that_sleeps_lets_the_next_one_run(void **state)
{
	struct job first, second;
	struct pair pair = {.sleep_us = 5000, .first = &first, .second = &second};

	bound_pair(&pair);
	assert_true(second.ended_ps < first.ended_ps);
	/* It goes to sleep when the other waits already. */
	pair.first_us = 2000;
	bound_pair(&pair);
	assert_true(second.began_ps >= first.began_ps + 2 * SIM_PS_PER_MS);
	assert_true(second.ended_ps < first.ended_ps);
	/* Sleeping for a lock is sleeping. */
	pair = (struct pair){.blocks = true, .first = &first, .second = &second};
	bound_pair(&pair);
	assert_true(second.ended_ps < first.ended_ps);
}

static void work_that_computes_does_not(void **state)
{
	struct job first, second;
	struct pair pair = {.compute_us = 20000, .first = &first, .second = &second};

	bound_pair(&pair);
	assert_true(second.began_ps >= first.ended_ps);
}

static void cpu_intensive_work_leaves_the_others_to_the_scheduler(void **state)
{
	struct job first, second;
	struct pair pair = {
		.flags = WQ_CPU_INTENSIVE, .compute_us = 20000, .first = &first, .second = &second};

	bound_pair(&pair);
	assert_true(second.ended_ps < first.ended_ps);
}

/* --- everything at once --- */

#define NR_SHARED 12
#define NR_THREADS 16
#define NR_STEPS 150

struct shared {
	struct work_struct work;
	u32 nr_running, nr_runs, nr_left; /* times that it queues itself */
	struct storm *storm;
};

struct storm {
	struct workqueue_struct *wq;
	struct shared works[NR_SHARED];
	u32 nr_threads_left;
	struct completion done;
};

static void run_shared(struct work_struct *work)
{
	struct shared *shared = container_of(work, struct shared, work);

	BUG_ON(shared->nr_running++);
	shared->nr_runs++;
	udelay(3);
	if (shared->nr_runs % 5 == 0)
		usleep_range(20, 20);
	sim_settle();
	if (shared->nr_left) {
		shared->nr_left--;
		queue_work(shared->storm->wq, work);
	}
	sim_settle();
	shared->nr_running--;
}

static void step(struct storm *storm, struct sim_rng *rng)
{
	struct shared *shared = &storm->works[sim_rng_below(rng, NR_SHARED)];

	switch (sim_rng_below(rng, 8)) {
	case 0:
		flush_work(&shared->work);
		break;
	case 1:
		cancel_work(&shared->work);
		break;
	case 2:
		cancel_work_sync(&shared->work);
		break;
	case 3:
		flush_workqueue(storm->wq);
		break;
	case 4:
		shared->nr_left = 2;
		fallthrough;
	default:
		queue_work(storm->wq, &shared->work);
	}
	udelay(sim_rng_below(rng, 10));
}

static int storm_thread(void *data)
{
	struct storm *storm = data;
	struct sim_rng rng;
	char name[32];

	snprintf(name, sizeof(name), "storm%u", smp_processor_id());
	sim_rng_init(&rng, 1, name);
	for (u32 i = 0; i < NR_STEPS; i++)
		step(storm, &rng);
	sim_settle();
	if (!--storm->nr_threads_left)
		complete(&storm->done);
	return 0;
}

static void run_storm(void *arg)
{
	const unsigned int *flags = arg;
	struct storm *storm = kzalloc(sizeof(*storm), GFP_KERNEL);
	u32 nr_runs = 0;

	storm->wq = alloc_workqueue("storm", flags[0], (int)flags[1]);
	storm->nr_threads_left = NR_THREADS;
	init_completion(&storm->done);
	for (u32 i = 0; i < NR_SHARED; i++) {
		storm->works[i].storm = storm;
		INIT_WORK(&storm->works[i].work, run_shared);
	}
	for (u32 i = 0; i < NR_THREADS; i++) {
		struct task_struct *task = kthread_create(storm_thread, storm, "storm/%u", i);

		kthread_bind(task, i);
		wake_up_process(task);
	}
	wait_for_completion(&storm->done);
	for (u32 i = 0; i < NR_SHARED; i++) {
		storm->works[i].nr_left = 0;
		cancel_work_sync(&storm->works[i].work);
		assert_false(work_pending(&storm->works[i].work));
		nr_runs += storm->works[i].nr_runs;
	}
	assert_true(nr_runs > 100);
	assert_int_equal(storm->wq->nr_in_flight, 0);
	for (u32 i = 0; i < storm->wq->nr_pwqs; i++)
		assert_int_equal(storm->wq->pwqs[i].nr_active, 0);
	destroy_workqueue(storm->wq);
	kfree(storm);
	assert_int_equal(kapi_slab_objects(), 0);
}

static void no_work_runs_twice_at_a_time_in_any_scope(void **state)
{
	unsigned int flags[][2] = {
		{WQ_UNBOUND, 0}, {WQ_UNBOUND, 2}, {WQ_UNBOUND, 1}, {0, 0}, {0, 1}};

	for (enum kapi_workqueue_scope scope = 0; kapi_workqueue_scope_names[scope]; scope++) {
		for (size_t i = 0; i < 2 * ARRAY_SIZE(flags); i++) {
			const struct shape shape = {16, 2, 8, 8, 2, scope, i % 2};

			start(&shape);
			machine_run(0, run_storm, flags[i / 2]);
			stop();
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_scope_has_its_groups),
		cmocka_unit_test(shards_are_even_and_keep_cores_whole),
		cmocka_unit_test(unbound_work_runs_on_a_cpu_of_its_pool),
		cmocka_unit_test(ordered_queue_keeps_order_across_pools),
		cmocka_unit_test(max_active_holds_for_each_pool),
		cmocka_unit_test(max_active_holds_for_a_node_where_it_is_counted_so),
		cmocka_unit_test(pool_makes_a_worker_when_the_last_idle_one_begins),
		cmocka_unit_test(pool_has_one_manager_at_a_time),
		cmocka_unit_test(work_that_sleeps_lets_the_next_one_run),
		cmocka_unit_test(work_that_computes_does_not),
		cmocka_unit_test(cpu_intensive_work_leaves_the_others_to_the_scheduler),
		cmocka_unit_test(no_work_runs_twice_at_a_time_in_any_scope),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
