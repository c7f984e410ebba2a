/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's: see linux/compiler.h. */
#ifndef _LINUX_COMPILER_TYPES_H
#define _LINUX_COMPILER_TYPES_H

#include <linux/compiler.h>

#endif
