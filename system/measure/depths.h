/* SPDX-License-Identifier: GPL-2.0-only */
/* How full a queue is, over time: highest depths for a picture, and for how long it had which. */
#ifndef SYSTEM_DEPTHS_H
#define SYSTEM_DEPTHS_H

#include "system/result/result.h"

/* Depths below 128 have a bucket each; above, each power of two has 64. */
#define SYS_DEPTH_SUB_LG2 6
#define SYS_DEPTH_BUCKETS ((SYS_DEPTH_BANDS - SYS_DEPTH_SUB_LG2 + 1) << SYS_DEPTH_SUB_LG2)

struct sys_depths {
	u64 start_ps, last_ps; /* simulated times */
	u32 depth;
	u32 capacity; /* depth at which it is full */
	struct sys_depth_series series;
	struct sys_queue_times times;
	u64 at_ps[SYS_DEPTH_BUCKETS]; /* for how long it had which depth */
};

/** sys_depths_start() - from now on, at the depth that it has; @capacity: 1 or more */
void sys_depths_start(struct sys_depths *depths, u32 capacity);

/** sys_depths_note() - it has another depth from now on. */
void sys_depths_note(struct sys_depths *depths, u32 depth);

/** sys_depths_end() - until now; then series and times are whole. */
void sys_depths_end(struct sys_depths *depths);

#endif
