// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page request groups as somebody recorded them (struct dev_record: has_group): the accesses of a
 * group that find no translation send a request each, when they find that, under the index of
 * the record; the group ends with its Last, also if that access needs no page any more.
 *
 * A group that would never end is ended by a request for its last page once more: where the
 * source has nothing to give before it, where all accesses in flight wait, and where the
 * credits are used up by then. What comes too late for its group, and what has to ask a second
 * time, asks alone.
 */
#include "models/device/pcie_internal.h"

static bool is_of(const struct group *group, const struct port_access *access)
{
	return group->has_pasid == access->has_pasid &&
	       (!group->has_pasid || group->pasid == access->pasid) &&
	       group->is_privileged == access->is_privileged;
}

static struct group *group_of(const struct slot *slot)
{
	return &slot->pcie->groups[slot->group];
}

/* With a limit of faults a group may have to wait for one that waits for it. */
bool pcie_is_recorded(const struct slot *slot)
{
	return slot->has_group && !slot->has_asked && !slot->pcie->dma.outstanding_faults &&
	       (group_of(slot)->state != GROUP_OPEN ||
		is_of(group_of(slot), &slot->translation.access));
}

static void request_taken(struct port_page_request *request)
{
	struct slot *slot = (struct slot *)((char *)request - offsetof(struct slot, request));

	slot->is_request_out = false;
	pcie_request_taken(request);
}

static void send(struct group *group, struct port_page_request *request,
		 const struct port_access *access, bool is_last)
{
	struct dev_pcie *pcie = (struct dev_pcie *)group->pcie;

	group->nr_pages++;
	group->nr_untaken++;
	pcie->nr_requests++;
	pcie->stats.requests++;
	pcie_show_requests(pcie);
	sim_assert(pcie->nr_requests <= pcie->max_requests);
	if (is_last) {
		group->state = GROUP_OUTSTANDING;
		pcie->nr_open--;
	}
	request->iova = access->iova & ~lg2_mask(12);
	request->prg_index = (u32)(group - pcie->groups);
	request->pasid = access->pasid;
	request->has_pasid = access->has_pasid;
	request->is_last = is_last;
	request->is_read = !access->is_write;
	request->is_write = access->is_write;
	request->is_exec = access->is_instruction;
	request->is_privileged = access->is_privileged;
	pcie->port->ops->page_request(pcie->port, request);
}

static void open_group(struct slot *slot)
{
	const struct port_access *access = &slot->translation.access;
	struct group *group = group_of(slot);
	struct dev_pcie *pcie = slot->pcie;

	*group = (struct group){
		.pcie = pcie,
		.state = GROUP_OPEN,
		.is_recorded = true,
		.leader = slot,
		.pasid = access->pasid,
		.has_pasid = access->has_pasid,
		.is_privileged = access->is_privileged,
	};
	slot->leads = group;
	pcie->nr_groups++;
	pcie->nr_outstanding++;
	pcie->nr_open++;
	pcie->stats.groups++;
	pcie_observe_detected(pcie, group, slot);
}

/* Its last page, should it have to be asked for again. */
static void member_send(struct slot *slot)
{
	struct group *group = group_of(slot);
	struct dev_pcie *pcie = slot->pcie;
	bool is_last = slot->is_last || pcie->nr_requests + 1 >= pcie->max_requests;

	group->last = slot->translation.access;
	pcie_wait_for(group, slot);
	slot->is_request_out = true;
	memset(&slot->request, 0, sizeof(slot->request));
	slot->request.taken = request_taken;
	if (slot->is_last)
		pcie_recorded_passed(slot);
	send(group, &slot->request, &slot->translation.access, is_last);
}

bool pcie_recorded_send(struct slot *slot)
{
	struct group *group = group_of(slot);

	if (slot->is_request_out || slot->pcie->nr_requests >= slot->pcie->max_requests ||
	    (group->state != GROUP_FREE && group->state != GROUP_OPEN))
		return false;
	if (group->state == GROUP_FREE)
		open_group(slot);
	member_send(slot);
	return true;
}

bool pcie_recorded_may_join(const struct slot *slot)
{
	return pcie_is_recorded(slot) && group_of(slot)->state == GROUP_OPEN &&
	       !slot->is_request_out && slot->pcie->nr_requests < slot->pcie->max_requests;
}

/* Those that are under way yet come too late. */
void pcie_recorded_passed(const struct slot *last)
{
	struct dev_pcie *pcie = last->pcie;

	for (u32 i = 0; i < pcie->dma.outstanding_accesses; i++) {
		struct slot *slot = &pcie->slots[i];

		if (slot->has_group && slot->group == last->group && slot->state != SLOT_FREE &&
		    slot->serial <= last->serial)
			slot->has_group = false;
	}
}

void pcie_recorded_needs_none(struct slot *slot)
{
	struct group *group = group_of(slot);

	if (!slot->has_group || !slot->is_last || slot->has_asked)
		return;
	if (group->state == GROUP_OPEN && is_of(group, &slot->translation.access)) {
		group->must_end = true;
		pcie_kick(slot->pcie);
	}
	pcie_recorded_passed(slot);
}

static bool do_all_wait(const struct dev_pcie *pcie)
{
	if (pcie->is_waiting || pcie->has_ended)
		return true;
	for (u32 i = 0; i < pcie->dma.outstanding_accesses; i++) {
		if (pcie->slots[i].state != SLOT_ASKED && pcie->slots[i].state != SLOT_QUEUED)
			return false;
	}
	return true;
}

void pcie_recorded_end(struct dev_pcie *pcie)
{
	bool must_all = pcie->nr_open && do_all_wait(pcie);

	for (u32 i = 0; pcie->nr_open && i < DEV_PCIE_MAX_GROUPS; i++) {
		struct group *group = &pcie->groups[i];
		struct port_page_request *request = &pcie->requests[i * pcie->params.group_pages];

		if (group->state != GROUP_OPEN || !(must_all || group->must_end) ||
		    pcie->nr_requests >= pcie->max_requests)
			continue;
		*request = (struct port_page_request){.taken = pcie_request_taken};
		send(group, request, &group->last, true);
	}
}
