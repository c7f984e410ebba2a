/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A streaming JSON writer: what is written is gone, nothing is kept but the
 * depth. Members come out in the order of the calls, so equal calls give equal
 * bytes.
 */
#ifndef TOOL_JSON_H
#define TOOL_JSON_H

#include <stdio.h>

#include "sim/types.h"
#include "tool/decimal.h"

#define JSON_MAX_DEPTH 32

struct json {
	FILE *out;
	u32 depth;
	u32 indent; /* levels that what surrounds this text is indented by */
	bool has_members[JSON_MAX_DEPTH];
};

/** json_init() - begin a text; @indent is added to the indentation of each line. */
void json_init(struct json *json, FILE *out, u32 indent);

/* @key: NULL within arrays and at the top. */
void json_open_object(struct json *json, const char *key);
void json_close_object(struct json *json);
void json_open_array(struct json *json, const char *key);
void json_close_array(struct json *json);

/* Text that is not UTF-8 comes out with U+FFFD in its place. */
void json_string(struct json *json, const char *key, const char *value);
void json_u64(struct json *json, const char *key, u64 value);
void json_hex(struct json *json, const char *key, u64 value); /* "0x..." as a string */
void json_bool(struct json *json, const char *key, bool value);
void json_null(struct json *json, const char *key);

/** json_number() - @digits is a JSON number already. */
void json_number(struct json *json, const char *key, const char *digits);

/** json_ns() - picoseconds as exact nanoseconds. */
void json_ns(struct json *json, const char *key, decimal_u128 ps);

/** json_mean_ns() - a mean of decimal_mean() as nanoseconds. */
void json_mean_ns(struct json *json, const char *key, u64 mean);

/** json_members() - members that another writer has written, of the open object. */
void json_members(struct json *json, const char *text, size_t bytes);

#endif
