/* SPDX-License-Identifier: GPL-2.0-only */
/* Joins the handler core's trace point to the fault stamps. */
#ifndef SYSTEM_STAMPS_H
#define SYSTEM_STAMPS_H

#include "system/measure/collect.h"

/** sys_stamps_register() - stamp faults at pfh_stage. 0 or -errno. */
int sys_stamps_register(struct sys_collect *collect);

#endif
