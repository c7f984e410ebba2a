// SPDX-License-Identifier: GPL-2.0-only
/* Locks that changed, see lock.h. */
#include "tool/compare/lock.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tool/compare/number.h"

static const json_t *find_lock(const json_t *result, const char *name)
{
	const json_t *locks = json_object_get(result, "locks");

	for (size_t i = 0; i < json_array_size(locks); i++) {
		const json_t *lock = json_array_get(locks, i);
		const char *at = json_string_value(json_object_get(lock, "name"));

		if (at && !strcmp(at, name))
			return lock;
	}
	return NULL;
}

static void add_site(struct compare_lock_side *side, const json_t *site)
{
	const char *function = json_string_value(json_object_get(site, "function"));
	const char *file = json_string_value(json_object_get(site, "file"));
	double wait_ns = json_number_value(json_object_get(site, "wait_total_ns"));

	if (!function || !file || (side->function && wait_ns <= side->site_wait_ns))
		return;
	side->function = function;
	side->file = file;
	side->line = (u64)json_integer_value(json_object_get(site, "line"));
	side->site_wait_ns = wait_ns;
}

static void fill_side(struct compare_lock_side *side, const json_t *lock)
{
	const json_t *sites = json_object_get(lock, "sites");

	compare_number_at(lock, "acquisitions", &side->acquisitions);
	compare_number_at(lock, "contentions", &side->contentions);
	compare_number_at(lock, "wait_ns.total", &side->wait_ns);
	compare_number_at(lock, "hold_ns.total", &side->hold_ns);
	for (size_t i = 0; i < json_array_size(sites); i++)
		add_site(side, json_array_get(sites, i));
}

static bool is_changed(const struct compare_lock *lock)
{
	return lock->a.acquisitions != lock->b.acquisitions ||
	       lock->a.contentions != lock->b.contentions || lock->a.wait_ns != lock->b.wait_ns ||
	       lock->a.hold_ns != lock->b.hold_ns;
}

static int by_change(const void *left, const void *right)
{
	const struct compare_lock *a = left, *b = right;
	double waits = fabs(b->b.wait_ns - b->a.wait_ns) - fabs(a->b.wait_ns - a->a.wait_ns);
	double holds = fabs(b->b.hold_ns - b->a.hold_ns) - fabs(a->b.hold_ns - a->a.hold_ns);

	if (waits != 0)
		return waits > 0 ? 1 : -1;
	if (holds != 0)
		return holds > 0 ? 1 : -1;
	return strcmp(a->name, b->name);
}

/* Those of @of, but for those that @a has when they are @b's. */
static u32 add_locks(struct compare_lock *locks, const json_t *of, const json_t *a, const json_t *b)
{
	const json_t *list = json_object_get(of, "locks");
	u32 nr = 0;

	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *name = json_string_value(
			json_object_get(json_array_get(list, i), "name"));

		if (!name || (of == b && find_lock(a, name)))
			continue;
		locks[nr] = (struct compare_lock){.name = name};
		fill_side(&locks[nr].a, find_lock(a, name));
		fill_side(&locks[nr].b, find_lock(b, name));
		nr += is_changed(&locks[nr]);
	}
	return nr;
}

struct compare_lock *compare_locks(const json_t *a, const json_t *b, u32 *nr)
{
	size_t most = json_array_size(json_object_get(a, "locks")) +
		      json_array_size(json_object_get(b, "locks"));
	struct compare_lock *locks = calloc(most + 1, sizeof(*locks));

	*nr = 0;
	if (!locks)
		return NULL;
	*nr = add_locks(locks, a, a, b);
	if (a != b)
		*nr += add_locks(locks + *nr, b, a, b);
	qsort(locks, *nr, sizeof(*locks), by_change);
	return locks;
}

const struct compare_lock_side *compare_lock_site(const struct compare_lock *lock)
{
	const struct compare_lock_side *side = lock->b.wait_ns >= lock->a.wait_ns ? &lock->b
										  : &lock->a;

	return side->function ? side : NULL;
}
