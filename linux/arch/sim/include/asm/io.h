/* SPDX-License-Identifier: GPL-2.0-only */
/* Changed: a register access takes time, then the model's function is called. */
#ifndef _ASM_SIM_IO_H
#define _ASM_SIM_IO_H
#include <linux/types.h>
#include <asm/page.h>
#include <ksim.h>
#define __raw_readb(a) ((u8)ksim_mmio_read(a, 1))
#define __raw_readw(a) ((u16)ksim_mmio_read(a, 2))
#define __raw_readl(a) ((u32)ksim_mmio_read(a, 4))
#define __raw_readq(a) ((u64)ksim_mmio_read(a, 8))
#define __raw_writeb(v, a) ksim_mmio_write(a, v, 1)
#define __raw_writew(v, a) ksim_mmio_write(a, v, 2)
#define __raw_writel(v, a) ksim_mmio_write(a, v, 4)
#define __raw_writeq(v, a) ksim_mmio_write(a, v, 8)
void __iomem *ioremap(phys_addr_t pa, size_t size);
#define ioremap ioremap
#define ioremap_cache ioremap
#define ioremap_wc ioremap
void iounmap(volatile void __iomem *a);
#define iounmap iounmap
#define virt_to_phys(x) __pa(x)
#define phys_to_virt(x) __va(x)
#ifdef CONFIG_X86
void __iomem *early_ioremap(resource_size_t pa, unsigned long size);
void early_iounmap(void __iomem *a, unsigned long size);
#endif
#include <asm-generic/io.h>
#endif
