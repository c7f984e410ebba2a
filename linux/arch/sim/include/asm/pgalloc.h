/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's behaviour, of 4 levels. */
#ifndef _ASM_SIM_PGALLOC_H
#define _ASM_SIM_PGALLOC_H
#include <linux/mm.h>
#include <linux/version.h>
#include <asm-generic/pgalloc.h>
pgd_t *pgd_alloc(struct mm_struct *mm);
#define pmd_populate(mm, p, t) set_pmd(p, __pmd(page_to_phys(t) | SIM_TABLE))
#define pmd_populate_kernel(mm, p, t) set_pmd(p, __pmd(__pa(t) | SIM_TABLE))
#define pud_populate(mm, p, t) set_pud(p, __pud(__pa(t) | SIM_TABLE))
#define p4d_populate(mm, p, t) set_p4d(p, __p4d(__pa(t) | SIM_TABLE))
#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 2, 0)
#define __pte_free_tlb(tlb, p, a) tlb_remove_ptdesc(tlb, page_ptdesc(p))
#define __pmd_free_tlb(tlb, p, a) tlb_remove_ptdesc(tlb, virt_to_ptdesc(p))
#define __pud_free_tlb(tlb, p, a) tlb_remove_ptdesc(tlb, virt_to_ptdesc(p))
#elif LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
#define __pte_free_tlb(tlb, p, a) do { pagetable_pte_dtor(page_ptdesc(p)); tlb_remove_page_ptdesc(tlb, page_ptdesc(p)); } while (0)
#define __pmd_free_tlb(tlb, p, a) do { pagetable_pmd_dtor(virt_to_ptdesc(p)); tlb_remove_page_ptdesc(tlb, virt_to_ptdesc(p)); } while (0)
#define __pud_free_tlb(tlb, p, a) do { pagetable_pud_dtor(virt_to_ptdesc(p)); tlb_remove_page_ptdesc(tlb, virt_to_ptdesc(p)); } while (0)
#else
#define __pte_free_tlb(tlb, p, a) do { pgtable_pte_page_dtor(p); tlb_remove_table(tlb, p); } while (0)
#define __pmd_free_tlb(tlb, p, a) do { pgtable_pmd_page_dtor(virt_to_page(p)); tlb_remove_table(tlb, virt_to_page(p)); } while (0)
#define __pud_free_tlb(tlb, p, a) tlb_remove_table(tlb, virt_to_page(p))
#endif
#endif
