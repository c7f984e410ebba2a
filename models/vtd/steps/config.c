// SPDX-License-Identifier: GPL-2.0-only
/*
 * Configuration lookup (VT-d 3.4, 9.1 to 9.6): root and context entries of legacy
 * mode; of scalable mode root and context entries, PASID directory, PASID table.
 * Which of their fields are reserved or not supported, what a request may ask of
 * them, and the fault condition that each gives (7.1.3).
 *
 * Leaves out: memory types (ECAP.MTS is 0: their fields are reserved), host
 * permission tables and PASIDs in translated requests (after revision 4.1).
 */
#include "models/vtd/steps/steps.h"

static u64 did_mask(const struct vtd_core *vtd)
{
	return lg2_mask(vtd->params.domain_bits);
}

static bool is_aw_supported(const struct vtd_core *vtd, u64 aw)
{
	switch (aw) {
	case AW_39_BIT:
		return vtd->params.aw39;
	case AW_48_BIT:
		return vtd->params.aw48;
	case AW_57_BIT:
		return vtd->params.aw57;
	default:
		return false;
	}
}

static void set_second_stage(const struct vtd_core *vtd, struct vtd_config *config, pa_t root,
			     u64 aw)
{
	config->ss_root = root;
	config->ss_levels = aw + 2;
	config->ss_bits = min_u64(vtd_level_lg2(aw + 3), vtd->params.mgaw_bits);
}

static bool is_ats(const struct vtd_xlate *x)
{
	return x->kind != PORT_UNTRANSLATED;
}

/* --- PASID table entries (9.6) --- */

/* Fields that belong to a feature that is off; PAT, EMTE and CD do to memory types. */
static bool has_reserved_of_features(const struct vtd_params *p, const u64 *e)
{
	u64 word0 = (p->ssts ? 0 : PASID_0_SSPTPTR | PASID_0_AW | PASID_0_SSADE) |
		    (p->ssads ? 0 : PASID_0_SSADE);
	u64 word1 = (p->smpwcs ? 0 : PASID_1_PWSNP) | (p->sc ? 0 : PASID_1_PGSNP);
	u64 word2 = (p->fsts ? 0 : PASID_2_FSPTPTR | PASID_2_WPE | PASID_2_FSPM) |
		    (p->srs ? 0 : PASID_2_SRE) | (p->ers ? 0 : PASID_2_ERE) |
		    (p->eafs ? 0 : PASID_2_EAFE);

	return (e[0] & word0) || (e[1] & word1) || (e[2] & word2);
}

static bool has_reserved(const struct vtd_core *vtd, const u64 *e)
{
	u64 rest = 0;

	for (u32 i = 3; i < 8; i++)
		rest |= e[i];
	return rest || (e[0] & (PASID_0_RSVD | ~(vtd->haw_mask | 0xfff))) ||
	       (e[1] & PASID_1_RSVD) || (FIELD_GET(PASID_1_DID, e[1]) & ~did_mask(vtd)) ||
	       (e[2] & (PASID_2_RSVD | ~(vtd->haw_mask | 0xfff))) ||
	       has_reserved_of_features(&vtd->params, e);
}

static bool is_pgtt_supported(const struct vtd_params *p, u64 pgtt)
{
	switch (pgtt) {
	case PASID_PGTT_FIRST:
		return p->fsts;
	case PASID_PGTT_SECOND:
		return p->ssts;
	case PASID_PGTT_NESTED:
		return p->nest;
	case PASID_PGTT_PASS_THROUGH:
		return p->pt;
	default:
		return false;
	}
}

static enum vtd_translation translation_of(u64 pgtt)
{
	switch (pgtt) {
	case PASID_PGTT_FIRST:
		return VTD_FIRST;
	case PASID_PGTT_SECOND:
		return VTD_SECOND;
	case PASID_PGTT_NESTED:
		return VTD_NESTED;
	default:
		return VTD_PASS_THROUGH;
	}
}

/* SPT.4: programming that the hardware does not support; else 0. */
static enum vtd_condition check_programming(const struct vtd_core *vtd, const u64 *e)
{
	u64 pgtt = FIELD_GET(PASID_0_PGTT, e[0]);
	u64 fspm = FIELD_GET(PASID_2_FSPM, e[2]);
	u64 aw = FIELD_GET(PASID_0_AW, e[0]);
	bool has_first = pgtt == PASID_PGTT_FIRST || pgtt == PASID_PGTT_NESTED;
	bool has_second = pgtt == PASID_PGTT_SECOND || pgtt == PASID_PGTT_NESTED;
	u32 ss_bits = min_u64(vtd_level_lg2(aw + 3), vtd->params.mgaw_bits);

	if (!is_pgtt_supported(&vtd->params, pgtt))
		return VTD_SPT_4_2;
	if (has_second && !is_aw_supported(vtd, aw))
		return VTD_SPT_4_1;
	if (has_first && fspm > (vtd->params.fs_5level ? PASID_FSPM_5_LEVEL : PASID_FSPM_4_LEVEL))
		return VTD_SPT_4_3;
	if (has_first && has_second && (e[2] & PASID_2_FSPTPTR & ~lg2_mask(ss_bits)))
		return VTD_SPT_4_4;
	return VTD_NO_FAULT;
}

static void decode(const struct vtd_core *vtd, struct vtd_config *config, const u64 *e)
{
	/* Ignored since revision 4. */
	bool has_execute_fields = vtd->params.revision == 3;

	config->kind = translation_of(FIELD_GET(PASID_0_PGTT, e[0]));
	config->did = FIELD_GET(PASID_1_DID, e[1]);
	set_second_stage(vtd, config, e[0] & PASID_0_SSPTPTR, FIELD_GET(PASID_0_AW, e[0]));
	config->has_ssade = e[0] & PASID_0_SSADE;
	config->is_snooped = e[1] & PASID_1_PWSNP;
	config->fs_root = e[2] & PASID_2_FSPTPTR;
	config->fs_levels = 4 + FIELD_GET(PASID_2_FSPM, e[2]);
	config->has_sre = e[2] & PASID_2_SRE;
	config->has_ere = e[2] & PASID_2_ERE;
	config->has_wpe = e[2] & PASID_2_WPE;
	config->has_nxe = has_execute_fields && (e[2] & PASID_2_NXE);
	config->has_smep = has_execute_fields && (e[2] & PASID_2_SMEP);
	config->has_eafe = e[2] & PASID_2_EAFE;
}

/* What the request asks of the entry. */
static enum vtd_want pasid_known(struct vtd_core *vtd, struct vtd_xlate *x)
{
	if (x->is_page_request)
		return vtd_xlate_configured(vtd, x);
	if ((x->has_er || (x->attr & VTD_ATTR_ZLR) == VTD_ATTR_INSTR) && !x->config->has_ere)
		return vtd_xlate_fault(x, VTD_SPT_5);
	if ((x->attr & VTD_ATTR_PRIV) && !x->config->has_sre)
		return vtd_xlate_fault(x, VTD_SPT_6);
	return vtd_xlate_configured(vtd, x);
}

static enum vtd_want step_pasid_entry(struct vtd_core *vtd, struct vtd_xlate *x)
{
	const u64 *e = x->fetched;
	enum vtd_condition condition;

	vtd->stats.config_fetches++;
	if (x->is_memory_failed)
		return vtd_xlate_fault(x, VTD_SPT_1);
	x->has_fpd |= !!(e[0] & PASID_0_FPD);
	if (!(e[0] & PASID_0_P))
		return vtd_xlate_fault(x, VTD_SPT_2);
	if (has_reserved(vtd, e))
		return vtd_xlate_fault(x, VTD_SPT_3);
	condition = check_programming(vtd, e);
	if (condition)
		return vtd_xlate_fault(x, condition);
	decode(vtd, &x->own_config, e);
	x->own_config.has_fpd = x->has_fpd;
	x->config = &x->own_config;
	vtd_pasid_fill(vtd, x);
	return pasid_known(vtd, x);
}

static enum vtd_want step_pasid_dir(struct vtd_core *vtd, struct vtd_xlate *x)
{
	u64 e = x->fetched[0];
	u32 index = x->own_config.pasid & lg2_mask(6);

	vtd->stats.config_fetches++;
	if (x->is_memory_failed)
		return vtd_xlate_fault(x, VTD_SPD_1);
	x->has_fpd |= !!(e & PASIDDIR_FPD);
	if (!(e & PASIDDIR_P))
		return vtd_xlate_fault(x, VTD_SPD_2);
	if (e & (PASIDDIR_RSVD | ~(vtd->haw_mask | 0xfff)))
		return vtd_xlate_fault(x, VTD_SPD_3);
	return vtd_xlate_want_config(x, (e & PASIDDIR_SMPTBLPTR) + index * PASID_ENTRY_BYTES, 8,
				     step_pasid_entry);
}

static enum vtd_want step_pasid_lookup(struct vtd_core *vtd, struct vtd_xlate *x)
{
	const struct vtd_context *context = x->context;
	u32 pasid = x->has_pasid ? x->pasid : context->rid_pasid;
	const struct vtd_config *config = vtd_pasid_find(vtd, x->sid, pasid);

	if (config) {
		x->own_config = *config;
		x->config = &x->own_config;
		x->has_fpd |= config->has_fpd;
		return pasid_known(vtd, x);
	}
	x->own_config = (struct vtd_config){.is_scalable = true, .pasid = pasid};
	return vtd_xlate_want_config(x, context->pasid_dir + 8ULL * (pasid >> 6), 1,
				     step_pasid_dir);
}

/* --- contexts --- */

/* Page requests are checked for what they ask, as translation requests are. */
static enum vtd_condition check_request(const struct vtd_core *vtd, const struct vtd_xlate *x)
{
	const struct vtd_context *context = x->context;

	if (is_ats(x) && !context->has_dte)
		return VTD_SCT_5;
	if (x->is_page_request && !context->has_pre)
		return VTD_SCT_8;
	if (!x->has_pasid)
		return VTD_NO_FAULT;
	if (!context->has_paside)
		return VTD_SCT_6;
	if (x->pasid >> vtd->params.pasid_bits)
		return VTD_SGN_10;
	if (x->pasid >> context->pasid_lg2)
		return VTD_SCT_7;
	return x->pasid == context->rid_pasid ? VTD_SCT_9 : VTD_NO_FAULT;
}

static enum vtd_want context_known(struct vtd_core *vtd, struct vtd_xlate *x)
{
	const struct vtd_context *context = x->context;
	enum vtd_condition condition;

	x->has_fpd |= context->has_fpd;
	if (!context->is_scalable) {
		x->own_config = context->config;
		x->config = &x->own_config;
		if (is_ats(x) && !x->config->allows_ats) {
			x->completion = PORT_COMPLETION_UNSUPPORTED;
			return vtd_xlate_fault(x, VTD_LCT_5);
		}
		return vtd_xlate_configured(vtd, x);
	}
	condition = check_request(vtd, x);
	if (condition)
		return vtd_xlate_fault(x, condition);
	if (!x->has_pasid && context->has_rid_priv)
		x->attr |= VTD_ATTR_PRIV;
	if (x->kind == PORT_TRANSLATED)
		return vtd_xlate_configured(vtd, x);
	return vtd_xlate_want(x, VTD_WANT_CONFIG_LOOKUP, step_pasid_lookup);
}

static enum vtd_want step_context(struct vtd_core *vtd, struct vtd_xlate *x)
{
	const u64 *e = x->fetched;
	u64 tt = FIELD_GET(CTX_0_TT, e[0]);
	struct vtd_config *config = &x->own_context.config;

	vtd->stats.config_fetches++;
	if (x->is_memory_failed)
		return vtd_xlate_fault(x, VTD_LCT_1);
	x->has_fpd = e[0] & CTX_0_FPD;
	if (!(e[0] & CTX_0_P))
		return vtd_xlate_fault(x, VTD_LCT_2);
	if ((e[0] & (CTX_0_RSVD | ~(vtd->haw_mask | 0xfff))) || (e[1] & CTX_1_RSVD) ||
	    (FIELD_GET(CTX_1_DID, e[1]) & ~did_mask(vtd)))
		return vtd_xlate_fault(x, VTD_LCT_3);
	if (!is_aw_supported(vtd, FIELD_GET(CTX_1_AW, e[1])))
		return vtd_xlate_fault(x, VTD_LCT_4_1);
	if (tt > CTX_TT_PASS_THROUGH || (tt == CTX_TT_DEVICE_TLB && !vtd->params.dt) ||
	    (tt == CTX_TT_PASS_THROUGH && !vtd->params.pt))
		return vtd_xlate_fault(x, VTD_LCT_4_2);
	x->own_context = (struct vtd_context){.has_fpd = x->has_fpd};
	config->kind = tt == CTX_TT_PASS_THROUGH ? VTD_PASS_THROUGH : VTD_SECOND;
	config->allows_ats = tt == CTX_TT_DEVICE_TLB;
	config->did = FIELD_GET(CTX_1_DID, e[1]);
	config->has_fpd = x->has_fpd;
	set_second_stage(vtd, config, e[0] & CTX_0_SSPTPTR, FIELD_GET(CTX_1_AW, e[1]));
	x->context = &x->own_context;
	vtd_context_fill(vtd, x);
	return context_known(vtd, x);
}

static bool has_reserved_in_context(const struct vtd_core *vtd, const u64 *e)
{
	const struct vtd_params *p = &vtd->params;
	u64 word0 = SMCTX_0_RSVD | ~(vtd->haw_mask | 0xfff) | (p->dt ? 0 : SMCTX_0_DTE) |
		    (p->pasid ? 0 : SMCTX_0_PASIDE) | (p->prs ? 0 : SMCTX_0_PRE);
	u64 word1 = SMCTX_1_RSVD | (p->rps ? 0 : SMCTX_1_RID_PASID) |
		    (p->rprivs ? 0 : SMCTX_1_RID_PRIV);

	return (e[0] & word0) || (e[1] & word1) || e[2] || e[3];
}

static enum vtd_want step_scalable_context(struct vtd_core *vtd, struct vtd_xlate *x)
{
	const u64 *e = x->fetched;
	struct vtd_context *context = &x->own_context;

	vtd->stats.config_fetches++;
	if (x->is_memory_failed)
		return vtd_xlate_fault(x, VTD_SCT_1);
	x->has_fpd = e[0] & SMCTX_0_FPD;
	if (!(e[0] & SMCTX_0_P))
		return vtd_xlate_fault(x, VTD_SCT_2);
	if (has_reserved_in_context(vtd, e))
		return vtd_xlate_fault(x, VTD_SCT_3);
	*context = (struct vtd_context){
		.is_scalable = true,
		.has_fpd = x->has_fpd,
		.has_dte = e[0] & SMCTX_0_DTE,
		.has_pre = e[0] & SMCTX_0_PRE,
		.has_paside = e[0] & SMCTX_0_PASIDE,
		.has_rid_priv = e[1] & SMCTX_1_RID_PRIV,
		.rid_pasid = FIELD_GET(SMCTX_1_RID_PASID, e[1]),
		/* 2^(PDTS + 7) directory entries, each of 64 table entries */
		.pasid_lg2 = FIELD_GET(SMCTX_0_PDTS, e[0]) + 13,
		.pasid_dir = e[0] & SMCTX_0_PASIDDIRPTR,
	};
	if (context->has_pre && !context->has_dte)
		return vtd_xlate_fault(x, VTD_SCT_4_1);
	if (context->rid_pasid >> context->pasid_lg2)
		return vtd_xlate_fault(x, VTD_SCT_4_2);
	x->context = context;
	vtd_context_fill(vtd, x);
	return context_known(vtd, x);
}

/* --- root entries --- */

static enum vtd_want step_root(struct vtd_core *vtd, struct vtd_xlate *x)
{
	const u64 *e = x->fetched;

	vtd->stats.config_fetches++;
	if (x->is_memory_failed)
		return vtd_xlate_fault(x, VTD_LRT_1);
	if (!(e[0] & ROOT_P))
		return vtd_xlate_fault(x, VTD_LRT_2);
	if ((e[0] & ~(ROOT_P | (vtd->haw_mask & ROOT_CTP))) || e[1])
		return vtd_xlate_fault(x, VTD_LRT_3);
	return vtd_xlate_want_config(x, (e[0] & ROOT_CTP) + (x->sid & 0xff) * CTX_ENTRY_BYTES, 2,
				     step_context);
}

/* Functions of the upper 16 devices of a bus are in the upper half. */
static enum vtd_want step_scalable_root(struct vtd_core *vtd, struct vtd_xlate *x)
{
	u64 e = x->fetched[0];

	vtd->stats.config_fetches++;
	if (x->is_memory_failed)
		return vtd_xlate_fault(x, VTD_SRT_1);
	if (!(e & ROOT_P))
		return vtd_xlate_fault(x, VTD_SRT_2);
	if (e & ~(ROOT_P | (vtd->haw_mask & ROOT_CTP)))
		return vtd_xlate_fault(x, VTD_SRT_3);
	return vtd_xlate_want_config(x, (e & ROOT_CTP) + (x->sid & 0x7f) * SMCTX_ENTRY_BYTES, 4,
				     step_scalable_context);
}

static enum vtd_want fetch_root(struct vtd_core *vtd, struct vtd_xlate *x)
{
	pa_t pa = (vtd->root & RTADDR_RTA) + (x->sid >> 8) * ROOT_ENTRY_BYTES;

	if (vtd_ttm(vtd) == RTADDR_TTM_LEGACY)
		return vtd_xlate_want_config(x, pa, 2, step_root);
	return vtd_xlate_want_config(x, pa + (x->sid >> 7 & 1) * 8, 1, step_scalable_root);
}

static enum vtd_want step_context_lookup(struct vtd_core *vtd, struct vtd_xlate *x)
{
	const struct vtd_context *context = vtd_context_find(vtd, x->sid);

	if (!context)
		return fetch_root(vtd, x);
	x->own_context = *context;
	x->context = &x->own_context;
	return context_known(vtd, x);
}

/* The translation table mode decides first (RTA.1 to RTA.4). */
static enum vtd_condition check_mode(const struct vtd_core *vtd, const struct vtd_xlate *x)
{
	switch (vtd_ttm(vtd)) {
	case RTADDR_TTM_LEGACY:
		if (x->is_page_request)
			return VTD_RTA_3;
		return x->has_pasid ? VTD_RTA_2 : VTD_NO_FAULT;
	case RTADDR_TTM_SCALABLE:
		return vtd->params.smts ? VTD_NO_FAULT : VTD_RTA_1_3;
	case RTADDR_TTM_ABORT:
		return vtd->params.adms ? VTD_RTA_4 : VTD_RTA_1_1;
	default:
		return VTD_RTA_1_2;
	}
}

enum vtd_want vtd_config_begin(struct vtd_core *vtd, struct vtd_xlate *x)
{
	enum vtd_condition condition = check_mode(vtd, x);

	if (condition)
		return vtd_xlate_fault(x, condition);
	return vtd_xlate_want(x, VTD_WANT_CONFIG_LOOKUP, step_context_lookup);
}
