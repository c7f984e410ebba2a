// SPDX-License-Identifier: GPL-2.0-only
/*
 * Dispatch to a thread on each CPU. A queue is a list that anybody adds to
 * without a lock and its thread takes as a whole; who adds the first group wakes
 * the thread. Groups of a device go round the queues, so that its faults are
 * handled side by side; of two candidates the one with less to do gets the group.
 *
 * The threads exist from the first device with this dispatch to the end of the core: who
 * reports may still be on his way out of a queue when the device of his group has left.
 */
#include <linux/atomic.h>
#include <linux/cpumask.h>
#include <linux/err.h>
#include <linux/hash.h>
#include <linux/kthread.h>
#include <linux/slab.h>
#include <linux/smp.h>

#include "internal.h"

struct pfh_cpu_queue {
	struct llist_head groups;
	atomic_t nr_groups; /* queued and not handled */
	unsigned int cpu;
	struct task_struct *task;
};

static void handle_all(struct pfh_cpu_queue *queue, struct llist_node *first)
{
	struct pfh_group *group, *next;

	llist_for_each_entry_safe(group, next, llist_reverse_order(first), queue_node)
	{
		pfh_handle_group(group);
		atomic_dec(&queue->nr_groups);
	}
}

static int queue_thread(void *data)
{
	struct pfh_cpu_queue *queue = data;
	struct llist_node *first;

	for (;;) {
		set_current_state(TASK_IDLE);
		first = llist_del_all(&queue->groups);
		if (first) {
			__set_current_state(TASK_RUNNING);
			handle_all(queue, first);
			cond_resched();
			continue;
		}
		if (kthread_should_stop())
			break;
		schedule();
	}
	__set_current_state(TASK_RUNNING);
	return 0;
}

/* --- which queue --- */

/* The reporter's own CPU has to report: an interrupt thread would not let go of it. */
static bool is_here(const struct pfh_cpu_queue *queue)
{
	return queue->cpu == raw_smp_processor_id();
}

/*
 * The next one in turn, or another one at random if that has less to do. The
 * device is not locked: if two reporters meet, two groups go to one queue.
 */
static struct pfh_cpu_queue *choose(struct pfh_device *pdev)
{
	unsigned int nr = pfh_core->nr_queues, n = READ_ONCE(pdev->next_queue);
	struct pfh_cpu_queue *queue = &pfh_core->queues[n % nr];
	struct pfh_cpu_queue *other = &pfh_core->queues[hash_32(n, 16) % nr];

	WRITE_ONCE(pdev->next_queue, n + 1);
	if (is_here(other))
		return queue;
	if (is_here(queue))
		return other;
	return atomic_read(&other->nr_groups) < atomic_read(&queue->nr_groups) ? other : queue;
}

void pfh_queue_group(struct pfh_group *group)
{
	struct pfh_cpu_queue *queue = choose(group->pdev);

	atomic_inc(&queue->nr_groups);
	if (llist_add(&group->queue_node, &queue->groups))
		wake_up_process(queue->task);
}

/* --- life; queues_lock is held --- */

static void stop_queues(struct pfh_core *core)
{
	unsigned int i;

	for (i = 0; i < core->nr_queues; i++)
		kthread_stop(core->queues[i].task);
	kfree(core->queues);
	core->queues = NULL;
	core->nr_queues = 0;
}

static int start_queue(struct pfh_core *core, unsigned int cpu)
{
	struct pfh_cpu_queue *queue = &core->queues[core->nr_queues];

	init_llist_head(&queue->groups);
	atomic_set(&queue->nr_groups, 0);
	queue->cpu = cpu;
	queue->task = kthread_create_on_cpu(queue_thread, queue, cpu, "pfh/%u");
	if (IS_ERR(queue->task))
		return PTR_ERR(queue->task);
	wake_up_process(queue->task);
	core->nr_queues++;
	return 0;
}

static int start_queues(struct pfh_core *core)
{
	unsigned int cpu;
	int err = 0;

	core->queues = kcalloc(num_online_cpus(), sizeof(*core->queues), GFP_KERNEL);
	if (!core->queues)
		return -ENOMEM;
	for_each_online_cpu(cpu)
	{
		if (core->nr_queues == num_online_cpus())
			break;
		err = start_queue(core, cpu);
		if (err)
			break;
	}
	if (err)
		stop_queues(core);
	return err;
}

int pfh_queues_get(void)
{
	struct pfh_core *core = pfh_core;
	int err = 0;

	mutex_lock(&core->queues_lock);
	if (!core->queues)
		err = start_queues(core);
	if (!err)
		core->nr_queue_users++;
	mutex_unlock(&core->queues_lock);
	return err;
}

void pfh_queues_put(void)
{
	mutex_lock(&pfh_core->queues_lock);
	pfh_core->nr_queue_users--;
	mutex_unlock(&pfh_core->queues_lock);
}

/* Nobody reports any more. */
void pfh_queues_end(void)
{
	if (pfh_core->queues)
		stop_queues(pfh_core);
}
