/* SPDX-License-Identifier: GPL-2.0-only */
/* Changed: a CPU has no TLB, so nothing is switched; what the SVA code of arm64 asks for. */
#ifndef _ASM_SIM_MMU_CONTEXT_H
#define _ASM_SIM_MMU_CONTEXT_H
#include <linux/mm_types.h>
/* What the SVA code of arm64 asks for. */
unsigned long arm64_mm_context_get(struct mm_struct *mm);
void arm64_mm_context_put(struct mm_struct *mm);
static inline unsigned long mm_untag_mask(struct mm_struct *mm) { return -1UL >> 8; }
#define mm_untag_mask mm_untag_mask
static inline void switch_mm(struct mm_struct *a, struct mm_struct *b, struct task_struct *t) {}
#include <asm-generic/mm_hooks.h>
#include <asm-generic/mmu_context.h>
#endif
