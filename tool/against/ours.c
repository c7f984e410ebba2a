// SPDX-License-Identifier: GPL-2.0-only
/* The counters of a run in the shapes of real machines'. */
#include <errno.h>
#include <math.h>
#include <string.h>

#include "tool/against/against.h"
#include "tool/compare/number.h"

#define NS_PER_US 1000.0
#define NS_PER_S 1e9
#define PS_PER_NS 1000.0

static double number(const json_t *result, const char *path)
{
	double value;

	return compare_number_at(result, path, &value) ? value : NAN;
}

static int ours_dmar(const json_t *result, struct against_table *table)
{
	const json_t *latencies = compare_find(result, "driver_latency"), *one;
	const char *name;

	json_object_foreach((json_t *)latencies, name, one)
	{
		struct against_row *row = against_add(table, name);
		double count = number(one, "count");

		if (!row)
			return -ENOMEM;
		for (u32 i = 0; i < 7; i++) {
			char path[16];

			snprintf(path, sizeof(path), "buckets.%u", i);
			row->values[i] = number(one, path);
		}
		row->values[7] = number(one, "min_ns") / NS_PER_US;
		row->values[8] = number(one, "max_ns") / NS_PER_US;
		row->values[9] = count > 0 ? number(one, "sum_ns") / count / NS_PER_US : 0;
	}
	return 0;
}

static int ours_locks(const json_t *result, struct against_table *table)
{
	static const struct {
		const char *path;
		double unit;
	} columns[] = {
		{"con_bounces", 1},	      {"contentions", 1},
		{"wait_ns.min", NS_PER_US},   {"wait_ns.max", NS_PER_US},
		{"wait_ns.total", NS_PER_US}, {"wait_ns.avg", NS_PER_US},
		{"acq_bounces", 1},	      {"acquisitions", 1},
		{"hold_ns.min", NS_PER_US},   {"hold_ns.max", NS_PER_US},
		{"hold_ns.total", NS_PER_US}, {"hold_ns.avg", NS_PER_US},
	};
	const json_t *locks = compare_find(result, "locks"), *lock;
	size_t index;

	json_array_foreach((json_t *)locks, index, lock)
	{
		const char *name = json_string_value(json_object_get(lock, "name"));
		struct against_row *row = against_add(table, name ? name : "?");

		if (!row)
			return -ENOMEM;
		for (u32 i = 0; i < 12; i++)
			row->values[i] = number(lock, columns[i].path) / columns[i].unit;
	}
	return 0;
}

/* Which number of ours is theirs; several with + between add up. */
static const struct {
	enum against_kind kind;
	const char *theirs, *ours;
	double unit;
} counters[] = {
	{AGAINST_PMCG, "transaction", "tlb.hits+tlb.misses", 1},
	{AGAINST_PMCG, "tlb_miss", "tlb.misses", 1},
	{AGAINST_PMCG, "config_struct_access", "walker.config_fetches", 1},
	{AGAINST_PMCG, "trans_table_walk_access",
	 "walker.table_fetches.0+walker.table_fetches.1+walker.table_fetches.2+walker.table_fetches."
	 "3+walker.table_fetches.4",
	 1},
	{AGAINST_PMCG, "pcie_ats_trans_rq", "atc.translation_requests", 1},
	{AGAINST_GEM5, "translationTimeDist::mean", "translations.walks_ns.mean", 1 / PS_PER_NS},
	{AGAINST_RDMA, "page_faults", "faults.recorded", 1},
	{AGAINST_RDMA, "page_invalidations", "mm.munmaps+trace.invalidates", 1},
};

static double sum(const json_t *result, const char *paths)
{
	double total = 0;

	while (*paths) {
		size_t length = strcspn(paths, "+");
		char path[64];

		snprintf(path, sizeof(path), "%.*s", (int)length, paths);
		total += number(result, path);
		paths += length + (paths[length] == '+');
	}
	return total;
}

static int ours_counters(const json_t *result, const struct against_table *theirs,
			 struct against_table *table)
{
	double seconds = number(result, "simulated_time_ns") / NS_PER_S;

	for (u32 i = 0; i < sizeof(counters) / sizeof(counters[0]); i++) {
		struct against_row *row;

		if (counters[i].kind != table->kind ||
		    (theirs && !against_find(theirs, counters[i].theirs)))
			continue;
		row = against_add(table, counters[i].theirs);
		if (!row)
			return -ENOMEM;
		row->values[0] = sum(result, counters[i].ours) / counters[i].unit;
		if (table->kind == AGAINST_PMCG && seconds > 0)
			row->values[1] = row->values[0] / seconds;
	}
	return 0;
}

int against_ours(const json_t *result, enum against_kind kind, const struct against_table *theirs,
		 struct against_table *table)
{
	table->kind = kind;
	if (kind == AGAINST_DMAR)
		return ours_dmar(result, table);
	if (kind == AGAINST_LOCKS)
		return ours_locks(result, table);
	return ours_counters(result, theirs, table);
}
