/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a program does whose device reports faults (device.faults: report): a thread for each
 * device waits for completion records. At one that says page fault it touches the page, as a
 * CPU does, and submits the access again. The kernel's fault handler for I/O has no part in it.
 */
#ifndef SYSTEM_REPORTS_H
#define SYSTEM_REPORTS_H

#include "models/device/pcie.h"
#include "system/config/config.h"
#include "system/memory/host_mm.h"

struct sys_reports;

/** sys_reports_create() - of a device of @group; hardware may report from now on. NULL without
 * memory. */
struct sys_reports *sys_reports_create(const struct sys_config *config,
				       const struct sys_group *group);

/** sys_reports_take() - a completion record has been written. Context: main stack. */
void sys_reports_take(struct sys_reports *reports, struct dev_pcie *pcie,
		      const struct dev_record *record);

/**
 * sys_reports_start() - the thread of device @number begins
 * Context: sim thread.
 * Return: 0 or -ENOMEM.
 */
int sys_reports_start(struct sys_reports *reports, struct mm_struct *mm, u32 number);

/**
 * sys_reports_stop() - it ends; what was reported, and what will be, is not submitted again
 * NULL is accepted, and a second time. Context: sim thread; sleeps until it has.
 */
void sys_reports_stop(struct sys_reports *reports);

#endif
