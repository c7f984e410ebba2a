// SPDX-License-Identifier: GPL-2.0-only
/*
 * Steps that are taken at the same time: a list for each thread, begun together, in whatever order
 * they come. What they must come to holds for every order.
 */
#include <linux/err.h>
#include <linux/kthread.h>
#include <linux/sched/task.h>
#include <linux/slab.h>

#include "scenario_world.h"

void (*scn_on_moment)(enum scn_phase phase);

static void tell(enum scn_phase phase)
{
	if (scn_on_moment)
		scn_on_moment(phase);
}

static u32 first_of(const struct scenario *scenario, u8 thread)
{
	u32 i;

	for (i = 0; i < scenario->nr_together; i++) {
		if (scenario->together[i].thread == thread)
			break;
	}
	return i;
}

static bool is_of(const struct scenario *scenario, u32 i, u8 thread)
{
	return i < scenario->nr_together && scenario->together[i].thread == thread;
}

static void take_list(struct scn_thread *thread)
{
	struct scn_world *world = thread->call.world;
	u8 number = thread->call.step->thread;
	u32 i;

	for (i = first_of(world->scenario, number); is_of(world->scenario, i, number); i++) {
		struct scn_call call = {
			.world = world,
			.step = &world->scenario->together[i],
			.group = world->groups[i],
		};

		scn_check_err(world, call.step, scn_do(&call));
	}
}

static int run_list(void *data)
{
	struct scn_thread *thread = data;
	struct scn_world *world = thread->call.world;

	take_list(thread);
	scn_lock(world);
	thread->is_done = true;
	scn_unlock(world);
	kcsan_disable_current();
	wake_up_all(&world->event);
	/* Until somebody has the result. */
	for (;;) {
		set_current_state(TASK_INTERRUPTIBLE);
		if (kthread_should_stop())
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	kcsan_enable_current();
	return 0;
}

static int make_thread(struct scn_world *world, const struct scn_step *first)
{
	struct scn_thread *thread = &world->threads[first->thread - 1];
	struct task_struct *task;

	thread->call = (struct scn_call){.world = world, .step = first};
	task = kthread_create(run_list, thread, "%s",
			      world->scenario->thread_names[first->thread - 1]);
	if (IS_ERR(task))
		return PTR_ERR(task);
	thread->task = get_task_struct(task);
	return 0;
}

static bool are_done(struct scn_world *world)
{
	unsigned int i;

	for (i = 0; i < SCN_MAX_THREADS; i++) {
		if (world->threads[i].task && !scn_thread_is_done(world, &world->threads[i]))
			return false;
	}
	return true;
}

static void join_all(struct scn_world *world)
{
	unsigned int i;

	if (!wait_event_timeout(world->event, are_done(world), SCN_TIMEOUT)) {
		scn_fail(world, NULL, "the threads do not come to their ends");
		world->result->is_stuck = true;
		WRITE_ONCE(world->result->is_late, true);
		return;
	}
	for (i = 0; i < SCN_MAX_THREADS; i++) {
		struct scn_thread *thread = &world->threads[i];

		if (!thread->task)
			continue;
		kthread_stop(thread->task);
		put_task_struct(thread->task);
		thread->task = NULL;
	}
}

/* In the order of the file: which group a fault has does not depend on who comes first. */
static int make_threads(struct scn_world *world)
{
	const struct scenario *scenario = world->scenario;
	int err = 0;
	u32 i;

	world->groups = kcalloc(scenario->nr_together, sizeof(u32), GFP_KERNEL);
	if (!world->groups)
		return -ENOMEM;
	for (i = 0; i < scenario->nr_together && !err; i++) {
		const struct scn_step *step = &scenario->together[i];

		world->groups[i] = scn_group_for(world, step);
		if (i == first_of(scenario, step->thread))
			err = make_thread(world, step);
	}
	return err;
}

void scn_take_together(struct scn_world *world)
{
	unsigned int i;
	int err;

	scn_await_handlers(world);
	err = make_threads(world);

	if (err) {
		scn_count(world, nr_refusals);
		scn_fail(world, NULL, "no thread could be made");
	}
	tell(SCN_BEGINS);
	kcsan_disable_current();
	for (i = 0; i < SCN_MAX_THREADS; i++) {
		if (world->threads[i].task)
			wake_up_process(world->threads[i].task);
	}
	join_all(world);
	if (!world->result->is_stuck)
		scn_await_handlers(world);
	kcsan_enable_current();
	tell(SCN_ENDS);
	kfree(world->groups);
	world->groups = NULL;
}
