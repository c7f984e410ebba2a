/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's behaviour and cost (sim/lock.h). No signals: the killable forms always succeed.
 */
#ifndef _LINUX_RWSEM_H
#define _LINUX_RWSEM_H

#include <linux/compiler.h>
#include <linux/lockdep_types.h>

struct rw_semaphore {
	kapi_rwsem_t world;
	const char *name; /* class */
	u32 epoch;	  /* machine that it was made for */
};

#define __RWSEM_INITIALIZER(lockname)                                                              \
	{                                                                                          \
		.name = #lockname                                                                  \
	}
#define DECLARE_RWSEM(lockname) struct rw_semaphore lockname = __RWSEM_INITIALIZER(lockname)

void __init_rwsem(struct rw_semaphore *sem, const char *name, struct lock_class_key *key);
void kapi_down_read(struct rw_semaphore *sem, const kapi_site_t *site);
void kapi_down_write(struct rw_semaphore *sem, const kapi_site_t *site);
int down_read_trylock(struct rw_semaphore *sem);
int down_write_trylock(struct rw_semaphore *sem);
void up_read(struct rw_semaphore *sem);
void up_write(struct rw_semaphore *sem);
int rwsem_is_locked(struct rw_semaphore *sem);

#define init_rwsem(sem)                                                                            \
	do {                                                                                       \
		static struct lock_class_key __key;                                                \
                                                                                                   \
		__init_rwsem((sem), #sem, &__key);                                                 \
	} while (0)

#define down_read(sem) kapi_down_read((sem), KAPI_SITE)
#define down_write(sem) kapi_down_write((sem), KAPI_SITE)
#define down_read_killable(sem)                                                                    \
	({                                                                                         \
		down_read(sem);                                                                    \
		0;                                                                                 \
	})
#define down_write_killable(sem)                                                                   \
	({                                                                                         \
		down_write(sem);                                                                   \
		0;                                                                                 \
	})

#endif
