/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's behaviour: the C library's, which is faster than lib/string.c. */
#ifndef _ASM_SIM_STRING_H
#define _ASM_SIM_STRING_H
#define __HAVE_ARCH_MEMCPY
void *memcpy(void *to, const void *from, __kernel_size_t bytes);
#define __HAVE_ARCH_MEMMOVE
void *memmove(void *to, const void *from, __kernel_size_t bytes);
#define __HAVE_ARCH_MEMSET
void *memset(void *to, int value, __kernel_size_t bytes);
#define __HAVE_ARCH_MEMCMP
int memcmp(const void *a, const void *b, __kernel_size_t bytes);
#endif
