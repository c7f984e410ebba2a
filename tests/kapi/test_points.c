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
#include <linux/err.h>
#include <linux/kref.h>
#include <linux/kthread.h>
#include <linux/mmu_notifier.h>
#include <linux/mutex.h>
#include <linux/rbtree.h>
#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/rwsem.h>
#include <linux/sched/mm.h>
#include <linux/seqlock.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/srcu.h>
#include <linux/wait.h>
#include <linux/wait_bit.h>
#include <linux/workqueue.h>
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
	struct wait_queue_head queue;
	struct wait_queue_entry entry;
	seqcount_mutex_t seq;
	struct work_struct work;
	struct workqueue_struct *wq;
	struct mm_struct *mm;
	struct mmu_notifier subscription;
	struct mmu_notifier_range range;
	struct rcu_head head;
	struct rb_root tree;
	struct rb_node nodes[3];
	u32 nr_told;
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
	shared->seq.seqcount.sequence = 0;
	shared->nr_told = 0;
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

static void mutex_is_taken(void)
{
	sim_quiet_begin();
	mutex_lock(&shared->mutex);
	sim_quiet_end();
}

static long call_mutex_is_locked(void)
{
	return mutex_is_locked(&shared->mutex);
}

static void spin_is_taken(void)
{
	sim_quiet_begin();
	spin_lock(&shared->spin);
	sim_quiet_end();
}

static long call_spin_is_locked(void)
{
	return spin_is_locked(&shared->spin);
}

static void sem_is_taken(void)
{
	sim_quiet_begin();
	down_read(&shared->sem);
	sim_quiet_end();
}

static long call_rwsem_is_locked(void)
{
	return rwsem_is_locked(&shared->sem);
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

/* --- wait queues, completions: the tasks that wait are this one, which never sleeps meanwhile ---
 */

static void waiter_comes(void)
{
	current->__state = TASK_UNINTERRUPTIBLE;
	init_wait_entry(&shared->entry, 0);
	list_add(&shared->entry.entry, &shared->queue.head);
}

static void waiter_leaves(void)
{
	list_del_init(&shared->entry.entry);
	current->__state = TASK_RUNNING;
}

static void nobody_waits(void)
{
	waiter_comes();
	waiter_leaves();
}

static long call_wake_up(void)
{
	wake_up(&shared->queue);
	return current->__state == TASK_RUNNING && list_empty(&shared->queue.head);
}

static long call_waitqueue_active(void)
{
	return waitqueue_active(&shared->queue);
}

static long call_prepare_to_wait(void)
{
	prepare_to_wait(&shared->queue, &shared->entry, TASK_INTERRUPTIBLE);
	return current->__state == TASK_INTERRUPTIBLE && !list_empty(&shared->queue.head);
}

static long call_finish_wait(void)
{
	finish_wait(&shared->queue, &shared->entry);
	return list_empty(&shared->queue.head) && list_empty(&shared->entry.entry);
}

static long call_wake_up_process(void)
{
	return wake_up_process(current);
}

static void task_sleeps(void)
{
	current->__state = TASK_UNINTERRUPTIBLE;
}

static void task_is_woken(void)
{
	current->__state = TASK_RUNNING;
}

static long call_wake_up_var(void)
{
	wake_up_var(&shared->word);
	return current->__state == TASK_RUNNING;
}

static struct kapi_var_waiter var_waiter;

static void var_waiter_comes(void)
{
	kapi_var_wait_begin(&var_waiter, &shared->word);
	sim_quiet_begin();
	kapi_var_wait_prepare(&var_waiter);
	sim_quiet_end();
}

static void var_waiter_leaves(void)
{
	sim_quiet_begin();
	kapi_var_wait_end(&var_waiter);
	sim_quiet_end();
}

static void is_completed_for_all(void)
{
	shared->done.done = UINT_MAX;
}

static long call_complete(void)
{
	complete(&shared->done);
	return shared->done.done;
}

static long call_complete_all(void)
{
	complete_all(&shared->done);
	return shared->done.done == UINT_MAX;
}

static long call_wait_for_completion(void)
{
	wait_for_completion(&shared->done);
	return shared->done.done;
}

/* --- seqlock --- */

static void writer_was_there(void)
{
	shared->seq.seqcount.sequence = 4;
}

static void end_seq_read(void)
{
	sim_unchecked_end();
}

static long call_seq_begin(void)
{
	return read_seqcount_begin(&shared->seq);
}

static void begin_seq_read(void)
{
	sim_unchecked_begin();
}

static long call_seq_retry(void)
{
	return read_seqcount_retry(&shared->seq, 0);
}

static long call_seq_write(void)
{
	write_seqcount_begin(&shared->seq);
	return shared->seq.seqcount.sequence;
}

static void end_seq_write(void)
{
	preempt_enable();
}

/* --- work queues --- */

static void work(struct work_struct *self)
{
	shared->nr_told++;
}

static void work_is_queued(void)
{
	queue_work(shared->wq, &shared->work);
}

static void work_is_taken_back(void)
{
	cancel_work(&shared->work);
}

static long call_queue_work(void)
{
	return queue_work(shared->wq, &shared->work);
}

static long call_work_pending(void)
{
	return work_pending(&shared->work);
}

static long call_flush_work(void)
{
	return flush_work(&shared->work);
}

static long call_cancel_work(void)
{
	return cancel_work(&shared->work);
}

static long call_cancel_work_sync(void)
{
	return cancel_work_sync(&shared->work);
}

static long call_flush_workqueue(void)
{
	flush_workqueue(shared->wq);
	return shared->nr_told;
}

/* --- MMU notifiers --- */

static int is_told_of_start(struct mmu_notifier *subscription,
			    const struct mmu_notifier_range *range)
{
	shared->nr_told++;
	return 0;
}

static void is_told_of_end(struct mmu_notifier *subscription,
			   const struct mmu_notifier_range *range)
{
	shared->nr_told++;
}

static void is_told_of_release(struct mmu_notifier *subscription, struct mm_struct *mm)
{
	shared->nr_told++;
}

static const struct mmu_notifier_ops notifier_ops = {
	.invalidate_range_start = is_told_of_start,
	.invalidate_range_end = is_told_of_end,
	.release = is_told_of_release,
};

static void subscriber_comes(void)
{
	shared->subscription.ops = &notifier_ops;
	shared->subscription.mm = shared->mm;
	list_add(&shared->subscription.entry, &shared->mm->notifiers);
}

static void subscriber_leaves(void)
{
	list_del_init(&shared->subscription.entry);
}

static void walk_begins(void)
{
	shared->mm->nr_invalidating++;
}

static void subscriber_is_held(void)
{
	subscriber_comes();
	mmgrab(shared->mm);
}

static long call_register(void)
{
	shared->subscription.ops = &notifier_ops;
	mmu_notifier_register(&shared->subscription, shared->mm);
	return !list_empty(&shared->mm->notifiers);
}

static void unregister(void)
{
	mmu_notifier_unregister(&shared->subscription, shared->mm);
}

static long call_unregister(void)
{
	unregister();
	return shared->nr_told;
}

static long call_invalidate_start(void)
{
	mmu_notifier_invalidate_range_start(&shared->range);
	return shared->nr_told;
}

static void end_invalidation(void)
{
	subscriber_leaves();
	mmu_notifier_invalidate_range_end(&shared->range);
}

static long call_invalidate_end(void)
{
	mmu_notifier_invalidate_range_end(&shared->range);
	return shared->nr_told;
}

/* --- threads, and grace periods --- */

static struct task_struct *thread;

static int do_nothing(void *data)
{
	return 7;
}

static void thread_is_made(void)
{
	thread = kthread_create(do_nothing, NULL, "nothing");
}

static long call_kthread_stop(void)
{
	return kthread_stop(thread);
}

static long call_kthread_should_stop(void)
{
	return kthread_should_stop();
}

static long call_srcu_read_unlock(void)
{
	srcu_read_unlock(&shared->srcu, srcu_index);
	return shared->srcu.nr_readers[0];
}

static void enter_srcu(void)
{
	srcu_index = srcu_read_lock(&shared->srcu);
}

static void another_enters_srcu(void)
{
	shared->srcu.nr_readers[0]++;
}

static void another_leaves_srcu(void)
{
	shared->srcu.nr_readers[0]--;
}

static void phase_is_0(void)
{
	shared->srcu.phase = 0;
}

static long call_synchronize_srcu(void)
{
	synchronize_srcu(&shared->srcu);
	return shared->srcu.phase;
}

static long call_rcu_read_unlock(void)
{
	rcu_read_unlock();
	return rcu_read_lock_held();
}

static void is_called_back(struct rcu_head *head)
{
}

static long call_call_rcu(void)
{
	call_rcu(&shared->head, is_called_back);
	return 0;
}

/* --- trees: a walk without a lock sees each link change --- */

static void nothing_grows(void)
{
	shared->tree = RB_ROOT;
}

/* Ever to the right. */
static void grow(u32 nr)
{
	struct rb_node **link = &shared->tree.rb_node, *parent = NULL;

	for (; *link; link = &parent->rb_right)
		parent = *link;
	rb_link_node(&shared->nodes[nr], parent, link);
	rb_insert_color(&shared->nodes[nr], &shared->tree);
}

static void one_grows(void)
{
	nothing_grows();
	grow(0);
}

static void two_grow(void)
{
	one_grows();
	grow(1);
}

static void three_grow(void)
{
	two_grow();
	grow(2);
}

static long call_link_node(void)
{
	rb_link_node(&shared->nodes[0], NULL, &shared->tree.rb_node);
	return shared->tree.rb_node == &shared->nodes[0];
}

/* The second comes up, with a node on either side. */
static long call_insert_that_rotates(void)
{
	grow(2);
	return shared->tree.rb_node == &shared->nodes[1];
}

static long call_erase(void)
{
	rb_erase(shared->tree.rb_node, &shared->tree);
	return RB_EMPTY_ROOT(&shared->tree) ? 0 : shared->tree.rb_node - shared->nodes;
}

static const struct point_case cases[] = {
	{"rb_link_node", 1, nothing_grows, NULL, call_link_node, true, NULL},
	{"rb_insert_color that rotates", 4, two_grow, NULL, call_insert_that_rotates, true, NULL},
	{"rb_erase of one", 1, one_grows, NULL, call_erase, 0, NULL},
	{"rb_erase of one with two below", 4, three_grow, NULL, call_erase, 2, NULL},
	{"wake_up", 2, NULL, waiter_comes, call_wake_up, true, nobody_waits},
	{"wake_up of nobody", 1, waiter_comes, waiter_leaves, call_wake_up, true, NULL},
	{"waitqueue_active", 1, NULL, waiter_comes, call_waitqueue_active, true, waiter_leaves},
	{"prepare_to_wait", 1, nobody_waits, NULL, call_prepare_to_wait, true, waiter_leaves},
	{"finish_wait", 1, waiter_comes, waiter_leaves, call_finish_wait, true, NULL},
	{"finish_wait of one woken", 0, nobody_waits, NULL, call_finish_wait, true, NULL},
	{"wake_up_process", 1, task_sleeps, task_is_woken, call_wake_up_process, false, NULL},
	{"wake_up_process of a sleeper", 1, NULL, task_sleeps, call_wake_up_process, true, NULL},
	{"wake_up_var", 3, NULL, var_waiter_comes, call_wake_up_var, true, NULL},
	{"wake_up_var of nobody", 1, var_waiter_comes, var_waiter_leaves, call_wake_up_var, true,
	 NULL},
	{"complete", 1, NULL, is_completed, call_complete, 2, NULL},
	{"complete of all", 1, NULL, is_completed_for_all, call_complete, UINT_MAX, NULL},
	{"complete_all", 1, NULL, is_completed, call_complete_all, true, NULL},
	{"wait_for_completion", 3, NULL, is_completed, call_wait_for_completion, 0, NULL},
	{"read_seqcount_begin", 1, NULL, writer_was_there, call_seq_begin, 4, end_seq_read},
	{"read_seqcount_retry", 1, begin_seq_read, writer_was_there, call_seq_retry, true, NULL},
	{"write_seqcount_begin", 1, NULL, writer_was_there, call_seq_write, 5, end_seq_write},
	{"queue_work", 1, NULL, work_is_queued, call_queue_work, false, work_is_taken_back},
	{"queue_work of one that is pending", 1, work_is_queued, work_is_taken_back,
	 call_queue_work, true, work_is_taken_back},
	{"work_pending", 1, NULL, work_is_queued, call_work_pending, true, work_is_taken_back},
	{"flush_work", 1, work_is_queued, work_is_taken_back, call_flush_work, false, NULL},
	{"flush_work of one that is queued", 1, NULL, work_is_queued, call_flush_work, true, NULL},
	{"cancel_work", 1, work_is_queued, work_is_taken_back, call_cancel_work, false, NULL},
	{"cancel_work_sync", 1, NULL, work_is_queued, call_cancel_work_sync, true, NULL},
	{"flush_workqueue", 1, NULL, work_is_queued, call_flush_workqueue, 1, NULL},
	{"mmu_notifier_register", 5, NULL, NULL, call_register, true, unregister},
	{"mmu_notifier_unregister", 2, subscriber_is_held, subscriber_leaves, call_unregister, 0,
	 NULL},
	{"mmu_notifier_invalidate_range_start", 2, NULL, subscriber_comes, call_invalidate_start, 1,
	 end_invalidation},
	{"mmu_notifier_invalidate_range_end", 2, walk_begins, subscriber_comes, call_invalidate_end,
	 1, subscriber_leaves},
	{"kthread_stop", 9, thread_is_made, NULL, call_kthread_stop, -EINTR, NULL},
	{"kthread_should_stop", 1, NULL, NULL, call_kthread_should_stop, false, NULL},
	{"srcu_read_unlock", 1, enter_srcu, another_enters_srcu, call_srcu_read_unlock, 1,
	 another_leaves_srcu},
	{"synchronize_srcu", 3, NULL, NULL, call_synchronize_srcu, 1, phase_is_0},
	{"rcu_read_unlock", 1, rcu_read_lock, NULL, call_rcu_read_unlock, false, NULL},
	{"call_rcu", 1, NULL, NULL, call_call_rcu, 0, NULL},
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
	{"mutex_is_locked", 1, NULL, mutex_is_taken, call_mutex_is_locked, true, unlock_mutex},
	{"rwsem_is_locked", 1, NULL, sem_is_taken, call_rwsem_is_locked, true, unlock_sem},
	{"spin_is_locked", 1, NULL, spin_is_taken, call_spin_is_locked, true, unlock_spin},
	{"srcu_read_lock", 1, NULL, phase_turns, call_srcu_read_lock, 1, leave_srcu},
};

#define NR_CASES (sizeof(cases) / sizeof(cases[0]))

/* --- running them --- */

static const struct point_case *current_case;
static u32 nr_points[NR_CASES];
static long results[NR_CASES];
static u32 own_slot;
static bool is_over;

/* Between the point and what it stands before. */
static void on_step(const struct sim_step *step)
{
	const struct point_case *at = current_case;

	if (!at || step->slot != own_slot || step->kind == SIM_POINT_RELEASE ||
	    step->kind == SIM_POINT_WAKE)
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

static void make_shared(void)
{
	shared = kzalloc(sizeof(*shared), GFP_KERNEL);
	init_waitqueue_head(&shared->queue);
	seqcount_mutex_init(&shared->seq, &shared->mutex);
	INIT_WORK(&shared->work, work);
	shared->wq = alloc_workqueue("test", 0, 0);
	shared->mm = mm_alloc();
	shared->range.mm = shared->mm;
	shared->range.end = PAGE_SIZE;
	init_completion(&shared->done);
	mutex_init(&shared->mutex);
	init_rwsem(&shared->sem);
	spin_lock_init(&shared->spin);
	init_srcu_struct(&shared->srcu);
	xa_init(&shared->array);
}

/* A thread of the kernel's, as some of it is only for those. */
static int run_cases(void *data)
{
	own_slot = sim_schedule_self();
	make_shared();
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
	return 0;
}

static void start(void *arg)
{
	kthread_run(run_cases, NULL, "cases");
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
	sim_thread_wake(sim_thread_create(&attr, start, NULL));
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
