// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a word means: docs/words.md, and the tables that the program itself obeys. A word may
 * stand in several; all that is known of it is printed.
 */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "system/config/config.h"
#include "system/config/workload.h"
#include "system/result/rows.h"
#include "system/verdict/verdict.h"
#include "tool/common/json_writer.h"
#include "tool/common/tool.h"
#include "tool/common/words.h"
#include "tool/explain/explain.h"

struct question {
	const char *word;
	u32 nr; /* of answers */
	struct text_suggestion near;
	char meant[128]; /* near, as it is spelled */
	bool is_json;
	struct json_writer json; /* an array of answers, if there is one */
};

/* --- what is said: a heading and lines below it, or an object --- */

__attribute__((format(printf, 3, 4))) static void
begin_answer(struct question *question, const char *name, const char *kind, ...)
{
	char text[256];
	va_list args;

	va_start(args, kind);
	vsnprintf(text, sizeof(text), kind, args);
	va_end(args);
	if (!question->is_json) {
		printf("%s  (%s)\n", name, text);
		return;
	}
	if (!question->json.out) {
		jw_init(&question->json, stdout, 0);
		jw_open_array(&question->json, NULL);
	}
	jw_open_object(&question->json, NULL);
	jw_string(&question->json, "word", name);
	jw_string(&question->json, "kind", text);
	jw_open_array(&question->json, "says");
}

__attribute__((format(printf, 2, 3))) static void say(struct question *question, const char *format,
						      ...)
{
	char text[4 * WORDS_CELL_BYTES];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (question->is_json)
		jw_string(&question->json, NULL, text);
	else
		printf("    %s\n", text);
}

static void end_answer(struct question *question)
{
	if (!question->is_json)
		return;
	jw_close_array(&question->json);
	jw_close_object(&question->json);
}

static void lower(char text[128], const char *from)
{
	snprintf(text, 128, "%s", from);
	for (char *c = text; *c; c++)
		*c = (char)tolower((unsigned char)*c);
}

/* Does @name answer the question? If not it may be what was meant. */
static bool is_asked(struct question *question, const char *name)
{
	char word[128], candidate[128];

	if (words_alike(question->word, name)) {
		question->nr++;
		return true;
	}
	lower(word, question->word);
	lower(candidate, name);
	text_suggest(&question->near, word, candidate);
	if (!strcmp(question->near.word, candidate))
		snprintf(question->meant, sizeof(question->meant), "%s", name);
	return false;
}

/* --- docs/words.md --- */

static void explain_row(struct question *question, const struct words_row *row)
{
	const u32 last = row->cells.nr - 1;
	const char *title = row->header.text[last];

	begin_answer(question, row->cells.text[0], "%s", row->section);
	for (u32 i = 0; last > 1 && i < last; i++)
		say(question, "%s: %s", row->header.text[i], row->cells.text[i]);
	if (!strcmp(title, "what it is"))
		title = "";
	say(question, "%s%s%s", title, title[0] ? ": " : "", row->cells.text[last]);
	end_answer(question);
}

static bool has_name(struct question *question, const char *cell)
{
	char term[WORDS_CELL_BYTES];
	bool is_found = words_alike(question->word, cell);

	question->nr += is_found;
	while (!is_found && words_term(&cell, term))
		is_found = is_asked(question, term);
	return is_found;
}

static void explain_by_words(struct question *question)
{
	struct words_row row = {0};

	while (words_next(&row)) {
		for (u32 i = 0; i + 1 < row.cells.nr; i++) {
			if (!has_name(question, row.cells.text[i]))
				continue;
			explain_row(question, &row);
			break;
		}
	}
}

/* --- tables --- */

static void explain_stages(struct question *question)
{
	for (u32 i = 0; i < SYS_NR_STAGES; i++) {
		if (!is_asked(question, sys_stage_names[i]))
			continue;
		begin_answer(question, sys_stage_names[i], "stage %u of %d of a fault, behind %s",
			     i + 1, SYS_NR_STAGES, i ? sys_stage_names[i - 1] : "the access");
		say(question, "until %s", sys_stage_abouts[i]);
		say(question, "%s_ns in faults.csv", sys_stage_names[i]);
		end_answer(question);
	}
}

static void explain_resources(struct question *question)
{
	for (u32 i = 0; i < SYS_NR_RESOURCES; i++) {
		if (!is_asked(question, sys_resource_names[i]))
			continue;
		begin_answer(question, sys_resource_names[i],
			     "what a verdict may find to limit a run");
		say(question, "a high share means: %s", sys_resource_help[i]);
		end_answer(question);
	}
}

static void explain_names(struct question *question, const char *kind, const char *const *names,
			  const char *const *abouts)
{
	for (u32 i = 0; names[i]; i++) {
		if (!is_asked(question, names[i]))
			continue;
		begin_answer(question, names[i], "%s", kind);
		say(question, "%s", abouts[i]);
		end_answer(question);
	}
}

/* Keys may be asked for with what they stand in, or without. */
static bool is_key_asked(struct question *question, const char *path, const char *key)
{
	const char *dot = strrchr(key, '.');

	return is_asked(question, path) || (strcmp(path, key) != 0 && is_asked(question, key)) ||
	       (dot && is_asked(question, dot + 1));
}

static void explain_table(struct question *question, const struct sys_collection_info *info,
			  const struct sim_stat_table *table)
{
	const char *between = !info->key[0] ? "" : info->has_names ? ".*." : "[].";

	for (u32 i = 0; i < table->nr_rows; i++) {
		const struct sim_stat *row = &table->rows[i];
		char path[128];

		snprintf(path, sizeof(path), "%s%s%s", info->key, between, row->key);
		if (!is_key_asked(question, path, row->key))
			continue;
		begin_answer(question, path, "of a result");
		say(question, "%s", row->help);
		say(question, "see 'iopfsim list results %s'", path);
		end_answer(question);
	}
}

static void explain_results(struct question *question)
{
	for (u32 which = 0; which < SYS_NR_COLLECTIONS; which++) {
		const struct sys_collection_info *info = &sys_collections[which];

		for (u32 i = 0; info->tables[i]; i++)
			explain_table(question, info, info->tables[i]);
	}
}

static void explain_key(struct question *question, const char *section, const char *key,
			const char *help)
{
	char path[128];

	snprintf(path, sizeof(path), "%s%s%s", section, section[0] ? "." : "", key);
	if (!is_key_asked(question, path, key))
		return;
	begin_answer(question, path, "of a workload file");
	say(question, "%s", help);
	say(question, "see 'iopfsim list parameters %s'", path);
	end_answer(question);
}

static void explain_parameters(struct question *question)
{
	struct wl_section_info section;
	struct wl_word_info word;

	for (size_t i = 0; wl_section_info(i, &section); i++) {
		if (!section.name[0] || !is_asked(question, section.name))
			continue;
		begin_answer(question, section.name, "section of a workload file");
		say(question, "%s", section.brief);
		say(question, "see 'iopfsim list parameters %s.'", section.name);
		end_answer(question);
	}
	for (size_t i = 0; wl_word_info(i, &word); i++)
		explain_key(question, word.section, word.key, word.help);
	for (size_t i = 0; i < sys_section_count; i++) {
		const struct sys_section *at = &sys_sections[i];

		for (size_t j = 0; j < at->nr_params; j++)
			explain_key(question, at->path, at->params[j].key, at->params[j].help);
	}
}

int explain_word(const char *word, bool is_json)
{
	struct question question = {.word = word, .is_json = is_json};

	explain_by_words(&question);
	explain_stages(&question);
	explain_resources(&question);
	explain_names(&question, "a design of the handler", sys_design_names, sys_design_abouts);
	explain_names(&question, "where accesses come from", sys_generator_names,
		      sys_generator_abouts);
	explain_results(&question);
	explain_parameters(&question);
	if (question.json.out)
		jw_close_array(&question.json);
	if (question.nr)
		return TOOL_OK;
	return tool_complain(TOOL_USAGE, "iopfsim explain: no word is called '%.60s'%s%s%s", word,
			     question.meant[0] ? "; did you mean '" : ", see 'iopfsim explain'",
			     question.meant, question.meant[0] ? "'?" : "");
}

static void words_json(void)
{
	struct words_row row = {0};
	struct json_writer json;

	jw_init(&json, stdout, 0);
	jw_open_array(&json, NULL);
	while (words_next(&row)) {
		jw_open_object(&json, NULL);
		jw_string(&json, "section", row.section);
		for (u32 i = 0; i < row.cells.nr; i++)
			jw_string(&json, row.header.text[i], row.cells.text[i]);
		jw_close_object(&json);
	}
	jw_close_array(&json);
}

void explain_words(bool is_json)
{
	struct words_row row = {0};
	char section[sizeof(row.section)] = "";

	if (is_json) {
		words_json();
		return;
	}
	while (words_next(&row)) {
		if (strcmp(section, row.section) != 0)
			printf("%s%s\n", section[0] ? "\n" : "", row.section);
		memcpy(section, row.section, sizeof(section));
		printf("  %s", row.cells.text[0]);
		if (row.cells.nr > 2 && strcmp(row.cells.text[1], "-") != 0)
			printf(" | %s", row.cells.text[1]);
		printf("\n");
	}
}
