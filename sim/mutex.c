// SPDX-License-Identifier: GPL-2.0-only
/*
 * Mutex, step by step after Linux 6.1's kernel/locking/mutex.c: one cmpxchg when
 * it is free; else spinning while the owner runs, one at a time (osq.c); else
 * sleep in FIFO order. Releasing wakes the first sleeper but leaves the mutex
 * free, so that one who runs may take it before the sleeper is there; a sleeper
 * to whom that happens sets a flag, and the next release hands the mutex to it.
 *
 * Owner, flags, wait lock, list and the tail of the spinners lie in one line.
 *
 * Left out: wound/wait, signals, PREEMPT_RT, the lines of tasks and of waiters'
 * stacks.
 */
#include "sim/lock_internal.h"
#include "sim/sim.h"

enum {
	HAS_WAITERS = 1, /* releasing must wake */
	HAND_OFF = 2,	 /* releasing must hand over */
	PICK_UP = 4,	 /* it was handed over and not yet taken */
};

void sim_mutex_init(struct sim_mutex *mutex, const char *class_name)
{
	*mutex = (struct sim_mutex){};
	sim_lock_base_init(&mutex->base, class_name);
}

/* --- taking it --- */

/* Owner and flags are one word in Linux. */
struct owner_word {
	struct sim_thread *owner;
	u32 flags;
};

static struct owner_word owner_word(const struct sim_mutex *mutex)
{
	return (struct owner_word){mutex->base.owner, mutex->flags};
}

/* What @self makes of it. Return: anything; no: it is another's. */
static bool change(struct owner_word *word, struct sim_thread *self, bool wants_hand_off)
{
	if (!word->owner) {
		word->owner = self;
		return true;
	}
	if (word->flags & PICK_UP) {
		word->flags &= ~PICK_UP;
		return word->owner == self;
	}
	if (!wants_hand_off || word->flags & HAND_OFF)
		return false;
	word->flags |= HAND_OFF;
	return true;
}

/* Take it if it is free or was handed to us; if not, @wants_hand_off asks for that. */
static bool trylock(struct sim_mutex *mutex, bool wants_hand_off)
{
	struct sim_thread *self = sim_core->current;
	struct owner_word old, new;

	word_read(&mutex->base.word);
	do {
		old = new = owner_word(mutex);
		if (!change(&new, self, wants_hand_off))
			return false;
		word_atomic(&mutex->base.word);
	} while (mutex->base.owner != old.owner || mutex->flags != old.flags);
	mutex->base.owner = new.owner;
	mutex->flags = new.flags;
	return new.owner == self;
}

/* --- spinning --- */

/* Return: the owner is another; false: it does not run, or our CPU is wanted. */
static bool spin_on_owner(struct sim_mutex *mutex, struct sim_thread *owner)
{
	struct sim_thread *self = sim_core->current;

	for (;;) {
		word_read(&mutex->base.word);
		if (mutex->base.owner != owner)
			return true;
		if (!sim_thread_is_on_cpu(owner) || need_resched(self))
			return false;
		sim_spin_for(&(struct spin_for){
			.word = &mutex->base.word,
			.owner = owner,
			.is_breakable = true,
		});
	}
}

static bool take_or_spin(struct sim_mutex *mutex)
{
	while (!trylock(mutex, false)) {
		if (!spin_on_owner(mutex, mutex->base.owner))
			return false;
	}
	return true;
}

static bool may_spin(struct sim_mutex *mutex)
{
	if (need_resched(sim_core->current))
		return false;
	word_read(&mutex->base.word);
	return !mutex->base.owner || sim_thread_is_on_cpu(mutex->base.owner);
}

static bool spin_as_newcomer(struct sim_mutex *mutex)
{
	struct osq osq = {&mutex->base.word, &mutex->osq_tail};
	bool is_taken;

	if (!may_spin(mutex) || !sim_osq_lock(&osq))
		return false;
	is_taken = take_or_spin(mutex);
	sim_osq_unlock(&osq);
	return is_taken;
}

/* @waiter: the first that sleeps, beside the queue of newcomers; NULL: one of these. */
static bool spin(struct sim_mutex *mutex, struct sim_waiter *waiter)
{
	if (waiter ? take_or_spin(mutex) : spin_as_newcomer(mutex))
		return true;
	/* Give way now, not with the mutex just taken. */
	if (need_resched(sim_core->current))
		sim_thread_give_way();
	return false;
}

/* --- sleeping --- */

static void wait_lock(struct sim_mutex *mutex)
{
	sim_qspin_lock(&mutex->base.word, &mutex->wait_lock);
}

static void wait_unlock(struct sim_mutex *mutex)
{
	sim_qspin_unlock(&mutex->base.word, &mutex->wait_lock);
}

static void add_waiter(struct sim_mutex *mutex, struct sim_waiter *waiter)
{
	mutex->base.class->sleeps++;
	waiter->thread->is_wake_pending = false;
	sim_waiter_push(base_fifo(&mutex->base), waiter);
	if (mutex->base.first != waiter)
		return;
	word_atomic(&mutex->base.word);
	mutex->flags |= HAS_WAITERS;
}

static void remove_waiter(struct sim_mutex *mutex, struct sim_waiter *waiter)
{
	sim_waiter_remove(base_fifo(&mutex->base), waiter);
	if (mutex->base.first)
		return;
	word_atomic(&mutex->base.word);
	mutex->flags = 0;
}

static void go_to_sleep(struct sim_thread *self)
{
	self->preempt_count--;
	sim_park();
	self->preempt_count++;
}

/* The wait lock is held, here and on return. */
static void sleep_until_taken(struct sim_mutex *mutex, struct sim_waiter *waiter)
{
	bool is_first, is_taken;

	while (!trylock(mutex, false)) {
		wait_unlock(mutex);
		go_to_sleep(waiter->thread);
		is_first = mutex->base.first == waiter;
		is_taken = trylock(mutex, is_first) || (is_first && spin(mutex, waiter));
		wait_lock(mutex);
		if (is_taken)
			break;
	}
}

static void lock_slow(struct sim_mutex *mutex)
{
	struct sim_waiter waiter = {.thread = sim_core->current};

	if (trylock(mutex, false) || spin(mutex, NULL))
		return;
	wait_lock(mutex);
	if (!trylock(mutex, false)) {
		add_waiter(mutex, &waiter);
		sleep_until_taken(mutex, &waiter);
		remove_waiter(mutex, &waiter);
	}
	wait_unlock(mutex);
}

void sim_mutex_lock(struct sim_mutex *mutex, const struct sim_site *site)
{
	struct acquisition acq = {.base = &mutex->base, .site = site};
	struct sim_thread *self = sim_core->current;

	sim_assert(sim_may_sleep());
	word_atomic(&mutex->base.word);
	if (!mutex->base.owner && !mutex->flags) {
		mutex->base.owner = self;
	} else {
		sim_lock_contended(&acq);
		self->preempt_count++;
		lock_slow(mutex);
		self->preempt_count--;
	}
	mutex->base.acquired_ps = sim_core->now_ps;
	sim_lock_acquired(&acq);
	sim_settle();
}

bool sim_mutex_trylock(struct sim_mutex *mutex)
{
	struct acquisition acq = {.base = &mutex->base};

	if (!trylock(mutex, false))
		return false;
	mutex->base.acquired_ps = sim_core->now_ps;
	sim_lock_acquired(&acq);
	return true;
}

/* --- release --- */

/* Return: there may be somebody to wake, or to hand it to. */
static bool release(struct sim_mutex *mutex)
{
	u32 flags;

	do {
		flags = mutex->flags;
		if (flags & HAND_OFF)
			return true;
		word_atomic(&mutex->base.word);
	} while (mutex->flags != flags);
	mutex->base.owner = NULL;
	return flags & HAS_WAITERS;
}

static void hand_over(struct sim_mutex *mutex, struct sim_thread *to)
{
	word_atomic(&mutex->base.word);
	mutex->base.owner = to;
	mutex->flags = (mutex->flags & HAS_WAITERS) | (to ? PICK_UP : 0);
}

static void unlock_slow(struct sim_mutex *mutex)
{
	struct sim_thread *self = sim_core->current, *next;
	struct wake_list wakes = {};

	if (!release(mutex))
		return;
	self->preempt_count++;
	wait_lock(mutex);
	next = mutex->base.first ? mutex->base.first->thread : NULL;
	if (next)
		sim_wake_list_add(&wakes, next);
	if (mutex->base.owner == self)
		hand_over(mutex, next);
	wait_unlock(mutex);
	sim_preempt_enable();
	sim_wake_list_wake(&wakes);
}

void sim_mutex_unlock(struct sim_mutex *mutex)
{
	sim_assert(mutex->base.owner == sim_core->current);
	sim_settle();
	sim_lock_released(&mutex->base, mutex->base.acquired_ps);
	word_atomic(&mutex->base.word);
	if (mutex->flags)
		unlock_slow(mutex);
	else
		mutex->base.owner = NULL;
}

bool sim_mutex_is_locked(const struct sim_mutex *mutex)
{
	return mutex->base.owner;
}

struct sim_thread *sim_mutex_owner(const struct sim_mutex *mutex)
{
	return mutex->base.owner;
}
