// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fault recording registers and the fault status as software reads and writes them
 * (VT-d 11.4.7).
 */
#include "models/vtd/internal.h"

void vtd_fault_status_written(struct vtd *vtd)
{
	if (!(vtd->core.reg[VTD_REG_FSTS] & VTD_FSTS_EVENTS))
		vtd_event_serviced(vtd, VTD_IRQ_FAULT);
	vtd_iq_kick(vtd);
}

bool vtd_is_fault_register(const struct vtd *vtd, u32 offset, u32 bytes)
{
	return offset >= VTD_FRCD_OFFSET &&
	       offset + bytes <=
		       VTD_FRCD_OFFSET + VTD_FRCD_BYTES * vtd->core.params.nr_fault_records;
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
	u64 *fsts = &vtd->core.reg[VTD_REG_FSTS];

	if (at / 8 % 2 == 0 || !(written & FRCD_1_F))
		return;
	vtd->frcd[at / VTD_FRCD_BYTES][1] &= ~FRCD_1_F;
	for (u32 i = 0; i < vtd->core.params.nr_fault_records; i++) {
		if (vtd_fault_is_pending(vtd, i))
			return;
	}
	*fsts &= ~FSTS_PPF;
	vtd_fault_status_written(vtd);
}
