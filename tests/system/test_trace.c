// SPDX-License-Identifier: GPL-2.0-only
/*
 * Version 2 of trace files: what was written is what is read, of any kind, with names, from a
 * file or a pipe; frames can be unpacked by themselves, where the seek table says; a file
 * that is cut or has one wrong bit is refused; memory does not grow with the file.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <xxhash.h>
#include <zstd.h>

#include "system/trace/format2.h"
#include "system/trace/reader.h"
#include "system/trace/writer.h"

static char folder[] = "/tmp/test-trace-XXXXXX";
static char path[64], other_path[64];

static u64 noise;

static u64 draw(u64 below)
{
	noise = noise * 6364136223846793005ULL + 1442695040888963407ULL;
	return (noise >> 20) % below;
}

static struct trace_event draw_event(u64 *time_ps)
{
	u8 kind = (u8)draw(TRACE_NR_KINDS);
	bool has_range = kind <= TRACE_INVALIDATE;
	struct trace_event event = {
		.time_ps = *time_ps += draw(1000),
		.address = has_range ? draw(1ULL << 40) << 4 : 0,
		.bytes = has_range ? 1 + draw(kind == TRACE_ACCESS ? ~0U : 1ULL << 42) : 0,
		.device = (u32)draw(9),
		.pasid = draw(3) ? (u32)draw(TRACE_MAX_PASID) : TRACE_PASID_NONE - (u32)draw(2),
		.process = draw(2) ? (u32)draw(100) : TRACE_PROCESS_NONE,
		.kind = kind,
	};

	if (kind == TRACE_ACCESS)
		event.flags = (u8)(draw(256) & TRACE_FLAGS_OF_ACCESS);
	if (kind == TRACE_MAP)
		event.flags = (u8)(draw(256) & TRACE_FLAGS_OF_MAP);
	if (event.flags & TRACE_HAS_GROUP)
		event.group = (u16)draw(TRACE_MAX_GROUP + 1);
	return event;
}

static void put_name(struct trace_writer *writer, u32 kind, u32 number, const char *text)
{
	struct trace_name name = {.kind = kind, .number = number};

	snprintf(name.text, sizeof(name.text), "%s", text);
	assert_int_equal(trace_writer_name(writer, &name), 0);
}

/* @nr records from @seed. */
static void write_many(u32 nr, u64 seed, bool has_aside)
{
	struct trace_writer_attr attr = {.has_aside = has_aside,
					 .nr_records = nr,
					 .nr_devices = 9,
					 .kinds = (1 << TRACE_NR_KINDS) - 1};
	struct trace_writer *writer;
	u64 time_ps = 0;

	attr.fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	writer = trace_writer_create(&attr);
	assert_non_null(writer);
	noise = seed;
	put_name(writer, TRACE_NAME_PROCESS, 7, "qemu, \"vm\"");
	put_name(writer, TRACE_NAME_DEVICE, 3, "0000:c1:00.0");
	put_name(writer, TRACE_NAME_DEVICE, 1, "  two\nlines ");
	put_name(writer, TRACE_NAME_DEVICE, 3, "another");
	for (u32 i = 0; i < nr; i++) {
		struct trace_event event = draw_event(&time_ps);

		trace_writer_put(writer, &event);
	}
	assert_int_equal(trace_writer_finish(writer), 0);
	assert_int_equal(trace_writer_count(writer), nr);
	trace_writer_destroy(writer);
	assert_int_equal(close(attr.fd), 0);
}

/* NULL, or why not; @seed: what must come out, 0: anything. */
static const char *read_many(const char *from, u64 seed, u64 *nr)
{
	struct trace_reader *reader = trace_reader_create(from, 0, &trace_memory_heap);
	static char message[2048];
	struct trace_event event, want;
	const char *error;
	u64 time_ps = 0;

	*nr = 0;
	assert_non_null(reader);
	noise = seed;
	while (trace_reader_next(reader, &event) == TRACE_READ_RECORD) {
		want = draw_event(&time_ps);
		if (seed)
			assert_memory_equal(&event, &want, sizeof(event));
		++*nr;
	}
	error = trace_reader_error(reader);
	if (error)
		snprintf(message, sizeof(message), "%s", error);
	trace_reader_destroy(reader);
	return error ? message : NULL;
}

static u8 *bytes;
static size_t nr_bytes;

static void file_get(void)
{
	FILE *file = fopen(path, "rb");

	bytes = bytes ? bytes : malloc(1 << 26);
	nr_bytes = fread(bytes, 1, 1 << 26, file);
	fclose(file);
}

static void file_put(size_t nr)
{
	FILE *file = fopen(other_path, "wb");

	assert_int_equal(fwrite(bytes, 1, nr, file), nr);
	assert_int_equal(fclose(file), 0);
}

static void what_was_written_is_read(void **state)
{
	static const u32 counts[] = {0,	    1, 100, TRACE2_FRAME_RECORDS, TRACE2_FRAME_RECORDS + 1,
				     100000};

	for (u32 i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		for (u32 has_aside = 0; has_aside < 2; has_aside++) {
			u64 nr;
			const char *error;

			write_many(counts[i], 5 + i, has_aside);
			error = read_many(path, 5 + i, &nr);
			if (error)
				fail_msg("%s", error);
			assert_int_equal(nr, counts[i]);
		}
	}
}

static void kept_aside_or_not_the_file_is_the_same(void **state)
{
	u8 *first;
	size_t nr;

	write_many(70000, 3, false);
	file_get();
	first = malloc(nr_bytes);
	nr = nr_bytes;
	memcpy(first, bytes, nr);
	write_many(70000, 3, true);
	file_get();
	assert_int_equal(nr, nr_bytes);
	assert_memory_equal(first, bytes, nr);
	free(first);
}

static void names_come_back_in_order(void **state)
{
	const struct trace_name *names;
	struct trace_reader *reader;

	write_many(10, 5, true);
	reader = trace_reader_create(path, 0, &trace_memory_heap);
	assert_int_equal(trace_reader_version(reader), 2);
	assert_int_equal(trace_reader_promised(reader), 10);
	assert_int_equal(trace_reader_nr_devices(reader), 9);
	assert_int_equal(trace_reader_names(reader, &names), 3);
	assert_string_equal(names[0].text, "two?lines");
	assert_string_equal(names[1].text, "0000:c1:00.0");
	assert_string_equal(names[2].text, "qemu, \"vm\"");
	assert_string_equal(trace_reader_name(reader, TRACE_NAME_DEVICE, 3), "0000:c1:00.0");
	assert_null(trace_reader_name(reader, TRACE_NAME_DEVICE, 7));
	trace_reader_destroy(reader);
}

static void a_pipe_is_read(void **state)
{
	int ends[2], status;
	char from[32];
	u64 nr;
	pid_t child;

	write_many(50000, 9, false);
	file_get();
	assert_int_equal(pipe(ends), 0);
	child = fork();
	if (!child) {
		/* byte by byte at first */
		for (size_t i = 0; i < nr_bytes; i += i < 100 ? 1 : 4000) {
			size_t left = nr_bytes - i, part = i < 100 ? 1 : 4000;

			if (write(ends[1], bytes + i, part < left ? part : left) < 0)
				_exit(1);
		}
		_exit(0);
	}
	close(ends[1]);
	snprintf(from, sizeof(from), "/dev/fd/%d", ends[0]);
	assert_null(read_many(from, 9, &nr));
	assert_int_equal(nr, 50000);
	close(ends[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
}

static void a_file_cut_anywhere_is_refused(void **state)
{
	write_many(60, 5, false);
	file_get();
	for (size_t cut = 0; cut < nr_bytes; cut++) {
		u64 nr;

		file_put(cut);
		if (!read_many(other_path, 0, &nr))
			fail_msg("cut at %zu of %zu", cut, nr_bytes);
	}
}

/* The same content, however the frames say it. */
static void a_flipped_bit_is_found(void **state)
{
	u32 nr_harmless = 0;

	write_many(60, 5, false);
	file_get();
	for (size_t bit = 0; bit < nr_bytes * 8; bit++) {
		u64 nr;

		bytes[bit / 8] ^= 1 << bit % 8;
		file_put(nr_bytes);
		if (!read_many(other_path, 0, &nr)) {
			assert_null(read_many(other_path, 5, &nr));
			assert_int_equal(nr, 60);
			nr_harmless++;
		}
		bytes[bit / 8] ^= 1 << bit % 8;
	}
	assert_in_range(nr_harmless, 0, nr_bytes * 8 / 100);
}

static void frames_stand_by_themselves(void **state)
{
	u32 nr_frames, nr_records = 0;
	size_t table, offset = 0;
	const u8 *entry;

	write_many(100000, 5, true);
	file_get();
	assert_int_equal(trace_get32(bytes + nr_bytes - 4), TRACE2_SEEK_FOOTER_MAGIC);
	nr_frames = trace_get32(bytes + nr_bytes - 9);
	assert_int_equal(nr_frames, 1 + (100000 + TRACE2_FRAME_RECORDS - 1) / TRACE2_FRAME_RECORDS);
	table = nr_bytes - 9 - 12ULL * nr_frames;
	for (u32 i = 0; i < nr_frames; i++) {
		u8 *frame;
		size_t nr;

		entry = bytes + table + 12ULL * i;
		nr = trace_get32(entry + 4);
		frame = malloc(nr);
		assert_int_equal(ZSTD_decompress(frame, nr, bytes + offset, trace_get32(entry)),
				 nr);
		assert_int_equal((u32)XXH64(frame, nr, 0), trace_get32(entry + 8));
		if (i) {
			assert_int_equal(nr % TRACE2_RECORD_BYTES, 0);
			nr_records += nr / TRACE2_RECORD_BYTES - 1;
			assert_int_equal(frame[nr - 2],
					 i + 1 < nr_frames ? TRACE2_KIND_FRAME : TRACE2_KIND_END);
		}
		free(frame);
		offset += trace_get32(entry);
	}
	assert_int_equal(nr_records, 100000);
	assert_int_equal(offset + 8, table);
}

/* One bad record at a time, as a writer that checks nothing would make it. */
static void records_that_make_no_sense_are_named(void **state)
{
	static const struct {
		struct trace_event event;
		const char *want;
	} bad[] = {
		{{.kind = TRACE_NR_KINDS}, "record 2: unknown kind 9"},
		{{.kind = TRACE_EXIT}, "record 2: kind exit, which its header does not have"},
		{{.bytes = 1, .flags = TRACE_READ}, "record 2: unknown flags 0x20"},
		{{.kind = TRACE_UNMAP, .bytes = 1, .flags = 1}, "record 2: unknown flags 0x1"},
		{{.kind = TRACE_MAP}, "record 2: length 0"},
		{{.bytes = 1ULL << 32}, "record 2: an access of 4294967296 bytes"},
		{{.kind = TRACE_BIND, .address = 1}, "record 2: bind has no address"},
		{{.bytes = 1, .group = 1}, "record 2: group 1"},
		{{.bytes = 1, .group = 512, .flags = TRACE_HAS_GROUP}, "record 2: group 512"},
		{{.bytes = 2, .address = ~0ULL}, "record 2: 0xffffffffffffffff + 2 bytes"},
		{{.bytes = 1, .pasid = 0x100000}, "record 2: PASID 0x100000"},
		{{.bytes = 1, .time_ps = TRACE_MAX_PS}, "record 2: its time"},
	};
	struct trace_event good = {.bytes = 1, .time_ps = 0, .process = TRACE_PROCESS_NONE};

	for (u32 i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct trace_writer_attr attr = {
			.nr_records = 2,
			.kinds = 1 << TRACE_ACCESS | 1 << TRACE_MAP | 1 << TRACE_UNMAP |
				 1 << TRACE_BIND,
		};
		struct trace_writer *writer;
		const char *error;
		u64 nr;

		attr.fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
		writer = trace_writer_create(&attr);
		trace_writer_put(writer, &good);
		trace_writer_put(writer, &bad[i].event);
		assert_int_equal(trace_writer_finish(writer), 0);
		trace_writer_destroy(writer);
		close(attr.fd);
		error = read_many(path, 0, &nr);
		assert_non_null(error);
		if (!strstr(error, bad[i].want))
			fail_msg("'%s' does not say '%s'", error, bad[i].want);
		assert_int_equal(nr, 1);
	}
}

static long peak_kib(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return usage.ru_maxrss;
}

static void memory_does_not_grow_with_the_file(void **state)
{
	long before;
	u64 nr;

	write_many(100000, 5, true);
	assert_null(read_many(path, 5, &nr));
	before = peak_kib();
	write_many(1000000, 5, true);
	assert_null(read_many(path, 5, &nr));
	assert_int_equal(nr, 1000000);
	/* 40 MB of records */
	assert_in_range(peak_kib(), 0, before + 4096);
}

static void a_disk_that_is_full_is_told(void **state)
{
	struct trace_writer_attr attr = {.fd = open("/dev/full", O_WRONLY)};
	struct trace_writer *writer = trace_writer_create(&attr);
	struct trace_event event = {.bytes = 1};

	trace_writer_put(writer, &event);
	assert_int_equal(trace_writer_finish(writer), -ENOSPC);
	trace_writer_destroy(writer);
	close(attr.fd);
}

static int setup(void **state)
{
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/trace", folder);
	snprintf(other_path, sizeof(other_path), "%s/other", folder);
	return 0;
}

static int teardown(void **state)
{
	unlink(path);
	unlink(other_path);
	free(bytes);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_written_is_read),
		cmocka_unit_test(kept_aside_or_not_the_file_is_the_same),
		cmocka_unit_test(names_come_back_in_order),
		cmocka_unit_test(a_pipe_is_read),
		cmocka_unit_test(a_file_cut_anywhere_is_refused),
		cmocka_unit_test(a_flipped_bit_is_found),
		cmocka_unit_test(frames_stand_by_themselves),
		cmocka_unit_test(records_that_make_no_sense_are_named),
		cmocka_unit_test(memory_does_not_grow_with_the_file),
		cmocka_unit_test(a_disk_that_is_full_is_told),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
