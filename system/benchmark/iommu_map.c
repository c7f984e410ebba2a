// SPDX-License-Identifier: GPL-2.0-only
/*
 * Benchmark `iommu-map`: a thread maps pages that lie side by side into a domain of its own by one
 * iommu_map(), and takes them out by one iommu_unmap(), again and again; the tables are there
 * already. As the KUnit test of Linux's generic page tables measures formats: iommu_unmap() there
 * has nothing to invalidate, so what the IOMMU takes for that is not in the time.
 */
#include <linux/bug.h>
#include <linux/err.h>
#include <linux/iommu.h>

#include "sim/arena.h"
#include "sim/cpu.h"
#include "sim/hist.h"
#include "sim/sim.h"
#include "system/benchmark/benchmark.h"

#define FIRST_IOVA (1ULL << 40)
#define IOVA_STRIDE (1ULL << 40)
#define MEMORY (1ULL << 36) /* that is not there: nobody reads it */

static int begin(struct sys_benchmark *benchmark)
{
	struct iommu_domain *domain = iommu_domain_alloc(&platform_bus_type);

	if (!domain)
		return -ENOMEM;
	benchmark->own = domain;
	return iommu_attach_device(domain, benchmark->master->dev);
}

static u64 map_ps(struct iommu_domain *domain, u64 iova, u64 bytes)
{
	u64 began_ps;

	sim_settle();
	began_ps = sim_now_ps();
	BUG_ON(iommu_map(domain, iova, MEMORY, bytes, IOMMU_READ | IOMMU_WRITE));
	sim_settle();
	return sim_now_ps() - began_ps;
}

static u64 unmap_ps(struct iommu_domain *domain, u64 iova, u64 bytes)
{
	struct iommu_iotlb_gather gather;
	u64 began_ps = sim_now_ps();

	iommu_iotlb_gather_init(&gather);
	BUG_ON(iommu_unmap_fast(domain, iova, bytes, &gather) != bytes);
	sim_settle();
	began_ps = sim_now_ps() - began_ps;
	iommu_iotlb_sync(domain, &gather);
	return began_ps;
}

static void iterate(struct sys_benchmark_thread *thread)
{
	const struct sys_config *config = thread->benchmark->config;
	struct sys_benchmark_result *result = &thread->benchmark->result;
	u64 bytes = config->benchmark.run_pages * config->benchmark.leaf_bytes;
	u64 iova = FIRST_IOVA + thread->number * IOVA_STRIDE;

	sim_hist_add(result->iommu_map, map_ps(thread->benchmark->own, iova, bytes));
	sim_hist_add(result->iommu_unmap, unmap_ps(thread->benchmark->own, iova, bytes));
}

static void end(struct sys_benchmark *benchmark, u64 elapsed_ps)
{
	iommu_detach_device(benchmark->own, benchmark->master->dev);
	iommu_domain_free(benchmark->own);
}

const struct sys_benchmark_ops sys_benchmark_iommu_map = {
	.begin = begin,
	.iterate = iterate,
	.end = end,
};
