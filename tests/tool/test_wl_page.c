// SPDX-License-Identifier: GPL-2.0-only
/*
 * Theorem: the table of sections in docs/workload-format.md is what the schema has, so that
 * no section is forgotten there. With -w it is written instead.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "system/config/workload.h"

#define PAGE "docs/workload-format.md"
#define BEGIN "<!-- sections: build/test-tool-wl_page -w -->\n"
#define END "<!-- /sections -->\n"

/* The words that stand in @section. @of_platform: only those that a platform file may have. */
static void say_words(FILE *out, const char *section, bool of_platform)
{
	const char *space = "";
	struct wl_word_info word;

	for (size_t i = 0; wl_word_info(i, &word); i++) {
		if (strcmp(word.section, section) || (of_platform && !word.is_of_platform))
			continue;
		fprintf(out, "%s`%s`", space, word.key);
		space = ", ";
	}
}

static void say_row(FILE *out, const struct wl_section_info *section)
{
	if (section->name[0])
		fprintf(out, "| `%s` | %s | ", section->name, section->brief);
	else
		fprintf(out, "| top level | %s | ", section->brief);
	say_words(out, section->name, false);
	fputs(" | ", out);
	if (section->is_of_platform)
		fputs("all", out);
	else
		say_words(out, section->name, true);
	fputs(" |\n", out);
}

/* Heap. */
static char *make_table(void)
{
	struct wl_section_info section;
	char *text = NULL;
	size_t bytes;
	FILE *out = open_memstream(&text, &bytes);

	assert_non_null(out);
	fputs("| section | what it says | words | in a platform file |\n| --- | --- | --- | --- |\n",
	      out);
	for (size_t i = 0; wl_section_info(i, &section); i++)
		say_row(out, &section);
	assert_int_equal(fclose(out), 0);
	return text;
}

/* The page up to the table, and from its end on; heap. */
static char *read_page(char **begin, char **end)
{
	FILE *in = fopen(PAGE, "r");
	char *page = NULL;
	size_t bytes = 0;

	assert_non_null(in);
	assert_true(getdelim(&page, &bytes, 0, in) > 0);
	fclose(in);
	*begin = strstr(page, BEGIN);
	*end = strstr(page, END);
	assert_true(*begin && *end > *begin);
	*begin += strlen(BEGIN);
	return page;
}

static void the_table_is_the_schema(void **state)
{
	char *begin, *end, *page = read_page(&begin, &end), *table = make_table();

	if (strlen(table) != (size_t)(end - begin) || memcmp(table, begin, strlen(table)) != 0)
		fail_msg("the sections of %s are not the schema's; run this program with -w", PAGE);
	free(table);
	free(page);
}

static void each_iommu_has_its_sections_there(void **state)
{
	static const char *const sections[] = {"smmu.features", "smmu.caches", "smmu.timing",
					       "vtd.features",	"vtd.caches",  "vtd.timing"};
	char *table = make_table(), row[64];

	for (size_t i = 0; i < sizeof(sections) / sizeof(sections[0]); i++) {
		snprintf(row, sizeof(row), "\n| `%s` | ", sections[i]);
		assert_non_null(strstr(table, row));
	}
	free(table);
}

static int write_page(void)
{
	char *begin, *end, *page = read_page(&begin, &end), *table = make_table();
	FILE *out = fopen(PAGE ".new", "w");

	if (!out || fwrite(page, 1, (size_t)(begin - page), out) != (size_t)(begin - page) ||
	    fputs(table, out) < 0 || fputs(end, out) < 0 || fclose(out) ||
	    rename(PAGE ".new", PAGE)) {
		perror(PAGE);
		return 1;
	}
	free(table);
	free(page);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_is_the_schema),
		cmocka_unit_test(each_iommu_has_its_sections_there),
	};

	if (argc > 1 && !strcmp(argv[1], "-w"))
		return write_page();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
