// SPDX-License-Identifier: GPL-2.0-only
/* Clocks of two traces put over one another, see clock.h. */
#include "tool/trace/clock.h"

#include <errno.h>
#include <stdlib.h>

/* So far ahead the other of a pair is looked for. */
#define LOOK_AHEAD 64
#define AGREE_PS 1000000000ULL

void trace_marks_note(struct trace_marks *marks, const struct trace_event *event, u8 kind)
{
	if (event->kind != kind || marks->nr == TRACE_CLOCK_MAX)
		return;
	marks->marks[marks->nr++] = (struct trace_mark){
		.time_ps = event->time_ps,
		.first = event->address,
		.last = event->address + event->bytes - 1,
	};
}

static bool overlap(const struct trace_mark *one, const struct trace_mark *other)
{
	return one->first <= other->last && other->first <= one->last;
}

/* The last of the invalidations from *@at on that belong to @unmap; NULL: none. */
static const struct trace_mark *pair_of(const struct trace_mark *unmap,
					const struct trace_marks *invalidations, u32 *at)
{
	const struct trace_mark *found = NULL;
	u32 end = invalidations->nr - *at > LOOK_AHEAD ? *at + LOOK_AHEAD : invalidations->nr;

	for (u32 i = *at; i < end; i++) {
		const struct trace_mark *mark = &invalidations->marks[i];

		if (overlap(unmap, mark) && (!found || mark->first > found->last)) {
			found = mark;
			*at = i + 1;
		} else if (found) {
			break;
		}
	}
	return found;
}

static int by_value(const void *left, const void *right)
{
	s64 one = *(const s64 *)left, other = *(const s64 *)right;

	return one < other ? -1 : one > other;
}

static u64 distance(s64 one, s64 other)
{
	return one < other ? (u64)(other - one) : (u64)(one - other);
}

static int judge(s64 *apart, u32 nr, struct trace_clock *clock)
{
	u32 nr_agree = 0;

	if (!nr)
		return -ENOENT;
	qsort(apart, nr, sizeof(*apart), by_value);
	clock->nr_pairs = nr;
	clock->ahead_ps = apart[nr / 2];
	for (u32 i = 0; i < nr; i++) {
		apart[i] = (s64)distance(apart[i], clock->ahead_ps);
		nr_agree += apart[i] <= (s64)AGREE_PS;
	}
	qsort(apart, nr, sizeof(*apart), by_value);
	clock->spread_ps = (u64)apart[(u64)nr * 9 / 10];
	return (u64)nr_agree * 10 >= (u64)nr * 9 ? 0 : -ENOENT;
}

int trace_clock_find(const struct trace_marks *unmaps, const struct trace_marks *invalidations,
		     struct trace_clock *clock)
{
	s64 *apart = calloc(unmaps->nr + 1ULL, sizeof(*apart));
	u32 nr = 0, at = 0;
	int err;

	if (!apart)
		return -ENOMEM;
	for (u32 i = 0; i < unmaps->nr; i++) {
		const struct trace_mark *other = pair_of(&unmaps->marks[i], invalidations, &at);

		if (other)
			apart[nr++] = (s64)(other->time_ps - unmaps->marks[i].time_ps);
	}
	err = judge(apart, nr, clock);
	free(apart);
	return err;
}
