/* SPDX-License-Identifier: GPL-2.0-only */
/* Changed: a CPU has no TLB; what arm64's and x86's flushes tell IOMMUs, these tell them
 * too. */
#ifndef _ASM_SIM_TLBFLUSH_H
#define _ASM_SIM_TLBFLUSH_H
#include <linux/version.h>
#include <linux/mm_types.h>
#include <linux/mmu_notifier.h> /* as arm64 has it */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 6, 0)
#define flush_tlb_mm(m) mmu_notifier_arch_invalidate_secondary_tlbs(m, 0, -1UL)
#define flush_tlb_page(v, a) mmu_notifier_arch_invalidate_secondary_tlbs((v)->vm_mm, a, (a) + PAGE_SIZE)
#define flush_tlb_range(v, a, b) mmu_notifier_arch_invalidate_secondary_tlbs((v)->vm_mm, a, b)
#else
#define flush_tlb_mm(m) do { } while (0)
#define flush_tlb_page(v, a) do { } while (0)
#define flush_tlb_range(v, a, b) do { } while (0)
#endif
#define flush_tlb_kernel_range(a, b) do { } while (0)
#define flush_tlb_all() do { } while (0)
#endif
