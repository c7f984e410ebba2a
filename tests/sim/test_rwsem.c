// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reader-writer semaphores: exclusion under random load; readers share; a writer
 * spins behind them for a while and then makes new readers wait; queued readers
 * enter together; readers steal; who waits for too long is handed the lock;
 * statistics worked out by hand.
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

static u32 nr_readers, nr_writers, nr_violations, nr_asked, nr_entries, max_readers;
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
			nr_asked++;
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
			nr_asked++;
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
		params.slice_ps = 1000;
		make_sem(params);
		sim_rng_init(&rng, seed, "rwsem");
		nr_readers = nr_writers = nr_violations = nr_asked = nr_entries = max_readers = 0;
		for (i = 0; i < 9; i++)
			start_thread(i % 3 ? SIM_CLASS_NORMAL : SIM_CLASS_RT, i % 2 ? i % 6 : -1,
				     contender, NULL);
		run_to_end();
		assert_int_equal(nr_violations, 0);
		assert_true(nr_entries >= nr_asked);
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

static void readers_join_those_that_a_writer_spins_behind(void **state)
{
	struct sim_cpu_stats stats;

	make_sem(free_params(4));
	start_thread(SIM_CLASS_NORMAL, 0, reader, PS(0));
	start_thread(SIM_CLASS_NORMAL, 1, writer, PS(100));
	start_thread(SIM_CLASS_NORMAL, 2, reader, PS(200));
	start_thread(SIM_CLASS_NORMAL, 3, reader, PS(300));
	run_to_end();
	assert_note(1, 2, 200);
	assert_note(2, 3, 300);
	assert_note(3, 1, 1300);
	assert_int_equal(class_of_sem()->contentions, 1);
	assert_int_equal(class_of_sem()->sleeps, 0);
	sim_cpu_stats(1, &stats);
	assert_int_equal(stats.spin_ps, 1200);
}

#define US SIM_PS_PER_US

static void hold_for_50_us(void *arg)
{
	charge_and_settle((uintptr_t)arg);
	sim_down_read(sem, SIM_SITE_HERE);
	note(sim_cpu_id());
	charge_and_settle(50 * US);
	sim_up_read(sem);
}

static void writer_spins_behind_one_reader_for_10_us_and_then_makes_readers_wait(void **state)
{
	const struct sim_lock_class *class;
	struct sim_cpu_stats stats;

	make_sem(free_params(4));
	start_thread(SIM_CLASS_NORMAL, 0, hold_for_50_us, PS(0));
	start_thread(SIM_CLASS_NORMAL, 1, writer, PS(1 * US));
	start_thread(SIM_CLASS_NORMAL, 2, reader, PS(20 * US));
	start_thread(SIM_CLASS_NORMAL, 3, reader, PS(30 * US));
	run_to_end();
	assert_note(1, 1, 50 * US);
	/* Both queued readers enter when the writer leaves. */
	assert_note(2, 2, 50 * US + HOLD);
	assert_note(3, 3, 50 * US + HOLD);
	sim_cpu_stats(1, &stats);
	assert_int_equal(stats.spin_ps, 10 * US + US / 2);
	class = class_of_sem();
	assert_int_equal(class->acquisitions, 4);
	assert_int_equal(class->contentions, 3);
	assert_int_equal(class->sleeps, 3);
	assert_true(class->wait->total == (49 + 30 + 20) * US + 2 * HOLD);
	assert_true(class->hold->total == 50 * US + 3 * HOLD);
	/* Two call sites waited: the writer's first. */
	assert_string_equal(class->sites[0].site->func, "writer");
	assert_int_equal(class->sites[0].wait_total_ps, 49 * US);
	assert_string_equal(class->sites[1].site->func, "reader");
	assert_int_equal(class->sites[1].contentions, 2);
	assert_int_equal(class->sites[1].wait_total_ps, 50 * US + 2 * HOLD);
}

static void once_a_writer_has_spun_in_vain_no_other_spins_behind_those_readers(void **state)
{
	struct sim_cpu_stats stats;

	make_sem(free_params(3));
	start_thread(SIM_CLASS_NORMAL, 0, hold_for_50_us, PS(0));
	start_thread(SIM_CLASS_NORMAL, 1, writer, PS(1 * US));
	start_thread(SIM_CLASS_NORMAL, 2, writer, PS(20 * US));
	run_to_end();
	sim_cpu_stats(2, &stats);
	assert_int_equal(stats.spin_ps, 0);
	assert_note(1, 1, 50 * US);
	assert_note(2, 2, 50 * US + HOLD);
}

static void real_time_writer_does_not_spin_behind_readers(void **state)
{
	struct sim_cpu_stats stats;

	make_sem(free_params(2));
	start_thread(SIM_CLASS_NORMAL, 0, hold_for_50_us, PS(0));
	start_thread(SIM_CLASS_RT, 1, writer, PS(100));
	run_to_end();
	assert_int_equal(class_of_sem()->sleeps, 1);
	sim_cpu_stats(1, &stats);
	assert_int_equal(stats.spin_ps, 0);
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

/* Asleep with it, so that nobody spins: who comes queues. */
static void sleep_with_it(void *arg)
{
	charge_and_settle((uintptr_t)arg);
	sim_down_write(sem, SIM_SITE_HERE);
	note(sim_cpu_id());
	sim_sleep_ps(10000);
	sim_up_write(sem);
}

static void queued_readers_enter_past_a_queued_writer(void **state)
{
	make_sem(free_params(4));
	start_thread(SIM_CLASS_NORMAL, 0, sleep_with_it, PS(0));
	start_thread(SIM_CLASS_NORMAL, 1, reader, PS(100));
	start_thread(SIM_CLASS_NORMAL, 2, writer, PS(200));
	start_thread(SIM_CLASS_NORMAL, 3, reader, PS(300));
	run_to_end();
	assert_note(1, 1, 10000);
	assert_note(2, 3, 10000);
	assert_note(3, 2, 10000 + HOLD);
}

static void reader_steals_from_a_writer_on_its_way(void **state)
{
	struct sim_cpu_params params = free_params(5);

	params.wakeup_ps = 2000;
	make_sem(params);
	/* All start at 2000; the sleeper releases it at 2000 + 10000 + 2000. */
	start_thread(SIM_CLASS_NORMAL, 0, sleep_with_it, PS(0));
	start_thread(SIM_CLASS_NORMAL, 1, writer, PS(100));
	start_thread(SIM_CLASS_NORMAL, 2, reader, PS(200));
	/* The writer is woken, there at 16000. */
	start_thread(SIM_CLASS_NORMAL, 3, reader, PS(12500));
	start_thread(SIM_CLASS_NORMAL, 4, reader, PS(12600));
	run_to_end();
	assert_note(1, 3, 14500);
	/* A second one may not: there are readers, and somebody waits. */
	assert_note(2, 1, 16000);
	assert_int_equal(seen.notes[3].what + seen.notes[4].what, 2 + 4);
	assert_int_equal(seen.notes[3].at_ps, 17000 + 2000);
	assert_int_equal(seen.notes[4].at_ps, 17000 + 2000);
}

static u32 nr_stolen;

static void thief(void *arg)
{
	while (nr_stolen) {
		sim_down_write(sem, SIM_SITE_HERE);
		note(sim_cpu_id());
		sim_sleep_ps(SIM_PS_PER_MS);
		sim_up_write(sem);
	}
}

static void patient(void *arg)
{
	charge_and_settle(100);
	sim_down_write(sem, SIM_SITE_HERE);
	note(sim_cpu_id());
	nr_stolen = 0;
	sim_up_write(sem);
}

static u64 turns_ps(u64 nr)
{
	return nr * (SIM_PS_PER_MS + 5000);
}

static void run_thief_and_patient(enum sim_class class)
{
	struct sim_cpu_params params = free_params(2);

	params.wakeup_ps = 5000;
	make_sem(params);
	nr_stolen = 1;
	start_thread(SIM_CLASS_NORMAL, 0, thief, NULL);
	start_thread(class, 1, patient, NULL);
	run_to_end();
}

/* Jiffies are 4 ms: it waits for the rest of one and another. */
static void writer_that_has_waited_for_two_jiffies_is_overtaken_no_more(void **state)
{
	run_thief_and_patient(SIM_CLASS_NORMAL);
	assert_note(8, 0, 5000 + turns_ps(8));
	/* Woken just after that, the patient asked for it. */
	assert_note(9, 1, 5000 + turns_ps(9) + 5000);
}

static void real_time_writer_is_not_overtaken_twice(void **state)
{
	run_thief_and_patient(SIM_CLASS_RT);
	/* It asks when it queues. */
	assert_note(1, 1, 5000 + turns_ps(1) + 5000);
}

static void reader_that_has_waited_for_two_jiffies_is_overtaken_no_more(void **state)
{
	struct sim_cpu_params params = free_params(3);

	/* The thief has it again before anyone who was woken is there. */
	params.wakeup_ps = 5000;
	make_sem(params);
	nr_stolen = 1;
	start_thread(SIM_CLASS_NORMAL, 0, thief, NULL);
	start_thread(SIM_CLASS_NORMAL, 1, reader, PS(100));
	start_thread(SIM_CLASS_NORMAL, 2, patient, PS(0));
	run_to_end();
	/* Readers are given it at the first release, before they are there. */
	assert_note(1, 1, 5000 + turns_ps(1) + 5000);
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
		MACHINE_TEST(readers_join_those_that_a_writer_spins_behind),
		MACHINE_TEST(writer_spins_behind_one_reader_for_10_us_and_then_makes_readers_wait),
		MACHINE_TEST(once_a_writer_has_spun_in_vain_no_other_spins_behind_those_readers),
		MACHINE_TEST(real_time_writer_does_not_spin_behind_readers),
		MACHINE_TEST(writers_spin_while_the_owner_runs),
		MACHINE_TEST(queued_readers_enter_past_a_queued_writer),
		MACHINE_TEST(reader_steals_from_a_writer_on_its_way),
		MACHINE_TEST(writer_that_has_waited_for_two_jiffies_is_overtaken_no_more),
		MACHINE_TEST(real_time_writer_is_not_overtaken_twice),
		MACHINE_TEST(reader_that_has_waited_for_two_jiffies_is_overtaken_no_more),
		MACHINE_TEST(trylocks_under_a_writer_fail_and_under_a_reader_share),
		MACHINE_TEST(read_lock_may_be_released_by_another_thread),
		MACHINE_TEST(releasing_what_is_not_held_is_a_bug),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
