// SPDX-License-Identifier: GPL-2.0-only
/*
 * Benchmark `map-unmap`: each thread maps a burst of pages for the first device, a page at a
 * time, and fills each, then unmaps them; every unmap waits until the IOMMU has forgotten the
 * page. As the program with which insertion into the SMMUv3's command queue was measured in 2020
 * (linux-iommu, Garry, cfd36aff-94ae-2019-3331-d43fba01070b@huawei.com).
 *
 * With driver linux the domain, its tables and the queue are the kernel's.
 *
 * Left out: contention in the IOVA allocator, which has caches for each CPU.
 */
#include <linux/bug.h>
#include <linux/err.h>
#include <linux/iommu.h>

#include "linux/world/linux.h"
#include "sim/arena.h"
#include "sim/cpu.h"
#include "sim/dist.h"
#include "sim/rng.h"
#include "sim/sim.h"
#include "system/benchmark/benchmark.h"

/* IOVAs of a thread: 16 MiB, the largest burst, behind 4 GiB. */
#define FIRST_IOVA (4ULL << 30)
#define IOVA_STRIDE (16ULL << 20)
#define ITERATION_PS SIM_PS_PER_MS
/* Not all threads begin at once. */
#define STAGGER_PS (20 * SIM_PS_PER_US)

struct program {
	struct iommu_domain *domain;	/* ours, */
	struct linux_domain *of_kernel; /* or a kernel's */
	bool is_measuring;
	u64 began_ps, nr_unmapped; /* since it is measured */
	struct sys_command_lists before;
};

/* Where a thread is in its burst: so many are mapped, and of these so many unmapped. */
struct position {
	u64 nr_mapped, nr_unmapped;
	u64 stagger_ps;
	u64 until_ps;
};

static u64 iova_of(const struct sys_benchmark_thread *thread, u64 page)
{
	return FIRST_IOVA + thread->number * IOVA_STRIDE + page * SYS_PAGE_BYTES;
}

static bool is_of_kernel(const struct sys_benchmark *benchmark)
{
	return benchmark->config->driver == SYS_DRIVER_LINUX;
}

static int map(const struct sys_benchmark *benchmark, u64 iova)
{
	const struct program *program = benchmark->own;
	u64 pa = benchmark->config->mem.base;
	const struct linux_mapping wanted = {iova, pa, SYS_PAGE_BYTES, true, true};

	if (is_of_kernel(benchmark))
		return linux_map(program->of_kernel, &wanted);
	return iommu_map(program->domain, iova, pa, SYS_PAGE_BYTES, IOMMU_READ | IOMMU_WRITE);
}

static void map_page(struct sys_benchmark_thread *thread, u64 page)
{
	const struct sys_config *config = thread->benchmark->config;

	sim_charge_cost(config->host.dma_map_ps);
	BUG_ON(map(thread->benchmark, iova_of(thread, page)));
	sim_charge_cost(config->host.copy_page_ps);
	sim_settle();
}

static void unmap_page(struct sys_benchmark_thread *thread, u64 page)
{
	struct program *program = thread->benchmark->own;

	sim_charge_cost(thread->benchmark->config->host.dma_map_ps);
	if (is_of_kernel(thread->benchmark))
		linux_unmap(program->of_kernel, iova_of(thread, page), SYS_PAGE_BYTES);
	else
		iommu_unmap(program->domain, iova_of(thread, page), SYS_PAGE_BYTES);
	program->nr_unmapped += program->is_measuring;
}

static struct sys_command_lists lists_of(const struct sys_benchmark *benchmark)
{
	struct sys_iommu *iommu = benchmark->master->iommu;
	struct sys_iommu_stats stats;

	/* Nobody counts a kernel's attempts. */
	if (is_of_kernel(benchmark))
		return (struct sys_command_lists){0};
	iommu->driver->stats(iommu, &stats);
	return stats.lists;
}

static void begin_measuring(struct sys_benchmark *benchmark)
{
	struct program *program = benchmark->own;

	program->is_measuring = true;
	program->began_ps = sim_now_ps();
	program->before = lists_of(benchmark);
}

/* The first one warms up. */
static void begin_iteration(struct sys_benchmark_thread *thread)
{
	struct position *position = thread->own;
	const struct program *program = thread->benchmark->own;

	if (!position->until_ps) {
		position->until_ps = sim_now_ps();
		sim_charge(position->stagger_ps);
		sim_settle();
	} else if (!program->is_measuring) {
		begin_measuring(thread->benchmark);
	}
	position->until_ps += ITERATION_PS;
}

static void iterate(struct sys_benchmark_thread *thread)
{
	struct position *position = thread->own;

	begin_iteration(thread);
	while (sim_now_ps() < position->until_ps) {
		if (position->nr_mapped < thread->benchmark->config->benchmark.burst) {
			map_page(thread, position->nr_mapped++);
			continue;
		}
		unmap_page(thread, position->nr_unmapped++);
		if (position->nr_unmapped == position->nr_mapped)
			position->nr_mapped = position->nr_unmapped = 0;
	}
}

/* --- life --- */

static void place_threads(struct sys_benchmark *benchmark, struct position *positions)
{
	struct sim_rng rng;

	sim_rng_init(&rng, benchmark->config->seed, "map-unmap");
	for (u32 i = 0; i < benchmark->nr_threads; i++) {
		positions[i].stagger_ps = sim_rng_below(&rng, STAGGER_PS);
		benchmark->threads[i].own = &positions[i];
	}
}

static int begin(struct sys_benchmark *benchmark)
{
	struct program *program = sim_alloc(sizeof(*program));
	struct position *positions = sim_alloc(benchmark->nr_threads * sizeof(*positions));

	if (!program || !positions)
		return -ENOMEM;
	benchmark->own = program;
	place_threads(benchmark, positions);
	if (is_of_kernel(benchmark))
		return linux_domain_create(0, &program->of_kernel);
	program->domain = iommu_domain_alloc(&platform_bus_type);
	if (!program->domain)
		return -ENOMEM;
	return iommu_attach_device(program->domain, benchmark->master->dev);
}

static void end(struct sys_benchmark *benchmark, u64 elapsed_ps)
{
	struct program *program = benchmark->own;
	struct sys_command_lists lists = lists_of(benchmark);
	u64 inserted = lists.inserted - program->before.inserted;

	if (program->is_measuring)
		benchmark->result.map_unmap_per_s_per_cpu =
			(unsigned __int128)program->nr_unmapped * SIM_PS_PER_S /
			(sim_now_ps() - program->began_ps) / benchmark->nr_threads;
	if (program->is_measuring && inserted)
		benchmark->result.cmpxchg_attempts = (lists.attempts - program->before.attempts) *
						     1000 / inserted;
	if (is_of_kernel(benchmark)) {
		linux_domain_destroy(program->of_kernel, 0);
		return;
	}
	iommu_detach_device(program->domain, benchmark->master->dev);
	iommu_domain_free(program->domain);
}

const struct sys_benchmark_ops sys_benchmark_map_unmap = {
	.begin = begin,
	.iterate = iterate,
	.end = end,
};
