// SPDX-License-Identifier: GPL-2.0-only
/*
 * Spinning on cache lines: until one is written, and whatever else may end it.
 * The line moves when its poller reads it again, as anyone who asks for it.
 */
#include "sim/poll.h"
#include "sim/core.h"
#include "sim/lock_internal.h"
#include "sim/time.h"

void sim_word_init(struct sim_word *word)
{
	*word = (struct sim_word){};
	sim_line_init(&word->line);
}

static void push(struct sim_word *word, struct sim_poller *poller)
{
	poller->word = word;
	poller->prev = word->last;
	if (poller->prev)
		poller->prev->next = poller;
	else
		word->first = poller;
	word->last = poller;
}

void sim_word_wake(struct sim_word *word)
{
	while (word->first)
		sim_thread_spin_end(word->first->thread, SPIN_RELEASED, 0);
}

/* On the owner's list exactly while it spins: the owner may end right after. */
static void watch(struct sim_thread *owner, struct sim_poller *poller)
{
	poller->watch_next = owner->watchers;
	poller->watch_link = &owner->watchers;
	if (poller->watch_next)
		poller->watch_next->watch_link = &poller->watch_next;
	owner->watchers = poller;
}

/*
 * Linux lets real-time threads have a CPU for 950 ms of each second. They share no time with
 * their equals, so without that one that spins could keep him from running for whom it spins.
 */
#define RT_RUNTIME_PS (950 * SIM_PS_PER_MS)

struct limit {
	struct sim_event event;
	struct sim_thread *thread;
	bool is_throttle;
};

static void limit_over(struct sim_event *event)
{
	struct limit *limit = (struct limit *)event;

	if (limit->is_throttle)
		limit->thread->cpu->is_resched_wanted = true;
	sim_thread_spin_end(limit->thread, SPIN_LIMIT, 0);
}

static u64 limit_ps(const struct spin_for *what, struct limit *limit)
{
	if (what->until_ps)
		return what->until_ps;
	limit->is_throttle = what->is_breakable && limit->thread->class == SIM_CLASS_RT;
	return limit->is_throttle ? sim_core->now_ps + RT_RUNTIME_PS : 0;
}

void sim_spin_for(const struct spin_for *what)
{
	struct sim_thread *self = sim_core->current;
	struct sim_poller second = {.thread = self};
	struct sim_poller poller = {.thread = self, .other = what->other ? &second : NULL};
	struct limit limit = {.thread = self};
	u64 until_ps = limit_ps(what, &limit);

	push(what->word, &poller);
	if (what->other)
		push(what->other, &second);
	if (what->owner)
		watch(what->owner, &poller);
	self->polling = &poller;
	sim_event_init(&limit.event, limit_over);
	if (until_ps)
		sim_event_schedule(&limit.event, until_ps);
	sim_thread_spin(self, what->is_breakable);
	if (until_ps)
		sim_event_cancel(&limit.event);
}

void sim_word_wait(struct sim_word *word)
{
	sim_spin_for(&(struct spin_for){.word = word});
}
