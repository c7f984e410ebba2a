/* SPDX-License-Identifier: GPL-2.0-only */
/* Changed: spinlocks are sim/'s queued ones, which take the steps of Linux's; a rwlock is a
 * spinlock. */
#ifndef _ASM_SIM_SPINLOCK_H
#define _ASM_SIM_SPINLOCK_H
#include <asm/charge.h>
#define arch_spin_lock(l) ksim_spin_lock(&(l)->sim)
#define arch_spin_trylock(l) ksim_spin_trylock(&(l)->sim)
#define arch_spin_unlock(l) ksim_spin_unlock(&(l)->sim)
#define arch_spin_is_locked(l) ksim_spin_is_locked(&(l)->sim)
#define arch_spin_is_contended(l) 0
#define arch_spin_value_unlocked(l) (!ksim_spin_is_locked(&(l).sim))
#define arch_read_lock(l) ksim_spin_lock(&(l)->sim)
#define arch_write_lock(l) ksim_spin_lock(&(l)->sim)
#define arch_read_trylock(l) ksim_spin_trylock(&(l)->sim)
#define arch_write_trylock(l) ksim_spin_trylock(&(l)->sim)
#define arch_read_unlock(l) ksim_spin_unlock(&(l)->sim)
#define arch_write_unlock(l) ksim_spin_unlock(&(l)->sim)
#endif
