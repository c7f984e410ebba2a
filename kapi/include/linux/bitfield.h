/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's, without its compile-time checks. */
#ifndef _LINUX_BITFIELD_H
#define _LINUX_BITFIELD_H

#include <linux/bits.h>

#ifndef FIELD_GET
#define FIELD_GET(mask, reg) ((__typeof__(mask))(((reg) & (mask)) >> __builtin_ctzll(mask)))
#endif
#ifndef FIELD_PREP
#define FIELD_PREP(mask, val)                                                                      \
	((__typeof__(mask))(((__typeof__(mask))(val) << __builtin_ctzll(mask)) & (mask)))
#endif
#ifndef FIELD_MAX
#define FIELD_MAX(mask) ((__typeof__(mask))((mask) >> __builtin_ctzll(mask)))
#endif
#ifndef FIELD_FIT
#define FIELD_FIT(mask, val) (!((((__typeof__(mask))val) << __builtin_ctzll(mask)) & ~(mask)))
#endif

#endif
