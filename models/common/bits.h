/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Bits and fields of words, with the kernel's names. Each is left alone where
 * <linux/bits.h> or <linux/bitfield.h> (the kernel's or kapi's) came first.
 * Masks are constants; a value that does not fit its field is cut off.
 */
#ifndef MODELS_COMMON_BITS_H
#define MODELS_COMMON_BITS_H

#include "sim/types.h"

#ifndef BIT_ULL
#define BIT_ULL(nr) (1ULL << (nr))
#endif

#ifndef GENMASK_ULL
#define GENMASK_ULL(h, l) (((~0ULL) << (l)) & (~0ULL >> (63 - (h))))
#endif

#ifndef FIELD_GET
#define FIELD_GET(mask, reg) ((__typeof__(mask))(((reg) & (mask)) >> __builtin_ctzll(mask)))
#endif

#ifndef FIELD_PREP
#define FIELD_PREP(mask, val) (((__typeof__(mask))(val) << __builtin_ctzll(mask)) & (mask))
#endif

/** lg2_mask() - the low @lg2 bits set; @lg2 is 0 to 64. */
static inline u64 lg2_mask(u32 lg2)
{
	return lg2 >= 64 ? ~0ULL : (1ULL << lg2) - 1;
}

static inline u64 min_u64(u64 a, u64 b)
{
	return a < b ? a : b;
}

static inline u64 max_u64(u64 a, u64 b)
{
	return a > b ? a : b;
}

/*
 * Words in simulated memory are little-endian, whatever the host is.
 */
static inline u64 le64_load(const void *from)
{
	u64 value;

	__builtin_memcpy(&value, from, sizeof(value));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	value = __builtin_bswap64(value);
#endif
	return value;
}

static inline void le64_store(void *to, u64 value)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	value = __builtin_bswap64(value);
#endif
	__builtin_memcpy(to, &value, sizeof(value));
}

static inline u32 le32_load(const void *from)
{
	u32 value;

	__builtin_memcpy(&value, from, sizeof(value));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	value = __builtin_bswap32(value);
#endif
	return value;
}

static inline void le32_store(void *to, u32 value)
{
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	value = __builtin_bswap32(value);
#endif
	__builtin_memcpy(to, &value, sizeof(value));
}

#endif
