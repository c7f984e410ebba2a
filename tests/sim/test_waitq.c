// SPDX-License-Identifier: GPL-2.0-only
/*
 * Wait queues and completions: no wake-up is lost, oldest first, so many at a
 * time, time-outs; a completion counts, and may lie on the waiter's stack.
 */
#include "machine.h"
#include "sim/lock.h"
#include "sim/rng.h"

static struct sim_waitq *waitq;
static u32 nr_items;

static void make_waitq(struct sim_cpu_params params)
{
	start_machine(params);
	waitq = sim_alloc(sizeof(*waitq));
	sim_waitq_init(waitq);
	nr_items = 0;
}

static void charge_and_settle(u64 ps)
{
	sim_charge(ps);
	sim_settle();
}

#define PS(n) ((void *)(uintptr_t)(n))

static bool take_item(void *arg)
{
	if (!nr_items)
		return false;
	nr_items--;
	return true;
}

static void wait_for_item(void *arg)
{
	charge_and_settle((uintptr_t)arg);
	sim_waitq_wait(waitq, take_item, NULL, SIM_TIME_NEVER);
	note(sim_cpu_id());
}

struct giver {
	u64 at_ps;
	u32 nr_items, nr_wakes;
};

static void give(void *arg)
{
	const struct giver *giver = arg;

	charge_and_settle(giver->at_ps);
	nr_items += giver->nr_items;
	sim_waitq_wake(waitq, giver->nr_wakes);
}

static void waiters_are_woken_oldest_first_and_so_many(void **state)
{
	static const struct giver givers[] = {{1000, 2, 2}, {2000, 5, ~0u}};
	int i;

	make_waitq(free_params(6));
	start_thread(SIM_CLASS_NORMAL, 0, wait_for_item, PS(30));
	start_thread(SIM_CLASS_NORMAL, 1, wait_for_item, PS(10));
	start_thread(SIM_CLASS_NORMAL, 2, wait_for_item, PS(20));
	start_thread(SIM_CLASS_NORMAL, 3, wait_for_item, PS(40));
	for (i = 0; i < 2; i++)
		start_thread(SIM_CLASS_NORMAL, 4 + i, give, (void *)&givers[i]);
	assert_int_equal(sim_run(500), SIM_RUN_UNTIL);
	assert_false(sim_waitq_is_empty(waitq));
	run_to_end();
	assert_note(0, 1, 1000);
	assert_note(1, 2, 1000);
	assert_note(2, 0, 2000);
	assert_note(3, 3, 2000);
	assert_int_equal(nr_items, 3);
	assert_true(sim_waitq_is_empty(waitq));
}

static void ready_at_once_does_not_wait(void **state)
{
	make_waitq(free_params(1));
	nr_items = 1;
	start_thread(SIM_CLASS_NORMAL, 0, wait_for_item, PS(10));
	run_to_end();
	assert_note(0, 0, 10);
}

static void woken_without_the_condition_waits_on(void **state)
{
	static const struct giver givers[] = {{1000, 0, 1}, {2000, 1, 1}};
	int i;

	make_waitq(free_params(3));
	start_thread(SIM_CLASS_NORMAL, 0, wait_for_item, PS(0));
	for (i = 0; i < 2; i++)
		start_thread(SIM_CLASS_NORMAL, 1 + i, give, (void *)&givers[i]);
	run_to_end();
	assert_note(0, 0, 2000);
}

static void wait_with_timeout(void *arg)
{
	note(sim_waitq_wait(waitq, take_item, NULL, (uintptr_t)arg));
}

static void timeout_ends_the_wait_and_leaves_the_queue(void **state)
{
	static const struct giver giver = {3000, 1, 1};

	make_waitq(free_params(3));
	start_thread(SIM_CLASS_NORMAL, 0, wait_with_timeout, PS(2000));
	start_thread(SIM_CLASS_NORMAL, 1, wait_with_timeout, PS(9000));
	start_thread(SIM_CLASS_NORMAL, 2, give, (void *)&giver);
	run_to_end();
	assert_note(0, false, 2000);
	/* The wake-up went to who still waits. */
	assert_note(1, true, 3000);
	assert_int_equal(sim_now_ps(), 3000);
	assert_true(sim_waitq_is_empty(waitq));
}

static struct sim_event wake_event;

static void wake_from_event(struct sim_event *event)
{
	nr_items = 1;
	sim_waitq_wake(waitq, 1);
}

static void an_event_may_wake(void **state)
{
	make_waitq(free_params(1));
	start_thread(SIM_CLASS_NORMAL, 0, wait_for_item, PS(0));
	sim_event_init(&wake_event, wake_from_event);
	sim_event_schedule(&wake_event, 700);
	run_to_end();
	assert_note(0, 0, 700);
}

/* --- many producers and consumers at random times --- */

static struct sim_rng rng;
static u32 nr_taken;

#define NR_EACH 500

static void producer(void *arg)
{
	int i;

	for (i = 0; i < NR_EACH; i++) {
		charge_and_settle(sim_rng_below(&rng, 60));
		nr_items++;
		sim_waitq_wake(waitq, 1);
	}
}

static void consumer(void *arg)
{
	int i;

	for (i = 0; i < NR_EACH; i++) {
		sim_waitq_wait(waitq, take_item, NULL, SIM_TIME_NEVER);
		nr_taken++;
		charge_and_settle(sim_rng_below(&rng, 60));
	}
}

static void no_wake_is_lost_at_any_interleaving(void **state)
{
	u64 seed;
	int i;

	for (seed = 0; seed < 30; seed++) {
		struct sim_cpu_params params = free_params(1 + seed % 4);

		params.line_cluster_ps = seed % 7 * 5;
		params.wakeup_ps = seed % 3 * 40;
		params.wake_call_ps = seed % 4 * 10;
		params.slice_ps = 1000;
		make_waitq(params);
		sim_rng_init(&rng, seed, "waitq");
		nr_taken = 0;
		for (i = 0; i < 3; i++) {
			start_thread(SIM_CLASS_NORMAL, -1, consumer, NULL);
			start_thread(i ? SIM_CLASS_NORMAL : SIM_CLASS_RT, -1, producer, NULL);
		}
		run_to_end();
		assert_int_equal(nr_taken, 3 * NR_EACH);
		assert_int_equal(nr_items, 0);
		sim_finish();
	}
}

/* --- completions --- */

static struct sim_completion *completion;

static void wait_done(void *arg)
{
	charge_and_settle((uintptr_t)arg);
	sim_wait_for_completion(completion);
	note(sim_cpu_id());
}

static void complete_one(void *arg)
{
	charge_and_settle((uintptr_t)arg);
	sim_complete(completion);
}

static void complete_for_all(void *arg)
{
	charge_and_settle((uintptr_t)arg);
	sim_complete_all(completion);
}

static void make_completion(u64 nr_cpus)
{
	start_machine(free_params(nr_cpus));
	completion = sim_alloc(sizeof(*completion));
	sim_completion_init(completion);
}

static void completion_before_the_wait_is_kept(void **state)
{
	make_completion(2);
	start_thread(SIM_CLASS_NORMAL, 0, complete_one, PS(10));
	start_thread(SIM_CLASS_NORMAL, 1, wait_done, PS(500));
	run_to_end();
	assert_note(0, 1, 500);
	assert_int_equal(completion->done, 0);
}

static void each_completion_releases_one_waiter(void **state)
{
	make_completion(5);
	start_thread(SIM_CLASS_NORMAL, 0, wait_done, PS(10));
	start_thread(SIM_CLASS_NORMAL, 1, wait_done, PS(20));
	start_thread(SIM_CLASS_NORMAL, 2, complete_one, PS(100));
	run_to_end();
	assert_int_equal(seen.nr, 1);
	assert_note(0, 0, 100);
	start_thread(SIM_CLASS_NORMAL, 2, complete_one, PS(100));
	run_to_end();
	assert_int_equal(seen.nr, 2);
}

static void complete_all_releases_everyone_for_good(void **state)
{
	make_completion(4);
	start_thread(SIM_CLASS_NORMAL, 0, wait_done, PS(10));
	start_thread(SIM_CLASS_NORMAL, 1, wait_done, PS(20));
	start_thread(SIM_CLASS_NORMAL, 2, complete_for_all, PS(100));
	start_thread(SIM_CLASS_NORMAL, 3, wait_done, PS(500));
	run_to_end();
	assert_int_equal(seen.nr, 3);
	assert_note(2, 3, 500);
	start_thread(SIM_CLASS_NORMAL, 0, complete_one, PS(0));
	run_to_end();
	assert_int_equal(completion->done, ~0u);
}

struct request {
	struct sim_completion done;
	struct sim_thread *waiter;
};

static struct request *pending_request;

static void serve(void *arg)
{
	while (!pending_request)
		sim_park();
	sim_complete(&pending_request->done);
	note(2);
}

static __attribute__((noinline)) void ask(struct sim_thread *server)
{
	struct request request;

	sim_completion_init(&request.done);
	pending_request = &request;
	sim_thread_wake(server);
	/* Up while the completer is about to wake: the check finds it done. */
	while (!request.done.done)
		charge_and_settle(10);
	sim_wait_for_completion(&request.done);
}

static __attribute__((noinline)) void scribble(void)
{
	volatile u8 frame[2048];
	size_t i;

	for (i = 0; i < sizeof(frame); i++)
		frame[i] = 0xa5;
}

static void asker(void *server)
{
	ask(server);
	scribble();
	note(1);
}

static void completion_on_the_stack_may_go_before_the_completer_returns(void **state)
{
	struct sim_cpu_params params = free_params(2);

	params.wake_call_ps = 1000;
	params.line_cluster_ps = 7;
	start_machine(params);
	pending_request = NULL;
	start_thread(SIM_CLASS_NORMAL, 0, asker, start_thread(SIM_CLASS_NORMAL, 1, serve, NULL));
	run_to_end();
	assert_int_equal(seen.nr, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MACHINE_TEST(waiters_are_woken_oldest_first_and_so_many),
		MACHINE_TEST(ready_at_once_does_not_wait),
		MACHINE_TEST(woken_without_the_condition_waits_on),
		MACHINE_TEST(timeout_ends_the_wait_and_leaves_the_queue),
		MACHINE_TEST(an_event_may_wake),
		MACHINE_TEST(no_wake_is_lost_at_any_interleaving),
		MACHINE_TEST(completion_before_the_wait_is_kept),
		MACHINE_TEST(each_completion_releases_one_waiter),
		MACHINE_TEST(complete_all_releases_everyone_for_good),
		MACHINE_TEST(completion_on_the_stack_may_go_before_the_completer_returns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
