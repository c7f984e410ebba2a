/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A machine of eight CPUs (clusters of two, sockets of four) with the kernel
 * API, and tests that run as threads on it. Each cost is a different number, so
 * that a sum says what it is made of.
 */
#ifndef TESTS_KAPI_MACHINE_H
#define TESTS_KAPI_MACHINE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "kapi/debug.h"
#include "kapi/params.h"
#include "sim/arena.h"
#include "sim/cpu.h"
#include "sim/event.h"
#include "sim/sim.h"

#define NS SIM_PS_PER_NS

#define TEST_HIT_PS 1000ULL
#define TEST_CLUSTER_PS 20000ULL
#define TEST_SOCKET_PS 50000ULL
#define TEST_REMOTE_PS 120000ULL
#define TEST_MEMORY_PS 90000ULL
#define TEST_CALL_PS 3000ULL

static inline int machine_setup(void **state)
{
	static const struct sim_cpu_params cpu = {
		.nr_cpus = 8,
		.cluster_cpus = 2,
		.socket_cpus = 4,
		.line_hit_ps = TEST_HIT_PS,
		.line_cluster_ps = TEST_CLUSTER_PS,
		.line_socket_ps = TEST_SOCKET_PS,
		.line_remote_ps = TEST_REMOTE_PS,
		.line_memory_ps = TEST_MEMORY_PS,
		.atomic_ps = 7 * NS,
		.irq_entry_ps = 300 * NS,
		.irq_exit_ps = 200 * NS,
		.wake_call_ps = 400 * NS,
		.wakeup_ps = 1500 * NS,
		.switch_ps = 1000 * NS,
		.slice_ps = 3 * SIM_PS_PER_MS,
	};
	static const struct kapi_params kernel = {
		.call_ps = TEST_CALL_PS,
		.alloc_ps = 40 * NS,
		.free_ps = 30 * NS,
		.mmio_read_ps = 800 * NS,
		.mmio_write_ps = 150 * NS,
		.queue_work_ps = 100 * NS,
		.work_ps = 250 * NS,
		.relax_ps = 10 * NS,
		.rcu_gp_ps = 10 * SIM_PS_PER_US,
		.kthread_create_ps = 5 * SIM_PS_PER_US,
		.workqueue_shard_cpus = 3,
		.workqueue_strict = true,
		.workqueue_scope = KAPI_WORKQUEUE_SYSTEM,
	};

	(void)state;
	/* A failed assertion in a fiber cannot be jumped out of: print it and end. */
	setenv("CMOCKA_TEST_ABORT", "1", 1);
	if (sim_init(1, 0) || sim_cpus_init(&cpu) || kapi_init(&kernel))
		return -1;
	return 0;
}

static inline int machine_teardown(void **state)
{
	(void)state;
	kapi_finish();
	sim_finish();
	return 0;
}

/* Start @fn as a thread on CPU @cpu (-1: any); it runs when the machine does. */
static inline void machine_start(int cpu, void (*fn)(void *arg), void *arg)
{
	const struct sim_thread_attr attr = {.name = "test", .cpu = cpu};
	struct sim_thread *thread = sim_thread_create(&attr, fn, arg);

	assert_non_null(thread);
	sim_thread_wake(thread);
}

struct machine_run {
	void (*fn)(void *arg);
	void *arg;
	bool is_over;
};

static inline void machine_run_fn(void *arg)
{
	struct machine_run *run = arg;

	run->fn(run->arg);
	run->is_over = true;
}

/* Run @fn as a thread on CPU @cpu until nothing is left to happen; it must have come to its end. */
static inline void machine_run(int cpu, void (*fn)(void *arg), void *arg)
{
	struct machine_run run = {.fn = fn, .arg = arg};

	machine_start(cpu, machine_run_fn, &run);
	assert_int_equal(sim_run(SIM_TIME_NEVER), SIM_RUN_IDLE);
	assert_true(run.is_over);
}

/* What has been charged and has passed. */
static inline u64 machine_now_ps(void)
{
	sim_settle();
	return sim_now_ps();
}

#define TEST_ON_MACHINE(fn) cmocka_unit_test_setup_teardown(fn, machine_setup, machine_teardown)

#endif
