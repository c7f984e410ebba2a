// SPDX-License-Identifier: GPL-2.0-only
/*
 * Wake-ups by what the CPU does, by schedules worked out by hand:
 *  - an interrupt leaves the idle state, and who it wakes on its own CPU pays
 *    neither that again nor a reschedule interrupt; nor who is woken while the
 *    CPU polls; else both are paid, and the rest of entering the state first;
 *  - a busy CPU makes room when the reschedule interrupt has come;
 *  - the governor takes the state that the last eight idle times ask for, or their moving
 *    mean if that is shorter;
 *  - a distribution put into any of these costs comes out of wake-ups: as many of
 *    them lie below each quantile as it says.
 */
#include "machine.h"
#include "sim/dist.h"
#include "sim/wakeup.h"
#include <math.h>

#define ENTRY 50
#define IPI 300
#define WAKEUP 1000
#define EXIT_1 2000
#define EXIT_2 100000
#define ENTER_2 40000
#define RESIDENCY_2 10000000 /* 10 us */

/* Two idle states; everything else is free. */
static struct sim_cpu_params wake_params(void)
{
	struct sim_cpu_params params = free_params(2);

	params.irq_entry_ps = ENTRY;
	params.ipi_ps = IPI;
	params.wakeup_ps = WAKEUP;
	params.nr_idle_states = 2;
	params.idle1_exit_ps = EXIT_1;
	params.idle2_residency_ps = RESIDENCY_2;
	params.idle2_entry_ps = ENTER_2;
	params.idle2_exit_ps = EXIT_2;
	return params;
}

static struct sim_thread *sleeper;
static struct sim_irq irq;

static void note_and_end(void *what)
{
	note((uintptr_t)what);
}

static void on_irq(struct sim_irq *raised)
{
	note(100);
	sim_thread_wake(sleeper);
}

static void start_wake_machine(struct sim_cpu_params params)
{
	start_machine(params);
	sim_irq_init(&irq, 0, 1, on_irq);
	sleeper = make_thread(SIM_CLASS_RT, 1, note_and_end, (void *)1);
}

static u64 nr_of(enum sim_wakeup kind)
{
	return sim_wakeup_stats(kind)->times->count;
}

/* --- by hand --- */

struct act {
	struct sim_event event;
	void (*fn)(void);
};

static void act_now(struct sim_event *event)
{
	((struct act *)event)->fn();
}

static void at(u64 ps, void (*fn)(void))
{
	struct act *act = sim_alloc(sizeof(*act));

	sim_event_init(&act->event, act_now);
	act->fn = fn;
	sim_event_schedule(&act->event, ps);
}

static void raise_irq(void)
{
	sim_irq_raise(&irq);
}

static void wake_by_timer(void)
{
	sim_thread_wake(sleeper);
}

/* On CPU 0, which has been busy until then. */
static void wake_after(void *ps)
{
	sim_charge((uintptr_t)ps);
	sim_settle();
	note(0);
	sim_thread_wake(sleeper);
}

static void an_interrupt_leaves_the_idle_state_and_its_thread_does_not(void **state)
{
	start_wake_machine(wake_params());
	at(1000000, raise_irq);
	run_to_end();
	assert_note(0, 100, 1000000 + EXIT_2 + ENTRY);
	assert_note(1, 1, 1000000 + EXIT_2 + ENTRY + WAKEUP);
	assert_int_equal(nr_of(SIM_WAKEUP_INTERRUPTED), 1);
	assert_int_equal(sim_wakeup_stats(SIM_WAKEUP_INTERRUPTED)->times->max, WAKEUP);
}

static void do_nothing(struct sim_irq *raised)
{
	(void)raised;
}

static void leaving_idle_is_no_time_of_the_interrupt(void **state)
{
	struct sim_cpu_stats stats;

	(void)state;
	start_wake_machine(wake_params());
	irq.handler = do_nothing;
	at(5000000, raise_irq);
	run_to_end();
	sim_cpu_stats(1, &stats);
	assert_int_equal(stats.irq_ps, sim_now_ps() - 5000000 - EXIT_2);
	assert_int_equal(stats.idle_ps, 5000000 + EXIT_2);
}

static void another_cpu_pays_the_interrupt_and_the_exit(void **state)
{
	start_wake_machine(wake_params());
	start_thread(SIM_CLASS_RT, 0, wake_after, (void *)1000000);
	run_to_end();
	/* The waker was woken by nobody's CPU, out of the deepest state. */
	assert_note(0, 0, ENTER_2 + EXIT_2 + WAKEUP + 1000000);
	assert_note(1, 1, seen.notes[0].at_ps + IPI + EXIT_2 + WAKEUP);
	assert_int_equal(nr_of(SIM_WAKEUP_IDLE2), 2);
}

static void another_cpu_pays_the_exit_alone_if_idle_is_mwait(void **state)
{
	struct sim_cpu_params params = wake_params();

	params.idle_mwait = 1;
	start_wake_machine(params);
	start_thread(SIM_CLASS_RT, 0, wake_after, (void *)1000000);
	run_to_end();
	assert_note(1, 1, seen.notes[0].at_ps + EXIT_2 + WAKEUP);
}

static void a_timer_pays_the_exit_without_the_interrupt(void **state)
{
	start_wake_machine(wake_params());
	at(1000000, wake_by_timer);
	run_to_end();
	assert_note(0, 1, 1000000 + EXIT_2 + WAKEUP);
}

static void a_state_that_is_being_entered_is_entered_first(void **state)
{
	start_wake_machine(wake_params());
	at(ENTER_2 / 4, wake_by_timer);
	run_to_end();
	assert_note(0, 1, ENTER_2 + EXIT_2 + WAKEUP);
}

static void a_cpu_that_polls_pays_neither(void **state)
{
	struct sim_cpu_params params = wake_params();

	params.idle_poll_ps = 2000000;
	start_wake_machine(params);
	start_thread(SIM_CLASS_RT, 0, wake_after, (void *)1000000);
	run_to_end();
	assert_note(0, 0, WAKEUP + 1000000);
	assert_note(1, 1, WAKEUP + 1000000 + WAKEUP);
	assert_int_equal(nr_of(SIM_WAKEUP_POLLING), 2);
}

static void polling_ends_in_the_idle_state(void **state)
{
	struct sim_cpu_params params = wake_params();

	params.idle_poll_ps = 20000;
	start_wake_machine(params);
	at(30000, wake_by_timer);
	run_to_end();
	assert_note(0, 1, 20000 + ENTER_2 + EXIT_2 + WAKEUP);
	assert_int_equal(nr_of(SIM_WAKEUP_IDLE2), 1);
}

static void without_idle_states_another_cpu_pays_the_interrupt_alone(void **state)
{
	struct sim_cpu_params params = wake_params();

	params.nr_idle_states = 0;
	start_wake_machine(params);
	start_thread(SIM_CLASS_RT, 0, wake_after, (void *)1000000);
	run_to_end();
	assert_note(0, 0, WAKEUP + 1000000);
	assert_note(1, 1, WAKEUP + 1000000 + IPI + WAKEUP);
	assert_int_equal(nr_of(SIM_WAKEUP_IDLE), 2);
}

static void compute(void *ps)
{
	sim_charge((uintptr_t)ps);
	sim_settle();
	note(50);
}

/* Both CPUs were polling, so that nothing else is paid. */
static void a_busy_cpu_makes_room_when_the_interrupt_has_come(void **state)
{
	struct sim_cpu_params params = wake_params();

	params.idle_poll_ps = 2000000;
	start_wake_machine(params);
	start_thread(SIM_CLASS_NORMAL, 1, compute, (void *)3000000);
	start_thread(SIM_CLASS_RT, 0, wake_after, (void *)1000000);
	run_to_end();
	assert_note(0, 0, WAKEUP + 1000000);
	assert_note(1, 1, WAKEUP + 1000000 + IPI);
	assert_note(2, 50, WAKEUP + 3000000);
	assert_int_equal(nr_of(SIM_WAKEUP_BUSY), 1);
	assert_int_equal(sim_wakeup_stats(SIM_WAKEUP_BUSY)->times->max, IPI);
}

static void a_busy_cpu_makes_room_at_once_for_its_own_interrupt(void **state)
{
	struct sim_cpu_params params = wake_params();

	params.idle_poll_ps = 2000000;
	start_wake_machine(params);
	start_thread(SIM_CLASS_NORMAL, 1, compute, (void *)3000000);
	at(1500000, raise_irq);
	run_to_end();
	assert_note(0, 100, 1500000 + ENTRY);
	assert_note(1, 1, 1500000 + ENTRY);
	assert_int_equal(sim_wakeup_stats(SIM_WAKEUP_BUSY)->times->max, 0);
}

/* --- the governor --- */

/* Idle times of CPU 1, ps, one after the other, and the state that each was found in. */
struct idling {
	u32 nr;
	u64 times_ps[24];
	enum sim_wakeup found[24];
};

static struct idling idling;

/* Sleeps for each time, on CPU 1, which nobody else is on. */
static void sleep_in_turn(void *arg)
{
	u64 before[SIM_NR_WAKEUPS];

	for (u32 i = 0; i < idling.nr; i++) {
		for (u32 kind = 0; kind < SIM_NR_WAKEUPS; kind++)
			before[kind] = nr_of(kind);
		sim_sleep_ps(idling.times_ps[i]);
		for (u32 kind = 0; kind < SIM_NR_WAKEUPS; kind++) {
			if (nr_of(kind) != before[kind])
				idling.found[i] = kind;
		}
	}
}

static void idle_in_turn_with(struct sim_cpu_params params, const u64 *times_us, u32 nr)
{
	idling.nr = nr;
	for (u32 i = 0; i < nr; i++)
		idling.times_ps[i] = times_us[i] * SIM_PS_PER_US;
	start_machine(params);
	/* It comes out of an idle time of no length, which is the first of eight. */
	start_thread(SIM_CLASS_NORMAL, 1, sleep_in_turn, NULL);
	run_to_end();
}

static void idle_in_turn(const u64 *times_us, u32 nr)
{
	idle_in_turn_with(wake_params(), times_us, nr);
}

static void until_it_was_idle_eight_times_it_takes_the_deepest(void **state)
{
	const u64 us[] = {1, 1, 1, 1, 1, 1, 1, 1, 1};

	idle_in_turn(us, 9);
	for (u32 i = 0; i < 7; i++)
		assert_int_equal(idling.found[i], SIM_WAKEUP_IDLE2);
	assert_int_equal(idling.found[7], SIM_WAKEUP_IDLE1);
	assert_int_equal(idling.found[8], SIM_WAKEUP_IDLE1);
}

static void long_idle_times_lead_to_the_deep_state(void **state)
{
	const u64 us[] = {11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11, 11};

	/* The time of no length is among the eight at first: 77 us / 8 are below 10. */
	idle_in_turn(us, 12);
	assert_int_equal(idling.found[7], SIM_WAKEUP_IDLE1);
	for (u32 i = 8; i < 12; i++)
		assert_int_equal(idling.found[i], SIM_WAKEUP_IDLE2);
}

static void two_of_eight_times_are_left_out_if_they_do_not_agree(void **state)
{
	const u64 us[] = {2, 2, 900, 2, 2, 500, 2, 2, 2, 2};

	idle_in_turn(us, 10);
	assert_int_equal(idling.found[8], SIM_WAKEUP_IDLE1);
	assert_int_equal(idling.found[9], SIM_WAKEUP_IDLE1);
}

static void times_that_do_not_agree_leave_it_at_the_moving_mean(void **state)
{
	const u64 us[] = {2, 2, 900, 2, 300, 500, 2, 2, 2};

	idle_in_turn(us, 9);
	assert_int_equal(idling.found[8], SIM_WAKEUP_IDLE2);
}

/* Their deviation is far above 20 us, but below a sixth of their average. */
static void long_times_agree_in_proportion(void **state)
{
	const u64 us[] = {2, 1000, 1100, 1200, 1000, 1100, 1200, 1000, 1100, 1200};
	struct sim_cpu_params params = wake_params();

	params.idle2_residency_ps = 1500 * SIM_PS_PER_US;
	idle_in_turn_with(params, us, 10);
	assert_int_equal(idling.found[9], SIM_WAKEUP_IDLE1);
}

/* 4000 us, an eighth of the way to 100 or 500 each time: below 800 us after 15 or 16. */
static void times_that_do_not_agree_count_by_their_moving_mean(void **state)
{
	struct sim_cpu_params params = wake_params();
	u64 us[24];

	for (u32 i = 0; i < 24; i++)
		us[i] = i % 2 ? 500 : 100;
	params.idle2_residency_ps = 800 * SIM_PS_PER_US;
	idle_in_turn_with(params, us, 24);
	for (u32 i = 0; i < 13; i++)
		assert_int_equal(idling.found[i], SIM_WAKEUP_IDLE2);
	for (u32 i = 18; i < 24; i++)
		assert_int_equal(idling.found[i], SIM_WAKEUP_IDLE1);
}

static void states_that_were_not_worth_it_are_counted(void **state)
{
	const u64 us[] = {1, 1, 1, 1, 1, 1, 1, 1, 50};
	struct sim_cpu_stats stats;

	idle_in_turn(us, 9);
	sim_cpu_stats(1, &stats);
	assert_int_equal(stats.idle_too_deep, 1 + 7);
	assert_int_equal(stats.idle_too_shallow, 1);
}

/* --- distributions --- */

#define NR_DRAWS 20000
#define PERIOD_PS (1000 * SIM_PS_PER_US)
#define P(n) ((n)*SIM_DIST_PER_PERCENT)

/* In the shape of a quiet host (published-numbers N10). */
static const struct sim_dist quiet = {
	.name = "quiet",
	.nr_quantiles = 7,
	.quantiles = {{P(25), 3668000},
		      {P(50), 3993000},
		      {P(75), 4667000},
		      {P(90), 5289000},
		      {P(99), 8153000},
		      {99900000, 12810000},
		      {P(100), 24051000}},
};

/* A way in which CPU 1 wakes a thread NR_DRAWS times. */
struct mechanism {
	const char *name;
	size_t cost; /* of sim_cpu_params: has the distribution */
	bool is_by_irq, is_by_timer, is_busy;
	u64 poll_ps;
	enum sim_wakeup kind;
	u64 rest_ps; /* constants on the way from the wake-up until the thread runs */
};

#define COST(field) offsetof(struct sim_cpu_params, field##_ps)

static const struct mechanism mechanisms[] = {
	{"own CPU", COST(wakeup), true, false, false, 0, SIM_WAKEUP_INTERRUPTED, ENTRY + EXIT_1},
	{"idle exit of an interrupt", COST(idle1_exit), true, false, false, 0,
	 SIM_WAKEUP_INTERRUPTED, ENTRY + WAKEUP},
	{"interrupt", COST(irq_entry), true, false, false, 0, SIM_WAKEUP_INTERRUPTED,
	 EXIT_1 + WAKEUP},
	{"timer", COST(idle1_exit), false, true, false, 0, SIM_WAKEUP_IDLE1, WAKEUP},
	{"polling", COST(wakeup), false, false, false, 2 * PERIOD_PS, SIM_WAKEUP_POLLING, 0},
	{"idle exit", COST(idle1_exit), false, false, false, 0, SIM_WAKEUP_IDLE1, IPI + WAKEUP},
	{"reschedule interrupt", COST(ipi), false, false, false, 0, SIM_WAKEUP_IDLE1,
	 EXIT_1 + WAKEUP},
	{"busy CPU", COST(ipi), false, false, true, 0, SIM_WAKEUP_BUSY, 0},
};

static struct run {
	const struct mechanism *how;
	u64 begun_ps; /* the wake-up under way */
	u32 nr;
	u64 taken_ps[NR_DRAWS];
	struct sim_event event;
} run;

static void measure(void *arg)
{
	while (run.nr < NR_DRAWS) {
		sim_park();
		run.taken_ps[run.nr++] = sim_now_ps() - run.begun_ps - run.how->rest_ps;
	}
}

static void occupy(void *arg)
{
	while (run.nr < NR_DRAWS) {
		sim_charge(PERIOD_PS);
		sim_settle();
	}
}

static void wake_from_cpu_0(void *arg)
{
	for (u32 i = 0; i < NR_DRAWS; i++) {
		sim_charge(PERIOD_PS);
		sim_settle();
		run.begun_ps = sim_now_ps();
		sim_thread_wake(sleeper);
	}
}

static void wake_from_irq(struct sim_irq *raised)
{
	sim_thread_wake(sleeper);
}

static void wake_from_event(struct sim_event *event)
{
	if (run.nr == NR_DRAWS)
		return;
	run.begun_ps = sim_now_ps();
	sim_event_schedule(event, sim_now_ps() + PERIOD_PS);
	if (run.how->is_by_irq)
		sim_irq_raise(&irq);
	else
		sim_thread_wake(sleeper);
}

static void start_run(const struct mechanism *how)
{
	struct sim_cpu_params params = wake_params();

	run.how = how;
	run.nr = 0;
	params.nr_idle_states = 1;
	params.idle_poll_ps = how->poll_ps;
	*(u64 *)((char *)&params + how->cost) = SIM_COST_DIST;
	assert_int_equal(sim_init(11, 0), 0);
	assert_int_equal(sim_dists_init(&quiet, 1), 0);
	assert_int_equal(sim_cpus_init(&params), 0);
	sim_irq_init(&irq, 0, 1, wake_from_irq);
	sleeper = make_thread(SIM_CLASS_RT, 1, measure, NULL);
	sim_thread_wake(sleeper);
	run_to_end(); /* it sleeps */
	sim_wakeups_reset();
	sim_event_init(&run.event, wake_from_event);
	if (how->is_by_irq || how->is_by_timer)
		sim_event_schedule(&run.event, PERIOD_PS);
	else
		sim_thread_wake(make_thread(SIM_CLASS_RT, 0, wake_from_cpu_0, NULL));
	if (how->is_busy)
		sim_thread_wake(make_thread(SIM_CLASS_NORMAL, 1, occupy, NULL));
}

/*
 * How many of N independent draws lie at or below a quantile p is binomial; five
 * sigma of it is what chance exceeds once in 1.7 million.
 */
static void check_quantiles(const struct mechanism *how)
{
	for (u32 i = 0; i < quiet.nr_quantiles; i++) {
		double p = (double)quiet.quantiles[i].parts / P(100), below = 0;

		for (u32 k = 0; k < NR_DRAWS; k++)
			below += run.taken_ps[k] <= quiet.quantiles[i].ps;
		if (fabs(below - NR_DRAWS * p) > 5 * sqrt(NR_DRAWS * p * (1 - p)))
			fail_msg("%s: %.0f of %u wake-ups are below quantile %g", how->name, below,
				 NR_DRAWS, 100 * p);
	}
}

static void quantiles_put_in_come_out_of_each_mechanism(void **state)
{
	for (size_t i = 0; i < sizeof(mechanisms) / sizeof(mechanisms[0]); i++) {
		start_run(&mechanisms[i]);
		run_to_end();
		assert_int_equal(run.nr, NR_DRAWS);
		assert_in_range(nr_of(mechanisms[i].kind), NR_DRAWS, NR_DRAWS + 2);
		check_quantiles(&mechanisms[i]);
		sim_finish();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MACHINE_TEST(an_interrupt_leaves_the_idle_state_and_its_thread_does_not),
		MACHINE_TEST(leaving_idle_is_no_time_of_the_interrupt),
		MACHINE_TEST(another_cpu_pays_the_interrupt_and_the_exit),
		MACHINE_TEST(another_cpu_pays_the_exit_alone_if_idle_is_mwait),
		MACHINE_TEST(a_timer_pays_the_exit_without_the_interrupt),
		MACHINE_TEST(a_state_that_is_being_entered_is_entered_first),
		MACHINE_TEST(a_cpu_that_polls_pays_neither),
		MACHINE_TEST(polling_ends_in_the_idle_state),
		MACHINE_TEST(without_idle_states_another_cpu_pays_the_interrupt_alone),
		MACHINE_TEST(a_busy_cpu_makes_room_when_the_interrupt_has_come),
		MACHINE_TEST(a_busy_cpu_makes_room_at_once_for_its_own_interrupt),
		MACHINE_TEST(until_it_was_idle_eight_times_it_takes_the_deepest),
		MACHINE_TEST(long_idle_times_lead_to_the_deep_state),
		MACHINE_TEST(two_of_eight_times_are_left_out_if_they_do_not_agree),
		MACHINE_TEST(times_that_do_not_agree_leave_it_at_the_moving_mean),
		MACHINE_TEST(long_times_agree_in_proportion),
		MACHINE_TEST(times_that_do_not_agree_count_by_their_moving_mean),
		MACHINE_TEST(states_that_were_not_worth_it_are_counted),
		MACHINE_TEST(quantiles_put_in_come_out_of_each_mechanism),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
