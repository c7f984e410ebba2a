// SPDX-License-Identifier: GPL-2.0-only
/*
 * What VT-d drivers log. A fault is one line in Linux since 5.x, two in Linux before and in
 * Xen: requester and address, then the reason. The reason is decimal where Linux has no 0x
 * before it, hexadecimal in Xen.
 */
#include <stdlib.h>
#include <string.h>

#include "tool/decode/line.h"
#include "tool/decode/vtd.h"

#define PASID_WORDS 8
#define NO_PASID 0xffffffffULL

struct decode_dmar_lines {
	struct decode_sink *sink;
	bool waits_for_reason;
	struct decode_item item; /* a fault without its reason, or a PASID table entry in parts */
	bool has_pasid_words;
};

struct decode_dmar_lines *decode_dmar_lines_create(struct decode_sink *sink)
{
	struct decode_dmar_lines *lines = calloc(1, sizeof(*lines));

	if (lines)
		lines->sink = sink;
	return lines;
}

static void flush(struct decode_dmar_lines *lines)
{
	if (lines->waits_for_reason)
		decode_note(&lines->item, "the line with its reason is not here");
	if (lines->has_pasid_words && lines->item.nr_words == PASID_WORDS)
		decode_vtd_pasid_entry(&lines->item);
	else if (lines->has_pasid_words)
		decode_note(&lines->item, "only %u of its 8 words are here", lines->item.nr_words);
	if (lines->waits_for_reason || lines->has_pasid_words)
		decode_emit(lines->sink, &lines->item);
	lines->waits_for_reason = lines->has_pasid_words = false;
}

void decode_dmar_lines_end(struct decode_dmar_lines *lines)
{
	if (lines)
		flush(lines);
	free(lines);
}

/* "00:13.0", "0x00:0x03.0" or "0000:00:15.0": the last three numbers. */
static bool requester(const char *text, u16 *sid)
{
	const char *at = strstr(text, "Request device [");
	unsigned int part[4];
	int nr;

	if (!at)
		return false;
	at += strlen("Request device [");
	nr = sscanf(at, "%x:%x:%x.%x", &part[0], &part[1], &part[2], &part[3]);
	if (nr < 4 && sscanf(at, "%x:%x.%x", &part[1], &part[2], &part[3]) < 3)
		return false;
	if (part[1] > 0xff || part[2] > 0x1f || part[3] > 7)
		return false;
	*sid = (u16)(part[1] << 8 | part[2] << 3 | part[3]);
	return true;
}

static bool reason_of(const char *text, u32 *reason)
{
	const char *at = strstr(text, "[fault reason ");
	const char *xen = strstr(text, " reason ");

	if (at) {
		at += strlen("[fault reason ");
		*reason = (u32)strtoul(at, NULL, strncmp(at, "0x", 2) ? 10 : 16);
		return true;
	}
	if (!xen || !strstr(text, "[VT-D]"))
		return false;
	*reason = (u32)strtoul(xen + strlen(" reason "), NULL, 16);
	return true;
}

/* "[DMA Write] Request device [...] PASID ... fault addr ..." */
static bool take_fault(struct decode_dmar_lines *lines, const struct decode_line *line)
{
	struct decode_item *item = &lines->item;
	bool is_interrupt = strstr(line->text, "[INTR-REMAP]");
	char device[16];
	u32 reason;
	u64 value;
	u16 sid;

	if ((!is_interrupt && !strstr(line->text, "[DMA ")) || !requester(line->text, &sid))
		return false;
	flush(lines);
	decode_begin(item, line);
	item->unit = "VT-d";
	item->kind = "fault";
	snprintf(device, sizeof(device), "%02x:%02x.%x", sid >> 8, sid >> 3 & 0x1f, sid & 7);
	decode_add(item, "SID", sid, device);
	if (!is_interrupt)
		decode_add(item, "T1", !strstr(line->text, "[DMA Write"),
			   strstr(line->text, "[DMA Write") ? "write" : "read");
	if (decode_hex(line->text, " PASID ", &value) && value != NO_PASID) {
		decode_add(item, "PP", 1, NULL);
		decode_add(item, "PV", value, NULL);
	} else if (!is_interrupt) {
		decode_add(item, "PP", 0, "request without PASID");
	}
	if (decode_hex(line->text, "fault addr ", &value))
		decode_add(item, "FI", value, NULL);
	else if (decode_hex(line->text, "fault index ", &value))
		decode_add(item, "interrupt_index", value, NULL);
	lines->waits_for_reason = !reason_of(line->text, &reason);
	if (lines->waits_for_reason)
		return true;
	decode_add(item, "FR", reason, NULL);
	decode_vtd_reason(item, reason);
	decode_emit(lines->sink, item);
	return true;
}

static bool take_reason(struct decode_dmar_lines *lines, const struct decode_line *line)
{
	u32 reason;

	if (!lines->waits_for_reason || !reason_of(line->text, &reason))
		return false;
	decode_add(&lines->item, "FR", reason, NULL);
	decode_vtd_reason(&lines->item, reason);
	lines->waits_for_reason = false;
	decode_emit(lines->sink, &lines->item);
	return true;
}

static bool take_status(struct decode_dmar_lines *lines, const struct decode_line *line)
{
	struct decode_item item;

	decode_begin(&item, line);
	if (!decode_hex(line->text, "handling fault status reg ", &item.words[0]))
		return false;
	item.nr_words = 1;
	decode_vtd_fault_status(&item);
	decode_emit(lines->sink, &item);
	return true;
}

static bool take_page_request(struct decode_dmar_lines *lines, const struct decode_line *line)
{
	const char *at = strstr(line->text, "Invalid page request: ");
	struct decode_item item;

	decode_begin(&item, line);
	if (!at || decode_words(at + strlen("Invalid page request: "), item.words, 2) != 2)
		return false;
	item.nr_words = 2;
	decode_vtd_page_request(&item);
	item.linux_does = "refuses it: without LPIG silently, else with Invalid Request";
	decode_emit(lines->sink, &item);
	return true;
}

/* "QI HEAD: NAME qw0 = 0x..., qw1 = 0x...": what the unit was at when it stopped. */
static bool take_descriptor(struct decode_dmar_lines *lines, const struct decode_line *line)
{
	struct decode_item item;

	decode_begin(&item, line);
	if (!strstr(line->text, "QI ") || !decode_hex(line->text, "qw0 = ", &item.words[0]) ||
	    !decode_hex(line->text, "qw1 = ", &item.words[1]))
		return false;
	item.nr_words = 2;
	decode_vtd_descriptor(&item);
	if (strstr(line->text, "QI PRIOR"))
		decode_note(&item, "the one before the head");
	decode_emit(lines->sink, &item);
	return true;
}

static bool take_entry(struct decode_dmar_lines *lines, const struct decode_line *line)
{
	const char *pasid = strstr(line->text, "pasid table entry[");
	struct decode_item item;

	decode_begin(&item, line);
	if (!strstr(line->text, "scalable") && strstr(line->text, "context entry: hi ") &&
	    decode_hex(line->text, "hi ", &item.words[1]) &&
	    decode_hex(line->text, "low ", &item.words[0])) {
		item.nr_words = 2;
		decode_vtd_context(&item);
		decode_emit(lines->sink, &item);
		return true;
	}
	if (!pasid || !decode_hex(pasid, "]: ", &item.words[0]))
		return false;
	if (!lines->has_pasid_words || lines->item.nr_words == PASID_WORDS) {
		flush(lines);
		decode_begin(&lines->item, line);
		lines->item.unit = "VT-d";
		lines->item.kind = "PASID table entry";
		lines->has_pasid_words = true;
	}
	lines->item.words[lines->item.nr_words++] = item.words[0];
	if (lines->item.nr_words == PASID_WORDS)
		flush(lines);
	return true;
}

static const struct {
	const char *has, *name, *section, *note, *linux_does, *model;
} messages[] = {
	{"PRQ overflow detected", "PRO", "VT-d 7.4.1",
	 "the page request queue was full: requests were answered Success by the unit, or dropped",
	 "handles what is in the queue; when it is empty, forgets groups of which a part is there, and "
	 "clears PRO",
	 "PRQ-5, PRQ-6"},
	{"PRQ overflow cleared", "PRO", "VT-d 7.4.1", "", "takes requests again", "PRQ-6"},
	{"Page request without PASID", "page request", "VT-d 7.4.1.1", "",
	 "answers Invalid Request at LPIG",
	 "PRQ-1 records it; docs/vtd.md says what the simulated driver does"},
	{"Page request in Privilege Mode", "page request", "VT-d 7.4.1.1", "",
	 "answers Invalid Request at LPIG", "PRQ-1"},
	{"Execution request not supported", "page request", "VT-d 7.4.1.1", "",
	 "answers Invalid Request at LPIG", "PRQ-1"},
	{"Address is not canonical", "page request", "VT-d 7.4.1.1", "",
	 "answers Invalid Request at LPIG", "PRQ-1"},
	{"Invalidation Queue Error", "IQE", "VT-d 6.5.2.11", "",
	 "replaces the descriptor by a wait descriptor, clears IQE, and tells whoever submitted it",
	 "IQ-4 to IQ-12"},
	{"Invalidation Time-out Error", "ITE", "VT-d 6.5.2.11", "an endpoint did not answer",
	 "clears ITE, and submits what was waited for again, unless the device is gone",
	 "rules ATS of 6.5.2.11"},
	{"Invalidation Completion Error", "ICE", "VT-d 6.5.2.11",
	 "an endpoint answered what nobody asked", "clears ICE, and goes on",
	 "rules ATS of 6.5.2.11"},
};

static bool take_message(struct decode_dmar_lines *lines, const struct decode_line *line)
{
	for (u32 i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
		struct decode_item item;
		char unit[32];
		u64 value;

		if (!strstr(line->text, messages[i].has))
			continue;
		decode_begin(&item, line);
		item.unit = "VT-d";
		item.kind = "message";
		snprintf(item.name, sizeof(item.name), "%s", messages[i].name);
		snprintf(item.section, sizeof(item.section), "%s", messages[i].section);
		if (strstr(line->text, ": dmar") &&
		    sscanf(strstr(line->text, ": dmar") + 2, "%31[a-z0-9]", unit) == 1)
			snprintf(item.source, sizeof(item.source), "%s", unit);
		if (messages[i].note[0])
			decode_note(&item, "%s", messages[i].note);
		if (decode_hex(line->text, "Reason ", &value))
			decode_add(&item, "IQEI", value, NULL);
		if (decode_hex(line->text, "SID ", &value))
			decode_add(&item, "SID", value, NULL);
		item.linux_does = messages[i].linux_does;
		item.model = messages[i].model;
		decode_emit(lines->sink, &item);
		return true;
	}
	return false;
}

bool decode_dmar_line(struct decode_dmar_lines *lines, const struct decode_line *line)
{
	if (!strstr(line->text, "DMAR"))
		return false;
	return take_fault(lines, line) || take_reason(lines, line) || take_status(lines, line) ||
	       take_page_request(lines, line) || take_descriptor(lines, line) ||
	       take_entry(lines, line) || take_message(lines, line);
}
