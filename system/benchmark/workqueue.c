// SPDX-License-Identifier: GPL-2.0-only
/*
 * Benchmark `workqueue`: each thread queues one work on an unbound workqueue, waits until it
 * has run, and queues the next, as lib/test_workqueue.c of Linux (since 24b2e73f9700) does.
 * Works do nothing but count and complete.
 */
#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/ktime.h>
#include <linux/workqueue.h>

#include "sim/arena.h"
#include "sim/hist.h"
#include "sim/sim.h"
#include "system/benchmark/benchmark.h"

struct program {
	struct workqueue_struct *wq;
	atomic_t completed;
};

struct item {
	struct work_struct work;
	struct completion done;
	struct program *program;
};

static void run_item(struct work_struct *work)
{
	struct item *item = container_of(work, struct item, work);

	atomic_inc(&item->program->completed);
	complete(&item->done);
}

static int begin(struct sys_benchmark *benchmark)
{
	struct program *program = sim_alloc(sizeof(*program));
	struct item *items = sim_alloc(benchmark->nr_threads * sizeof(*items));

	if (!program || !items)
		return -ENOMEM;
	program->wq = alloc_workqueue("benchmark", WQ_UNBOUND | WQ_SYSFS, 0);
	if (!program->wq)
		return -ENOMEM;
	atomic_set(&program->completed, 0);
	for (u32 i = 0; i < benchmark->nr_threads; i++) {
		items[i].program = program;
		init_completion(&items[i].done);
		benchmark->threads[i].own = &items[i];
	}
	benchmark->own = program;
	return 0;
}

static void iterate(struct sys_benchmark_thread *thread)
{
	struct item *item = thread->own;
	u64 start_ps;

	reinit_completion(&item->done);
	INIT_WORK(&item->work, run_item);
	sim_settle();
	start_ps = sim_now_ps();
	queue_work(item->program->wq, &item->work);
	sim_settle();
	sim_hist_add(thread->benchmark->result.queue_work, sim_now_ps() - start_ps);
	wait_for_completion(&item->done);
}

static void end(struct sys_benchmark *benchmark, u64 elapsed_ps)
{
	struct program *program = benchmark->own;

	if (elapsed_ps)
		benchmark->result.items_per_s = (unsigned __int128)benchmark->nr_iterations *
						SIM_PS_PER_S / elapsed_ps;
	destroy_workqueue(program->wq);
}

const struct sys_benchmark_ops sys_benchmark_workqueue = {
	.begin = begin,
	.iterate = iterate,
	.end = end,
};
