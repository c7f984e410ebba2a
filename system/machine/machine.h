/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One machine: made from a configuration, run, looked at, taken down, thrown away.
 * A process holds one at a time, for its state lies in the arena (sim/arena.h), and
 * as many as it likes one after another: what a run comes to depends on its
 * configuration alone.
 */
#ifndef SYSTEM_MACHINE_H
#define SYSTEM_MACHINE_H

#include "system/config/config.h"
#include "system/result/result.h"

struct sys_progress {
	/* called now and then; false: stop cleanly and keep what there is */
	bool (*tick)(void *opaque, u64 simulated_ps, u64 accesses_done, u64 accesses_total);
	void *opaque;
};

/**
 * sys_config_check() - do the values fit each other and the trace file exist?
 * @message: one line that says what is wrong, without the file's name
 *
 * Return: 0 or -EINVAL.
 */
int sys_config_check(const struct sys_config *config, char *message, size_t message_bytes);

struct sys_machine;

/**
 * sys_machine_create() - a machine with the power just on
 * @machine: sys_machine_destroy() it; NULL if this fails
 * @config: checked; stays the caller's, and as it is, until then
 * @message: one line if it fails
 *
 * Context: the process has no other.
 * Return: 0; -ENOMEM.
 */
int sys_machine_create(struct sys_machine **machine, const struct sys_config *config, char *message,
		       size_t message_bytes);

/**
 * sys_machine_run() - let it come up, replay the workload, collect the result
 * @progress: may be NULL
 * @message: one line if it fails
 *
 * Context: once a machine; virtual time advances.
 * Return: 0; -EINTR if the progress callback stopped it (there is a result);
 * -EINVAL for bad input met on the way (a truncated trace); -EDEADLK if the
 * machine got stuck: nothing is left to happen and accesses are outstanding
 * (there is a result, and its defects say who waits); -ELOOP if a page that was answered with
 * success kept faulting (there is a result); -EIO if it hung while it came up, -ECANCELED if
 * the callback stopped it then; -ENOMEM.
 */
int sys_machine_run(struct sys_machine *machine, const struct sys_progress *progress, char *message,
		    size_t message_bytes);

/** sys_machine_result() - of a run that has one; valid until sys_machine_destroy(). */
const struct sys_result *sys_machine_result(const struct sys_machine *machine);

/* What the process of the machine holds now. */
struct sys_held {
	u64 pinned_pages;
	u64 present_pages;
};

/** sys_machine_held() - after sys_machine_run(). */
struct sys_held sys_machine_held(const struct sys_machine *machine);

/**
 * sys_machine_shutdown() - take it down as a kernel would
 * @progress: asked whether to go on; may be NULL
 *
 * Stops, detaches, unbinds and unregisters every device and lets the process go, on a
 * simulated CPU; then sys_machine_held() is all zero. What is not, and what was
 * allocated meanwhile and not freed, are defects of the result, which else stays as it is.
 *
 * Context: once, after sys_machine_run(); virtual time advances, 10 s at the most.
 * Return: 0; -EDEADLK if that never ends, which is a defect too; -EINTR if the progress callback
 * stopped it; -EIO if a kernel could not go on, which sys_machine_run()'s message says then;
 * -ENOMEM.
 */
int sys_machine_shutdown(struct sys_machine *machine, const struct sys_progress *progress);

/**
 * sys_machine_log() - the last @nr_lines of what its software said; never NULL
 *
 * Context: between sys_machine_create() and sys_machine_destroy(), in a signal handler too.
 */
const char *sys_machine_log(u32 nr_lines);

/** sys_machine_destroy() - throw it away, shut down or not; accepts NULL. */
void sys_machine_destroy(struct sys_machine *machine);

/**
 * sys_catch_crashes() - from now on a crash of simulated kernel code that used a freed object
 * is said before the program ends
 * @named: gets the line; in a signal handler, which nothing returns from but the end: it does
 *	not return. Any other crash is what it was.
 */
void sys_catch_crashes(void (*named)(void *opaque, const char *text), void *opaque);

#endif
