// SPDX-License-Identifier: GPL-2.0-only
/*
 * Locks under their kernel names, counts, memory, trace points:
 *  - a lock class is named as lockdep names it, and knows who waited where;
 *  - a lock in static storage works in one machine after the other;
 *  - spinlock, mutex and rwsem exclude; lockdep_assert_held() knows;
 *  - a reference count saturates and warns instead of coming back from zero;
 *  - kmalloc() is not zero, kzalloc() is; the nth allocation fails once;
 *  - probes see each call, in order, until they are unregistered or the machine ends.
 */
#include "tests/kapi/machine.h"

#include <linux/bug.h>
#include <linux/delay.h>
#include <linux/kref.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/rwsem.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/tracepoint.h>

/* --- classes and sites --- */

struct object {
	struct mutex lock;
	spinlock_t spin;
	u32 nr_inside;
};

static DEFINE_MUTEX(static_mutex);

static void contend(void *arg)
{
	struct object *object = arg;

	for (u32 i = 0; i < 10; i++) {
		mutex_lock(&object->lock);
		assert_int_equal(object->nr_inside++, 0);
		udelay(5);
		sim_settle();
		object->nr_inside--;
		mutex_unlock(&object->lock);
		mutex_lock(&static_mutex);
		mutex_unlock(&static_mutex);
	}
}

static void contend_twice(struct object *object)
{
	machine_start(1, contend, object);
	machine_run(0, contend, object);
}

static void lock_class_has_lockdeps_name_and_knows_the_site(void **state)
{
	static struct lock_class_key key;
	struct object object = {};
	struct sim_lock_class *class;

	__mutex_init(&object.lock, "some.name", &key);
	contend_twice(&object);
	class = sim_lock_class_get("some.name");
	assert_int_equal(class->acquisitions, 20);
	assert_true(class->contentions > 5);
	assert_string_equal(class->sites[0].site->file, "test_locks.c");
	assert_string_equal(class->sites[0].site->func, "contend");
	assert_int_equal(class->sites[0].contentions, class->contentions);
	assert_int_equal(sim_lock_class_get("static_mutex")->acquisitions, 20);
	mutex_init(&object.lock);
	assert_string_equal(object.lock.world.base.class->name, "&object.lock");
}

static void static_lock_works_in_the_next_machine(void **state)
{
	for (u32 i = 0; i < 3; i++) {
		struct object object = {};

		mutex_init(&object.lock);
		contend_twice(&object);
		assert_int_equal(sim_lock_class_get("static_mutex")->acquisitions, 20);
		machine_teardown(NULL);
		assert_int_equal(machine_setup(NULL), 0);
	}
}

/* --- exclusion --- */

static void spin_inside(void *arg)
{
	struct object *object = arg;
	unsigned long flags;

	for (u32 i = 0; i < 50; i++) {
		spin_lock_irqsave(&object->spin, flags);
		lockdep_assert_held(&object->spin);
		assert_false(sim_may_sleep());
		assert_int_equal(object->nr_inside++, 0);
		udelay(1);
		sim_settle();
		object->nr_inside--;
		spin_unlock_irqrestore(&object->spin, flags);
		assert_true(sim_may_sleep());
	}
}

static void spinlock_excludes_with_interrupts_off(void **state)
{
	struct object object = {};

	spin_lock_init(&object.spin);
	for (int cpu = 1; cpu < 8; cpu++)
		machine_start(cpu, spin_inside, &object);
	machine_run(0, spin_inside, &object);
	assert_int_equal(object.spin.world.base.class->acquisitions, 400);
}

struct shared {
	struct rw_semaphore sem;
	u32 nr_readers, nr_writers, max_readers;
};

static void read_shared(void *arg)
{
	struct shared *shared = arg;

	for (u32 i = 0; i < 20; i++) {
		down_read(&shared->sem);
		assert_int_equal(shared->nr_writers, 0);
		if (++shared->nr_readers > shared->max_readers)
			shared->max_readers = shared->nr_readers;
		udelay(4);
		sim_settle();
		shared->nr_readers--;
		up_read(&shared->sem);
	}
}

static void write_shared(void *arg)
{
	struct shared *shared = arg;

	for (u32 i = 0; i < 20; i++) {
		down_write(&shared->sem);
		lockdep_assert_held_write(&shared->sem);
		assert_int_equal(shared->nr_writers++ + shared->nr_readers, 0);
		udelay(2);
		sim_settle();
		shared->nr_writers--;
		up_write(&shared->sem);
	}
}

static void rwsem_shares_readers_and_excludes_writers(void **state)
{
	struct shared shared = {};

	init_rwsem(&shared.sem);
	for (int cpu = 2; cpu < 6; cpu++)
		machine_start(cpu, read_shared, &shared);
	machine_start(1, write_shared, &shared);
	machine_run(0, write_shared, &shared);
	assert_true(shared.max_readers > 1);
	assert_false(rwsem_is_locked(&shared.sem));
}

static void try_locks(void *arg)
{
	struct object object = {};

	mutex_init(&object.lock);
	spin_lock_init(&object.spin);
	assert_true(mutex_trylock(&object.lock));
	assert_true(mutex_is_locked(&object.lock));
	lockdep_assert_held(&object.lock);
	assert_false(mutex_trylock(&object.lock));
	mutex_unlock(&object.lock);
	assert_true(spin_trylock(&object.spin));
	assert_false(spin_trylock(&object.spin));
	spin_unlock(&object.spin);
	assert_false(spin_is_locked(&object.spin));
}

static void trylock_says_whether_it_took(void **state)
{
	machine_run(0, try_locks, NULL);
}

/* --- reference counts --- */

static void saturate(void *arg)
{
	refcount_t r = REFCOUNT_INIT(1);

	assert_true(refcount_inc_not_zero(&r));
	assert_false(refcount_dec_and_test(&r));
	assert_true(refcount_dec_and_test(&r));
	assert_false(refcount_inc_not_zero(&r));
	assert_int_equal(kapi_warnings(), 0);

	kapi_quiet_warnings(3);
	refcount_inc(&r);
	assert_int_equal(kapi_warnings(), 1);
	assert_int_equal((int)refcount_read(&r), REFCOUNT_SATURATED);

	refcount_set(&r, 0x7fffffff);
	refcount_inc(&r);
	assert_int_equal(kapi_warnings(), 2);
	assert_int_equal((int)refcount_read(&r), REFCOUNT_SATURATED);

	refcount_set(&r, 0);
	assert_false(refcount_dec_and_test(&r));
	assert_int_equal(kapi_warnings(), 3);
	assert_int_equal((int)refcount_read(&r), REFCOUNT_SATURATED);
}

static void refcount_saturates_and_warns(void **state)
{
	machine_run(0, saturate, NULL);
}

/* --- memory --- */

static void allocate(void *arg)
{
	u64 start_ps = machine_now_ps();
	u8 *dirty = kmalloc(100, GFP_KERNEL);
	u8 *clean = kzalloc(100, GFP_KERNEL);

	assert_int_equal(machine_now_ps() - start_ps, 80 * NS);
	for (u32 i = 0; i < 100; i++) {
		assert_int_not_equal(dirty[i], 0);
		assert_int_equal(clean[i], 0);
	}
	assert_int_equal(kapi_slab_objects(), 2);
	assert_int_equal(kapi_slab_bytes(), 200);
	kfree(dirty);
	kfree(clean);
	kfree(NULL);
	assert_int_equal(kapi_slab_objects(), 0);
	assert_null(kcalloc(1UL << 40, 1UL << 40, GFP_KERNEL));
}

static void kmalloc_is_not_zero_and_costs(void **state)
{
	machine_run(0, allocate, NULL);
}

static void fail_third(void *arg)
{
	void *kept[5];

	kapi_fail_nth(3);
	for (u32 i = 0; i < 5; i++) {
		kept[i] = kmalloc(8, GFP_KERNEL);
		assert_int_equal(kept[i] == NULL, i == 2);
	}
	assert_int_equal(kapi_fail_nth_left(), 0);
	for (u32 i = 0; i < 5; i++)
		kfree(kept[i]);
	kapi_fail_nth(1);
	kept[0] = kmalloc(8, GFP_KERNEL | __GFP_NOFAIL);
	assert_non_null(kept[0]);
	kfree(kept[0]);
	kapi_fail_nth(0);
}

static void nth_allocation_fails_once(void **state)
{
	machine_run(0, fail_third, NULL);
}

/* --- trace points --- */

DECLARE_TRACE(test_point, TP_PROTO(u32 a, const char *b), TP_ARGS(a, b));
DEFINE_TRACE(test_point, TP_PROTO(u32 a, const char *b), TP_ARGS(a, b));

static void probe(void *data, u32 a, const char *b)
{
	u32 *sum = data;

	assert_string_equal(b, "text");
	*sum = *sum * 10 + a;
}

static void probes_see_calls_until_unregistered(void **state)
{
	u32 sum = 0, other = 0;

	trace_test_point(9, "nobody");
	assert_int_equal(register_trace_test_point(probe, &sum), 0);
	assert_int_equal(register_trace_test_point(probe, &sum), -EEXIST);
	trace_test_point(1, "text");
	assert_int_equal(register_trace_test_point(probe, &other), 0);
	trace_test_point(2, "text");
	assert_int_equal(unregister_trace_test_point(probe, &sum), 0);
	assert_int_equal(unregister_trace_test_point(probe, &sum), -ENOENT);
	trace_test_point(3, "text");
	assert_int_equal(sum, 12);
	assert_int_equal(other, 23);
	machine_teardown(NULL);
	assert_int_equal(machine_setup(NULL), 0);
	trace_test_point(4, "text");
	assert_int_equal(other, 23);
	assert_int_equal(register_trace_test_point(probe, &sum), 0);
	trace_test_point(5, "text");
	assert_int_equal(other, 23);
	assert_int_equal(sum, 125);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_ON_MACHINE(lock_class_has_lockdeps_name_and_knows_the_site),
		TEST_ON_MACHINE(static_lock_works_in_the_next_machine),
		TEST_ON_MACHINE(spinlock_excludes_with_interrupts_off),
		TEST_ON_MACHINE(rwsem_shares_readers_and_excludes_writers),
		TEST_ON_MACHINE(trylock_says_whether_it_took),
		TEST_ON_MACHINE(refcount_saturates_and_warns),
		TEST_ON_MACHINE(kmalloc_is_not_zero_and_costs),
		TEST_ON_MACHINE(nth_allocation_fails_once),
		TEST_ON_MACHINE(probes_see_calls_until_unregistered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
