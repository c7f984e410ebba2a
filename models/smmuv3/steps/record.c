// SPDX-License-Identifier: GPL-2.0-only
/*
 * Event records: which fields each event has (IHI 0070 7.3). Reason, GPCF and NSIPA
 * are zero, as is what is UNKNOWN: IPA of stage 1, TTRnW of other classes. A translation
 * request is of one translation, so Span of F_BAD_ATS_TREQ is 1.
 */
#include "models/smmuv3/steps/steps.h"

static u64 substream(const struct smmu_xlate *x)
{
	if (x->fault.id == EVT_ID_STREAM_DISABLED_FAULT)
		return 0;
	/* This one always names a SubstreamID and has no SSV. */
	if (x->fault.id == EVT_ID_BAD_SUBSTREAMID_CONFIG)
		return FIELD_PREP(EVTQ_0_SSID, x->fault.ssid);
	return x->has_ssid ? EVTQ_0_SSV | FIELD_PREP(EVTQ_0_SSID, x->ssid) : 0;
}

static u64 syndrome(const struct smmu_xlate *x)
{
	return FIELD_PREP(EVTQ_1_CLASS, (u64)x->fault.class) |
	       (x->fault.stage == SMMU_S2 ? EVTQ_1_S2 : 0) |
	       (x->attr & SMMU_ATTR_WRITE ? 0 : EVTQ_1_RnW) |
	       (x->attr & SMMU_ATTR_INSTR ? EVTQ_1_InD : 0) |
	       (x->attr & SMMU_ATTR_PRIV ? EVTQ_1_PnU : 0);
}

/* As it was asked for, before STE.PRIVCFG and INSTCFG; reading always is (7.3.6). */
static u64 translation_request(const struct smmu_xlate *x)
{
	return FIELD_PREP(EVTQ_1_TREQ_SPAN, 1ULL) | EVTQ_1_TREQ_R |
	       (x->attr_in & SMMU_ATTR_WRITE ? EVTQ_1_TREQ_W : 0) |
	       (x->attr_in & SMMU_ATTR_INSTR ? EVTQ_1_TREQ_X : 0) |
	       (x->attr_in & SMMU_ATTR_PRIV ? EVTQ_1_TREQ_PRIV : 0);
}

/* The events before a valid STE is found need no permission by STE.MEV. */
bool smmu_record_is_mergeable(const struct smmu_xlate *x)
{
	switch (x->fault.id) {
	case EVT_ID_BAD_STREAMID_CONFIG:
	case EVT_ID_STE_FETCH_FAULT:
	case EVT_ID_BAD_STE_CONFIG:
		return true;
	default:
		return x->config && x->config->has_mev;
	}
}

/* Where a record has an input address, its bits 11:0 do not count (7.3.8, 7.3.12 to 7.3.16). */
void smmu_record_key(const u64 *word, u64 *key)
{
	key[0] = word[0];
	key[1] = word[1];
	key[2] = word[2] & ~lg2_mask(SMMU_PAGE_LG2);
	key[3] = word[3];
}

void smmu_record_make(const struct smmu_xlate *x, u32 stag, u64 *word)
{
	word[0] = FIELD_PREP(EVTQ_0_ID, (u64)x->fault.id) | FIELD_PREP(EVTQ_0_SID, (u64)x->sid) |
		  substream(x);
	word[1] = 0;
	word[2] = 0;
	word[3] = 0;
	switch (x->fault.id) {
	case EVT_ID_PERMISSION_FAULT:
		if (x->fault.is_tt_read)
			word[1] = EVTQ_1_TTRnW;
		__attribute__((fallthrough));
	case EVT_ID_TRANSLATION_FAULT:
	case EVT_ID_ADDR_SIZE_FAULT:
	case EVT_ID_ACCESS_FAULT:
		word[3] = x->fault.ipa & EVTQ_3_IPA;
		__attribute__((fallthrough));
	case EVT_ID_WALK_EABT:
		word[1] |= syndrome(x);
		word[2] = x->iova;
		break;
	case EVT_ID_BAD_ATS_TREQ:
		word[1] = translation_request(x);
		word[2] = x->iova & ~lg2_mask(SMMU_PAGE_LG2);
		break;
	case EVT_ID_TRANSL_FORBIDDEN:
		word[1] = x->attr_in & SMMU_ATTR_WRITE ? 0 : EVTQ_1_RnW;
		word[2] = x->iova;
		break;
	}
	switch (x->fault.id) {
	case EVT_ID_STE_FETCH_FAULT:
	case EVT_ID_CD_FETCH_FAULT:
	case EVT_ID_WALK_EABT:
		word[3] = x->fault.fetch_address & EVTQ_3_FETCH_ADDR;
		break;
	}
	if (stag != SMMU_NO_STAG)
		word[1] |= EVTQ_1_STALL | FIELD_PREP(EVTQ_1_STAG, (u64)stag);
}
