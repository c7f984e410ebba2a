/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Statistics tables, the twin of parameter tables (sim/param.h): a component states each number
 *that it counts once, as one row of an X-macro. The row makes the field of the struct, the key in
 * result.json, the unit, how it adds over units and devices, and the line of the reference page.
 *
 *	#define FOO_STATS(X, A)                                                      \
 *		X(hits, "foo.hits", COUNT, SUM, "lookups that found something")      \
 *		A(by_level, 5, "foo.by_level", COUNT, SUM, "fetches, by level")
 *
 *	struct foo_stats { FOO_STATS(SIM_STAT_FIELD, SIM_STAT_ARRAY) };
 *
 *	#define ROW(...) SIM_STAT_ROW(struct foo_stats, __VA_ARGS__)
 *	#define ROWS(...) SIM_STAT_ARRAY_ROW(struct foo_stats, __VA_ARGS__)
 *	static const struct sim_stat rows[] = {FOO_STATS(ROW, ROWS)};
 *	const struct sim_stat_table foo_stat_table = SIM_STAT_TABLE(struct foo_stats, rows);
 *
 * Every value is a u64, or a distribution: a pointer to a histogram of picoseconds. A key is where
 *the value stands in result.json, a dot for each object; keys of times end in _ns, which is how
 *they are written.
 */
#ifndef SIM_STAT_H
#define SIM_STAT_H

#include "sim/param.h"

/* How the values of several units, devices or runs become one. */
enum sim_stat_sum {
	SIM_STAT_SUM,
	SIM_STAT_MAX,
	SIM_STAT_MIN,	  /* 0: there is none */
	SIM_STAT_SAME,	  /* a property, not a count */
	SIM_STAT_DERIVED, /* computed anew from what was added */
	SIM_STAT_PART,	  /* SUM; with all its like in the table it makes up a whole */
};

enum sim_stat_kind {
	SIM_STAT_NUMBERS,    /* @nr u64 */
	SIM_STAT_TIMES,	     /* a struct sim_hist *, ps */
	SIM_STAT_LOCK_TIMES, /* the same, in the words of /proc/lock_stat */
};

struct sim_stat {
	const char *key;
	size_t offset; /* in its struct */
	__u32 nr;
	bool is_array;
	enum sim_stat_kind kind;
	enum sim_unit unit;
	enum sim_stat_sum sum;
	const char *help;
};

struct sim_stat_table {
	const struct sim_stat *rows;
	__u32 nr_rows;
	__u32 bytes; /* of the struct */
};

#define SIM_STAT_FIELD(field, key, unit, sum, help) __u64 field;
#define SIM_STAT_ARRAY(field, nr, key, unit, sum, help) __u64 field[nr];
#define SIM_STAT_HIST(field, kind, key, sum, help) struct sim_hist *field;

#define SIM_STAT_ROW(type, field, key_, unit_, sum_, help_)                                        \
	{                                                                                          \
		.key = key_,                                                                       \
		.offset = offsetof(type, field),                                                   \
		.nr = 1,                                                                           \
		.unit = SIM_UNIT_##unit_,                                                          \
		.sum = SIM_STAT_##sum_,                                                            \
		.help = help_,                                                                     \
	},

#define SIM_STAT_ARRAY_ROW(type, field, nr_, key_, unit_, sum_, help_)                             \
	{                                                                                          \
		.key = key_,                                                                       \
		.offset = offsetof(type, field),                                                   \
		.nr = nr_,                                                                         \
		.is_array = true,                                                                  \
		.unit = SIM_UNIT_##unit_,                                                          \
		.sum = SIM_STAT_##sum_,                                                            \
		.help = help_,                                                                     \
	},

#define SIM_STAT_HIST_ROW(type, field, kind_, key_, sum_, help_)                                   \
	{                                                                                          \
		.key = key_,                                                                       \
		.offset = offsetof(type, field),                                                   \
		.nr = 1,                                                                           \
		.kind = SIM_STAT_##kind_,                                                          \
		.unit = SIM_UNIT_PS,                                                               \
		.sum = SIM_STAT_##sum_,                                                            \
		.help = help_,                                                                     \
	},

#define SIM_STAT_TABLE(type, rows_)                                                                \
	{                                                                                          \
		.rows = rows_, .nr_rows = sizeof(rows_) / sizeof((rows_)[0]),                      \
		.bytes = sizeof(type),                                                             \
	}

/** sim_stat_add() - one more unit, device or run; @sum starts zeroed. Distributions stay apart. */
void sim_stat_add(const struct sim_stat_table *table, void *sum, const void *one);

/** sim_stat_since() - what was added since @start, where values are sums. */
void sim_stat_since(const struct sim_stat_table *table, void *values, const void *start);

/** sim_stat_reset() - count anew: zeroes, and empty histograms. */
void sim_stat_reset(const struct sim_stat_table *table, void *values);

#endif
