// SPDX-License-Identifier: GPL-2.0-only
/*
 * Numbers with units, both ways, in exact integer arithmetic: a decimal is an
 * integer mantissa and a count of decimal places, and what does not come out
 * as a whole number of base units is refused.
 *
 * K, M and G of a size are binary, as QEMU's are; kB, MB and GB are decimal.
 * Times and rates need a unit, so that nobody's 250 is taken for something
 * else; only 0 may stand alone.
 */
#include <stdio.h>
#include <string.h>

#include "system/config/internal.h"

/* 2^64 has 20 digits; room for leading zeroes, and mantissa * factor < 2^127. */
#define MAX_DIGITS 26
#define MAX_PLACES 18
/* More places than this make no text shorter than the base unit's. */
#define MAX_FORMAT_PLACES 9

typedef unsigned __int128 u128;

struct unit_name {
	const char *name;
	u64 factor;    /* in base units */
	bool is_alias; /* read, never written */
};

struct dimension {
	const char *what;    /* "a time" */
	const char *example; /* "250ns, 1.5us or 2ms" */
	const char *base;    /* "picoseconds" */
	bool is_bare_allowed;
	bool is_hex_allowed;
	struct unit_name units[12]; /* larger first */
};

#define SIZE_UNITS                                                                                 \
	{                                                                                          \
		{"TiB", 1ULL << 40, false}, {"GiB", 1ULL << 30, false},                            \
			{"MiB", 1ULL << 20, false}, {"KiB", 1ULL << 10, false},                    \
			{"T", 1ULL << 40, true}, {"G", 1ULL << 30, true}, {"M", 1ULL << 20, true}, \
			{"K", 1ULL << 10, true}, {"GB", 1000000000, false},                        \
			{"MB", 1000000, false}, {"kB", 1000, false}, {"B", 1, false},              \
	}

static const struct dimension dimensions[] = {
	[SIM_UNIT_COUNT] = {"a count", "16", "ones", true, true, {{"", 1, false}}},
	[SIM_UNIT_BOOL] = {"a switch", "true or false", "", false, false, {{NULL, 0, false}}},
	[SIM_UNIT_BYTES] = {"a size", "4096, 64KiB, 64K or 1MB", "bytes", true, true, SIZE_UNITS},
	[SIM_UNIT_PS] = {"a time",
			 "250ns, 1.5us or 2ms",
			 "picoseconds",
			 false,
			 false,
			 {{"s", 1000000000000ULL, false},
			  {"ms", 1000000000, false},
			  {"us", 1000000, false},
			  {"ns", 1000, false},
			  {"ps", 1, false}}},
	[SIM_UNIT_CYCLES] = {"a number of cycles",
			     "4 or 4cycles",
			     "cycles",
			     true,
			     false,
			     {{"cycles", 1, false}, {"cycle", 1, true}}},
	[SIM_UNIT_HZ] = {"a frequency",
			 "1GHz or 250MHz",
			 "hertz",
			 false,
			 false,
			 {{"GHz", 1000000000, false},
			  {"MHz", 1000000, false},
			  {"kHz", 1000, false},
			  {"Hz", 1, false}}},
	[SIM_UNIT_BYTES_PER_S] = {"a rate",
				  "9.4GB/s or 512MiB/s",
				  "bytes a second",
				  false,
				  false,
				  {{"GiB/s", 1ULL << 30, false},
				   {"MiB/s", 1ULL << 20, false},
				   {"KiB/s", 1ULL << 10, false},
				   {"GB/s", 1000000000, false},
				   {"MB/s", 1000000, false},
				   {"kB/s", 1000, false},
				   {"B/s", 1, false}}},
	[SIM_UNIT_BITS] = {"a number of bits",
			   "16 or 16bits",
			   "bits",
			   true,
			   false,
			   {{"bits", 1, false}, {"bit", 1, true}}},
	[SIM_UNIT_ADDRESS] = {"an address", "0x40000000 or 1GiB", "bytes", true, true, SIZE_UNITS},
};

#define NR_DIMENSIONS (sizeof(dimensions) / sizeof(dimensions[0]))
#define NR_UNITS (sizeof(dimensions[0].units) / sizeof(dimensions[0].units[0]))

/* A cost that is no distribution is a time. */
static const struct dimension *dimension_of(enum sim_unit unit)
{
	return &dimensions[unit == SIM_UNIT_COST ? SIM_UNIT_PS : unit];
}

/* One text that is read as a value of one dimension. */
struct reading {
	const char *text;
	const struct dimension *dim;
	char *message;
};

static int refuse(const struct reading *in, const char *why)
{
	char quoted[TEXT_QUOTE_BYTES];

	snprintf(in->message, TEXT_MESSAGE_MAX, "%s %s; expected %s such as %s",
		 text_quote(quoted, in->text), why, in->dim->what, in->dim->example);
	return -EINVAL;
}

static const struct unit_name *find_unit(const struct dimension *dim, const char *name)
{
	for (size_t i = 0; i < NR_UNITS && dim->units[i].name; i++) {
		if (!strcmp(dim->units[i].name, name))
			return &dim->units[i];
	}
	return NULL;
}

static int refuse_unit(const struct reading *in, const char *unit)
{
	char why[64];

	for (size_t i = 0; unit[0] && i < NR_DIMENSIONS; i++) {
		if (&dimensions[i] == in->dim || !find_unit(&dimensions[i], unit))
			continue;
		snprintf(why, sizeof(why), "is %s", dimensions[i].what);
		return refuse(in, why);
	}
	return refuse(in, unit[0] ? "has an unknown unit" : "has no unit");
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

struct decimal {
	u128 mantissa;
	u32 nr_digits; /* leading zeroes not counted */
	u32 nr_places;
};

/* Reads digits, and a point followed by digits. NULL: not a number. */
static const char *read_decimal(const char *at, struct decimal *dec)
{
	bool has_point = false;

	*dec = (struct decimal){0};
	if (!is_digit(*at))
		return NULL;
	for (;; at++) {
		if (*at == '.' && !has_point && is_digit(at[1])) {
			has_point = true;
			continue;
		}
		if (!is_digit(*at))
			break;
		if (dec->mantissa || *at != '0')
			dec->nr_digits++;
		if (dec->nr_digits <= MAX_DIGITS)
			dec->mantissa = dec->mantissa * 10 + (u128)(*at - '0');
		dec->nr_places += has_point;
	}
	return at;
}

static void trim_places(struct decimal *dec)
{
	while (dec->nr_places && dec->mantissa % 10 == 0) {
		dec->mantissa /= 10;
		dec->nr_places--;
	}
}

static u128 power_of_10(u32 exponent)
{
	u128 power = 1;

	while (exponent--)
		power *= 10;
	return power;
}

static int scale(const struct reading *in, const struct decimal *dec, u64 factor, u64 *value)
{
	char why[64];
	u128 product;

	if (dec->nr_digits > MAX_DIGITS || dec->nr_places > MAX_PLACES)
		return refuse(in, "has too many digits");
	/* 10^26 * 2^40 is below 2^127 */
	product = dec->mantissa * factor;
	if (product % power_of_10(dec->nr_places)) {
		snprintf(why, sizeof(why), "is not a whole number of %s", in->dim->base);
		return refuse(in, why);
	}
	product /= power_of_10(dec->nr_places);
	if (product > ~0ULL)
		return refuse(in, "is too large");
	*value = (u64)product;
	return 0;
}

static int hex_digit(char c)
{
	if (is_digit(c))
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static int parse_hex(const struct reading *in, u64 *value)
{
	const char *at = in->text + 2;
	u64 sum = 0;

	if (!in->dim->is_hex_allowed)
		return refuse(in, "is hexadecimal");
	if (hex_digit(*at) < 0)
		return refuse(in, "is not a number");
	for (; hex_digit(*at) >= 0; at++) {
		if (sum >> 60)
			return refuse(in, "is too large");
		sum = sum << 4 | (u64)hex_digit(*at);
	}
	if (*at)
		return refuse(in, "is not a number");
	*value = sum;
	return 0;
}

static int parse_bool(const struct reading *in, u64 *value)
{
	static const char *const words[][2] = {
		{"false", "true"}, {"no", "yes"}, {"off", "on"}, {"0", "1"}};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		for (u64 is_on = 0; is_on < 2; is_on++) {
			if (strcmp(words[i][is_on], in->text))
				continue;
			*value = is_on;
			return 0;
		}
	}
	return refuse(in, "is neither on nor off");
}

static int parse_decimal(const struct reading *in, u64 *value)
{
	const struct unit_name *name;
	struct decimal dec;
	const char *rest = read_decimal(in->text, &dec);

	if (!rest)
		return refuse(in, "is not a number");
	trim_places(&dec);
	if (*rest == ' ')
		rest++;
	if (!*rest && (in->dim->is_bare_allowed || !dec.mantissa))
		return scale(in, &dec, 1, value);
	name = find_unit(in->dim, rest);
	return name ? scale(in, &dec, name->factor, value) : refuse_unit(in, rest);
}

int wl_parse_number(const char *text, enum sim_unit unit, u64 *value, char *message)
{
	const struct reading in = {text, dimension_of(unit), message};

	if (unit == SIM_UNIT_BOOL)
		return parse_bool(&in, value);
	if (!text[0])
		return refuse(&in, "is empty");
	if (text[0] == '-')
		return refuse(&in, "is negative");
	if (text[0] == '0' && (text[1] == 'x' || text[1] == 'X'))
		return parse_hex(&in, value);
	return parse_decimal(&in, value);
}

/* @value in units of @factor as a decimal; false: not with so few places. */
static bool write_decimal(u64 value, u64 factor, char *text, size_t text_bytes)
{
	u64 rest = value % factor;
	char places[MAX_FORMAT_PLACES + 1];
	u32 nr = 0;

	while (rest && nr < MAX_FORMAT_PLACES) {
		u128 tenfold = (u128)rest * 10;

		places[nr++] = (char)('0' + (u32)(tenfold / factor));
		rest = (u64)(tenfold % factor);
	}
	places[nr] = 0;
	snprintf(text, text_bytes, "%llu%s%s", value / factor, nr ? "." : "", places);
	return !rest;
}

void wl_format_number(u64 value, enum sim_unit unit, char *text, size_t text_bytes)
{
	const struct dimension *dim = dimension_of(unit);
	char best[WL_NUMBER_BYTES] = "", number[WL_NUMBER_BYTES], one[WL_NUMBER_BYTES];

	if (unit == SIM_UNIT_BOOL) {
		snprintf(text, text_bytes, "%s", value ? "true" : "false");
		return;
	}
	if (unit == SIM_UNIT_ADDRESS) {
		snprintf(text, text_bytes, "0x%llx", value);
		return;
	}
	if (!value || unit == SIM_UNIT_COUNT || unit == SIM_UNIT_BITS || unit == SIM_UNIT_CYCLES) {
		snprintf(text, text_bytes, "%llu", value);
		return;
	}
	for (size_t i = 0; i < NR_UNITS && dim->units[i].name; i++) {
		if (dim->units[i].is_alias ||
		    !write_decimal(value, dim->units[i].factor, number, sizeof(number)))
			continue;
		snprintf(one, sizeof(one), "%.40s%s", number, dim->units[i].name);
		if (!best[0] || strlen(one) < strlen(best))
			memcpy(best, one, sizeof(best));
	}
	snprintf(text, text_bytes, "%s", best);
}
