/* SPDX-License-Identifier: GPL-2.0-only */
/* Ranges of input addresses that are invalidated. */
#ifndef SYSTEM_IOMMU_RANGE_H
#define SYSTEM_IOMMU_RANGE_H

#include <linux/bitops.h>

#include "system/memory/frames.h"

/* Both ends belong to it. */
struct sys_range {
	u64 first, last;
	u64 leaf_bytes; /* of the smallest leaf in it; 0: not known, and tables may be gone */
};

#define SYS_RANGE_ALL ((struct sys_range){0, ~0ULL, 0})

/* Those that the range has a part of. */
static inline u64 sys_range_nr_pages(struct sys_range range)
{
	return (range.last >> SYS_PAGE_LG2) - (range.first >> SYS_PAGE_LG2) + 1;
}

/*
 * The smallest aligned power of two of pages that has the range in it, which is what
 * hardware can be told: how many, and where it begins. What is beside the range is
 * forgotten too, which costs time and nothing else.
 */
static inline u32 sys_range_pages_lg2(struct sys_range range)
{
	return fls64(range.first >> SYS_PAGE_LG2 ^ range.last >> SYS_PAGE_LG2);
}

static inline u64 sys_range_base(struct sys_range range)
{
	u32 lg2 = SYS_PAGE_LG2 + sys_range_pages_lg2(range);

	return lg2 >= 64 ? 0 : range.first & ~((1ULL << lg2) - 1);
}

#endif
