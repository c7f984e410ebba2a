// SPDX-License-Identifier: GPL-2.0-only
/*
 * Scalable-mode root, context and PASID tables (VT-d 9.2, 9.4 to 9.6), as Linux's
 * pasid.c keeps them: the directory of a device is made with the device, tables
 * below it when a PASID of theirs is used. Accesses without PASID are translated by
 * the entry of PASID 0.
 */
#include <linux/bitfield.h>
#include <linux/slab.h>

#include <errno.h>

#include "models/vtd/regs.h"
#include "system/iommu/memory.h"
#include "system/vtd/driver.h"

#define TABLE_LG2 6   /* entries of a PASID table */
#define MIN_DIR_LG2 7 /* a directory has 2^(PDTS + 7) entries */

static u32 dir_lg2(const struct sys_vtd *vtd)
{
	return vtd->pasid_bits > TABLE_LG2 + MIN_DIR_LG2 ? vtd->pasid_bits - TABLE_LG2
							 : MIN_DIR_LG2;
}

/* The table that the entry at @slot leads to, made if need be; 0 without memory. */
static pa_t table_of(struct sys_vtd *vtd, pa_t slot)
{
	u64 entry = 0;

	mem_read64(vtd->iommu.mem, slot, &entry);
	if (!(entry & ROOT_P)) {
		pa_t table = sys_iommu_alloc(&vtd->iommu, SYS_PAGE_BYTES);

		if (!table)
			return 0;
		entry = table | ROOT_P;
		mem_write64(vtd->iommu.mem, slot, entry);
	}
	return entry & ROOT_CTP;
}

/* --- devices --- */

/* Functions of the upper 16 devices of a bus are in the upper half. */
static pa_t context_slot(struct sys_vtd *vtd, u32 sid)
{
	pa_t table = table_of(vtd, vtd->root + ROOT_ENTRY_BYTES * (sid >> 8) + 8 * (sid >> 7 & 1));

	return table ? table + SMCTX_ENTRY_BYTES * (sid & 0x7f) : 0;
}

static int write_context(struct sys_vtd_master *master)
{
	struct sys_vtd *vtd = master->vtd;
	pa_t slot = context_slot(vtd, master->sid);
	const u64 words[4] = {
		SMCTX_0_P | (master->common->has_ats ? SMCTX_0_DTE : 0) |
			(master->has_pri ? SMCTX_0_PRE : 0) |
			(vtd->pasid_bits ? SMCTX_0_PASIDE : 0) |
			FIELD_PREP(SMCTX_0_PDTS, (u64)(dir_lg2(vtd) - MIN_DIR_LG2)) |
			master->pasid_dir,
		FIELD_PREP(SMCTX_1_RID_PASID, (u64)SYS_VTD_RID_PASID),
	};

	if (!slot)
		return -ENOMEM;
	/* The present bit last, as the hardware may look at any moment. */
	sys_iommu_write(&vtd->iommu, slot + 8, &words[1], 3);
	sys_iommu_write(&vtd->iommu, slot, words, 1);
	return 0;
}

/* Before ATS is enabled: the endpoint's PASIDs, which may not change then. */
static void init_endpoint(struct sys_vtd_master *master)
{
	const struct sys_vtd *vtd = master->vtd;
	struct sys_pci *pci = master->common->pci;

	mutex_init(&master->ats_mutex);
	INIT_LIST_HEAD(&master->bonds);
	if (!pci)
		return;
	if (pci->pasid && vtd->pasid_bits)
		sys_pci_enable_pasid(pci);
	master->common->has_ats = (vtd->ecap & ECAP_DT) && pci->ats;
	master->has_pri = (vtd->ecap & ECAP_PRS) && pci->pri && master->common->has_ats;
	master->wants_pasid = master->has_pri && sys_pci_prg_resp_pasid_required(pci);
}

int sys_vtd_add_master(struct sys_master *common)
{
	struct sys_vtd_master *master = kzalloc(sizeof(*master), GFP_KERNEL);
	struct sys_vtd *vtd = to_vtd(common->iommu);
	int err = -ENOMEM;

	if (!master)
		return -ENOMEM;
	master->common = common;
	master->vtd = vtd;
	master->sid = common->sid;
	init_endpoint(master);
	master->pasid_dir = sys_iommu_alloc(&vtd->iommu, 8ULL << dir_lg2(vtd));
	mutex_lock(&vtd->masters_mutex);
	if (master->pasid_dir)
		err = write_context(master);
	if (!err)
		WRITE_ONCE(vtd->masters[master->sid], master);
	mutex_unlock(&vtd->masters_mutex);
	if (err) {
		kfree(master);
		return err;
	}
	common->driver_data = master;
	return 0;
}

void sys_vtd_release_device(struct device *dev)
{
	static const u64 nothing[4];
	struct sys_vtd_master *master = sys_vtd_master_of(dev);
	struct sys_vtd *vtd = master->vtd;

	sys_iommu_write(&vtd->iommu, context_slot(vtd, master->sid), nothing, 4);
	sys_vtd_flush_context(vtd);
	mutex_lock(&vtd->masters_mutex);
	WRITE_ONCE(vtd->masters[master->sid], NULL);
	mutex_unlock(&vtd->masters_mutex);
	sys_vtd_sync_prq(vtd);
	master->common->driver_data = NULL;
	kfree(master);
}

/* --- PASIDs --- */

static pa_t pasid_slot(struct sys_vtd_master *master, u32 pasid)
{
	pa_t table = table_of(master->vtd, master->pasid_dir + 8 * (pasid >> TABLE_LG2));

	return table ? table + PASID_ENTRY_BYTES * (pasid & ((1U << TABLE_LG2) - 1)) : 0;
}

static int write_entry(struct sys_vtd_master *master, u32 pasid, const u64 *words)
{
	pa_t slot = pasid_slot(master, pasid);

	if (!slot)
		return -ENOMEM;
	sys_iommu_write(&master->vtd->iommu, slot + 8, &words[1], 7);
	sys_iommu_write(&master->vtd->iommu, slot, words, 1);
	return 0;
}

static u64 snooped(const struct sys_vtd *vtd)
{
	return vtd->ecap & ECAP_SMPWCS ? PASID_1_PWSNP : 0;
}

int sys_vtd_set_second(struct sys_vtd_master *master, u32 pasid, pa_t root, u32 did)
{
	const u64 words[8] = {
		PASID_0_P | FIELD_PREP(PASID_0_PGTT, (u64)PASID_PGTT_SECOND) |
			FIELD_PREP(PASID_0_AW, 2ULL) | root,
		did | snooped(master->vtd),
	};

	return write_entry(master, pasid, words);
}

int sys_vtd_set_first(struct sys_vtd_master *master, u32 pasid, pa_t root, u32 did)
{
	/* Tables of processes have XD, which is reserved without NXE before revision 4. */
	const u64 words[8] = {
		PASID_0_P | FIELD_PREP(PASID_0_PGTT, (u64)PASID_PGTT_FIRST),
		did | snooped(master->vtd),
		root | FIELD_PREP(PASID_2_FSPM, (u64)PASID_FSPM_4_LEVEL) | PASID_2_NXE,
	};

	return write_entry(master, pasid, words);
}

/* Linux: intel_pasid_tear_down_entry(). */
void sys_vtd_clear_pasid(struct sys_vtd_master *master, u32 pasid, u32 did, bool is_first)
{
	static const u64 nothing[8];
	struct sys_vtd *vtd = master->vtd;
	const u64 desc[1][2] = {
		{INVDESC_TYPE_PC | FIELD_PREP(INVDESC_0_G, (u64)INVDESC_PC_G_PASID) |
		 FIELD_PREP(INVDESC_0_DID, (u64)did) | FIELD_PREP(INVDESC_0_PASID, (u64)pasid)}};
	pa_t slot = pasid_slot(master, pasid);

	if (!slot)
		return;
	sys_iommu_write(&vtd->iommu, slot, nothing, 8);
	sys_vtd_submit(vtd, desc, 1, false);
	if (is_first)
		sys_vtd_flush_pasid(vtd, did, pasid);
	else
		sys_vtd_flush_domain(vtd, did);
	sys_vtd_flush_devtlb(master, pasid, SYS_RANGE_ALL);
}
