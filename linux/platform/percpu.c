// SPDX-License-Identifier: GPL-2.0-only
/* Per-CPU variables: a copy of the section for each CPU, and behind it what is allocated, never
 * given back. */
#include <linux/mm.h>
#include <linux/percpu.h>

#include "noprof.h"
#include "platform.h"

extern char __per_cpu_start[], __per_cpu_end[];
unsigned long __per_cpu_offset[NR_CPUS];

#define DYNAMIC_BYTES (512UL << 10)

static unsigned long nr_used, nr_bytes; /* of each area */

/* Areas are zeroed; lockdep's statistics, which nobody reads, are megabytes of zeroes. */
static void copy_initial(char *area, unsigned long bytes)
{
	unsigned long at;

	for (at = 0; at < bytes; at += PAGE_SIZE) {
		unsigned long nr = min(bytes - at, PAGE_SIZE);

		if (memchr_inv(__per_cpu_start + at, 0, nr))
			memcpy(area + at, __per_cpu_start + at, nr);
	}
}

void ksim_percpu_init(void)
{
	unsigned int cpu, nr = ksim_machine()->nr_cpus;
	unsigned long bytes = __per_cpu_end - __per_cpu_start;
	char *all;

	nr_bytes = PAGE_ALIGN(bytes) + DYNAMIC_BYTES;
	all = ksim_percpu_areas(nr_bytes);
	if (!all)
		ksim_die("no memory for per-CPU variables");
	for (cpu = 0; cpu < nr; cpu++) {
		char *area = all + nr_bytes * cpu;

		copy_initial(area, bytes);
		__per_cpu_offset[cpu] = (unsigned long)area - (unsigned long)__per_cpu_start;
	}
	nr_used = ALIGN(bytes, 64);
}

static void __percpu *take(size_t size, size_t align)
{
	unsigned long at = ALIGN(nr_used, align);

	if (at + size > nr_bytes)
		ksim_die("per-CPU memory is full");
	nr_used = at + size;
	return (void __percpu *)(__per_cpu_start + at);
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 10, 0)
void __percpu *pcpu_alloc_noprof(size_t size, size_t align, bool reserved, gfp_t gfp)
{
	return take(size, align);
}
#else
void __percpu *__alloc_percpu(size_t size, size_t align)
{
	return take(size, align);
}

void __percpu *__alloc_percpu_gfp(size_t size, size_t align, gfp_t gfp)
{
	return take(size, align);
}
#endif

void free_percpu(void __percpu *p)
{
}
