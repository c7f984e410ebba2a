// SPDX-License-Identifier: GPL-2.0-only
/*
 * Address translation services (VT-d 4): how translation requests are completed.
 *
 * A translation request takes the way of an access that the IOTLB did not answer
 * (timing.c). The table of fault conditions says how it is completed if it fails;
 * Success without permission is not reported to software: the endpoint may ask for the page.
 *
 * Leaves out: PASIDs of translated requests (since revision 5), requests of more than
 * one translation.
 */
#include "models/vtd/steps/steps.h"

/* What is granted does not depend on what was asked for, but for execution and no-write. */
void vtd_ats_fault(struct vtd_xlate *x)
{
	x->mapping = (struct vtd_mapping){.lg2 = VTD_PAGE_LG2};
	switch (vtd_fault_table[x->fault].completion) {
	case VTD_COMPLETION_NONE:
	case VTD_COMPLETION_PERMS:
		/* With no permission that it could have either way: see vtd_is_denied(). */
		x->completion = PORT_COMPLETION_SUCCESS;
		break;
	case VTD_COMPLETION_CA:
		x->completion = PORT_COMPLETION_ABORTED;
		break;
	default:
		x->completion = PORT_COMPLETION_UNSUPPORTED;
		break;
	}
}

void vtd_ats_complete(const struct vtd_xlate *x, struct port_access *access)
{
	struct port_translation *translation = (struct port_translation *)access;
	u32 granted = x->completion == PORT_COMPLETION_SUCCESS ? x->mapping.perms : 0;

	translation->completion = x->completion;
	translation->lg2 = x->mapping.lg2;
	translation->is_readable = granted & 1U << x->attr;
	translation->is_writable = !x->has_nw && (granted & 1U << (x->attr | VTD_ATTR_WRITE));
	translation->is_executable = x->has_er && (granted & 1U << (x->attr | VTD_ATTR_INSTR));
	translation->is_untranslated_only = x->is_untranslated_only;
	if (!translation->is_readable && !translation->is_writable)
		access->pa = 0;
}
