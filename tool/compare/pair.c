// SPDX-License-Identifier: GPL-2.0-only
/* Laying two results side by side, see pair.h. */
#define _GNU_SOURCE
#include "tool/compare/pair.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/common/tool.h"

#define STAGES "faults.stages_ns"
/* of all latencies together, for a change of waits to be named beside that of the mean */
#define LOCK_SHARE 0.1

static void *must(void *memory)
{
	if (!memory)
		exit(tool_complain(TOOL_FAILED, "iopfsim compare: out of memory"));
	return memory;
}

/* --- keys that differ --- */

static char *text_of(const json_t *value)
{
	if (!value)
		return NULL;
	if (json_is_string(value))
		return must(strdup(json_string_value(value)));
	return must(json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT | JSON_REAL_PRECISION(15)));
}

static void add_key(struct compare_keys *list, const char *name, const json_t *a, const json_t *b)
{
	struct compare_key key = {.name = must(strdup(name)), .a = text_of(a), .b = text_of(b)};

	list->keys = must(realloc(list->keys, (list->nr + 1) * sizeof(key)));
	list->keys[list->nr++] = key;
}

static void free_keys(struct compare_keys *list)
{
	for (u32 i = 0; i < list->nr; i++) {
		free(list->keys[i].name);
		free(list->keys[i].a);
		free(list->keys[i].b);
	}
	free(list->keys);
}

/* What is looked for below a key. */
struct search {
	struct compare_keys *found;
	bool wants_numbers;	    /* else all leaves */
	const char *const *skipped; /* keys at the top, NULL at the end */
};

static void compare_below(const struct search *search, const char *path, const json_t *a,
			  const json_t *b);

static bool is_skipped(const struct search *search, const char *path, const char *key)
{
	for (u32 i = 0; !path[0] && search->skipped[i]; i++) {
		if (!strcmp(search->skipped[i], key))
			return true;
	}
	return false;
}

static void compare_members(const struct search *search, const char *path, const json_t *a,
			    const json_t *b)
{
	const json_t *of[2] = {a, b};

	for (u32 side = 0; side < 2; side++) {
		void *at = json_object_iter((json_t *)of[side]);

		for (; at; at = json_object_iter_next((json_t *)of[side], at)) {
			const char *key = json_object_iter_key(at);
			char *inner;

			if (is_skipped(search, path, key) || (side && json_object_get(a, key)))
				continue;
			if (asprintf(&inner, "%s%s%s", path, path[0] ? "." : "", key) < 0)
				must(NULL);
			compare_below(search, inner, json_object_get(a, key),
				      json_object_get(b, key));
			free(inner);
		}
	}
}

static void compare_items(const struct search *search, const char *path, const json_t *a,
			  const json_t *b)
{
	size_t nr = json_array_size(a) > json_array_size(b) ? json_array_size(a)
							    : json_array_size(b);
	char *inner;

	for (size_t i = 0; i < nr; i++) {
		if (asprintf(&inner, "%s.%zu", path, i) < 0)
			must(NULL);
		compare_below(search, inner, json_array_get(a, i), json_array_get(b, i));
		free(inner);
	}
}

/* A result is as deep as its writer makes it; jansson refuses one that is deeper than 2,048. */
static void compare_below(const struct search *search, const char *path, const json_t *a,
			  const json_t *b)
{
	const json_t *any = a ? a : b;

	if (json_is_object(any) && (!a || !b || json_is_object(b)))
		compare_members(search, path, a, b);
	else if (json_is_array(any) && (!a || !b || json_is_array(b)))
		compare_items(search, path, a, b);
	else if (search->wants_numbers && !json_is_number(a) && !json_is_number(b))
		return;
	else if (!json_equal(a, b))
		add_key(search->found, path, a, b);
}

/* --- values --- */

static void fill_values(struct compare_pair *pair)
{
	pair->values = must(calloc(compare_nr_headlines, sizeof(*pair->values)));
	for (u32 i = 0; i < compare_nr_headlines; i++) {
		struct compare_value *value = &pair->values[i];

		value->name = compare_headlines[i].name;
		value->is_known_a = compare_number(pair->result_a, value->name, &value->a);
		value->is_known_b = compare_number(pair->result_b, value->name, &value->b);
	}
}

static void fill_stages(struct compare_pair *pair)
{
	const json_t *a = compare_find(pair->result_a, STAGES);
	const json_t *b = compare_find(pair->result_b, STAGES);
	void *at = json_object_iter((json_t *)a);

	pair->stages = must(calloc(json_object_size(a) + 1, sizeof(*pair->stages)));
	for (; at; at = json_object_iter_next((json_t *)a, at)) {
		struct compare_value *value = &pair->stages[pair->nr_stages++];

		value->name = json_object_iter_key(at);
		value->is_known_a = compare_number_at(json_object_iter_value(at), "mean",
						      &value->a);
		value->is_known_b = compare_number_at(json_object_get(b, value->name), "mean",
						      &value->b);
	}
}

const struct compare_test *compare_find_test(const struct compare_pair *pair, const char *name)
{
	for (u32 i = 0; i < pair->nr_tests; i++) {
		if (!strcmp(pair->tests[i].name, name))
			return &pair->tests[i];
	}
	return NULL;
}

/* --- the sentence --- */

static const struct compare_value *find_value(const struct compare_pair *pair, const char *name)
{
	for (u32 i = 0; i < compare_nr_headlines; i++) {
		if (!strcmp(pair->values[i].name, name))
			return &pair->values[i];
	}
	return NULL;
}

/* The stage that changed most in the direction of the whole; NULL: none did. */
static const struct compare_value *worst_stage(const struct compare_pair *pair, double change)
{
	const struct compare_value *worst = NULL;
	double most = 0;

	for (u32 i = 0; i < pair->nr_stages; i++) {
		double of_stage = pair->stages[i].b - pair->stages[i].a;

		if (change < 0)
			of_stage = -of_stage;
		if (of_stage > most) {
			most = of_stage;
			worst = &pair->stages[i];
		}
	}
	return worst;
}

static void say_stage(FILE *out, const struct compare_pair *pair, double change)
{
	const struct compare_value *stage = worst_stage(pair, change);

	if (stage)
		fprintf(out, "; stage '%s' %+.3f us", stage->name, (stage->b - stage->a) / 1e3);
}

/* The lock whose waits changed most, if they are a share of what all faults of A took. */
static void say_lock(FILE *out, const struct compare_pair *pair, double change)
{
	const struct compare_lock *lock = pair->nr_locks ? &pair->locks[0] : NULL;
	const struct compare_lock_side *site = lock ? compare_lock_site(lock) : NULL;
	double waits = lock ? lock->b.wait_ns - lock->a.wait_ns : 0;
	double all = find_value(pair, "mean")->a * find_value(pair, "faults")->a;

	if (!site || waits * change <= 0 || fabs(waits) < LOCK_SHARE * all)
		return;
	fprintf(out, "; lock %s is waited for %+.3f ms, most at %s() (%s:%llu)", lock->name,
		waits / 1e6, site->function, site->file, site->line);
}

/* What the test says, and how far it goes: batches of one run know nothing of other seeds. */
static const char *verdict_of(const struct compare_test *test)
{
	if (!test)
		return "";
	if (!test->is_difference)
		return "No difference: ";
	return test->is_over_seeds ? "A difference: " : "A difference between these two runs: ";
}

static void say_test(FILE *out, const struct compare_test *test)
{
	if (!test)
		fputs("; no interval says whether that is chance", out);
	else if (test->is_over_seeds)
		fprintf(out, "; seeds make up to %.3f us", test->least / 1e3);
	else
		fprintf(out, "; batches of a run make up to %.3f us%s", test->least / 1e3,
			test->is_difference ? ", what seeds make --repeat says" : "");
}

static void say_mean(FILE *out, const struct compare_pair *pair)
{
	const struct compare_test *test = compare_find_test(pair, "mean");
	const struct compare_value *mean = find_value(pair, "mean");
	double a = test ? test->a.mean : mean->a, b = test ? test->b.mean : mean->b;

	fprintf(out, "%sthe mean latency goes from %.3f to %.3f us, %+.3f us", verdict_of(test),
		a / 1e3, b / 1e3, (b - a) / 1e3);
	if (a > 0)
		fprintf(out, " (%+.1f %%)", 100 * (b - a) / a);
	if (!test || test->is_difference) {
		say_stage(out, pair, b - a);
		say_lock(out, pair, b - a);
		if (test && test->is_over_seeds)
			fputs(" (of the first seed)", out);
	}
	say_test(out, test);
	fputc('.', out);
}

static void make_sentence(struct compare_pair *pair)
{
	FILE *out = must(fmemopen(pair->sentence, sizeof(pair->sentence), "w"));
	const struct compare_value *mean = find_value(pair, "mean");
	const struct compare_value *faults = find_value(pair, "faults");

	if (pair->is_same)
		fputs("The same run, event by event (trace_hash).", out);
	else if (mean->is_known_a && mean->is_known_b && faults->a > 0 && faults->b > 0)
		say_mean(out, pair);
	else
		fputs("No latencies to compare: not both had faults.", out);
	fclose(out);
	pair->sentence[sizeof(pair->sentence) - 1] = 0;
}

void compare_pair_make(struct compare_pair *pair, const json_t *a, const json_t *b)
{
	static const char *const no_settings[] = {"seed", "name", "title", NULL};
	static const char *const no_numbers[] = {"configuration", "locks",	 "limits", "seed",
						 "repeats",	  "sensitivity", NULL};
	const struct search settings = {&pair->configuration, false, no_settings};
	const struct search numbers = {&pair->numbers, true, no_numbers};
	const json_t *hash = json_object_get(a, "trace_hash");

	*pair = (struct compare_pair){.result_a = a, .result_b = b};
	pair->is_same = hash && json_equal(hash, json_object_get(b, "trace_hash"));
	compare_below(&settings, "", json_object_get(a, "configuration"),
		      json_object_get(b, "configuration"));
	compare_below(&numbers, "", a, b);
	fill_values(pair);
	fill_stages(pair);
	pair->locks = must(compare_locks(a, b, &pair->nr_locks));
	pair->tallies = must(compare_traffic(a, b, &pair->nr_tallies));
	pair->nr_tests = compare_test_all(a, b, pair->tests);
	make_sentence(pair);
}

void compare_pair_finish(struct compare_pair *pair)
{
	free_keys(&pair->configuration);
	free_keys(&pair->numbers);
	free(pair->values);
	free(pair->stages);
	free(pair->locks);
	free(pair->tallies);
	*pair = (struct compare_pair){0};
}
