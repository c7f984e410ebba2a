// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a step comes to: what it wants next, the end of a translation, or a fault; which
 * conditions there are (VT-d 7.1.3), and which of them software is told of.
 */
#include "models/vtd/steps/steps.h"

#define FAULT_ROW(name_, reason_, qualified_, completion_, says_)                                  \
	[VTD_##name_] = {                                                                          \
		.name = #name_,                                                                    \
		.reason = reason_,                                                                 \
		.is_qualified = qualified_,                                                        \
		.completion = VTD_COMPLETION_##completion_,                                        \
		.says = says_,                                                                     \
	},
const struct vtd_fault_row vtd_fault_table[VTD_NR_CONDITIONS] = {VTD_FAULTS(FAULT_ROW)};
#undef FAULT_ROW

enum vtd_condition vtd_denial(u32 attr, u32 traits)
{
	bool is_write = (attr & VTD_ATTR_ZLR) == VTD_ATTR_WRITE;
	bool is_instruction = (attr & VTD_ATTR_ZLR) == VTD_ATTR_INSTR;

	if (traits & VTD_TRAIT_LEGACY)
		return is_write ? VTD_LGN_2 : VTD_LGN_3;
	if (is_instruction && !(traits & VTD_TRAIT_ERE))
		return VTD_SPT_5;
	if ((attr & VTD_ATTR_PRIV) && !(traits & VTD_TRAIT_SRE))
		return VTD_SPT_6;
	if (!(attr & VTD_ATTR_PRIV) && (traits & VTD_TRAIT_SUPERVISOR))
		return VTD_SGN_2;
	if (is_write)
		return VTD_SGN_6;
	return is_instruction ? VTD_SGN_3 : VTD_SGN_7;
}

bool vtd_fault_is_reported(const struct vtd_xlate *x)
{
	const struct vtd_fault_row *row = &vtd_fault_table[x->fault];

	if (!row->reason || (row->is_qualified && x->has_fpd))
		return false;
	/* A translation request that recovers is not reported, except this one (SFS.10). */
	return x->kind != PORT_TRANSLATION_REQUEST || row->completion <= VTD_COMPLETION_CA ||
	       x->fault == VTD_SFS_10;
}

static enum vtd_want step_nothing(struct vtd_core *vtd, struct vtd_xlate *x)
{
	return VTD_WANT_NOTHING;
}

enum vtd_want vtd_xlate_done(struct vtd_xlate *x, pa_t pa)
{
	x->pa = pa;
	return vtd_xlate_want(x, VTD_WANT_NOTHING, step_nothing);
}

enum vtd_want vtd_xlate_fault(struct vtd_xlate *x, enum vtd_condition condition)
{
	x->fault = condition;
	return VTD_WANT_FAULT;
}

enum vtd_want vtd_xlate_want(struct vtd_xlate *x, enum vtd_want want, vtd_step *step)
{
	x->step = step;
	return want;
}

enum vtd_want vtd_xlate_want_config(struct vtd_xlate *x, pa_t pa, u32 words, vtd_step *step)
{
	x->memory_pa = pa;
	x->memory_words = words;
	x->is_update = false;
	return vtd_xlate_want(x, VTD_WANT_CONFIG_FETCH, step);
}

enum vtd_want vtd_xlate_want_entry(struct vtd_xlate *x, const struct vtd_walk *walk, vtd_step *step)
{
	x->memory_pa = walk->entry_pa;
	x->memory_words = 1;
	x->is_update = false;
	return vtd_xlate_want(x, VTD_WANT_WALK_FETCH, step);
}

enum vtd_want vtd_xlate_want_update(struct vtd_xlate *x, const struct vtd_walk *walk, u64 flags,
				    vtd_step *step)
{
	x->memory_pa = walk->entry_pa;
	x->memory_words = 1;
	x->is_update = true;
	x->update_old = walk->entry;
	x->update_new = walk->entry | flags;
	return vtd_xlate_want(x, VTD_WANT_WALK_FETCH, step);
}
