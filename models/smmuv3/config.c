// SPDX-License-Identifier: GPL-2.0-only
/*
 * Configuration lookup (IHI 0070 3.3.2, 5.1 to 5.5): stream table, linear or of
 * 2 levels, to an STE; context descriptors, linear or of 2 levels, to a CD;
 * which of their combinations are ILLEGAL, and the event that each gives.
 *
 * Leaves out stage 2 and HTTU; their ID bits are 0, so that an STE or CD that
 * asks for them is treated as the specification says for hardware without them.
 */
#include "models/smmuv3/internal.h"

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

/* log2 of the granule that TG0 or TG1 names; 0: it is reserved, or IDR5 does not have it. */
static u32 granule_lg2(const struct smmu *smmu, const u64 *cd, bool is_high)
{
	static const u8 tg0[] = {
		[CTXDESC_CD_0_TCR_TG0_4K] = 12,
		[CTXDESC_CD_0_TCR_TG0_64K] = 16,
		[CTXDESC_CD_0_TCR_TG0_16K] = 14,
		[3] = 0,
	};
	static const u8 tg1[] = {
		[0] = 0,
		[CTXDESC_CD_0_TCR_TG1_16K] = 14,
		[CTXDESC_CD_0_TCR_TG1_4K] = 12,
		[CTXDESC_CD_0_TCR_TG1_64K] = 16,
	};
	u32 lg2 = is_high ? tg1[FIELD_GET(CTXDESC_CD_0_TCR_TG1, cd[0])]
			  : tg0[FIELD_GET(CTXDESC_CD_0_TCR_TG0, cd[0])];

	if ((lg2 == 14 && !smmu->params.gran16k) || (lg2 == 16 && !smmu->params.gran64k))
		return 0;
	return lg2;
}

/* The same for all granules: IDR5.VAX is 0, and there are no small translation tables. */
#define MIN_TSZ 16
#define MAX_TSZ 39

/*
 * A table of @va_bits: levels of @granule_lg2, as few as cover the range. The
 * first table may be smaller than a granule; it is aligned to its size.
 */
static void table_shape(struct smmu_table *table, u32 va_bits, u32 granule_lg2, pa_t base)
{
	u32 stride = smmu_stride(granule_lg2);
	u32 levels = (va_bits - granule_lg2 + stride - 1) / stride;

	table->va_bits = va_bits;
	table->granule_lg2 = granule_lg2;
	table->start_level = SMMU_NR_LEVELS - levels;
	table->start_lg2 = smmu_level_lg2(granule_lg2, table->start_level);
	table->base = base & ~lg2_mask(va_bits - table->start_lg2 + 3);
}

/* Fill @table from @cd; Return: is it legal? */
static bool table_decode(const struct smmu *smmu, const u64 *cd, enum smmu_world world,
			 bool is_high, u32 ips_bits, struct smmu_table *table)
{
	u32 tsz = is_high ? FIELD_GET(CTXDESC_CD_0_TCR_T1SZ, cd[0])
			  : FIELD_GET(CTXDESC_CD_0_TCR_T0SZ, cd[0]);
	pa_t base = is_high ? cd[2] & CTXDESC_CD_2_TTB1_MASK : cd[1] & CTXDESC_CD_1_TTB0_MASK;
	u32 granule = granule_lg2(smmu, cd, is_high);

	*table = (struct smmu_table){
		.is_disabled = is_table_disabled(cd, world, is_high),
		.granule_lg2 = SMMU_PAGE_LG2,
	};
	table->has_tbi = cd[0] & (is_high ? CTXDESC_CD_0_TCR_TBI1 : CTXDESC_CD_0_TCR_TBI0);
	if (table->is_disabled)
		return true;
	if (!granule || tsz < MIN_TSZ || tsz > MAX_TSZ)
		return false;
	if (base & ~lg2_mask(ips_bits))
		return false;
	table_shape(table, 64 - tsz, granule, base);
	table->has_had = smmu->params.had &&
			 (is_high ? cd[2] & CTXDESC_CD_2_HAD1 : cd[1] & CTXDESC_CD_1_HAD0);
	return true;
}

static u32 ips_bits(const struct smmu *smmu, const u64 *cd)
{
	static const u8 bits[] = {32, 36, 40, 42, 44, 48, 52, 52};

	return min_u64(bits[FIELD_GET(CTXDESC_CD_0_TCR_IPS, cd[0])], smmu->params.oas_bits);
}

/* 5.5: which of A and S the hardware, and the STE, allow. */
static bool is_fault_model_legal(const struct smmu *smmu, const u64 *ste, const u64 *cd)
{
	if ((cd[0] & CTXDESC_CD_0_S) && (!smmu->params.stall || (ste[1] & STRTAB_STE_1_S1STALLD)))
		return false;
	if (!(cd[0] & CTXDESC_CD_0_S) && smmu->params.stall_forced)
		return false;
	return (cd[0] & CTXDESC_CD_0_A) || !smmu->params.abort_only;
}

static bool is_cd_legal(const struct smmu *smmu, const u64 *ste, const u64 *cd,
			const struct smmu_config *config)
{
	if (!(cd[0] & CTXDESC_CD_0_V) || !(cd[0] & CTXDESC_CD_0_AA64))
		return false;
	if (cd[0] & (CTXDESC_CD_0_TCR_HA | CTXDESC_CD_0_TCR_HD))
		return false;
	if ((cd[0] & CTXDESC_CD_0_ENDI) &&
	    !(config->table[0].is_disabled && config->table[1].is_disabled))
		return false;
	if (config->world != SMMU_WORLD_EL2 && !smmu->params.asid16 &&
	    FIELD_GET(CTXDESC_CD_0_ASID, cd[0]) > 0xff)
		return false;
	return is_fault_model_legal(smmu, ste, cd);
}

static u64 make_context(const struct smmu_config *config, const u64 *cd)
{
	/* EL2 without E2H has one address space: no ASID tags it. */
	u64 asid = config->world == SMMU_WORLD_EL2 ? 0 : FIELD_GET(CTXDESC_CD_0_ASID, cd[0]);

	return FIELD_PREP(SMMU_CTX_ASID, asid) | FIELD_PREP(SMMU_CTX_WORLD, (u64)config->world);
}

/* Decode the CD of @x, whose STE is known; Return: is it legal? */
static bool cd_decode(const struct smmu *smmu, struct smmu_xlate *x, const u64 *cd)
{
	struct smmu_config *config = &x->own_config;
	bool is_legal;

	config->ips_bits = ips_bits(smmu, cd);
	is_legal = table_decode(smmu, cd, config->world, false, config->ips_bits,
				&config->table[0]);
	is_legal &= table_decode(smmu, cd, config->world, true, config->ips_bits,
				 &config->table[1]);
	config->is_stalling = cd[0] & CTXDESC_CD_0_S;
	config->is_recording = cd[0] & CTXDESC_CD_0_R;
	config->is_aborting = cd[0] & CTXDESC_CD_0_A;
	config->has_affd = cd[0] & CTXDESC_CD_0_AFFD;
	config->has_wxn = cd[0] & CTXDESC_CD_0_WXN;
	config->has_pan = is_two_range(config->world) && (cd[0] & CTXDESC_CD_0_PAN);
	config->context = make_context(config, cd);
	return is_legal && is_cd_legal(smmu, x->ste, cd, config);
}

static enum smmu_want step_cd(struct smmu *smmu, struct smmu_xlate *x)
{
	smmu->stats.config_fetches++;
	if (x->is_fetch_failed)
		return smmu_xlate_fault_fetch(x, EVT_ID_CD_FETCH_FAULT);
	if (!cd_decode(smmu, x, x->fetched))
		return smmu_xlate_fault(x, EVT_ID_BAD_CD_CONFIG);
	smmu_config_cache_fill(smmu, x);
	return smmu_xlate_configured(smmu, x);
}

static enum smmu_want want_cd(struct smmu_xlate *x, pa_t table, u32 index)
{
	return smmu_xlate_want_fetch(x, SMMU_WANT_CONFIG_FETCH,
				     table + (u64)index * CTXDESC_CD_BYTES, CTXDESC_CD_DWORDS,
				     step_cd);
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

static enum smmu_want step_l1cd(struct smmu *smmu, struct smmu_xlate *x)
{
	u32 leaf_lg2 = cd_leaf_lg2(x->ste);
	u64 desc = x->fetched[0];
	pa_t leaf;

	smmu->stats.config_fetches++;
	if (x->is_fetch_failed)
		return smmu_xlate_fault_fetch(x, EVT_ID_CD_FETCH_FAULT);
	/* A leaf is aligned to its size; V masks nothing else (5.3). */
	leaf = desc & CTXDESC_L1_DESC_L2PTR_MASK & ~lg2_mask(leaf_lg2 + 6);
	if (!(desc & CTXDESC_L1_DESC_V) || leaf & ~smmu->oas_mask)
		return bad_substreamid(x);
	return want_cd(x, leaf, x->own_config.cd_index & (u32)lg2_mask(leaf_lg2));
}

/* --- stream table entry (5.2) --- */

static bool has_substreams(const struct smmu *smmu, const u64 *ste)
{
	return smmu->params.ssid_bits && FIELD_GET(STRTAB_STE_0_S1CDMAX, ste[0]);
}

static bool is_s1_legal(const struct smmu *smmu, const u64 *ste)
{
	if (smmu->params.ssid_bits &&
	    FIELD_GET(STRTAB_STE_0_S1CDMAX, ste[0]) > smmu->params.ssid_bits)
		return false;
	if (has_substreams(smmu, ste) && !smmu->params.cd_2level &&
	    FIELD_GET(STRTAB_STE_0_S1FMT, ste[0]) != STRTAB_STE_0_S1FMT_LINEAR)
		return false;
	if ((!smmu->params.stall || smmu->params.stall_forced) && (ste[1] & STRTAB_STE_1_S1STALLD))
		return false;
	/* Split stage needs two stages (IDR0.NS1ATS). */
	if (smmu->params.ats && FIELD_GET(STRTAB_STE_1_EATS, ste[1]) == STRTAB_STE_1_EATS_S1CHK)
		return false;
	/* STRW is RES0 without Hyp; its odd values are reserved. */
	if (smmu->params.hyp && (FIELD_GET(STRTAB_STE_1_STRW, ste[1]) & 1))
		return false;
	return !(ste[0] & STRTAB_STE_0_S1CTXPTR_MASK & ~smmu->oas_mask);
}

static bool is_ste_legal(const struct smmu *smmu, const u64 *ste)
{
	if (!(ste[0] & STRTAB_STE_0_V))
		return false;
	switch (FIELD_GET(STRTAB_STE_0_CFG, ste[0])) {
	case STRTAB_STE_0_CFG_S2_TRANS:
	case STRTAB_STE_0_CFG_NESTED:
		return false; /* no stage 2: IDR0.S2P is 0 */
	case STRTAB_STE_0_CFG_S1_TRANS:
		return is_s1_legal(smmu, ste);
	default:
		return true;
	}
}

static u32 override(u32 attr, u64 how, u32 bit)
{
	if (how == STRTAB_OVERRIDE_CLEAR)
		return attr & ~bit;
	return how == STRTAB_OVERRIDE_SET ? attr | bit : attr;
}

/* Effective attributes of all incoming ones; a write is never an instruction fetch. */
static u32 make_attr_map(const struct smmu *smmu, const u64 *ste)
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

static enum smmu_world stream_world(const struct smmu *smmu, const u64 *ste)
{
	if (!smmu->params.hyp || FIELD_GET(STRTAB_STE_1_STRW, ste[1]) != STRTAB_STE_1_STRW_EL2)
		return SMMU_WORLD_EL1;
	return smmu->reg[SMMU_REG_CR2] & CR2_E2H ? SMMU_WORLD_EL2_E2H : SMMU_WORLD_EL2;
}

/* No CD is needed: the configuration is complete. */
static enum smmu_want configured(struct smmu *smmu, struct smmu_xlate *x,
				 enum smmu_config_kind kind)
{
	x->own_config.kind = kind;
	x->own_config.cd_index = SMMU_NO_CD;
	x->own_config.context = SMMU_CTX_NONE;
	smmu_config_cache_fill(smmu, x);
	return smmu_xlate_configured(smmu, x);
}

static enum smmu_want want_first_cd(struct smmu *smmu, struct smmu_xlate *x)
{
	pa_t table = x->ste[0] & STRTAB_STE_0_S1CTXPTR_MASK;
	u32 leaf_lg2 = has_substreams(smmu, x->ste) ? cd_leaf_lg2(x->ste) : 0;
	u32 cdmax = FIELD_GET(STRTAB_STE_0_S1CDMAX, x->ste[0]);

	x->own_config.kind = SMMU_CONFIG_S1;
	x->own_config.world = stream_world(smmu, x->ste);
	x->own_config.cd_index = x->has_ssid ? x->ssid : 0;
	if (!leaf_lg2) {
		/* A linear table is aligned to its size. */
		if (has_substreams(smmu, x->ste))
			table &= ~lg2_mask(cdmax + 6);
		return want_cd(x, table, x->own_config.cd_index);
	}
	if (cdmax > leaf_lg2 + 3)
		table &= ~lg2_mask(cdmax - leaf_lg2 + 3);
	return smmu_xlate_want_fetch(x, SMMU_WANT_CONFIG_FETCH,
				     table + 8ULL * (x->own_config.cd_index >> leaf_lg2), 1,
				     step_l1cd);
}

/* A stage 1 STE: which CD is the access to use, if any (S1DSS, S1CDMax)? */
static enum smmu_want pick_cd(struct smmu *smmu, struct smmu_xlate *x)
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
		return configured(smmu, x, SMMU_CONFIG_BYPASS);
	if (s1dss == STRTAB_STE_1_S1DSS_SSID0)
		return want_first_cd(smmu, x);
	return smmu_xlate_fault(x, EVT_ID_STREAM_DISABLED_FAULT);
}

static enum smmu_config_kind ste_kind(const u64 *ste)
{
	switch (FIELD_GET(STRTAB_STE_0_CFG, ste[0])) {
	case STRTAB_STE_0_CFG_S1_TRANS:
		return SMMU_CONFIG_S1;
	case STRTAB_STE_0_CFG_BYPASS:
		return SMMU_CONFIG_BYPASS;
	default:
		return SMMU_CONFIG_ABORT;
	}
}

/* Where nothing is translated there is no ATS; 0b11 is reserved without DPT (5.2, EATS). */
static u32 effective_eats(const struct smmu *smmu, const u64 *ste)
{
	u32 eats = FIELD_GET(STRTAB_STE_1_EATS, ste[1]);

	if (!smmu->params.ats || ste_kind(ste) != SMMU_CONFIG_S1)
		return STRTAB_STE_1_EATS_ABT;
	return eats == STRTAB_STE_1_EATS_TRANS ? eats : STRTAB_STE_1_EATS_ABT;
}

static enum smmu_want step_ste(struct smmu *smmu, struct smmu_xlate *x)
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
	};
	x->config = &x->own_config;
	/* Before the SubstreamID is looked at (3.9.1.3). */
	if (x->kind && smmu_ats_check(x, x->config) == SMMU_WANT_FAULT)
		return SMMU_WANT_FAULT;
	if (x->wants_ste_only)
		return smmu_xlate_done(x, x->iova);
	switch (FIELD_GET(STRTAB_STE_0_CFG, x->ste[0])) {
	case STRTAB_STE_0_CFG_S1_TRANS:
		return pick_cd(smmu, x);
	case STRTAB_STE_0_CFG_BYPASS:
		if (x->has_ssid)
			return bad_substreamid(x);
		return configured(smmu, x, SMMU_CONFIG_BYPASS);
	default:
		return configured(smmu, x, SMMU_CONFIG_ABORT);
	}
}

/* --- stream table (5.1, 6.3.24, 6.3.25) --- */

static enum smmu_want bad_streamid(struct smmu *smmu, struct smmu_xlate *x)
{
	bool is_recorded = smmu->reg[SMMU_REG_CR2] & CR2_RECINVSID;

	return smmu_xlate_fault(x, is_recorded ? EVT_ID_BAD_STREAMID_CONFIG : 0);
}

static enum smmu_want want_ste(struct smmu_xlate *x, pa_t table, u64 index)
{
	return smmu_xlate_want_fetch(x, SMMU_WANT_CONFIG_FETCH, table + index * STRTAB_STE_BYTES,
				     STRTAB_STE_DWORDS, step_ste);
}

static u32 strtab_split(const struct smmu *smmu)
{
	u32 split = FIELD_GET(STRTAB_BASE_CFG_SPLIT, smmu->reg[SMMU_REG_STRTAB_BASE_CFG]);

	return split == 8 || split == 10 ? split : 6;
}

static enum smmu_want step_l1std(struct smmu *smmu, struct smmu_xlate *x)
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

enum smmu_want smmu_config_begin(struct smmu *smmu, struct smmu_xlate *x)
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
	return smmu_xlate_want_fetch(x, SMMU_WANT_CONFIG_FETCH,
				     (base & ~lg2_mask(max_u64(6, l1_lg2 + 3))) +
					     8ULL * (x->sid >> split),
				     1, step_l1std);
}
