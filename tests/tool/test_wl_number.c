// SPDX-License-Identifier: GPL-2.0-only
/*
 * Numbers with units. Claims: every unit means what it says, exactly; what is
 * not a whole number of base units, has no unit where one is needed, or another
 * dimension's, is refused with the reason; formatting is the inverse of parsing
 * for random values of every dimension.
 */
#include <errno.h>

#include "sim/rng.h"
#include "tests/tool/wl_support.h"

static const struct {
	const char *text;
	enum sim_unit unit;
	u64 value;
} good[] = {
	{"0", SIM_UNIT_PS, 0},
	{"0ns", SIM_UNIT_PS, 0},
	{"250ns", SIM_UNIT_PS, 250000},
	{"250 ns", SIM_UNIT_PS, 250000},
	{"1ps", SIM_UNIT_PS, 1},
	{"1.5us", SIM_UNIT_PS, 1500000},
	{"0.001ns", SIM_UNIT_PS, 1},
	{"0.000000000001s", SIM_UNIT_PS, 1},
	{"2ms", SIM_UNIT_PS, 2000000000},
	{"00012.500ns", SIM_UNIT_PS, 12500},
	{"18446744.073709551615s", SIM_UNIT_PS, ~0ULL},
	{"4096", SIM_UNIT_BYTES, 4096},
	{"1B", SIM_UNIT_BYTES, 1},
	{"64K", SIM_UNIT_BYTES, 65536},
	{"64KiB", SIM_UNIT_BYTES, 65536},
	{"64kB", SIM_UNIT_BYTES, 64000},
	{"1.5MiB", SIM_UNIT_BYTES, 1572864},
	{"1MB", SIM_UNIT_BYTES, 1000000},
	{"2M", SIM_UNIT_BYTES, 2097152},
	{"3GB", SIM_UNIT_BYTES, 3000000000},
	{"3GiB", SIM_UNIT_BYTES, 3221225472},
	{"1T", SIM_UNIT_BYTES, 1ULL << 40},
	{"0x1000", SIM_UNIT_BYTES, 4096},
	{"0xffffffffffffffff", SIM_UNIT_ADDRESS, ~0ULL},
	{"1GiB", SIM_UNIT_ADDRESS, 1ULL << 30},
	{"1GHz", SIM_UNIT_HZ, 1000000000},
	{"2.6GHz", SIM_UNIT_HZ, 2600000000},
	{"100kHz", SIM_UNIT_HZ, 100000},
	{"7Hz", SIM_UNIT_HZ, 7},
	{"9.4GB/s", SIM_UNIT_BYTES_PER_S, 9400000000},
	{"1GiB/s", SIM_UNIT_BYTES_PER_S, 1ULL << 30},
	{"1KiB/s", SIM_UNIT_BYTES_PER_S, 1024},
	{"3B/s", SIM_UNIT_BYTES_PER_S, 3},
	{"4", SIM_UNIT_CYCLES, 4},
	{"4cycles", SIM_UNIT_CYCLES, 4},
	{"1 cycle", SIM_UNIT_CYCLES, 1},
	{"16bits", SIM_UNIT_BITS, 16},
	{"16", SIM_UNIT_BITS, 16},
	{"18446744073709551615", SIM_UNIT_COUNT, ~0ULL},
	{"3.0", SIM_UNIT_COUNT, 3},
	{"true", SIM_UNIT_BOOL, 1},
	{"off", SIM_UNIT_BOOL, 0},
	{"yes", SIM_UNIT_BOOL, 1},
	{"1", SIM_UNIT_BOOL, 1},
};

static const struct {
	const char *text;
	enum sim_unit unit;
	const char *message;
} bad[] = {
	{"250", SIM_UNIT_PS, "'250' has no unit; expected a time such as 250ns, 1.5us or 2ms"},
	{"250KiB", SIM_UNIT_PS, "'250KiB' is a size; expected a time such as 250ns, 1.5us or 2ms"},
	{"1.5ps", SIM_UNIT_PS,
	 "'1.5ps' is not a whole number of picoseconds; expected a time such as 250ns, 1.5us or 2ms"},
	{"-1ns", SIM_UNIT_PS, "'-1ns' is negative; expected a time such as 250ns, 1.5us or 2ms"},
	{"fast", SIM_UNIT_PS,
	 "'fast' is not a number; expected a time such as 250ns, 1.5us or 2ms"},
	{"18446744.073709551616s", SIM_UNIT_PS,
	 "'18446744.073709551616s' is too large; expected a time such as 250ns, 1.5us or 2ms"},
	{"1hour", SIM_UNIT_PS,
	 "'1hour' has an unknown unit; expected a time such as 250ns, 1.5us or 2ms"},
	{"0x10", SIM_UNIT_PS, "'0x10' is hexadecimal; expected a time such as 250ns, 1.5us or 2ms"},
	{"", SIM_UNIT_BYTES, "'' is empty; expected a size such as 4096, 64KiB, 64K or 1MB"},
	{"4ns", SIM_UNIT_BYTES, "'4ns' is a time; expected a size such as 4096, 64KiB, 64K or 1MB"},
	{"0.3B", SIM_UNIT_BYTES,
	 "'0.3B' is not a whole number of bytes; expected a size such as 4096, 64KiB, 64K or 1MB"},
	{"17179869184G", SIM_UNIT_BYTES,
	 "'17179869184G' is too large; expected a size such as 4096, 64KiB, 64K or 1MB"},
	{"0x", SIM_UNIT_ADDRESS,
	 "'0x' is not a number; expected an address such as 0x40000000 or 1GiB"},
	{"0x12z", SIM_UNIT_ADDRESS,
	 "'0x12z' is not a number; expected an address such as 0x40000000 or 1GiB"},
	{"0x10000000000000000", SIM_UNIT_ADDRESS,
	 "'0x10000000000000000' is too large; expected an address such as 0x40000000 or 1GiB"},
	{"9.4KB/s", SIM_UNIT_BYTES_PER_S,
	 "'9.4KB/s' has an unknown unit; expected a rate such as 9.4GB/s or 512MiB/s"},
	{"1000", SIM_UNIT_BYTES_PER_S,
	 "'1000' has no unit; expected a rate such as 9.4GB/s or 512MiB/s"},
	{"3", SIM_UNIT_HZ, "'3' has no unit; expected a frequency such as 1GHz or 250MHz"},
	{"1.5", SIM_UNIT_COUNT, "'1.5' is not a whole number of ones; expected a count such as 16"},
	{"1e3", SIM_UNIT_COUNT, "'1e3' has an unknown unit; expected a count such as 16"},
	{"1.", SIM_UNIT_COUNT, "'1.' has an unknown unit; expected a count such as 16"},
	{".5", SIM_UNIT_COUNT, "'.5' is not a number; expected a count such as 16"},
	{"+1", SIM_UNIT_COUNT, "'+1' is not a number; expected a count such as 16"},
	{" 1", SIM_UNIT_COUNT, "' 1' is not a number; expected a count such as 16"},
	{"18446744073709551616", SIM_UNIT_COUNT,
	 "'18446744073709551616' is too large; expected a count such as 16"},
	{"999999999999999999999999999999999999999999999999", SIM_UNIT_COUNT,
	 "'9999999999999999999999999999999999999999'... has too many digits; expected a count "
	 "such as 16"},
	{"2", SIM_UNIT_BOOL, "'2' is neither on nor off; expected a switch such as true or false"},
	{"TRUE", SIM_UNIT_BOOL,
	 "'TRUE' is neither on nor off; expected a switch such as true or false"},
};

static void every_unit_means_what_it_says(void **state)
{
	char message[TEXT_MESSAGE_MAX];
	u64 value;

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		value = 12345;
		if (wl_parse_number(good[i].text, good[i].unit, &value, message))
			fail_msg("%s: %s", good[i].text, message);
		if (value != good[i].value)
			fail_msg("%s gave %llu", good[i].text, value);
	}
}

static void what_is_wrong_is_refused_with_the_reason(void **state)
{
	char message[TEXT_MESSAGE_MAX];
	u64 value;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		value = 12345;
		message[0] = 0;
		assert_int_equal(wl_parse_number(bad[i].text, bad[i].unit, &value, message),
				 -EINVAL);
		assert_string_equal(message, bad[i].message);
		assert_true(value == 12345);
	}
}

static void check_round_trip(u64 value, enum sim_unit unit)
{
	char message[TEXT_MESSAGE_MAX], text[64];
	u64 back = ~value;

	wl_format_number(value, unit, text, sizeof(text));
	if (wl_parse_number(text, unit, &back, message))
		fail_msg("%llu became %s: %s", value, text, message);
	if (back != value)
		fail_msg("%llu became %s became %llu", value, text, back);
}

/* Values of all sizes, and round ones in every unit. */
static u64 draw(struct sim_rng *rng)
{
	u64 value = sim_rng_u64(rng) >> sim_rng_below(rng, 64);
	u64 ten = 1;

	for (u64 n = sim_rng_below(rng, 12); n; n--)
		ten *= 10;
	switch (sim_rng_below(rng, 3)) {
	case 0:
		return value / ten * ten;
	case 1:
		return value >> 10 << 10;
	default:
		return value;
	}
}

static void formatting_is_the_inverse_of_parsing(void **state)
{
	struct sim_rng rng;

	sim_rng_init(&rng, 1, "numbers");
	for (u32 unit = SIM_UNIT_COUNT; unit <= SIM_UNIT_ADDRESS; unit++) {
		check_round_trip(0, unit);
		check_round_trip(1, unit);
		for (u32 i = 0; unit != SIM_UNIT_BOOL && i < 20000; i++)
			check_round_trip(draw(&rng), unit);
		if (unit != SIM_UNIT_BOOL)
			check_round_trip(~0ULL, unit);
	}
}

static void formatting_takes_the_shortest_text(void **state)
{
	static const struct {
		u64 value;
		enum sim_unit unit;
		const char *text;
	} cases[] = {
		{250000, SIM_UNIT_PS, "250ns"},
		{1500000, SIM_UNIT_PS, "1.5us"},
		{10123456, SIM_UNIT_PS, "10123456ps"},
		{1000000000000, SIM_UNIT_PS, "1s"},
		{65536, SIM_UNIT_BYTES, "64KiB"},
		{64000, SIM_UNIT_BYTES, "64kB"},
		{4097, SIM_UNIT_BYTES, "4097B"},
		{2600000000, SIM_UNIT_HZ, "2.6GHz"},
		{18830000000, SIM_UNIT_BYTES_PER_S, "18.83GB/s"},
		{0x10000000, SIM_UNIT_ADDRESS, "0x10000000"},
		{5, SIM_UNIT_CYCLES, "5"},
		{1, SIM_UNIT_BOOL, "true"},
		{0, SIM_UNIT_PS, "0"},
	};
	char text[64];

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		wl_format_number(cases[i].value, cases[i].unit, text, sizeof(text));
		assert_string_equal(text, cases[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_unit_means_what_it_says),
		cmocka_unit_test(what_is_wrong_is_refused_with_the_reason),
		cmocka_unit_test(formatting_is_the_inverse_of_parsing),
		cmocka_unit_test(formatting_takes_the_shortest_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
