/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a test or a detector asks of the kernel API: bugs and warnings that
 * kernel code met, injected allocation failures, memory not given back.
 */
#ifndef KAPI_DEBUG_H
#define KAPI_DEBUG_H

#include "sim/types.h"

/** kapi_bug() - BUG(): print condition, seed and simulated time, abort. */
_Noreturn void kapi_bug(const char *cond, const char *file, int line, const char *func);

/** kapi_warn() - WARN(): print, with the simulated time, and count. */
void __attribute__((__format__(printf, 4, 5)))
kapi_warn(const char *file, int line, const char *func, const char *fmt, ...);

/** kapi_warnings() - warnings since kapi_init(). */
u64 kapi_warnings(void);

/** kapi_quiet_warnings() - count the next @nr warnings without printing them. */
void kapi_quiet_warnings(u64 nr);

/** kapi_set_console_level() - print messages more urgent than this (KERN_ digit); default 5. 0:
 * WARN() neither. */
void kapi_set_console_level(int level);

/** kapi_lockdep_found() - the first order of locks that can deadlock, in words; NULL: none. Where
 * schedules are explored, in any of them. */
const char *kapi_lockdep_found(void);

/** kapi_log() - all that was said, up to 1 MiB; never NULL. */
const char *kapi_log(void);

/**
 * kapi_fail_nth() - let the @nth allocation from now on fail, once
 * Counted are kmalloc() and its relatives, slab caches, array nodes, threads
 * and work queues; __GFP_NOFAIL is exempt.
 * @nth: 1: the next; 0: none
 */
void kapi_fail_nth(u64 nth);

/** kapi_fail_nth_left() - 0: it has failed (or none was asked for), else how many are left. */
u64 kapi_fail_nth_left(void);

/** kapi_slab_objects() - objects allocated and not freed. */
u64 kapi_slab_objects(void);

/** kapi_slab_bytes() - their bytes, as asked for. */
u64 kapi_slab_bytes(void);

/** kapi_slab_mark() - a moment, for kapi_slab_leaks(). */
u64 kapi_slab_mark(void);

/** kapi_slab_leaks() - objects allocated since @mark and not freed: a defect each. Return: how
 * many.
 */
u64 kapi_slab_leaks(u64 mark);

/**
 * kapi_slab_is_left() - does @address lie in an object that was allocated since @mark, and not
 * freed? Return: is a line in @text that says which?
 */
bool kapi_slab_is_left(u64 address, u64 mark, char *text, size_t bytes);

/** kapi_slab_keep() - an object of kapi's own, which stays as long as the machine. */
void kapi_slab_keep(void *object);

/**
 * kapi_slab_check() - were freed objects that are held back written to? A defect each.
 * Context: anywhere; takes no time.
 */
void kapi_slab_check(void);

/**
 * kapi_slab_blame() - does @address lie in a freed object that is held back?
 * Return: is a line in @text that says which and where it was freed?
 */
bool kapi_slab_blame(u64 address, char *text, size_t bytes);

/** kapi_check_locks() - locks beyond the first @nr that the running thread holds: a defect each.
 * @what: has ended. */
void kapi_check_locks(u32 nr, const char *what);
/** kapi_nr_locks() - that the running thread holds. */
u32 kapi_nr_locks(void);

#endif
