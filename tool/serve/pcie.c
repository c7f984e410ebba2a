// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a master does and gets as a PCIe endpoint: translation requests, page requests,
 * their responses, invalidations; and the interrupt messages. What came is kept until a
 * verb asks for it: "OK NUMBER LOST", then so many entries, oldest first.
 */
#include "tool/serve/pcie.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "models/common/port.h"

/* --- arguments and failures --- */

/* @word has each letter of @letters at most once, or is -. Return: as bits, in their order. */
static bool get_flags(struct session *session, const char *word, const char *letters, u32 *flags)
{
	char text[SESSION_MAX_SAID + 1];

	*flags = 0;
	if (!strcmp(word, "-"))
		return true;
	for (const char *c = word; *c; c++) {
		const char *at = strchr(letters, *c);

		if (!at || *flags & 1U << (at - letters)) {
			session_fail(session, "flags '%s' are not of the letters %s, or -",
				     session_said(word, text), letters);
			return false;
		}
		*flags |= 1U << (at - letters);
	}
	return true;
}

static void fail(struct session *session, int err)
{
	switch (err) {
	case -EOPNOTSUPP:
		session_fail(session, "unsupported");
		return;
	case -ENOSPC:
		session_fail(session, "more than %d StreamIDs", SYS_BUS_MAX_STREAMS);
		return;
	default:
		session_reply_done(session, -ENOMEM);
		return;
	}
}

/* --- requests --- */

static void reply_translation(struct session *session, const struct sys_bus_translation *t)
{
	char permissions[5], text[64];
	u32 nr = 0;

	if (t->refusal) {
		session_fail(session, "%s", t->refusal);
		return;
	}
	if (t->is_readable)
		permissions[nr++] = 'r';
	if (t->is_writable)
		permissions[nr++] = 'w';
	if (t->is_executable)
		permissions[nr++] = 'x';
	if (t->is_untranslated_only)
		permissions[nr++] = 'u';
	if (!nr)
		permissions[nr++] = '-';
	permissions[nr] = 0;
	/* Without a permission, or untranslated only, the address means nothing. */
	if (permissions[0] == '-' || t->is_untranslated_only)
		snprintf(text, sizeof(text), "OK - %u %s", t->lg2, permissions);
	else
		snprintf(text, sizeof(text), "OK 0x%llx %u %s", t->pa, t->lg2, permissions);
	session_reply(session, text);
}

void serve_translation_request(struct session *session, const struct verb *verb, char **words,
			       u32 nr_words)
{
	struct sys_bus_translation translation = {0};
	u32 flags;
	int err;

	if (!session_stream(session, words[0], &translation.stream_id) ||
	    !session_pasid(session, words[1], &translation.pasid, &translation.has_pasid) ||
	    !session_number(session, words[2], "address", &translation.iova) ||
	    !get_flags(session, words[3], "wxp", &flags))
		return;
	translation.iova &= ~0xfffULL;
	translation.wants_write = flags & 1;
	translation.wants_exec = flags & 2;
	translation.is_privileged = flags & 4;
	err = sys_bus_translate(session->bus, &translation);
	if (err)
		fail(session, err);
	else
		reply_translation(session, &translation);
}

void serve_page_request(struct session *session, const struct verb *verb, char **words,
			u32 nr_words)
{
	struct sys_bus_page_request request = {0};
	u64 group;
	u32 flags;
	int err;

	if (!session_stream(session, words[0], &request.stream_id) ||
	    !session_pasid(session, words[1], &request.pasid, &request.has_pasid) ||
	    !session_number(session, words[2], "address", &request.iova) ||
	    !session_number(session, words[3], "group", &group) ||
	    !session_at_most(session, group, "group", 511) ||
	    !get_flags(session, words[4], "rwxpl", &flags))
		return;
	request.prg_index = (u32)group;
	request.is_read = flags & 1;
	request.is_write = flags & 2;
	request.is_exec = flags & 4;
	request.is_privileged = flags & 8;
	request.is_last = flags & 16;
	if (!request.has_pasid && (request.is_exec || request.is_privileged)) {
		session_fail(session, "x and p need a PASID");
		return;
	}
	err = sys_bus_page_request(session->bus, &request);
	if (err)
		fail(session, err);
	else
		session_reply(session, "OK");
}

/* --- what came --- */

static void put(struct session *session, const char *text)
{
	stream_put(session->stream, text, strlen(text));
}

static void put_pasid(struct session *session, u64 pasid)
{
	char text[32];

	if (pasid == SYS_BUS_NO_PASID)
		snprintf(text, sizeof(text), " -");
	else if (pasid == SYS_BUS_ANY_PASID)
		snprintf(text, sizeof(text), " *");
	else
		snprintf(text, sizeof(text), " 0x%llx", pasid);
	put(session, text);
}

static void put_hex(struct session *session, u64 value)
{
	char text[32];

	snprintf(text, sizeof(text), " 0x%llx", value);
	put(session, text);
}

static void put_entry(struct session *session, enum sys_bus_log_kind which, const u64 *words)
{
	char text[32];

	put_hex(session, words[0]);
	if (which == SYS_BUS_MESSAGES) {
		put_hex(session, words[1]);
		return;
	}
	put_pasid(session, words[1]);
	if (which == SYS_BUS_INVALIDATIONS) {
		put_hex(session, words[2]);
		snprintf(text, sizeof(text), " %llu", words[3]);
	} else {
		snprintf(text, sizeof(text), " %llu %s", words[2],
			 words[3] == PORT_PAGE_SUCCESS	 ? "success"
			 : words[3] == PORT_PAGE_INVALID ? "invalid"
							 : "failure");
	}
	put(session, text);
}

static void reply_log(struct session *session, enum sys_bus_log_kind which)
{
	u64 words[SYS_BUS_LOG_WORDS];
	char text[64];

	snprintf(text, sizeof(text), "OK %u %llu", sys_bus_log_length(session->bus, which),
		 sys_bus_log_lost(session->bus, which));
	put(session, text);
	while (sys_bus_log_take(session->bus, which, words))
		put_entry(session, which, words);
	session_reply(session, "");
}

void serve_page_responses(struct session *session, const struct verb *verb, char **words,
			  u32 nr_words)
{
	reply_log(session, SYS_BUS_RESPONSES);
}

void serve_invalidations(struct session *session, const struct verb *verb, char **words,
			 u32 nr_words)
{
	reply_log(session, SYS_BUS_INVALIDATIONS);
}

void serve_msi_log(struct session *session, const struct verb *verb, char **words, u32 nr_words)
{
	reply_log(session, SYS_BUS_MESSAGES);
}
