/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the tests of sim/ share: machines with costs that are easy to add up, and
 * a way to see an assertion fail.
 *
 * A cmocka assertion jumps to the main stack, so code in a simulated thread
 * notes what it sees and the test function asserts afterwards.
 */
#ifndef TESTS_SIM_MACHINE_H
#define TESTS_SIM_MACHINE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/arena.h"
#include "sim/cpu.h"
#include "sim/event.h"
#include "sim/sim.h"
#include "sim/time.h"
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* Everything is free: what takes time is what the test charges. */
static inline struct sim_cpu_params free_params(u64 nr_cpus)
{
	return (struct sim_cpu_params){
		.nr_cpus = nr_cpus,
		.cluster_cpus = 4,
		.socket_cpus = 8,
		.slice_ps = 1000000,
	};
}

static inline void start_machine_of_seed(struct sim_cpu_params params, u64 seed)
{
	assert_int_equal(sim_init(seed, 0), 0);
	assert_int_equal(sim_cpus_init(&params), 0);
}

static inline void start_machine(struct sim_cpu_params params)
{
	start_machine_of_seed(params, 1);
}

/* Teardown of every test: a failed one must not leave its machine to the next. */
static inline int stop_machine(void **state)
{
	sim_finish();
	return 0;
}

static inline struct sim_thread *make_thread(enum sim_class class, int cpu, void (*fn)(void *),
					     void *arg)
{
	const struct sim_thread_attr attr = {.name = "test", .class = class, .cpu = cpu};
	struct sim_thread *thread = sim_thread_create(&attr, fn, arg);

	assert_non_null(thread);
	return thread;
}

/* A thread that starts at once (wakeup and switch cost apart). */
static inline struct sim_thread *start_thread(enum sim_class class, int cpu, void (*fn)(void *),
					      void *arg)
{
	struct sim_thread *thread = make_thread(class, cpu, fn, arg);

	sim_thread_wake(thread);
	return thread;
}

static inline void run_to_end(void)
{
	assert_int_equal(sim_run(SIM_TIME_NEVER), SIM_RUN_IDLE);
}

/* What threads saw, in order: a word of the test's and the time. */
struct note {
	u64 what;
	u64 at_ps;
};

struct notes {
	u32 nr;
	struct note notes[4096];
};

static struct notes seen;

static inline void note(u64 what)
{
	sim_assert(seen.nr < sizeof(seen.notes) / sizeof(seen.notes[0]));
	seen.notes[seen.nr++] = (struct note){what, sim_now_ps()};
}

static inline int forget_notes(void **state)
{
	seen.nr = 0;
	return 0;
}

static inline void assert_note(u32 index, u64 what, u64 at_ps)
{
	assert_true(index < seen.nr);
	assert_int_equal(seen.notes[index].what, what);
	assert_int_equal(seen.notes[index].at_ps, at_ps);
}

#define MACHINE_TEST(fn) cmocka_unit_test_setup_teardown(fn, forget_notes, stop_machine)

/* Does @fn abort, and say @words on standard error? */
static inline bool aborts_saying(void (*fn)(void), const char *words)
{
	static char said[65536];
	size_t nr = 0;
	ssize_t got;
	int status;
	int fds[2];
	pid_t child;

	if (pipe(fds))
		return false;
	fflush(stdout);
	fflush(stderr);
	child = fork();
	if (!child) {
		signal(SIGABRT, SIG_DFL);
		dup2(fds[1], STDERR_FILENO);
		close(fds[0]);
		fn();
		_exit(0);
	}
	close(fds[1]);
	while ((got = read(fds[0], said + nr, sizeof(said) - 1 - nr)) > 0)
		nr += got;
	said[nr] = 0;
	close(fds[0]);
	waitpid(child, &status, 0);
	if (strstr(said, words) && !(WIFEXITED(status) && !WEXITSTATUS(status)))
		return true;
	printf("said: %s\n", said);
	return false;
}

#endif
