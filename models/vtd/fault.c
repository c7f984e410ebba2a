// SPDX-License-Identifier: GPL-2.0-only
/*
 * Non-recoverable faults (VT-d 7.1, 7.2, 7.3, 11.4.7): which conditions there are,
 * primary fault logging in the fault recording registers with its overflow and
 * pending bits, and the fault event.
 *
 * Leaves out: advanced fault logging (CAP.AFL is 0).
 */
#include "models/vtd/internal.h"

#define FAULT_ROW(name_, reason_, qualified_, completion_, says_)                                  \
	[VTD_##name_] = {                                                                          \
		.name = #name_,                                                                    \
		.reason = reason_,                                                                 \
		.is_qualified = qualified_,                                                        \
		.completion = VTD_COMPLETION_##completion_,                                        \
		.says = says_,                                                                     \
	},
const struct vtd_fault_row vtd_fault_table[VTD_NR_CONDITIONS] = {VTD_FAULTS(FAULT_ROW)};
#undef FAULT_ROW

/* --- the event --- */

#define STATUS (FSTS_PFO | FSTS_PPF | FSTS_IQE | FSTS_ICE | FSTS_ITE)

/* Conditions that software has not serviced yet make no further event (7.3). */
static void set_status(struct vtd *vtd, u64 bit)
{
	u64 *fsts = &vtd->reg[VTD_REG_FSTS];
	bool was_clear = !(*fsts & STATUS);

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

void vtd_fault_status_written(struct vtd *vtd)
{
	if (!(vtd->reg[VTD_REG_FSTS] & STATUS))
		vtd_event_serviced(vtd, VTD_IRQ_FAULT);
	vtd_iq_kick(vtd);
}

/* --- recording --- */

static bool is_pending(const struct vtd *vtd, u32 index)
{
	return vtd->frcd[index][1] & FRCD_1_F;
}

static bool is_compressed(const struct vtd *vtd, u64 sid)
{
	if (!vtd->params.fault_compression)
		return false;
	for (u32 i = 0; i < vtd->params.nr_fault_records; i++) {
		if (is_pending(vtd, i) && FIELD_GET(FRCD_1_SID, vtd->frcd[i][1]) == sid)
			return true;
	}
	return false;
}

static void record(struct vtd *vtd, u64 word0, u64 word1)
{
	u64 *fsts = &vtd->reg[VTD_REG_FSTS];
	u32 index = vtd->next_frcd;

	if ((*fsts & FSTS_PFO) || is_compressed(vtd, FIELD_GET(FRCD_1_SID, word1))) {
		vtd->stats.faults_lost++;
		return;
	}
	if (is_pending(vtd, index)) {
		vtd->stats.faults_lost++;
		*fsts |= FSTS_PFO;
		return;
	}
	vtd->stats.faults++;
	vtd->frcd[index][0] = word0;
	vtd->frcd[index][1] = word1 | FRCD_1_F;
	vtd->next_frcd = index + 1 == vtd->params.nr_fault_records ? 0 : index + 1;
	if (*fsts & FSTS_PPF)
		return;
	*fsts = (*fsts & ~FSTS_FRI) | FIELD_PREP(FSTS_FRI, (u64)index);
	set_status(vtd, FSTS_PPF);
}

bool vtd_fault_is_reported(const struct vtd_xlate *x)
{
	const struct vtd_fault_row *row = &vtd_fault_table[x->fault];

	if (!row->reason || (row->is_qualified && x->has_fpd))
		return false;
	/* A translation request that recovers is not reported, except this one (SFS.10). */
	return x->kind != PORT_TRANSLATION_REQUEST || row->completion <= VTD_COMPLETION_CA ||
	       x->fault == VTD_SFS_10;
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
		vtd->stats.faults_masked += row->is_qualified && x->has_fpd;
		return;
	}
	word1 |= type_bits(x);
	if (vtd->params.pasid)
		word1 |= pasid_fields(x);
	if (vtd->params.dt)
		word1 |= FIELD_PREP(FRCD_1_AT, (u64)x->kind);
	record(vtd, x->iova & FRCD_0_FI & lg2_mask(vtd->fi_bits), word1);
}

void vtd_fault_record_interrupt(struct vtd *vtd, u32 sid, u32 index, enum vtd_condition condition)
{
	record(vtd, FIELD_PREP(FRCD_0_INDEX, (u64)index),
	       FIELD_PREP(FRCD_1_SID, (u64)sid) |
		       FIELD_PREP(FRCD_1_FR, (u64)vtd_fault_table[condition].reason));
}

/* --- the registers --- */

bool vtd_is_fault_register(const struct vtd *vtd, u32 offset, u32 bytes)
{
	return offset >= VTD_FRCD_OFFSET &&
	       offset + bytes <= VTD_FRCD_OFFSET + VTD_FRCD_BYTES * vtd->params.nr_fault_records;
}

u64 vtd_fault_read(const struct vtd *vtd, u32 offset, u32 bytes)
{
	u32 at = offset - VTD_FRCD_OFFSET;
	u64 word = vtd->frcd[at / VTD_FRCD_BYTES][at / 8 % 2];

	return bytes == 8 ? word : (u32)(word >> (8 * (at % 8)));
}

/* Software clears F, nothing else (RW1CS). */
void vtd_fault_write(struct vtd *vtd, u32 offset, u64 value, u32 bytes)
{
	u32 at = offset - VTD_FRCD_OFFSET;
	u64 written = bytes == 8 ? value : (value & 0xffffffff) << (8 * (at % 8));
	u64 *fsts = &vtd->reg[VTD_REG_FSTS];

	if (at / 8 % 2 == 0 || !(written & FRCD_1_F))
		return;
	vtd->frcd[at / VTD_FRCD_BYTES][1] &= ~FRCD_1_F;
	for (u32 i = 0; i < vtd->params.nr_fault_records; i++) {
		if (is_pending(vtd, i))
			return;
	}
	*fsts &= ~FSTS_PPF;
	vtd_fault_status_written(vtd);
}
