/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Benchmarks: programs of kernel threads that run in place of the devices' accesses, as
 * somebody ran them on hardware and published what came out. The machine comes up as for
 * a workload; threads begin together, each does its iterations, and the run ends with the
 * last of them.
 *
 * A benchmark is a file, system/benchmark/NAME.c, with its operations and what its threads
 * have; its name among SYS_BENCHMARKS (system/config/config.h); and rows among
 * SYS_BENCHMARK_STATS (system/result/result.h).
 */
#ifndef SYSTEM_BENCHMARK_H
#define SYSTEM_BENCHMARK_H

#include <linux/completion.h>

#include "system/config/config.h"
#include "system/iommu/iommu.h"
#include "system/result/result.h"

struct sys_benchmark;

struct sys_benchmark_thread {
	struct sys_benchmark *benchmark;
	u32 number;
	void *own;		 /* the benchmark's; NULL until begin() sets it */
	struct sim_thread *bare; /* with driver linux */
};

struct sys_benchmark_ops {
	/* Before any thread runs. 0 or -errno. Context: boot thread; sleeps. */
	int (*begin)(struct sys_benchmark *benchmark);
	/* Once. Context: the thread's, bound to its CPU; sleeps. */
	void (*iterate)(struct sys_benchmark_thread *thread);
	/* All have ended: fill in benchmark->result. Context: the last thread's. */
	void (*end)(struct sys_benchmark *benchmark, u64 elapsed_ps);
};

extern const struct sys_benchmark_ops sys_benchmark_workqueue, sys_benchmark_pinning;
extern const struct sys_benchmark_ops sys_benchmark_map_unmap, sys_benchmark_cyclic;
extern const struct sys_benchmark_ops sys_benchmark_iommu_map, sys_benchmark_vfio_map;

/* Of the machine, which fills in the first part. All of it lies in the arena. */
struct sys_benchmark {
	const struct sys_config *config;
	struct sys_master *master; /* the first device */
	struct mm_struct *mm;	   /* the process */
	void (*done)(void *opaque);
	void *opaque;

	const struct sys_benchmark_ops *ops;
	struct completion start;
	struct sys_benchmark_thread *threads;
	u32 nr_threads, nr_running;
	u64 nr_iterations; /* done, of all threads */
	u64 started_ps;
	struct sys_benchmark_result result;
	void *own; /* the benchmark's */
};

/** sys_benchmark_threads() - how many threads a configuration comes to. */
u32 sys_benchmark_threads(const struct sys_config *config);

/**
 * sys_benchmark_start() - prepare it, make its threads and let them go
 * @benchmark: with its first part filled in, the rest zeroed
 *
 * Context: boot thread; sleeps. done() is called in the last thread's.
 * Return: 0; -ENOMEM; what begin() failed with.
 */
int sys_benchmark_start(struct sys_benchmark *benchmark);

#endif
