// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bursts: threads that begin together and end together. The threads wait for
 * the word that lets them go, so making them is not in the time.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <time.h>

#include "tool/host/internal.h"

enum { HOST_WAIT, HOST_GO, HOST_OVER };

/* Threads begin within microseconds, and no burst is to take more than some milliseconds. */
#define BURST_LIMIT_NS 5e8

static struct host_word phase, nr_ready;

double host_now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1e9 + now.tv_nsec;
}

void host_sleep_us(u32 us)
{
	const struct timespec span = {us / 1000000, us % 1000000 * 1000L};

	nanosleep(&span, NULL);
}

bool host_is_over(void)
{
	return __atomic_load_n(&phase.value, __ATOMIC_RELAXED) == HOST_OVER;
}

static void *run_thread(void *arg)
{
	struct host_thread *thread = arg;

	__atomic_fetch_add(&nr_ready.value, 1, __ATOMIC_SEQ_CST);
	while (__atomic_load_n(&phase.value, __ATOMIC_ACQUIRE) == HOST_WAIT)
		host_relax();
	if (!host_is_over())
		thread->burst->work(thread);
	return NULL;
}

/* Bound to its CPU before its first instruction. 0 or -errno. */
static int start_thread(pthread_t *handle, struct host_thread *thread)
{
	const struct host_machine *machine = thread->burst->machine;
	const struct sched_param param = {.sched_priority = machine->is_realtime ? HOST_PRIORITY
										 : 0};
	u32 number = thread->burst->first + thread->index * thread->burst->step;
	pthread_attr_t attr;
	cpu_set_t set;
	int err;

	CPU_ZERO(&set);
	CPU_SET(machine->cpus[number % machine->nr_cpus], &set);
	pthread_attr_init(&attr);
	pthread_attr_setaffinity_np(&attr, sizeof(set), &set);
	pthread_attr_setinheritsched(&attr, PTHREAD_EXPLICIT_SCHED);
	pthread_attr_setschedpolicy(&attr, machine->is_realtime ? SCHED_FIFO : SCHED_OTHER);
	pthread_attr_setschedparam(&attr, &param);
	err = pthread_create(handle, &attr, run_thread, thread);
	pthread_attr_destroy(&attr);
	return -err;
}

/* Ends threads that wait in vain, too. */
static void join(const pthread_t *handles, u32 nr)
{
	for (u32 i = 0; i < nr; i++)
		pthread_join(handles[i], NULL);
}

static void set_phase(u64 to)
{
	__atomic_store_n(&phase.value, to, __ATOMIC_SEQ_CST);
}

static bool all_ready(const struct host_burst *burst)
{
	return __atomic_load_n(&nr_ready.value, __ATOMIC_SEQ_CST) >= burst->nr_threads;
}

/* Have all threads come to their end by then? */
static bool join_until(const struct host_burst *burst, const pthread_t *handles, double until_ns)
{
	const struct timespec until = {(time_t)(until_ns / 1e9), (long)fmod(until_ns, 1e9)};

	for (u32 i = 0; i < burst->nr_threads; i++) {
		if (pthread_clockjoin_np(handles[i], NULL, CLOCK_MONOTONIC, &until)) {
			set_phase(HOST_OVER);
			join(handles + i, burst->nr_threads - i);
			return false;
		}
	}
	return true;
}

/* All threads have been made. 0, or -EAGAIN: they have been called off. */
static int let_run(struct host_burst *burst, const pthread_t *handles)
{
	double from_ns = host_now_ns(), until_ns = from_ns + BURST_LIMIT_NS;
	bool is_whole;

	while (!all_ready(burst) && host_now_ns() < until_ns)
		host_sleep_us(50);
	is_whole = all_ready(burst);
	from_ns = host_now_ns();
	set_phase(is_whole ? HOST_GO : HOST_OVER);
	if (is_whole && burst->us)
		host_sleep_us(burst->us);
	if (burst->us)
		set_phase(HOST_OVER);
	burst->elapsed_ns = host_now_ns() - from_ns;
	/* Who is not real-time keeps nobody off, and may take longer on a busy machine. */
	until_ns = burst->machine->is_realtime ? from_ns + BURST_LIMIT_NS
					       : burst->machine->until_ns;
	is_whole &= join_until(burst, handles, until_ns);
	if (!burst->us)
		burst->elapsed_ns = host_now_ns() - from_ns;
	return is_whole ? 0 : -EAGAIN;
}

static int try_burst(struct host_burst *burst, struct host_thread *threads)
{
	pthread_t handles[HOST_MAX_CPUS];
	double from_ns = host_now_ns();
	int err = 0;

	set_phase(HOST_WAIT);
	nr_ready.value = 0;
	for (u32 i = 0; i < burst->nr_threads; i++) {
		threads[i] = (struct host_thread){.index = i, .burst = burst};
		err = start_thread(&handles[i], &threads[i]);
		if (err) {
			set_phase(HOST_OVER);
			join(handles, i);
			return err;
		}
	}
	err = let_run(burst, handles);
	host_sleep_us((u32)((err ? host_now_ns() - from_ns : burst->elapsed_ns) / 1000) + 100);
	return err;
}

int host_burst(struct host_burst *burst)
{
	const struct host_machine *machine = burst->machine;
	struct host_thread threads[HOST_MAX_CPUS] = {0};
	int err = -EAGAIN;

	while (err == -EAGAIN) {
		if (machine->is_stopped && machine->is_stopped())
			return -EINTR;
		if (host_now_ns() >= machine->until_ns)
			return -ETIME;
		if (burst->prepare)
			burst->prepare(burst);
		err = try_burst(burst, threads);
	}
	burst->nr_done = 0;
	for (u32 i = 0; i < burst->nr_threads && !err; i++)
		burst->nr_done += threads[i].nr_done;
	return err;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

struct host_spread host_spread(double *values, u32 nr)
{
	qsort(values, nr, sizeof(*values), compare);
	return (struct host_spread){values[nr / 2], values[nr / 4], values[nr - 1 - nr / 4], nr};
}
