// SPDX-License-Identifier: GPL-2.0-only
/*
 * What single accesses take. Each sample is a burst of its own of some hundred
 * microseconds, and the threads look at the clock themselves.
 */
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>

#include "tool/host/internal.h"

#define NR_LOOPS 200000
#define NR_HITS 200000
#define NR_ATOMICS 100000
#define NR_TRANSFERS 4000	   /* each way */
#define MEMORY_BYTES (64ULL << 20) /* more than caches have */
#define NR_READS 20000
#define LOOK_EVERY 1024 /* vain turns: rarely, or it would be measured too */

struct probe {
	double ns; /* of one */
	struct host_word word;
	void **next; /* a walk through memory */
};

static int run_probe(const struct host_machine *machine, struct probe *probe,
		     void (*work)(struct host_thread *thread), double *ns)
{
	struct host_burst burst = {
		.machine = machine, .nr_threads = 1, .work = work, .opaque = probe};
	int err = host_burst(&burst);

	*ns = probe->ns;
	return err;
}

/* One place in memory for all who use it: a loop's speed depends on where it lies. */
__attribute__((noinline, aligned(64))) void host_loop(u32 nr)
{
	for (u32 i = 0; i < nr; i++)
		__asm__ volatile("" ::: "memory");
}

double host_time_loop(void)
{
	double from_ns = host_now_ns();

	host_loop(NR_LOOPS);
	return (host_now_ns() - from_ns) / NR_LOOPS;
}

static void loop(struct host_thread *thread)
{
	struct probe *probe = thread->burst->opaque;

	probe->ns = host_time_loop();
}

int host_loop_ns(const struct host_machine *machine, double *ns)
{
	struct probe probe = {0};

	return run_probe(machine, &probe, loop, ns);
}

/* A word that points at itself: each read waits for the one before. */
static void read_own(struct host_thread *thread)
{
	struct probe *probe = thread->burst->opaque;
	void *volatile *at = (void *volatile *)&probe->word.value;
	double from_ns;

	probe->word.value = (u64)(uintptr_t)at;
	from_ns = host_now_ns();
	for (u32 i = 0; i < NR_HITS; i++)
		at = (void *volatile *)*at;
	probe->ns = (host_now_ns() - from_ns) / NR_HITS;
}

int host_hit_ns(const struct host_machine *machine, double *ns)
{
	struct probe probe = {0};

	return run_probe(machine, &probe, read_own, ns);
}

static void add_own(struct host_thread *thread)
{
	struct probe *probe = thread->burst->opaque;
	double from_ns = host_now_ns();

	for (u32 i = 0; i < NR_ATOMICS; i++)
		__atomic_fetch_add(&probe->word.value, 1, __ATOMIC_SEQ_CST);
	probe->ns = (host_now_ns() - from_ns) / NR_ATOMICS;
}

int host_atomic_ns(const struct host_machine *machine, double *ns)
{
	struct probe probe = {0};

	return run_probe(machine, &probe, add_own, ns);
}

static void read_memory(struct host_thread *thread)
{
	struct probe *probe = thread->burst->opaque;
	void *volatile *at = (void *volatile *)probe->next;
	double from_ns = host_now_ns();

	for (u32 i = 0; i < NR_READS; i++)
		at = (void *volatile *)*at;
	probe->ns = (host_now_ns() - from_ns) / NR_READS;
}

/* One circle through all lines in an order that nothing guesses (a full-period generator). */
static void make_circle(char *memory, u64 nr_lines)
{
	u64 at = 0;

	for (u64 i = 0; i < nr_lines; i++) {
		u64 next = (at * 6364136223846793005ULL + 1442695040888963407ULL) % nr_lines;

		*(void **)(memory + at * HOST_LINE_BYTES) = memory + next * HOST_LINE_BYTES;
		at = next;
	}
}

int host_memory_ns(const struct host_machine *machine, double *ns)
{
	char *memory = aligned_alloc(HOST_LINE_BYTES, MEMORY_BYTES);
	struct probe probe = {.next = (void **)memory};
	int err;

	if (!memory)
		return -ENOMEM;
	make_circle(memory, MEMORY_BYTES / HOST_LINE_BYTES);
	err = run_probe(machine, &probe, read_memory, ns);
	free(memory);
	return err;
}

/* Thread i moves the word from every number that is i modulo 2 to the next. */
static void take_turns(struct host_thread *thread)
{
	struct probe *probe = thread->burst->opaque;
	u64 *word = &probe->word.value;
	double from_ns = 0;

	for (u64 turn = 0; turn < NR_TRANSFERS; turn++) {
		u64 mine = 2 * turn + thread->index, was = mine;

		for (u32 vain = 1; !__atomic_compare_exchange_n(word, &was, mine + 1, false,
								__ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
		     vain++) {
			was = mine;
			if (!(vain % LOOK_EVERY) && host_is_over())
				return; /* the other one does not come to run */
		}
		/* the first turn waits for the other thread to begin */
		if (turn == 1)
			from_ns = host_now_ns();
	}
	if (!thread->index)
		probe->ns = (host_now_ns() - from_ns) / (2.0 * (NR_TRANSFERS - 2));
}

static void first_turn(const struct host_burst *burst)
{
	struct probe *probe = burst->opaque;

	probe->word.value = 0;
}

int host_transfer_ns(const struct host_machine *machine, u32 a, u32 b, double *ns)
{
	struct probe probe = {0};
	struct host_burst burst = {
		.machine = machine,
		.nr_threads = 2,
		.first = a,
		.step = b - a,
		.work = take_turns,
		.prepare = first_turn,
		.opaque = &probe,
	};
	int err = host_burst(&burst);

	*ns = probe.ns;
	return err;
}
