// SPDX-License-Identifier: GPL-2.0-only
/* iopfsim list results: every number of a run, from the tables that the result is written by. */
#include <stdio.h>
#include <string.h>

#include "system/result/rows.h"
#include "tool/verb/results.h"

/* Where it stands in result.json: "devices[].accesses", "queues.*.pushed". */
static void path_of(char path[128], const struct sys_collection_info *info,
		    const struct sim_stat *row)
{
	const char *between = !info->key[0] ? "" : info->has_names ? ".*." : "[].";

	snprintf(path, 128, "%s%s%s", info->key, between, row->key);
}

/* What is said of a distribution, in one line. */
static void say_times(char *text, size_t bytes, enum sim_stat_kind kind)
{
	const struct sys_times_key *key;
	size_t used = 0;

	text[0] = 0;
	for (u32 i = 0; (key = sys_times_key(kind, i)) && used < bytes; i++)
		used += (size_t)snprintf(text + used, bytes - used, "%s%s", i ? ", " : "",
					 key->key);
}

static void print_row(const char *path, const struct sim_stat *row)
{
	char times[128];

	if (row->kind != SIM_STAT_NUMBERS) {
		say_times(times, sizeof(times), row->kind);
		printf("%s  (times: %s; %s)\n    %s\n\n", path, times, sys_sum_name(row->sum),
		       row->help);
		return;
	}
	printf("%s  (%s", path, sys_unit_name(row->unit));
	if (row->is_array)
		printf(" x %u", row->nr);
	printf("; %s)\n    %s\n\n", sys_sum_name(row->sum), row->help);
}

static void write_row(struct json_writer *json, const char *path, const struct sim_stat *row)
{
	const struct sys_times_key *key;

	jw_open_object(json, NULL);
	jw_string(json, "key", path);
	jw_string(json, "unit", sys_unit_name(row->unit));
	jw_string(json, "adds", sys_sum_name(row->sum));
	jw_string(json, "help", row->help);
	if (row->is_array)
		jw_u64(json, "values", row->nr);
	if (row->kind != SIM_STAT_NUMBERS) {
		jw_open_object(json, "times");
		for (u32 i = 0; (key = sys_times_key(row->kind, i)); i++)
			jw_string(json, key->key, key->help);
		jw_close_object(json);
	}
	jw_close_object(json);
}

/* Did an earlier table of the collection have the key? What all IOMMUs count is in each table. */
static bool is_repeated(const struct sys_collection_info *info, const struct sim_stat *row)
{
	for (u32 i = 0; info->tables[i]; i++) {
		for (u32 j = 0; j < info->tables[i]->nr_rows; j++) {
			if (&info->tables[i]->rows[j] == row)
				return false;
			if (!strcmp(info->tables[i]->rows[j].key, row->key))
				return true;
		}
	}
	return false;
}

static u32 list_table(struct json_writer *json, const char *name,
		      const struct sys_collection_info *info, const struct sim_stat_table *table)
{
	u32 nr = 0;

	for (u32 i = 0; i < table->nr_rows; i++) {
		char path[128];

		path_of(path, info, &table->rows[i]);
		if (is_repeated(info, &table->rows[i]) ||
		    (name && strncmp(path, name, strlen(name)) != 0))
			continue;
		nr++;
		if (json)
			write_row(json, path, &table->rows[i]);
		else
			print_row(path, &table->rows[i]);
	}
	return nr;
}

u32 list_results(struct json_writer *json, const char *name)
{
	u32 nr = 0;

	for (u32 which = 0; which < SYS_NR_COLLECTIONS; which++) {
		const struct sys_collection_info *info = &sys_collections[which];

		for (u32 i = 0; info->tables[i]; i++)
			nr += list_table(json, name, info, info->tables[i]);
	}
	return nr;
}
