/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's, with the compiler's type check for mixed signs only. */
#ifndef _LINUX_MINMAX_H
#define _LINUX_MINMAX_H

#include <linux/compiler.h>

#define __kapi_pick(x, op, y)                                                                      \
	({                                                                                         \
		__typeof__(x) x_ = (x);                                                            \
		__typeof__(y) y_ = (y);                                                            \
		x_ op y_ ? x_ : y_;                                                                \
	})
#ifndef min
#define min(x, y) __kapi_pick(x, <, y)
#endif
#ifndef max
#define max(x, y) __kapi_pick(x, >, y)
#endif
#define min_t(type, x, y) min((type)(x), (type)(y))
#define max_t(type, x, y) max((type)(x), (type)(y))
#define min3(x, y, z) min((__typeof__(x))min(x, y), z)
#define max3(x, y, z) max((__typeof__(x))max(x, y), z)
#define clamp(val, lo, hi) min((__typeof__(val))max(val, lo), hi)
#define clamp_t(type, val, lo, hi) min_t(type, max_t(type, val, lo), hi)
#ifndef swap
#define swap(a, b)                                                                                 \
	do {                                                                                       \
		__typeof__(a) swap_ = (a);                                                         \
		(a) = (b);                                                                         \
		(b) = swap_;                                                                       \
	} while (0)
#endif

#endif
