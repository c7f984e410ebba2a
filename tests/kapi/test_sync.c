// SPDX-License-Identifier: GPL-2.0-only
/*
 * What lock-free code stands on:
 *  - a line that CPUs only read is shared, a write takes it from all of them;
 *  - synchronize_srcu() waits for readers that sleep, not for later ones;
 *  - a sequence count makes the reader that overlaps a writer try again;
 *  - a per-CPU variable has a value for each CPU;
 *  - a lock-free list gives back all, and says who found it empty;
 *  - who waits for a variable is woken by its name, and by no other;
 *  - a delayed work runs when its time has passed, unless it is taken back;
 *  - all are told of the end of an invalidation that somebody refused;
 *  - mmget() on many CPUs waits for the line of the count.
 */
#include "tests/kapi/machine.h"

#include <linux/delay.h>
#include <linux/errno.h>
#include <linux/llist.h>
#include <linux/mm.h>
#include <linux/mmu_notifier.h>
#include <linux/percpu.h>
#include <linux/sched/mm.h>
#include <linux/seqlock.h>
#include <linux/srcu.h>
#include <linux/wait_bit.h>
#include <linux/workqueue.h>

/* --- lines --- */

static struct kapi_touch line;

static void read_line(void *arg)
{
	u64 begin_ps = machine_now_ps();

	kapi_touch_read(&line);
	*(u64 *)arg = machine_now_ps() - begin_ps;
}

static void write_line(void *arg)
{
	u64 begin_ps = machine_now_ps();

	kapi_touch(&line);
	*(u64 *)arg = machine_now_ps() - begin_ps;
}

static u64 cost_ps(int cpu, void (*access)(void *arg))
{
	u64 cost = 0;

	machine_run(cpu, access, &cost);
	return cost;
}

static void line_that_is_only_read_is_shared(void **state)
{
	line = (struct kapi_touch){};
	assert_int_equal(cost_ps(0, write_line), TEST_MEMORY_PS);
	assert_int_equal(cost_ps(1, read_line), TEST_CLUSTER_PS);
	assert_int_equal(cost_ps(4, read_line), TEST_REMOTE_PS);
	/* All three have it now. */
	assert_int_equal(cost_ps(0, read_line), TEST_HIT_PS);
	assert_int_equal(cost_ps(1, read_line), TEST_HIT_PS);
	assert_int_equal(cost_ps(4, read_line), TEST_HIT_PS);
	/* The writer takes it from the farthest, also the one that had written it. */
	assert_int_equal(cost_ps(0, write_line), TEST_REMOTE_PS);
	assert_int_equal(cost_ps(0, write_line), TEST_HIT_PS);
	assert_int_equal(cost_ps(1, read_line), TEST_CLUSTER_PS);
}

/* --- SRCU --- */

static struct srcu_struct srcu;
static bool is_read, is_synchronized;

static void read_and_sleep(void *arg)
{
	int idx = srcu_read_lock(&srcu);

	msleep(5);
	is_read = true;
	assert_false(is_synchronized);
	srcu_read_unlock(&srcu, idx);
}

static void read_late(void *arg)
{
	int idx;

	msleep(2);
	idx = srcu_read_lock(&srcu);
	msleep(20);
	assert_true(is_synchronized);
	srcu_read_unlock(&srcu, idx);
}

static void synchronize(void *arg)
{
	assert_int_equal(init_srcu_struct(&srcu), 0);
	/* Nobody reads. */
	synchronize_srcu(&srcu);
	machine_start(1, read_and_sleep, NULL);
	machine_start(2, read_late, NULL);
	msleep(1);
	synchronize_srcu(&srcu);
	assert_true(is_read);
	is_synchronized = true;
	msleep(50);
	synchronize_srcu(&srcu);
	cleanup_srcu_struct(&srcu);
	kapi_fail_nth(1);
	assert_int_equal(init_srcu_struct(&srcu), -ENOMEM);
}

static void srcu_waits_for_readers_that_sleep_and_not_for_later_ones(void **state)
{
	is_read = is_synchronized = false;
	machine_run(0, synchronize, NULL);
	assert_int_equal(kapi_slab_objects(), 0);
	assert_int_equal(kapi_warnings(), 0);
}

/* --- sequence counts --- */

static seqcount_mutex_t seq;
static struct mutex seq_mutex;
static int halves[2];

static void write_halves(void *arg)
{
	for (int i = 1; i <= 20; i++) {
		mutex_lock(&seq_mutex);
		write_seqcount_begin(&seq);
		halves[0] = i;
		udelay(3);
		sim_settle();
		halves[1] = i;
		write_seqcount_end(&seq);
		mutex_unlock(&seq_mutex);
		udelay(2);
		sim_settle();
	}
}

static void read_halves(void *arg)
{
	u32 *nr_retries = arg;

	while (halves[1] < 20) {
		unsigned int start;
		int a, b, tries = 0;

		do {
			start = read_seqcount_begin(&seq);
			a = halves[0];
			ndelay(700);
			sim_settle();
			b = halves[1];
			*nr_retries += tries++ > 0;
		} while (read_seqcount_retry(&seq, start));
		assert_int_equal(a, b);
	}
}

static void sequence_count_makes_an_overlapped_reader_try_again(void **state)
{
	u32 nr_retries = 0;

	mutex_init(&seq_mutex);
	seqcount_mutex_init(&seq, &seq_mutex);
	halves[0] = halves[1] = 0;
	machine_start(1, write_halves, NULL);
	machine_run(2, read_halves, &nr_retries);
	assert_true(nr_retries > 0);
}

/* --- per-CPU variables --- */

struct counters {
	u64 a, b;
};

static void count(void *arg)
{
	struct counters *counters = arg;

	this_cpu_inc(counters->a);
	this_cpu_add(counters->b, smp_processor_id());
}

static void per_cpu_variable_has_a_value_for_each_cpu(void **state)
{
	struct counters *counters = alloc_percpu(struct counters);

	for (int cpu = 0; cpu < 8; cpu++) {
		for (int i = 0; i <= cpu; i++)
			machine_start(cpu, count, counters);
	}
	sim_run(SIM_TIME_NEVER);
	for (u64 cpu = 0; cpu < 8; cpu++) {
		assert_int_equal(per_cpu_ptr(counters, cpu)->a, cpu + 1);
		assert_int_equal(per_cpu_ptr(counters, cpu)->b, (cpu + 1) * cpu);
	}
	free_percpu(counters);
	assert_int_equal(kapi_slab_objects(), 0);
}

/* --- lock-free lists --- */

struct item {
	struct llist_node node;
	int number;
};

static void lock_free_list_gives_back_all(void **state)
{
	struct item items[5], *item, *next;
	struct llist_node *first;
	struct llist_head list;
	int expected = 0;

	init_llist_head(&list);
	assert_true(llist_empty(&list));
	assert_null(llist_del_all(&list));
	for (int i = 0; i < 5; i++) {
		items[i].number = i;
		assert_int_equal(llist_add(&items[i].node, &list), i == 0);
	}
	first = llist_reverse_order(llist_del_all(&list));
	assert_true(llist_empty(&list));
	llist_for_each_entry_safe(item, next, first, node)
		assert_int_equal(item->number, expected++);
	assert_int_equal(expected, 5);
	assert_true(llist_add(&items[0].node, &list));
}

/* --- waiting for a variable --- */

static int variables[2];
static u32 nr_checks;

static bool check(int i)
{
	nr_checks += i == 0;
	return variables[i];
}

static void wait_for(void *arg)
{
	long i = (long)arg;

	wait_var_event(&variables[i], check(i));
}

static void set_variables(void *arg)
{
	msleep(1);
	wake_up_var(&variables[1]);
	msleep(1);
	/* Before sleeping and after a look, no more: the other name woke nobody. */
	assert_int_equal(nr_checks, 2 * 2);
	variables[0] = 1;
	wake_up_var(&variables[0]);
	msleep(1);
	assert_int_equal(nr_checks, 3 * 2);
	variables[1] = 1;
	wake_up_var(&variables[1]);
}

static void who_waits_for_a_variable_is_woken_by_its_name(void **state)
{
	variables[0] = variables[1] = 0;
	nr_checks = 0;
	machine_start(1, wait_for, (void *)0);
	machine_start(2, wait_for, (void *)0);
	machine_start(3, wait_for, (void *)1);
	machine_run(0, set_variables, NULL);
}

/* --- delayed works --- */

static struct delayed_work dwork;
static u32 nr_runs;
static u64 ran_at_ps;

static void run_dwork(struct work_struct *work)
{
	assert_ptr_equal(to_delayed_work(work), &dwork);
	nr_runs++;
	ran_at_ps = machine_now_ps();
}

static void delay_works(void *arg)
{
	u64 begin_ps = machine_now_ps();

	INIT_DELAYED_WORK(&dwork, run_dwork);
	assert_true(queue_delayed_work(system_wq, &dwork, 3));
	assert_false(queue_delayed_work(system_wq, &dwork, 1));
	msleep(100);
	assert_int_equal(nr_runs, 1);
	assert_true(ran_at_ps - begin_ps >= 3 * SIM_PS_PER_S / HZ);
	assert_true(ran_at_ps - begin_ps < 4 * SIM_PS_PER_S / HZ);
	assert_false(cancel_delayed_work_sync(&dwork));

	assert_true(queue_delayed_work(system_wq, &dwork, 3));
	assert_true(cancel_delayed_work_sync(&dwork));
	msleep(100);
	assert_int_equal(nr_runs, 1);

	begin_ps = machine_now_ps();
	assert_false(mod_delayed_work(system_wq, &dwork, 2));
	assert_true(mod_delayed_work(system_wq, &dwork, 10));
	msleep(100);
	assert_int_equal(nr_runs, 2);
	assert_true(ran_at_ps - begin_ps >= 10 * SIM_PS_PER_S / HZ);
	/* May queue itself. */
	assert_true(queue_delayed_work(system_wq, &dwork, 0));
	msleep(1);
	assert_int_equal(nr_runs, 3);
}

static void delayed_work_runs_when_its_time_has_passed(void **state)
{
	nr_runs = 0;
	machine_run(0, delay_works, NULL);
}

/* --- MMU notifiers --- */

struct subscriber {
	struct mmu_notifier notifier;
	int start_error;
	u32 nr_starts, nr_ends;
};

static int on_start(struct mmu_notifier *notifier, const struct mmu_notifier_range *range)
{
	struct subscriber *subscriber = container_of(notifier, struct subscriber, notifier);

	subscriber->nr_starts++;
	return subscriber->start_error;
}

static void on_end(struct mmu_notifier *notifier, const struct mmu_notifier_range *range)
{
	container_of(notifier, struct subscriber, notifier)->nr_ends++;
}

static void refuse_invalidation(void *arg)
{
	static const struct mmu_notifier_ops ops = {
		.invalidate_range_start = on_start,
		.invalidate_range_end = on_end,
	};
	struct subscriber subscribers[2] = {{.notifier.ops = &ops},
					    {.notifier.ops = &ops, .start_error = -EAGAIN}};
	struct mm_struct *mm = mm_alloc();
	struct mmu_notifier_range range;

	for (int i = 0; i < 2; i++)
		assert_int_equal(mmu_notifier_register(&subscribers[i].notifier, mm), 0);
	mmu_notifier_range_init(&range, MMU_NOTIFY_CLEAR, 0, NULL, mm, 0, PAGE_SIZE);
	assert_int_equal(mmu_notifier_invalidate_range_start_nonblock(&range), -EAGAIN);
	for (int i = 0; i < 2; i++) {
		assert_int_equal(subscribers[i].nr_starts, 1);
		assert_int_equal(subscribers[i].nr_ends, 1);
		mmu_notifier_unregister(&subscribers[i].notifier, mm);
	}
	assert_int_equal(mm->nr_invalidating, 0);
	mmput(mm);
}

static void all_are_told_of_the_end_of_a_refused_invalidation(void **state)
{
	machine_run(0, refuse_invalidation, NULL);
	assert_int_equal(kapi_slab_objects(), 0);
}

static void use_mm(void *arg)
{
	for (int i = 0; i < 1000; i++) {
		mmget(arg);
		mmput(arg);
	}
}

static u64 use_mm_on(u32 nr_cpus)
{
	struct mm_struct mm = {};
	u64 begin_ps = sim_now_ps();

	kapi_mm_init(&mm);
	for (u32 cpu = 0; cpu < nr_cpus; cpu++)
		machine_start(cpu, use_mm, &mm);
	sim_run(SIM_TIME_NEVER);
	return sim_now_ps() - begin_ps;
}

static void mmget_on_many_cpus_waits_for_the_line(void **state)
{
	/* Within one socket: the line can be in one place only. */
	assert_true(use_mm_on(4) > 4 * 2000 * (TEST_CLUSTER_PS + 7 * NS));
	assert_true(use_mm_on(1) < 2000 * (TEST_HIT_PS + 7 * NS + TEST_CALL_PS) + 5000 * NS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_ON_MACHINE(line_that_is_only_read_is_shared),
		TEST_ON_MACHINE(srcu_waits_for_readers_that_sleep_and_not_for_later_ones),
		TEST_ON_MACHINE(sequence_count_makes_an_overlapped_reader_try_again),
		TEST_ON_MACHINE(per_cpu_variable_has_a_value_for_each_cpu),
		TEST_ON_MACHINE(lock_free_list_gives_back_all),
		TEST_ON_MACHINE(who_waits_for_a_variable_is_woken_by_its_name),
		TEST_ON_MACHINE(delayed_work_runs_when_its_time_has_passed),
		TEST_ON_MACHINE(all_are_told_of_the_end_of_a_refused_invalidation),
		TEST_ON_MACHINE(mmget_on_many_cpus_waits_for_the_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
