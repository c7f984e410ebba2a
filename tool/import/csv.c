// SPDX-License-Identifier: GPL-2.0-only
/* Any CSV, by what its columns are called: --columns, or its first line. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tool/import/internal.h"

#define FIELD_BYTES 160

enum column {
	COLUMN_NONE,
	COLUMN_TIME_PS,
	COLUMN_TIME_NS,
	COLUMN_TIME_US,
	COLUMN_TIME_MS,
	COLUMN_TIME_S,
	COLUMN_OP,
	COLUMN_DEVICE,
	COLUMN_ADDRESS,
	COLUMN_BYTES,
	COLUMN_SECTOR,
	COLUMN_SECTORS,
	COLUMN_PASID,
	COLUMN_PROCESS,
	COLUMN_GROUP,
	COLUMN_FLAGS,
	NR_COLUMNS
};

static const char *const names[NR_COLUMNS] = {
	"-",	   "time_ps", "time_ns", "time_us", "time_ms", "time_s",  "op",	   "device",
	"address", "bytes",   "sector",	 "sectors", "pasid",   "process", "group", "flags"};

static const char list[] = "time_ps, _ns, _us, _ms or _s, op, device, address, bytes, sector, "
			   "sectors, pasid, process, group, flags, or -";

/* One field, without quotes. Return: what follows its comma; NULL: it was the last. */
static const char *field_next(const char *text, char field[FIELD_BYTES])
{
	bool is_quoted = *text == '"';
	size_t length = 0;

	text += is_quoted;
	while (*text && (is_quoted || *text != ',')) {
		if (is_quoted && *text == '"') {
			text++;
			if (*text != '"') {
				is_quoted = false;
				continue;
			}
		}
		if (length + 1 < FIELD_BYTES)
			field[length++] = *text;
		text++;
	}
	while (length && field[length - 1] == ' ')
		length--;
	field[length] = 0;
	return *text ? text + 1 : NULL;
}

static u32 column_of(const char *field)
{
	field += strspn(field, " ");
	for (u32 i = 0; i < NR_COLUMNS; i++) {
		if (!strcasecmp(field, names[i]))
			return i;
	}
	return NR_COLUMNS;
}

/* Return: how many columns; 0: not all of them are known, or none has an address or sector. */
static u32 columns_parse(const char *text, u32 *columns, char unknown[FIELD_BYTES])
{
	bool has_place = false;
	u32 nr = 0;

	unknown[0] = 0;
	while (text && nr < IMPORT_MAX_COLUMNS) {
		char field[FIELD_BYTES];

		text = field_next(text, field);
		columns[nr] = column_of(field);
		if (columns[nr] == NR_COLUMNS) {
			snprintf(unknown, FIELD_BYTES, "%s", field);
			return 0;
		}
		has_place |= columns[nr] == COLUMN_ADDRESS || columns[nr] == COLUMN_SECTOR;
		nr++;
	}
	return has_place && !text ? nr : 0;
}

/* --- a line --- */

struct row {
	struct import_time time;
	struct trace_event event;
	u64 sectors;
	bool has_bytes, has_op;
};

static const struct {
	const char *word;
	u8 kind, flags;
} ops[] = {
	{"read", TRACE_ACCESS, 0},
	{"r", TRACE_ACCESS, 0},
	{"write", TRACE_ACCESS, TRACE_WRITE},
	{"w", TRACE_ACCESS, TRACE_WRITE},
	{"0", TRACE_ACCESS, 0},
	{"1", TRACE_ACCESS, TRACE_WRITE},
};

static bool set_op(struct row *row, const char *field)
{
	for (u32 i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		if (strcasecmp(field, ops[i].word))
			continue;
		row->event.kind = ops[i].kind;
		row->event.flags |= ops[i].flags;
		return true;
	}
	for (u32 i = 0; i < TRACE_NR_KINDS; i++) {
		if (strcasecmp(field, trace_kind_name(i)))
			continue;
		row->event.kind = (u8)i;
		return true;
	}
	return false;
}

static bool set_flags(struct row *row, const char *field)
{
	static const struct {
		const char *word;
		u8 flag;
	} flags[] = {{"read", 0},
		     {"write", TRACE_WRITE},
		     {"execute", TRACE_EXECUTE},
		     {"privileged", TRACE_PRIVILEGED},
		     {"last", TRACE_LAST}};
	size_t length;

	for (field += strspn(field, " -"); *field; field += length, field += strspn(field, " ")) {
		u32 i = 0;

		length = strcspn(field, " ");
		while (i < 5 && (strncmp(field, flags[i].word, length) || flags[i].word[length]))
			i++;
		if (i == 5)
			return false;
		row->event.flags |= i || row->event.kind != TRACE_MAP ? flags[i].flag : TRACE_READ;
	}
	return true;
}

static bool whole_u64(const char *field, u64 *value)
{
	int base = !strncasecmp(field, "0x", 2) ? 16 : 10;
	const char *end = import_u64(field, base, value);

	return end && !*end;
}

/* @lg10: the unit is 10^-lg10 s; a fraction may follow. */
static bool set_time(struct row *row, const char *field, u32 lg10)
{
	u64 per_s = 1, ps_each = 1000000000000ULL, value;
	const char *end = import_u64(field, 10, &value);

	for (u32 i = 0; i < lg10; i++) {
		per_s *= 10;
		ps_each /= 10;
	}
	if (!end)
		return false;
	row->time = (struct import_time){true, value / per_s, value % per_s * ps_each};
	if (*end == '.') {
		for (end++; *end >= '0' && *end <= '9'; end++) {
			ps_each /= 10;
			row->time.ps += (u64)(*end - '0') * ps_each;
		}
	}
	return !*end;
}

static bool set_number(u32 *number, const char *field, u64 max)
{
	u64 value;

	if (!whole_u64(field, &value) || value > max)
		return false;
	*number = (u32)value;
	return true;
}

static bool set_pasid(struct row *row, const char *field)
{
	if (!strcmp(field, "bound") || !field[0])
		row->event.pasid = TRACE_PASID_BOUND;
	else if (!strcmp(field, "-"))
		row->event.pasid = TRACE_PASID_NONE;
	else
		return set_number(&row->event.pasid, field, TRACE_MAX_PASID);
	return true;
}

static bool set_group(struct row *row, const char *field)
{
	u32 group;

	if (!strcmp(field, "-") || !field[0])
		return true;
	if (!set_number(&group, field, TRACE_MAX_GROUP))
		return false;
	row->event.group = (u16)group;
	row->event.flags |= TRACE_HAS_GROUP;
	return true;
}

static bool set_place(struct import *import, struct row *row, u32 column, const char *field)
{
	u64 value;

	if (!whole_u64(field, &value))
		return false;
	switch (column) {
	case COLUMN_ADDRESS:
		row->event.address = value;
		return true;
	case COLUMN_BYTES:
		row->event.bytes = value;
		row->has_bytes = true;
		return true;
	case COLUMN_SECTOR:
		return !__builtin_mul_overflow(value, import->policy->sector_bytes, &value) &&
		       !__builtin_add_overflow(value, import->policy->base, &row->event.address);
	default:
		row->has_bytes = true;
		return !__builtin_mul_overflow(value, import->policy->sector_bytes,
					       &row->event.bytes);
	}
}

static bool set(struct import *import, struct row *row, u32 column, const char *field)
{
	switch (column) {
	case COLUMN_NONE:
		return true;
	case COLUMN_TIME_PS:
		return set_time(row, field, 12);
	case COLUMN_TIME_NS:
		return set_time(row, field, 9);
	case COLUMN_TIME_US:
		return set_time(row, field, 6);
	case COLUMN_TIME_MS:
		return set_time(row, field, 3);
	case COLUMN_TIME_S:
		return set_time(row, field, 0);
	case COLUMN_OP:
		return set_op(row, field);
	case COLUMN_DEVICE:
		row->event.device = strcmp(field, "all")
					    ? import_device(import, field[0] ? field : "-")
					    : TRACE_DEVICE_ALL;
		return true;
	case COLUMN_PROCESS:
		if (field[0] && strcmp(field, "-") != 0)
			row->event.process = import_process(import, field);
		return true;
	case COLUMN_PASID:
		return set_pasid(row, field);
	case COLUMN_GROUP:
		return set_group(row, field);
	case COLUMN_FLAGS:
		return set_flags(row, field);
	default:
		return set_place(import, row, column, field);
	}
}

static enum import_line emit(struct import *import, struct row *row)
{
	struct trace_event *event = &row->event;
	bool has_range = event->kind <= TRACE_INVALIDATE;

	if (!has_range)
		event->address = event->bytes = 0;
	else if (!row->has_bytes)
		event->bytes = import->policy->length_bytes;
	if (has_range && !import_range(import, event->address, event->bytes))
		return IMPORT_WRONG;
	if (event->kind == TRACE_ACCESS && event->device == TRACE_DEVICE_ALL)
		event->device = import_default_device(import, "csv");
	if (event->kind == TRACE_MAP)
		event->flags &= TRACE_FLAGS_OF_MAP;
	if (event->kind == TRACE_MAP && !(event->flags & (TRACE_READ | TRACE_WRITE)))
		event->flags |= TRACE_READ | TRACE_WRITE;
	if (event->kind != TRACE_ACCESS && event->kind != TRACE_MAP)
		event->flags = 0;
	if (event->kind != TRACE_ACCESS)
		event->group = 0;
	import_emit(import, row->time, *event);
	return IMPORT_USED;
}

static enum import_line csv_columns(struct import *import, const char *text)
{
	const char *given = import->policy->columns;
	char unknown[FIELD_BYTES];

	import->nr_columns = columns_parse(given ? given : text, import->column_of, unknown);
	if (import->nr_columns)
		return given ? IMPORT_USED : IMPORT_PASSED;
	if (given && unknown[0])
		return import_wrong(import, "--columns has '%.60s', expected %s", unknown, list);
	return import_wrong(import, "%s has no address and no sector, expected %s",
			    given ? "--columns" : "the first line", list);
}

static enum import_line csv_line(struct import *import, const char *text)
{
	struct row row = {.event = import_event(TRACE_ACCESS)};
	char field[FIELD_BYTES];

	if (!import->nr_columns) {
		enum import_line head = csv_columns(import, text);

		if (head != IMPORT_USED)
			return head;
	}
	if (text[0] == '#' || !text[0])
		return IMPORT_PASSED;
	for (u32 i = 0; i < import->nr_columns; i++) {
		if (!text)
			return import_wrong(import, "%u columns, expected %u", i,
					    import->nr_columns);
		text = field_next(text, field);
		if (!set(import, &row, import->column_of[i], field + strspn(field, " ")))
			return import_wrong(import, "column %u, %s, is '%.60s'", i + 1,
					    names[import->column_of[i]], field);
	}
	if (text)
		return import_wrong(import, "more than %u columns", import->nr_columns);
	return emit(import, &row);
}

static bool csv_is_line(const char *text)
{
	u32 columns[IMPORT_MAX_COLUMNS];
	char unknown[FIELD_BYTES];

	return strchr(text, ',') && columns_parse(text, columns, unknown) > 1;
}

const struct import_format import_csv = {
	.name = "csv",
	.about = "CSV whose columns are named (--columns)",
	.is_line = csv_is_line,
	.line = csv_line,
};
