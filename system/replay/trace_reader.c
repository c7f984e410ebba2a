// SPDX-License-Identifier: GPL-2.0-only
/*
 * Trace file reader: docs/trace-format.md. The decoder, its window and both
 * buffers are allocated once; the file is read by offset, so that a reader in
 * the arena goes back with the machine when that is rewound.
 */
/* ZSTD_customMem is outside of libzstd's stable interface, but old and exported. */
#define ZSTD_STATIC_LINKING_ONLY

#include "system/replay/trace_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "sim/arena.h"
#include "system/replay/trace.h"
#include "system/replay/trace_format.h"

#define IN_BYTES (128 << 10)
#define OUT_BYTES (2048 * TRACE_RECORD_BYTES)
/* A frame that needs more history than 8 MiB is refused: bounded memory. */
#define MAX_WINDOW_LG2 23

struct trace_reader {
	const struct trace_memory *memory;
	const char *path;
	int fd;
	u64 file_offset;
	ZSTD_DStream *zstd;
	ZSTD_inBuffer in;
	u8 *in_bytes, *out_bytes;
	const u8 *at, *end; /* decoded and not yet taken, within out_bytes */
	bool frame_ended;
	bool has_ended;
	bool has_error;
	u32 nr_devices;
	u64 promised;
	u64 nr_records;
	u64 last_ps;
	char error[1536];
};

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

__attribute__((format(printf, 2, 3))) static void fail(struct trace_reader *reader,
						       const char *format, ...)
{
	va_list args;
	int used;

	if (reader->has_error)
		return;
	reader->has_error = true;
	reader->at = reader->end;
	used = snprintf(reader->error, sizeof(reader->error), "%s: ", reader->path);
	if (used < 0 || (size_t)used >= sizeof(reader->error))
		return;
	va_start(args, format);
	vsnprintf(reader->error + used, sizeof(reader->error) - used, format, args);
	va_end(args);
}

/* Refill the buffer of compressed bytes; Return: is there any? */
static bool file_read(struct trace_reader *reader)
{
	ssize_t nr_read;

	do {
		nr_read = pread(reader->fd, reader->in_bytes, IN_BYTES, reader->file_offset);
	} while (nr_read < 0 && errno == EINTR);
	if (nr_read < 0)
		fail(reader, "cannot be read after record %llu: %s", reader->nr_records,
		     strerror(errno));
	if (nr_read <= 0)
		return false;
	reader->file_offset += nr_read;
	reader->in = (ZSTD_inBuffer){reader->in_bytes, nr_read, 0};
	return true;
}

/* Two kinds of sound frames are not for us: say what to do about them. */
static void fail_zstd(struct trace_reader *reader, size_t result)
{
	switch (ZSTD_getErrorCode(result)) {
	case ZSTD_error_frameParameter_windowTooLarge:
		fail(reader,
		     "its zstd frame needs a window of more than %llu MiB, expected one "
		     "compressed without --ultra and --long",
		     1ULL << (MAX_WINDOW_LG2 - 20));
		return;
	case ZSTD_error_dictionary_wrong:
		fail(reader, "its zstd frame needs a dictionary, expected one without");
		return;
	default:
		fail(reader, "corrupted after record %llu: %s", reader->nr_records,
		     ZSTD_getErrorName(result));
	}
}

/*
 * One step of the decoder. It may hold decoded bytes back although it has
 * swallowed all input, so the file is asked only when nothing moves any more.
 */
static void decode(struct trace_reader *reader, ZSTD_outBuffer *out)
{
	size_t out_before = out->pos, in_before = reader->in.pos, hint;

	hint = ZSTD_decompressStream(reader->zstd, out, &reader->in);
	if (ZSTD_isError(hint))
		fail_zstd(reader, hint);
	else if (hint == 0)
		reader->frame_ended = true;
	else if (out->pos == out_before && reader->in.pos == in_before && !file_read(reader))
		fail(reader, "truncated after record %llu", reader->nr_records);
}

/* Keep the part of a record that is left over, decode until there is a whole one. */
static bool refill(struct trace_reader *reader)
{
	size_t nr_left = reader->end - reader->at;
	ZSTD_outBuffer out = {reader->out_bytes, OUT_BYTES, nr_left};

	memmove(reader->out_bytes, reader->at, nr_left);
	while (out.pos < TRACE_RECORD_BYTES && !reader->frame_ended && !reader->has_error)
		decode(reader, &out);
	reader->at = reader->out_bytes;
	reader->end = reader->out_bytes + out.pos;
	return !reader->has_error && out.pos >= TRACE_RECORD_BYTES;
}

/* TRACE_RECORD_BYTES of the stream, or NULL with an error set. */
static const u8 *take(struct trace_reader *reader)
{
	const u8 *at;

	if (reader->end - reader->at < TRACE_RECORD_BYTES && !refill(reader)) {
		fail(reader, "truncated after record %llu: the end record is missing",
		     reader->nr_records);
		return NULL;
	}
	at = reader->at;
	reader->at += TRACE_RECORD_BYTES;
	return at;
}

/* Only today's zstd frames: libzstd knows older formats, whose decoders are not as safe. */
static bool is_zstd(struct trace_reader *reader)
{
	if (file_read(reader) && reader->in.size >= 4 &&
	    trace_get32(reader->in_bytes) == ZSTD_MAGICNUMBER)
		return true;
	fail(reader, "not an iopfsim trace, expected a zstd stream");
	return false;
}

static void header_read(struct trace_reader *reader)
{
	const u8 *at;

	if (!is_zstd(reader))
		return;
	at = take(reader);
	if (!at)
		return;
	if (trace_get64(at + TRACE_HEADER_MAGIC) != TRACE_MAGIC) {
		fail(reader, "not an iopfsim trace, it begins with 0x%llx",
		     trace_get64(at + TRACE_HEADER_MAGIC));
		return;
	}
	if (trace_get32(at + TRACE_HEADER_VERSION) != TRACE_VERSION)
		fail(reader, "version %u of the trace format, expected %u",
		     trace_get32(at + TRACE_HEADER_VERSION), TRACE_VERSION);
	else if (trace_get32(at + TRACE_HEADER_RECORD) != TRACE_RECORD_BYTES ||
		 trace_get64(at + TRACE_HEADER_ZERO))
		fail(reader, "the header is damaged");
	reader->promised = trace_get64(at + TRACE_HEADER_COUNT);
}

static enum trace_read footer_read(struct trace_reader *reader, const u8 *at)
{
	u64 count = trace_get64(at + TRACE_FOOTER_COUNT);

	if (trace_get64(at + TRACE_FOOTER_MAGIC) != TRACE_MAGIC ||
	    trace_get64(at + TRACE_FOOTER_ZERO) || trace_get32(at + TRACE_PASID) ||
	    trace_get32(at + TRACE_FLAGS) != TRACE_FLAG_END)
		fail(reader, "record %llu: damaged end record", reader->nr_records + 1);
	else if (count != reader->nr_records)
		fail(reader, "%llu records, but its end record counts %llu", reader->nr_records,
		     count);
	else if (reader->promised && reader->promised != count)
		fail(reader, "%llu records, but its header promises %llu", count, reader->promised);
	/* Nothing may follow; this also makes zstd compare the content checksum. */
	else if (refill(reader) || reader->at != reader->end ||
		 (!reader->has_error && (reader->in.pos != reader->in.size || file_read(reader))))
		fail(reader, "something follows the end record");
	if (reader->has_error)
		return TRACE_READ_ERROR;
	reader->has_ended = true;
	return TRACE_READ_END;
}

/* What is wrong with a record that failed the quick check. */
static enum trace_read record_refuse(struct trace_reader *reader, const u8 *at)
{
	u64 number = reader->nr_records + 1, time_ps = trace_get64(at + TRACE_TIME);
	u64 iova = trace_get64(at + TRACE_IOVA);
	u32 len_bytes = trace_get32(at + TRACE_LEN), flags = trace_get32(at + TRACE_FLAGS);

	if (flags & TRACE_FLAG_END)
		return footer_read(reader, at);
	if (flags & ~TRACE_FLAG_WRITE)
		fail(reader, "record %llu: unknown flags 0x%x", number, flags);
	else if (!len_bytes)
		fail(reader, "record %llu: length 0, expected 1 byte or more", number);
	else if (iova + (len_bytes - 1) < iova)
		fail(reader, "record %llu: 0x%llx + %u bytes go beyond the last address", number,
		     iova, len_bytes);
	else if (time_ps < reader->last_ps)
		fail(reader, "record %llu: its time, %llu ps, is before that of the last, %llu ps",
		     number, time_ps, reader->last_ps);
	else if (time_ps >= SYS_TRACE_MAX_PS)
		fail(reader, "record %llu: its time, %llu ps, is beyond the limit of 53 days",
		     number, time_ps);
	else if (trace_get32(at + TRACE_DEVICE) >= reader->nr_devices)
		fail(reader, "record %llu: device %u, but the machine has %u", number,
		     trace_get32(at + TRACE_DEVICE), reader->nr_devices);
	else
		fail(reader, "record %llu: PASID 0x%x, expected at most 0x%x", number,
		     trace_get32(at + TRACE_PASID), TRACE_MAX_PASID);
	return TRACE_READ_ERROR;
}

static bool pasid_is_valid(u32 pasid)
{
	return pasid <= TRACE_MAX_PASID || pasid >= SYS_TRACE_PASID_BOUND;
}

enum trace_read trace_reader_next(struct trace_reader *reader, struct dev_record *record,
				  u32 *device, u32 *pasid_or_none)
{
	const u8 *at;
	u32 flags;

	if (reader->has_error)
		return TRACE_READ_ERROR;
	if (reader->has_ended)
		return TRACE_READ_END;
	at = take(reader);
	if (!at)
		return TRACE_READ_ERROR;
	flags = trace_get32(at + TRACE_FLAGS);
	record->not_before_ps = trace_get64(at + TRACE_TIME);
	record->iova = trace_get64(at + TRACE_IOVA);
	record->len_bytes = trace_get32(at + TRACE_LEN);
	record->is_write = flags & TRACE_FLAG_WRITE;
	*device = trace_get32(at + TRACE_DEVICE);
	*pasid_or_none = trace_get32(at + TRACE_PASID);
	if ((flags & ~TRACE_FLAG_WRITE) || !record->len_bytes ||
	    record->iova + (record->len_bytes - 1) < record->iova ||
	    record->not_before_ps < reader->last_ps || record->not_before_ps >= SYS_TRACE_MAX_PS ||
	    *device >= reader->nr_devices || !pasid_is_valid(*pasid_or_none))
		return record_refuse(reader, at);
	reader->last_ps = record->not_before_ps;
	reader->nr_records++;
	return TRACE_READ_RECORD;
}

static void file_open(struct trace_reader *reader)
{
	struct stat st;

	/* Not blocking: a FIFO without a writer must not hang us. */
	reader->fd = open(reader->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (reader->fd < 0 || fstat(reader->fd, &st)) {
		fail(reader, "cannot be opened: %s", strerror(errno));
		return;
	}
	if (!S_ISREG(st.st_mode))
		fail(reader, "not a regular file");
}

static bool buffers_alloc(struct trace_reader *reader)
{
	const ZSTD_customMem zstd_memory = {zstd_alloc, zstd_free, (void *)reader->memory};

	reader->in_bytes = reader->memory->alloc(IN_BYTES);
	reader->out_bytes = reader->memory->alloc(OUT_BYTES);
	reader->zstd = ZSTD_createDCtx_advanced(zstd_memory);
	if (!reader->in_bytes || !reader->out_bytes || !reader->zstd)
		return false;
	reader->at = reader->end = reader->out_bytes;
	return !ZSTD_isError(
		ZSTD_DCtx_setParameter(reader->zstd, ZSTD_d_windowLogMax, MAX_WINDOW_LG2));
}

struct trace_reader *trace_reader_create(const char *path, u32 nr_devices,
					 const struct trace_memory *memory)
{
	struct trace_reader *reader = memory->alloc(sizeof(*reader));

	if (!reader)
		return NULL;
	memset(reader, 0, sizeof(*reader));
	reader->memory = memory;
	reader->path = path;
	reader->nr_devices = nr_devices;
	reader->fd = -1;
	if (!buffers_alloc(reader)) {
		trace_reader_destroy(reader);
		return NULL;
	}
	file_open(reader);
	if (!reader->has_error)
		header_read(reader);
	return reader;
}

void trace_reader_destroy(struct trace_reader *reader)
{
	if (!reader)
		return;
	if (reader->fd >= 0)
		close(reader->fd);
	ZSTD_freeDCtx(reader->zstd);
	reader->memory->free(reader->out_bytes);
	reader->memory->free(reader->in_bytes);
	reader->memory->free(reader);
}

const char *trace_reader_error(const struct trace_reader *reader)
{
	return reader->has_error ? reader->error : NULL;
}

u64 trace_reader_promised(const struct trace_reader *reader)
{
	return reader->promised;
}
