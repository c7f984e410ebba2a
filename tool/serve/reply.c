// SPDX-License-Identifier: GPL-2.0-only
/* What verbs of the protocol share: arguments and replies, see reply.h. */
#include "tool/serve/reply.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tool/serve/text.h"

/* --- replies --- */

void session_reply(struct session *session, const char *text)
{
	stream_put(session->stream, text, strlen(text));
	stream_put(session->stream, "\n", 1);
}

void session_reply_value(struct session *session, u64 value)
{
	char text[32];

	snprintf(text, sizeof(text), "OK 0x%016llx", value);
	session_reply(session, text);
}

void session_fail(struct session *session, const char *format, ...)
{
	char text[160];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	stream_put(session->stream, "FAIL ", 5);
	session_reply(session, text);
}

void session_reply_done(struct session *session, int err)
{
	if (!err) {
		session_reply(session, "OK");
		return;
	}
	if (err == -EFAULT) {
		session_fail(session, "nothing is there");
		return;
	}
	session->is_broken = true;
	session_fail(session, "out of memory");
}

/* What a client wrote, fit to be shown: bounded and printable. */
const char *session_said(const char *word, char text[SESSION_MAX_SAID + 1])
{
	size_t i;

	for (i = 0; word[i] && i < SESSION_MAX_SAID; i++)
		text[i] = word[i] > ' ' && word[i] < 0x7f ? word[i] : '?';
	text[i] = '\0';
	return text;
}

/* --- arguments --- */

bool session_number(struct session *session, const char *word, const char *what, u64 *value)
{
	char text[SESSION_MAX_SAID + 1];

	if (text_number(word, value))
		return true;
	session_fail(session, "%s '%s' is not a number", what, session_said(word, text));
	return false;
}

bool session_at_most(struct session *session, u64 value, const char *what, u64 max)
{
	if (value <= max)
		return true;
	session_fail(session, "%s 0x%llx is too large, at most 0x%llx", what, value, max);
	return false;
}

/* ADDRESS SIZE: at least one byte, without wrapping around. */
bool session_range(struct session *session, char **words, u64 max_bytes,
		   struct session_range *range)
{
	if (!session_number(session, words[0], "address", &range->address) ||
	    !session_number(session, words[1], "size", &range->bytes) ||
	    !session_at_most(session, range->bytes, "size", max_bytes))
		return false;
	if (!range->bytes)
		session_fail(session, "size is 0");
	else if (range->address > ~0ULL - (range->bytes - 1))
		session_fail(session, "address and size wrap around");
	else
		return true;
	return false;
}

bool session_hex(struct session *session, const char *word, u64 bytes)
{
	if (text_hex_get(word, session->data, bytes))
		return true;
	session_fail(session, "data is not 0xHEX of at most 0x%llx bytes", bytes);
	return false;
}

bool session_stream(struct session *session, const char *word, u32 *stream_id)
{
	u64 value;

	if (!session_number(session, word, "StreamID", &value) ||
	    !session_at_most(session, value, "StreamID", sys_bus_max_stream(session->bus)))
		return false;
	*stream_id = (u32)value;
	return true;
}

bool session_pasid(struct session *session, const char *word, u32 *pasid, bool *has_pasid)
{
	u64 value = 0;

	*has_pasid = strcmp(word, "-") != 0;
	if (*has_pasid && (!session_number(session, word, "PASID", &value) ||
			   !session_at_most(session, value, "PASID", 0xfffff)))
		return false;
	*pasid = (u32)value;
	return true;
}
