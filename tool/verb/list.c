// SPDX-License-Identifier: GPL-2.0-only
/*
 * iopfsim list WHAT: what there is. The reference of parameters is printed
 * straight from the tables that the program itself obeys.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "system/config/acts.h"
#include "system/machine/machine.h"
#include "tool/common/json_writer.h"
#include "tool/verb/results.h"
#include "tool/verb/verb.h"

/* ---- parameters ---- */

/* Of --platform, its file's name and what it says; NULL: none. Set once, before anything is listed.
 */
static const char *platform_name;
static const struct wl_workload *platform;

struct row {
	char path[128];
	const char *unit, *help, *source;
	char def[64], min[64], max[64];
	char value[SYS_TEXT_MAX]; /* the platform's; "": there is none */
	const char *value_source; /* "": not said */
	bool is_required, has_range;
};

/* Not one that a platform must state, and this one does not. */
static bool has_value(const struct sys_section *section, const struct sim_param *param)
{
	const char *at = (const char *)&platform->config + section->offset + param->offset;

	return *(const u64 *)at != SIM_PARAM_REQUIRED;
}

static struct row param_row(const struct sys_section *section, const struct sim_param *param)
{
	struct row row = {
		.unit = sys_unit_name(param->unit),
		.help = param->help,
		.source = param->source,
		.is_required = param->def == SIM_PARAM_REQUIRED,
		.has_range = param->unit != SIM_UNIT_BOOL,
	};

	snprintf(row.path, sizeof(row.path), "%s.%s", section->path, param->key);
	if (!row.is_required)
		wl_format_number(param->def, param->unit, row.def, sizeof(row.def));
	row.value_source = "";
	if (platform && has_value(section, param)) {
		const struct wl_source *source = wl_source_of(&platform->sources, row.path);

		wl_format_value(&platform->config, row.path, row.value, sizeof(row.value));
		row.value_source = source ? wl_source_names[source->kind] : "";
	}
	wl_format_number(param->min, param->unit, row.min, sizeof(row.min));
	wl_format_number(param->max, param->unit, row.max, sizeof(row.max));
	return row;
}

/* When it does something, below what it is. */
static void print_acts(const char *path)
{
	const struct wl_acts *acts;
	char text[WL_ACTS_BYTES];

	for (size_t i = 0; (acts = wl_acts_row(path, i)); i++)
		printf("\n    %s", wl_acts_say(text, NULL, acts));
}

static void write_acts(struct json_writer *json, const char *path)
{
	const struct wl_acts *acts;
	char text[WL_ACTS_BYTES];

	jw_open_array(json, "acts");
	for (size_t i = 0; (acts = wl_acts_row(path, i)); i++)
		jw_string(json, NULL, wl_acts_say(text, NULL, acts));
	jw_close_array(json);
}

static void print_row(const struct row *row)
{
	printf("%s  (%s)\n    %s\n    ", row->path, row->unit, row->help);
	if (row->is_required)
		printf("no default, a platform file states it");
	else
		printf("default %s", row->def);
	if (row->has_range)
		printf("; %s to %s", row->min, row->max);
	if (row->source[0])
		printf("\n    source: %s", row->source);
	if (row->value[0])
		printf("\n    %s: %s%s%s", platform_name, row->value,
		       row->value_source[0] ? ", " : "", row->value_source);
	print_acts(row->path);
	printf("\n\n");
}

static void write_row(struct json_writer *json, const struct row *row)
{
	jw_open_object(json, NULL);
	jw_string(json, "path", row->path);
	jw_string(json, "unit", row->unit);
	if (row->is_required)
		jw_null(json, "default");
	else
		jw_string(json, "default", row->def);
	if (row->has_range) {
		jw_string(json, "min", row->min);
		jw_string(json, "max", row->max);
	}
	jw_string(json, "help", row->help);
	jw_string(json, "source", row->source);
	if (row->value[0]) {
		jw_string(json, "platform_value", row->value);
		jw_string(json, "platform_source", row->value_source);
	}
	write_acts(json, row->path);
	jw_close_object(json);
}

static void print_word(const char *path, const struct wl_word_info *word)
{
	printf("%s  (word)\n    %s\n    %s", path, word->help, word->choices);
	if (word->def[0])
		printf("; default %s", word->def);
	print_acts(path);
	printf("\n\n");
}

static void write_word(struct json_writer *json, const char *path, const struct wl_word_info *word)
{
	jw_open_object(json, NULL);
	jw_string(json, "path", path);
	jw_string(json, "unit", "word");
	jw_string(json, "choices", word->choices);
	jw_string(json, "default", word->def);
	jw_string(json, "help", word->help);
	write_acts(json, path);
	jw_close_object(json);
}

static bool is_named(const char *path, const char *name)
{
	return !name || !strncmp(path, name, strlen(name));
}

/* @section: "" for the words of the top level. @json: NULL prints text. Return: how many. */
static u32 list_words(struct json_writer *json, const char *section, const char *name)
{
	struct wl_word_info word;
	char path[128];
	u32 nr = 0;

	for (size_t i = 0; wl_word_info(i, &word); i++) {
		snprintf(path, sizeof(path), "%s%s%s", word.section, word.section[0] ? "." : "",
			 word.key);
		if (strcmp(word.section, section) != 0 || !is_named(path, name))
			continue;
		nr++;
		if (json)
			write_word(json, path, &word);
		else
			print_word(path, &word);
	}
	return nr;
}

static u32 list_section(struct json_writer *json, const struct sys_section *section,
			const char *name)
{
	u32 nr = list_words(json, section->path, name);

	for (size_t i = 0; i < section->nr_params; i++) {
		const struct row row = param_row(section, &section->params[i]);

		if (!is_named(row.path, name))
			continue;
		nr++;
		if (json)
			write_row(json, &row);
		else
			print_row(&row);
	}
	return nr;
}

static u32 list_parameters(struct json_writer *json, const char *name)
{
	u32 nr = list_words(json, "", name);

	for (size_t i = 0; i < sys_section_count; i++)
		nr += list_section(json, &sys_sections[i], name);
	return nr;
}

/* ---- sections ---- */

static void list_sections(struct json_writer *json)
{
	struct wl_section_info section;

	for (size_t i = 0; wl_section_info(i, &section); i++) {
		if (!json) {
			printf("%-13s  %s\n", section.name[0] ? section.name : "(top level)",
			       section.brief);
			continue;
		}
		jw_open_object(json, NULL);
		jw_string(json, "section", section.name);
		jw_string(json, "help", section.brief);
		jw_bool(json, "in_platform", section.is_of_platform);
		jw_close_object(json);
	}
}

/* ---- files and names ---- */

#define ABOUT_BYTES 512

/* JSON has the name alone. */
static void list_name(struct json_writer *json, const char *name, const char *about)
{
	if (json)
		jw_string(json, NULL, name);
	else
		printf("%-18s  %s\n", name, about);
}

static int is_yaml(const struct dirent *entry)
{
	size_t length = strlen(entry->d_name);

	return length > 5 && !strcmp(entry->d_name + length - 5, ".yaml");
}

/* A workload's title; without one what the file's comment begins with, up to the first pause. */
static void read_about(const char *path, char about[ABOUT_BYTES])
{
	FILE *in = fopen(path, "re");
	char line[ABOUT_BYTES];

	about[0] = 0;
	while (in && fgets(line, sizeof(line), in)) {
		line[strcspn(line, "\r\n")] = 0;
		if (!strncmp(line, "title: ", 7)) {
			snprintf(about, ABOUT_BYTES, "%s", line + 7);
			break;
		}
		if (about[0] || strncmp(line, "# ", 2) != 0 || strstr(line, "SPDX"))
			continue;
		line[2 + strcspn(line + 2, "(,.:")] = 0;
		if (line[strlen(line) - 1] == ' ')
			line[strlen(line) - 1] = 0;
		snprintf(about, ABOUT_BYTES, "%s", line + 2);
	}
	if (in)
		fclose(in);
}

static void list_file(struct json_writer *json, const char *folder, char *name)
{
	char path[4600], about[ABOUT_BYTES];

	snprintf(path, sizeof(path), "%s/%.300s", folder, name);
	read_about(path, about);
	name[strlen(name) - strlen(".yaml")] = 0;
	list_name(json, name, about);
}

static void list_folder(struct json_writer *json, const char *below)
{
	struct dirent **entries;
	char path[4200];
	int nr;

	snprintf(path, sizeof(path), "%.4000s/workloads%s", wl_data_folder(), below);
	nr = scandir(path, &entries, is_yaml, alphasort);
	for (int i = 0; i < nr; i++) {
		list_file(json, path, entries[i]->d_name);
		free(entries[i]);
	}
	if (nr >= 0)
		free(entries);
}

static void list_workloads(struct json_writer *json)
{
	list_folder(json, "");
}

static void list_platforms(struct json_writer *json)
{
	list_folder(json, "/platforms");
}

static void list_abouts(struct json_writer *json, const char *const *names,
			const char *const *abouts)
{
	for (size_t i = 0; names[i]; i++) {
		if (!json) {
			printf("%-10s  %s\n", names[i], abouts[i]);
			continue;
		}
		jw_open_object(json, NULL);
		jw_string(json, "name", names[i]);
		jw_string(json, "about", abouts[i]);
		jw_close_object(json);
	}
}

static void list_designs(struct json_writer *json)
{
	list_abouts(json, sys_design_names, sys_design_abouts);
}

static void list_generators(struct json_writer *json)
{
	list_abouts(json, sys_generator_names, sys_generator_abouts);
}

static void list_stages(struct json_writer *json)
{
	for (u32 i = 0; i < SYS_NR_STAGES; i++)
		list_name(json, sys_stage_names[i], sys_stage_abouts[i]);
}

static const struct topic {
	const char *name, *brief;
	void (*list)(struct json_writer *json);
	/* or: those whose keys begin with @name, NULL: all. Return: how many */
	u32 (*list_named)(struct json_writer *json, const char *name);
	bool is_of_data; /* what is in the data folder */
} topics[] = {
	{"workloads", "workload files that come with iopfsim", list_workloads, NULL, true},
	{"platforms", "machines that a workload can name", list_platforms, NULL, true},
	{"sections", "parts of a workload file", list_sections, NULL, false},
	{"parameters", "every key of a workload file: unit, default, range, source", NULL,
	 list_parameters, false},
	{"generators", "where accesses can come from", list_generators, NULL, false},
	{"results", "every number of a run: unit, how it adds, what it is", NULL, list_results,
	 false},
	{"designs", "locking designs of the VFIO container and of SVA, handler.design",
	 list_designs, NULL, false},
	{"stages", "the moments of a fault, in order", list_stages, NULL, false},
};

#define NR_TOPICS (sizeof(topics) / sizeof(topics[0]))

/* Return: how many; 1 of what cannot be named. */
static u32 list_what(const struct topic *topic, struct json_writer *json, const char *name)
{
	if (topic->list_named)
		return topic->list_named(json, name);
	topic->list(json);
	return 1;
}

static int list_topic(const struct topic *topic, const struct tool_options *options)
{
	const char *name = options->nr_args > 1 ? options->args[1] : NULL;
	struct json_writer json;
	u32 nr;

	if (topic->is_of_data && !wl_data_folder())
		return tool_complain(TOOL_USAGE, "iopfsim list: %s", wl_data_missing());
	if (name && !topic->list_named)
		return tool_complain(TOOL_USAGE, "iopfsim list %s: one argument too many: '%.60s'",
				     topic->name, name);
	if (!options->is_json) {
		nr = list_what(topic, NULL, name);
	} else {
		jw_init(&json, stdout, 0);
		jw_open_object(&json, NULL);
		jw_open_array(&json, topic->name);
		nr = list_what(topic, &json, name);
		jw_close_array(&json);
		jw_close_object(&json);
	}
	if (nr)
		return TOOL_OK;
	return tool_complain(TOOL_USAGE, "iopfsim list %s: no key begins with '%.60s'", topic->name,
			     name);
}

static int list_topics(bool is_json)
{
	struct json_writer json;

	if (!is_json) {
		for (size_t i = 0; i < NR_TOPICS; i++)
			printf("iopfsim list %-10s  %s\n", topics[i].name, topics[i].brief);
		return TOOL_OK;
	}
	jw_init(&json, stdout, 0);
	jw_open_object(&json, NULL);
	for (size_t i = 0; i < NR_TOPICS; i++)
		jw_string(&json, topics[i].name, topics[i].brief);
	jw_close_object(&json);
	return TOOL_OK;
}

/* Return: an exit code; @workload is to be freed with wl_free(). */
static int load_platform(const struct tool_options *options, struct wl_workload *workload)
{
	char message[TEXT_MESSAGE_MAX];

	if (!options->nr_args || strcmp(options->args[0], "parameters") != 0)
		return tool_complain(TOOL_USAGE, "iopfsim list: option '--platform' does nothing "
						 "here, only with 'parameters'");
	if (wl_platform_load(workload, options->platform, message))
		return tool_complain(TOOL_USAGE, "%s", message);
	platform_name = tool_base_name(options->platform);
	platform = workload;
	return TOOL_OK;
}

static int list_by_name(const struct tool_options *options)
{
	struct text_suggestion near = {0};

	for (size_t i = 0; i < NR_TOPICS; i++) {
		if (!strcmp(options->args[0], topics[i].name))
			return list_topic(&topics[i], options);
		text_suggest(&near, options->args[0], topics[i].name);
	}
	return tool_complain(TOOL_USAGE, "iopfsim list: nothing is called '%.60s'%s%s%s",
			     options->args[0],
			     near.word[0] ? "; did you mean '" : ", see 'iopfsim list'", near.word,
			     near.word[0] ? "'?" : "");
}

int verb_list(const struct tool_options *options)
{
	struct wl_workload *of_platform = calloc(1, sizeof(*of_platform));
	int code = TOOL_OK;

	if (!of_platform)
		return tool_complain(TOOL_FAILED, "iopfsim: out of memory");
	if (options->platform)
		code = load_platform(options, of_platform);
	if (!code)
		code = options->nr_args ? list_by_name(options) : list_topics(options->is_json);
	wl_free(of_platform);
	free(of_platform);
	return code;
}
