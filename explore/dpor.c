// SPDX-License-Identifier: GPL-2.0-only
/*
 * See dpor.h. A node is a decision on the way of the schedule under way: who was ready, who has
 * been tried there, who must be. Nodes stay from schedule to schedule, those behind the one that is
 * decided anew are forgotten.
 *
 * Time passes only when nobody is ready, so a time-out depends on all before it and is no choice;
 * but those that are permitted to come at any time (sim_schedule->max_timeouts) are steps of an
 * actor that depend on every other. Steps of hardware, and of software that reads or changes what
 * is hardware's, are of one object (sim/schedule/actor.c).
 */
#include "explore/dpor.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "explore/shared.h"
#include "sim/sim.h"

#define NR SIM_SCHEDULE_THREADS
#define MAX_NODES 4096
#define MAX_OPS 8192
#define NONE (~0U)

struct node {
	u16 ready, to_try, tried;
	u8 chosen;
	struct sim_step steps[NR]; /* of those ready, by slot */
};

struct op {
	struct sim_step step;
	u32 node;	/* where it was decided; NONE: nobody else was ready */
	u32 before;	/* of the same thread; NONE */
	u32 clocks[NR]; /* ops of each thread up to there come before it, itself among them */
};

struct dpor {
	u32 nr_nodes; /* that are kept */
	u32 depth;    /* in this schedule */
	u32 decided;  /* node of the step to come; NONE */
	bool is_cut;  /* more than there is room for: not complete */
	struct node nodes[MAX_NODES];
	u16 asleep;
	struct sim_step asleep_steps[NR];
	u32 nr_ops;
	struct op ops[MAX_OPS];
	u32 last[NR]; /* op of each thread; NONE */
	u32 clocks[NR][NR];
};

static struct dpor *dpor;

int dpor_init(void)
{
	dpor = calloc(1, sizeof(*dpor));
	return dpor ? 0 : -ENOMEM;
}

void dpor_start(void)
{
	dpor->depth = 0;
	dpor->decided = NONE;
	dpor->asleep = 0;
	dpor->nr_ops = 0;
	memset(dpor->clocks, 0, sizeof(dpor->clocks));
	memset(dpor->last, 0xff, sizeof(dpor->last));
}

/* --- what depends on what --- */

static bool is_dependent(const struct sim_step *a, const struct sim_step *b)
{
	u64 a_at = (u64)a->addr, b_at = (u64)b->addr;

	if (a->kind == SIM_POINT_TIMEOUT || b->kind == SIM_POINT_TIMEOUT)
		return true;
	return step_accesses(a) && step_accesses(b) && !(step_reads(a) && step_reads(b)) &&
	       a_at < b_at + b->bytes && b_at < a_at + a->bytes;
}

/* A lock can be taken only when it is free: never instead of releasing it. */
static bool may_be_swapped(const struct sim_step *a, const struct sim_step *b)
{
	return !(a->kind == SIM_POINT_LOCK && b->kind == SIM_POINT_UNLOCK) &&
	       !(a->kind == SIM_POINT_UNLOCK && b->kind == SIM_POINT_LOCK);
}

/* --- decisions --- */

static u32 place_of(const struct sim_choice *choice, u32 slot)
{
	for (u32 i = 0; i < choice->nr; i++) {
		if (choice->steps[i]->slot == slot)
			return i;
	}
	/* The same decisions lead to the same place, or the machine is not deterministic. */
	sim_assert(!"a thread that was ready is ready again");
	return 0;
}

/*
 * Whoever polls goes on only where all others poll too: one that is asleep would have to come first
 * sooner or later, and since nothing that it depends on has happened, that has been seen.
 */
static u32 first_awake(const struct sim_choice *choice)
{
	bool is_any_asleep = false;
	u32 yielding = NONE;

	if (choice->self < choice->nr && !(dpor->asleep >> choice->steps[choice->self]->slot & 1))
		return choice->self;
	for (u32 i = 0; i < choice->nr; i++) {
		if (dpor->asleep >> choice->steps[i]->slot & 1) {
			is_any_asleep = true;
			continue;
		}
		if (choice->steps[i]->kind != SIM_POINT_YIELD)
			return i;
		yielding = i;
	}
	return is_any_asleep ? NONE : yielding;
}

static bool make_node(const struct sim_choice *choice)
{
	struct node *node = &dpor->nodes[dpor->nr_nodes];
	u32 place = first_awake(choice);

	if (place == NONE)
		return false;
	*node = (struct node){.chosen = choice->steps[place]->slot};
	node->to_try = (u16)(1u << node->chosen);
	for (u32 i = 0; i < choice->nr; i++) {
		node->ready |= (u16)(1u << choice->steps[i]->slot);
		node->steps[choice->steps[i]->slot] = *choice->steps[i];
	}
	dpor->nr_nodes++;
	return true;
}

u32 dpor_pick(const struct sim_choice *choice)
{
	struct node *node;

	if (dpor->depth == MAX_NODES) {
		dpor->is_cut = true;
		return choice->self < choice->nr ? choice->self : 0;
	}
	if (dpor->depth == dpor->nr_nodes && !make_node(choice))
		return SIM_PICK_PRUNE;
	node = &dpor->nodes[dpor->depth];
	for (u32 slot = 0; slot < NR; slot++) {
		if (node->tried >> slot & 1)
			dpor->asleep_steps[slot] = node->steps[slot];
	}
	dpor->asleep = (u16)((dpor->asleep | node->tried) & ~(1u << node->chosen));
	dpor->decided = dpor->depth++;
	return place_of(choice, node->chosen);
}

bool dpor_next(void)
{
	while (dpor->nr_nodes) {
		struct node *node = &dpor->nodes[dpor->nr_nodes - 1];
		u16 left;

		node->tried |= (u16)(1u << node->chosen);
		left = node->to_try & (u16)~node->tried;
		if (left) {
			node->chosen = (u8)__builtin_ctz(left);
			return true;
		}
		dpor->nr_nodes--;
	}
	return false;
}

/* --- steps --- */

static void wake_sleepers(const struct sim_step *step)
{
	for (u32 slot = 0; slot < NR; slot++) {
		if (dpor->asleep >> slot & 1 && is_dependent(step, &dpor->asleep_steps[slot]))
			dpor->asleep &= (u16) ~(1u << slot);
	}
}

/* The last step of @other that @step could have come before. */
static u32 find_race(const struct sim_step *step, u32 other)
{
	u32 known = dpor->clocks[step->slot][other];

	for (u32 i = dpor->last[other]; i != NONE && i + 1 > known; i = dpor->ops[i].before) {
		if (is_dependent(step, &dpor->ops[i].step) &&
		    may_be_swapped(step, &dpor->ops[i].step))
			return i;
	}
	return NONE;
}

/* Those by whom what @slot does next could come before op @at, among the ready there. */
static u16 who_leads(u32 slot, u32 at, u16 ready)
{
	u16 who = 0;

	if (ready >> slot & 1)
		return (u16)(1u << slot);
	for (u32 other = 0; other < NR; other++) {
		if (ready >> other & 1 && dpor->clocks[slot][other] > at + 1)
			who |= (u16)(1u << other);
	}
	return who ? (u16)(who & -who) : ready;
}

/* Who polled there would only poll once more: what it waits for is what is done there. */
static u16 who_polls(const struct node *node)
{
	u16 who = 0;

	for (u32 slot = 0; slot < NR; slot++) {
		if (node->ready >> slot & 1 && node->steps[slot].kind == SIM_POINT_YIELD)
			who |= (u16)(1u << slot);
	}
	return who;
}

static void try_before(u32 slot, u32 at)
{
	struct node *node;

	if (dpor->ops[at].node == NONE)
		return;
	node = &dpor->nodes[dpor->ops[at].node];
	node->to_try |= (u16)(who_leads(slot, at, node->ready) & ~who_polls(node));
}

static void join(u32 *to, const u32 *from)
{
	for (u32 i = 0; i < NR; i++)
		to[i] = to[i] > from[i] ? to[i] : from[i];
}

static void order_behind(const struct sim_step *step)
{
	u32 *clocks = dpor->clocks[step->slot];

	for (u32 other = 0; other < NR; other++) {
		u32 i = dpor->last[other];

		if (other == step->slot)
			continue;
		while (i != NONE && i + 1 > clocks[other] &&
		       !is_dependent(step, &dpor->ops[i].step))
			i = dpor->ops[i].before;
		if (i != NONE && i + 1 > clocks[other])
			join(clocks, dpor->ops[i].clocks);
	}
}

static void note_op(const struct sim_step *step)
{
	struct op *op = &dpor->ops[dpor->nr_ops];

	op->step = *step;
	op->node = dpor->decided;
	op->before = dpor->last[step->slot];
	dpor->last[step->slot] = dpor->nr_ops++;
	dpor->clocks[step->slot][step->slot] = dpor->nr_ops;
	memcpy(op->clocks, dpor->clocks[step->slot], sizeof(op->clocks));
}

void dpor_step(const struct sim_step *step)
{
	u32 latest = NONE;

	/* Nobody else was ready, and this has been seen from here. */
	if (dpor->asleep >> step->slot & 1)
		sim_schedule_prune();
	wake_sleepers(step);
	if ((step_accesses(step) || sim_schedule->max_timeouts) && dpor->nr_ops < MAX_OPS) {
		for (u32 other = 0; other < NR; other++) {
			u32 race = other == step->slot ? NONE : find_race(step, other);

			if (race != NONE && (latest == NONE || race > latest))
				latest = race;
		}
		if (latest != NONE)
			try_before(step->slot, latest);
		order_behind(step);
		note_op(step);
	}
	dpor->decided = NONE;
}

void dpor_wake(u32 waker, u32 woken)
{
	join(dpor->clocks[woken], dpor->clocks[waker]);
}

bool dpor_is_cut(void)
{
	return dpor->is_cut;
}
