/* SPDX-License-Identifier: GPL-2.0-only */
/* Changed: a BUG prints condition, seed and simulated time and aborts; a WARN prints the simulated
 * time, counts (kapi/debug.h) and goes on. */
#ifndef _LINUX_BUG_H
#define _LINUX_BUG_H

#include <linux/build_bug.h>
#include <linux/compiler.h>

#include "kapi/debug.h"

#define BUG() kapi_bug("BUG()", __FILE__, __LINE__, __func__)
#define BUG_ON(cond)                                                                               \
	do {                                                                                       \
		if (unlikely(cond))                                                                \
			kapi_bug(#cond, __FILE__, __LINE__, __func__);                             \
	} while (0)

#define WARN_ON(cond)                                                                              \
	({                                                                                         \
		bool warn_ = !!(cond);                                                             \
		if (unlikely(warn_))                                                               \
			kapi_warn(__FILE__, __LINE__, __func__, "%s", #cond);                      \
		unlikely(warn_);                                                                   \
	})
#define WARN(cond, ...)                                                                            \
	({                                                                                         \
		bool warn_ = !!(cond);                                                             \
		if (unlikely(warn_))                                                               \
			kapi_warn(__FILE__, __LINE__, __func__, __VA_ARGS__);                      \
		unlikely(warn_);                                                                   \
	})
/* A machine that is rewound shall warn again: not once. */
#define WARN_ON_ONCE(cond) WARN_ON(cond)
#define WARN_ONCE(cond, ...) WARN(cond, __VA_ARGS__)

#endif
