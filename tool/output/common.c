// SPDX-License-Identifier: GPL-2.0-only
/* What several artefacts need in the same way: order of locks, faults, means. */
#include <stdlib.h>

#include "sim/sim.h"
#include "tool/output/output.h"

static int compare_locks(const void *left, const void *right)
{
	const struct sim_lock_class *a = *(const struct sim_lock_class *const *)left;
	const struct sim_lock_class *b = *(const struct sim_lock_class *const *)right;

	u64 a_ps = a->wait->total + a->line_wait_ps, b_ps = b->wait->total + b->line_wait_ps;

	if (a_ps != b_ps)
		return a_ps > b_ps ? -1 : 1;
	if (a->hold->total != b->hold->total)
		return a->hold->total > b->hold->total ? -1 : 1;
	return a->number < b->number ? -1 : a->number > b->number;
}

u32 output_locks(const struct sim_lock_class *locks[OUTPUT_MAX_LOCKS])
{
	const struct sim_lock_class *class = NULL;
	u32 nr = 0;

	while (nr < OUTPUT_MAX_LOCKS && (class = sim_lock_class_next(class)))
		locks[nr++] = class;
	qsort(locks, nr, sizeof(locks[0]), compare_locks);
	return nr;
}

void output_stage_means(const struct sys_result *result, u64 means[SYS_NR_STAGES])
{
	decimal_u128 totals[SYS_NR_STAGES], sum = 0;

	for (u32 i = 0; i < SYS_NR_STAGES; i++) {
		totals[i] = result->stages[i]->total;
		sum += totals[i];
	}
	sim_assert(sum == result->latency->total);
	decimal_share_means(
		&(struct decimal_shares){totals, SYS_NR_STAGES, sum, result->latency->count},
		means);
}

const struct sys_fault_record *output_next_fault(const struct sys_result *result,
						 struct output_cursor *cursor)
{
	const struct sys_fault_record *first = NULL, *slow = NULL;

	if (cursor->first < result->nr_first)
		first = &result->first[cursor->first];
	if (cursor->slowest < result->nr_slowest)
		slow = &result->slowest[cursor->slowest];
	cursor->is_slowest = slow && (!first || slow->number < first->number);
	if (cursor->is_slowest) {
		cursor->slowest++;
		return slow;
	}
	cursor->first += first != NULL;
	return first;
}
