/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub: no hypervisor. */
#ifndef _ASM_SIM_JAILHOUSE_PARA_H
#define _ASM_SIM_JAILHOUSE_PARA_H
#include <linux/types.h>
static inline bool jailhouse_paravirt(void) { return false; }
#endif
