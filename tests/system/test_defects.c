// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a run says of faults that go wrong. Claims: a page that faults in vain ends the run, one
 * whose access is aborted is no defect but has a reason, messages with aborted accesses have
 * not been moved, what is pending is kept with the stamps that it has, and taking down finds
 * what is left.
 */
#include <errno.h>
#include <stdio.h>

#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "system/machine/internal.h"
#include "tests/system/run_workload.h"

static struct wl_workload *workload;

static void start(const char *file, const char *const *settings)
{
	char message[TEXT_MESSAGE_MAX] = "";

	workload = load_workload(file, settings);
	if (sys_config_check(&workload->config, message, sizeof(message)) ||
	    sys_machine_create(&run_machine, &workload->config, message, sizeof(message)))
		fail_msg("%s", message);
}

static int run(void)
{
	char message[TEXT_MESSAGE_MAX] = "";

	return sys_machine_run(run_machine, NULL, message, sizeof(message));
}

static const struct sys_result *result(void)
{
	return sys_machine_result(run_machine);
}

static bool is_said(const char *text)
{
	for (u32 i = 0; i < result()->defects->nr_lines; i++) {
		if (strstr(result()->defects->lines[i], text))
			return true;
	}
	return false;
}

static void stop(void)
{
	sys_machine_destroy(run_machine);
	free_workload(workload);
}

/* --- faults --- */

static const struct pfh_device_ops *ops;
static struct pfh_device_ops wrong_ops;
static u32 nr_answers;

/* Answers success whatever the handler said. */
static void answer_success(struct device *dev, const struct pfh_response *response)
{
	struct pfh_response success = *response;

	success.code = PFH_RESP_SUCCESS;
	ops->page_response(dev, &success);
}

static void answer_not_always(struct device *dev, const struct pfh_response *response)
{
	if (++nr_answers != 3)
		ops->page_response(dev, response);
}

static void answer_late_again(struct device *dev, const struct pfh_response *response)
{
	ops->page_response(dev, response);
	if (++nr_answers == 3)
		ops->page_response(dev, response);
}

/* The driver of the machine with another page_response(). */
static void start_wrong(const char *const *settings,
			void (*respond)(struct device *dev, const struct pfh_response *response))
{
	static struct sys_iommu_driver driver;

	start("workloads/uadk-sva.yaml", settings);
	driver = *run_machine->driver;
	ops = driver.pfh_ops;
	wrong_ops = *ops;
	wrong_ops.page_response = respond;
	driver.pfh_ops = &wrong_ops;
	run_machine->driver = &driver;
	nr_answers = 0;
}

static void fault_that_comes_back_for_ever_ends_the_run(void **state)
{
	const char *settings[] = {"workload.messages=1", "handler.max_repeats=50", NULL};

	start_wrong(settings, answer_success);
	/* It may be read only, and is written to. */
	((struct sys_config *)run_machine->config)->mappings[0].is_writable = false;
	assert_int_equal(run(), -ELOOP);
	assert_int_equal(result()->defects->counts.endless_faults, 1);
	assert_true(is_said("of device 0, PASID 1, was answered with success 50 times, and a write "
			    "still faults"));
	stop();
}

static void lost_answer_is_missing_and_the_fault_pending(void **state)
{
	const char *settings[] = {"workload.messages=1", NULL};

	start_wrong(settings, answer_not_always);
	assert_int_equal(run(), -EDEADLK);
	assert_int_equal(result()->defects->counts.missing_answers, 1);
	assert_true(is_said("fault 3, a read of page 0x"));
	assert_true(is_said("was never answered: its last stamp is 'mapped'"));
	assert_int_equal(result()->nr_pending, 1);
	assert_int_equal(result()->pending[0].number, 3);
	assert_true(result()->pending[0].stamp_ps[SYS_STAGE_HANDLED] > 0);
	assert_int_equal(result()->pending[0].stamp_ps[SYS_STAGE_ANSWERED], 0);
	stop();
}

/* Load and ticks go on for ever: that is no progress. */
static void lost_answer_is_missing_under_load(void **state)
{
	const char *settings[] = {"workload.messages=1",    "machine.cpus=2",
				  "load.threads_per_cpu=1", "load.user_section=10ms",
				  "kernel.hz=100",	    NULL};

	start_wrong(settings, answer_not_always);
	assert_int_equal(run(), -EDEADLK);
	assert_int_equal(result()->defects->counts.missing_answers, 1);
	stop();
}

static void second_answer_is_named(void **state)
{
	const char *settings[] = {"workload.messages=1", NULL};

	start_wrong(settings, answer_late_again);
	assert_int_equal(run(), 0);
	assert_int_equal(result()->defects->counts.double_answers, 1);
	assert_true(is_said("fault 3, a read of page 0x"));
	assert_true(is_said("was answered again by thread 'kworker"));
	stop();
}

/* --- aborts --- */

static void aborted_messages_are_not_moved(void **state)
{
	const char *settings[] = {"workload.messages=2", NULL};

	start("workloads/uadk-sva.yaml", settings);
	((struct sys_config *)run_machine->config)->mappings[0].is_writable = false;
	assert_int_equal(run(), 0);
	assert_int_equal(result()->all.dma.aborted, 512);
	assert_true(result()->all.dma.bytes > 0);
	assert_int_equal(result()->throughput_bytes_per_s, 0);
	assert_int_equal(sys_machine_shutdown(run_machine, NULL), 0);
	assert_int_equal(sim_nr_defects(result()->defects), 0);
	assert_int_equal(result()->nr_reasons, 1);
	assert_non_null(
		strstr(result()->reasons[0].text, "the handler refused a write of page 0x"));
	assert_int_equal(result()->reasons[0].count, 512);
	stop();
}

/* --- taking down --- */

static u64 hash_before;

static void leak(void *arg)
{
	kmalloc(48, GFP_KERNEL);
	mmget(run_machine->spaces[0].mm);
}

static void leaks_are_found_and_the_result_stays(void **state)
{
	const char *settings[] = {"workload.messages=1", NULL};
	struct sim_thread_attr attr = {.name = "leaky", .cpu = -1};
	u64 handled_ps;

	start("workloads/uadk-sva.yaml", settings);
	assert_int_equal(run(), 0);
	sim_thread_wake(sim_thread_create(&attr, leak, NULL));
	hash_before = result()->trace_hash;
	handled_ps = result()->stages[SYS_STAGE_HANDLED]->total;
	assert_int_equal(sys_machine_shutdown(run_machine, NULL), 0);
	assert_int_equal(result()->trace_hash, hash_before);
	assert_int_equal(result()->stages[SYS_STAGE_HANDLED]->total, handled_ps);
	assert_int_equal(result()->defects->counts.leaked_objects, 1);
	assert_true(is_said("never freed: object of 48 bytes, allocated at test_defects.c:"));
	assert_int_equal(result()->defects->counts.mm_references, 1);
	assert_true(is_said("the address space has 1 users after the process ended"));
	assert_int_equal(result()->defects->counts.present_pages, 1);
	stop();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fault_that_comes_back_for_ever_ends_the_run),
		cmocka_unit_test(lost_answer_is_missing_and_the_fault_pending),
		cmocka_unit_test(lost_answer_is_missing_under_load),
		cmocka_unit_test(second_answer_is_named),
		cmocka_unit_test(aborted_messages_are_not_moved),
		cmocka_unit_test(leaks_are_found_and_the_result_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
