/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pages whose fault is answered with success, and that fault again at once: how often in a row.
 * A handler that answers and does nothing, or a mapping that can never be reached, would keep
 * its device asking for ever.
 */
#ifndef SYSTEM_REPEATS_H
#define SYSTEM_REPEATS_H

#include "system/result/result.h"

#define SYS_NR_REPEATS 4096

struct sys_repeats {
	u64 limit; /* 0: none */
	bool is_over;
	struct sys_repeat {
		u64 page;
		u32 device, pasid;
		u64 count;
	} entries[SYS_NR_REPEATS];
};

/**
 * sys_repeats_note() - a fault has ended
 * @is_back: it was answered, and the access faults again
 *
 * Of two pages that fall together the one that came last is known: the count is of faults
 * in a row, and no less than that.
 * Return: has it come to the limit? Said once, as a defect.
 */
bool sys_repeats_note(struct sys_repeats *repeats, const struct sys_fault_record *record,
		      bool is_back);

#endif
