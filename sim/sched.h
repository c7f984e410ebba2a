/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How CPUs are shared: when a thread that runs makes room for one that ought to,
 * as Linux 6.1's PREEMPT_DYNAMIC has it (kernel/sched/core.c).
 *
 * A wake-up, or the end of a time slice, says that a CPU is wanted: Linux's
 * TIF_NEED_RESCHED. The thread that runs makes room
 *
 *	user mode            at once, in every model
 *	full                 at once, unless preemption or interrupts are off
 *	voluntary            at cond_resched() and might_sleep()
 *	none                 at cond_resched()
 *
 * and in every model when it sleeps or yields. Threads run kernel code unless
 * they say otherwise. Left out: lazy preemption (6.13), PREEMPT_RT.
 */
#ifndef SIM_SCHED_H
#define SIM_SCHED_H

#include "sim/param.h"
#include "sim/types.h"

/* X(ID, name): the first is what a machine has that was told nothing. */
#define SIM_PREEMPTS(X)                                                                            \
	X(FULL, "full")                                                                            \
	X(VOLUNTARY, "voluntary")                                                                  \
	X(NONE, "none")

#define SIM_PREEMPT_ID(ID, name) SIM_PREEMPT_##ID,
enum sim_preempt { SIM_PREEMPTS(SIM_PREEMPT_ID) };
extern const char *const sim_preempt_names[]; /* NULL at the end */

/* With the kernel's other numbers, in section `kernel`. */
#define SIM_SCHED_PARAMS(X)                                                                        \
	X(hz, "hz", COUNT, 0, 0, 10000,                                                            \
	  "timer ticks a second on each CPU that is not idle, where slices end; 0: none, and "     \
	  "slices end when they are over",                                                         \
	  "CONFIG_HZ; Debian 250")                                                                 \
	X(tick_ps, "tick", COST, 0, 0, 1000000000,                                                 \
	  "what a timer tick takes beside irq_entry and irq_exit", "")                             \
	X(resched_ipi_ps, "resched_ipi", COST, 0, 0, 1000000000,                                   \
	  "a reschedule interrupt at a CPU that is to make room takes so long beside irq_entry "   \
	  "and irq_exit; 0: it takes nothing, and is acted on at once",                            \
	  "")                                                                                      \
	X(wakeup_preemption, "wakeup_preemption", BOOL, 0, 0, 1,                                   \
	  "normal threads share a CPU by virtual runtime, and whoever is woken may preempt; else " \
	  "one after the other by cpu.slice",                                                      \
	  "Linux 6.1, the completely fair scheduler; off as it was not there")                     \
	X(sched_latency_ps, "sched_latency", PS, 24000000000ULL, 1000000, 1000000000000ULL,        \
	  "in which each normal thread of a CPU runs once; half of it is a sleeper's credit",      \
	  "Linux 6.1: sysctl_sched_latency, 6 ms before scaling, 24 ms on 8 CPUs")                 \
	X(wakeup_granularity_ps, "wakeup_granularity", PS, 4000000000ULL, 0, 1000000000000ULL,     \
	  "a thread that is woken preempts one whose virtual runtime is ahead by more",            \
	  "Linux 6.1: sysctl_sched_wakeup_granularity, 1 ms before scaling, 4 ms on 8 CPUs")

struct sim_sched_params {
	SIM_SCHED_PARAMS(SIM_PARAM_FIELD)
	enum sim_preempt preempt;
};

/**
 * sim_sched_init() - how this machine's CPUs are shared
 * @params: copied; values within the ranges of the rows
 * Context: once, after sim_cpus_init(), outside of threads. Without it the model is full.
 */
void sim_sched_init(const struct sim_sched_params *params);

enum sim_preempt_point {
	SIM_POINT_COND_RESCHED,
	SIM_POINT_MIGHT_SLEEP,
};

/**
 * sim_preempt_point() - here the kernel looks whether its CPU is wanted
 * Costs nothing. Where the model looks, the debt passes first, and whoever wants
 * the CPU gets it; else nothing happens.
 * Context: anywhere; does nothing outside of threads, and with preemption off.
 */
void sim_preempt_point(enum sim_preempt_point point);

/** sim_need_resched() - is the CPU of the running thread wanted? Context: anywhere. */
bool sim_need_resched(void);

/**
 * sim_user_begin(), sim_user_end() - what the running thread does is user code
 * Context: in a thread that may sleep. Both settle; who wants the CPU gets it.
 */
void sim_user_begin(void);
void sim_user_end(void);

#endif
