/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's behaviour; parking is left out. */
#ifndef _LINUX_KTHREAD_H
#define _LINUX_KTHREAD_H

#include <linux/err.h>
#include <linux/sched.h>

struct task_struct *__printf(4, 5) kthread_create_on_node(int (*threadfn)(void *data), void *data,
							  int node, const char *namefmt, ...);
#define kthread_create(threadfn, data, namefmt, ...)                                               \
	kthread_create_on_node(threadfn, data, -1, namefmt, ##__VA_ARGS__)
#define kthread_run(threadfn, data, namefmt, ...)                                                  \
	({                                                                                         \
		struct task_struct *task_ = kthread_create(threadfn, data, namefmt,                \
							   ##__VA_ARGS__);                         \
                                                                                                   \
		if (!IS_ERR(task_))                                                                \
			wake_up_process(task_);                                                    \
		task_;                                                                             \
	})
/* Bound to @cpu; @namefmt has one %u for it. */
struct task_struct *kthread_create_on_cpu(int (*threadfn)(void *data), void *data, unsigned int cpu,
					  const char *namefmt);
/* Before the first wake-up. */
void kthread_bind(struct task_struct *task, unsigned int cpu);
/* Return: what the thread returned; -EINTR if it never ran. */
int kthread_stop(struct task_struct *task);
bool kthread_should_stop(void);
void *kthread_data(struct task_struct *task);

#endif
