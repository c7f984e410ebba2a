/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's, the part that we use. */
#ifndef _LINUX_HASH_H
#define _LINUX_HASH_H

#include <linux/types.h>

#define GOLDEN_RATIO_32 0x61c88647u

/* @bits: 1 to 32, of the result */
static inline u32 hash_32(u32 val, unsigned int bits)
{
	return val * GOLDEN_RATIO_32 >> (32 - bits);
}

#endif
