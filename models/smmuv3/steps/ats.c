// SPDX-License-Identifier: GPL-2.0-only
/*
 * Address translation services (IHI 0070 3.9.1): what becomes of translation requests
 * and of translated transactions, and what completions say.
 *
 * A translation request takes the way of an access that its port could not
 * answer (timing.c), through the same caches and walkers, and never stalls. It
 * ends with UR where ATS is refused (F_BAD_ATS_TREQ says so, except for an STE
 * that aborts), with CA where configuration or a fetch fails, without an event
 * unless CR2.REC_CFG_ATS asks for it (IDR0.ATSRECERR), else with Success and the permissions that
 * there are, which may be none.
 *
 * Translated transactions pass; if CR0.ATSCHK is set their STE is fetched and has
 * to permit ATS. They have no PASID here (IDR3.PASIDTT is 0). With split-stage ATS
 * (13.6.3) the endpoint is told IPAs, and stage 2 translates its transactions.
 *
 * Leaves out: requests of more than one translation.
 */
#include "models/smmuv3/steps/steps.h"

enum smmu_want smmu_ats_check(struct smmu_xlate *x, const struct smmu_config *config)
{
	x->completion = PORT_COMPLETION_UNSUPPORTED;
	if (config->kind == SMMU_CONFIG_ABORT)
		return smmu_xlate_fault(x, 0);
	if (config->eats == STRTAB_STE_1_EATS_ABT)
		return smmu_ats_refuse(x);
	x->completion = PORT_COMPLETION_ABORTED;
	return SMMU_WANT_NOTHING;
}

enum smmu_want smmu_ats_refuse(struct smmu_xlate *x)
{
	x->completion = PORT_COMPLETION_UNSUPPORTED;
	return smmu_xlate_fault(x, x->kind == PORT_TRANSLATED ? EVT_ID_TRANSL_FORBIDDEN
							      : EVT_ID_BAD_ATS_TREQ);
}

static bool is_permitted(const struct smmu_xlate *x, u8 perms, u32 attr)
{
	u32 attr_in = (x->attr_in & SMMU_ATTR_PRIV) | attr;

	return perms & (1U << smmu_attr_effective(x->config->attr_map, attr_in));
}

/*
 * 13.7.1: what is granted does not depend on what was asked for, but for execution,
 * and for writes that make a page dirty. Execute permission comes with read.
 */
u8 smmu_ats_granted(const struct smmu_xlate *x, const struct smmu_mapping *mapping)
{
	u8 perms = x->attr_in & SMMU_ATTR_WRITE ? mapping->potential : mapping->perms;
	u8 granted = (is_permitted(x, perms, 0) ? SMMU_ATS_READ : 0) |
		     (is_permitted(x, perms, SMMU_ATTR_WRITE) ? SMMU_ATS_WRITE : 0);

	if ((x->attr_in & SMMU_ATTR_INSTR) && (granted & SMMU_ATS_READ) &&
	    is_permitted(x, perms, SMMU_ATTR_INSTR))
		granted |= SMMU_ATS_EXEC;
	return granted;
}

enum smmu_want smmu_ats_deny(struct smmu_xlate *x)
{
	x->completion = PORT_COMPLETION_SUCCESS;
	x->lg2 = SMMU_PAGE_LG2;
	x->granted = 0;
	return smmu_xlate_done(x, 0);
}

enum smmu_want smmu_ats_done(struct smmu_xlate *x, const struct smmu_mapping *mapping, u64 va)
{
	x->granted = smmu_ats_granted(x, mapping);
	if (!x->granted)
		return smmu_ats_deny(x);
	x->completion = PORT_COMPLETION_SUCCESS;
	x->lg2 = mapping->lg2;
	return smmu_xlate_done(x, mapping->pa + (va - mapping->va));
}

/* 3.9.1.2, 3.9.1.3: errors of configuration, if software wants to know of them. */
static bool is_recorded(const struct smmu_core *smmu, const struct smmu_xlate *x)
{
	if (!(smmu->reg[SMMU_REG_CR2] & CR2_REC_CFG_ATS))
		return false;
	switch (x->fault.id) {
	case EVT_ID_BAD_STREAMID_CONFIG:
	case EVT_ID_STE_FETCH_FAULT:
	case EVT_ID_BAD_STE_CONFIG:
	case EVT_ID_BAD_SUBSTREAMID_CONFIG:
	case EVT_ID_STREAM_DISABLED_FAULT:
	case EVT_ID_CD_FETCH_FAULT:
	case EVT_ID_BAD_CD_CONFIG:
	case EVT_ID_WALK_EABT:
		return true;
	default:
		return false;
	}
}

void smmu_ats_fault(const struct smmu_core *smmu, struct smmu_xlate *x)
{
	u8 id = x->fault.id;

	/* Of a translated transaction stage 2 faults as of any other (3.9.1.3). */
	if (x->kind == PORT_TRANSLATED && x->is_configured)
		return;
	x->lg2 = SMMU_PAGE_LG2;
	x->granted = 0;
	/* Also where stage 2 does not let a CD or a descriptor be read. */
	if (x->fault.is_translation_related || id == EVT_ID_ADDR_SIZE_FAULT)
		x->completion = PORT_COMPLETION_SUCCESS;
	if (id != EVT_ID_BAD_ATS_TREQ && id != EVT_ID_TRANSL_FORBIDDEN && !is_recorded(smmu, x))
		x->fault.id = 0;
	x->fault.is_translation_related = false;
}

void smmu_ats_complete(const struct smmu_xlate *x, struct port_access *access)
{
	struct port_translation *translation = (struct port_translation *)access;

	translation->completion = x->completion;
	translation->lg2 = x->lg2;
	translation->is_readable = x->granted & SMMU_ATS_READ;
	translation->is_writable = x->granted & SMMU_ATS_WRITE;
	translation->is_executable = x->granted & SMMU_ATS_EXEC;
}
