// SPDX-License-Identifier: GPL-2.0-only
/* See slices.h. */
#include "tool/output/slices.h"

#include <stdlib.h>

void slices_add(struct slices *all, struct slice slice)
{
	if (slice.to_ns <= slice.from_ns)
		return;
	if (all->nr == all->room) {
		size_t room = all->room ? 2 * all->room : 1024;
		struct slice *larger = realloc(all->slices, room * sizeof(*larger));

		if (!larger) {
			all->is_short = true;
			return;
		}
		all->slices = larger;
		all->room = room;
	}
	all->slices[all->nr++] = slice;
}

static int compare(u64 a, u64 b)
{
	return a < b ? -1 : a > b;
}

/* By track and time; of those that begin together the outer level first, then the longer. */
static int by_place(const void *left, const void *right)
{
	const struct slice *a = left, *b = right;
	int order = compare(a->pid, b->pid);

	if (!order)
		order = compare(a->tid, b->tid);
	if (!order)
		order = compare(a->from_ns, b->from_ns);
	if (!order)
		order = compare(a->level, b->level);
	if (!order)
		order = compare(b->to_ns, a->to_ns);
	return order ? order : compare(a->index, b->index);
}

/* --- borders: where slices of outer levels begin and end --- */

struct border {
	u32 pid, tid;
	u64 at_ns;
};

static int by_track_and_time(const void *left, const void *right)
{
	const struct border *a = left, *b = right;
	int order = compare(a->pid, b->pid);

	if (!order)
		order = compare(a->tid, b->tid);
	return order ? order : compare(a->at_ns, b->at_ns);
}

/* Those of all levels above @level, in order; NULL: none, or no memory. */
static struct border *find_borders(struct slices *all, u32 level, size_t *nr)
{
	struct border *borders = malloc((2 * all->nr + 1) * sizeof(*borders));

	*nr = 0;
	all->is_short |= !borders;
	for (size_t i = 0; borders && i < all->nr; i++) {
		const struct slice *slice = &all->slices[i];

		if (slice->level >= level)
			continue;
		borders[(*nr)++] = (struct border){slice->pid, slice->tid, slice->from_ns};
		borders[(*nr)++] = (struct border){slice->pid, slice->tid, slice->to_ns};
	}
	if (*nr)
		qsort(borders, *nr, sizeof(*borders), by_track_and_time);
	return borders;
}

/* The first border behind the beginning of @slice, on its track or a later one. */
static size_t first_behind(const struct border *borders, size_t nr, const struct slice *slice)
{
	const struct border begin = {slice->pid, slice->tid, slice->from_ns};
	size_t low = 0, high = nr;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (by_track_and_time(&borders[middle], &begin) > 0)
			high = middle;
		else
			low = middle + 1;
	}
	return low;
}

/* Slice @index becomes several, one from border to border. */
static void cut(struct slices *all, size_t index, const struct border *borders, size_t nr)
{
	struct slice rest = all->slices[index];
	bool is_first = true;
	size_t i;

	for (i = first_behind(borders, nr, &rest); i < nr; i++) {
		u64 at_ns = borders[i].at_ns;

		if (borders[i].pid != rest.pid || borders[i].tid != rest.tid || at_ns >= rest.to_ns)
			break;
		if (at_ns == rest.from_ns)
			continue;
		if (is_first)
			all->slices[index].to_ns = at_ns;
		else
			slices_add(all, (struct slice){rest.pid, rest.tid, rest.level, rest.from_ns,
						       at_ns, rest.what, rest.index});
		is_first = false;
		rest.from_ns = at_ns;
	}
	if (!is_first)
		slices_add(all, rest);
}

void slices_nest(struct slices *all)
{
	for (u32 level = 1; level < SLICE_LEVELS; level++) {
		size_t nr_borders, nr = all->nr;
		struct border *borders = find_borders(all, level, &nr_borders);

		for (size_t i = 0; i < nr; i++) {
			if (all->slices[i].level == level)
				cut(all, i, borders, nr_borders);
		}
		free(borders);
	}
	if (all->nr)
		qsort(all->slices, all->nr, sizeof(*all->slices), by_place);
}

void slices_finish(struct slices *all)
{
	free(all->slices);
	*all = (struct slices){0};
}
