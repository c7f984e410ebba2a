/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's behaviour: one host thread makes each whole; the line is moved first. */
#ifndef _ASM_SIM_CMPXCHG_H
#define _ASM_SIM_CMPXCHG_H
#include <linux/types.h>
#include <asm/charge.h>
#define arch_xchg(ptr, x)                                                                          \
	({                                                                                         \
		__typeof__(ptr) p__ = (ptr);                                                       \
		__typeof__(*(ptr)) n__ = (__typeof__(*(ptr)))(x), o__;                             \
		ksim_line_atomic(p__);                                                             \
		o__ = *p__;                                                                        \
		*p__ = n__;                                                                        \
		o__;                                                                               \
	})
#define arch_cmpxchg(ptr, o, n)                                                                    \
	({                                                                                         \
		__typeof__(ptr) p__ = (ptr);                                                       \
		__typeof__(*(ptr)) e__ = (__typeof__(*(ptr)))(o), n__ = (__typeof__(*(ptr)))(n), o__; \
		ksim_line_atomic(p__);                                                             \
		o__ = *p__;                                                                        \
		if (o__ == e__)                                                                    \
			*p__ = n__;                                                                \
		o__;                                                                               \
	})
#define arch_cmpxchg_local(ptr, o, n)                                                              \
	({                                                                                         \
		__typeof__(ptr) p__ = (ptr);                                                       \
		__typeof__(*(ptr)) o__ = *p__;                                                     \
		if (o__ == (__typeof__(*(ptr)))(o))                                                \
			*p__ = (__typeof__(*(ptr)))(n);                                            \
		o__;                                                                               \
	})
#define arch_cmpxchg64 arch_cmpxchg
#define arch_cmpxchg64_local arch_cmpxchg_local
/* VT-d's posted interrupts and 128-bit entries */
#define system_has_cmpxchg128() 1
#define arch_cmpxchg128(ptr, o, n) arch_cmpxchg(ptr, o, n)
#define arch_cmpxchg128_local(ptr, o, n) arch_cmpxchg_local(ptr, o, n)
#define arch_try_cmpxchg128(ptr, oldp, n)                                                          \
	({                                                                                         \
		__typeof__(*(ptr)) was__ = *(oldp), got__ = arch_cmpxchg128(ptr, was__, n);        \
		*(oldp) = got__;                                                                   \
		got__ == was__;                                                                    \
	})
#endif
