// SPDX-License-Identifier: GPL-2.0-only
/*
 * Reading a file that may be anything: a folder, a device, a pipe, 2 GB of
 * garbage. Nothing is read before the kind and size are known to be sane.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "system/config/internal.h"

static int check_kind(const struct stat *st, const char *path, char *message)
{
	struct wl_where where = {path, 0, 0};

	if (S_ISDIR(st->st_mode)) {
		wl_complain(message, where, "is a folder, expected a YAML file");
		return -EISDIR;
	}
	if (!S_ISREG(st->st_mode))
		return wl_complain(message, where, "is not a regular file");
	if (st->st_size > WL_MAX_FILE_BYTES) {
		wl_complain(message, where,
			    "is larger than 1 MiB (%lld bytes), no workload file is",
			    (long long)st->st_size);
		return -EFBIG;
	}
	return 0;
}

/* One byte more than the limit is asked for: files of /proc say they are empty. */
static int read_all(int fd, const char *path, char **text, size_t *bytes, char *message)
{
	struct wl_where where = {path, 0, 0};
	size_t room = WL_MAX_FILE_BYTES + 1;
	char *buf = malloc(room);
	ssize_t got = 0;

	*bytes = 0;
	if (!buf)
		return -ENOMEM;
	while (*bytes < room && (got = read(fd, buf + *bytes, room - *bytes)) > 0)
		*bytes += (size_t)got;
	if (got < 0 || *bytes == room) {
		int err = got < 0 ? errno : EFBIG;

		free(buf);
		wl_complain(message, where, "cannot be read: %s", strerror(err));
		return -err;
	}
	*text = buf;
	return 0;
}

int wl_file_read(const char *path, char **text, size_t *bytes, char *message)
{
	struct wl_where where = {path, 0, 0};
	struct stat st;
	int fd, err;

	/* O_NONBLOCK: a FIFO without a writer must not hang us */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0) {
		err = -errno;
		wl_complain(message, where, "%s", strerror(-err));
		return err;
	}
	if (fstat(fd, &st))
		st.st_mode = 0;
	err = check_kind(&st, path, message);
	if (!err)
		err = read_all(fd, path, text, bytes, message);
	close(fd);
	return err;
}

void wl_folder_of(const char *path, char *folder, size_t folder_bytes)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		snprintf(folder, folder_bytes, ".");
	else if (slash == path)
		snprintf(folder, folder_bytes, "/");
	else
		snprintf(folder, folder_bytes, "%.*s", (int)(slash - path), path);
}
