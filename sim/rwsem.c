// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reader-writer semaphore, step by step after Linux 6.1's kernel/locking/rwsem.c.
 *
 * A reader counts itself with one atomic and has it unless a writer or a waiter
 * is there; if only waiters are there and not many readers, it steals the lock
 * from them; else it queues. A writer takes a free one with one cmpxchg; else
 * it spins: while a writer runs, and behind readers for up to 25 us, after which
 * nobody spins behind them; else it queues. When a reader is the first to wait,
 * all readers that wait (up to 256) have the lock at once. A writer that waits
 * is woken and takes the lock itself, and another may be quicker, until it has
 * waited for 4 ms or is a real-time thread: then the lock is its.
 *
 * Count, owner, wait lock, list and the tail of the spinners lie in one line.
 *
 * Left out: downgrading, signals, PREEMPT_RT, the lines of tasks and of waiters'
 * stacks. The owner is written with the count: both are one line's.
 */
#include "sim/lock_internal.h"
#include "sim/sim.h"
#include "sim/time.h"

#define MAX_READERS_WAKEUP 256

enum {
	/* in the count */
	HAS_WAITERS = 1,
	HAND_OFF = 2, /* nobody overtakes the first that waits */
	/* in the owner */
	READER_OWNED = 4, /* a reader had it last, and may have it */
	NONSPINNABLE = 8, /* a writer has spun behind these readers for too long */
};

void sim_rwsem_init(struct sim_rwsem *sem, const char *class_name)
{
	*sem = (struct sim_rwsem){};
	sim_lock_base_init(&sem->base, class_name);
}

/* --- time: Debian's kernel counts it in 4 ms --- */

#define JIFFY_PS (SIM_PS_PER_S / 250)
#define WAIT_JIFFIES 1 /* 4 ms, and the rest of the one under way */

static u64 jiffies(void)
{
	return sim_core->now_ps / JIFFY_PS;
}

static bool is_impatient(const struct sim_waiter *waiter)
{
	return jiffies() > waiter->patience;
}

/* --- the word --- */

struct count_word {
	const struct sim_thread *writer;
	u32 nr_readers, flags;
};

static struct count_word count_word(const struct sim_rwsem *sem)
{
	return (struct count_word){
		.writer = sem->base.owner,
		.nr_readers = sem->nr_readers,
		.flags = sem->flags & (HAS_WAITERS | HAND_OFF),
	};
}

/* cmpxchg; Return: it was still @old. */
static bool still(struct sim_rwsem *sem, struct count_word old)
{
	struct count_word now;

	word_atomic(&sem->base.word);
	now = count_word(sem);
	return now.writer == old.writer && now.nr_readers == old.nr_readers &&
	       now.flags == old.flags;
}

static bool is_held(struct count_word count)
{
	return count.writer || count.nr_readers;
}

static void own_as_writer(struct sim_rwsem *sem)
{
	sem->base.owner = sim_core->current;
	sem->flags &= ~(READER_OWNED | NONSPINNABLE);
}

static void wait_lock(struct sim_rwsem *sem)
{
	sim_irq_disable();
	sim_qspin_lock(&sem->base.word, &sem->wait_lock);
}

static void wait_unlock(struct sim_rwsem *sem)
{
	sim_qspin_unlock(&sem->base.word, &sem->wait_lock);
	sim_irq_enable();
}

static void add_waiter(struct sim_rwsem *sem, struct sim_waiter *waiter)
{
	sem->base.class->sleeps++;
	waiter->thread = sim_core->current;
	waiter->thread->is_wake_pending = false;
	sim_waiter_push(base_fifo(&sem->base), waiter);
}

static struct sim_waiter new_waiter(bool is_writer)
{
	return (struct sim_waiter){.is_writer = is_writer, .patience = jiffies() + WAIT_JIFFIES};
}

/* --- waking; the wait lock is held, and somebody waits --- */

enum wake_type {
	WAKE_ANY,
	WAKE_READERS,	 /* a reader has counted itself, and may have it */
	WAKE_READ_OWNED, /* the caller has it for reading */
};

/* Count one reader ahead of the grant; Return: no writer has it. */
static bool count_first_reader(struct sim_rwsem *sem, struct sim_waiter *first)
{
	bool is_first_request;

	word_atomic(&sem->base.word);
	sem->nr_readers++;
	if (!sem->base.owner) {
		sem->flags |= READER_OWNED;
		return true;
	}
	is_first_request = is_impatient(first) && !(sem->flags & HAND_OFF);
	first->has_hand_off |= is_impatient(first);
	word_atomic(&sem->base.word);
	sem->nr_readers--;
	if (is_first_request)
		sem->flags |= HAND_OFF;
	return false;
}

/* All that wait for reading, off the list. Return: how many. */
static u32 take_readers(struct sim_rwsem *sem, struct waiter_fifo granted)
{
	struct sim_waiter *waiter, *next;
	u32 nr = 0;

	for (waiter = sem->base.first; waiter && nr < MAX_READERS_WAKEUP; waiter = next) {
		next = waiter->next;
		if (waiter->is_writer)
			continue;
		sim_waiter_remove(base_fifo(&sem->base), waiter);
		sim_waiter_push(granted, waiter);
		nr++;
	}
	return nr;
}

static void grant_readers(struct sim_rwsem *sem, u32 nr_counted, struct wake_list *wakes)
{
	struct sim_waiter *first = NULL, *last = NULL, *next;
	u32 nr = take_readers(sem, (struct waiter_fifo){&first, &last});
	u32 gone = !sem->base.first ? HAS_WAITERS | HAND_OFF : nr ? HAND_OFF : 0;

	if (nr != nr_counted || sem->flags & gone) {
		word_atomic(&sem->base.word);
		sem->nr_readers += nr - nr_counted;
		sem->flags &= ~gone;
	}
	for (; first; first = next) {
		next = first->next;
		sim_wake_list_add(wakes, first->thread);
		first->is_granted = true;
	}
}

static void mark_wake(struct sim_rwsem *sem, enum wake_type type, struct wake_list *wakes)
{
	struct sim_waiter *first = sem->base.first;

	if (first->is_writer) {
		/* It takes the lock itself; until then other writers may. */
		if (type == WAKE_ANY)
			sim_wake_list_add(wakes, first->thread);
		return;
	}
	if (type == WAKE_READ_OWNED)
		grant_readers(sem, 0, wakes);
	else if (count_first_reader(sem, first))
		grant_readers(sem, 1, wakes);
}

static void clear_nonspinnable(struct sim_rwsem *sem)
{
	if (!(sem->flags & NONSPINNABLE))
		return;
	word_atomic(&sem->base.word);
	sem->flags &= ~NONSPINNABLE;
}

/* One more waits: the lock may have become free meanwhile. */
static void wake_unless_written(struct sim_rwsem *sem, struct wake_list *wakes)
{
	if (sem->base.owner)
		return;
	if (sem->nr_readers) {
		mark_wake(sem, WAKE_READERS, wakes);
		return;
	}
	clear_nonspinnable(sem);
	mark_wake(sem, WAKE_ANY, wakes);
}

/* --- readers --- */

/* More than anyone should hold are left out, too: they are still held (sim/holds.h). */
static void read_hold_begin(struct sim_thread *self, const struct sim_rwsem *sem)
{
	if (self->nr_read_holds == MAX_READ_HOLDS)
		return;
	self->read_holds[self->nr_read_holds].sem = sem;
	self->read_holds[self->nr_read_holds++].acquired_ps = sim_core->now_ps;
}

/* Another thread's hold has no known start and is left out of the statistics. */
static void read_hold_end(struct sim_thread *self, struct sim_rwsem *sem)
{
	u32 i;

	for (i = self->nr_read_holds; i-- > 0;) {
		if (self->read_holds[i].sem != sem)
			continue;
		sim_lock_released_shared(&sem->base, self->read_holds[i].acquired_ps);
		self->read_holds[i] = self->read_holds[--self->nr_read_holds];
		return;
	}
}

static bool must_wait(const struct sim_rwsem *sem)
{
	return sem->base.owner || sem->flags & (HAS_WAITERS | HAND_OFF);
}

/* The caller has counted itself. Readers that have it share it with those that wait. */
static void steal(struct sim_rwsem *sem)
{
	struct wake_list wakes = {};

	sem->flags |= READER_OWNED;
	if (sem->nr_readers != 1 || !(sem->flags & HAS_WAITERS))
		return;
	wait_lock(sem);
	if (sem->base.first)
		mark_wake(sem, WAKE_READ_OWNED, &wakes);
	wait_unlock(sem);
	sim_wake_list_wake(&wakes);
}

/* The wait lock is held. Return: we have it after all. */
static bool queue_reader(struct sim_rwsem *sem, struct sim_waiter *waiter, struct wake_list *wakes)
{
	bool is_first = !sem->base.first;

	if (is_first) {
		word_read(&sem->base.word);
		if (!sem->base.owner) {
			sem->flags |= READER_OWNED;
			return true;
		}
	}
	add_waiter(sem, waiter);
	word_atomic(&sem->base.word);
	sem->nr_readers--;
	if (is_first)
		sem->flags |= HAS_WAITERS;
	wake_unless_written(sem, wakes);
	return false;
}

static void read_slow(struct sim_rwsem *sem)
{
	/* Readers keep readers coming: those that wait must get their turn. */
	bool may_steal = !(sem->flags & READER_OWNED && sem->nr_readers > 1 && !sem->base.owner);
	struct sim_waiter waiter = new_waiter(false);
	struct sim_thread *self = sim_core->current;
	struct wake_list wakes = {};
	bool is_taken;

	if (may_steal && !sem->base.owner && !(sem->flags & HAND_OFF)) {
		steal(sem);
		return;
	}
	wait_lock(sem);
	is_taken = queue_reader(sem, &waiter, &wakes);
	wait_unlock(sem);
	sim_wake_list_wake(&wakes);
	while (!is_taken && !waiter.is_granted) {
		self->preempt_count--;
		sim_park();
		self->preempt_count++;
	}
}

void sim_down_read(struct sim_rwsem *sem, const struct sim_site *site)
{
	struct acquisition acq = {.base = &sem->base, .site = site};
	struct sim_thread *self = sim_core->current;

	sim_assert(sim_may_sleep());
	word_atomic(&sem->base.word);
	sem->nr_readers++;
	if (must_wait(sem)) {
		sim_lock_contended(&acq);
		self->preempt_count++;
		read_slow(sem);
		self->preempt_count--;
	} else {
		sem->flags |= READER_OWNED;
	}
	read_hold_begin(self, sem);
	sim_lock_acquired(&acq);
}

bool sim_down_read_trylock(struct sim_rwsem *sem)
{
	struct acquisition acq = {.base = &sem->base};
	struct count_word count;

	word_read(&sem->base.word);
	do {
		if (must_wait(sem))
			return false;
		count = count_word(sem);
	} while (!still(sem, count));
	sem->nr_readers++;
	sem->flags |= READER_OWNED;
	read_hold_begin(sim_core->current, sem);
	sim_lock_acquired(&acq);
	return true;
}

/* --- release --- */

static void wake(struct sim_rwsem *sem)
{
	struct wake_list wakes = {};

	wait_lock(sem);
	if (sem->base.first)
		mark_wake(sem, WAKE_ANY, &wakes);
	wait_unlock(sem);
	sim_wake_list_wake(&wakes);
}

void sim_up_read(struct sim_rwsem *sem)
{
	sim_assert(sem->nr_readers);
	sim_settle();
	read_hold_end(sim_core->current, sem);
	word_atomic(&sem->base.word);
	if (--sem->nr_readers || sem->base.owner || !(sem->flags & HAS_WAITERS))
		return;
	sim_preempt_disable();
	clear_nonspinnable(sem);
	wake(sem);
	sim_preempt_enable();
}

void sim_up_write(struct sim_rwsem *sem)
{
	sim_assert(sem->base.owner == sim_core->current);
	sim_settle();
	sim_lock_released(&sem->base, sem->base.acquired_ps);
	word_atomic(&sem->base.word);
	sem->base.owner = NULL;
	if (sem->flags & HAS_WAITERS)
		wake(sem);
}

/* --- writers that spin --- */

enum owner_state { OWNER_NULL, OWNER_WRITER, OWNER_READER, OWNER_NONSPINNABLE };

static enum owner_state owner_state(const struct sim_rwsem *sem)
{
	if (sem->flags & NONSPINNABLE)
		return OWNER_NONSPINNABLE;
	if (sem->flags & READER_OWNED)
		return OWNER_READER;
	return sem->base.owner ? OWNER_WRITER : OWNER_NULL;
}

/* While one writer has it and runs. Return: what is then. */
static enum owner_state spin_on_owner(struct sim_rwsem *sem)
{
	struct sim_thread *self = sim_core->current, *owner = NULL;

	for (;;) {
		word_read(&sem->base.word);
		if (owner_state(sem) != OWNER_WRITER || (owner && sem->base.owner != owner))
			return owner_state(sem);
		owner = sem->base.owner;
		if (need_resched(self) || !sim_thread_is_on_cpu(owner))
			return OWNER_NONSPINNABLE;
		sim_spin_for(&(struct spin_for){
			.word = &sem->base.word,
			.owner = owner,
			.is_breakable = true,
		});
	}
}

static bool take_unqueued(struct sim_rwsem *sem)
{
	struct count_word count;

	word_read(&sem->base.word);
	do {
		count = count_word(sem);
		if (is_held(count) || count.flags & HAND_OFF)
			return false;
	} while (!still(sem, count));
	own_as_writer(sem);
	return true;
}

static bool may_spin(struct sim_rwsem *sem)
{
	const struct sim_thread *owner;

	if (need_resched(sim_core->current))
		return false;
	word_read(&sem->base.word);
	owner = sem->base.owner;
	return !(sem->flags & NONSPINNABLE) && (!owner || sim_thread_is_on_cpu(owner));
}

/* The more readers, the longer until the last has gone; more than 30 are not waited for. */
static u64 reader_limit_ps(const struct sim_rwsem *sem)
{
	u32 nr = sem->nr_readers < 30 ? sem->nr_readers : 30;

	return sim_core->now_ps + (20 + nr) * SIM_PS_PER_US / 2;
}

static void set_nonspinnable(struct sim_rwsem *sem)
{
	if (!(sem->flags & READER_OWNED) || sem->flags & NONSPINNABLE)
		return;
	word_atomic(&sem->base.word);
	if (sem->flags & READER_OWNED)
		sem->flags |= NONSPINNABLE;
}

/* What a spinning writer remembers from one look to the next. */
struct writer_spin {
	enum owner_state before;
	u64 limit_ps; /* behind readers */
};

/* Not taken; @state is what it was. Return: it may go on. */
static bool may_spin_on(struct sim_rwsem *sem, struct writer_spin *spin, enum owner_state state)
{
	const struct sim_thread *self = sim_core->current;

	if (state == OWNER_READER && spin->before != OWNER_READER) {
		if (sem->flags & NONSPINNABLE)
			return false;
		spin->limit_ps = reader_limit_ps(sem);
	} else if (state == OWNER_READER && sim_core->now_ps >= spin->limit_ps) {
		set_nonspinnable(sem);
		return false;
	}
	/* A real-time thread must not keep a CPU from readers whom it cannot see run. */
	if (state != OWNER_WRITER &&
	    (need_resched(self) || (self->class == SIM_CLASS_RT && spin->before != OWNER_WRITER)))
		return false;
	spin->before = state;
	return true;
}

static bool take_or_spin(struct sim_rwsem *sem)
{
	struct writer_spin spin = {.before = OWNER_NULL};

	for (;;) {
		enum owner_state state = spin_on_owner(sem);

		if (state == OWNER_NONSPINNABLE)
			return false;
		if (take_unqueued(sem))
			return true;
		if (!may_spin_on(sem, &spin, state))
			return false;
		/* Only what is as it was is waited for, and a writer above. */
		if (state == OWNER_WRITER || owner_state(sem) != state ||
		    !(is_held(count_word(sem)) || sem->flags & HAND_OFF))
			continue;
		sim_spin_for(&(struct spin_for){
			.word = &sem->base.word,
			.is_breakable = true,
			.until_ps = state == OWNER_READER ? spin.limit_ps : 0,
		});
	}
}

static bool spin(struct sim_rwsem *sem)
{
	struct osq osq = {&sem->base.word, &sem->osq_tail};
	bool is_taken = false;

	if (!may_spin(sem))
		return false;
	sim_preempt_disable();
	if (sim_osq_lock(&osq)) {
		is_taken = take_or_spin(sem);
		sim_osq_unlock(&osq);
	}
	sim_preempt_enable();
	return is_taken;
}

/* --- writers that wait; the wait lock is held --- */

/* Take it, or ask for it to be handed over. Return: taken, and off the list. */
static bool take_queued(struct sim_rwsem *sem, struct sim_waiter *waiter)
{
	struct sim_waiter *first = sem->base.first;
	struct count_word count;

	word_read(&sem->base.word);
	do {
		count = count_word(sem);
		if (count.flags & HAND_OFF && first->has_hand_off && waiter != first)
			return false;
		if (is_held(count) &&
		    (count.flags & HAND_OFF ||
		     (waiter->thread->class != SIM_CLASS_RT && !is_impatient(waiter))))
			return false;
	} while (!still(sem, count));
	if (is_held(count)) {
		sem->flags |= HAND_OFF;
		first->has_hand_off = true;
		return false;
	}
	sim_waiter_remove(base_fifo(&sem->base), waiter);
	sem->flags &= sem->base.first ? ~HAND_OFF : ~(HAND_OFF | HAS_WAITERS);
	own_as_writer(sem);
	return true;
}

static void queue_writer(struct sim_rwsem *sem, struct sim_waiter *waiter)
{
	struct wake_list wakes = {};

	add_waiter(sem, waiter);
	if (sem->base.first == waiter) {
		word_atomic(&sem->base.word);
		sem->flags |= HAS_WAITERS;
		return;
	}
	word_read(&sem->base.word);
	wake_unless_written(sem, &wakes);
	if (!wakes.first)
		return;
	wait_unlock(sem);
	sim_wake_list_wake(&wakes);
	wait_lock(sem);
}

/*
 * With the lock promised to us, spin for a writer that is about to leave, and for readers that
 * have counted themselves and will not get it. Return: look at once.
 */
static bool spin_for_hand_over(struct sim_rwsem *sem)
{
	enum owner_state state;

	sim_preempt_disable();
	for (;;) {
		state = spin_on_owner(sem);
		if (state != OWNER_NULL || !is_held(count_word(sem)) ||
		    need_resched(sim_core->current))
			break;
		sim_spin_for(&(struct spin_for){.word = &sem->base.word, .is_breakable = true});
	}
	sim_preempt_enable();
	return state == OWNER_NULL;
}

static void write_slow(struct sim_rwsem *sem)
{
	struct sim_waiter waiter;

	if (spin(sem))
		return;
	waiter = new_waiter(true);
	wait_lock(sem);
	queue_writer(sem, &waiter);
	while (!take_queued(sem, &waiter)) {
		wait_unlock(sem);
		if (!waiter.has_hand_off || !spin_for_hand_over(sem))
			sim_park();
		wait_lock(sem);
	}
	wait_unlock(sem);
}

/* Return: it was free, nobody waiting. */
static bool write_fast(struct sim_rwsem *sem)
{
	if (!still(sem, (struct count_word){}))
		return false;
	own_as_writer(sem);
	return true;
}

void sim_down_write(struct sim_rwsem *sem, const struct sim_site *site)
{
	struct acquisition acq = {.base = &sem->base, .site = site};

	sim_assert(sim_may_sleep());
	if (!write_fast(sem)) {
		sim_lock_contended(&acq);
		write_slow(sem);
	}
	sem->base.acquired_ps = sim_core->now_ps;
	sim_lock_acquired(&acq);
	sim_settle();
}

bool sim_down_write_trylock(struct sim_rwsem *sem)
{
	struct acquisition acq = {.base = &sem->base};

	if (!write_fast(sem))
		return false;
	sem->base.acquired_ps = sim_core->now_ps;
	sim_lock_acquired(&acq);
	return true;
}

bool sim_rwsem_is_locked(const struct sim_rwsem *sem)
{
	return is_held(count_word(sem)) || sem->flags & (HAS_WAITERS | HAND_OFF);
}
