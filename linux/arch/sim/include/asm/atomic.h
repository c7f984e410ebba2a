/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's behaviour; each read-modify-write moves the cache line it is on. */
#ifndef _ASM_SIM_ATOMIC_H
#define _ASM_SIM_ATOMIC_H
#include <linux/types.h>
#include <asm/barrier.h>
#include <asm/cmpxchg.h>
#include <asm/charge.h>

#define arch_atomic_read(v) READ_ONCE((v)->counter)
#define arch_atomic_set(v, i) WRITE_ONCE((v)->counter, (i))
#define arch_atomic64_read(v) READ_ONCE((v)->counter)
#define arch_atomic64_set(v, i) WRITE_ONCE((v)->counter, (i))
#define ATOMIC64_INIT(i) { (i) }

#define SIM_OP(p, t, c, op, o)                                                                     \
	static __always_inline void arch_##p##_##op(c i, t *v)                                     \
	{ ksim_line_atomic(v); v->counter = v->counter o i; }
#define SIM_FETCH(p, t, c, op, o)                                                                  \
	static __always_inline c arch_##p##_fetch_##op(c i, t *v)                                  \
	{ c old; ksim_line_atomic(v); old = v->counter; v->counter = old o i; return old; }
#define SIM_RET(p, t, c, op, o)                                                                    \
	static __always_inline c arch_##p##_##op##_return(c i, t *v)                               \
	{ ksim_line_atomic(v); return v->counter = v->counter o i; }
#define SIM_ALL(p, t, c)                                                                           \
	SIM_OP(p, t, c, add, +) SIM_OP(p, t, c, sub, -) SIM_OP(p, t, c, and, &)                    \
	SIM_OP(p, t, c, or, |) SIM_OP(p, t, c, xor, ^) SIM_OP(p, t, c, andnot, &~)                 \
	SIM_FETCH(p, t, c, add, +) SIM_FETCH(p, t, c, sub, -) SIM_FETCH(p, t, c, and, &)           \
	SIM_FETCH(p, t, c, or, |) SIM_FETCH(p, t, c, xor, ^) SIM_FETCH(p, t, c, andnot, &~)        \
	SIM_RET(p, t, c, add, +) SIM_RET(p, t, c, sub, -)                                          \
	static __always_inline c arch_##p##_xchg(t *v, c n) { return arch_xchg(&v->counter, n); }  \
	static __always_inline c arch_##p##_cmpxchg(t *v, c o, c n) { return arch_cmpxchg(&v->counter, o, n); }
SIM_ALL(atomic, atomic_t, int)
SIM_ALL(atomic64, atomic64_t, s64)

#define arch_atomic_add_return arch_atomic_add_return
#define arch_atomic_sub_return arch_atomic_sub_return
#define arch_atomic_fetch_add arch_atomic_fetch_add
#define arch_atomic_fetch_sub arch_atomic_fetch_sub
#define arch_atomic_fetch_and arch_atomic_fetch_and
#define arch_atomic_fetch_or arch_atomic_fetch_or
#define arch_atomic_fetch_xor arch_atomic_fetch_xor
#define arch_atomic_fetch_andnot arch_atomic_fetch_andnot
#define arch_atomic_andnot arch_atomic_andnot
#define arch_atomic_xchg arch_atomic_xchg
#define arch_atomic_cmpxchg arch_atomic_cmpxchg
#define arch_atomic64_add_return arch_atomic64_add_return
#define arch_atomic64_sub_return arch_atomic64_sub_return
#define arch_atomic64_fetch_add arch_atomic64_fetch_add
#define arch_atomic64_fetch_sub arch_atomic64_fetch_sub
#define arch_atomic64_fetch_and arch_atomic64_fetch_and
#define arch_atomic64_fetch_or arch_atomic64_fetch_or
#define arch_atomic64_fetch_xor arch_atomic64_fetch_xor
#define arch_atomic64_fetch_andnot arch_atomic64_fetch_andnot
#define arch_atomic64_andnot arch_atomic64_andnot
#define arch_atomic64_xchg arch_atomic64_xchg
#define arch_atomic64_cmpxchg arch_atomic64_cmpxchg
#endif
