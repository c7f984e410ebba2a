// SPDX-License-Identifier: GPL-2.0-only
/*
 * The effective configuration as JSON, nested as a workload file is: counts and
 * switches as numbers, everything with a unit as the text that a workload file
 * would bear.
 */
#include <stdio.h>
#include <string.h>

#include "tool/output/output.h"

static void write_value(struct json_writer *json, const struct sys_config *config,
			const char *section, const char *key)
{
	char path[128], text[SYS_TEXT_MAX * 2];

	snprintf(path, sizeof(path), "%s%s%s", section, section[0] ? "." : "", key);
	if (!wl_format_value(config, path, text, sizeof(text)))
		return;
	if (wl_is_number(path))
		jw_number(json, key, text);
	else
		jw_string(json, key, text);
}

static void write_words(struct json_writer *json, const struct sys_config *config,
			const char *section)
{
	struct wl_word_info word;

	for (size_t i = 0; wl_word_info(i, &word); i++) {
		if (!strcmp(word.section, section))
			write_value(json, config, section, word.key);
	}
}

static void write_section(struct json_writer *json, const struct sys_config *config,
			  const struct sys_section *section, const char *name)
{
	jw_open_object(json, name);
	write_words(json, config, section->path);
	for (size_t i = 0; i < section->nr_params; i++)
		write_value(json, config, section->path, section->params[i].key);
	jw_close_object(json);
}

static size_t group_length(const struct sys_section *section)
{
	const char *dot = strchr(section->path, '.');

	return dot ? (size_t)(dot - section->path) : 0;
}

/* Sections `a.b`, `a.c` stand next to each other and share the object `a`. */
static size_t write_group(struct json_writer *json, const struct sys_config *config, size_t first)
{
	size_t length = group_length(&sys_sections[first]), i = first;
	char group[64];

	snprintf(group, sizeof(group), "%.*s", (int)length, sys_sections[first].path);
	jw_open_object(json, group);
	while (i < sys_section_count && group_length(&sys_sections[i]) == length &&
	       !strncmp(sys_sections[i].path, group, length)) {
		write_section(json, config, &sys_sections[i], sys_sections[i].path + length + 1);
		i++;
	}
	jw_close_object(json);
	return i;
}

/* @of: as sys_mapping.of */
static void write_mappings(struct json_writer *json, const struct sys_config *config, u32 of)
{
	char text[64];

	jw_open_array(json, "mappings");
	for (u32 i = 0; i < config->nr_mappings; i++) {
		const struct sys_mapping *mapping = &config->mappings[i];

		if (mapping->of != of)
			continue;
		jw_open_object(json, NULL);
		wl_format_number(mapping->iova, SIM_UNIT_ADDRESS, text, sizeof(text));
		jw_string(json, "iova", text);
		wl_format_number(mapping->bytes, SIM_UNIT_BYTES, text, sizeof(text));
		jw_string(json, "size", text);
		snprintf(text, sizeof(text), "%s%s%s", mapping->is_readable ? "r" : "",
			 mapping->is_writable ? "w" : "", mapping->is_executable ? "x" : "");
		jw_string(json, "access", text);
		if (mapping->page_bytes) {
			wl_format_number(mapping->page_bytes, SIM_UNIT_BYTES, text, sizeof(text));
			jw_string(json, "pages", text);
		}
		if (mapping->va_offset) {
			wl_format_number(mapping->iova + mapping->va_offset, SIM_UNIT_ADDRESS, text,
					 sizeof(text));
			jw_string(json, "va", text);
		}
		jw_close_object(json);
	}
	jw_close_array(json);
}

static void write_group_values(struct json_writer *json, const struct sys_config *config, u32 group)
{
	struct wl_group_value value;

	for (const char *const *section =
		     (const char *const[]){"", "device", "pcie", "workload", NULL};
	     *section; section++) {
		if (*section[0])
			jw_open_object(json, *section);
		for (size_t i = 0; wl_group_value(config, group, i, &value); i++) {
			if (strcmp(value.section, *section) != 0)
				continue;
			if (value.is_number)
				jw_number(json, value.key, value.text);
			else
				jw_string(json, value.key, value.text);
		}
		if (*section[0])
			jw_close_object(json);
	}
}

static void write_devices(struct json_writer *json, const struct sys_config *config)
{
	if (!config->nr_groups)
		return;
	jw_open_array(json, "devices");
	for (u32 g = 0; g < config->nr_groups; g++) {
		const struct sys_group *group = &config->groups[g];
		const struct sys_space_name *space = &config->spaces[group->space];

		jw_open_object(json, NULL);
		jw_string(json, "name", group->name);
		if (space->kind != SYS_SPACE_BY_MODE)
			jw_string(json, space->kind == SYS_SPACE_PROCESS ? "process" : "container",
				  space->name);
		write_group_values(json, config, g);
		write_mappings(json, config, g + 1);
		jw_close_object(json);
	}
	jw_close_array(json);
}

void output_config_members(struct json_writer *json, const struct sys_config *config)
{
	size_t i = 0;

	write_words(json, config, "");
	while (i < sys_section_count) {
		if (group_length(&sys_sections[i])) {
			i = write_group(json, config, i);
			continue;
		}
		if (!config->nr_groups || !wl_is_of_groups(sys_sections[i].path))
			write_section(json, config, &sys_sections[i], sys_sections[i].path);
		i++;
	}
	write_devices(json, config);
	write_mappings(json, config, 0);
}
