// SPDX-License-Identifier: GPL-2.0-only
/*
 * libFuzzer target: files of others. An input that begins as a zstd frame is a trace file; one
 * with a zero byte is records, which are packed with checksums that hold, after some of them and
 * of the header were overwritten; all else is text, for import and decode.
 *
 * Claims: what is refused is refused with one line; what is not keeps to docs/trace-format.md,
 * from a file as from a pipe; what was imported is a trace that is whole; JSON is JSON.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "system/trace/format2.h"
#include "system/trace/reader.h"
#include "system/trace/stream.h"
#include "tool/decode/decode.h"
#include "tool/import/import.h"

/* A claim that must hold whatever the input; libFuzzer keeps the input that breaks it. */
static void must(bool is_true, const char *claim)
{
	if (is_true)
		return;
	fprintf(stderr, "fuzz: does not hold: %s\n", claim);
	abort();
}

static void must_be_a_line(const char *message)
{
	must(message && *message, "what is refused is told why");
	must(!strchr(message, '\n') && strlen(message) < TEXT_MESSAGE_MAX, "a message is one line");
}

/* --- reading a trace --- */

static int file_of(const void *bytes, size_t nr)
{
	int fd = memfd_create("fuzz", MFD_CLOEXEC);

	must(fd >= 0 && write(fd, bytes, nr) == (ssize_t)nr, "there is memory for a file");
	return fd;
}

/* Few enough bytes for what a pipe holds. */
static int pipe_of(const void *bytes, size_t nr)
{
	int fds[2];

	must(!pipe2(fds, O_CLOEXEC) && fcntl(fds[1], F_SETPIPE_SZ, 1 << 20) > 0 &&
		     write(fds[1], bytes, nr) == (ssize_t)nr,
	     "there is memory for a pipe");
	close(fds[1]);
	return fds[0];
}

static void must_be_valid(const struct trace_event *event, u64 last_ps)
{
	must(event->kind < TRACE_NR_KINDS, "kinds are known");
	must(event->time_ps >= last_ps && event->time_ps < TRACE_MAX_PS, "time goes on");
	must(event->address + event->bytes >= event->address || !(event->address + event->bytes),
	     "ranges end");
	must(event->group <= TRACE_MAX_GROUP, "groups have an index");
	must(event->kind != TRACE_ACCESS ||
		     (event->bytes && event->bytes <= ~0U && event->device != TRACE_DEVICE_ALL),
	     "accesses are somebody's, of something");
}

struct read {
	u64 nr, hash;
	bool is_whole;
};

static void read_names(struct trace_reader *reader, struct read *read)
{
	const struct trace_name *names;
	u32 nr = trace_reader_names(reader, &names);

	for (u32 i = 0; i < nr; i++) {
		must(trace_name_is_valid(names[i].text, strlen(names[i].text)), "names print");
		must(trace_reader_name(reader, names[i].kind, names[i].number) == names[i].text,
		     "names are found");
		read->hash = XXH64(&names[i], sizeof(names[i]), read->hash);
	}
}

static struct read read_from(int fd)
{
	char path[64];
	struct trace_reader *reader;
	struct trace_event event;
	struct read read = {0};
	u64 last_ps = 0;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	reader = trace_reader_create(path, 0, &trace_memory_heap);
	must(reader, "there is memory for a reader");
	read_names(reader, &read);
	while (trace_reader_next(reader, &event) == TRACE_READ_RECORD) {
		must_be_valid(&event, last_ps);
		last_ps = event.time_ps;
		read.hash = XXH64(&event, sizeof(event), read.hash);
		read.nr++;
	}
	read.is_whole = !trace_reader_error(reader);
	if (!read.is_whole)
		must_be_a_line(trace_reader_error(reader));
	must(trace_reader_next(reader, &event) != TRACE_READ_RECORD, "the end stays the end");
	trace_reader_destroy(reader);
	close(fd);
	return read;
}

static struct read read_trace(const void *bytes, size_t nr)
{
	struct read read = read_from(file_of(bytes, nr)), again = read_from(pipe_of(bytes, nr));

	must(read.nr == again.nr && read.hash == again.hash && read.is_whole == again.is_whole,
	     "a pipe is read as a file is");
	return read;
}

/* --- a trace of records --- */

#define MAX_BYTES 8192

struct made {
	u8 bytes[4 * MAX_BYTES];
	size_t nr;
	XXH64_state_t seek;
	u8 table[TRACE2_SEEK_ENTRY_BYTES * MAX_BYTES / TRACE2_RECORD_BYTES];
	u32 nr_frames;
};

static void pack(struct made *made, const u8 *from, size_t nr, u64 hash)
{
	size_t packed = ZSTD_compress(made->bytes + made->nr, sizeof(made->bytes) - made->nr, from,
				      nr, 1);
	u8 *entry = made->table + (size_t)made->nr_frames++ * TRACE2_SEEK_ENTRY_BYTES;

	must(!ZSTD_isError(packed), "frames are packed");
	trace_put32(entry, (u32)packed);
	trace_put32(entry + 4, (u32)nr);
	trace_put32(entry + 8, (u32)hash);
	made->nr += packed;
}

/* @spoil: which byte of it becomes which, 255: none. */
static void pack_header(struct made *made, const u8 spoil[4])
{
	static const char name[] = "nic0";
	u8 at[TRACE2_HEADER_BYTES + TRACE2_NAME_BYTES + sizeof(name) - 1 + TRACE2_HASH_BYTES] = {0};
	size_t bytes = sizeof(at) - TRACE2_HASH_BYTES;

	trace_put64(at, TRACE2_MAGIC);
	trace_put32(at + TRACE2_HEADER_VERSION, TRACE2_VERSION);
	trace_put32(at + TRACE2_HEADER_RECORD, TRACE2_RECORD_BYTES);
	trace_put32(at + TRACE2_HEADER_NR_NAMES, 1);
	trace_put16(at + TRACE2_HEADER_BYTES + TRACE2_NAME_KIND, TRACE_NAME_DEVICE);
	trace_put16(at + TRACE2_HEADER_BYTES + TRACE2_NAME_LENGTH, sizeof(name) - 1);
	memcpy(at + TRACE2_HEADER_BYTES + TRACE2_NAME_BYTES, name, sizeof(name) - 1);
	for (u32 i = 0; i < 4; i += 2) {
		if (spoil[i] != 255)
			at[spoil[i] % bytes] = spoil[i + 1];
	}
	trace_put64(at + bytes, XXH64(at, bytes, 0));
	pack(made, at, sizeof(at), XXH64(at, sizeof(at), 0));
}

/* Its records and what ends it, of which a byte is spoilt as well. */
static void pack_frame(struct made *made, u8 *at, size_t nr_records, u64 total, u8 kind)
{
	u8 *end = at + nr_records * TRACE2_RECORD_BYTES;
	u8 spoil = end[0], value = end[1];

	memset(end, 0, TRACE2_RECORD_BYTES);
	trace_put64(end + TRACE2_TRAILER_HASH, XXH64(at, (size_t)(end - at), 0));
	trace_put64(end + TRACE2_TRAILER_TOTAL, total);
	trace_put64(end + TRACE2_TRAILER_COUNT, nr_records);
	trace_put64(end + TRACE2_TRAILER_MAGIC, TRACE2_MAGIC);
	end[TRACE2_KIND] = kind;
	if (spoil < TRACE2_RECORD_BYTES)
		end[spoil] = value;
	pack(made, at, (size_t)(end - at) + TRACE2_RECORD_BYTES,
	     XXH64(at, (size_t)(end - at) + TRACE2_RECORD_BYTES, 0));
}

static void pack_seek_table(struct made *made)
{
	u8 *at = made->bytes + made->nr;
	size_t table = (size_t)made->nr_frames * TRACE2_SEEK_ENTRY_BYTES;

	trace_put32(at, TRACE2_SEEK_MAGIC);
	trace_put32(at + 4, (u32)table + TRACE2_SEEK_FOOTER_BYTES);
	memcpy(at + 8, made->table, table);
	at += 8 + table;
	trace_put32(at, made->nr_frames);
	at[4] = TRACE2_SEEK_CHECKSUMS;
	trace_put32(at + 5, TRACE2_SEEK_FOOTER_MAGIC);
	made->nr += 8 + table + TRACE2_SEEK_FOOTER_BYTES;
}

/* Frames of up to 7 records, the last of what is left. */
static void read_records(const uint8_t *bytes, size_t nr)
{
	static struct made made;
	u8 at[8 * TRACE2_RECORD_BYTES];
	size_t per_frame = 1 + bytes[0] % 7, total = 0;

	made.nr = 0;
	made.nr_frames = 0;
	pack_header(&made, bytes + 1);
	for (bytes += 5, nr -= 5;;) {
		size_t some = nr / TRACE2_RECORD_BYTES < per_frame ? nr / TRACE2_RECORD_BYTES
								   : per_frame;
		bool is_last = nr / TRACE2_RECORD_BYTES <= some;

		memset(at, 255, sizeof(at));
		memcpy(at, bytes, some * TRACE2_RECORD_BYTES);
		bytes += some * TRACE2_RECORD_BYTES;
		nr -= some * TRACE2_RECORD_BYTES;
		if (nr >= 2)
			memcpy(at + some * TRACE2_RECORD_BYTES, bytes, 2);
		total += some;
		pack_frame(&made, at, some, total, is_last ? TRACE2_KIND_END : TRACE2_KIND_FRAME);
		if (is_last)
			break;
	}
	pack_seek_table(&made);
	read_trace(made.bytes, made.nr);
}

/* --- text --- */

static void import_text(const uint8_t *bytes, size_t nr, const char *format)
{
	const struct tool_trace_options options = {0};
	int fd = memfd_create("fuzz", MFD_CLOEXEC);
	struct trace_writer_attr writer = {.fd = fd, .has_aside = true};
	struct import_attr attr = {
		.in = fmemopen((void *)bytes, nr, "r"),
		.name = "input",
		.format = format,
		.out = trace_writer_create(&writer),
	};
	struct import_result result;
	char message[TEXT_MESSAGE_MAX] = "";
	int err;

	must(attr.in && attr.out, "there is memory to import");
	must(!import_policy_parse(&attr.policy, &options, message), "defaults are accepted");
	err = import_run(&attr, &result, message);
	must(!err || err == -EINVAL, "a text is imported, or refused");
	if (err) {
		must_be_a_line(message);
		close(fd);
	} else {
		must(result.nr_records == trace_writer_count(attr.out), "records are counted");
		must(!trace_writer_finish(attr.out), "a trace is written");
		struct read read = read_from(fd);

		must(read.is_whole && read.nr == result.nr_records, "what is imported is whole");
	}
	trace_writer_destroy(attr.out);
	fclose(attr.in);
}

static void decode_text(const uint8_t *bytes, size_t nr, bool is_json)
{
	char *text = NULL;
	size_t nr_text = 0;
	struct decode decode = {
		.name = "input",
		.in = fmemopen((void *)bytes, nr, "r"),
		.out = open_memstream(&text, &nr_text),
		.is_json = is_json,
	};
	int err = decode_run(&decode);

	must(!err || err == -EINVAL, "a text is decoded, or has nothing to decode");
	fclose(decode.in);
	fclose(decode.out);
	must(err ? !nr_text : nr_text > 0 || decode.nr_suppressed, "something is said, or nothing");
	if (is_json && !err) {
		json_t *root = json_loadb(text, nr_text, 0, NULL);

		must(root, "JSON is JSON");
		json_decref(root);
	}
	free(text);
}

static void read_text(const uint8_t *bytes, size_t nr)
{
	static const char *const formats[] = {"ftrace", "nvme",	   "qemu",   "blkparse", "fio",
					      "msr",	"tencent", "lackey", "csv"};

	import_text(bytes, nr, NULL);
	import_text(bytes, nr,
		    formats[XXH64(bytes, nr, 0) % (sizeof(formats) / sizeof(formats[0]))]);
	decode_text(bytes, nr, false);
	decode_text(bytes, nr, true);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t nr);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t nr)
{
	if (!nr || nr > MAX_BYTES)
		return 0;
	if (nr > 4 && trace_get32(bytes) == ZSTD_MAGICNUMBER)
		read_trace(bytes, nr);
	else if (nr > 5 && memchr(bytes, 0, nr))
		read_records(bytes, nr);
	else
		read_text(bytes, nr);
	return 0;
}
