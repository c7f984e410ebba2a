// SPDX-License-Identifier: GPL-2.0-only
/* Words for what a trace is made of. */
#include "system/trace/event.h"

static const char *const kinds[] = {
#define TRACE_KIND_NAME(symbol, name, about) name,
	TRACE_KINDS(TRACE_KIND_NAME)
#undef TRACE_KIND_NAME
};

const char *trace_kind_name(u32 kind)
{
	return kind < TRACE_NR_KINDS ? kinds[kind] : "?";
}

const char *trace_name_kind_name(u32 kind)
{
	static const char *const names[] = {NULL, "device", "PASID", "process"};

	return kind <= TRACE_NAME_PROCESS ? names[kind] : NULL;
}

bool trace_name_is_valid(const char *text, size_t length)
{
	if (!length || length >= TRACE_NAME_BYTES || text[0] == ' ' || text[length - 1] == ' ')
		return false;
	for (size_t i = 0; i < length; i++) {
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			return false;
	}
	return true;
}
