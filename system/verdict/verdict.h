/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What limits a run, by rules from its result: docs/verdict.md states them with their
 * thresholds. A rule finds out for which share of the time a resource was taken; the
 * one with the highest share, if that is SYS_LIMITING, limits throughput. Nothing is
 * simulated anew: the rules see what the rows of the result say.
 */
#ifndef SYSTEM_VERDICT_H
#define SYSTEM_VERDICT_H

#include "system/config/config.h"
#include "system/result/result.h"

/* X(ID, name, what it means that its share is high); where shares are alike the first stands first
 */
#define SYS_RESOURCES(X)                                                                           \
	X(DEVICE, "device", "the busiest device moves data all the time")                          \
	X(MEMORY, "memory bandwidth", "it serves devices and IOMMUs all the time")                 \
	X(CPUS, "CPUs", "all work all the time, spinning apart")                                   \
	X(LOCK, "lock", "it is always held, or who takes it always has to wait")                   \
	X(LINE, "cache line", "somebody always waits until it comes over")                         \
	X(THREAD, "thread", "it never sleeps")                                                     \
	X(CPU, "CPU", "it always works, and others do not help")                                   \
	X(COMMANDS, "command queue", "the hardware always has commands to carry out")              \
	X(WALKER, "walker", "an IOMMU has as many walks of tables under way as it can")            \
	X(QUEUE, "queue full", "records or requests find no room")                                 \
	X(STALLS, "stall table", "it has no place left for a further stalled access")              \
	X(CREDITS, "page request credits", "an endpoint always has accesses that wait for some")   \
	X(FAULTS, "faults in flight", "devices have as many faults under way as they may")         \
	X(STARTUP, "start-up", "the devices have not begun")

#define SYS_RESOURCE_ID(ID, name, help) SYS_RESOURCE_##ID,
enum sys_resource { SYS_RESOURCES(SYS_RESOURCE_ID) SYS_NR_RESOURCES };

/** sys_resource_names - "lock", as in result.json. sys_resource_help: what a high share means. */
extern const char *const sys_resource_names[SYS_NR_RESOURCES];
extern const char *const sys_resource_help[SYS_NR_RESOURCES];

#define SYS_LIMITING 750 /* share, of 1000, from which on a resource limits */
#define SYS_BELOW 200	 /* share below which nothing is limited by it */
#define SYS_NOTABLE 50	 /* share below which one is not worth a word */
#define SYS_MAX_LIMITS 8
#define SYS_VERDICT_BRIEF 264
#define SYS_VERDICT_TEXT 1024

struct sys_limit {
	enum sys_resource resource;
	char name[96];	   /* which: "pfh_container.lock" */
	char subject[192]; /* in a sentence: "lock pfh_container.lock" */
	u32 share_milli;   /* of the time, 0 to 1000 */
	char evidence[240];
};

struct sys_run_verdict {
	u32 nr; /* of limits, the highest share first */
	struct sys_limit limits[SYS_MAX_LIMITS];
	bool is_limited;	       /* by limits[0] */
	u32 in_turn;		       /* else by limits[0] and this one in turn; 0: it is not */
	char brief[SYS_VERDICT_BRIEF]; /* what limits it, for a table: "lock mm->mmap_lock" */
	char throughput[SYS_VERDICT_TEXT]; /* a sentence: what limits it */
	char latency[SYS_VERDICT_TEXT];	   /* what a fault's time is made of; "": there were none */
	char next[SYS_VERDICT_TEXT];	   /* the next limit; "": none is near */
};

/**
 * sys_verdict_find() - of a finished run, or the part of one
 * Context: anywhere; takes no memory, changes nothing.
 */
void sys_verdict_find(const struct sys_config *config, const struct sys_result *result,
		      struct sys_run_verdict *verdict);

/**
 * sys_verdict_find_group() - what limits the devices of group @index
 * What the machine is limited by, and what this group is for itself: its rate, its credits, its
 * faults in flight. There is nothing about latency.
 * Context: as sys_verdict_find().
 */
void sys_verdict_find_group(const struct sys_config *config, const struct sys_result *result,
			    u32 index, struct sys_run_verdict *verdict);

/** sys_stage_spent() - what a fault usually spends its time in @stage with: "bringing its page in".
 */
const char *sys_stage_spent(enum sys_stage stage);

/** sys_stage_is_waiting() - is that waiting for somebody, rather than work? Measured: stage_work.
 */
bool sys_stage_is_waiting(enum sys_stage stage);

#endif
