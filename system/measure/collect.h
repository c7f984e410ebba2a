/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is measured while a machine runs: the stamps of every fault, and the
 * depth of every queue over time. Looks on; changes nothing.
 *
 * A fault is named by its IOMMU, what kind it is, its master and its tag
 * (models/common/observer.h) from detected() to completed().
 */
#ifndef SYSTEM_COLLECT_H
#define SYSTEM_COLLECT_H

#include "models/common/observer.h"
#include "system/config/config.h"
#include "system/result/result.h"

struct dev_dma_times;
struct sys_aborts;
struct sys_collect;
struct sys_iommu;

/**
 * sys_collect_create() - in the arena
 * @config: how many IOMMUs and devices there are; how many records are kept of the
 *	first faults, and as many of the slowest
 *
 * Return: the collector; NULL without memory.
 */
struct sys_collect *sys_collect_create(const struct sys_config *config);

/** sys_collect_watch() - observe an IOMMU of the machine. 0 or -ENOMEM. */
int sys_collect_watch(struct sys_collect *collect, struct sys_iommu *iommu);

/** sys_collect_watch_endpoint() - observe an endpoint behind IOMMU @number. */
void sys_collect_watch_endpoint(struct sys_collect *collect, u32 number, struct dev_pcie *pcie);

/** sys_collect_name_sid() - stream @sid of IOMMU @number is device @device. */
void sys_collect_name_sid(struct sys_collect *collect, u32 number, u32 sid, u32 device);

/** sys_collect_start() - forget what came before and count times from now. */
void sys_collect_start(struct sys_collect *collect);

/**
 * sys_collect_stamp() - a fault of IOMMU @number reaches a stage, now
 * A stage that is stamped twice keeps the first time; a fault that is not under
 * way (a guest's mistake) is ignored.
 */
void sys_collect_stamp(struct sys_collect *collect, u32 number, struct port_fault fault,
		       enum sys_stage stage);

/**
 * sys_collect_answer() - a driver is about to answer a fault: does it wait for one?
 * Before the answer is sent, for then its name may be given to another. What is wrong is a defect.
 */
void sys_collect_answer(struct sys_collect *collect, u32 number, struct port_fault fault);

/** sys_collect_interrupt() - a CPU has taken the interrupt of the queue for @kind. */
void sys_collect_interrupt(struct sys_collect *collect, u32 number, enum port_fault_kind kind);

/** sys_collect_round() - the thread will take all that is recorded now: it waits for no interrupt.
 */
void sys_collect_round(struct sys_collect *collect, u32 number, enum port_fault_kind kind);

/**
 * sys_collect_turn() - the thread of the queue for @kind, the running one, turns to what is next
 * Before it looks for records, and when it has done with one. What it does until it takes the next
 * one, it does for that.
 */
void sys_collect_turn(struct sys_collect *collect, u32 number, enum port_fault_kind kind);

/** sys_collect_times() - where the engine of device @number counts the times of its accesses. */
struct dev_dma_times *sys_collect_times(struct sys_collect *collect, u32 number);

/**
 * sys_collect_result() - fill what was measured into @result, which has its devices, groups and
 * IOMMUs
 * Return: 0 or -ENOMEM.
 */
int sys_collect_result(struct sys_collect *collect, struct sys_result *result);

/**
 * sys_collect_stop() - the result stays as it is now
 * What still happens to faults is followed: an answer may be wrong, or missing.
 */
void sys_collect_stop(struct sys_collect *collect);

/** sys_collect_missing() - faults that wait for an answer, now that nobody will give one: defects.
 */
void sys_collect_missing(struct sys_collect *collect);

/** sys_collect_is_endless() - a page has faulted in vain too often; the simulation was stopped. */
bool sys_collect_is_endless(const struct sys_collect *collect);

/** sys_collect_aborts() - where drivers note what they are told of aborted accesses. */
struct sys_aborts *sys_collect_aborts(struct sys_collect *collect);

#endif
