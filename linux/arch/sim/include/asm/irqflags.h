/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's behaviour. Flags say whether interrupts are off; sim/ counts, so each restore
 * undoes one save. */
#ifndef _ASM_SIM_IRQFLAGS_H
#define _ASM_SIM_IRQFLAGS_H
#include <asm/charge.h>
/* Flags: are they disabled? sim/ counts, so that each restore undoes one save. */
#define ARCH_IRQ_ENABLED 0
#define ARCH_IRQ_DISABLED 1
static inline unsigned long arch_local_save_flags(void) { return ksim_irq_is_disabled(); }
static inline void arch_local_irq_restore(unsigned long flags)
{
	if (flags && !ksim_irq_is_disabled()) ksim_irq_disable();
	else if (!flags && ksim_irq_is_disabled()) ksim_irq_enable();
}
#include <asm-generic/irqflags.h>
#endif
