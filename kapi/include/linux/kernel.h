/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's, the part that we use. */
#ifndef _LINUX_KERNEL_H
#define _LINUX_KERNEL_H

#include <stdarg.h>

#include <linux/align.h>
#include <linux/bitops.h>
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/container_of.h>
#include <linux/log2.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/printk.h>
#include <linux/stddef.h>

#ifndef ARRAY_SIZE
#define ARRAY_SIZE(arr) (sizeof(arr) / sizeof((arr)[0]))
#endif
#define U8_MAX ((u8)~0U)
#define U16_MAX ((u16)~0U)
#define U32_MAX ((u32)~0U)
#define S32_MAX ((s32)(U32_MAX >> 1))
#define S32_MIN ((s32)(-S32_MAX - 1))
#define U64_MAX ((u64)~0ULL)
#define S64_MAX ((s64)(U64_MAX >> 1))
#define S64_MIN ((s64)(-S64_MAX - 1))
#ifndef INT_MAX
#define INT_MAX ((int)(~0U >> 1))
#define INT_MIN (-INT_MAX - 1)
#define UINT_MAX (~0U)
#define LONG_MAX ((long)(~0UL >> 1))
#define ULONG_MAX (~0UL)
#endif
#define upper_32_bits(n) ((u32)(((n) >> 16) >> 16))
#define lower_32_bits(n) ((u32)((n)&0xffffffff))
#define PTR_IF(cond, ptr) ((cond) ? (ptr) : NULL)

/* The host's letters, for code that has no <stdio.h>; who has includes that first.
 * Return: what it would have written / what it wrote, without the 0. */
/* NOLINTBEGIN(readability-redundant-declaration) */
int __printf(3, 4) snprintf(char *buf, size_t size, const char *fmt, ...);
int __printf(3, 4) scnprintf(char *buf, size_t size, const char *fmt, ...);
int __printf(3, 0) vsnprintf(char *buf, size_t size, const char *fmt, va_list args);
/* NOLINTEND(readability-redundant-declaration) */

/* Return: it must not, and that has been said: whoever sleeps now sets aside what forbids it. */
bool kapi_must_not_sleep(const kapi_site_t *site);
bool kapi_might_sleep(const kapi_site_t *site);
#define might_sleep() ((void)kapi_might_sleep(KAPI_SITE))
#define might_sleep_if(cond)                                                                       \
	do {                                                                                       \
		if (cond)                                                                          \
			might_sleep();                                                             \
	} while (0)

#endif
