// SPDX-License-Identifier: GPL-2.0-only
/* What was measured, for people and for programs. */
#include "tool/here/here.h"

#include "tool/common/human.h"
#include "tool/common/json_writer.h"

struct row {
	char what[48];
	const struct host_spread *spread;
};

#define MAX_ROWS (5 + HOST_NR_LEVELS)

/* Return: how many there are. */
static u32 make_rows(struct row rows[MAX_ROWS], const struct here *here)
{
	u32 nr = 0;

	rows[nr++] = (struct row){"loop", &here->loop};
	rows[nr++] = (struct row){"line_hit", &here->hit};
	rows[nr++] = (struct row){"atomic", &here->atomic};
	rows[nr++] = (struct row){"memory", &here->memory};
	for (u32 level = 0; level < HOST_NR_LEVELS; level++) {
		if (!here->lines[level].nr)
			continue;
		snprintf(rows[nr].what, sizeof(rows[nr].what), "line, same %s",
			 here->is_regular ? host_level_names[level] : "machine");
		rows[nr++].spread = &here->lines[level];
	}
	rows[nr++] = (struct row){"fetch_add, 2 CPUs", &here->add};
	return nr;
}

void here_print(FILE *out, const struct here *here)
{
	const struct host_machine *machine = &here->machine;
	struct row rows[MAX_ROWS];
	struct table table;
	u32 nr = make_rows(rows, here);

	fprintf(out, "%s, %s, %u CPUs, bursts %s\n\n", machine->name, machine->model,
		machine->nr_cpus,
		machine->is_realtime ? "real-time" : "NOT real-time: not sure of anything");
	table_init(&table, 6);
	table.is_left[0] = table.is_left[5] = true;
	table_cell(&table, "ns");
	table_cell(&table, "median");
	table_cell(&table, "quartiles");
	table_cell(&table, "%s", "");
	table_cell(&table, "samples");
	table_cell(&table, "%s", "");
	for (u32 i = 0; i < nr; i++) {
		table_cell(&table, "%s", rows[i].what);
		table_cell(&table, "%.2f", rows[i].spread->median);
		table_cell(&table, "%.2f", rows[i].spread->low);
		table_cell(&table, "%.2f", rows[i].spread->high);
		table_cell(&table, "%u", rows[i].spread->nr);
		table_cell(&table, "%s", here_is_sure(here, rows[i].spread) ? "" : "not sure");
	}
	table_print(&table, out, "  ", 1);
	fprintf(out, "\n  retention fitted to fetch_add: %llu of 1000\n",
		here->retention_per_mille);
}

static void write_number(struct json_writer *json, const char *key, double value)
{
	char digits[32];

	snprintf(digits, sizeof(digits), "%.3f", value);
	jw_number(json, key, digits);
}

void here_write_json(FILE *out, const struct here *here)
{
	struct row rows[MAX_ROWS];
	struct json_writer json;
	u32 nr = make_rows(rows, here);

	jw_init(&json, out, 0);
	jw_open_object(&json, NULL);
	jw_string(&json, "machine", here->machine.name);
	jw_string(&json, "model", here->machine.model);
	jw_u64(&json, "cpus", here->machine.nr_cpus);
	jw_bool(&json, "is_realtime", here->machine.is_realtime);
	jw_open_array(&json, "measured");
	for (u32 i = 0; i < nr; i++) {
		jw_open_object(&json, NULL);
		jw_string(&json, "what", rows[i].what);
		write_number(&json, "median_ns", rows[i].spread->median);
		write_number(&json, "low_quartile_ns", rows[i].spread->low);
		write_number(&json, "high_quartile_ns", rows[i].spread->high);
		jw_u64(&json, "samples", rows[i].spread->nr);
		jw_bool(&json, "is_sure", here_is_sure(here, rows[i].spread));
		jw_close_object(&json);
	}
	jw_close_array(&json);
	jw_u64(&json, "line_retention_per_mille", here->retention_per_mille);
	jw_close_object(&json);
}
