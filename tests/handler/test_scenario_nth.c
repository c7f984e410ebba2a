// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every allocation of every scenario fails once, under each design that passes
 * it, with a dispatch in turn:
 *  - the scenario goes on unharmed, or some step ends with ENOMEM, or a fault is
 *    answered INVALID or FAILURE, or pre-mapping ends early, where the file states
 *    something else;
 *  - every fault is answered, and nothing waits for ever;
 *  - everything is given back, and the mock IOMMU sees no offence.
 *
 * Arguments: only scenarios whose name contains one.
 */
#include <stdio.h>

#include "tests/handler/on_machine.h"

#include <linux/string.h>

static struct scenario_report report;
static int nr_filters;
static char **filters;

static bool is_excused(void)
{
	if (report.err)
		return report.err == -ENOMEM;
	return !report.result.nr_failures || report.result.nr_refusals || report.result.nr_short ||
	       report.nr_warnings;
}

static bool is_well(const struct scenario *scenario)
{
	const struct scn_result *result = &report.result;

	return report.is_done && !result->is_late && !result->is_stuck && !result->nr_broken &&
	       !report.nr_leaked && (!report.nr_warnings || scenario->may_warn) && is_excused();
}

static void tell(const struct scenario *scenario, const struct scn_setting *setting, u64 nth)
{
	printf("%s, design %s, dispatch %d, allocation %llu: %s%s%s%u leaked, %u warnings, %u broken, "
	       "error %d: %s\n",
	       scenario->name, setting->design, setting->dispatch, nth,
	       report.is_done ? "" : "not done, ", report.result.is_late ? "late, " : "",
	       report.result.is_stuck ? "stuck, " : "", report.nr_leaked, report.nr_warnings,
	       report.result.nr_broken, report.err, report.result.why);
	printf("%s", report.result.transcript);
}

/* Return: runs that went wrong; *@nr_runs counts. */
static u32 fail_each(const struct scenario *scenario, const struct scn_setting *setting,
		     u64 *nr_runs)
{
	u32 nr_wrong = 0;
	u64 nth = 0;

	do {
		memset(&report, 0, sizeof(report));
		report.fail_nth = ++nth;
		run_on_machine(scenario, setting, &report);
		machine_teardown(NULL);
		(*nr_runs)++;
		if (is_well(scenario))
			continue;
		nr_wrong++;
		tell(scenario, setting, nth);
	} while (report.has_failed && nr_wrong < 3);
	/* A machine, a space and devices at the least. */
	assert_true(nth > 10);
	return nr_wrong;
}

static bool is_wanted(const struct scenario *scenario)
{
	for (int i = 0; i < nr_filters; i++) {
		if (strstr(scenario->name, filters[i]))
			return true;
	}
	return !nr_filters;
}

static enum pfh_dispatch dispatch_in_turn(const struct scenario *scenario, u32 turn)
{
	do {
		turn = (turn + 1) % PFH_NR_DISPATCHES;
	} while (!(scenario->dispatches & BIT(turn)));
	return turn;
}

static void every_allocation_may_fail(void **state)
{
	u64 nr_runs = 0;
	u32 nr_wrong = 0;

	for (u32 i = 0; i < scn_table_size; i++) {
		const struct scenario *scenario = &scn_table[i];

		for (u32 j = 0; is_wanted(scenario) && pfh_design_names[j]; j++) {
			const char *design = pfh_design_names[j];
			struct scn_setting setting = scn_setting(design,
								 dispatch_in_turn(scenario, i + j));

			if (scn_failure_on(scenario, design) != SCN_PASSES)
				continue;
			setting.stops_at_failure = true;
			nr_wrong += fail_each(scenario, &setting, &nr_runs);
		}
	}
	printf("%llu runs\n", nr_runs);
	assert_int_equal(nr_wrong, 0);
	assert_true(nr_runs > 0);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_allocation_may_fail),
	};

	filters = argv + 1;
	nr_filters = argc - 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
