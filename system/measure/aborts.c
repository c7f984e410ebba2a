// SPDX-License-Identifier: GPL-2.0-only
/* Why accesses were aborted, see aborts.h. */
#include "system/measure/aborts.h"

#include <stdarg.h>
#include <stdio.h>

void sys_aborts_note(struct sys_aborts *aborts, u32 kind, const char *format, ...)
{
	struct sys_reason *reason;
	va_list args;

	for (u32 i = 0; i < aborts->nr; i++) {
		if (aborts->kinds[i] != kind)
			continue;
		aborts->reasons[i].count++;
		return;
	}
	if (aborts->nr == SYS_MAX_REASONS)
		return;
	aborts->kinds[aborts->nr] = kind;
	reason = &aborts->reasons[aborts->nr++];
	reason->count = 1;
	va_start(args, format);
	vsnprintf(reason->text, sizeof(reason->text), format, args);
	va_end(args);
}
