/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Every number that a run has, known before one ran: the collections of a result, the tables of
 * rows that their members have, and the columns that the rows come to where a number is a column.
 */
#ifndef SYSTEM_RESULT_ROWS_H
#define SYSTEM_RESULT_ROWS_H

#include "sim/stat.h"

/* A table, and a struct with the values of its rows. */
struct sys_values {
	const struct sim_stat_table *table;
	const void *values;
};

enum sys_collection {
	SYS_TOTALS, /* one member: the run, with what its devices and IOMMUs add up to */
	SYS_LOCKS,
	SYS_QUEUES,
	SYS_LATENCIES,
	SYS_GROUPS,
	SYS_DEVICES,
	SYS_IOMMUS,
	SYS_CPUS,
	SYS_WAKEUPS,
	SYS_THREADS,
	SYS_NR_COLLECTIONS,
};

#define SYS_MAX_TABLES 14

struct sys_collection_info {
	const char *key;  /* "": of the run */
	const char *help; /* what a member is */
	bool has_names;	  /* members are known by name, not by number */
	const struct sim_stat_table *tables[SYS_MAX_TABLES + 1]; /* that a member may have */
};

extern const struct sys_collection_info sys_collections[SYS_NR_COLLECTIONS];

/* What is said of a distribution. */
enum sys_times_what {
	SYS_TIMES_COUNT,
	SYS_TIMES_MEAN, /* 1/1024 ns, see means.h */
	SYS_TIMES_MIN,
	SYS_TIMES_MAX,
	SYS_TIMES_TOTAL,
	SYS_TIMES_PERCENTILE,
	SYS_TIMES_EXACT,
};

struct sys_times_key {
	const char *key;
	enum sys_times_what what;
	u32 per_100k; /* of a percentile */
	bool is_in[SIM_STAT_LOCK_TIMES + 1];
	const char *help;
};

/** sys_times_key() - number @index of what is said of distributions of @kind; NULL past the last.
 */
const struct sys_times_key *sys_times_key(enum sim_stat_kind kind, u32 index);

/** sys_times_unit() - of such a number. */
enum sim_unit sys_times_unit(const struct sys_times_key *key);

/* A number with a name of its own: "walker.table_fetches.0", "faults.latency_ns.p99". */
struct sys_column {
	char key[64];
	const struct sim_stat *row;
	u32 sub; /* which of the row's */
	enum sim_unit unit;
	bool is_mean; /* in 1/1024 ns */
};

#define SYS_MAX_COLUMNS 1024

/** sys_columns() - of all tables of a collection, each key once. @nr: how many */
const struct sys_column *sys_columns(enum sys_collection which, u32 *nr);

/** sys_column_find() - by its key; -1: there is none. */
int sys_column_find(enum sys_collection which, const char *key);

/** sys_unit_name() - "time", as `iopfsim list` has it. */
const char *sys_unit_name(enum sim_unit unit);

/** sys_sum_name() - "sum", "highest", ... */
const char *sys_sum_name(enum sim_stat_sum sum);

#endif
