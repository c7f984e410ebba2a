/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's behaviour: 4 levels of 4 KiB. */
#ifndef _ASM_SIM_PGTABLE_H
#define _ASM_SIM_PGTABLE_H
#define PMD_SHIFT 21
#define PMD_SIZE (1UL << PMD_SHIFT)
#define PMD_MASK (~(PMD_SIZE - 1))
#define PUD_SHIFT 30
#define PUD_SIZE (1UL << PUD_SHIFT)
#define PUD_MASK (~(PUD_SIZE - 1))
#define PGDIR_SHIFT 39
#define PGDIR_SIZE (1UL << PGDIR_SHIFT)
#define PGDIR_MASK (~(PGDIR_SIZE - 1))
#define PTRS_PER_PGD 512
#define PTRS_PER_PUD 512
#define PTRS_PER_PMD 512
#define PTRS_PER_PTE 512
#define USER_PTRS_PER_PGD (TASK_SIZE / PGDIR_SIZE)
#define VMALLOC_START (1UL << 62)
#define VMALLOC_END ((1UL << 62) + (1UL << 40))
#define MODULES_VADDR VMALLOC_START
#define MODULES_END VMALLOC_END
#define FIRST_USER_ADDRESS 0UL
#include <asm-generic/pgtable-nop4d.h>
#include <asm/page.h>
#include <asm/processor.h>
#ifndef __ASSEMBLY__
#include <linux/mm_types.h>
#include <asm/fixmap.h>
#include <asm/pte_bits.h>
#define SIM_PROT(x) __pgprot(SIM_PAGE | (x))
/* Present, and nothing for a user: an entry that is not present would be a swap entry. */
#define PAGE_NONE SIM_PROT(SIM_PTE_RDONLY)
#define PAGE_SHARED SIM_PROT(SIM_PTE_USER | SIM_PTE_WRITE)
#define PAGE_COPY SIM_PROT(SIM_PTE_USER | SIM_PTE_RDONLY)
#define PAGE_READONLY SIM_PROT(SIM_PTE_USER | SIM_PTE_RDONLY)
#define PAGE_KERNEL SIM_PROT(SIM_PTE_WRITE)
#include <linux/version.h>
/* Of the RAM: the IOMMU is shown it. Since 7.0 the kernel has a name for it. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(7, 0, 0)
extern struct page *ksim_zero_page;
#define ZERO_PAGE(a) ksim_zero_page
#endif
#define pte_none(p) (!pte_val(p))
#define pte_present(p) (pte_val(p) & SIM_PTE_VALID)
#define pte_write(p) ((pte_val(p) & (SIM_PTE_WRITE | SIM_PTE_RDONLY)) == SIM_PTE_WRITE)
#define pte_young(p) (!!(pte_val(p) & SIM_PTE_AF))
#define pte_dirty(p) (!!(pte_val(p) & SIM_PTE_DIRTY))
#define pte_special(p) (!!(pte_val(p) & SIM_PTE_SPECIAL))
#define pte_pfn(p) ((pte_val(p) & SIM_PTE_ADDR) >> PAGE_SHIFT)
#define pte_page(p) pfn_to_page(pte_pfn(p))
#define pfn_pte(pfn, prot) __pte(((unsigned long)(pfn) << PAGE_SHIFT) | pgprot_val(prot))
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 16, 0)
#define mk_pte(page, prot) pfn_pte(page_to_pfn(page), prot)
#endif
static inline pte_t pte_mkwrite_novma(pte_t p) { return __pte((pte_val(p) | SIM_PTE_WRITE) & ~SIM_PTE_RDONLY); }
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
#define pte_mkwrite pte_mkwrite_novma
#endif
static inline pte_t pte_wrprotect(pte_t p) { return __pte((pte_val(p) & ~SIM_PTE_WRITE) | SIM_PTE_RDONLY); }
static inline pte_t pte_mkyoung(pte_t p) { return __pte(pte_val(p) | SIM_PTE_AF); }
static inline pte_t pte_mkold(pte_t p) { return __pte(pte_val(p) & ~SIM_PTE_AF); }
static inline pte_t pte_mkdirty(pte_t p) { return __pte(pte_val(p) | SIM_PTE_DIRTY); }
static inline pte_t pte_mkclean(pte_t p) { return __pte(pte_val(p) & ~SIM_PTE_DIRTY); }
static inline pte_t pte_mkspecial(pte_t p) { return __pte(pte_val(p) | SIM_PTE_SPECIAL); }
static inline pte_t pte_modify(pte_t p, pgprot_t n) { return __pte((pte_val(p) & SIM_PTE_ADDR) | pgprot_val(n)); }
static inline void set_pte(pte_t *p, pte_t v) { *p = v; }
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
#define set_pte_at(mm, a, p, v) set_pte(p, v)
#endif
#define pte_clear(mm, a, p) set_pte(p, __pte(0))
#define pmd_none(p) (!pmd_val(p))
#define pmd_present(p) (pmd_val(p) & SIM_PTE_VALID)
#define pmd_bad(p) (!sim_is_table(pmd_val(p)))
#define pmd_leaf(p) (pmd_present(p) && pmd_bad(p))
#define pmd_pfn(p) ((pmd_val(p) & SIM_PTE_ADDR) >> PAGE_SHIFT)
#define pmd_page(p) pfn_to_page(pmd_pfn(p))
#define pmd_page_vaddr(p) ((unsigned long)__va(pmd_val(p) & SIM_PTE_ADDR))
#define pmd_clear(p) (*(p) = __pmd(0))
#define set_pmd(p, v) (*(p) = (v))
#define pud_none(p) (!pud_val(p))
#define pud_present(p) (pud_val(p) & SIM_PTE_VALID)
#define pud_bad(p) (!sim_is_table(pud_val(p)))
#define pud_leaf(p) (pud_present(p) && pud_bad(p))
#define pud_pfn(p) ((pud_val(p) & SIM_PTE_ADDR) >> PAGE_SHIFT)
#define pud_page(p) pfn_to_page(pud_pfn(p))
#define pud_pgtable(p) ((pmd_t *)__va(pud_val(p) & SIM_PTE_ADDR))
#define pud_clear(p) (*(p) = __pud(0))
#define set_pud(p, v) (*(p) = (v))
#define p4d_pgtable(p) ((pud_t *)__va(pgd_val((p).pgd) & SIM_PTE_ADDR))
#define pte_ERROR(e) do { } while (0)
#define pmd_ERROR(e) do { } while (0)
#define pud_ERROR(e) do { } while (0)
#define pgd_ERROR(e) do { } while (0)
#define p4d_none(p) (!p4d_val(p))
#define p4d_present(p) (p4d_val(p) & SIM_PTE_VALID)
#define p4d_bad(p) (!sim_is_table(p4d_val(p)))
#define p4d_clear(p) (*(p) = __p4d(0))
#define set_p4d(p, v) (*(p) = (v))
#define p4d_page(p) pfn_to_page((p4d_val(p) & SIM_PTE_ADDR) >> PAGE_SHIFT)
extern pgd_t swapper_pg_dir[];
#define __swp_type(e) ((e).val & 31)
#define __swp_offset(e) ((e).val >> 8)
#define __swp_entry(t, o) ((swp_entry_t){ (t) | ((o) << 8) })
#define __pte_to_swp_entry(p) ((swp_entry_t){ pte_val(p) })
#define __swp_entry_to_pte(e) ((pte_t){ (e).val })
#define __HAVE_ARCH_PTE_SWP_EXCLUSIVE
static inline int pte_swp_exclusive(pte_t p) { return !!(pte_val(p) & SIM_PTE_SWP_EXCL); }
static inline pte_t pte_swp_mkexclusive(pte_t p) { return __pte(pte_val(p) | SIM_PTE_SWP_EXCL); }
static inline pte_t pte_swp_clear_exclusive(pte_t p) { return __pte(pte_val(p) & ~SIM_PTE_SWP_EXCL); }
#define update_mmu_cache(v, a, p) do { } while (0)
#define update_mmu_cache_range(vmf, v, a, p, n) do { } while (0)
#define pgprot_noncached(p) (p)
#define pgprot_writecombine(p) (p)
#define PFN_PTE_SHIFT PAGE_SHIFT
#include <asm/tlbflush.h> /* as arm64 has it */
#endif
#endif
