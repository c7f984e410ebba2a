// SPDX-License-Identifier: GPL-2.0-only
/*
 * In place of kernel/locking/lockdep.c, where that is not linked: what locks tell it goes to the
 * machine, which has statistics under the kernel's names, and knows who waits for whom. Nothing is
 * checked.
 */
#include <linux/debug_locks.h>
#include <linux/lockdep.h>
#include <linux/sched/mm.h>

#include "platform.h"

void lockdep_init_map_type(struct lockdep_map *map, const char *name, struct lock_class_key *key,
			   int subclass, u8 inner, u8 outer, u8 lock_type)
{
	*map = (struct lockdep_map){
		.key = key,
		.name = name,
		.wait_type_inner = inner,
		.wait_type_outer = outer,
		.lock_type = lock_type,
	};
}

void lockdep_init_task(struct task_struct *task)
{
}

/* The first cached class is not looked for here: it is the word that the machine has. */
static void **word_of(struct lockdep_map *map)
{
	return (void **)&map->class_cache[0];
}

static bool is_spinlock(const struct lockdep_map *map)
{
	return map->wait_type_inner == LD_WAIT_SPIN;
}

/* Sections of RCU, works and the like are no locks: they are wanted, and never acquired. */
void lock_acquire(struct lockdep_map *map, unsigned int subclass, int trylock, int read, int check,
		  struct lockdep_map *nest_lock, unsigned long ip)
{
	if (is_spinlock(map)) {
		ksim_spin_wanted(map->name);
		return;
	}
	if (map->wait_type_inner != LD_WAIT_SLEEP)
		return;
	ksim_lock_wanted(word_of(map), map->name, read);
	if (trylock)
		ksim_lock_acquired(word_of(map));
}

void lock_release(struct lockdep_map *map, unsigned long ip)
{
	if (map->wait_type_inner == LD_WAIT_SLEEP)
		ksim_lock_released(word_of(map));
}

void lock_contended(struct lockdep_map *map, unsigned long ip)
{
	if (map->wait_type_inner == LD_WAIT_SLEEP)
		ksim_lock_contended(word_of(map));
}

void lock_acquired(struct lockdep_map *map, unsigned long ip)
{
	if (map->wait_type_inner == LD_WAIT_SLEEP)
		ksim_lock_acquired(word_of(map));
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

/* Reclaim is none: that memory is asked for within it is no matter. */
void fs_reclaim_acquire(gfp_t gfp)
{
}

void fs_reclaim_release(gfp_t gfp)
{
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 4, 0)
void lock_sync(struct lockdep_map *map, unsigned int subclass, int read, int check,
	       struct lockdep_map *nest_lock, unsigned long ip)
{
}
#endif
