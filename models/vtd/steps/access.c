// SPDX-License-Identifier: GPL-2.0-only
/*
 * The last check of every access: protected memory regions (VT-d 11.4.8).
 */
#include "models/vtd/steps/steps.h"

static bool is_inside(u64 pa, u64 base, u64 limit, u32 granule_lg2)
{
	return pa >= base && pa <= (limit | lg2_mask(granule_lg2));
}

bool vtd_is_protected(const struct vtd_core *vtd, pa_t pa)
{
	return is_inside(pa, vtd->reg[VTD_REG_PLMBASE], vtd->reg[VTD_REG_PLMLIMIT], 21) ||
	       is_inside(pa, vtd->reg[VTD_REG_PHMBASE], vtd->reg[VTD_REG_PHMLIMIT], 21);
}

/* The last check of every access: protected memory is not reported as a fault (11.4.8). */
enum vtd_want vtd_access_address(struct vtd_core *vtd, struct vtd_xlate *x, pa_t pa)
{
	if (vtd->is_protecting && vtd_is_protected(vtd, pa))
		return vtd_xlate_fault(x, VTD_NO_FAULT);
	return vtd_xlate_done(x, pa);
}
