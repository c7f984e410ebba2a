// SPDX-License-Identifier: GPL-2.0-only
/*
 * iopfsim trace merge MAPPINGS ACCESSES -o TRACE: what one program recorded of a machine's mappings
 * and another of its accesses at the same time become one trace, on one clock.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "system/trace/writer.h"
#include "tool/common/place.h"
#include "tool/common/progress.h"
#include "tool/trace/clock.h"
#include "tool/trace/live.h"
#include "tool/trace/trace.h"

#define TICK_RECORDS 4096

/* One of the two. */
struct side {
	const char *path;
	struct trace_reader *reader;
	struct trace_event event; /* the next one, if has_event */
	bool has_event;
	u64 later_ps; /* added to its times */
};

struct merge {
	struct side mappings, accesses;
	struct trace_writer *out;
	struct trace_live *live;
	u32 *numbers; /* in the result, of devices of `accesses` */
	u32 nr_numbers, nr_devices;
	struct trace_clock clock;
	u64 nr_records, nr_of_accesses, nr_met_nothing;
};

static int failed(int err)
{
	return tool_complain(TOOL_FAILED, "iopfsim trace merge: %s", strerror(-err));
}

static int open_side(struct side *side)
{
	side->reader = trace_reader_create(side->path, 0, &trace_memory_heap);
	if (!side->reader)
		return failed(-ENOMEM);
	if (trace_reader_is_pipe(side->reader))
		return tool_complain(TOOL_USAGE, "%s: is a pipe, expected a file: it is read twice",
				     side->path);
	return TOOL_OK;
}

static int step(struct side *side)
{
	enum trace_read got = trace_reader_next(side->reader, &side->event);

	side->has_event = got == TRACE_READ_RECORD;
	side->event.time_ps += side->later_ps;
	if (got == TRACE_READ_ERROR)
		return tool_complain(TOOL_USAGE, "%s", trace_reader_error(side->reader));
	return TOOL_OK;
}

/* --- the clocks --- */

static int find_marks(struct side *side, u8 kind, struct trace_marks *marks)
{
	int code = open_side(side);

	marks->marks = calloc(TRACE_CLOCK_MAX, sizeof(*marks->marks));
	if (!code && !marks->marks)
		code = failed(-ENOMEM);
	if (!code)
		code = step(side);
	while (!code && side->has_event) {
		trace_marks_note(marks, &side->event, kind);
		code = progress_is_stopped() ? TOOL_INTERRUPTED : step(side);
	}
	trace_reader_destroy(side->reader);
	side->reader = NULL;
	return code;
}

static int find_clock(struct merge *merge)
{
	struct trace_marks unmaps = {0}, invalidations = {0};
	int code = find_marks(&merge->mappings, TRACE_UNMAP, &unmaps), err = 0;

	if (!code)
		code = find_marks(&merge->accesses, TRACE_INVALIDATE, &invalidations);
	if (!code)
		err = trace_clock_find(&unmaps, &invalidations, &merge->clock);
	free(unmaps.marks);
	free(invalidations.marks);
	if (err == -ENOENT)
		return tool_complain(TOOL_USAGE,
				     "iopfsim trace merge: unmaps in %s and invalidations in %s do "
				     "not fit together, expected traces of one machine at one time",
				     merge->mappings.path, merge->accesses.path);
	if (err)
		return failed(err);
	if (merge->clock.ahead_ps > 0)
		merge->mappings.later_ps = (u64)merge->clock.ahead_ps;
	else
		merge->accesses.later_ps = (u64)-merge->clock.ahead_ps;
	return code;
}

/* --- names --- */

static int put_name(struct merge *merge, const struct trace_name *name)
{
	if (name->kind == TRACE_NAME_DEVICE && name->number >= merge->nr_devices)
		merge->nr_devices = name->number + 1;
	return trace_writer_name(merge->out, name) ? failed(-ENOMEM) : TOOL_OK;
}

static int names_of_mappings(struct merge *merge)
{
	const struct trace_name *names;
	u32 nr = trace_reader_names(merge->mappings.reader, &names);
	int code = TOOL_OK;

	merge->nr_devices = trace_reader_nr_devices(merge->mappings.reader);
	for (u32 i = 0; i < nr && !code; i++)
		code = put_name(merge, &names[i]);
	return code;
}

/* A device of both has the same name; others come behind. */
static u32 number_of(struct merge *merge, const char *text)
{
	const struct trace_name *names;
	u32 nr = trace_reader_names(merge->mappings.reader, &names);

	for (u32 i = 0; i < nr && text; i++) {
		if (names[i].kind == TRACE_NAME_DEVICE && !strcmp(names[i].text, text))
			return names[i].number;
	}
	return merge->nr_devices;
}

static int names_of_accesses(struct merge *merge)
{
	int code = TOOL_OK;

	merge->nr_numbers = trace_reader_nr_devices(merge->accesses.reader);
	merge->numbers = calloc(merge->nr_numbers + 1ULL, sizeof(*merge->numbers));
	if (!merge->numbers)
		return failed(-ENOMEM);
	for (u32 i = 0; i < merge->nr_numbers && !code; i++) {
		const char *text = trace_reader_name(merge->accesses.reader, TRACE_NAME_DEVICE, i);
		struct trace_name name = {TRACE_NAME_DEVICE, number_of(merge, text), ""};

		merge->numbers[i] = name.number;
		if (name.number < merge->nr_devices)
			continue;
		merge->nr_devices++;
		if (!text)
			continue;
		memcpy(name.text, text, strlen(text) + 1);
		code = put_name(merge, &name);
	}
	return code;
}

/* --- records --- */

/* What is only written there was written, whatever the recorder could not tell. */
static void meet_mapping(struct merge *merge, struct trace_event *access)
{
	u8 flags;

	merge->nr_of_accesses++;
	if (!trace_live_flags(merge->live, access->device, access->address, &flags))
		merge->nr_met_nothing++;
	else if (!(flags & TRACE_READ))
		access->flags |= TRACE_WRITE;
}

static int put(struct merge *merge, struct side *side)
{
	struct trace_event event = side->event;
	int err;

	if (side == &merge->accesses) {
		event.process = TRACE_PROCESS_NONE;
		if (event.device != TRACE_DEVICE_ALL)
			event.device = event.device < merge->nr_numbers
					       ? merge->numbers[event.device]
					       : merge->nr_devices;
	}
	if (event.time_ps >= TRACE_MAX_PS)
		return tool_complain(TOOL_USAGE, "iopfsim trace merge: more than 53 days");
	if (event.kind == TRACE_ACCESS)
		meet_mapping(merge, &event);
	err = trace_live_note(merge->live, &event);
	trace_writer_put(merge->out, &event);
	if (!err)
		err = trace_writer_err(merge->out);
	merge->nr_records++;
	return err ? failed(err) : step(side);
}

/* At the same time: what is mapped before what is accessed, what goes after it. */
static struct side *first_of(struct merge *merge)
{
	struct side *mappings = &merge->mappings, *accesses = &merge->accesses;

	if (!mappings->has_event || !accesses->has_event)
		return mappings->has_event ? mappings : accesses;
	if (mappings->event.time_ps == accesses->event.time_ps)
		return mappings->event.kind == TRACE_MAP ? mappings : accesses;
	return mappings->event.time_ps < accesses->event.time_ps ? mappings : accesses;
}

static int put_all(struct merge *merge, struct progress *progress)
{
	u64 nr_expected = trace_reader_promised(merge->mappings.reader) +
			  trace_reader_promised(merge->accesses.reader);
	int code = step(&merge->mappings);

	if (!code)
		code = step(&merge->accesses);
	while (!code && (merge->mappings.has_event || merge->accesses.has_event)) {
		code = put(merge, first_of(merge));
		if (!code && merge->nr_records % TICK_RECORDS == 0 &&
		    !progress_tick(progress, 0, merge->nr_records, nr_expected))
			code = tool_complain(TOOL_INTERRUPTED,
					     "iopfsim trace: interrupted, no trace");
	}
	return code;
}

static int merge_to(struct merge *merge, const struct tool_options *options, struct place *place)
{
	const struct trace_writer_attr attr = {.fd = place->fd, .has_aside = true};
	struct progress progress;
	char message[TEXT_MESSAGE_MAX];
	int code = open_side(&merge->mappings), err;

	if (!code)
		code = open_side(&merge->accesses);
	merge->out = trace_writer_create(&attr);
	merge->live = trace_live_create();
	if (!code && (!merge->out || !merge->live))
		code = failed(-ENOMEM);
	if (!code)
		code = names_of_mappings(merge);
	if (!code)
		code = names_of_accesses(merge);
	if (code)
		return code;
	progress_init(&progress, "merging", options->is_quiet);
	code = put_all(merge, &progress);
	progress_end(&progress);
	if (code)
		return code;
	err = trace_writer_finish(merge->out);
	if (err)
		return failed(err);
	return place_commit(place, message)
		       ? tool_complain(TOOL_FAILED, "iopfsim trace merge: %s", message)
		       : TOOL_OK;
}

static void print(const struct merge *merge, const struct tool_options *options)
{
	if (options->is_json) {
		printf("{\"records\": %llu, \"accesses\": %llu, \"met_nothing\": %llu, "
		       "\"pairs\": %u, \"spread_ns\": %llu}\n",
		       merge->nr_records, merge->nr_of_accesses, merge->nr_met_nothing,
		       merge->clock.nr_pairs, merge->clock.spread_ps / 1000);
		return;
	}
	if (options->is_quiet)
		return;
	printf("%s: %llu records\n", options->output, merge->nr_records);
	printf("  clocks by %u unmaps and their invalidations, nine in ten within %.1f us\n",
	       merge->clock.nr_pairs, (double)merge->clock.spread_ps / 1e6);
	printf("  %llu of %llu accesses met nothing that was mapped\n", merge->nr_met_nothing,
	       merge->nr_of_accesses);
}

int trace_merge(const struct tool_options *options)
{
	struct merge merge = {
		.mappings.path = options->args[1],
		.accesses.path = options->args[2],
	};
	struct place place = {.shown = options->output, .what = "trace", .is_ours = trace_is_ours};
	char message[TEXT_MESSAGE_MAX];
	int code;

	if (!options->output)
		return tool_complain(TOOL_USAGE,
				     "iopfsim trace merge: where to? -o TRACE is missing");
	progress_catch_signals();
	code = find_clock(&merge);
	if (!code && place_begin(&place, message))
		code = tool_complain(TOOL_USAGE, "iopfsim trace merge: %s", message);
	else if (!code)
		code = merge_to(&merge, options, &place);
	if (!code)
		print(&merge, options);
	place_abandon(&place);
	trace_reader_destroy(merge.mappings.reader);
	trace_reader_destroy(merge.accesses.reader);
	trace_writer_destroy(merge.out);
	trace_live_destroy(merge.live);
	free(merge.numbers);
	return code;
}
