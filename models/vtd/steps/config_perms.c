// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the entries that led to a page say of any access to it (VT-d 9.6): who may do what, and
 * which fault what is not permitted gives.
 */
#include "models/vtd/steps/steps.h"

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
