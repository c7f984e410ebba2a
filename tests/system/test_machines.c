// SPDX-License-Identifier: GPL-2.0-only
/*
 * Machines one after another in one process. Claims:
 *  - what a run comes to depends on its configuration alone: behind machines with another
 *    IOMMU, other devices and another handler it is what it is in a fresh process;
 *  - that holds when those before were taken down, interrupted, or thrown away as they were;
 *  - taken down, each holds nothing.
 */
#include <errno.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/system/run_workload.h"

#define CONTAINER "workloads/container.yaml"
#define VTD "workloads/vtd-sva.yaml"

static void take_down(const struct sys_result *result)
{
	assert_true(sys_machine_held(run_machine).present_pages > 0);
	assert_int_equal(sys_machine_shutdown(run_machine, NULL), 0);
	assert_int_equal(sys_machine_held(run_machine).pinned_pages, 0);
	assert_int_equal(sys_machine_held(run_machine).present_pages, 0);
}

/* Before any other machine of this process: a child has its copy, and no machine either. */
static u64 hash_in_a_fresh_process(const char *file)
{
	u64 *hash = mmap(NULL, sizeof(*hash), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			 -1, 0);
	u64 result;
	int status;
	pid_t pid;

	assert_true(hash != MAP_FAILED);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		*hash = run_workload(file, NULL, NULL).trace_hash;
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	result = *hash;
	munmap(hash, sizeof(*hash));
	return result;
}

static u64 container_hash, vtd_hash;

static int run_afresh(void **state)
{
	container_hash = hash_in_a_fresh_process(CONTAINER);
	vtd_hash = hash_in_a_fresh_process(VTD);
	return 0;
}

static void machines_taken_down_leave_nothing_to_the_next(void **state)
{
	struct run_summary first = run_workload(CONTAINER, NULL, take_down);
	struct run_summary second = run_workload(VTD, NULL, take_down);
	struct run_summary third = run_workload(CONTAINER, NULL, take_down);

	assert_int_equal(first.trace_hash, container_hash);
	assert_int_equal(second.trace_hash, vtd_hash);
	assert_int_equal(third.trace_hash, container_hash);
	assert_memory_equal(&third, &first, sizeof(first));
}

static void machines_thrown_away_leave_nothing_to_the_next(void **state)
{
	assert_int_equal(run_workload(VTD, NULL, NULL).trace_hash, vtd_hash);
	assert_int_equal(run_workload(CONTAINER, NULL, NULL).trace_hash, container_hash);
	assert_int_equal(run_workload(VTD, NULL, NULL).trace_hash, vtd_hash);
}

/* When so much has been done. */
static bool stop_early(void *opaque, u64 simulated_ps, u64 accesses_done, u64 accesses_total)
{
	return accesses_done < *(u64 *)opaque;
}

static void interrupt(const char *file, u64 accesses)
{
	const struct sys_progress progress = {stop_early, &accesses};
	struct wl_workload *workload = load_workload(file, NULL);
	char message[TEXT_MESSAGE_MAX];

	assert_int_equal(
		sys_machine_create(&run_machine, &workload->config, message, sizeof(message)), 0);
	assert_int_equal(sys_machine_run(run_machine, &progress, message, sizeof(message)), -EINTR);
	sys_machine_destroy(run_machine);
	free_workload(workload);
}

static void machines_interrupted_leave_nothing_to_the_next(void **state)
{
	interrupt(VTD, 300);
	interrupt(CONTAINER, 1);
	assert_int_equal(run_workload(CONTAINER, NULL, take_down).trace_hash, container_hash);
	interrupt(CONTAINER, 300);
	assert_int_equal(run_workload(VTD, NULL, take_down).trace_hash, vtd_hash);
}

static void one_that_never_ran_leaves_nothing_to_the_next(void **state)
{
	struct wl_workload *workload = load_workload(VTD, NULL);
	char message[TEXT_MESSAGE_MAX];

	assert_int_equal(
		sys_machine_create(&run_machine, &workload->config, message, sizeof(message)), 0);
	sys_machine_destroy(run_machine);
	sys_machine_destroy(NULL);
	free_workload(workload);
	assert_int_equal(run_workload(CONTAINER, NULL, NULL).trace_hash, container_hash);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(machines_taken_down_leave_nothing_to_the_next),
		cmocka_unit_test(machines_thrown_away_leave_nothing_to_the_next),
		cmocka_unit_test(machines_interrupted_leave_nothing_to_the_next),
		cmocka_unit_test(one_that_never_ran_leaves_nothing_to_the_next),
	};

	return cmocka_run_group_tests(tests, run_afresh, NULL);
}
