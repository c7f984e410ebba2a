/* SPDX-License-Identifier: GPL-2.0-only */
/* Changed: barriers are the compiler's. One host thread runs all CPUs, and a CPU's accesses are
 * seen in their order: what a missing barrier breaks is not seen. wfe() is one look at a polled
 * line. */
#ifndef _ASM_SIM_BARRIER_H
#define _ASM_SIM_BARRIER_H
#ifndef __ASSEMBLY__
#include <ksim.h>
#define mb() __asm__ __volatile__("" ::: "memory")
/* arm64's */
#define __iomb() mb()
#define wfe() ksim_relax()
#define sev() do { } while (0)
#define isb() mb()
#define dsb(x) mb()
#define dmb(x) mb()
#define dgh() mb()
#endif
#include <asm-generic/barrier.h>
#endif
