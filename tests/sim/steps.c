// SPDX-License-Identifier: GPL-2.0-only
/* The plain machine: see steps.h. */
#include "steps.h"

struct steps steps;

struct step_thread *step_self(void)
{
	return &steps.threads[steps.current];
}

void step_note(u64 what)
{
	sim_assert(steps.notes.nr < 4096);
	steps.notes.notes[steps.notes.nr++] = (struct note){what, steps.now_ps - 1};
}

/* --- time --- */

static void step_schedule(struct step_thread *thread, u64 at_ps)
{
	thread->due_ps = at_ps;
	thread->due_seq = ++steps.seq;
}

/*
 * To the main stack and back. Other threads run meanwhile, so the compiler must not look inside
 * and keep what they change.
 */
#if __has_attribute(noipa)
__attribute__((noipa))
#else
__attribute__((noinline))
#endif
static void
step_block(void)
{
	sim_fiber_yield(&step_self()->fiber);
}

static void step_look_again(struct step_thread *thread)
{
	thread->polls[0] = thread->polls[1] = NULL;
	step_schedule(thread, steps.now_ps);
}

/* Those that watch @cpu's thread run look again, the last that began first. */
static void step_leave_cpu(int cpu)
{
	steps.threads[cpu].is_running = false;
	for (;;) {
		struct step_thread *last = NULL;

		for (int i = 0; i < STEP_CPUS; i++) {
			struct step_thread *thread = &steps.threads[i];

			if (thread->polls[0] && thread->watches == cpu &&
			    (!last || thread->poll_seq > last->poll_seq))
				last = thread;
		}
		if (!last)
			return;
		step_look_again(last);
	}
}

/* A guest that came while we would not be preempted has its turn. */
void step_settle(void)
{
	struct step_thread *self = step_self();

	while (self->need_resched && !self->preempt_count) {
		self->need_resched = false;
		self->guest_until_ps = steps.now_ps + self->guest_ps;
		step_leave_cpu(steps.current);
		step_schedule(self, self->guest_until_ps);
		step_block();
		self->is_running = true;
	}
}

bool step_is_running(int cpu)
{
	const struct step_thread *thread = &steps.threads[cpu];

	return thread->is_running ||
	       (thread->is_interrupted && thread->guest_until_ps <= steps.now_ps);
}

void step_pass(u64 ps)
{
	step_settle();
	if (!ps)
		return;
	step_schedule(step_self(), steps.now_ps + ps);
	step_block();
	step_self()->is_running = true;
	step_self()->is_interrupted = false;
	step_settle();
}

void step_preempt_disable(void)
{
	step_self()->preempt_count++;
}

void step_preempt_enable(void)
{
	step_self()->preempt_count--;
	step_settle();
}

/* --- lines --- */

void step_line_init(struct step_line *line)
{
	memset(line, 0, sizeof(*line));
	steps.lines[steps.nr_lines++] = line;
}

static void step_let_go(struct step_line *line)
{
	if (!line->is_leaving || line->leave_ps > steps.now_ps)
		return;
	line->is_leaving = false;
	line->is_exclusive = line->heir >= 0;
	if (line->heir < 0)
		return;
	memset(line->has_copy, 0, sizeof(line->has_copy));
	line->has_copy[line->heir] = true;
}

static int step_nr_copies(const struct step_line *line)
{
	int nr = 0;

	for (int i = 0; i < STEP_CPUS; i++)
		nr += line->has_copy[i];
	return nr;
}

static u64 step_hit_ps(enum step_access access)
{
	return steps.costs.hit + (access == STEP_ATOMIC ? steps.costs.atomic : 0);
}

static bool step_hits(struct step_line *line, int cpu, enum step_access access)
{
	step_let_go(line);
	return line->has_copy[cpu] && (access == STEP_READ || step_nr_copies(line) == 1) &&
	       (!line->is_leaving || steps.now_ps + step_hit_ps(access) <= line->leave_ps);
}

static u64 step_later(u64 a, u64 b)
{
	return a > b ? a : b;
}

static u64 step_move(struct step_line *line, int heir, u64 atomic)
{
	if (!line->is_leaving)
		line->leave_ps = step_later(steps.now_ps, line->ready_ps);
	line->ready_ps = line->leave_ps + steps.costs.transfer + atomic;
	line->free_ps = line->ready_ps;
	line->is_leaving = true;
	line->heir = heir;
	step_let_go(line);
	return line->ready_ps;
}

/* Return: how long the access takes. */
static u64 step_serve(struct step_line *line, int cpu, enum step_access access)
{
	u64 end_ps;

	if (step_hits(line, cpu, access)) {
		end_ps = steps.now_ps + step_hit_ps(access);
		if (access == STEP_READ)
			return end_ps - steps.now_ps;
		line->is_exclusive = true;
		if (access == STEP_ATOMIC)
			line->ready_ps = end_ps;
	} else if (access != STEP_READ) {
		end_ps = step_move(line, cpu, access == STEP_ATOMIC ? steps.costs.atomic : 0);
	} else if (line->is_exclusive || !step_nr_copies(line)) {
		end_ps = step_move(line, -1, 0);
		line->has_copy[cpu] = true;
	} else {
		end_ps = step_later(steps.now_ps + steps.costs.transfer, line->ready_ps);
		line->ready_ps = end_ps;
		line->has_copy[cpu] = true;
	}
	return end_ps - steps.now_ps;
}

static enum step_access step_serve_waiting(struct step_line *line, int nth)
{
	int cpu = line->waiting[nth];
	struct step_thread *thread = &steps.threads[cpu];

	line->nr_waiting--;
	memmove(&line->waiting[nth], &line->waiting[nth + 1],
		(line->nr_waiting - nth) * sizeof(line->waiting[0]));
	step_schedule(thread, steps.now_ps + step_serve(line, cpu, thread->access));
	return thread->access;
}

static void step_arbitrate(struct step_line *line)
{
	while (line->nr_waiting && line->free_ps <= steps.now_ps) {
		if (step_serve_waiting(line, 0) != STEP_READ)
			continue;
		for (int i = 0; i < line->nr_waiting;) {
			if (steps.threads[line->waiting[i]].access == STEP_READ)
				step_serve_waiting(line, i);
			else
				i++;
		}
	}
	line->event_ps = line->nr_waiting ? line->free_ps : 0;
	line->event_seq = ++steps.seq;
}

/* Whoever polls @line looks again. */
static void step_written(const struct step_line *line)
{
	for (;;) {
		struct step_thread *first = NULL;

		for (int i = 0; i < STEP_CPUS; i++) {
			struct step_thread *thread = &steps.threads[i];

			if ((thread->polls[0] == line || thread->polls[1] == line) &&
			    (!first || thread->poll_seq < first->poll_seq))
				first = thread;
		}
		if (!first)
			return;
		step_look_again(first);
	}
}

void step_touch(struct step_line *line, enum step_access access)
{
	struct step_thread *self = step_self();

	step_settle();
	step_arbitrate(line);
	if (step_hits(line, steps.current, access) ||
	    (!line->nr_waiting && line->free_ps <= steps.now_ps)) {
		step_pass(step_serve(line, steps.current, access));
	} else {
		self->access = access;
		line->waiting[line->nr_waiting++] = steps.current;
		if (line->nr_waiting == 1)
			step_arbitrate(line);
		step_block();
	}
	if (access != STEP_READ)
		step_written(line);
}

/* --- spinning and sleeping --- */

void step_spin(struct step_spin spin)
{
	struct step_thread *self = step_self();

	self->polls[0] = spin.line;
	self->polls[1] = spin.other;
	self->watches = spin.watches;
	self->is_breakable = spin.is_breakable;
	self->until_ps = spin.until_ps;
	self->poll_seq = ++steps.seq;
	step_block();
	self->until_ps = 0;
}

static void step_run_again(struct step_thread *self)
{
	self->is_running = true;
	step_pass(steps.costs.context_switch);
}

void step_park(void)
{
	struct step_thread *self = step_self();

	step_settle();
	if (!self->is_woken) {
		self->is_parked = true;
		step_leave_cpu(steps.current);
		step_block();
		self->is_parked = false;
		step_run_again(self);
	}
	self->is_woken = false;
}

static void step_start(struct step_thread *thread)
{
	u64 at_ps = steps.now_ps + steps.costs.wakeup;

	step_schedule(thread, at_ps > thread->guest_until_ps ? at_ps : thread->guest_until_ps);
}

static void step_wake_now(struct step_thread *thread)
{
	if (!thread->is_parked)
		thread->is_woken = true;
	else if (!thread->due_ps)
		step_start(thread);
}

bool step_mark(int cpu)
{
	struct step_thread *thread = &steps.threads[cpu];
	bool is_new = !thread->is_marked;

	thread->is_marked = true;
	return is_new;
}

void step_wake(int cpu)
{
	step_pass(steps.costs.wake_call);
	steps.threads[cpu].is_marked = false;
	step_wake_now(&steps.threads[cpu]);
}

/* Who is woken by somebody else meanwhile sleeps on. */
void step_sleep(u64 ps)
{
	struct step_thread *self = step_self();
	bool is_woken = false;

	step_settle();
	self->timer_ps = steps.now_ps + ps;
	do {
		step_park();
		is_woken |= self->timer_ps;
	} while (self->timer_ps);
	self->is_woken |= is_woken;
}

static void step_timer(struct step_thread *thread)
{
	thread->timer_ps = 0;
	step_wake_now(thread);
}

/* --- guests --- */

static void step_guest_comes(const struct step_guest *guest)
{
	struct step_thread *thread = &steps.threads[guest->cpu];

	if (!step_is_running(guest->cpu)) {
		thread->guest_until_ps = steps.now_ps + guest->for_ps;
		return;
	}
	thread->guest_ps = guest->for_ps;
	if (thread->polls[0] && thread->is_breakable) {
		thread->need_resched = true;
		step_look_again(thread);
	} else if (!thread->preempt_count && thread->due_ps) {
		/* In the midst of step_pass(). */
		thread->guest_until_ps = steps.now_ps + guest->for_ps;
		step_leave_cpu(guest->cpu);
		thread->is_interrupted = true;
		step_schedule(thread, thread->due_ps + guest->for_ps);
	} else {
		thread->need_resched = true;
	}
}

/* --- running --- */

static void step_main(void *arg)
{
	struct step_thread *self = arg;

	step_run_again(self);
	self->main(self - steps.threads);
	self->is_over = true;
	step_leave_cpu(steps.current);
	for (;;)
		step_block();
}

/* Whatever is due next, the oldest of what is due at one time. */
struct step_due {
	u64 at_ps, seq;
	struct step_thread *thread, *timer;
	struct step_line *line;
	bool is_guest;
};

static void step_first(struct step_due *first, struct step_due due)
{
	if (due.at_ps &&
	    (due.at_ps < first->at_ps || (due.at_ps == first->at_ps && due.seq < first->seq)))
		*first = due;
}

static struct step_due step_find(void)
{
	struct step_due first = {.at_ps = ~0ULL};

	for (int i = 0; i < STEP_CPUS; i++) {
		struct step_thread *thread = &steps.threads[i];

		step_first(&first,
			   (struct step_due){thread->due_ps, thread->due_seq, .thread = thread});
		step_first(&first, (struct step_due){thread->timer_ps, 0, .timer = thread});
		if (thread->polls[0])
			step_first(&first,
				   (struct step_due){thread->until_ps, 0, .thread = thread});
	}
	for (int i = 0; i < steps.nr_lines; i++) {
		struct step_line *line = steps.lines[i];

		step_first(&first,
			   (struct step_due){line->event_ps, line->event_seq, .line = line});
	}
	if (steps.nr_guests)
		step_first(&first, (struct step_due){steps.guests->at_ps, 0, .is_guest = true});
	return first;
}

bool step_once(void)
{
	struct step_due due = step_find();

	if (due.at_ps == ~0ULL)
		return false;
	steps.now_ps = due.at_ps;
	if (due.line)
		step_arbitrate(due.line);
	if (due.timer)
		step_timer(due.timer);
	if (due.is_guest) {
		step_guest_comes(steps.guests++);
		steps.nr_guests--;
	}
	if (!due.thread)
		return true;
	due.thread->due_ps = 0;
	due.thread->polls[0] = due.thread->polls[1] = NULL;
	steps.current = due.thread - steps.threads;
	sim_fiber_resume(&due.thread->fiber);
	return true;
}

void step_begin(struct step_costs costs)
{
	memset(&steps, 0, sizeof(steps));
	steps.costs = costs;
	steps.now_ps = 1;
}

void step_thread_start(int cpu, void (*main)(int cpu))
{
	struct step_thread *thread = &steps.threads[cpu];

	thread->main = main;
	thread->watches = -1;
	assert_int_equal(sim_fiber_create(&thread->fiber, 64 << 10, step_main, thread), 0);
	thread->is_parked = true;
	step_start(thread);
}

void step_end(void)
{
	for (int i = 0; i < STEP_CPUS; i++) {
		assert_true(steps.threads[i].is_over);
		sim_fiber_destroy(&steps.threads[i].fiber);
	}
}
