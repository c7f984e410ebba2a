/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Parameter tables. A component states each of its numbers once, as one row of
 * an X-macro: the row makes the field of the struct, the default, the range
 * check, the YAML key and the line of the reference page.
 *
 *	#define FOO_PARAMS(X)                                             \
 *		X(walk_slots, "walk_slots", COUNT, 16, 1, 256,            \
 *		  "page table walks in flight", "gem5 24.0 SMMUv3.py")
 *
 *	struct foo_params { FOO_PARAMS(SIM_PARAM_FIELD) };
 *	const struct sim_param foo_param_table[] = {
 *		FOO_PARAMS(SIM_PARAM_ROW(struct foo_params))  -- see below
 *	};
 *
 * Every value is a __u64. Field names end in their unit; keys do not, because a
 * YAML value carries its own (`250ns`, `64KiB`). A field of unit COST is read by
 * sim_cost_ps() each time that it is paid.
 */
#ifndef SIM_PARAM_H
#define SIM_PARAM_H

#include "sim/types.h"

enum sim_unit {
	SIM_UNIT_COUNT,
	SIM_UNIT_BOOL,
	SIM_UNIT_BYTES,
	SIM_UNIT_PS, /* a duration, kept in picoseconds */
	SIM_UNIT_CYCLES,
	SIM_UNIT_HZ,
	SIM_UNIT_BYTES_PER_S,
	SIM_UNIT_BITS,
	SIM_UNIT_ADDRESS,
	SIM_UNIT_MILLI, /* a ratio, in thousandths; of results only */
	SIM_UNIT_COST,	/* a duration, or a distribution of it: sim/dist.h */
};

/* A default of SIM_PARAM_REQUIRED means: the platform file must say it. */
#define SIM_PARAM_REQUIRED (~0ULL)

struct sim_param {
	const char *key; /* YAML key within its section */
	size_t offset;	 /* of the __u64 in its struct */
	enum sim_unit unit;
	__u64 def;
	__u64 min, max; /* inclusive */
	const char *help;
	const char *source; /* where the default comes from, "" if a choice */
};

#define SIM_PARAM_FIELD(field, key, unit, def, min, max, help, source) __u64 field;

/** sim_params_default() - each field of @params that @table has a row of becomes its default */
static inline void sim_params_default(void *params, const struct sim_param *table, size_t count)
{
	for (size_t i = 0; i < count; i++)
		*(__u64 *)((char *)params + table[i].offset) = table[i].def;
}

/* A row for the __u64 at @offset_ of its struct. */
#define SIM_PARAM_ROW_AT(offset_, key_, unit_, def_, min_, max_, help_, source_)                   \
	{                                                                                          \
		.key = key_,                                                                       \
		.offset = offset_,                                                                 \
		.unit = SIM_UNIT_##unit_,                                                          \
		.def = def_,                                                                       \
		.min = min_,                                                                       \
		.max = max_,                                                                       \
		.help = help_,                                                                     \
		.source = source_,                                                                 \
	},

/* Use: #define ROW(...) SIM_PARAM_ROW(struct foo_params, __VA_ARGS__) */
#define SIM_PARAM_ROW(type, field, ...) SIM_PARAM_ROW_AT(offsetof(type, field), __VA_ARGS__)

#endif
