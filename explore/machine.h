/* SPDX-License-Identifier: GPL-2.0-only */
/* One machine with one scenario, at the moment when its threads begin: run from there again and
 * again. */
#ifndef EXPLORE_MACHINE_H
#define EXPLORE_MACHINE_H

#include "sim/schedule/schedule.h"

struct scenario;

#define FINDINGS(X)                                                                                \
	X(NONE, "none")                                                                            \
	X(DEADLOCK, "deadlock")                                                                    \
	X(LIVELOCK, "livelock")                                                                    \
	X(FREED, "use after free")                                                                 \
	X(GRACE, "grace period")                                                                   \
	X(REFERENCE, "reference")                                                                  \
	X(RACE, "data race")                                                                       \
	X(LOCK_ORDER, "lock order")                                                                \
	X(ASSERTION, "assertion")                                                                  \
	X(WARNING, "warning")                                                                      \
	X(DEFECT, "defect")                                                                        \
	X(ANSWER, "answer")                                                                        \
	X(MAPPING, "mapping")                                                                      \
	X(LOST_WRITE, "lost write")                                                                \
	X(IDENTITY, "identity")                                                                    \
	X(DMA, "dma")                                                                              \
	X(LEAK, "leak")                                                                            \
	X(CRASH, "crash")

#define FINDING_ID(ID, name) FINDING_##ID,
enum finding_kind { FINDINGS(FINDING_ID) NR_FINDINGS };
extern const char *const finding_names[];

struct finding {
	bool wants_words; /* in: why is filled too, which takes milliseconds */
	enum finding_kind kind;
	char why[2048];
};

struct machine_setting {
	const struct scenario *scenario;
	const char *design;
	u32 dispatch; /* enum pfh_dispatch */
	u32 max_points;
	u32 max_timeouts; /* that may come at any time */
	u64 detectors;	  /* bit n: enum finding_kind n is looked for */
};

/**
 * machine_open() - run @setting to where its threads begin, and keep that; once
 * What is static is kept with it: who has anything of his own to remember has made it before.
 * Return: 0, -ENOMEM, or -EINVAL: its threads never begin.
 */
int machine_open(const struct machine_setting *setting);

/**
 * machine_run() - one schedule, to its end, and back to the beginning
 * Who goes on is said by sim_schedule->pick; its counters are those of this schedule afterwards.
 * Return: it was not pruned.
 */
bool machine_run(struct finding *finding);

/** machine_rewind() - back to the beginning. */
void machine_rewind(void);

/** machine_bytes() - what a rewind copies. */
u64 machine_bytes(void);

#endif
