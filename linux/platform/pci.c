// SPDX-License-Identifier: GPL-2.0-only
/*
 * A host bridge for each bus with endpoints of the machine: the kernel's PCI core finds them by
 * their configuration space. Segment N has the endpoints behind IOMMU N, whose bus, device and
 * function are its requester IDs.
 *
 * Left out: memory and I/O windows; endpoints have no BARs.
 */
#include <linux/pci.h>

#include "platform.h"

/* Return: the number of the endpoint; -1: none is there. */
static int endpoint_at(int segment, u16 rid)
{
	const struct ksim_machine *machine = ksim_machine();
	unsigned int i;

	for (i = 0; i < machine->nr_devices; i++) {
		const struct ksim_device *device = &machine->devices[i];

		if (device->is_pci && device->iommu == segment && device->sid == rid)
			return i;
	}
	return -1;
}

static int config_read(struct pci_bus *bus, unsigned int devfn, int where, int size, u32 *value)
{
	int number = endpoint_at(pci_domain_nr(bus), PCI_DEVID(bus->number, devfn));
	u32 word = number < 0 ? ~0U : ksim_config_read(number, where & ~3);

	*value = (word >> 8 * (where & 3)) & (~0U >> (32 - 8 * size));
	return PCIBIOS_SUCCESSFUL;
}

/* The machine's configuration space has words: the rest of one is written as it is. */
static int config_write(struct pci_bus *bus, unsigned int devfn, int where, int size, u32 value)
{
	int number = endpoint_at(pci_domain_nr(bus), PCI_DEVID(bus->number, devfn));
	u32 mask = (~0U >> (32 - 8 * size)) << 8 * (where & 3);
	u32 word = value << 8 * (where & 3);

	if (number < 0)
		return PCIBIOS_SUCCESSFUL;
	if (size < 4)
		word = (word & mask) | (ksim_config_read(number, where & ~3) & ~mask);
	ksim_config_write(number, where & ~3, word);
	return PCIBIOS_SUCCESSFUL;
}

static struct pci_ops config_ops = {.read = config_read, .write = config_write};

static int scan_bus(int segment, int number)
{
	struct pci_host_bridge *bridge = pci_alloc_host_bridge(0);
	struct resource *buses = kzalloc(sizeof(*buses), GFP_KERNEL);
	int err;

	if (!bridge || !buses)
		return -ENOMEM;
	*buses = (struct resource){
		.name = "bus", .start = number, .end = number, .flags = IORESOURCE_BUS};
	bridge->ops = &config_ops;
	bridge->domain_nr = segment;
	bridge->busnr = number;
	pci_add_resource(&bridge->windows, buses);
	err = ksim_pci_describe(bridge);
	if (!err)
		err = pci_scan_root_bus_bridge(bridge);
	if (!err)
		pci_bus_add_devices(bridge->bus);
	return err;
}

int ksim_pci_scan(void)
{
	const struct ksim_machine *machine = ksim_machine();
	unsigned int i;
	int err = 0;

	for (i = 0; !err && i < machine->nr_devices; i++) {
		const struct ksim_device *device = &machine->devices[i];

		if (device->is_pci && !pci_find_bus(device->iommu, device->sid >> 8))
			err = scan_bus(device->iommu, device->sid >> 8);
	}
	return err;
}

/* --- the endpoints' driver: it manages its DMA itself, as vfio-pci does --- */

static int dma_probe(struct pci_dev *pdev, const struct pci_device_id *id)
{
	pci_set_master(pdev);
	return 0;
}

static const struct pci_device_id dma_ids[] = {{PCI_DEVICE(PCI_ANY_ID, PCI_ANY_ID)}, {}};

static struct pci_driver dma_driver = {
	.name = "dma",
	.id_table = dma_ids,
	.probe = dma_probe,
	.driver_managed_dma = true,
};

static int register_driver(void)
{
	return pci_register_driver(&dma_driver);
}
device_initcall(register_driver);

/* Its bus keeps it. */
static struct pci_dev *find(const struct ksim_device *device)
{
	struct pci_dev *pdev = pci_get_domain_bus_and_slot(device->iommu, device->sid >> 8,
							   device->sid & 0xff);

	pci_dev_put(pdev);
	return pdev;
}

/* One that had left is back: its bus is looked through again, as after a hot plug. */
static struct pci_dev *find_again(const struct ksim_device *device)
{
	struct pci_bus *bus = pci_find_bus(device->iommu, device->sid >> 8);

	if (!bus)
		return NULL;
	pci_lock_rescan_remove();
	pci_rescan_bus(bus);
	pci_unlock_rescan_remove();
	return find(device);
}

struct device *ksim_find_endpoint(unsigned int number)
{
	const struct ksim_device *device = &ksim_machine()->devices[number];
	struct pci_dev *pdev = find(device);

	if (!pdev)
		pdev = find_again(device);
	return pdev && pdev->dev.driver ? &pdev->dev : NULL;
}
