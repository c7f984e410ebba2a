// SPDX-License-Identifier: GPL-2.0-only
/* The jobs of a sweep by number, and what they came to by key. */
#include <stdio.h>

#include "tool/sweep/sweep.h"

static u32 jobs_per_point(const struct sweep *sweep)
{
	return 1 + sweep->nr_seeds + 2 * sweep->nr_costs;
}

u32 sweep_nr_jobs(const struct sweep *sweep)
{
	return sweep->nr_points * jobs_per_point(sweep);
}

struct sweep_job *sweep_job_number(const struct sweep *sweep, u32 number)
{
	struct sweep_point *point = &sweep->points[number / jobs_per_point(sweep)];

	number %= jobs_per_point(sweep);
	if (number == 1)
		return sweep->has_baseline ? &point->without : NULL;
	if (!number)
		return &point->with;
	return point->again[number - 2].is_wanted ? &point->again[number - 2] : NULL;
}

const struct sweep_outcome *sweep_variant(const struct sweep *sweep,
					  const struct sweep_point *point, u32 number)
{
	const struct sweep_job *job = &point->again[sweep->nr_seeds - 1 + number];

	return job->is_wanted ? job->outcome : NULL;
}

const struct sweep_outcome *sweep_seed(const struct sweep_point *point, u32 number)
{
	return number ? point->again[number - 1].outcome : point->with.outcome;
}

bool sweep_is_here(const struct sweep *sweep, u32 index)
{
	return !sweep->plan || index % sweep->plan->nr_shards + 1 == sweep->plan->shard;
}

bool sweep_has_run(const struct sweep *sweep, const struct sweep_point *point)
{
	for (u32 i = 0; i < sweep->nr_seeds; i++) {
		if (sweep_seed(point, i)->code)
			return false;
	}
	return !sweep->has_baseline || !point->without.outcome->code;
}

u64 sweep_number_of(const struct sweep_outcome *outcome, const char *key)
{
	int column = sys_column_find(SYS_TOTALS, key);

	return column < 0 || !outcome->numbers[column].is_known ? 0
								: outcome->numbers[column].value;
}

u64 sweep_lock_number(const struct sweep_lock *lock, const char *key)
{
	int column = sys_column_find(SYS_LOCKS, key);

	return column < 0 ? 0 : lock->numbers[column].value;
}

struct sys_number sweep_group_number(const struct sweep_group *group, const char *key)
{
	int column = sys_column_find(SYS_GROUPS, key);

	return column < 0 ? (struct sys_number){0} : group->numbers[column];
}

u64 sweep_stage_mean(const struct sweep_outcome *outcome, enum sys_stage stage)
{
	char key[64];

	snprintf(key, sizeof(key), "faults.stages_ns.%s.mean", sys_stage_names[stage]);
	return sweep_number_of(outcome, key);
}

bool sweep_is_plain(const struct sweep *sweep)
{
	for (u32 i = 0; i < sweep->nr_points; i++) {
		if (sweep->points[i].point->nr_published)
			return false;
	}
	return !sweep->has_baseline;
}

u32 sweep_nr_shown(const struct sweep *sweep)
{
	return sweep->nr_points > SWEEP_MAX_SHOWN ? SWEEP_MAX_SHOWN : sweep->nr_points;
}

void sweep_print_rest(FILE *out, const struct sweep *sweep)
{
	if (sweep_nr_shown(sweep) < sweep->nr_points)
		fprintf(out, "  and %u more points: points.csv (-o DIR) has all\n",
			sweep->nr_points - sweep_nr_shown(sweep));
}
