/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's behaviour, on atomics that cost their cache line. */
#include <asm-generic/bitops.h>
