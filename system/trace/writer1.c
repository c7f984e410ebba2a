// SPDX-License-Identifier: GPL-2.0-only
/* Version 1 of a trace file: one zstd frame of 32-byte records. */
#include "system/trace/writer1.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#include "system/trace/format1.h"

#define IN_BYTES (2048 * TRACE_RECORD_BYTES)
#define OUT_BYTES (128 << 10)
#define LEVEL 1

struct trace_writer1 {
	int fd, err;
	ZSTD_CCtx *zstd;
	u64 nr_records;
	size_t nr_in;
	u8 in[IN_BYTES], out[OUT_BYTES];
};

static void out_write(struct trace_writer1 *writer, size_t bytes)
{
	const u8 *at = writer->out;

	while (bytes && !writer->err) {
		ssize_t nr_written = write(writer->fd, at, bytes);

		if (nr_written < 0 && errno != EINTR)
			writer->err = -errno;
		if (nr_written > 0) {
			at += nr_written;
			bytes -= (size_t)nr_written;
		}
	}
}

static void in_flush(struct trace_writer1 *writer, ZSTD_EndDirective directive)
{
	ZSTD_inBuffer in = {writer->in, writer->nr_in, 0};
	size_t left;

	do {
		ZSTD_outBuffer out = {writer->out, OUT_BYTES, 0};

		left = ZSTD_compressStream2(writer->zstd, &out, &in, directive);
		if (ZSTD_isError(left)) {
			writer->err = -ENOMEM;
			return;
		}
		out_write(writer, out.pos);
	} while (!writer->err && (in.pos < in.size || (directive == ZSTD_e_end && left)));
	writer->nr_in = 0;
}

static u8 *in_reserve(struct trace_writer1 *writer)
{
	u8 *at;

	if (writer->nr_in == IN_BYTES)
		in_flush(writer, ZSTD_e_continue);
	at = writer->in + writer->nr_in;
	writer->nr_in += TRACE_RECORD_BYTES;
	memset(at, 0, TRACE_RECORD_BYTES);
	return at;
}

struct trace_writer1 *trace_writer1_create(int fd, u64 nr_records)
{
	struct trace_writer1 *writer = calloc(1, sizeof(*writer));
	u8 *at;

	if (!writer)
		return NULL;
	writer->fd = fd;
	writer->zstd = ZSTD_createCCtx();
	if (!writer->zstd) {
		free(writer);
		return NULL;
	}
	ZSTD_CCtx_setParameter(writer->zstd, ZSTD_c_compressionLevel, LEVEL);
	ZSTD_CCtx_setParameter(writer->zstd, ZSTD_c_checksumFlag, 1);
	at = in_reserve(writer);
	trace_put64(at + TRACE_HEADER_MAGIC, TRACE_MAGIC);
	trace_put32(at + TRACE_HEADER_VERSION, TRACE_VERSION);
	trace_put32(at + TRACE_HEADER_RECORD, TRACE_RECORD_BYTES);
	trace_put64(at + TRACE_HEADER_COUNT, nr_records);
	return writer;
}

void trace_writer1_destroy(struct trace_writer1 *writer)
{
	if (!writer)
		return;
	ZSTD_freeCCtx(writer->zstd);
	free(writer);
}

void trace_writer1_put(struct trace_writer1 *writer, const struct trace_event *event)
{
	u8 *at = in_reserve(writer);

	trace_put64(at + TRACE_TIME, event->time_ps);
	trace_put64(at + TRACE_IOVA, event->address);
	trace_put32(at + TRACE_LEN, (u32)event->bytes);
	trace_put32(at + TRACE_DEVICE, event->device);
	trace_put32(at + TRACE_PASID, event->pasid);
	trace_put32(at + TRACE_FLAGS, event->flags & TRACE_WRITE ? TRACE_FLAG_WRITE : 0);
	writer->nr_records++;
}

int trace_writer1_err(const struct trace_writer1 *writer)
{
	return writer->err;
}

int trace_writer1_finish(struct trace_writer1 *writer)
{
	u8 *at = in_reserve(writer);

	trace_put64(at + TRACE_FOOTER_COUNT, writer->nr_records);
	trace_put64(at + TRACE_FOOTER_MAGIC, TRACE_MAGIC);
	trace_put32(at + TRACE_FLAGS, TRACE_FLAG_END);
	in_flush(writer, ZSTD_e_end);
	return writer->err;
}
