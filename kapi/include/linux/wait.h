/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's behaviour, with entries that remove themselves when woken. No signals. */
#ifndef _LINUX_WAIT_H
#define _LINUX_WAIT_H

#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/list.h>
#include <linux/lockdep_types.h>
#include <linux/sched.h>

struct wait_queue_head {
	kapi_waitlock_t lock;
	struct list_head head;
};
typedef struct wait_queue_head wait_queue_head_t;

#define WQ_FLAG_EXCLUSIVE 0x01

struct wait_queue_entry {
	unsigned int flags;
	struct task_struct *private;
	struct list_head entry;
};
typedef struct wait_queue_entry wait_queue_entry_t;

void init_waitqueue_head(struct wait_queue_head *wq_head);

void init_wait_entry(struct wait_queue_entry *entry, int flags);
#define DEFINE_WAIT(name)                                                                          \
	struct wait_queue_entry name;                                                              \
	init_wait_entry(&(name), 0)

void prepare_to_wait(struct wait_queue_head *wq_head, struct wait_queue_entry *entry, int state);
void prepare_to_wait_exclusive(struct wait_queue_head *wq_head, struct wait_queue_entry *entry,
			       int state);
void finish_wait(struct wait_queue_head *wq_head, struct wait_queue_entry *entry);

/* @nr_exclusive: how many exclusive waiters, 0: all. Context: anywhere. */
void __wake_up(struct wait_queue_head *wq_head, unsigned int mode, int nr_exclusive, void *key);

#define wake_up(x) __wake_up(x, TASK_NORMAL, 1, NULL)
#define wake_up_nr(x, nr) __wake_up(x, TASK_NORMAL, nr, NULL)
#define wake_up_all(x) __wake_up(x, TASK_NORMAL, 0, NULL)
#define wake_up_interruptible(x) __wake_up(x, TASK_INTERRUPTIBLE, 1, NULL)
#define wake_up_interruptible_all(x) __wake_up(x, TASK_INTERRUPTIBLE, 0, NULL)

static inline int waitqueue_active(struct wait_queue_head *wq_head)
{
	sim_point(SIM_POINT_LOAD, &wq_head->lock, sizeof(long));
	return !list_empty(&wq_head->head);
}

#define wq_has_sleeper waitqueue_active

#define kapi_wait_event(wq_head, condition, state, flags, timeout)                                 \
	({                                                                                         \
		struct wait_queue_entry entry_;                                                    \
		long left_ = (timeout);                                                            \
                                                                                                   \
		init_wait_entry(&entry_, flags);                                                   \
		for (;;) {                                                                         \
			kapi_prepare_to_wait(&(wq_head), &entry_, state);                          \
			if (condition)                                                             \
				break;                                                             \
			if (!left_)                                                                \
				break;                                                             \
			left_ = schedule_timeout(left_);                                           \
		}                                                                                  \
		finish_wait(&(wq_head), &entry_);                                                  \
		left_;                                                                             \
	})
void kapi_prepare_to_wait(struct wait_queue_head *wq_head, struct wait_queue_entry *entry,
			  int state);

#define wait_event(wq_head, condition)                                                             \
	do {                                                                                       \
		might_sleep();                                                                     \
		if (!(condition))                                                                  \
			(void)kapi_wait_event(wq_head, condition, TASK_UNINTERRUPTIBLE, 0,         \
					      MAX_SCHEDULE_TIMEOUT);                               \
	} while (0)
#define wait_event_interruptible(wq_head, condition)                                               \
	({                                                                                         \
		wait_event(wq_head, condition);                                                    \
		0;                                                                                 \
	})
#define wait_event_killable wait_event_interruptible
#define wait_event_interruptible_exclusive(wq_head, condition)                                     \
	({                                                                                         \
		might_sleep();                                                                     \
		if (!(condition))                                                                  \
			(void)kapi_wait_event(wq_head, condition, TASK_INTERRUPTIBLE,              \
					      WQ_FLAG_EXCLUSIVE, MAX_SCHEDULE_TIMEOUT);            \
		0;                                                                                 \
	})
/* Return: 0 if the time passed first, else the jiffies left, 1 at least. */
#define wait_event_timeout(wq_head, condition, timeout)                                            \
	({                                                                                         \
		long ret_ = (timeout);                                                             \
                                                                                                   \
		might_sleep();                                                                     \
		if (!(condition))                                                                  \
			ret_ = kapi_wait_event(wq_head, condition, TASK_UNINTERRUPTIBLE, 0, ret_); \
		if (!ret_ && (condition))                                                          \
			ret_ = 1;                                                                  \
		ret_;                                                                              \
	})
#define wait_event_interruptible_timeout wait_event_timeout

#endif
