// SPDX-License-Identifier: GPL-2.0-only
/*
 * Configuration space by memory-mapped accesses (PCIe 7.2.2), and the ATS, PRI and
 * PASID capabilities (10.5.1, 10.5.2, 7.8.8). Words are read and written whole.
 */
#include "system/iommu/pci.h"
#include "models/device/pcie_regs.h"

#include <linux/bitfield.h>
#include <linux/io.h>

#include <errno.h>

#include "kapi/mmio.h"
#include "sim/arena.h"

/* Configuration space of a function. */
#define FUNCTION_BYTES 4096

struct sys_pci_host {
	void __iomem *base;
	u32 nr;
	struct dev_pcie *models[];
};

static u64 config_read(void *opaque, u64 offset, unsigned int bytes)
{
	struct sys_pci_host *host = opaque;
	u32 number = offset / FUNCTION_BYTES;

	/* Nobody there: all ones (2.3.2). */
	if (number >= host->nr || !host->models[number])
		return ~0U;
	return dev_pcie_config_read(host->models[number], offset % FUNCTION_BYTES);
}

static void config_write(void *opaque, u64 offset, u64 value, unsigned int bytes)
{
	struct sys_pci_host *host = opaque;
	u32 number = offset / FUNCTION_BYTES;

	if (number < host->nr && host->models[number])
		dev_pcie_config_write(host->models[number], offset % FUNCTION_BYTES, value);
}

struct sys_pci_host *sys_pci_host_create(u32 nr)
{
	struct sys_pci_host *host = sim_alloc(sizeof(*host) + nr * sizeof(host->models[0]));

	if (host)
		host->nr = nr;
	return host;
}

void sys_pci_host_add(struct sys_pci_host *host, u32 number, struct dev_pcie *model)
{
	host->models[number] = model;
}

int sys_pci_host_probe(struct sys_pci_host *host)
{
	static const struct kapi_mmio_ops ops = {.read = config_read, .write = config_write};

	host->base = kapi_ioremap(&ops, host);
	return host->base ? 0 : -ENOMEM;
}

static u32 *place_of(struct sys_pci *pci, u32 id)
{
	switch (id) {
	case PCI_EXT_CAP_ID_ATS:
		return &pci->ats;
	case PCI_EXT_CAP_ID_PRI:
		return &pci->pri;
	case PCI_EXT_CAP_ID_PASID:
		return &pci->pasid;
	default:
		return NULL;
	}
}

void sys_pci_probe(struct sys_pci_host *host, u32 number, struct sys_pci *pci)
{
	u32 offset = DEV_PCIE_CONFIG_FIRST;

	*pci = (struct sys_pci){.config = host->base + (u64)number * FUNCTION_BYTES};
	/* Offsets only grow here; a list that does not ends the search, as does the last that is
	 * looked for. */
	while (offset && !(pci->ats && pci->pri && pci->pasid)) {
		u32 header = readl(pci->config + offset);
		u32 next = FIELD_GET(PCI_EXT_CAP_NEXT, (u64)header);
		u32 *place = place_of(pci, FIELD_GET(PCI_EXT_CAP_ID, (u64)header));

		if (place)
			*place = offset;
		offset = next > offset ? next : 0;
	}
}

void sys_pci_enable_pasid(struct sys_pci *pci)
{
	writel(PCI_PASID_ENABLE, pci->config + pci->pasid + PCI_PASID_WORD);
}

void sys_pci_enable_ats(struct sys_pci *pci)
{
	writel(PCI_ATS_ENABLE, pci->config + pci->ats + PCI_ATS_WORD);
}

void sys_pci_disable_ats(struct sys_pci *pci)
{
	writel(0, pci->config + pci->ats + PCI_ATS_WORD);
	/* A read pushes the write: on return it has had its effect. */
	readl(pci->config + pci->ats + PCI_ATS_WORD);
}

int sys_pci_enable_pri(struct sys_pci *pci, u32 nr_requests)
{
	u32 capacity = readl(pci->config + pci->pri + PCI_PRI_CAPACITY);

	if (!sys_pci_pri_has_stopped(pci))
		return -EBUSY;
	sys_pci_reset_pri(pci);
	writel(nr_requests < capacity ? nr_requests : capacity,
	       pci->config + pci->pri + PCI_PRI_ALLOCATION);
	writel(PCI_PRI_ENABLE, pci->config + pci->pri + PCI_PRI_WORD);
	return 0;
}

void sys_pci_disable_pri(struct sys_pci *pci)
{
	writel(0, pci->config + pci->pri + PCI_PRI_WORD);
}

void sys_pci_reset_pri(struct sys_pci *pci)
{
	writel(PCI_PRI_RESET | PCI_PRI_FAILURE | PCI_PRI_UPRGI,
	       pci->config + pci->pri + PCI_PRI_WORD);
}

bool sys_pci_pri_has_stopped(struct sys_pci *pci)
{
	return readl(pci->config + pci->pri + PCI_PRI_WORD) & PCI_PRI_STOPPED;
}

bool sys_pci_prg_resp_pasid_required(struct sys_pci *pci)
{
	return readl(pci->config + pci->pri + PCI_PRI_WORD) & PCI_PRI_PASID_REQUIRED;
}
