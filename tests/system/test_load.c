// SPDX-License-Identifier: GPL-2.0-only
/*
 * Background load. Claims: the run ends with the measured work, and the machine
 * is taken down as after any run; the load's time is counted apart and comes to
 * what it should; a fault waits for it as long as the preemption model lets it;
 * pinning makes room at each page without preemption; a worker, which is a normal thread, waits for
 * the load's slice unless it may preempt it; interrupts come at their rate; the same seed gives the
 * same trace.
 */
#include <stdio.h>

#include <linux/mm.h>
#include <linux/mmap_lock.h>

#include "sim/cpu.h"
#include "sim/event.h"
#include "sim/time.h"
#include "system/machine/internal.h"
#include "tests/system/run_workload.h"

#define WORKLOAD "workloads/uadk-vfio.yaml"
#define SMALL "machine.cpus=4", "workload.messages=64"
#define LOAD "load.threads_per_cpu=1", "load.user_section=20us", "load.kernel_section=60us"

struct seen {
	u64 mean_ps, load_ps, idle_ps, elapsed_ps, irqs;
	u64 trace_hash;
};

static struct seen seen;

static void look(const struct sys_result *result)
{
	seen = (struct seen){
		.mean_ps = sim_hist_mean(result->latency),
		.load_ps = sys_result_number(result, "run.load_ns"),
		.elapsed_ps = result->simulated_ps,
		.trace_hash = result->trace_hash,
	};
	for (u32 i = 0; i < result->nr_cpus; i++) {
		seen.idle_ps += result->cpus[i].idle_ps;
		seen.irqs += result->cpus[i].irqs;
	}
	assert_int_equal(sys_machine_shutdown(run_machine, NULL), 0);
	assert_int_equal(sys_machine_held(run_machine).present_pages, 0);
}

static struct seen run_with(const char *const *settings)
{
	run_workload(WORKLOAD, settings, look);
	return seen;
}

static void without_load_there_is_none(void **state)
{
	const char *settings[] = {SMALL, NULL};

	assert_int_equal(run_with(settings).load_ps, 0);
}

/* Four CPUs that are never idle: what is not the load's is what the faults take. */
static void load_fills_its_cpus(void **state)
{
	const char *settings[] = {SMALL, LOAD, NULL}, *quiet[] = {SMALL, NULL};
	struct seen with = run_with(settings), without = run_with(quiet);

	assert_in_range(with.load_ps, 3 * with.elapsed_ps, 4 * with.elapsed_ps);
	assert_true(with.idle_ps < without.idle_ps);
	assert_true(with.mean_ps > 0);
}

static void load_may_be_on_some_cpus_only(void **state)
{
	const char *settings[] = {SMALL, LOAD, "load.first_cpu=2", "load.cpus=1", NULL};
	struct seen with = run_with(settings);

	assert_in_range(with.load_ps, with.elapsed_ps * 9 / 10, with.elapsed_ps);
}

static void sleeping_load_leaves_time(void **state)
{
	const char *settings[] = {SMALL, LOAD, "load.sleep=240us", "load.first_cpu=1", NULL};
	struct seen with = run_with(settings);

	/* 80 of 320 us, on three CPUs, each from somewhere in its first round on. */
	assert_in_range(with.load_ps * 100 / (3 * with.elapsed_ps), 15, 35);
}

static u64 mean_of(const char *model)
{
	char preempt[40];
	/* Faults that are far from each other find the load anywhere. */
	const char *settings[] = {"machine.cpus=4",
				  LOAD,
				  preempt,
				  "workload.generator=sequential",
				  "workload.accesses=2000",
				  "workload.footprint=8000KiB",
				  "workload.interval=500us",
				  "workload.poisson=true",
				  "load.might_sleep_every=20us",
				  "load.atomic_per_mille=100",
				  NULL};

	snprintf(preempt, sizeof(preempt), "kernel.preempt=%s", model);
	return run_with(settings).mean_ps;
}

/* Each fault has one wake-up into the load: 3/4 of it in the kernel, 30 us on average to its end.
 */
static void faults_wait_as_the_model_says(void **state)
{
	u64 full_ps = mean_of("full"), voluntary_ps = mean_of("voluntary"),
	    none_ps = mean_of("none");

	assert_true(full_ps < voluntary_ps && voluntary_ps < none_ps);
	assert_in_range(none_ps - full_ps, 15 * SIM_PS_PER_US, 30 * SIM_PS_PER_US);
	assert_in_range(voluntary_ps - full_ps, 4 * SIM_PS_PER_US, 10 * SIM_PS_PER_US);
}

static u64 mean_of_sva(const char *wakeup_preemption)
{
	const char *settings[] = {"machine.cpus=4", "workload.messages=64", LOAD, wakeup_preemption,
				  NULL};

	run_workload("workloads/uadk-sva.yaml", settings, look);
	return seen.mean_ps;
}

/* A slice is 3 ms. */
static void woken_worker_preempts_the_load_if_it_may(void **state)
{
	assert_true(mean_of_sva("kernel.wakeup_preemption=false") > 500 * SIM_PS_PER_US);
	assert_true(mean_of_sva("kernel.wakeup_preemption=true") < 50 * SIM_PS_PER_US);
}

static void interrupts_come_at_their_rate(void **state)
{
	const char *settings[] = {SMALL, "load.interrupt_interval=20us", "load.interrupt=1us",
				  "load.softirq=2us", NULL};
	const char *quiet[] = {SMALL, NULL};
	struct seen with = run_with(settings), without = run_with(quiet);
	u64 expected = 4 * with.elapsed_ps / (20 * SIM_PS_PER_US);

	assert_in_range(with.irqs - without.irqs, expected * 8 / 10, expected * 12 / 10);
	assert_in_range(with.load_ps / (3 * SIM_PS_PER_US), expected * 8 / 10, expected * 12 / 10);
}

/* --- pinning makes room from page to page --- */

#define NR_PINNED 64

struct waker {
	struct sim_event event;
	struct sim_thread *thread;
};

static u64 woken_ps, began_ps, pinned_ps;
static long nr_pinned;

static void begin_rt(void *arg)
{
	began_ps = sim_now_ps();
}

static void wake_rt(struct sim_event *event)
{
	woken_ps = sim_now_ps();
	sim_thread_wake(((struct waker *)event)->thread);
}

/* A microsecond a page; woken in the middle of one. */
static void pin_pages(void *arg)
{
	const struct sim_thread_attr attr = {.name = "rt", .class = SIM_CLASS_RT, .cpu = 1};
	struct mm_struct *mm = run_machine->spaces[0].mm;
	struct page *pages[NR_PINNED];
	struct waker waker = {.thread = sim_thread_create(&attr, begin_rt, NULL)};

	mmap_read_lock(mm);
	sim_settle();
	sim_event_init(&waker.event, wake_rt);
	sim_event_schedule(&waker.event, sim_now_ps() + 20500 * SIM_PS_PER_NS);
	nr_pinned = pin_user_pages_remote(mm, run_machine->config->mappings[0].iova, NR_PINNED, 0,
					  pages, NULL, NULL);
	sim_settle();
	pinned_ps = sim_now_ps();
	mmap_read_unlock(mm);
	unpin_user_pages(pages, nr_pinned);
}

static void look_at_pinning(const struct sys_result *result)
{
	const struct sim_thread_attr attr = {.name = "pins", .cpu = 1};

	sim_thread_wake(sim_thread_create(&attr, pin_pages, NULL));
	sim_run(sim_now_ps() + SIM_PS_PER_MS);
	assert_int_equal(nr_pinned, NR_PINNED);
	assert_true(pinned_ps > began_ps + 30 * SIM_PS_PER_US);
	assert_in_range(began_ps - woken_ps, 1, 2 * SIM_PS_PER_US);
}

static void pinning_makes_room_at_each_page(void **state)
{
	const char *settings[] = {SMALL, "kernel.preempt=none", "host.pin=1us", NULL};

	run_workload(WORKLOAD, settings, look_at_pinning);
}

static void same_seed_same_trace(void **state)
{
	const char *settings[] = {SMALL, LOAD, "load.interrupt_interval=50us", NULL};
	u64 hash = run_with(settings).trace_hash;

	assert_int_equal(run_with(settings).trace_hash, hash);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_load_there_is_none),
		cmocka_unit_test(load_fills_its_cpus),
		cmocka_unit_test(load_may_be_on_some_cpus_only),
		cmocka_unit_test(sleeping_load_leaves_time),
		cmocka_unit_test(faults_wait_as_the_model_says),
		cmocka_unit_test(woken_worker_preempts_the_load_if_it_may),
		cmocka_unit_test(interrupts_come_at_their_rate),
		cmocka_unit_test(pinning_makes_room_at_each_page),
		cmocka_unit_test(same_seed_same_trace),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
