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

#include "system/text/text.h"

static int check_kind(const struct stat *st, struct text_where where)
{
	if (S_ISDIR(st->st_mode)) {
		text_complain(where, "is a folder, expected a YAML file");
		return -EISDIR;
	}
	if (!S_ISREG(st->st_mode))
		return text_complain(where, "is not a regular file");
	if (st->st_size > TEXT_MAX_FILE_BYTES) {
		text_complain(where, "is larger than 1 MiB (%lld bytes), no workload file is",
			      (long long)st->st_size);
		return -EFBIG;
	}
	return 0;
}

/* One byte more than the limit is asked for: files of /proc say they are empty. */
static int read_all(int fd, struct text_input *input, struct text_where where)
{
	size_t room = TEXT_MAX_FILE_BYTES + 1;
	char *buf = malloc(room);
	ssize_t got = 0;

	input->bytes = 0;
	if (!buf)
		return -ENOMEM;
	while (input->bytes < room && (got = read(fd, buf + input->bytes, room - input->bytes)) > 0)
		input->bytes += (size_t)got;
	if (got < 0 || input->bytes == room) {
		int err = got < 0 ? errno : EFBIG;

		free(buf);
		text_complain(where, "cannot be read: %s", strerror(err));
		return -err;
	}
	input->text = buf;
	return 0;
}

int text_file_read(struct text_input *input, const char *path, char *message)
{
	struct text_where where = {.file = path, .message = message};
	struct stat st;
	int fd, err;

	*input = (struct text_input){.file = path};
	/* O_NONBLOCK: a FIFO without a writer must not hang us */
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd < 0) {
		err = -errno;
		text_complain(where, "%s", strerror(-err));
		return err;
	}
	if (fstat(fd, &st))
		st.st_mode = 0;
	err = check_kind(&st, where);
	if (!err)
		err = read_all(fd, input, where);
	close(fd);
	return err;
}

void text_folder_of(const char *path, char *folder, size_t folder_bytes)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		snprintf(folder, folder_bytes, ".");
	else if (slash == path)
		snprintf(folder, folder_bytes, "/");
	else
		snprintf(folder, folder_bytes, "%.*s", (int)(slash - path), path);
}
