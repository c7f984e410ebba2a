// SPDX-License-Identifier: GPL-2.0-only
/*
 * Gates: which invalidations are under way, and how many there have been, by
 * part of the address space. What is mapped while a page goes elsewhere does not
 * have to be tried again.
 */
#include <linux/wait.h>

#include "container.h"

void pfh_gates_init(struct pfh_container *container)
{
	unsigned int i;

	for (i = 0; i < PFH_NR_GATES; i++) {
		atomic_set(&container->gates[i].nr_active, 0);
		atomic_set(&container->gates[i].seq, 0);
	}
	init_waitqueue_head(&container->invalidated);
}

/*
 * The notifier has been unregistered: it hears of no end any more, also where it has
 * heard of the start. Whoever waits for that need not.
 */
void pfh_gates_abandon(struct pfh_container *container)
{
	unsigned int i;

	for (i = 0; i < PFH_NR_GATES; i++)
		atomic_set(&container->gates[i].nr_active, 0);
	wake_up_all(&container->invalidated);
}

/* How many gates stand for [start, end), and which is the first. */
static unsigned int gates_of(unsigned long start, unsigned long end, unsigned int *first)
{
	unsigned long begin = start >> PFH_GATE_SHIFT, last = (end - 1) >> PFH_GATE_SHIFT;

	*first = begin % PFH_NR_GATES;
	return min(last - begin + 1, (unsigned long)PFH_NR_GATES);
}

static struct pfh_gate *nth_gate(struct pfh_container *container, unsigned int n)
{
	return &container->gates[n % PFH_NR_GATES];
}

static unsigned int seq_of(struct pfh_container *container, const struct pfh_span *span)
{
	unsigned long start = pfh_span_vaddr(span);
	unsigned int first, nr, i, seq = 0;

	nr = gates_of(start, start + (span->nr << PAGE_SHIFT), &first);
	for (i = 0; i < nr; i++)
		seq += atomic_read(&nth_gate(container, first + i)->seq);
	return seq;
}

static bool is_active(struct pfh_container *container, const struct pfh_span *span)
{
	unsigned long start = pfh_span_vaddr(span);
	unsigned int first, nr, i;

	nr = gates_of(start, start + (span->nr << PAGE_SHIFT), &first);
	for (i = 0; i < nr; i++) {
		if (atomic_read(&nth_gate(container, first + i)->nr_active))
			return true;
	}
	return false;
}

/* Wait until no invalidation of the span is under way. Return: for pfh_gates_moved(). */
unsigned int pfh_gates_wait(struct pfh_container *container, const struct pfh_span *span)
{
	unsigned int seq = seq_of(container, span);

	/* One that is counted in seq is seen as active. */
	smp_rmb();
	wait_event(container->invalidated, !is_active(container, span));
	return seq;
}

/* Has an invalidation of the span begun since? The span's entries are locked. */
bool pfh_gates_moved(struct pfh_container *container, const struct pfh_span *span, unsigned int seq)
{
	return seq_of(container, span) != seq;
}

void pfh_gates_close(struct pfh_container *container, unsigned long start, unsigned long end)
{
	unsigned int first, nr, i;

	nr = gates_of(start, end, &first);
	for (i = 0; i < nr; i++)
		atomic_inc(&nth_gate(container, first + i)->nr_active);
	smp_mb__after_atomic();
	for (i = 0; i < nr; i++)
		atomic_inc(&nth_gate(container, first + i)->seq);
	/* Who locks entries after us sees the new sequence. */
	smp_mb__after_atomic();
}

void pfh_gates_open(struct pfh_container *container, unsigned long start, unsigned long end)
{
	bool is_awaited = false;
	unsigned int first, nr, i;

	nr = gates_of(start, end, &first);
	for (i = 0; i < nr; i++)
		is_awaited |= atomic_dec_and_test(&nth_gate(container, first + i)->nr_active);
	if (is_awaited)
		wake_up_all(&container->invalidated);
}
