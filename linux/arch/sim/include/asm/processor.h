/* SPDX-License-Identifier: GPL-2.0-only */
/* Changed: cpu_relax() takes the time of a look, and others run meanwhile. */
#ifndef _ASM_SIM_PROCESSOR_H
#define _ASM_SIM_PROCESSOR_H
#ifndef __ASSEMBLY__
#include <ksim.h>
#include <asm/ptrace.h>
#include <asm/cpufeature.h>
#define cpu_relax() ksim_relax()
#define cpu_relax_lowlatency() ksim_relax()
#define TASK_SIZE (1UL << 47)
#define TASK_UNMAPPED_BASE (TASK_SIZE / 3)
#define __VIRTUAL_MASK_SHIFT 47 /* x86 */
#define X86_CR0_WP (1UL << 16)
#define read_cr0() X86_CR0_WP
#define STACK_TOP TASK_SIZE
#define STACK_TOP_MAX STACK_TOP
struct thread_struct { unsigned long dummy; };
#define INIT_THREAD {}
struct task_struct;
#define task_pt_regs(t) ((struct pt_regs *)0)
#define KSTK_EIP(t) 0
#define KSTK_ESP(t) 0
static inline void start_thread(struct pt_regs *r, unsigned long pc, unsigned long sp) {}
static inline unsigned long __get_wchan(struct task_struct *p) { return 0; }
extern void prefetch_dummy(void);
#endif
#endif
