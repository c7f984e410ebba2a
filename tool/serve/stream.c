// SPDX-License-Identifier: GPL-2.0-only
/* Lines in, replies out. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool/serve/stream.h"

int stream_init(struct stream *stream, size_t max_line, const sigset_t *wait_mask)
{
	memset(stream, 0, sizeof(*stream));
	stream->in = malloc(max_line + 1);
	stream->max_line = max_line;
	stream->wait_mask = wait_mask;
	return stream->in ? 0 : -ENOMEM;
}

void stream_finish(struct stream *stream)
{
	free(stream->in);
	stream->in = NULL;
}

void stream_connect(struct stream *stream, int in_fd, int out_fd)
{
	stream->in_fd = in_fd;
	stream->out_fd = out_fd;
	stream->in_begin = 0;
	stream->in_end = 0;
	stream->is_skipping = false;
	stream->out_bytes = 0;
	stream->error = 0;
}

/* Wait until @fd is ready; signals come only here, so that none gets lost. */
static int wait_for(const struct stream *stream, int fd, short events)
{
	struct pollfd poll = {.fd = fd, .events = events};

	return ppoll(&poll, 1, NULL, stream->wait_mask) < 0 ? -errno : 0;
}

/* --- out --- */

/* What is ready takes a page without blocking, so that signals keep coming. */
#define WRITE_BYTES 4096

static int write_some(struct stream *stream, const char *text, size_t *bytes)
{
	ssize_t done;
	int err = wait_for(stream, stream->out_fd, POLLOUT);

	if (err)
		return err;
	done = write(stream->out_fd, text, *bytes < WRITE_BYTES ? *bytes : WRITE_BYTES);
	if (done < 0)
		return errno == EAGAIN ? 0 : -errno;
	*bytes -= (size_t)done;
	return 0;
}

void stream_flush(struct stream *stream)
{
	size_t left = stream->out_bytes;

	while (left && !stream->error)
		stream->error = write_some(stream, stream->out + stream->out_bytes - left, &left);
	stream->out_bytes = 0;
}

void stream_put(struct stream *stream, const char *text, size_t bytes)
{
	while (bytes && !stream->error) {
		size_t room = STREAM_OUT_BYTES - stream->out_bytes;
		size_t step = bytes < room ? bytes : room;

		memcpy(stream->out + stream->out_bytes, text, step);
		stream->out_bytes += step;
		text += step;
		bytes -= step;
		if (stream->out_bytes == STREAM_OUT_BYTES)
			stream_flush(stream);
	}
}

/* --- in --- */

static enum stream_got got_error(const struct stream *stream)
{
	if (stream->error == -EINTR)
		return STREAM_STOPPED;
	if (stream->error == -EPIPE || stream->error == -ECONNRESET)
		return STREAM_END;
	return STREAM_ERROR;
}

/* More input behind what is there; false: none will come, or stream->error. */
static bool fill(struct stream *stream)
{
	size_t room = stream->max_line + 1 - stream->in_end;
	ssize_t got;

	stream->error = wait_for(stream, stream->in_fd, POLLIN);
	if (stream->error)
		return false;
	got = read(stream->in_fd, stream->in + stream->in_end, room);
	if (got < 0 && errno != EAGAIN)
		stream->error = -errno;
	if (got <= 0)
		return got < 0 && !stream->error;
	stream->in_end += (size_t)got;
	return true;
}

static void make_room(struct stream *stream)
{
	if (!stream->in_begin)
		return;
	memmove(stream->in, stream->in + stream->in_begin, stream->in_end - stream->in_begin);
	stream->in_end -= stream->in_begin;
	stream->in_begin = 0;
}

/* Take a line out of what has been read, if a whole one is there. */
static bool take_line(struct stream *stream, size_t looked_at, char **line, size_t *bytes)
{
	char *begin = stream->in + stream->in_begin;
	size_t have = stream->in_end - stream->in_begin;
	char *newline = have > looked_at ? memchr(begin + looked_at, '\n', have - looked_at) : NULL;

	if (!newline)
		return false;
	*newline = '\0';
	*line = begin;
	*bytes = (size_t)(newline - begin);
	stream->in_begin += *bytes + 1;
	return true;
}

enum stream_got stream_line(struct stream *stream, char **line, size_t *bytes)
{
	size_t looked_at = 0;

	for (;;) {
		if (take_line(stream, looked_at, line, bytes)) {
			if (!stream->is_skipping)
				return STREAM_LINE;
			stream->is_skipping = false;
			looked_at = 0;
			continue;
		}
		stream_flush(stream);
		if (stream->error)
			return got_error(stream);
		make_room(stream);
		looked_at = stream->in_end;
		if (stream->in_end == stream->max_line + 1) {
			bool is_new = !stream->is_skipping;

			stream->is_skipping = true;
			stream->in_end = 0;
			looked_at = 0;
			if (is_new)
				return STREAM_TOO_LONG;
		}
		if (!fill(stream))
			return stream->error ? got_error(stream) : STREAM_END;
	}
}
