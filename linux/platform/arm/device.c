// SPDX-License-Identifier: GPL-2.0-only
/* SMMUv3s, platform devices and PCI host bridges, as a device tree describes them. */
#include <linux/dma-mapping.h>
#include <linux/mmu_context.h>
#include <linux/of.h>
#include <linux/of_device.h>
#include <linux/pci.h>
#include <linux/platform_device.h>
#include <linux/slab.h>

#include <asm/cpufeature.h>

#include "platform.h"

extern struct device_node *of_root;

const char ksim_iommu_kind[] = "smmuv3";
#define MAX_DEVICES 1024

static struct device_node *device_nodes[MAX_DEVICES];

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
	if (!pdev || !platform_get_drvdata(pdev))
		return -ENODEV;
	/* Host bridges wait for their IOMMUs. */
	return number + 1 == ksim_machine()->nr_iommus ? ksim_pci_scan() : 0;
}

/* Its requester IDs are StreamIDs of the segment's SMMU. */
int ksim_pci_describe(struct pci_host_bridge *bridge)
{
	const __be32 map[] = {cpu_to_be32(0), cpu_to_be32(bridge->domain_nr + 1), cpu_to_be32(0),
			      cpu_to_be32(0x10000)};
	struct device_node *node = add_node(root(), "pcie");
	struct platform_device *pdev;

	add_property(node, "iommu-map", map, sizeof(map));
	add_flag(node, "ats-supported");
	add_flag(node, "dma-coherent");
	pdev = add_platform_device(&(struct description){
		node, "pcie", bridge->domain_nr << 8 | bridge->busnr, NULL, 0});
	if (!pdev)
		return -ENODEV;
	bridge->dev.parent = &pdev->dev;
	return 0;
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

static int register_driver(void)
{
	return platform_driver_register(&dma_driver);
}
device_initcall(register_driver);

/* It stays when the device leaves. */
static struct device_node *add_device_node(unsigned int number, int is_twice)
{
	const struct ksim_device *device = &ksim_machine()->devices[number];
	const __be32 unit = cpu_to_be32(device->iommu + 1), sid = cpu_to_be32(device->sid);
	const __be32 iommus[] = {unit, sid, unit, sid};
	struct device_node *node;
	char name[16];

	snprintf(name, sizeof(name), "dma%u", number);
	node = add_node(root(), name);
	add_property(node, "iommus", iommus, sizeof(iommus) / (is_twice ? 1 : 2));
	add_flag(node, "dma-coherent");
	add_u32(node, "pasid-num-bits", device->pasid_bits);
	if (device->can_stall)
		add_flag(node, "dma-can-stall");
	device_nodes[number] = node;
	return node;
}

struct device *ksim_add_platform_device(unsigned int number, int is_twice)
{
	struct device_node *node = device_nodes[number] ? device_nodes[number]
							: add_device_node(number, is_twice);
	struct platform_device *pdev;

	pdev = add_platform_device(&(struct description){node, "dma", number, NULL, 0});
	return pdev ? &pdev->dev : NULL;
}

/* --- what the driver asks its architecture --- */

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
