// SPDX-License-Identifier: GPL-2.0-only
/* Sums of a result, and a walk over it: see result.h. */
#include "system/result/result.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/arena.h"
#include "sim/holds.h"
#include "sim/sim.h"
#include "system/result/means.h"
#include "system/result/percentile.h"

/* --- sums --- */

void sys_device_result_add(struct sys_device_result *sum, const struct sys_device_result *one)
{
	sim_stat_add(&dev_dma_stat_table, &sum->dma, &one->dma);
	sim_stat_add(&dev_pcie_stat_table, &sum->pcie, &one->pcie);
	sim_stat_add(&iommu_pri_stat_table, &sum->pri, &one->pri);
	sum->is_pcie |= one->is_pcie;
}

static void sum_devices(struct sys_result *result)
{
	for (u32 i = 0; i < result->nr_devices; i++)
		sys_device_result_add(&result->all, &result->devices[i]);
}

/* All are of one kind. */
static int sum_iommus(struct sys_result *result)
{
	const struct sim_stat_table *table = result->iommus[0].stats.counts.table;
	void *sum = sim_alloc(table->bytes);

	if (!sum)
		return -ENOMEM;
	for (u32 i = 0; i < result->nr_iommus; i++) {
		const struct sys_iommu_stats *one = &result->iommus[i].stats;

		sim_stat_add(table, sum, one->counts.values);
		result->nr_latencies = one->nr_latencies;
		for (u32 k = 0; k < one->nr_latencies; k++) {
			result->latencies[k].name = one->latencies[k].name;
			sim_stat_add(&sys_latency_stat_table, &result->latencies[k],
				     &one->latencies[k]);
		}
	}
	result->iommu_sum = (struct sys_values){table, sum};
	return 0;
}

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

/* What is counted later does not change it. NULL without memory. */
static struct sim_hist *copy_hist(const struct sim_hist *hist)
{
	struct sim_hist *copy = sim_alloc(sizeof(*copy));

	if (copy)
		*copy = *hist;
	return copy;
}

static const struct sim_lock_class *copy_class(const struct sim_lock_class *class)
{
	struct sim_lock_class *copy = sim_alloc(sizeof(*copy));

	if (!copy)
		return NULL;
	*copy = *class;
	copy->wait = copy_hist(class->wait);
	copy->hold = copy_hist(class->hold);
	return copy->wait && copy->hold ? copy : NULL;
}

static int find_locks(struct sys_result *result)
{
	const struct sim_lock_class *class = NULL, **locks;
	u32 nr = 0;

	while ((class = sim_lock_class_next(class)))
		nr++;
	locks = sim_alloc((nr + 1) * sizeof(*locks)); /* none is no error */
	if (!locks)
		return -ENOMEM;
	for (u32 i = 0; i < nr; i++) {
		class = sim_lock_class_next(class);
		locks[i] = copy_class(class);
		if (!locks[i])
			return -ENOMEM;
	}
	qsort(locks, nr, sizeof(*locks), compare_locks);
	result->locks = locks;
	result->nr_locks = nr;
	return 0;
}

static int look_at_cpus(struct sys_result *result, u32 nr_cpus)
{
	result->cpus = sim_alloc(nr_cpus * sizeof(*result->cpus));
	if (!result->cpus)
		return -ENOMEM;
	for (u32 i = 0; i < nr_cpus; i++)
		sim_cpu_stats(i, &result->cpus[i]);
	result->nr_cpus = nr_cpus;
	return 0;
}

static void look_at_page_requests(struct sys_result *result)
{
	for (u32 i = 0; i < result->nr_latencies; i++) {
		const struct sys_iommu_latency *latency = &result->latencies[i];

		if (strcmp(latency->name, "svm_prq") != 0)
			continue;
		result->svm_prq = (struct sys_svm_prq){
			.count = latency->count,
			.mean_ps = latency->count ? latency->sum_ps / latency->count : 0,
			.min_ps = latency->min_ps,
			.max_ps = latency->max_ps,
		};
		memcpy(result->svm_prq.buckets, latency->buckets, sizeof(latency->buckets));
	}
}

static int look_at_wakeups(struct sys_result *result)
{
	for (u32 kind = 0; kind < SIM_NR_WAKEUPS; kind++) {
		result->wakeups[kind].times = copy_hist(sim_wakeup_stats(kind)->times);
		if (!result->wakeups[kind].times)
			return -ENOMEM;
	}
	return 0;
}

static int look_at_threads(struct sys_result *result)
{
	const struct sim_thread *thread = NULL;
	u32 nr = 0;

	while ((thread = sim_thread_next(thread)))
		nr++;
	result->threads = sim_alloc((nr + 1) * sizeof(*result->threads));
	if (!result->threads)
		return -ENOMEM;
	result->nr_threads = nr;
	/* The newest comes first. */
	while ((thread = sim_thread_next(thread))) {
		struct sys_thread_result *one = &result->threads[--nr];

		snprintf(one->name, sizeof(one->name), "%s", sim_thread_name(thread));
		sim_thread_stats(thread, &one->counts);
	}
	return 0;
}

static int sum_limits(struct sys_result *result, u64 elapsed_ps, u64 memory_busy_ps)
{
	struct sys_limits *limits = sim_alloc(sizeof(*limits));

	if (!limits)
		return -ENOMEM;
	limits->nr_cpus = result->nr_cpus;
	limits->elapsed_ps = elapsed_ps;
	limits->memory_busy_ps = memory_busy_ps;
	for (u32 i = 0; i < result->nr_locks; i++) {
		limits->lock_wait_ps += result->locks[i]->wait->total;
		limits->line_wait_ps += result->locks[i]->line_wait_ps;
	}
	for (u32 i = 0; i < result->nr_cpus; i++) {
		u64 busy_ps = result->cpus[i].rt_ps + result->cpus[i].irq_ps;

		if (busy_ps > limits->event_busy_ps)
			limits->event_busy_ps = busy_ps;
		limits->load_ps += result->cpus[i].load_ps;
	}
	SYS_TEST_COUNT(limits)
	result->limits = limits;
	return 0;
}

int sys_result_sum(struct sys_result *result, u32 nr_cpus, u64 elapsed_ps, u64 memory_busy_ps)
{
	int err;

	sum_devices(result);
	err = sum_iommus(result);
	if (!err)
		err = find_locks(result);
	if (!err)
		err = look_at_cpus(result, nr_cpus);
	if (!err)
		err = look_at_wakeups(result);
	if (!err)
		err = look_at_threads(result);
	look_at_page_requests(result);
	return err ? err : sum_limits(result, elapsed_ps, memory_busy_ps);
}

/* --- members --- */

static void add_part(struct sys_member *member, const struct sim_stat_table *table,
		     const void *values)
{
	sim_assert(member->nr_parts < SYS_MAX_PARTS);
	member->parts[member->nr_parts++] = (struct sys_values){table, values};
}

static void name_member(struct sys_member *member, const char *name)
{
	snprintf(member->name, sizeof(member->name), "%s", name);
}

static void add_device(struct sys_member *member, const struct sys_device_result *device)
{
	add_part(member, &dev_dma_stat_table, &device->dma);
	if (!device->is_pcie)
		return;
	add_part(member, &dev_pcie_stat_table, &device->pcie);
	add_part(member, &iommu_pri_stat_table, &device->pri);
}

static bool totals_member(const struct sys_result *result, u32 index, struct sys_member *member)
{
	if (index)
		return false;
	add_part(member, &sys_run_stat_table, result);
	add_part(member, &sys_stage_work_stat_table, &result->stage_work);
	if (result->steady)
		add_part(member, &sys_steady_stat_table, result->steady);
	add_device(member, &result->all);
	add_part(member, result->iommu_sum.table, result->iommu_sum.values);
	add_part(member, &sys_translation_stat_table, &result->translation);
	add_part(member, &sys_limit_stat_table, result->limits);
	add_part(member, &sys_mm_stat_table, result->mm);
	if (result->defects)
		add_part(member, &sim_defect_stat_table, &result->defects->counts);
	if (result->benchmark)
		add_part(member, &sys_benchmark_stat_table, result->benchmark);
	if (result->nr_latencies)
		add_part(member, &sys_svm_prq_stat_table, &result->svm_prq);
	return true;
}

static bool locks_member(const struct sys_result *result, u32 index, struct sys_member *member)
{
	if (index >= result->nr_locks)
		return false;
	name_member(member, result->locks[index]->name);
	add_part(member, &sim_lock_stat_table, result->locks[index]);
	return true;
}

static bool queues_member(const struct sys_result *result, u32 index, struct sys_member *member)
{
	if (index >= result->nr_queues)
		return false;
	name_member(member, result->queues[index].name);
	add_part(member, &iommu_queue_stat_table, &result->queues[index].counts);
	add_part(member, &sys_queue_time_table, &result->queues[index].times);
	return true;
}

static bool latencies_member(const struct sys_result *result, u32 index, struct sys_member *member)
{
	if (index >= result->nr_latencies)
		return false;
	name_member(member, result->latencies[index].name);
	add_part(member, &sys_latency_stat_table, &result->latencies[index]);
	return true;
}

static bool devices_member(const struct sys_result *result, u32 index, struct sys_member *member)
{
	if (index >= result->nr_devices)
		return false;
	if (result->devices[index].name)
		name_member(member, result->devices[index].name);
	add_device(member, &result->devices[index]);
	return true;
}

static bool groups_member(const struct sys_result *result, u32 index, struct sys_member *member)
{
	if (index >= result->nr_groups)
		return false;
	name_member(member, result->groups[index].name);
	add_part(member, &sys_group_stat_table, &result->groups[index]);
	add_device(member, &result->groups[index].devices);
	return true;
}

static bool iommus_member(const struct sys_result *result, u32 index, struct sys_member *member)
{
	if (index >= result->nr_iommus)
		return false;
	name_member(member, result->iommus[index].name);
	add_part(member, result->iommus[index].stats.counts.table,
		 result->iommus[index].stats.counts.values);
	add_part(member, &sys_translation_stat_table, &result->iommus[index].translation);
	return true;
}

static bool cpus_member(const struct sys_result *result, u32 index, struct sys_member *member)
{
	if (index >= result->nr_cpus)
		return false;
	add_part(member, &sim_cpu_stat_table, &result->cpus[index]);
	return true;
}

/* Those that there were. */
static bool wakeups_member(const struct sys_result *result, u32 index, struct sys_member *member)
{
	for (u32 kind = 0; kind < SIM_NR_WAKEUPS; kind++) {
		const struct sim_wakeup_stats *stats = &result->wakeups[kind];

		if (!stats->times->count || index--)
			continue;
		name_member(member, sim_wakeup_names[kind]);
		add_part(member, &sim_wakeup_stat_table, stats);
		return true;
	}
	return false;
}

static bool threads_member(const struct sys_result *result, u32 index, struct sys_member *member)
{
	if (index >= result->nr_threads)
		return false;
	name_member(member, result->threads[index].name);
	add_part(member, &sim_thread_stat_table, &result->threads[index].counts);
	return true;
}

bool sys_result_member(const struct sys_result *result, enum sys_collection which, u32 index,
		       struct sys_member *member)
{
	static bool (*const members[])(const struct sys_result *result, u32 index,
				       struct sys_member *member) = {
		[SYS_TOTALS] = totals_member,	[SYS_LOCKS] = locks_member,
		[SYS_QUEUES] = queues_member,	[SYS_LATENCIES] = latencies_member,
		[SYS_DEVICES] = devices_member, [SYS_GROUPS] = groups_member,
		[SYS_IOMMUS] = iommus_member,	[SYS_CPUS] = cpus_member,
		[SYS_WAKEUPS] = wakeups_member, [SYS_THREADS] = threads_member,
	};

	*member = (struct sys_member){0};
	return members[which](result, index, member);
}

/* --- numbers --- */

static const struct sim_hist *hist_of(const struct sys_values *of, const struct sim_stat *row)
{
	return *(struct sim_hist *const *)((const char *)of->values + row->offset);
}

/* Of a part: rounded so that the means of all its like add up to that of the whole. */
static u64 part_mean(const struct sys_values *of, const struct sim_stat *row, u64 count)
{
	unsigned __int128 totals[SYS_NR_STAGES] = {0};
	u64 means[SYS_NR_STAGES];
	u32 nr = 0, number = 0;

	for (u32 i = 0; i < of->table->nr_rows; i++) {
		const struct sim_stat *part = &of->table->rows[i];

		if (part->sum != SIM_STAT_PART)
			continue;
		sim_assert(nr < SYS_NR_STAGES);
		number = part == row ? nr : number;
		totals[nr++] = hist_of(of, part)->total;
	}
	sys_part_means(totals, nr, count, means);
	return means[number];
}

static unsigned __int128 times_value(const struct sys_values *of, const struct sim_stat *row,
				     u32 sub)
{
	const struct sys_times_key *key = sys_times_key(row->kind, sub);
	const struct sim_hist *hist = hist_of(of, row);

	switch (key->what) {
	case SYS_TIMES_COUNT:
		return hist->count;
	case SYS_TIMES_MEAN:
		return row->sum == SIM_STAT_PART ? part_mean(of, row, hist->count)
						 : sys_mean(hist->total, hist->count);
	case SYS_TIMES_MIN:
		return hist->count ? hist->min : 0;
	case SYS_TIMES_MAX:
		return hist->max;
	case SYS_TIMES_TOTAL:
		return hist->total;
	case SYS_TIMES_EXACT:
		return hist->sorted != NULL;
	case SYS_TIMES_PERCENTILE:
		break;
	}
	return sys_percentile(hist, key->per_100k);
}

unsigned __int128 sys_value(const struct sys_values *of, const struct sim_stat *row, u32 sub)
{
	if (row->kind != SIM_STAT_NUMBERS)
		return times_value(of, row, sub);
	return ((const u64 *)((const char *)of->values + row->offset))[sub];
}

/* The row of a part that has the column: another IOMMU's may have the same key. */
static const struct sim_stat *row_of(const struct sys_values *part, const struct sys_column *column)
{
	for (u32 i = 0; i < part->table->nr_rows; i++) {
		if (!strcmp(part->table->rows[i].key, column->row->key))
			return &part->table->rows[i];
	}
	return NULL;
}

static struct sys_number number_of(const struct sys_member *member, const struct sys_column *column)
{
	for (u32 i = 0; i < member->nr_parts; i++) {
		const struct sim_stat *row = row_of(&member->parts[i], column);
		unsigned __int128 value;

		if (!row)
			continue;
		value = sys_value(&member->parts[i], row, column->sub);
		if (value == SYS_UNKNOWN)
			break;
		return (struct sys_number){true, value > ~0ULL ? ~0ULL : (u64)value};
	}
	return (struct sys_number){0};
}

void sys_member_numbers(const struct sys_member *member, enum sys_collection which,
			struct sys_number *numbers)
{
	u32 nr;
	const struct sys_column *columns = sys_columns(which, &nr);

	for (u32 i = 0; i < nr; i++)
		numbers[i] = number_of(member, &columns[i]);
}

u64 sys_result_number(const struct sys_result *result, const char *key)
{
	int index = sys_column_find(SYS_TOTALS, key);
	struct sys_member member;
	u32 nr;

	if (index < 0 || !sys_result_member(result, SYS_TOTALS, 0, &member))
		return 0;
	return number_of(&member, &sys_columns(SYS_TOTALS, &nr)[index]).value;
}
