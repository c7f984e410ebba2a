// SPDX-License-Identifier: GPL-2.0-only
/*
 * What locks tell lock_stat goes to the machine, which has statistics under the kernel's names, and
 * knows who waits for whom. Where kernel/locking/lockdep.c is linked it is told, too, under names
 * that linux/link gives it (the lists of hooks); nolockdep.c is there in its place otherwise.
 */
#include <linux/lockdep.h>

#include "platform.h"

#ifdef CONFIG_PROVE_LOCKING
void ksim_hook_lockdep_init_map_type(struct lockdep_map *map, const char *name,
				     struct lock_class_key *key, int subclass, u8 inner, u8 outer,
				     u8 lock_type);
void ksim_hook_lock_acquire(struct lockdep_map *map, unsigned int subclass, int trylock, int read,
			    int check, struct lockdep_map *nest_lock, unsigned long ip);
void ksim_hook_lock_release(struct lockdep_map *map, unsigned long ip);
#else
static void ksim_hook_lockdep_init_map_type(struct lockdep_map *map, const char *name,
					    struct lock_class_key *key, int subclass, u8 inner,
					    u8 outer, u8 lock_type)
{
	*map = (struct lockdep_map){
		.key = key,
		.name = name,
		.wait_type_inner = inner,
		.wait_type_outer = outer,
		.lock_type = lock_type,
	};
}

static void ksim_hook_lock_acquire(struct lockdep_map *map, unsigned int subclass, int trylock,
				   int read, int check, struct lockdep_map *nest_lock,
				   unsigned long ip)
{
}

static void ksim_hook_lock_release(struct lockdep_map *map, unsigned long ip)
{
}
#endif

/* Where lockdep.c's own lock_stat, which nobody calls here, has the last contention's place. */
static void **word_of(struct lockdep_map *map)
{
	return (void **)&map->ip;
}

void lockdep_init_map_type(struct lockdep_map *map, const char *name, struct lock_class_key *key,
			   int subclass, u8 inner, u8 outer, u8 lock_type)
{
	ksim_hook_lockdep_init_map_type(map, name, key, subclass, inner, outer, lock_type);
	*word_of(map) = NULL;
}

static bool is_spinlock(const struct lockdep_map *map)
{
	return map->wait_type_inner == LD_WAIT_SPIN;
}

/* Sections of RCU, works and the like are no locks: they are wanted, and never acquired. */
void lock_acquire(struct lockdep_map *map, unsigned int subclass, int trylock, int read, int check,
		  struct lockdep_map *nest_lock, unsigned long ip)
{
	ksim_hook_lock_acquire(map, subclass, trylock, read, check, nest_lock, ip);
	if (is_spinlock(map)) {
		ksim_spin_wanted(map->name, ip);
		return;
	}
	if (map->wait_type_inner != LD_WAIT_SLEEP)
		return;
	ksim_lock_wanted(word_of(map), map->name, read, ip);
	if (trylock)
		ksim_lock_acquired(word_of(map));
}

void lock_release(struct lockdep_map *map, unsigned long ip)
{
	ksim_hook_lock_release(map, ip);
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
