/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Virtual time: integer picoseconds in __u64 (213 days). Clock domains convert
 * cycles once, at the edge.
 */
#ifndef SIM_TIME_H
#define SIM_TIME_H

#include "sim/types.h"

#define SIM_PS_PER_NS 1000ULL
#define SIM_PS_PER_US 1000000ULL
#define SIM_PS_PER_MS 1000000000ULL
#define SIM_PS_PER_S 1000000000000ULL
#define SIM_TIME_NEVER (~0ULL)

/**
 * sim_cycles_to_ps() - convert cycles of a clock domain to picoseconds
 * @cycles: number of cycles, below 2^24
 * @clock_hz: frequency of the domain, 1 Hz or more
 *
 * Return: picoseconds, rounded to nearest.
 */
static inline __u64 sim_cycles_to_ps(__u64 cycles, __u64 clock_hz)
{
	return (cycles * SIM_PS_PER_S + clock_hz / 2) / clock_hz;
}

#endif
