/* SPDX-License-Identifier: GPL-2.0-only */
/* Changed: a register access costs kernel.mmio_read or kernel.mmio_write, time passes, then the
 * device's function is called at that moment (kapi/mmio.h). */
#ifndef _LINUX_IO_H
#define _LINUX_IO_H

#include <linux/processor.h>
#include <linux/types.h>

#include "kapi/mmio.h"

u8 readb(const volatile void __iomem *addr);
u32 readl(const volatile void __iomem *addr);
u64 readq(const volatile void __iomem *addr);
void writel(u32 value, volatile void __iomem *addr);
void writeq(u64 value, volatile void __iomem *addr);
#define readl_relaxed readl
#define readq_relaxed readq
#define writel_relaxed writel
#define writeq_relaxed writeq
#define ioread32 readl
#define iowrite32 writel
void iounmap(volatile void __iomem *addr);

#endif
