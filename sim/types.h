/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The integer types of the house, spelled as the kernel spells them so that
 * one translation unit may include both this and <linux/types.h>.
 */
#ifndef SIM_TYPES_H
#define SIM_TYPES_H

#include <stdbool.h>
#include <stddef.h>

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef signed char s8;
typedef short s16;
typedef int s32;
typedef long long s64;

/* Addresses of different spaces do not mix. */
typedef u64 iova_t; /* what a device emits */
typedef u64 ipa_t;  /* between stage 1 and stage 2 */
typedef u64 pa_t;   /* simulated physical memory */

#endif
