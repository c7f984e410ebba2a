// SPDX-License-Identifier: GPL-2.0-only
/*
 * The endpoint's configuration space: what software has to see to find it (PCIe 7.5.1, 7.5.3), a
 * root complex integrated endpoint without BARs; and the extended capabilities that govern
 * translation, ATS (10.5.1), Page Request Interface (10.5.2) and PASID (7.8.8). Functions of its
 * device, if there are others, do not reach each other (ACS, 7.7.11, all of it hardwired).
 *
 * Left out: what software may set beside, but for the command register, which is kept and governs
 * nothing: an endpoint may always be a bus master, has one size of payload, and no interrupts.
 */
#include "models/device/pcie_internal.h"
#include "models/device/pcie_regs.h"

#define ATS (DEV_PCIE_CONFIG_FIRST)
#define PRI (DEV_PCIE_CONFIG_FIRST + 0x10)
#define PASID (DEV_PCIE_CONFIG_FIRST + 0x20)
#define ACS (DEV_PCIE_CONFIG_FIRST + 0x30)
#define EXPRESS 0x40

#define PASID_BITS 20

static u32 header(u32 id, u32 next)
{
	return FIELD_PREP(PCI_EXT_CAP_ID, (u64)id) | 1 << 16 |
	       FIELD_PREP(PCI_EXT_CAP_NEXT, (u64)next);
}

static u32 ats_word(const struct dev_pcie *pcie)
{
	return PCI_ATS_PAGE_ALIGNED | PCI_ATS_GLOBAL_INV | FIELD_PREP(PCI_ATS_STU, (u64)pcie->stu) |
	       (pcie->is_ats_enabled ? PCI_ATS_ENABLE : 0);
}

static u32 pri_word(const struct dev_pcie *pcie)
{
	bool has_stopped = (!pcie->is_pri_enabled || pcie->has_failed) && !pcie->nr_outstanding;

	return (pcie->is_pri_enabled ? PCI_PRI_ENABLE : 0) |
	       (pcie->has_failed ? PCI_PRI_FAILURE : 0) |
	       (pcie->has_unexpected ? PCI_PRI_UPRGI : 0) | (has_stopped ? PCI_PRI_STOPPED : 0) |
	       (pcie->params.wants_pasid ? PCI_PRI_PASID_REQUIRED : 0);
}

/* Below the extended capabilities. */
static u32 read_header(const struct dev_pcie *pcie, u32 offset)
{
	switch (offset) {
	case PCI_ID_WORD:
		return FIELD_PREP(PCI_ID_VENDOR, PCI_VENDOR_NOBODY) |
		       FIELD_PREP(PCI_ID_DEVICE, 1ULL);
	case PCI_COMMAND_WORD:
		return pcie->command | PCI_STATUS_CAP_LIST;
	case PCI_CLASS_WORD:
		return FIELD_PREP(PCI_CLASS_CODE, PCI_CLASS_ACCELERATOR);
	case PCI_HEADER_WORD:
		return PCI_HEADER_MULTIFUNCTION;
	case PCI_CAPABILITY_WORD:
		return EXPRESS;
	case EXPRESS:
		return PCI_CAP_ID_EXPRESS | FIELD_PREP(PCI_EXPRESS_VERSION, 2ULL) |
		       FIELD_PREP(PCI_EXPRESS_TYPE, PCI_EXPRESS_INTEGRATED);
	case EXPRESS + PCI_EXPRESS_DEVICE:
		return PCI_EXPRESS_ROLE_BASED;
	case EXPRESS + PCI_EXPRESS_DEVICE_2:
		return PCI_EXPRESS_PREFIXES | FIELD_PREP(PCI_EXPRESS_MAX_PREFIXES, 1ULL);
	default:
		return 0;
	}
}

u32 dev_pcie_config_read(const struct dev_pcie *pcie, u32 offset)
{
	if (offset < DEV_PCIE_CONFIG_FIRST)
		return read_header(pcie, offset);
	switch (offset) {
	case ATS:
		return header(PCI_EXT_CAP_ID_ATS, PRI);
	case ATS + PCI_ATS_WORD:
		return ats_word(pcie);
	case PRI:
		return header(PCI_EXT_CAP_ID_PRI, PASID);
	case PRI + PCI_PRI_WORD:
		return pri_word(pcie);
	case PRI + PCI_PRI_CAPACITY:
		return pcie->params.capacity;
	case PRI + PCI_PRI_ALLOCATION:
		return pcie->allocation;
	case PASID:
		return header(PCI_EXT_CAP_ID_PASID, ACS);
	case PASID + PCI_PASID_WORD:
		return FIELD_PREP(PCI_PASID_WIDTH, (u64)PASID_BITS) |
		       (pcie->is_pasid_enabled ? PCI_PASID_ENABLE : 0);
	case ACS:
		return header(PCI_EXT_CAP_ID_ACS, 0);
	default:
		return 0;
	}
}

static void ats_write(struct dev_pcie *pcie, u32 value)
{
	bool was_enabled = pcie->is_ats_enabled;

	pcie->is_ats_enabled = value & PCI_ATS_ENABLE;
	if (!was_enabled)
		pcie->stu = FIELD_GET(PCI_ATS_STU, (u64)value);
	if (was_enabled && !pcie->is_ats_enabled)
		pcie_ats_stop(pcie);
}

static void pri_write(struct dev_pcie *pcie, u32 value)
{
	bool was_enabled = pcie->is_pri_enabled;

	if (value & PCI_PRI_FAILURE)
		pcie->has_failed = false;
	if (value & PCI_PRI_UPRGI)
		pcie->has_unexpected = false;
	pcie->is_pri_enabled = value & PCI_PRI_ENABLE;
	if (was_enabled && !pcie->is_pri_enabled)
		pcie_pri_stop(pcie);
	/* 10.5.2.2: while the interface is off, or goes off by the same write. */
	if ((value & PCI_PRI_RESET) && !pcie->is_pri_enabled)
		pcie_pri_reset(pcie);
	if (!was_enabled && pcie->is_pri_enabled)
		pcie_pri_start(pcie);
}

void dev_pcie_config_write(struct dev_pcie *pcie, u32 offset, u32 value)
{
	switch (offset) {
	case PCI_COMMAND_WORD:
		pcie->command = value & PCI_COMMAND_KEPT;
		break;
	case ATS + PCI_ATS_WORD:
		ats_write(pcie, value);
		break;
	case PRI + PCI_PRI_WORD:
		pri_write(pcie, value);
		break;
	case PRI + PCI_PRI_ALLOCATION:
		if (!pcie->is_pri_enabled)
			pcie->allocation = value;
		break;
	case PASID + PCI_PASID_WORD:
		if (!pcie->is_ats_enabled)
			pcie->is_pasid_enabled = value & PCI_PASID_ENABLE;
		break;
	}
}
