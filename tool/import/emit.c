// SPDX-License-Identifier: GPL-2.0-only
/* Records on their way to the trace: their times, and the accesses that go with mappings. */
#include <stdarg.h>
#include <string.h>

#include "tool/import/internal.h"

#define PS_PER_S 1000000000000ULL
#define MAX_ACCESS_BYTES (1U << 30)

void import_note(struct import *import, const char *format, ...)
{
	struct import_result *result = import->result;
	va_list args;

	if (result->nr_notes == IMPORT_MAX_NOTES)
		return;
	va_start(args, format);
	vsnprintf(result->notes[result->nr_notes++], sizeof(result->notes[0]), format, args);
	va_end(args);
}

enum import_line import_wrong(struct import *import, const char *format, ...)
{
	va_list args;
	int used;

	if (import->is_wrong)
		return IMPORT_WRONG;
	import->is_wrong = true;
	used = snprintf(import->message, TEXT_MESSAGE_MAX, "%.600s:%llu: ", import->attr->name,
			import->line);
	va_start(args, format);
	vsnprintf(import->message + used, TEXT_MESSAGE_MAX - (size_t)used, format, args);
	va_end(args);
	return IMPORT_WRONG;
}

/* Since the first record; before it: 0. False: more than a trace may have. */
static bool since_origin(const struct import *import, struct import_time time, u64 *ps)
{
	struct import_time origin = import->origin;
	u64 seconds;

	*ps = 0;
	if (time.seconds < origin.seconds ||
	    (time.seconds == origin.seconds && time.ps < origin.ps))
		return true;
	seconds = time.seconds - origin.seconds;
	if (seconds > TRACE_MAX_PS / PS_PER_S)
		return false;
	*ps = seconds * PS_PER_S + time.ps - origin.ps;
	return *ps < TRACE_MAX_PS;
}

static bool time_of(struct import *import, struct import_time time, u64 *ps)
{
	*ps = import->last_ps;
	if (import->policy->time == IMPORT_TIME_NONE)
		return true;
	if (!time.is_known) {
		*ps += import->result->nr_records ? import->policy->gap_ps : 0;
		import->nr_without_time++;
		return *ps < TRACE_MAX_PS;
	}
	if (!import->has_origin) {
		import->has_origin = true;
		if (import->policy->time == IMPORT_TIME_REBASE)
			import->origin = time;
	}
	if (!since_origin(import, time, ps))
		return false;
	if (*ps < import->last_ps) {
		import->nr_disordered++;
		*ps = import->last_ps;
	}
	return true;
}

static void put(struct import *import, const struct trace_event *event)
{
	trace_writer_put(import->attr->out, event);
	import->result->nr_records++;
	import->result->nr_of[event->kind]++;
}

void import_emit(struct import *import, struct import_time time, struct trace_event event)
{
	u64 left = event.bytes;

	if (!time_of(import, time, &event.time_ps)) {
		import_wrong(import, "this is more than 53 days after the first record; expected "
				     "--time none, or a shorter file");
		return;
	}
	import->last_ps = event.time_ps;
	if (event.kind != TRACE_ACCESS || left <= MAX_ACCESS_BYTES) {
		put(import, &event);
		return;
	}
	for (; left; event.address += event.bytes, left -= event.bytes) {
		event.bytes = left < MAX_ACCESS_BYTES ? left : MAX_ACCESS_BYTES;
		put(import, &event);
	}
}

struct trace_event import_event(enum trace_kind kind)
{
	return (struct trace_event){
		.kind = (u8)kind,
		.device = TRACE_DEVICE_ALL,
		.pasid = TRACE_PASID_BOUND,
		.process = TRACE_PROCESS_NONE,
	};
}

void import_mapping(struct import *import, struct import_time time, struct trace_event event,
		    u32 accessing)
{
	struct trace_event access = event;
	bool is_map = event.kind == TRACE_MAP;

	access.kind = TRACE_ACCESS;
	access.device = accessing;
	access.process = TRACE_PROCESS_NONE;
	access.flags = is_map && !(event.flags & TRACE_WRITE) ? 0 : TRACE_WRITE;
	if (!is_map && import->policy->access == IMPORT_ACCESS_UNMAP)
		import_emit(import, time, access);
	import_emit(import, time, event);
	if (is_map && import->policy->access == IMPORT_ACCESS_MAP)
		import_emit(import, time, access);
}
