// SPDX-License-Identifier: GPL-2.0-only
/* ACPI: one table, DMAR, with a unit for each segment; no namespace, so that nothing else is found.
 */
#include <linux/acpi.h>
#include <linux/pci.h>
#include <linux/pci_hotplug.h>
#include <linux/property.h>
#include <linux/slab.h>

#include "pci.h"
#include "platform.h"

int acpi_disabled, acpi_noirq, acpi_pci_disabled, acpi_strict;

/* --- DMAR (VT-d 8) --- */

/* HAW is 52 bits, the most that there are. */
#define HOST_ADDRESS_WIDTH 51

static void describe_unit(struct acpi_dmar_hardware_unit *unit, unsigned int number)
{
	*unit = (struct acpi_dmar_hardware_unit){
		.header = {ACPI_DMAR_TYPE_HARDWARE_UNIT, sizeof(*unit)},
		.flags = ACPI_DMAR_INCLUDE_ALL,
		.segment = number,
		.address = ksim_machine()->iommus[number].pa,
	};
}

static struct acpi_table_dmar *make_dmar(void)
{
	unsigned int i, nr = ksim_machine()->nr_iommus;
	size_t bytes = sizeof(struct acpi_table_dmar) + nr * sizeof(struct acpi_dmar_hardware_unit);
	struct acpi_table_dmar *dmar = kzalloc(bytes, GFP_KERNEL);

	if (!dmar)
		return NULL;
	memcpy(dmar->header.signature, ACPI_SIG_DMAR, ACPI_NAMESEG_SIZE);
	dmar->header.length = bytes;
	dmar->width = HOST_ADDRESS_WIDTH;
	for (i = 0; i < nr; i++)
		describe_unit((struct acpi_dmar_hardware_unit *)(dmar + 1) + i, i);
	return dmar;
}

acpi_status acpi_get_table(char *signature, u32 instance, struct acpi_table_header **table)
{
	static struct acpi_table_dmar *dmar;

	if (memcmp(signature, ACPI_SIG_DMAR, ACPI_NAMESEG_SIZE))
		return AE_NOT_FOUND;
	if (!dmar)
		dmar = make_dmar();
	*table = dmar ? &dmar->header : NULL;
	return dmar ? AE_OK : AE_NO_MEMORY;
}

void acpi_put_table(struct acpi_table_header *table)
{
}

/* --- the namespace: empty --- */

acpi_status acpi_walk_namespace(acpi_object_type type, acpi_handle start, u32 depth,
				acpi_walk_callback down, acpi_walk_callback up, void *context,
				void **value)
{
	return AE_OK;
}

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 5, 0)
acpi_status acpi_get_handle(acpi_handle parent, char *name, acpi_handle *handle)
#else
acpi_status acpi_get_handle(acpi_handle parent, const char *name, acpi_handle *handle)
#endif
{
	return AE_NOT_FOUND;
}

bool acpi_check_dsm(acpi_handle handle, const guid_t *guid, u64 rev, u64 funcs)
{
	return false;
}

bool acpi_driver_match_device(struct device *dev, const struct device_driver *driver)
{
	return false;
}

void acpi_device_notify(struct device *dev)
{
}

void acpi_device_notify_remove(struct device *dev)
{
}

bool is_acpi_device_node(const struct fwnode_handle *fwnode)
{
	return false;
}

enum dev_dma_attr acpi_get_dma_attr(struct acpi_device *adev)
{
	return DEV_DMA_COHERENT;
}

int acpi_dma_configure_id(struct device *dev, enum dev_dma_attr attr, const u32 *id)
{
	return 0;
}

bool dev_add_physical_location(struct device *dev);

bool dev_add_physical_location(struct device *dev)
{
	return false;
}

/* --- what it would do for PCI: nothing --- */

struct irq_domain *pci_host_bridge_acpi_msi_domain(struct pci_bus *bus)
{
	return NULL;
}

bool acpi_pci_power_manageable(struct pci_dev *dev)
{
	return false;
}

bool acpi_pci_bridge_d3(struct pci_dev *dev)
{
	return false;
}

int acpi_pci_set_power_state(struct pci_dev *dev, pci_power_t state)
{
	return -ENODEV;
}

pci_power_t acpi_pci_get_power_state(struct pci_dev *dev)
{
	return PCI_UNKNOWN;
}

void acpi_pci_refresh_power_state(struct pci_dev *dev)
{
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 10, 0)
bool pci_acpi_preserve_config(struct pci_host_bridge *bridge)
{
	return false;
}
#endif

int pci_acpi_program_hp_params(struct pci_dev *dev)
{
	return -ENODEV;
}

int pci_dev_acpi_reset(struct pci_dev *dev, bool probe)
{
	return -ENOTTY;
}

void pci_set_acpi_fwnode(struct pci_dev *dev)
{
}

bool pciehp_is_native(struct pci_dev *bridge)
{
	return false;
}
