// SPDX-License-Identifier: GPL-2.0-only
/*
 * Configuration lookup (IHI 0070 3.3.2, 5.1 to 5.5): stream table, linear or of
 * 2 levels, to an STE; context descriptors, linear or of 2 levels, to a CD;
 * which of their combinations are ILLEGAL, and the event that each gives. With
 * stage 2 the addresses of CDs are IPAs, and stage 2 translates them.
 *
 * Leaves out what has its ID bit 0: VMSAv8-32 and VMSAv9-128 tables, big-endian
 * tables, small translation tables, permission indirection, MPAM, DPT, HAFT.
 * An out-of-range S1ContextPtr is C_BAD_STE, an out-of-range L1CD.L2Ptr
 * C_BAD_SUBSTREAMID, with stage 2 too (3.4.3 leaves that choice). DRE and DCP
 * are about kinds of transactions that no master here sends.
 */
#include "models/smmuv3/steps/steps.h"

/* --- tables --- */

/* log2 of the granule of TG0 or S2TG; 0: it is reserved. */
static const u8 tg0_lg2[] = {
	[CTXDESC_CD_0_TCR_TG0_4K] = 12,
	[CTXDESC_CD_0_TCR_TG0_64K] = 16,
	[CTXDESC_CD_0_TCR_TG0_16K] = 14,
	[3] = 0,
};

static const u8 tg1_lg2[] = {
	[0] = 0,
	[CTXDESC_CD_0_TCR_TG1_16K] = 14,
	[CTXDESC_CD_0_TCR_TG1_4K] = 12,
	[CTXDESC_CD_0_TCR_TG1_64K] = 16,
};

/* 0: IDR5 does not have it. */
static u32 supported_granule(const struct smmu_core *smmu, u32 lg2)
{
	if ((lg2 == 14 && !smmu->params.gran16k) || (lg2 == 16 && !smmu->params.gran64k))
		return 0;
	return lg2;
}

/* IPS and S2PS: the effective size. */
static u32 output_bits(const struct smmu_core *smmu, u64 field)
{
	static const u8 bits[] = {32, 36, 40, 42, 44, 48, 52, 52};

	return min_u64(bits[field], smmu->params.oas_bits);
}

/* @has_ds: DS or S2DS; it means nothing to tables of 64 KiB. */
static enum smmu_ttd_format ttd_format(const struct smmu_core *smmu, u32 granule, bool has_ds)
{
	if (granule == 16)
		return smmu->params.oas_bits == 52 ? SMMU_TTD_LPA : SMMU_TTD_48_BIT;
	return has_ds && smmu->params.ds ? SMMU_TTD_LPA2 : SMMU_TTD_48_BIT;
}

/* There are no small translation tables: IDR3.STT is 0. */
#define MAX_TSZ 39

static u32 min_tsz(const struct smmu_table *table)
{
	return table->granule_lg2 == 16 || table->format == SMMU_TTD_LPA2 ? 12 : 16;
}

/*
 * Shape and base of @table, whose sizes, granule, format and start level are set. The
 * first table is aligned to its size, which is less than a granule, or several
 * granules at stage 2 (concatenated tables); to 64 bytes where it may be beyond
 * 48 bits.
 *
 * Return: is @base in range?
 */
static bool table_place(struct smmu_table *table, pa_t base)
{
	u32 bytes_lg2;

	table->start_lg2 = smmu_level_lg2(table->granule_lg2, table->start_level);
	bytes_lg2 = table->in_bits - table->start_lg2 + 3;
	if (table->out_bits == 52 && bytes_lg2 < 6)
		bytes_lg2 = 6;
	table->base = base & ~lg2_mask(bytes_lg2);
	if (table->format == SMMU_TTD_48_BIT)
		table->out_bits = min_u64(table->out_bits, 48);
	return !(base & ~lg2_mask(table->out_bits));
}

/* As few levels as cover the input range. */
static s32 start_level(const struct smmu_table *table)
{
	u32 stride = smmu_stride(table->granule_lg2);

	return SMMU_LAST_LEVEL + 1 -
	       (s32)((table->in_bits - table->granule_lg2 + stride - 1) / stride);
}

static u64 granule_tag(const struct smmu_table *table)
{
	return FIELD_PREP(SMMU_CTX_GRANULE, (u64)table->granule_lg2);
}

/* --- context descriptor (5.4) --- */

static bool is_two_range(enum smmu_world world)
{
	return world != SMMU_WORLD_EL2;
}

/* EPD0 and EPD1 do not exist for a stream world of one range. */
static bool is_table_disabled(const u64 *cd, enum smmu_world world, bool is_high)
{
	if (!is_two_range(world))
		return is_high;
	return cd[0] & (is_high ? CTXDESC_CD_0_TCR_EPD1 : CTXDESC_CD_0_TCR_EPD0);
}

static void cd_tags(const struct smmu_core *smmu, const struct smmu_xlate *x, const u64 *cd,
		    struct smmu_table *table)
{
	enum smmu_world world = x->own_config.world;
	/* EL2 without E2H has one address space: no ASID tags it. */
	u64 asid = world == SMMU_WORLD_EL2 ? 0 : FIELD_GET(CTXDESC_CD_0_ASID, cd[0]);
	u64 vmid = world == SMMU_WORLD_EL1 && smmu->params.stage2
			   ? FIELD_GET(STRTAB_STE_2_S2VMID, x->ste[2])
			   : 0;
	u64 regime = FIELD_PREP(SMMU_CTX_WORLD, (u64)world) | FIELD_PREP(SMMU_CTX_VMID, vmid) |
		     granule_tag(table);

	table->context = regime | FIELD_PREP(SMMU_CTX_ASID, asid);
	table->global_context = regime | SMMU_CTX_GLOBAL |
				(cd[0] & CTXDESC_CD_0_ASET ? SMMU_CTX_ASET : 0);
}

/* With one privilege level there is neither EL0 nor PXN. */
static u8 hierarchical_attributes(enum smmu_world world)
{
	u8 attrs = SMMU_TABLE_UXN | SMMU_TABLE_RDONLY;

	if (is_two_range(world))
		attrs |= SMMU_TABLE_PXN | SMMU_TABLE_NO_EL0;
	return attrs;
}

/* Fill the table of a range from @cd; Return: is it legal? */
static bool table_decode(const struct smmu_core *smmu, struct smmu_config *config, const u64 *cd,
			 bool is_high)
{
	struct smmu_table *table = &config->table[is_high];
	u32 tsz = is_high ? FIELD_GET(CTXDESC_CD_0_TCR_T1SZ, cd[0])
			  : FIELD_GET(CTXDESC_CD_0_TCR_T0SZ, cd[0]);
	pa_t base = is_high ? cd[2] & CTXDESC_CD_2_TTB1_MASK : cd[1] & CTXDESC_CD_1_TTB0_MASK;
	u32 granule = is_high ? tg1_lg2[FIELD_GET(CTXDESC_CD_0_TCR_TG1, cd[0])]
			      : tg0_lg2[FIELD_GET(CTXDESC_CD_0_TCR_TG0, cd[0])];

	table->has_tbi = cd[0] & (is_high ? CTXDESC_CD_0_TCR_TBI1 : CTXDESC_CD_0_TCR_TBI0);
	if (table->is_disabled)
		return true;
	granule = supported_granule(smmu, granule);
	if (!granule)
		return false;
	table->granule_lg2 = granule;
	table->format = ttd_format(smmu, granule, cd[2] & CTXDESC_CD_2_DS);
	if (!smmu->params.had || !(is_high ? cd[2] & CTXDESC_CD_2_HAD1 : cd[1] & CTXDESC_CD_1_HAD0))
		table->table_attrs = hierarchical_attributes(config->world);
	if (tsz < (smmu->params.vax ? min_tsz(table) : 16) || tsz > MAX_TSZ)
		return false;
	table->has_e0pd = smmu->params.e0pd && is_two_range(config->world) &&
			  (is_high ? cd[2] & CTXDESC_CD_2_E0PD1 : cd[1] & CTXDESC_CD_1_E0PD0);
	table->in_bits = 64 - tsz;
	table->out_bits = output_bits(smmu, FIELD_GET(CTXDESC_CD_0_TCR_IPS, cd[0]));
	table->start_level = start_level(table);
	return table_place(table, base);
}

static bool tables_decode(const struct smmu_core *smmu, struct smmu_xlate *x, const u64 *cd)
{
	struct smmu_config *config = &x->own_config;
	bool is_legal = true;

	for (u32 i = 0; i < 2; i++) {
		struct smmu_table *table = &config->table[i];

		*table = (struct smmu_table){
			.is_disabled = is_table_disabled(cd, config->world, i),
			.granule_lg2 = SMMU_PAGE_LG2,
		};
		is_legal &= table_decode(smmu, config, cd, i);
		cd_tags(smmu, x, cd, table);
	}
	return is_legal;
}

/* 5.5: which of A and S the hardware, and the STE, allow. */
static bool is_fault_model_legal(const struct smmu_core *smmu, const u64 *ste, const u64 *cd)
{
	if ((cd[0] & CTXDESC_CD_0_S) && (!smmu->params.stall || (ste[1] & STRTAB_STE_1_S1STALLD)))
		return false;
	if (!(cd[0] & CTXDESC_CD_0_S) && smmu->params.stall_forced)
		return false;
	return (cd[0] & CTXDESC_CD_0_A) || !smmu->params.abort_only;
}

/* Are updates asked for that IDR0.HTTU does not have? */
static bool is_httu_legal(const struct smmu_core *smmu, bool wants_access, bool wants_dirty)
{
	return !(wants_access && smmu->params.httu < IDR0_HTTU_ACCESS) &&
	       !(wants_dirty && smmu->params.httu < IDR0_HTTU_ACCESS_DIRTY);
}

static bool is_cd_legal(const struct smmu_core *smmu, const u64 *ste, const u64 *cd,
			const struct smmu_config *config)
{
	if (!(cd[0] & CTXDESC_CD_0_V) || !(cd[0] & CTXDESC_CD_0_AA64))
		return false;
	if (!is_httu_legal(smmu, cd[0] & CTXDESC_CD_0_TCR_HA, cd[0] & CTXDESC_CD_0_TCR_HD))
		return false;
	if ((cd[0] & CTXDESC_CD_0_ENDI) &&
	    !(config->table[0].is_disabled && config->table[1].is_disabled))
		return false;
	if (config->world != SMMU_WORLD_EL2 && !smmu->params.asid16 &&
	    FIELD_GET(CTXDESC_CD_0_ASID, cd[0]) > 0xff)
		return false;
	return is_fault_model_legal(smmu, ste, cd);
}

/* Decode the CD of @x, whose STE is known; Return: is it legal? */
static bool cd_decode(const struct smmu_core *smmu, struct smmu_xlate *x, const u64 *cd)
{
	struct smmu_config *config = &x->own_config;
	bool is_legal = tables_decode(smmu, x, cd);

	config->stage[SMMU_S1] = (struct smmu_stage_config){
		.is_present = true,
		.is_stalling = cd[0] & CTXDESC_CD_0_S,
		.is_recording = cd[0] & CTXDESC_CD_0_R,
		.is_aborting = cd[0] & CTXDESC_CD_0_A,
		.has_affd = cd[0] & CTXDESC_CD_0_AFFD,
		.updates_access = cd[0] & CTXDESC_CD_0_TCR_HA,
		.updates_dirty = (cd[0] & CTXDESC_CD_0_TCR_HA) && (cd[0] & CTXDESC_CD_0_TCR_HD),
	};
	config->has_wxn = cd[0] & CTXDESC_CD_0_WXN;
	config->has_pan = is_two_range(config->world) && (cd[0] & CTXDESC_CD_0_PAN);
	smmu_s1_decode(config);
	return is_legal && is_cd_legal(smmu, x->ste, cd, config);
}

static enum smmu_want step_cd(struct smmu_core *smmu, struct smmu_xlate *x)
{
	smmu->stats.config_fetches++;
	if (x->is_fetch_failed)
		return smmu_xlate_fault_fetch(x, EVT_ID_CD_FETCH_FAULT);
	if (!cd_decode(smmu, x, x->fetched))
		return smmu_xlate_fault(x, EVT_ID_BAD_CD_CONFIG);
	smmu_config_cache_fill(smmu, x);
	return smmu_xlate_configured(smmu, x);
}

static enum smmu_want fetch_cd(struct smmu_core *smmu, struct smmu_xlate *x)
{
	return smmu_xlate_want_config(x, x->ipa_pa, CTXDESC_CD_DWORDS, step_cd);
}

static enum smmu_want want_cd(struct smmu_core *smmu, struct smmu_xlate *x, u64 table, u32 index)
{
	return smmu_walk_s2_begin(
		smmu, x,
		&(const struct smmu_s2_input){table + (u64)index * CTXDESC_CD_BYTES, SMMU_S2_CD,
					      fetch_cd});
}

/* log2 of the CDs in a leaf of a 2-level table, 0: the table is linear (5.2, S1Fmt). */
static u32 cd_leaf_lg2(const u64 *ste)
{
	switch (FIELD_GET(STRTAB_STE_0_S1FMT, ste[0])) {
	case STRTAB_STE_0_S1FMT_4K_L2:
		return 6;
	case STRTAB_STE_0_S1FMT_64K_L2:
		return 10;
	default:
		return 0;
	}
}

static enum smmu_want bad_substreamid(struct smmu_xlate *x)
{
	smmu_xlate_fault(x, EVT_ID_BAD_SUBSTREAMID_CONFIG);
	x->fault.ssid = x->has_ssid ? x->ssid : 0;
	return SMMU_WANT_FAULT;
}

static enum smmu_want step_l1cd(struct smmu_core *smmu, struct smmu_xlate *x)
{
	u32 leaf_lg2 = cd_leaf_lg2(x->ste);
	u64 desc = x->fetched[0];
	u64 leaf;

	smmu->stats.config_fetches++;
	if (x->is_fetch_failed)
		return smmu_xlate_fault_fetch(x, EVT_ID_CD_FETCH_FAULT);
	/* A leaf is aligned to its size; V masks nothing else (5.3). */
	leaf = desc & CTXDESC_L1_DESC_L2PTR_MASK & ~lg2_mask(leaf_lg2 + 6);
	if (!(desc & CTXDESC_L1_DESC_V) || leaf & ~smmu->oas_mask)
		return bad_substreamid(x);
	return want_cd(smmu, x, leaf, x->own_config.cd_index & (u32)lg2_mask(leaf_lg2));
}

static enum smmu_want fetch_l1cd(struct smmu_core *smmu, struct smmu_xlate *x)
{
	return smmu_xlate_want_config(x, x->ipa_pa, 1, step_l1cd);
}

/* --- stream table entry (5.2) --- */

static bool has_substreams(const struct smmu_core *smmu, const u64 *ste)
{
	return smmu->params.ssid_bits && FIELD_GET(STRTAB_STE_0_S1CDMAX, ste[0]);
}

/* STRW has no meaning without EL2, and none with stage 2 (5.2). */
static bool is_strw_ignored(const struct smmu_core *smmu, const u64 *ste)
{
	return !smmu->params.hyp ||
	       FIELD_GET(STRTAB_STE_0_CFG, ste[0]) != STRTAB_STE_0_CFG_S1_TRANS;
}

static bool is_s1_legal(const struct smmu_core *smmu, const u64 *ste)
{
	if (!smmu->params.stage1)
		return false;
	if (smmu->params.ssid_bits &&
	    FIELD_GET(STRTAB_STE_0_S1CDMAX, ste[0]) > smmu->params.ssid_bits)
		return false;
	if (has_substreams(smmu, ste) && !smmu->params.cd_2level &&
	    (FIELD_GET(STRTAB_STE_0_S1FMT, ste[0]) == STRTAB_STE_0_S1FMT_4K_L2 ||
	     FIELD_GET(STRTAB_STE_0_S1FMT, ste[0]) == STRTAB_STE_0_S1FMT_64K_L2))
		return false;
	if ((!smmu->params.stall || smmu->params.stall_forced) && (ste[1] & STRTAB_STE_1_S1STALLD))
		return false;
	return !(ste[0] & STRTAB_STE_0_S1CTXPTR_MASK & ~smmu->oas_mask);
}

static bool is_ats_legal(const struct smmu_core *smmu, const u64 *ste)
{
	bool has_s2 = FIELD_GET(STRTAB_STE_0_CFG, ste[0]) & 2;
	bool is_s2_stalling = has_s2 && (ste[2] & STRTAB_STE_2_S2S);

	if (!smmu->params.ats)
		return true;
	switch (FIELD_GET(STRTAB_STE_1_EATS, ste[1])) {
	case STRTAB_STE_1_EATS_TRANS:
		return !is_s2_stalling;
	case STRTAB_STE_1_EATS_S1CHK:
		return FIELD_GET(STRTAB_STE_0_CFG, ste[0]) == STRTAB_STE_0_CFG_NESTED &&
		       !is_s2_stalling && smmu->params.split_ats;
	default:
		return true;
	}
}

/* S2VMID tags what stage 1 or 2 of EL1 translates, if there is a stage 2 at all. */
static bool is_vmid_legal(const struct smmu_core *smmu, const u64 *ste)
{
	if (!smmu->params.stage2 || smmu->params.vmid16)
		return true;
	if (!is_strw_ignored(smmu, ste) && FIELD_GET(STRTAB_STE_1_STRW, ste[1]))
		return true;
	return FIELD_GET(STRTAB_STE_2_S2VMID, ste[2]) <= 0xff;
}

/*
 * S2SL0 and S2SL0_2: where the walk begins (Arm ARM, VTCR_EL2.SL0). Return: false:
 * the value is reserved, or for larger physical addresses than there are.
 */
static bool s2_start_level(const struct smmu_core *smmu, const u64 *ste, struct smmu_table *table)
{
	u32 sl0 = FIELD_GET(STRTAB_STE_2_S2SL0, ste[2]);
	u32 oas_bits = smmu->params.oas_bits;
	bool has_ds = table->format == SMMU_TTD_LPA2;
	bool has_sl0_2 = has_ds && (ste[3] & STRTAB_STE_3_S2SL0_2);

	if (table->granule_lg2 == 12) {
		table->start_level = has_sl0_2 ? -1 : 2 - (s32)sl0;
		if (has_sl0_2)
			return sl0 == 0 && oas_bits >= 52;
		return sl0 <= 1 || (sl0 == 2 && oas_bits >= 44);
	}
	table->start_level = 3 - (s32)sl0;
	if (table->granule_lg2 == 14)
		return sl0 <= 1 || (sl0 == 2 && oas_bits >= 42) ||
		       (sl0 == 3 && has_ds && oas_bits >= 52);
	return sl0 <= 1 || (sl0 == 2 && oas_bits >= 44);
}

/* The input range must use the first level, which is of up to 16 tables side by side. */
static bool is_s2_start_consistent(const struct smmu_table *table)
{
	u32 lg2 = smmu_level_lg2(table->granule_lg2, table->start_level);

	return table->in_bits > lg2 && table->in_bits <= lg2 + smmu_stride(table->granule_lg2) + 4;
}

/* Return: is it legal? */
static bool s2_table_decode(const struct smmu_core *smmu, const u64 *ste, struct smmu_table *table)
{
	u32 tsz = FIELD_GET(STRTAB_STE_2_S2T0SZ, ste[2]);
	u32 granule = supported_granule(smmu, tg0_lg2[FIELD_GET(STRTAB_STE_2_S2TG, ste[2])]);

	*table = (struct smmu_table){
		.granule_lg2 = granule,
		.format = ttd_format(smmu, granule, ste[3] & STRTAB_STE_3_S2DS),
		.in_bits = 64 - tsz,
		.out_bits = output_bits(smmu, FIELD_GET(STRTAB_STE_2_S2PS, ste[2])),
	};
	/* The largest IPA is as large as the largest PA (3.4). */
	if (!granule || tsz < max_u64(min_tsz(table), 64 - smmu->params.oas_bits) || tsz > MAX_TSZ)
		return false;
	if (!s2_start_level(smmu, ste, table) || !is_s2_start_consistent(table))
		return false;
	table->context = FIELD_PREP(SMMU_CTX_WORLD, (u64)SMMU_WORLD_IPA) |
			 FIELD_PREP(SMMU_CTX_VMID, FIELD_GET(STRTAB_STE_2_S2VMID, ste[2])) |
			 granule_tag(table);
	return table_place(table, ste[3] & STRTAB_STE_3_S2TTB_MASK);
}

static bool is_s2_legal(const struct smmu_core *smmu, const u64 *ste)
{
	struct smmu_table table;

	if (!smmu->params.stage2)
		return false;
	if (ste[2] & STRTAB_STE_2_S2S ? !smmu->params.stall : smmu->params.stall_forced)
		return false;
	if (!(ste[2] & STRTAB_STE_2_S2AA64) || (ste[2] & STRTAB_STE_2_S2ENDI))
		return false;
	if (!is_httu_legal(smmu, ste[2] & STRTAB_STE_2_S2HA, ste[2] & STRTAB_STE_2_S2HD))
		return false;
	return s2_table_decode(smmu, ste, &table);
}

static bool is_ste_legal(const struct smmu_core *smmu, const u64 *ste)
{
	u64 cfg = FIELD_GET(STRTAB_STE_0_CFG, ste[0]);

	if (!(ste[0] & STRTAB_STE_0_V))
		return false;
	if (cfg <= STRTAB_STE_0_CFG_BYPASS)
		return true;
	if ((cfg & 1) && !is_s1_legal(smmu, ste))
		return false;
	if ((cfg & 2) && !is_s2_legal(smmu, ste))
		return false;
	if (!is_strw_ignored(smmu, ste) && (FIELD_GET(STRTAB_STE_1_STRW, ste[1]) & 1))
		return false;
	return is_ats_legal(smmu, ste) && is_vmid_legal(smmu, ste);
}

static void s2_decode(const struct smmu_core *smmu, const u64 *ste, struct smmu_config *config)
{
	config->stage[SMMU_S2] = (struct smmu_stage_config){
		.is_present = true,
		.is_stalling = ste[2] & STRTAB_STE_2_S2S,
		.is_recording = ste[2] & STRTAB_STE_2_S2R,
		.is_aborting = true,
		.has_affd = ste[2] & STRTAB_STE_2_S2AFFD,
		.updates_access = ste[2] & STRTAB_STE_2_S2HA,
		.updates_dirty = (ste[2] & STRTAB_STE_2_S2HA) && (ste[2] & STRTAB_STE_2_S2HD),
	};
	config->has_ptw = ste[2] & STRTAB_STE_2_S2PTW;
	config->has_fwb = smmu->params.fwb && (ste[1] & STRTAB_STE_1_S2FWB);
	smmu_s2_decode(smmu, config);
	s2_table_decode(smmu, ste, &config->s2_table);
	config->table[0] = config->s2_table;
	config->table[1] = config->s2_table;
}

static u32 override(u32 attr, u64 how, u32 bit)
{
	if (how == STRTAB_OVERRIDE_CLEAR)
		return attr & ~bit;
	return how == STRTAB_OVERRIDE_SET ? attr | bit : attr;
}

/* Effective attributes of all incoming ones; a write is never an instruction fetch. */
static u32 make_attr_map(const struct smmu_core *smmu, const u64 *ste)
{
	u64 priv = FIELD_GET(STRTAB_STE_1_PRIVCFG, ste[1]);
	u64 inst = FIELD_GET(STRTAB_STE_1_INSTCFG, ste[1]);
	u32 map = 0;

	for (u32 in = 0; in < SMMU_NR_ATTRS; in++) {
		u32 attr = in;

		if (smmu->params.attr_perms_ovr) {
			attr = override(attr, priv, SMMU_ATTR_PRIV);
			attr = override(attr, inst, SMMU_ATTR_INSTR);
		}
		if (attr & SMMU_ATTR_WRITE)
			attr &= ~SMMU_ATTR_INSTR;
		map |= attr << (4 * in);
	}
	return map;
}

static enum smmu_world stream_world(const struct smmu_core *smmu, const u64 *ste)
{
	if (is_strw_ignored(smmu, ste) ||
	    FIELD_GET(STRTAB_STE_1_STRW, ste[1]) != STRTAB_STE_1_STRW_EL2)
		return SMMU_WORLD_EL1;
	return smmu->reg[SMMU_REG_CR2] & CR2_E2H ? SMMU_WORLD_EL2_E2H : SMMU_WORLD_EL2;
}

/* No CD is needed: the configuration is complete. */
static enum smmu_want configured(struct smmu_core *smmu, struct smmu_xlate *x,
				 enum smmu_config_kind kind)
{
	x->own_config.kind = kind;
	x->own_config.cd_index = SMMU_NO_CD;
	smmu_config_cache_fill(smmu, x);
	return smmu_xlate_configured(smmu, x);
}

/* Stage 1 is off, for the stream or for this access. */
static enum smmu_want without_s1(struct smmu_core *smmu, struct smmu_xlate *x)
{
	return configured(smmu, x,
			  smmu_has_stage(&x->own_config, SMMU_S2) ? SMMU_CONFIG_TRANSLATE
								  : SMMU_CONFIG_BYPASS);
}

static enum smmu_want want_first_cd(struct smmu_core *smmu, struct smmu_xlate *x)
{
	u64 table = x->ste[0] & STRTAB_STE_0_S1CTXPTR_MASK;
	u32 leaf_lg2 = has_substreams(smmu, x->ste) ? cd_leaf_lg2(x->ste) : 0;
	u32 cdmax = FIELD_GET(STRTAB_STE_0_S1CDMAX, x->ste[0]);

	x->own_config.kind = SMMU_CONFIG_TRANSLATE;
	x->own_config.world = stream_world(smmu, x->ste);
	x->own_config.cd_index = x->has_ssid ? x->ssid : 0;
	if (!leaf_lg2) {
		/* A linear table is aligned to its size. */
		if (has_substreams(smmu, x->ste))
			table &= ~lg2_mask(cdmax + 6);
		return want_cd(smmu, x, table, x->own_config.cd_index);
	}
	if (cdmax > leaf_lg2 + 3)
		table &= ~lg2_mask(cdmax - leaf_lg2 + 3);
	table += 8ULL * (x->own_config.cd_index >> leaf_lg2);
	return smmu_walk_s2_begin(smmu, x,
				  &(const struct smmu_s2_input){table, SMMU_S2_CD, fetch_l1cd});
}

/* A stage 1 STE: which CD is the access to use, if any (S1DSS, S1CDMax)? */
static enum smmu_want pick_cd(struct smmu_core *smmu, struct smmu_xlate *x)
{
	u64 s1dss = FIELD_GET(STRTAB_STE_1_S1DSS, x->ste[1]);
	u32 cdmax = FIELD_GET(STRTAB_STE_0_S1CDMAX, x->ste[0]);

	if (!has_substreams(smmu, x->ste))
		return x->has_ssid ? bad_substreamid(x) : want_first_cd(smmu, x);
	if (x->has_ssid) {
		if (x->ssid >> cdmax)
			return bad_substreamid(x);
		/* CD 0 belongs to accesses without SubstreamID. */
		if (!x->ssid && s1dss == STRTAB_STE_1_S1DSS_SSID0)
			return smmu_xlate_fault(x, EVT_ID_STREAM_DISABLED_FAULT);
		return want_first_cd(smmu, x);
	}
	if (s1dss == STRTAB_STE_1_S1DSS_BYPASS)
		return without_s1(smmu, x);
	if (s1dss == STRTAB_STE_1_S1DSS_SSID0)
		return want_first_cd(smmu, x);
	return smmu_xlate_fault(x, EVT_ID_STREAM_DISABLED_FAULT);
}

static enum smmu_config_kind ste_kind(const u64 *ste)
{
	u64 cfg = FIELD_GET(STRTAB_STE_0_CFG, ste[0]);

	if (cfg < STRTAB_STE_0_CFG_BYPASS)
		return SMMU_CONFIG_ABORT;
	return cfg == STRTAB_STE_0_CFG_BYPASS ? SMMU_CONFIG_BYPASS : SMMU_CONFIG_TRANSLATE;
}

/*
 * Where nothing is translated there is no ATS; split stage needs ATSCHK; 0b11 is
 * reserved without DPT (5.2, EATS).
 */
static u32 effective_eats(const struct smmu_core *smmu, const u64 *ste)
{
	u32 eats = FIELD_GET(STRTAB_STE_1_EATS, ste[1]);

	if (!smmu->params.ats || ste_kind(ste) != SMMU_CONFIG_TRANSLATE)
		return STRTAB_STE_1_EATS_ABT;
	if (eats == STRTAB_STE_1_EATS_S1CHK)
		return smmu->reg[SMMU_REG_CR0] & CR0_ATSCHK ? eats : STRTAB_STE_1_EATS_ABT;
	return eats == STRTAB_STE_1_EATS_TRANS ? eats : STRTAB_STE_1_EATS_ABT;
}

static enum smmu_want step_ste(struct smmu_core *smmu, struct smmu_xlate *x)
{
	smmu->stats.config_fetches++;
	if (x->is_fetch_failed)
		return smmu_xlate_fault_fetch(x, EVT_ID_STE_FETCH_FAULT);
	__builtin_memcpy(x->ste, x->fetched, sizeof(x->ste));
	if (!is_ste_legal(smmu, x->ste))
		return smmu_xlate_fault(x, EVT_ID_BAD_STE_CONFIG);
	x->own_config = (struct smmu_config){
		.kind = ste_kind(x->ste),
		.attr_map = make_attr_map(smmu, x->ste),
		.eats = effective_eats(smmu, x->ste),
		.has_mev = x->ste[1] & STRTAB_STE_1_MEV,
		.has_ppar = x->ste[1] & STRTAB_STE_1_PPAR,
	};
	x->config = &x->own_config;
	if (FIELD_GET(STRTAB_STE_0_CFG, x->ste[0]) >= STRTAB_STE_0_CFG_S2_TRANS)
		s2_decode(smmu, x->ste, &x->own_config);
	/* Before the SubstreamID is looked at (3.9.1.3). */
	if (x->kind && smmu_ats_check(x, x->config) == SMMU_WANT_FAULT)
		return SMMU_WANT_FAULT;
	if (x->wants_ste_only)
		return smmu_xlate_done(x, x->iova);
	if (x->kind == PORT_TRANSLATED)
		return smmu_xlate_translated(smmu, x);
	if (x->own_config.kind == SMMU_CONFIG_ABORT)
		return configured(smmu, x, SMMU_CONFIG_ABORT);
	if (FIELD_GET(STRTAB_STE_0_CFG, x->ste[0]) & 1)
		return pick_cd(smmu, x);
	return x->has_ssid ? bad_substreamid(x) : without_s1(smmu, x);
}

/* --- stream table (5.1, 6.3.24, 6.3.25) --- */

static enum smmu_want bad_streamid(struct smmu_core *smmu, struct smmu_xlate *x)
{
	u64 cr2 = smmu->reg[SMMU_REG_CR2];
	/* RECINVSID is not for translated transactions (3.9.1.3). */
	bool is_recorded = cr2 & (x->kind == PORT_TRANSLATED ? CR2_REC_CFG_ATS : CR2_RECINVSID);

	return smmu_xlate_fault(x, is_recorded ? EVT_ID_BAD_STREAMID_CONFIG : 0);
}

static enum smmu_want want_ste(struct smmu_xlate *x, pa_t table, u64 index)
{
	return smmu_xlate_want_config(x, table + index * STRTAB_STE_BYTES, STRTAB_STE_DWORDS,
				      step_ste);
}

static u32 strtab_split(const struct smmu_core *smmu)
{
	u32 split = FIELD_GET(STRTAB_BASE_CFG_SPLIT, smmu->reg[SMMU_REG_STRTAB_BASE_CFG]);

	return split == 8 || split == 10 ? split : 6;
}

static enum smmu_want step_l1std(struct smmu_core *smmu, struct smmu_xlate *x)
{
	u32 split = strtab_split(smmu);
	u64 span = FIELD_GET(STRTAB_L1_DESC_SPAN, x->fetched[0]);
	u64 index = x->sid & lg2_mask(split);
	pa_t table;

	smmu->stats.config_fetches++;
	if (x->is_fetch_failed)
		return smmu_xlate_fault_fetch(x, EVT_ID_STE_FETCH_FAULT);
	/* 2^(Span - 1) entries; 12 to 31 are reserved and exceed every split. */
	if (!span || span > split + 1 || index >> (span - 1))
		return bad_streamid(smmu, x);
	table = x->fetched[0] & STRTAB_L1_DESC_L2PTR_MASK & ~lg2_mask(span + 5);
	return want_ste(x, table, index);
}

enum smmu_want smmu_config_begin(struct smmu_core *smmu, struct smmu_xlate *x)
{
	u64 cfg = smmu->reg[SMMU_REG_STRTAB_BASE_CFG];
	pa_t base = smmu->reg[SMMU_REG_STRTAB_BASE] & STRTAB_BASE_ADDR_MASK;
	u64 size_lg2 = FIELD_GET(STRTAB_BASE_CFG_LOG2SIZE, cfg);
	u32 split = strtab_split(smmu);
	u32 l1_lg2 = size_lg2 > split ? size_lg2 - split : 0;

	if (x->sid & ~lg2_mask(min_u64(size_lg2, smmu->params.sid_bits)))
		return bad_streamid(smmu, x);
	if (FIELD_GET(STRTAB_BASE_CFG_FMT, cfg) != STRTAB_BASE_CFG_FMT_2LVL)
		return want_ste(x, base & ~lg2_mask(size_lg2 + 6), x->sid);
	return smmu_xlate_want_config(
		x, (base & ~lg2_mask(max_u64(6, l1_lg2 + 3))) + 8ULL * (x->sid >> split), 1,
		step_l1std);
}
