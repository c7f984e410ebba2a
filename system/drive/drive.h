/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Scenarios of a kernel's own drivers (`driver: linux`): a file of steps, which are taken one by
 * one by threads of the machine, and what came of each, in lines that hold no time and no address:
 * docs/linux-check.md.
 */
#ifndef SYSTEM_DRIVE_H
#define SYSTEM_DRIVE_H

#include <stdio.h>

#include "system/config/workload.h"
#include "system/text/text.h"

struct drive;

/**
 * drive_load() - read a scenario
 * @path: copied
 * @message: TEXT_MESSAGE_MAX bytes
 *
 * Return: 0 and *@drive is to be freed with drive_free(); -errno and one line.
 */
int drive_load(struct drive **drive, const char *path, char *message);
void drive_free(struct drive *drive); /* NULL is accepted */

/** drive_machine() - the workload whose machine it is. */
const char *drive_machine(const struct drive *drive);

/** drive_settings() - what of that is different. Return: how many. */
u32 drive_settings(const struct drive *drive, const struct wl_setting **settings);

/** drive_is_for() - is it for the kernel that is in this program? */
bool drive_is_for(const struct drive *drive);

enum drive_end {
	DRIVE_DONE,
	DRIVE_HANGS, /* a step did not end, or accesses have not */
	DRIVE_DIED,  /* the kernel cannot go on */
	DRIVE_NO_MEMORY,
};

/**
 * drive_run() - take the steps, once
 * @config: of drive_machine() with drive_settings(); its driver is set
 * @out: gets the transcript, and how it ended where that is not well
 *
 * Context: the process has no machine.
 */
enum drive_end drive_run(struct drive *drive, struct sys_config *config, FILE *out);

#endif
