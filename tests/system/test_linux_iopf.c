// SPDX-License-Identifier: GPL-2.0-only
/*
 * The kernel's own, unmodified io-pgfault.c in the place of our handler; in builds with
 * IOPFSIM_LINUX_SRC only:
 *  - it serves the published accelerator test with the fault counts of ours, which are
 *    the published ones, and within a fiftieth of its time;
 *  - page request groups too, behind an SMMUv3 and behind VT-d: each is answered;
 *  - taken down, it leaves nothing;
 *  - it handles SVA only, and a container is refused.
 */
#include "tests/system/run_workload.h"

#include <errno.h>

#define LINUX "handler.dispatch=linux-6.1"

static void shut_down(const struct sys_result *result)
{
	assert_true(sys_machine_held(run_machine).present_pages > 0);
	assert_int_equal(sys_machine_shutdown(run_machine), 0);
	assert_int_equal(sys_machine_held(run_machine).pinned_pages, 0);
	assert_int_equal(sys_machine_held(run_machine).present_pages, 0);
}

static void check_row(const char *messages, u64 faults)
{
	const char *own_settings[] = {messages, NULL};
	const char *linux_settings[] = {messages, LINUX, NULL};
	struct run_summary own = run_workload("workloads/uadk-sva.yaml", own_settings, NULL);
	struct run_summary linux_ = run_workload("workloads/uadk-sva.yaml", linux_settings,
						 shut_down);

	assert_int_equal(own.recorded, faults);
	assert_int_equal(linux_.recorded, faults);
	assert_int_equal(linux_.answered, faults);
	assert_int_equal(linux_.completed, faults);
	assert_int_equal(linux_.aborted, 0);
	assert_in_range(linux_.simulated_ps, own.simulated_ps - own.simulated_ps / 50,
			own.simulated_ps + own.simulated_ps / 50);
	/* Another program ran. */
	assert_true(linux_.trace_hash != own.trace_hash);
}

static void it_serves_the_published_test_with_the_same_fault_counts(void **state)
{
	check_row("workload.messages=1", 512);
	check_row("workload.messages=100", 1024);
	check_row("workload.messages=1000", 1024);
}

static void check_page_requests(const char *file)
{
	const char *own_settings[] = {NULL};
	const char *linux_settings[] = {LINUX, NULL};
	struct run_summary own = run_workload(file, own_settings, NULL);
	struct run_summary linux_ = run_workload(file, linux_settings, shut_down);

	assert_true(linux_.recorded > 0);
	assert_int_equal(linux_.answered, linux_.recorded);
	assert_int_equal(linux_.aborted, own.aborted);
	assert_int_equal(linux_.accesses, own.accesses);
}

static void it_answers_page_requests_behind_an_smmu(void **state)
{
	check_page_requests("workloads/pcie-sva.yaml");
}

static void it_answers_page_requests_behind_vtd(void **state)
{
	check_page_requests("workloads/vtd-sva.yaml");
}

static void a_run_repeats(void **state)
{
	const char *settings[] = {LINUX, "workload.messages=100", NULL};
	struct run_summary first = run_workload("workloads/uadk-sva.yaml", settings, NULL);
	struct run_summary second = run_workload("workloads/uadk-sva.yaml", settings, NULL);

	assert_true(first.trace_hash == second.trace_hash);
}

static void a_container_is_refused(void **state)
{
	const char *settings[] = {LINUX, NULL};
	struct wl_workload *workload = load_workload("workloads/container.yaml", settings);
	char message[TEXT_MESSAGE_MAX] = "";

	assert_int_equal(sys_config_check(&workload->config, message, sizeof(message)), -EINVAL);
	assert_non_null(strstr(message, "handles faults of SVA only"));
	free_workload(workload);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_serves_the_published_test_with_the_same_fault_counts),
		cmocka_unit_test(it_answers_page_requests_behind_an_smmu),
		cmocka_unit_test(it_answers_page_requests_behind_vtd),
		cmocka_unit_test(a_run_repeats),
		cmocka_unit_test(a_container_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
