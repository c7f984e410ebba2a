/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An SMMUv3 in front of memory with one stream and stage 1 tables, programmed
 * by hand: what a driver would have done, without one.
 */
#ifndef SYSTEM_BENCH_RIG_H
#define SYSTEM_BENCH_RIG_H

#include "models/mem/mem.h"
#include "models/smmuv3/smmu.h"

#define BENCH_SID 1

struct bench_rig {
	struct mem_params mem_params;
	struct smmu_params smmu_params;
	struct mem *mem;
	struct smmu *smmu;
	u64 next_table; /* tables are taken from here upwards */
	pa_t root;
};

/** bench_rig_defaults() - default parameters, to be changed before bench_rig_start(). */
void bench_rig_defaults(struct bench_rig *rig);

/**
 * bench_rig_start() - memory and an enabled SMMU in the machine's arena
 * Return: 0 or -ENOMEM.
 */
int bench_rig_start(struct bench_rig *rig);

/** bench_rig_map() - map one page, read and write. Return: 0 or -ENOMEM. */
int bench_rig_map(struct bench_rig *rig, u64 va, pa_t pa);

#endif
