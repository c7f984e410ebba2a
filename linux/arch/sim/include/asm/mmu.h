/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's behaviour: what arm64 keeps of an ASID. */
#ifndef _ASM_SIM_MMU_H
#define _ASM_SIM_MMU_H
typedef struct { unsigned long asid; unsigned long pinned; unsigned long flags; } mm_context_t;
#endif
