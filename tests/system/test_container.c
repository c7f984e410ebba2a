// SPDX-License-Identifier: GPL-2.0-only
/*
 * workloads/container.yaml: eight devices in one VFIO container. Claims: behind
 * eight SMMUs the container's mutex is the bottleneck under both designs, and
 * the global tree's mutex is taken only under rfc-v3; behind one SMMU there is
 * one event thread, so nothing contends.
 */
#include "tests/system/run_workload.h"

#include "sim/lock.h"

#define CONTAINER "workloads/container.yaml"

struct lock_seen {
	u64 acquisitions, contentions, wait_ps;
};

static struct lock_seen container_lock, tree_lock, worst_other;

static void take(struct lock_seen *seen, const struct sim_lock_class *class)
{
	*seen = (struct lock_seen){class->acquisitions, class->contentions, class->wait->total};
}

static void look_at_locks(const struct sys_result *result)
{
	memset(&container_lock, 0, sizeof(container_lock));
	memset(&tree_lock, 0, sizeof(tree_lock));
	memset(&worst_other, 0, sizeof(worst_other));
	for (const struct sim_lock_class *class = sim_lock_class_next(NULL); class;
	     class = sim_lock_class_next(class)) {
		if (!strcmp(class->name, "pfh_container.lock"))
			take(&container_lock, class);
		else if (!strcmp(class->name, "pfh_group_tree_lock"))
			take(&tree_lock, class);
		else if (class->wait->total > worst_other.wait_ps)
			take(&worst_other, class);
	}
}

static void run(const char *design, const char *smmus)
{
	const char *settings[] = {design, smmus, NULL};
	struct run_summary summary = run_workload(CONTAINER, settings, look_at_locks);

	assert_int_equal(summary.recorded, summary.completed);
	assert_int_equal(summary.aborted, 0);
	assert_true(summary.recorded > 0);
}

static void rfc_v3_waits_for_the_container_and_takes_the_tree(void **state)
{
	run("handler.design=rfc-v3", "machine.iommus=8");
	assert_true(container_lock.contentions > container_lock.acquisitions / 2);
	assert_true(container_lock.wait_ps > 10 * worst_other.wait_ps);
	assert_true(tree_lock.acquisitions > 0);
	assert_true(container_lock.wait_ps > tree_lock.wait_ps);
}

static void core_path_waits_for_the_container_and_has_no_tree(void **state)
{
	run("handler.design=core-path", "machine.iommus=8");
	assert_true(container_lock.contentions > container_lock.acquisitions / 2);
	assert_true(container_lock.wait_ps > 10 * worst_other.wait_ps);
	assert_int_equal(tree_lock.acquisitions, 0);
}

static void behind_one_smmu_nothing_contends(void **state)
{
	run("handler.design=core-path", "machine.iommus=1");
	assert_true(container_lock.acquisitions > 0);
	assert_int_equal(container_lock.contentions, 0);
	run("handler.design=rfc-v3", "machine.iommus=1");
	assert_true(tree_lock.acquisitions > 0);
	assert_int_equal(tree_lock.contentions, 0);
	assert_int_equal(container_lock.contentions, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rfc_v3_waits_for_the_container_and_takes_the_tree),
		cmocka_unit_test(core_path_waits_for_the_container_and_has_no_tree),
		cmocka_unit_test(behind_one_smmu_nothing_contends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
