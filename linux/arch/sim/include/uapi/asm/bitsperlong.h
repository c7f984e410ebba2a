/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's behaviour. */
#ifndef _UAPI_ASM_SIM_BITSPERLONG_H
#define _UAPI_ASM_SIM_BITSPERLONG_H
#define __BITS_PER_LONG 64
#include <asm-generic/bitsperlong.h>
#endif
