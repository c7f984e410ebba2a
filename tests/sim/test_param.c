// SPDX-License-Identifier: GPL-2.0-only
/*
 * The parameter table of the CPUs: each row names a field of its own, defaults
 * lie in their ranges, keys and helps are there.
 */
#include "machine.h"

static void each_field_has_one_row(void **state)
{
	size_t i, j;

	assert_int_equal(sim_cpu_param_count * sizeof(u64), sizeof(struct sim_cpu_params));
	for (i = 0; i < sim_cpu_param_count; i++) {
		assert_int_equal(sim_cpu_param_table[i].offset, i * sizeof(u64));
		for (j = 0; j < i; j++)
			assert_string_not_equal(sim_cpu_param_table[i].key,
						sim_cpu_param_table[j].key);
	}
}

static void defaults_lie_within_their_ranges(void **state)
{
	size_t i;

	for (i = 0; i < sim_cpu_param_count; i++) {
		const struct sim_param *param = &sim_cpu_param_table[i];

		assert_true(param->min <= param->max);
		if (param->def != SIM_PARAM_REQUIRED)
			assert_true(param->def >= param->min && param->def <= param->max);
	}
}

static void each_row_explains_itself(void **state)
{
	size_t i;

	for (i = 0; i < sim_cpu_param_count; i++) {
		assert_true(strlen(sim_cpu_param_table[i].key) > 2);
		assert_true(strlen(sim_cpu_param_table[i].help) > 5);
		assert_non_null(sim_cpu_param_table[i].source);
	}
}

static void cycles_convert_rounded_to_nearest(void **state)
{
	assert_int_equal(sim_cycles_to_ps(1, 1), SIM_PS_PER_S);
	assert_int_equal(sim_cycles_to_ps(3, 2600000000ULL), 1154);
	assert_int_equal(sim_cycles_to_ps(0, 1000), 0);
	assert_int_equal(sim_cycles_to_ps((1 << 24) - 1, SIM_PS_PER_S), (1 << 24) - 1);
	assert_int_equal(sim_cycles_to_ps(1, 3 * SIM_PS_PER_S), 0);
	assert_int_equal(sim_cycles_to_ps(2, 3 * SIM_PS_PER_S), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_field_has_one_row),
		cmocka_unit_test(defaults_lie_within_their_ranges),
		cmocka_unit_test(each_row_explains_itself),
		cmocka_unit_test(cycles_convert_rounded_to_nearest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
