// SPDX-License-Identifier: GPL-2.0-only
/*
 * A cost that is a distribution, as text and back:
 *
 *	{quantiles: {50: 2.4us, 99: 9us, 99.9: 60us}}
 *
 * A file's map is put into that one line first, so that a file, a sweep's point
 * and --set are read by the same few functions. sim/dist.h says what such a
 * distribution is.
 */
#include <stdio.h>
#include <string.h>

#include "system/config/internal.h"

#define EXAMPLE "{quantiles: {50: 2.4us, 99: 9us}}"
#define ALL_PARTS (100 * SIM_DIST_PER_PERCENT)

#define TEXT(number) #number
#define TEXT_OF(number) TEXT(number)
#define MAX_QUANTILES_TEXT TEXT_OF(SIM_DIST_MAX_QUANTILES)

/* --- a node as one line --- */

static void flow(const struct text_node *node, FILE *out)
{
	if (node->kind == TEXT_SCALAR) {
		fputs(node->text, out);
		return;
	}
	fputc(node->kind == TEXT_MAP ? '{' : '[', out);
	for (const struct text_node *child = node->first; child; child = child->next) {
		if (child != node->first)
			fputs(", ", out);
		if (child->key)
			fprintf(out, "%s: ", child->key->text);
		flow(child, out);
	}
	fputc(node->kind == TEXT_MAP ? '}' : ']', out);
}

bool wl_flow(const struct text_node *node, char *text, size_t text_bytes)
{
	FILE *out = fmemopen(text, text_bytes, "w");
	bool fits;

	if (!out)
		return false;
	flow(node, out);
	fits = !fflush(out) && ftell(out) < (long)text_bytes;
	fclose(out);
	return fits;
}

/* --- reading --- */

struct reader {
	const char *at;
	const struct sim_param *param; /* whose range holds */
	struct sim_dist *dist;
	char *why; /* TEXT_MESSAGE_MAX bytes */
};

static int refuse(const struct reader *in, const char *what)
{
	snprintf(in->why, TEXT_MESSAGE_MAX, "%s; expected such as " EXAMPLE, what);
	return -EINVAL;
}

static void skip_blanks(struct reader *in)
{
	in->at += strspn(in->at, " \t");
}

static bool take(struct reader *in, char wanted)
{
	skip_blanks(in);
	if (*in->at != wanted)
		return false;
	in->at++;
	skip_blanks(in);
	return true;
}

/* The text up to one of @ends, without blanks behind it; cut to fit. */
static void take_text(struct reader *in, const char *ends, char text[WL_NUMBER_BYTES])
{
	size_t length = strcspn(in->at, ends), kept = length;

	while (kept && strchr(" \t", in->at[kept - 1]))
		kept--;
	snprintf(text, WL_NUMBER_BYTES, "%.*s", (int)kept, in->at);
	in->at += length;
}

/* 99.9 is 99900000 parts. */
static bool read_percent(const char *text, u64 *parts)
{
	u64 scale = SIM_DIST_PER_PERCENT, sum = 0;
	const char *c = text;

	for (; *c >= '0' && *c <= '9' && sum <= 100; c++)
		sum = sum * 10 + (u64)(*c - '0');
	sum *= SIM_DIST_PER_PERCENT;
	if (c > text && *c == '.' && c[1]) {
		for (c++; *c >= '0' && *c <= '9' && scale > 1; c++) {
			scale /= 10;
			sum += scale * (u64)(*c - '0');
		}
	}
	*parts = sum;
	return c > text && !*c && sum <= ALL_PARTS;
}

static int read_time(struct reader *in, const char *text, u64 *ps)
{
	char quoted[TEXT_QUOTE_BYTES], min[WL_NUMBER_BYTES], max[WL_NUMBER_BYTES];

	if (wl_parse_number(text, SIM_UNIT_PS, ps, in->why))
		return -EINVAL;
	if (*ps >= in->param->min && *ps <= in->param->max)
		return 0;
	wl_format_number(in->param->min, SIM_UNIT_PS, min, sizeof(min));
	wl_format_number(in->param->max, SIM_UNIT_PS, max, sizeof(max));
	snprintf(in->why, TEXT_MESSAGE_MAX, "%s is out of range, expected %s to %s",
		 text_quote(quoted, text), min, max);
	return -EINVAL;
}

/* Both rise, or nothing could be drawn between them. */
static int check_order(const struct reader *in, const struct sim_quantile *next,
		       const char *percent, const char *time)
{
	const struct sim_quantile *last = next - 1;
	char what[TEXT_MESSAGE_MAX / 2];

	if (next == in->dist->quantiles)
		return 0;
	if (next->parts <= last->parts)
		snprintf(what, sizeof(what), "quantile %s is not above the one before it", percent);
	else if (next->ps < last->ps)
		snprintf(what, sizeof(what), "quantile %s is %s, less than the one before it",
			 percent, time);
	else
		return 0;
	return refuse(in, what);
}

static int read_quantile(struct reader *in)
{
	struct sim_quantile *next = in->dist->quantiles + in->dist->nr_quantiles;
	char percent[WL_NUMBER_BYTES], time[WL_NUMBER_BYTES], quoted[TEXT_QUOTE_BYTES];
	char what[TEXT_MESSAGE_MAX / 2];
	int err;

	if (in->dist->nr_quantiles == SIM_DIST_MAX_QUANTILES)
		return refuse(in, "more than " MAX_QUANTILES_TEXT " quantiles");
	take_text(in, ":,{}", percent);
	if (!read_percent(percent, &next->parts)) {
		snprintf(what, sizeof(what),
			 "%s is no percentage from 0 to 100 with at most six decimal places",
			 text_quote(quoted, percent));
		return refuse(in, what);
	}
	if (!take(in, ':'))
		return refuse(in, "a quantile without a time");
	take_text(in, ",{}", time);
	err = read_time(in, time, &next->ps);
	if (!err)
		err = check_order(in, next, percent, time);
	in->dist->nr_quantiles++;
	return err;
}

static int read_quantiles(struct reader *in)
{
	int err = 0;

	if (!take(in, '{'))
		return refuse(in, "quantiles wants keys and values");
	while (*in->at && *in->at != '}' && !err) {
		err = read_quantile(in);
		if (!err && !take(in, ',') && *in->at != '}')
			return refuse(in, "a quantile is followed by neither ',' nor '}'");
	}
	if (err)
		return err;
	if (in->dist->nr_quantiles < 2)
		return refuse(in, in->dist->nr_quantiles ? "one quantile is a constant"
							 : "a distribution without quantiles");
	return take(in, '}') ? 0 : refuse(in, "'{' without '}'");
}

int wl_dist_parse(const char *text, const struct sim_param *param, struct sim_dist *dist, char *why)
{
	struct reader in = {.at = text, .param = param, .dist = dist, .why = why};
	char key[WL_NUMBER_BYTES], quoted[TEXT_QUOTE_BYTES], what[TEXT_MESSAGE_MAX / 2];
	int err;

	if (!take(&in, '{'))
		return refuse(&in, "a distribution begins with '{'");
	take_text(&in, ":,{}", key);
	if (strcmp(key, "quantiles") != 0) {
		snprintf(what, sizeof(what), "unknown key %s in a distribution",
			 text_quote(quoted, key));
		return refuse(&in, key[0] ? what : "a distribution without quantiles");
	}
	if (!take(&in, ':'))
		return refuse(&in, "a distribution without quantiles");
	err = read_quantiles(&in);
	if (err)
		return err;
	if (!take(&in, '}'))
		return refuse(&in, *in.at ? "a distribution has the key 'quantiles' only"
					  : "'{' without '}'");
	return *in.at ? refuse(&in, "text behind the last '}'") : 0;
}

/* --- writing --- */

static void format_percent(u64 parts, char *text, size_t text_bytes)
{
	u64 places = parts % SIM_DIST_PER_PERCENT;
	int length = snprintf(text, text_bytes, "%llu.%06llu", parts / SIM_DIST_PER_PERCENT,
			      places);

	while (text[length - 1] == '0')
		text[--length] = 0;
	if (text[length - 1] == '.')
		text[--length] = 0;
}

void wl_dist_format(const struct sim_dist *dist, char *text, size_t text_bytes)
{
	size_t length = (size_t)snprintf(text, text_bytes, "{quantiles: {");

	for (u32 i = 0; i < dist->nr_quantiles && length < text_bytes; i++) {
		char percent[WL_NUMBER_BYTES], time[WL_NUMBER_BYTES];

		format_percent(dist->quantiles[i].parts, percent, sizeof(percent));
		wl_format_number(dist->quantiles[i].ps, SIM_UNIT_PS, time, sizeof(time));
		length += (size_t)snprintf(text + length, text_bytes - length, "%s%s: %s",
					   i ? ", " : "", percent, time);
	}
	if (length < text_bytes)
		snprintf(text + length, text_bytes - length, "}}");
}
