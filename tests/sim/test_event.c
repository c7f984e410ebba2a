// SPDX-License-Identifier: GPL-2.0-only
/*
 * The event queue:
 *  - dispatches by time, then by sequence number, against a brute-force list
 *    under random scheduling, moving and cancelling;
 *  - sim_run() stops where it was told, sim_try_advance() never passes an event,
 *    a limit or a stop.
 */
#include "machine.h"
#include "sim/rng.h"

static int start_empty(void **state)
{
	return sim_init(1, 0);
}

#define NR_EVENTS 600

static struct tracked {
	struct sim_event event;
	bool is_pending;
	u64 at_ps, order;
	u64 nr_fired;
} tracked[NR_EVENTS];

static u64 next_order, nr_wrong, nr_fired;
static struct sim_rng rng;

/* The reference: look through all of them. */
static struct tracked *earliest(void)
{
	struct tracked *best = NULL;
	int i;

	for (i = 0; i < NR_EVENTS; i++) {
		struct tracked *t = &tracked[i];

		if (!t->is_pending)
			continue;
		if (!best || t->at_ps < best->at_ps ||
		    (t->at_ps == best->at_ps && t->order < best->order))
			best = t;
	}
	return best;
}

static void schedule(struct tracked *t)
{
	/* Few different times, so that many are equal. */
	t->at_ps = sim_now_ps() + sim_rng_below(&rng, 50);
	t->order = next_order++;
	t->is_pending = true;
	sim_event_schedule(&t->event, t->at_ps);
}

static void cancel(struct tracked *t)
{
	if (sim_event_cancel(&t->event) != t->is_pending)
		nr_wrong++;
	t->is_pending = false;
}

static void random_operation(void)
{
	struct tracked *t = &tracked[sim_rng_below(&rng, NR_EVENTS)];

	if (sim_rng_chance(&rng, 1, 3))
		cancel(t);
	else
		schedule(t);
}

static void fired(struct sim_event *event)
{
	struct tracked *t = (struct tracked *)event;
	int nr = sim_rng_below(&rng, 6);

	nr_wrong += t != earliest() || t->at_ps != sim_now_ps() || sim_event_is_pending(event);
	t->is_pending = false;
	t->nr_fired++;
	if (++nr_fired >= 60000)
		nr = 0;
	while (nr--)
		random_operation();
}

static void order_equals_brute_force_under_random_operations(void **state)
{
	int i;

	sim_rng_init(&rng, 7, "events");
	for (i = 0; i < NR_EVENTS; i++) {
		sim_event_init(&tracked[i].event, fired);
		schedule(&tracked[i]);
	}
	run_to_end();
	assert_int_equal(nr_wrong, 0);
	assert_true(nr_fired >= 60000);
	assert_null(earliest());
	assert_int_equal(sim_events_dispatched(), nr_fired);
	assert_int_equal(sim_next_event_ps(), SIM_TIME_NEVER);
}

static u64 last_seq, nr_out_of_order;

static void in_sequence(struct sim_event *event)
{
	nr_out_of_order += event->seq < last_seq;
	last_seq = event->seq;
}

static void heap_grows_and_keeps_the_order_of_equal_times(void **state)
{
	enum { NR = 20000 };
	struct sim_event *events = sim_alloc(NR * sizeof(*events));
	int i;

	for (i = 0; i < NR; i++) {
		sim_event_init(&events[i], in_sequence);
		sim_event_schedule(&events[i], 1000);
	}
	run_to_end();
	assert_int_equal(nr_out_of_order, 0);
	assert_int_equal(sim_events_dispatched(), NR);
	assert_int_equal(sim_now_ps(), 1000);
}

static void count_note(struct sim_event *event)
{
	note(0);
}

static void rescheduled_event_goes_behind_others_of_its_time(void **state)
{
	struct sim_event a, b;

	sim_event_init(&a, count_note);
	sim_event_init(&b, count_note);
	sim_event_schedule(&a, 10);
	sim_event_schedule(&b, 10);
	sim_event_schedule(&a, 10);
	assert_true(a.seq > b.seq);
	assert_int_equal(sim_run(9), SIM_RUN_UNTIL);
	assert_int_equal(sim_now_ps(), 9);
	run_to_end();
	assert_int_equal(seen.nr, 2);
}

static void cancelled_event_does_not_fire(void **state)
{
	struct sim_event a;

	sim_event_init(&a, count_note);
	assert_false(sim_event_cancel(&a));
	sim_event_schedule(&a, 10);
	assert_true(sim_event_is_pending(&a));
	assert_true(sim_event_cancel(&a));
	assert_false(sim_event_is_pending(&a));
	run_to_end();
	assert_int_equal(seen.nr, 0);
}

static void run_dispatches_events_at_the_limit_and_none_after(void **state)
{
	struct sim_event a, b;

	sim_event_init(&a, count_note);
	sim_event_init(&b, count_note);
	sim_event_schedule(&a, 10);
	sim_event_schedule(&b, 11);
	assert_int_equal(sim_run(10), SIM_RUN_UNTIL);
	assert_int_equal(seen.nr, 1);
	assert_int_equal(sim_run(20), SIM_RUN_IDLE);
	assert_int_equal(sim_now_ps(), 11);
}

static void stopper(struct sim_event *event)
{
	note(1);
	sim_stop();
	assert_false(sim_try_advance(sim_now_ps() + 1));
}

static void stop_returns_after_the_callback(void **state)
{
	struct sim_event a, b;

	sim_event_init(&a, stopper);
	sim_event_init(&b, count_note);
	sim_event_schedule(&a, 10);
	sim_event_schedule(&b, 10);
	assert_int_equal(sim_run(SIM_TIME_NEVER), SIM_RUN_STOPPED);
	assert_int_equal(seen.nr, 1);
	run_to_end();
	assert_int_equal(seen.nr, 2);
}

static struct sim_event other;
static bool advanced_before, advanced_at, advanced_past_limit;

static void advancer(struct sim_event *event)
{
	sim_event_cancel(&other);
	advanced_past_limit = sim_try_advance(101);
	sim_event_schedule(&other, 50);
	advanced_before = sim_try_advance(49);
	advanced_at = sim_try_advance(50);
	note(sim_now_ps());
}

static void try_advance_stops_short_of_events_and_of_the_limit(void **state)
{
	struct sim_event a;

	sim_event_init(&a, advancer);
	sim_event_init(&other, count_note);
	sim_event_schedule(&a, 10);
	sim_event_schedule(&other, 50);
	sim_run(100);
	assert_true(advanced_before);
	assert_false(advanced_at);
	assert_note(0, 49, 49);

	assert_false(advanced_past_limit);
	assert_note(1, 0, 50);
}

static void schedule_in_the_past(void)
{
	struct sim_event a;

	sim_event_init(&a, count_note);
	sim_event_schedule(&a, 10);
	sim_run(SIM_TIME_NEVER);
	sim_event_schedule(&a, 9);
}

static void scheduling_in_the_past_is_a_bug(void **state)
{
	assert_true(aborts_saying(schedule_in_the_past, "time 10 ps, event 1"));
}

#define EMPTY_TEST(fn) cmocka_unit_test_setup_teardown(fn, start_empty_forget, stop_machine)

static int start_empty_forget(void **state)
{
	forget_notes(state);
	return start_empty(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		EMPTY_TEST(order_equals_brute_force_under_random_operations),
		EMPTY_TEST(heap_grows_and_keeps_the_order_of_equal_times),
		EMPTY_TEST(rescheduled_event_goes_behind_others_of_its_time),
		EMPTY_TEST(cancelled_event_does_not_fire),
		EMPTY_TEST(run_dispatches_events_at_the_limit_and_none_after),
		EMPTY_TEST(stop_returns_after_the_callback),
		EMPTY_TEST(try_advance_stops_short_of_events_and_of_the_limit),
		EMPTY_TEST(scheduling_in_the_past_is_a_bug),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
