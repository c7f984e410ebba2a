/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub: the hooks that VT-d sets and nobody calls. */
#ifndef _ASM_SIM_X86_INIT_H
#define _ASM_SIM_X86_INIT_H
struct ksim_x86_init { struct { int (*iommu_init)(void); } iommu; struct { int (*create_pci_msi_domain)(void); } irqs; };
struct ksim_x86_platform { void (*iommu_shutdown)(void); struct { void (*pin_vcpu)(int cpu); } hyper; };
extern struct ksim_x86_init x86_init;
extern struct ksim_x86_platform x86_platform;
#endif
