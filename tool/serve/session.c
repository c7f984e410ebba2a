// SPDX-License-Identifier: GPL-2.0-only
/*
 * The verbs of the protocol: QEMU's qtest, as far as a machine without CPUs and
 * interrupt controller has an answer, and DMA of the masters behind the IOMMU.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/serve/session.h"
#include "tool/serve/text.h"

#define MAX_WORDS 8
#define MAX_SAID 40 /* characters of a client's word in our answer */

struct verb {
	const char *name;
	u32 min_words, max_words; /* behind the name */
	u32 access_bytes;	  /* of read[bwlq] and write[bwlq] */
	void (*fn)(struct session *session, const struct verb *verb, char **words, u32 nr_words);
};

/* --- replies --- */

static void reply(struct session *session, const char *text)
{
	stream_put(session->stream, text, strlen(text));
	stream_put(session->stream, "\n", 1);
}

static void reply_value(struct session *session, u64 value)
{
	char text[32];

	snprintf(text, sizeof(text), "OK 0x%016llx", value);
	reply(session, text);
}

void session_fail(struct session *session, const char *format, ...)
{
	char text[160];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	stream_put(session->stream, "FAIL ", 5);
	reply(session, text);
}

static void reply_done(struct session *session, int err)
{
	if (!err) {
		reply(session, "OK");
		return;
	}
	session->is_broken = true;
	session_fail(session, "out of memory");
}

/* What a client wrote, fit to be shown: bounded and printable. */
static const char *said(const char *word, char *text)
{
	size_t i;

	for (i = 0; word[i] && i < MAX_SAID; i++)
		text[i] = word[i] > ' ' && word[i] < 0x7f ? word[i] : '?';
	text[i] = '\0';
	return text;
}

/* --- arguments --- */

static bool get_number(struct session *session, const char *word, const char *what, u64 *value)
{
	char text[MAX_SAID + 1];

	if (text_number(word, value))
		return true;
	session_fail(session, "%s '%s' is not a number", what, said(word, text));
	return false;
}

static bool is_at_most(struct session *session, u64 value, const char *what, u64 max)
{
	if (value <= max)
		return true;
	session_fail(session, "%s 0x%llx is too large, at most 0x%llx", what, value, max);
	return false;
}

struct range {
	u64 address, bytes;
};

/* ADDRESS SIZE: at least one byte, without wrapping around. */
static bool get_range(struct session *session, char **words, u64 max_bytes, struct range *range)
{
	if (!get_number(session, words[0], "address", &range->address) ||
	    !get_number(session, words[1], "size", &range->bytes) ||
	    !is_at_most(session, range->bytes, "size", max_bytes))
		return false;
	if (!range->bytes)
		session_fail(session, "size is 0");
	else if (range->address > ~0ULL - (range->bytes - 1))
		session_fail(session, "address and size wrap around");
	else
		return true;
	return false;
}

static bool get_hex(struct session *session, const char *word, u64 bytes)
{
	if (text_hex_get(word, session->data, bytes))
		return true;
	session_fail(session, "data is not 0xHEX of at most 0x%llx bytes", bytes);
	return false;
}

/* --- memory and registers --- */

static void do_load(struct session *session, const struct verb *verb, char **words, u32 nr_words)
{
	u64 address;

	if (get_number(session, words[0], "address", &address))
		reply_value(session, sys_bus_load(session->bus, address, verb->access_bytes));
}

static void do_store(struct session *session, const struct verb *verb, char **words, u32 nr_words)
{
	u64 address, value;

	/* A value of more bytes than the access loses the upper ones, as in qtest. */
	if (!get_number(session, words[0], "address", &address) ||
	    !get_number(session, words[1], "value", &value))
		return;
	reply_done(session, sys_bus_store(session->bus, address, value, verb->access_bytes));
}

static void do_read(struct session *session, const struct verb *verb, char **words, u32 nr_words)
{
	struct range range;

	if (!get_range(session, words, SERVE_MAX_BYTES, &range))
		return;
	sys_bus_read(session->bus, range.address, session->data, range.bytes);
	text_hex_put(session->data, range.bytes, session->text);
	stream_put(session->stream, "OK 0x", 5);
	stream_put(session->stream, session->text, 2 * range.bytes);
	stream_put(session->stream, "\n", 1);
}

static void do_write(struct session *session, const struct verb *verb, char **words, u32 nr_words)
{
	struct range range;

	if (!get_range(session, words, SERVE_MAX_BYTES, &range) ||
	    !get_hex(session, words[2], range.bytes))
		return;
	reply_done(session, sys_bus_write(session->bus, range.address, session->data, range.bytes));
}

static void do_b64read(struct session *session, const struct verb *verb, char **words, u32 nr_words)
{
	struct range range;

	if (!get_range(session, words, SERVE_MAX_BYTES, &range))
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
	struct range range;

	if (!get_range(session, words, SERVE_MAX_BYTES, &range))
		return;
	if (!text_base64_get(words[2], session->data, range.bytes)) {
		session_fail(session, "data is not base64 of 0x%llx bytes", range.bytes);
		return;
	}
	reply_done(session, sys_bus_write(session->bus, range.address, session->data, range.bytes));
}

static void do_memset(struct session *session, const struct verb *verb, char **words, u32 nr_words)
{
	struct range range;
	u64 value;

	if (!get_number(session, words[1], "size", &range.bytes))
		return;
	if (!range.bytes) { /* nothing to do, and qtest says so */
		reply(session, "OK");
		return;
	}
	if (!get_range(session, words, ~0ULL, &range) ||
	    !get_number(session, words[2], "value", &value) ||
	    !is_at_most(session, value, "value", 0xff))
		return;
	reply_done(session, sys_bus_fill(session->bus, range.address, (u8)value, range.bytes));
}

/* --- the machine --- */

static void do_endianness(struct session *session, const struct verb *verb, char **words,
			  u32 nr_words)
{
	reply(session, "OK little");
}

static void do_clock_step(struct session *session, const struct verb *verb, char **words,
			  u32 nr_words)
{
	char text[32];
	u64 ns = 0;

	if (nr_words && !get_number(session, words[0], "time", &ns))
		return;
	if (sys_bus_advance(session->bus, ns)) {
		session_fail(session, "virtual time does not reach so far");
		return;
	}
	snprintf(text, sizeof(text), "OK %llu", sys_bus_now_ns(session->bus));
	reply(session, text);
}

static void do_reset(struct session *session, const struct verb *verb, char **words, u32 nr_words)
{
	reply_done(session, sys_bus_reset(session->bus));
}

/* --- DMA --- */

static void reply_dma(struct session *session, struct sys_bus_dma *dma)
{
	const struct sys_bus_dma_request *request = sys_bus_dma_request(dma);
	char text[32];

	switch (sys_bus_dma_status(dma)) {
	case SYS_BUS_DMA_STALLED:
		snprintf(text, sizeof(text), "STALL %llu", sys_bus_dma_number(dma));
		reply(session, text);
		return;
	case SYS_BUS_DMA_ABORTED:
		session_fail(session, "abort");
		break;
	case SYS_BUS_DMA_DONE:
		if (request->is_write) {
			reply(session, "OK");
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
	u64 stream_id, pasid = 0;
	struct range range;

	if (!get_number(session, words[0], "StreamID", &stream_id) ||
	    !is_at_most(session, stream_id, "StreamID", sys_bus_max_stream(session->bus)))
		return false;
	request->has_pasid = strcmp(words[1], "-") != 0;
	if (request->has_pasid && (!get_number(session, words[1], "PASID", &pasid) ||
				   !is_at_most(session, pasid, "PASID", 0xfffff)))
		return false;
	if (!get_range(session, words + 2, SYS_BUS_MAX_DMA_BYTES, &range))
		return false;
	request->stream_id = (u32)stream_id;
	request->pasid = (u32)pasid;
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
		reply_done(session, -ENOMEM);
		return;
	}
}

static void do_dma_read(struct session *session, const struct verb *verb, char **words,
			u32 nr_words)
{
	struct sys_bus_dma_request request = {0};

	if (get_dma(session, words, &request))
		start_dma(session, &request);
}

static void do_dma_write(struct session *session, const struct verb *verb, char **words,
			 u32 nr_words)
{
	struct sys_bus_dma_request request = {.is_write = true};

	if (get_dma(session, words, &request) && get_hex(session, words[4], request.bytes))
		start_dma(session, &request);
}

static void do_dma_result(struct session *session, const struct verb *verb, char **words,
			  u32 nr_words)
{
	struct sys_bus_dma *dma;
	u64 number;

	if (!get_number(session, words[0], "DMA", &number))
		return;
	dma = sys_bus_dma_find(session->bus, number);
	if (dma)
		reply_dma(session, dma);
	else
		session_fail(session, "no DMA %llu is outstanding", number);
}

/* --- which --- */

static const struct verb verbs[] = {
	{"readb", 1, 1, 1, do_load},
	{"readw", 1, 1, 2, do_load},
	{"readl", 1, 1, 4, do_load},
	{"readq", 1, 1, 8, do_load},
	{"writeb", 2, 2, 1, do_store},
	{"writew", 2, 2, 2, do_store},
	{"writel", 2, 2, 4, do_store},
	{"writeq", 2, 2, 8, do_store},
	{"read", 2, 2, 0, do_read},
	{"write", 3, 3, 0, do_write},
	{"b64read", 2, 2, 0, do_b64read},
	{"b64write", 3, 3, 0, do_b64write},
	{"memset", 3, 3, 0, do_memset},
	{"endianness", 0, 0, 0, do_endianness},
	{"clock_step", 0, 1, 0, do_clock_step},
	{"reset", 0, 0, 0, do_reset},
	{"dma_read", 4, 4, 0, do_dma_read},
	{"dma_write", 5, 5, 0, do_dma_write},
	{"dma_result", 1, 1, 0, do_dma_result},
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
	char *words[MAX_WORDS], text[MAX_SAID + 1];
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
		session_fail(session, "Unknown command '%s'", said(words[0], text));
	else if (nr - 1 < verb->min_words || nr - 1 > verb->max_words)
		session_fail(session, "%s takes %u to %u arguments", verb->name, verb->min_words,
			     verb->max_words);
	else
		verb->fn(session, verb, words + 1, nr - 1);
}
