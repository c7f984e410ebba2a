/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's: the host's numbers, which are the same, and those that never leave the kernel.
 * The host's <errno.h> includes this file too. */
#ifndef _LINUX_ERRNO_H
#define _LINUX_ERRNO_H

#include <asm/errno.h>

#define ERESTARTSYS 512
#define EPROBE_DEFER 517
#define ENOTSUPP 524

#endif
