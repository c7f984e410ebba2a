// SPDX-License-Identifier: GPL-2.0-only
/*
 * Ranges of numbers, of which a sweep makes points: `2..11`, `0us..8us+2us`, `1..1024*2`,
 * `4KiB..1MiB*4`. Both ends belong to it; the last number is the last one that is not beyond
 * the end. A factor may have three decimals: each number is the one before times it, rounded
 * up to a whole base unit, in integers.
 */
#include <stdio.h>
#include <string.h>

#include "system/config/internal.h"

#define MILLI 1000

bool wl_is_range(const char *text)
{
	return strstr(text, "..") != NULL;
}

static int refuse(const char *text, const char *problem, char *why)
{
	char quoted[TEXT_QUOTE_BYTES];

	snprintf(why, TEXT_MESSAGE_MAX, "range %s %s", text_quote(quoted, text), problem);
	return -EINVAL;
}

/* "2" or "1.5" in thousandths. */
static bool read_factor(const char *text, u64 *factor_milli)
{
	size_t whole = strspn(text, "0123456789"), places = 0;
	u64 value = 0;

	for (size_t i = 0; i < whole; i++)
		value = value * 10 + (u64)(text[i] - '0');
	if (!whole || whole > 9)
		return false;
	text += whole;
	if (*text == '.')
		places = strspn(++text, "0123456789");
	for (size_t i = 0; i < 3; i++)
		value = value * 10 + (i < places ? (u64)(text[i] - '0') : 0);
	*factor_milli = value;
	return places <= 3 && !text[places];
}

/* "1us" to "5ms+1us" or "5ms*10"; @end: behind the dots, cut at the sign. */
static int read_progress(struct wl_range *range, const char *text, char *end, char *why)
{
	char *sign = strpbrk(end, "+*");
	bool is_whole = range->unit == SIM_UNIT_COUNT || range->unit == SIM_UNIT_BITS ||
			range->unit == SIM_UNIT_CYCLES;

	range->step = 1;
	if (!sign && !is_whole)
		return refuse(text,
			      "has no step, expected one, as in 0us..8us+2us, or a factor, as in "
			      "1us..1ms*10",
			      why);
	if (!sign)
		return 0;
	if (*sign == '+') {
		*sign = 0;
		if (wl_parse_number(sign + 1, range->unit, &range->step, why))
			return -EINVAL;
		return range->step ? 0 : refuse(text, "never ends: its step is 0", why);
	}
	*sign = 0;
	range->step = 0;
	if (!read_factor(sign + 1, &range->factor_milli) || range->factor_milli <= MILLI)
		return refuse(text, "wants a factor above 1 with three decimals at most", why);
	return 0;
}

int wl_range_read(struct wl_range *range, const char *text, enum sim_unit unit, char *why)
{
	char first[WL_NUMBER_BYTES * 2], *end;

	*range = (struct wl_range){.unit = unit};
	if (unit == SIM_UNIT_BOOL)
		return refuse(text, "is one of a switch, expected false, true", why);
	if (strlen(text) >= sizeof(first))
		return refuse(text, "is too long", why);
	snprintf(first, sizeof(first), "%s", text);
	end = strstr(first, "..");
	*end = 0;
	end += 2;
	if (read_progress(range, text, end, why) ||
	    wl_parse_number(first, unit, &range->first, why) ||
	    wl_parse_number(end, unit, &range->last, why))
		return -EINVAL;
	if (range->first > range->last)
		return refuse(text, "is empty: it ends before it begins", why);
	if (!range->step && !range->first)
		return refuse(text, "never ends: 0 times a factor is 0", why);
	return 0;
}

bool wl_range_next(const struct wl_range *range, u64 *value)
{
	unsigned __int128 next = (unsigned __int128)*value + range->step;

	if (!range->step)
		next = ((unsigned __int128)*value * range->factor_milli + MILLI - 1) / MILLI;
	if (next > range->last)
		return false;
	*value = (u64)next;
	return true;
}

u64 wl_range_count(const struct wl_range *range, u64 most)
{
	u64 value = range->first, nr = 1;

	if (range->step)
		return (range->last - range->first) / range->step +
		       ((range->last - range->first) / range->step != ~0ULL);
	while (nr <= most && wl_range_next(range, &value))
		nr++;
	return nr;
}
