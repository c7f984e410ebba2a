/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub: see linux/sched.h. */
#ifndef _LINUX_SMP_H
#define _LINUX_SMP_H

#include <linux/cpumask.h>
#include <linux/sched.h>

#endif
