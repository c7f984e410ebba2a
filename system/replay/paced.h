/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What generators have in common whose accesses a clock may pace (all but messages): when the
 * next one is due, whether it writes, how long a user thinks. Open loop: times of their own,
 * by interval, burst and pause, however long an access takes. Closed loop: none, and a user
 * thinks when his access has ended.
 */
#ifndef SYSTEM_REPLAY_PACED_H
#define SYSTEM_REPLAY_PACED_H

#include "sim/rng.h"
#include "system/replay/generator.h"

struct paced {
	struct generator common; /* first */
	struct sim_rng rng;	 /* where, and in which direction */
	struct sim_rng time_rng, think_rng;
	u64 footprint_bytes, nr_starts; /* pages that an access may begin at */
	u64 left;
	u64 interval_ps, pause_ps, think_ps;
	u64 burst, nr_in_burst;
	u64 write_percent;
	bool is_poisson;
};

/** paced_init() - all of it; the first access is due. */
void paced_init(struct paced *gen, const struct sys_config *config, u32 device);

/** paced_draw_write() - does the next access write? */
bool paced_draw_write(struct paced *gen);

/** paced_step() - one more has been handed out: when is the next one due? */
void paced_step(struct paced *gen);

/** paced_think() - the length of a thought; of generators for which each record is an access,
 * source.think_ps. */
u64 paced_think(struct dev_source *source);

/** paced_check_times() - do intervals, bursts and thoughts make sense? 0 or -EINVAL. */
int paced_check_times(const struct sys_config *config, struct gen_complaint complaint);

/** paced_check() - those, and do all devices stay within the mappings? Of accesses in a footprint.
 */
int paced_check(const struct sys_config *config, struct gen_complaint complaint);

/** paced_records() and paced_accesses() - of one record an access: generator_ops. */
u64 paced_records(const struct sys_config *config);
u64 paced_accesses(const struct sys_config *config);

#endif
