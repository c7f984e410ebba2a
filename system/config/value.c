// SPDX-License-Identifier: GPL-2.0-only
/*
 * One value of a configuration: from text, with all checks that need no other
 * value, and back to text.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "system/config/internal.h"

/* The configuration; or so far from it that what is said of all devices is a group's. */
static char *base_of(struct sys_config *config, const struct wl_leaf *leaf)
{
	const struct sys_group *group = leaf->group[0] ? wl_group_find(config, leaf->group) : NULL;

	return (char *)config + (group ? (char *)group - (char *)&config->common : 0);
}

static u64 *param_value(struct sys_config *config, const struct wl_leaf *leaf)
{
	return (u64 *)(base_of(config, leaf) + leaf->section->offset + leaf->param->offset);
}

static bool is_percent(const struct sim_param *param)
{
	size_t length = strlen(param->key);

	return length > 8 && !strcmp(param->key + length - 8, "_percent");
}

/* A percentage may bear its sign: `50%` is 50 where the key says percent. */
static int parse_param(const struct sim_param *param, const char *text, u64 *value, char *why)
{
	char buf[WL_NUMBER_BYTES];
	size_t length = strlen(text);

	if (is_percent(param) && length && text[length - 1] == '%' && length < sizeof(buf)) {
		memcpy(buf, text, length - 1);
		buf[length - 1] = 0;
		text = buf;
	}
	return wl_parse_number(text, param->unit, value, why);
}

/* The distribution of @path; NULL: there is no room for one more. */
static struct sim_dist *dist_of(struct sys_config *config, const char *path)
{
	struct sim_dist *dist = config->dists;

	while (dist < &config->dists[config->nr_dists] && strcmp(dist->name, path) != 0)
		dist++;
	if (dist == &config->dists[SIM_MAX_DISTS])
		return NULL;
	if (dist == &config->dists[config->nr_dists])
		config->nr_dists++;
	return dist;
}

static int set_dist(struct sys_config *config, const struct wl_leaf *leaf,
		    const struct wl_input *input)
{
	const struct sim_param *param = leaf->param;
	struct sim_dist read = {.nr_quantiles = 0}, *dist;
	char why[TEXT_MESSAGE_MAX], path[WL_PATH_BYTES];

	snprintf(read.name, sizeof(read.name), "%.60s", wl_leaf_path(leaf, path));
	if (param->unit != SIM_UNIT_COST)
		return text_complain(input->where,
				     "%s: no distribution may stand here, expected a single value",
				     read.name);
	if (wl_dist_parse(input->text, param, &read, why))
		return text_complain(input->where, "%s: %.300s", read.name, why);
	dist = dist_of(config, read.name);
	if (!dist)
		return text_complain(input->where, "%s: more than %u distributions", read.name,
				     SIM_MAX_DISTS);
	*dist = read;
	*param_value(config, leaf) = SIM_COST_DIST + (u64)(dist - config->dists);
	return 0;
}

static int set_param(struct sys_config *config, const struct wl_leaf *leaf,
		     const struct wl_input *input)
{
	const struct sim_param *param = leaf->param;
	char why[TEXT_MESSAGE_MAX], min[WL_NUMBER_BYTES], max[WL_NUMBER_BYTES];
	char quoted[TEXT_QUOTE_BYTES], path[WL_PATH_BYTES];
	u64 value;

	if (input->text[0] == '{')
		return set_dist(config, leaf, input);
	if (parse_param(param, input->text, &value, why))
		return text_complain(input->where, "%s: %.300s", wl_leaf_path(leaf, path), why);
	if (value < param->min || value > param->max) {
		wl_format_number(param->min, param->unit, min, sizeof(min));
		wl_format_number(param->max, param->unit, max, sizeof(max));
		return text_complain(input->where, "%s: %s is out of range, expected %s to %s",
				     wl_leaf_path(leaf, path), text_quote(quoted, input->text), min,
				     max);
	}
	*param_value(config, leaf) = value;
	return 0;
}

static int find_name(const struct wl_word *word, const char *text)
{
	for (int i = 0; word->names[i]; i++) {
		if (!strcmp(word->names[i], text))
			return i;
	}
	return -1;
}

static int unknown_name(const struct wl_word *word, const char *path, const struct wl_input *input)
{
	struct text_suggestion near = {0};
	char quoted[TEXT_QUOTE_BYTES], known[256] = "", hint[TEXT_HINT_BYTES];

	for (size_t i = 0; word->names[i]; i++) {
		text_suggest(&near, input->text, word->names[i]);
		snprintf(known + strlen(known), sizeof(known) - strlen(known), "%s%s",
			 i ? ", " : "", word->names[i]);
	}
	return text_complain(input->where, "%s: %s is unknown, expected one of %s%s", path,
			     text_quote(quoted, input->text), known, text_hint(hint, &near));
}

static int set_name(void *at, const struct wl_word *word, const char *path,
		    const struct wl_input *input)
{
	int index = find_name(word, input->text);

	if (index < 0)
		return unknown_name(word, path, input);
	if (word->kind == WL_WORD_ENUM)
		*(int *)at = index;
	else
		snprintf(at, word->bytes, "%s", input->text);
	return 0;
}

static bool is_file_name(const char *text)
{
	size_t length = strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "0123456789._-");

	return length && !text[length] && text[0] != '.' && text[0] != '-';
}

static bool is_one_line(const char *text)
{
	for (; *text; text++) {
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			return false;
	}
	return true;
}

static int set_text(char *at, const struct wl_word *word, const char *path,
		    const struct wl_input *input)
{
	char quoted[TEXT_QUOTE_BYTES];

	if (strlen(input->text) >= word->bytes)
		return text_complain(input->where, "%s: longer than %zu bytes", path,
				     word->bytes - 1);
	if (word->kind == WL_WORD_NAME && !is_file_name(input->text))
		return text_complain(input->where, "%s: %s is no name, expected %s", path,
				     text_quote(quoted, input->text), wl_words[0].choices);
	if (!is_one_line(input->text))
		return text_complain(input->where, "%s: expected one line of text", path);
	snprintf(at, word->bytes, "%s", input->text);
	return 0;
}

static int set_path(char *at, const struct wl_word *word, const char *path,
		    const struct wl_input *input)
{
	bool is_relative = input->text[0] != '/';
	int length;

	if (!input->text[0] || !is_one_line(input->text))
		return text_complain(input->where, "%s: expected the path of a file", path);
	length = snprintf(at, word->bytes, "%s%s%s", is_relative ? input->folder : "",
			  is_relative ? "/" : "", input->text);
	if (length < 0 || (size_t)length >= word->bytes)
		return text_complain(input->where, "%s: the path is too long", path);
	return 0;
}

static int set_word(struct sys_config *config, const struct wl_leaf *leaf,
		    const struct wl_input *input)
{
	const struct wl_word *word = leaf->word;
	void *at = base_of(config, leaf) + word->offset;
	char path[WL_PATH_BYTES], why[TEXT_MESSAGE_MAX];

	wl_leaf_path(leaf, path);
	switch (word->kind) {
	case WL_WORD_ENUM:
	case WL_WORD_CHOICE:
		return set_name(at, word, path, input);
	case WL_WORD_SEED:
		if (!wl_parse_number(input->text, SIM_UNIT_COUNT, at, why))
			return 0;
		return text_complain(input->where, "%s: %.300s", path, why);
	case WL_WORD_PATH:
		return set_path(at, word, path, input);
	default:
		return set_text(at, word, path, input);
	}
}

int wl_leaf_set(struct sys_config *config, const struct wl_leaf *leaf, const struct wl_input *input)
{
	int err;

	if (leaf->group[0] && !wl_group_find(config, leaf->group))
		return text_complain(input->where, "there is no group of devices '%s'",
				     leaf->group);
	err = leaf->param ? set_param(config, leaf, input) : set_word(config, leaf, input);
	if (!err && leaf->group[0])
		wl_groups_count(config);
	return err;
}

void wl_config_defaults(struct sys_config *config)
{
	*config = (struct sys_config){0};
	for (size_t i = 0; i < sys_section_count; i++) {
		const struct sys_section *section = &sys_sections[i];

		for (size_t j = 0; j < section->nr_params; j++)
			*param_value(config, &(struct wl_leaf){.section = section,
							       .param = &section->params[j]}) =
				section->params[j].def;
	}
	config->common.count = 1;
	snprintf(config->common.iommu, sizeof(config->common.iommu), "any");
	config->seed = 1;
	snprintf(config->design, sizeof(config->design), "core-path");
}

int wl_config_complete(const struct sys_config *config, struct text_where where)
{
	for (size_t i = 0; i < sys_section_count; i++) {
		const struct sys_section *section = &sys_sections[i];

		for (size_t j = 0; j < section->nr_params; j++) {
			const struct sim_param *param = &section->params[j];

			if (*param_value((struct sys_config *)config,
					 &(struct wl_leaf){.section = section, .param = param}) !=
			    SIM_PARAM_REQUIRED)
				continue;
			if (!config->platform[0])
				return text_complain(where,
						     "'%s.%s' is not set and has no default; a "
						     "'platform:' would state it",
						     section->path, param->key);
			return text_complain(
				where, "'%s.%s' is not set, neither here nor by platform '%s'",
				section->path, param->key, config->platform);
		}
	}
	return 0;
}

static void format_word(const struct sys_config *config, const struct wl_leaf *leaf, char *text,
			size_t text_bytes)
{
	const struct wl_word *word = leaf->word;
	const void *at = base_of((struct sys_config *)config, leaf) + word->offset;
	const char *slash;

	switch (word->kind) {
	case WL_WORD_ENUM:
		snprintf(text, text_bytes, "%s", word->names[*(const int *)at]);
		break;
	case WL_WORD_SEED:
		snprintf(text, text_bytes, "%llu", *(const u64 *)at);
		break;
	case WL_WORD_PATH:
		/* where the folder is says nothing about the run */
		slash = strrchr(at, '/');
		snprintf(text, text_bytes, "%s", slash ? slash + 1 : (const char *)at);
		break;
	default:
		snprintf(text, text_bytes, "%s", (const char *)at);
	}
}

static void format_param(const struct sys_config *config, const struct wl_leaf *leaf, char *text,
			 size_t text_bytes)
{
	u64 value = *param_value((struct sys_config *)config, leaf);
	u64 number = value - SIM_COST_DIST;

	if (leaf->param->unit == SIM_UNIT_COST && value >= SIM_COST_DIST &&
	    number < config->nr_dists)
		wl_dist_format(&config->dists[number], text, text_bytes);
	else
		wl_format_number(value, leaf->param->unit, text, text_bytes);
}

static bool is_scalable(const struct wl_leaf *leaf)
{
	return leaf->param &&
	       (leaf->param->unit == SIM_UNIT_PS || leaf->param->unit == SIM_UNIT_CYCLES ||
		leaf->param->unit == SIM_UNIT_COST);
}

static void scale_dist(struct sim_dist *dist, u32 numerator, u32 denominator)
{
	for (u32 i = 0; i < dist->nr_quantiles; i++)
		dist->quantiles[i].ps = dist->quantiles[i].ps * numerator / denominator;
}

bool wl_scale(struct sys_config *config, const char *path, u32 numerator, u32 denominator)
{
	struct wl_leaf leaf;
	u64 *value, scaled;

	if (!wl_leaf_find(path, &leaf) || !is_scalable(&leaf))
		return false;
	value = param_value(config, &leaf);
	if (leaf.param->unit == SIM_UNIT_COST && *value >= SIM_COST_DIST) {
		scale_dist(&config->dists[*value - SIM_COST_DIST], numerator, denominator);
		return true;
	}
	scaled = *value / denominator * numerator + *value % denominator * numerator / denominator;
	if (scaled == *value || scaled < leaf.param->min || scaled > leaf.param->max)
		return false;
	*value = scaled;
	return true;
}

bool wl_format_value(const struct sys_config *config, const char *path, char *text,
		     size_t text_bytes)
{
	struct wl_leaf leaf;

	if (!wl_leaf_find(path, &leaf) ||
	    (leaf.group[0] && !wl_group_find((struct sys_config *)config, leaf.group)))
		return false;
	if (leaf.word)
		format_word(config, &leaf, text, text_bytes);
	else
		format_param(config, &leaf, text, text_bytes);
	return true;
}

bool wl_is_number(const char *path)
{
	struct wl_leaf leaf;

	if (!wl_leaf_find(path, &leaf))
		return false;
	if (leaf.word)
		return leaf.word->kind == WL_WORD_SEED;
	return leaf.param->unit == SIM_UNIT_COUNT || leaf.param->unit == SIM_UNIT_BITS ||
	       leaf.param->unit == SIM_UNIT_CYCLES || leaf.param->unit == SIM_UNIT_BOOL;
}

bool wl_group_value(const struct sys_config *config, u32 group, size_t index,
		    struct wl_group_value *value)
{
	struct wl_leaf leaf;

	if (!wl_group_leaf(index, &leaf))
		return false;
	snprintf(leaf.group, sizeof(leaf.group), "%s", config->groups[group].name);
	*value = (struct wl_group_value){
		.section = leaf.word ? leaf.word->section : leaf.section->path,
		.key = leaf.word ? leaf.word->key : leaf.param->key,
		.help = leaf.word ? leaf.word->help : leaf.param->help,
	};
	if (!strcmp(value->section, "devices"))
		value->section = "";
	wl_leaf_path(&leaf, value->path);
	value->is_number = wl_is_number(value->path);
	return wl_format_value(config, value->path, value->text, sizeof(value->text));
}

bool wl_unit(const char *path, enum sim_unit *unit)
{
	struct wl_leaf leaf;

	if (!wl_leaf_find(path, &leaf) || (leaf.word && leaf.word->kind != WL_WORD_SEED))
		return false;
	*unit = leaf.param ? leaf.param->unit : SIM_UNIT_COUNT;
	return *unit != SIM_UNIT_BOOL;
}
