/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's behaviour. */
#include <asm-generic/hardirq.h>
