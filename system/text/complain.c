// SPDX-License-Identifier: GPL-2.0-only
/* Complaints about input, one line each; how input is quoted in them. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "system/text/text.h"

#define QUOTED_BYTES 40

int text_complain(struct text_where where, const char *format, ...)
{
	va_list args;
	int used;

	if (where.line)
		used = snprintf(where.message, TEXT_MESSAGE_MAX, "%.600s:%u:%u: ", where.file,
				where.line, where.column);
	else
		used = snprintf(where.message, TEXT_MESSAGE_MAX, "%.600s: ", where.file);
	va_start(args, format);
	vsnprintf(where.message + used, TEXT_MESSAGE_MAX - (size_t)used, format, args);
	va_end(args);
	return -EINVAL;
}

static bool is_continuation(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

const char *text_quote(char quoted[TEXT_QUOTE_BYTES], const char *text)
{
	size_t length = strlen(text), nr = length;
	char *out = quoted;

	if (length > QUOTED_BYTES) {
		nr = QUOTED_BYTES;
		while (nr && is_continuation(text[nr]))
			nr--;
	}
	*out++ = '\'';
	for (size_t i = 0; i < nr; i++) {
		unsigned char c = (unsigned char)text[i];

		*out++ = c < 0x20 || c == 0x7f ? '?' : text[i];
	}
	*out++ = '\'';
	snprintf(out, 4, "%s", length > nr ? "..." : "");
	return quoted;
}
