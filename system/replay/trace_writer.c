// SPDX-License-Identifier: GPL-2.0-only
/*
 * Writes what a generator would do as a trace file: docs/trace-format.md. The
 * devices' records are merged by a heap with one entry a device.
 */
#include "system/replay/trace.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#include "sim/arena.h"
#include "sim/sim.h"
#include "system/replay/generator.h"
#include "system/replay/trace_format.h"

#define IN_BYTES (2048 * TRACE_RECORD_BYTES)
#define OUT_BYTES (128 << 10)
/* Half the sequences of level 3 for such records, so it is also read faster. */
#define LEVEL 1

/* Next record of one device that has any. */
struct merge_entry {
	struct dev_record record;
	struct dev_source *source;
	u64 position; /* in the device's own order */
	u32 device;
};

struct trace_writer {
	const struct sys_trace *trace;
	u64 nr_promised;
	int err; /* of the first write that failed, or -EINTR, or 0 */
	ZSTD_CCtx *zstd;
	u8 *in, *out;
	size_t nr_in;
	u64 nr_records;
	/* heap[0] is the earliest; children of i are 2i + 1 and 2i + 2 */
	struct merge_entry *heap;
	u32 nr_heap;
};

static bool is_before(const struct merge_entry *a, const struct merge_entry *b)
{
	if (a->record.not_before_ps != b->record.not_before_ps)
		return a->record.not_before_ps < b->record.not_before_ps;
	if (a->position != b->position)
		return a->position < b->position;
	return a->device < b->device;
}

static void heap_sift_down(struct trace_writer *writer, u32 at)
{
	struct merge_entry moving = writer->heap[at];

	for (;;) {
		u32 child = 2 * at + 1;

		if (child >= writer->nr_heap)
			break;
		if (child + 1 < writer->nr_heap &&
		    is_before(&writer->heap[child + 1], &writer->heap[child]))
			child++;
		if (!is_before(&writer->heap[child], &moving))
			break;
		writer->heap[at] = writer->heap[child];
		at = child;
	}
	writer->heap[at] = moving;
}

static void heap_advance_first(struct trace_writer *writer)
{
	struct merge_entry *first = &writer->heap[0];

	first->position++;
	if (first->source->next(first->source, &first->record) == DEV_NEXT_END)
		writer->heap[0] = writer->heap[--writer->nr_heap];
	if (writer->nr_heap)
		heap_sift_down(writer, 0);
}

static void out_write(struct trace_writer *writer, const u8 *at, size_t bytes)
{
	while (bytes && !writer->err) {
		ssize_t nr_written = write(writer->trace->fd, at, bytes);

		if (nr_written < 0 && errno != EINTR)
			writer->err = -errno;
		if (nr_written > 0) {
			at += nr_written;
			bytes -= nr_written;
		}
	}
}

static void in_flush(struct trace_writer *writer, ZSTD_EndDirective directive)
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
		out_write(writer, writer->out, out.pos);
	} while (!writer->err && (in.pos < in.size || (directive == ZSTD_e_end && left)));
	writer->nr_in = 0;
}

static void ask(struct trace_writer *writer)
{
	const struct sys_trace *trace = writer->trace;

	if (!writer->err && trace->tick &&
	    !trace->tick(trace->opaque, writer->nr_records, writer->nr_promised))
		writer->err = -EINTR;
}

static u8 *in_reserve(struct trace_writer *writer)
{
	u8 *at;

	if (writer->nr_in == IN_BYTES) {
		in_flush(writer, ZSTD_e_continue);
		ask(writer);
	}
	at = writer->in + writer->nr_in;
	writer->nr_in += TRACE_RECORD_BYTES;
	memset(at, 0, TRACE_RECORD_BYTES);
	return at;
}

static void header_put(struct trace_writer *writer)
{
	u8 *at = in_reserve(writer);

	trace_put64(at + TRACE_HEADER_MAGIC, TRACE_MAGIC);
	trace_put32(at + TRACE_HEADER_VERSION, TRACE_VERSION);
	trace_put32(at + TRACE_HEADER_RECORD, TRACE_RECORD_BYTES);
	trace_put64(at + TRACE_HEADER_COUNT, writer->nr_promised);
}

static void record_put(struct trace_writer *writer, const struct merge_entry *entry)
{
	u8 *at = in_reserve(writer);

	trace_put64(at + TRACE_TIME, entry->record.not_before_ps);
	trace_put64(at + TRACE_IOVA, entry->record.iova);
	trace_put32(at + TRACE_LEN, entry->record.len_bytes);
	trace_put32(at + TRACE_DEVICE, entry->device);
	trace_put32(at + TRACE_PASID, SYS_TRACE_PASID_BOUND);
	trace_put32(at + TRACE_FLAGS, entry->record.is_write ? TRACE_FLAG_WRITE : 0);
	writer->nr_records++;
}

static void footer_put(struct trace_writer *writer)
{
	u8 *at = in_reserve(writer);

	trace_put64(at + TRACE_FOOTER_COUNT, writer->nr_records);
	trace_put64(at + TRACE_FOOTER_MAGIC, TRACE_MAGIC);
	trace_put32(at + TRACE_FLAGS, TRACE_FLAG_END);
}

static int sources_open(struct trace_writer *writer, const struct sys_config *config)
{
	writer->heap = calloc(config->machine.nr_devices, sizeof(*writer->heap));
	if (!writer->heap)
		return -ENOMEM;
	for (u32 d = 0; d < config->machine.nr_devices; d++) {
		struct merge_entry *entry = &writer->heap[writer->nr_heap];

		entry->source = generator_create(config, d, 0);
		if (!entry->source)
			return -ENOMEM;
		entry->device = d;
		if (entry->source->next(entry->source, &entry->record) == DEV_NEXT_RECORD)
			writer->nr_heap++;
	}
	for (u32 at = writer->nr_heap / 2; at-- > 0;)
		heap_sift_down(writer, at);
	return 0;
}

static int writer_open(struct trace_writer *writer, const struct sys_config *config)
{
	writer->zstd = ZSTD_createCCtx();
	writer->in = malloc(IN_BYTES);
	writer->out = malloc(OUT_BYTES);
	if (!writer->zstd || !writer->in || !writer->out)
		return -ENOMEM;
	ZSTD_CCtx_setParameter(writer->zstd, ZSTD_c_compressionLevel, LEVEL);
	ZSTD_CCtx_setParameter(writer->zstd, ZSTD_c_checksumFlag, 1);
	return sources_open(writer, config);
}

/* The sources are in the arena, which goes as a whole. */
static void writer_close(struct trace_writer *writer)
{
	ZSTD_freeCCtx(writer->zstd);
	free(writer->in);
	free(writer->out);
	free(writer->heap);
}

static int writer_run(struct trace_writer *writer, const struct sys_config *config)
{
	int err = writer_open(writer, config);

	if (err)
		return err;
	header_put(writer);
	while (writer->nr_heap && !writer->err) {
		record_put(writer, &writer->heap[0]);
		heap_advance_first(writer);
	}
	if (!writer->err) {
		footer_put(writer);
		in_flush(writer, ZSTD_e_end);
	}
	return writer->err;
}

int sys_trace_write(const struct sys_config *config, struct sys_trace *trace, char *message,
		    size_t message_bytes)
{
	struct trace_writer writer = {.trace = trace};
	int err;

	if (config->nr_groups) {
		snprintf(
			message, message_bytes,
			"a trace is of devices without groups: a group's stands in a file of its own");
		return -EINVAL;
	}
	if (config->generator == SYS_GEN_TRACE) {
		snprintf(message, message_bytes, "workload.generator: a trace cannot be traced");
		return -EINVAL;
	}
	writer.nr_promised = generator_records(config);
	err = sim_init(config->seed, 0);
	if (!err) {
		err = writer_run(&writer, config);
		writer_close(&writer);
		sim_finish();
	}
	if (err)
		snprintf(message, message_bytes, "%s: cannot be written: %s", trace->name,
			 strerror(-err));
	trace->nr_records = writer.nr_records;
	return err;
}
