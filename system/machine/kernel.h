/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * `driver: linux`: the machine's software is a kernel (linux/world/linux.h) in place of our drivers
 * and handler. What the machine asks of software, it asks here.
 */
#ifndef SYSTEM_MACHINE_KERNEL_H
#define SYSTEM_MACHINE_KERNEL_H

#include "system/machine/internal.h"

/**
 * sys_kernel_check() - does the configuration fit a kernel?
 * Return: 0, or -EINVAL with one line.
 */
int sys_kernel_check(const struct sys_config *config, char *message, size_t message_bytes);

/** sys_kernel_create() - it, with the machine's IOMMUs and devices in sight. 0 or -ENOMEM. */
int sys_kernel_create(struct sys_machine *m);

/**
 * sys_kernel_boot() - up to devices that are bound to a process
 * Context: boot thread. Return: 0; or -errno, which it may have said itself (sys_machine_fail()).
 */
int sys_kernel_boot(struct sys_machine *m);

struct linux_iommu;

/** sys_kernel_unit() - IOMMU @number as the kernel sees it: who changes its registers, changes
 * that. */
struct linux_iommu *sys_kernel_unit(struct sys_machine *m, u32 number);

struct linux_device;

/** sys_kernel_device() - device @number, likewise with its configuration space */
struct linux_device *sys_kernel_device(struct sys_machine *m, u32 number);

/** sys_kernel_start() - counting begins. */
void sys_kernel_start(struct sys_machine *m);

/** sys_kernel_start_mm() - mm_events begin. Context: sim thread. 0 or -ENOMEM. */
int sys_kernel_start_mm(struct sys_machine *m);

/** sys_kernel_count() - what it has done since, into the machine's result. */
void sys_kernel_count(struct sys_machine *m);

/* As sys_machine_unbind() and its kind, see internal.h. */
void sys_kernel_unbind(struct sys_machine *m, u32 number);
void sys_kernel_remove(struct sys_machine *m, u32 number);
void sys_kernel_end_process(struct sys_device_space *space); /* does nothing without a kernel */

#endif
