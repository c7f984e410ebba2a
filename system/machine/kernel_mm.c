// SPDX-License-Identifier: GPL-2.0-only
/*
 * mm_events of processes of a kernel: what mm_events.c does to ours. Streams of random numbers have
 * the same names, so that the same pages change.
 */
#include <errno.h>
#include <stdio.h>

#include "linux/world/linux.h"
#include "sim/arena.h"
#include "sim/event.h"
#include "sim/lock.h"
#include "sim/rng.h"
#include "sim/sim.h"
#include "system/machine/kernel.h"
#include "system/memory/host_mm.h"

#define PAGE_BYTES 4096ULL

struct sys_kernel_mm {
	struct sys_machine *machine;
	struct sys_device_space *space;
	u32 number; /* of it */
	bool is_stopping;
	u32 nr_running;			/* threads */
	const struct sim_thread *ender; /* that ends the process, and stops the others */
	struct sim_waitq stopping, stopped;
	struct sim_rng munmap;
};

static bool is_stopping(void *arg)
{
	return ((struct sys_kernel_mm *)arg)->is_stopping;
}

/* Return: false: it is over. */
static bool wait_ps(struct sys_kernel_mm *mm, u64 ps)
{
	return !sim_waitq_wait(&mm->stopping, is_stopping, mm, ps);
}

static void thread_ends(struct sys_kernel_mm *mm)
{
	sim_settle();
	mm->nr_running--;
	sim_waitq_wake(&mm->stopped, ~0U);
}

/* --- munmap --- */

static bool is_ours(const struct sys_kernel_mm *mm, const struct sys_mapping *mapping)
{
	return sys_config_is_in_space(mm->machine->config, mapping, mm->number);
}

static u64 pages_of(const struct sys_kernel_mm *mm)
{
	const struct sys_config *config = mm->machine->config;
	u64 nr = 0;

	for (u32 i = 0; i < config->nr_mappings; i++)
		nr += is_ours(mm, &config->mappings[i]) ? config->mappings[i].bytes / PAGE_BYTES
							: 0;
	return nr;
}

/* @nr_pages from page @index of the process on, within one mapping. */
static struct linux_area pick(const struct sys_kernel_mm *mm, u64 index, u64 nr_pages)
{
	const struct sys_mapping *mapping = mm->machine->config->mappings;
	u64 left;

	while (!is_ours(mm, mapping) || index >= mapping->bytes / PAGE_BYTES) {
		if (is_ours(mm, mapping))
			index -= mapping->bytes / PAGE_BYTES;
		mapping++;
	}
	left = mapping->bytes / PAGE_BYTES - index;
	return (struct linux_area){
		.start = mapping->iova + index * PAGE_BYTES,
		.bytes = (nr_pages < left ? nr_pages : left) * PAGE_BYTES,
		.is_readable = mapping->is_readable,
		.is_writable = mapping->is_writable,
	};
}

static void munmap_fn(void *arg)
{
	struct sys_kernel_mm *mm = arg;
	struct sys_machine *m = mm->machine;
	const struct sys_mm_change *change = &m->config->mm_munmap;

	while (wait_ps(mm, change->is_poisson ? sim_rng_exp_ps(&mm->munmap, change->interval_ps)
					      : change->interval_ps)) {
		const struct linux_area area = pick(mm, sim_rng_below(&mm->munmap, pages_of(mm)),
						    change->nr_pages);
		int err = linux_process_remap(mm->space->process, &area);

		if (err)
			sys_machine_fail(m, err, "Linux refuses to map 0x%llx anew: %d", area.start,
					 err);
		sys_host_mm_stats(m->host)->munmaps++;
	}
	thread_ends(mm);
}

/* --- exit --- */

static void exit_fn(void *arg)
{
	struct sys_kernel_mm *mm = arg;

	mm->ender = sim_thread_self();
	if (wait_ps(mm, mm->machine->config->mm_exit.at_ps))
		sys_kernel_end_process(mm->space);
	mm->ender = NULL;
	thread_ends(mm);
}

/* --- life --- */

static int start_thread(struct sys_kernel_mm *mm, void (*fn)(void *), const char *name)
{
	const struct sim_thread_attr attr = {.name = name, .cpu = -1, .stack_bytes = 128 << 10};
	struct sim_thread *thread = sim_thread_create(&attr, fn, mm);

	if (!thread)
		return -ENOMEM;
	mm->nr_running++;
	sim_thread_wake(thread);
	return 0;
}

static int start(struct sys_machine *m, u32 number)
{
	struct sys_kernel_mm *mm = sim_alloc(sizeof(*mm));
	char stream[48];
	int err = 0;

	if (!mm)
		return -ENOMEM;
	mm->machine = m;
	mm->space = &m->spaces[number];
	mm->number = number;
	m->spaces[number].kernel_mm = mm;
	sim_waitq_init(&mm->stopping);
	sim_waitq_init(&mm->stopped);
	snprintf(stream, sizeof(stream), number ? "mm_events.munmap.%u" : "mm_events.munmap",
		 number);
	sim_rng_init(&mm->munmap, m->config->seed, stream);
	if (m->config->mm_munmap.interval_ps)
		err = start_thread(mm, munmap_fn, "munmap");
	if (!err && m->config->mm_exit.at_ps)
		err = start_thread(mm, exit_fn, "exit");
	return err;
}

int sys_kernel_start_mm(struct sys_machine *m)
{
	int err = 0;

	for (u32 i = 0; !err && i < sys_config_nr_spaces(m->config); i++)
		err = start(m, i);
	return err;
}

/* All, or all others. */
static bool is_stopped(void *arg)
{
	struct sys_kernel_mm *mm = arg;

	return mm->nr_running == (sim_thread_self() == mm->ender);
}

static void stop(struct sys_kernel_mm *mm)
{
	if (!mm)
		return;
	mm->is_stopping = true;
	sim_waitq_wake(&mm->stopping, ~0U);
	sim_waitq_wait(&mm->stopped, is_stopped, mm, SIM_TIME_NEVER);
}

void sys_kernel_end_process(struct sys_device_space *space)
{
	struct linux_process *process = space->process;

	if (!process)
		return;
	stop(space->kernel_mm);
	space->process = NULL;
	linux_process_end(process);
}
