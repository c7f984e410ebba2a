/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Message signalled interrupts: a doorbell in the memory map turns a write of
 * an interrupt's number into that interrupt (as a GICv3 ITS does for LPIs).
 */
#ifndef SYSTEM_IRQCHIP_H
#define SYSTEM_IRQCHIP_H

#include "models/mem/mem.h"

/* GITS_TRANSLATER of QEMU's virt machine; below RAM. */
#define SYS_IRQCHIP_DOORBELL 0x08090040ULL

/** sys_irqchip_init() - put the doorbell into the memory map. 0 or -errno. */
int sys_irqchip_init(struct mem *mem);

#endif
