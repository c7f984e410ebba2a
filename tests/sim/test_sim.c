// SPDX-License-Identifier: GPL-2.0-only
/*
 * The machine as a whole: started again it is the same machine, whatever the
 * host did meanwhile; another seed is another; errors and assertions.
 */
#include "machine.h"
#include "sim/lock.h"
#include "sim/rng.h"
#include "sim/trace.h"
#include <errno.h>
#include <stdlib.h>

struct state {
	struct sim_mutex mutex;
	struct sim_rwsem sem;
	struct sim_spinlock spin;
	struct sim_rng rng;
	u64 address_hash;
};

static struct state *shared;

static void busy_thread(void *arg)
{
	int i;

	for (i = 0; i < 200; i++) {
		void *block = sim_alloc(1 + sim_rng_below(&shared->rng, 3000));

		shared->address_hash = shared->address_hash * 31 + (uintptr_t)block;
		sim_charge(sim_rng_exp_ps(&shared->rng, 1000));
		sim_mutex_lock(&shared->mutex, SIM_SITE_HERE);
		sim_charge(sim_rng_exp_ps(&shared->rng, 300));
		if (i % 7 == 0)
			sim_sleep_ps(500);
		sim_mutex_unlock(&shared->mutex);
		sim_free(block);
		sim_down_read(&shared->sem, SIM_SITE_HERE);
		sim_spin_lock(&shared->spin, SIM_SITE_HERE);
		sim_charge(50);
		sim_spin_unlock(&shared->spin);
		sim_up_read(&shared->sem);
	}
}

struct result {
	u64 trace_hash, address_hash, end_ps, nr_events, nr_switches;
};

static struct result run_machine(u64 seed)
{
	struct sim_cpu_params params = free_params(8);
	struct result result;
	int i;

	params.wakeup_ps = 2000;
	params.line_cluster_ps = 20;
	params.line_socket_ps = 50;
	params.slice_ps = 5000;
	start_machine_of_seed(params, seed);
	shared = sim_alloc(sizeof(*shared));
	sim_mutex_init(&shared->mutex, "mutex");
	sim_rwsem_init(&shared->sem, "sem");
	sim_spinlock_init(&shared->spin, "spin");
	sim_rng_init(&shared->rng, sim_seed(), "load");
	for (i = 0; i < 12; i++)
		start_thread(i % 4 ? SIM_CLASS_NORMAL : SIM_CLASS_RT, -1, busy_thread, NULL);
	run_to_end();
	result = (struct result){sim_trace_hash(), shared->address_hash, sim_now_ps(),
				 sim_events_dispatched(), sim_switches()};
	sim_finish();
	return result;
}

static void restarted_machine_is_the_same(void **state)
{
	struct result first = run_machine(5), again;
	void *noise[50];
	int i;

	for (i = 0; i < 50; i++)
		noise[i] = malloc(1000 * i + 1);
	again = run_machine(5);
	for (i = 0; i < 50; i++)
		free(noise[i]);
	assert_memory_equal(&first, &again, sizeof(first));
	assert_true(first.nr_events > 1000);
}

static void another_process_runs_the_same_machine(void **state)
{
	struct result here = run_machine(5), there;
	int fds[2];
	pid_t child;

	assert_int_equal(pipe(fds), 0);
	child = fork();
	if (!child) {
		there = run_machine(5);
		_exit(write(fds[1], &there, sizeof(there)) != sizeof(there));
	}
	assert_int_equal(read(fds[0], &there, sizeof(there)), sizeof(there));
	waitpid(child, NULL, 0);
	assert_memory_equal(&here, &there, sizeof(here));
}

static void another_seed_is_another_machine(void **state)
{
	assert_int_not_equal(run_machine(5).trace_hash, run_machine(6).trace_hash);
}

static void a_second_machine_is_refused(void **state)
{
	assert_int_equal(sim_init(1, 0), 0);
	assert_int_equal(sim_init(2, 0), -EBUSY);
	assert_int_equal(sim_seed(), 1);
	sim_finish();
	sim_finish();
	assert_int_equal(sim_init(2, 0), 0);
	assert_int_equal(sim_seed(), 2);
	assert_int_equal(sim_now_ps(), 0);
}

static void small_arena_suffices_for_a_small_machine(void **state)
{
	struct sim_cpu_params params = free_params(2);

	assert_int_equal(sim_init(1, 32ULL << 20), 0);
	assert_int_equal(sim_cpus_init(&params), 0);
}

static void too_small_an_arena_is_no_memory(void **state)
{
	struct sim_cpu_params params = free_params(SIM_MAX_CPUS);

	assert_int_equal(sim_init(1, 2ULL << 20), 0);
	assert_int_equal(sim_cpus_init(&params), -ENOMEM);
	assert_int_equal(sim_init(1, 1ULL << 60), -EBUSY);
	sim_finish();
	assert_int_equal(sim_init(1, 1ULL << 60), -ENOMEM);
}

static void failing(void *arg)
{
	sim_charge(777);
	sim_settle();
	sim_assert(!"a bug");
}

static void fail_in_a_thread(void)
{
	start_machine_of_seed(free_params(2), 4711);
	start_thread(SIM_CLASS_NORMAL, 1, failing, NULL);
	sim_run(SIM_TIME_NEVER);
}

static void assertion_says_seed_time_event_and_thread(void **state)
{
	assert_true(aborts_saying(fail_in_a_thread, "assertion failed: !\"a bug\"\n"
						    "seed 4711, time 777 ps, event 1, CPU 1, "
						    "thread 1 test"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MACHINE_TEST(restarted_machine_is_the_same),
		MACHINE_TEST(another_process_runs_the_same_machine),
		MACHINE_TEST(another_seed_is_another_machine),
		MACHINE_TEST(a_second_machine_is_refused),
		MACHINE_TEST(small_arena_suffices_for_a_small_machine),
		MACHINE_TEST(too_small_an_arena_is_no_memory),
		MACHINE_TEST(assertion_says_seed_time_event_and_thread),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
