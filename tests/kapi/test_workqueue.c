// SPDX-License-Identifier: GPL-2.0-only
/*
 * Work queues:
 *  - works run, in parallel on an unbound queue, one at a time on an ordered one;
 *  - a work queued twice before it runs runs once, one queued while it runs runs
 *    again afterwards, never twice at a time;
 *  - flush_work() and flush_workqueue() wait for what was queued before;
 *  - cancelling takes back what is pending and waits for what runs;
 *  - a work may free itself; a bound queue runs on the CPU that queued;
 *  - destroying drains.
 */
#include "tests/kapi/machine.h"

#include <linux/delay.h>
#include <linux/kernel.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/workqueue.h>

struct job {
	struct work_struct work;
	u32 nr_runs, nr_running, max_running;
	u32 cpu;
	bool frees_itself;
};

static u32 total_running, max_total_running, total_runs;

static void run_job(struct work_struct *work)
{
	struct job *job = container_of(work, struct job, work);

	job->nr_runs++;
	job->max_running = max(job->max_running, ++job->nr_running);
	max_total_running = max(max_total_running, ++total_running);
	job->cpu = smp_processor_id();
	udelay(50);
	sim_settle();
	total_running--;
	total_runs++;
	job->nr_running--;
	if (job->frees_itself)
		kfree(job);
}

static void job_init(struct job *job)
{
	*job = (struct job){.nr_runs = 0};
	INIT_WORK(&job->work, run_job);
}

static void reset_totals(void)
{
	total_running = max_total_running = total_runs = 0;
}

static void queue_and_flush(const char *name, unsigned int flags, int max_active, u32 nr)
{
	struct workqueue_struct *wq = alloc_workqueue("%s", flags, max_active, name);
	struct job *jobs = kcalloc(nr, sizeof(*jobs), GFP_KERNEL);

	reset_totals();
	for (u32 i = 0; i < nr; i++) {
		job_init(&jobs[i]);
		assert_true(queue_work(wq, &jobs[i].work));
	}
	flush_workqueue(wq);
	assert_int_equal(total_runs, nr);
	for (u32 i = 0; i < nr; i++)
		assert_int_equal(jobs[i].nr_runs, 1);
	kfree(jobs);
	destroy_workqueue(wq);
}

static void parallel(void *arg)
{
	queue_and_flush("unbound", WQ_UNBOUND, 0, 40);
	assert_in_range(max_total_running, 7, 8);
	queue_and_flush("three", WQ_UNBOUND, 3, 40);
	assert_int_equal(max_total_running, 3);
	queue_and_flush("ordered", WQ_UNBOUND, 1, 10);
	assert_int_equal(max_total_running, 1);
	assert_int_equal(kapi_slab_objects(), 0);
}

static void unbound_works_run_in_parallel_up_to_max_active(void **state)
{
	machine_run(0, parallel, NULL);
}

static void requeue(void *arg)
{
	struct workqueue_struct *wq = alloc_workqueue("wq", WQ_UNBOUND, 0);
	struct job job;

	job_init(&job);
	assert_true(queue_work(wq, &job.work));
	assert_false(queue_work(wq, &job.work));
	udelay(20);
	sim_settle();
	assert_int_equal(job.nr_running, 1);
	assert_true(queue_work(wq, &job.work));
	assert_false(queue_work(wq, &job.work));
	assert_true(flush_work(&job.work));
	assert_int_equal(job.nr_runs, 2);
	assert_int_equal(job.max_running, 1);
	assert_false(flush_work(&job.work));
	destroy_workqueue(wq);
}

static void work_queued_while_it_runs_runs_again_afterwards(void **state)
{
	machine_run(0, requeue, NULL);
}

static void flush_running(void *arg)
{
	struct workqueue_struct *wq = alloc_workqueue("wq", WQ_UNBOUND, 0);
	struct job job;

	job_init(&job);
	queue_work(wq, &job.work);
	udelay(20);
	sim_settle();
	assert_int_equal(job.nr_running, 1);
	assert_true(flush_work(&job.work));
	assert_int_equal(job.nr_running, 0);
	destroy_workqueue(wq);
}

static void flush_work_waits_for_what_runs(void **state)
{
	machine_run(0, flush_running, NULL);
}

static void cancel(void *arg)
{
	struct workqueue_struct *wq = alloc_workqueue("ordered", WQ_UNBOUND, 1);
	struct job first, second, third;

	job_init(&first);
	job_init(&second);
	job_init(&third);
	queue_work(wq, &first.work);
	queue_work(wq, &second.work);
	queue_work(wq, &third.work);
	udelay(20);
	sim_settle();
	assert_int_equal(first.nr_running, 1);
	assert_true(cancel_work(&second.work));
	assert_false(cancel_work_sync(&first.work));
	assert_int_equal(first.nr_running, 0);
	flush_workqueue(wq);
	assert_int_equal(second.nr_runs, 0);
	assert_int_equal(third.nr_runs, 1);
	assert_true(queue_work(wq, &second.work));
	destroy_workqueue(wq);
	assert_int_equal(second.nr_runs, 1);
}

static void cancelling_takes_back_the_pending_and_waits_for_the_running(void **state)
{
	machine_run(0, cancel, NULL);
}

static void free_itself(void *arg)
{
	struct workqueue_struct *wq = alloc_workqueue("wq", WQ_UNBOUND, 0);

	reset_totals();
	for (u32 i = 0; i < 30; i++) {
		struct job *job = kmalloc(sizeof(*job), GFP_KERNEL);

		job_init(job);
		job->frees_itself = true;
		queue_work(wq, &job->work);
	}
	destroy_workqueue(wq);
	assert_int_equal(total_runs, 30);
	assert_int_equal(kapi_slab_objects(), 0);
}

static void work_may_free_itself_and_destroying_drains(void **state)
{
	machine_run(0, free_itself, NULL);
}

static void bound(void *arg)
{
	struct job job;

	for (int cpu = 0; cpu < 8; cpu++) {
		job_init(&job);
		queue_work_on(cpu, system_wq, &job.work);
		flush_work(&job.work);
		assert_int_equal(job.cpu, cpu);
	}
	job_init(&job);
	schedule_work(&job.work);
	flush_work(&job.work);
	assert_int_equal(job.cpu, 2);
}

static void bound_work_runs_on_its_cpu(void **state)
{
	machine_run(2, bound, NULL);
}

static void requeue_self(struct work_struct *work)
{
	struct job *job = container_of(work, struct job, work);

	job->nr_runs++;
	udelay(10);
	sim_settle();
	queue_work(system_unbound_wq, work);
}

static void cancel_rearming(void *arg)
{
	struct job job = {.nr_runs = 0};
	u32 runs;

	INIT_WORK(&job.work, requeue_self);
	queue_work(system_unbound_wq, &job.work);
	udelay(100);
	cancel_work_sync(&job.work);
	runs = job.nr_runs;
	assert_true(runs > 2);
	msleep(1);
	assert_int_equal(job.nr_runs, runs);
}

static void cancelling_ends_a_work_that_queues_itself(void **state)
{
	machine_run(0, cancel_rearming, NULL);
}

static void flush_only_before(void *arg)
{
	struct workqueue_struct *wq = alloc_workqueue("wq", WQ_UNBOUND, 0);
	struct job job = {.nr_runs = 0};

	/* A queue whose work never ends can be flushed; it goes on while the flusher wakes. */
	INIT_WORK(&job.work, requeue_self);
	queue_work(wq, &job.work);
	flush_workqueue(wq);
	assert_in_range(job.nr_runs, 1, 3);
	cancel_work_sync(&job.work);
	destroy_workqueue(wq);
}

static void flush_waits_for_what_was_queued_before(void **state)
{
	machine_run(0, flush_only_before, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_ON_MACHINE(unbound_works_run_in_parallel_up_to_max_active),
		TEST_ON_MACHINE(work_queued_while_it_runs_runs_again_afterwards),
		TEST_ON_MACHINE(flush_work_waits_for_what_runs),
		TEST_ON_MACHINE(cancelling_takes_back_the_pending_and_waits_for_the_running),
		TEST_ON_MACHINE(work_may_free_itself_and_destroying_drains),
		TEST_ON_MACHINE(bound_work_runs_on_its_cpu),
		TEST_ON_MACHINE(cancelling_ends_a_work_that_queues_itself),
		TEST_ON_MACHINE(flush_waits_for_what_was_queued_before),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
