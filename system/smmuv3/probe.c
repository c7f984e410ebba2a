// SPDX-License-Identifier: GPL-2.0-only
/*
 * SMMUv3 bring-up (IHI 0070 3.11, 6.3) and what the driver keeps in memory for
 * a stream: stream table entry (5.2) and context descriptors (5.4).
 */
#include "system/smmuv3/driver.h"

#include <linux/bitfield.h>
#include <linux/io.h>
#include <linux/slab.h>

#include <errno.h>

#include "kapi/mmio.h"
#include "models/smmuv3/regs.h"
#include "sim/cpu.h"

/* 256 stream table entries a second-level table, 1024 context descriptors a leaf. */
#define STRTAB_SPLIT 8
#define CD_SPLIT 10
/* A first-level stream table of more than 2^17 descriptors is not worth its memory. */
#define STRTAB_L1_MAX_LG2 17

#define STE_BYTES 64
#define CD_BYTES 64
#define L1_DESC_BYTES 8

static u64 mmio_read(void *opaque, u64 offset, unsigned int bytes)
{
	return smmu_mmio_read(opaque, offset, bytes);
}

static void mmio_write(void *opaque, u64 offset, u64 value, unsigned int bytes)
{
	smmu_mmio_write(opaque, offset, value, bytes);
}

static const struct kapi_mmio_ops mmio_ops = {.read = mmio_read, .write = mmio_write};

/* Frames for @bytes, rounded up to a power of two of pages. */
static pa_t alloc_table(struct sys_smmu *smmu, u64 bytes)
{
	u32 lg2 = 0;

	while ((SYS_PAGE_BYTES << lg2) < bytes)
		lg2++;
	return sys_frames_alloc(smmu->iommu.frames, lg2);
}

static void write_words(struct sys_smmu *smmu, pa_t pa, const u64 *words, u32 nr)
{
	for (u32 i = 0; i < nr; i++)
		mem_write64(smmu->iommu.mem, pa + 8 * i, words[i]);
}

/* --- bring-up --- */

static int read_id_registers(struct sys_smmu *smmu)
{
	u32 idr0 = readl(smmu->base + ARM_SMMU_IDR0);
	u32 idr1 = readl(smmu->base + ARM_SMMU_IDR1);
	u32 idr5 = readl(smmu->base + ARM_SMMU_IDR5);

	if (!(idr0 & IDR0_S1P) || !(idr0 & IDR0_MSI) || !(idr5 & IDR5_GRAN4K))
		return -EINVAL;
	smmu->is_2level = FIELD_GET(IDR0_ST_LVL, idr0) == IDR0_ST_LVL_2LVL;
	smmu->sid_bits = FIELD_GET(IDR1_SIDSIZE, idr1);
	smmu->ssid_bits = FIELD_GET(IDR1_SSIDSIZE, idr1);
	smmu->oas_field = FIELD_GET(IDR5_OAS, idr5);
	smmu->cmdq.lg2 = FIELD_GET(IDR1_CMDQS, idr1);
	smmu->evtq.lg2 = FIELD_GET(IDR1_EVTQS, idr1);
	smmu->has_ats = idr0 & IDR0_ATS;
	smmu->has_pri = idr0 & IDR0_PRI;
	smmu->priq.lg2 = FIELD_GET(IDR1_PRIQS, idr1);
	/* Small stream tables need no second level. */
	if (smmu->sid_bits <= STRTAB_SPLIT)
		smmu->is_2level = false;
	return 0;
}

static int init_queue(struct sys_smmu *smmu, struct sys_smmu_queue *q, u32 entry_bytes,
		      u32 base_reg, u32 prod_reg, u32 cons_reg)
{
	q->prod_reg = prod_reg;
	q->cons_reg = cons_reg;
	q->base = alloc_table(smmu, (u64)entry_bytes << q->lg2);
	if (!q->base)
		return -ENOMEM;
	writeq(Q_BASE_RWA | (q->base & Q_BASE_ADDR_MASK) | FIELD_PREP(Q_BASE_LOG2SIZE, q->lg2),
	       smmu->base + base_reg);
	writel(0, smmu->base + prod_reg);
	writel(0, smmu->base + cons_reg);
	return 0;
}

static int init_stream_table(struct sys_smmu *smmu)
{
	u32 l1_lg2 = smmu->sid_bits - STRTAB_SPLIT;
	u32 lg2 = smmu->sid_bits;
	u32 cfg;

	if (smmu->is_2level) {
		if (l1_lg2 > STRTAB_L1_MAX_LG2)
			l1_lg2 = STRTAB_L1_MAX_LG2;
		lg2 = l1_lg2 + STRTAB_SPLIT;
		smmu->strtab = alloc_table(smmu, (u64)L1_DESC_BYTES << l1_lg2);
		cfg = FIELD_PREP(STRTAB_BASE_CFG_FMT, STRTAB_BASE_CFG_FMT_2LVL) |
		      FIELD_PREP(STRTAB_BASE_CFG_SPLIT, STRTAB_SPLIT);
	} else {
		smmu->strtab = alloc_table(smmu, (u64)STE_BYTES << lg2);
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

static int init_tables(struct sys_smmu *smmu)
{
	int err = init_stream_table(smmu);

	if (!err)
		err = init_queue(smmu, &smmu->cmdq, CMDQ_ENT_BYTES, ARM_SMMU_CMDQ_BASE,
				 ARM_SMMU_CMDQ_PROD, ARM_SMMU_CMDQ_CONS);
	if (!err)
		err = init_queue(smmu, &smmu->evtq, EVTQ_ENT_BYTES, ARM_SMMU_EVTQ_BASE,
				 ARM_SMMU_EVTQ_PROD, ARM_SMMU_EVTQ_CONS);
	if (!err && smmu->has_pri)
		err = init_queue(smmu, &smmu->priq, PRIQ_ENT_BYTES, ARM_SMMU_PRIQ_BASE,
				 ARM_SMMU_PRIQ_PROD, ARM_SMMU_PRIQ_CONS);
	return err ? err : sys_smmu_init_sync(smmu);
}

/* Write @value and wait until its acknowledge register follows (6.3.9, 6.3.15). */
static int write_and_ack(struct sys_smmu *smmu, u32 value, u32 reg, u32 ack_reg)
{
	writel(value, smmu->base + reg);
	for (u32 tries = 0; tries < 1000; tries++) {
		if (readl(smmu->base + ack_reg) == value)
			return 0;
		cpu_relax();
	}
	return -ETIMEDOUT;
}

static void invalidate_everything(struct sys_smmu *smmu)
{
	const u64 cmds[2][2] = {
		{FIELD_PREP(CMDQ_0_OP, CMDQ_OP_CFGI_ALL),
		 FIELD_PREP(CMDQ_CFGI_1_RANGE, CMDQ_CFGI_1_ALL_STES)},
		{FIELD_PREP(CMDQ_0_OP, CMDQ_OP_TLBI_NSNH_ALL)},
	};

	sys_smmu_issue(smmu, cmds, 2, true);
}

/* Translated transactions are let through for streams that may use ATS only. */
static int enable(struct sys_smmu *smmu, u32 irq_cpu)
{
	u32 cr0 = CR0_CMDQEN;
	u32 irqs = IRQ_CTRL_EVTQ_IRQEN | IRQ_CTRL_GERROR_IRQEN |
		   (smmu->has_pri ? IRQ_CTRL_PRIQ_IRQEN : 0);
	int err = write_and_ack(smmu, cr0, ARM_SMMU_CR0, ARM_SMMU_CR0ACK);

	if (err)
		return err;
	invalidate_everything(smmu);
	cr0 |= CR0_EVTQEN | (smmu->has_pri ? CR0_PRIQEN : 0) | (smmu->has_ats ? CR0_ATSCHK : 0);
	err = write_and_ack(smmu, cr0, ARM_SMMU_CR0, ARM_SMMU_CR0ACK);
	if (!err)
		err = sys_smmu_request_irqs(smmu, irq_cpu);
	if (!err)
		err = write_and_ack(smmu, irqs, ARM_SMMU_IRQ_CTRL, ARM_SMMU_IRQ_CTRLACK);
	if (!err)
		err = write_and_ack(smmu, cr0 | CR0_SMMUEN, ARM_SMMU_CR0, ARM_SMMU_CR0ACK);
	return err;
}

int sys_smmu_probe(struct sys_iommu *iommu, u32 irq_cpu)
{
	struct sys_smmu *smmu = to_smmu(iommu);
	int err;

	smmu->base = kapi_ioremap(&mmio_ops, smmu->model);
	if (!smmu->base)
		return -ENOMEM;
	spin_lock_init(&smmu->cmdq_lock);
	mutex_init(&smmu->streams_mutex);
	smmu->streams = RB_ROOT;
	atomic_set(&smmu->last_asid, 0);
	init_waitqueue_head(&smmu->priq_idle);
	err = read_id_registers(smmu);
	if (!err)
		err = write_and_ack(smmu, 0, ARM_SMMU_CR0, ARM_SMMU_CR0ACK);
	if (!err)
		err = init_tables(smmu);
	return err ? err : enable(smmu, irq_cpu);
}

/* --- stream table entries --- */

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
		pa_t l2 = alloc_table(smmu, (u64)STE_BYTES << STRTAB_SPLIT);

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

static bool cd_is_2level(const struct sys_smmu *smmu)
{
	return smmu->ssid_bits > CD_SPLIT;
}

static int write_ste(struct sys_smmu *smmu, struct sys_smmu_master *master)
{
	pa_t ste = ste_address(smmu, master->sid);
	u64 words[8] = {0};

	master->cd_l1 = cd_is_2level(smmu)
				? alloc_table(smmu,
					      (u64)L1_DESC_BYTES << (smmu->ssid_bits - CD_SPLIT))
				: alloc_table(smmu, (u64)CD_BYTES << smmu->ssid_bits);
	if (!ste || !master->cd_l1)
		return -ENOMEM;
	words[0] = STRTAB_STE_0_V | FIELD_PREP(STRTAB_STE_0_CFG, STRTAB_STE_0_CFG_S1_TRANS) |
		   FIELD_PREP(STRTAB_STE_0_S1FMT, cd_is_2level(smmu) ? STRTAB_STE_0_S1FMT_64K_L2
								     : STRTAB_STE_0_S1FMT_LINEAR) |
		   (master->cd_l1 & STRTAB_STE_0_S1CTXPTR_MASK) |
		   FIELD_PREP(STRTAB_STE_0_S1CDMAX, smmu->ssid_bits);
	words[1] = FIELD_PREP(STRTAB_STE_1_S1DSS, STRTAB_STE_1_S1DSS_SSID0);
	if (!master->common->can_stall)
		words[1] |= STRTAB_STE_1_S1STALLD;
	/* Automatic responses are as the endpoint expects all of them (8.1). */
	if (master->wants_pasid)
		words[1] |= STRTAB_STE_1_PPAR;
	master->ste1 = words[1];
	/* The valid bit last, as the hardware may look at any moment. */
	write_words(smmu, ste + 8, &words[1], 7);
	sync_ste(smmu, master->sid);
	write_words(smmu, ste, words, 1);
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
	write_words(master->smmu, ste + 8, &word, 1);
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
		pa_t leaf = alloc_table(smmu, (u64)CD_BYTES << CD_SPLIT);

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

static u64 cd_word0(const struct sys_smmu_master *master, u32 asid)
{
	/* 48 bits below TTB0, 4 KiB granule, nothing above; faults recorded and,
	 * if the device can wait, stalled. */
	return CTXDESC_CD_0_V | CTXDESC_CD_0_AA64 | CTXDESC_CD_0_R | CTXDESC_CD_0_A |
	       (master->common->can_stall ? CTXDESC_CD_0_S : 0) | CTXDESC_CD_0_ASET |
	       CTXDESC_CD_0_TCR_EPD1 | FIELD_PREP(CTXDESC_CD_0_TCR_T0SZ, 64 - SYS_PT_VA_BITS) |
	       FIELD_PREP(CTXDESC_CD_0_TCR_IPS, master->smmu->oas_field) |
	       FIELD_PREP(CTXDESC_CD_0_TCR_SH0, ARM_SMMU_SH_ISH) |
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
		write_words(smmu, cd + 8, &words[1], 7);
		sync_cd(master, ssid);
	}
	write_words(smmu, cd, words, 1);
	sync_cd(master, ssid);
	return 0;
}
