/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of the world share. All of it lies in the arena. */
#ifndef LINUX_WORLD_INTERNAL_H
#define LINUX_WORLD_INTERNAL_H

#include <ksim.h>

#include "linux/world/linux.h"
#include "sim/cpu.h"
#include "sim/rng.h"
#include "sim/told.h"

/* Preemption and interrupts as a thread, or the interrupt context of a CPU, has counted them. */
struct world_counts {
	int preempt;
	bool is_irq_off;
};

/* A lock that a thread has, or waits for; @word is where the kernel keeps what is behind it. */
struct world_lock {
	void **word;
	const char *name;
	struct sim_told told;
};

#define WORLD_MAX_LOCKS 16

/* A thread of the kernel's, found by the sim thread's private word. */
struct world_thread {
	struct task_struct *task;
	struct sim_thread *thread;
	struct world_counts counts;
	void (*fn)(void *task);
	/* polling: since when, and the last look; since when for one thing, whose looks get rarer
	 */
	u64 polls_since_ps, polled_ps, waits_since_ps;
	const char *spin_name;			  /* of the spinlock that it takes next */
	u64 spin_from, called_from;		  /* who wants it, or the next lock of any kind */
	struct world_lock locks[WORLD_MAX_LOCKS]; /* oldest first */
	u32 nr_locks;
	/* a fault that it is answering */
	bool is_answering;
	u32 device, tag;
};

struct world_line;

struct world {
	struct linux_attr attr;
	struct ksim_machine machine;
	struct ksim_iommu *iommus;
	struct ksim_device *devices;
	struct sim_irq *irqs; /* by number of the line; 0 is the timers' */
	u32 nr_irqs;
	struct world_thread contexts[SIM_MAX_CPUS]; /* hard interrupts */
	struct world_thread outside;		    /* no thread at all */
	/* lines of memory, by address: open addressing */
	struct world_line *lines;
	u64 nr_slots, nr_lines;
	u64 percpu_bytes; /* of each CPU's variables */
	struct sim_rng jitter;
	bool is_dead;
};

extern struct world *world;

/** world_thread() - who is running: a thread, a CPU's interrupt context, nobody. */
struct world_thread *world_thread(void);

/** world_area() - as the kernel's side has it. */
static inline struct ksim_area world_area(const struct linux_area *area)
{
	return (struct ksim_area){
		.start = area->start,
		.bytes = area->bytes,
		.prot = (area->is_readable ? KSIM_PROT_READ : 0) |
			(area->is_writable ? KSIM_PROT_WRITE : 0),
		.is_block = area->is_block,
	};
}

/** world_charge() - sim_charge(), and more at random, if that was asked for. */
static inline void world_charge(u64 ps)
{
	u64 more_ps = ps * world->attr.jitter_per_mille / 1000;

	sim_charge(more_ps ? ps + sim_rng_below(&world->jitter, more_ps + 1) : ps);
}

/* lines.c */
int world_lines_init(void);

/** world_word_at() - the line of memory that @addr is in. */
struct sim_word *world_word_at(const volatile void *addr);

/* variables.c */
int world_variables_reset(void);

/* symbols.c */
/** world_site_of() - the place in the kernel's code that @ip returns to; lasts */
const struct sim_site *world_site_of(u64 ip);

/* answer.c */
void world_wrote_register(struct world_thread *self);

#endif
