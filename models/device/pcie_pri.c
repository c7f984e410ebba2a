// SPDX-License-Identifier: GPL-2.0-only
/*
 * The endpoint's page requests (PCIe 10.4): groups, their indexes and credits,
 * responses, stop markers.
 *
 * A group has an index from the moment when it is sent; the index is used for
 * another access when the group is answered and the access that it was sent for has
 * translated again. If that finds nothing still, it asks again under its index, before
 * those that wait for their first. A response is for the outstanding group of its index. One that
 * lacks the PASID that the endpoint wants, or has one that it does not want, is for none, as is one
 * whose index is not outstanding (Unexpected Page Request Group Index); the specification leaves
 * the former open. A Failure is taken in any case: it is about the endpoint, not about a page.
 */
#include "models/device/pcie_internal.h"
#include "sim/point.h"

/* --- the end of a group --- */

void pcie_group_end(struct slot *slot, enum port_status status)
{
	struct dev_pcie *pcie = slot->pcie;
	struct group *group = slot->leads;

	sim_assert(group->leader == slot);
	slot->leads = NULL;
	group->leader = NULL;
	if (status == PORT_DONE)
		pcie->stats.completed++;
	pcie_observe_completed(pcie, group, slot, status);
	pcie_group_release(pcie, group);
}

/* --- who waits for what --- */

static bool is_of(const struct group *group, const struct port_access *access)
{
	return group->has_pasid == access->has_pasid &&
	       (!group->has_pasid || group->pasid == access->pasid) &&
	       group->is_privileged == access->is_privileged;
}

/* Does the answer to @group help @slot? */
static bool is_covered(const struct group *group, const struct slot *slot)
{
	const struct port_access *access = &slot->translation.access;

	return group->state == GROUP_OUTSTANDING && !group->is_recorded && is_of(group, access) &&
	       access->iova >= group->first &&
	       (access->iova - group->first) >> 12 < group->nr_pages &&
	       (group->is_write || !access->is_write) &&
	       (group->is_exec || !access->is_instruction);
}

static struct group *find_covering(struct dev_pcie *pcie, const struct slot *slot)
{
	u32 nr_seen = 0;

	for (u32 i = 0; nr_seen < pcie->nr_groups; i++) {
		if (is_covered(&pcie->groups[i], slot))
			return &pcie->groups[i];
		nr_seen += pcie->groups[i].state != GROUP_FREE;
	}
	return NULL;
}

/* --- the queue of those that need a group of their own --- */

static void queue_add(struct dev_pcie *pcie, struct slot *slot)
{
	slot->state = SLOT_QUEUED;
	slot->next = NULL;
	if (pcie->queue)
		pcie->queue_tail->next = slot;
	else
		pcie->queue = slot;
	pcie->queue_tail = slot;
}

static void queue_add_first(struct dev_pcie *pcie, struct slot *slot)
{
	slot->state = SLOT_QUEUED;
	slot->next = pcie->queue;
	if (!pcie->queue)
		pcie->queue_tail = slot;
	pcie->queue = slot;
}

static struct slot *queue_take(struct dev_pcie *pcie)
{
	struct slot *slot = pcie->queue;

	if (slot)
		pcie->queue = slot->next;
	return slot;
}

/* Those that the new group helps wait for it; the others stay in order. */
static void queue_join(struct dev_pcie *pcie, struct group *group)
{
	struct slot *slot = pcie->queue, *next;

	pcie->queue = NULL;
	for (; slot; slot = next) {
		next = slot->next;
		if (is_covered(group, slot) && !slot->leads && !pcie_is_recorded(slot)) {
			pcie->stats.joined++;
			pcie_wait_for(group, slot);
		} else {
			queue_add(pcie, slot);
		}
	}
}

/* After a change of the queue: does anybody wait in it from now on? */
static void note_waiting(struct dev_pcie *pcie)
{
	if (pcie->is_queue_waiting)
		pcie->stats.waiting_ps += sim_now_ps() - pcie->queue_since_ps;
	pcie->is_queue_waiting = pcie->queue;
	pcie->queue_since_ps = sim_now_ps();
}

static void queue_abort(struct dev_pcie *pcie)
{
	struct slot *slot;

	while ((slot = queue_take(pcie)))
		pcie_access_abort(slot);
	note_waiting(pcie);
}

/* --- sending --- */

static void requests_send(struct dev_pcie *pcie, const struct group *group)
{
	u32 index = group - pcie->groups;
	u32 nr = group->nr_pages;

	for (u32 i = 0; i < nr; i++) {
		struct port_page_request *request =
			&pcie->requests[index * pcie->params.group_pages + i];

		*request = (struct port_page_request){
			.iova = group->first + i * 4096ULL,
			.prg_index = index,
			.pasid = group->pasid,
			.has_pasid = group->has_pasid,
			.is_last = i == nr - 1,
			.is_read = !group->is_write,
			.is_write = group->is_write,
			.is_exec = group->is_exec,
			.is_privileged = group->is_privileged,
			.taken = pcie_request_taken,
		};
		pcie->port->ops->page_request(pcie->port, request);
	}
}

/* From the page of the access to the end of its record, as far as a group goes. */
static u32 pages_wanted(const struct dev_pcie *pcie, const struct slot *slot)
{
	iova_t page = slot->translation.access.iova & ~lg2_mask(12);

	return min_u64(min_u64(pcie->params.group_pages, pcie->max_requests),
		       ((slot->record_end - 1 - page) >> 12) + 1);
}

static void group_send(struct dev_pcie *pcie, struct group *group, struct slot *slot)
{
	const struct port_access *access = &slot->translation.access;
	u32 nr = pages_wanted(pcie, slot);

	*group = (struct group){
		.state = GROUP_OUTSTANDING,
		.leader = slot,
		.first = access->iova & ~lg2_mask(12),
		.nr_pages = nr,
		.nr_untaken = nr,
		.pasid = access->pasid,
		.has_pasid = access->has_pasid,
		.is_write = access->is_write,
		.is_exec = access->is_instruction,
		.is_privileged = access->is_privileged,
	};
	slot->leads = group;
	pcie_wait_for(group, slot);
	queue_join(pcie, group);
	pcie->nr_outstanding++;
	pcie->nr_requests += nr;
	pcie_show_requests(pcie);
	sim_assert(pcie->nr_requests <= pcie->max_requests);
	sim_assert(pcie->nr_outstanding <= pcie->nr_groups);
	pcie->stats.groups++;
	pcie->stats.requests += nr;
	pcie_observe_detected(pcie, group, slot);
	requests_send(pcie, group);
}

static struct group *find_free(struct dev_pcie *pcie)
{
	if (pcie->dma.outstanding_faults && pcie->nr_groups >= pcie->dma.outstanding_faults)
		return NULL;
	for (u32 i = 0; i < DEV_PCIE_MAX_GROUPS; i++) {
		if (pcie->groups[i].state == GROUP_FREE)
			return &pcie->groups[i];
	}
	return NULL;
}

/* A group for @slot, its own if it has one; NULL: not now. */
static struct group *group_take(struct dev_pcie *pcie, struct slot *slot)
{
	struct group *group = slot->leads;

	if (group)
		return group->nr_untaken ? NULL : group;
	group = find_free(pcie);
	if (group)
		pcie->nr_groups++;
	return group;
}

/* A group that is open keeps others waiting: who belongs to it goes first. */
static void join_what_may(struct dev_pcie *pcie)
{
	struct slot *slot = pcie->queue, *next;

	pcie->queue = NULL;
	for (; slot; slot = next) {
		next = slot->next;
		if (!pcie_recorded_may_join(slot) || !pcie_recorded_send(slot))
			queue_add(pcie, slot);
	}
}

/* Of the one that is first. False: not now. */
static bool send_first(struct dev_pcie *pcie)
{
	struct slot *slot = pcie->queue;
	struct group *group;

	if (pcie_is_recorded(slot)) {
		queue_take(pcie);
		if (pcie_recorded_send(slot))
			return true;
		queue_add_first(pcie, slot);
		return false;
	}
	if (pcie->nr_requests + pages_wanted(pcie, slot) > pcie->max_requests)
		return false;
	group = group_take(pcie, slot);
	if (group)
		group_send(pcie, group, queue_take(pcie));
	return group;
}

static void send_what_may(struct dev_pcie *pcie)
{
	if (pcie->nr_open)
		join_what_may(pcie);
	while (pcie->queue && send_first(pcie))
		;
	pcie_recorded_end(pcie);
}

static void report_what_may(struct dev_pcie *pcie)
{
	while (pcie->queue && pcie_can_report(pcie))
		pcie_report_begin(queue_take(pcie));
}

void pcie_groups_send(struct dev_pcie *pcie)
{
	if (pcie->report)
		report_what_may(pcie);
	else
		send_what_may(pcie);
	note_waiting(pcie);
}

static bool can_ask(const struct dev_pcie *pcie)
{
	return pcie->is_pri_enabled && !pcie->has_failed && pcie->max_requests &&
	       pcie->port->ops->page_request;
}

static void ask_again(struct slot *slot)
{
	queue_add_first(slot->pcie, slot);
	pcie_groups_send(slot->pcie);
}

void pcie_pause_ends(struct slot *slot)
{
	sim_event_set_actor(&slot->event, SIM_ACTOR_DEVICES);
	if (can_ask(slot->pcie) && !pcie_is_stopped(slot->pcie, &slot->access))
		ask_again(slot);
	else
		pcie_access_abort(slot);
}

/* The answer has not helped. */
static void answer_was_vain(struct dev_pcie *pcie, struct slot *slot)
{
	slot->queued_ps = sim_now_ps();
	pcie->stats.asked_again++;
	pcie_observe_completed(pcie, slot->leads, slot, PORT_PENDING);
	if (!pcie->params.pause_ps) {
		ask_again(slot);
		return;
	}
	slot->state = SLOT_PAUSING;
	/* It polls: all else goes first. */
	sim_event_set_actor(&slot->event, SIM_ACTOR_NONE);
	sim_event_schedule(&slot->event, sim_now_ps() + pcie->params.pause_ps);
}

void pcie_page_ask(struct slot *slot)
{
	struct dev_pcie *pcie = slot->pcie;
	struct group *group;

	if (pcie->report) {
		queue_add(pcie, slot);
		pcie_groups_send(pcie);
		return;
	}
	if (!can_ask(pcie)) {
		pcie_access_abort(slot);
		return;
	}
	if (slot->leads) {
		answer_was_vain(pcie, slot);
		return;
	}
	slot->queued_ps = sim_now_ps();
	group = pcie_is_recorded(slot) ? NULL : find_covering(pcie, slot);
	if (group) {
		pcie->stats.joined++;
		pcie_wait_for(group, slot);
		return;
	}
	queue_add(pcie, slot);
	pcie_groups_send(pcie);
}

/* --- responses --- */

static struct slot *take_slots(struct group *group)
{
	struct slot *slots = group->slots;

	group->slots = NULL;
	return slots;
}

static void abort_slots(struct group *group)
{
	struct slot *slot = take_slots(group), *next;

	for (; slot; slot = next) {
		next = slot->next;
		pcie_access_abort(slot);
	}
}

/* Would @slot alone have asked for the same? */
static bool asked_same(const struct group *group, const struct slot *slot)
{
	const struct port_access *access = &slot->translation.access;

	if (group->nr_pages > 1)
		return slot == group->leader && !group->is_recorded;
	return slot == group->leader ||
	       (access->is_write == group->is_write && access->is_instruction == group->is_exec);
}

/* Something of the group will not come. Who wanted less of it, or other pages, asks alone. */
static void refuse_slots(struct group *group)
{
	struct slot *slot = take_slots(group), *next;

	for (; slot; slot = next) {
		next = slot->next;
		if (asked_same(group, slot))
			pcie_access_abort(slot);
		else
			pcie_access_begin(slot);
	}
}

static void retry_slots(struct group *group)
{
	struct slot *slot = take_slots(group), *next;

	for (; slot; slot = next) {
		next = slot->next;
		pcie_access_begin(slot);
	}
}

/* It holds no credits any more, and its answer has come, or is not waited for. */
static void group_settle(struct dev_pcie *pcie, struct group *group)
{
	sim_assert(pcie->nr_outstanding && pcie->nr_requests >= group->nr_pages);
	pcie->nr_open -= group->state == GROUP_OPEN;
	group->state = GROUP_ANSWERED;
	pcie->nr_outstanding--;
	pcie->nr_requests -= group->nr_pages;
	pcie_show_requests(pcie);
}

static void group_drop(struct dev_pcie *pcie, struct group *group)
{
	pcie->stats.stale += group->state != GROUP_STALE;
	group_settle(pcie, group);
	abort_slots(group);
	pcie_group_release(pcie, group);
}

/* Nobody can send their Last any more. */
static void drop_open(struct dev_pcie *pcie)
{
	for (u32 i = 0; pcie->nr_open && i < DEV_PCIE_MAX_GROUPS; i++) {
		if (pcie->groups[i].state == GROUP_OPEN)
			group_drop(pcie, &pcie->groups[i]);
	}
}

static bool is_for(const struct dev_pcie *pcie, const struct group *group,
		   const struct port_page_response *response)
{
	bool wants_pasid = group->has_pasid && pcie->params.wants_pasid;

	if (group->state != GROUP_OUTSTANDING && group->state != GROUP_STALE &&
	    group->state != GROUP_OPEN)
		return false;
	if (response->code != PORT_PAGE_SUCCESS && response->code != PORT_PAGE_INVALID)
		return true;
	return response->has_pasid == wants_pasid &&
	       (!wants_pasid || response->pasid == group->pasid);
}

static void answered(struct dev_pcie *pcie, struct group *group, enum port_page_response_code code)
{
	switch (code) {
	case PORT_PAGE_SUCCESS:
		pcie->stats.success++;
		pcie->stats.retried++;
		retry_slots(group);
		break;
	case PORT_PAGE_INVALID:
		pcie->stats.invalid++;
		refuse_slots(group);
		break;
	default:
		pcie->stats.failure++;
		abort_slots(group);
		break;
	}
}

void pcie_page_response(struct port_endpoint *endpoint, const struct port_page_response *response)
{
	struct dev_pcie *pcie = (struct dev_pcie *)endpoint;
	struct group *group = &pcie->groups[response->prg_index % DEV_PCIE_MAX_GROUPS];
	bool is_stale = group->state == GROUP_STALE;

	if (!is_for(pcie, group, response)) {
		pcie->stats.unexpected++;
		pcie->has_unexpected = true;
		return;
	}
	group_settle(pcie, group);
	if (!is_stale)
		answered(pcie, group, response->code);
	if (response->code != PORT_PAGE_SUCCESS && response->code != PORT_PAGE_INVALID) {
		pcie->has_failed = true;
		queue_abort(pcie);
		drop_open(pcie);
	}
	pcie_group_release(pcie, group);
	pcie_kick(pcie);
}

/* --- on, off, reset --- */

void dev_pcie_show_requests(struct dev_pcie *pcie, u32 number)
{
	pcie->is_shown = true;
	pcie->places_number = number;
}

u32 dev_pcie_credits(const struct dev_pcie *pcie)
{
	return pcie->max_requests;
}

void pcie_pri_start(struct dev_pcie *pcie)
{
	pcie->max_requests = min_u64(pcie->allocation, pcie->params.capacity);
	pcie_kick(pcie);
}

void pcie_pri_stop(struct dev_pcie *pcie)
{
	queue_abort(pcie);
	drop_open(pcie);
	pcie_kick(pcie);
}

void pcie_pri_reset(struct dev_pcie *pcie)
{
	for (u32 i = 0; i < DEV_PCIE_MAX_GROUPS; i++) {
		struct group *group = &pcie->groups[i];

		if (group->state == GROUP_OUTSTANDING || group->state == GROUP_STALE ||
		    group->state == GROUP_OPEN)
			group_drop(pcie, group);
	}
	pcie_kick(pcie);
}

/* --- the end of an address space (10.4.1.2) --- */

static bool is_space_stopped(const struct dev_pcie *pcie, const struct group *group)
{
	const struct port_access access = {.pasid = group->pasid, .has_pasid = group->has_pasid};

	return pcie_is_stopped(pcie, &access);
}

static void queue_abort_stopped(struct dev_pcie *pcie)
{
	struct slot *slot = pcie->queue, *next;

	pcie->queue = NULL;
	for (; slot; slot = next) {
		next = slot->next;
		if (pcie_is_stopped(pcie, &slot->access))
			pcie_access_abort(slot);
		else
			queue_add(pcie, slot);
	}
	note_waiting(pcie);
}

static void marker_taken(struct port_page_request *request)
{
	struct dev_pcie *pcie = (struct dev_pcie *)request->port->endpoint;

	pcie->is_marker_busy = false;
	pcie_kick(pcie);
}

static void marker_send(struct dev_pcie *pcie)
{
	sim_assert(!pcie->is_marker_busy);
	pcie->is_marker_busy = true;
	pcie->marker = (struct port_page_request){
		.pasid = pcie->stop.pasid,
		.has_pasid = true,
		.is_last = true,
		.taken = marker_taken,
	};
	pcie->stats.markers++;
	pcie->port->ops->page_request(pcie->port, &pcie->marker);
}

void pcie_pri_stop_space(struct dev_pcie *pcie)
{
	queue_abort_stopped(pcie);
	for (u32 i = 0; pcie->nr_open && i < DEV_PCIE_MAX_GROUPS; i++) {
		if (pcie->groups[i].state == GROUP_OPEN && is_space_stopped(pcie, &pcie->groups[i]))
			group_drop(pcie, &pcie->groups[i]);
	}
	if (!pcie->stop.has_pasid || !pcie->params.has_stop_markers || !can_ask(pcie))
		return;
	for (u32 i = 0; i < DEV_PCIE_MAX_GROUPS; i++) {
		struct group *group = &pcie->groups[i];

		if (group->state != GROUP_OUTSTANDING || !is_space_stopped(pcie, group))
			continue;
		group->state = GROUP_STALE;
		pcie->stats.stale++;
		abort_slots(group);
	}
	marker_send(pcie);
}

/* There is one buffer for markers: the next stop needs it. */
bool pcie_pri_has_stopped(const struct dev_pcie *pcie)
{
	if (pcie->is_marker_busy)
		return false;
	for (u32 i = 0; pcie->nr_outstanding && i < DEV_PCIE_MAX_GROUPS; i++) {
		const struct group *group = &pcie->groups[i];

		if (group->state == GROUP_OUTSTANDING && is_space_stopped(pcie, group))
			return false;
	}
	return true;
}
