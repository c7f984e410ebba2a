/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub: no user mode, no traps. */
#ifndef _ASM_SIM_PTRACE_H
#define _ASM_SIM_PTRACE_H
#ifndef __ASSEMBLY__
#include <uapi/asm/ptrace.h>
struct pt_regs { unsigned long ip, sp, flags; };
#define user_mode(r) 0
#define instruction_pointer(r) ((r)->ip)
#define instruction_pointer_set(r, v) ((r)->ip = (v))
#define user_stack_pointer(r) ((r)->sp)
#define profile_pc(r) ((r)->ip)
#define arch_has_single_step() 0
#endif
#endif
