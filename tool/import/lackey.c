// SPDX-License-Identifier: GPL-2.0-only
/* valgrind --tool=lackey --trace-mem=yes: what a program accesses, without times. */
#include <string.h>

#include "tool/import/internal.h"

static bool split(const char *text, char *kind, struct trace_event *event)
{
	const char *at;

	if (strncmp(text, "I  ", 3) != 0 && strncmp(text, " S ", 3) != 0 &&
	    strncmp(text, " L ", 3) != 0 && strncmp(text, " M ", 3) != 0)
		return false;
	*kind = text[0] == 'I' ? 'I' : text[1];
	at = import_u64(text + 3, 16, &event->address);
	return at && *at == ',' && (at = import_u64(at + 1, 10, &event->bytes)) && !*at;
}

static enum import_line lackey_line(struct import *import, const char *text)
{
	struct trace_event event = import_event(TRACE_ACCESS);
	char kind;

	if (!split(text, &kind, &event))
		return strncmp(text, "==", 2) ? IMPORT_OTHER : IMPORT_PASSED;
	if (!import_range(import, event.address, event.bytes))
		return IMPORT_WRONG;
	event.device = import_default_device(import, "cpu");
	event.flags = kind == 'I' ? TRACE_EXECUTE : kind == 'L' ? 0 : TRACE_WRITE;
	import_emit(import, (struct import_time){0}, event);
	return IMPORT_USED;
}

static bool lackey_is_line(const char *text)
{
	struct trace_event event;
	char kind;

	return split(text, &kind, &event);
}

static void lackey_end(struct import *import)
{
	import_note(import, "virtual addresses of a process: replay it with handler.mode sva");
	import_note(import, "a modification (M) is a write");
}

const struct import_format import_lackey = {
	.name = "lackey",
	.about = "valgrind's lackey with --trace-mem=yes",
	.is_line = lackey_is_line,
	.line = lackey_line,
	.end = lackey_end,
};
