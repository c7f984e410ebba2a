// SPDX-License-Identifier: GPL-2.0-only
/*
 * Benchmark `pinning`: threads that pin and map a guest's memory for VFIO, each its part, as ktask
 * had them do it (linux-mm, 2018). An iteration is a run, pages that lie side by side: each is
 * faulted in and looked up, the run is mapped and counted as locked. What is varied is how
 * mmap_lock is taken meanwhile.
 *
 * Left out: the page tables' locks, the allocator, memory bandwidth.
 */
#include <linux/mmap_lock.h>

#include "sim/arena.h"
#include "sim/rng.h"
#include "sim/sim.h"
#include "system/benchmark/benchmark.h"

struct guest {
	struct rw_semaphore mmap_lock;
	unsigned long locked_vm;
	struct sim_rng rng;
};

static int begin(struct sys_benchmark *benchmark)
{
	struct guest *guest = sim_alloc(sizeof(*guest));

	if (!guest)
		return -ENOMEM;
	sim_rng_init(&guest->rng, benchmark->config->seed, "pinning");
	__init_rwsem(&guest->mmap_lock, "&mm->mmap_lock", NULL);
	benchmark->own = guest;
	return 0;
}

/*
 * Threads whose pages all take equally long fall into step, and in which step hangs on when they
 * began, to the nanosecond. Pages of a real machine do not let them.
 */
static void charge_page(const struct sys_config *config, struct guest *guest)
{
	u64 page_ps = config->benchmark.page_ps;
	u64 spread_ps = page_ps * config->benchmark.page_spread_per_mille / 1000;

	sim_charge(page_ps - spread_ps + sim_rng_below(&guest->rng, 2 * spread_ps + 1));
}

static void pin_run(const struct sys_config *config, struct guest *guest)
{
	down_read(&guest->mmap_lock);
	for (u64 i = 0; i < config->benchmark.run_pages; i++)
		charge_page(config, guest);
	up_read(&guest->mmap_lock);
}

static void pin_pages(const struct sys_config *config, struct guest *guest)
{
	for (u64 i = 0; i < config->benchmark.run_pages; i++) {
		down_read(&guest->mmap_lock);
		charge_page(config, guest);
		up_read(&guest->mmap_lock);
	}
}

static void iterate(struct sys_benchmark_thread *thread)
{
	const struct sys_config *config = thread->benchmark->config;
	struct guest *guest = thread->benchmark->own;

	if (config->pinning == SYS_PINNING_READ_PER_RUN)
		pin_run(config, guest);
	else
		pin_pages(config, guest);
	if (config->pinning != SYS_PINNING_WRITTEN_EACH_RUN)
		return;
	down_write(&guest->mmap_lock);
	guest->locked_vm += config->benchmark.run_pages;
	up_write(&guest->mmap_lock);
}

static void end(struct sys_benchmark *benchmark, u64 elapsed_ps)
{
	const struct sys_config *config = benchmark->config;
	u64 nr_pinned = benchmark->nr_iterations * config->benchmark.run_pages;
	u64 nr_pages = config->benchmark.total_pages;
	unsigned __int128 ps = elapsed_ps;

	if (nr_pages && nr_pinned)
		ps = ps * nr_pages / nr_pinned;
	benchmark->result.seconds = ps / (SIM_PS_PER_S / 1000);
}

const struct sys_benchmark_ops sys_benchmark_pinning = {
	.begin = begin,
	.iterate = iterate,
	.end = end,
};
