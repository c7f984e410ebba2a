// SPDX-License-Identifier: GPL-2.0-only
/* A comparison as JSON: the base, and of each further folder each point. Times are in ns. */
#include "tool/common/json_writer.h"
#include "tool/compare/compare.h"
#include "tool/compare/show.h"

static void write_double(struct json_writer *json, const char *key, double value)
{
	char text[64];

	snprintf(text, sizeof(text), "%.15g", value);
	jw_number(json, key, text);
}

static void write_value(struct json_writer *json, const struct compare_value *value)
{
	jw_open_object(json, value->name);
	if (value->is_known_a)
		write_double(json, "a", value->a);
	else
		jw_null(json, "a");
	if (value->is_known_b)
		write_double(json, "b", value->b);
	else
		jw_null(json, "b");
	if (value->is_known_a && value->is_known_b) {
		write_double(json, "difference", value->b - value->a);
		if (value->a != 0)
			write_double(json, "percent", 100 * (value->b - value->a) / value->a);
		else
			jw_null(json, "percent");
	}
	jw_close_object(json);
}

static void write_values(struct json_writer *json, const char *key,
			 const struct compare_value *values, u32 nr)
{
	jw_open_object(json, key);
	for (u32 i = 0; i < nr; i++)
		write_value(json, &values[i]);
	jw_close_object(json);
}

static void write_mean(struct json_writer *json, const char *key, const struct compare_mean *mean)
{
	jw_open_object(json, key);
	write_double(json, "mean", mean->mean);
	write_double(json, "half_width", mean->half_width);
	jw_u64(json, "freedom", mean->freedom);
	jw_close_object(json);
}

static void write_tests(struct json_writer *json, const struct compare_pair *pair)
{
	jw_open_object(json, "tests");
	for (u32 i = 0; i < pair->nr_tests; i++) {
		const struct compare_test *test = &pair->tests[i];

		jw_open_object(json, test->name);
		jw_string(json, "over",
			  test->is_paired	? "same seeds"
			  : test->is_over_seeds ? "seeds"
						: "batches");
		write_mean(json, "a", &test->a);
		write_mean(json, "b", &test->b);
		write_double(json, "chance", test->least);
		jw_bool(json, "is_difference", test->is_difference);
		jw_close_object(json);
	}
	jw_close_object(json);
}

static void write_lock_side(struct json_writer *json, const char *key,
			    const struct compare_lock_side *side)
{
	jw_open_object(json, key);
	write_double(json, "acquisitions", side->acquisitions);
	write_double(json, "contentions", side->contentions);
	write_double(json, "wait_total_ns", side->wait_ns);
	write_double(json, "hold_total_ns", side->hold_ns);
	if (side->function) {
		jw_open_object(json, "site");
		jw_string(json, "function", side->function);
		jw_string(json, "file", side->file);
		jw_u64(json, "line", side->line);
		write_double(json, "wait_total_ns", side->site_wait_ns);
		jw_close_object(json);
	}
	jw_close_object(json);
}

static void write_locks(struct json_writer *json, const struct compare_pair *pair)
{
	jw_open_array(json, "locks");
	for (u32 i = 0; i < pair->nr_locks; i++) {
		jw_open_object(json, NULL);
		jw_string(json, "name", pair->locks[i].name);
		write_lock_side(json, "a", &pair->locks[i].a);
		write_lock_side(json, "b", &pair->locks[i].b);
		jw_close_object(json);
	}
	jw_close_array(json);
}

static void write_traffic(struct json_writer *json, const struct compare_pair *pair,
			  const char *key, bool is_command)
{
	jw_open_object(json, key);
	for (u32 i = 0; i < pair->nr_tallies; i++) {
		const struct compare_tally *tally = &pair->tallies[i];

		if (tally->is_command != is_command)
			continue;
		jw_open_object(json, tally->name);
		write_double(json, "a", tally->a);
		write_double(json, "b", tally->b);
		jw_close_object(json);
	}
	jw_close_object(json);
}

static void write_text(struct json_writer *json, const char *key, const char *text)
{
	if (text)
		jw_string(json, key, text);
	else
		jw_null(json, key);
}

static void write_keys(struct json_writer *json, const char *key, const struct compare_keys *list)
{
	jw_open_object(json, key);
	for (u32 i = 0; i < list->nr; i++) {
		jw_open_object(json, list->keys[i].name);
		write_text(json, "a", list->keys[i].a);
		write_text(json, "b", list->keys[i].b);
		jw_close_object(json);
	}
	jw_close_object(json);
}

static void write_verdict(struct json_writer *json, const char *key, const json_t *result)
{
	static const char *const paths[] = {"throughput", "latency", "next"};

	jw_open_object(json, key);
	for (u32 i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		write_text(json, paths[i],
			   json_string_value(
				   json_object_get(json_object_get(result, "verdict"), paths[i])));
	jw_close_object(json);
}

static void write_pair(struct json_writer *json, const struct compare_pair *pair)
{
	jw_string(json, "sentence", pair->sentence);
	jw_bool(json, "is_same", pair->is_same);
	write_values(json, "metrics", pair->values, compare_nr_headlines);
	write_tests(json, pair);
	write_values(json, "stages_ns", pair->stages, pair->nr_stages);
	write_locks(json, pair);
	write_traffic(json, pair, "commands", true);
	write_traffic(json, pair, "register_writes", false);
	jw_open_object(json, "verdicts");
	write_verdict(json, "a", pair->result_a);
	write_verdict(json, "b", pair->result_b);
	jw_close_object(json);
	write_keys(json, "configuration", &pair->configuration);
	write_keys(json, "numbers", &pair->numbers);
}

static void write_version(struct json_writer *json, const char *key,
			  const struct compare_side *side)
{
	write_text(json, key,
		   json_string_value(json_object_get(compare_side_result(side, 0), "version")));
}

static void write_side(struct json_writer *json, const struct compare *compare, u32 side)
{
	char name[256];

	jw_open_object(json, NULL);
	jw_string(json, "path", compare->sides[side].path);
	jw_open_object(json, "versions");
	write_version(json, "a", &compare->sides[0]);
	write_version(json, "b", &compare->sides[side]);
	jw_close_object(json);
	jw_open_array(json, "points");
	for (u32 i = 0; i < compare->nr_points; i++) {
		jw_open_object(json, NULL);
		jw_string(json, "point", compare_point_name(compare, i, name));
		write_pair(json, compare_pair_at(compare, side, i));
		jw_close_object(json);
	}
	jw_close_array(json);
	jw_close_object(json);
}

void compare_write_json(FILE *out, const void *opaque)
{
	const struct compare *compare = opaque;
	struct json_writer json;

	jw_init(&json, out, 0);
	jw_open_object(&json, NULL);
	jw_string(&json, "base", compare->sides[0].path);
	jw_open_array(&json, "against");
	for (u32 side = 1; side < compare->nr_sides; side++)
		write_side(&json, compare, side);
	jw_close_array(&json);
	jw_close_object(&json);
}
