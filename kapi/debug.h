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

/** kapi_set_console_level() - print messages more urgent than this (KERN_ digit); default 5. */
void kapi_set_console_level(int level);

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

#endif
