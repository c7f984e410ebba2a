// SPDX-License-Identifier: GPL-2.0-only
/* What page request groups are made of: who waits, what the port still has, who is told. */
#include "models/device/pcie_internal.h"
#include "sim/trace.h"

/* --- observing --- */

static struct port_fault fault_of(const struct dev_pcie *pcie, const struct group *group)
{
	return (struct port_fault){
		.kind = PORT_FAULT_PAGE_REQUEST,
		.stream_id = pcie->port->stream_id,
		.tag = group - pcie->groups,
	};
}

/*
 * The fault begins with the translation that found nothing. Time in which the endpoint
 * had no credits, or as many faults as it may have, is not the fault's.
 */
void pcie_observe_detected(struct dev_pcie *pcie, const struct group *group,
			   const struct slot *slot)
{
	u64 now_ps = sim_now_ps();

	if (pcie->observer)
		pcie->observer->detected(pcie->observer_opaque, fault_of(pcie, group),
					 &slot->translation.access,
					 slot->queued_ps < now_ps ? now_ps : slot->began_ps);
}

/* Of what it has done since the answer, the last translation is known. */
void pcie_observe_completed(struct dev_pcie *pcie, const struct group *group,
			    const struct slot *slot, enum port_status status)
{
	u64 passed_ps = sim_now_ps() - slot->began_ps;
	u64 waited_ps = slot->translation.access.waited_ps;

	if (pcie->observer)
		pcie->observer->completed(pcie->observer_opaque, fault_of(pcie, group), status,
					  passed_ps > waited_ps ? passed_ps - waited_ps : 0);
}

/* --- places --- */

void pcie_group_release(struct dev_pcie *pcie, struct group *group)
{
	if (group->state != GROUP_ANSWERED || group->leader || group->nr_untaken)
		return;
	group->state = GROUP_FREE;
	pcie->nr_groups--;
	pcie_kick(pcie);
}

void pcie_request_taken(struct port_page_request *request)
{
	struct dev_pcie *pcie = (struct dev_pcie *)request->port->endpoint;
	struct group *group = &pcie->groups[request->prg_index];

	sim_assert(group->nr_untaken);
	group->nr_untaken--;
	pcie_group_release(pcie, group);
	/* It may have been answered already, and asks again. */
	if (!group->nr_untaken && pcie->queue)
		pcie_kick(pcie);
}

void pcie_wait_for(struct group *group, struct slot *slot)
{
	slot->state = SLOT_ASKED;
	slot->has_asked = true;
	slot->next = NULL;
	if (group->slots)
		group->last_slot->next = slot;
	else
		group->slots = slot;
	group->last_slot = slot;
}

void pcie_show_requests(const struct dev_pcie *pcie)
{
	if (pcie->is_shown)
		sim_trace_show(SIM_TRACE_PLACES, pcie->places_number, pcie->nr_requests);
}
