// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the picture of latencies is drawn from: their distribution on an axis of nines, on which
 * body and tail have room alike, and its percentiles with their intervals.
 */
#include <math.h>
#include <stdio.h>

#include "system/result/percentile.h"
#include "tool/output/output.h"

#define US_PLACES 6
#define Z 1.96 /* 95 %, two sides */

static const char *us(char text[DECIMAL_BYTES], decimal_u128 ps)
{
	return decimal_scaled(text, ps, US_PLACES);
}

/* Of the values at or below @below of @count: 90 % is 1, 99 % is 2; all is half a value from the
 * end. */
static double nines(u64 below, u64 count)
{
	double beyond = below < count ? (double)(count - below) : 0.5;

	return -log10(beyond / (double)count);
}

/* A distribution that is written: of a group of devices, or of all. */
struct curve {
	FILE *out;
	const struct sim_hist *hist;
	const char *group; /* or another name; NULL: of all */
};

static void write_row(const struct curve *curve, const char *value, const char *share,
		      const char *nines_text)
{
	fprintf(curve->out, "%s %s %s", value, share, nines_text);
	if (curve->group)
		fprintf(curve->out, " \"%s\"", curve->group);
	fputc('\n', curve->out);
}

static void write_share(const struct curve *curve, u64 value_ps, u64 below)
{
	char value[DECIMAL_BYTES], share[DECIMAL_BYTES], text[32];

	snprintf(text, sizeof(text), "%.6f", nines(below, curve->hist->count));
	/* millionths of a percent */
	write_row(curve, us(value, value_ps),
		  decimal_scaled(share, (decimal_u128)below * 100000000 / curve->hist->count, 6),
		  text);
}

/* As many of the values as a picture can show, each where it is. */
static void write_values(const struct curve *curve)
{
	const struct sim_hist *hist = curve->hist;
	double shown = 0;

	for (u64 i = 1; i <= hist->count; i++) {
		double now = nines(i, hist->count);

		if (now - shown < 0.003 && i > 1 && i < hist->count)
			continue;
		write_share(curve, hist->sorted[i - 1], i);
		shown = now;
	}
}

static void write_buckets(const struct curve *curve)
{
	struct sim_hist_bucket bucket;
	u64 below = 0;
	u32 cursor = 0;

	while (sim_hist_next(curve->hist, &cursor, &bucket)) {
		below += bucket.count;
		write_share(curve, bucket.largest, below);
	}
}

static void write_curve(const struct curve *curve)
{
	char text[DECIMAL_BYTES];

	write_row(curve, us(text, curve->hist->min), "0", "0");
	if (curve->hist->sorted)
		write_values(curve);
	else
		write_buckets(curve);
}

void output_distribution(FILE *out, const struct sim_hist *hist, const char *name)
{
	const struct curve curve = {out, hist, name};

	write_curve(&curve);
}

/* With groups of devices a block each behind that of all, and all of them of the whole run. */
void output_latency_dat(FILE *out, const struct output_run *run)
{
	const struct sys_result *result = run->result;
	const struct curve all = {
		out, result->nr_groups ? result->latency : sys_result_latency(result), NULL};

	fputs("# latency of a fault, us; share of faults at or below, %; the same in nines\n", out);
	if (!all.hist->count)
		return;
	write_curve(&all);
	for (u32 i = 0; i < result->nr_groups; i++) {
		const struct curve one = {out, result->groups[i].latency, result->groups[i].name};

		if (!one.hist->count)
			continue;
		fputs("\n\n", out);
		write_curve(&one);
	}
}

static double variance_of(const struct sim_hist *hist)
{
	double mean = (double)hist->total / (double)hist->count, squares = 0;
	struct sim_hist_bucket bucket;
	u32 cursor = 0;

	while (sim_hist_next(hist, &cursor, &bucket)) {
		double away = (double)bucket.largest - mean;

		squares += away * away * (double)bucket.count;
	}
	return squares / (double)hist->count;
}

/* As many independent faults have a mean as sure as theirs, by batch means; 0: not known. */
static double nr_independent(const struct sys_result *result, const struct sim_hist *hist)
{
	double nr = (double)hist->count, half_width;

	if (!result->steady || hist != result->steady->latency ||
	    result->steady->interval_ps == SYS_UNKNOWN)
		return 0;
	half_width = (double)result->steady->interval_ps;
	if (half_width <= 0)
		return nr;
	return fmin(nr, variance_of(hist) * Z * Z / half_width / half_width);
}

static u64 value_at(const struct sim_hist *hist, double share)
{
	return sim_hist_percentile(hist, (u32)(100000 * fmax(0, fmin(1, share))));
}

/* An interval of ranks, as far apart as so many independent faults leave it. */
static void write_interval(FILE *out, const struct sim_hist *hist, double share, double nr)
{
	double away = nr > 0 ? Z * sqrt(share * (1 - share) / nr) : 0;
	char text[DECIMAL_BYTES];

	fprintf(out, " %s", us(text, value_at(hist, share - away)));
	fprintf(out, " %s", us(text, value_at(hist, share + away)));
}

void output_percentiles_dat(FILE *out, const struct output_run *run)
{
	static const struct {
		const char *name;
		u32 per_100k;
	} rows[] = {{"p50", 50000}, {"p90", 90000}, {"p99", 99000}, {"p99.9", 99900}};
	const struct sim_hist *hist = sys_result_latency(run->result);
	double nr = hist->count ? nr_independent(run->result, hist) : 0;
	char text[DECIMAL_BYTES], share[DECIMAL_BYTES];

	fputs("# name; latency, us (0: not told); share, %; in nines; 95 % interval, us\n", out);
	for (size_t i = 0; hist->count && i < sizeof(rows) / sizeof(rows[0]); i++) {
		u64 ps = sys_percentile(hist, rows[i].per_100k);

		fprintf(out, "%s %s %s %.6f", rows[i].name, us(text, ps == SYS_UNKNOWN ? 0 : ps),
			decimal_scaled(share, rows[i].per_100k, 3),
			nines(rows[i].per_100k, 100000));
		write_interval(out, hist, rows[i].per_100k / 1e5, nr);
		fputc('\n', out);
	}
}
