// SPDX-License-Identifier: GPL-2.0-only
/*
 * Non-recoverable faults (VT-d 7.1, 7.2, 7.3): primary fault logging in the fault
 * recording registers with its overflow and pending bits, and the fault event.
 *
 * Leaves out: advanced fault logging (CAP.AFL is 0).
 */
#include "models/vtd/internal.h"

/* --- the event --- */

/* Conditions that software has not serviced yet make no further event (7.3). */
static void set_status(struct vtd *vtd, u64 bit)
{
	u64 *fsts = &vtd->core.reg[VTD_REG_FSTS];
	bool was_clear = !(*fsts & VTD_FSTS_EVENTS);

	*fsts |= bit;
	if (vtd->status_watch)
		vtd->status_watch(vtd->status_watch_opaque);
	if (was_clear)
		vtd_event_raise(vtd, VTD_IRQ_FAULT);
}

void vtd_fault_raise(struct vtd *vtd, u64 error)
{
	set_status(vtd, error);
}

/* --- recording --- */

static bool is_compressed(const struct vtd *vtd, u64 sid)
{
	if (!vtd->core.params.fault_compression)
		return false;
	for (u32 i = 0; i < vtd->core.params.nr_fault_records; i++) {
		if (vtd_fault_is_pending(vtd, i) && FIELD_GET(FRCD_1_SID, vtd->frcd[i][1]) == sid)
			return true;
	}
	return false;
}

static void record(struct vtd *vtd, u64 word0, u64 word1)
{
	u64 *fsts = &vtd->core.reg[VTD_REG_FSTS];
	u32 index = vtd->next_frcd;

	if ((*fsts & FSTS_PFO) || is_compressed(vtd, FIELD_GET(FRCD_1_SID, word1))) {
		vtd->core.stats.faults_lost++;
		return;
	}
	sim_assert(index < vtd->core.params.nr_fault_records);
	if (vtd_fault_is_pending(vtd, index)) {
		vtd->core.stats.faults_lost++;
		*fsts |= FSTS_PFO;
		return;
	}
	vtd->core.stats.faults++;
	vtd->frcd[index][0] = word0;
	vtd->frcd[index][1] = word1 | FRCD_1_F;
	vtd->next_frcd = index + 1 == vtd->core.params.nr_fault_records ? 0 : index + 1;
	if (*fsts & FSTS_PPF)
		return;
	*fsts = (*fsts & ~FSTS_FRI) | FIELD_PREP(FSTS_FRI, (u64)index);
	set_status(vtd, FSTS_PPF);
}

/* T1 and T2 are 0 and 1 for a page request, 0 and 0 for a write, 1 and 0 for a read. */
static u64 type_bits(const struct vtd_xlate *x)
{
	if (x->is_page_request)
		return FRCD_1_T2;
	return vtd_xlate_writes(x) && x->kind != PORT_TRANSLATION_REQUEST ? 0 : FRCD_1_T1;
}

static u64 pasid_fields(const struct vtd_xlate *x)
{
	if (!x->has_pasid)
		return 0;
	return FRCD_1_PP | FIELD_PREP(FRCD_1_PV, (u64)x->pasid) |
	       ((x->attr & VTD_ATTR_ZLR) == VTD_ATTR_INSTR ? FRCD_1_EXE : 0) |
	       (x->attr & VTD_ATTR_PRIV ? FRCD_1_PRIV : 0);
}

void vtd_fault_record(struct vtd *vtd, const struct vtd_xlate *x)
{
	const struct vtd_fault_row *row = &vtd_fault_table[x->fault];
	u64 word1 = FIELD_PREP(FRCD_1_SID, (u64)x->sid) | FIELD_PREP(FRCD_1_FR, (u64)row->reason);

	if (!vtd_fault_is_reported(x)) {
		vtd->core.stats.faults_masked += row->is_qualified && x->has_fpd;
		return;
	}
	word1 |= type_bits(x);
	if (vtd->core.params.pasid)
		word1 |= pasid_fields(x);
	if (vtd->core.params.dt)
		word1 |= FIELD_PREP(FRCD_1_AT, (u64)x->kind);
	record(vtd, x->iova & FRCD_0_FI & lg2_mask(vtd->fi_bits), word1);
}

void vtd_fault_record_interrupt(struct vtd *vtd, u32 sid, u32 index, enum vtd_condition condition)
{
	record(vtd, FIELD_PREP(FRCD_0_INDEX, (u64)index),
	       FIELD_PREP(FRCD_1_SID, (u64)sid) |
		       FIELD_PREP(FRCD_1_FR, (u64)vtd_fault_table[condition].reason));
}
