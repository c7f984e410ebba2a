// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programming interface: the register table at work (VT-d 11), and what a write
 * does beyond storing. Commands are carried out in command.c.
 *
 * Where the specification leaves a choice: an access of 8 bytes that is not of one register
 * is two of 4 bytes, the lower first (11.2 lets hardware take one of 8 bytes apart so): Linux
 * before 4.5 reads GSTS with one, QEMU takes them. Any other wrong size or alignment is
 * RAZ/WI; a write to a guarded register is ignored; what reads as undefined reads as it
 * was written.
 */
#include "models/vtd/internal.h"

#define ROW(name, offset, bytes, reset, wmask, w1c, guard, section)                                \
	REG_ROW(VTD_REG_##name, VTD_GUARD_##guard, #name, offset, bytes, reset, wmask, w1c, section)
const struct reg_row vtd_reg_table[VTD_NR_REGS] = {VTD_REGS(ROW)};
#undef ROW

/* Words of the first 256 bytes: row number plus one. */
#define WORD_ROW(name, offset, bytes, reset, wmask, w1c, guard, section)                           \
	[(offset) / 4 ...(offset) / 4 + (bytes) / 4 - 1] = VTD_REG_##name + 1,
static const u8 row_of_word[64] = {VTD_REGS(WORD_ROW)};
#undef WORD_ROW

static bool is_access(u32 offset, u32 bytes)
{
	return (bytes == 4 || bytes == 8) && offset % bytes == 0;
}

static bool find_row(u32 offset, u32 bytes, enum vtd_reg *reg)
{
	u32 row;

	if (!is_access(offset, bytes) || offset > 0xff)
		return false;
	row = row_of_word[offset / 4];
	*reg = row - 1;
	return row && bytes <= vtd_reg_table[row - 1].bytes;
}

/* 8 bytes that are not one register: two halves. */
static bool is_pair(const struct vtd *vtd, u32 offset, u32 bytes)
{
	enum vtd_reg reg;

	return bytes == 8 && offset % 4 == 0 && !find_row(offset, bytes, &reg) &&
	       !(offset % 8 == 0 && vtd_is_fault_register(vtd, offset, bytes));
}

u64 vtd_mmio_read(struct vtd *vtd, u32 offset, u32 bytes)
{
	enum vtd_reg reg;
	u64 value;

	if (is_pair(vtd, offset, bytes)) {
		value = vtd_mmio_read(vtd, offset, 4);
		return value | vtd_mmio_read(vtd, offset + 4, 4) << 32;
	}
	vtd->nr_reads++;
	if (is_access(offset, bytes) && vtd_is_fault_register(vtd, offset, bytes))
		return vtd_fault_read(vtd, offset, bytes);
	if (!find_row(offset, bytes, &reg))
		return 0;
	value = vtd->core.reg[reg];
	if (bytes == 8)
		return value;
	return (u32)(value >> (8 * (offset - vtd_reg_table[reg].offset)));
}

/* --- reset --- */

static u64 cap(const struct vtd_params *p)
{
	return FIELD_PREP(CAP_ND, (p->domain_bits - 4) / 2) | (p->rwbf ? CAP_RWBF : 0) |
	       (p->pmr ? CAP_PLMR | CAP_PHMR : 0) | (p->caching_mode ? CAP_CM : 0) |
	       (p->aw39 ? CAP_SAGAW_39 : 0) | (p->aw48 ? CAP_SAGAW_48 : 0) |
	       (p->aw57 ? CAP_SAGAW_57 : 0) | FIELD_PREP(CAP_MGAW, p->mgaw_bits - 1) |
	       (p->zlr ? CAP_ZLR : 0) | FIELD_PREP(CAP_FRO, VTD_FRCD_OFFSET / 16) |
	       (p->ss_2m ? CAP_SSLPS_2M : 0) | (p->ss_1g ? CAP_SSLPS_1G : 0) |
	       (p->psi ? CAP_PSI : 0) | FIELD_PREP(CAP_NFR, p->nr_fault_records - 1) |
	       FIELD_PREP(CAP_MAMV, p->mamv) | CAP_DWD | CAP_DRD | (p->fs_1g ? CAP_FS1GP : 0) |
	       (p->pi ? CAP_PI : 0) | (p->fs_5level ? CAP_FS5LP : 0) |
	       (p->esirtps ? CAP_ESIRTPS : 0) | (p->esrtps ? CAP_ESRTPS : 0);
}

static u64 ecap_of_scalable_mode(const struct vtd_params *p)
{
	return (p->nest ? ECAP_NEST : 0) | (p->prs ? ECAP_PRS : 0) | (p->ers ? ECAP_ERS : 0) |
	       (p->srs ? ECAP_SRS : 0) | (p->eafs ? ECAP_EAFS : 0) | (p->pasid ? ECAP_PASID : 0) |
	       FIELD_PREP(ECAP_PSS, p->pasid ? p->pasid_bits - 1 : 0) | (p->smts ? ECAP_SMTS : 0) |
	       (p->ssads ? ECAP_SSADS : 0) | (p->ssts ? ECAP_SSTS : 0) | (p->fsts ? ECAP_FSTS : 0) |
	       (p->smpwcs ? ECAP_SMPWCS : 0) | (p->rps ? ECAP_RPS : 0) |
	       (p->rprivs ? ECAP_RPRIVS : 0) | (p->sms ? ECAP_SMS : 0);
}

static u64 ecap(const struct vtd_params *p)
{
	return (p->coherent ? ECAP_C : 0) | (p->qi ? ECAP_QI : 0) | (p->dt ? ECAP_DT : 0) |
	       (p->ir ? ECAP_IR : 0) | (p->eim ? ECAP_EIM : 0) | (p->pt ? ECAP_PT : 0) |
	       (p->sc ? ECAP_SC : 0) | FIELD_PREP(ECAP_IRO, VTD_IVA_OFFSET / 16) |
	       FIELD_PREP(ECAP_MHMV, p->ir ? 15 : 0) | (p->nwfs ? ECAP_NWFS : 0) |
	       (p->pds ? ECAP_PDS : 0) | (p->adms ? ECAP_ADMS : 0) | ecap_of_scalable_mode(p);
}

static u64 feature_reset(enum vtd_reg reg, const struct vtd_params *p)
{
	switch (reg) {
	case VTD_REG_VER:
		return FIELD_PREP(VER_MAX, p->ver_major);
	case VTD_REG_CAP:
		return cap(p);
	default:
		return ecap(p);
	}
}

static bool is_present(const struct vtd_params *p, enum vtd_reg reg)
{
	switch (reg) {
	case VTD_REG_PMEN:
	case VTD_REG_PLMBASE:
	case VTD_REG_PLMLIMIT:
	case VTD_REG_PHMBASE:
	case VTD_REG_PHMLIMIT:
		return p->pmr;
	case VTD_REG_IQH:
	case VTD_REG_IQT:
	case VTD_REG_IQA:
	case VTD_REG_ICS:
	case VTD_REG_IECTL:
	case VTD_REG_IEDATA:
	case VTD_REG_IEADDR:
	case VTD_REG_IEUADDR:
	case VTD_REG_IQERCD:
		return p->qi;
	case VTD_REG_IRTA:
		return p->ir;
	case VTD_REG_PQH:
	case VTD_REG_PQT:
	case VTD_REG_PQA:
	case VTD_REG_PRS:
	case VTD_REG_PECTL:
	case VTD_REG_PEDATA:
	case VTD_REG_PEADDR:
	case VTD_REG_PEUADDR:
		return p->prs;
	default:
		return true;
	}
}

/* Bits that the table lets software write, but features or the address width take away. */
static u64 reserved_by_features(const struct vtd *vtd, enum vtd_reg reg)
{
	const struct vtd_params *p = &vtd->core.params;

	if (!is_present(p, reg))
		return ~0ULL;
	switch (reg) {
	case VTD_REG_RTADDR:
	case VTD_REG_IQA:
	case VTD_REG_PQA:
	case VTD_REG_PHMBASE:
	case VTD_REG_PHMLIMIT:
		return ~vtd->core.haw_mask;
	case VTD_REG_IRTA:
		return ~vtd->core.haw_mask | (p->eim ? 0 : IRTA_EIME);
	default:
		return 0;
	}
}

void vtd_registers_reset(struct vtd *vtd)
{
	for (u32 i = 0; i < VTD_NR_REGS; i++) {
		const struct reg_row *row = &vtd_reg_table[i];

		vtd->core.reg[i] = row->reset;
		if (row->reset == VTD_RESET_FEATURES)
			vtd->core.reg[i] = feature_reset(i, &vtd->core.params);
		if (!is_present(&vtd->core.params, i))
			vtd->core.reg[i] = 0;
		vtd->write_mask[i] = row->write_mask & ~reserved_by_features(vtd, i);
	}
}

/* --- writes --- */

/* Bits of @reg that a write changes now. */
static u64 writable(const struct vtd *vtd, enum vtd_reg reg)
{
	switch (vtd_reg_table[reg].guard) {
	case VTD_GUARD_NONE:
		return vtd->write_mask[reg];
	case VTD_GUARD_READ_ONLY:
		return 0;
	case VTD_GUARD_PRS:
		return vtd->core.is_protecting ? 0 : vtd->write_mask[reg];
	}
	return 0;
}

/* @written holds the bytes that were written, in their place. */
static void after_write(struct vtd *vtd, enum vtd_reg reg, u64 written, u64 old)
{
	switch (reg) {
	case VTD_REG_GCMD:
		vtd_command_global(vtd, written);
		break;
	case VTD_REG_CCMD:
		if (written & CCMD_ICC)
			vtd_command_context(vtd);
		break;
	case VTD_REG_IOTLB:
		if (written & IOTLB_IVT)
			vtd_command_iotlb(vtd);
		break;
	case VTD_REG_PMEN:
		vtd_command_protect(vtd);
		break;
	case VTD_REG_FSTS:
		vtd_fault_status_written(vtd);
		break;
	case VTD_REG_FECTL:
		vtd_event_control_written(vtd, VTD_IRQ_FAULT);
		break;
	case VTD_REG_IECTL:
		vtd_event_control_written(vtd, VTD_IRQ_INVALIDATION);
		break;
	case VTD_REG_PECTL:
		vtd_event_control_written(vtd, VTD_IRQ_PAGE_REQUEST);
		break;
	case VTD_REG_IQT:
		vtd_iq_tail_written(vtd, old);
		break;
	case VTD_REG_PQH:
		vtd_prq_head_written(vtd, old);
		break;
	case VTD_REG_PRS:
		vtd_prq_status_written(vtd);
		vtd_prq_kick(vtd);
		break;
	case VTD_REG_ICS:
		if (!vtd->core.reg[VTD_REG_ICS])
			vtd_event_serviced(vtd, VTD_IRQ_INVALIDATION);
		break;
	default:
		break;
	}
}

void vtd_mmio_write(struct vtd *vtd, u32 offset, u64 value, u32 bytes)
{
	enum vtd_reg reg;
	u64 mask, old, lane;
	u32 shift;

	if (is_pair(vtd, offset, bytes)) {
		vtd_mmio_write(vtd, offset, (u32)value, 4);
		vtd_mmio_write(vtd, offset + 4, value >> 32, 4);
		return;
	}
	if (is_access(offset, bytes) && vtd_is_fault_register(vtd, offset, bytes)) {
		vtd->nr_writes[VTD_NR_REGS]++;
		vtd_fault_write(vtd, offset, value, bytes);
		return;
	}
	if (!find_row(offset, bytes, &reg))
		return;
	vtd->nr_writes[reg]++;
	shift = 8 * (offset - vtd_reg_table[reg].offset);
	lane = (bytes == 8 ? ~0ULL : 0xffffffffULL) << shift;
	value = value << shift & lane;
	mask = writable(vtd, reg) & lane;
	old = vtd->core.reg[reg];
	vtd->core.reg[reg] = (old & ~mask) | (value & mask);
	if (is_present(&vtd->core.params, reg))
		vtd->core.reg[reg] &= ~(value & vtd_reg_table[reg].w1c_mask);
	after_write(vtd, reg, value, old);
}
