/* SPDX-License-Identifier: GPL-2.0-only */
/* Changed: the count is of the thread or the interrupt context; sim/ schedules, so nobody asks
 * for a reschedule. */
#ifndef _ASM_SIM_PREEMPT_H
#define _ASM_SIM_PREEMPT_H
#include <asm/charge.h>
#define PREEMPT_ENABLED (0)
static inline int preempt_count(void) { return ksim_preempt_count(); }
static inline void preempt_count_set(int pc) { ksim_preempt_add(pc - ksim_preempt_count()); }
#define init_task_preempt_count(p) do { } while (0)
#define init_idle_preempt_count(p, cpu) do { } while (0)
static inline void set_preempt_need_resched(void) {}
static inline void clear_preempt_need_resched(void) {}
static inline int test_preempt_need_resched(void) { return 0; }
static inline void __preempt_count_add(int v) { ksim_preempt_add(v); }
static inline void __preempt_count_sub(int v) { ksim_preempt_add(-v); }
static inline int __preempt_count_dec_and_test(void) { ksim_preempt_add(-1); return 0; }
static inline int should_resched(int o) { return 0; }
#endif
