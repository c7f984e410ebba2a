// SPDX-License-Identifier: GPL-2.0-only
/*
 * See circle.h. A thread waits for one lock, which one thread has, or readers share: each of these
 * is followed, for who waits for the lock waits for all of them.
 */
#include "sim/circle.h"

#include <stdio.h>

#include "sim/columns.h"
#include "sim/holds.h"
#include "sim/lock.h"

struct circle {
	u32 nr;
	const struct sim_thread *threads[SIM_CIRCLE_THREADS];
};

/* Where @thread took @base; NULL: it does not hold it. */
static const struct sim_hold *hold_of(const struct sim_thread *thread,
				      const struct sim_lock_base *base)
{
	const struct sim_hold *holds;
	u32 nr = sim_thread_holds(thread, &holds);

	for (u32 i = 0; i < nr; i++) {
		if (holds[i].base == base)
			return &holds[i];
	}
	return NULL;
}

static bool is_in(const struct circle *circle, const struct sim_thread *thread)
{
	for (u32 i = 0; i < circle->nr; i++) {
		if (circle->threads[i] == thread)
			return true;
	}
	return false;
}

/* From @thread on, back to the first. */
static bool follow(struct circle *circle, const struct sim_thread *thread)
{
	const struct sim_thread *holder = NULL;
	struct sim_hold wait;

	if (circle->nr == SIM_CIRCLE_THREADS || !sim_thread_waits(thread, &wait))
		return false;
	circle->threads[circle->nr++] = thread;
	while ((holder = sim_thread_next(holder))) {
		if (!hold_of(holder, wait.base))
			continue;
		if (holder == circle->threads[0])
			return true;
		if (!is_in(circle, holder) && follow(circle, holder))
			return true;
	}
	circle->nr--;
	return false;
}

static void tell(const struct circle *circle, char *text, size_t bytes)
{
	static const char *const head[] = {"thread", "waits for", "asked at", "held by",
					   "taken at"};
	struct sim_columns columns = {};

	sim_columns_add(&columns, head);
	for (u32 i = 0; i < circle->nr; i++) {
		const struct sim_thread *thread = circle->threads[i];
		const struct sim_thread *holder = circle->threads[(i + 1) % circle->nr];
		char asked[SIM_COLUMNS_BYTES], taken[SIM_COLUMNS_BYTES];
		struct sim_hold wait;

		if (!sim_thread_waits(thread, &wait))
			continue;
		sim_columns_add(
			&columns,
			(const char *[]){
				sim_thread_name(thread), wait.class->name,
				sim_columns_place(asked, wait.site), sim_thread_name(holder),
				sim_columns_place(taken, hold_of(holder, wait.base)->site)});
	}
	snprintf(text, bytes, "deadlock of %u thread%s", circle->nr, circle->nr == 1 ? "" : "s");
	sim_columns_tell(&columns, text, bytes);
}

/* Each circle is told once: by the first of its threads. */
static bool is_first(const struct circle *circle)
{
	for (u32 i = 1; i < circle->nr; i++) {
		if (sim_thread_number(circle->threads[i]) < sim_thread_number(circle->threads[0]))
			return false;
	}
	return true;
}

const struct sim_thread *sim_circle_next(const struct sim_thread *thread, char *text, size_t bytes)
{
	while ((thread = sim_thread_next(thread))) {
		struct circle circle = {};

		if (!follow(&circle, thread) || !is_first(&circle))
			continue;
		tell(&circle, text, bytes);
		return thread;
	}
	return NULL;
}
