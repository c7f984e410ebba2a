/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's behaviour; plain bit operations are free (straight-line code), atomic ones are an
 * atomic operation on the line that the word lies on, and wait for it (kapi/virtual/word.c). */
#ifndef _LINUX_BITOPS_H
#define _LINUX_BITOPS_H

#include <linux/bits.h>
#include <linux/compiler.h>

#define BITS_TO_LONGS(nr) (((nr) + BITS_PER_LONG - 1) / BITS_PER_LONG)

static inline bool test_bit(unsigned long nr, const volatile unsigned long *addr)
{
	return addr[BIT_WORD(nr)] & BIT_MASK(nr);
}

static inline void __set_bit(unsigned long nr, volatile unsigned long *addr)
{
	((unsigned long *)addr)[BIT_WORD(nr)] |= BIT_MASK(nr);
}

static inline void __clear_bit(unsigned long nr, volatile unsigned long *addr)
{
	((unsigned long *)addr)[BIT_WORD(nr)] &= ~BIT_MASK(nr);
}

static inline bool __test_and_set_bit(unsigned long nr, volatile unsigned long *addr)
{
	bool old = test_bit(nr, addr);

	__set_bit(nr, addr);
	return old;
}

static inline bool __test_and_clear_bit(unsigned long nr, volatile unsigned long *addr)
{
	bool old = test_bit(nr, addr);

	__clear_bit(nr, addr);
	return old;
}

static __no_kcsan inline void set_bit(unsigned long nr, volatile unsigned long *addr)
{
	kapi_word_rmw(&addr[BIT_WORD(nr)]);
	addr[BIT_WORD(nr)] |= BIT_MASK(nr);
}

static __no_kcsan inline void clear_bit(unsigned long nr, volatile unsigned long *addr)
{
	kapi_word_rmw(&addr[BIT_WORD(nr)]);
	addr[BIT_WORD(nr)] &= ~BIT_MASK(nr);
}

static __no_kcsan inline bool test_and_set_bit(unsigned long nr, volatile unsigned long *addr)
{
	bool old;

	kapi_word_rmw(&addr[BIT_WORD(nr)]);
	old = addr[BIT_WORD(nr)] & BIT_MASK(nr);
	addr[BIT_WORD(nr)] |= BIT_MASK(nr);
	return old;
}

static __no_kcsan inline bool test_and_clear_bit(unsigned long nr, volatile unsigned long *addr)
{
	bool old;

	kapi_word_rmw(&addr[BIT_WORD(nr)]);
	old = addr[BIT_WORD(nr)] & BIT_MASK(nr);
	addr[BIT_WORD(nr)] &= ~BIT_MASK(nr);
	return old;
}

static inline unsigned long __ffs(unsigned long word)
{
	return __builtin_ctzl(word);
}

static inline unsigned long __fls(unsigned long word)
{
	return 63 - __builtin_clzl(word);
}

static inline int fls(unsigned int x)
{
	return x ? 32 - __builtin_clz(x) : 0;
}

static inline int fls64(u64 x)
{
	return x ? 64 - __builtin_clzll(x) : 0;
}

#define hweight32(w) __builtin_popcount(w)
#define hweight64(w) __builtin_popcountll(w)
static inline unsigned long hweight_long(unsigned long w)
{
	return __builtin_popcountl(w);
}

unsigned long find_next_bit(const unsigned long *addr, unsigned long size, unsigned long offset);
unsigned long find_next_zero_bit(const unsigned long *addr, unsigned long size,
				 unsigned long offset);
#define find_first_bit(addr, size) find_next_bit(addr, size, 0)
#define find_first_zero_bit(addr, size) find_next_zero_bit(addr, size, 0)
#define for_each_set_bit(bit, addr, size)                                                          \
	for ((bit) = find_next_bit((addr), (size), 0); (bit) < (size);                             \
	     (bit) = find_next_bit((addr), (size), (bit) + 1))

#endif
