// SPDX-License-Identifier: GPL-2.0-only
/*
 * The verbs of the protocol: QEMU's qtest, as far as a machine without CPUs and
 * interrupt controller has an answer, DMA of the masters behind the IOMMU, and what
 * they do as PCIe endpoints (pcie.c).
 */
#include "tool/serve/session.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/serve/pcie.h"
#include "tool/serve/text.h"

#define MAX_WORDS 8

/* --- memory and registers --- */

static void do_load(struct session *session, const struct verb *verb, char **words, u32 nr_words)
{
	u64 address;

	if (session_number(session, words[0], "address", &address))
		session_reply_value(session,
				    sys_bus_load(session->bus, address, verb->access_bytes));
}

static void do_store(struct session *session, const struct verb *verb, char **words, u32 nr_words)
{
	u64 address, value;

	/* A value of more bytes than the access loses the upper ones, as in qtest. */
	if (!session_number(session, words[0], "address", &address) ||
	    !session_number(session, words[1], "value", &value))
		return;
	session_reply_done(session,
			   sys_bus_store(session->bus, address, value, verb->access_bytes));
}

static void do_read(struct session *session, const struct verb *verb, char **words, u32 nr_words)
{
	struct session_range range;

	if (!session_range(session, words, SERVE_MAX_BYTES, &range))
		return;
	sys_bus_read(session->bus, range.address, session->data, range.bytes);
	text_hex_put(session->data, range.bytes, session->text);
	stream_put(session->stream, "OK 0x", 5);
	stream_put(session->stream, session->text, 2 * range.bytes);
	stream_put(session->stream, "\n", 1);
}

static void do_write(struct session *session, const struct verb *verb, char **words, u32 nr_words)
{
	struct session_range range;

	if (!session_range(session, words, SERVE_MAX_BYTES, &range) ||
	    !session_hex(session, words[2], range.bytes))
		return;
	session_reply_done(session,
			   sys_bus_write(session->bus, range.address, session->data, range.bytes));
}

static void do_b64read(struct session *session, const struct verb *verb, char **words, u32 nr_words)
{
	struct session_range range;

	if (!session_range(session, words, SERVE_MAX_BYTES, &range))
		return;
	sys_bus_read(session->bus, range.address, session->data, range.bytes);
	text_base64_put(session->data, range.bytes, session->text);
	stream_put(session->stream, "OK ", 3);
	stream_put(session->stream, session->text, text_base64_bytes(range.bytes));
	stream_put(session->stream, "\n", 1);
}

static void do_b64write(struct session *session, const struct verb *verb, char **words,
			u32 nr_words)
{
	struct session_range range;

	if (!session_range(session, words, SERVE_MAX_BYTES, &range))
		return;
	if (!text_base64_get(words[2], session->data, range.bytes)) {
		session_fail(session, "data is not base64 of 0x%llx bytes", range.bytes);
		return;
	}
	session_reply_done(session,
			   sys_bus_write(session->bus, range.address, session->data, range.bytes));
}

static void do_memset(struct session *session, const struct verb *verb, char **words, u32 nr_words)
{
	struct session_range range;
	u64 value;

	if (!session_number(session, words[1], "size", &range.bytes))
		return;
	if (!range.bytes) { /* nothing to do, and qtest says so */
		session_reply(session, "OK");
		return;
	}
	if (!session_range(session, words, ~0ULL, &range) ||
	    !session_number(session, words[2], "value", &value) ||
	    !session_at_most(session, value, "value", 0xff))
		return;
	session_reply_done(session,
			   sys_bus_fill(session->bus, range.address, (u8)value, range.bytes));
}

/* --- the machine --- */

static void do_endianness(struct session *session, const struct verb *verb, char **words,
			  u32 nr_words)
{
	session_reply(session, "OK little");
}

static void do_clock_step(struct session *session, const struct verb *verb, char **words,
			  u32 nr_words)
{
	char text[32];
	u64 ns = 0;

	if (nr_words && !session_number(session, words[0], "time", &ns))
		return;
	if (sys_bus_advance(session->bus, ns)) {
		session_fail(session, "virtual time does not reach so far");
		return;
	}
	snprintf(text, sizeof(text), "OK %llu", sys_bus_now_ns(session->bus));
	session_reply(session, text);
}

static void do_reset(struct session *session, const struct verb *verb, char **words, u32 nr_words)
{
	session_reply_done(session, sys_bus_reset(session->bus));
}

/* --- DMA --- */

static void reply_dma(struct session *session, struct sys_bus_dma *dma)
{
	const struct sys_bus_dma_request *request = sys_bus_dma_request(dma);
	char text[32];

	switch (sys_bus_dma_status(dma)) {
	case SYS_BUS_DMA_STALLED:
		snprintf(text, sizeof(text), "STALL %llu", sys_bus_dma_number(dma));
		session_reply(session, text);
		return;
	case SYS_BUS_DMA_ABORTED:
		session_fail(session, "abort");
		break;
	case SYS_BUS_DMA_DONE:
		if (request->is_write) {
			session_reply(session, "OK");
			break;
		}
		text_hex_put(sys_bus_dma_data(dma), request->bytes, session->text);
		stream_put(session->stream, "OK 0x", 5);
		stream_put(session->stream, session->text, 2ULL * request->bytes);
		stream_put(session->stream, "\n", 1);
		break;
	}
	sys_bus_dma_collect(dma);
}

/* SID PASID|- IOVA LEN */
static bool get_dma(struct session *session, char **words, struct sys_bus_dma_request *request)
{
	struct session_range range;

	if (!session_stream(session, words[0], &request->stream_id) ||
	    !session_pasid(session, words[1], &request->pasid, &request->has_pasid) ||
	    !session_range(session, words + 2, SYS_BUS_MAX_DMA_BYTES, &range))
		return false;
	request->iova = range.address;
	request->bytes = (u32)range.bytes;
	return true;
}

static void start_dma(struct session *session, const struct sys_bus_dma_request *request)
{
	struct sys_bus_dma *dma;

	switch (sys_bus_dma_start(session->bus, request, session->data, &dma)) {
	case 0:
		reply_dma(session, dma);
		return;
	case -EBUSY:
		session_fail(session, "%d DMAs are stalled already", SYS_BUS_MAX_DMAS);
		return;
	case -ENOSPC:
		session_fail(session, "more than %d StreamIDs", SYS_BUS_MAX_STREAMS);
		return;
	default:
		session_reply_done(session, -ENOMEM);
		return;
	}
}

static void do_dma_read(struct session *session, const struct verb *verb, char **words,
			u32 nr_words)
{
	struct sys_bus_dma_request request = {.is_translated = verb->is_translated};

	if (get_dma(session, words, &request))
		start_dma(session, &request);
}

static void do_dma_write(struct session *session, const struct verb *verb, char **words,
			 u32 nr_words)
{
	struct sys_bus_dma_request request = {.is_write = true,
					      .is_translated = verb->is_translated};

	if (get_dma(session, words, &request) && session_hex(session, words[4], request.bytes))
		start_dma(session, &request);
}

static void do_dma_result(struct session *session, const struct verb *verb, char **words,
			  u32 nr_words)
{
	struct sys_bus_dma *dma;
	u64 number;

	if (!session_number(session, words[0], "DMA", &number))
		return;
	dma = sys_bus_dma_find(session->bus, number);
	if (dma)
		reply_dma(session, dma);
	else
		session_fail(session, "no DMA %llu is outstanding", number);
}

/* --- which --- */

static const struct verb verbs[] = {
	{"readb", 1, 1, .access_bytes = 1, .fn = do_load},
	{"readw", 1, 1, .access_bytes = 2, .fn = do_load},
	{"readl", 1, 1, .access_bytes = 4, .fn = do_load},
	{"readq", 1, 1, .access_bytes = 8, .fn = do_load},
	{"writeb", 2, 2, .access_bytes = 1, .fn = do_store},
	{"writew", 2, 2, .access_bytes = 2, .fn = do_store},
	{"writel", 2, 2, .access_bytes = 4, .fn = do_store},
	{"writeq", 2, 2, .access_bytes = 8, .fn = do_store},
	{"read", 2, 2, .fn = do_read},
	{"write", 3, 3, .fn = do_write},
	{"b64read", 2, 2, .fn = do_b64read},
	{"b64write", 3, 3, .fn = do_b64write},
	{"memset", 3, 3, .fn = do_memset},
	{"endianness", 0, 0, .fn = do_endianness},
	{"clock_step", 0, 1, .fn = do_clock_step},
	{"reset", 0, 0, .fn = do_reset},
	{"dma_read", 4, 4, .fn = do_dma_read},
	{"dma_write", 5, 5, .fn = do_dma_write},
	{"dma_result", 1, 1, .fn = do_dma_result},
	{"dma_read_translated", 4, 4, .is_translated = true, .fn = do_dma_read},
	{"dma_write_translated", 5, 5, .is_translated = true, .fn = do_dma_write},
	{"translation_request", 4, 4, .fn = serve_translation_request},
	{"page_request", 5, 5, .fn = serve_page_request},
	{"page_responses", 0, 0, .fn = serve_page_responses},
	{"invalidations", 0, 0, .fn = serve_invalidations},
	{"msi_log", 0, 0, .fn = serve_msi_log},
};

static const struct verb *find_verb(const char *name)
{
	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (!strcmp(verbs[i].name, name))
			return &verbs[i];
	}
	return NULL;
}

/* Words of @line, cut apart; MAX_WORDS stands for that many or more. */
static u32 split(char *line, char **words)
{
	char *rest = NULL;
	u32 nr = 0;

	for (char *word = strtok_r(line, " \t\r", &rest); word && nr < MAX_WORDS;
	     word = strtok_r(NULL, " \t\r", &rest))
		words[nr++] = word;
	return nr;
}

void session_answer(struct session *session, char *line, size_t bytes)
{
	char *words[MAX_WORDS], text[SESSION_MAX_SAID + 1];
	const struct verb *verb;
	u32 nr;

	if (memchr(line, '\0', bytes)) {
		session_fail(session, "a NUL in the line");
		return;
	}
	nr = split(line, words);
	verb = nr ? find_verb(words[0]) : NULL;
	if (!nr)
		session_fail(session, "empty line");
	else if (!verb)
		session_fail(session, "Unknown command '%s'", session_said(words[0], text));
	else if (nr - 1 < verb->min_words || nr - 1 > verb->max_words)
		session_fail(session, "%s takes %u to %u arguments", verb->name, verb->min_words,
			     verb->max_words);
	else
		verb->fn(session, verb, words + 1, nr - 1);
}
