/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's behaviour: the bits of an entry, which the IOMMU of the build walks: AArch64's stage 1
 * for an SMMU, x86's first stage for VT-d. */
#ifndef _ASM_SIM_PTE_BITS_H
#define _ASM_SIM_PTE_BITS_H
#define SIM_PTE_VALID 1UL
#define SIM_PTE_ADDR 0x0000fffffffff000UL
#ifdef CONFIG_KSIM_X86
#define SIM_PTE_WRITE (1UL << 1) /* set: writable */
#define SIM_PTE_RDONLY 0UL
#define SIM_PTE_USER (1UL << 2)
#define SIM_PTE_AF (1UL << 5)
#define SIM_PTE_DIRTY (1UL << 6)
#define SIM_PTE_SPECIAL (1UL << 9)
#define SIM_PTE_SWP_EXCL (1UL << 3) /* where no page is present */
#define SIM_TABLE (SIM_PTE_VALID | SIM_PTE_WRITE | SIM_PTE_USER | SIM_PTE_AF)
#define SIM_PAGE (SIM_PTE_VALID | SIM_PTE_AF)
#define sim_is_table(entry) (!((entry) & (1UL << 7))) /* PS */
#else
#define SIM_PTE_WRITE 0UL
#define SIM_PTE_RDONLY (1UL << 7) /* clear: writable */
#define SIM_PTE_USER (1UL << 6)
#define SIM_PTE_AF (1UL << 10)
#define SIM_PTE_DIRTY (1UL << 55)
#define SIM_PTE_SPECIAL (1UL << 56)
#define SIM_PTE_SWP_EXCL (1UL << 5)
#define SIM_TABLE (SIM_PTE_VALID | 2UL)
#define SIM_PAGE (SIM_PTE_VALID | 2UL | SIM_PTE_AF | (1UL << 11)) /* nG */
#define sim_is_table(entry) (!!((entry) & 2UL))
#endif
#endif
