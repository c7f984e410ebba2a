// SPDX-License-Identifier: GPL-2.0-only
/* A comparison as text, and the same with more in it as a page of HTML. */
#include "tool/compare/show.h"

#include <math.h>
#include <string.h>

#include "tool/common/html.h"
#include "tool/common/sink.h"
#include "tool/compare/compare.h"

/* Rows of a screen; the page and JSON have all. */
#define MAX_LOCKS 8
#define MAX_KEYS 24

/* --- cells --- */

static void change_cells(struct sink *sink, const struct compare_value *value, double per_unit,
			 int places)
{
	double change = value->b - value->a;

	if (!value->is_known_a || !value->is_known_b) {
		sink_cell(sink, "-");
		sink_cell(sink, "-");
		return;
	}
	sink_cell(sink, "%+.*f", places, change / per_unit);
	if (value->a != 0)
		sink_cell(sink, "%+.1f %%", 100 * change / value->a);
	else
		sink_cell(sink, "%s", change != 0 ? "-" : "+0.0 %");
}

static void value_cell(struct sink *sink, bool is_known, double value, int places)
{
	if (is_known)
		sink_cell(sink, "%.*f", places, value);
	else
		sink_cell(sink, "-");
}

/* --- sections of a pair --- */

static void show_values(struct sink *sink, const struct compare_pair *pair)
{
	sink_table(sink, "|A|B|difference|%");
	for (u32 i = 0; i < compare_nr_headlines; i++) {
		const struct compare_headline *row = &compare_headlines[i];
		const struct compare_value *value = &pair->values[i];

		/* a run without faults has no latencies, one of accesses no works */
		if (value->a == 0 && value->b == 0)
			continue;
		sink_cell(sink, "%s%s%s", row->name, row->unit[0] ? ", " : "", row->unit);
		value_cell(sink, value->is_known_a, value->a / row->per_unit, row->places);
		value_cell(sink, value->is_known_b, value->b / row->per_unit, row->places);
		change_cells(sink, value, row->per_unit, row->places);
	}
	sink_table_end(sink);
}

static double per_unit_of(const char *name)
{
	for (u32 i = 0; i < compare_nr_headlines; i++) {
		if (!strcmp(compare_headlines[i].name, name))
			return compare_headlines[i].per_unit;
	}
	return 1;
}

static const char *test_heading(const struct compare_test *test)
{
	if (test->is_paired)
		return "Means over the same seeds, 95 % intervals, paired t test";
	return test->is_over_seeds ? "Means over seeds, 95 % intervals, Welch's t test"
				   : "Mean of the steady window, 95 % intervals by batch means, "
				     "Welch's t test";
}

static void show_tests(struct sink *sink, const struct compare_pair *pair)
{
	if (!pair->nr_tests)
		return;
	sink_heading(sink, test_heading(&pair->tests[0]));
	sink_table(sink, pair->tests[0].is_over_seeds ? "|A|B|difference|seeds make up to|"
						      : "|A|B|difference|batches make up to|");
	for (u32 i = 0; i < pair->nr_tests; i++) {
		const struct compare_test *test = &pair->tests[i];
		double per = per_unit_of(test->name);

		sink_cell(sink, "%s%s", test->name, per > 1 ? ", us" : ", faults/s");
		sink_cell(sink, "%.3f ± %.3f", test->a.mean / per, test->a.half_width / per);
		sink_cell(sink, "%.3f ± %.3f", test->b.mean / per, test->b.half_width / per);
		sink_cell(sink, "%+.3f", (test->b.mean - test->a.mean) / per);
		sink_cell(sink, "%.3f", test->least / per);
		sink_cell(sink, "%s", test->is_difference ? "difference" : "no difference");
	}
	sink_table_end(sink);
}

static void show_stages(struct sink *sink, const struct compare_pair *pair)
{
	if (!pair->nr_stages)
		return;
	sink_heading(sink, "Stages of a fault, mean");
	sink_table(sink, "us|A|B|difference|%");
	for (u32 i = 0; i < pair->nr_stages; i++) {
		const struct compare_value *stage = &pair->stages[i];

		if (stage->a == 0 && stage->b == 0)
			continue;
		sink_cell(sink, "%s", stage->name);
		value_cell(sink, stage->is_known_a, stage->a / 1e3, 3);
		value_cell(sink, stage->is_known_b, stage->b / 1e3, 3);
		change_cells(sink, stage, 1e3, 3);
	}
	sink_table_end(sink);
}

static void count_cell(struct sink *sink, double a, double b)
{
	if (a == b)
		sink_cell(sink, "%.0f", a);
	else
		sink_cell(sink, "%.0f → %.0f", a, b);
}

static void ms_cell(struct sink *sink, double a_ns, double b_ns)
{
	if (a_ns == b_ns)
		sink_cell(sink, "%.3f", a_ns / 1e6);
	else
		sink_cell(sink, "%.3f → %.3f", a_ns / 1e6, b_ns / 1e6);
}

static void show_locks(struct sink *sink, const struct compare_pair *pair)
{
	u32 nr = !sink->is_html && pair->nr_locks > MAX_LOCKS ? MAX_LOCKS : pair->nr_locks;

	if (!nr)
		return;
	sink_heading(sink, "Locks that changed, A → B, those first whose waits did most");
	sink_table(sink, "|taken|waits|waited, ms|held, ms|most waited at");
	for (u32 i = 0; i < nr; i++) {
		const struct compare_lock *lock = &pair->locks[i];
		const struct compare_lock_side *site = compare_lock_site(lock);

		sink_cell(sink, "%s", lock->name);
		count_cell(sink, lock->a.acquisitions, lock->b.acquisitions);
		count_cell(sink, lock->a.contentions, lock->b.contentions);
		ms_cell(sink, lock->a.wait_ns, lock->b.wait_ns);
		ms_cell(sink, lock->a.hold_ns, lock->b.hold_ns);
		if (site)
			sink_cell(sink, "%s() %s:%llu (%s)", site->function, site->file, site->line,
				  site == &lock->b ? "B" : "A");
		else
			sink_cell(sink, "-");
	}
	sink_table_end(sink);
	if (nr < pair->nr_locks)
		sink_line(sink, "  and %u more: --json has all", pair->nr_locks - nr);
}

/* All of them where some differ: what is the same says as much. */
static void show_traffic(struct sink *sink, const struct compare_pair *pair)
{
	bool differs = false;

	for (u32 i = 0; i < pair->nr_tallies; i++)
		differs |= pair->tallies[i].a != pair->tallies[i].b;
	if (!differs)
		return;
	sink_heading(sink, "Commands that IOMMUs carried out, writes of registers");
	sink_table(sink, "||A|B|difference");
	for (u32 i = 0; i < pair->nr_tallies; i++) {
		const struct compare_tally *tally = &pair->tallies[i];

		sink_cell(sink, "%s", tally->is_command ? "command" : "write");
		sink_cell(sink, "%s", tally->name);
		sink_cell(sink, "%.0f", tally->a);
		sink_cell(sink, "%.0f", tally->b);
		sink_cell(sink, "%+.0f", tally->b - tally->a);
	}
	sink_table_end(sink);
}

static void show_keys(struct sink *sink, const struct compare_keys *list)
{
	u32 nr = !sink->is_html && list->nr > MAX_KEYS ? MAX_KEYS : list->nr;

	sink_table(sink, "|A|B");
	for (u32 i = 0; i < nr; i++) {
		sink_cell(sink, "%s", list->keys[i].name);
		sink_cell(sink, "%s", list->keys[i].a ? list->keys[i].a : "-");
		sink_cell(sink, "%s", list->keys[i].b ? list->keys[i].b : "-");
	}
	sink_table_end(sink);
	if (nr < list->nr)
		sink_line(sink, "  and %u more: --json has all", list->nr - nr);
}

static void show_configuration(struct sink *sink, const struct compare_pair *pair)
{
	if (!pair->configuration.nr) {
		sink_line(sink, "Configurations: the same.");
		return;
	}
	sink_line(sink, "Configurations differ:");
	show_keys(sink, &pair->configuration);
}

static const char *text_at(const json_t *result, const char *path)
{
	const char *text = json_string_value(compare_find(result, path));

	return text ? text : "";
}

static void show_verdicts(struct sink *sink, const struct compare_pair *pair)
{
	sink_heading(sink, "Verdicts");
	sink_line(sink, "A: %s %s", text_at(pair->result_a, "verdict.throughput"),
		  text_at(pair->result_a, "verdict.latency"));
	sink_line(sink, "B: %s %s", text_at(pair->result_b, "verdict.throughput"),
		  text_at(pair->result_b, "verdict.latency"));
}

static void show_pair(struct sink *sink, const struct compare_pair *pair)
{
	sink_line(sink, "%s", pair->sentence);
	show_configuration(sink, pair);
	show_values(sink, pair);
	show_tests(sink, pair);
	show_stages(sink, pair);
	show_locks(sink, pair);
	show_traffic(sink, pair);
	show_verdicts(sink, pair);
	if (sink->is_html && pair->numbers.nr) {
		sink_heading(sink, "All numbers of result.json that differ");
		show_keys(sink, &pair->numbers);
	}
}

/* --- sweeps and studies --- */

static void percent_cell(struct sink *sink, const struct compare_pair *pair, const char *name)
{
	for (u32 i = 0; i < compare_nr_headlines; i++) {
		const struct compare_value *value = &pair->values[i];

		if (strcmp(value->name, name) != 0)
			continue;
		if (value->is_known_a && value->is_known_b && value->a > 0)
			sink_cell(sink, "%+.1f %%", 100 * (value->b - value->a) / value->a);
		else
			sink_cell(sink, "-");
	}
}

static const char *stage_of(const struct compare_pair *pair)
{
	const struct compare_value *most = NULL;

	for (u32 i = 0; i < pair->nr_stages; i++) {
		const struct compare_value *at = &pair->stages[i];

		if (at->a != at->b && (!most || fabs(at->b - at->a) > fabs(most->b - most->a)))
			most = at;
	}
	return most ? most->name : "-";
}

static const char *lock_of(const struct compare_pair *pair)
{
	if (!pair->nr_locks || pair->locks[0].a.wait_ns == pair->locks[0].b.wait_ns)
		return "-";
	return pair->locks[0].name;
}

static void show_fault_points(struct sink *sink, const struct compare *compare, u32 side)
{
	char name[256];

	sink_table(sink, "point|rate|mean|p50|p99|mean, test|stage|lock");
	for (u32 i = 0; i < compare->nr_points; i++) {
		const struct compare_pair *pair = compare_pair_at(compare, side, i);
		const struct compare_test *test = compare_find_test(pair, "mean");

		sink_cell(sink, "%s", compare_point_name(compare, i, name));
		percent_cell(sink, pair, "rate");
		percent_cell(sink, pair, "mean");
		percent_cell(sink, pair, "p50");
		percent_cell(sink, pair, "p99");
		sink_cell(sink, "%s",
			  pair->is_same		? "the same run"
			  : !test		? "-"
			  : test->is_difference ? "difference"
						: "no difference");
		sink_cell(sink, "%s", stage_of(pair));
		sink_cell(sink, "%s", lock_of(pair));
	}
	sink_table_end(sink);
	sink_line(sink,
		  "\nB against A; the stage whose mean changed most, the lock whose waits did.");
}

/* Of benchmarks, and of machines without faults. */
static void show_other_points(struct sink *sink, const struct compare *compare, u32 side)
{
	static const char *const names[] = {"simulated time",  "throughput",	 "works",
					    "maps and unmaps", "seconds to pin", "wake-ups"};
	char name[256];

	sink_table(sink,
		   "point|time|throughput|works|maps and unmaps|seconds to pin|wake-ups|lock");
	for (u32 i = 0; i < compare->nr_points; i++) {
		const struct compare_pair *pair = compare_pair_at(compare, side, i);

		sink_cell(sink, "%s", compare_point_name(compare, i, name));
		for (u32 k = 0; k < sizeof(names) / sizeof(names[0]); k++)
			percent_cell(sink, pair, names[k]);
		sink_cell(sink, "%s", lock_of(pair));
	}
	sink_table_end(sink);
	sink_line(sink, "\nB against A; the lock whose waits changed most.");
}

static bool has_faults(const struct compare *compare)
{
	double faults;

	for (u32 i = 0; i < compare->nr_points; i++) {
		if (compare_number(compare_side_result(&compare->sides[0], i), "faults", &faults) &&
		    faults > 0)
			return true;
	}
	return false;
}

/* Of points that set the same, the one that shows most of how the rest differs. */
static const struct compare_pair *most_keys(const struct compare *compare, u32 side)
{
	const struct compare_pair *most = compare_pair_at(compare, side, 0);

	for (u32 i = 1; i < compare->nr_points; i++) {
		const struct compare_pair *pair = compare_pair_at(compare, side, i);

		if (pair->configuration.nr > most->configuration.nr)
			most = pair;
	}
	return most;
}

static void show_each_point(struct sink *sink, const struct compare *compare, u32 side)
{
	char name[256];

	for (u32 i = 0; i < compare->nr_points; i++) {
		sink_heading(sink, compare_point_name(compare, i, name));
		show_pair(sink, compare_pair_at(compare, side, i));
	}
}

/* --- all --- */

static void show_side(struct sink *sink, const struct compare_side *side, char letter)
{
	const json_t *result = compare_side_result(side, 0);

	sink_line(sink, "%c: %s: %s, seed %lld, iopfsim %s", letter, side->path,
		  text_at(result, "workload"), json_integer_value(json_object_get(result, "seed")),
		  text_at(result, "version"));
}

static void show_versions(struct sink *sink, const struct compare_side *a,
			  const struct compare_side *b)
{
	if (strcmp(text_at(compare_side_result(a, 0), "version"),
		   text_at(compare_side_result(b, 0), "version")) != 0)
		sink_line(sink,
			  "Two versions of iopfsim made them: a difference may be the program's.");
}

static void show_all(struct sink *sink, const struct compare *compare)
{
	for (u32 side = 1; side < compare->nr_sides; side++) {
		if (side > 1)
			sink_line(sink, "%s", "");
		show_side(sink, &compare->sides[0], 'A');
		show_side(sink, &compare->sides[side], 'B');
		show_versions(sink, &compare->sides[0], &compare->sides[side]);
		if (!compare->sides[0].has_points) {
			show_pair(sink, compare_pair_at(compare, side, 0));
			continue;
		}
		show_configuration(sink, most_keys(compare, side));
		if (has_faults(compare))
			show_fault_points(sink, compare, side);
		else
			show_other_points(sink, compare, side);
		if (sink->is_html)
			show_each_point(sink, compare, side);
	}
}

void compare_show_text(FILE *out, const void *opaque)
{
	struct sink sink = {.out = out};

	show_all(&sink, opaque);
}

void compare_show_page(FILE *out, const void *opaque)
{
	struct sink sink = {.out = out, .is_html = true};

	html_begin(out, "iopfsim compare");
	show_all(&sink, opaque);
	html_end(out);
}
