// SPDX-License-Identifier: GPL-2.0-only
/* Results of many runs in one file of memory, see members.h. */
#define _GNU_SOURCE
#include "tool/sweep/members.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

struct sweep_members {
	int fd;
	u64 *end; /* shared: what is taken of the file */
};

int sweep_members_create(struct sweep_members **members, char *message)
{
	struct sweep_members *made = calloc(1, sizeof(*made));
	int err = made ? 0 : -ENOMEM;

	if (made) {
		made->fd = memfd_create("points", MFD_CLOEXEC);
		err = made->fd < 0 ? -errno : 0;
		made->end = mmap(NULL, sizeof(*made->end), PROT_READ | PROT_WRITE,
				 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
		if (made->end == MAP_FAILED) {
			made->end = NULL;
			err = -ENOMEM;
		}
	}
	*members = made;
	if (err)
		snprintf(message, TEXT_MESSAGE_MAX, "cannot keep the results of the points: %s",
			 strerror(-err));
	return err;
}

void sweep_members_destroy(struct sweep_members *members)
{
	if (!members)
		return;
	if (members->fd >= 0)
		close(members->fd);
	if (members->end)
		munmap(members->end, sizeof(*members->end));
	free(members);
}

int sweep_members_add(struct sweep_members *members, struct sweep_outcome *outcome,
		      const char *text, size_t bytes)
{
	size_t written = 0;

	outcome->members_at = __atomic_fetch_add(members->end, bytes, __ATOMIC_RELAXED);
	outcome->members_bytes = bytes;
	while (written < bytes) {
		ssize_t got = pwrite(members->fd, text + written, bytes - written,
				     (off_t)(outcome->members_at + written));

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got ? -errno : -EIO;
		written += (size_t)got;
	}
	return 0;
}

char *sweep_members_read(const struct sweep_members *members, const struct sweep_outcome *outcome)
{
	char *text = malloc(outcome->members_bytes + 1);
	size_t have = 0;

	while (text && have < outcome->members_bytes) {
		ssize_t got = pread(members->fd, text + have, outcome->members_bytes - have,
				    (off_t)(outcome->members_at + have));

		if (got <= 0) {
			free(text);
			return NULL;
		}
		have += (size_t)got;
	}
	return text;
}
