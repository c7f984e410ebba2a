// SPDX-License-Identifier: GPL-2.0-only
/* Runs a scenario: builds what it runs on, takes its steps, takes everything down again. */
#include <linux/err.h>
#include <linux/iommu.h>
#include <linux/jiffies.h>
#include <linux/kthread.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "scenario_world.h"

enum scn_failure scn_failure_on(const struct scenario *scenario, const char *design)
{
	u32 i;

	for (i = 0; i < scenario->nr_fails_on; i++) {
		if (!strcmp(scenario->fails_on[i].design, design))
			return scenario->fails_on[i].failure;
	}
	return SCN_PASSES;
}

/* --- what it runs on --- */

static int open_devices(struct scn_world *world)
{
	static const unsigned int iommu_of[SCN_MAX_DEVICES] = {0, 0, 1, 2};
	unsigned int i;

	for (i = 0; i < SCN_MAX_DEVICES; i++) {
		struct mock_device *mdev;
		int err;

		if (!(world->scenario->devices & BIT(i)))
			continue;
		mdev = mock_device_create(iommu_of[i]);
		if (IS_ERR(mdev))
			return PTR_ERR(mdev);
		mdev->number = i;
		mdev->owner = world;
		if (i == SCN_MAX_DEVICES - 1)
			mdev->caps |= PFH_CAP_NESTED;
		mdev->on_answer = scn_note_answer;
		mdev->on_moment = scn_inject;
		mdev->on_access = scn_note_access;
		mdev->has_tlb = true;
		world->devices[i] = mdev;
		err = scn_register(world, i);
		if (err)
			return err;
	}
	return 0;
}

static int open_spaces(struct scn_world *world)
{
	unsigned int i;

	for (i = 0; i < world->scenario->nr_spaces; i++) {
		struct scn_mm *mm = scn_mm_create(i, &world->event);

		if (IS_ERR(mm))
			return PTR_ERR(mm);
		world->spaces[i] = mm;
	}
	return 0;
}

static int open_containers(struct scn_world *world)
{
	unsigned int i;

	for (i = 0; i < world->scenario->nr_containers; i++) {
		struct pfh_container *container;

		if (world->scenario->containers[i].is_late ||
		    !(world->scenario->used_containers & BIT(i)))
			continue;
		container = scn_create_container(world, i);
		if (IS_ERR(container))
			return PTR_ERR(container);
		world->containers[i] = container;
	}
	return 0;
}

static int open_world(struct scn_world *world)
{
	unsigned int i;
	int err;

	spin_lock_init(&world->lock);
	init_waitqueue_head(&world->event);
	for (i = 0; i < SCN_MAX_DEVICES; i++)
		world->guests[i].world = world;
	mock_iommu()->fail_maps_after = -1;
	mock_iommu()->unmaps_more = 0;
	pfh_partial_tree = world->setting->has_partial_tree;
	gate_init(&mock_iommu()->answers, &world->event);
	gate_init(&mock_iommu()->maps, &world->event);
	err = pfh_sva_choose_design(world->setting->sva_design);
	if (!err)
		err = open_spaces(world);
	if (!err)
		err = open_devices(world);
	return err ? err : open_containers(world);
}

static void open_gates(struct scn_world *world)
{
	unsigned int i;

	gate_open(&mock_iommu()->answers);
	gate_open(&mock_iommu()->maps);
	for (i = 0; i < SCN_MAX_SPACES; i++) {
		if (world->spaces[i])
			gate_open(scn_mm_faults(world->spaces[i]));
	}
}

static void end_threads(struct scn_world *world)
{
	unsigned int i;

	for (i = 0; i < SCN_MAX_THREADS; i++) {
		struct scn_thread *thread = &world->threads[i];

		if (!thread->task)
			continue;
		scn_fail(world, thread->call.step, "nobody has joined it");
		kthread_stop(thread->task);
		put_task_struct(thread->task);
	}
}

static void close_devices(struct scn_world *world)
{
	unsigned int i;

	for (i = 0; i < SCN_MAX_DEVICES; i++) {
		struct mock_device *mdev = world->devices[i];

		if (!mdev)
			continue;
		scn_remove(world, i);
		if (mdev->pdev)
			pfh_device_put(mdev->pdev);
		mock_device_destroy(mdev);
	}
}

static void close_spaces(struct scn_world *world)
{
	unsigned int i;

	for (i = 0; i < SCN_MAX_SPACES; i++) {
		u32 nr_pins;

		if (!world->spaces[i])
			continue;
		if (!world->has_exited[i])
			scn_mm_exit(world->spaces[i]);
		nr_pins = scn_mm_destroy(world->spaces[i]);
		if (nr_pins)
			scn_break(world, "%u pages of space %u are still pinned", nr_pins, i);
	}
}

static void close_world(struct scn_world *world)
{
	unsigned int i;

	/* A fault may wait for a guest that would say no more. */
	for (i = 0; i < SCN_MAX_DEVICES; i++) {
		if (world->devices[i] && world->is_registered[i])
			pfh_guest_detach(world->devices[i]->pdev);
	}
	end_threads(world);
	for (i = 0; i < SCN_MAX_CONTAINERS; i++)
		pfh_container_destroy(world->containers[i]);
	close_devices(world);
	close_spaces(world);
	if (mock_iommu()->nr_domains || mock_iommu()->nr_pages)
		scn_break(world, "%u domains and %u mapped pages are left",
			  mock_iommu()->nr_domains, mock_iommu()->nr_pages);
}

/* --- steps --- */

static int run_beside(void *data)
{
	struct scn_thread *thread = data;
	struct scn_world *world = thread->call.world;

	thread->call.err = scn_do(&thread->call);
	scn_check_err(world, thread->call.step, thread->call.err);
	scn_lock(world);
	thread->is_done = true;
	scn_unlock(world);
	wake_up_all(&world->event);
	/* Until somebody has the result. */
	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (kthread_should_stop())
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

static u32 all_arrivals(struct scn_world *world)
{
	u32 nr = gate_arrivals(&mock_iommu()->answers) + gate_arrivals(&mock_iommu()->maps);
	unsigned int i;

	for (i = 0; i < world->scenario->nr_spaces; i++)
		nr += gate_arrivals(scn_mm_faults(world->spaces[i]));
	return nr;
}

/* Let another thread take the step, as far as it comes: to its end, a gate, or where it waits. */
static void start(struct scn_world *world, const struct scn_call *call)
{
	struct scn_thread *thread = &world->threads[call->step->thread - 1];
	u32 arrivals = all_arrivals(world);
	struct task_struct *task;

	thread->call = *call;
	thread->is_done = false;
	task = kthread_create(run_beside, thread, "scenario/%u", call->step->thread);
	if (IS_ERR(task)) {
		scn_count(world, nr_refusals);
		scn_fail(world, call->step, "no thread could be made");
		return;
	}
	thread->task = get_task_struct(task);
	wake_up_process(task);
	wait_event_timeout(world->event,
			   scn_thread_is_done(world, thread) || all_arrivals(world) != arrivals,
			   SCN_SETTLE);
}

/* Of the step itself, or of the one that is joined. */
static const struct scn_step *stated(struct scn_world *world, const struct scn_step *step)
{
	return step->verb == SCN_JOIN ? world->threads[step->thread - 1].call.step : step;
}

static bool is_anything_beside(struct scn_world *world)
{
	unsigned int i;

	for (i = 0; i < SCN_MAX_THREADS; i++) {
		if (world->threads[i].task)
			return true;
	}
	return false;
}

/* What is mapped is told when it stands still. */
static void finish_step(struct scn_world *world, const struct scn_call *call, int err)
{
	const struct scn_step *step = call->step, *what = stated(world, step);

	/* Of a thread's step it has been said. */
	if (what == step)
		scn_check_err(world, step, err);
	scn_print(world, "%s\n", scn_errno_name(err));
	scn_print_answers(world, what);
	if (!is_anything_beside(world))
		scn_print_mapped(world);
}

static void take_step(struct scn_world *world, const struct scn_step *step)
{
	struct scn_call call = {
		.world = world,
		.step = step,
		.group = scn_group_for(world, step),
	};

	scn_print(world, "%s: ", step->text);
	if (step->thread && step->verb != SCN_JOIN && step->verb != SCN_STILL) {
		start(world, &call);
		scn_print(world, "started\n");
		return;
	}
	finish_step(world, &call, scn_do(&call));
}

static bool goes_on(struct scn_world *world)
{
	if (world->result->is_stuck)
		return false;
	return !world->setting->stops_at_failure || !READ_ONCE(world->result->nr_failures);
}

static void take_steps(struct scn_world *world, const struct scn_step *steps, u32 nr)
{
	u32 i;

	for (i = 0; i < nr && goes_on(world); i++)
		take_step(world, &steps[i]);
}

static void take_all(struct scn_world *world)
{
	const struct scenario *scenario = world->scenario;

	take_steps(world, scenario->steps, scenario->nr_steps);
	if (scenario->nr_together && goes_on(world))
		scn_take_together(world);
	take_steps(world, scenario->then, scenario->nr_then);
}

int scn_run(const struct scenario *scenario, const struct scn_setting *setting,
	    struct scn_result *result)
{
	struct scn_world *world = kzalloc(sizeof(*world), GFP_KERNEL);
	u32 nr_offences = mock_iommu()->nr_offences;
	int err;

	memset(result, 0, sizeof(*result));
	if (!world)
		return -ENOMEM;
	world->scenario = scenario;
	world->setting = setting;
	world->result = result;
	err = open_world(world);
	if (!err)
		take_all(world);
	/* What is stuck uses all of this: it stays. */
	if (world->result->is_stuck)
		return 0;
	open_gates(world);
	if (!err && !is_anything_beside(world)) {
		scn_await_handlers(world);
		scn_check_oracles(world);
	}
	close_world(world);
	scn_check_asked(world);
	scn_check_all_answers(world);
	scn_print(world, "end\n");
	scn_print_answers(world, NULL);
	if (mock_iommu()->nr_offences != nr_offences)
		scn_break(world, "%u offences that the mock IOMMU saw",
			  mock_iommu()->nr_offences - nr_offences);
	kfree(world);
	return err;
}
