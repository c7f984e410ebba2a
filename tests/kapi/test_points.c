// SPDX-License-Identifier: GPL-2.0-only
/*
 * kapi is quiet but at its declared points (docs/explorer.md). For each function that has one: it
 * has as many as stated; and nothing of what it looks at has been read before: what is changed at
 * the point, by another thread as it were, is what the function sees.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include <linux/atomic.h>
#include <linux/bitops.h>
#include <linux/completion.h>
#include <linux/kref.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/srcu.h>
#include <linux/xarray.h>

#include "kapi/params.h"
#include "sim/cpu.h"
#include "sim/schedule/schedule.h"
#include "sim/sim.h"

/* What the functions look at: in the arena, as points are only there. */
struct shared {
	atomic_t atomic;
	refcount_t refs;
	struct kref kref;
	unsigned long word;
	struct completion done;
	struct mutex mutex;
	struct rw_semaphore sem;
	spinlock_t spin;
	struct srcu_struct srcu;
	struct xarray array;
};

static struct shared *shared;

struct point_case {
	const char *name;
	u32 nr_points;
	void (*prepare)(void); /* NULL: nothing */
	void (*change)(void);  /* at the first point; NULL: nothing that could be seen */
	long (*call)(void);
	long seen; /* what it returns when it sees the change */
	void (*finish)(void);
};

/* --- what is called --- */

static void zero_all(void)
{
	atomic_set(&shared->atomic, 0);
	refcount_set(&shared->refs, 1);
	refcount_set(&shared->kref.refcount, 1);
	shared->word = 0;
	reinit_completion(&shared->done);
}

static void atomic_becomes_7(void)
{
	shared->atomic.counter = 7;
}

static void refs_become_0(void)
{
	shared->refs.refs.counter = 0;
}

static void refs_become_2(void)
{
	shared->refs.refs.counter = 2;
}

static void refs_are_0(void)
{
	refs_become_0();
}

static void refs_become_5(void)
{
	shared->refs.refs.counter = 5;
}

static void bit_3_is_set(void)
{
	shared->word = BIT(3);
}

static void is_completed(void)
{
	shared->done.done = 1;
}

static long call_inc_return(void)
{
	return atomic_inc_return(&shared->atomic);
}

static long call_fetch_add(void)
{
	return atomic_fetch_add(3, &shared->atomic);
}

static long call_dec_and_test(void)
{
	shared->atomic.counter++;
	return atomic_dec_and_test(&shared->atomic);
}

static long call_cmpxchg(void)
{
	return atomic_cmpxchg(&shared->atomic, 0, 1);
}

static long call_xchg(void)
{
	return atomic_xchg(&shared->atomic, 1);
}

static long call_inc_not_zero(void)
{
	return refcount_inc_not_zero(&shared->refs);
}

static long call_ref_dec_and_test(void)
{
	return refcount_dec_and_test(&shared->refs);
}

static long call_set_bit(void)
{
	set_bit(0, &shared->word);
	return (long)shared->word;
}

static long call_clear_bit(void)
{
	clear_bit(0, &shared->word);
	return (long)shared->word;
}

static long call_test_and_set_bit(void)
{
	return test_and_set_bit(3, &shared->word);
}

static long call_test_and_clear_bit(void)
{
	return test_and_clear_bit(3, &shared->word);
}

static long call_completion_done(void)
{
	return completion_done(&shared->done);
}

static long call_try_wait(void)
{
	return try_wait_for_completion(&shared->done);
}

static void entry_is_there(void)
{
	xa_store(&shared->array, 5, xa_mk_value(9), GFP_KERNEL);
}

static void entry_goes(void)
{
	xa_erase(&shared->array, 5);
}

static long call_xa_load(void)
{
	return !!xa_load(&shared->array, 5);
}

static long call_trylock(void)
{
	return mutex_trylock(&shared->mutex);
}

static void unlock_mutex(void)
{
	mutex_unlock(&shared->mutex);
}

static long call_read_trylock(void)
{
	return down_read_trylock(&shared->sem);
}

static void unlock_sem(void)
{
	up_read(&shared->sem);
}

static long call_spin_trylock(void)
{
	return spin_trylock(&shared->spin);
}

static void unlock_spin(void)
{
	spin_unlock(&shared->spin);
}

static int srcu_index;

static void phase_turns(void)
{
	shared->srcu.phase = 1;
}

static long call_srcu_read_lock(void)
{
	srcu_index = srcu_read_lock(&shared->srcu);
	return srcu_index;
}

static void leave_srcu(void)
{
	srcu_read_unlock(&shared->srcu, srcu_index);
	shared->srcu.phase = 0;
}

static long call_read(void)
{
	return atomic_read(&shared->atomic);
}

static long call_add_unless(void)
{
	return atomic_add_unless(&shared->atomic, 1, 7);
}

static long call_get_unless_zero(void)
{
	return kref_get_unless_zero(&shared->kref);
}

static void kref_becomes_0(void)
{
	shared->kref.refcount.refs.counter = 0;
}

static long call_rcu_read_lock(void)
{
	rcu_read_lock();
	return rcu_read_lock_held();
}

static long call_ref_read(void)
{
	return refcount_read(&shared->refs);
}

static const struct point_case cases[] = {
	{"atomic_read", 1, NULL, atomic_becomes_7, call_read, 7, NULL},
	{"atomic_add_unless", 1, NULL, atomic_becomes_7, call_add_unless, false, NULL},
	{"refcount_read", 1, NULL, refs_become_5, call_ref_read, 5, NULL},
	{"kref_get_unless_zero", 1, NULL, kref_becomes_0, call_get_unless_zero, false, NULL},
	{"rcu_read_lock", 1, NULL, NULL, call_rcu_read_lock, true, rcu_read_unlock},
	{"atomic_inc_return", 1, NULL, atomic_becomes_7, call_inc_return, 8, NULL},
	{"atomic_fetch_add", 1, NULL, atomic_becomes_7, call_fetch_add, 7, NULL},
	{"atomic_dec_and_test", 1, NULL, atomic_becomes_7, call_dec_and_test, false, NULL},
	{"atomic_cmpxchg", 1, NULL, atomic_becomes_7, call_cmpxchg, 7, NULL},
	{"atomic_xchg", 1, NULL, atomic_becomes_7, call_xchg, 7, NULL},
	{"refcount_inc_not_zero", 1, NULL, refs_become_0, call_inc_not_zero, false, NULL},
	{"refcount_inc_not_zero of none", 2, refs_are_0, refs_become_5, call_inc_not_zero, true,
	 NULL},
	{"refcount_dec_and_test", 1, NULL, refs_become_2, call_ref_dec_and_test, false, NULL},
	{"set_bit", 1, NULL, bit_3_is_set, call_set_bit, 9, NULL},
	{"clear_bit", 1, NULL, bit_3_is_set, call_clear_bit, 8, NULL},
	{"test_and_set_bit", 1, NULL, bit_3_is_set, call_test_and_set_bit, true, NULL},
	{"test_and_clear_bit", 1, NULL, bit_3_is_set, call_test_and_clear_bit, true, NULL},
	{"completion_done", 1, NULL, is_completed, call_completion_done, true, NULL},
	{"try_wait_for_completion", 1, NULL, is_completed, call_try_wait, true, NULL},
	{"xa_load", 1, entry_is_there, entry_goes, call_xa_load, false, NULL},
	{"mutex_trylock", 1, NULL, NULL, call_trylock, true, unlock_mutex},
	{"down_read_trylock", 1, NULL, NULL, call_read_trylock, true, unlock_sem},
	{"spin_trylock", 1, NULL, NULL, call_spin_trylock, true, unlock_spin},
	{"srcu_read_lock", 1, NULL, phase_turns, call_srcu_read_lock, 1, leave_srcu},
};

#define NR_CASES (sizeof(cases) / sizeof(cases[0]))

/* --- running them --- */

static const struct point_case *current_case;
static u32 nr_points[NR_CASES];
static long results[NR_CASES];
static bool is_over;

/* Between the point and what it stands before. */
static void on_step(const struct sim_step *step)
{
	const struct point_case *at = current_case;

	if (!at || step->kind == SIM_POINT_RELEASE || step->kind == SIM_POINT_WAKE)
		return;
	if (nr_points[at - cases]++ || !at->change)
		return;
	current_case = NULL;
	at->change();
	current_case = at;
}

static u32 stay(const struct sim_choice *choice)
{
	return choice->self < choice->nr ? choice->self : 0;
}

static void run_cases(void *arg)
{
	shared = kzalloc(sizeof(*shared), GFP_KERNEL);
	init_completion(&shared->done);
	mutex_init(&shared->mutex);
	init_rwsem(&shared->sem);
	spin_lock_init(&shared->spin);
	init_srcu_struct(&shared->srcu);
	xa_init(&shared->array);
	/* The thread has its task from the first call on that asks for it. */
	rcu_read_lock();
	rcu_read_unlock();
	for (u32 i = 0; i < NR_CASES; i++) {
		zero_all();
		if (cases[i].prepare)
			cases[i].prepare();
		current_case = &cases[i];
		results[i] = cases[i].call();
		current_case = NULL;
		if (cases[i].finish)
			cases[i].finish();
	}
	is_over = true;
}

static void nothing_is_read_before_a_point(void **state)
{
	static const struct sim_cpu_params cpu = {
		.nr_cpus = 2, .cluster_cpus = 2, .socket_cpus = 2};
	static const struct kapi_params kernel = {.workqueue_shard_cpus = 2,
						  .workqueue_scope = KAPI_WORKQUEUE_SYSTEM};
	const struct sim_thread_attr attr = {.name = "test", .cpu = -1};
	static struct sim_schedule schedule = {
		.is_on = true,
		.is_checked = true,
		.kinds = ~0ULL,
		.max_points = 100000,
		.pick = stay,
		.on_step = on_step,
	};
	u32 nr_wrong = 0;

	assert_int_equal(sim_init(1, 16ULL << 20), 0);
	assert_int_equal(sim_cpus_init(&cpu), 0);
	assert_int_equal(kapi_init(&kernel), 0);
	sim_schedule = &schedule;
	sim_thread_wake(sim_thread_create(&attr, run_cases, NULL));
	assert_int_equal(sim_schedule_run(), SIM_SCHEDULE_DONE);
	assert_true(is_over);
	for (u32 i = 0; i < NR_CASES; i++) {
		if (nr_points[i] != cases[i].nr_points || results[i] != cases[i].seen) {
			print_error("%s: %u points, %ld; expected %u points, %ld\n", cases[i].name,
				    nr_points[i], results[i], cases[i].nr_points, cases[i].seen);
			nr_wrong++;
		}
	}
	assert_int_equal(nr_wrong, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_is_read_before_a_point)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
