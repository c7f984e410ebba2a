// SPDX-License-Identifier: GPL-2.0-only
/*
 * Spinlock, mutex and rwsem against their steps, written down once more for the
 * plain machine of steps.h after Linux 6.1's kernel/locking: on random schedules
 * of threads on CPUs of their own, with costs of lines, of wake-ups, or guests
 * that take a CPU amid it all, everyone has the lock at the same picosecond.
 */
#include "sim/lock.h"
#include "sim/rng.h"
#include "steps.h"

/* --- schedules, the same for both machines; fine enough that nothing coincides --- */

#define NR_TURNS 40
#define NS SIM_PS_PER_NS
#define MAX_GUESTS 200

struct turn {
	u64 gap_ps, hold_ps;
	bool is_write, is_sleeping;
};

static struct {
	struct turn turns[STEP_CPUS][NR_TURNS];
	bool is_rt[STEP_CPUS];
	struct step_costs costs;
	int nr_guests;
	struct step_guest guests[MAX_GUESTS];
} schedule;

static struct sim_rng rng;

static u64 below(u64 limit)
{
	return sim_rng_below(&rng, limit);
}

struct shape {
	u64 gap_ps, hold_ps; /* at most */
	bool may_sleep, has_writers, has_rt;
};

static void make_turns(const struct shape *shape)
{
	for (int cpu = 0; cpu < STEP_CPUS; cpu++) {
		schedule.is_rt[cpu] = shape->has_rt && below(3) == 0;
		for (int i = 0; i < NR_TURNS; i++)
			schedule.turns[cpu][i] = (struct turn){
				.gap_ps = 1 + below(shape->gap_ps),
				.hold_ps = 1 + below(shape->hold_ps),
				.is_write = shape->has_writers && below(3) == 0,
				.is_sleeping = shape->may_sleep && below(4) == 0,
			};
	}
}

/* Lines and wake-ups that cost, or guests: not both. Guests would queue behind their equals. */
static void make_schedule(u64 seed, const struct shape *shape)
{
	u64 at_ps = 1;

	memset(&schedule, 0, sizeof(schedule));
	sim_rng_init(&rng, seed, "steps");
	make_turns(shape);
	if (seed % 3 || shape->has_rt) {
		schedule.costs = (struct step_costs){
			.hit = 1 + below(3 * NS),
			.transfer = 5 * NS + below(100 * NS),
			.atomic = below(10 * NS),
			.wake_call = below(200 * NS),
			.wakeup = below(2000 * NS),
			.context_switch = below(500 * NS),
		};
		return;
	}
	schedule.nr_guests = MAX_GUESTS;
	for (int i = 0; i < MAX_GUESTS; i++) {
		at_ps += 1 + below(shape->hold_ps * 4);
		/* Each CPU has one at a time. */
		schedule.guests[i].at_ps = at_ps;
		schedule.guests[i].for_ps = 1 + below(shape->hold_ps);
		schedule.guests[i].cpu = i % STEP_CPUS;
	}
}

static struct sim_cpu_params params_of_schedule(void)
{
	const struct step_costs *costs = &schedule.costs;
	struct sim_cpu_params params = free_params(STEP_CPUS);

	params.cluster_cpus = 1;
	params.socket_cpus = 1;
	params.slice_ps = SIM_PS_PER_S;
	params.line_hit_ps = costs->hit;
	params.line_cluster_ps = costs->transfer;
	params.line_socket_ps = costs->transfer;
	params.line_remote_ps = costs->transfer;
	params.line_memory_ps = costs->transfer;
	params.line_fair_per_mille = 1000;
	params.line_occupancy_per_mille = 1000;
	params.atomic_ps = costs->atomic;
	params.wake_call_ps = costs->wake_call;
	params.wakeup_ps = costs->wakeup;
	params.switch_ps = costs->context_switch;
	return params;
}

/* --- the machine that is tested --- */

static struct guest {
	struct sim_event event;
	const struct step_guest *plan;
} guests[MAX_GUESTS];

static struct sim_thread *hosts[STEP_CPUS];
static u64 guest_ps[STEP_CPUS];

static void be_guest(void *arg)
{
	u64 *stay_ps = arg;

	for (;;) {
		sim_park();
		sim_charge(*stay_ps);
		sim_settle();
	}
}

static void guest_comes(struct sim_event *event)
{
	const struct step_guest *plan = ((struct guest *)event)->plan;

	guest_ps[plan->cpu] = plan->for_ps;
	sim_thread_wake(hosts[plan->cpu]);
}

static void invite_guests(void)
{
	for (int cpu = 0; cpu < STEP_CPUS && schedule.nr_guests; cpu++)
		hosts[cpu] = start_thread(SIM_CLASS_RT, cpu, be_guest, &guest_ps[cpu]);
	for (int i = 0; i < schedule.nr_guests; i++) {
		guests[i].plan = &schedule.guests[i];
		sim_event_init(&guests[i].event, guest_comes);
		sim_event_schedule(&guests[i].event, schedule.guests[i].at_ps - 1);
	}
}

static void hold(const struct turn *turn)
{
	note(sim_cpu_id());
	if (turn->is_sleeping) {
		sim_sleep_ps(turn->hold_ps);
		return;
	}
	sim_charge(turn->hold_ps);
	sim_settle();
}

struct lock_under_test {
	const char *name;
	void (*sim_init)(void);
	void (*sim_lock)(bool is_write);
	void (*sim_unlock)(bool is_write);
	void (*step_init)(void);
	void (*step_lock)(bool is_write);
	void (*step_unlock)(bool is_write);
};

static const struct lock_under_test *under_test;

static void take_turns(void *arg)
{
	const struct turn *turns = arg;

	for (int i = 0; i < NR_TURNS; i++) {
		sim_charge(turns[i].gap_ps);
		sim_settle();
		under_test->sim_lock(turns[i].is_write);
		hold(&turns[i]);
		under_test->sim_unlock(turns[i].is_write);
	}
}

static void run_simulator(void)
{
	start_machine(params_of_schedule());
	seen.nr = 0;
	under_test->sim_init();
	invite_guests();
	for (int cpu = 0; cpu < STEP_CPUS; cpu++)
		start_thread(schedule.is_rt[cpu] ? SIM_CLASS_RT : SIM_CLASS_NORMAL, cpu, take_turns,
			     schedule.turns[cpu]);
	run_to_end();
	sim_finish();
}

/* --- the plain machine --- */

static void step_take_turns(int cpu)
{
	for (int i = 0; i < NR_TURNS; i++) {
		const struct turn *turn = &schedule.turns[cpu][i];

		step_pass(turn->gap_ps);
		under_test->step_lock(turn->is_write);
		step_note(cpu);
		if (turn->is_sleeping)
			step_sleep(turn->hold_ps);
		else
			step_pass(turn->hold_ps);
		step_settle();
		under_test->step_unlock(turn->is_write);
	}
}

static void run_steps(void)
{
	assert_int_equal(sim_init(1, 0), 0);
	step_begin(schedule.costs);
	steps.guests = schedule.guests;
	steps.nr_guests = schedule.nr_guests;
	under_test->step_init();
	for (int cpu = 0; cpu < STEP_CPUS; cpu++)
		step_thread_start(cpu, step_take_turns);
	while (step_once())
		;
	step_end();
	sim_finish();
}

static void assert_same(u64 seed)
{
	u32 i;

	for (i = 0; i < seen.nr && i < steps.notes.nr; i++) {
		const struct note *a = &seen.notes[i], *b = &steps.notes.notes[i];

		if (a->what != b->what || a->at_ps != b->at_ps)
			fail_msg("%s, seed %llu, turn %u: CPU %llu at %llu, by the steps CPU %llu "
				 "at %llu",
				 under_test->name, seed, i, a->what, a->at_ps, b->what, b->at_ps);
	}
	assert_int_equal(seen.nr, STEP_CPUS * NR_TURNS);
	assert_int_equal(steps.notes.nr, STEP_CPUS * NR_TURNS);
}

static void compare(const struct lock_under_test *lock, const struct shape *shape, u64 nr_seeds)
{
	under_test = lock;
	for (u64 seed = 0; seed < nr_seeds; seed++) {
		make_schedule(seed, shape);
		run_simulator();
		run_steps();
		assert_same(seed);
	}
}

/* --- steps of the queued spinlock: one word, tail (a CPU and one) above pending above locked ---
 */

#define LOCKED 1u
#define PENDING 2u
#define TAIL(cpu) (((cpu) + 1u) * 4u)
#define TAIL_CPU(word) ((int)((word) / 4u) - 1)

struct step_qspin {
	struct step_line *line;
	u32 word;
};

static struct {
	struct step_line line;
	int next; /* a CPU, or -1 */
	bool is_head;
} mcs[STEP_CPUS];

static void spin_on(const struct step_line *line)
{
	step_spin((struct step_spin){.line = line, .watches = -1});
}

static void qspin_init(struct step_qspin *lock, struct step_line *line)
{
	*lock = (struct step_qspin){.line = line};
}

static void mcs_init(void)
{
	for (int cpu = 0; cpu < STEP_CPUS; cpu++)
		step_line_init(&mcs[cpu].line);
}

static bool qspin_cmpxchg(struct step_qspin *lock, u32 old, u32 new)
{
	step_touch(lock->line, STEP_ATOMIC);
	if (lock->word != old)
		return false;
	lock->word = new;
	return true;
}

/* Return: must queue. */
static bool qspin_pend(struct step_qspin *lock)
{
	u32 old;

	if (lock->word == PENDING) {
		step_touch(lock->line, STEP_READ);
		if (lock->word == PENDING) {
			spin_on(lock->line);
			step_touch(lock->line, STEP_READ);
		}
	}
	if (lock->word & ~LOCKED)
		return true;
	step_touch(lock->line, STEP_ATOMIC);
	old = lock->word;
	lock->word |= PENDING;
	if (old & ~LOCKED) {
		if (!(old & PENDING)) {
			step_touch(lock->line, STEP_WRITE);
			lock->word &= ~PENDING;
		}
		return true;
	}
	for (;;) {
		step_touch(lock->line, STEP_READ);
		if (!(lock->word & LOCKED))
			break;
		spin_on(lock->line);
	}
	step_touch(lock->line, STEP_WRITE);
	lock->word = (lock->word & ~PENDING) | LOCKED;
	return false;
}

static void qspin_wait_for_head(int cpu)
{
	for (;;) {
		step_touch(&mcs[cpu].line, STEP_READ);
		if (mcs[cpu].is_head)
			return;
		spin_on(&mcs[cpu].line);
	}
}

static void qspin_queue(struct step_qspin *lock)
{
	int cpu = steps.current, prev;

	mcs[cpu].next = -1;
	mcs[cpu].is_head = false;
	step_touch(&mcs[cpu].line, STEP_WRITE);
	step_touch(lock->line, STEP_READ);
	if (!lock->word && qspin_cmpxchg(lock, 0, LOCKED))
		return;
	step_touch(lock->line, STEP_ATOMIC);
	prev = TAIL_CPU(lock->word);
	lock->word = (lock->word & (LOCKED | PENDING)) | TAIL(cpu);
	if (prev >= 0) {
		step_touch(&mcs[prev].line, STEP_WRITE);
		mcs[prev].next = cpu;
		qspin_wait_for_head(cpu);
	}
	for (;;) {
		step_touch(lock->line, STEP_READ);
		if (!(lock->word & (LOCKED | PENDING)))
			break;
		spin_on(lock->line);
	}
	if (lock->word == TAIL(cpu) && qspin_cmpxchg(lock, TAIL(cpu), LOCKED))
		return;
	step_touch(lock->line, STEP_WRITE);
	lock->word |= LOCKED;
	while (mcs[cpu].next < 0) {
		spin_on(&mcs[cpu].line);
		step_touch(&mcs[cpu].line, STEP_READ);
	}
	step_touch(&mcs[mcs[cpu].next].line, STEP_WRITE);
	mcs[mcs[cpu].next].is_head = true;
}

static void qspin_lock(struct step_qspin *lock)
{
	step_preempt_disable();
	if (!qspin_cmpxchg(lock, 0, LOCKED) && qspin_pend(lock))
		qspin_queue(lock);
}

static void qspin_unlock(struct step_qspin *lock)
{
	step_touch(lock->line, STEP_WRITE);
	lock->word &= ~LOCKED;
	step_preempt_enable();
}

static struct sim_spinlock *sim_lock;
static struct step_line line;
static struct step_qspin step_lock;

static void spinlock_init(void)
{
	sim_lock = sim_alloc(sizeof(*sim_lock));
	sim_spinlock_init(sim_lock, "lock");
}

static void spinlock_lock(bool is_write)
{
	sim_spin_lock(sim_lock, NULL);
}

static void spinlock_unlock(bool is_write)
{
	sim_spin_unlock(sim_lock);
}

static void step_spinlock_init(void)
{
	step_line_init(&line);
	qspin_init(&step_lock, &line);
	mcs_init();
}

static void step_spinlock_lock(bool is_write)
{
	qspin_lock(&step_lock);
}

static void step_spinlock_unlock(bool is_write)
{
	qspin_unlock(&step_lock);
}

static const struct lock_under_test spinlock = {
	.name = "spinlock",
	.sim_init = spinlock_init,
	.sim_lock = spinlock_lock,
	.sim_unlock = spinlock_unlock,
	.step_init = step_spinlock_init,
	.step_lock = step_spinlock_lock,
	.step_unlock = step_spinlock_unlock,
};

static void spinlock_takes_its_steps(void **state)
{
	const struct shape crowded = {.gap_ps = 1000 * NS, .hold_ps = 400 * NS};
	const struct shape rare = {.gap_ps = 10000 * NS, .hold_ps = 500 * NS};

	compare(&spinlock, &crowded, 200);
	compare(&spinlock, &rare, 200);
}

/* --- steps of the queue of spinners --- */

static struct {
	struct step_line line;
	int next, prev; /* CPUs, or -1 */
	bool is_holder;
} osq[STEP_CPUS];

static int osq_tail;

static void osq_init(void)
{
	osq_tail = -1;
	for (int cpu = 0; cpu < STEP_CPUS; cpu++)
		step_line_init(&osq[cpu].line);
}

static int osq_swap_next(int cpu)
{
	int next;

	step_touch(&osq[cpu].line, STEP_ATOMIC);
	next = osq[cpu].next;
	osq[cpu].next = -1;
	return next;
}

/* Return: the CPU behind; -1: none, the queue ends at @prev. */
static int osq_wait_next(int cpu, int prev)
{
	for (;;) {
		int next;

		step_touch(&line, STEP_READ);
		if (osq_tail == cpu) {
			step_touch(&line, STEP_ATOMIC);
			if (osq_tail == cpu) {
				osq_tail = prev;
				return -1;
			}
		}
		if (osq[cpu].next >= 0) {
			next = osq_swap_next(cpu);
			if (next >= 0)
				return next;
		}
		if (osq_tail != cpu && osq[cpu].next < 0)
			step_spin((struct step_spin){&osq[cpu].line, &line, .watches = -1});
	}
}

/* Return: it is ours after all. */
static bool osq_leave(int cpu)
{
	int prev, next;

	for (;;) {
		prev = osq[cpu].prev;
		step_touch(&osq[prev].line, STEP_READ);
		if (osq[prev].next == cpu) {
			step_touch(&osq[prev].line, STEP_ATOMIC);
			if (osq[prev].next == cpu)
				break;
		}
		step_touch(&osq[cpu].line, STEP_READ);
		if (osq[cpu].is_holder)
			return true;
		if (osq[cpu].prev == prev && osq[prev].next != cpu)
			step_spin(
				(struct step_spin){&osq[cpu].line, &osq[prev].line, .watches = -1});
	}
	osq[prev].next = -1;
	next = osq_wait_next(cpu, prev);
	if (next >= 0) {
		step_touch(&osq[next].line, STEP_WRITE);
		osq[next].prev = prev;
		step_touch(&osq[prev].line, STEP_WRITE);
		osq[prev].next = next;
	}
	return false;
}

static bool osq_lock(void)
{
	int cpu = steps.current, prev;

	step_touch(&osq[cpu].line, STEP_WRITE);
	osq[cpu].is_holder = false;
	osq[cpu].next = -1;
	step_touch(&line, STEP_ATOMIC);
	prev = osq_tail;
	osq_tail = cpu;
	if (prev < 0)
		return true;
	osq[cpu].prev = prev;
	step_touch(&osq[prev].line, STEP_WRITE);
	osq[prev].next = cpu;
	for (;;) {
		step_touch(&osq[cpu].line, STEP_READ);
		if (osq[cpu].is_holder)
			return true;
		if (step_self()->need_resched)
			return osq_leave(cpu);
		step_spin((struct step_spin){&osq[cpu].line, NULL, -1, true, 0});
	}
}

static void osq_unlock(void)
{
	int cpu = steps.current, next;

	step_touch(&line, STEP_ATOMIC);
	if (osq_tail == cpu) {
		osq_tail = -1;
		return;
	}
	next = osq_swap_next(cpu);
	if (next < 0)
		next = osq_wait_next(cpu, -1);
	if (next < 0)
		return;
	step_touch(&osq[next].line, STEP_WRITE);
	osq[next].is_holder = true;
}

/* Those that sleep, in order; what each is to know lies beside its CPU. */
static struct {
	int nr, cpu[STEP_CPUS];
} sleepers;

static struct sleeper {
	bool is_writer, is_granted, has_hand_off;
	u64 jiffy;
} sleeper[STEP_CPUS];

static void sleepers_remove(int cpu)
{
	for (int i = 0; i < sleepers.nr; i++) {
		if (sleepers.cpu[i] != cpu)
			continue;
		sleepers.nr--;
		memmove(&sleepers.cpu[i], &sleepers.cpu[i + 1],
			(sleepers.nr - i) * sizeof(sleepers.cpu[0]));
		return;
	}
}

static void sleepers_add(int cpu)
{
	step_self()->is_woken = false;
	sleepers.cpu[sleepers.nr++] = cpu;
}

static void schedule_away(void)
{
	step_self()->preempt_count--;
	step_park();
	step_self()->preempt_count++;
}

/* --- steps of the mutex --- */

static struct step_mutex {
	int owner; /* a CPU, or -1 */
	bool has_waiters, must_hand_off, is_handed_over;
} m;

static struct step_qspin wait_lock;

static bool mutex_is_same(struct step_mutex a)
{
	return a.owner == m.owner && a.has_waiters == m.has_waiters &&
	       a.must_hand_off == m.must_hand_off && a.is_handed_over == m.is_handed_over;
}

static bool mutex_try(bool asks)
{
	step_touch(&line, STEP_READ);
	for (;;) {
		struct step_mutex old = m, new = m;

		if (old.owner < 0)
			new.owner = steps.current;
		else if (old.is_handed_over && old.owner == steps.current)
			new.is_handed_over = false;
		else if (asks && !old.is_handed_over && !old.must_hand_off)
			new.must_hand_off = true;
		else
			return false;
		step_touch(&line, STEP_ATOMIC);
		if (!mutex_is_same(old))
			continue;
		m = new;
		return new.owner == steps.current;
	}
}

/* Return: it changed hands. */
static bool mutex_watch(int owner)
{
	for (;;) {
		step_touch(&line, STEP_READ);
		if (m.owner != owner)
			return true;
		if (!step_is_running(owner) || step_self()->need_resched)
			return false;
		step_spin((struct step_spin){&line, NULL, owner, true, 0});
	}
}

static bool mutex_spin(bool is_sleeper)
{
	bool is_ours = false, may_spin = true;

	if (!is_sleeper) {
		may_spin = !step_self()->need_resched;
		if (may_spin) {
			step_touch(&line, STEP_READ);
			may_spin = m.owner < 0 || step_is_running(m.owner);
		}
		may_spin = may_spin && osq_lock();
	}
	while (may_spin) {
		is_ours = mutex_try(false);
		if (is_ours || !mutex_watch(m.owner))
			break;
	}
	if (!is_sleeper && may_spin)
		osq_unlock();
	if (!is_ours && step_self()->need_resched) {
		step_preempt_enable();
		step_preempt_disable();
	}
	return is_ours;
}

static void mutex_sleep(int cpu)
{
	sleepers_add(cpu);
	if (sleepers.nr == 1) {
		step_touch(&line, STEP_ATOMIC);
		m.has_waiters = true;
	}
	while (!mutex_try(false)) {
		bool is_first, is_ours;

		qspin_unlock(&wait_lock);
		schedule_away();
		is_first = sleepers.cpu[0] == cpu;
		is_ours = mutex_try(is_first);
		if (!is_ours && is_first)
			is_ours = mutex_spin(true);
		qspin_lock(&wait_lock);
		if (is_ours)
			break;
	}
	sleepers_remove(cpu);
	if (!sleepers.nr) {
		step_touch(&line, STEP_ATOMIC);
		m.has_waiters = m.must_hand_off = m.is_handed_over = false;
	}
}

static void step_mutex_lock(bool is_write)
{
	step_touch(&line, STEP_ATOMIC);
	if (m.owner < 0 && !m.has_waiters && !m.must_hand_off) {
		m.owner = steps.current;
	} else {
		step_preempt_disable();
		if (!mutex_try(false) && !mutex_spin(false)) {
			qspin_lock(&wait_lock);
			if (!mutex_try(false))
				mutex_sleep(steps.current);
			qspin_unlock(&wait_lock);
		}
		step_self()->preempt_count--;
	}
	step_settle();
}

static void step_mutex_unlock(bool is_write)
{
	struct step_mutex old;
	bool must_wake;
	int first;

	step_touch(&line, STEP_ATOMIC);
	if (!m.has_waiters && !m.must_hand_off) {
		m.owner = -1;
		return;
	}
	for (;;) {
		old = m;
		if (old.must_hand_off)
			break;
		step_touch(&line, STEP_ATOMIC);
		if (mutex_is_same(old)) {
			m.owner = -1;
			break;
		}
	}
	if (!old.must_hand_off && !old.has_waiters)
		return;
	qspin_lock(&wait_lock);
	first = sleepers.nr ? sleepers.cpu[0] : -1;
	must_wake = first >= 0 && step_mark(first);
	if (old.must_hand_off) {
		step_touch(&line, STEP_ATOMIC);
		m.owner = first;
		m.must_hand_off = false;
		m.is_handed_over = first >= 0;
	}
	qspin_unlock(&wait_lock);
	if (must_wake)
		step_wake(first);
}

static struct sim_mutex *sim_mutex;

static void mutex_init(void)
{
	sim_mutex = sim_alloc(sizeof(*sim_mutex));
	sim_mutex_init(sim_mutex, "mutex");
}

static void mutex_lock(bool is_write)
{
	sim_mutex_lock(sim_mutex, NULL);
}

static void mutex_unlock(bool is_write)
{
	sim_mutex_unlock(sim_mutex);
}

static void step_sleeping_lock_init(void)
{
	step_line_init(&line);
	qspin_init(&wait_lock, &line);
	mcs_init();
	osq_init();
	sleepers.nr = 0;
	memset(sleeper, 0, sizeof(sleeper));
	m = (struct step_mutex){.owner = -1};
}

static const struct lock_under_test mutex = {
	.name = "mutex",
	.sim_init = mutex_init,
	.sim_lock = mutex_lock,
	.sim_unlock = mutex_unlock,
	.step_init = step_sleeping_lock_init,
	.step_lock = step_mutex_lock,
	.step_unlock = step_mutex_unlock,
};

static void mutex_takes_its_steps(void **state)
{
	const struct shape crowded = {.gap_ps = 4000 * NS, .hold_ps = 1000 * NS, .may_sleep = true};
	const struct shape awake = {.gap_ps = 4000 * NS, .hold_ps = 1000 * NS};
	const struct shape rare = {.gap_ps = 20000 * NS, .hold_ps = 3000 * NS, .may_sleep = true};

	compare(&mutex, &crowded, 200);
	compare(&mutex, &awake, 200);
	compare(&mutex, &rare, 200);
}

/* --- steps of the rwsem --- */

static struct step_rwsem {
	int writer; /* a CPU, or -1 */
	int nr_readers;
	bool has_waiters, must_hand_off;
	/* of the owner, not the count */
	bool is_readers, is_nonspinnable;
} r;

enum owner { OWNER_NONE, OWNER_WRITER, OWNER_READERS, OWNER_NONSPINNABLE };

static bool rwsem_is_held(void)
{
	return r.writer >= 0 || r.nr_readers;
}

/* cmpxchg of the count. */
static bool rwsem_cmpxchg(struct step_rwsem old)
{
	step_touch(&line, STEP_ATOMIC);
	return old.writer == r.writer && old.nr_readers == r.nr_readers &&
	       old.has_waiters == r.has_waiters && old.must_hand_off == r.must_hand_off;
}

static void rwsem_write_owner(void)
{
	r.writer = steps.current;
	r.is_readers = r.is_nonspinnable = false;
}

static u64 jiffy(void)
{
	return (steps.now_ps - 1) / (4 * SIM_PS_PER_MS);
}

static bool is_late(int cpu)
{
	return jiffy() > sleeper[cpu].jiffy + 1;
}

static void add_sleeper(bool is_writer, u64 since_jiffy)
{
	sleepers_add(steps.current);
	sleeper[steps.current] = (struct sleeper){.is_writer = is_writer, .jiffy = since_jiffy};
}

struct to_wake {
	int nr, cpu[STEP_CPUS];
};

static void mark(struct to_wake *wakes, int cpu)
{
	if (step_mark(cpu))
		wakes->cpu[wakes->nr++] = cpu;
}

static void wake_all(const struct to_wake *wakes)
{
	for (int i = 0; i < wakes->nr; i++)
		step_wake(wakes->cpu[i]);
}

/* All readers that sleep have it; @nr_counted of them are counted. */
static void grant(struct to_wake *wakes, int nr_counted)
{
	int left[STEP_CPUS], nr_left = 0, readers[STEP_CPUS], nr = 0;
	bool clears;

	for (int i = 0; i < sleepers.nr; i++) {
		if (sleeper[sleepers.cpu[i]].is_writer)
			left[nr_left++] = sleepers.cpu[i];
		else
			readers[nr++] = sleepers.cpu[i];
	}
	memcpy(sleepers.cpu, left, sizeof(left[0]) * nr_left);
	sleepers.nr = nr_left;
	clears = (!nr_left && r.has_waiters) || ((!nr_left || nr) && r.must_hand_off);
	if (nr != nr_counted || clears) {
		step_touch(&line, STEP_ATOMIC);
		r.nr_readers += nr - nr_counted;
		r.has_waiters = r.has_waiters && nr_left;
		r.must_hand_off = r.must_hand_off && nr_left && !nr;
	}
	for (int i = 0; i < nr; i++) {
		mark(wakes, readers[i]);
		sleeper[readers[i]].is_granted = true;
	}
}

/* @is_reader: the waker has it for reading. */
static void mark_wake(struct to_wake *wakes, bool any, bool is_reader)
{
	int first = sleepers.cpu[0];
	bool sets;

	if (sleeper[first].is_writer) {
		if (any)
			mark(wakes, first);
		return;
	}
	if (is_reader) {
		grant(wakes, 0);
		return;
	}
	step_touch(&line, STEP_ATOMIC);
	r.nr_readers++;
	if (r.writer < 0) {
		r.is_readers = true;
		grant(wakes, 1);
		return;
	}
	sets = is_late(first) && !r.must_hand_off;
	if (is_late(first))
		sleeper[first].has_hand_off = true;
	step_touch(&line, STEP_ATOMIC);
	r.nr_readers--;
	r.must_hand_off |= sets;
}

static void clear_nonspinnable(void)
{
	if (!r.is_nonspinnable)
		return;
	step_touch(&line, STEP_ATOMIC);
	r.is_nonspinnable = false;
}

static void wake_if_not_written(struct to_wake *wakes)
{
	bool any = !r.nr_readers;

	if (r.writer >= 0)
		return;
	if (any)
		clear_nonspinnable();
	mark_wake(wakes, any, false);
}

static void rwsem_wake(void)
{
	struct to_wake wakes = {};

	qspin_lock(&wait_lock);
	if (sleepers.nr)
		mark_wake(&wakes, true, false);
	qspin_unlock(&wait_lock);
	wake_all(&wakes);
}

static void read_steal(void)
{
	struct to_wake wakes = {};

	r.is_readers = true;
	if (r.nr_readers != 1 || !r.has_waiters)
		return;
	qspin_lock(&wait_lock);
	if (sleepers.nr)
		mark_wake(&wakes, false, true);
	qspin_unlock(&wait_lock);
	wake_all(&wakes);
}

static void read_queue(void)
{
	u64 since = jiffy();
	struct to_wake wakes = {};
	bool is_first;

	qspin_lock(&wait_lock);
	is_first = !sleepers.nr;
	if (is_first) {
		step_touch(&line, STEP_READ);
		if (r.writer < 0) {
			r.is_readers = true;
			qspin_unlock(&wait_lock);
			return;
		}
	}
	add_sleeper(false, since);
	step_touch(&line, STEP_ATOMIC);
	r.nr_readers--;
	r.has_waiters |= is_first;
	wake_if_not_written(&wakes);
	qspin_unlock(&wait_lock);
	wake_all(&wakes);
	while (!sleeper[steps.current].is_granted)
		schedule_away();
}

static void step_down_read(void)
{
	step_touch(&line, STEP_ATOMIC);
	r.nr_readers++;
	if (r.writer < 0 && !r.has_waiters && !r.must_hand_off) {
		r.is_readers = true;
		return;
	}
	step_self()->preempt_count++;
	if (r.writer < 0 && !r.must_hand_off && !(r.is_readers && r.nr_readers > 1))
		read_steal();
	else
		read_queue();
	step_self()->preempt_count--;
}

static void step_up_read(void)
{
	step_touch(&line, STEP_ATOMIC);
	r.nr_readers--;
	if (r.nr_readers || r.writer >= 0 || !r.has_waiters)
		return;
	step_preempt_disable();
	clear_nonspinnable();
	rwsem_wake();
	step_preempt_enable();
}

static enum owner owner_is(void)
{
	if (r.is_nonspinnable)
		return OWNER_NONSPINNABLE;
	if (r.is_readers)
		return OWNER_READERS;
	return r.writer >= 0 ? OWNER_WRITER : OWNER_NONE;
}

static enum owner watch_writer(void)
{
	int writer = -1;

	for (;;) {
		step_touch(&line, STEP_READ);
		if (owner_is() != OWNER_WRITER || (writer >= 0 && r.writer != writer))
			return owner_is();
		writer = r.writer;
		if (step_self()->need_resched || !step_is_running(writer))
			return OWNER_NONSPINNABLE;
		step_spin((struct step_spin){&line, NULL, writer, true, 0});
	}
}

static bool take_unqueued(void)
{
	struct step_rwsem old;

	step_touch(&line, STEP_READ);
	do {
		old = r;
		if (rwsem_is_held() || r.must_hand_off)
			return false;
	} while (!rwsem_cmpxchg(old));
	rwsem_write_owner();
	return true;
}

static void forbid_spinning(void)
{
	if (!r.is_readers || r.is_nonspinnable)
		return;
	step_touch(&line, STEP_ATOMIC);
	r.is_nonspinnable |= r.is_readers;
}

static bool write_spin_as_holder(void)
{
	enum owner now, before = OWNER_NONE;
	u64 limit_ps = 0;

	for (;; before = now) {
		now = watch_writer();
		if (now == OWNER_NONSPINNABLE)
			return false;
		if (take_unqueued())
			return true;
		if (now == OWNER_READERS && before != OWNER_READERS) {
			if (r.is_nonspinnable)
				return false;
			limit_ps = steps.now_ps + 10 * SIM_PS_PER_US +
				   (r.nr_readers < 30 ? r.nr_readers : 30) * SIM_PS_PER_US / 2;
		} else if (now == OWNER_READERS && steps.now_ps >= limit_ps) {
			forbid_spinning();
			return false;
		}
		if (now != OWNER_WRITER) {
			if (step_self()->need_resched)
				return false;
			if (schedule.is_rt[steps.current] && before != OWNER_WRITER)
				return false;
		}
		if (now != OWNER_WRITER && owner_is() == now &&
		    (rwsem_is_held() || r.must_hand_off))
			step_spin((struct step_spin){&line, NULL, -1, true,
						     now == OWNER_READERS ? limit_ps : 0});
	}
}

static bool write_spin(void)
{
	bool is_ours = false;

	if (step_self()->need_resched)
		return false;
	step_touch(&line, STEP_READ);
	if (r.is_nonspinnable || (r.writer >= 0 && !step_is_running(r.writer)))
		return false;
	step_preempt_disable();
	if (osq_lock()) {
		is_ours = write_spin_as_holder();
		osq_unlock();
	}
	step_preempt_enable();
	return is_ours;
}

static bool take_queued(int cpu)
{
	struct step_rwsem old;
	int first = sleepers.cpu[0];

	step_touch(&line, STEP_READ);
	do {
		old = r;
		if (r.must_hand_off && sleeper[first].has_hand_off && first != cpu)
			return false;
		if (rwsem_is_held() && (r.must_hand_off || (!schedule.is_rt[cpu] && !is_late(cpu))))
			return false;
	} while (!rwsem_cmpxchg(old));
	if (rwsem_is_held()) {
		r.must_hand_off = sleeper[first].has_hand_off = true;
		return false;
	}
	sleepers_remove(cpu);
	r.must_hand_off = false;
	r.has_waiters = r.has_waiters && sleepers.nr;
	rwsem_write_owner();
	return true;
}

static bool await_hand_over(void)
{
	enum owner now;

	step_preempt_disable();
	for (;;) {
		now = watch_writer();
		if (now != OWNER_NONE || !rwsem_is_held() || step_self()->need_resched)
			break;
		step_spin((struct step_spin){&line, NULL, -1, true, 0});
	}
	step_preempt_enable();
	return now == OWNER_NONE;
}

static void write_queue(int cpu)
{
	u64 since = jiffy();
	struct to_wake wakes = {};

	qspin_lock(&wait_lock);
	add_sleeper(true, since);
	if (sleepers.nr == 1) {
		step_touch(&line, STEP_ATOMIC);
		r.has_waiters = true;
	} else {
		step_touch(&line, STEP_READ);
		wake_if_not_written(&wakes);
		if (wakes.nr) {
			qspin_unlock(&wait_lock);
			wake_all(&wakes);
			qspin_lock(&wait_lock);
		}
	}
	while (!take_queued(cpu)) {
		qspin_unlock(&wait_lock);
		if (!sleeper[cpu].has_hand_off || !await_hand_over())
			step_park();
		qspin_lock(&wait_lock);
	}
	qspin_unlock(&wait_lock);
}

static void step_down_write(void)
{
	if (rwsem_cmpxchg((struct step_rwsem){.writer = -1}))
		rwsem_write_owner();
	else if (!write_spin())
		write_queue(steps.current);
	step_settle();
}

static void step_up_write(void)
{
	step_touch(&line, STEP_ATOMIC);
	r.writer = -1;
	if (r.has_waiters)
		rwsem_wake();
}

static struct sim_rwsem *sim_sem;

static void rwsem_init(void)
{
	sim_sem = sim_alloc(sizeof(*sim_sem));
	sim_rwsem_init(sim_sem, "sem");
}

static void rwsem_lock(bool is_write)
{
	if (is_write)
		sim_down_write(sim_sem, NULL);
	else
		sim_down_read(sim_sem, NULL);
}

static void rwsem_unlock(bool is_write)
{
	if (is_write)
		sim_up_write(sim_sem);
	else
		sim_up_read(sim_sem);
}

static void step_rwsem_init(void)
{
	step_sleeping_lock_init();
	r = (struct step_rwsem){.writer = -1};
}

static void step_rwsem_lock(bool is_write)
{
	if (is_write)
		step_down_write();
	else
		step_down_read();
}

static void step_rwsem_unlock(bool is_write)
{
	if (is_write)
		step_up_write();
	else
		step_up_read();
}

static const struct lock_under_test rwsem = {
	.name = "rwsem",
	.sim_init = rwsem_init,
	.sim_lock = rwsem_lock,
	.sim_unlock = rwsem_unlock,
	.step_init = step_rwsem_init,
	.step_lock = step_rwsem_lock,
	.step_unlock = step_rwsem_unlock,
};

static void rwsem_takes_its_steps(void **state)
{
	const struct shape crowded = {
		.gap_ps = 4000 * NS, .hold_ps = 1000 * NS, .has_writers = true};
	const struct shape asleep = {
		.gap_ps = 8000 * NS,
		.hold_ps = 4000 * NS,
		.may_sleep = true,
		.has_writers = true,
		.has_rt = true,
	};
	const struct shape long_reads = {
		.gap_ps = 100000 * NS,
		.hold_ps = 40000 * NS,
		.has_writers = true,
		.has_rt = true,
	};

	compare(&rwsem, &crowded, 200);
	compare(&rwsem, &asleep, 200);
	compare(&rwsem, &long_reads, 200);
}

/* Waits of several jiffies: hands are forced. */
static void rwsem_takes_its_steps_in_milliseconds(void **state)
{
	const struct shape slow = {
		.gap_ps = 2000000 * NS,
		.hold_ps = 2000000 * NS,
		.may_sleep = true,
		.has_writers = true,
		.has_rt = true,
	};

	compare(&rwsem, &slow, 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MACHINE_TEST(spinlock_takes_its_steps),
		MACHINE_TEST(mutex_takes_its_steps),
		MACHINE_TEST(rwsem_takes_its_steps),
		MACHINE_TEST(rwsem_takes_its_steps_in_milliseconds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
