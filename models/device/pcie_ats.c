// SPDX-License-Identifier: GPL-2.0-only
/*
 * The endpoint's translations (PCIe 10.2, 10.3): the cache of them (ATC),
 * translation requests, invalidation requests. A translation request that an invalidation
 * meets is not sent again, however many come: what it is answered is used once and not kept,
 * and the invalidation is not complete before that is over (10.3.3). Left out: requests of more
 * than one translation, the global bit of a completion, untranslated access only (U).
 */
#include "models/device/pcie_internal.h"

int pcie_atc_init(struct dev_pcie *pcie)
{
	return tlb_array_init(&pcie->atc, pcie->params.atc_entries, pcie->params.atc_entries,
			      sizeof(struct atc_entry));
}

#define HAS_PASID (1ULL << 32)
/* Who asked with privilege has an answer that is for nobody else (10.2.3.5). */
#define PRIVILEGED (1ULL << 33)

static u64 atc_context(u32 pasid, bool has_pasid)
{
	return pasid | (has_pasid ? HAS_PASID : 0);
}

static u64 context_of(const struct slot *slot)
{
	return atc_context(slot->access.pasid, slot->access.has_pasid) |
	       (slot->access.is_privileged ? PRIVILEGED : 0);
}

/* --- invalidations --- */

static bool is_before(const struct slot *slot, const struct port_invalidation *inv)
{
	return (slot->state == SLOT_TRANSLATED || slot->state == SLOT_MOVING ||
		(slot->state == SLOT_REQUESTING && slot->is_overtaken)) &&
	       slot->epoch < inv->private_epoch;
}

void pcie_invalidations_complete(struct dev_pcie *pcie)
{
	struct port_invalidation *inv;

	while ((inv = pcie->inv)) {
		for (u32 i = 0; i < pcie->dma.outstanding_accesses; i++) {
			if (is_before(&pcie->slots[i], inv))
				return;
		}
		pcie->inv = inv->next;
		inv->completed(inv);
	}
}

static bool is_concerned(const struct port_invalidation *inv, u64 context, u64 iova, u32 lg2)
{
	u32 larger_lg2 = lg2 > inv->lg2 ? lg2 : inv->lg2;

	/* One without a PASID is for what was translated with one, too (10.3.8). */
	if (inv->has_pasid && !(inv->is_global && context & HAS_PASID) &&
	    (context & ~PRIVILEGED) != atc_context(inv->pasid, true))
		return false;
	return larger_lg2 >= 64 || (inv->iova ^ iova) >> larger_lg2 == 0;
}

static void atc_invalidate(struct dev_pcie *pcie, const struct port_invalidation *inv)
{
	for (u32 i = 0; i < pcie->atc.nr_entries; i++) {
		const struct tlb_tag *tag = &pcie->atc.tags[i];

		if (tlb_array_is_valid(&pcie->atc, i) &&
		    is_concerned(inv, tag->context, tlb_tag_base(tag), tlb_tag_lg2(tag)))
			tlb_array_drop(&pcie->atc, i);
	}
	for (u32 i = 0; i < pcie->dma.outstanding_accesses; i++) {
		struct slot *slot = &pcie->slots[i];

		if (slot->state == SLOT_REQUESTING &&
		    is_concerned(inv, context_of(slot), slot->translation.access.iova, 12))
			slot->is_overtaken = true;
	}
}

void pcie_invalidate(struct port_endpoint *endpoint, struct port_invalidation *inv)
{
	struct dev_pcie *pcie = (struct dev_pcie *)endpoint;

	pcie->stats.invalidations++;
	inv->nr_dropped = pcie->atc.nr_valid;
	atc_invalidate(pcie, inv);
	inv->nr_dropped -= pcie->atc.nr_valid;
	inv->private_epoch = ++pcie->epoch;
	inv->next = NULL;
	if (pcie->inv)
		pcie->inv_tail->next = inv;
	else
		pcie->inv = inv;
	pcie->inv_tail = inv;
	pcie_invalidations_complete(pcie);
}

/* --- translations --- */

static bool is_permitted(const struct slot *slot, const struct atc_entry *entry)
{
	if (slot->access.is_write)
		return entry->is_writable;
	return entry->is_readable && (entry->is_executable || !slot->access.is_instruction);
}

static struct atc_entry answer_of(const struct port_translation *t)
{
	return (struct atc_entry){
		.pa = t->access.pa,
		.is_readable = t->is_readable,
		.is_writable = t->is_writable,
		.is_executable = t->is_executable,
	};
}

static void atc_fill(struct slot *slot)
{
	const struct port_translation *t = &slot->translation;
	struct dev_pcie *pcie = slot->pcie;
	u32 lg2 = t->lg2 < 63 ? t->lg2 : 63;
	u32 number = tlb_array_insert(&pcie->atc, t->access.iova, lg2, context_of(slot));
	struct atc_entry *entry;

	if (number == TLB_NONE)
		return;
	entry = tlb_array_entry(&pcie->atc, number);
	*entry = answer_of(t);
	entry->pa &= ~lg2_mask(lg2);
}

static void translation_answered(struct slot *slot)
{
	const struct port_translation *t = &slot->translation;
	const struct atc_entry answer = answer_of(t);
	struct dev_pcie *pcie = slot->pcie;
	bool is_overtaken = slot->is_overtaken;

	sim_assert(slot->state == SLOT_REQUESTING);
	if (slot->is_stale) {
		pcie_access_begin(slot);
	} else if (t->completion != PORT_COMPLETION_SUCCESS ||
		   pcie_is_stopped(pcie, &slot->access)) {
		pcie_access_abort(slot);
	} else if (is_permitted(slot, &answer)) {
		if (slot->leads)
			pcie_group_end(slot, PORT_DONE);
		if (t->is_untranslated_only) {
			pcie_access_send(slot, SLOT_UNTRANSLATED, t->access.iova);
			return;
		}
		if (!is_overtaken)
			atc_fill(slot);
		pcie_access_send(slot, SLOT_TRANSLATED, t->access.pa);
	} else {
		pcie_page_ask(slot);
	}
	/* What has come to nothing holds no invalidation back. */
	if (is_overtaken)
		pcie_invalidations_complete(pcie);
}

static void translation_complete(struct port_access *access)
{
	translation_answered((struct slot *)access);
}

void pcie_translation_request(struct slot *slot)
{
	struct dev_pcie *pcie = slot->pcie;

	if (!pcie->port->ops->translation_request) {
		pcie_access_abort(slot);
		return;
	}
	slot->state = SLOT_REQUESTING;
	slot->is_stale = false;
	slot->is_overtaken = false;
	slot->epoch = pcie->epoch;
	slot->began_ps = sim_now_ps();
	slot->translation.access.complete = translation_complete;
	pcie->stats.translation_requests++;
	if (pcie->port->ops->translation_request(pcie->port, &slot->translation) != PORT_PENDING)
		translation_answered(slot);
}

void pcie_translate(struct slot *slot)
{
	struct dev_pcie *pcie = slot->pcie;
	iova_t iova = slot->translation.access.iova;
	u32 number = tlb_array_lookup(&pcie->atc, iova, context_of(slot));
	const struct atc_entry *entry;
	u32 lg2;

	/* What a page request was for is asked again, whoever else has it by now. */
	if (number != TLB_NONE && !slot->leads) {
		entry = tlb_array_entry(&pcie->atc, number);
		lg2 = tlb_tag_lg2(&pcie->atc.tags[number]);
		if (is_permitted(slot, entry)) {
			pcie->stats.atc_hits++;
			pcie_access_send(slot, SLOT_TRANSLATED, entry->pa + (iova & lg2_mask(lg2)));
			return;
		}
	}
	pcie->stats.atc_misses++;
	pcie_translation_request(slot);
}

void pcie_ats_stop(struct dev_pcie *pcie)
{
	tlb_array_clear(&pcie->atc);
	for (u32 i = 0; i < pcie->dma.outstanding_accesses; i++) {
		if (pcie->slots[i].state == SLOT_REQUESTING)
			pcie->slots[i].is_stale = true;
	}
}
