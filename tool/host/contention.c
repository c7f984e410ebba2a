// SPDX-License-Identifier: GPL-2.0-only
/* Contention on real lines: see contention.h. */
#include "tool/host/contention.h"

#include <errno.h>
#include <string.h>

#include "tool/host/locks.h"

const char *const contention_lock_names[CONTENTION_NR_LOCKS] = {"fetch_add", "rwsem-read",
								"spinlock", "mutex"};

#define EMPTY_BURSTS 1000

static struct {
	const struct host_contention *what;
	struct host_word count; /* what is added to, or a rwsem's count of readers */
	struct host_word data;	/* what the locks are for */
	struct host_spinlock spinlock;
	struct host_mutex mutex;
	double loop_ns[HOST_MAX_CPUS];
} arena;

static void finish(struct host_thread *thread, u64 nr_done)
{
	thread->nr_done = nr_done;
	arena.loop_ns[thread->index] = host_time_loop();
}

static inline void in_section(const struct host_contention *what)
{
	__atomic_store_n(&arena.data.value, arena.data.value + 1, __ATOMIC_RELAXED);
	host_loop(what->section_loops);
}

static void add(struct host_thread *thread)
{
	const struct host_contention *what = arena.what;
	u64 nr = 0;

	for (; !host_is_over(); nr++) {
		__atomic_fetch_add(&arena.count.value, 1, __ATOMIC_SEQ_CST);
		host_loop(what->gap_loops);
	}
	finish(thread, nr);
}

static void read_shared(struct host_thread *thread)
{
	const struct host_contention *what = arena.what;
	u64 nr = 0;

	for (; !host_is_over(); nr++) {
		host_down_read(&arena.count);
		host_loop(what->section_loops);
		host_up_read(&arena.count);
		host_loop(what->gap_loops);
	}
	finish(thread, nr);
}

static void spin(struct host_thread *thread)
{
	const struct host_contention *what = arena.what;
	u64 nr = 0;

	for (; !host_is_over(); nr++) {
		host_spin_lock(&arena.spinlock, thread->index);
		in_section(what);
		host_spin_unlock(&arena.spinlock);
		host_loop(what->gap_loops);
	}
	finish(thread, nr);
}

static void exclude(struct host_thread *thread)
{
	const struct host_contention *what = arena.what;
	u64 nr = 0;

	for (; !host_is_over(); nr++) {
		host_mutex_lock(&arena.mutex, thread->index);
		in_section(what);
		host_mutex_unlock(&arena.mutex, thread->index);
		host_loop(what->gap_loops);
	}
	finish(thread, nr);
}

static void free_locks(const struct host_burst *burst)
{
	memset(&arena, 0, sizeof(arena));
	arena.what = burst->opaque;
}

int host_contend(const struct host_contention *contention, struct host_contended *contended)
{
	static void (*const works[CONTENTION_NR_LOCKS])(struct host_thread *) = {add, read_shared,
										 spin, exclude};
	struct host_burst burst = {
		.machine = contention->machine,
		.nr_threads = contention->nr_threads,
		.step = 1,
		.us = contention->us,
		.work = works[contention->lock],
		.prepare = free_locks,
		.opaque = (void *)contention,
	};
	int err;

	/* Whoever has the CPUs besides us, or the hypervisor, may have had them all the time. */
	for (u32 i = 0; i < EMPTY_BURSTS && !burst.nr_done; i++) {
		err = host_burst(&burst);
		if (err)
			return err;
	}
	if (!burst.nr_done)
		return -ETIME;
	*contended = (struct host_contended){.ns = burst.elapsed_ns / (double)burst.nr_done};
	for (u32 i = 0; i < contention->nr_threads; i++)
		contended->loop_ns += arena.loop_ns[i] / contention->nr_threads;
	return 0;
}
