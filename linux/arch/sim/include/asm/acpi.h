/* SPDX-License-Identifier: GPL-2.0-only */
/* Stub: the tables are those that linux/platform gives; the rest of ACPI is off. For VT-d. */
#ifndef _ASM_SIM_ACPI_H
#define _ASM_SIM_ACPI_H
#include <linux/types.h>
extern int acpi_disabled, acpi_noirq, acpi_pci_disabled, acpi_strict;
static inline void disable_acpi(void) { acpi_disabled = 1; }
static inline void acpi_noirq_set(void) { acpi_noirq = 1; }
static inline void acpi_disable_pci(void) { acpi_pci_disabled = 1; }
static inline bool acpi_has_cpu_in_madt(void) { return true; }
static inline u64 acpi_arch_get_root_pointer(void) { return 0; }
static inline void arch_acpi_set_proc_cap_bits(u32 *cap) {}
#define ACPI_HAVE_ARCH_GET_ROOT_POINTER
#endif
