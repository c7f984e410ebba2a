/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's behaviour. RAM is one block of the host's memory: __pa() and __va() are a
 * difference. */
#ifndef _ASM_SIM_PAGE_H
#define _ASM_SIM_PAGE_H
#include <linux/const.h>
#include <ksim.h>
#define VA_BITS 48 /* arm64: asm/memory.h */
#define vabits_actual 48
#if __has_include(<vdso/page.h>)
#include <vdso/page.h>
#else
#define PAGE_SHIFT 12
#define PAGE_SIZE (_AC(1, UL) << PAGE_SHIFT)
#define PAGE_MASK (~(PAGE_SIZE - 1))
#endif
#ifndef __ASSEMBLY__
#define clear_page(p) memset((void *)(p), 0, PAGE_SIZE)
#define copy_page(to, from) memcpy((to), (from), PAGE_SIZE)
#define clear_user_page(p, v, pg) clear_page(p)
#define copy_user_page(to, from, v, pg) copy_page(to, from)
typedef struct { unsigned long pte; } pte_t;
typedef struct { unsigned long pmd; } pmd_t;
typedef struct { unsigned long pud; } pud_t;
typedef struct { unsigned long pgd; } pgd_t;
typedef struct { unsigned long pgprot; } pgprot_t;
struct page;
typedef struct page *pgtable_t;
#define pte_val(x) ((x).pte)
#define pmd_val(x) ((x).pmd)
#define pud_val(x) ((x).pud)
#define pgd_val(x) ((x).pgd)
#define pgprot_val(x) ((x).pgprot)
#define __pte(x) ((pte_t){ (x) })
#define __pmd(x) ((pmd_t){ (x) })
#define __pud(x) ((pud_t){ (x) })
#define __pgd(x) ((pgd_t){ (x) })
#define __pgprot(x) ((pgprot_t){ (x) })
/* Where RAM is for software, and for hardware: linux/platform/pages.c. */
extern unsigned long ksim_ram_va, ksim_ram_pa, ksim_ram_bytes;
#define PAGE_OFFSET ksim_ram_va
#define ARCH_PFN_OFFSET (ksim_ram_pa >> PAGE_SHIFT)
#define __pa(x) ((unsigned long)(x) - ksim_ram_va + ksim_ram_pa)
#define __va(x) ((void *)((unsigned long)(x) - ksim_ram_pa + ksim_ram_va))
#define virt_to_pfn(x) (__pa(x) >> PAGE_SHIFT)
#define pfn_to_virt(x) __va((unsigned long)(x) << PAGE_SHIFT)
#define virt_to_page(x) pfn_to_page(virt_to_pfn(x))
#define page_to_virt(p) pfn_to_virt(page_to_pfn(p))
#define virt_addr_valid(x) ((unsigned long)(x) - ksim_ram_va < ksim_ram_bytes)
#define pfn_valid(pfn) (((unsigned long)(pfn) << PAGE_SHIFT) - ksim_ram_pa < ksim_ram_bytes)
#define VM_DATA_DEFAULT_FLAGS VM_DATA_FLAGS_NON_EXEC
#include <asm-generic/memory_model.h>
#ifndef phys_to_page
#define phys_to_page(pa) pfn_to_page((pa) >> PAGE_SHIFT)
#endif
#ifndef page_to_phys
#define page_to_phys(p) ((phys_addr_t)page_to_pfn(p) << PAGE_SHIFT)
#endif
#include <asm-generic/getorder.h>
#endif
#endif
