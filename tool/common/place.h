/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The place of an output file: whole or not there. It is written under a temporary
 * name beside it (temporary.h), and renamed at the end. What stands there is
 * replaced only if we know it for an older one of ours.
 */
#ifndef TOOL_PLACE_H
#define TOOL_PLACE_H

#include "tool/common/temporary.h"

struct place {
	char path[TEMPORARY_PATH_MAX];
	char temporary[TEMPORARY_PATH_MAX]; /* "" when not open */
	const char *shown;		    /* as the user named it */
	int fd;				    /* of the temporary file, to be written to */
	/* what files of this kind are */
	const char *what; /* "trace" */
	bool (*is_ours)(const char *path);
};

/**
 * place_begin() - open the temporary file, remove those of dead processes
 * @place: shown, what and is_ours() set
 * @message: TEXT_MESSAGE_MAX bytes, one line if it fails
 *
 * Return: 0; -EEXIST if something stands there that is not ours; -errno.
 */
int place_begin(struct place *place, char *message);

/** place_commit() - put it in place. Return: 0, or -errno with @message, and it is gone. */
int place_commit(struct place *place, char *message);

/** place_abandon() - remove what was begun; accepts a zeroed or committed one. */
void place_abandon(struct place *place);

#endif
