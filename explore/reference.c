// SPDX-License-Identifier: GPL-2.0-only
/*
 * See reference.h. Each change of a count is noted with its place; who took what somebody else
 * should have put is not known, so both are told by place.
 */
#include "explore/reference.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "explore/symbol.h"
#include "kapi/debug.h"

#define MAX_CHANGES 4096
#define MAX_PLACES 8

struct change {
	u64 count, pc;
	s32 by, left;
};

struct references {
	u32 nr, nr_kept; /* kept: from before the threads began */
	struct change changes[MAX_CHANGES];
	u64 found; /* count; 0: none */
	bool is_broken;
	char object[512];
};

/* In the host's memory. */
static struct references *references;

int reference_init(void)
{
	references = calloc(1, sizeof(*references));
	return references ? 0 : -ENOMEM;
}

void reference_keep(void)
{
	references->nr_kept = references->nr;
}

void reference_start(void)
{
	references->nr = references->nr_kept;
	references->found = 0;
	references->is_broken = false;
}

void reference_note(const volatile void *count, s32 by, s32 left, u64 pc)
{
	if (references->nr < MAX_CHANGES)
		references->changes[references->nr++] = (struct change){
			(u64)count, symbol_offset(pc - 1), by, left};
	if (references->found || !(left < 0 || (by > 0 && left <= by)))
		return;
	references->found = (u64)count;
	references->is_broken = true;
}

bool reference_is_broken(void)
{
	return references->is_broken;
}

/* Is @at the last change of its count? */
static bool is_last(u32 at)
{
	for (u32 i = at + 1; i < references->nr; i++) {
		if (references->changes[i].count == references->changes[at].count)
			return false;
	}
	return true;
}

bool reference_is_kept(u64 mark)
{
	for (u32 i = 0; i < references->nr; i++) {
		const struct change *change = &references->changes[i];

		if (change->left <= 0 || !is_last(i) ||
		    !kapi_slab_is_left(change->count, mark, references->object,
				       sizeof(references->object)))
			continue;
		references->found = change->count;
		return true;
	}
	return false;
}

/* --- words --- */

struct place {
	u64 pc;
	s32 sum;
};

static u32 sum_up(struct place *places)
{
	u32 nr = 0, at;

	for (u32 i = 0; i < references->nr; i++) {
		const struct change *change = &references->changes[i];

		if (change->count != references->found)
			continue;
		/* It begins: what was noted was of another one there. */
		if (!change->by)
			nr = 0;
		for (at = 0; at < nr && places[at].pc != change->pc; at++)
			;
		if (at == MAX_PLACES)
			break;
		if (at == nr)
			places[nr++] = (struct place){change->pc, 0};
		places[at].sum += change->by ? change->by : change->left;
	}
	return nr;
}

void reference_tell(char *text, size_t bytes)
{
	struct place places[MAX_PLACES];
	u32 nr = sum_up(places);
	size_t used;

	if (references->is_broken)
		used = (size_t)snprintf(
			text, bytes,
			"a reference is put that nobody holds, or taken where none is left");
	else
		used = (size_t)snprintf(text, bytes, "a reference is never put: %s",
					references->object);
	for (u32 i = 0; i < nr && used < bytes; i++) {
		char where[SYMBOL_BYTES];
		s32 sum = places[i].sum;

		used += (size_t)snprintf(text + used, bytes - used, "\n%s %d at %s",
					 sum < 0 ? "put" : "taken", sum < 0 ? -sum : sum,
					 symbol_name(places[i].pc, where));
	}
}
