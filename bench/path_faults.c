// SPDX-License-Identifier: GPL-2.0-only
/*
 * A whole machine, host SVA of the published test, every page touched for the
 * first time: what one fault costs the host, machine set-up included.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "bench/paths.h"
#include "system/config/workload.h"
#include "system/machine/machine.h"

#define MESSAGE_BYTES (1ULL << 20)
#define PAGES_PER_MESSAGE 512

static void config_set(struct sys_config *config, u64 nr_faults)
{
	u64 nr_messages = (nr_faults + PAGES_PER_MESSAGE - 1) / PAGES_PER_MESSAGE;

	config->workload.message_bytes = MESSAGE_BYTES;
	config->workload.nr_messages = nr_messages;
	config->workload.buffer_pairs = nr_messages;
	config->workload.startup_ps = 0;
	config->output.timeline_limit = 0;
	config->nr_mappings = 1;
	config->mappings[0].bytes = nr_messages * 2 * MESSAGE_BYTES;
}

static int machine_time(const struct sys_config *config, struct bench_run *run)
{
	struct sys_machine *machine;
	int err;

	run->cpu_ns = bench_cpu_ns();
	err = sys_machine_create(&machine, config, run->message, sizeof(run->message));
	if (!err)
		err = sys_machine_run(machine, NULL, run->message, sizeof(run->message));
	run->cpu_ns = bench_cpu_ns() - run->cpu_ns;
	if (!err)
		run->nr_done = sys_machine_result(machine)->faults_completed;
	if (!err && run->nr_done < run->nr_wanted) {
		snprintf(run->message, sizeof(run->message), "%llu faults of %llu completed",
			 run->nr_done, run->nr_wanted);
		err = -EIO;
	}
	sys_machine_destroy(machine);
	return err;
}

int bench_fault_round_trips(struct bench_run *run)
{
	struct wl_workload *workload = calloc(1, sizeof(*workload));
	int err;

	if (!workload)
		return -ENOMEM;
	err = wl_load(workload, &(struct wl_request){.path = "uadk-sva"}, run->message);
	if (!err) {
		config_set(&workload->config, run->nr_wanted);
		err = machine_time(&workload->config, run);
	}
	wl_free(workload);
	free(workload);
	return err;
}
