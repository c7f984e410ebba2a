// SPDX-License-Identifier: GPL-2.0-only
/* Kernel threads: tasks on simulated threads that begin when they are first woken. */
#include <linux/kthread.h>

#include <linux/bug.h>
#include <linux/completion.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/sched/task.h>
#include <linux/slab.h>
#include <linux/string.h>

#include <stdarg.h>

#include "kapi/debug.h"
#include "kapi/internal.h"

/* Of a thread made by kthread_create(), until its task is freed. */
struct kapi_kthread {
	int (*threadfn)(void *data);
	void *data;
	int exit_code;
	int bound_cpu; /* -1: none; or the first of nr_cpus */
	u32 nr_cpus;
	enum sim_class class;
	bool should_stop;
	struct completion exited;
};

static void kthread_main(void *arg)
{
	struct task_struct *task = arg;
	struct kapi_kthread *kthread = task->kthread;

	kthread->exit_code = kthread->should_stop ? -EINTR : kthread->threadfn(kthread->data);
	kapi_check_locks(0, "the work");
	task->__state = TASK_DEAD;
	task->thread = NULL;
	/* From here on this code is nobody's task. */
	complete_all(&kthread->exited);
	sim_thread_set_private(sim_thread_self(), NULL);
	put_task_struct(task);
}

static void start_thread(struct task_struct *task)
{
	struct sim_thread_attr attr = {
		.name = task->comm,
		.class = task->kthread->class,
		.cpu = task->kthread->bound_cpu,
		.nr_cpus = task->kthread->nr_cpus,
	};

	task->thread = sim_thread_create(&attr, kthread_main, task);
	BUG_ON(!task->thread);
	sim_thread_set_private(task->thread, task);
}

static struct kapi_kthread *kthread_alloc(int (*threadfn)(void *data), void *data, gfp_t gfp)
{
	struct kapi_kthread *kthread = kzalloc(sizeof(*kthread), gfp);

	if (!kthread)
		return NULL;
	kthread->threadfn = threadfn;
	kthread->data = data;
	kthread->bound_cpu = -1;
	kthread->class = SIM_CLASS_NORMAL;
	init_completion(&kthread->exited);
	return kthread;
}

static struct task_struct *task_alloc(int (*threadfn)(void *data), void *data, gfp_t gfp)
{
	struct task_struct *task = kzalloc(sizeof(*task), gfp);

	if (!task)
		return NULL;
	task->kthread = kthread_alloc(threadfn, data, gfp);
	if (!task->kthread) {
		kfree(task);
		return NULL;
	}
	refcount_set(&task->usage, 1);
	task->pid = ++kapi_state->next_pid;
	task->__state = TASK_NEW;
	task->start = start_thread;
	return task;
}

struct task_struct *kthread_create_on_node(int (*threadfn)(void *data), void *data, int node,
					   const char *namefmt, ...)
{
	struct task_struct *task = task_alloc(threadfn, data, GFP_KERNEL);
	va_list args;

	if (!task)
		return ERR_PTR(-ENOMEM);
	va_start(args, namefmt);
	vsnprintf(task->comm, sizeof(task->comm), namefmt, args);
	va_end(args);
	return task;
}

struct task_struct *kapi_thread(int (*threadfn)(void *data), void *data, int cpu, const char *name)
{
	u64 nr_objects = kapi_state->slab.nr_objects, bytes = kapi_state->slab.bytes;
	struct task_struct *task = task_alloc(threadfn, data, GFP_ATOMIC | __GFP_NOFAIL);

	BUG_ON(!task);
	kapi_state->slab.nr_objects = nr_objects;
	kapi_state->slab.bytes = bytes;
	kapi_slab_keep(task->kthread);
	kapi_slab_keep(task);
	strscpy(task->comm, name, sizeof(task->comm));
	task->kthread->bound_cpu = cpu;
	return task;
}

void kapi_thread_span(struct task_struct *task, u32 first_cpu, u32 nr_cpus)
{
	BUG_ON(task->__state != TASK_NEW);
	task->kthread->bound_cpu = (int)first_cpu;
	task->kthread->nr_cpus = nr_cpus;
}

void kthread_bind(struct task_struct *task, unsigned int cpu)
{
	BUG_ON(task->__state != TASK_NEW);
	task->kthread->bound_cpu = cpu;
}

static void set_name(struct task_struct *task, const char *namefmt, ...)
{
	va_list args;

	va_start(args, namefmt);
	vsnprintf(task->comm, sizeof(task->comm), namefmt, args);
	va_end(args);
}

struct task_struct *kthread_create_on_cpu(int (*threadfn)(void *data), void *data, unsigned int cpu,
					  const char *namefmt)
{
	struct task_struct *task = task_alloc(threadfn, data, GFP_KERNEL);

	if (!task)
		return ERR_PTR(-ENOMEM);
	set_name(task, namefmt, cpu);
	kthread_bind(task, cpu);
	return task;
}

void sched_set_fifo(struct task_struct *task)
{
	if (task->__state == TASK_NEW)
		task->kthread->class = SIM_CLASS_RT;
	else
		WARN(true, "%s runs already: its class stays", task->comm);
}

int kthread_stop(struct task_struct *task)
{
	int exit_code;

	might_sleep();
	get_task_struct(task);
	sim_point(SIM_POINT_STORE, &task->kthread->should_stop, sizeof(bool));
	task->kthread->should_stop = true;
	wake_up_process(task);
	wait_for_completion(&task->kthread->exited);
	exit_code = task->kthread->exit_code;
	put_task_struct(task);
	return exit_code;
}

bool kthread_should_stop(void)
{
	sim_point(SIM_POINT_LOAD, &current->kthread->should_stop, sizeof(bool));
	return current->kthread->should_stop;
}

void *kthread_data(struct task_struct *task)
{
	return task->kthread->data;
}
