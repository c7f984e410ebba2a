// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bugs on purpose: with `break=WHAT` the mock driver does one before it takes its
 * first page response, in the middle of the core's answering. A test run must
 * fail with it; scripts/kernel-test --break checks that.
 */
#include <linux/delay.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

#include "../scenario/mock_iommu.h"
#include "mock_break.h"

static char *what = "";
module_param_named(break, what, charp, 0444);
MODULE_PARM_DESC(break, "a bug on purpose: double-unlock, use-after-free or sleep-under-spinlock");

static DEFINE_MUTEX(some_mutex);
static DEFINE_SPINLOCK(some_spinlock);

static void double_unlock(void)
{
	mutex_lock(&some_mutex);
	mutex_unlock(&some_mutex);
	mutex_unlock(&some_mutex);
}

static void use_after_free(void)
{
	u32 *object = kmalloc(sizeof(*object), GFP_KERNEL);

	if (!object)
		return;
	kfree(object);
	WRITE_ONCE(*object, 1);
}

static void sleep_under_spinlock(void)
{
	spin_lock(&some_spinlock);
	msleep(1);
	spin_unlock(&some_spinlock);
}

static const struct {
	const char *name;
	void (*bug)(void);
} bugs[] = {
	{"double-unlock", double_unlock},
	{"use-after-free", use_after_free},
	{"sleep-under-spinlock", sleep_under_spinlock},
};

int mock_break_init(void)
{
	unsigned int i;

	if (!what[0])
		return 0;
	for (i = 0; i < ARRAY_SIZE(bugs); i++) {
		if (strcmp(bugs[i].name, what))
			continue;
		mock_iommu()->before_answer = bugs[i].bug;
		return 0;
	}
	return -EINVAL;
}
