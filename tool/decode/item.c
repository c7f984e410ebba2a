// SPDX-License-Identifier: GPL-2.0-only
/* What a line means, as text and as JSON: see item.h. */
#include "tool/decode/item.h"

#include <stdarg.h>
#include <string.h>

#define LINE_COLUMNS 100

void decode_add(struct decode_item *item, const char *name, u64 value, const char *meaning)
{
	struct decode_value *at = &item->fields[item->nr_fields];

	if (item->nr_fields == DECODE_MAX_FIELDS)
		return;
	item->nr_fields++;
	at->name = name;
	at->value = value;
	snprintf(at->meaning, sizeof(at->meaning), "%s", meaning ? meaning : "");
}

static const char *meaning_of(const struct decode_field *field, u64 value)
{
	if (!field->values)
		return NULL;
	for (u64 i = 0; field->values[i]; i++) {
		if (i == value)
			return field->values[i];
	}
	return "reserved";
}

void decode_fields(struct decode_item *item, const struct decode_field *fields, u32 nr)
{
	for (u32 i = 0; i < nr; i++) {
		u64 value = item->words[fields[i].word] & fields[i].mask;

		if (!fields[i].is_address)
			value >>= __builtin_ctzll(fields[i].mask);
		decode_add(item, fields[i].name, value, meaning_of(&fields[i], value));
	}
}

void decode_note(struct decode_item *item, const char *format, ...)
{
	size_t used = strlen(item->note);
	va_list args;

	if (used && used + 2 < sizeof(item->note)) {
		memcpy(item->note + used, "; ", 3);
		used += 2;
	}
	va_start(args, format);
	vsnprintf(item->note + used, sizeof(item->note) - used, format, args);
	va_end(args);
}

/* Small numbers as they are read aloud. */
static void value_text(char text[128], const struct decode_value *field)
{
	char number[24];

	snprintf(number, sizeof(number), field->value < 10 ? "%llu" : "0x%llx", field->value);
	if (field->meaning[0])
		snprintf(text, 128, "%s %s (%s)", field->name, number, field->meaning);
	else
		snprintf(text, 128, "%s %s", field->name, number);
}

static void print_fields(FILE *out, const struct decode_item *item)
{
	int column = 0;

	for (u32 i = 0; i < item->nr_fields; i++) {
		char text[128];
		int length;

		if (!item->fields[i].value && !item->fields[i].meaning[0])
			continue;
		value_text(text, &item->fields[i]);
		length = (int)strlen(text);
		if (column && column + 2 + length > LINE_COLUMNS) {
			fputs(",\n", out);
			column = 0;
		}
		column += fprintf(out, "%s%s", column ? ", " : "    ", text);
	}
	if (column)
		fputc('\n', out);
}

void decode_print(FILE *out, const char *file, const struct decode_item *item)
{
	fprintf(out, "%s:%llu: %s %s", file, item->line, item->unit, item->kind);
	if (item->name[0])
		fprintf(out, ", %s", item->name);
	if (item->section[0])
		fprintf(out, " (%s)", item->section);
	if (item->source[0])
		fprintf(out, ", of %s", item->source);
	fputc('\n', out);
	print_fields(out, item);
	for (u32 i = 0; i < 2; i++) {
		if (item->prints[i][0])
			fprintf(out, "    prints: %s\n", item->prints[i]);
	}
	if (item->note[0])
		fprintf(out, "    note: %s\n", item->note);
	if (item->linux_does)
		fprintf(out, "    Linux: %s\n", item->linux_does);
	if (item->model)
		fprintf(out, "    model: %s\n", item->model);
}

static void write_text(struct json_writer *json, const char *key, const char *text)
{
	if (text && text[0])
		jw_string(json, key, text);
}

static void write_fields(struct json_writer *json, const struct decode_item *item)
{
	jw_open_object(json, "fields");
	for (u32 i = 0; i < item->nr_fields; i++) {
		char text[24];

		snprintf(text, sizeof(text), "0x%llx", item->fields[i].value);
		jw_string(json, item->fields[i].name, text);
	}
	jw_close_object(json);
	jw_open_object(json, "meanings");
	for (u32 i = 0; i < item->nr_fields; i++)
		write_text(json, item->fields[i].name, item->fields[i].meaning);
	jw_close_object(json);
}

void decode_write(struct json_writer *json, const struct decode_item *item)
{
	jw_open_object(json, NULL);
	jw_u64(json, "line", item->line);
	jw_string(json, "unit", item->unit);
	jw_string(json, "kind", item->kind);
	write_text(json, "name", item->name);
	write_text(json, "section", item->section);
	write_text(json, "source", item->source);
	if (item->nr_words) {
		jw_open_array(json, "words");
		for (u32 i = 0; i < item->nr_words; i++)
			jw_hex(json, NULL, item->words[i]);
		jw_close_array(json);
	}
	write_fields(json, item);
	if (item->prints[0][0]) {
		jw_open_array(json, "prints");
		for (u32 i = 0; i < 2 && item->prints[i][0]; i++)
			jw_string(json, NULL, item->prints[i]);
		jw_close_array(json);
	}
	write_text(json, "note", item->note);
	write_text(json, "linux", item->linux_does);
	write_text(json, "model", item->model);
	jw_close_object(json);
}
