// SPDX-License-Identifier: GPL-2.0-only
/*
 * See shared.h. By words of 8 bytes, whatever part of it a step names: one object under two
 * addresses would be two objects that nobody shares. Memory is not used twice in a schedule, but
 * what is allocated where may differ from schedule to schedule: a word is shared if it was in any.
 */
#include "explore/shared.h"

#include <errno.h>
#include <stdlib.h>

#define NR_WORDS 8192
#define MAX_WORDS 16 /* of a step; of larger ones nothing is known */

struct word {
	u64 number; /* address / 8; 0: free */
	u32 run;
	u16 by, changed_by; /* bit n: slot n, in that run */
	bool is_shared;
};

struct shared {
	u32 run, nr;
	struct word words[NR_WORDS];
};

/* In the host's memory. */
static struct shared *shared;

int shared_init(void)
{
	shared = calloc(1, sizeof(*shared));
	return shared ? 0 : -ENOMEM;
}

void shared_start(void)
{
	shared->run++;
}

bool step_accesses(const struct sim_step *step)
{
	return step->kind != SIM_POINT_RELEASE && step->kind != SIM_POINT_YIELD &&
	       step->kind != SIM_POINT_WAKE;
}

bool step_reads(const struct sim_step *step)
{
	return step->kind == SIM_POINT_LOAD || step->kind == SIM_POINT_ENTER;
}

/* Its place, or where it would be. */
static struct word *find(u64 number)
{
	u64 hash = number * 0x9e3779b97f4a7c15ULL >> 51;

	while (shared->words[hash].number && shared->words[hash].number != number)
		hash = (hash + 1) % NR_WORDS;
	return &shared->words[hash];
}

static void learn(u64 number, u32 slot, bool is_change)
{
	struct word *word = find(number);

	if (!word->number) {
		/* What has no room is not known, and so is shared. */
		if (shared->nr == NR_WORDS / 2)
			return;
		shared->nr++;
		word->number = number;
	}
	if (word->run != shared->run) {
		word->run = shared->run;
		word->by = word->changed_by = 0;
	}
	word->by |= (u16)(1U << slot);
	word->changed_by |= (u16)(is_change ? 1U << slot : 0);
	word->is_shared |= word->changed_by && word->by & (word->by - 1);
}

static u64 first_of(const struct sim_step *step)
{
	return (u64)step->addr / 8;
}

static u64 last_of(const struct sim_step *step)
{
	return ((u64)step->addr + (step->bytes ? step->bytes - 1 : 0)) / 8;
}

void shared_learn(const struct sim_step *step)
{
	u64 first = first_of(step), last = last_of(step);

	if (!step_accesses(step) || last - first >= MAX_WORDS)
		return;
	for (u64 number = first; number <= last; number++)
		learn(number, step->slot, !step_reads(step));
}

bool shared_is(const struct sim_step *step)
{
	u64 first = first_of(step), last = last_of(step);

	if (!step_accesses(step))
		return false;
	if (last - first >= MAX_WORDS)
		return true;
	for (u64 number = first; number <= last; number++) {
		const struct word *word = find(number);

		if (!word->number || word->is_shared)
			return true;
	}
	return false;
}
