/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub: the same as linux/wait.h. */
#ifndef _LINUX_SWAIT_H
#define _LINUX_SWAIT_H

#include <linux/wait.h>

#endif
