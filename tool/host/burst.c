// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bursts: threads that begin together and end together. The threads wait for
 * the word that lets them go, so making them is not in the time.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <time.h>

#include "tool/host/internal.h"

enum { HOST_WAIT, HOST_GO, HOST_OVER };

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

static void set_phase(u64 to)
{
	__atomic_store_n(&phase.value, to, __ATOMIC_SEQ_CST);
}

/* All threads are there. */
static void let_run(struct host_burst *burst, const pthread_t *handles)
{
	double from_ns;

	while (__atomic_load_n(&nr_ready.value, __ATOMIC_SEQ_CST) < burst->nr_threads)
		host_sleep_us(50);
	from_ns = host_now_ns();
	set_phase(HOST_GO);
	if (burst->us) {
		host_sleep_us(burst->us);
		set_phase(HOST_OVER);
		burst->elapsed_ns = host_now_ns() - from_ns;
	}
	for (u32 i = 0; i < burst->nr_threads; i++)
		pthread_join(handles[i], NULL);
	if (!burst->us)
		burst->elapsed_ns = host_now_ns() - from_ns;
}

int host_burst(struct host_burst *burst)
{
	struct host_thread threads[HOST_MAX_CPUS];
	pthread_t handles[HOST_MAX_CPUS];
	u32 nr = 0;
	int err = 0;

	set_phase(HOST_WAIT);
	nr_ready.value = 0;
	for (; nr < burst->nr_threads && !err; nr++) {
		threads[nr] = (struct host_thread){.index = nr, .burst = burst};
		err = start_thread(&handles[nr], &threads[nr]);
	}
	if (err) {
		set_phase(HOST_OVER);
		for (u32 i = 0; i + 1 < nr; i++)
			pthread_join(handles[i], NULL);
		return err;
	}
	let_run(burst, handles);
	burst->nr_done = 0;
	for (u32 i = 0; i < nr; i++)
		burst->nr_done += threads[i].nr_done;
	host_sleep_us((u32)(burst->elapsed_ns / 1000) + 100);
	return 0;
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
