// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's variables, outside of the arena: one block of the program (linux/kernel.lds), with
 * which a machine begins as the linker made it; and copies of the per-CPU ones. Both are saved and
 * restored with the arena.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "linux/world/internal.h"
#include "sim/arena.h"
#include "sim/sim.h"

extern char __start_ksim_data[], __stop_ksim_data[], __per_cpu_start[];
extern const char *const linux_missing[];

/*
 * linux/link: a page of addresses for each name. A per-CPU variable is looked for as far from there
 * as the copy of a CPU is from __per_cpu_start, where nothing is mapped either.
 */
#define MISSING_FIRST 0x70000000ULL
#define MISSING_LG2 12
#define PERCPU_BASE 0x300000000000ULL

/* As linked; a copy of the program's, none of the machine's. */
static u64 *pristine;

static u64 block_words(void)
{
	return ((u64)__stop_ksim_data - (u64)__start_ksim_data) / sizeof(u64);
}

/* Words: AddressSanitizer has marks between variables. */
__attribute__((no_sanitize("address"), noinline)) static void copy_words(volatile u64 *to,
									 const u64 *from, u64 nr)
{
	for (u64 i = 0; i < nr; i++)
		to[i] = from[i];
}

int world_variables_reset(void)
{
	u64 *block = (u64 *)__start_ksim_data;

	if (pristine) {
		copy_words(block, pristine, block_words());
	} else {
		pristine = malloc(block_words() * sizeof(u64));
		if (!pristine)
			return -ENOMEM;
		copy_words(pristine, block, block_words());
	}
	return sim_arena_keep(block, block_words() * sizeof(u64));
}

void *ksim_percpu_areas(unsigned long bytes_each)
{
	size_t bytes = bytes_each * world->machine.nr_cpus;
	void *areas = mmap((void *)PERCPU_BASE, bytes, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);

	if (areas == MAP_FAILED || sim_arena_keep(areas, bytes))
		return NULL;
	world->percpu_bytes = bytes_each;
	return areas;
}

/* The address that code on the running CPU meant, as it would be without a copy of its own. */
static u64 without_copy(u64 address)
{
	if (!world || address < PERCPU_BASE)
		return address;
	return address - PERCPU_BASE - (u64)ksim_cpu() * world->percpu_bytes + (u64)__per_cpu_start;
}

const char *linux_missing_at(u64 address)
{
	u64 offset = without_copy(address) - MISSING_FIRST, i = 0;

	while (linux_missing[i] && i < offset >> MISSING_LG2)
		i++;
	return linux_missing[i];
}
