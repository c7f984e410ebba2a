/* SPDX-License-Identifier: GPL-2.0-only */
/* Verbs of the protocol: what one is, and what all share of arguments and replies. */
#ifndef TOOL_SERVE_REPLY_H
#define TOOL_SERVE_REPLY_H

#include "tool/serve/session.h"

#define SESSION_MAX_SAID 40 /* characters of a client's word in our answer */

struct verb {
	const char *name;
	u32 min_words, max_words; /* behind the name */
	u32 access_bytes;	  /* of read[bwlq] and write[bwlq] */
	bool is_translated;	  /* of dma_*_translated */
	void (*fn)(struct session *session, const struct verb *verb, char **words, u32 nr_words);
};

/** session_reply() - one line. */
void session_reply(struct session *session, const char *text);

void session_reply_value(struct session *session, u64 value);

/** session_reply_done() - OK, or what an access of the bus came to (-EFAULT, -ENOMEM). */
void session_reply_done(struct session *session, int err);

/** session_said() - what a client wrote, fit to be shown. Return: @text. */
const char *session_said(const char *word, char text[SESSION_MAX_SAID + 1]);

/* Arguments. Return: is it one? Else it has been complained of. */

bool session_number(struct session *session, const char *word, const char *what, u64 *value);
bool session_at_most(struct session *session, u64 value, const char *what, u64 max);

struct session_range {
	u64 address, bytes;
};

/** session_range() - ADDRESS SIZE: at least one byte, without wrapping around. */
bool session_range(struct session *session, char **words, u64 max_bytes,
		   struct session_range *range);

/** session_hex() - 0xHEX of at most @bytes into the session's data. */
bool session_hex(struct session *session, const char *word, u64 bytes);

/** session_stream() - the StreamID or requester ID of a master. */
bool session_stream(struct session *session, const char *word, u32 *stream_id);

/** session_pasid() - a PASID, or - for none. */
bool session_pasid(struct session *session, const char *word, u32 *pasid, bool *has_pasid);

#endif
