/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is measured while a machine runs: the stamps of every fault, and the
 * depth of every queue over time. Looks on; changes nothing.
 *
 * A fault is named by (SMMU, STAG) while it is stalled: the model does not
 * reuse a STAG before the stalled access has ended.
 */
#ifndef SYSTEM_COLLECT_H
#define SYSTEM_COLLECT_H

#include "models/smmuv3/smmu.h"
#include "system/machine.h"

struct sys_collect;

/**
 * sys_collect_create() - in the arena
 * @trace_limit: records kept of the first faults, and as many of the slowest
 *
 * Return: the collector; NULL without memory.
 */
struct sys_collect *sys_collect_create(u32 nr_smmus, u64 trace_limit);

/** sys_collect_watch() - observe an SMMU of the machine. 0 or -ENOMEM. */
int sys_collect_watch(struct sys_collect *collect, struct smmu *smmu, u32 number);

/** sys_collect_name_sid() - StreamID @sid of SMMU @number is device @device. */
void sys_collect_name_sid(struct sys_collect *collect, u32 number, u32 sid, u32 device);

/** sys_collect_start() - forget what came before and count times from now. */
void sys_collect_start(struct sys_collect *collect);

/**
 * sys_collect_stamp() - a fault reaches a stage, now
 * A stage that is stamped twice keeps the first time; an unknown STAG (a guest's
 * mistake) is ignored.
 */
void sys_collect_stamp(struct sys_collect *collect, u32 smmu, u32 stag, enum sys_stage stage);

/** sys_collect_interrupt() - the CPU has taken SMMU @smmu's event queue interrupt. */
void sys_collect_interrupt(struct sys_collect *collect, u32 smmu);

/** sys_collect_result() - fill the fault and queue parts of @result. */
void sys_collect_result(struct sys_collect *collect, struct sys_result *result);

#endif
