/* SPDX-License-Identifier: GPL-2.0-only */
/* For tests: load a workload file, change some of it, run it, look at the result. */
#ifndef TESTS_SYSTEM_RUN_WORKLOAD_H
#define TESTS_SYSTEM_RUN_WORKLOAD_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

#include "system/config/workload.h"
#include "system/machine/machine.h"

/* The machine that is looked at. */
static struct sys_machine *run_machine;

/* What a test keeps of a run when the machine has gone. */
struct run_summary {
	u64 simulated_ps, accesses, bytes, aborted;
	u64 recorded, answered, completed, faults_aborted;
	u64 latency_total_ps, stage_total_ps[SYS_NR_STAGES];
	u64 trace_hash;
	u64 evtq_max_depth, evtq_deferred, evtq_overflows;
	u64 throughput_bytes_per_s;
};

static inline void summarize(const struct sys_result *result, struct run_summary *summary)
{
	*summary = (struct run_summary){
		.simulated_ps = result->simulated_ps,
		.accesses = result->all.dma.accesses,
		.bytes = result->all.dma.bytes,
		.aborted = result->all.dma.aborted,
		.recorded = result->faults_recorded,
		.answered = result->faults_answered,
		.completed = result->faults_completed,
		.faults_aborted = result->faults_aborted,
		.latency_total_ps = result->latency->total,
		.trace_hash = result->trace_hash,
		.throughput_bytes_per_s = result->throughput_bytes_per_s,
	};
	for (int i = 0; i < SYS_NR_STAGES; i++)
		summary->stage_total_ps[i] = result->stages[i]->total;
	for (u32 i = 0; i < result->nr_queues; i++) {
		const struct sys_queue_result *queue = &result->queues[i];

		if (!strstr(queue->name, "evtq"))
			continue;
		if (queue->counts.max_depth > summary->evtq_max_depth)
			summary->evtq_max_depth = queue->counts.max_depth;
		summary->evtq_deferred += queue->counts.deferred;
		summary->evtq_overflows += queue->counts.overflows;
	}
}

/* A setting that the tests of a file run with once more (iopfsim_test_with()), or NULL. */
static inline const char *setting_of_all(void)
{
	return getenv("IOPFSIM_TEST_SET");
}

/** load_workload() - @file with "path=value" settings, NULL at the end; not checked */
static inline struct wl_workload *load_workload(const char *file, const char *const *settings)
{
	struct wl_workload *workload = calloc(1, sizeof(*workload));
	struct wl_setting parsed[WL_MAX_SETTINGS];
	char message[TEXT_MESSAGE_MAX] = "";
	u32 nr = 0;

	assert_non_null(workload);
	if (setting_of_all())
		assert_int_equal(wl_setting_parse(setting_of_all(), &parsed[nr++], message), 0);
	for (; settings && *settings; settings++)
		assert_int_equal(wl_setting_parse(*settings, &parsed[nr++], message), 0);
	if (wl_load(workload,
		    &(struct wl_request){.path = file, .settings = parsed, .nr_settings = nr},
		    message))
		fail_msg("%s", message);
	return workload;
}

static inline void free_workload(struct wl_workload *workload)
{
	wl_free(workload);
	free(workload);
}

/** run_config() - run_workload() of what is loaded. */
static inline struct run_summary run_config(const struct sys_config *config,
					    void (*look)(const struct sys_result *result))
{
	struct run_summary summary;
	char message[TEXT_MESSAGE_MAX] = "";

	if (sys_config_check(config, message, sizeof(message)) ||
	    sys_machine_create(&run_machine, config, message, sizeof(message)) ||
	    sys_machine_run(run_machine, NULL, message, sizeof(message)))
		fail_msg("%s", message);
	summarize(sys_machine_result(run_machine), &summary);
	if (look)
		look(sys_machine_result(run_machine));
	sys_machine_destroy(run_machine);
	return summary;
}

/**
 * run_workload() - run @file with "path=value" settings, NULL at the end
 * @look: called with the result before the machine goes, may be NULL
 */
static inline struct run_summary run_workload(const char *file, const char *const *settings,
					      void (*look)(const struct sys_result *result))
{
	struct wl_workload *workload = load_workload(file, settings);
	struct run_summary summary;

	summary = run_config(&workload->config, look);
	free_workload(workload);
	return summary;
}

#endif
