// SPDX-License-Identifier: GPL-2.0-only
/*
 * locks.csv: the columns of /proc/lock_stat under their names there, times in
 * ns, then percentiles and the call sites that waited. Most waited for first.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "system/result/means.h"
#include "system/result/percentile.h"
#include "tool/output/output.h"

#define MAX_SITES_SHOWN 4

static void write_times(FILE *out, const struct sim_hist *hist)
{
	char text[DECIMAL_BYTES];

	fprintf(out, ",%s", decimal_ns(text, hist->count ? hist->min : 0));
	fprintf(out, ",%s", decimal_ns(text, hist->max));
	fprintf(out, ",%s", decimal_ns(text, hist->total));
	fprintf(out, ",%s", decimal_mean_ns(text, sys_mean(hist->total, hist->count)));
}

static void write_percentiles(FILE *out, const struct sim_hist *hist)
{
	static const u32 per_100k[] = {50000, 99000, 99900};
	char text[DECIMAL_BYTES];

	/* empty: too few to tell it */
	for (size_t i = 0; i < sizeof(per_100k) / sizeof(per_100k[0]); i++) {
		u64 ps = sys_percentile(hist, per_100k[i]);

		fprintf(out, ",%s", ps == SYS_UNKNOWN ? "" : decimal_ns(text, ps));
	}
}

static int compare_sites(const void *left, const void *right)
{
	const struct sim_lock_site_stats *a = left, *b = right;

	if (a->wait_total_ps != b->wait_total_ps)
		return a->wait_total_ps > b->wait_total_ps ? -1 : 1;
	return a->site->line != b->site->line ? a->site->line - b->site->line
					      : strcmp(a->site->func, b->site->func);
}

static void write_sites(FILE *out, const struct sim_lock_class *class)
{
	struct sim_lock_site_stats sites[SIM_LOCK_MAX_SITES] = {0};
	char place[SIM_SITE_BYTES];
	u32 nr = 0;

	while (nr < SIM_LOCK_MAX_SITES && class->sites[nr].site) {
		sites[nr] = class->sites[nr];
		nr++;
	}
	qsort(sites, nr, sizeof(sites[0]), compare_sites);
	fputc(',', out);
	for (u32 i = 0; i < nr && i < MAX_SITES_SHOWN; i++)
		fprintf(out, "%s%s %s (%llu)", i ? "; " : "", sites[i].site->func,
			sim_site_place(place, sites[i].site), sites[i].contentions);
}

/* RFC 4180; names of locks come from source code, but may hold anything. */
static void write_name(FILE *out, const char *name)
{
	fputc('"', out);
	for (; *name; name++) {
		if (*name == '"')
			fputc('"', out);
		fputc(*name, out);
	}
	fputc('"', out);
}

void output_locks_csv(FILE *out, const struct output_run *run)
{
	const struct sim_lock_class *const *locks = run->result->locks;
	u32 nr = run->result->nr_locks;
	char text[DECIMAL_BYTES];

	fputs("name,con_bounces,contentions,waittime_min_ns,waittime_max_ns,waittime_total_ns,"
	      "waittime_avg_ns,acq_bounces,acquisitions,holdtime_min_ns,holdtime_max_ns,"
	      "holdtime_total_ns,holdtime_avg_ns,sleeps,waittime_p50_ns,waittime_p99_ns,"
	      "waittime_p999_ns,holdtime_p50_ns,holdtime_p99_ns,holdtime_p999_ns,linewait_total_ns,"
	      "waiters\n",
	      out);
	for (u32 i = 0; i < nr; i++) {
		write_name(out, locks[i]->name);
		fprintf(out, ",%llu,%llu", locks[i]->con_bounces, locks[i]->contentions);
		write_times(out, locks[i]->wait);
		fprintf(out, ",%llu,%llu", locks[i]->acq_bounces, locks[i]->acquisitions);
		write_times(out, locks[i]->hold);
		fprintf(out, ",%llu", locks[i]->sleeps);
		write_percentiles(out, locks[i]->wait);
		write_percentiles(out, locks[i]->hold);
		fprintf(out, ",%s", decimal_ns(text, locks[i]->line_wait_ps));
		write_sites(out, locks[i]);
		fputc('\n', out);
	}
}
