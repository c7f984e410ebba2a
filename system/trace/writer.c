// SPDX-License-Identifier: GPL-2.0-only
/* Trace file writer, see writer.h; docs/trace-format.md. */
#define _GNU_SOURCE
#define XXH_STATIC_LINKING_ONLY

#include "system/trace/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <xxhash.h>
#include <zstd.h>

#include "sim/sim.h"
#include "system/trace/format2.h"

#define FRAME_BYTES ((TRACE2_FRAME_RECORDS + 1) * TRACE2_RECORD_BYTES)
#define COPY_BYTES (1U << 16)
/* Half the sequences of level 3 for such records, so it is also read faster. */
#define LEVEL 1

struct trace_writer {
	struct trace_writer_attr attr;
	int aside_fd; /* of the temporary file, or -1 */
	int err;
	ZSTD_CCtx *zstd;
	u8 *frame, *packed;
	size_t packed_bytes;
	u32 nr_in_frame;
	u64 nr_records;
	u32 nr_devices;
	u64 kinds; /* that came */
	bool has_header;
	struct trace_name *names;
	u32 nr_names, room_names;
	/* of the seek table, 12 bytes a frame of more than a megabyte */
	u8 *seek;
	u32 nr_frames, room_frames;
};

static void writer_free(struct trace_writer *writer)
{
	if (writer->aside_fd >= 0)
		close(writer->aside_fd);
	ZSTD_freeCCtx(writer->zstd);
	free(writer->frame);
	free(writer->packed);
	free(writer->names);
	free(writer->seek);
	free(writer);
}

static int aside_open(void)
{
	const char *folder = getenv("TMPDIR");
	int fd = open(folder && folder[0] ? folder : "/tmp", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	FILE *file;

	if (fd >= 0)
		return fd;
	/* a file system without O_TMPFILE */
	file = tmpfile();
	if (!file)
		return -1;
	fd = fcntl(fileno(file), F_DUPFD_CLOEXEC, 3);
	fclose(file);
	return fd;
}

struct trace_writer *trace_writer_create(const struct trace_writer_attr *attr)
{
	struct trace_writer *writer = calloc(1, sizeof(*writer));

	if (!writer)
		return NULL;
	writer->attr = *attr;
	writer->nr_devices = attr->nr_devices;
	writer->aside_fd = attr->has_aside ? aside_open() : -1;
	writer->zstd = ZSTD_createCCtx();
	writer->frame = malloc(FRAME_BYTES);
	writer->packed_bytes = ZSTD_compressBound(FRAME_BYTES);
	writer->packed = malloc(writer->packed_bytes);
	if (!writer->zstd || !writer->frame || !writer->packed ||
	    (attr->has_aside && writer->aside_fd < 0)) {
		writer_free(writer);
		return NULL;
	}
	ZSTD_CCtx_setParameter(writer->zstd, ZSTD_c_compressionLevel, LEVEL);
	ZSTD_CCtx_setParameter(writer->zstd, ZSTD_c_checksumFlag, 1);
	return writer;
}

void trace_writer_destroy(struct trace_writer *writer)
{
	if (writer)
		writer_free(writer);
}

/* --- names --- */

/* Where (kind, number) is, or has to be put. */
static u32 name_place(const struct trace_writer *writer, const struct trace_name *name)
{
	u32 first = 0, end = writer->nr_names;

	while (first < end) {
		u32 middle = first + (end - first) / 2;
		const struct trace_name *at = &writer->names[middle];

		if (at->kind < name->kind || (at->kind == name->kind && at->number < name->number))
			first = middle + 1;
		else
			end = middle;
	}
	return first;
}

static int names_grow(struct trace_writer *writer)
{
	u32 room = writer->room_names ? 2 * writer->room_names : 16;
	struct trace_name *names;

	if (writer->nr_names < writer->room_names)
		return 0;
	if (writer->nr_names == TRACE_MAX_NAMES)
		return -ENOSPC;
	names = realloc(writer->names, room * sizeof(*names));
	if (!names)
		return -ENOMEM;
	writer->names = names;
	writer->room_names = room;
	return 0;
}

static void name_clean(char *to, const char *text)
{
	size_t length;

	text += strspn(text, " ");
	length = strnlen(text, TRACE_NAME_BYTES - 1);
	for (size_t i = 0; i < length; i++)
		to[i] = (unsigned char)text[i] < 0x20 || text[i] == 0x7f ? '?' : text[i];
	while (length && to[length - 1] == ' ')
		length--;
	to[length] = 0;
	if (!length)
		snprintf(to, TRACE_NAME_BYTES, "?");
}

int trace_writer_name(struct trace_writer *writer, const struct trace_name *name)
{
	u32 place = name_place(writer, name);
	struct trace_name *at;
	int err;

	sim_assert(!writer->has_header);
	at = writer->names ? &writer->names[place] : NULL;
	if (at && place < writer->nr_names && at->kind == name->kind && at->number == name->number)
		return 0;
	err = names_grow(writer);
	if (err || !writer->names)
		return err;
	at = &writer->names[place];
	if (place < writer->nr_names)
		memmove(at + 1, at, (writer->nr_names - place) * sizeof(*at));
	memset(at, 0, sizeof(*at));
	at->kind = name->kind;
	at->number = name->number;
	name_clean(at->text, name->text);
	writer->nr_names++;
	return 0;
}

/* --- bytes --- */

static void bytes_write(struct trace_writer *writer, int fd, const u8 *at, size_t bytes)
{
	while (bytes && !writer->err) {
		ssize_t nr_written = write(fd, at, bytes);

		if (nr_written < 0 && errno != EINTR)
			writer->err = -errno;
		if (nr_written > 0) {
			at += nr_written;
			bytes -= (size_t)nr_written;
		}
	}
}

static u8 *seek_reserve(struct trace_writer *writer)
{
	u32 room = writer->room_frames ? 2 * writer->room_frames : 64;

	if (writer->nr_frames == writer->room_frames) {
		u8 *seek = realloc(writer->seek, (size_t)room * TRACE2_SEEK_ENTRY_BYTES);

		if (!seek || room > TRACE2_MAX_FRAMES) {
			writer->err = seek ? -EFBIG : -ENOMEM;
			writer->seek = seek ? seek : writer->seek;
			return NULL;
		}
		writer->seek = seek;
		writer->room_frames = room;
	}
	return writer->seek + (size_t)writer->nr_frames++ * TRACE2_SEEK_ENTRY_BYTES;
}

struct frame {
	const u8 *bytes;
	size_t nr_bytes;
	u8 *entry; /* of the seek table, to be filled in */
};

/* Pack and write a frame. */
static void frame_write(struct trace_writer *writer, int fd, const struct frame *frame)
{
	size_t bound = ZSTD_compressBound(frame->nr_bytes), packed;

	if (bound > writer->packed_bytes) {
		u8 *more = realloc(writer->packed, bound);

		if (!more) {
			writer->err = -ENOMEM;
			return;
		}
		writer->packed = more;
		writer->packed_bytes = bound;
	}
	packed = ZSTD_compress2(writer->zstd, writer->packed, writer->packed_bytes, frame->bytes,
				frame->nr_bytes);
	if (ZSTD_isError(packed)) {
		writer->err = -ENOMEM;
		return;
	}
	bytes_write(writer, fd, writer->packed, packed);
	trace_put32(frame->entry, (u32)packed);
	trace_put32(frame->entry + 4, (u32)frame->nr_bytes);
	trace_put32(frame->entry + 8, (u32)XXH64(frame->bytes, frame->nr_bytes, 0));
}

/* --- header --- */

static size_t header_bytes(const struct trace_writer *writer)
{
	size_t bytes = TRACE2_HEADER_BYTES + TRACE2_HASH_BYTES;

	for (u32 i = 0; i < writer->nr_names; i++)
		bytes += TRACE2_NAME_BYTES + strlen(writer->names[i].text);
	return bytes;
}

static void header_write(struct trace_writer *writer, u8 *entry, u64 nr_records)
{
	size_t bytes = header_bytes(writer);
	u8 *header = calloc(1, bytes), *at;

	writer->has_header = true;
	if (!header) {
		writer->err = -ENOMEM;
		return;
	}
	at = header + TRACE2_HEADER_BYTES;
	trace_put64(header + TRACE2_HEADER_MAGIC, TRACE2_MAGIC);
	trace_put32(header + TRACE2_HEADER_VERSION, TRACE2_VERSION);
	trace_put32(header + TRACE2_HEADER_RECORD, TRACE2_RECORD_BYTES);
	trace_put64(header + TRACE2_HEADER_COUNT, nr_records);
	trace_put32(header + TRACE2_HEADER_NR_NAMES, writer->nr_names);
	trace_put32(header + TRACE2_HEADER_NR_DEVICES, writer->nr_devices);
	trace_put64(header + TRACE2_HEADER_KINDS,
		    writer->attr.has_aside ? writer->kinds : writer->attr.kinds);
	for (u32 i = 0; i < writer->nr_names; i++) {
		const struct trace_name *name = &writer->names[i];
		size_t length = strlen(name->text);

		trace_put16(at + TRACE2_NAME_KIND, (u16)name->kind);
		trace_put16(at + TRACE2_NAME_LENGTH, (u16)length);
		trace_put32(at + TRACE2_NAME_NUMBER, name->number);
		memcpy(at + TRACE2_NAME_BYTES, name->text, length);
		at += TRACE2_NAME_BYTES + length;
	}
	trace_put64(at, XXH64(header, bytes - TRACE2_HASH_BYTES, 0));
	frame_write(writer, writer->attr.fd, &(struct frame){header, bytes, entry});
	free(header);
}

/* --- records --- */

static void records_flush(struct trace_writer *writer, u8 kind)
{
	u32 nr = writer->nr_in_frame;
	u8 *at = writer->frame + (size_t)nr * TRACE2_RECORD_BYTES, *entry;
	int fd = writer->aside_fd >= 0 ? writer->aside_fd : writer->attr.fd;

	memset(at, 0, TRACE2_RECORD_BYTES);
	trace_put64(at + TRACE2_TRAILER_HASH,
		    XXH64(writer->frame, (size_t)nr * TRACE2_RECORD_BYTES, 0));
	trace_put64(at + TRACE2_TRAILER_TOTAL, writer->nr_records);
	trace_put64(at + TRACE2_TRAILER_COUNT, nr);
	trace_put64(at + TRACE2_TRAILER_MAGIC, TRACE2_MAGIC);
	at[TRACE2_KIND] = kind;
	entry = seek_reserve(writer);
	if (entry)
		frame_write(
			writer, fd,
			&(struct frame){writer->frame, (nr + 1ULL) * TRACE2_RECORD_BYTES, entry});
	writer->nr_in_frame = 0;
}

/* Without aside the header goes before the first record. */
static void header_begin(struct trace_writer *writer)
{
	u8 *entry;

	if (writer->has_header || writer->aside_fd >= 0)
		return;
	entry = seek_reserve(writer);
	if (entry)
		header_write(writer, entry, writer->attr.nr_records);
}

void trace_writer_put(struct trace_writer *writer, const struct trace_event *event)
{
	u8 *at;

	if (writer->err)
		return;
	header_begin(writer);
	if (writer->nr_in_frame == TRACE2_FRAME_RECORDS)
		records_flush(writer, TRACE2_KIND_FRAME);
	at = writer->frame + (size_t)writer->nr_in_frame++ * TRACE2_RECORD_BYTES;
	trace_put64(at + TRACE2_TIME, event->time_ps);
	trace_put64(at + TRACE2_ADDRESS, event->address);
	trace_put64(at + TRACE2_LENGTH, event->bytes);
	trace_put32(at + TRACE2_DEVICE, event->device);
	trace_put32(at + TRACE2_PASID, event->pasid);
	trace_put32(at + TRACE2_PROCESS, event->process);
	trace_put16(at + TRACE2_GROUP, event->group);
	at[TRACE2_KIND] = event->kind;
	at[TRACE2_FLAGS] = event->flags;
	writer->nr_records++;
	writer->kinds |= 1ULL << event->kind;
	if (event->device != TRACE_DEVICE_ALL && event->device >= writer->nr_devices)
		writer->nr_devices = event->device + 1;
}

int trace_writer_err(const struct trace_writer *writer)
{
	return writer->err;
}

u64 trace_writer_count(const struct trace_writer *writer)
{
	return writer->nr_records;
}

/* --- the end --- */

static void aside_copy(struct trace_writer *writer)
{
	off_t offset = 0;

	while (!writer->err) {
		ssize_t nr_read = pread(writer->aside_fd, writer->frame, COPY_BYTES, offset);

		if (nr_read < 0 && errno != EINTR)
			writer->err = -errno;
		if (nr_read == 0)
			return;
		if (nr_read > 0) {
			bytes_write(writer, writer->attr.fd, writer->frame, (size_t)nr_read);
			offset += nr_read;
		}
	}
}

static void seek_write(struct trace_writer *writer, const u8 *header_entry)
{
	u32 nr_frames = writer->nr_frames + !!header_entry;
	u8 at[TRACE2_SEEK_FOOTER_BYTES];

	trace_put32(at, TRACE2_SEEK_MAGIC);
	trace_put32(at + 4, nr_frames * TRACE2_SEEK_ENTRY_BYTES + TRACE2_SEEK_FOOTER_BYTES);
	bytes_write(writer, writer->attr.fd, at, 8);
	if (header_entry)
		bytes_write(writer, writer->attr.fd, header_entry, TRACE2_SEEK_ENTRY_BYTES);
	bytes_write(writer, writer->attr.fd, writer->seek,
		    (size_t)writer->nr_frames * TRACE2_SEEK_ENTRY_BYTES);
	trace_put32(at, nr_frames);
	at[4] = TRACE2_SEEK_CHECKSUMS;
	trace_put32(at + 5, TRACE2_SEEK_FOOTER_MAGIC);
	bytes_write(writer, writer->attr.fd, at, sizeof(at));
}

int trace_writer_finish(struct trace_writer *writer)
{
	u8 entry[TRACE2_SEEK_ENTRY_BYTES];
	bool has_aside = writer->aside_fd >= 0;

	header_begin(writer);
	records_flush(writer, TRACE2_KIND_END);
	if (has_aside && !writer->err) {
		header_write(writer, entry, writer->nr_records);
		aside_copy(writer);
	}
	if (!writer->err)
		seek_write(writer, has_aside ? entry : NULL);
	return writer->err;
}
