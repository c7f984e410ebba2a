/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's behaviour, the part that we use: a reader that overlaps a writer tries again.
 * Reading the count costs reading its line. A reader does not spin on an odd count but lets time
 * pass, so that the writer can go on. */
#ifndef _LINUX_SEQLOCK_H
#define _LINUX_SEQLOCK_H

#include <linux/compiler.h>
#include <linux/mutex.h>
#include <linux/preempt.h>
#include <linux/processor.h>
#include <linux/types.h>

typedef struct seqcount {
	unsigned int sequence;
	struct kapi_touch touch;
} seqcount_t;

/* The mutex that orders the writers; the kernel's checks that it is held. */
typedef struct seqcount_mutex {
	seqcount_t seqcount;
	struct mutex *lock;
} seqcount_mutex_t;

#define seqcount_mutex_init(s, lock_)                                                              \
	do {                                                                                       \
		(s)->seqcount = (seqcount_t){};                                                    \
		(s)->lock = (lock_);                                                               \
	} while (0)

/* What is read until the end may be changed meanwhile: it is not checked, as KCSAN does not. */
static __no_kcsan inline unsigned int kapi_seq_begin(const seqcount_t *s)
{
	unsigned int sequence;

	kapi_touch_read(&s->touch);
	for (;;) {
		sim_point(SIM_POINT_LOAD, &s->sequence, sizeof(s->sequence));
		sequence = READ_ONCE(s->sequence);
		if (!(sequence & 1))
			break;
		cpu_relax();
	}
	sim_unchecked_begin();
	return sequence;
}

static __no_kcsan inline int kapi_seq_retry(const seqcount_t *s, unsigned int start)
{
	kapi_touch_read(&s->touch);
	sim_unchecked_end();
	sim_point(SIM_POINT_LOAD, &s->sequence, sizeof(s->sequence));
	return READ_ONCE(s->sequence) != start;
}

static __no_kcsan inline void kapi_seq_write(seqcount_t *s)
{
	kapi_touch(&s->touch);
	sim_point(SIM_POINT_STORE, &s->sequence, sizeof(s->sequence));
	s->sequence++;
}

#define kapi_seqcount(s)                                                                           \
	_Generic((s), seqcount_mutex_t *: &((seqcount_mutex_t *)(s))->seqcount,                    \
		 const seqcount_mutex_t *: (seqcount_t *)&((const seqcount_mutex_t *)(s))->seqcount)
#define read_seqcount_begin(s) kapi_seq_begin(kapi_seqcount(s))
#define read_seqcount_retry(s, start) kapi_seq_retry(kapi_seqcount(s), start)
/* The writer keeps its CPU. */
#define write_seqcount_begin(s)                                                                    \
	do {                                                                                       \
		preempt_disable();                                                                 \
		kapi_seq_write(kapi_seqcount(s));                                                  \
	} while (0)
#define write_seqcount_end(s)                                                                      \
	do {                                                                                       \
		kapi_seq_write(kapi_seqcount(s));                                                  \
		preempt_enable();                                                                  \
	} while (0)

#endif
