/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * An output folder that is either whole or not there. It is filled under a
 * temporary name beside its place (DIR.tmp-PID, temporary.h) and renamed at the
 * end; a result folder that stood there is exchanged in one step and then removed.
 */
#ifndef TOOL_FOLDER_H
#define TOOL_FOLDER_H

#include <stdio.h>

#include "sim/types.h"

#define FOLDER_PATH_MAX 4096

struct folder {
	char path[FOLDER_PATH_MAX];	   /* where it will stand */
	char shown[FOLDER_PATH_MAX];	   /* as the user named it */
	char temporary[FOLDER_PATH_MAX];   /* where it is filled; "" when not open */
	char made_parent[FOLDER_PATH_MAX]; /* topmost folder that was made for it, or "" */
	const char *marker;		   /* of a folder of ours */
	int lock_fd;			   /* temporary.h */
};

/**
 * folder_begin() - make the temporary folder, remove those of dead processes
 * @path: where the folder shall stand; parents are made as needed
 * @marker: name of the file by which an old folder of ours is known, the first that is
 *	written; stays the caller's
 * @message: TEXT_MESSAGE_MAX bytes, one line if it fails
 *
 * Return: 0; -EEXIST if something stands there that is neither empty nor ours;
 * -errno of the file system.
 */
int folder_begin(struct folder *folder, const char *path, const char *marker, char *message);

/**
 * folder_commit() - put it in place
 * Return: 0, or -errno with @message, and it is gone: -EEXIST as folder_begin().
 */
int folder_commit(struct folder *folder, char *message);

/**
 * folder_yield() - what was filled is only a part of what was asked for
 * Where a whole result stands, the part will stand beside it, as DIR.interrupted; one whose
 * marker says that it was interrupted is a part too, and will be replaced.
 */
void folder_yield(struct folder *folder);

/** folder_abandon() - remove what was begun; accepts a zeroed or committed folder. */
void folder_abandon(struct folder *folder);

/* What a file of a folder is made of. */
struct folder_file {
	const char *name;
	/* writes the content; a failure to write shows in the stream */
	void (*write)(FILE *out, const void *opaque);
	const void *opaque;
};

/**
 * folder_write() - one file of a folder
 * @path: an existing folder
 *
 * Return: 0 or -errno with @message.
 */
int folder_write(const char *path, const struct folder_file *file, char *message);

/** folder_has() - is there a regular file @name in @path? */
bool folder_has(const char *path, const char *name);

#endif
