/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's behaviour, and nobody calls. */
#include <asm-generic/unistd.h>
