// SPDX-License-Identifier: GPL-2.0-only
/*
 * Words that somebody dumped: a line "STE: 0x...", "cmd: 0x... 0x..." and so on, in words of 64
 * bits, lowest first; those that are missing are on lines that follow, which may begin with an
 * address and a colon, as a debugger prints them.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tool/decode/line.h"
#include "tool/decode/smmuv3.h"
#include "tool/decode/vtd.h"

struct form {
	const char *name, *unit, *kind;
	u32 nr_words;
	void (*decode)(struct decode_item *item);
};

static const struct form forms[] = {
	{"event", "SMMUv3", "event", 4, decode_smmu_event},
	{"cmd", "SMMUv3", "command", 2, decode_smmu_command},
	{"STE", "SMMUv3", "STE", 8, decode_smmu_ste},
	{"CD", "SMMUv3", "CD", 8, decode_smmu_cd},
	{"priq", "SMMUv3", "page request", 2, decode_smmu_page_request},
	{"qi", "VT-d", "descriptor", 2, decode_vtd_descriptor},
	{"prq", "VT-d", "page request", 4, decode_vtd_page_request},
	{"context", "VT-d", "context-entry", 2, decode_vtd_context},
	{"pasid", "VT-d", "PASID table entry", 8, decode_vtd_pasid_entry},
};

struct decode_word_lines {
	struct decode_sink *sink;
	const struct form *form; /* NULL: none under way */
	struct decode_item item;
};

struct decode_word_lines *decode_word_lines_create(struct decode_sink *sink)
{
	struct decode_word_lines *lines = calloc(1, sizeof(*lines));

	if (lines)
		lines->sink = sink;
	return lines;
}

static void flush(struct decode_word_lines *lines)
{
	if (!lines->form)
		return;
	if (lines->item.nr_words >= lines->form->nr_words)
		lines->form->decode(&lines->item);
	else
		decode_note(&lines->item, "only %u of its %u words are here", lines->item.nr_words,
			    lines->form->nr_words);
	lines->form = NULL;
	decode_emit(lines->sink, &lines->item);
}

void decode_word_lines_end(struct decode_word_lines *lines)
{
	if (lines)
		flush(lines);
	free(lines);
}

static const struct form *form_of(const char *text, const char **rest)
{
	text += strspn(text, " \t");
	for (u32 i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		size_t length = strlen(forms[i].name);

		if (!strncasecmp(text, forms[i].name, length) && text[length] == ':') {
			*rest = text + length + 1;
			return &forms[i];
		}
	}
	return NULL;
}

/* As many words as are missing; false: the line is something else. */
static bool take_words(struct decode_word_lines *lines, const char *text)
{
	struct decode_item *item = &lines->item;
	u32 nr = decode_words(text, item->words + item->nr_words,
			      lines->form->nr_words - item->nr_words);

	item->nr_words += nr;
	return nr;
}

bool decode_word_line(struct decode_word_lines *lines, const struct decode_line *line)
{
	const char *rest = strchr(line->text, ':');
	const struct form *form = form_of(line->text, &rest);

	if (form) {
		flush(lines);
		lines->form = form;
		decode_begin(&lines->item, line);
		lines->item.unit = form->unit;
		lines->item.kind = form->kind;
		if (!take_words(lines, rest) && rest[strspn(rest, " \t")]) {
			lines->form = NULL;
			return false;
		}
	} else if (!lines->form || !take_words(lines, rest ? rest + 1 : line->text)) {
		flush(lines);
		return false;
	}
	if (lines->item.nr_words == lines->form->nr_words)
		flush(lines);
	return true;
}
