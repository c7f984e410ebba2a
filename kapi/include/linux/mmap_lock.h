/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's. */
#ifndef _LINUX_MMAP_LOCK_H
#define _LINUX_MMAP_LOCK_H

#include <linux/mm_types.h>
#include <linux/rwsem.h>

#define mmap_read_lock(mm) down_read(&(mm)->mmap_lock)
#define mmap_read_unlock(mm) up_read(&(mm)->mmap_lock)
#define mmap_read_trylock(mm) down_read_trylock(&(mm)->mmap_lock)
#define mmap_read_lock_killable(mm)                                                                \
	({                                                                                         \
		mmap_read_lock(mm);                                                                \
		0;                                                                                 \
	})
#define mmap_write_lock(mm) down_write(&(mm)->mmap_lock)
#define mmap_write_unlock(mm) up_write(&(mm)->mmap_lock)
#define mmap_assert_locked(mm) kapi_assert_rwsem_held(&(mm)->mmap_lock)

void kapi_assert_rwsem_held(void *sem);

#endif
