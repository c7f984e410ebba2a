// SPDX-License-Identifier: GPL-2.0-only
/*
 * RCU:
 *  - a grace period waits for the reader that existed, nested or asleep;
 *  - it does not wait for readers that began later, however many;
 *  - callbacks run in order, after the readers; kfree_rcu() frees;
 *  - rcu_barrier() waits for the callbacks.
 */
#include "tests/kapi/machine.h"

#include <linux/delay.h>
#include <linux/rculist.h>
#include <linux/sched.h>
#include <linux/slab.h>

static u64 reader_end_ps, grace_end_ps;

static void long_reader(void *arg)
{
	rcu_read_lock();
	rcu_read_lock();
	msleep(3);
	rcu_read_unlock();
	msleep(2);
	reader_end_ps = machine_now_ps();
	rcu_read_unlock();
}

static void wait_grace(void *arg)
{
	udelay(100);
	sim_settle();
	synchronize_rcu();
	grace_end_ps = machine_now_ps();
}

static void grace_period_waits_for_the_reader_that_existed(void **state)
{
	reader_end_ps = grace_end_ps = 0;
	machine_start(1, long_reader, NULL);
	machine_run(0, wait_grace, NULL);
	assert_true(reader_end_ps > 5 * SIM_PS_PER_MS);
	assert_true(grace_end_ps >= reader_end_ps);
	assert_true(grace_end_ps < reader_end_ps + SIM_PS_PER_MS);
}

static bool is_over;

/* Readers that overlap, so that there is one at every moment. */
static void endless_readers(void *arg)
{
	while (!is_over) {
		rcu_read_lock();
		msleep(2);
		rcu_read_unlock();
	}
}

static void wait_beside_readers(void *arg)
{
	u64 start_ps;

	msleep(5);
	start_ps = machine_now_ps();
	synchronize_rcu();
	grace_end_ps = machine_now_ps() - start_ps;
	is_over = true;
}

static void grace_period_does_not_wait_for_later_readers(void **state)
{
	is_over = false;
	for (int cpu = 1; cpu < 4; cpu++) {
		machine_start(cpu, endless_readers, NULL);
		sim_run(sim_now_ps() + 700 * SIM_PS_PER_US);
	}
	machine_run(0, wait_beside_readers, NULL);
	assert_true(grace_end_ps < 3 * SIM_PS_PER_MS);
}

struct node {
	struct rcu_head rcu;
	u32 number;
};

static u32 nr_called;

static void called(struct rcu_head *head)
{
	struct node *node = container_of(head, struct node, rcu);

	assert_int_equal(node->number, nr_called);
	assert_true(reader_end_ps != 0);
	nr_called++;
	kfree(node);
}

static void call_many(void *arg)
{
	udelay(100);
	sim_settle();
	for (u32 i = 0; i < 20; i++) {
		struct node *node = kmalloc(sizeof(*node), GFP_KERNEL);

		node->number = i;
		call_rcu(&node->rcu, called);
	}
	assert_int_equal(nr_called, 0);
	rcu_barrier();
	assert_int_equal(nr_called, 20);
	assert_int_equal(kapi_slab_objects(), 0);
}

static void callbacks_run_in_order_after_the_readers(void **state)
{
	nr_called = 0;
	reader_end_ps = 0;
	machine_start(1, long_reader, NULL);
	machine_run(0, call_many, NULL);
	assert_int_equal(nr_called, 20);
}

static struct node *published;

/* Under ASan a reader that is not waited for is caught. */
static void read_published(void *arg)
{
	for (u32 i = 0; i < 200; i++) {
		struct node *node;

		rcu_read_lock();
		node = rcu_dereference(published);
		udelay(7);
		sim_settle();
		if (node)
			assert_in_range(node->number, 0, 1000);
		rcu_read_unlock();
	}
}

static void replace_published(void *arg)
{
	for (u32 i = 0; i < 100; i++) {
		struct node *node = kmalloc(sizeof(*node), GFP_KERNEL);
		struct node *old = published;

		node->number = i;
		rcu_assign_pointer(published, node);
		kfree_rcu(old, rcu);
		udelay(11);
		sim_settle();
	}
	kfree_rcu(published, rcu);
	published = NULL;
	rcu_barrier();
	assert_int_equal(kapi_slab_objects(), 0);
}

static void kfree_rcu_frees_behind_the_readers(void **state)
{
	published = NULL;
	for (int cpu = 1; cpu < 4; cpu++)
		machine_start(cpu, read_published, NULL);
	machine_run(0, replace_published, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_ON_MACHINE(grace_period_waits_for_the_reader_that_existed),
		TEST_ON_MACHINE(grace_period_does_not_wait_for_later_readers),
		TEST_ON_MACHINE(callbacks_run_in_order_after_the_readers),
		TEST_ON_MACHINE(kfree_rcu_frees_behind_the_readers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
