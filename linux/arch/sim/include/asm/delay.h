/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's behaviour: the time passes. */
#ifndef _ASM_SIM_DELAY_H
#define _ASM_SIM_DELAY_H
#include <ksim.h>
#define udelay(us) ksim_charge_ns((us) * 1000UL)
#define ndelay(ns) ksim_charge_ns(ns)
#endif
