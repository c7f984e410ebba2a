/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub: every CPU is always online. */
#ifndef _LINUX_CPUMASK_H
#define _LINUX_CPUMASK_H

#include <linux/types.h>

unsigned int num_online_cpus(void);
#define num_possible_cpus num_online_cpus
#define nr_cpu_ids num_online_cpus()
#define for_each_online_cpu(cpu) for ((cpu) = 0; (cpu) < num_online_cpus(); (cpu)++)
#define for_each_possible_cpu for_each_online_cpu

#endif
