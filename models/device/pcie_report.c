// SPDX-License-Identifier: GPL-2.0-only
/*
 * An endpoint that does not block on a page fault: an access that finds no page ends with a
 * completion record that says so, and the endpoint goes on. Software brings the page in and
 * submits the access again, which goes before what the source has. As descriptors do that have
 * Block On Fault clear (Intel DSA Architecture Specification 3.4, IAA 3.3); left out: the rest
 * of a descriptor, which there is submitted again with it.
 */
#include "models/device/pcie_internal.h"

#include "sim/arena.h"

/* Bytes of a completion record. DSA Architecture Specification 8.2: 32. */
#define RECORD_BYTES 32

/* When the source is asked again all reports and all slots may have become retries. */
int pcie_report_init(struct dev_pcie *pcie)
{
	u32 limit = pcie->dma.outstanding_faults;

	pcie->max_reported = limit ? limit : DEV_DMA_MAX_OUTSTANDING;
	pcie->nr_retry_places = pcie->max_reported + pcie->dma.outstanding_accesses;
	pcie->retries = sim_alloc(pcie->nr_retry_places * sizeof(*pcie->retries));
	return pcie->retries ? 0 : -1;
}

/* The time until now is counted before their number changes. */
static void count_reported(struct dev_pcie *pcie, int more)
{
	u64 now_ps = sim_now_ps();

	pcie->stats.reported_ps += pcie->nr_reported * (now_ps - pcie->reported_at_ps);
	pcie->reported_at_ps = now_ps;
	pcie->nr_reported += more;
}

bool pcie_can_report(const struct dev_pcie *pcie)
{
	return pcie->nr_reported < pcie->max_reported;
}

void pcie_report_begin(struct slot *slot)
{
	struct dev_pcie *pcie = slot->pcie;
	u64 at_ps = sim_now_ps();

	if (pcie->mem)
		at_ps = mem_access_done_ps(pcie->mem, at_ps, RECORD_BYTES);
	count_reported(pcie, 1);
	slot->state = SLOT_REPORTED;
	sim_event_schedule(&slot->event, at_ps);
}

void pcie_report_end(struct slot *slot)
{
	const struct port_access *access = &slot->translation.access;
	struct dev_pcie *pcie = slot->pcie;
	const struct dev_record record = {
		.iova = access->iova,
		.len_bytes = access->len_bytes,
		.pasid = access->pasid,
		.has_pasid = access->has_pasid,
		.is_write = access->is_write,
		.is_privileged = access->is_privileged,
		.is_instruction = access->is_instruction,
		.process_plus_1 = access->process_plus_1,
		.not_before_ps = access->due_ps ? access->due_ps - pcie->start_ps : 0,
	};

	pcie->stats.reported++;
	pcie->report(pcie, pcie->opaque, &record);
}

void dev_pcie_resubmit(struct dev_pcie *pcie, const struct dev_record *record)
{
	u32 at = (pcie->first_retry + pcie->nr_retries) % pcie->nr_retry_places;

	sim_assert(pcie->nr_reported && pcie->nr_retries < pcie->nr_retry_places);
	count_reported(pcie, -1);
	pcie->retries[at] = *record;
	pcie->nr_retries++;
	pcie_kick(pcie);
}

void dev_pcie_abandon(struct dev_pcie *pcie)
{
	sim_assert(pcie->nr_reported);
	count_reported(pcie, -1);
	pcie->stats.dma.aborted++;
	pcie->stats.dma.end_ps = sim_now_ps();
	pcie_kick(pcie);
}

bool pcie_retry_take(struct dev_pcie *pcie, struct dev_record *record)
{
	if (!pcie->nr_retries)
		return false;
	*record = pcie->retries[pcie->first_retry];
	pcie->first_retry = (pcie->first_retry + 1) % pcie->nr_retry_places;
	pcie->nr_retries--;
	return true;
}
