// SPDX-License-Identifier: GPL-2.0-only
/*
 * Theorem: a set of features is taken if and only if what VER, CAP and ECAP would say of it is
 * something that a unit may say; what is taken, they say; what is refused, is refused in words
 * that name the feature and the section. With `unchecked` every set is taken.
 */
#include "tests/models/vtd_feature_walk.h"

#define STEPS 100000

/* The second, if the first (11.4.2, 11.4.3). */
static const struct {
	u64 cap, ecap, needed_cap, needed_ecap;
} implications[] = {
	{.ecap = ECAP_SMTS, .needed_ecap = ECAP_QI},
	{.ecap = ECAP_DT, .needed_ecap = ECAP_QI},
	{.ecap = ECAP_IR, .needed_ecap = ECAP_QI},
	{.ecap = ECAP_EIM, .needed_ecap = ECAP_IR},
	{.cap = CAP_PI, .needed_ecap = ECAP_IR},
	{.cap = CAP_ESIRTPS, .needed_ecap = ECAP_IR},
	{.ecap = ECAP_FSTS, .needed_ecap = ECAP_SMTS},
	{.ecap = ECAP_SSTS, .needed_ecap = ECAP_SMTS},
	{.ecap = ECAP_NEST, .needed_ecap = ECAP_FSTS},
	{.ecap = ECAP_NEST, .needed_ecap = ECAP_SSTS},
	{.cap = CAP_FS1GP, .needed_ecap = ECAP_FSTS},
	{.cap = CAP_FS5LP, .needed_ecap = ECAP_FSTS},
	{.cap = BIT_ULL(35), .needed_cap = BIT_ULL(34)},
	{.ecap = ECAP_PRS, .needed_ecap = ECAP_DT},
	{.ecap = ECAP_PRS, .needed_ecap = ECAP_SMTS},
	{.ecap = ECAP_PDS, .needed_ecap = ECAP_DT},
	{.ecap = ECAP_NWFS, .needed_ecap = ECAP_DT},
	{.ecap = ECAP_SMS, .needed_ecap = ECAP_PRS},
	{.ecap = ECAP_SMS, .needed_ecap = ECAP_PASID},
	{.ecap = ECAP_PASID, .needed_ecap = ECAP_SMTS},
	{.ecap = ECAP_RPS, .needed_ecap = ECAP_SMTS},
	{.ecap = ECAP_SRS, .needed_ecap = ECAP_SMTS},
	{.ecap = ECAP_RPRIVS, .needed_ecap = ECAP_SRS},
	{.ecap = ECAP_SMPWCS, .needed_ecap = ECAP_SMTS},
	{.ecap = ECAP_SSADS, .needed_ecap = ECAP_SMPWCS},
	{.ecap = ECAP_SSADS, .needed_ecap = ECAP_SSTS},
	{.ecap = ECAP_EAFS, .needed_ecap = ECAP_FSTS},
	{.ecap = ECAP_EAFS, .needed_ecap = ECAP_SMPWCS},
	{.ecap = ECAP_ERS, .needed_ecap = ECAP_PASID},
};

#define NR_IMPLICATIONS (sizeof(implications) / sizeof(implications[0]))
#define NR_RULES (NR_IMPLICATIONS + 8)

static bool is_implication_broken(const struct shown *shown, u32 i)
{
	bool has = (shown->cap & implications[i].cap) || (shown->ecap & implications[i].ecap);
	bool has_needed = (shown->cap & implications[i].needed_cap) ||
			  (shown->ecap & implications[i].needed_ecap);

	return has && !has_needed;
}

/* What is no implication. Of what no register says, the parameters do. */
static bool is_broken(const struct shown *shown, const struct vtd_params *params, u32 rule)
{
	u64 major = FIELD_GET(VER_MAX, shown->ver);
	bool has_second = (shown->ecap & ECAP_SSTS) || major < 6;

	if (rule < NR_IMPLICATIONS)
		return is_implication_broken(shown, rule);
	switch (rule - NR_IMPLICATIONS) {
	case 0:
		return major >= 6 && !(shown->ecap & ECAP_QI);
	case 1:
		return (shown->cap & CAP_RWBF) && (shown->ecap & ECAP_SMTS);
	case 2:
		return FIELD_GET(CAP_MGAW, shown->cap) + 1 < params->haw_bits;
	case 3:
		return has_second && !(shown->cap & CAP_SAGAW);
	case 4:
		return !has_second && (shown->cap & CAP_SAGAW);
	case 5:
		return (shown->ecap & ECAP_ERS) && params->revision != 3;
	case 6:
		return (shown->ecap & ECAP_ERS) && major >= 8;
	default:
		return params->domain_bits != 4 + 2 * FIELD_GET(CAP_ND, shown->cap);
	}
}

static struct shown show_unchecked(const struct vtd_params *params)
{
	struct vtd_params unchecked = *params;

	unchecked.unchecked = 1;
	/* no rule: no revision before 4 has it, and a unit settles that */
	if (params->revision == 3)
		unchecked.sms = 0;
	assert_null(vtd_params_check(&unchecked));
	return walk_show(&unchecked);
}

/* Return: how many rules @params breaks, marked in @broken. */
static u32 count_broken(const struct vtd_params *params, const struct shown *shown, bool *broken)
{
	u32 nr = 0;

	for (u32 i = 0; i < NR_RULES; i++) {
		broken[i] = is_broken(shown, params, i);
		nr += broken[i];
	}
	return nr;
}

/* Sets of a revision without stop markers say nothing of them. */
static const char *check(const struct vtd_params *params)
{
	struct vtd_params settled = *params;

	vtd_features_settle(&settled);
	return vtd_params_check(&settled);
}

static void expect_words(const char *message)
{
	assert_non_null(message);
	assert_int_equal(strncmp(message, "vtd.features", 12), 0);
	assert_non_null(strstr(message, "(VT-d "));
}

static void a_set_is_taken_if_a_unit_may_say_so(void **state)
{
	static u32 alone[NR_RULES];
	struct vtd_params params;
	struct sim_rng rng;
	u32 nr_taken = 0;

	walk_defaults(&params);
	sim_rng_init(&rng, 1, "features");
	for (u32 i = 0; i < STEPS; i++) {
		struct vtd_params next = params;
		bool broken[NR_RULES];
		struct shown shown;
		u32 nr;

		/* some sets have no neighbour that a single step leads to */
		for (u32 step = 0; step <= i % 4; step++)
			walk_step(&next, &rng, 1 + i / 500 % 7);
		shown = show_unchecked(&next);
		nr = count_broken(&next, &shown, broken);
		if (!nr) {
			struct shown taken = walk_show(&next);

			assert_null(check(&next));
			assert_memory_equal(&taken, &shown, sizeof(shown));
			params = next;
			nr_taken++;
			continue;
		}
		expect_words(check(&next));
		for (u32 rule = 0; nr == 1 && rule < NR_RULES; rule++)
			alone[rule] += broken[rule];
	}
	assert_true(nr_taken > STEPS / 4);
	/* each rule has refused a set that broke no other */
	for (u32 rule = 0; rule < NR_RULES; rule++) {
		if (!alone[rule])
			fail_msg("rule %u was never the only one that is broken, %u taken", rule,
				 nr_taken);
	}
}

static void defaults_are_taken(void **state)
{
	struct vtd_params params;

	vtd_params_default(&params);
	assert_null(vtd_features_check(&params));
	for (u64 revision = 3; revision < 5; revision++) {
		params.revision = revision;
		assert_null(vtd_params_check(&params));
		assert_int_equal(!!(walk_show(&params).ecap & ECAP_SMS), revision == 4);
		assert_true(walk_show(&params).ecap & ECAP_ADMS);
	}
}

static void unchecked_takes_all_but_what_no_unit_can_be_made_of(void **state)
{
	struct vtd_params params;

	walk_defaults(&params);
	params.qi = 0;
	params.rwbf = 1;
	params.revision = 3;
	expect_words(vtd_params_check(&params));
	params.unchecked = 1;
	assert_null(vtd_params_check(&params));
	/* it does what it is told to */
	assert_true(walk_show(&params).ecap & ECAP_SMS);
	assert_true(walk_show(&params).cap & CAP_RWBF);
	params.pde_entries = 347;
	assert_non_null(vtd_params_check(&params));
}

static int setup(void **state)
{
	return sim_init(1, 0);
}

static int teardown(void **state)
{
	sim_finish();
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_set_is_taken_if_a_unit_may_say_so),
		TEST(defaults_are_taken),
		TEST(unchecked_takes_all_but_what_no_unit_can_be_made_of),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
