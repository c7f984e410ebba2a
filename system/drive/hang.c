// SPDX-License-Identifier: GPL-2.0-only
/* A scenario that does not end: which steps, and who waits for whom. */
#include "sim/cpu.h"
#include "sim/event.h"
#include "sim/holds.h"
#include "sim/lock.h"
#include "system/drive/internal.h"

static const struct sim_thread *holder_of(const struct sim_lock_base *base)
{
	const struct sim_thread *thread = NULL;
	const struct sim_hold *hold;

	while ((thread = sim_thread_next(thread))) {
		u32 nr = sim_thread_holds(thread, &hold);

		for (; nr--; hold++) {
			if (hold->base == base)
				return thread;
		}
	}
	return NULL;
}

static void say_wait(struct drive *drive, const struct sim_thread *thread,
		     const struct sim_hold *wait)
{
	const struct sim_thread *holder = holder_of(wait->base);

	drive_say(&drive->said, "  '%s' waits for %s, which '%s' has\n", sim_thread_name(thread),
		  wait->class->name, holder ? sim_thread_name(holder) : "nobody that lives");
}

static void say_holds(struct drive *drive, const struct sim_thread *thread)
{
	const struct sim_hold *hold;
	u32 nr = sim_thread_holds(thread, &hold);

	for (; nr--; hold++)
		drive_say(&drive->said, "  '%s' %s and has %s\n", sim_thread_name(thread),
			  sim_thread_is_asleep(thread) ? "sleeps" : "runs", hold->class->name);
}

static void say_step(struct drive *drive, const struct drive_thread *thread)
{
	if (!thread->is_running || !thread->step)
		return;
	drive_say(&drive->said, "hang: '%s' is at line %u: ", thread->name,
		  thread->step->node->key->line);
	drive_say_step(&drive->said, thread->step);
	drive_say(&drive->said, "\n");
}

void drive_say_hang(struct drive *drive)
{
	const struct sim_thread *thread = NULL;
	struct sim_hold wait;

	say_step(drive, &drive->script);
	for (u32 i = 0; i < drive->nr_threads; i++)
		say_step(drive, &drive->threads[i]);
	while ((thread = sim_thread_next(thread))) {
		if (sim_thread_waits(thread, &wait))
			say_wait(drive, thread, &wait);
		else
			say_holds(drive, thread);
	}
}
