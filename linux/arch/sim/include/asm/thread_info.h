/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's behaviour: the flags of the generic entry code, which nobody sets. */
#ifndef _ASM_SIM_THREAD_INFO_H
#define _ASM_SIM_THREAD_INFO_H
#define THREAD_SIZE_ORDER 3
#define THREAD_SIZE (4096UL << THREAD_SIZE_ORDER)
#ifndef __ASSEMBLY__
struct thread_info { unsigned long flags; unsigned long syscall_work; unsigned int status; unsigned int cpu; };
#define INIT_THREAD_INFO(tsk) { .flags = 0 }
#endif
#define TIF_SYSCALL_TRACE 0
#define TIF_NOTIFY_RESUME 1
#define TIF_SIGPENDING 2
#define TIF_NEED_RESCHED 3
#define TIF_NOTIFY_SIGNAL 4
#define TIF_MEMDIE 5
#define TIF_POLLING_NRFLAG 16
#define TIF_RESTORE_SIGMASK 17
#define _TIF_SYSCALL_TRACE (1 << TIF_SYSCALL_TRACE)
#define _TIF_NOTIFY_RESUME (1 << TIF_NOTIFY_RESUME)
#define _TIF_SIGPENDING (1 << TIF_SIGPENDING)
#define _TIF_NEED_RESCHED (1 << TIF_NEED_RESCHED)
#define _TIF_NOTIFY_SIGNAL (1 << TIF_NOTIFY_SIGNAL)
#define _TIF_POLLING_NRFLAG (1 << TIF_POLLING_NRFLAG)
#define _TIF_UPROBE 0
#endif
