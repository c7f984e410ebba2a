// SPDX-License-Identifier: GPL-2.0-only
/* Distributions by group of devices, see groups.h. */
#include "system/measure/groups.h"

#include "sim/arena.h"
#include "sim/hist.h"
#include "system/measure/sort.h"

struct one_group {
	struct sim_hist *latency, *from_due; /* of faults */
	struct dev_dma_times accesses;
	u64 nr_completed, nr_aborted;
};

struct sys_group_times {
	u32 nr_groups;
	u32 *group_of; /* of each device */
	u32 nr_devices;
	struct one_group groups[];
};

#define NR_HISTS 5

static void list_hists(struct one_group *group, struct sim_hist **hists[NR_HISTS])
{
	hists[0] = &group->latency;
	hists[1] = &group->from_due;
	hists[2] = &group->accesses.latency;
	hists[3] = &group->accesses.lateness;
	hists[4] = &group->accesses.from_due;
}

static bool hists_alloc(struct one_group *group)
{
	struct sim_hist **hists[NR_HISTS];

	list_hists(group, hists);
	for (u32 i = 0; i < NR_HISTS; i++) {
		*hists[i] = sim_alloc(sizeof(**hists[i]));
		if (!*hists[i])
			return false;
		sim_hist_init(*hists[i]);
	}
	return true;
}

struct sys_group_times *sys_group_times_create(const struct sys_config *config)
{
	u32 nr = config->nr_groups;
	struct sys_group_times *times = sim_alloc(sizeof(*times) + nr * sizeof(times->groups[0]));

	if (!times)
		return NULL;
	times->nr_groups = nr;
	times->nr_devices = config->machine.nr_devices;
	times->group_of = sim_alloc(times->nr_devices * sizeof(*times->group_of));
	if (!times->group_of)
		return NULL;
	for (u32 i = 0; i < times->nr_devices; i++)
		times->group_of[i] = sys_config_group_of(config, i);
	for (u32 i = 0; i < nr; i++) {
		if (!hists_alloc(&times->groups[i]))
			return NULL;
	}
	return times;
}

void sys_group_times_start(struct sys_group_times *times)
{
	struct sim_hist **hists[NR_HISTS];

	for (u32 g = 0; g < times->nr_groups; g++) {
		list_hists(&times->groups[g], hists);
		for (u32 i = 0; i < NR_HISTS; i++)
			sim_hist_init(*hists[i]);
		times->groups[g].nr_completed = times->groups[g].nr_aborted = 0;
	}
}

struct dev_dma_times *sys_group_times_of(struct sys_group_times *times, u32 number)
{
	return times->nr_groups ? &times->groups[times->group_of[number]].accesses : NULL;
}

void sys_group_times_add(struct sys_group_times *times, const struct sys_fault_record *record)
{
	u64 end_ps = record->stamp_ps[SYS_STAGE_COMPLETED];
	struct one_group *group;

	if (!times->nr_groups || record->device >= times->nr_devices)
		return;
	group = &times->groups[times->group_of[record->device]];
	group->nr_completed++;
	group->nr_aborted += record->is_aborted;
	sim_hist_add(group->latency, end_ps - record->began_ps);
	if (record->due_ps)
		sim_hist_add(group->from_due, end_ps - record->due_ps);
}

void sys_group_times_merge(const struct sys_group_times *times, struct dev_dma_times *all)
{
	for (u32 i = 0; i < times->nr_groups; i++) {
		const struct dev_dma_times *one = &times->groups[i].accesses;

		sim_hist_merge(all->latency, one->latency);
		sim_hist_merge(all->lateness, one->lateness);
		sim_hist_merge(all->from_due, one->from_due);
	}
}

/* --- the result --- */

static struct sim_hist *copy_of(const struct sim_hist *hist)
{
	struct sim_hist *copy = sim_alloc(sizeof(*copy));

	if (copy)
		*copy = *hist;
	return copy;
}

/* Latencies of a group's faults, or with @from_due those from when they were due, sorted. */
static void sort_hist(const struct sys_group_times *times, const struct sys_result *result,
		      u32 index, bool from_due)
{
	struct sim_hist *hist = from_due ? result->groups[index].from_due
					 : result->groups[index].latency;
	u64 nr = 0, *values = sim_alloc((hist->count + 1) * sizeof(*values));
	u64 *scratch = sim_alloc((hist->count + 1) * sizeof(*scratch));

	for (u64 i = 0; values && i < result->nr_first; i++) {
		const struct sys_fault_record *record = &result->first[i];

		if (record->device >= times->nr_devices ||
		    times->group_of[record->device] != index || (from_due && !record->due_ps) ||
		    nr == hist->count)
			continue;
		values[nr++] = record->stamp_ps[SYS_STAGE_COMPLETED] -
			       (from_due ? record->due_ps : record->began_ps);
	}
	if (values && scratch && nr == hist->count && nr) {
		sys_sort(values, scratch, nr);
		hist->sorted = values;
	}
	sim_free(scratch);
}

void sys_group_times_result(const struct sys_group_times *times, struct sys_result *result)
{
	for (u32 i = 0; i < times->nr_groups && i < result->nr_groups; i++) {
		const struct one_group *group = &times->groups[i];
		struct sys_group_result *one = &result->groups[i];

		one->faults_completed = group->nr_completed;
		one->faults_aborted = group->nr_aborted;
		one->latency = copy_of(group->latency);
		one->from_due = copy_of(group->from_due);
		one->access_latency = copy_of(group->accesses.latency);
		one->access_lateness = copy_of(group->accesses.lateness);
		one->access_from_due = copy_of(group->accesses.from_due);
		/* The first ones are all there are. */
		if (result->nr_slowest || result->faults_dropped || !one->latency || !one->from_due)
			continue;
		sort_hist(times, result, i, false);
		sort_hist(times, result, i, true);
	}
}
