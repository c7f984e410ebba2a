// SPDX-License-Identifier: GPL-2.0-only
/*
 * Trace files: what was written is what is read, device by device; a file that
 * is cut, damaged or nonsense is refused with one line that says where; memory
 * does not grow with the file; devices that get on unevenly still get their own
 * records in order, within a bounded window.
 */
#define _GNU_SOURCE
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zstd.h>

#include "sim/arena.h"
#include "sim/sim.h"
#include "system/replay/replay.h"
#include "system/replay/trace.h"
#include "system/replay/trace_demux.h"
#include "system/trace/format1.h"
#include "system/trace/reader.h"

#define PAGE 4096ULL
#define BASE 0x10000000ULL
#define PASID 42

static struct sys_config config;
static char folder[] = "/tmp/test-replay-XXXXXX";
static char path[256];
static char message[2048];

static void config_start(enum sys_generator generator, u32 nr_devices)
{
	memset(&config, 0, sizeof(config));
	config.seed = 7;
	config.generator = generator;
	config.mode = SYS_HANDLER_SVA;
	config.machine.nr_devices = nr_devices;
	config.workload.trace_time_percent = 100;
	config.workload.access_bytes = 512;
	config.workload.message_bytes = 3 * PAGE;
	config.workload.nr_messages = 7;
	config.workload.buffer_pairs = 2;
	config.workload.nr_accesses = 300;
	config.workload.write_percent = 50;
	config.workload.footprint_bytes = 16 * PAGE;
	config.nr_mappings = 1;
	config.mappings[0] = (struct sys_mapping){
		.iova = BASE, .bytes = 1 << 30, .is_readable = true, .is_writable = true};
	snprintf(config.trace_path, sizeof(config.trace_path), "%s", path);
}

/* --- files made by hand --- */

struct stream {
	u8 bytes[1 << 16];
	size_t nr;
};

static void put_header(struct stream *stream, u64 promised)
{
	u8 *at = stream->bytes + stream->nr;

	memset(at, 0, TRACE_RECORD_BYTES);
	memcpy(at, "IOPFTRC1", 8);
	at[8] = 1;
	at[12] = 32;
	trace_put64(at + 16, promised);
	stream->nr += TRACE_RECORD_BYTES;
}

static void put_record(struct stream *stream, u64 time_ps, u64 iova, u32 len, u32 device, u32 pasid,
		       u32 flags)
{
	u8 *at = stream->bytes + stream->nr;

	trace_put64(at, time_ps);
	trace_put64(at + 8, iova);
	trace_put32(at + 16, len);
	trace_put32(at + 20, device);
	trace_put32(at + 24, pasid);
	trace_put32(at + 28, flags);
	stream->nr += TRACE_RECORD_BYTES;
}

static void put_footer(struct stream *stream, u64 count)
{
	put_record(stream, count, TRACE_MAGIC, 0, 0, 0, 1U << 31);
}

/* Two good records of device 0 at 0 and 10 ps. */
static void put_two(struct stream *stream)
{
	stream->nr = 0;
	put_header(stream, 0);
	put_record(stream, 0, BASE, 64, 0, TRACE_PASID_NONE, 0);
	put_record(stream, 10, BASE, 64, 0, TRACE_PASID_NONE, 1);
}

static void file_put(const void *bytes, size_t nr)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes, 1, nr, file), nr);
	assert_int_equal(fclose(file), 0);
}

static size_t compress(const struct stream *stream, u8 *out, size_t out_bytes, int window_lg2)
{
	ZSTD_CCtx *zstd = ZSTD_createCCtx();
	size_t nr;

	ZSTD_CCtx_setParameter(zstd, ZSTD_c_checksumFlag, 1);
	ZSTD_CCtx_setParameter(zstd, ZSTD_c_contentSizeFlag, 0);
	if (window_lg2)
		ZSTD_CCtx_setParameter(zstd, ZSTD_c_windowLog, window_lg2);
	if (window_lg2) {
		/* As a stream of unknown length, so that the window is not shrunk. */
		ZSTD_inBuffer in = {stream->bytes, stream->nr, 0};
		ZSTD_outBuffer to = {out, out_bytes, 0};

		ZSTD_compressStream2(zstd, &to, &in, ZSTD_e_flush);
		assert_int_equal(ZSTD_compressStream2(zstd, &to, &in, ZSTD_e_end), 0);
		nr = to.pos;
	} else {
		nr = ZSTD_compress2(zstd, out, out_bytes, stream->bytes, stream->nr);
	}
	assert_false(ZSTD_isError(nr));
	ZSTD_freeCCtx(zstd);
	return nr;
}

static u8 packed[1 << 17];

static void stream_put(const struct stream *stream)
{
	file_put(packed, compress(stream, packed, sizeof(packed), 0));
}

/* --- reading without a machine --- */

static u64 content_hash; /* of what read_all() read last */

static const char *read_all(u32 nr_devices, u64 *nr_read)
{
	struct trace_reader *reader = trace_reader_create(path, nr_devices, &trace_memory_heap);
	struct trace_event event;
	enum trace_read result;
	const char *error;

	*nr_read = 0;
	content_hash = 0;
	assert_non_null(reader);
	while ((result = trace_reader_next(reader, &event)) == TRACE_READ_RECORD) {
		const u64 fields[] = {event.address, event.bytes,  event.time_ps,
				      event.flags,   event.device, event.pasid};

		for (u32 i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
			content_hash = (content_hash ^ fields[i]) * 0x9e3779b97f4a7c15ULL;
		++*nr_read;
	}
	/* the end stays the end */
	assert_int_equal(trace_reader_next(reader, &event), result);
	error = trace_reader_error(reader);
	assert_int_equal(error != NULL, result == TRACE_READ_ERROR);
	if (error)
		snprintf(message, sizeof(message), "%s", error);
	trace_reader_destroy(reader);
	return error ? message : NULL;
}

static void must_fail(const char *want)
{
	u64 nr_read;
	const char *error = read_all(2, &nr_read);

	assert_non_null(error);
	assert_null(strchr(error, '\n'));
	assert_int_equal(strncmp(error, path, strlen(path)), 0);
	if (!strstr(error, want))
		fail_msg("'%s' does not say '%s'", error, want);
}

static struct stream stream;

static void stream_must_fail(const char *want)
{
	stream_put(&stream);
	must_fail(want);
}

static void must_read(u64 nr)
{
	u64 nr_read;
	const char *error = read_all(2, &nr_read);

	if (error)
		fail_msg("%s", error);
	assert_int_equal(nr_read, nr);
}

static void a_file_made_by_hand_is_read(void **state)
{
	put_two(&stream);
	put_footer(&stream, 2);
	stream_put(&stream);
	must_read(2);
	/* no record at all is a trace too */
	stream.nr = 0;
	put_header(&stream, 0);
	put_footer(&stream, 0);
	stream_put(&stream);
	must_read(0);
}

static void records_that_make_no_sense_are_named(void **state)
{
	static const struct {
		u64 time_ps, iova;
		u32 len, device, pasid, flags;
		const char *want;
	} bad[] = {
		{10, BASE, 0, 0, 0, 0, "record 3: length 0"},
		{10, -16ULL, 17, 0, 0, 0, "record 3: 0xfffffffffffffff0 + 17 bytes"},
		{10, -1ULL, -1U, 0, 0, 0, "record 3: 0xffffffffffffffff + 4294967295 bytes"},
		{9, BASE, 64, 0, 0, 0, "record 3: its time, 9 ps, is before that of the last"},
		{TRACE_MAX_PS, BASE, 64, 0, 0, 0, "record 3: its time"},
		{-1ULL, BASE, 64, 0, 0, 0, "record 3: its time"},
		{10, BASE, 64, 2, 0, 0, "record 3: device 2, but the machine has 2"},
		{10, BASE, 64, -1U, 0, 0, "record 3: device 4294967295"},
		{10, BASE, 64, 0, 0x100000, 0, "record 3: PASID 0x100000"},
		{10, BASE, 64, 0, -3U, 0, "record 3: PASID 0xfffffffd"},
		{10, BASE, 64, 0, 0, 2, "record 3: unknown flags 0x2"},
		{10, BASE, 64, 0, 0, 0x40000001, "record 3: unknown flags"},
		{2, 0, 0, 0, 0, 0x80000000, "record 3: damaged end record"},
		{2, TRACE_MAGIC, 1, 0, 0, 0x80000000, "record 3: damaged end record"},
		{2, TRACE_MAGIC, 0, 1, 0, 0x80000000, "record 3: damaged end record"},
		{2, TRACE_MAGIC, 0, 0, 1, 0x80000000, "record 3: damaged end record"},
		{2, TRACE_MAGIC, 0, 0, 0, 0x80000001, "record 3: damaged end record"},
		{3, TRACE_MAGIC, 0, 0, 0, 0x80000000, "2 records, but its end record counts 3"},
	};

	for (u32 i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		put_two(&stream);
		put_record(&stream, bad[i].time_ps, bad[i].iova, bad[i].len, bad[i].device,
			   bad[i].pasid, bad[i].flags);
		put_footer(&stream, 3);
		stream_must_fail(bad[i].want);
	}
}

static void records_at_the_limits_are_read(void **state)
{
	put_two(&stream);
	put_record(&stream, 10, -16ULL, 16, 1, 0xfffff, 1);
	put_record(&stream, TRACE_MAX_PS - 1, 0, -1U, 1, TRACE_PASID_BOUND, 1);
	put_footer(&stream, 4);
	stream_put(&stream);
	must_read(4);
}

static void headers_that_make_no_sense_are_refused(void **state)
{
	put_two(&stream);
	put_footer(&stream, 2);
	stream.bytes[0] = 'X';
	stream_must_fail("not an iopfsim trace");
	stream.bytes[0] = 'I';
	stream.bytes[8] = 2;
	stream_must_fail("version 2 of the trace format");
	stream.bytes[8] = 1;
	stream.bytes[12] = 40;
	stream_must_fail("header is damaged");
	stream.bytes[12] = 32;
	stream.bytes[31] = 1;
	stream_must_fail("header is damaged");
	stream.bytes[31] = 0;
	stream.bytes[16] = 3;
	stream_must_fail("2 records, but its header promises 3");
}

static void something_after_the_end_is_refused(void **state)
{
	size_t nr;

	put_two(&stream);
	put_footer(&stream, 2);
	put_footer(&stream, 2);
	stream_must_fail("something follows the end record");
	stream.nr -= 31;
	stream_must_fail("something follows the end record");
	stream.nr -= 1;
	nr = compress(&stream, packed, sizeof(packed), 0);
	packed[nr] = 0;
	file_put(packed, nr + 1);
	must_fail("something follows the end record");
	/* a second frame */
	memcpy(packed + nr, packed, nr);
	file_put(packed, 2 * nr);
	must_fail("something follows the end record");
}

static void a_stream_without_end_record_is_truncated(void **state)
{
	put_two(&stream);
	stream_must_fail("truncated after record 2");
	stream.nr -= 5;
	stream_must_fail("truncated after record 1");
	stream.nr = 0;
	stream_must_fail("truncated after record 0");
}

/* Many records with little in common, so that the cuts fall everywhere. */
static void put_many(u32 nr)
{
	u64 noise = 1;

	stream.nr = 0;
	put_header(&stream, 0);
	for (u32 i = 0; i < nr; i++) {
		noise = noise * 6364136223846793005ULL + 1442695040888963407ULL;
		put_record(&stream, i * 1000 + (noise >> 60), noise >> 20, 1 + (noise >> 55),
			   noise >> 63, TRACE_PASID_BOUND, noise >> 62 & 1);
	}
	put_footer(&stream, nr);
}

static void a_file_cut_anywhere_is_refused(void **state)
{
	size_t nr;

	put_many(200);
	nr = compress(&stream, packed, sizeof(packed), 0);
	for (size_t cut = 0; cut < nr; cut++) {
		file_put(packed, cut);
		must_fail(cut < 4 ? "not an iopfsim trace" : "truncated after record ");
	}
	file_put(packed, nr);
	must_read(200);
}

/* A few flips decode to the same content; every other one is found. */
static void a_flipped_bit_is_found(void **state)
{
	u32 nr_harmless = 0;
	u64 hash;
	size_t nr;

	put_many(100);
	nr = compress(&stream, packed, sizeof(packed), 0);
	file_put(packed, nr);
	must_read(100);
	hash = content_hash;
	for (size_t bit = 0; bit < nr * 8; bit++) {
		u64 nr_read;

		packed[bit / 8] ^= 1 << bit % 8;
		file_put(packed, nr);
		if (!read_all(2, &nr_read)) {
			assert_int_equal(nr_read, 100);
			assert_int_equal(content_hash, hash);
			nr_harmless++;
		}
		packed[bit / 8] ^= 1 << bit % 8;
	}
	assert_in_range(nr_harmless, 0, nr * 8 / 100);
}

static void garbage_is_refused(void **state)
{
	u64 noise = 1;

	for (u32 i = 0; i < 500; i++) {
		size_t nr = i * 7;

		for (size_t j = 0; j < nr; j++) {
			noise = noise * 6364136223846793005ULL + 1442695040888963407ULL;
			packed[j] = noise >> 56;
		}
		/* every other one begins like a zstd frame */
		if (i % 2)
			memcpy(packed, "\x28\xb5\x2f\xfd", 4);
		file_put(packed, nr);
		must_fail("");
	}
}

/* Of zstd 0.7 and before, which libzstd may still decode. */
static void old_zstd_formats_are_refused(void **state)
{
	for (u8 version = 0x22; version <= 0x27; version++) {
		memcpy(packed, "\x28\xb5\x2f\xfd", 4);
		packed[0] = version;
		memset(packed + 4, 0, 100);
		file_put(packed, 104);
		must_fail("not an iopfsim trace, expected a zstd stream");
	}
}

static void a_frame_that_needs_much_memory_is_refused(void **state)
{
	put_many(100);
	file_put(packed, compress(&stream, packed, sizeof(packed), 23));
	must_read(100);
	file_put(packed, compress(&stream, packed, sizeof(packed), 27));
	must_fail("a window of more than 8 MiB, expected one compressed without --ultra");
}

static void files_that_are_none_are_refused(void **state)
{
	unlink(path);
	must_fail("cannot be opened: No such file");
	assert_int_equal(mkdir(path, 0777), 0);
	must_fail("not a regular file");
	assert_int_equal(rmdir(path), 0);
	assert_int_equal(mkfifo(path, 0666), 0);
	must_fail("a FIFO that nobody writes to");
	unlink(path);
	file_put("", 0);
	must_fail("not an iopfsim trace");
	config_start(SYS_GEN_TRACE, 1);
	assert_int_equal(replay_check(&config, message, sizeof(message)), -EINVAL);
	assert_non_null(strstr(message, "not an iopfsim trace"));
	assert_int_equal(replay_total_accesses(&config), 0);
}

/* --- writing and replaying --- */

static void records_must_equal(const struct dev_record *a, const struct dev_record *b)
{
	assert_int_equal(a->iova, b->iova);
	assert_int_equal(a->len_bytes, b->len_bytes);
	assert_int_equal(a->not_before_ps, b->not_before_ps);
	assert_int_equal(a->is_write, b->is_write);
	assert_int_equal(a->has_pasid, b->has_pasid);
	assert_int_equal(a->pasid, b->pasid);
}

#define MAX_DEVICES 8

/* A generator's records of all devices, kept to compare with. */
static struct dev_record *kept[MAX_DEVICES];
static u32 nr_kept[MAX_DEVICES];

static void keep_generated(void)
{
	assert_int_equal(sim_init(config.seed, 0), 0);
	for (u32 d = 0; d < config.machine.nr_devices; d++) {
		struct dev_source *source = replay_create(&config, d, PASID + d);

		kept[d] = realloc(kept[d], 100000 * sizeof(*kept[d]));
		assert_non_null(kept[d]);
		for (nr_kept[d] = 0; source->next(source, &kept[d][nr_kept[d]]) == DEV_NEXT_RECORD;)
			nr_kept[d]++;
	}
	replay_finish();
	sim_finish();
}

static u64 nr_all_kept(void)
{
	u64 nr = 0;

	for (u32 d = 0; d < config.machine.nr_devices; d++)
		nr += nr_kept[d];
	return nr;
}

/* What sys_trace_write() says to it. */
static int write_as(struct sys_trace *written, int flags)
{
	int err;

	written->name = path;
	written->fd = open(path, flags | O_CREAT | O_TRUNC, 0600);
	assert_true(written->fd >= 0);
	err = sys_trace_write(&config, written, message, sizeof(message));
	assert_int_equal(close(written->fd), 0);
	return err;
}

static void write_trace(void)
{
	struct sys_trace written = {0};

	assert_int_equal(write_as(&written, O_WRONLY), 0);
	assert_int_equal(written.nr_records, nr_all_kept());
	config.generator = SYS_GEN_TRACE;
	assert_int_equal(replay_check(&config, message, sizeof(message)), 0);
	assert_int_equal(replay_total_accesses(&config), written.nr_records);
}

static void a_replayed_trace_equals_the_generator(void **state)
{
	for (u32 round = 0; round < 24; round++) {
		struct dev_record record;

		config_start(round % 3, 1 + round % MAX_DEVICES);
		config.mode = round % 2 ? SYS_HANDLER_SVA : SYS_HANDLER_VFIO;
		config.workload.interval_ps = round / 3 % 2 * 5000;
		config.workload.poisson = round / 6 % 2;
		keep_generated();
		write_trace();
		assert_int_equal(sim_init(config.seed, 0), 0);
		for (u32 d = 0; d < config.machine.nr_devices; d++)
			assert_non_null(replay_create(&config, d, PASID + d));
		/* device after device: the window has to hold the others' records */
		for (u32 d = 0; d < config.machine.nr_devices; d++) {
			struct dev_source *source = replay_create(&config, d, PASID + d);

			for (u32 i = 0; i < nr_kept[d]; i++) {
				assert_int_equal(source->next(source, &record), DEV_NEXT_RECORD);
				records_must_equal(&record, &kept[d][i]);
			}
			assert_int_equal(source->next(source, &record), DEV_NEXT_END);
		}
		assert_null(replay_error());
		replay_finish();
		sim_finish();
	}
}

static void pasids_of_a_trace_are_bound_or_as_they_are(void **state)
{
	struct dev_record record;

	put_two(&stream);
	put_record(&stream, 10, BASE, 64, 0, 5, 0);
	put_record(&stream, 10, BASE, 64, 0, TRACE_PASID_BOUND, 0);
	put_footer(&stream, 4);
	stream_put(&stream);
	for (u32 is_sva = 0; is_sva < 2; is_sva++) {
		struct dev_source *source;

		config_start(SYS_GEN_TRACE, 1);
		config.mode = is_sva ? SYS_HANDLER_SVA : SYS_HANDLER_VFIO;
		assert_int_equal(sim_init(1, 0), 0);
		source = replay_create(&config, 0, PASID);
		source->next(source, &record);
		assert_false(record.has_pasid);
		assert_false(record.is_write);
		source->next(source, &record);
		assert_true(record.is_write);
		source->next(source, &record);
		assert_true(record.has_pasid);
		assert_int_equal(record.pasid, 5);
		source->next(source, &record);
		assert_int_equal(record.has_pasid, is_sva);
		assert_int_equal(record.pasid, is_sva ? PASID : 0);
		replay_finish();
		sim_finish();
	}
}

/* An error met half-way: every device ends, and the message is kept. */
static void an_error_on_the_way_ends_every_device(void **state)
{
	struct dev_source *sources[2];
	struct dev_record record;

	put_two(&stream);
	put_record(&stream, 10, BASE, 64, 1, 5, 0);
	put_record(&stream, 10, BASE, 64, 1, 5, 0);
	put_record(&stream, 5, BASE, 64, 0, 5, 0);
	put_footer(&stream, 5);
	stream_put(&stream);
	config_start(SYS_GEN_TRACE, 2);
	assert_int_equal(replay_check(&config, message, sizeof(message)), 0);
	assert_int_equal(sim_init(1, 0), 0);
	for (u32 d = 0; d < 2; d++)
		sources[d] = replay_create(&config, d, 0);
	assert_int_equal(sources[0]->next(sources[0], &record), DEV_NEXT_RECORD);
	assert_int_equal(sources[1]->next(sources[1], &record), DEV_NEXT_RECORD);
	assert_int_equal(sources[0]->next(sources[0], &record), DEV_NEXT_RECORD);
	assert_null(replay_error());
	assert_int_equal(sources[0]->next(sources[0], &record), DEV_NEXT_END);
	assert_non_null(strstr(replay_error(), "record 5: its time"));
	/* record 4 waits in the window, but would be half a workload */
	assert_int_equal(sources[1]->next(sources[1], &record), DEV_NEXT_END);
	replay_finish();
	sim_finish();
}

/* --- the window --- */

struct eager {
	struct dev_source *source;
	u32 nr_taken;
	bool is_asleep, has_ended;
};

static void eager_wake(void *opaque)
{
	struct eager *eager = opaque;

	/* woken once per wait, never without one */
	assert_true(eager->is_asleep);
	eager->is_asleep = false;
}

static u64 draw_state;

static u64 draw(u64 limit)
{
	draw_state = draw_state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (draw_state >> 33) % limit;
}

static void eager_step(struct eager *eager, u32 device)
{
	struct dev_record record;

	switch (eager->source->next(eager->source, &record)) {
	case DEV_NEXT_RECORD:
		assert_true(eager->nr_taken < nr_kept[device]);
		records_must_equal(&record, &kept[device][eager->nr_taken++]);
		break;
	case DEV_NEXT_WAIT:
		eager->is_asleep = true;
		break;
	case DEV_NEXT_END:
		assert_int_equal(eager->nr_taken, nr_kept[device]);
		eager->has_ended = true;
	}
}

/* Devices in random order, some mostly idle; nobody may be left asleep. */
static u32 window_run(u32 nr_window, u64 seed)
{
	struct trace_demux *demux;
	struct eager eager[MAX_DEVICES] = {0};
	u32 nr_left = config.machine.nr_devices, nr_waits = 0;
	u32 slow = seed % nr_left;

	draw_state = seed;
	assert_int_equal(sim_init(1, 0), 0);
	demux = trace_demux_create(&config, nr_window);
	assert_non_null(demux);
	for (u32 d = 0; d < config.machine.nr_devices; d++) {
		eager[d].source = trace_demux_source(demux, d, PASID + d);
		eager[d].source->wake = eager_wake;
		eager[d].source->wake_opaque = &eager[d];
	}
	while (nr_left) {
		u32 d = draw(config.machine.nr_devices), nr_awake = 0;

		for (u32 i = 0; i < config.machine.nr_devices; i++)
			nr_awake += !eager[i].is_asleep && !eager[i].has_ended;
		assert_true(nr_awake > 0);
		if (eager[d].is_asleep || eager[d].has_ended || (d == slow && draw(20)))
			continue;
		eager_step(&eager[d], d);
		nr_waits += eager[d].is_asleep;
		nr_left -= eager[d].has_ended;
	}
	assert_null(trace_demux_error(demux));
	trace_demux_destroy(demux);
	sim_finish();
	return nr_waits;
}

static void a_full_window_makes_devices_wait_but_nobody_starve(void **state)
{
	u32 nr_waits = 0;

	for (u32 nr_devices = 2; nr_devices <= MAX_DEVICES; nr_devices++) {
		config_start(SYS_GEN_RANDOM, nr_devices);
		config.workload.interval_ps = 1000;
		config.workload.poisson = 1;
		keep_generated();
		write_trace();
		for (u64 seed = 1; seed <= 20; seed++)
			nr_waits += window_run(1 + seed % 7, seed);
		assert_int_equal(window_run(SYS_TRACE_WINDOW, 1), 0);
	}
	assert_true(nr_waits > 1000);
}

static u32 nr_wakes;

static void count_wake(void *opaque)
{
	nr_wakes++;
}

/* A device that stands before a full window ends when nothing more can be read. */
static void the_end_is_seen_in_front_of_a_full_window(void **state)
{
	struct dev_source *sources[2];
	struct trace_demux *demux;
	struct dev_record record;

	put_two(&stream);
	put_footer(&stream, 2);
	stream_put(&stream);
	config_start(SYS_GEN_TRACE, 2);
	assert_int_equal(sim_init(1, 0), 0);
	demux = trace_demux_create(&config, 3);
	for (u32 d = 0; d < 2; d++)
		sources[d] = trace_demux_source(demux, d, 0);
	/* reads past both records of device 0, to the end; one place is left */
	assert_int_equal(sources[1]->next(sources[1], &record), DEV_NEXT_END);
	assert_int_equal(sources[0]->next(sources[0], &record), DEV_NEXT_RECORD);
	assert_int_equal(sources[0]->next(sources[0], &record), DEV_NEXT_RECORD);
	assert_int_equal(sources[0]->next(sources[0], &record), DEV_NEXT_END);
	assert_null(trace_demux_error(demux));
	trace_demux_destroy(demux);

	/* damaged behind the records that fill the window */
	stream.bytes[stream.nr - 1] = 0xff;
	put_footer(&stream, 2);
	stream_put(&stream);
	demux = trace_demux_create(&config, 2);
	for (u32 d = 0; d < 2; d++)
		sources[d] = trace_demux_source(demux, d, 0);
	sources[1]->wake = count_wake;
	assert_int_equal(sources[1]->next(sources[1], &record), DEV_NEXT_WAIT);
	assert_int_equal(sources[0]->next(sources[0], &record), DEV_NEXT_RECORD);
	assert_int_equal(nr_wakes, 1);
	assert_int_equal(sources[1]->next(sources[1], &record), DEV_NEXT_END);
	assert_non_null(trace_demux_error(demux));
	assert_int_equal(sources[0]->next(sources[0], &record), DEV_NEXT_END);
	trace_demux_destroy(demux);
	sim_finish();
}

static void records_of_one_time_are_merged_round_robin(void **state)
{
	struct trace_reader *reader;
	struct trace_event event;

	config_start(SYS_GEN_SEQUENTIAL, 3);
	config.workload.nr_accesses = 50;
	keep_generated();
	write_trace();
	reader = trace_reader_create(path, 3, &trace_memory_heap);
	for (u32 i = 0; i < 150; i++) {
		assert_int_equal(trace_reader_next(reader, &event), TRACE_READ_RECORD);
		assert_int_equal(event.device, i % 3);
		assert_int_equal(event.pasid, TRACE_PASID_BOUND);
	}
	trace_reader_destroy(reader);
}

/* --- size --- */

static void memory_does_not_grow_with_the_file(void **state)
{
	struct dev_record record;
	struct dev_source *source;
	u64 used_bytes = 0, nr = 0;

	config_start(SYS_GEN_SEQUENTIAL, 1);
	config.workload.nr_accesses = 2000000;
	nr_kept[0] = config.workload.nr_accesses;
	write_trace();
	assert_int_equal(sim_init(1, 0), 0);
	source = replay_create(&config, 0, PASID);
	while (source->next(source, &record) == DEV_NEXT_RECORD) {
		/* 64 MB of records; the decoder's window is there after the first */
		if (!nr++)
			used_bytes = sim_arena_used_bytes();
		else if (nr % 1024 == 0)
			assert_int_equal(sim_arena_used_bytes(), used_bytes);
	}
	assert_int_equal(nr, config.workload.nr_accesses);
	assert_null(replay_error());
	assert_true(used_bytes < 10 << 20);
	replay_finish();
	sim_finish();
}

/* The file is read by offset and the decoder is in the arena. */
static void a_rewound_machine_reads_the_same_again(void **state)
{
	struct sim_snapshot *snapshot;
	struct dev_record record;
	struct dev_source *source;

	config_start(SYS_GEN_RANDOM, 1);
	config.workload.nr_accesses = 50000;
	keep_generated();
	write_trace();
	assert_int_equal(sim_init(1, 0), 0);
	source = replay_create(&config, 0, PASID);
	for (u32 i = 0; i < 20000; i++)
		source->next(source, &record);
	snapshot = sim_arena_save();
	for (u32 round = 0; round < 3; round++) {
		for (u32 i = 20000; i < 50000; i++) {
			assert_int_equal(source->next(source, &record), DEV_NEXT_RECORD);
			records_must_equal(&record, &kept[0][i]);
		}
		sim_arena_restore(snapshot);
	}
	sim_snapshot_destroy(snapshot);
	replay_finish();
	sim_finish();
}

/* --- writing that fails --- */

static void a_trace_that_cannot_be_written_says_why(void **state)
{
	config_start(SYS_GEN_MESSAGES, 1);
	assert_int_equal(write_as(&(struct sys_trace){0}, O_RDONLY), -EBADF);
	assert_non_null(strstr(message, "trace.zst: cannot be written: Bad file descriptor"));
	config.generator = SYS_GEN_TRACE;
	assert_int_equal(write_as(&(struct sys_trace){0}, O_WRONLY), -EINVAL);
	config.generator = SYS_GEN_MESSAGES;
	assert_int_equal(sim_init(1, 0), 0);
	assert_int_equal(write_as(&(struct sys_trace){0}, O_WRONLY), -EBUSY);
	sim_finish();
	assert_int_equal(write_as(&(struct sys_trace){0}, O_WRONLY), 0);
}

static bool stop_at_third(void *opaque, u64 nr_records, u64 nr_expected)
{
	u32 *nr_ticks = opaque;

	assert_true(nr_records < nr_expected);
	return ++*nr_ticks < 3;
}

static void writing_ends_when_it_is_told_to(void **state)
{
	struct sys_trace written = {.tick = stop_at_third};
	u32 nr_ticks = 0;

	written.opaque = &nr_ticks;
	config_start(SYS_GEN_RANDOM, 1);
	config.workload.nr_accesses = 1000000;
	assert_int_equal(write_as(&written, O_WRONLY), -EINTR);
	assert_int_equal(nr_ticks, 3);
	assert_in_range(written.nr_records, 1, 10000);
}

static void two_writings_are_the_same_bytes(void **state)
{
	static u8 first[1 << 16], second[1 << 16];
	size_t nr;
	FILE *file;

	config_start(SYS_GEN_RANDOM, 3);
	assert_int_equal(write_as(&(struct sys_trace){0}, O_WRONLY), 0);
	file = fopen(path, "rb");
	nr = fread(first, 1, sizeof(first), file);
	fclose(file);
	assert_in_range(nr, 1000, sizeof(first) - 1);
	assert_int_equal(write_as(&(struct sys_trace){0}, O_WRONLY), 0);
	file = fopen(path, "rb");
	assert_int_equal(fread(second, 1, sizeof(second), file), nr);
	fclose(file);
	assert_memory_equal(first, second, nr);
}

static int folder_make(void **state)
{
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/trace.zst", folder);
	return 0;
}

static int folder_remove(void **state)
{
	for (u32 d = 0; d < MAX_DEVICES; d++)
		free(kept[d]);
	unlink(path);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_made_by_hand_is_read),
		cmocka_unit_test(records_that_make_no_sense_are_named),
		cmocka_unit_test(records_at_the_limits_are_read),
		cmocka_unit_test(headers_that_make_no_sense_are_refused),
		cmocka_unit_test(something_after_the_end_is_refused),
		cmocka_unit_test(a_stream_without_end_record_is_truncated),
		cmocka_unit_test(a_file_cut_anywhere_is_refused),
		cmocka_unit_test(a_flipped_bit_is_found),
		cmocka_unit_test(garbage_is_refused),
		cmocka_unit_test(old_zstd_formats_are_refused),
		cmocka_unit_test(a_frame_that_needs_much_memory_is_refused),
		cmocka_unit_test(files_that_are_none_are_refused),
		cmocka_unit_test(a_replayed_trace_equals_the_generator),
		cmocka_unit_test(pasids_of_a_trace_are_bound_or_as_they_are),
		cmocka_unit_test(an_error_on_the_way_ends_every_device),
		cmocka_unit_test(a_full_window_makes_devices_wait_but_nobody_starve),
		cmocka_unit_test(the_end_is_seen_in_front_of_a_full_window),
		cmocka_unit_test(records_of_one_time_are_merged_round_robin),
		cmocka_unit_test(memory_does_not_grow_with_the_file),
		cmocka_unit_test(a_rewound_machine_reads_the_same_again),
		cmocka_unit_test(a_trace_that_cannot_be_written_says_why),
		cmocka_unit_test(writing_ends_when_it_is_told_to),
		cmocka_unit_test(two_writings_are_the_same_bytes),
	};

	return cmocka_run_group_tests(tests, folder_make, folder_remove);
}
