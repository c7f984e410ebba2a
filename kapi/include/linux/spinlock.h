/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's behaviour and cost (sim/lock.h): queued, FIFO. No soft interrupts exist, so _bh
 * is the plain form. */
#ifndef _LINUX_SPINLOCK_H
#define _LINUX_SPINLOCK_H

#include <linux/irqflags.h>
#include <linux/preempt.h>
#include <linux/spinlock_types.h>

void __spin_lock_init(spinlock_t *lock, const char *name, struct lock_class_key *key);
void kapi_spin_lock(spinlock_t *lock, const kapi_site_t *site);
int spin_trylock(spinlock_t *lock);
void spin_unlock(spinlock_t *lock);
int spin_is_locked(spinlock_t *lock);

#define spin_lock_init(lock)                                                                       \
	do {                                                                                       \
		static struct lock_class_key __key;                                                \
                                                                                                   \
		__spin_lock_init(lock, #lock, &__key);                                             \
	} while (0)

#define spin_lock(lock) kapi_spin_lock((lock), KAPI_SITE)
#define spin_lock_bh spin_lock
#define spin_unlock_bh spin_unlock
#define spin_lock_irq(lock)                                                                        \
	do {                                                                                       \
		local_irq_disable();                                                               \
		spin_lock(lock);                                                                   \
	} while (0)
#define spin_unlock_irq(lock)                                                                      \
	do {                                                                                       \
		spin_unlock(lock);                                                                 \
		local_irq_enable();                                                                \
	} while (0)
#define spin_lock_irqsave(lock, flags)                                                             \
	do {                                                                                       \
		local_irq_save(flags);                                                             \
		spin_lock(lock);                                                                   \
	} while (0)
#define spin_unlock_irqrestore(lock, flags)                                                        \
	do {                                                                                       \
		spin_unlock(lock);                                                                 \
		local_irq_restore(flags);                                                          \
	} while (0)
#define assert_spin_locked(lock) BUG_ON(!spin_is_locked(lock))

#define raw_spin_lock_init spin_lock_init
#define raw_spin_lock spin_lock
#define raw_spin_unlock spin_unlock
#define raw_spin_lock_irqsave spin_lock_irqsave
#define raw_spin_unlock_irqrestore spin_unlock_irqrestore

#endif
