/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Background load: what a host does beside the measured work (section `load`).
 * Threads that are in user mode and in the kernel by turns, and interrupts of
 * devices that are not modelled. It begins with the measured work and takes no
 * part in it: its time is counted apart (sim_cpu_stats, load_ps).
 */
#ifndef SYSTEM_MACHINE_LOAD_H
#define SYSTEM_MACHINE_LOAD_H

#include "system/config/config.h"

struct sys_load;

/**
 * sys_load_start() - make it and let it go
 * @load: set to it; NULL if there is none
 * @config: must last
 * Context: boot thread, or outside of threads.
 *
 * Return: 0; -ENOMEM.
 */
int sys_load_start(struct sys_load **load, const struct sys_config *config);

/** sys_load_end() - its threads end where they are next, no interrupt comes any more; accepts NULL
 */
void sys_load_end(struct sys_load *load);

#endif
