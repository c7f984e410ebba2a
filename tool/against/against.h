/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What counters of a real machine and of a run come to, in the same shape: rows with names,
 * columns as the file has them.
 */
#ifndef TOOL_AGAINST_AGAINST_H
#define TOOL_AGAINST_AGAINST_H

#include <jansson.h>
#include <stdio.h>

#include "sim/types.h"

#define AGAINST_MAX_COLUMNS 12
#define AGAINST_NAME_BYTES 96
#define AGAINST_MAX_ROWS 4096

enum against_kind {
	AGAINST_DMAR,  /* debugfs dmar_perf_latency */
	AGAINST_LOCKS, /* /proc/lock_stat, 0.3 and 0.4 */
	AGAINST_PMCG,  /* perf stat of SMMU PMU events */
	AGAINST_GEM5,  /* gem5's stats.txt of its SMMUv3 */
	AGAINST_RDMA,  /* rdma statistic of ODP */
	AGAINST_NR_KINDS
};

struct against_row {
	char name[AGAINST_NAME_BYTES];
	double values[AGAINST_MAX_COLUMNS]; /* NAN: not known */
};

struct against_table {
	enum against_kind kind;
	struct against_row *rows; /* heap */
	u32 nr_rows;
	double seconds; /* that the counters cover; 0: not known */
};

/** against_columns() - their names, NULL ends them. */
const char *const *against_columns(enum against_kind kind);

/** against_kind_name() - "dmar_perf_latency". */
const char *against_kind_name(enum against_kind kind);

/** against_add() - one more row, all unknown; NULL without memory, or if there are too many. */
struct against_row *against_add(struct against_table *table, const char *name);

/** against_find() - NULL: there is none. */
const struct against_row *against_find(const struct against_table *table, const char *name);

void against_free(struct against_table *table);

/**
 * against_read() - a file of a real machine, its kind by its content
 * Return: 0; -EINVAL: no kind fits, or it has nothing; -ENOMEM.
 */
int against_read(FILE *in, struct against_table *table);

/**
 * against_ours() - the same of a run
 * @result: result.json
 * @theirs: whose kind and rows; NULL: all that the run has of @kind
 * Return: 0, -ENOMEM.
 */
int against_ours(const json_t *result, enum against_kind kind, const struct against_table *theirs,
		 struct against_table *table);

/** against_export() - @table as Linux writes it; of AGAINST_DMAR and AGAINST_LOCKS. */
void against_export(FILE *out, const struct against_table *table);

/** against_print() - each row of theirs beside ours, with the ratio; returns rows that both have.
 */
u32 against_print(FILE *out, const struct against_table *theirs, const struct against_table *ours);

/** against_write() - the same as JSON. */
u32 against_write(FILE *out, const struct against_table *theirs, const struct against_table *ours);

#endif
