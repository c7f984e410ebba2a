/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub: there is none. For VT-d. */
#ifndef _ASM_SIM_IRQ_REMAPPING_H
#define _ASM_SIM_IRQ_REMAPPING_H
#include <linux/irqreturn.h>
#include <asm/x86_init.h>
struct irq_alloc_info; struct msi_msg;
int dmar_alloc_hwirq(int id, int node, void *arg);
void dmar_free_hwirq(int irq);
#endif
