// SPDX-License-Identifier: GPL-2.0-only
/*
 * What Linux's arm-smmu-v3 driver logs. An event is a line with its number and four with
 * its words; since 6.15 two follow that have it decoded. SMMUs log at the same time, so each
 * has its own event under way. A decoded form is made words again: then both forms come
 * to the same item, and where a log has both they are compared.
 */
#include <stdlib.h>
#include <string.h>

#include "models/common/bits.h"
#include "models/smmuv3/regs.h"
#include "tool/decode/line.h"
#include "tool/decode/smmuv3.h"

#define MAX_UNDER_WAY 16
/* Of other SMMUs, between the words of an event and its decoded form. */
#define MAX_LINES_BETWEEN 8
#define CLIENT_BYTES 96
#define DRIVER "arm-smmu-v3 "

enum under_way { NOTHING, EVENT_WORDS, EVENT_DECODED, EVENT_DECODED_2, COMMAND_WORDS };

struct pending {
	enum under_way what;
	bool has_raw;
	u64 last_line; /* that it was in */
	struct decode_item item;
};

struct decode_smmu_lines {
	struct decode_sink *sink;
	struct pending pending[MAX_UNDER_WAY];
	u32 next; /* the place that is taken if all are */
};

struct decode_smmu_lines *decode_smmu_lines_create(struct decode_sink *sink)
{
	struct decode_smmu_lines *lines = calloc(1, sizeof(*lines));

	if (lines)
		lines->sink = sink;
	return lines;
}

static void flush(struct decode_smmu_lines *lines, struct pending *pending)
{
	u32 nr_expected = pending->what == COMMAND_WORDS ? CMDQ_ENT_DWORDS : EVTQ_ENT_DWORDS;

	if (pending->what == NOTHING)
		return;
	pending->what = NOTHING;
	if (!pending->has_raw || pending->item.nr_words == nr_expected) {
		decode_emit(lines->sink, &pending->item);
		return;
	}
	pending->item.nr_fields = 0;
	decode_note(&pending->item, "only %u of its %u words are here", pending->item.nr_words,
		    nr_expected);
	decode_emit(lines->sink, &pending->item);
}

/* Those that are whole, and that nothing more was said of for a while. */
static void flush_whole(struct decode_smmu_lines *lines, u64 line)
{
	for (u32 i = 0; i < MAX_UNDER_WAY; i++) {
		struct pending *pending = &lines->pending[i];
		bool is_whole = pending->what == EVENT_DECODED || pending->what == EVENT_DECODED_2;

		if (is_whole && line > pending->last_line + MAX_LINES_BETWEEN)
			flush(lines, pending);
	}
}

void decode_smmu_lines_end(struct decode_smmu_lines *lines)
{
	for (u32 i = 0; lines && i < MAX_UNDER_WAY; i++)
		flush(lines, &lines->pending[i]);
	free(lines);
}

static struct pending *pending_of(struct decode_smmu_lines *lines, const char *source)
{
	struct pending *free_one = NULL;

	for (u32 i = 0; i < MAX_UNDER_WAY; i++) {
		struct pending *pending = &lines->pending[i];

		if (pending->what != NOTHING && !strcmp(pending->item.source, source))
			return pending;
		if (pending->what == NOTHING && !free_one)
			free_one = pending;
	}
	if (!free_one) {
		free_one = &lines->pending[lines->next++ % MAX_UNDER_WAY];
		flush(lines, free_one);
	}
	return free_one;
}

static void begin(struct decode_smmu_lines *lines, struct pending *pending,
		  const struct decode_line *line, const char *source)
{
	flush(lines, pending);
	decode_begin(&pending->item, line);
	snprintf(pending->item.source, sizeof(pending->item.source), "%s", source);
	pending->has_raw = false;
}

static void take_word(struct decode_smmu_lines *lines, struct pending *pending, u64 word)
{
	struct decode_item *item = &pending->item;

	item->words[item->nr_words++] = word;
	if (pending->what == COMMAND_WORDS && item->nr_words == CMDQ_ENT_DWORDS) {
		decode_smmu_command(item);
		decode_note(item, "the SMMU did not take this command; Linux replaces it by a "
				  "CMD_SYNC and goes on");
		flush(lines, pending);
	} else if (pending->what == EVENT_WORDS && item->nr_words == EVTQ_ENT_DWORDS) {
		decode_smmu_event(item);
		pending->what = EVENT_DECODED;
	}
}

/* --- the decoded form --- */

struct decoded {
	u64 words[EVTQ_ENT_DWORDS];
	u32 id;
	char client[CLIENT_BYTES];
};

/* A device's name, or "(unassigned sid)". */
static void client_of(const char *text, char client[CLIENT_BYTES])
{
	const char *at = strstr(text, "client: "), *end = at ? strstr(at, " sid: ") : NULL;

	client[0] = 0;
	if (at && end)
		snprintf(client, CLIENT_BYTES, "%.*s", (int)(end - at) - 8, at + 8);
}

static bool parse_first(const char *text, struct decoded *got)
{
	u64 sid, ssid, value;
	char name[32];
	int id;

	memset(got, 0, sizeof(*got));
	if (!decode_word(text, "event: ", name, sizeof(name)) ||
	    !decode_hex(text, " sid: ", &sid) || !decode_hex(text, " ssid: ", &ssid))
		return false;
	id = decode_smmu_event_id(name);
	if (id < 0)
		return false;
	got->id = (u32)id;
	client_of(text, got->client);
	got->words[0] = FIELD_PREP(EVTQ_0_ID, (u64)id) | FIELD_PREP(EVTQ_0_SID, sid) |
			FIELD_PREP(EVTQ_0_SSID, ssid) | (ssid ? EVTQ_0_SSV : 0);
	if (decode_hex(text, " iova: ", &value))
		got->words[2] = value;
	if (decode_hex(text, " ipa: ", &value))
		got->words[3] = value & EVTQ_3_IPA;
	if (decode_hex(text, " fetch_addr: ", &value))
		got->words[3] = value & EVTQ_3_FETCH_ADDR;
	return true;
}

static bool parse_second(const char *text, u64 *word1)
{
	char privilege[8], kind[8], direction[8], stage[4], class[48], rest[40] = "";
	u64 stag;

	if (!decode_hex(text, " stag: ", &stag) ||
	    sscanf(text, "%7s %7s %7s %3s \"%47[^\"]\"%39[^\n]", privilege, kind, direction, stage,
		   class, rest) < 5)
		return false;
	*word1 = FIELD_PREP(EVTQ_1_STAG, stag) | (strcmp(privilege, "priv") ? 0 : EVTQ_1_PnU) |
		 (strcmp(kind, "inst") ? 0 : EVTQ_1_InD) |
		 (strcmp(direction, "read") ? 0 : EVTQ_1_RnW) |
		 (strcmp(stage, "s2") ? 0 : EVTQ_1_S2) |
		 (strstr(rest, "stall") ? EVTQ_1_STALL : 0) |
		 (strstr(rest, "ttd_read") ? EVTQ_1_TTRnW : 0);
	*word1 |= FIELD_PREP(EVTQ_1_CLASS, class[0] == 'S'   ? EVTQ_1_CLASS_TT + 0ULL
					   : class[0] == 'I' ? EVTQ_1_CLASS_IN + 0ULL
					   : class[0] == 'R' ? 3ULL
							     : EVTQ_1_CLASS_CD + 0ULL);
	return true;
}

/* Of word @first to the last of @nr: does the log's own decoding say what the words say? */
static void compare(struct decode_item *item, const u64 *words, u32 first, u32 last)
{
	u64 masks[EVTQ_ENT_DWORDS];

	decode_smmu_event_printed((u32)FIELD_GET(EVTQ_0_ID, item->words[0]), masks);
	/* Linux prints 0 then. */
	if (!(item->words[0] & EVTQ_0_SSV))
		masks[0] &= ~EVTQ_0_SSID;
	for (u32 i = first; i <= last; i++) {
		if ((item->words[i] ^ words[i]) & masks[i]) {
			decode_note(item, "the log's own decoding says something else");
			return;
		}
	}
}

/* Without raw words: what is known by now, without fields that Linux does not print. */
static void decode_again(struct pending *pending, const struct decoded *got, bool is_whole)
{
	struct decode_item *item = &pending->item;

	item->note[0] = 0;
	decode_smmu_event(item);
	decode_smmu_event_prints(item, got->client);
	decode_note(item, is_whole ? "Linux does not print SSV"
				   : "what Linux prints has no more of its fields");
}

static bool take_decoded(struct decode_smmu_lines *lines, struct pending *pending,
			 const struct decode_line *line, const char *source)
{
	struct decoded got;
	u64 masks[EVTQ_ENT_DWORDS];

	if (!parse_first(line->text, &got))
		return false;
	decode_smmu_event_printed(got.id, masks);
	if (pending->what == EVENT_DECODED && pending->has_raw) {
		compare(&pending->item, got.words, 0, 0);
		if (masks[2] || masks[3])
			compare(&pending->item, got.words, 2, 3);
		decode_smmu_event_prints(&pending->item, got.client);
	} else {
		begin(lines, pending, line, source);
		memcpy(pending->item.words, got.words, sizeof(got.words));
		decode_again(pending, &got, false);
	}
	pending->what = EVENT_DECODED_2;
	if (!masks[1])
		flush(lines, pending);
	return true;
}

static bool take_decoded_2(struct decode_smmu_lines *lines, struct pending *pending,
			   const struct decode_line *line)
{
	struct decoded got = {0};

	if (pending->what != EVENT_DECODED_2 || !parse_second(line->text, &got.words[1]))
		return false;
	if (pending->has_raw) {
		compare(&pending->item, got.words, 1, 1);
	} else {
		client_of(pending->item.prints[0], got.client);
		pending->item.words[1] = got.words[1];
		decode_again(pending, &got, true);
	}
	flush(lines, pending);
	return true;
}

/* --- single lines --- */

static const struct {
	const char *begins, *name, *section, *note, *linux_does, *model;
} messages[] = {
	{"EVTQ overflow detected", "EVENTQ overflow", "IHI 0070 7.4",
	 "events were lost: the queue was full when they came",
	 "logs it, and goes on when it has read the queue",
	 "rules EVTQ of 7.4: faults that terminate are lost, stalls wait"},
	{"PRIQ overflow detected", "PRIQ overflow", "IHI 0070 8.2",
	 "page requests were lost, or answered by the SMMU", "logs it, and goes on",
	 "rules PRI of 8.2"},
	{"unexpected PRI request received", "page request", "IHI 0070 8.1", "",
	 "logs it, and answers Failure at Last: it has no PRI", "rules PRI of 8"},
	{"CMDQ error", "GERROR.CMDQ_ERR", "IHI 0070 7.1", "", "acknowledges it by GERRORN",
	 "rules CMDQ of 7.1"},
	{"CMDQ timeout", "command queue", "IHI 0070 7.1", "no room came in a second", "waits again",
	 "docs/smmuv3.md, what is not as in Linux"},
	{"CMD_SYNC timeout", "CMD_SYNC", "IHI 0070 4.7.3", "CMD_SYNC was not consumed in a second",
	 "gives up waiting, and goes on as if it were done",
	 "docs/smmuv3.md, what is not as in Linux"},
	{"unexpected global error", "GERROR", "IHI 0070 7.5", "", "acknowledges by GERRORN",
	 "rules IRQ of 7.5"},
	{"EVTQ write aborted", "GERROR.EVTQ_ABT_ERR", "IHI 0070 7.2", "events may be lost",
	 "goes on", "rules EVTQ of 7.2"},
	{"PRIQ write aborted", "GERROR.PRIQ_ABT_ERR", "IHI 0070 8.2", "page requests may be lost",
	 "goes on", "rules PRI of 8.2"},
	{"CMDQ MSI write aborted", "GERROR.MSI_CMDQ_ABT_ERR", "IHI 0070 7.5", "", "goes on",
	 "rules IRQ of 7.5"},
	{"EVTQ MSI write aborted", "GERROR.MSI_EVTQ_ABT_ERR", "IHI 0070 7.5", "", "goes on",
	 "rules IRQ of 7.5"},
	{"PRIQ MSI write aborted", "GERROR.MSI_PRIQ_ABT_ERR", "IHI 0070 7.5", "", "goes on",
	 "rules IRQ of 7.5"},
	{"GERROR MSI write aborted", "GERROR.MSI_GERROR_ABT_ERR", "IHI 0070 7.5", "", "goes on",
	 "rules IRQ of 7.5"},
	{"device has entered Service Failure Mode", "GERROR.SFM_ERR", "IHI 0070 12.3", "",
	 "switches the SMMU off", "never raises it: there is no RAS"},
};

static void cmdq_error(struct decode_item *item, const char *text)
{
	static const char *const errors[] = {"CERROR_NONE", "CERROR_ILL", "CERROR_ABT",
					     "CERROR_ATC_INV_SYNC", "reserved"};
	/* __arm_smmu_cmdq_skip_err() */
	static const char *const linux_does[] = {
		"acknowledges it by GERRORN",
		"replaces the command by a CMD_SYNC, and acknowledges it by GERRORN",
		"acknowledges it by GERRORN: the SMMU fetches again",
		"acknowledges it by GERRORN: the SMMU tries the CMD_SYNC again",
		"replaces the command by a CMD_SYNC, and acknowledges it by GERRORN",
	};
	u64 cons, error;

	if (!decode_hex(text, "(cons ", &cons))
		return;
	decode_add(item, "RD", FIELD_GET(Q_POINTER_MASK, cons), NULL);
	error = FIELD_GET(CMDQ_CONS_ERR, cons);
	decode_add(item, "ERR", error, errors[error < 4 ? error : 4]);
	item->linux_does = linux_does[error < 4 ? error : 4];
}

static const struct decode_field gerror_fields[] = {
	FIELD(0, GERROR_, CMDQ_ERR),	       FIELD(0, GERROR_, EVTQ_ABT_ERR),
	FIELD(0, GERROR_, PRIQ_ABT_ERR),       FIELD(0, GERROR_, MSI_CMDQ_ABT_ERR),
	FIELD(0, GERROR_, MSI_EVTQ_ABT_ERR),   FIELD(0, GERROR_, MSI_PRIQ_ABT_ERR),
	FIELD(0, GERROR_, MSI_GERROR_ABT_ERR), FIELD(0, GERROR_, SFM_ERR),
	FIELD(0, GERROR_, CMDQP_ERR),
};

static bool take_message(struct decode_smmu_lines *lines, const struct decode_line *line,
			 const char *source)
{
	for (u32 i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
		struct decode_item item;

		if (strncmp(line->text, messages[i].begins, strlen(messages[i].begins)) != 0)
			continue;
		decode_begin(&item, line);
		item.unit = "SMMUv3";
		item.kind = "message";
		snprintf(item.source, sizeof(item.source), "%s", source);
		snprintf(item.name, sizeof(item.name), "%s", messages[i].name);
		snprintf(item.section, sizeof(item.section), "%s", messages[i].section);
		if (messages[i].note[0])
			decode_note(&item, "%s", messages[i].note);
		item.linux_does = messages[i].linux_does;
		item.model = messages[i].model;
		cmdq_error(&item, line->text);
		if (decode_hex(line->text, "reported (", &item.words[0]))
			decode_fields(&item, gerror_fields,
				      sizeof(gerror_fields) / sizeof(gerror_fields[0]));
		decode_emit(lines->sink, &item);
		return true;
	}
	return false;
}

/* "arm-smmu-v3 NAME: text": the source without colon, what is said behind it. */
static bool split(const char *text, char *source, size_t bytes, const char **said)
{
	const char *driver = strstr(text, DRIVER), *colon = driver ? strstr(driver, ": ") : NULL;

	if (!colon || (size_t)(colon - driver) >= bytes)
		return false;
	memcpy(source, driver, (size_t)(colon - driver));
	source[colon - driver] = 0;
	*said = colon + 2 + strspn(colon + 2, " \t");
	return true;
}

bool decode_smmu_line(struct decode_smmu_lines *lines, const struct decode_line *whole)
{
	struct decode_line line = *whole;
	struct pending *pending;
	char source[96];
	u64 value;

	if (!split(whole->text, source, sizeof(source), &line.text)) {
		flush_whole(lines, whole->number);
		return false;
	}
	pending = pending_of(lines, source);
	flush_whole(lines, whole->number);
	pending->last_line = whole->number;
	if (pending->what == EVENT_WORDS || pending->what == COMMAND_WORDS) {
		if (decode_words(line.text, &value, 1)) {
			take_word(lines, pending, value);
			return true;
		}
		flush(lines, pending);
	}
	if (decode_hex(line.text, "event 0x", &value) && strstr(line.text, "received")) {
		begin(lines, pending, &line, source);
		pending->what = EVENT_WORDS;
		pending->has_raw = true;
		pending->item.words[0] = value;
		decode_smmu_event(&pending->item);
		return true;
	}
	if (!strncmp(line.text, "skipping command in error state", 31)) {
		begin(lines, pending, &line, source);
		pending->what = COMMAND_WORDS;
		pending->has_raw = true;
		pending->item.unit = "SMMUv3";
		pending->item.kind = "command";
		return true;
	}
	if (take_decoded(lines, pending, &line, source) || take_decoded_2(lines, pending, &line))
		return true;
	flush(lines, pending);
	return take_message(lines, &line, source);
}
