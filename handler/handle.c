// SPDX-License-Identifier: GPL-2.0-only
/*
 * Handling: each part of a whole group goes to the address space that it names,
 * and the group is answered; it succeeds if each of its parts does.
 */
#include <linux/delay.h>

#include "design.h"
#include "internal.h"

static void spend_extra_delay(void)
{
	unsigned int delay_ns = READ_ONCE(pfh_extra_delay_ns);

	if (!delay_ns)
		return;
	udelay(delay_ns / 1000);
	ndelay(delay_ns % 1000);
}

static enum pfh_response_code handle_part(struct pfh_group *group, const struct pfh_fault *fault)
{
	if (fault->flags & PFH_FAULT_PASID_VALID)
		return pfh_sva_handle(group, fault);
	if (!group->design)
		return PFH_RESP_INVALID;
	return group->design->handle(group, fault);
}

static enum pfh_response_code handle_parts(struct pfh_group *group)
{
	enum pfh_response_code code = PFH_RESP_SUCCESS;
	struct pfh_part *part;

	list_for_each_entry (part, &group->parts, node) {
		code = handle_part(group, &part->fault);
		if (code != PFH_RESP_SUCCESS)
			break;
	}
	return code;
}

void pfh_handle_group(struct pfh_group *group)
{
	if (pfh_group_begin(group)) {
		pfh_stamp(group, PFH_STAGE_HANDLED);
		spend_extra_delay();
		if (group->last.fault.flags & PFH_FAULT_LEVEL1) {
			/* It stays with the guest, who answers. */
			if (pfh_guest_take(group))
				return;
			pfh_group_respond(group, PFH_RESP_INVALID);
		} else {
			pfh_group_respond(group, handle_parts(group));
		}
	}
	pfh_group_free(group);
}
