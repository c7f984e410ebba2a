/* SPDX-License-Identifier: GPL-2.0-only */
/* Changed: a class is a name (kapi/virtual/lockdep.c); lockdep_assert_held() asks the lock itself
 * who holds it. */
#ifndef _LINUX_LOCKDEP_H
#define _LINUX_LOCKDEP_H

#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/spinlock.h>

#define lockdep_assert_held(lock)                                                                  \
	_Generic((lock), struct mutex *                                                            \
		 : kapi_assert_mutex_held, spinlock_t *                                            \
		 : kapi_assert_spin_held, struct rw_semaphore *                                    \
		 : kapi_assert_rwsem_held)((void *)(lock))
#define lockdep_assert_held_write lockdep_assert_held
#define lockdep_assert_held_read lockdep_assert_held
#define lockdep_set_class(lock, key)
#define lockdep_register_key(key)
#define lockdep_unregister_key(key)

void kapi_assert_mutex_held(void *lock);
void kapi_assert_spin_held(void *lock);
void kapi_assert_rwsem_held(void *lock);

#endif
