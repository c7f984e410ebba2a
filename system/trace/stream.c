// SPDX-License-Identifier: GPL-2.0-only
/* Bytes of a trace file, see stream.h. The decoder, its window and both buffers are made once. */
/* ZSTD_customMem is outside of libzstd's stable interface, but old and exported. */
#include "system/trace/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd_errors.h>

#include "sim/arena.h"
#include "system/trace/format1.h"

#define IN_BYTES (128 << 10)
#define OUT_BYTES (64 << 10)
/* A frame that needs more history than 8 MiB is refused: bounded memory. */
#define MAX_WINDOW_LG2 23
/* So long somebody may take to open a FIFO's other end. */
#define FIFO_WAIT_MS 2000

const struct trace_memory trace_memory_heap = {malloc, free};
const struct trace_memory trace_memory_arena = {sim_alloc, sim_free};

static void *zstd_alloc(void *opaque, size_t bytes)
{
	const struct trace_memory *memory = opaque;

	return memory->alloc(bytes);
}

static void zstd_free(void *opaque, void *ptr)
{
	const struct trace_memory *memory = opaque;

	memory->free(ptr);
}

void trace_stream_fail(struct trace_stream *stream, const char *format, ...)
{
	va_list args;
	int used;

	if (stream->has_error)
		return;
	stream->has_error = true;
	stream->at = stream->end;
	used = snprintf(stream->error, sizeof(stream->error), "%s: ", stream->path);
	if (used < 0 || (size_t)used >= sizeof(stream->error))
		return;
	va_start(args, format);
	vsnprintf(stream->error + used, sizeof(stream->error) - used, format, args);
	va_end(args);
}

/* Refill the buffer of compressed bytes, which is used up. Return: is there any? */
static bool file_read(struct trace_stream *stream)
{
	ssize_t nr_read;

	do {
		nr_read = stream->is_pipe ? read(stream->fd, stream->in_bytes, IN_BYTES)
					  : pread(stream->fd, stream->in_bytes, IN_BYTES,
						  stream->file_offset);
	} while (nr_read < 0 && errno == EINTR);
	if (nr_read < 0)
		trace_stream_fail(stream, "cannot be read after record %llu: %s",
				  stream->nr_records, strerror(errno));
	if (nr_read <= 0)
		return false;
	stream->file_offset += nr_read;
	stream->in = (ZSTD_inBuffer){stream->in_bytes, nr_read, 0};
	return true;
}

static bool has_input(struct trace_stream *stream)
{
	return stream->in.pos < stream->in.size || file_read(stream);
}

/* Two kinds of sound frames are not for us: say what to do about them. */
static void fail_zstd(struct trace_stream *stream, size_t result)
{
	switch (ZSTD_getErrorCode(result)) {
	case ZSTD_error_frameParameter_windowTooLarge:
		trace_stream_fail(stream,
				  "its zstd frame needs a window of more than %llu MiB, expected "
				  "one compressed without --ultra and --long",
				  1ULL << (MAX_WINDOW_LG2 - 20));
		return;
	case ZSTD_error_dictionary_wrong:
		trace_stream_fail(stream,
				  "its zstd frame needs a dictionary, expected one without");
		return;
	default:
		trace_stream_fail(stream, "corrupted after record %llu: %s", stream->nr_records,
				  ZSTD_getErrorName(result));
	}
}

/*
 * One step of the decoder. It may hold decoded bytes back although it has
 * swallowed all input, so the file is asked only when nothing moves any more.
 */
static void decode(struct trace_stream *stream, ZSTD_outBuffer *out)
{
	size_t out_before = out->pos, in_before = stream->in.pos, hint;

	hint = ZSTD_decompressStream(stream->zstd, out, &stream->in);
	if (ZSTD_isError(hint))
		fail_zstd(stream, hint);
	else if (hint == 0)
		stream->frame_ended = true;
	else if (out->pos == out_before && stream->in.pos == in_before && !file_read(stream))
		trace_stream_fail(stream, "truncated after record %llu", stream->nr_records);
}

static void hash_taken(struct trace_stream *stream)
{
	if (stream->is_hashing && stream->at > stream->hashed)
		XXH64_update(&stream->hash, stream->hashed, (size_t)(stream->at - stream->hashed));
	stream->hashed = stream->at;
}

/* Keep what is left over, decode until there are @bytes. */
static bool refill(struct trace_stream *stream, size_t bytes)
{
	size_t nr_left = (size_t)(stream->end - stream->at);
	ZSTD_outBuffer out = {stream->out_bytes, OUT_BYTES, nr_left};

	hash_taken(stream);
	memmove(stream->out_bytes, stream->at, nr_left);
	while (out.pos < bytes && !stream->frame_ended && !stream->has_error)
		decode(stream, &out);
	stream->at = stream->hashed = stream->out_bytes;
	stream->end = stream->out_bytes + out.pos;
	return !stream->has_error && out.pos >= bytes;
}

const u8 *trace_stream_take(struct trace_stream *stream, size_t bytes)
{
	const u8 *at;

	if ((size_t)(stream->end - stream->at) < bytes && !refill(stream, bytes))
		return NULL;
	at = stream->at;
	stream->at += bytes;
	return at;
}

bool trace_stream_is_at_frame_end(struct trace_stream *stream)
{
	/* this also makes zstd compare the content checksum */
	return stream->at == stream->end && !refill(stream, 1) && !stream->has_error;
}

bool trace_stream_next_frame(struct trace_stream *stream)
{
	if (!has_input(stream))
		return false;
	stream->frame_ended = false;
	return true;
}

bool trace_stream_raw(struct trace_stream *stream, u8 *to, size_t bytes)
{
	while (bytes) {
		size_t nr;

		if (!has_input(stream))
			return false;
		nr = stream->in.size - stream->in.pos;
		nr = nr < bytes ? nr : bytes;
		memcpy(to, (const u8 *)stream->in.src + stream->in.pos, nr);
		stream->in.pos += nr;
		to += nr;
		bytes -= nr;
	}
	return true;
}

bool trace_stream_is_at_end(struct trace_stream *stream)
{
	return trace_stream_is_at_frame_end(stream) && !has_input(stream) && !stream->has_error;
}

u64 trace_stream_offset(const struct trace_stream *stream)
{
	return stream->file_offset - (stream->in.size - stream->in.pos);
}

void trace_stream_hash_begin(struct trace_stream *stream)
{
	stream->is_hashing = true;
	stream->hashed = stream->at;
	XXH64_reset(&stream->hash, 0);
}

u64 trace_stream_digest(struct trace_stream *stream)
{
	hash_taken(stream);
	return XXH64_digest(&stream->hash);
}

/* Only today's zstd frames: libzstd knows older formats, whose decoders are not as safe. */
static void check_begin(struct trace_stream *stream)
{
	u8 magic[4];
	size_t nr = 0;

	/* a pipe gives what it has */
	while (nr < sizeof(magic) && has_input(stream) && trace_stream_raw(stream, magic + nr, 1))
		nr++;
	if (nr < sizeof(magic) || trace_get32(magic) != ZSTD_MAGICNUMBER) {
		trace_stream_fail(stream, "not an iopfsim trace, expected a zstd stream");
		return;
	}
	if (stream->in.pos >= sizeof(magic)) {
		stream->in.pos -= sizeof(magic);
		return;
	}
	/* it came in pieces: feed the decoder what has gone */
	stream->in.src = stream->in_bytes;
	memmove(stream->in_bytes + sizeof(magic), stream->in_bytes + stream->in.pos,
		stream->in.size - stream->in.pos);
	memcpy(stream->in_bytes, magic, sizeof(magic));
	stream->in.size += sizeof(magic) - stream->in.pos;
	stream->in.pos = 0;
}

/* A FIFO has no end before somebody has opened it to write. */
static bool has_writer(int fd)
{
	struct pollfd ask = {.fd = fd, .events = POLLIN};

	return poll(&ask, 1, FIFO_WAIT_MS) > 0;
}

static void file_open(struct trace_stream *stream)
{
	struct stat st;

	if (strcmp(stream->path, "-") != 0) {
		/* Not blocking: a FIFO without a writer must not hang us. */
		stream->fd = open(stream->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	} else {
		stream->path = "standard input";
		stream->fd = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3);
	}
	if (stream->fd < 0 || fstat(stream->fd, &st)) {
		trace_stream_fail(stream, "cannot be opened: %s", strerror(errno));
		return;
	}
	stream->is_pipe = !S_ISREG(st.st_mode);
	if (stream->is_pipe && !S_ISFIFO(st.st_mode) && !S_ISSOCK(st.st_mode)) {
		trace_stream_fail(stream, "not a regular file, and no pipe");
		return;
	}
	if (stream->is_pipe && !has_writer(stream->fd))
		trace_stream_fail(stream, "a FIFO that nobody writes to");
	else if (stream->is_pipe)
		fcntl(stream->fd, F_SETFL, fcntl(stream->fd, F_GETFL) & ~O_NONBLOCK);
}

static bool buffers_alloc(struct trace_stream *stream)
{
	const ZSTD_customMem zstd_memory = {zstd_alloc, zstd_free, (void *)stream->memory};

	/* with room for what check_begin() puts back */
	stream->in_bytes = stream->memory->alloc(IN_BYTES + 4);
	stream->out_bytes = stream->memory->alloc(OUT_BYTES);
	stream->zstd = ZSTD_createDCtx_advanced(zstd_memory);
	if (!stream->in_bytes || !stream->out_bytes || !stream->zstd)
		return false;
	stream->at = stream->end = stream->hashed = stream->out_bytes;
	return !ZSTD_isError(
		ZSTD_DCtx_setParameter(stream->zstd, ZSTD_d_windowLogMax, MAX_WINDOW_LG2));
}

bool trace_stream_open(struct trace_stream *stream, const char *path,
		       const struct trace_memory *memory)
{
	*stream = (struct trace_stream){.memory = memory, .path = path, .fd = -1};
	if (!buffers_alloc(stream))
		return false;
	file_open(stream);
	if (!stream->has_error)
		check_begin(stream);
	return true;
}

void trace_stream_close(struct trace_stream *stream)
{
	if (stream->fd >= 0)
		close(stream->fd);
	ZSTD_freeDCtx(stream->zstd);
	stream->memory->free(stream->out_bytes);
	stream->memory->free(stream->in_bytes);
}
