// SPDX-License-Identifier: GPL-2.0-only
/*
 * Rewinding: a machine saved in the middle, with threads asleep, spinning and
 * half-way through nested calls, goes on exactly as it would have, any number
 * of times, whatever happened in between; ASan's view is rewound with it.
 */
#include "machine.h"
#include "sim/arena_internal.h"
#include "sim/lock.h"
#include "sim/rng.h"
#include "sim/trace.h"
#include <errno.h>
#if SIM_HAS_ASAN
#include <sanitizer/asan_interface.h>
#endif

#define NR_THREADS 10

/* All of it in the arena: a test's own static data would not be rewound. */
struct shared {
	struct sim_mutex mutex;
	struct sim_rwsem sem;
	struct sim_spinlock spin;
	struct sim_waitq waitq;
	struct sim_rng rng;
	struct sim_irq irq;
	struct sim_event tick;
	u64 nr_items, nr_ended, checksum;
	void *kept[64];
};

static struct shared *shared;

static bool has_item(void *arg)
{
	if (!shared->nr_items)
		return false;
	shared->nr_items--;
	return true;
}

static void handle_irq(struct sim_irq *irq)
{
	sim_charge(70);
	shared->nr_items++;
	sim_waitq_wake(&shared->waitq, 1);
}

static void tick(struct sim_event *event)
{
	if (shared->nr_ended == NR_THREADS)
		return;
	sim_irq_raise(&shared->irq);
	sim_event_schedule(event, sim_now_ps() + 1 + sim_rng_exp_ps(&shared->rng, 2000));
}

static void replace_a_block(void)
{
	void **slot = &shared->kept[sim_rng_below(&shared->rng, 64)];
	u64 bytes = 1 + sim_rng_below(&shared->rng, 20000);

	sim_free(*slot);
	*slot = sim_alloc(bytes);
	memset(*slot, (int)bytes, bytes);
	shared->checksum = shared->checksum * 31 + (uintptr_t)*slot + ((u8 *)*slot)[bytes / 2];
}

/* Locals on the stack at every depth, checked on the way back. */
static __attribute__((noinline)) u64 descend(u64 depth)
{
	u64 local[8];
	u64 below = 0;
	int i;

	for (i = 0; i < 8; i++)
		local[i] = sim_rng_u64(&shared->rng);
	sim_charge(100 + depth);
	sim_settle();
	if (depth) {
		below = descend(depth - 1);
	} else {
		sim_mutex_lock(&shared->mutex, SIM_SITE_HERE);
		replace_a_block();
		sim_charge(400);
		sim_mutex_unlock(&shared->mutex);
		sim_waitq_wait(&shared->waitq, has_item, NULL, 3000);
	}
	for (i = 0; i < 8; i++)
		below = below * 31 + local[i];
	return below;
}

static void child(void *arg)
{
	sim_spin_lock(&shared->spin, SIM_SITE_HERE);
	sim_charge(300);
	sim_spin_unlock(&shared->spin);
	shared->checksum += descend(3);
}

static void parent(void *arg)
{
	int i;

	for (i = 0; i < 30; i++) {
		shared->checksum = shared->checksum * 31 + descend(i % 5);
		start_thread(SIM_CLASS_NORMAL, -1, child, NULL);
		sim_down_write(&shared->sem, SIM_SITE_HERE);
		sim_charge(200);
		sim_up_write(&shared->sem);
		sim_down_read(&shared->sem, SIM_SITE_HERE);
		if (i % 9 == 0)
			sim_sleep_ps(1000);
		sim_up_read(&shared->sem);
	}
	shared->nr_ended++;
}

static void start_load(u64 seed)
{
	struct sim_cpu_params params = free_params(6);
	int i;

	params.wakeup_ps = 500;
	params.line_cluster_ps = 20;
	params.slice_ps = 3000;
	params.irq_entry_ps = 50;
	start_machine_of_seed(params, seed);
	shared = sim_alloc(sizeof(*shared));
	sim_mutex_init(&shared->mutex, "mutex");
	sim_rwsem_init(&shared->sem, "sem");
	sim_spinlock_init(&shared->spin, "spin");
	sim_waitq_init(&shared->waitq);
	sim_rng_init(&shared->rng, seed, "load");
	sim_irq_init(&shared->irq, 1, 5, handle_irq);
	sim_event_init(&shared->tick, tick);
	sim_event_schedule(&shared->tick, 1);
	for (i = 0; i < NR_THREADS; i++)
		start_thread(i % 3 ? SIM_CLASS_NORMAL : SIM_CLASS_RT, -1, parent, NULL);
}

/* Not the number of events: a debt that a limit of sim_run() cuts takes one more. */
struct result {
	u64 trace_hash, checksum, end_ps, used_bytes, nr_acquisitions;
};

static struct result result_now(void)
{
	return (struct result){
		.trace_hash = sim_trace_hash(),
		.checksum = shared->checksum,
		.end_ps = sim_now_ps(),
		.used_bytes = sim_arena_used_bytes(),
		.nr_acquisitions = sim_lock_class_get("mutex")->acquisitions,
	};
}

static struct result result_at_end(void)
{
	run_to_end();
	return result_now();
}

static void skip_without_rewinding(void)
{
	if (SIM_HAS_TSAN)
		skip();
}

static void rewound_machine_goes_on_the_same(void **state)
{
	struct sim_snapshot *snapshot;
	struct result first, again;
	u64 nr_events;
	int i;

	skip_without_rewinding();
	start_load(1);
	assert_int_equal(sim_run(100000), SIM_RUN_UNTIL);
	snapshot = sim_arena_save();
	assert_non_null(snapshot);
	first = result_at_end();
	nr_events = sim_events_dispatched();
	assert_int_equal(shared->nr_ended, NR_THREADS);
	for (i = 0; i < 5; i++) {
		sim_arena_restore(snapshot);
		again = result_at_end();
		assert_memory_equal(&first, &again, sizeof(first));
		assert_int_equal(sim_events_dispatched(), nr_events);
	}
	sim_snapshot_destroy(snapshot);
}

static void saving_changes_nothing(void **state)
{
	struct result watched, unwatched;
	u64 ps;

	skip_without_rewinding();
	start_load(2);
	unwatched = result_at_end();
	sim_finish();
	start_load(2);
	for (ps = 10000; ps < 400000; ps += 30000) {
		sim_run(ps);
		sim_snapshot_destroy(sim_arena_save());
	}
	watched = result_at_end();
	assert_memory_equal(&unwatched, &watched, sizeof(watched));
}

/* Many points in time, each visited from wherever the machine happens to be. */
static void any_snapshot_can_be_visited_in_any_order(void **state)
{
	enum { NR = 12 };
	struct sim_snapshot *snapshots[NR];
	struct result at[NR], end, again;
	struct sim_rng order;
	int i;

	skip_without_rewinding();
	start_load(3);
	for (i = 0; i < NR; i++) {
		sim_run(25000 * (i + 1));
		snapshots[i] = sim_arena_save();
		assert_non_null(snapshots[i]);
		at[i] = result_now();
	}
	end = result_at_end();
	sim_rng_init(&order, 1, "order");
	for (i = 0; i < 40; i++) {
		u32 which = sim_rng_below(&order, NR);

		sim_arena_restore(snapshots[which]);
		again = result_now();
		assert_memory_equal(&at[which], &again, sizeof(again));
		if (i % 4 == 0) {
			again = result_at_end();
			assert_memory_equal(&end, &again, sizeof(again));
		} else {
			sim_run(sim_now_ps() + sim_rng_below(&order, 100000));
		}
	}
	for (i = 0; i < NR; i++)
		sim_snapshot_destroy(snapshots[i]);
}

static void futures_may_differ(void **state)
{
	struct sim_snapshot *snapshot;
	u64 bytes = 5000;
	u8 *block, *later;

	skip_without_rewinding();
	start_load(4);
	sim_run(50000);
	block = sim_alloc(bytes);
	memset(block, 7, bytes);
	snapshot = sim_arena_save();
	/* One future frees the block, dirties it in other hands and grows the heap. */
	sim_free(block);
	later = sim_alloc(bytes);
	memset(later, 9, bytes);
	memset(sim_alloc(10 << 20), 9, 10 << 20);
	start_thread(SIM_CLASS_NORMAL, -1, child, NULL);
	sim_run(sim_now_ps() + 50000);
	sim_arena_restore(snapshot);
	/* In this one it still lives, and new memory is zero. */
	assert_int_equal(block[0], 7);
	assert_int_equal(block[bytes - 1], 7);
	memset(block, 1, bytes);
	later = sim_alloc(10 << 20);
	for (bytes = 0; bytes < 10 << 20; bytes += 511)
		assert_int_equal(later[bytes], 0);
	sim_snapshot_destroy(snapshot);
}

static u8 *volatile gone;

static void touch_what_was_freed_before_the_save(void)
{
	struct sim_snapshot *snapshot;

	start_load(5);
	gone = sim_alloc(300);
	sim_free(gone);
	snapshot = sim_arena_save();
	assert_ptr_equal(sim_alloc(300), gone);
	gone[5] = 1;
	sim_arena_restore(snapshot);
	fprintf(stderr, "restored\n");
	gone[5] = 1;
}

static void poison_is_rewound_too(void **state)
{
	if (!SIM_HAS_ASAN)
		skip();
	assert_true(aborts_saying(touch_what_was_freed_before_the_save, "restored\n="));
	assert_true(aborts_saying(touch_what_was_freed_before_the_save, "use-after-poison"));
}

/* Two blocks of the program's; the third word is nobody's. */
static void kept_memory_of_the_program_is_rewound_too(void **state)
{
	static u64 words[3] = {1, 2, 3}, more[2] = {4, 5};
	struct sim_snapshot *snapshot;

	start_machine(free_params(1));
	assert_int_equal(sim_arena_keep(words, 2 * sizeof(u64)), 0);
	assert_int_equal(sim_arena_keep(more, sizeof(more)), 0);
	snapshot = sim_arena_save();
	if (!snapshot)
		skip(); /* TSan */
	words[0] = words[1] = words[2] = more[1] = 9;
	sim_arena_restore(snapshot);
	sim_snapshot_destroy(snapshot);
	assert_int_equal(words[0], 1);
	assert_int_equal(words[1], 2);
	assert_int_equal(words[2], 9);
	assert_int_equal(more[1], 5);
	assert_int_equal(sim_arena_keep(words, 8), 0);
	assert_int_equal(sim_arena_keep(words, 8), 0);
	assert_int_equal(sim_arena_keep(words, 8), -ENOSPC);
}

static void saver(void *arg)
{
	sim_arena_save();
}

static void save_inside(void)
{
	start_machine(free_params(1));
	start_thread(SIM_CLASS_NORMAL, 0, saver, NULL);
	sim_run(SIM_TIME_NEVER);
}

static void saving_from_inside_is_a_bug(void **state)
{
	assert_true(aborts_saying(save_inside, "is_running"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MACHINE_TEST(rewound_machine_goes_on_the_same),
		MACHINE_TEST(saving_changes_nothing),
		MACHINE_TEST(any_snapshot_can_be_visited_in_any_order),
		MACHINE_TEST(futures_may_differ),
		MACHINE_TEST(poison_is_rewound_too),
		MACHINE_TEST(kept_memory_of_the_program_is_rewound_too),
		MACHINE_TEST(saving_from_inside_is_a_bug),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
