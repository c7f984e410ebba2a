// SPDX-License-Identifier: GPL-2.0-only
/*
 * Standard input and output, or a Unix socket with one client after another,
 * whose requests one machine answers.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tool/serve/params.h"
#include "tool/serve/session.h"

/* --- signals: blocked, but while waiting --- */

static void on_signal(int number)
{
}

/* What stops us ends a wait, a client that is gone does not end us. */
static void set_signals(sigset_t *wait_mask)
{
	static const int stopping[] = {SIGINT, SIGTERM, SIGHUP};
	struct sigaction stop = {.sa_handler = on_signal};
	struct sigaction ignore = {.sa_handler = SIG_IGN};
	sigset_t blocked;

	sigaction(SIGPIPE, &ignore, NULL);
	sigemptyset(&blocked);
	for (size_t i = 0; i < sizeof(stopping) / sizeof(stopping[0]); i++) {
		struct sigaction old;

		/* nohup: who ignores it before us means it */
		if (stopping[i] == SIGHUP && !sigaction(SIGHUP, NULL, &old) &&
		    old.sa_handler == SIG_IGN)
			continue;
		sigaction(stopping[i], &stop, NULL);
		sigaddset(&blocked, stopping[i]);
	}
	sigprocmask(SIG_BLOCK, &blocked, wait_mask);
	for (size_t i = 0; i < sizeof(stopping) / sizeof(stopping[0]); i++)
		sigdelset(wait_mask, stopping[i]);
}

/* --- one client --- */

/* Return: 0 when the client is gone, else why we cannot go on. */
static int serve_client(struct session *session, int in_fd, int out_fd)
{
	struct stream *stream = session->stream;
	char *line;
	size_t bytes;

	stream_connect(stream, in_fd, out_fd);
	while (!session->is_broken) {
		switch (stream_line(stream, &line, &bytes)) {
		case STREAM_LINE:
			session_answer(session, line, bytes);
			break;
		case STREAM_TOO_LONG:
			session_fail(session, "a line of more than %u characters", SERVE_MAX_LINE);
			break;
		case STREAM_END:
			return 0;
		case STREAM_STOPPED:
			return -EINTR;
		case STREAM_ERROR:
			return stream->error;
		}
	}
	stream_flush(stream);
	return -ENOMEM;
}

/* --- a socket --- */

static int open_socket(const char *path, char *message, size_t message_bytes)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd;

	/* Without a name the kernel would choose one, which nobody knows. */
	if (!path[0]) {
		snprintf(message, message_bytes, "--socket: expected the path of a socket");
		return -EINVAL;
	}
	if (strlen(path) >= sizeof(address.sun_path)) {
		snprintf(message, message_bytes, "%.40s...: too long for a socket's path", path);
		return -EINVAL;
	}
	memcpy(address.sun_path, path, strlen(path) + 1);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && !bind(fd, (struct sockaddr *)&address, sizeof(address)) && !listen(fd, 1))
		return fd;
	snprintf(message, message_bytes, "%s: %s", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return -EINVAL;
}

static int serve_next(struct session *session, int listener)
{
	struct pollfd poll = {.fd = listener, .events = POLLIN};
	int client, err;

	if (ppoll(&poll, 1, NULL, session->stream->wait_mask) < 0)
		return -errno;
	client = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
	if (client < 0)
		return errno == ECONNABORTED ? 0 : -errno;
	err = serve_client(session, client, client);
	close(client);
	return err;
}

static int serve_socket(struct session *session, const char *path, char *message,
			size_t message_bytes)
{
	int listener = open_socket(path, message, message_bytes);
	int err = 0;

	if (listener < 0)
		return listener;
	while (!err)
		err = serve_next(session, listener);
	close(listener);
	unlink(path);
	return err;
}

/* --- all --- */

static int serve(const struct serve_options *options, struct session *session, char *message,
		 size_t message_bytes)
{
	static const char stdio[] = "standard input and output";
	int err;

	if (options->socket)
		err = serve_socket(session, options->socket, message, message_bytes);
	else
		err = serve_client(session, STDIN_FILENO, STDOUT_FILENO);
	if (err && err != -EINTR && !message[0])
		snprintf(message, message_bytes, "%s: %s",
			 options->socket ? options->socket : stdio, strerror(-err));
	return err;
}

static int serve_with_stream(const struct serve_options *options, struct session *session,
			     char *message, size_t message_bytes)
{
	struct stream *stream = malloc(sizeof(*stream));
	sigset_t wait_mask;
	int err;

	if (!stream)
		return -ENOMEM;
	set_signals(&wait_mask);
	session->stream = stream;
	err = stream_init(stream, SERVE_MAX_LINE, &wait_mask);
	if (!err) {
		err = serve(options, session, message, message_bytes);
		stream_finish(stream);
	}
	free(stream);
	return err;
}

/* A line a register access, for people. */
static void print_mmio(void *opaque, const struct sys_bus_mmio *access)
{
	char offset[16] = "";

	if (access->offset)
		snprintf(offset, sizeof(offset), "+%u", access->offset);
	fprintf(stderr, "mmio %c 0x%08llx %u 0x%0*llx %s%s\n", access->is_write ? 'W' : 'R',
		access->pa, access->bytes, (int)(2 * access->bytes), access->value,
		access->name[0] ? access->name : "-", offset);
}

static int serve_machine(const struct serve_options *options, const void *params, char *message,
			 size_t message_bytes)
{
	const struct sys_bus_attr attr = {
		.model = options->model,
		.profile = options->profile,
		.params = params,
		.mmio = options->has_mmio_trace ? print_mmio : NULL,
	};
	struct session *session = malloc(sizeof(*session));
	int err;

	if (!session)
		return -ENOMEM;
	session->is_broken = false;
	err = sys_bus_create(&session->bus, &attr, message, message_bytes);
	if (!err) {
		err = serve_with_stream(options, session, message, message_bytes);
		sys_bus_destroy(session->bus);
	}
	free(session);
	return err;
}

int serve_run(const struct serve_options *options, char *message, size_t message_bytes)
{
	struct sys_config *config = malloc(sizeof(*config));
	char wrong[TEXT_MESSAGE_MAX] = "";
	const void *params;
	int err = -ENOMEM;

	message[0] = '\0';
	if (config) {
		err = serve_params(options, config, &params, wrong);
		snprintf(message, message_bytes, "%s", wrong);
	}
	if (!err)
		err = serve_machine(options, params, message, message_bytes);
	if (err == -ENOMEM && !message[0])
		snprintf(message, message_bytes, "out of memory");
	free(config);
	return err;
}
