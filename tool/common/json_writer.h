/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A streaming JSON writer: what is written is gone, nothing is kept but the
 * depth. Members come out in the order of the calls, so equal calls give equal
 * bytes.
 */
#ifndef TOOL_JSON_WRITER_H
#define TOOL_JSON_WRITER_H

#include <stdio.h>

#include "sim/types.h"
#include "tool/common/decimal.h"

#define JSON_MAX_DEPTH 32

struct json_writer {
	FILE *out;
	u32 depth;
	u32 indent; /* levels that what surrounds this text is indented by */
	bool has_members[JSON_MAX_DEPTH];
};

/** jw_init() - begin a text; @indent is added to the indentation of each line. */
void jw_init(struct json_writer *json, FILE *out, u32 indent);

/* @key: NULL within arrays and at the top. */
void jw_open_object(struct json_writer *json, const char *key);
void jw_close_object(struct json_writer *json);
void jw_open_array(struct json_writer *json, const char *key);
void jw_close_array(struct json_writer *json);

/* Text that is not UTF-8 comes out with U+FFFD in its place. */
void jw_string(struct json_writer *json, const char *key, const char *value);
void jw_u64(struct json_writer *json, const char *key, u64 value);
void jw_hex(struct json_writer *json, const char *key, u64 value); /* "0x..." as a string */
void jw_bool(struct json_writer *json, const char *key, bool value);
void jw_null(struct json_writer *json, const char *key);

/** jw_number() - @digits is a JSON number already. */
void jw_number(struct json_writer *json, const char *key, const char *digits);

/** jw_ns() - picoseconds as exact nanoseconds. */
void jw_ns(struct json_writer *json, const char *key, decimal_u128 ps);

/** jw_milli() - thousandths, exact. */
void jw_milli(struct json_writer *json, const char *key, decimal_u128 thousandths);

/** jw_mean_ns() - a mean in 1/1024 ns as nanoseconds. */
void jw_mean_ns(struct json_writer *json, const char *key, u64 mean);

/** jw_members() - members that another writer has written, of the open object. */
void jw_members(struct json_writer *json, const char *text, size_t bytes);

#endif
