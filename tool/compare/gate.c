// SPDX-License-Identifier: GPL-2.0-only
/* Bounds on changes, see gate.h. */
#include "tool/compare/gate.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tool/common/tool.h"

static int bad(const char *text, char *message)
{
	snprintf(message, TEXT_MESSAGE_MAX,
		 "--fail-on %.200s: expected NAME:+NUMBER or NAME:-NUMBER, with or without %%, as "
		 "p99:+3%% or throughput:-2%%",
		 text);
	return -EINVAL;
}

int compare_gate_parse(struct compare_gate *gate, const char *text, char *message)
{
	const char *colon = strrchr(text, ':');
	char *end;

	*gate = (struct compare_gate){0};
	if (!colon || colon == text || (size_t)(colon - text) >= sizeof(gate->name))
		return bad(text, message);
	memcpy(gate->name, text, (size_t)(colon - text));
	gate->is_upper = colon[1] == '+';
	/* a number in decimal digits: no second sign, space, inf, nan or hexadecimal */
	if ((colon[1] != '+' && colon[1] != '-') || strspn(colon + 2, "0123456789.") == 0)
		return bad(text, message);
	gate->bound = strtod(colon + 2, &end);
	if (end != colon + 2 + strspn(colon + 2, "0123456789."))
		return bad(text, message);
	gate->is_relative = *end == '%';
	if (end[gate->is_relative])
		return bad(text, message);
	return 0;
}

/* Where in the comparison. */
struct place {
	const struct compare *compare;
	u32 side, point;
};

static int complain_unknown(const struct compare_gate *gate, struct place place, bool is_b,
			    char *message)
{
	const struct compare_side *side = &place.compare->sides[is_b ? place.side : 0];
	const json_t *result = compare_side_result(side, place.point);

	snprintf(message, TEXT_MESSAGE_MAX, "--fail-on %s: %.300s %s", gate->name, side->path,
		 compare_is_name(result, gate->name) ? "does not know it (null)"
						     : "has no such number");
	return -EINVAL;
}

static int complain_exceeded(const struct compare_gate *gate, struct place place,
			     const struct compare_value *value, char *message)
{
	char name[256], percent[64] = "";

	compare_point_name(place.compare, place.point, name);
	if (value->a != 0)
		snprintf(percent, sizeof(percent), ", %+.2f %%",
			 100 * (value->b - value->a) / value->a);
	snprintf(message, TEXT_MESSAGE_MAX,
		 "%s of %.200s%s%s%s is %.10g, of %.200s %.10g%s: over %c%.10g%s", gate->name,
		 place.compare->sides[place.side].path, name[0] ? ", " : "", name,
		 name[0] ? "," : "", value->b, place.compare->sides[0].path, value->a, percent,
		 gate->is_upper ? '+' : '-', gate->bound, gate->is_relative ? " %" : "");
	return -ERANGE;
}

static int check_at(const struct compare_gate *gate, struct place place, char *message)
{
	const struct compare_pair *pair = compare_pair_at(place.compare, place.side, place.point);
	const struct compare_test *test = compare_find_test(pair, gate->name);
	struct compare_value value = {.name = gate->name};
	double change, bound = gate->bound;

	if (test && test->is_over_seeds) {
		value.a = test->a.mean;
		value.b = test->b.mean;
	} else if (!compare_number(pair->result_a, gate->name, &value.a)) {
		return complain_unknown(gate, place, false, message);
	} else if (!compare_number(pair->result_b, gate->name, &value.b)) {
		return complain_unknown(gate, place, true, message);
	}
	change = gate->is_upper ? value.b - value.a : value.a - value.b;
	if (gate->is_relative)
		bound *= fabs(value.a) / 100;
	return change > bound ? complain_exceeded(gate, place, &value, message) : 0;
}

int compare_gate_check(const struct compare_gate *gate, const struct compare *compare,
		       char *message)
{
	struct place place = {compare, 1, 0};

	for (; place.side < compare->nr_sides; place.side++) {
		for (place.point = 0; place.point < compare->nr_points; place.point++) {
			int err = check_at(gate, place, message);

			if (err)
				return err;
		}
	}
	return 0;
}
