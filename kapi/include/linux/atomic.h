/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's behaviour. Each has a cache line of its own, which moves as sim/line.h says: a
 * read-modify-write of one that other CPUs want too waits for them, and time passes. */
#ifndef _LINUX_ATOMIC_H
#define _LINUX_ATOMIC_H

#include <linux/compiler.h>
#include <linux/types.h>

#define ATOMIC_INIT(i)                                                                             \
	{                                                                                          \
		.counter = (i)                                                                     \
	}
#define ATOMIC64_INIT(i) ATOMIC_INIT(i)
#define ATOMIC_LONG_INIT(i) ATOMIC_INIT(i)

#define KAPI_ATOMIC_OPS(type, prefix, value)                                                       \
	static inline __no_kcsan value prefix##_read(const type *v)                                \
	{                                                                                          \
		kapi_atomic_load(&v->line);                                                        \
		return READ_ONCE(v->counter);                                                      \
	}                                                                                          \
	static inline __no_kcsan void prefix##_set(type *v, value i)                               \
	{                                                                                          \
		kapi_atomic_new(&v->line);                                                         \
		WRITE_ONCE(v->counter, i);                                                         \
	}                                                                                          \
	static inline __no_kcsan value prefix##_fetch_add(value i, type *v)                        \
	{                                                                                          \
		value old;                                                                         \
                                                                                                   \
		kapi_atomic_rmw(&v->line);                                                         \
		old = v->counter;                                                                  \
		__builtin_add_overflow(old, i, &v->counter);                                       \
		return old;                                                                        \
	}                                                                                          \
	static inline __no_kcsan value prefix##_add_return(value i, type *v)                       \
	{                                                                                          \
		value old = prefix##_fetch_add(i, v);                                              \
                                                                                                   \
		__builtin_add_overflow(old, i, &old);                                              \
		return old;                                                                        \
	}                                                                                          \
	static inline __no_kcsan void prefix##_add(value i, type *v)                               \
	{                                                                                          \
		prefix##_fetch_add(i, v);                                                          \
	}                                                                                          \
	static inline __no_kcsan void prefix##_sub(value i, type *v)                               \
	{                                                                                          \
		prefix##_fetch_add(-i, v);                                                         \
	}                                                                                          \
	static inline __no_kcsan value prefix##_sub_return(value i, type *v)                       \
	{                                                                                          \
		return prefix##_add_return(-i, v);                                                 \
	}                                                                                          \
	static inline __no_kcsan void prefix##_inc(type *v)                                        \
	{                                                                                          \
		prefix##_add(1, v);                                                                \
	}                                                                                          \
	static inline __no_kcsan void prefix##_dec(type *v)                                        \
	{                                                                                          \
		prefix##_add(-1, v);                                                               \
	}                                                                                          \
	static inline __no_kcsan value prefix##_inc_return(type *v)                                \
	{                                                                                          \
		return prefix##_add_return(1, v);                                                  \
	}                                                                                          \
	static inline __no_kcsan value prefix##_dec_return(type *v)                                \
	{                                                                                          \
		return prefix##_add_return(-1, v);                                                 \
	}                                                                                          \
	static inline __no_kcsan bool prefix##_dec_and_test(type *v)                               \
	{                                                                                          \
		return prefix##_add_return(-1, v) == 0;                                            \
	}                                                                                          \
	static inline __no_kcsan bool prefix##_inc_and_test(type *v)                               \
	{                                                                                          \
		return prefix##_add_return(1, v) == 0;                                             \
	}                                                                                          \
	static inline __no_kcsan bool prefix##_sub_and_test(value i, type *v)                      \
	{                                                                                          \
		return prefix##_add_return(-i, v) == 0;                                            \
	}                                                                                          \
	static inline __no_kcsan value prefix##_xchg(type *v, value i)                             \
	{                                                                                          \
		value old;                                                                         \
                                                                                                   \
		kapi_atomic_rmw(&v->line);                                                         \
		old = v->counter;                                                                  \
		v->counter = i;                                                                    \
		return old;                                                                        \
	}                                                                                          \
	static inline __no_kcsan value prefix##_cmpxchg(type *v, value old, value new)             \
	{                                                                                          \
		value seen;                                                                        \
                                                                                                   \
		kapi_atomic_rmw(&v->line);                                                         \
		seen = v->counter;                                                                 \
		if (seen == old)                                                                   \
			v->counter = new;                                                          \
		return seen;                                                                       \
	}                                                                                          \
	static inline __no_kcsan bool prefix##_try_cmpxchg(type *v, value *old, value new)         \
	{                                                                                          \
		value seen = prefix##_cmpxchg(v, *old, new);                                       \
		bool done = seen == *old;                                                          \
                                                                                                   \
		*old = seen;                                                                       \
		return done;                                                                       \
	}                                                                                          \
	static inline __no_kcsan value prefix##_fetch_or(value mask, type *v)                      \
	{                                                                                          \
		value old;                                                                         \
                                                                                                   \
		kapi_atomic_rmw(&v->line);                                                         \
		old = v->counter;                                                                  \
		v->counter |= mask;                                                                \
		return old;                                                                        \
	}                                                                                          \
	static inline __no_kcsan value prefix##_fetch_andnot(value mask, type *v)                  \
	{                                                                                          \
		value old;                                                                         \
                                                                                                   \
		kapi_atomic_rmw(&v->line);                                                         \
		old = v->counter;                                                                  \
		v->counter &= ~mask;                                                               \
		return old;                                                                        \
	}                                                                                          \
	static inline __no_kcsan bool prefix##_add_unless(type *v, value a, value u)               \
	{                                                                                          \
		kapi_atomic_rmw(&v->line);                                                         \
		if (v->counter == u)                                                               \
			return false;                                                              \
		__builtin_add_overflow(v->counter, a, &v->counter);                                \
		return true;                                                                       \
	}                                                                                          \
	static inline __no_kcsan bool prefix##_inc_not_zero(type *v)                               \
	{                                                                                          \
		return prefix##_add_unless(v, 1, 0);                                               \
	}

KAPI_ATOMIC_OPS(atomic_t, atomic, int)
KAPI_ATOMIC_OPS(atomic64_t, atomic64, s64)
KAPI_ATOMIC_OPS(atomic_long_t, atomic_long, long)

/* Of a plain word, whose line is that on which it lies (kapi/virtual/word.c). */
#define try_cmpxchg(ptr, oldp, new)                                                                \
	({                                                                                         \
		__typeof__(ptr) __at = (ptr);                                                      \
		__typeof__(oldp) __old = (oldp);                                                   \
		__typeof__(*__at) __seen;                                                          \
		bool __done;                                                                       \
                                                                                                   \
		kapi_word_rmw(__at);                                                               \
		sim_quiet_begin();                                                                 \
		__seen = *__at;                                                                    \
		__done = __seen == *__old;                                                         \
		if (__done)                                                                        \
			*__at = (new);                                                             \
		sim_quiet_end();                                                                   \
		*__old = __seen;                                                                   \
		__done;                                                                            \
	})

#define atomic_read_acquire atomic_read
#define atomic_set_release atomic_set
#define atomic_dec_return_release atomic_dec_return

#endif
