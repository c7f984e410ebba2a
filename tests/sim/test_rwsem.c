// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reader-writer semaphores: exclusion under random load; readers share; a
 * waiting writer makes new readers wait; queued readers enter together; writers
 * spin and are handed the lock; statistics worked out by hand.
 */
#include "machine.h"
#include "sim/lock.h"
#include "sim/rng.h"

static struct sim_rwsem *sem;

static void make_sem(struct sim_cpu_params params)
{
	start_machine(params);
	sem = sim_alloc(sizeof(*sem));
	sim_rwsem_init(sem, "sem");
}

static const struct sim_lock_class *class_of_sem(void)
{
	return sim_lock_class_get("sem");
}

static void charge_and_settle(u64 ps)
{
	sim_charge(ps);
	sim_settle();
}

#define PS(n) ((void *)(uintptr_t)(n))

/* --- exclusion --- */

static u32 nr_readers, nr_writers, nr_violations, nr_entries, max_readers;
static struct sim_rng rng;

static void random_hold(void)
{
	if (sim_rng_chance(&rng, 1, 4))
		sim_sleep_ps(sim_rng_below(&rng, 200));
	else
		charge_and_settle(sim_rng_below(&rng, 100));
}

static void read_section(void)
{
	nr_violations += nr_writers != 0 || !sim_rwsem_is_locked(sem);
	nr_readers++;
	if (nr_readers > max_readers)
		max_readers = nr_readers;
	random_hold();
	nr_violations += nr_writers != 0;
	nr_readers--;
	nr_entries++;
	sim_up_read(sem);
}

static void write_section(void)
{
	nr_violations += nr_writers++ != 0 || nr_readers != 0;
	random_hold();
	nr_violations += nr_writers != 1 || nr_readers != 0;
	nr_writers--;
	nr_entries++;
	sim_up_write(sem);
}

static void contender(void *arg)
{
	int i;

	for (i = 0; i < 300; i++) {
		charge_and_settle(sim_rng_below(&rng, 300));
		switch (sim_rng_below(&rng, 8)) {
		case 0:
		case 1:
			sim_down_write(sem, SIM_SITE_HERE);
			write_section();
			break;
		case 2:
			if (sim_down_write_trylock(sem))
				write_section();
			break;
		case 3:
			if (sim_down_read_trylock(sem))
				read_section();
			break;
		default:
			sim_down_read(sem, SIM_SITE_HERE);
			read_section();
		}
	}
}

static void excludes_and_lets_everyone_in_under_random_load(void **state)
{
	u64 seed;
	int i;

	for (seed = 0; seed < 25; seed++) {
		struct sim_cpu_params params = free_params(6);

		params.line_cluster_ps = seed * 3;
		params.atomic_ps = seed % 3;
		params.wakeup_ps = seed % 4 * 100;
		params.wake_call_ps = seed % 5 * 10;
		params.spin_limit_ps = seed % 6 ? seed * 50 : 0;
		params.slice_ps = 1000;
		make_sem(params);
		sim_rng_init(&rng, seed, "rwsem");
		nr_readers = nr_writers = nr_violations = nr_entries = max_readers = 0;
		for (i = 0; i < 9; i++)
			start_thread(i % 3 ? SIM_CLASS_NORMAL : SIM_CLASS_RT, i % 2 ? i % 6 : -1,
				     contender, NULL);
		run_to_end();
		assert_int_equal(nr_violations, 0);
		assert_true(nr_entries > 9 * 300 * 6 / 8);
		assert_true(max_readers > 2);
		assert_int_equal(class_of_sem()->acquisitions, nr_entries);
		assert_int_equal(class_of_sem()->hold->count, nr_entries);
		assert_false(sim_rwsem_is_locked(sem));
		sim_finish();
	}
}

/* --- small schedules --- */

#define HOLD 1000

static void reader(void *arg)
{
	charge_and_settle((uintptr_t)arg);
	sim_down_read(sem, SIM_SITE_HERE);
	note(sim_cpu_id());
	charge_and_settle(HOLD);
	sim_up_read(sem);
}

static void writer(void *arg)
{
	charge_and_settle((uintptr_t)arg);
	sim_down_write(sem, SIM_SITE_HERE);
	note(sim_cpu_id());
	charge_and_settle(HOLD);
	sim_up_write(sem);
}

static void readers_share(void **state)
{
	make_sem(free_params(3));
	start_thread(SIM_CLASS_NORMAL, 0, reader, PS(0));
	start_thread(SIM_CLASS_NORMAL, 1, reader, PS(100));
	start_thread(SIM_CLASS_NORMAL, 2, reader, PS(200));
	run_to_end();
	assert_note(1, 1, 100);
	assert_note(2, 2, 200);
	assert_int_equal(class_of_sem()->contentions, 0);
	assert_true(class_of_sem()->hold->total == 3 * HOLD);
	assert_int_equal(class_of_sem()->hold->max, HOLD);
}

static void waiting_writer_makes_new_readers_wait(void **state)
{
	const struct sim_lock_class *class;

	make_sem(free_params(4));
	start_thread(SIM_CLASS_NORMAL, 0, reader, PS(0));
	start_thread(SIM_CLASS_NORMAL, 1, writer, PS(100));
	start_thread(SIM_CLASS_NORMAL, 2, reader, PS(200));
	start_thread(SIM_CLASS_NORMAL, 3, reader, PS(300));
	run_to_end();
	assert_note(1, 1, 1000);
	/* Both queued readers enter when the writer leaves. */
	assert_note(2, 2, 2000);
	assert_note(3, 3, 2000);
	class = class_of_sem();
	assert_int_equal(class->acquisitions, 4);
	assert_int_equal(class->contentions, 3);
	assert_int_equal(class->sleeps, 3);
	assert_true(class->wait->total == 900 + 1800 + 1700);
	assert_true(class->hold->total == 4 * HOLD);
	/* Two call sites waited: the writer's first. */
	assert_string_equal(class->sites[0].site->func, "writer");
	assert_int_equal(class->sites[0].wait_total_ps, 900);
	assert_string_equal(class->sites[1].site->func, "reader");
	assert_int_equal(class->sites[1].contentions, 2);
	assert_int_equal(class->sites[1].wait_total_ps, 3500);
}

static void queued_readers_enter_past_a_queued_writer(void **state)
{
	struct sim_cpu_params params = free_params(4);

	params.spin_limit_ps = 0; /* the writer queues too */
	make_sem(params);
	start_thread(SIM_CLASS_NORMAL, 0, writer, PS(0));
	start_thread(SIM_CLASS_NORMAL, 1, reader, PS(100));
	start_thread(SIM_CLASS_NORMAL, 2, writer, PS(200));
	start_thread(SIM_CLASS_NORMAL, 3, reader, PS(300));
	run_to_end();
	assert_note(1, 1, 1000);
	assert_note(2, 3, 1000);
	assert_note(3, 2, 2000);
}

static void writers_spin_while_the_owner_runs(void **state)
{
	struct sim_cpu_stats stats;

	make_sem(free_params(3));
	start_thread(SIM_CLASS_NORMAL, 0, writer, PS(0));
	start_thread(SIM_CLASS_NORMAL, 1, writer, PS(100));
	start_thread(SIM_CLASS_NORMAL, 2, writer, PS(200));
	run_to_end();
	assert_note(1, 1, 1000);
	assert_note(2, 2, 2000);
	assert_int_equal(class_of_sem()->sleeps, 0);
	sim_cpu_stats(1, &stats);
	assert_int_equal(stats.spin_ps, 900);
}

static void writer_does_not_spin_on_readers(void **state)
{
	struct sim_cpu_stats stats;

	make_sem(free_params(2));
	start_thread(SIM_CLASS_NORMAL, 0, reader, PS(0));
	start_thread(SIM_CLASS_NORMAL, 1, writer, PS(100));
	run_to_end();
	assert_int_equal(class_of_sem()->sleeps, 1);
	sim_cpu_stats(1, &stats);
	assert_int_equal(stats.spin_ps, 0);
}

static bool is_stealing;

static void thief(void *arg)
{
	while (is_stealing) {
		sim_down_write(sem, SIM_SITE_HERE);
		note(sim_cpu_id());
		charge_and_settle(10000);
		sim_up_write(sem);
	}
}

static void patient(void *arg)
{
	charge_and_settle(100);
	sim_down_write(sem, SIM_SITE_HERE);
	note(sim_cpu_id());
	is_stealing = false;
	sim_up_write(sem);
}

static void writer_woken_in_vain_twice_is_overtaken_no_more(void **state)
{
	struct sim_cpu_params params = free_params(2);

	params.spin_limit_ps = 0;
	params.wakeup_ps = 5000;
	make_sem(params);
	is_stealing = true;
	start_thread(SIM_CLASS_NORMAL, 0, thief, NULL);
	start_thread(SIM_CLASS_NORMAL, 1, patient, NULL);
	run_to_end();
	assert_note(1, 0, 15000);
	assert_note(2, 0, 25000);
	assert_note(3, 1, 40000);
	assert_int_equal(seen.notes[4].what, 0);
	assert_int_equal(seen.nr, 5);
}

static void try_both(void *arg)
{
	charge_and_settle(500);
	note(sim_down_read_trylock(sem) * 2 + sim_down_write_trylock(sem));
	charge_and_settle(1000);
	note(sim_down_read_trylock(sem) * 2 + sim_down_write_trylock(sem));
	sim_up_read(sem);
}

static void trylocks_under_a_writer_fail_and_under_a_reader_share(void **state)
{
	make_sem(free_params(2));
	start_thread(SIM_CLASS_NORMAL, 0, writer, PS(0));
	start_thread(SIM_CLASS_NORMAL, 1, try_both, NULL);
	run_to_end();
	assert_note(1, 0, 500);
	assert_note(2, 2, 1500);
}

static void up_read_of_another(void *arg)
{
	charge_and_settle(500);
	sim_up_read(sem);
}

static void down_read_only(void *arg)
{
	sim_down_read(sem, SIM_SITE_HERE);
}

static void read_lock_may_be_released_by_another_thread(void **state)
{
	make_sem(free_params(2));
	start_thread(SIM_CLASS_NORMAL, 0, down_read_only, NULL);
	start_thread(SIM_CLASS_NORMAL, 1, up_read_of_another, NULL);
	run_to_end();
	assert_false(sim_rwsem_is_locked(sem));
	assert_int_equal(class_of_sem()->hold->count, 0);
}

static void up_write_unowned_body(void *arg)
{
	sim_up_write(sem);
}

static void up_write_unowned(void)
{
	make_sem(free_params(1));
	start_thread(SIM_CLASS_NORMAL, 0, up_write_unowned_body, NULL);
	sim_run(SIM_TIME_NEVER);
}

static void releasing_what_is_not_held_is_a_bug(void **state)
{
	assert_true(aborts_saying(up_write_unowned, "owner"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MACHINE_TEST(excludes_and_lets_everyone_in_under_random_load),
		MACHINE_TEST(readers_share),
		MACHINE_TEST(waiting_writer_makes_new_readers_wait),
		MACHINE_TEST(queued_readers_enter_past_a_queued_writer),
		MACHINE_TEST(writers_spin_while_the_owner_runs),
		MACHINE_TEST(writer_does_not_spin_on_readers),
		MACHINE_TEST(writer_woken_in_vain_twice_is_overtaken_no_more),
		MACHINE_TEST(trylocks_under_a_writer_fail_and_under_a_reader_share),
		MACHINE_TEST(read_lock_may_be_released_by_another_thread),
		MACHINE_TEST(releasing_what_is_not_held_is_a_bug),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
