/* SPDX-License-Identifier: GPL-2.0-only */
/* One machine and the requests that it is asked; replies go to a stream. */
#ifndef TOOL_SERVE_SESSION_H
#define TOOL_SERVE_SESSION_H

#include "system/bus/bus.h"
#include "tool/serve/stream.h"

/* Of one request that carries data, or is answered with data. */
#define SERVE_MAX_BYTES (1U << 20)
/* The longest one: write ADDRESS SIZE 0xHEX. */
#define SERVE_MAX_LINE (2U * SERVE_MAX_BYTES + 128)

struct session {
	struct sys_bus *bus;
	struct stream *stream;
	bool is_broken; /* the machine cannot go on: the host's memory is exhausted */
	u8 data[SERVE_MAX_BYTES];
	char text[2 * SERVE_MAX_BYTES];
};

/** session_answer() - carry out one line, and reply to it with one line. */
void session_answer(struct session *session, char *line, size_t bytes);

/** session_fail() - reply FAIL and why */
void session_fail(struct session *session, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

#endif
