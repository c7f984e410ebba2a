// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programming interface: the register table at work (IHI 0070 6.2, 6.3), and
 * what a write does beyond storing.
 *
 * Updates of CR0, IRQ_CTRL and GBPA are complete when the write returns, so
 * their acknowledge fields follow at once. Where the specification leaves a
 * choice: an access of a wrong size or alignment is RAZ/WI; one of 8 bytes to a
 * pair of 4-byte registers is one to each, the lower first; a write to a guarded
 * register is ignored.
 */
#include "models/smmuv3/internal.h"
#include "sim/trace.h"

#define ROW(name, offset, bytes, reset, wmask, w1c, guard, section)                                \
	REG_ROW(SMMU_REG_##name, SMMU_GUARD_##guard, #name, offset, bytes, reset, wmask, w1c,      \
		section)
const struct reg_row smmu_reg_table[SMMU_NR_REGS] = {SMMU_REGS(ROW)};
#undef ROW

/* Words of the two pages that hold registers: row number plus one. */
#define WORD_INDEX(offset) (((offset) >= SMMU_PAGE1 ? 128 : 0) + ((offset)&0x1ff) / 4)
#define WORD_ROW(name, offset, bytes, reset, wmask, w1c, guard, section)                           \
	[WORD_INDEX(offset)... WORD_INDEX(offset) + (bytes) / 4 - 1] = SMMU_REG_##name + 1,
static const u8 row_of_word[256] = {SMMU_REGS(WORD_ROW)};
#undef WORD_ROW

static bool find_row(u32 offset, u32 bytes, enum smmu_reg *reg)
{
	u32 row;

	if ((bytes != 4 && bytes != 8) || offset % bytes || (offset & ~SMMU_PAGE1) > 0x1ff)
		return false;
	row = row_of_word[WORD_INDEX(offset)];
	*reg = row - 1;
	return row && bytes <= smmu_reg_table[row - 1].bytes;
}

/* Pointers that the SMMU moves have nothing above their wrap bit (6.3.28, 6.3.95, 6.3.97). */
static u64 unused_pointer_bits(const struct smmu *smmu, enum smmu_reg reg)
{
	enum smmu_reg base;

	switch (reg) {
	case SMMU_REG_CMDQ_CONS:
		base = SMMU_REG_CMDQ_BASE;
		break;
	case SMMU_REG_EVTQ_PROD:
		base = SMMU_REG_EVTQ_BASE;
		break;
	case SMMU_REG_PRIQ_PROD:
		base = SMMU_REG_PRIQ_BASE;
		break;
	default:
		return 0;
	}
	return Q_POINTER_MASK & ~lg2_mask(smmu_queue_lg2(smmu, base) + 1);
}

/* Of two words, neither of them of a register of 8 bytes (6.2). */
static bool is_pair(u32 offset, u32 bytes)
{
	return bytes == 8 && offset % 8 == 0;
}

u64 smmu_mmio_read(struct smmu *smmu, u32 offset, u32 bytes)
{
	enum smmu_reg reg;
	u64 value;

	if (!find_row(offset, bytes, &reg)) {
		if (smmu_ecmdq_read(smmu, offset, bytes, &value)) {
			smmu->nr_reads++;
			return value;
		}
		if (!is_pair(offset, bytes))
			return 0;
		value = smmu_mmio_read(smmu, offset, 4);
		return value | smmu_mmio_read(smmu, offset + 4, 4) << 32;
	}
	smmu->nr_reads++;
	value = smmu->core.reg[reg] & ~unused_pointer_bits(smmu, reg);
	if (bytes == 8)
		return value;
	return (u32)(value >> (8 * (offset - smmu_reg_table[reg].offset)));
}

/* --- reset --- */

static u64 oas_field(u64 bits)
{
	switch (bits) {
	case 32:
		return IDR5_OAS_32_BIT;
	case 36:
		return IDR5_OAS_36_BIT;
	case 40:
		return IDR5_OAS_40_BIT;
	case 42:
		return IDR5_OAS_42_BIT;
	case 44:
		return IDR5_OAS_44_BIT;
	case 52:
		return IDR5_OAS_52_BIT;
	default:
		return IDR5_OAS_48_BIT;
	}
}

static u64 stall_model(const struct smmu_params *p)
{
	if (!p->stall)
		return IDR0_STALL_MODEL_TERMINATE;
	return p->stall_forced ? IDR0_STALL_MODEL_FORCE : IDR0_STALL_MODEL_STALL;
}

static u64 idr0(const struct smmu_params *p)
{
	return (p->stage2 ? IDR0_S2P : 0) | (p->stage1 ? IDR0_S1P : 0) |
	       FIELD_PREP(IDR0_TTF, IDR0_TTF_AARCH64) | IDR0_COHACC |
	       FIELD_PREP(IDR0_HTTU, p->httu) | (p->hyp ? IDR0_HYP : 0) | (p->ats ? IDR0_ATS : 0) |
	       (p->atsrecerr ? IDR0_ATSRECERR : 0) |
	       (p->ats && p->stage1 && p->stage2 && !p->split_ats ? IDR0_NS1ATS : 0) |
	       (p->vmid16 ? IDR0_VMID16 : 0) | (p->vmw ? IDR0_VMW : 0) | (p->pri ? IDR0_PRI : 0) |
	       (p->asid16 ? IDR0_ASID16 : 0) | (p->msi ? IDR0_MSI : 0) |
	       (p->cd_2level ? IDR0_CD2L : 0) | FIELD_PREP(IDR0_TTENDIAN, IDR0_TTENDIAN_LE) |
	       FIELD_PREP(IDR0_STALL_MODEL, stall_model(p)) |
	       (p->abort_only ? IDR0_TERM_MODEL : 0) |
	       (p->st_2level ? FIELD_PREP(IDR0_ST_LVL, IDR0_ST_LVL_2LVL) : 0);
}

static u64 feature_reset(enum smmu_reg reg, const struct smmu_params *p)
{
	switch (reg) {
	case SMMU_REG_IDR0:
		return idr0(p);
	case SMMU_REG_IDR1:
		return FIELD_PREP(IDR1_SIDSIZE, p->sid_bits) |
		       FIELD_PREP(IDR1_SSIDSIZE, p->ssid_bits) |
		       FIELD_PREP(IDR1_PRIQS, p->pri ? p->priq_lg2 : 0) |
		       FIELD_PREP(IDR1_EVTQS, p->evtq_lg2) | FIELD_PREP(IDR1_CMDQS, p->cmdq_lg2) |
		       (p->attr_perms_ovr ? IDR1_ATTR_PERMS_OVR : 0) | (p->ecmdq ? IDR1_ECMDQ : 0);
	case SMMU_REG_IDR3:
		return (p->had ? IDR3_HAD : 0) | (p->pps ? IDR3_PPS : 0) | (p->xnx ? IDR3_XNX : 0) |
		       (p->fwb ? IDR3_FWB : 0) | (p->ril ? IDR3_RIL : 0) |
		       FIELD_PREP(IDR3_BBML, p->bbml) | (p->e0pd ? IDR3_E0PD : 0) |
		       (p->ptwnnc ? IDR3_PTWNNC : 0);
	case SMMU_REG_IIDR:
		return p->iidr;
	case SMMU_REG_AIDR:
		return p->arch_minor;
	case SMMU_REG_IDR6:
		return p->ecmdq ? FIELD_PREP(IDR6_LOG2NUMP, p->ecmdq_pages_lg2) |
					  FIELD_PREP(IDR6_LOG2NUMQ, p->ecmdq_queues_lg2)
				: 0;
	default: /* IDR5 */
		return FIELD_PREP(IDR5_OAS, oas_field(p->oas_bits)) | IDR5_GRAN4K |
		       (p->gran16k ? IDR5_GRAN16K : 0) | (p->gran64k ? IDR5_GRAN64K : 0) |
		       (p->ds ? IDR5_DS : 0) |
		       (p->vax ? FIELD_PREP(IDR5_VAX, IDR5_VAX_52_BIT) : 0) |
		       FIELD_PREP(IDR5_STALL_MAX, p->stall ? p->stall_max : 0);
	}
}

static u64 reserved_without_pri(enum smmu_reg reg)
{
	switch (reg) {
	/* NOLINTNEXTLINE(bugprone-branch-clone): two bits of the same place, not the same bit */
	case SMMU_REG_CR0:
		return CR0_PRIQEN;
	case SMMU_REG_IRQ_CTRL:
		return IRQ_CTRL_PRIQ_IRQEN;
	case SMMU_REG_GERRORN:
		return GERROR_PRIQ_ABT_ERR | GERROR_MSI_PRIQ_ABT_ERR;
	case SMMU_REG_PRIQ_BASE:
	case SMMU_REG_PRIQ_PROD:
	case SMMU_REG_PRIQ_CONS:
	case SMMU_REG_PRIQ_IRQ_CFG0:
	case SMMU_REG_PRIQ_IRQ_CFG1:
	case SMMU_REG_PRIQ_IRQ_CFG2:
		return ~0ULL;
	default:
		return 0;
	}
}

/* Bits that the table lets software write, but features make RES0. */
static u64 reserved_by_features(const struct smmu *smmu, enum smmu_reg reg)
{
	const struct smmu_params *p = &smmu->core.params;

	switch (reg) {
	case SMMU_REG_CR0:
		return (p->ats ? 0 : CR0_ATSCHK) | (p->vmw ? 0 : CR0_VMW);
	case SMMU_REG_CR2:
		return (p->hyp ? 0 : CR2_E2H) | (p->atsrecerr ? 0 : CR2_REC_CFG_ATS);
	case SMMU_REG_GBPA:
		return p->attr_perms_ovr ? 0 : GBPA_PRIVCFG | GBPA_INSTCFG;
	case SMMU_REG_GERRORN:
		return (p->msi ? 0 : GERROR_MSI_ERRORS) | (p->ecmdq ? 0 : GERROR_CMDQP_ERR);
	case SMMU_REG_STRTAB_BASE_CFG:
		return p->st_2level ? 0 : STRTAB_BASE_CFG_FMT | STRTAB_BASE_CFG_SPLIT;
	case SMMU_REG_STRTAB_BASE:
		return STRTAB_BASE_ADDR_MASK & ~smmu->core.oas_mask;
	case SMMU_REG_CMDQ_BASE:
	case SMMU_REG_EVTQ_BASE:
	case SMMU_REG_PRIQ_BASE:
		return Q_BASE_ADDR_MASK & ~smmu->core.oas_mask;
	case SMMU_REG_GERROR_IRQ_CFG0:
	case SMMU_REG_EVTQ_IRQ_CFG0:
	case SMMU_REG_PRIQ_IRQ_CFG0:
		return p->msi ? MSI_CFG0_ADDR_MASK & ~smmu->core.oas_mask : ~0ULL;
	case SMMU_REG_GERROR_IRQ_CFG1:
	case SMMU_REG_GERROR_IRQ_CFG2:
	case SMMU_REG_EVTQ_IRQ_CFG1:
	case SMMU_REG_EVTQ_IRQ_CFG2:
	case SMMU_REG_PRIQ_IRQ_CFG1:
		return p->msi ? 0 : ~0ULL;
	case SMMU_REG_PRIQ_IRQ_CFG2: /* LO is for wires too (6.3.1, MSI) */
		return p->msi ? 0 : ~PRIQ_IRQ_CFG2_LO;
	default:
		return 0;
	}
}

void smmu_registers_reset(struct smmu *smmu)
{
	for (u32 i = 0; i < SMMU_NR_REGS; i++) {
		const struct reg_row *row = &smmu_reg_table[i];

		smmu->core.reg[i] = row->reset == SMMU_RESET_FEATURES
					    ? feature_reset(i, &smmu->core.params)
					    : row->reset;
		smmu->write_mask[i] = row->write_mask & ~reserved_by_features(smmu, i);
		if (!smmu->core.params.pri)
			smmu->write_mask[i] &= ~reserved_without_pri(i);
	}
	smmu->core.is_enabled = false;
}

/* --- writes --- */

/* CR1: attributes of tables while the SMMU is off, of queues while all of them are (6.3.11). */
static u64 cr1_writable(const struct smmu *smmu)
{
	u64 cr0 = smmu->core.reg[SMMU_REG_CR0];
	u64 mask = cr0 & CR0_SMMUEN ? 0 : CR1_TABLE_IC | CR1_TABLE_OC | CR1_TABLE_SH;

	if (!(cr0 & (CR0_CMDQEN | CR0_EVTQEN | CR0_PRIQEN)) && !smmu->nr_ecmdqs_enabled)
		mask |= CR1_QUEUE_IC | CR1_QUEUE_OC | CR1_QUEUE_SH;
	return mask;
}

/* Bits of @reg that a write of @written changes now. */
static u64 writable(const struct smmu *smmu, enum smmu_reg reg, u64 written)
{
	u64 cr0 = smmu->core.reg[SMMU_REG_CR0];
	u64 irq_ctrl = smmu->core.reg[SMMU_REG_IRQ_CTRL];
	u64 mask = smmu->write_mask[reg];

	switch (smmu_reg_table[reg].guard) {
	case SMMU_GUARD_NONE:
		return mask;
	case SMMU_GUARD_READ_ONLY:
		return 0;
	case SMMU_GUARD_SMMUEN:
		return cr0 & CR0_SMMUEN ? 0 : mask;
	case SMMU_GUARD_CMDQEN:
		return cr0 & CR0_CMDQEN ? 0 : mask;
	case SMMU_GUARD_EVTQEN:
		return cr0 & CR0_EVTQEN ? 0 : mask;
	case SMMU_GUARD_PRIQEN:
		return cr0 & CR0_PRIQEN ? 0 : mask;
	case SMMU_GUARD_GERROR_IRQEN:
		return irq_ctrl & IRQ_CTRL_GERROR_IRQEN ? 0 : mask;
	case SMMU_GUARD_EVTQ_IRQEN:
		return irq_ctrl & IRQ_CTRL_EVTQ_IRQEN ? 0 : mask;
	case SMMU_GUARD_PRIQ_IRQEN:
		return irq_ctrl & IRQ_CTRL_PRIQ_IRQEN ? 0 : mask;
	case SMMU_GUARD_TABLES_AND_QUEUES:
		return mask & cr1_writable(smmu);
	case SMMU_GUARD_UPDATE:
		return written & GBPA_UPDATE ? mask : 0;
	case SMMU_GUARD_ECMDQEN: /* of no register here */
		break;
	}
	return 0;
}

/* 6.3.9: @old and the register's new value tell which fields change. */
static void write_cr0(struct smmu *smmu, u64 old)
{
	u64 now = smmu->core.reg[SMMU_REG_CR0];
	u64 off = old & ~now;

	/* Flushes come first: they finish what the old value began. */
	if (off & CR0_CMDQEN)
		smmu_cmdq_flush(&smmu->cmdq);
	if (off & CR0_EVTQEN)
		smmu_evtq_flush(smmu);
	/* SMMUEN == 0 implies PRIQEN == 0 (8.2). */
	if (off & (CR0_PRIQEN | CR0_SMMUEN))
		smmu_priq_flush(smmu);
	smmu->core.reg[SMMU_REG_CR0ACK] = now;
	smmu->core.is_enabled = now & CR0_SMMUEN;
	if (off & CR0_SMMUEN)
		smmu_stall_terminate(smmu, 0, ~0ULL);
	smmu_evtq_kick(smmu);
	smmu_priq_kick(smmu);
	smmu_cmdq_kick(&smmu->cmdq);
}

static void write_irq_ctrl(struct smmu *smmu, u64 old)
{
	u64 now = smmu->core.reg[SMMU_REG_IRQ_CTRL];
	u64 off = old & ~now;

	if (off & IRQ_CTRL_EVTQ_IRQEN)
		smmu_irq_flush(smmu, SMMU_IRQ_EVTQ);
	if (off & IRQ_CTRL_PRIQ_IRQEN)
		smmu_irq_flush(smmu, SMMU_IRQ_PRIQ);
	if (off & IRQ_CTRL_GERROR_IRQEN)
		smmu_irq_flush(smmu, SMMU_IRQ_GERROR);
	smmu->core.reg[SMMU_REG_IRQ_CTRLACK] = now;
}

/* A queue that software empties. */
struct record_queue {
	enum smmu_queue queue;
	enum smmu_reg base, prod, cons;
};

/* Software took records: CONS moved from @old. */
static void count_popped(struct smmu *smmu, const struct record_queue *q,
			 struct iommu_queue_stats *stats, u32 old)
{
	u32 lg2 = smmu_queue_lg2(smmu, q->base);
	u32 prod = smmu->core.reg[q->prod], cons = smmu->core.reg[q->cons];
	u32 taken = ring_depth(cons, old, lg2);

	if (!taken || taken > ring_depth(prod, old, lg2))
		return;
	stats->popped += taken;
	sim_trace(SIM_TRACE_QUEUE_POP, smmu_queue_number(smmu, q->queue),
		  ring_depth(prod, cons, lg2));
}

static void write_evtq_cons(struct smmu *smmu, u32 old)
{
	static const struct record_queue evtq = {SMMU_QUEUE_EVTQ, SMMU_REG_EVTQ_BASE,
						 SMMU_REG_EVTQ_PROD, SMMU_REG_EVTQ_CONS};

	count_popped(smmu, &evtq, &smmu->core.stats.evtq, old);
	smmu_evtq_kick(smmu);
}

static void write_priq_cons(struct smmu *smmu, u32 old)
{
	static const struct record_queue priq = {SMMU_QUEUE_PRIQ, SMMU_REG_PRIQ_BASE,
						 SMMU_REG_PRIQ_PROD, SMMU_REG_PRIQ_CONS};

	count_popped(smmu, &priq, &smmu->core.stats.priq, old);
	smmu_priq_kick(smmu);
}

static void after_write(struct smmu *smmu, enum smmu_reg reg, u64 old)
{
	switch (reg) {
	case SMMU_REG_CR0:
		write_cr0(smmu, old);
		break;
	case SMMU_REG_IRQ_CTRL:
		write_irq_ctrl(smmu, old);
		break;
	case SMMU_REG_CMDQ_PROD:
		smmu_cmdq_produced(&smmu->cmdq, old);
		break;
	case SMMU_REG_EVTQ_CONS:
		write_evtq_cons(smmu, old);
		break;
	case SMMU_REG_PRIQ_CONS:
		write_priq_cons(smmu, old);
		break;
	case SMMU_REG_GERRORN:
		smmu_evtq_kick(smmu);
		smmu_priq_kick(smmu);
		smmu_cmdq_kick(&smmu->cmdq);
		break;
	default:
		break;
	}
}

void smmu_mmio_write(struct smmu *smmu, u32 offset, u64 value, u32 bytes)
{
	enum smmu_reg reg;
	u64 mask, old, lane;
	u32 shift;

	if (!find_row(offset, bytes, &reg)) {
		if (smmu_ecmdq_write(smmu, offset, value, bytes)) {
			smmu->nr_writes[SMMU_NR_REGS]++;
			return;
		}
		if (!is_pair(offset, bytes))
			return;
		smmu_mmio_write(smmu, offset, (u32)value, 4);
		smmu_mmio_write(smmu, offset + 4, value >> 32, 4);
		return;
	}
	smmu->nr_writes[reg]++;
	shift = 8 * (offset - smmu_reg_table[reg].offset);
	lane = (bytes == 8 ? ~0ULL : 0xffffffffULL) << shift;
	value <<= shift;
	mask = writable(smmu, reg, value) & lane;
	old = smmu->core.reg[reg];
	smmu->core.reg[reg] = (old & ~mask) | (value & mask & ~smmu_reg_table[reg].w1c_mask);
	smmu->core.reg[reg] &= ~(value & lane & smmu_reg_table[reg].w1c_mask);
	after_write(smmu, reg, old);
}
