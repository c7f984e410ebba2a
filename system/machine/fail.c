// SPDX-License-Identifier: GPL-2.0-only
/* What went wrong with a machine, in one line. */
#include <stdarg.h>
#include <stdio.h>

#include "system/machine/internal.h"

void sys_machine_fail(struct sys_machine *m, int error, const char *format, ...)
{
	va_list args;

	if (m->error)
		return;
	m->error = error;
	va_start(args, format);
	vsnprintf(m->message, m->message_bytes, format, args);
	va_end(args);
}
