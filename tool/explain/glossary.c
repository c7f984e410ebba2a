// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a word means: docs/words.md, and the tables that the program itself obeys. A word may
 * stand in several; all that is known of it is printed.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "system/config/config.h"
#include "system/config/workload.h"
#include "system/result/rows.h"
#include "system/verdict/verdict.h"
#include "tool/common/tool.h"
#include "tool/common/words.h"
#include "tool/explain/explain.h"

struct question {
	const char *word;
	u32 nr; /* of answers */
	struct text_suggestion near;
	char meant[128]; /* near, as it is spelled */
};

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

static void print_word(const struct words_row *row)
{
	const u32 last = row->cells.nr - 1;
	const char *title = row->header.text[last];

	printf("%s  (%s)\n", row->cells.text[0], row->section);
	for (u32 i = 0; last > 1 && i < last; i++)
		printf("    %s: %s\n", row->header.text[i], row->cells.text[i]);
	if (!strcmp(title, "what it is"))
		title = "";
	printf("    %s%s%s\n", title, title[0] ? ": " : "", row->cells.text[last]);
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
			print_word(&row);
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
		printf("%s  (stage %u of %d of a fault, behind %s)\n    until %s\n"
		       "    %s_ns in faults.csv\n",
		       sys_stage_names[i], i + 1, SYS_NR_STAGES,
		       i ? sys_stage_names[i - 1] : "the access", sys_stage_abouts[i],
		       sys_stage_names[i]);
	}
}

static void explain_resources(struct question *question)
{
	for (u32 i = 0; i < SYS_NR_RESOURCES; i++) {
		if (is_asked(question, sys_resource_names[i]))
			printf("%s  (what a verdict may find to limit a run)\n    a high share means: %s\n",
			       sys_resource_names[i], sys_resource_help[i]);
	}
}

static void explain_names(struct question *question, const char *kind, const char *const *names,
			  const char *const *abouts)
{
	for (u32 i = 0; names[i]; i++) {
		if (is_asked(question, names[i]))
			printf("%s  (%s)\n    %s\n", names[i], kind, abouts[i]);
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
		if (is_key_asked(question, path, row->key))
			printf("%s  (of a result)\n    %s\n    see 'iopfsim list results %s'\n",
			       path, row->help, path);
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
	if (is_key_asked(question, path, key))
		printf("%s  (of a workload file)\n    %s\n    see 'iopfsim list parameters %s'\n",
		       path, help, path);
}

static void explain_parameters(struct question *question)
{
	struct wl_section_info section;
	struct wl_word_info word;

	for (size_t i = 0; wl_section_info(i, &section); i++) {
		if (section.name[0] && is_asked(question, section.name))
			printf("%s  (section of a workload file)\n    %s\n"
			       "    see 'iopfsim list parameters %s.'\n",
			       section.name, section.brief, section.name);
	}
	for (size_t i = 0; wl_word_info(i, &word); i++)
		explain_key(question, word.section, word.key, word.help);
	for (size_t i = 0; i < sys_section_count; i++) {
		const struct sys_section *at = &sys_sections[i];

		for (size_t j = 0; j < at->nr_params; j++)
			explain_key(question, at->path, at->params[j].key, at->params[j].help);
	}
}

int explain_word(const char *word)
{
	struct question question = {.word = word};

	explain_by_words(&question);
	explain_stages(&question);
	explain_resources(&question);
	explain_names(&question, "a design of the handler", sys_design_names, sys_design_abouts);
	explain_names(&question, "where accesses come from", sys_generator_names,
		      sys_generator_abouts);
	explain_results(&question);
	explain_parameters(&question);
	if (question.nr)
		return TOOL_OK;
	return tool_complain(TOOL_USAGE, "iopfsim explain: no word is called '%.60s'%s%s%s", word,
			     question.meant[0] ? "; did you mean '" : ", see 'iopfsim explain'",
			     question.meant, question.meant[0] ? "'?" : "");
}

void explain_words(void)
{
	struct words_row row = {0};
	char section[sizeof(row.section)] = "";

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
