// SPDX-License-Identifier: GPL-2.0-only
/*
 * What locks do wrong though nothing happened yet, and what happened. Claims, by lockdep's rules:
 *  - an order is wrong when it closes a circle of classes, over others too, read locks included;
 *  - a trylock is inside nothing, others are inside it;
 *  - a lock inside its own class is wrong, but for mutex_lock_nested();
 *  - what an interrupt takes may not be taken, nor have inside it what is taken, with interrupts
 * on;
 *  - sleeping with a spinlock held, interrupts off or as an RCU reader is said, and goes on;
 *  - threads that wait for each other are told as a circle: who for which lock, held by whom.
 */
#include "tests/kapi/machine.h"

#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/mutex.h>
#include <linux/rcupdate.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

#include <string.h>

#include "sim/circle.h"
#include "sim/defects.h"
#include "sim/holds.h"

static struct mutex a, b, c;
static struct rw_semaphore sem;
static spinlock_t spin, other_spin;

static void init_locks(void)
{
	mutex_init(&a);
	mutex_init(&b);
	mutex_init(&c);
	init_rwsem(&sem);
	spin_lock_init(&spin);
	spin_lock_init(&other_spin);
}

static u64 nr_orders(void)
{
	return sim_defects()->counts.lock_orders;
}

static u64 nr_sleeps(void)
{
	return sim_defects()->counts.atomic_sleeps;
}

static const char *last_line(void)
{
	const struct sim_defects *defects = sim_defects();

	assert_true(defects->nr_lines);
	return defects->lines[defects->nr_lines - 1];
}

static void assert_said(const char *text)
{
	if (!strstr(last_line(), text))
		fail_msg("'%s' is not in: %s", text, last_line());
}

/* --- circles of classes --- */

static void take_both(struct mutex *outer, struct mutex *inner)
{
	mutex_lock(outer);
	mutex_lock(inner);
	mutex_unlock(inner);
	mutex_unlock(outer);
}

static void invert(void *arg)
{
	init_locks();
	take_both(&a, &b);
	take_both(&a, &b);
	assert_int_equal(nr_orders(), 0);
	assert_null(kapi_lockdep_found());
	take_both(&b, &a);
	take_both(&b, &a);
	assert_int_equal(nr_orders(), 1);
	assert_said("lock order: &a is taken inside &b, and &b inside &a\n");
	assert_said("taken at");
	assert_said("\n    &b    test_lockdep.c:");
	assert_said("\n    &a    test_lockdep.c:");
	assert_said("take_both()");
	assert_said("  test\n");
	assert_string_equal(kapi_lockdep_found(), last_line());
}

static void an_order_that_closes_a_circle_is_said_once(void **state)
{
	machine_run(0, invert, NULL);
}

static void invert_over_a_third(void *arg)
{
	init_locks();
	take_both(&a, &b);
	take_both(&b, &c);
	take_both(&a, &c);
	assert_int_equal(nr_orders(), 0);
	take_both(&c, &a);
	assert_int_equal(nr_orders(), 1);
	assert_said("and &c inside &a");
	mutex_init(&a);
	take_both(&c, &a);
	take_both(&c, &b);
	assert_int_equal(nr_orders(), 2);
	assert_said("&b is taken inside &c, and &c inside &b\n");
}

static void circles_go_over_others_and_locks_of_a_class_are_one(void **state)
{
	machine_run(0, invert_over_a_third, NULL);
}

static void read_inside_out(void *arg)
{
	init_locks();
	mutex_lock(&a);
	down_read(&sem);
	up_read(&sem);
	mutex_unlock(&a);
	down_read(&sem);
	mutex_lock(&a);
	assert_int_equal(nr_orders(), 1);
	mutex_unlock(&a);
	up_read(&sem);
	down_read(&sem);
	down_read(&sem);
	assert_int_equal(nr_orders(), 2);
	assert_said("the lock &sem is taken inside itself");
	up_read(&sem);
	up_read(&sem);
}

static void readers_are_no_exception(void **state)
{
	machine_run(0, read_inside_out, NULL);
}

static void try_inside_out(void *arg)
{
	init_locks();
	take_both(&a, &b);
	mutex_lock(&b);
	assert_true(mutex_trylock(&a));
	assert_int_equal(nr_orders(), 0);
	mutex_lock(&c);
	mutex_unlock(&c);
	mutex_unlock(&a);
	mutex_unlock(&b);
	take_both(&c, &a);
	assert_int_equal(nr_orders(), 1);
	assert_said("&a is taken inside &c, and &c inside &a");
	assert_said("a trylock");
}

static void trylock_is_inside_nothing_and_others_inside_it(void **state)
{
	machine_run(0, try_inside_out, NULL);
}

static void nest(void *arg)
{
	struct mutex twins[2];

	for (u32 i = 0; i < 2; i++)
		mutex_init(&twins[i]);
	mutex_lock(&twins[0]);
	mutex_lock_nested(&twins[1], 1);
	mutex_unlock(&twins[1]);
	mutex_unlock(&twins[0]);
	assert_int_equal(nr_orders(), 0);
	take_both(&twins[0], &twins[1]);
	assert_int_equal(nr_orders(), 1);
	assert_said("a lock &twins[i] is taken inside another of its class");
}

static void class_inside_itself_must_be_said_to_nest(void **state)
{
	machine_run(0, nest, NULL);
}

/* --- interrupts --- */

static void take_in_interrupt(struct sim_irq *irq)
{
	spin_lock(&spin);
	spin_unlock(&spin);
}

static void interrupt(void)
{
	static struct sim_irq irq;

	sim_irq_init(&irq, 7, 1, take_in_interrupt);
	sim_irq_raise(&irq);
	msleep(1);
	assert_int_equal(irq.nr_taken, 1);
}

static void take_spin(spinlock_t *lock, bool are_irqs_off)
{
	unsigned long flags = 0;

	if (are_irqs_off)
		local_irq_save(flags);
	spin_lock(lock);
	spin_unlock(lock);
	if (are_irqs_off)
		local_irq_restore(flags);
}

static void take_with_interrupts_on(void *arg)
{
	init_locks();
	take_spin(&spin, true);
	interrupt();
	take_spin(&spin, true);
	assert_int_equal(nr_orders(), 0);
	take_spin(&spin, false);
	assert_int_equal(nr_orders(), 1);
	assert_said("&spin is taken by an interrupt, and &spin with interrupts on");
	assert_said("in a hard interrupt");
}

static void what_an_interrupt_takes_is_not_taken_with_interrupts_on(void **state)
{
	machine_run(0, take_with_interrupts_on, NULL);
}

static void take_unsafe_inside(void *arg)
{
	init_locks();
	interrupt();
	local_irq_disable();
	spin_lock(&spin);
	spin_lock(&other_spin);
	spin_unlock(&other_spin);
	spin_unlock(&spin);
	assert_int_equal(nr_orders(), 0);
	/* As good as taking it then: it is held with interrupts on. */
	spin_lock(&other_spin);
	local_irq_enable();
	spin_unlock(&other_spin);
	assert_int_equal(nr_orders(), 1);
	assert_said("&spin is taken by an interrupt, and inside it &other_spin with interrupts on");
}

static void nor_has_it_inside_what_is(void **state)
{
	machine_run(0, take_unsafe_inside, NULL);
}

/* --- sleeping --- */

static void keep_for_a_while(void *arg)
{
	mutex_lock(&a);
	msleep(2);
	mutex_unlock(&a);
}

static void sleep_under_spinlock(void *arg)
{
	u64 begin_ps;

	init_locks();
	machine_start(1, keep_for_a_while, NULL);
	msleep(1);
	spin_lock(&spin);
	begin_ps = machine_now_ps();
	mutex_lock(&a);
	assert_true(machine_now_ps() > begin_ps + SIM_PS_PER_MS / 2);
	assert_false(sim_may_sleep());
	mutex_unlock(&a);
	spin_unlock(&spin);
	assert_true(sim_may_sleep());
	assert_int_equal(nr_sleeps(), 1);
	assert_said("thread 'test' may sleep, at test_lockdep.c:");
	assert_said(
		"sleep_under_spinlock(), with preemption off; it holds &spin, taken at test_lockdep.c:");
}

static void sleeping_under_a_spinlock_is_said_and_goes_on(void **state)
{
	machine_run(0, sleep_under_spinlock, NULL);
}

static void sleep_otherwise(void *arg)
{
	struct wait_queue_head queue;

	init_locks();
	init_waitqueue_head(&queue);
	local_irq_disable();
	kfree(kmalloc(8, GFP_ATOMIC));
	assert_int_equal(nr_sleeps(), 0);
	kfree(kmalloc(8, GFP_KERNEL));
	assert_int_equal(nr_sleeps(), 1);
	assert_said("with interrupts off");
	local_irq_enable();
	preempt_disable();
	assert_int_equal(wait_event_timeout(queue, false, 1), 0);
	preempt_enable();
	assert_int_equal(nr_sleeps(), 2);
	assert_said("with preemption off");
	rcu_read_lock();
	down_write(&sem);
	up_write(&sem);
	rcu_read_unlock();
	assert_int_equal(nr_sleeps(), 3);
	assert_said("inside an RCU read section");
	msleep(1);
	assert_int_equal(nr_sleeps(), 3);
}

static void sleeping_otherwise_is_said(void **state)
{
	machine_run(0, sleep_otherwise, NULL);
}

/* --- deadlocks --- */

static void lock_a_then_b(void *arg)
{
	mutex_lock(&a);
	msleep(1);
	mutex_lock(&b);
}

static void lock_b_then_sem(void *arg)
{
	mutex_lock(&b);
	msleep(1);
	down_write(&sem);
}

static void read_sem_then_lock_a(void *arg)
{
	down_read(&sem);
	msleep(1);
	mutex_lock(&a);
}

/* It waits for the circle, and is none of it. */
static void lock_b_late(void *arg)
{
	msleep(2);
	mutex_lock(&b);
}

static void threads_that_wait_for_each_other_are_a_circle(void **state)
{
	const struct sim_thread *thread;
	char text[1000], other[1000];

	init_locks();
	machine_start(0, lock_b_late, NULL);
	machine_start(1, lock_a_then_b, NULL);
	machine_start(2, lock_b_then_sem, NULL);
	machine_start(3, read_sem_then_lock_a, NULL);
	assert_int_equal(sim_run(SIM_TIME_NEVER), SIM_RUN_IDLE);
	thread = sim_circle_next(NULL, text, sizeof(text));
	assert_non_null(thread);
	assert_null(sim_circle_next(thread, other, sizeof(other)));
	assert_non_null(strstr(text, "deadlock of 3 threads\n    thread  waits for  asked at"));
	assert_non_null(strstr(text, "lock_a_then_b()"));
	assert_non_null(strstr(text, "lock_b_then_sem()"));
	assert_non_null(strstr(text, "read_sem_then_lock_a()"));
	assert_null(strstr(text, "lock_b_late()"));
	/* The order was wrong before that. */
	assert_int_equal(nr_orders(), 1);
}

static void lock_twice(void *arg)
{
	mutex_lock(&a);
	mutex_lock(&a);
}

static void thread_that_waits_for_itself_is_one(void **state)
{
	char text[1000];

	init_locks();
	machine_start(0, lock_twice, NULL);
	assert_int_equal(sim_run(SIM_TIME_NEVER), SIM_RUN_IDLE);
	assert_non_null(sim_circle_next(NULL, text, sizeof(text)));
	assert_non_null(strstr(text, "deadlock of 1 thread\n"));
	assert_int_equal(nr_orders(), 1);
	assert_said("the lock &a is taken inside itself");
}

static void nothing_waits_in_a_circle(void **state)
{
	char text[1000];

	init_locks();
	machine_start(0, keep_for_a_while, NULL);
	machine_start(1, keep_for_a_while, NULL);
	assert_int_equal(sim_run(SIM_PS_PER_MS), SIM_RUN_UNTIL);
	assert_null(sim_circle_next(NULL, text, sizeof(text)));
	assert_int_equal(sim_run(SIM_TIME_NEVER), SIM_RUN_IDLE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_ON_MACHINE(an_order_that_closes_a_circle_is_said_once),
		TEST_ON_MACHINE(circles_go_over_others_and_locks_of_a_class_are_one),
		TEST_ON_MACHINE(readers_are_no_exception),
		TEST_ON_MACHINE(trylock_is_inside_nothing_and_others_inside_it),
		TEST_ON_MACHINE(class_inside_itself_must_be_said_to_nest),
		TEST_ON_MACHINE(what_an_interrupt_takes_is_not_taken_with_interrupts_on),
		TEST_ON_MACHINE(nor_has_it_inside_what_is),
		TEST_ON_MACHINE(sleeping_under_a_spinlock_is_said_and_goes_on),
		TEST_ON_MACHINE(sleeping_otherwise_is_said),
		TEST_ON_MACHINE(threads_that_wait_for_each_other_are_a_circle),
		TEST_ON_MACHINE(thread_that_waits_for_itself_is_one),
		TEST_ON_MACHINE(nothing_waits_in_a_circle),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
