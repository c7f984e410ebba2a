/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One run of one machine: build it from a configuration, let it go, look at
 * what came out. Between sys_run() and sys_finish() the result is readable.
 */
#ifndef SYSTEM_MACHINE_H
#define SYSTEM_MACHINE_H

#include "system/measure/result.h"

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

/**
 * sys_run() - build the machine, replay the workload, collect the result
 * @config: checked
 * @progress: may be NULL
 * @result: valid until sys_finish()
 * @message: one line if it fails
 *
 * Return: 0; -EINTR if the progress callback stopped it (result is valid);
 * -EINVAL for bad input met on the way (a truncated trace); -EDEADLK if the
 * machine got stuck: nothing is left to happen and accesses are outstanding
 * (result is valid); -EIO if it hung, or was stopped, while it came up; -ENOMEM.
 */
int sys_run(const struct sys_config *config, const struct sys_progress *progress,
	    const struct sys_result **result, char *message, size_t message_bytes);

/* What the process of the machine holds now. */
struct sys_held {
	u64 pinned_pages;
	u64 present_pages;
};

/** sys_held() - between sys_run() and sys_finish(). */
struct sys_held sys_held(void);

/**
 * sys_shutdown() - take the machine down as a kernel would, after sys_run()
 *
 * Detaches, unbinds and unregisters every device and lets the process go, on a
 * simulated CPU; then sys_held() is all zero. The result of sys_run() stays
 * readable.
 *
 * Return: 0; -EDEADLK if that never ends; -ENOMEM.
 */
int sys_shutdown(void);

/** sys_finish() - throw the machine away, shut down or not; accepts that there is none. */
void sys_finish(void);

#endif
