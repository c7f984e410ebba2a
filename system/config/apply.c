// SPDX-License-Identifier: GPL-2.0-only
/*
 * Settings, `path=value` of the command line or of a sweep's point, onto a
 * configuration; and whether its values go together, as far as the file can tell.
 */
#include <stdio.h>
#include <string.h>

#include "system/config/groups.h"
#include "system/config/internal.h"

static int apply_setting(struct sys_config *config, struct text_where where,
			 const struct wl_setting *setting)
{
	char from[512], folder[4096];
	struct wl_input input = {.text = setting->value, .folder = folder};
	struct wl_leaf leaf;

	text_folder_of(setting->line ? where.file : "", folder, sizeof(folder));
	if (!setting->line) {
		snprintf(from, sizeof(from), "%s %s", setting->option ? setting->option : "--set",
			 setting->path);
		where.file = from;
	}
	where.line = setting->line;
	where.column = setting->column;
	if (!strcmp(setting->path, "mappings") || !strcmp(setting->path, "sources") ||
	    !strcmp(setting->path, "sweep") || !strcmp(setting->path, "devices"))
		return text_complain(where, "'%s' cannot be set, only a file can", setting->path);
	if (config->nr_groups && wl_is_of_groups(setting->path))
		return text_complain(where,
				     "'%s' is one of each group of devices, expected "
				     "'devices.%s.%s'",
				     setting->path, config->groups[0].name,
				     strcmp(setting->path, "machine.devices") ? setting->path
									      : "count");
	if (!wl_leaf_find(setting->path, &leaf))
		return wl_unknown_key(where, NULL, setting->path, WL_ROLE_WORKLOAD);
	input.where = where;
	return wl_leaf_set(config, &leaf, &input);
}

int wl_settings_apply(struct sys_config *config, struct text_where where,
		      const struct wl_setting *settings, u32 nr_settings)
{
	int err = 0;

	for (u32 i = 0; i < nr_settings && !err; i++)
		err = apply_setting(config, where, &settings[i]);
	return err;
}

static int check_trace(const struct sys_group *group, struct text_where where)
{
	char of[SYS_NAME_MAX + 16] = "";

	if (group->name[0])
		snprintf(of, sizeof(of), "devices.%s.", group->name);
	if (group->generator == SYS_GEN_TRACE && !group->trace_path[0])
		return text_complain(
			where, "'%sworkload.trace' is missing, which generator 'trace' replays",
			of);
	if (group->generator != SYS_GEN_TRACE && group->trace_path[0])
		return text_complain(where,
				     "'%sworkload.trace' is set, but %sworkload.generator is '%s', "
				     "expected 'trace'",
				     of, of, sys_generator_names[group->generator]);
	return 0;
}

int wl_config_whole(const struct sys_config *config, struct text_where where)
{
	int err = wl_config_complete(config, where);

	if (err)
		return err;
	if (!wl_is_page_size(config->host.page_bytes))
		return text_complain(where, "'host.page_size' is %llu bytes, expected 4KiB or 2MiB",
				     config->host.page_bytes);
	if (!config->nr_mappings)
		return text_complain(where,
				     "'mappings' is missing: the ranges that devices may touch");
	for (u32 i = 0; i < sys_config_nr_groups(config) && !err; i++)
		err = check_trace(sys_config_group(config, i), where);
	return err ? err : wl_groups_check(config, where);
}

int wl_apply(struct sys_config *config, struct text_where where, const struct wl_setting *settings,
	     u32 nr_settings)
{
	int err;

	for (u32 i = 0; i < nr_settings; i++) {
		where.line = settings[i].line;
		where.column = settings[i].column;
		if (!strcmp(settings[i].path, "platform"))
			return text_complain(where, "'platform' cannot change within a sweep");
	}
	where.line = 0;
	err = wl_settings_apply(config, where, settings, nr_settings);
	return err ? err : wl_config_whole(config, where);
}

/* @setting: says by which option it came. */
static int parse_setting(const char *text, struct wl_setting *setting, char *message)
{
	const char *option = setting->option ? setting->option : "--set";
	const struct text_where where = {.file = option, .message = message};
	const char *equals = strchr(text, '=');
	char quoted[TEXT_QUOTE_BYTES];

	if (!equals || equals == text)
		return text_complain(where, "%s is no setting, expected path=%s",
				     text_quote(quoted, text), setting->option ? "a,b,c" : "value");
	if ((size_t)(equals - text) >= sizeof(setting->path) ||
	    strlen(equals + 1) >= sizeof(setting->value))
		return text_complain(where, "%s is too long", text_quote(quoted, text));
	snprintf(setting->path, sizeof(setting->path), "%.*s", (int)(equals - text), text);
	snprintf(setting->value, sizeof(setting->value), "%s", equals + 1);
	return 0;
}

int wl_setting_parse(const char *text, struct wl_setting *setting, char *message)
{
	*setting = (struct wl_setting){0};
	return parse_setting(text, setting, message);
}

int wl_axis_parse(const char *text, struct wl_setting *setting, char *message)
{
	*setting = (struct wl_setting){.option = "--sweep"};
	return parse_setting(text, setting, message);
}
