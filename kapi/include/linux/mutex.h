/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's behaviour and cost (sim/lock.h): spins while the owner runs, sleeps when it does
 * not. No signals: the interruptible forms always succeed. */
#ifndef _LINUX_MUTEX_H
#define _LINUX_MUTEX_H

#include <linux/compiler.h>
#include <linux/lockdep_types.h>

struct mutex {
	kapi_mutex_t world;
	const char *name; /* class */
	u32 epoch;	  /* machine that it was made for */
};

#define __MUTEX_INITIALIZER(lockname)                                                              \
	{                                                                                          \
		.name = #lockname                                                                  \
	}
#define DEFINE_MUTEX(mutexname) struct mutex mutexname = __MUTEX_INITIALIZER(mutexname)

void __mutex_init(struct mutex *lock, const char *name, struct lock_class_key *key);
void kapi_mutex_lock(struct mutex *lock, const kapi_site_t *site);
void kapi_mutex_lock_nested(struct mutex *lock, const kapi_site_t *site);
int mutex_trylock(struct mutex *lock);
void mutex_unlock(struct mutex *lock);
bool mutex_is_locked(struct mutex *lock);
void mutex_destroy(struct mutex *lock);

#define mutex_init(mutex)                                                                          \
	do {                                                                                       \
		static struct lock_class_key __key;                                                \
                                                                                                   \
		__mutex_init((mutex), #mutex, &__key);                                             \
	} while (0)

#define mutex_lock(lock) kapi_mutex_lock((lock), KAPI_SITE)
#define mutex_lock_nested(lock, subclass) kapi_mutex_lock_nested((lock), KAPI_SITE)
#define mutex_lock_interruptible(lock)                                                             \
	({                                                                                         \
		mutex_lock(lock);                                                                  \
		0;                                                                                 \
	})
#define mutex_lock_killable(lock) mutex_lock_interruptible(lock)

#endif
