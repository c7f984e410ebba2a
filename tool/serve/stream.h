/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lines in, replies out, over file descriptors. Lines are bounded; replies are
 * gathered and go out when no whole line is left to answer, so that a client
 * may send many requests at once and get the answers in one piece.
 */
#ifndef TOOL_SERVE_STREAM_H
#define TOOL_SERVE_STREAM_H

#include <signal.h>

#include "sim/types.h"

#define STREAM_OUT_BYTES (64U << 10)

struct stream {
	int in_fd, out_fd;
	const sigset_t *wait_mask; /* signals that may come while it waits */
	char *in;		   /* of max_line + 1 bytes */
	size_t max_line;
	size_t in_begin, in_end;
	bool is_skipping; /* the rest of a line that was too long */
	char out[STREAM_OUT_BYTES];
	size_t out_bytes;
	int error; /* of a write; what comes after it is dropped */
};

enum stream_got {
	STREAM_LINE,
	STREAM_TOO_LONG, /* reported once, the line is skipped */
	STREAM_END,	 /* of input, or the reader of our replies is gone */
	STREAM_STOPPED,	 /* by a signal */
	STREAM_ERROR,	 /* stream->error */
};

/**
 * stream_init() - on the caller's memory
 * @max_line: longest line without its end
 * Return: 0 or -ENOMEM.
 */
int stream_init(struct stream *stream, size_t max_line, const sigset_t *wait_mask);
void stream_finish(struct stream *stream);

/** stream_connect() - begin to use two descriptors, which may be one. */
void stream_connect(struct stream *stream, int in_fd, int out_fd);

/**
 * stream_line() - the next line
 * @line: terminated by a NUL; valid until the next call
 * @bytes: its length; shorter than strlen() thinks if there are NULs in it
 */
enum stream_got stream_line(struct stream *stream, char **line, size_t *bytes);

/** stream_put() - append to the replies. */
void stream_put(struct stream *stream, const char *text, size_t bytes);

/** stream_flush() - send what has been put. */
void stream_flush(struct stream *stream);

#endif
