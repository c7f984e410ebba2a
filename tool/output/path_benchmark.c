// SPDX-License-Identifier: GPL-2.0-only
/* The path of what a benchmark's threads do again and again. */
#include <string.h>

#include "system/benchmark/benchmark.h"
#include "system/result/percentile.h"
#include "tool/common/human.h"
#include "tool/output/path.h"

#define OF(resource) (1u << SYS_RESOURCE_##resource)

static const struct place {
	enum sys_benchmark_kind kind;
	const char *title, *text;
	const char *number; /* a row of SYS_BENCHMARK_STATS; NULL: none */
	const char *stage;  /* of the locks that are waited for here; NULL: none are */
	const char *queue;  /* how its kind begins, of an SMMUv3, and of VT-d; NULL: none */
	const char *vtd_queue;
	u32 limits; /* that are marked here: OF() */
	bool is_hardware;
} places[] = {
	{.kind = SYS_BENCHMARK_MAP_UNMAP,
	 .title = "Threads",
	 .text = "each maps pages for a device and unmaps them one by one",
	 .number = "map_unmap_per_s_per_cpu",
	 .limits = OF(CPUS)},
	{.kind = SYS_BENCHMARK_MAP_UNMAP,
	 .title = "IOMMU's tables",
	 .text = "entries are written, and cleared",
	 .stage = "mapped"},
	{.kind = SYS_BENCHMARK_MAP_UNMAP,
	 .title = "Room in the queue",
	 .text = "each unmap inserts an invalidation",
	 .number = "cmpxchg_attempts_per_success",
	 .stage = "answered"},
	{.kind = SYS_BENCHMARK_MAP_UNMAP,
	 .title = "Commands",
	 .text = "the thread waits until the IOMMU has forgotten the page",
	 .queue = "command queue",
	 .vtd_queue = "invalidation queue",
	 .limits = OF(COMMANDS) | OF(QUEUE),
	 .is_hardware = true},

	{.kind = SYS_BENCHMARK_IOMMU_MAP,
	 .title = "iommu_map()",
	 .text = "of a run of pages",
	 .number = "iommu_map_ns",
	 .stage = "mapped",
	 .limits = OF(CPUS)},
	{.kind = SYS_BENCHMARK_IOMMU_MAP,
	 .title = "iommu_unmap()",
	 .text = "of the same run",
	 .number = "iommu_unmap_ns"},
	{.kind = SYS_BENCHMARK_IOMMU_MAP,
	 .title = "Invalidation",
	 .text = "not in the time of either",
	 .stage = "answered",
	 .queue = "command queue",
	 .vtd_queue = "invalidation queue",
	 .limits = OF(COMMANDS) | OF(QUEUE),
	 .is_hardware = true},

	{.kind = SYS_BENCHMARK_VFIO_MAP,
	 .title = "Thread",
	 .text = "makes the process's memory a container's, a run of pages at a time",
	 .number = "seconds",
	 .stage = "locked",
	 .limits = OF(CPUS)},
	{.kind = SYS_BENCHMARK_VFIO_MAP,
	 .title = "Pages",
	 .text = "are brought in and zeroed, where they are not there, and pinned",
	 .number = "pinned_page_ns",
	 .stage = "pinned"},
	{.kind = SYS_BENCHMARK_VFIO_MAP,
	 .title = "IOMMU's tables",
	 .text = "iommu_map() of what lies side by side",
	 .stage = "mapped"},

	{.kind = SYS_BENCHMARK_PINNING,
	 .title = "Threads",
	 .text = "each pins its part of a guest's memory",
	 .number = "seconds",
	 .limits = OF(CPUS)},
	{.kind = SYS_BENCHMARK_PINNING,
	 .title = "mmap_lock",
	 .text = "read for pages, written for the account of what is locked",
	 .stage = "pinned"},
	{.kind = SYS_BENCHMARK_PINNING,
	 .title = "Pages",
	 .text = "are brought in, zeroed and looked up: benchmark.page each"},

	{.kind = SYS_BENCHMARK_WORKQUEUE,
	 .title = "Threads",
	 .text = "each queues one work, waits for it, and queues the next",
	 .number = "queue_work_ns",
	 .limits = OF(CPUS)},
	{.kind = SYS_BENCHMARK_WORKQUEUE,
	 .title = "Pool",
	 .text = "works wait there for a worker",
	 .stage = "handled"},
	{.kind = SYS_BENCHMARK_WORKQUEUE,
	 .title = "Workers",
	 .text = "run the work, which wakes its thread",
	 .number = "items_per_s"},

	{.kind = SYS_BENCHMARK_CYCLIC,
	 .title = "Thread",
	 .text = "sleeps for benchmark.interval at a time",
	 .limits = OF(CPUS)},
	{.kind = SYS_BENCHMARK_CYCLIC,
	 .title = "Timer's interrupt",
	 .text = "comes when the time is over, and wakes the thread",
	 .is_hardware = true},
	{.kind = SYS_BENCHMARK_CYCLIC,
	 .title = "Scheduler",
	 .text = "the CPU leaves idle, or its load makes room"},
	{.kind = SYS_BENCHMARK_CYCLIC,
	 .title = "Thread runs",
	 .text = "so much later than it was to",
	 .number = "wake_latency_ns"},
};

#define NR_PLACES (sizeof(places) / sizeof(places[0]))

static const char *const doings[SYS_NR_BENCHMARKS] = {
	[SYS_BENCHMARK_MAP_UNMAP] = "A page is mapped and unmapped",
	[SYS_BENCHMARK_IOMMU_MAP] = "A run of pages is mapped and unmapped",
	[SYS_BENCHMARK_VFIO_MAP] = "A run of pages becomes a container's",
	[SYS_BENCHMARK_PINNING] = "A run of pages is pinned",
	[SYS_BENCHMARK_WORKQUEUE] = "A work is queued and runs",
	[SYS_BENCHMARK_CYCLIC] = "A thread sleeps and wakes",
};

static void say_times(struct path_box *box, const struct sim_hist *hist)
{
	char mean[HUMAN_BYTES], p99[HUMAN_BYTES];

	path_say(box, "mean %s, p99 %s", human_time(mean, sim_hist_mean(hist)),
		 human_time(p99, sys_percentile(hist, 99000)));
}

static void say_number(struct path_box *box, const struct path_run *run, const char *key)
{
	const struct sys_values values = {&sys_benchmark_stat_table, run->result->benchmark};
	char text[HUMAN_BYTES];

	for (u32 i = 0; i < values.table->nr_rows; i++) {
		const struct sim_stat *row = &values.table->rows[i];
		u64 value;

		if (strcmp(row->key, key) != 0)
			continue;
		value = (u64)sys_value(&values, row, 0);
		if (row->kind != SIM_STAT_NUMBERS)
			say_times(box, *(struct sim_hist *const *)((const char *)values.values +
								   row->offset));
		else if (row->unit == SIM_UNIT_PS)
			path_say(box, "%s: %s", row->key, human_time(text, value));
		else if (row->unit == SIM_UNIT_MILLI)
			path_say(box, "%s: %llu.%03llu", row->key, value / 1000, value % 1000);
		else
			path_say(box, "%s: %llu", row->key, value);
	}
}

static void add_place(struct path *path, const struct path_run *run, const struct place *place)
{
	struct path_box *box = path_add(path, place->title);
	bool is_vtd = run->config->iommu == SYS_IOMMU_VTD;

	box->is_hardware = place->is_hardware;
	if (path->nr == 1 && sys_benchmark_threads(run->config) > 1)
		path_say(box, "%u of them, a CPU each", sys_benchmark_threads(run->config));
	path_say(box, "%s", place->text);
	if (place->number)
		say_number(box, run, place->number);
	if (place->queue)
		path_say_queue(box, run, is_vtd ? place->vtd_queue : place->queue);
	if (place->stage)
		path_say_locks(box, run, place->stage);
}

void path_of_benchmark(struct path *path, const struct path_run *run)
{
	for (size_t i = 0; i < NR_PLACES; i++) {
		if (places[i].kind == run->config->benchmark_kind)
			add_place(path, run, &places[i]);
	}
	path->rows[0] = doings[run->config->benchmark_kind];
	path->caption = "What the benchmark does again and again, and where it waits.";
}

/* Its own place, or that of its lock; else the first one. */
u32 path_limit_of_benchmark(const struct path_run *run, const struct sys_limit *limit)
{
	bool is_lock = limit->resource == SYS_RESOURCE_LOCK || limit->resource == SYS_RESOURCE_LINE;
	char stage[32];
	u32 number = 0;

	path_lock_stage(run, limit->name, stage);
	for (size_t i = 0; i < NR_PLACES; i++) {
		const struct place *place = &places[i];

		if (place->kind != run->config->benchmark_kind)
			continue;
		if (place->limits & (1u << limit->resource))
			return number;
		if (is_lock && place->stage && !strcmp(place->stage, stage))
			return number;
		number++;
	}
	return 0;
}
