/* SPDX-License-Identifier: GPL-2.0-only */
/* Changed: in front of the file that has iommu_sva_bind_device(), which refuses every bind where
 * IS_ENABLED(CONFIG_X86): an IOMMU might keep entries of the kernel's own page tables that are freed.
 * Here the tables of a process have none of the kernel's, and the file is compiled as if for another
 * architecture. Headers that ask which one it is are included before.
 */
#include <linux/acpi.h>
#include <linux/efi.h>
#include <linux/iommu.h>
#include <linux/mm.h>
#include <linux/pci.h>
#include <linux/vm_event_item.h>
#undef CONFIG_X86
#undef pr_fmt /* the file may have its own */
