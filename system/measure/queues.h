/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The depths of a machine's queues over time, and of places of hardware that are taken and left
 * like those of a queue: the stall table, slots of walks, the page requests that endpoints have
 * outstanding. Fed with trace records.
 */
#ifndef SYSTEM_QUEUES_H
#define SYSTEM_QUEUES_H

#include "sim/trace.h"
#include "system/config/config.h"
#include "system/result/result.h"

struct dev_pcie;
struct sys_iommu;
struct sys_queues;

/* The trace points that it wants. */
#define SYS_QUEUES_MASK                                                                            \
	(1ULL << SIM_TRACE_QUEUE_PUSH | 1ULL << SIM_TRACE_QUEUE_POP | 1ULL << SIM_TRACE_PLACES)

/** sys_queues_create() - in the arena; NULL without memory. */
struct sys_queues *sys_queues_create(const struct sys_config *config);

/** sys_queues_watch() - those of an IOMMU. 0 or -ENOMEM. */
int sys_queues_watch(struct sys_queues *queues, struct sys_iommu *iommu);

/** sys_queues_watch_endpoint() - page requests of an endpoint behind IOMMU @number. */
void sys_queues_watch_endpoint(struct sys_queues *queues, u32 number, struct dev_pcie *pcie);

/** sys_queues_start() - count times from now. */
void sys_queues_start(struct sys_queues *queues);

/** sys_queues_note() - a trace record of SYS_QUEUES_MASK. Context: in a sink. */
void sys_queues_note(struct sys_queues *queues, const struct sim_trace_record *record);

/** sys_queues_result() - until now: queues of @result. Without memory it has none. */
void sys_queues_result(struct sys_queues *queues, struct sys_result *result);

#endif
