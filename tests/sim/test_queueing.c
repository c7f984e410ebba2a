// SPDX-License-Identifier: GPL-2.0-only
/*
 * The simulator against queueing theory: mean waiting times of M/M/1, M/D/1 and
 * M/M/c, made of what the simulator is made of, lie within their confidence
 * intervals, and the check is sharp enough to tell a wrong theory:
 *
 *  - a CPU's run queue as the server, real-time threads as customers;
 *  - a spinlock as the server, threads on CPUs of their own as customers;
 *  - c threads that take work from a wait queue.
 *
 * Each point is 20 runs of different seeds, 30,000 customers each after a
 * warm-up of 2,000; 20 independent means give the interval at 99.9 %.
 */
#include "machine.h"
#include "sim/lock.h"
#include "sim/rng.h"
#include <math.h>

#define NR_RUNS 20
#define NR_CUSTOMERS 30000
#define NR_WARM_UP 2000
#define T_19_999 3.883 /* Student's t, 19 degrees of freedom, two-sided 99.9 % */
#define SERVICE_PS 1000000ULL

struct model {
	u32 percent; /* utilisation of each server */
	u32 nr_servers;
	bool is_fixed_service;
	enum { RUN_QUEUE, SPINLOCK, WORKERS } server;
};

/* --- one run --- */

static const struct model *model;
static struct sim_rng arrivals, services;
static struct sim_event arrival;
static u32 nr_arrived;
static u64 nr_measured, nr_seen;
static double total_wait_ps;

static u64 draw_service_ps(void)
{
	return model->is_fixed_service ? SERVICE_PS : sim_rng_exp_ps(&services, SERVICE_PS);
}

static void measure(u64 arrived_ps)
{
	if (++nr_seen <= NR_WARM_UP)
		return;
	nr_measured++;
	total_wait_ps += sim_now_ps() - arrived_ps;
}

static void charge_and_settle(u64 ps)
{
	sim_charge(ps);
	sim_settle();
}

/* Customers that are threads: a pool of them, the idle ones in a list. */
struct customer {
	struct sim_thread *thread;
	struct customer *next_idle;
	u64 arrived_ps;
};

static struct customer *idle_customers;
static struct sim_spinlock lock;

static void be_served(struct customer *self)
{
	if (model->server == SPINLOCK)
		sim_spin_lock(&lock, SIM_SITE_HERE);
	measure(self->arrived_ps);
	charge_and_settle(draw_service_ps());
	if (model->server == SPINLOCK)
		sim_spin_unlock(&lock);
}

static void customer_main(void *arg)
{
	struct customer *self = arg;

	for (;;) {
		be_served(self);
		self->next_idle = idle_customers;
		idle_customers = self;
		sim_park();
	}
}

static void make_customers(u32 nr)
{
	u32 i;

	idle_customers = NULL;
	for (i = 0; i < nr; i++) {
		struct customer *customer = sim_alloc(sizeof(*customer));

		customer->thread = make_thread(SIM_CLASS_RT, model->server == SPINLOCK ? (int)i : 0,
					       customer_main, customer);
		customer->next_idle = idle_customers;
		idle_customers = customer;
	}
}

static void customer_arrives(void)
{
	struct customer *customer = idle_customers;

	sim_assert(customer); /* the queue was never that long with these seeds */
	idle_customers = customer->next_idle;
	customer->arrived_ps = sim_now_ps();
	sim_thread_wake(customer->thread);
}

/* Customers that are records in a ring, for worker threads. */
static u64 ring[4096];
static u32 ring_head, ring_tail;
static struct sim_waitq waitq;

static bool take_record(void *arg)
{
	if (ring_head == ring_tail)
		return false;
	measure(ring[ring_head++ % 4096]);
	return true;
}

static void worker_main(void *arg)
{
	for (;;) {
		sim_waitq_wait(&waitq, take_record, NULL, SIM_TIME_NEVER);
		charge_and_settle(draw_service_ps());
	}
}

static void record_arrives(void)
{
	sim_assert(ring_tail - ring_head < 4096);
	ring[ring_tail++ % 4096] = sim_now_ps();
	sim_waitq_wake(&waitq, 1);
}

static void arrive(struct sim_event *event)
{
	u64 mean_ps = SERVICE_PS * 100 / (model->percent * model->nr_servers);

	if (model->server == WORKERS)
		record_arrives();
	else
		customer_arrives();
	if (++nr_arrived < NR_WARM_UP + NR_CUSTOMERS)
		sim_event_schedule(event, sim_now_ps() + sim_rng_exp_ps(&arrivals, mean_ps));
}

static void make_servers(void)
{
	u32 i;

	sim_spinlock_init(&lock, "server");
	sim_waitq_init(&waitq);
	ring_head = ring_tail = 0;
	if (model->server == WORKERS)
		for (i = 0; i < model->nr_servers; i++)
			start_thread(SIM_CLASS_RT, i, worker_main, NULL);
	else
		make_customers(model->server == SPINLOCK ? SIM_MAX_CPUS : 400);
}

static double mean_wait_of_run(u64 seed)
{
	start_machine_of_seed(free_params(model->server == SPINLOCK ? SIM_MAX_CPUS : 16), seed);
	sim_rng_init(&arrivals, seed, "arrivals");
	sim_rng_init(&services, seed, "services");
	nr_arrived = nr_measured = nr_seen = 0;
	total_wait_ps = 0;
	make_servers();
	sim_event_init(&arrival, arrive);
	sim_event_schedule(&arrival, sim_rng_exp_ps(&arrivals, SERVICE_PS));
	run_to_end();
	assert_int_equal(nr_measured, NR_CUSTOMERS);
	sim_finish();
	return total_wait_ps / nr_measured;
}

/* --- many runs --- */

struct interval {
	double mean, half_width;
};

static struct interval simulate(const struct model *which)
{
	double mean[NR_RUNS], sum = 0, squares = 0;
	struct interval interval;
	int i;

	model = which;
	for (i = 0; i < NR_RUNS; i++) {
		mean[i] = mean_wait_of_run(i + 1) / SERVICE_PS;
		sum += mean[i];
	}
	interval.mean = sum / NR_RUNS;
	for (i = 0; i < NR_RUNS; i++)
		squares += (mean[i] - interval.mean) * (mean[i] - interval.mean);
	interval.half_width = T_19_999 * sqrt(squares / (NR_RUNS - 1) / NR_RUNS);
	return interval;
}

/* --- theory, in units of the mean service time --- */

static double mm1(double rho)
{
	return rho / (1 - rho);
}

static double md1(double rho)
{
	return rho / (2 * (1 - rho));
}

/* Erlang's C by the recursion of his B. */
static double mmc(double rho, u32 c)
{
	double load = rho * c, blocked = 1;
	u32 i;

	for (i = 1; i <= c; i++)
		blocked = load * blocked / (i + load * blocked);
	return blocked / (1 - rho * (1 - blocked)) / (c * (1 - rho));
}

static bool agrees(struct interval interval, double theory)
{
	return fabs(interval.mean - theory) <= interval.half_width;
}

/* Agreement counts only if the interval is narrow. */
static void assert_agrees(const struct model *which, double theory)
{
	struct interval interval = simulate(which);

	print_message("utilisation %u %%, %u servers: wait %.4f +- %.4f, theory %.4f\n",
		      which->percent, which->nr_servers, interval.mean, interval.half_width,
		      theory);
	assert_true(interval.half_width < 0.08 * theory);
	assert_true(agrees(interval, theory));
}

static void run_queue_is_mm1(void **state)
{
	assert_agrees(&(struct model){50, 1, false, RUN_QUEUE}, mm1(0.5));
	assert_agrees(&(struct model){80, 1, false, RUN_QUEUE}, mm1(0.8));
}

static void run_queue_with_fixed_service_is_md1(void **state)
{
	assert_agrees(&(struct model){50, 1, true, RUN_QUEUE}, md1(0.5));
	assert_agrees(&(struct model){80, 1, true, RUN_QUEUE}, md1(0.8));
}

static void spinlock_is_mm1(void **state)
{
	assert_agrees(&(struct model){50, 1, false, SPINLOCK}, mm1(0.5));
	assert_agrees(&(struct model){75, 1, false, SPINLOCK}, mm1(0.75));
}

static void spinlock_with_fixed_hold_is_md1(void **state)
{
	assert_agrees(&(struct model){60, 1, true, SPINLOCK}, md1(0.6));
	assert_agrees(&(struct model){80, 1, true, SPINLOCK}, md1(0.8));
}

static void worker_threads_are_mmc(void **state)
{
	assert_agrees(&(struct model){60, 2, false, WORKERS}, mmc(0.6, 2));
	assert_agrees(&(struct model){80, 2, false, WORKERS}, mmc(0.8, 2));
	assert_agrees(&(struct model){70, 4, false, WORKERS}, mmc(0.7, 4));
	assert_agrees(&(struct model){80, 4, false, WORKERS}, mmc(0.8, 4));
}

static void theory_agrees_with_itself(void **state)
{
	assert_true(fabs(mmc(0.7, 1) - mm1(0.7)) < 1e-12);
	/* Two servers: rho^2 / (1 - rho^2). */
	assert_true(fabs(mmc(0.8, 2) - 0.64 / 0.36) < 1e-12);
}

/* The check can fail: each of these theories is wrong, one of them by a little. */
static void a_wrong_theory_is_refused(void **state)
{
	struct interval two = simulate(&(struct model){80, 2, false, WORKERS});
	struct interval fixed = simulate(&(struct model){80, 1, true, RUN_QUEUE});
	struct interval one = simulate(&(struct model){80, 1, false, RUN_QUEUE});

	assert_false(agrees(two, mmc(0.8, 3)));
	assert_false(agrees(two, mm1(0.8)));
	assert_false(agrees(fixed, mm1(0.8)));
	assert_false(agrees(one, mm1(0.78)));
	assert_false(agrees(one, mm1(0.82)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MACHINE_TEST(theory_agrees_with_itself),
		MACHINE_TEST(run_queue_is_mm1),
		MACHINE_TEST(run_queue_with_fixed_service_is_md1),
		MACHINE_TEST(spinlock_is_mm1),
		MACHINE_TEST(spinlock_with_fixed_hold_is_md1),
		MACHINE_TEST(worker_threads_are_mmc),
		MACHINE_TEST(a_wrong_theory_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
