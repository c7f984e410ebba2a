// SPDX-License-Identifier: GPL-2.0-only
/*
 * The JSON writer, read back by jansson. Claims: what is written comes back as
 * it was, any bytes in a string give valid JSON, and a fragment written by
 * another writer fits in.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "sim/rng.h"
#include "tool/common/json_writer.h"

struct text {
	char *bytes;
	size_t length;
	FILE *out;
	struct json_writer json;
};

static void begin(struct text *text)
{
	*text = (struct text){0};
	text->out = open_memstream(&text->bytes, &text->length);
	assert_non_null(text->out);
	jw_init(&text->json, text->out, 0);
	jw_open_object(&text->json, NULL);
}

static json_t *end(struct text *text)
{
	json_error_t error;
	json_t *root;

	jw_close_object(&text->json);
	fclose(text->out);
	root = json_loadb(text->bytes, text->length, JSON_REJECT_DUPLICATES, &error);
	if (!root)
		fail_msg("line %d: %s\n%s", error.line, error.text, text->bytes);
	free(text->bytes);
	return root;
}

static void values_come_back_as_they_were(void **state)
{
	struct text text;
	json_t *root, *list;

	begin(&text);
	jw_string(&text.json, "word", "a \"b\" \\ c\n\t\x01 \xc3\xa4");
	jw_u64(&text.json, "count", 9223372036854775807ULL);
	jw_bool(&text.json, "yes", true);
	jw_null(&text.json, "nothing");
	jw_ns(&text.json, "time", 10123456);
	jw_hex(&text.json, "hash", 0xabc);
	jw_open_array(&text.json, "list");
	jw_u64(&text.json, NULL, 1);
	jw_open_object(&text.json, NULL);
	jw_close_object(&text.json);
	jw_open_array(&text.json, NULL);
	jw_close_array(&text.json);
	jw_close_array(&text.json);
	root = end(&text);

	assert_string_equal(json_string_value(json_object_get(root, "word")),
			    "a \"b\" \\ c\n\t\x01 \xc3\xa4");
	assert_int_equal(json_integer_value(json_object_get(root, "count")), 9223372036854775807LL);
	assert_true(json_is_true(json_object_get(root, "yes")));
	assert_true(json_is_null(json_object_get(root, "nothing")));
	assert_true(json_real_value(json_object_get(root, "time")) == 10123.456);
	assert_string_equal(json_string_value(json_object_get(root, "hash")), "0x0000000000000abc");
	list = json_object_get(root, "list");
	assert_int_equal(json_array_size(list), 3);
	assert_int_equal(json_object_size(json_array_get(list, 1)), 0);
	assert_int_equal(json_array_size(json_array_get(list, 2)), 0);
	json_decref(root);
}

static void any_bytes_in_a_string_give_valid_json(void **state)
{
	struct sim_rng rng;

	sim_rng_init(&rng, 1, "strings");
	for (u32 round = 0; round < 5000; round++) {
		struct text text;
		char value[32] = "";
		json_t *root;

		for (u64 n = sim_rng_below(&rng, sizeof(value) - 1), i = 0; i < n; i++)
			value[i] = (char)(1 + sim_rng_below(&rng, 255));
		begin(&text);
		jw_string(&text.json, "s", value);
		root = end(&text);
		assert_true(json_is_string(json_object_get(root, "s")));
		json_decref(root);
	}
}

/* Every code point that UTF-8 can carry comes back; what it cannot is replaced. */
static void utf8_is_kept_and_nothing_else(void **state)
{
	static const struct {
		const char *in, *out;
	} cases[] = {
		{"\xc2\x80", "\xc2\x80"},
		{"\xdf\xbf", "\xdf\xbf"},
		{"\xe0\xa0\x80", "\xe0\xa0\x80"},
		{"\xef\xbf\xbf", "\xef\xbf\xbf"},
		{"\xf0\x90\x80\x80", "\xf0\x90\x80\x80"},
		{"\xf4\x8f\xbf\xbf", "\xf4\x8f\xbf\xbf"},
		{"\xc0\x80", "\xef\xbf\xbd\xef\xbf\xbd"},
		{"\x80", "\xef\xbf\xbd"},
		{"\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd"},
		{"\xc3", "\xef\xbf\xbd"},
		{"\xe2\x82", "\xef\xbf\xbd\xef\xbf\xbd"},
		{"\xffz", "\xef\xbf\xbdz"},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct text text;
		json_t *root;

		begin(&text);
		jw_string(&text.json, "s", cases[i].in);
		root = end(&text);
		assert_string_equal(json_string_value(json_object_get(root, "s")), cases[i].out);
		json_decref(root);
	}
}

static void members_of_another_writer_fit_in(void **state)
{
	char *bytes = NULL;
	size_t length = 0;
	FILE *out = open_memstream(&bytes, &length);
	struct json_writer members;
	struct text text;
	json_t *root, *inner;

	jw_init(&members, out, 1);
	members.depth = 1;
	jw_u64(&members, "a", 1);
	jw_u64(&members, "b", 2);
	fclose(out);

	begin(&text);
	jw_open_object(&text.json, "inner");
	jw_members(&text.json, bytes, length);
	jw_u64(&text.json, "c", 3);
	jw_close_object(&text.json);
	root = end(&text);
	inner = json_object_get(root, "inner");
	assert_int_equal(json_object_size(inner), 3);
	assert_int_equal(json_integer_value(json_object_get(inner, "c")), 3);
	json_decref(root);
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_come_back_as_they_were),
		cmocka_unit_test(any_bytes_in_a_string_give_valid_json),
		cmocka_unit_test(utf8_is_kept_and_nothing_else),
		cmocka_unit_test(members_of_another_writer_fit_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
