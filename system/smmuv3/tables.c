// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the driver keeps in memory for a stream: stream table entry (IHI 0070 5.2) and
 * context descriptors (5.4).
 */
#include <linux/bitfield.h>
#include <linux/io.h>
#include <linux/slab.h>

#include <errno.h>

#include "models/smmuv3/regs.h"
#include "system/iommu/memory.h"
#include "system/smmuv3/driver.h"

/* 256 stream table entries a second-level table, 1024 context descriptors a leaf. */
#define STRTAB_SPLIT 8
#define CD_SPLIT 10
/* A first-level stream table of more than 2^17 descriptors is not worth its memory. */
#define STRTAB_L1_MAX_LG2 17

#define STE_BYTES 64
#define CD_BYTES 64
#define L1_DESC_BYTES 8

/* --- stream table --- */

/* Small ones need no second level. */
int sys_smmu_init_stream_table(struct sys_smmu *smmu)
{
	u32 l1_lg2 = smmu->sid_bits - STRTAB_SPLIT;
	u32 lg2 = smmu->sid_bits;
	u32 cfg;

	if (smmu->sid_bits <= STRTAB_SPLIT)
		smmu->is_2level = false;
	if (smmu->is_2level) {
		if (l1_lg2 > STRTAB_L1_MAX_LG2)
			l1_lg2 = STRTAB_L1_MAX_LG2;
		lg2 = l1_lg2 + STRTAB_SPLIT;
		smmu->strtab = sys_iommu_alloc(&smmu->iommu, (u64)L1_DESC_BYTES << l1_lg2);
		cfg = FIELD_PREP(STRTAB_BASE_CFG_FMT, STRTAB_BASE_CFG_FMT_2LVL) |
		      FIELD_PREP(STRTAB_BASE_CFG_SPLIT, STRTAB_SPLIT);
	} else {
		smmu->strtab = sys_iommu_alloc(&smmu->iommu, (u64)STE_BYTES << lg2);
		cfg = FIELD_PREP(STRTAB_BASE_CFG_FMT, STRTAB_BASE_CFG_FMT_LINEAR);
	}
	if (!smmu->strtab)
		return -ENOMEM;
	writeq(STRTAB_BASE_RA | (smmu->strtab & STRTAB_BASE_ADDR_MASK),
	       smmu->base + ARM_SMMU_STRTAB_BASE);
	writel(cfg | FIELD_PREP(STRTAB_BASE_CFG_LOG2SIZE, lg2),
	       smmu->base + ARM_SMMU_STRTAB_BASE_CFG);
	return 0;
}

/* Where the STE of @sid is; the second-level table is made if need be. */
static pa_t ste_address(struct sys_smmu *smmu, u32 sid)
{
	u64 desc = 0;
	pa_t l1;

	if (!smmu->is_2level)
		return smmu->strtab + (u64)STE_BYTES * sid;
	l1 = smmu->strtab + (u64)L1_DESC_BYTES * (sid >> STRTAB_SPLIT);
	mem_read64(smmu->iommu.mem, l1, &desc);
	if (!desc) {
		pa_t l2 = sys_iommu_alloc(&smmu->iommu, (u64)STE_BYTES << STRTAB_SPLIT);

		if (!l2)
			return 0;
		desc = (l2 & STRTAB_L1_DESC_L2PTR_MASK) |
		       FIELD_PREP(STRTAB_L1_DESC_SPAN, STRTAB_SPLIT + 1);
		mem_write64(smmu->iommu.mem, l1, desc);
	}
	return (desc & STRTAB_L1_DESC_L2PTR_MASK) +
	       (u64)STE_BYTES * (sid & ((1U << STRTAB_SPLIT) - 1));
}

static void sync_ste(struct sys_smmu *smmu, u32 sid)
{
	const u64 cmd[1][2] = {
		{FIELD_PREP(CMDQ_0_OP, CMDQ_OP_CFGI_STE) | FIELD_PREP(CMDQ_CFGI_0_SID, sid),
		 CMDQ_CFGI_1_LEAF}};

	sys_smmu_issue(smmu, cmd, 1, true);
}

static void insert_stream(struct sys_smmu *smmu, struct sys_smmu_master *master)
{
	struct rb_node **link = &smmu->streams.rb_node, *parent = NULL;

	mutex_lock(&smmu->streams_mutex);
	while (*link) {
		parent = *link;
		link = master->sid < rb_entry(parent, struct sys_smmu_master, node)->sid
			       ? &parent->rb_left
			       : &parent->rb_right;
	}
	rb_link_node(&master->node, parent, link);
	rb_insert_color(&master->node, &smmu->streams);
	mutex_unlock(&smmu->streams_mutex);
}

struct sys_smmu_master *sys_smmu_find_master(struct sys_smmu *smmu, u32 sid)
{
	struct rb_node *node = smmu->streams.rb_node;

	while (node) {
		struct sys_smmu_master *master = rb_entry(node, struct sys_smmu_master, node);

		if (master->sid == sid)
			return master;
		node = sid < master->sid ? rb_left(node) : rb_right(node);
	}
	return NULL;
}

static bool cd_is_2level(const struct sys_smmu *smmu)
{
	return smmu->ssid_bits > CD_SPLIT;
}

static int write_ste(struct sys_smmu *smmu, struct sys_smmu_master *master)
{
	pa_t ste = ste_address(smmu, master->sid);
	u64 words[8] = {0};

	master->cd_l1 = cd_is_2level(smmu)
				? sys_iommu_alloc(&smmu->iommu,
						  (u64)L1_DESC_BYTES
							  << (smmu->ssid_bits - CD_SPLIT))
				: sys_iommu_alloc(&smmu->iommu, (u64)CD_BYTES << smmu->ssid_bits);
	if (!ste || !master->cd_l1)
		return -ENOMEM;
	words[0] = STRTAB_STE_0_V | FIELD_PREP(STRTAB_STE_0_CFG, STRTAB_STE_0_CFG_S1_TRANS) |
		   FIELD_PREP(STRTAB_STE_0_S1FMT, cd_is_2level(smmu) ? STRTAB_STE_0_S1FMT_64K_L2
								     : STRTAB_STE_0_S1FMT_LINEAR) |
		   (master->cd_l1 & STRTAB_STE_0_S1CTXPTR_MASK) |
		   FIELD_PREP(STRTAB_STE_0_S1CDMAX, smmu->ssid_bits);
	words[1] = FIELD_PREP(STRTAB_STE_1_S1DSS, STRTAB_STE_1_S1DSS_SSID0) |
		   FIELD_PREP(STRTAB_STE_1_S1CIR, STRTAB_STE_1_S1C_CACHE_WBRA) |
		   FIELD_PREP(STRTAB_STE_1_S1COR, STRTAB_STE_1_S1C_CACHE_WBRA) |
		   FIELD_PREP(STRTAB_STE_1_S1CSH, ARM_SMMU_SH_ISH);
	/* Only where there is a choice: illegal elsewhere (5.2). */
	if (!master->common->can_stall && smmu->stall_model == IDR0_STALL_MODEL_STALL)
		words[1] |= STRTAB_STE_1_S1STALLD;
	/* Automatic responses are as the endpoint expects all of them (8.1). */
	if (master->wants_pasid)
		words[1] |= STRTAB_STE_1_PPAR;
	master->ste1 = words[1];
	/* The valid bit last, as the hardware may look at any moment. */
	sys_iommu_write(&smmu->iommu, ste + 8, &words[1], 7);
	sync_ste(smmu, master->sid);
	sys_iommu_write(&smmu->iommu, ste, words, 1);
	sync_ste(smmu, master->sid);
	insert_stream(smmu, master);
	return 0;
}

int sys_smmu_write_eats(struct sys_smmu_master *master, bool is_on)
{
	pa_t ste = ste_address(master->smmu, master->sid);
	u64 word = master->ste1;

	if (!ste)
		return -ENOMEM;
	if (is_on)
		word |= FIELD_PREP(STRTAB_STE_1_EATS, (u64)STRTAB_STE_1_EATS_TRANS);
	sys_iommu_write(&master->smmu->iommu, ste + 8, &word, 1);
	sync_ste(master->smmu, master->sid);
	return 0;
}

/* Before ATS is enabled: the endpoint's PASIDs, which may not change then. */
static void init_endpoint(struct sys_smmu_master *master)
{
	struct sys_smmu *smmu = master->smmu;
	struct sys_pci *pci = master->common->pci;

	mutex_init(&master->ats_mutex);
	INIT_LIST_HEAD(&master->bonds);
	if (!pci)
		return;
	if (pci->pasid && smmu->ssid_bits)
		sys_pci_enable_pasid(pci);
	master->common->has_ats = smmu->has_ats && pci->ats;
	master->has_pri = smmu->has_pri && pci->pri && master->common->has_ats;
	master->wants_pasid = master->has_pri && sys_pci_prg_resp_pasid_required(pci);
}

int sys_smmu_add_master(struct sys_master *common)
{
	struct sys_smmu_master *master = kzalloc(sizeof(*master), GFP_KERNEL);
	int err;

	if (!master)
		return -ENOMEM;
	master->common = common;
	master->smmu = to_smmu(common->iommu);
	master->sid = common->sid;
	init_endpoint(master);
	err = write_ste(master->smmu, master);
	if (err) {
		kfree(master);
		return err;
	}
	common->driver_data = master;
	return 0;
}

void sys_smmu_release_device(struct device *dev)
{
	struct sys_smmu_master *master = sys_smmu_master_of(dev);
	struct sys_smmu *smmu = master->smmu;
	const u64 invalid = 0;

	sys_iommu_write(&smmu->iommu, ste_address(smmu, master->sid), &invalid, 1);
	sync_ste(smmu, master->sid);
	mutex_lock(&smmu->streams_mutex);
	rb_erase(&master->node, &smmu->streams);
	mutex_unlock(&smmu->streams_mutex);
	master->common->driver_data = NULL;
	kfree(master);
}

/* --- context descriptors --- */

static pa_t cd_address(struct sys_smmu_master *master, u32 ssid)
{
	struct sys_smmu *smmu = master->smmu;
	u64 desc = 0;
	pa_t l1;

	if (!cd_is_2level(smmu))
		return master->cd_l1 + (u64)CD_BYTES * ssid;
	l1 = master->cd_l1 + (u64)L1_DESC_BYTES * (ssid >> CD_SPLIT);
	mem_read64(smmu->iommu.mem, l1, &desc);
	if (!desc) {
		pa_t leaf = sys_iommu_alloc(&smmu->iommu, (u64)CD_BYTES << CD_SPLIT);

		if (!leaf)
			return 0;
		desc = (leaf & CTXDESC_L1_DESC_L2PTR_MASK) | CTXDESC_L1_DESC_V;
		mem_write64(smmu->iommu.mem, l1, desc);
	}
	return (desc & CTXDESC_L1_DESC_L2PTR_MASK) +
	       (u64)CD_BYTES * (ssid & ((1U << CD_SPLIT) - 1));
}

static void sync_cd(struct sys_smmu_master *master, u32 ssid)
{
	const u64 cmd[1][2] = {{FIELD_PREP(CMDQ_0_OP, CMDQ_OP_CFGI_CD) |
					FIELD_PREP(CMDQ_CFGI_0_SID, master->sid) |
					FIELD_PREP(CMDQ_CFGI_0_SSID, ssid),
				CMDQ_CFGI_1_LEAF}};

	sys_smmu_issue(master->smmu, cmd, 1, true);
}

/* If the device can wait, or has to: where stalls are forced, S 0 is ILLEGAL (5.5). */
static bool is_stalling(const struct sys_smmu_master *master)
{
	return master->common->can_stall || master->smmu->stall_model == IDR0_STALL_MODEL_FORCE;
}

static u64 cd_word0(const struct sys_smmu_master *master, u32 asid)
{
	/* 48 bits below TTB0, 4 KiB granule, nothing above; faults recorded. */
	return CTXDESC_CD_0_V | CTXDESC_CD_0_AA64 | CTXDESC_CD_0_R | CTXDESC_CD_0_A |
	       (is_stalling(master) ? CTXDESC_CD_0_S : 0) | CTXDESC_CD_0_ASET |
	       CTXDESC_CD_0_TCR_EPD1 | FIELD_PREP(CTXDESC_CD_0_TCR_T0SZ, 64 - SYS_PT_VA_BITS) |
	       FIELD_PREP(CTXDESC_CD_0_TCR_IPS, master->smmu->oas_field) |
	       FIELD_PREP(CTXDESC_CD_0_TCR_SH0, ARM_SMMU_SH_ISH) |
	       FIELD_PREP(CTXDESC_CD_0_TCR_IRGN0, CTXDESC_CD_0_TCR_RGN_WBWA) |
	       FIELD_PREP(CTXDESC_CD_0_TCR_ORGN0, CTXDESC_CD_0_TCR_RGN_WBWA) |
	       FIELD_PREP(CTXDESC_CD_0_ASID, asid);
}

int sys_smmu_write_cd(struct sys_smmu_master *master, u32 ssid, pa_t ttb, u32 asid)
{
	struct sys_smmu *smmu = master->smmu;
	pa_t cd = cd_address(master, ssid);
	u64 words[8] = {0};

	if (!cd)
		return -ENOMEM;
	if (ttb) {
		words[0] = cd_word0(master, asid);
		words[1] = ttb & CTXDESC_CD_1_TTB0_MASK;
		words[3] = FIELD_PREP(CTXDESC_CD_3_MAIR_ATTR0, CTXDESC_CD_3_MAIR_NORMAL_WB);
		sys_iommu_write(&smmu->iommu, cd + 8, &words[1], 7);
		sync_cd(master, ssid);
	}
	sys_iommu_write(&smmu->iommu, cd, words, 1);
	sync_cd(master, ssid);
	return 0;
}

u32 sys_smmu_alloc_asid(struct sys_smmu *smmu)
{
	return atomic_inc_return(&smmu->last_asid);
}
