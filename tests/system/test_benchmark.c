// SPDX-License-Identifier: GPL-2.0-only
/*
 * Benchmarks, and where interrupts go. Claims: every thread does its iterations and the
 * numbers say so, with one CPU and with many, in any scope of the workqueue's pools; a run
 * without a benchmark has none of its numbers; the machine is taken down as after any
 * run; one pool is slower than many; the same seed gives the same trace. A thread that sleeps is
 * as late as the costs of its wake-up add up to, and by preemption model as was published.
 */
#include <errno.h>

#include "system/machine/internal.h"
#include "tests/system/run_workload.h"

#define WORKQUEUE "workloads/workqueue.yaml"

static u64 expected_iterations;

/* What was counted is what was asked for. */
static void look_at_numbers(const struct sys_result *result)
{
	u64 rate = sys_result_number(result, "items_per_s");

	assert_non_null(result->benchmark);
	assert_int_equal(sys_result_number(result, "queue_work_ns.count"), expected_iterations);
	/* The clock of the machine runs a little longer: until the queue is destroyed. */
	assert_in_range(rate * (unsigned __int128)result->simulated_ps / SIM_PS_PER_S,
			expected_iterations, expected_iterations + expected_iterations / 5 + 2);
	assert_int_equal(result->all.dma.accesses, 0);
	assert_int_equal(result->throughput_bytes_per_s, 0);
	assert_int_equal(sys_machine_shutdown(run_machine, NULL), 0);
	assert_int_equal(sys_machine_held(run_machine).present_pages, 0);
}

static u64 rate_of(const char *scope, const char *cpus, const char *threads, u64 nr_threads)
{
	char scope_setting[64], cpus_setting[64], threads_setting[64];
	const char *settings[] = {scope_setting, cpus_setting, threads_setting,
				  "benchmark.iterations=40", NULL};

	snprintf(scope_setting, sizeof(scope_setting), "kernel.workqueue_scope=%s", scope);
	snprintf(cpus_setting, sizeof(cpus_setting), "machine.cpus=%s", cpus);
	snprintf(threads_setting, sizeof(threads_setting), "benchmark.threads=%s", threads);
	expected_iterations = nr_threads * 40;
	return expected_iterations * SIM_PS_PER_S /
	       run_workload(WORKQUEUE, settings, look_at_numbers).simulated_ps;
}

static void every_thread_does_its_iterations(void **state)
{
	rate_of("cache", "1", "0", 1);
	rate_of("cache", "1", "3", 3);
	rate_of("cache", "8", "0", 8);
	rate_of("cache", "8", "20", 20);
	rate_of("cpu", "8", "4", 4);
	rate_of("cache_shard", "20", "0", 20);
	rate_of("smt", "20", "0", 20);
	rate_of("numa", "20", "0", 20);
	rate_of("system", "20", "0", 20);
}

static void one_pool_is_slower_than_many(void **state)
{
	assert_true(rate_of("cache_shard", "48", "0", 48) > 2 * rate_of("cache", "48", "0", 48));
}

static void look_at_none(const struct sys_result *result)
{
	assert_null(result->benchmark);
	assert_int_equal(sys_result_number(result, "items_per_s"), 0);
	assert_true(result->all.dma.accesses > 0);
}

static void without_benchmark_it_is_a_workload(void **state)
{
	const char *settings[] = {"benchmark.kind=none", "workload.messages=1", NULL};

	run_workload(WORKQUEUE, settings, look_at_none);
}

static void same_seed_same_trace(void **state)
{
	const char *settings[] = {"benchmark.iterations=20", NULL};
	struct run_summary one = run_workload(WORKQUEUE, settings, NULL);
	struct run_summary two = run_workload(WORKQUEUE, settings, NULL);

	assert_int_equal(one.trace_hash, two.trace_hash);
	assert_int_equal(one.simulated_ps, two.simulated_ps);
}

/* --- memory --- */

static u64 page_ps;

static void look_at_pins(const struct sys_result *result)
{
	page_ps = sys_result_number(result, "pinned_page_ns");
	assert_int_equal(sys_result_number(result, "mm.minor_faults"), 1024);
	assert_int_equal(sys_machine_shutdown(run_machine, NULL), 0);
	assert_int_equal(sys_machine_held(run_machine).pinned_pages, 0);
	assert_int_equal(sys_machine_held(run_machine).present_pages, 0);
}

static u64 pinned_page_ps(const char *setting)
{
	const char *settings[] = {"benchmark.run_pages=512", "benchmark.iterations=2", setting,
				  NULL};

	run_workload("workloads/memory.yaml", settings, look_at_pins);
	return page_ps;
}

/* A page at a time: 512 times the call, and mmap_lock, and no more for the page. */
static void a_batch_of_pins_shares_the_call(void **state)
{
	u64 together = pinned_page_ps(NULL), alone = pinned_page_ps("handler.pin_batch=1");

	assert_in_range(alone - together, 58 * SIM_PS_PER_NS, 120 * SIM_PS_PER_NS);
	assert_in_range(pinned_page_ps("host.pin_call=0ns"), together - 58 * SIM_PS_PER_NS / 256,
			together);
}

static void what_does_not_fit_the_mapping_is_refused(void **state)
{
	const char *settings[] = {"benchmark.iterations=2", NULL};
	struct wl_workload *workload = load_workload("workloads/memory.yaml", settings);
	char message[TEXT_MESSAGE_MAX] = "";

	assert_int_equal(sys_config_check(&workload->config, message, sizeof(message)), -EINVAL);
	assert_non_null(strstr(message, "first mapping"));
	free_workload(workload);
}

/* --- cyclic --- */

#define WAKEUP "workloads/wakeup.yaml"
#define NR_QUANTILES 5

static const char *const quantiles[NR_QUANTILES] = {
	"wake_latency_ns.p25", "wake_latency_ns.p50", "wake_latency_ns.p75",
	"wake_latency_ns.p90", "wake_latency_ns.p99",
};

static u64 late_ps[NR_QUANTILES], least_ps, most_ps, nr_wakeups;

static void look_how_late(const struct sys_result *result)
{
	for (u32 i = 0; i < NR_QUANTILES; i++)
		late_ps[i] = sys_result_number(result, quantiles[i]);
	least_ps = sys_result_number(result, "wake_latency_ns.min");
	most_ps = sys_result_number(result, "wake_latency_ns.max");
	nr_wakeups = sys_result_number(result, "wake_latency_ns.count");
}

/* Interrupt, timer, waking, the longer of the interrupt's exit and the wake-up, switch. */
static void quiet_thread_is_as_late_as_its_costs(void **state)
{
	const char *settings[] = {"load.threads_per_cpu=0", "benchmark.iterations=50",
				  "cpu.irq_entry=500ns",    "kernel.hrtimer=2000ns",
				  "cpu.wake_call=300ns",    "cpu.irq_exit=200ns",
				  "cpu.wakeup=1000ns",	    "cpu.switch=400ns",
				  "benchmark.threads=2",    NULL};

	run_workload(WAKEUP, settings, look_how_late);
	assert_int_equal(nr_wakeups, 2 * 50);
	assert_int_equal(least_ps, (500 + 2000 + 300 + 1000 + 400) * SIM_PS_PER_NS);
	assert_int_equal(most_ps, least_ps);
}

/* Quantile by quantile; published, linux-kernel 2024: rows of full, voluntary, none. */
static void preemption_models_rank_as_published(void **state)
{
	static const char *const models[] = {"full", "voluntary", "none"};
	u64 late[3][NR_QUANTILES];

	for (u32 i = 0; i < 3; i++) {
		char preempt[40];
		const char *settings[] = {preempt, "benchmark.iterations=5000", NULL};

		snprintf(preempt, sizeof(preempt), "kernel.preempt=%s", models[i]);
		run_workload(WAKEUP, settings, look_how_late);
		memcpy(late[i], late_ps, sizeof(late_ps));
	}
	for (u32 q = 1; q < NR_QUANTILES; q++) {
		assert_true(late[0][q] < late[1][q]);
		assert_true(late[0][q] < late[2][q]);
	}
	/* Its points come too late for the middle, and cut the tail. */
	assert_in_range(late[1][1] * 100 / late[2][1], 85, 110);
	assert_true(late[1][4] * 10 < late[2][4] * 9);
}

/* --- where interrupts go --- */

static void interrupts_go_where_they_were_placed(void **state)
{
	static struct sys_config config;

	wl_config_defaults(&config);
	config.machine.nr_cpus = 64;
	config.machine.nr_iommus = 8;
	config.machine.first_irq_cpu = 3;
	for (u32 i = 0; i < 8; i++) {
		config.irq_placement = SYS_IRQ_CONSECUTIVE;
		assert_int_equal(sys_config_irq_cpu(&config, i), 3 + i);
		config.irq_placement = SYS_IRQ_SPREAD;
		assert_int_equal(sys_config_irq_cpu(&config, i), 3 + 8 * i);
		config.irq_placement = SYS_IRQ_ONE_CPU;
		assert_int_equal(sys_config_irq_cpu(&config, i), 3);
	}
	/* More IOMMUs than CPUs go round. */
	config.machine.nr_cpus = 4;
	config.irq_placement = SYS_IRQ_CONSECUTIVE;
	assert_int_equal(sys_config_irq_cpu(&config, 5), 0);
	config.irq_placement = SYS_IRQ_SPREAD;
	assert_int_equal(sys_config_irq_cpu(&config, 5), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_thread_does_its_iterations),
		cmocka_unit_test(one_pool_is_slower_than_many),
		cmocka_unit_test(without_benchmark_it_is_a_workload),
		cmocka_unit_test(same_seed_same_trace),
		cmocka_unit_test(a_batch_of_pins_shares_the_call),
		cmocka_unit_test(what_does_not_fit_the_mapping_is_refused),
		cmocka_unit_test(quiet_thread_is_as_late_as_its_costs),
		cmocka_unit_test(preemption_models_rank_as_published),
		cmocka_unit_test(interrupts_go_where_they_were_placed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
