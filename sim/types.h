/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Integer and address types. Headers that are installed use __u64 and its like, as the
 * kernel's headers for user space do: who includes them has his own idea of u64, or none.
 */
#ifndef SIM_TYPES_H
#define SIM_TYPES_H

#include <asm/types.h>
#include <stdbool.h>
#include <stddef.h>

/* Addresses of different spaces do not mix. */
typedef __u64 sim_iova_t; /* what a device emits */
typedef __u64 sim_pa_t;	  /* simulated physical memory */

#ifndef IOPFSIM_INSTALLED
/*
 * All else uses the short names, spelled as the kernel spells them so that one
 * translation unit may include both this and <linux/types.h>. library/headers.cmake cuts
 * them out of the installed copy.
 */

typedef __u8 u8;
typedef __u16 u16;
typedef __u32 u32;
typedef __u64 u64;
typedef __s8 s8;
typedef __s16 s16;
typedef __s32 s32;
typedef __s64 s64;

typedef sim_iova_t iova_t;
typedef __u64 ipa_t; /* between stage 1 and stage 2 */
typedef sim_pa_t pa_t;

#endif /* IOPFSIM_INSTALLED */

#endif
