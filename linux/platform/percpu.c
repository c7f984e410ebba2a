// SPDX-License-Identifier: GPL-2.0-only
/* Per-CPU variables: a copy of the section for each CPU, and behind it what is allocated, never
 * given back. */
#include <linux/percpu.h>

#include "noprof.h"
#include "platform.h"

extern char __per_cpu_start[], __per_cpu_end[];
unsigned long __per_cpu_offset[NR_CPUS];

#define AREA_BYTES (512UL << 10)

static unsigned long nr_used; /* of each area */

void ksim_percpu_init(void)
{
	unsigned int cpu, nr = ksim_machine()->nr_cpus;
	char *all = ksim_percpu_areas(AREA_BYTES);
	unsigned long bytes = __per_cpu_end - __per_cpu_start;

	if (!all || bytes > AREA_BYTES)
		ksim_die("no memory for per-CPU variables");
	for (cpu = 0; cpu < nr; cpu++) {
		char *area = all + AREA_BYTES * cpu;

		memcpy(area, __per_cpu_start, bytes);
		__per_cpu_offset[cpu] = (unsigned long)area - (unsigned long)__per_cpu_start;
	}
	nr_used = ALIGN(bytes, 64);
}

static void __percpu *take(size_t size, size_t align)
{
	unsigned long at = ALIGN(nr_used, align);

	if (at + size > AREA_BYTES)
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
