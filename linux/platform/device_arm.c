// SPDX-License-Identifier: GPL-2.0-only
/* SMMUv3s and platform devices, as a device tree describes them. */
#include <linux/dma-mapping.h>
#include <linux/iommu.h>
#include <linux/mmu_context.h>
#include <linux/of.h>
#include <linux/of_device.h>
#include <linux/pci.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

#include <asm/cpufeature.h>

#include "platform.h"

#define MAX_DEVICES 1024
#define MAX_IOMMUS 64

extern struct device_node *of_root;
static struct platform_device *devices[MAX_DEVICES];
static struct device_node *iommu_nodes[MAX_IOMMUS];
static struct iommu_sva *bonds[MAX_DEVICES];

/* --- the device tree --- */

static void add_property(struct device_node *node, const char *name, const void *value, int bytes)
{
	struct property *property = kzalloc(sizeof(*property), GFP_KERNEL),
			**at = &node->properties;

	property->name = kstrdup(name, GFP_KERNEL);
	property->value = kmemdup(value, max(bytes, 1), GFP_KERNEL);
	property->length = bytes;
	while (*at)
		at = &(*at)->next;
	*at = property;
}

static void add_flag(struct device_node *node, const char *name)
{
	add_property(node, name, "", 0);
}

static void add_u32(struct device_node *node, const char *name, u32 value)
{
	__be32 cell = cpu_to_be32(value);

	add_property(node, name, &cell, sizeof(cell));
}

static struct device_node *add_node(struct device_node *parent, const char *name)
{
	struct device_node *node = kzalloc(sizeof(*node), GFP_KERNEL);

	of_node_init(node);
	node->name = node->full_name = kstrdup(name, GFP_KERNEL);
	node->parent = parent;
	if (parent) {
		node->sibling = parent->child;
		parent->child = node;
	}
	return node;
}

static struct device_node *root(void)
{
	if (of_root)
		return of_root;
	of_root = add_node(NULL, "");
	add_u32(of_root, "#address-cells", 2);
	add_u32(of_root, "#size-cells", 2);
	return of_root;
}

/* --- platform devices --- */

struct description {
	struct device_node *node;
	const char *name;
	int id;
	const struct resource *resources;
	int nr_resources;
};

static struct platform_device *add_platform_device(const struct description *d)
{
	struct platform_device *pdev = platform_device_alloc(d->name, d->id);

	if (!pdev)
		return NULL;
	platform_device_add_resources(pdev, d->resources, d->nr_resources);
	pdev->dev.of_node = d->node;
	pdev->dev.fwnode = of_fwnode_handle(d->node);
	pdev->dev.coherent_dma_mask = DMA_BIT_MASK(48);
	pdev->dev.dma_mask = &pdev->dev.coherent_dma_mask;
	return platform_device_add(pdev) ? NULL : pdev;
}

int ksim_add_iommu(unsigned int number)
{
	static const char *const names[] = {"eventq", "gerror", "priq"};
	const struct ksim_iommu *iommu = &ksim_machine()->iommus[number];
	struct resource resources[1 + KSIM_NR_IOMMU_IRQS] = {
		DEFINE_RES_MEM(iommu->pa, iommu->bytes)};
	struct device_node *node = add_node(root(), "iommu");
	struct platform_device *pdev;
	int i;

	if (number >= MAX_IOMMUS)
		return -ENOSPC;
	iommu_nodes[number] = node;
	node->phandle = number + 1;
	add_property(node, "compatible", "arm,smmu-v3", 12);
	add_u32(node, "#iommu-cells", 1);
	add_flag(node, "dma-coherent");
	for (i = 0; i < KSIM_NR_IOMMU_IRQS; i++) {
		int irq = ksim_irq_of_line(iommu->lines[i], iommu->cpu);

		if (irq < 0)
			return irq;
		resources[1 + i] = (struct resource)DEFINE_RES_IRQ_NAMED(irq, names[i]);
	}
	pdev = add_platform_device(
		&(struct description){node, "smmu", number, resources, ARRAY_SIZE(resources)});
	return pdev && platform_get_drvdata(pdev) ? 0 : -ENODEV;
}

/* It manages its DMA itself, as vfio-platform does. */
static int dma_probe(struct platform_device *pdev)
{
	return 0;
}

static struct platform_driver dma_driver = {
	.probe = dma_probe,
	.driver = {.name = "dma"},
	.driver_managed_dma = true,
};

int ksim_add_device(unsigned int number)
{
	const struct ksim_device *device = &ksim_machine()->devices[number];
	const __be32 iommus[] = {cpu_to_be32(device->iommu + 1), cpu_to_be32(device->sid)};
	struct device_node *node;
	struct device *dev;
	char name[16];
	int err = number ? 0 : platform_driver_register(&dma_driver);

	if (err || number >= MAX_DEVICES)
		return err ? err : -ENOSPC;
	snprintf(name, sizeof(name), "dma%u", number);
	node = add_node(root(), name);
	add_property(node, "iommus", iommus, sizeof(iommus));
	add_flag(node, "dma-coherent");
	add_u32(node, "pasid-num-bits", device->pasid_bits);
	if (device->can_stall)
		add_flag(node, "dma-can-stall");
	devices[number] = add_platform_device(&(struct description){node, "dma", number, NULL, 0});
	if (!devices[number] || !devices[number]->dev.iommu_group)
		return -ENODEV;
	dev = &devices[number]->dev;
	if (!device->can_stall)
		return 0;
	err = iommu_dev_enable_feature(dev, IOMMU_DEV_FEAT_IOPF);
	return err ? err : iommu_dev_enable_feature(dev, IOMMU_DEV_FEAT_SVA);
}

void ksim_remove_device(unsigned int number)
{
	struct device *dev = &devices[number]->dev;

	if (ksim_machine()->devices[number].can_stall) {
		iommu_dev_disable_feature(dev, IOMMU_DEV_FEAT_SVA);
		iommu_dev_disable_feature(dev, IOMMU_DEV_FEAT_IOPF);
	}
	platform_device_unregister(devices[number]);
	devices[number] = NULL;
}

struct device *ksim_device_of(unsigned int number)
{
	return &devices[number]->dev;
}

int ksim_device_number(const struct device *dev)
{
	return to_platform_device(dev)->id;
}

/* --- SVA --- */

int ksim_bind(unsigned int number, void *process, unsigned int *pasid)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
	struct iommu_sva *bond = iommu_sva_bind_device(ksim_device_of(number), process, NULL);
#else
	struct iommu_sva *bond = iommu_sva_bind_device(ksim_device_of(number), process);
#endif

	if (IS_ERR(bond))
		return PTR_ERR(bond);
	bonds[number] = bond;
	*pasid = iommu_sva_get_pasid(bond);
	return 0;
}

void ksim_unbind(unsigned int number)
{
	iommu_sva_unbind_device(bonds[number]);
	bonds[number] = NULL;
}

/* --- what the driver asks its architecture --- */

/* PCI is not there: a bus without devices. */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 10, 0)
const
#endif
	struct bus_type pci_bus_type = {.name = "pci"};

/* ASIDs of processes, which the CPU's TLBs share: one is enough, there are no TLBs. */
unsigned long arm64_mm_context_get(struct mm_struct *mm)
{
	static unsigned long last;

	if (!mm->context.pinned)
		mm->context.asid = ++last & 0xffff;
	mm->context.pinned++;
	return mm->context.asid;
}

void arm64_mm_context_put(struct mm_struct *mm)
{
	mm->context.pinned--;
}

u32 id_aa64mmfr0_parange_to_phys_shift(int parange)
{
	return 48;
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 2, 0)
struct device_node *of_cpu_device_node_get(int cpu)
{
	return NULL;
}
#endif
