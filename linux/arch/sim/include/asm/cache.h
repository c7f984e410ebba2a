/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's behaviour: lines of 64 bytes, as sim/line.h has them. */
#define L1_CACHE_SHIFT 6
#define L1_CACHE_BYTES (1 << L1_CACHE_SHIFT)
