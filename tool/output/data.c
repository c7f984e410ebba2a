// SPDX-License-Identifier: GPL-2.0-only
/*
 * data/: what gnuplot draws, in columns with a heading, so that it can be drawn
 * again or differently. A plot without data has a file without rows.
 */
#include <stdio.h>
#include <string.h>

#include "system/result/percentile.h"
#include "tool/output/output.h"

#define US_PLACES 6
#define MAX_LOCKS_DRAWN 10

static const char *us(char text[DECIMAL_BYTES], decimal_u128 ps)
{
	return decimal_scaled(text, ps, US_PLACES);
}

void output_title_txt(FILE *out, const struct output_run *run)
{
	fprintf(out, "%s\n", run->config->title);
}

/* Of what is longest, at least so much of its bar can be seen. */
#define SEEN_SHARE 200

static u64 waited_ps(const struct sim_lock_class *lock)
{
	return (u64)lock->wait->total + lock->line_wait_ps;
}

static u64 longest_ps(const struct sys_result *result)
{
	u64 longest = 0;

	for (u32 i = 0; i < result->nr_locks; i++) {
		const struct sim_lock_class *lock = result->locks[i];

		longest = waited_ps(lock) > longest ? waited_ps(lock) : longest;
		longest = (u64)lock->hold->total > longest ? (u64)lock->hold->total : longest;
	}
	return longest;
}

/* 0: too few to tell it, and no bar */
static const char *p99_us(char text[DECIMAL_BYTES], const struct sim_hist *hist)
{
	u64 ps = sys_percentile(hist, 99000);

	return us(text, ps == SYS_UNKNOWN ? 0 : ps);
}

static void write_lock(FILE *out, const struct sim_lock_class *lock, u32 row)
{
	char text[DECIMAL_BYTES];

	fprintf(out, "%u %s", row, us(text, lock->wait->total));
	fprintf(out, " %s", us(text, lock->hold->total));
	fprintf(out, " %s", p99_us(text, lock->wait));
	fprintf(out, " %s", p99_us(text, lock->hold));
	fprintf(out, " %s", us(text, lock->line_wait_ps));
	fprintf(out, " %llu %llu \"%s\"\n", lock->contentions, lock->acquisitions, lock->name);
}

void output_locks_dat(FILE *out, const struct output_run *run)
{
	const struct sim_lock_class *const *locks = run->result->locks;
	u64 seen_ps = longest_ps(run->result) / SEEN_SHARE;
	u32 row = 0;

	fputs("# row; wait, total us; hold, total us; wait, p99 us; hold, p99 us; wait for its cache "
	      "line, total us; contentions; acquisitions; name\n",
	      out);
	for (u32 i = 0; i < run->result->nr_locks && row < MAX_LOCKS_DRAWN; i++) {
		if (locks[i]->acquisitions &&
		    (waited_ps(locks[i]) > seen_ps || (u64)locks[i]->hold->total > seen_ps))
			write_lock(out, locks[i], row++);
	}
}
