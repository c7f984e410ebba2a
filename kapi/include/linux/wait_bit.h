/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's behaviour: wait until a condition on a variable holds, whoever changes it says
 * so. Changed: instead of a hashed table of wait queues one list, of which only those that wait for
 * the same variable are woken; looking whether somebody waits costs an API call. */
#ifndef _LINUX_WAIT_BIT_H
#define _LINUX_WAIT_BIT_H

#include <linux/wait.h>

/* On the stack of who waits. */
struct kapi_var_waiter {
	struct list_head node;
	struct task_struct *task;
	const void *var;
};

void kapi_var_wait_begin(struct kapi_var_waiter *waiter, const void *var);
void kapi_var_wait_prepare(struct kapi_var_waiter *waiter);
void kapi_var_wait_end(struct kapi_var_waiter *waiter);

/* The waker has made its change visible before (smp_mb() in the kernel). Context: anywhere. */
void wake_up_var(void *var);

#define wait_var_event(var, condition)                                                             \
	do {                                                                                       \
		struct kapi_var_waiter var_waiter_;                                                \
                                                                                                   \
		might_sleep();                                                                     \
		if (condition)                                                                     \
			break;                                                                     \
		kapi_var_wait_begin(&var_waiter_, (var));                                          \
		for (;;) {                                                                         \
			kapi_var_wait_prepare(&var_waiter_);                                       \
			if (condition)                                                             \
				break;                                                             \
			schedule();                                                                \
		}                                                                                  \
		kapi_var_wait_end(&var_waiter_);                                                   \
	} while (0)

#endif
