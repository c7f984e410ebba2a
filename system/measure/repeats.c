// SPDX-License-Identifier: GPL-2.0-only
/* Pages that fault again and again, see repeats.h. */
#include "system/measure/repeats.h"

#include "sim/defects.h"

#define PAGE_LG2 12

static struct sys_repeat *entry_of(struct sys_repeats *repeats,
				   const struct sys_fault_record *record)
{
	u64 key = (record->iova >> PAGE_LG2) + 0x9e3779b97f4a7c15ULL * (record->device + 1) +
		  record->pasid;

	return &repeats->entries[(key * 0x9e3779b97f4a7c15ULL) >> 52];
}

static bool is_of(const struct sys_repeat *entry, const struct sys_fault_record *record)
{
	return entry->page == record->iova >> PAGE_LG2 && entry->device == record->device &&
	       entry->pasid == record->pasid;
}

static void complain(const struct sys_repeat *entry, const struct sys_fault_record *record)
{
	sim_defect(
		&sim_defects()->counts.endless_faults,
		"page 0x%llx of device %u, PASID %u, was answered with success %llu times, and a "
		"%s still faults (fault %llu is the last)",
		entry->page << PAGE_LG2, entry->device, entry->pasid, entry->count,
		record->is_write ? "write" : "read", record->number);
}

bool sys_repeats_note(struct sys_repeats *repeats, const struct sys_fault_record *record,
		      bool is_back)
{
	struct sys_repeat *entry = entry_of(repeats, record);

	if (!is_back) {
		if (is_of(entry, record))
			entry->count = 0;
		return false;
	}
	if (!is_of(entry, record))
		*entry = (struct sys_repeat){
			.page = record->iova >> PAGE_LG2,
			.device = record->device,
			.pasid = record->pasid,
		};
	if (++entry->count != repeats->limit || repeats->is_over)
		return false;
	repeats->is_over = true;
	complain(entry, record);
	return true;
}
