/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Message signalled interrupts: a doorbell in the memory map turns a write of
 * an interrupt's number into that interrupt (as a GICv3 ITS does for LPIs).
 */
#ifndef SYSTEM_IRQCHIP_H
#define SYSTEM_IRQCHIP_H

#include <linux/interrupt.h>

#include "models/mem/mem.h"

/* GITS_TRANSLATER of QEMU's virt machine; below RAM. */
#define SYS_IRQCHIP_DOORBELL 0x08090040ULL

/* An interrupt of a unit. */
struct sys_msi {
	const char *name;
	u32 reg; /* where the unit's registers say what it writes: the first one's offset */
	irq_handler_t handler, thread; /* NULL: it has no thread */
};

/** sys_irqchip_init() - put the doorbell into the memory map. 0 or -errno. */
int sys_irqchip_init(struct mem *mem);

/**
 * sys_irqchip_request() - a number for an interrupt, which CPU @cpu takes
 * @dev: what the handlers get
 *
 * Context: may sleep.
 * Return: the number to write to the doorbell; -errno.
 */
int sys_irqchip_request(const struct sys_msi *msi, u32 cpu, void *dev);

#endif
