/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's behaviour: MAIR_EL1 as arm64 sets it. */
#ifndef _ASM_SIM_SYSREG_H
#define _ASM_SIM_SYSREG_H
/* MAIR_EL1 as arm64's proc.S sets it */
#define KSIM_SYSREG_mair_el1 0x000000ff440c0400UL
#define read_sysreg(r) KSIM_SYSREG_##r
#define SYS_MAIR_EL1 KSIM_SYSREG_mair_el1
#define read_sysreg_s(r) (r)
#endif
