// SPDX-License-Identifier: GPL-2.0-only
/*
 * A workload file, its platform file and the command line's settings into one
 * configuration. Order of precedence, weakest first: defaults of the parameter
 * tables, platform, workload, settings.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "system/config/internal.h"

/* What one pass over a document needs to know. */
struct pass {
	struct sys_config *config;
	const struct wl_document *doc;
	enum wl_role role;
	char folder[4096];
	const struct wl_node *sweep; /* seen on the way; read when all else is set */
	char *message;
};

static int apply_leaf(struct pass *pass, const struct wl_leaf *leaf, const char *path,
		      const struct wl_node *node)
{
	if (node->kind != WL_SCALAR)
		return wl_complain(pass->message, wl_at(pass->doc, node),
				   "'%s' wants a single value, not a %s", path,
				   node->kind == WL_LIST ? "list" : "set of keys");
	return wl_leaf_set(pass->config, leaf, node->text, pass->folder, wl_at(pass->doc, node),
			   pass->message);
}

static bool is_null(const struct wl_node *node)
{
	return node->kind == WL_SCALAR && node->is_plain && !node->text[0];
}

static int apply_map(struct pass *pass, const struct wl_node *map, const char *path);

static int apply_other(struct pass *pass, const char *path, const struct wl_node *node)
{
	if (wl_is_section(path)) {
		if (is_null(node)) /* all of its keys are commented out */
			return 0;
		if (node->kind != WL_MAP)
			return wl_complain(pass->message, wl_at(pass->doc, node),
					   "'%s' wants keys and values, not a %s", path,
					   node->kind == WL_LIST ? "list" : "single value");
		return apply_map(pass, node, path);
	}
	if (!strcmp(path, "mappings"))
		return wl_mappings_read(pass->config, pass->doc, node, pass->message);
	pass->sweep = node;
	return 0;
}

static int apply_key(struct pass *pass, const char *above, const struct wl_node *node)
{
	const struct wl_node *key = node->key;
	struct wl_leaf leaf;
	char path[128];
	bool is_known;

	snprintf(path, sizeof(path), "%s%s%.64s", above, above[0] ? "." : "", key->text);
	is_known = wl_leaf_find(path, &leaf) || wl_is_section(path) || !strcmp(path, "mappings") ||
		   !strcmp(path, "sweep");
	if (!is_known || strchr(key->text, '.') || !key->text[0])
		return wl_unknown_key(pass->message, wl_at(pass->doc, key), above, key->text,
				      pass->role);
	if (!wl_role_allows(pass->role, path))
		return wl_complain(pass->message, wl_at(pass->doc, key),
				   "'%s' belongs in a workload file, not in a platform file", path);
	if (leaf.param || leaf.word)
		return apply_leaf(pass, &leaf, path, node);
	return apply_other(pass, path, node);
}

static int apply_map(struct pass *pass, const struct wl_node *map, const char *path)
{
	int err = 0;

	for (const struct wl_node *node = map->first; node && !err; node = node->next)
		err = apply_key(pass, path, node);
	return err;
}

static int read_document(const char *path, struct wl_document *doc, char *message)
{
	char *text = NULL;
	size_t bytes;
	int err;

	err = wl_file_read(path, &text, &bytes, message);
	if (err)
		return err;
	err = wl_document_parse(doc, path, text, bytes, message);
	free(text);
	return err;
}

/* Who asks for the platform: the last `--set platform=`, else the file. */
struct platform_wish {
	const char *name; /* NULL: nobody */
	struct wl_where where;
};

static struct platform_wish wished_platform(const struct wl_document *doc,
					    const struct wl_setting *settings, u32 nr_settings)
{
	struct platform_wish wish = {NULL, {doc->file, 0, 0}};

	for (const struct wl_node *node = doc->root->first; node; node = node->next) {
		if (!strcmp(node->key->text, "platform") && node->kind == WL_SCALAR)
			wish = (struct platform_wish){node->text, wl_at(doc, node)};
	}
	for (u32 i = 0; i < nr_settings; i++) {
		if (!strcmp(settings[i].path, "platform"))
			wish = (struct platform_wish){settings[i].value, {"--set platform", 0, 0}};
	}
	return wish;
}

static void suggest_files(const char *folder, const char *word, struct wl_suggestion *near)
{
	struct dirent **entries;
	int nr = scandir(folder, &entries, NULL, alphasort);

	for (int i = 0; i < nr; i++) {
		char name[256];
		char *dot;

		snprintf(name, sizeof(name), "%s", entries[i]->d_name);
		dot = strrchr(name, '.');
		if (dot && !strcmp(dot, ".yaml")) {
			*dot = 0;
			wl_suggest(near, word, name);
		}
		free(entries[i]);
	}
	if (nr >= 0)
		free(entries);
}

static int find_platform(const struct platform_wish *wish, const char *folder, char *path,
			 size_t path_bytes, char *message)
{
	char quoted[WL_QUOTE_BYTES], beside[4200], ours[4200], hint[700] = "";
	const char *data = wl_data_folder();
	struct wl_suggestion near = {0};

	if (!wish->name[0] || strspn(wish->name, ".") || strchr(wish->name, '/'))
		return wl_complain(message, wish->where,
				   "platform: %s is no name, expected a file of platforms/ "
				   "without .yaml",
				   wl_quote(quoted, wish->name));
	snprintf(beside, sizeof(beside), "%.4000s/platforms", folder);
	snprintf(path, path_bytes, "%s/%.64s.yaml", beside, wish->name);
	if (!access(path, F_OK))
		return 0;
	suggest_files(beside, wish->name, &near);
	if (data) {
		snprintf(ours, sizeof(ours), "%.4000s/workloads/platforms", data);
		snprintf(path, path_bytes, "%s/%.64s.yaml", ours, wish->name);
		if (!access(path, F_OK))
			return 0;
		suggest_files(ours, wish->name, &near);
	}
	if (near.word[0])
		snprintf(hint, sizeof(hint), "; did you mean '%s'?", near.word);
	else if (!data)
		snprintf(hint, sizeof(hint), ", and %.690s", wl_data_missing());
	return wl_complain(message, wish->where,
			   "platform %s is unknown, expected a file of %.200s%s",
			   wl_quote(quoted, wish->name), beside, hint);
}

static int apply_platform(struct pass *workload, const struct wl_setting *settings, u32 nr_settings)
{
	struct platform_wish wish = wished_platform(workload->doc, settings, nr_settings);
	struct wl_document doc;
	struct pass pass = {
		.config = workload->config,
		.doc = &doc,
		.role = WL_ROLE_PLATFORM,
		.message = workload->message,
	};
	char path[4400];
	int err;

	if (!wish.name)
		return 0;
	err = find_platform(&wish, workload->folder, path, sizeof(path), workload->message);
	if (!err)
		err = read_document(path, &doc, workload->message);
	if (err)
		return err;
	wl_folder_of(path, pass.folder, sizeof(pass.folder));
	err = apply_map(&pass, doc.root, "");
	wl_document_free(&doc);
	return err;
}

int wl_settings_apply(struct sys_config *config, const char *file,
		      const struct wl_setting *settings, u32 nr_settings, char *message)
{
	char from[512], folder[4096];
	struct wl_leaf leaf;
	int err;

	for (u32 i = 0; i < nr_settings; i++) {
		const struct wl_setting *setting = &settings[i];
		struct wl_where where = {file, setting->line, setting->column};

		wl_folder_of(setting->line ? file : "", folder, sizeof(folder));
		if (!setting->line) {
			snprintf(from, sizeof(from), "--set %s", setting->path);
			where.file = from;
		}
		if (!strcmp(setting->path, "mappings") || !strcmp(setting->path, "sweep"))
			return wl_complain(message, where, "'%s' cannot be set, only a file can",
					   setting->path);
		if (!wl_leaf_find(setting->path, &leaf))
			return wl_unknown_key(message, where, NULL, setting->path,
					      WL_ROLE_WORKLOAD);
		err = wl_leaf_set(config, &leaf, setting->value, folder, where, message);
		if (err)
			return err;
	}
	return 0;
}

/* What concerns more than one value, as far as the file alone can tell. */
static int check_whole(const struct sys_config *config, const char *file, char *message)
{
	struct wl_where where = {file, 0, 0};
	int err = wl_config_complete(config, file, message);

	if (err)
		return err;
	if (!config->nr_mappings)
		return wl_complain(message, where,
				   "'mappings' is missing: the ranges that devices may touch");
	if (config->generator == SYS_GEN_TRACE && !config->trace_path[0])
		return wl_complain(message, where,
				   "'workload.trace' is missing, which generator 'trace' replays");
	if (config->generator != SYS_GEN_TRACE && config->trace_path[0])
		return wl_complain(message, where,
				   "'workload.trace' is set, but workload.generator is '%s', "
				   "expected 'trace'",
				   sys_generator_names[config->generator]);
	return 0;
}

int wl_apply(struct sys_config *config, const char *file, const struct wl_setting *settings,
	     u32 nr_settings, char *message)
{
	int err;

	for (u32 i = 0; i < nr_settings; i++) {
		struct wl_where where = {file, settings[i].line, settings[i].column};

		if (!strcmp(settings[i].path, "platform"))
			return wl_complain(message, where,
					   "'platform' cannot change within a sweep");
	}
	err = wl_settings_apply(config, file, settings, nr_settings, message);
	return err ? err : check_whole(config, file, message);
}

/* `uadk-sva` may be nowhere near, but among those that come with us. */
static int find_workload(const char *path, char *found, size_t found_bytes, char *message)
{
	static const char *const suffixes[] = {"", ".yaml"};
	const char *data = wl_data_folder();
	struct wl_suggestion near = {0};
	char ours[3800], hint[160] = "";

	snprintf(found, found_bytes, "%s", path);
	if (strchr(path, '/') || !path[0] || !access(path, F_OK))
		return 0;
	if (!data)
		return wl_complain(message, (struct wl_where){path, 0, 0}, "no such file, and %s",
				   wl_data_missing());
	snprintf(ours, sizeof(ours), "%.3780s/workloads", data);
	for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
		snprintf(found, found_bytes, "%s/%.255s%s", ours, path, suffixes[i]);
		if (!access(found, F_OK))
			return 0;
	}
	suggest_files(ours, path, &near);
	if (near.word[0])
		snprintf(hint, sizeof(hint), "; did you mean '%s'?", near.word);
	return wl_complain(message, (struct wl_where){path, 0, 0},
			   "no such file, and no workload that comes with iopfsim%s", hint);
}

/* The file's name without folder and .yaml, in the letters that a name may have. */
static void default_names(struct sys_config *config, const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dot;

	if (!config->name[0]) {
		snprintf(config->name, sizeof(config->name), "%.63s", slash ? slash + 1 : path);
		dot = strrchr(config->name, '.');
		if (dot && dot != config->name)
			*dot = 0;
		for (char *c = config->name; *c; c++) {
			if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789._-",
				    *c) ||
			    (c == config->name && (*c == '.' || *c == '-')))
				*c = '_';
		}
	}
	if (!config->title[0])
		snprintf(config->title, sizeof(config->title), "%s", config->name);
}

static int load_document(struct wl_workload *workload, struct pass *pass,
			 const struct wl_setting *settings, u32 nr_settings, const u64 *seed)
{
	struct sys_config *config = &workload->config;
	int err;

	wl_config_defaults(config);
	err = apply_platform(pass, settings, nr_settings);
	if (!err)
		err = apply_map(pass, pass->doc->root, "");
	if (!err)
		err = wl_settings_apply(config, workload->path, settings, nr_settings,
					pass->message);
	if (err)
		return err;
	if (seed)
		config->seed = *seed;
	default_names(config, workload->path);
	err = check_whole(config, workload->path, pass->message);
	if (!err && pass->sweep)
		err = wl_sweep_read(workload, pass->doc, pass->sweep, pass->message);
	return err;
}

int wl_load(const char *path, const struct wl_setting *settings, u32 nr_settings, const u64 *seed,
	    struct wl_workload *workload, char *message)
{
	struct wl_document doc;
	struct pass pass = {
		.config = &workload->config,
		.doc = &doc,
		.role = WL_ROLE_WORKLOAD,
		.message = message,
	};
	int err;

	*workload = (struct wl_workload){0};
	message[0] = 0;
	err = find_workload(path, workload->path, sizeof(workload->path), message);
	if (err)
		return err;
	wl_folder_of(workload->path, pass.folder, sizeof(pass.folder));
	err = read_document(workload->path, &doc, message);
	if (!err) {
		err = load_document(workload, &pass, settings, nr_settings, seed);
		wl_document_free(&doc);
	}
	if (err)
		wl_free(workload);
	if (err == -ENOMEM)
		snprintf(message, WL_MESSAGE_MAX, "out of memory");
	return err;
}

void wl_free(struct wl_workload *workload)
{
	free(workload->points);
	workload->points = NULL;
	workload->nr_points = 0;
}

int wl_setting_parse(const char *text, struct wl_setting *setting, char *message)
{
	const struct wl_where where = {"--set", 0, 0};
	const char *equals = strchr(text, '=');
	char quoted[WL_QUOTE_BYTES];

	*setting = (struct wl_setting){0};
	if (!equals || equals == text)
		return wl_complain(message, where, "%s is no setting, expected path=value",
				   wl_quote(quoted, text));
	if ((size_t)(equals - text) >= sizeof(setting->path) ||
	    strlen(equals + 1) >= sizeof(setting->value))
		return wl_complain(message, where, "%s is too long", wl_quote(quoted, text));
	snprintf(setting->path, sizeof(setting->path), "%.*s", (int)(equals - text), text);
	snprintf(setting->value, sizeof(setting->value), "%s", equals + 1);
	return 0;
}
