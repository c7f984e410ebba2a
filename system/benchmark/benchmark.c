// SPDX-License-Identifier: GPL-2.0-only
/* Threads that begin together and count how far they are: see benchmark.h. */
#include "system/benchmark/benchmark.h"

#include <linux/err.h>
#include <linux/kthread.h>

#include "sim/arena.h"
#include "sim/cpu.h"
#include "sim/event.h"
#include "sim/hist.h"
#include "sim/sim.h"

static const struct sys_benchmark_ops *ops_of(enum sys_benchmark_kind kind)
{
	static const struct sys_benchmark_ops *const ops[SYS_NR_BENCHMARKS] = {
		[SYS_BENCHMARK_WORKQUEUE] = &sys_benchmark_workqueue,
		[SYS_BENCHMARK_PINNING] = &sys_benchmark_pinning,
		[SYS_BENCHMARK_MAP_UNMAP] = &sys_benchmark_map_unmap,
		[SYS_BENCHMARK_IOMMU_MAP] = &sys_benchmark_iommu_map,
		[SYS_BENCHMARK_VFIO_MAP] = &sys_benchmark_vfio_map,
		[SYS_BENCHMARK_CYCLIC] = &sys_benchmark_cyclic,
	};

	return ops[kind];
}

u32 sys_benchmark_threads(const struct sys_config *config)
{
	u64 nr_threads = config->benchmark.nr_threads;

	return nr_threads ? nr_threads : sys_config_cpus(config);
}

static bool is_of_kernel(const struct sys_benchmark *benchmark)
{
	return benchmark->config->driver == SYS_DRIVER_LINUX;
}

static int thread_fn(void *data)
{
	struct sys_benchmark_thread *thread = data;
	struct sys_benchmark *benchmark = thread->benchmark;

	if (!is_of_kernel(benchmark))
		wait_for_completion(&benchmark->start);
	for (u64 i = 0; i < benchmark->config->benchmark.nr_iterations; i++) {
		benchmark->ops->iterate(thread);
		benchmark->nr_iterations++;
	}
	sim_settle();
	if (--benchmark->nr_running)
		return 0;
	benchmark->ops->end(benchmark, sim_now_ps() - benchmark->started_ps);
	benchmark->done(benchmark->opaque);
	return 0;
}

static bool is_real_time(const struct sys_config *config)
{
	return config->benchmark_kind == SYS_BENCHMARK_CYCLIC &&
	       config->benchmark_class == SYS_CLASS_REAL_TIME;
}

static void run_thread(void *data)
{
	thread_fn(data);
}

/* A thread that a kernel takes for one of its own: it must not be one of kapi's. */
static int make_bare_thread(struct sys_benchmark *benchmark, u32 number)
{
	const struct sim_thread_attr attr = {
		.name = "benchmark",
		.cpu = (int)(number % (u32)sys_config_cpus(benchmark->config)),
	};
	struct sys_benchmark_thread *thread = &benchmark->threads[number];

	thread->benchmark = benchmark;
	thread->number = number;
	thread->bare = sim_thread_create(&attr, run_thread, thread);
	return thread->bare ? 0 : -ENOMEM;
}

static int make_thread(struct sys_benchmark *benchmark, u32 number)
{
	struct sys_benchmark_thread *thread = &benchmark->threads[number];
	struct task_struct *task;

	thread->benchmark = benchmark;
	thread->number = number;
	task = kthread_create(thread_fn, thread, "benchmark/%u", number);
	if (IS_ERR(task))
		return PTR_ERR(task);
	if (is_real_time(benchmark->config))
		sched_set_fifo(task);
	kthread_bind(task, number % (u32)sys_config_cpus(benchmark->config));
	wake_up_process(task);
	return 0;
}

/* Of all benchmarks: what another one measures is there, and empty. */
static int make_histograms(struct sys_benchmark_result *result)
{
	for (u32 i = 0; i < sys_benchmark_stat_table.nr_rows; i++) {
		const struct sim_stat *row = &sys_benchmark_stat_table.rows[i];
		struct sim_hist **hist = (struct sim_hist **)((char *)result + row->offset);

		if (row->kind == SIM_STAT_NUMBERS)
			continue;
		*hist = sim_alloc(sizeof(**hist));
		if (!*hist)
			return -ENOMEM;
		sim_hist_init(*hist);
	}
	return 0;
}

int sys_benchmark_start(struct sys_benchmark *benchmark)
{
	int err;

	benchmark->ops = ops_of(benchmark->config->benchmark_kind);
	benchmark->nr_threads = benchmark->nr_running = sys_benchmark_threads(benchmark->config);
	benchmark->threads = sim_alloc(benchmark->nr_threads * sizeof(*benchmark->threads));
	if (!benchmark->threads || make_histograms(&benchmark->result))
		return -ENOMEM;
	init_completion(&benchmark->start);
	err = benchmark->ops->begin(benchmark);
	for (u32 i = 0; !err && i < benchmark->nr_threads; i++)
		err = is_of_kernel(benchmark) ? make_bare_thread(benchmark, i)
					      : make_thread(benchmark, i);
	if (err)
		return err;
	sim_settle();
	benchmark->started_ps = sim_now_ps();
	for (u32 i = 0; is_of_kernel(benchmark) && i < benchmark->nr_threads; i++)
		sim_thread_wake(benchmark->threads[i].bare);
	complete_all(&benchmark->start);
	return 0;
}
