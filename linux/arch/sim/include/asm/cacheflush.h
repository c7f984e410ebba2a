/* SPDX-License-Identifier: GPL-2.0-only */
/* Changed: memory is coherent, nothing is to be flushed. */
#include <asm-generic/cacheflush.h>
#ifndef clflush_cache_range
static inline void clflush_cache_range(void *a, unsigned int n) {}
#define clflush_cache_range clflush_cache_range
#endif
