/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Distributions of each group of devices: of its faults, and of its accesses that have a time of
 * their own. Where a machine has no groups there are none.
 */
#ifndef SYSTEM_MEASURE_GROUPS_H
#define SYSTEM_MEASURE_GROUPS_H

#include "models/device/dma.h"
#include "system/config/groups.h"
#include "system/result/result.h"

struct sys_group_times;

/** sys_group_times_create() - of all groups, in the arena. NULL without memory. */
struct sys_group_times *sys_group_times_create(const struct sys_config *config);

/** sys_group_times_start() - forget what came before. */
void sys_group_times_start(struct sys_group_times *times);

/** sys_group_times_of() - where engines of device @number count; NULL: there are no groups. */
struct dev_dma_times *sys_group_times_of(struct sys_group_times *times, u32 number);

/** sys_group_times_add() - a fault has ended. */
void sys_group_times_add(struct sys_group_times *times, const struct sys_fault_record *record);

/** sys_group_times_merge() - what engines of all groups have counted, into @all. */
void sys_group_times_merge(const struct sys_group_times *times, struct dev_dma_times *all);

/**
 * sys_group_times_result() - fill the distributions of @result's groups, which are there
 * Percentiles are exact while all faults are kept. Without memory a group has none.
 */
void sys_group_times_result(const struct sys_group_times *times, struct sys_result *result);

#endif
