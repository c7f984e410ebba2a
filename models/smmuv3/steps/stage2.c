// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a descriptor of stage 2 permits (VMSAv8-64, Arm ARM D8.4; IHI 0070 5.2,
 * 7.3.16, 13.4.2): S2AP, XN with and without XNX, protected table walks; and when
 * hardware updates it (3.13). What asks is the access, or the walk of stage 1, or
 * the fetch of a CD: the latter two are data, of no privilege. Leaves out:
 * permission indirection and overlays; their ID bits are 0.
 */
#include "models/smmuv3/steps/steps.h"

/* The attribute bits of who asks. */
static u32 asked(const struct smmu_xlate *x)
{
	switch (x->s2_use) {
	case SMMU_S2_INPUT:
		return x->attr;
	case SMMU_S2_TTD_WRITE:
		return SMMU_ATTR_WRITE;
	default:
		return 0;
	}
}

static bool is_executable(const struct smmu_core *smmu, u32 xn, bool is_privileged)
{
	if (!smmu->params.xnx)
		return !(xn & TTD_S2_XN_ALL);
	return xn == TTD_S2_XN_NONE || xn == (is_privileged ? TTD_S2_XN_EL0 : TTD_S2_XN_EL1);
}

#define BOTH_PRIVILEGES(attr) (1U << (attr) | 1U << ((attr) | SMMU_ATTR_PRIV))

/* @attrs: SMMU_S2_*, and above them XN */
static u8 leaf_permissions(const struct smmu_core *smmu, u32 attrs)
{
	u32 xn = attrs >> SMMU_S2_XN_LG2;

	return (attrs & SMMU_S2_READ ? BOTH_PRIVILEGES(0) : 0) |
	       (attrs & SMMU_S2_WRITE ? BOTH_PRIVILEGES(SMMU_ATTR_WRITE) : 0) |
	       (is_executable(smmu, xn, false) ? 1U << SMMU_ATTR_INSTR : 0) |
	       (is_executable(smmu, xn, true) ? 1U << (SMMU_ATTR_INSTR | SMMU_ATTR_PRIV) : 0);
}

void smmu_s2_decode(const struct smmu_core *smmu, struct smmu_config *config)
{
	for (u32 attrs = 0; attrs < 16; attrs++)
		config->perms[SMMU_S2][attrs] = leaf_permissions(smmu, attrs);
}

static bool is_writable_clean(const struct smmu_xlate *x, u64 desc)
{
	return x->config->stage[SMMU_S2].updates_dirty && (desc & TTD_DBM) &&
	       !(desc & TTD_S2AP_WRITE);
}

void smmu_s2_permissions(struct smmu_xlate *x, u64 desc)
{
	struct smmu_mapping *leaf = &x->walk[SMMU_S2].leaf;
	u32 attrs = (desc & TTD_S2AP_READ ? SMMU_S2_READ : 0) |
		    (desc & TTD_S2AP_WRITE ? SMMU_S2_WRITE : 0) |
		    FIELD_GET(TTD_S2_XN, desc) << SMMU_S2_XN_LG2;

	leaf->perms = x->config->perms[SMMU_S2][attrs];
	leaf->potential = leaf->perms;
	if (is_writable_clean(x, desc))
		leaf->potential |= BOTH_PRIVILEGES(SMMU_ATTR_WRITE);
	leaf->is_global = false;
}

/* MemAttr says Device, with S2FWB or without. */
static bool is_device(const struct smmu_xlate *x, u64 desc)
{
	u64 memattr = FIELD_GET(TTD_S2_MEMATTR, desc);

	return x->config->has_fwb ? !(memattr & 4) : !(memattr & 0xc);
}

bool smmu_s2_permits(const struct smmu_xlate *x, u64 desc)
{
	const struct smmu_mapping *leaf = &x->walk[SMMU_S2].leaf;

	if (x->s2_use == SMMU_S2_INPUT && x->kind == PORT_TRANSLATION_REQUEST)
		return true;
	if (x->s2_use != SMMU_S2_INPUT && x->config->has_ptw && is_device(x, desc))
		return false;
	return leaf->potential & (1U << asked(x));
}

/* What both stages permit, as far as stage 1 takes part. */
static struct smmu_mapping both(const struct smmu_xlate *x)
{
	struct smmu_mapping leaf = x->walk[SMMU_S2].leaf;

	if (smmu_has_stage(x->config, SMMU_S1)) {
		leaf.perms &= x->walk[SMMU_S1].leaf.perms;
		leaf.potential &= x->walk[SMMU_S1].leaf.potential;
	}
	return leaf;
}

/* A translation request touches only what it is granted (3.13.7.1). */
static u64 updated_for_input(const struct smmu_xlate *x, u64 desc)
{
	const struct smmu_mapping *leaf = &x->walk[SMMU_S2].leaf;
	struct smmu_mapping combined = both(x);
	u64 updated = desc;

	if (x->kind == PORT_TRANSLATION_REQUEST && !smmu_ats_granted(x, &combined))
		return desc;
	if (x->config->stage[SMMU_S2].updates_access)
		updated |= TTD_AF;
	if (smmu_xlate_makes_dirty(x, leaf) && (combined.potential & (1U << x->attr)))
		updated |= TTD_AF | TTD_S2AP_WRITE;
	return updated;
}

u64 smmu_s2_updated(const struct smmu_xlate *x, u64 desc)
{
	u64 updated = desc;

	if (x->s2_use == SMMU_S2_INPUT)
		return updated_for_input(x, desc);
	if (x->config->stage[SMMU_S2].updates_access)
		updated |= TTD_AF;
	/* The fetch of a CD makes nothing dirty, the update of a descriptor does. */
	if (x->s2_use == SMMU_S2_TTD_WRITE && is_writable_clean(x, desc))
		updated |= TTD_AF | TTD_S2AP_WRITE;
	return updated;
}
