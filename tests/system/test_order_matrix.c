// SPDX-License-Identifier: GPL-2.0-only
/*
 * Lifetimes in the drivers. Claims, for each order of {the process ends, unbind or detach,
 * remove} with faults in flight, under stall, PRI and VT-d, SVA and VFIO, each dispatch, at
 * many moments, one after another and at once, with the ways to insert commands in
 * turn: every fault is answered, once; every access
 * ends; nothing is pinned, present or allocated that was not before. Meant for ASan.
 *
 * -m N: so many moments of each order (6). -d NAME: only this dispatch.
 */
#include <stdio.h>
#include <unistd.h>

#include "sim/cpu.h"
#include "sim/event.h"
#include "sim/sim.h"
#include "system/machine/internal.h"
#include "tests/system/run_workload.h"

#define NR_ORDERS 6
#define NR_PATHS 3
#define NR_MODES 2

/* What happens; faults are in flight when the first of them does. */
enum step { PROCESS_ENDS, UNBIND, REMOVE, NR_STEPS };

static const enum step orders[NR_ORDERS][NR_STEPS] = {
	{PROCESS_ENDS, UNBIND, REMOVE}, {PROCESS_ENDS, REMOVE, UNBIND},
	{UNBIND, PROCESS_ENDS, REMOVE}, {UNBIND, REMOVE, PROCESS_ENDS},
	{REMOVE, PROCESS_ENDS, UNBIND}, {REMOVE, UNBIND, PROCESS_ENDS},
};

/* Short runs, and short queues. */
static const struct {
	const char *file, *work, *depth;
} paths[NR_PATHS] = {
	{"workloads/uadk-sva.yaml", "workload.messages=1", "smmu.features.evtq_lg2=4"},
	{"workloads/pcie-sva.yaml", "workload.accesses=256", "smmu.features.priq_lg2=5"},
	{"workloads/vtd-sva.yaml", "workload.accesses=1024", "vtd.driver.prq_order=0"},
};

static const char *const modes[NR_MODES] = {"handler.mode=sva", "handler.mode=vfio"};
static const char *const dispatches[] = {
	"handler.dispatch=event-thread",
	"handler.dispatch=workqueue",
	"handler.dispatch=device-workqueue",
	"handler.dispatch=cpu-threads",
};

/* When a run does what: @first_us after the devices begin, then @gap_ns between the steps. */
struct moment {
	const enum step *order;
	u64 first_ps, gap_ps;
};

static struct moment moment;
static u32 nr_moments = 6;
static const char *only_dispatch;
static u32 nr_over;

/* --- the owner of everything --- */

static void sleep_until(u64 at_ps)
{
	if (at_ps > sim_now_ps())
		sim_sleep_ps(at_ps - sim_now_ps());
}

static u64 place_of(enum step step)
{
	u64 place = 0;

	while (moment.order[place] != step)
		place++;
	return place;
}

static void wait_for(enum step step)
{
	while (!run_machine->is_booted)
		sim_sleep_ps(SIM_PS_PER_US);
	sleep_until(run_machine->origin_ps + moment.first_ps + place_of(step) * moment.gap_ps);
}

static void end_process(void *arg)
{
	wait_for(PROCESS_ENDS);
	sys_machine_end_process(run_machine);
	nr_over++;
}

/* Both are the owner's of the device: one thread, so a short gap lets them follow at once. */
static void give_up_devices(void *arg)
{
	bool is_unbind_first = place_of(UNBIND) < place_of(REMOVE);

	for (u32 i = 0; i < 2; i++) {
		bool is_unbind = is_unbind_first == !i;

		wait_for(is_unbind ? UNBIND : REMOVE);
		for (u32 d = 0; d < run_machine->config->machine.nr_devices; d++) {
			if (is_unbind)
				sys_machine_unbind(run_machine, d);
			else
				sys_machine_remove(run_machine, d);
		}
	}
	nr_over++;
}

static void start(const char *name, void (*fn)(void *arg))
{
	struct sim_thread_attr attr = {.name = name, .cpu = -1};
	struct sim_thread *thread = sim_thread_create(&attr, fn, NULL);

	assert_non_null(thread);
	sim_thread_wake(thread);
}

/* --- what is left --- */

static void expect_each_answered_once(void)
{
	const struct sys_result *result = sys_machine_result(run_machine);
	const struct iommu_pri_stats *pri = &result->all.pri;
	u64 by_software = pri->responses_success + pri->responses_invalid + pri->responses_failure;
	u64 by_iommu = pri->auto_success + pri->auto_invalid + pri->auto_failure;

	assert_int_equal(result->faults_answered, result->faults_recorded);
	if (!run_machine->pci)
		return;
	assert_int_equal(result->faults_answered, by_software);
	assert_int_equal(result->all.pcie.groups, by_software + by_iommu);
	assert_int_equal(result->all.pcie.unexpected, 0);
}

static void expect_no_defect(const struct sim_defects *defects)
{
	for (u32 i = 0; i < defects->nr_lines; i++)
		print_error("%s\n", defects->lines[i]);
	assert_int_equal(sim_nr_defects(defects), 0);
}

static void expect_nothing_left(void)
{
	assert_int_equal(run_machine->nr_running, 0);
	assert_int_equal(sys_machine_shutdown(run_machine, NULL), 0);
	assert_int_equal(sys_machine_held(run_machine).pinned_pages, 0);
	assert_int_equal(sys_machine_held(run_machine).present_pages, 0);
	expect_no_defect(sys_machine_result(run_machine)->defects);
}

/* --- one run --- */

static void run_to_the_end(void)
{
	char message[TEXT_MESSAGE_MAX] = "";
	int err = sys_machine_run(run_machine, NULL, message, sizeof(message));

	if (err)
		fail_msg("%s", message);
	while (nr_over < 2 && sim_run(SIM_TIME_NEVER) == SIM_RUN_STOPPED)
		;
	if (nr_over < 2)
		fail_msg("stuck: %u of 2 threads have ended", nr_over);
	assert_int_equal(sys_machine_collect(run_machine), 0);
}

static void run_one(const struct sys_config *config)
{
	char message[TEXT_MESSAGE_MAX] = "";

	nr_over = 0;
	if (sys_config_check(config, message, sizeof(message)) ||
	    sys_machine_create(&run_machine, config, message, sizeof(message)))
		fail_msg("%s", message);
	start("process", end_process);
	start("owner", give_up_devices);
	run_to_the_end();
	expect_each_answered_once();
	expect_nothing_left();
	sys_machine_destroy(run_machine);
}

/* From the first faults on to where most pages are there; at once, and far apart. */
static void choose_moment(u32 nr)
{
	static const u64 gaps_ps[] = {0, 700000, 5300000, 61000000};

	moment.first_ps = 2000000 + nr * 7900000;
	moment.gap_ps = gaps_ps[nr % 4];
}

static void run_orders(u32 path, u32 mode, const char *dispatch)
{
	const char *settings[] = {
		paths[path].work,
		paths[path].depth,
		modes[mode],
		dispatch,
		"machine.devices=2",
		"machine.iommus=1",
		"workload.startup=0ns",
		"handler.design=core-path",
		"memory.size=256MiB",
		NULL,
	};
	struct wl_workload *workload = load_workload(paths[path].file, settings);

	for (u32 order = 0; order < NR_ORDERS; order++) {
		moment.order = orders[order];
		for (u32 nr = 0; nr < nr_moments; nr++) {
			choose_moment(nr * NR_ORDERS + order);
			workload->config.cmdq = (nr + order) % SYS_NR_CMDQS;
			run_one(&workload->config);
		}
	}
	free_workload(workload);
}

static bool is_left_out(const char *dispatch)
{
	return only_dispatch && strcmp(strchr(dispatch, '=') + 1, only_dispatch) != 0;
}

static void run_dispatches(u32 path)
{
	u32 nr = sizeof(dispatches) / sizeof(dispatches[0]);

	for (u32 i = 0; i < nr; i++) {
		for (u32 mode = 0; mode < NR_MODES && !is_left_out(dispatches[i]); mode++)
			run_orders(path, mode, dispatches[i]);
	}
}

static void each_order_under_stall_ends(void **state)
{
	run_dispatches(0);
}

static void each_order_under_pri_ends(void **state)
{
	run_dispatches(1);
}

static void each_order_under_vtd_ends(void **state)
{
	run_dispatches(2);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_order_under_stall_ends),
		cmocka_unit_test(each_order_under_pri_ends),
		cmocka_unit_test(each_order_under_vtd_ends),
	};
	int option;

	while ((option = getopt(argc, argv, "m:d:")) != -1) {
		if (option == '?')
			return 2;
		if (option == 'm')
			nr_moments = strtoul(optarg, NULL, 0);
		else
			only_dispatch = optarg;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
