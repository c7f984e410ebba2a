// SPDX-License-Identifier: GPL-2.0-only
/*
 * What kernel code does wrong is counted and said: frees, leaks, locks kept, warnings. Claims:
 * each line names the object or lock, and the place; messages are limited as Linux limits them.
 */
#include "tests/kapi/machine.h"

#include <linux/delay.h>
#include <linux/mutex.h>
#include <linux/printk.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

#include <string.h>

#include "sim/arena_internal.h"
#include "sim/defects.h"

static bool is_said(const char *text)
{
	const struct sim_defects *defects = sim_defects();

	for (u32 i = 0; i < defects->nr_lines; i++) {
		if (strstr(defects->lines[i], text))
			return true;
	}
	return false;
}

/* With AddressSanitizer these are its to find. */
static void use_after_free(void *arg)
{
	u8 *object = kmalloc(40, GFP_KERNEL), *other = kmalloc(24, GFP_KERNEL);
	char text[400];

	if (SIM_HAS_ASAN)
		return;
	kfree(object);
	assert_int_equal(object[3], 0x6b);
	assert_true(kapi_slab_blame((u64)object + 8, text, sizeof(text)));
	assert_non_null(strstr(text, "object of 40 bytes, allocated at test_defects.c:"));
	assert_non_null(strstr(text, "use_after_free(), freed at test_defects.c:"));
	assert_false(kapi_slab_blame((u64)other, text, sizeof(text)));
	object[7] = 1;
	kapi_slab_check();
	assert_int_equal(sim_defects()->counts.freed_uses, 1);
	assert_true(is_said("written to after it was freed, byte 7"));
	kfree(object);
	assert_int_equal(sim_defects()->counts.double_frees, 1);
	assert_true(is_said("freed twice, at test_defects.c:"));
	kfree(other);
}

static void use_of_freed_objects_is_named(void **state)
{
	machine_run(0, use_after_free, NULL);
}

/* 64 KiB later it is the arena's again. */
static void hold_back(void *arg)
{
	u8 *object = kmalloc(64, GFP_KERNEL);
	char text[400];

	if (SIM_HAS_ASAN)
		return;
	kfree(object);
	for (u32 i = 0; i < 64; i++) {
		assert_true(kapi_slab_blame((u64)object, text, sizeof(text)));
		kfree(kmalloc(1020, GFP_KERNEL));
	}
	for (u32 i = 0; i < 2; i++)
		kfree(kmalloc(1024, GFP_KERNEL));
	assert_false(kapi_slab_blame((u64)object, text, sizeof(text)));
}

static void freed_objects_are_held_back_for_64_kib(void **state)
{
	machine_run(0, hold_back, NULL);
}

static void leak(void *arg)
{
	void *before = kmalloc(16, GFP_KERNEL);
	u64 mark = kapi_slab_mark();
	void *object = kcalloc(3, 8, GFP_KERNEL), *gone = kmalloc(16, GFP_KERNEL);

	kfree(gone);
	assert_int_equal(kapi_slab_leaks(mark), 1);
	assert_true(is_said("never freed: object of 24 bytes, allocated at test_defects.c:"));
	kfree(object);
	assert_int_equal(kapi_slab_leaks(mark), 0);
	kfree(before);
}

static void leaks_are_told_by_place(void **state)
{
	machine_run(0, leak, NULL);
}

static struct mutex lock;

static void keep_lock(struct work_struct *work)
{
	mutex_lock(&lock);
}

static void keep(void *arg)
{
	struct work_struct work;

	mutex_init(&lock);
	INIT_WORK(&work, keep_lock);
	schedule_work(&work);
	flush_work(&work);
	assert_int_equal(sim_defects()->counts.kept_locks, 1);
	assert_true(is_said("a work ended in thread 'kworker"));
	assert_true(is_said("with lock &lock held, taken at test_defects.c:"));
}

static void lock_that_outlives_its_work_is_named(void **state)
{
	machine_run(0, keep, NULL);
}

static u32 nr_of(const char *text, const char *word)
{
	u32 nr = 0;

	while ((text = strstr(text, word))) {
		nr++;
		text++;
	}
	return nr;
}

static void chatter(void *arg)
{
	kapi_set_console_level(0);
	for (u32 i = 0; i < 40; i++) {
		pr_err_ratelimited("something is wrong\n");
		msleep(1);
	}
	assert_int_equal(nr_of(kapi_log(), "something is wrong"), 10);
	msleep(5000);
	pr_err_ratelimited("something else\n");
	for (u32 i = 0; i < 2; i++) {
		msleep(1);
		pr_info("line %u\n", i);
	}
	assert_int_equal(nr_of(kapi_log(), "line "), 2);
}

static void messages_of_a_place_are_ten_in_five_seconds(void **state)
{
	machine_run(0, chatter, NULL);
}

static void suppressed(void *arg)
{
	kapi_set_console_level(0);
	for (u32 i = 0; i < 3; i++) {
		for (u32 k = 0; k < 15; k++)
			pr_err_ratelimited("again\n");
		msleep(5001);
	}
	assert_int_equal(nr_of(kapi_log(), "again"), 30);
	assert_int_equal(nr_of(kapi_log(), "suppressed: 5 callbacks suppressed"), 2);
}

static void suppressed_messages_are_counted(void **state)
{
	machine_run(0, suppressed, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_ON_MACHINE(use_of_freed_objects_is_named),
		TEST_ON_MACHINE(freed_objects_are_held_back_for_64_kib),
		TEST_ON_MACHINE(leaks_are_told_by_place),
		TEST_ON_MACHINE(lock_that_outlives_its_work_is_named),
		TEST_ON_MACHINE(messages_of_a_place_are_ten_in_five_seconds),
		TEST_ON_MACHINE(suppressed_messages_are_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
