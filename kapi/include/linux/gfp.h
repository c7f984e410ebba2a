/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's, the flags that change something here: may the allocation sleep, must it not
 * fail, is it zeroed. */
#ifndef _LINUX_GFP_H
#define _LINUX_GFP_H

#include <linux/types.h>

#define __GFP_ZERO 0x100u
#define __GFP_NOWARN 0x200u
#define __GFP_NOFAIL 0x400u
#define __GFP_NORETRY 0x800u
#define __GFP_DIRECT_RECLAIM 0x1000u
#define __GFP_ACCOUNT 0x2000u
#define GFP_ATOMIC 0u
#define GFP_NOWAIT 0u
#define GFP_KERNEL __GFP_DIRECT_RECLAIM
#define GFP_NOIO __GFP_DIRECT_RECLAIM
#define GFP_KERNEL_ACCOUNT (GFP_KERNEL | __GFP_ACCOUNT)

static inline bool gfpflags_allow_blocking(gfp_t flags)
{
	return flags & __GFP_DIRECT_RECLAIM;
}

#endif
