/* SPDX-License-Identifier: GPL-2.0-only */
/* For tests of page requests through the whole machine: whichever IOMMU, the sums add up. */
#ifndef TESTS_SYSTEM_PAGE_REQUESTS_H
#define TESTS_SYSTEM_PAGE_REQUESTS_H

#include <errno.h>
#include <stdio.h>

#include "tests/system/run_workload.h"

static struct sys_device_result all;
/* How much of the queue a driver may not have given back when the last access ends. */
static u64 max_unpopped;
static u64 priq_entries, priq_pushed, priq_popped, priq_overflows, priq_max_depth;

static void keep(const struct sys_result *result)
{
	all = result->all;
	priq_pushed = priq_popped = priq_overflows = priq_max_depth = 0;
	for (u32 i = 0; i < result->nr_queues; i++) {
		const struct sys_queue_result *queue = &result->queues[i];

		if (!strstr(queue->name, ".priq") && !strstr(queue->name, ".prq"))
			continue;
		priq_entries = queue->counts.entries;
		priq_pushed += queue->counts.pushed;
		priq_popped += queue->counts.popped;
		priq_overflows += queue->counts.overflows;
		if (queue->counts.max_depth > priq_max_depth)
			priq_max_depth = queue->counts.max_depth;
	}
}

/* Each request went one way, each group was answered once, each answer came to something. */
static void expect_sums(const struct run_summary *summary)
{
	const struct iommu_pri_stats *pri = &all.pri;
	const struct dev_pcie_stats *pcie = &all.pcie;
	u64 by_iommu = pri->auto_success + pri->auto_invalid + pri->auto_failure;
	u64 by_software = pri->responses_success + pri->responses_invalid + pri->responses_failure;

	assert_int_equal(pcie->requests, pri->requests);
	assert_int_equal(pri->requests, pri->recorded + pri->dropped + by_iommu);
	assert_int_equal(priq_pushed, pri->recorded);
	assert_in_range(pri->recorded - priq_popped, 0, max_unpopped);
	assert_int_equal(priq_overflows, pri->dropped + pri->auto_success);
	assert_true(priq_max_depth <= priq_entries);
	assert_int_equal(pcie->groups, by_software + by_iommu);
	assert_int_equal(pcie->groups, pcie->success + pcie->invalid + pcie->failure);
	assert_int_equal(pcie->success, pri->responses_success + pri->auto_success);
	assert_int_equal(pcie->success, pcie->retried);
	assert_int_equal(pcie->retried, pcie->completed + pcie->asked_again);
	assert_int_equal(pcie->unexpected, 0);
	/* Last requests that software read, and answered. */
	assert_int_equal(summary->recorded, by_software);
	assert_int_equal(summary->answered, by_software);
}

static void expect_all_served(const struct run_summary *summary)
{
	u64 stages_ps = 0;

	expect_sums(summary);
	assert_int_equal(summary->aborted, 0);
	assert_int_equal(all.pcie.invalid + all.pcie.failure, 0);
	for (int stage = 0; stage < SYS_NR_STAGES; stage++)
		stages_ps += summary->stage_total_ps[stage];
	assert_int_equal(stages_ps, summary->latency_total_ps);
}

static bool stop_early(void *opaque, u64 simulated_ps, u64 accesses_done, u64 accesses_total)
{
	return accesses_done < 300;
}

static void shut_down(const struct sys_result *result)
{
	keep(result);
	assert_true(sys_machine_held(run_machine).present_pages > 0);
	assert_int_equal(sys_machine_shutdown(run_machine, NULL), 0);
	assert_int_equal(sys_machine_held(run_machine).pinned_pages, 0);
	assert_int_equal(sys_machine_held(run_machine).present_pages, 0);
}

/* Interrupt a run of @file in the middle, with page requests and data under way. */
static void take_down_in_the_middle(const char *file, const char *const *settings)
{
	const struct sys_progress progress = {.tick = stop_early};
	struct wl_workload *workload = load_workload(file, settings);
	const struct sys_result *result;
	char message[TEXT_MESSAGE_MAX];

	assert_int_equal(
		sys_machine_create(&run_machine, &workload->config, message, sizeof(message)), 0);
	assert_int_equal(sys_machine_run(run_machine, &progress, message, sizeof(message)), -EINTR);
	result = sys_machine_result(run_machine);
	assert_true(result->faults_recorded > result->faults_completed);
	shut_down(result);
	sys_machine_destroy(run_machine);
	free_workload(workload);
}

static void expect_refused(const char *file, const char *const *settings, const char *why)
{
	struct wl_workload *workload = load_workload(file, settings);
	char message[TEXT_MESSAGE_MAX] = "";

	assert_int_equal(sys_config_check(&workload->config, message, sizeof(message)), -EINVAL);
	if (!strstr(message, why))
		fail_msg("'%s' does not say '%s'", message, why);
	free_workload(workload);
}

#endif
