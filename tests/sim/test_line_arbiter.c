// SPDX-License-Identifier: GPL-2.0-only
/*
 * The arbiter of a cache line: who is next when several CPUs want it, what the
 * holder may still do meanwhile, and how often cmpxchg loops succeed, against
 * closed forms.
 */
#include "machine.h"
#include "sim/line.h"
#include "sim/rng.h"

#define HIT 1
#define MOVE 100
#define ATOMIC 5

/* All CPUs are as far from each other. */
static struct sim_cpu_params flat_params(u32 nr_cpus)
{
	struct sim_cpu_params params = free_params(nr_cpus);

	params.line_hit_ps = HIT;
	params.line_cluster_ps = MOVE;
	params.line_socket_ps = MOVE;
	params.line_remote_ps = MOVE;
	params.line_memory_ps = MOVE;
	params.atomic_ps = ATOMIC;
	return params;
}

static struct sim_cpu_params fair_params(u32 nr_cpus)
{
	struct sim_cpu_params params = flat_params(nr_cpus);

	params.line_fair_per_mille = 1000;
	return params;
}

/* What the threads of a test work on; in the arena, so that it is rewound. */
struct shared {
	struct sim_line line;
	u64 value;
	u64 nr_attempts, nr_successes;
	u64 waited_ps;
	bool is_over;
	struct sim_irq irq;
};

static struct shared *shared;

static void begin(struct sim_cpu_params params, u64 seed)
{
	seen.nr = 0;
	sim_finish();
	start_machine_of_seed(params, seed);
	shared = sim_alloc(sizeof(*shared));
	sim_line_init(&shared->line);
	shared->line.waited_ps = &shared->waited_ps;
}

/* What one thread does: waits, then accesses. */
struct step {
	int cpu;
	u64 delay_ps;
	void (*access)(struct sim_line *line);
};

static void take_step(void *arg)
{
	const struct step *step = arg;

	sim_charge(step->delay_ps);
	sim_settle();
	step->access(&shared->line);
	note(step->cpu);
}

static void start_steps(const struct step *steps, u32 nr)
{
	for (u32 i = 0; i < nr; i++)
		start_thread(SIM_CLASS_NORMAL, steps[i].cpu, take_step, (void *)&steps[i]);
}

#define START(steps) start_steps(steps, sizeof(steps) / sizeof((steps)[0]))

static void in_order_the_oldest_request_is_next(void **state)
{
	static const struct step steps[] = {
		{0, 0, sim_line_write},
		{1, 10, sim_line_write},
		{2, 20, sim_line_write},
		{3, 30, sim_line_write},
	};

	begin(fair_params(4), 1);
	START(steps);
	run_to_end();
	for (u32 i = 0; i < 4; i++)
		assert_note(i, steps[i].cpu, (i + 1) * MOVE);
	assert_int_equal(shared->waited_ps, 90 + 180 + 270);
}

/* The arbiter sees no distance: a run of one CPU's requests is as likely as another's. */
static void at_random_each_order_comes_up_as_often(void **state)
{
	static const struct step steps[] = {
		{0, 0, sim_line_write},
		{1, 1, sim_line_write},
		{2, 2, sim_line_write},
		{3, 3, sim_line_write},
	};
	u32 nr_first[4] = {};
	const u32 nr_seeds = 3000;

	for (u32 seed = 1; seed <= nr_seeds; seed++) {
		begin(flat_params(4), seed);
		START(steps);
		run_to_end();
		assert_int_equal(seen.nr, 4);
		assert_note(0, 0, MOVE);
		nr_first[seen.notes[1].what]++;
	}
	/* 1000 each; the standard deviation is 26. */
	for (u32 cpu = 1; cpu < 4; cpu++)
		assert_in_range(nr_first[cpu], 900, 1100);
}

static void readers_of_a_changed_line_are_served_together(void **state)
{
	static const struct step steps[] = {
		{0, 0, sim_line_write}, {1, 10, sim_line_read}, {2, 20, sim_line_write},
		{3, 30, sim_line_read}, {4, 40, sim_line_read},
	};

	begin(fair_params(5), 1);
	START(steps);
	run_to_end();
	/* The one who asked after the writer goes with the one who asked before. */
	for (u32 i = 1; i <= 3; i++)
		assert_int_equal(seen.notes[i].at_ps, 2 * MOVE);
	assert_note(4, 2, 3 * MOVE);
}

static void readers_of_a_clean_line_do_not_wait_for_each_other(void **state)
{
	static const struct step steps[] = {
		{0, 0, sim_line_read},
		{1, MOVE, sim_line_read},
		{2, MOVE + 10, sim_line_read},
		{3, MOVE + 20, sim_line_read},
	};

	begin(fair_params(4), 1);
	START(steps);
	run_to_end();
	for (u32 i = 1; i < 4; i++)
		assert_note(i, i, 2 * MOVE + (i - 1) * 10);
	assert_int_equal(shared->waited_ps, 0);
}

/* --- retention and occupancy --- */

static void add_until_over(void *arg)
{
	sim_line_write(&shared->line);
	while (!shared->is_over) {
		sim_line_atomic(&shared->line);
		shared->value++;
		note(sim_cpu_id());
	}
}

static void add_once(void *arg)
{
	sim_charge(*(const u64 *)arg);
	sim_settle();
	sim_line_atomic(&shared->line);
	shared->is_over = true;
	note(sim_cpu_id());
}

/* The owner adds all the time; another asks at 400. How often did the owner add in all? */
static u64 adds_of_owner(u64 retention_per_mille)
{
	static const u64 ask_ps = 400;
	struct sim_cpu_params params = fair_params(2);

	params.line_retention_per_mille = retention_per_mille;
	begin(params, 1);
	start_thread(SIM_CLASS_NORMAL, 0, add_until_over, NULL);
	start_thread(SIM_CLASS_NORMAL, 1, add_once, (void *)&ask_ps);
	run_to_end();
	/* The owner's last comes after the other's. */
	return shared->value - 1;
}

static void owner_hits_until_the_line_has_left(void **state)
{
	/* From 100 on an add takes 6: at 400 the 50th has just been done. */
	assert_int_equal(adds_of_owner(0), 50);
	assert_int_equal(adds_of_owner(300), 50 + 30 / 6);
	assert_int_equal(adds_of_owner(590), 50 + 59 / 6);
	assert_int_equal(adds_of_owner(1000), 50 + 100 / 6);
}

static void retention_is_no_delay_for_who_asks(void **state)
{
	for (u64 share = 0; share <= 1000; share += 250) {
		u32 i = 0;

		adds_of_owner(share);
		while (seen.notes[i].what != 1)
			i++;
		assert_int_equal(seen.notes[i].at_ps, 400 + MOVE + ATOMIC);
	}
}

static void read_three_times(void *arg)
{
	static const u64 delays_ps[] = {0, 149, 10};

	for (u32 i = 0; i < 3; i++) {
		sim_charge(delays_ps[i]);
		sim_line_read(&shared->line);
		note(0);
	}
}

static void readers_hit_until_their_copies_have_left(void **state)
{
	static const struct step steps[] = {{1, 200, sim_line_write}};
	struct sim_cpu_params params = fair_params(2);

	params.line_retention_per_mille = 500;
	begin(params, 1);
	START(steps);
	start_thread(SIM_CLASS_NORMAL, 0, read_three_times, NULL);
	run_to_end();
	assert_note(0, 0, MOVE);
	assert_note(1, 0, 249 + HIT);
	assert_note(2, 1, 200 + MOVE);
	assert_note(3, 0, 200 + 2 * MOVE);
}

/* When the last of @nr writers that ask at once has the line. */
static u64 time_of_writers(u32 nr, u64 retention, u64 occupancy)
{
	struct sim_cpu_params params = fair_params(nr);
	struct step steps[16];

	params.line_retention_per_mille = retention;
	params.line_occupancy_per_mille = occupancy;
	begin(params, 1);
	for (u32 i = 0; i < nr; i++)
		steps[i] = (struct step){i, 0, sim_line_write};
	start_steps(steps, nr);
	run_to_end();
	return seen.notes[nr - 1].at_ps;
}

static void a_transfer_overlaps_with_the_next_by_what_it_does_not_occupy(void **state)
{
	assert_int_equal(time_of_writers(1, 0, 1000), MOVE);
	assert_int_equal(time_of_writers(1, 500, 500), MOVE);
	assert_int_equal(time_of_writers(10, 0, 1000), 10 * MOVE);
	/* It leaves nobody before it has come. */
	assert_int_equal(time_of_writers(10, 0, 500), 10 * MOVE);
	assert_int_equal(time_of_writers(10, 500, 500), MOVE + 9 * MOVE / 2);
	assert_int_equal(time_of_writers(10, 500, 1000), 10 * MOVE);
}

/* --- loops --- */

#define NR_ROUNDS 4000

/* cmpxchg(): compares with what this thread saw last. */
static void cmpxchg_loop(void *arg)
{
	u64 expected = 0;

	while (!shared->is_over) {
		sim_line_atomic(&shared->line);
		shared->nr_attempts++;
		if (expected == shared->value) {
			shared->value++;
			shared->nr_successes++;
			note(sim_cpu_id());
			shared->is_over = shared->nr_successes == NR_ROUNDS;
		}
		expected = shared->value;
	}
}

static void assert_near(double value, double expected, u32 percent)
{
	double least = expected * (100 - percent) / 100, most = expected * (100 + percent) / 100;

	if (value < least || value > most)
		printf("%.3f, expected %.3f\n", value, expected);
	assert_true(value >= least && value <= most);
}

static double attempts_per_success(u32 nr_cpus, u64 fair)
{
	struct sim_cpu_params params = flat_params(nr_cpus);

	params.line_fair_per_mille = fair;
	begin(params, 1);
	for (u32 i = 0; i < nr_cpus; i++)
		start_thread(SIM_CLASS_NORMAL, i, cmpxchg_loop, NULL);
	run_to_end();
	return (double)shared->nr_attempts / (double)shared->nr_successes;
}

/*
 * Mean number of draws until one of @n comes up again: the birthday problem,
 * sqrt(pi n / 2) + 2/3.
 */
static double birthday(u32 n)
{
	double mean = 1, is_new = 1;

	for (u32 k = 0; k < n; k++) {
		is_new *= 1 - (double)k / n;
		mean += is_new;
	}
	return mean;
}

/*
 * Who has just had the line is not among those who wait, so each draw is from
 * the n - 1 others; who comes up again since the last success succeeds, as its
 * value is of now.
 */
static void random_order_makes_cmpxchg_a_birthday_problem(void **state)
{
	static const u32 cpus[] = {4, 8, 16, 32, 64, 96};

	for (u32 i = 0; i < sizeof(cpus) / sizeof(cpus[0]); i++) {
		double expected = birthday(cpus[i] - 1);

		assert_near(attempts_per_success(cpus[i], 0), expected, 3);
	}
}

/* Each of the others comes between two attempts of one, and has seen too little. */
static void in_order_cmpxchg_succeeds_once_a_round(void **state)
{
	static const u32 cpus[] = {2, 8, 64};

	for (u32 i = 0; i < sizeof(cpus) / sizeof(cpus[0]); i++) {
		double expected = cpus[i];

		assert_near(attempts_per_success(cpus[i], 1000), expected, 1);
	}
}

static void a_share_in_order_is_between(void **state)
{
	double random = attempts_per_success(32, 0);
	double half = attempts_per_success(32, 500);
	double most = attempts_per_success(32, 900);

	assert_true(random * 1.1 < half && half * 1.1 < most && most * 1.1 < 32);
}

static void two_cpus_alternate(void **state)
{
	begin(fair_params(2), 1);
	attempts_per_success(2, 0);
	/* Each loses to the other's last: one succeeds always, every second time. */
	assert_int_equal(shared->nr_attempts / 2, NR_ROUNDS);
	for (u32 i = 1; i < NR_ROUNDS; i++) {
		assert_int_equal(seen.notes[i].what, seen.notes[0].what);
		assert_int_equal(seen.notes[i].at_ps - seen.notes[i - 1].at_ps,
				 2 * (MOVE + ATOMIC));
	}
}

/* --- nothing is lost --- */

#define NR_WORKERS 24
#define NR_EACH 40

static void mixed_accesses(void *arg)
{
	u32 number = (u32)(uintptr_t)arg;
	struct sim_rng rng;

	sim_rng_init(&rng, number, "mixed");
	for (u32 i = 0; i < NR_EACH; i++) {
		sim_charge(sim_rng_below(&rng, 300));
		switch (sim_rng_below(&rng, 6)) {
		case 0:
			sim_line_read(&shared->line);
			break;
		case 1:
			sim_line_write(&shared->line);
			break;
		case 2:
			sim_line_charge_write(&shared->line);
			break;
		case 3:
			sim_line_charge_read(&shared->line);
			break;
		case 4:
			sim_line_atomic_shared(&shared->line);
			break;
		default:
			sim_line_atomic(&shared->line);
		}
		note(number);
	}
}

static struct sim_cpu_params mixed_params(void)
{
	struct sim_cpu_params params = flat_params(NR_WORKERS / 2);

	params.slice_ps = 500;
	params.line_fair_per_mille = 300;
	params.line_retention_per_mille = 400;
	params.line_occupancy_per_mille = 700;
	return params;
}

static void start_mixed(u64 seed)
{
	begin(mixed_params(), seed);
	for (u32 i = 0; i < NR_WORKERS; i++)
		start_thread(SIM_CLASS_NORMAL, i / 2, mixed_accesses, (void *)(uintptr_t)i);
}

static void each_request_is_served_once(void **state)
{
	u32 nr_of[NR_WORKERS] = {};

	for (u64 seed = 1; seed <= 20; seed++) {
		start_mixed(seed);
		run_to_end();
		memset(nr_of, 0, sizeof(nr_of));
		for (u32 i = 0; i < seen.nr; i++)
			nr_of[seen.notes[i].what]++;
		for (u32 i = 0; i < NR_WORKERS; i++)
			assert_int_equal(nr_of[i], NR_EACH);
		assert_int_equal(shared->line.nr_waiting, 0);
		assert_null(shared->line.first);
		assert_null(shared->line.last);
	}
}

static struct notes before;

static void same_seed_gives_the_same_order_and_another_another(void **state)
{
	start_mixed(1);
	run_to_end();
	before = seen;
	start_mixed(1);
	run_to_end();
	assert_memory_equal(&before, &seen, sizeof(seen));
	start_mixed(2);
	run_to_end();
	assert_memory_not_equal(&before, &seen, sizeof(seen));
}

static void what_waits_is_rewound(void **state)
{
	struct sim_snapshot *snapshot;

	start_mixed(1);
	assert_int_equal(sim_run(10000), SIM_RUN_UNTIL);
	assert_true(shared->line.nr_waiting > 1);
	snapshot = sim_arena_save();
	if (!snapshot)
		skip(); /* ThreadSanitizer */
	seen.nr = 0;
	run_to_end();
	before = seen;
	sim_arena_restore(snapshot);
	memset(&seen, 0, sizeof(seen));
	run_to_end();
	assert_int_equal(before.nr, seen.nr);
	assert_memory_equal(before.notes, seen.notes, seen.nr * sizeof(seen.notes[0]));
	sim_snapshot_destroy(snapshot);
}

/* --- who waits is on its CPU --- */

static void note_irq(struct sim_irq *irq)
{
	note(100);
}

static void raise_later(void *arg)
{
	sim_charge(50);
	sim_settle();
	sim_irq_raise(&shared->irq);
}

static void interrupts_come_while_a_request_waits(void **state)
{
	static const struct step steps[] = {
		{0, 0, sim_line_write},
		{1, 10, sim_line_write},
		{2, 20, sim_line_write},
	};

	begin(fair_params(4), 1);
	sim_irq_init(&shared->irq, 1, 2, note_irq);
	START(steps);
	start_thread(SIM_CLASS_NORMAL, 3, raise_later, NULL);
	run_to_end();
	assert_note(0, 100, 50);
	assert_note(1, 0, MOVE);
	assert_note(3, 2, 3 * MOVE);
}

static void note_rt(void *arg)
{
	sim_charge(1000);
	note(200);
}

static void wake_rt_later(void *arg)
{
	sim_charge(50);
	sim_settle();
	start_thread(SIM_CLASS_RT, 1, note_rt, NULL);
}

static void real_time_threads_preempt_who_waits(void **state)
{
	static const struct step steps[] = {{0, 0, sim_line_write}, {1, 10, sim_line_write}};

	begin(fair_params(4), 1);
	START(steps);
	start_thread(SIM_CLASS_NORMAL, 3, wake_rt_later, NULL);
	run_to_end();
	assert_note(0, 200, 50);
	assert_note(1, 0, MOVE);
	/* The line came at 200; what was left of its transfer passes afterwards. */
	assert_note(2, 1, 1050 + MOVE);
}

static void waiting_is_no_spinning(void **state)
{
	static const struct step steps[] = {{0, 0, sim_line_write}, {1, 0, sim_line_write}};
	struct sim_cpu_stats stats;

	begin(fair_params(2), 1);
	START(steps);
	run_to_end();
	sim_cpu_stats(1, &stats);
	assert_int_equal(stats.spin_ps, 0);
	assert_int_equal(stats.normal_ps, 2 * MOVE);
}

static void a_charge_goes_before_those_who_wait(void **state)
{
	static const struct step steps[] = {
		{0, 0, sim_line_write},
		{1, 10, sim_line_write},
		{2, 20, sim_line_charge_write},
	};

	begin(fair_params(3), 1);
	START(steps);
	run_to_end();
	assert_note(0, 2, 20);
	assert_note(2, 1, 3 * MOVE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MACHINE_TEST(in_order_the_oldest_request_is_next),
		MACHINE_TEST(at_random_each_order_comes_up_as_often),
		MACHINE_TEST(readers_of_a_changed_line_are_served_together),
		MACHINE_TEST(readers_of_a_clean_line_do_not_wait_for_each_other),
		MACHINE_TEST(owner_hits_until_the_line_has_left),
		MACHINE_TEST(retention_is_no_delay_for_who_asks),
		MACHINE_TEST(readers_hit_until_their_copies_have_left),
		MACHINE_TEST(a_transfer_overlaps_with_the_next_by_what_it_does_not_occupy),
		MACHINE_TEST(random_order_makes_cmpxchg_a_birthday_problem),
		MACHINE_TEST(in_order_cmpxchg_succeeds_once_a_round),
		MACHINE_TEST(a_share_in_order_is_between),
		MACHINE_TEST(two_cpus_alternate),
		MACHINE_TEST(each_request_is_served_once),
		MACHINE_TEST(same_seed_gives_the_same_order_and_another_another),
		MACHINE_TEST(what_waits_is_rewound),
		MACHINE_TEST(interrupts_come_while_a_request_waits),
		MACHINE_TEST(real_time_threads_preempt_who_waits),
		MACHINE_TEST(waiting_is_no_spinning),
		MACHINE_TEST(a_charge_goes_before_those_who_wait),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
