// SPDX-License-Identifier: GPL-2.0-only
/*
 * Progress without a terminal. Claims: a line every half a minute, and none before; it tells
 * runs and work apart, and estimates by work; without lines wanted there is none.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "tool/common/progress.h"

#define S 1000000000ULL

/* What @fn says on standard error, which is no terminal. */
static void said_by(void (*fn)(struct progress *progress), struct progress *progress,
		    char text[256])
{
	FILE *file = tmpfile();
	int kept = dup(STDERR_FILENO);
	size_t got;

	assert_non_null(file);
	fflush(stderr);
	dup2(fileno(file), STDERR_FILENO);
	fn(progress);
	fflush(stderr);
	dup2(kept, STDERR_FILENO);
	close(kept);
	rewind(file);
	got = fread(text, 1, 255, file);
	text[got] = 0;
	fclose(file);
}

static struct progress made(bool has_lines)
{
	struct progress progress;
	int kept = dup(STDERR_FILENO);
	FILE *none = fopen("/dev/null", "w");

	assert_non_null(none);
	dup2(fileno(none), STDERR_FILENO);
	progress_init(&progress, "walk", false);
	dup2(kept, STDERR_FILENO);
	close(kept);
	fclose(none);
	progress.has_lines = has_lines;
	progress.parts_done = 3;
	progress.parts = 4;
	return progress;
}

static void draw(struct progress *progress)
{
	progress_draw(progress, 0, 25, 100);
}

static void a_line_comes_every_half_a_minute_and_counts_work(void **state)
{
	struct progress progress = made(true);
	char text[256];

	said_by(draw, &progress, text);
	assert_string_equal(text, "");
	progress.began_ns -= 40 * S;
	said_by(draw, &progress, text);
	/* three of four runs, but a quarter of the work: three times as long as until now */
	assert_string_equal(text, "walk: 3 of 4 runs, 25 % of the work, 40 s, 120 s left\n");
	said_by(draw, &progress, text);
	assert_string_equal(text, "");
	progress.drawn_ns -= 31 * S;
	said_by(draw, &progress, text);
	assert_string_equal(text, "walk: 3 of 4 runs, 25 % of the work, 40 s, 120 s left\n");
}

static void without_lines_nothing_is_said(void **state)
{
	struct progress progress = made(false);
	char text[256];

	progress.began_ns -= 40 * S;
	said_by(draw, &progress, text);
	assert_string_equal(text, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_comes_every_half_a_minute_and_counts_work),
		cmocka_unit_test(without_lines_nothing_is_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
