// SPDX-License-Identifier: GPL-2.0-only
/* Streaming JSON writer (RFC 8259), two spaces a level, one member a line. */
#include "tool/common/json_writer.h"

#include <string.h>

#include "sim/sim.h"

void jw_init(struct json_writer *json, FILE *out, u32 indent)
{
	*json = (struct json_writer){.out = out, .indent = indent};
}

static void new_line(struct json_writer *json)
{
	fprintf(json->out, "\n%*s", (int)(2 * (json->depth + json->indent)), "");
}

/* Length of the UTF-8 sequence at @at, 0 if there is none (RFC 3629). */
static size_t sequence_length(const unsigned char *at)
{
	static const unsigned char lowest[] = {0, 0, 0x80, 0xa0, 0x90};
	size_t length;

	if (at[0] < 0x80)
		return 1;
	length = at[0] >= 0xf0 ? 4 : at[0] >= 0xe0 ? 3 : 2;
	if (at[0] < 0xc2 || at[0] > 0xf4)
		return 0;
	for (size_t i = 1; i < length; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
	}
	/* over-long forms, surrogates, beyond U+10FFFF */
	if ((at[0] == 0xe0 || at[0] == 0xf0) && at[1] < lowest[length])
		return 0;
	if ((at[0] == 0xed && at[1] > 0x9f) || (at[0] == 0xf4 && at[1] > 0x8f))
		return 0;
	return length;
}

static void put_text(struct json_writer *json, const char *text)
{
	const unsigned char *at = (const unsigned char *)text;
	size_t length;

	fputc('"', json->out);
	for (; *at; at += length ? length : 1) {
		length = sequence_length(at);
		if (!length)
			fputs("\\ufffd", json->out);
		else if (*at == '"' || *at == '\\')
			fprintf(json->out, "\\%c", *at);
		else if (*at < 0x20)
			fprintf(json->out, "\\u%04x", *at);
		else
			fwrite(at, 1, length, json->out);
	}
	fputc('"', json->out);
}

/* What stands before every value: comma, new line, key. */
static void begin_value(struct json_writer *json, const char *key)
{
	if (json->depth) {
		if (json->has_members[json->depth])
			fputc(',', json->out);
		json->has_members[json->depth] = true;
		new_line(json);
	}
	if (key) {
		put_text(json, key);
		fputs(": ", json->out);
	}
}

static void open(struct json_writer *json, const char *key, char bracket)
{
	begin_value(json, key);
	fputc(bracket, json->out);
	sim_assert(json->depth + 1 < JSON_MAX_DEPTH);
	json->has_members[++json->depth] = false;
}

static void close(struct json_writer *json, char bracket)
{
	bool had_members = json->has_members[json->depth];

	sim_assert(json->depth > 0);
	json->depth--;
	if (had_members)
		new_line(json);
	fputc(bracket, json->out);
	if (!json->depth && !json->indent)
		fputc('\n', json->out);
}

void jw_open_object(struct json_writer *json, const char *key)
{
	open(json, key, '{');
}

void jw_close_object(struct json_writer *json)
{
	close(json, '}');
}

void jw_open_array(struct json_writer *json, const char *key)
{
	open(json, key, '[');
}

void jw_close_array(struct json_writer *json)
{
	close(json, ']');
}

void jw_string(struct json_writer *json, const char *key, const char *value)
{
	begin_value(json, key);
	put_text(json, value);
}

void jw_number(struct json_writer *json, const char *key, const char *digits)
{
	begin_value(json, key);
	fputs(digits, json->out);
}

void jw_u64(struct json_writer *json, const char *key, u64 value)
{
	char text[DECIMAL_BYTES];

	jw_number(json, key, decimal_u128_text(text, value));
}

void jw_hex(struct json_writer *json, const char *key, u64 value)
{
	begin_value(json, key);
	fprintf(json->out, "\"0x%016llx\"", value);
}

void jw_bool(struct json_writer *json, const char *key, bool value)
{
	jw_number(json, key, value ? "true" : "false");
}

void jw_null(struct json_writer *json, const char *key)
{
	jw_number(json, key, "null");
}

void jw_ns(struct json_writer *json, const char *key, decimal_u128 ps)
{
	char text[DECIMAL_BYTES];

	jw_number(json, key, decimal_ns(text, ps));
}

void jw_milli(struct json_writer *json, const char *key, decimal_u128 thousandths)
{
	char text[DECIMAL_BYTES];

	jw_number(json, key, decimal_scaled(text, thousandths, 3));
}

void jw_mean_ns(struct json_writer *json, const char *key, u64 mean)
{
	char text[DECIMAL_BYTES];

	jw_number(json, key, decimal_mean_ns(text, mean));
}

void jw_members(struct json_writer *json, const char *text, size_t bytes)
{
	if (!bytes)
		return;
	if (json->has_members[json->depth])
		fputc(',', json->out);
	json->has_members[json->depth] = true;
	fwrite(text, 1, bytes, json->out);
}
