// SPDX-License-Identifier: GPL-2.0-only
/*
 * Members of a result as JSON: a dot in the key of a row is an object, whose rows may stand
 * anywhere in the tables of the member.
 */
#include <string.h>

#include "sim/sim.h"
#include "tool/output/output.h"

#define MAX_ROWS 256

struct entry {
	const struct sys_values *part;
	const struct sim_stat *row;
	bool is_written;
};

struct level {
	struct json_writer *json;
	struct entry *entries;
	u32 nr;
};

static void write_number(struct json_writer *json, const char *key, unsigned __int128 value,
			 enum sim_unit unit)
{
	if (value == SYS_UNKNOWN)
		jw_null(json, key);
	else if (unit == SIM_UNIT_PS)
		jw_ns(json, key, value);
	else if (unit == SIM_UNIT_BOOL)
		jw_bool(json, key, value != 0);
	else if (unit == SIM_UNIT_MILLI)
		jw_milli(json, key, value);
	else
		jw_u64(json, key, (u64)value);
}

static void write_times(struct json_writer *json, const struct entry *entry)
{
	const struct sim_stat *row = entry->row;
	const struct sys_times_key *key;

	for (u32 i = 0; (key = sys_times_key(row->kind, i)); i++) {
		unsigned __int128 value = sys_value(entry->part, row, i);

		if (key->what == SYS_TIMES_MEAN)
			jw_mean_ns(json, key->key, (u64)value);
		else
			write_number(json, key->key, value, sys_times_unit(key));
	}
}

static void write_entry(struct json_writer *json, const struct entry *entry, const char *key)
{
	const struct sim_stat *row = entry->row;

	if (row->kind != SIM_STAT_NUMBERS) {
		jw_open_object(json, key);
		write_times(json, entry);
		jw_close_object(json);
	} else if (row->is_array) {
		jw_open_array(json, key);
		for (u32 i = 0; i < row->nr; i++)
			write_number(json, NULL, sys_value(entry->part, row, i), row->unit);
		jw_close_array(json);
	} else {
		write_number(json, key, sys_value(entry->part, row, 0), row->unit);
	}
}

/* All whose keys begin with the first @length characters of @prefix, without these. */
static void write_level(struct level *level, const char *prefix, size_t length)
{
	for (u32 i = 0; i < level->nr; i++) {
		struct entry *entry = &level->entries[i];
		const char *key = entry->row->key, *dot;
		char name[64];

		if (entry->is_written || strncmp(key, prefix, length) != 0)
			continue;
		dot = strchr(key + length, '.');
		if (!dot) {
			write_entry(level->json, entry, key + length);
			entry->is_written = true;
			continue;
		}
		snprintf(name, sizeof(name), "%.*s", (int)(dot - key - (long)length), key + length);
		jw_open_object(level->json, name);
		write_level(level, key, (size_t)(dot + 1 - key));
		jw_close_object(level->json);
	}
}

void output_member(struct json_writer *json, const struct sys_member *member)
{
	struct entry entries[MAX_ROWS];
	struct level level = {json, entries, 0};

	for (u32 i = 0; i < member->nr_parts; i++) {
		for (u32 j = 0; j < member->parts[i].table->nr_rows; j++) {
			sim_assert(level.nr < MAX_ROWS);
			entries[level.nr++] = (struct entry){
				.part = &member->parts[i],
				.row = &member->parts[i].table->rows[j],
			};
		}
	}
	write_level(&level, "", 0);
}
