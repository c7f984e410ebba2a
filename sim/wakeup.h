/* SPDX-License-Identifier: GPL-2.0-only */
/* What wake-ups took, by what the CPU did on which the thread was to run. */
#ifndef SIM_WAKEUP_H
#define SIM_WAKEUP_H

#include "sim/hist.h"
#include "sim/stat.h"

/* X(ID, name, about) */
#define SIM_WAKEUPS(X)                                                                             \
	X(INTERRUPTED, "interrupted", "idle, and out of it already by an interrupt")               \
	X(POLLING, "polling", "idle, polling")                                                     \
	X(IDLE, "idle", "idle, on a platform without idle states")                                 \
	X(IDLE1, "idle1", "in idle state 1")                                                       \
	X(IDLE2, "idle2", "in idle state 2")                                                       \
	X(IDLE3, "idle3", "in idle state 3")                                                       \
	X(BUSY, "busy", "busy with another thread")

#define SIM_WAKEUP_ID(ID, name, about) SIM_WAKEUP_##ID,
enum sim_wakeup { SIM_WAKEUPS(SIM_WAKEUP_ID) SIM_NR_WAKEUPS };

extern const char *const sim_wakeup_names[SIM_NR_WAKEUPS];

#define SIM_WAKEUP_STATS(H)                                                                        \
	H(times, TIMES, "latency_ns", SUM,                                                         \
	  "from the wake-up call until the CPU may take the thread up: leaving idle, reschedule "  \
	  "interrupt, cpu.wakeup; of a busy CPU the interrupt alone, not what runs there")

struct sim_wakeup_stats {
	SIM_WAKEUP_STATS(SIM_STAT_HIST)
};

extern const struct sim_stat_table sim_wakeup_stat_table;

/** sim_wakeup_stats() - all of @kind since the machine began, or since sim_wakeups_reset(). */
const struct sim_wakeup_stats *sim_wakeup_stats(enum sim_wakeup kind);

/** sim_wakeups_reset() - count anew. Context: anywhere. */
void sim_wakeups_reset(void);

#endif
