// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a descriptor of stage 1 permits (VMSAv8-64, Arm ARM D8.4; IHI 0070 5.4,
 * 13.4.1): AP, UXN and PXN, hierarchical attributes, WXN, PAN, E0PD; and when hardware
 * updates it (3.13). Leaves out: permission indirection, EPAN; their ID bits
 * are 0. UWXN has no meaning for VMSAv8-64 tables.
 */
#include "models/smmuv3/steps/steps.h"

/* What an exception level may do. */
struct rights {
	bool read, write, execute;
};

/* One bit for each of the effective attributes. */
static u8 permissions(struct rights el0, struct rights el1)
{
	return el0.read << 0 | el0.write << SMMU_ATTR_WRITE | el1.read << SMMU_ATTR_PRIV |
	       el1.write << (SMMU_ATTR_PRIV | SMMU_ATTR_WRITE) | el0.execute << SMMU_ATTR_INSTR |
	       el1.execute << (SMMU_ATTR_INSTR | SMMU_ATTR_PRIV);
}

/* The permissions of writes. */
#define PERMS_WRITE (1U << SMMU_ATTR_WRITE | 1U << (SMMU_ATTR_WRITE | SMMU_ATTR_PRIV))

#define PERMS_PRIV                                                                                 \
	(1U << SMMU_ATTR_PRIV | 1U << (SMMU_ATTR_PRIV | SMMU_ATTR_WRITE) |                         \
	 1U << (SMMU_ATTR_PRIV | SMMU_ATTR_INSTR))

/* @attrs: SMMU_S1_* */
static u8 leaf_permissions(const struct smmu_config *config, u32 attrs)
{
	bool is_writable = attrs & SMMU_S1_WRITABLE, has_el0 = attrs & SMMU_S1_EL0;
	bool uxn = attrs & SMMU_S1_UXN, pxn = attrs & SMMU_S1_PXN;
	bool el0_writable = has_el0 && is_writable;
	bool has_el1 = !(config->has_pan && has_el0);

	if (config->world == SMMU_WORLD_EL2) {
		const struct rights all = {true, is_writable,
					   !uxn && !(config->has_wxn && is_writable)};

		return permissions(all, all);
	}
	/* What EL0 may write, EL1 does not execute, whatever WXN says. */
	return permissions(
		(struct rights){has_el0, el0_writable, !uxn && !(config->has_wxn && el0_writable)},
		(struct rights){has_el1, has_el1 && is_writable,
				!pxn && !el0_writable && !(config->has_wxn && is_writable)});
}

void smmu_s1_decode(struct smmu_config *config)
{
	for (u32 attrs = 0; attrs < 16; attrs++)
		config->perms[SMMU_S1][attrs] = leaf_permissions(config, attrs);
}

/* Read-only now, to become writable when it is written (3.13.3.1). */
static bool is_writable_clean(const struct smmu_xlate *x, u64 desc)
{
	return x->config->stage[SMMU_S1].updates_dirty && (desc & TTD_DBM) &&
	       (desc & TTD_AP_RDONLY);
}

void smmu_s1_permissions(struct smmu_xlate *x, u64 desc)
{
	struct smmu_walk *walk = &x->walk[SMMU_S1];
	bool is_clean = is_writable_clean(x, desc);
	u32 above = walk->table_attrs, attrs = 0;

	if ((desc & TTD_AP_EL0) && !(above & SMMU_TABLE_NO_EL0))
		attrs |= SMMU_S1_EL0;
	/* A clean page counts as writable for what may not be executed. */
	if ((!(desc & TTD_AP_RDONLY) || is_clean) && !(above & SMMU_TABLE_RDONLY))
		attrs |= SMMU_S1_WRITABLE;
	if ((desc & TTD_UXN) || (above & SMMU_TABLE_UXN))
		attrs |= SMMU_S1_UXN;
	if ((desc & TTD_PXN) || (above & SMMU_TABLE_PXN))
		attrs |= SMMU_S1_PXN;
	walk->leaf.potential = x->config->perms[SMMU_S1][attrs];
	/* Hits must not permit it either. */
	if (x->table->has_e0pd)
		walk->leaf.potential &= PERMS_PRIV;
	walk->leaf.perms = walk->leaf.potential & ~(is_clean ? PERMS_WRITE : 0);
	walk->leaf.is_global = !(desc & TTD_NG);
}

bool smmu_s1_permits(const struct smmu_xlate *x)
{
	/* A translation request is told which permissions there are. */
	return x->kind == PORT_TRANSLATION_REQUEST ||
	       (x->walk[SMMU_S1].leaf.potential & (1U << x->attr));
}

u64 smmu_s1_updated(const struct smmu_xlate *x, u64 desc)
{
	const struct smmu_mapping *leaf = &x->walk[SMMU_S1].leaf;
	u64 updated = desc;

	if (x->kind == PORT_TRANSLATION_REQUEST && !smmu_ats_granted(x, leaf))
		return desc;
	if (x->config->stage[SMMU_S1].updates_access)
		updated |= TTD_AF;
	if (smmu_xlate_makes_dirty(x, leaf))
		updated = (updated | TTD_AF) & ~TTD_AP_RDONLY;
	return updated;
}
