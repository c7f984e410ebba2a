// SPDX-License-Identifier: GPL-2.0-only
/* In place of kernel/locking/lockdep.c, where that is not linked: nothing is checked. */
#include <linux/debug_locks.h>
#include <linux/lockdep.h>
#include <linux/sched/mm.h>

#include "platform.h"

#ifndef CONFIG_PROVE_LOCKING
void lockdep_init_task(struct task_struct *task)
{
}

void ksim_lockdep_init(void)
{
}

void ksim_hardirq_enter(void)
{
}

void ksim_hardirq_exit(void)
{
}

int lock_is_held_type(const struct lockdep_map *map, int read)
{
	return LOCK_STATE_UNKNOWN;
}

void lock_downgrade(struct lockdep_map *map, unsigned long ip)
{
}

void lock_set_class(struct lockdep_map *map, const char *name, struct lock_class_key *key,
		    unsigned int subclass, unsigned long ip)
{
	map->name = name;
	map->key = key;
}

void lockdep_register_key(struct lock_class_key *key)
{
}

void lockdep_unregister_key(struct lock_class_key *key)
{
}

struct pin_cookie lock_pin_lock(struct lockdep_map *map)
{
	return NIL_COOKIE;
}

void lock_unpin_lock(struct lockdep_map *map, struct pin_cookie cookie)
{
}

void debug_check_no_locks_freed(const void *from, unsigned long bytes)
{
}

void debug_check_no_locks_held(void)
{
}

int rcu_read_lock_held(void);
int rcu_read_lock_bh_held(void);
int rcu_read_lock_sched_held(void);
int rcu_read_lock_any_held(void);
int debug_lockdep_rcu_enabled(void);

struct lockdep_map rcu_lock_map, rcu_bh_lock_map, rcu_sched_lock_map, rcu_callback_map;

int rcu_read_lock_held(void)
{
	return 1;
}

int rcu_read_lock_bh_held(void)
{
	return 1;
}

int rcu_read_lock_sched_held(void)
{
	return 1;
}

int rcu_read_lock_any_held(void)
{
	return 1;
}

int debug_lockdep_rcu_enabled(void)
{
	return 0;
}

/* As lockdep has it, without queued ones. */
bool read_lock_is_recursive(void)
{
	return true;
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
void lock_sync(struct lockdep_map *map, unsigned int subclass, int read, int check,
	       struct lockdep_map *nest_lock, unsigned long ip)
{
}
#endif
#endif

/* Reclaim is none: that memory is asked for within it is no matter. */
void fs_reclaim_acquire(gfp_t gfp)
{
}

void fs_reclaim_release(gfp_t gfp)
{
}
