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

#include "sim/arena.h"
#include "sim/sim.h"
#include "system/replay/generator.h"
#include "system/trace/writer.h"

/* How often somebody is asked whether to go on. */
#define ASK_RECORDS 2048

/* Next record of one device that has any. */
struct merge_entry {
	struct dev_record record;
	struct dev_source *source;
	u64 position; /* in the device's own order */
	u32 device;
};

struct merger {
	const struct sys_trace *trace;
	u64 nr_promised;
	struct trace_writer *out;
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

static void heap_sift_down(struct merger *merger, u32 at)
{
	struct merge_entry moving = merger->heap[at];

	for (;;) {
		u32 child = 2 * at + 1;

		if (child >= merger->nr_heap)
			break;
		if (child + 1 < merger->nr_heap &&
		    is_before(&merger->heap[child + 1], &merger->heap[child]))
			child++;
		if (!is_before(&merger->heap[child], &moving))
			break;
		merger->heap[at] = merger->heap[child];
		at = child;
	}
	merger->heap[at] = moving;
}

static void heap_advance_first(struct merger *merger)
{
	struct merge_entry *first = &merger->heap[0];

	first->position++;
	if (first->source->next(first->source, &first->record) == DEV_NEXT_END)
		merger->heap[0] = merger->heap[--merger->nr_heap];
	if (merger->nr_heap)
		heap_sift_down(merger, 0);
}

static void record_put(struct merger *merger, const struct merge_entry *entry)
{
	const struct trace_event event = {
		.time_ps = entry->record.not_before_ps,
		.address = entry->record.iova,
		.bytes = entry->record.len_bytes,
		.device = entry->device,
		.pasid = TRACE_PASID_BOUND,
		.process = TRACE_PROCESS_NONE,
		.kind = TRACE_ACCESS,
		.flags = entry->record.is_write ? TRACE_WRITE : 0,
	};

	trace_writer_put(merger->out, &event);
}

static int sources_open(struct merger *merger, const struct sys_config *config)
{
	merger->heap = calloc(config->machine.nr_devices, sizeof(*merger->heap));
	if (!merger->heap)
		return -ENOMEM;
	for (u32 d = 0; d < config->machine.nr_devices; d++) {
		struct merge_entry *entry = &merger->heap[merger->nr_heap];

		entry->source = generator_create(config, d, 0);
		if (!entry->source)
			return -ENOMEM;
		entry->device = d;
		if (entry->source->next(entry->source, &entry->record) == DEV_NEXT_RECORD)
			merger->nr_heap++;
	}
	for (u32 at = merger->nr_heap / 2; at-- > 0;)
		heap_sift_down(merger, at);
	return 0;
}

/* Return: go on? */
static bool ask(const struct merger *merger)
{
	const struct sys_trace *trace = merger->trace;
	u64 nr_records = trace_writer_count(merger->out);

	return nr_records % ASK_RECORDS || !trace->tick ||
	       trace->tick(trace->opaque, nr_records, merger->nr_promised);
}

static int merge(struct merger *merger)
{
	while (merger->nr_heap && !trace_writer_err(merger->out)) {
		record_put(merger, &merger->heap[0]);
		heap_advance_first(merger);
		if (!ask(merger))
			return -EINTR;
	}
	return trace_writer_finish(merger->out);
}

static int merger_run(struct merger *merger, const struct sys_config *config)
{
	const struct trace_writer_attr attr = {
		.fd = merger->trace->fd,
		.nr_records = merger->nr_promised,
		.nr_devices = config->machine.nr_devices,
		.kinds = 1ULL << TRACE_ACCESS,
	};
	int err;

	merger->out = trace_writer_create(&attr);
	if (!merger->out)
		return -ENOMEM;
	err = sources_open(merger, config);
	return err ? err : merge(merger);
}

int sys_trace_write(const struct sys_config *config, struct sys_trace *trace, char *message,
		    size_t message_bytes)
{
	struct merger merger = {.trace = trace};
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
	merger.nr_promised = generator_records(config);
	err = sim_init(config->seed, 0);
	if (!err) {
		err = merger_run(&merger, config);
		trace->nr_records = merger.out ? trace_writer_count(merger.out) : 0;
		trace_writer_destroy(merger.out);
		free(merger.heap);
		sim_finish();
	}
	if (err)
		snprintf(message, message_bytes, "%s: cannot be written: %s", trace->name,
			 strerror(-err));
	return err;
}
