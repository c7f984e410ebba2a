// SPDX-License-Identifier: GPL-2.0-only
/* The tables of a result, see rows.h. */
#include "system/result/rows.h"

#include <stdio.h>
#include <string.h>

#include "models/smmuv3/smmu.h"
#include "models/vtd/vtd.h"
#include "sim/sim.h"
#include "sim/wakeup.h"
#include "system/result/result.h"

/* --- tables of a result's own --- */

#define ROW(...) SIM_STAT_ROW(struct sys_result, __VA_ARGS__)
#define HIST_ROW(...) SIM_STAT_HIST_ROW(struct sys_result, __VA_ARGS__)
#define STAGE_ROW(name, key_, help_)                                                               \
	HIST_ROW(stages[SYS_STAGE_##name], TIMES, "faults.stages_ns." key_, PART, "until " help_)

static const struct sim_stat run_rows[] = {SYS_RUN_STATS(ROW, HIST_ROW) SYS_STAGES(STAGE_ROW)};
const struct sim_stat_table sys_run_stat_table = SIM_STAT_TABLE(struct sys_result, run_rows);

#undef ROW
#define ROW(...) SIM_STAT_ROW(struct sys_stage_work, __VA_ARGS__)
#define WORK_ROWS(name, key_, help_)                                                               \
	ROW(work_ps[SYS_STAGE_##name], "faults.work_ns." key_, PS, SUM,                            \
	    "of the time until " help_ ": a CPU worked for the fault, or hardware did")            \
	ROW(waiting_ps[SYS_STAGE_##name], "faults.waiting_ns." key_, PS, SUM,                      \
	    "the rest of it: nobody did")

static const struct sim_stat stage_work_rows[] = {SYS_STAGES(WORK_ROWS)};
const struct sim_stat_table sys_stage_work_stat_table = SIM_STAT_TABLE(struct sys_stage_work,
								       stage_work_rows);

#undef ROW
#undef HIST_ROW
#define ROW(...) SIM_STAT_ROW(struct sys_translation, __VA_ARGS__)
#define HIST_ROW(...) SIM_STAT_HIST_ROW(struct sys_translation, __VA_ARGS__)
#define INVAL_ROW(field, key, unit, sum, help) ROW(field, "invalidations." key, unit, sum, help)
#define INVAL_ROWS(ID, key_, words, help_)                                                         \
	INVAL_ROW(invals[IOMMU_INVAL_##ID].nr, key_ ".count", COUNT, SUM,                          \
		  "since the start: invalidations " help_)                                         \
	INVAL_ROW(invals[IOMMU_INVAL_##ID].total_ps, key_ ".total_ns", PS, SUM,                    \
		  "what they took, together: from the fetch of each; of endpoints', from its "     \
		  "sending")                                                                       \
	INVAL_ROW(invals[IOMMU_INVAL_##ID].max_ps, key_ ".max_ns", PS, MAX, "the longest")         \
	INVAL_ROW(invals[IOMMU_INVAL_##ID].nr_dropped, key_ ".dropped", COUNT, SUM,                \
		  "entries of all caches that they dropped")

static const struct sim_stat translation_rows[] = {SYS_TRANSLATION_STATS(ROW, HIST_ROW)
							   IOMMU_INVALS(INVAL_ROWS)};
const struct sim_stat_table sys_translation_stat_table = SIM_STAT_TABLE(struct sys_translation,
									translation_rows);

#undef ROW
#undef HIST_ROW
#define ROW(...) SIM_STAT_ROW(struct sys_steady, __VA_ARGS__)
#define HIST_ROW(...) SIM_STAT_HIST_ROW(struct sys_steady, __VA_ARGS__)

static const struct sim_stat steady_rows[] = {SYS_STEADY_STATS(ROW, HIST_ROW)};
const struct sim_stat_table sys_steady_stat_table = SIM_STAT_TABLE(struct sys_steady, steady_rows);

#undef ROW
#undef HIST_ROW
#define ROW(...) SIM_STAT_ROW(struct sys_group_result, __VA_ARGS__)
#define HIST_ROW(...) SIM_STAT_HIST_ROW(struct sys_group_result, __VA_ARGS__)

static const struct sim_stat group_rows[] = {SYS_GROUP_STATS(ROW, HIST_ROW)};
const struct sim_stat_table sys_group_stat_table = SIM_STAT_TABLE(struct sys_group_result,
								  group_rows);

#undef ROW
#define ROW(...) SIM_STAT_ROW(struct sys_limits, __VA_ARGS__)

static const struct sim_stat limit_rows[] = {SYS_LIMIT_STATS(ROW)};
const struct sim_stat_table sys_limit_stat_table = SIM_STAT_TABLE(struct sys_limits, limit_rows);

#undef ROW
#define ROW(...) SIM_STAT_ROW(struct sys_mm_stats, __VA_ARGS__)

static const struct sim_stat mm_rows[] = {SYS_MM_STATS(ROW)};
const struct sim_stat_table sys_mm_stat_table = SIM_STAT_TABLE(struct sys_mm_stats, mm_rows);

#undef ROW
#define ROW(...) SIM_STAT_ROW(struct sys_benchmark_result, __VA_ARGS__)
#undef HIST_ROW
#define HIST_ROW(...) SIM_STAT_HIST_ROW(struct sys_benchmark_result, __VA_ARGS__)

static const struct sim_stat benchmark_rows[] = {SYS_BENCHMARK_STATS(ROW, HIST_ROW)};
const struct sim_stat_table sys_benchmark_stat_table = SIM_STAT_TABLE(struct sys_benchmark_result,
								      benchmark_rows);

#undef ROW
#define ROW(...) SIM_STAT_ROW(struct sys_iommu_latency, __VA_ARGS__)
#define ARRAY_ROW(...) SIM_STAT_ARRAY_ROW(struct sys_iommu_latency, __VA_ARGS__)

static const struct sim_stat latency_rows[] = {SYS_LATENCY_STATS(ROW, ARRAY_ROW)};
const struct sim_stat_table sys_latency_stat_table = SIM_STAT_TABLE(struct sys_iommu_latency,
								    latency_rows);

#undef ROW
#define ROW(...) SIM_STAT_ROW(struct sys_queue_times, __VA_ARGS__)
#undef ARRAY_ROW
#define ARRAY_ROW(...) SIM_STAT_ARRAY_ROW(struct sys_queue_times, __VA_ARGS__)

static const struct sim_stat queue_time_rows[] = {SYS_QUEUE_TIMES(ROW, ARRAY_ROW)};
const struct sim_stat_table sys_queue_time_table = SIM_STAT_TABLE(struct sys_queue_times,
								  queue_time_rows);

#undef ROW
#undef ARRAY_ROW
#define ROW(...) SIM_STAT_ROW(struct sys_svm_prq, __VA_ARGS__)
#define ARRAY_ROW(...) SIM_STAT_ARRAY_ROW(struct sys_svm_prq, __VA_ARGS__)

static const struct sim_stat svm_prq_rows[] = {SYS_SVM_PRQ_STATS(ROW, ARRAY_ROW)};
const struct sim_stat_table sys_svm_prq_stat_table = SIM_STAT_TABLE(struct sys_svm_prq,
								    svm_prq_rows);

/* --- collections --- */

const struct sys_collection_info sys_collections[SYS_NR_COLLECTIONS] = {
	[SYS_TOTALS] = {"",
			"the run, with the sums of its devices and of its IOMMUs",
			false,
			{&sys_run_stat_table, &sys_stage_work_stat_table, &sys_steady_stat_table,
			 &dev_dma_stat_table, &smmu_stat_table, &vtd_stat_table,
			 &dev_pcie_stat_table, &iommu_pri_stat_table, &sys_translation_stat_table,
			 &sys_limit_stat_table, &sys_mm_stat_table, &sim_defect_stat_table,
			 &sys_benchmark_stat_table, &sys_svm_prq_stat_table}},
	[SYS_LOCKS] = {"locks",
		       "a class of locks, most waited for first, with the call sites that waited",
		       false,
		       {&sim_lock_stat_table}},
	[SYS_QUEUES] = {"queues",
			"a queue of an IOMMU",
			true,
			{&iommu_queue_stat_table, &sys_queue_time_table}},
	[SYS_LATENCIES] = {"driver_latency",
			   "VT-d: what Linux's dmar_perf_latency shows, bring-up included",
			   true,
			   {&sys_latency_stat_table}},
	[SYS_GROUPS] = {"groups",
			"a group of devices, where the file has groups, with the sums of its "
			"devices",
			true,
			{&sys_group_stat_table, &dev_dma_stat_table, &dev_pcie_stat_table,
			 &iommu_pri_stat_table}},
	[SYS_DEVICES] = {"devices",
			 "a device; what a PCIe endpoint has beside, and what its IOMMU made of it",
			 false,
			 {&dev_dma_stat_table, &dev_pcie_stat_table, &iommu_pri_stat_table}},
	[SYS_IOMMUS] =
		{"iommus",
		 "an IOMMU, since it was made; translations and invalidations since the start. Beside its "
		 "rows `commands` that it carried out, by opcode or type, and `registers`: `reads`, and "
		 "`writes` by register",
		 true,
		 {&smmu_stat_table, &vtd_stat_table, &sys_translation_stat_table}},
	[SYS_CPUS] = {"cpus", "a simulated CPU", false, {&sim_cpu_stat_table}},
	[SYS_WAKEUPS] =
		{"wakeups",
		 "the wake-ups of threads, by what their CPU did: `interrupted` (idle, and out "
		 "of it already by an interrupt), `polling`, in `idle` state `idle1` to "
		 "`idle3`, or `busy`",
		 true,
		 {&sim_wakeup_stat_table}},
	[SYS_THREADS] = {"threads",
			 "a kernel thread that had not ended",
			 false,
			 {&sim_thread_stat_table}},
};

/* --- distributions --- */

static const struct sys_times_key times_keys[] = {
	{"count", SYS_TIMES_COUNT, 0, {0, 1, 1}, "how many"},
	{"mean", SYS_TIMES_MEAN, 0, {0, 1, 0}, "mean, to 1/1024 ns"},
	{"avg", SYS_TIMES_MEAN, 0, {0, 0, 1}, "mean, to 1/1024 ns"},
	{"p25", SYS_TIMES_PERCENTILE, 25000, {0, 1, 0}, "25th percentile"},
	{"p50", SYS_TIMES_PERCENTILE, 50000, {0, 1, 1}, "median"},
	{"p75", SYS_TIMES_PERCENTILE, 75000, {0, 1, 0}, "75th percentile"},
	{"p90", SYS_TIMES_PERCENTILE, 90000, {0, 1, 0}, "90th percentile"},
	{"p99", SYS_TIMES_PERCENTILE, 99000, {0, 1, 1}, "99th percentile"},
	{"p999", SYS_TIMES_PERCENTILE, 99900, {0, 1, 1}, "99.9th percentile"},
	{"p9999", SYS_TIMES_PERCENTILE, 99990, {0, 1, 0}, "99.99th percentile"},
	{"min", SYS_TIMES_MIN, 0, {0, 1, 1}, "the shortest"},
	{"max", SYS_TIMES_MAX, 0, {0, 1, 1}, "the longest"},
	{"total", SYS_TIMES_TOTAL, 0, {0, 1, 1}, "all together"},
	{"exact",
	 SYS_TIMES_EXACT,
	 0,
	 {0, 1, 0},
	 "1: percentiles are exact; 0: at most 0.8 % above"},
};

const struct sys_times_key *sys_times_key(enum sim_stat_kind kind, u32 index)
{
	for (size_t i = 0; i < sizeof(times_keys) / sizeof(times_keys[0]); i++) {
		if (times_keys[i].is_in[kind] && !index--)
			return &times_keys[i];
	}
	return NULL;
}

enum sim_unit sys_times_unit(const struct sys_times_key *key)
{
	return key->what == SYS_TIMES_COUNT   ? SIM_UNIT_COUNT
	       : key->what == SYS_TIMES_EXACT ? SIM_UNIT_BOOL
					      : SIM_UNIT_PS;
}

/* --- columns --- */

/* Made once, of tables that never change. */
static struct {
	struct sys_column columns[SYS_MAX_COLUMNS];
	u32 nr;
} lists[SYS_NR_COLLECTIONS];

static void add_column(enum sys_collection which, const struct sys_column *column)
{
	u32 nr = lists[which].nr;

	for (u32 i = 0; i < nr; i++) {
		if (!strcmp(lists[which].columns[i].key, column->key))
			return;
	}
	sim_assert(nr < SYS_MAX_COLUMNS);
	lists[which].columns[nr] = *column;
	lists[which].nr++;
}

static void add_numbers(enum sys_collection which, const struct sim_stat *row)
{
	for (u32 i = 0; i < row->nr; i++) {
		struct sys_column column = {.row = row, .sub = i, .unit = row->unit};

		if (row->is_array)
			snprintf(column.key, sizeof(column.key), "%s.%u", row->key, i);
		else
			snprintf(column.key, sizeof(column.key), "%s", row->key);
		add_column(which, &column);
	}
}

static void add_times(enum sys_collection which, const struct sim_stat *row)
{
	const struct sys_times_key *key;

	for (u32 i = 0; (key = sys_times_key(row->kind, i)); i++) {
		struct sys_column column = {
			.row = row,
			.sub = i,
			.unit = sys_times_unit(key),
			.is_mean = key->what == SYS_TIMES_MEAN,
		};

		snprintf(column.key, sizeof(column.key), "%s.%s", row->key, key->key);
		add_column(which, &column);
	}
}

static void make_columns(enum sys_collection which)
{
	const struct sim_stat_table *const *tables = sys_collections[which].tables;

	sim_assert(!tables[SYS_MAX_TABLES]);
	for (u32 i = 0; tables[i]; i++) {
		for (u32 j = 0; j < tables[i]->nr_rows; j++) {
			const struct sim_stat *row = &tables[i]->rows[j];

			if (row->kind == SIM_STAT_NUMBERS)
				add_numbers(which, row);
			else
				add_times(which, row);
		}
	}
}

const struct sys_column *sys_columns(enum sys_collection which, u32 *nr)
{
	if (!lists[which].nr)
		make_columns(which);
	*nr = lists[which].nr;
	return lists[which].columns;
}

int sys_column_find(enum sys_collection which, const char *key)
{
	u32 nr;
	const struct sys_column *columns = sys_columns(which, &nr);

	for (u32 i = 0; i < nr; i++) {
		if (!strcmp(columns[i].key, key))
			return (int)i;
	}
	return -1;
}

/* --- words --- */

const char *sys_unit_name(enum sim_unit unit)
{
	static const char *const names[] = {
		[SIM_UNIT_COUNT] = "count",
		[SIM_UNIT_BOOL] = "switch",
		[SIM_UNIT_BYTES] = "size",
		[SIM_UNIT_PS] = "time",
		[SIM_UNIT_CYCLES] = "cycles",
		[SIM_UNIT_HZ] = "frequency",
		[SIM_UNIT_BITS] = "bits",
		[SIM_UNIT_BYTES_PER_S] = "rate",
		[SIM_UNIT_ADDRESS] = "address",
		[SIM_UNIT_MILLI] = "ratio",
		[SIM_UNIT_COST] = "time or distribution",
	};

	return names[unit];
}

const char *sys_sum_name(enum sim_stat_sum sum)
{
	static const char *const names[] = {
		[SIM_STAT_SUM] = "sum",
		[SIM_STAT_MAX] = "highest",
		[SIM_STAT_MIN] = "lowest",
		[SIM_STAT_SAME] = "the same in all",
		[SIM_STAT_DERIVED] = "computed anew",
		[SIM_STAT_PART] = "sum, part of a whole",
	};

	return names[sum];
}
