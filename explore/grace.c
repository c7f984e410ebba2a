// SPDX-License-Identifier: GPL-2.0-only
/*
 * See grace.h. What a thread reads by READ_ONCE(), rcu_dereference() and their like inside a
 * section of RCU or SRCU it may use until the section ends: who frees it before has not waited.
 * That is known when it is freed, whether or not the reader uses it once more in this schedule.
 */
#include "explore/grace.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "explore/symbol.h"
#include "kapi/debug.h"
#include "sim/schedule/schedule.h"

#define MAX_SEEN 16

struct seen {
	u64 value, pc;
};

struct reader {
	u32 depth, nr, next;
	struct seen seen[MAX_SEEN]; /* the last ones */
};

struct graces {
	struct reader readers[SIM_SCHEDULE_THREADS];
	bool is_found;
	u32 reader, freer; /* slots */
	struct seen what;
};

/* In the host's memory. */
static struct graces *graces;

int grace_init(void)
{
	graces = calloc(1, sizeof(*graces));
	return graces ? 0 : -ENOMEM;
}

void grace_start(void)
{
	for (u32 slot = 0; slot < SIM_SCHEDULE_THREADS; slot++)
		graces->readers[slot].depth = graces->readers[slot].nr = 0;
	graces->is_found = false;
}

/* With any section of several that it is in, it may have lost what it saw there. */
void grace_reader(u32 slot, bool is_in)
{
	struct reader *reader = &graces->readers[slot];

	if (is_in) {
		reader->depth++;
	} else if (reader->depth) {
		reader->depth--;
		reader->nr = reader->next = 0;
	}
}

void grace_load(u32 slot, u64 value, u64 pc)
{
	struct reader *reader = &graces->readers[slot];

	if (!reader->depth)
		return;
	reader->seen[reader->next++ % MAX_SEEN] = (struct seen){value, pc};
	if (reader->nr < MAX_SEEN)
		reader->nr++;
}

static void check(u32 slot, u64 first, u64 bytes)
{
	const struct reader *reader = &graces->readers[slot];

	for (u32 i = 0; i < reader->nr && !graces->is_found; i++) {
		if (reader->seen[i].value - first >= bytes)
			continue;
		graces->is_found = true;
		graces->reader = slot;
		graces->freer = sim_schedule_self();
		graces->what = reader->seen[i];
	}
}

void grace_free(const void *object, u64 bytes)
{
	for (u32 slot = 0; slot < SIM_SCHEDULE_THREADS; slot++) {
		if (graces->readers[slot].nr && slot != sim_schedule_self())
			check(slot, (u64)object, bytes);
	}
}

bool grace_is_found(void)
{
	return graces->is_found;
}

void grace_tell(char *text, size_t bytes)
{
	char where[SYMBOL_BYTES], blame[384] = "";

	kapi_slab_blame(graces->what.value, blame, sizeof(blame));
	snprintf(text, bytes,
		 "'%s' frees what '%s' has found at %s, in a section that has not ended%s%s",
		 sim_schedule_name(graces->freer), sim_schedule_name(graces->reader),
		 symbol_name(symbol_offset(graces->what.pc), where), blame[0] ? "\n" : "", blame);
}
