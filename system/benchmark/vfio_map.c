// SPDX-License-Identifier: GPL-2.0-only
/*
 * Benchmark `vfio-map`: memory of the process is made a VFIO container's, a run of pages an
 * iteration, as VFIO_IOMMU_MAP_DMA does before a guest starts: it is faulted in, pinned and
 * mapped by the handler (handler/pin.c). One thread, as qemu has it.
 *
 * `benchmark.startup` is what else the program takes whose time was published.
 */
#include <linux/bug.h>
#include <linux/err.h>

#include "handler/pfh.h"
#include "sim/cpu.h"
#include "sim/sim.h"
#include "system/benchmark/benchmark.h"

static int begin(struct sys_benchmark *benchmark)
{
	const struct pfh_container_attr attr = {
		.design = benchmark->config->design,
		.mm = benchmark->mm,
		.premap_pages = 1,
	};
	struct pfh_container *container = pfh_container_create(&attr);

	if (IS_ERR(container))
		return PTR_ERR(container);
	benchmark->own = container;
	return pfh_container_attach(container, benchmark->master->pfh);
}

static void iterate(struct sys_benchmark_thread *thread)
{
	const struct sys_config *config = thread->benchmark->config;
	u64 bytes = config->benchmark.run_pages * SYS_PAGE_BYTES;
	u64 number = thread->benchmark->nr_iterations;
	u64 iova = config->mappings[0].iova + number * bytes;
	const struct pfh_mapping mapping = {
		.iova = iova,
		.vaddr = iova,
		.size = bytes,
		.prot = IOMMU_READ | IOMMU_WRITE,
	};

	BUG_ON(pfh_container_map(thread->benchmark->own, &mapping));
}

static void end(struct sys_benchmark *benchmark, u64 elapsed_ps)
{
	const struct sys_config *config = benchmark->config;
	u64 nr_pages = benchmark->nr_iterations * config->benchmark.run_pages;
	u64 total = config->benchmark.total_pages ? config->benchmark.total_pages : nr_pages;
	unsigned __int128 ps = (unsigned __int128)elapsed_ps * total / nr_pages;

	benchmark->result.seconds = (ps + config->benchmark.startup_ps) / (SIM_PS_PER_S / 1000);
	benchmark->result.page_ps = elapsed_ps / nr_pages;
	pfh_container_destroy(benchmark->own);
}

const struct sys_benchmark_ops sys_benchmark_vfio_map = {
	.begin = begin,
	.iterate = iterate,
	.end = end,
};
