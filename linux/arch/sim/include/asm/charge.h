/* SPDX-License-Identifier: GPL-2.0-only */
/* Changed: of a file that only looks on (lockdep) neither cache lines nor locks are charged; nothing
 * else runs meanwhile, so that its lock is free and interrupts are off by saying so. */
#ifndef _ASM_SIM_CHARGE_H
#define _ASM_SIM_CHARGE_H
#include <ksim.h>
#ifdef KSIM_FREE
#define ksim_line_read(addr) ((void)(addr))
#define ksim_line_write(addr) ((void)(addr))
#define ksim_line_atomic(addr) ((void)(addr))
#define ksim_spin_lock(word) ((void)(word))
#define ksim_spin_trylock(word) ((void)(word), 1)
#define ksim_spin_unlock(word) ((void)(word))
#define ksim_irq_disable() ksim_irq_mark(1)
#define ksim_irq_enable() ksim_irq_mark(0)
#define ksim_preempt_add(n) ((void)(n))
#endif
#endif
