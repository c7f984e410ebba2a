/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's behaviour. */
#ifndef _LINUX_COMPLETION_H
#define _LINUX_COMPLETION_H

#include <linux/wait.h>

struct completion {
	unsigned int done; /* UINT_MAX: for all, for ever */
	struct wait_queue_head wait;
};

void init_completion(struct completion *x);
static inline void reinit_completion(struct completion *x)
{
	x->done = 0;
}

#define DECLARE_COMPLETION_ONSTACK(work)                                                           \
	struct completion work;                                                                    \
	init_completion(&(work))

void complete(struct completion *x);
void complete_all(struct completion *x);
void wait_for_completion(struct completion *x);
/* Return: 0 if the time passed first, else the jiffies left, 1 at least. */
unsigned long wait_for_completion_timeout(struct completion *x, unsigned long timeout);
bool try_wait_for_completion(struct completion *x);
bool completion_done(struct completion *x);

#endif
