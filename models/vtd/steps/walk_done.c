// SPDX-License-Identifier: GPL-2.0-only
/*
 * The end of a walk (VT-d 3.6 to 3.8): what both stages permit together, flags of
 * their leaves, and the mapping that comes of it.
 *
 * No dirty flag is set by an access that is not permitted. A first-stage leaf is
 * done before the second stage's, whose flags its own update would need.
 */
#include "models/vtd/internal.h"

#define WRITES (1U << VTD_ATTR_WRITE | 1U << (VTD_ATTR_WRITE | VTD_ATTR_PRIV))

static bool has_first(const struct vtd_xlate *x)
{
	return x->config->kind != VTD_SECOND;
}

static bool has_second(const struct vtd_xlate *x)
{
	return x->config->kind != VTD_FIRST;
}

u8 vtd_config_traits(const struct vtd_config *config)
{
	if (!config->is_scalable)
		return VTD_TRAIT_LEGACY;
	return (config->has_sre ? VTD_TRAIT_SRE : 0) | (config->has_ere ? VTD_TRAIT_ERE : 0);
}

u8 vtd_config_perms(const struct vtd_config *config)
{
	const u8 user = 1U << 0 | 1U << VTD_ATTR_WRITE | 1U << VTD_ATTR_ZLR;
	u8 perms = user | (config->has_ere ? 1U << VTD_ATTR_INSTR : 0);

	return config->has_sre ? perms | perms << VTD_ATTR_PRIV : perms;
}

/* The smaller page of the two stages, and what both permit. */
static void combine(struct vtd_xlate *x)
{
	struct vtd_mapping *m = &x->mapping;

	*m = has_first(x) ? x->fs_leaf : x->ss_leaf;
	m->perms &= vtd_config_perms(x->config);
	if (!has_first(x))
		m->traits = vtd_config_traits(x->config);
	if (!has_first(x) || !has_second(x))
		return;
	m->perms &= x->ss_leaf.perms;
	m->lg2 = min_u64(m->lg2, x->ss_leaf.lg2);
	m->va = x->iova & ~lg2_mask(m->lg2);
	m->pa = x->ss_leaf.pa + ((x->ss.address & ~lg2_mask(m->lg2)) - x->ss_leaf.va);
}

static bool is_dirty(const struct vtd_xlate *x)
{
	if (has_first(x) && !(x->fs.entry & FSPTE_D))
		return false;
	return !has_second(x) || !x->config->has_ssade || (x->ss.entry & SSPTE_D);
}

enum vtd_want vtd_walk_done(struct vtd *vtd, struct vtd_xlate *x)
{
	struct vtd_mapping *m = &x->mapping;
	enum vtd_condition condition;
	bool is_written;
	u64 flags;

	combine(x);
	if (vtd_is_denied(x, m))
		return vtd_xlate_fault(x, vtd_denial(x->attr, m->traits));
	condition = vtd_check_output(x);
	if (condition)
		return vtd_xlate_fault(x, condition);
	is_written = vtd_xlate_writes(x) &&
		     (m->perms & (1U << (VTD_ATTR_WRITE | (x->attr & VTD_ATTR_PRIV))));
	if (has_first(x)) {
		flags = FSPTE_A | (x->config->has_eafe ? FSPTE_EA : 0) | (is_written ? FSPTE_D : 0);
		if (flags & ~x->fs.entry)
			return vtd_first_update(x, flags & ~x->fs.entry);
	}
	if (has_second(x) && x->config->has_ssade) {
		flags = SSPTE_A | (is_written ? SSPTE_D : 0);
		if (flags & ~x->ss.entry)
			return vtd_second_update(x, flags & ~x->ss.entry);
	}
	m->hit_perms = is_dirty(x) ? m->perms : m->perms & ~WRITES;
	return vtd_xlate_mapped(vtd, x);
}
