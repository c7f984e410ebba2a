// SPDX-License-Identifier: GPL-2.0-only
/*
 * pfh_test.ko: the scenarios as a KUnit suite, each under every design and
 * dispatch. A design that a scenario says it fails on must fail, where that is
 * safe in a kernel. All that pass must write the same transcript, which stands
 * in debugfs, pfh/transcripts, for who compares it with the virtual world's.
 */
#include <kunit/test.h>
#include <linux/debugfs.h>
#include <linux/module.h>
#include <linux/seq_file.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "../pfh.h"
#include "../scenario/scenario.h"
#include "test_params.h"

static struct dentry *folder;
static char **transcripts; /* by scenario; NULL: none */

/* --- transcripts --- */

static int transcripts_show(struct seq_file *file, void *unused)
{
	unsigned int i;

	for (i = 0; i < scn_table_size; i++) {
		if (transcripts[i])
			seq_printf(file, "== %s\n%s", scn_table[i].name, transcripts[i]);
	}
	return 0;
}
DEFINE_SHOW_ATTRIBUTE(transcripts);

/* The first one is kept, the others must be like it. */
static void check_transcript(struct kunit *test, unsigned int index, const char *transcript)
{
	if (!transcripts[index])
		transcripts[index] = kstrdup(transcript, GFP_KERNEL);
	else
		KUNIT_EXPECT_STREQ(test, transcript, transcripts[index]);
}

/* --- the suite --- */

static void run_one(struct kunit *test, const struct scenario *scenario,
		    const struct scn_setting *setting, struct scn_result *result)
{
	enum scn_failure expected = scn_failure_on(scenario, setting->design);

	if (expected == SCN_FAILS_HANGS || expected == SCN_FAILS_CRASHES)
		return;
	KUNIT_ASSERT_EQ(test, scn_run(scenario, setting, result), 0);
	if (expected == SCN_FAILS_ANSWERS) {
		KUNIT_EXPECT_GT_MSG(test, result->nr_failures, 0, "design %s", setting->design);
		return;
	}
	KUNIT_EXPECT_EQ_MSG(test, result->nr_failures, 0, "design %s, dispatch %d, %s\n%s",
			    setting->design, setting->dispatch, result->why, result->transcript);
	check_transcript(test, scenario - scn_table, result->transcript);
}

/* The posted design takes its container's mutex in the MMU notifier: lockdep says so, and then
 * stops. */
static bool is_wanted(const char *design)
{
	if (test_design[0])
		return !strcmp(design, test_design);
	return !pfh_design_is_as_posted(design);
}

/*
 * In the reporting thread, and by one of the other dispatches in turn, so that
 * every pair of design and dispatch is met by a third of the scenarios.
 */
static bool is_its_turn(const struct scenario *scenario, unsigned int design, unsigned int dispatch)
{
	unsigned int turn = (scenario - scn_table + design) % (PFH_NR_DISPATCHES - 1);

	if (!(scenario->dispatches & BIT(dispatch)))
		return false;
	return test_all || dispatch == PFH_DISPATCH_INLINE || dispatch == 1 + turn;
}

static void scenario_comes_to_what_it_says(struct kunit *test)
{
	const struct scenario *scenario = test->param_value;
	struct scn_result *result = kunit_kzalloc(test, sizeof(*result), GFP_KERNEL);
	unsigned int i, j;

	KUNIT_ASSERT_NOT_NULL(test, result);
	for (i = 0; pfh_design_names[i]; i++) {
		if (!is_wanted(pfh_design_names[i]))
			continue;
		for (j = 0; j < PFH_NR_DISPATCHES; j++) {
			const struct scn_setting setting = scn_setting(pfh_design_names[i], j);

			if (is_its_turn(scenario, i, j))
				run_one(test, scenario, &setting, result);
		}
	}
}

static const void *next_scenario(const void *prev, char *description)
{
	const struct scenario *scenario = prev;
	unsigned int i = scenario ? scenario - scn_table + 1 : 0;

	for (; i < scn_table_size; i++) {
		if (!strstr(scn_table[i].name, test_only))
			continue;
		strscpy(description, scn_table[i].name, KUNIT_PARAM_DESC_SIZE);
		return &scn_table[i];
	}
	return NULL;
}

static struct kunit_case cases[] = {
	KUNIT_CASE_PARAM(scenario_comes_to_what_it_says, next_scenario),
	{},
};

static int begin(struct kunit_suite *suite)
{
	transcripts = kcalloc(scn_table_size, sizeof(*transcripts), GFP_KERNEL);
	if (!transcripts)
		return -ENOMEM;
	folder = debugfs_create_dir("pfh", NULL);
	debugfs_create_file("transcripts", 0444, folder, NULL, &transcripts_fops);
	return 0;
}

static struct kunit_suite suite = {
	.name = "pfh_scenarios",
	.suite_init = begin,
	.test_cases = cases,
};
kunit_test_suite(suite);

static void __exit test_module_exit(void)
{
	unsigned int i;

	debugfs_remove_recursive(folder);
	for (i = 0; transcripts && i < scn_table_size; i++)
		kfree(transcripts[i]);
	kfree(transcripts);
}
module_exit(test_module_exit);

MODULE_DESCRIPTION("Scenarios of iopfsim's fault handler as a KUnit suite");
MODULE_LICENSE("GPL");
