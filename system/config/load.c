// SPDX-License-Identifier: GPL-2.0-only
/*
 * A workload file, its platform file and the command line's settings into one
 * configuration. Order of precedence, weakest first: defaults of the parameter
 * tables, platform, workload, settings.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "system/config/internal.h"

/* What one pass over a document needs to know. */
struct pass {
	struct sys_config *config;
	const struct text_document *doc;
	enum wl_role role;
	char folder[4096];
	/* seen on the way; read when all else is set */
	const struct text_node *sweep, *devices;
	/* the first key of devices without groups; NULL: none */
	const struct text_node *single;
	char single_path[32];
	struct wl_stated *stated; /* NULL: of no interest */
	struct wl_sources *sources;
};

/* A map where a cost may stand, or what must have been meant for one elsewhere. */
static bool is_distribution(const struct wl_leaf *leaf, const struct text_node *node)
{
	return leaf->param && node->kind == TEXT_MAP &&
	       (leaf->param->unit == SIM_UNIT_COST || text_child(node, "quantiles"));
}

static int apply_leaf(struct pass *pass, const struct wl_leaf *leaf, const char *path,
		      const struct text_node *node)
{
	struct wl_input input = {node->text, pass->folder, text_at(pass->doc, node)};
	char text[WL_VALUE_BYTES];

	if (is_distribution(leaf, node)) {
		if (!wl_flow(node, text, sizeof(text)))
			return text_complain(input.where, "'%s' is too long", path);
		input.text = text;
	} else if (node->kind != TEXT_SCALAR)
		return text_complain(input.where, "'%s' wants a single value, not a %s", path,
				     node->kind == TEXT_LIST ? "list" : "set of keys");
	if (pass->stated)
		wl_stated_add(pass->stated, path, node->key);
	return wl_leaf_set(pass->config, leaf, &input);
}

static bool is_null(const struct text_node *node)
{
	return node->kind == TEXT_SCALAR && node->is_plain && !node->text[0];
}

static int apply_map(struct pass *pass, const struct text_node *map, const char *path);

static int apply_other(struct pass *pass, const char *path, const struct text_node *node)
{
	if (wl_is_section(path)) {
		if (is_null(node)) /* all of its keys are commented out */
			return 0;
		if (node->kind != TEXT_MAP)
			return text_complain(text_at(pass->doc, node),
					     "'%s' wants keys and values, not a %s", path,
					     node->kind == TEXT_LIST ? "list" : "single value");
		return apply_map(pass, node, path);
	}
	if (!strcmp(path, "mappings"))
		return wl_mappings_read(pass->config, pass->doc, node, 0);
	if (!strcmp(path, "sources"))
		return wl_sources_read(pass->sources, pass->doc, node);
	if (!strcmp(path, "devices"))
		pass->devices = node;
	else
		pass->sweep = node;
	return 0;
}

static bool is_other(const char *path)
{
	return !strcmp(path, "mappings") || !strcmp(path, "sources") || !strcmp(path, "sweep") ||
	       !strcmp(path, "devices");
}

static void note_single(struct pass *pass, const struct text_node *key, const char *path)
{
	if (pass->single)
		return;
	pass->single = key;
	snprintf(pass->single_path, sizeof(pass->single_path), "%.31s", path);
}

static int apply_key(struct pass *pass, const char *above, const struct text_node *node)
{
	const struct text_node *key = node->key;
	struct wl_leaf leaf;
	char path[192], group[SYS_NAME_MAX];
	bool is_known;

	snprintf(path, sizeof(path), "%s%s%.64s", above, above[0] ? "." : "", key->text);
	if (!wl_group_path(above, group)[0] && group[0] && wl_group_has_read(key->text))
		return 0;
	is_known = wl_leaf_find(path, &leaf) || wl_is_section(path) || is_other(path);
	if (!is_known || strchr(key->text, '.') || !key->text[0])
		return wl_unknown_key(text_at(pass->doc, key), above, key->text, pass->role);
	if (!wl_role_allows(pass->role, path))
		return text_complain(text_at(pass->doc, key),
				     "'%s' belongs in a workload file, not in a platform file",
				     path);
	if (wl_is_of_groups(path))
		note_single(pass, key, path);
	if (leaf.param || leaf.word)
		return apply_leaf(pass, &leaf, path, node);
	return apply_other(pass, path, node);
}

static int apply_map(struct pass *pass, const struct text_node *map, const char *path)
{
	int err = 0;

	for (const struct text_node *node = map->first; node && !err; node = node->next)
		err = apply_key(pass, path, node);
	return err;
}

/* The list devices, when all is known that its groups begin with. */
static int apply_groups(struct pass *pass)
{
	const struct text_node *list = pass->devices;
	char path[SYS_NAME_MAX + 16];
	int err = 0;

	if (list && pass->single)
		return text_complain(
			text_at(pass->doc, pass->single),
			"'%s' cannot stand beside 'devices', whose groups have it each",
			pass->single_path);
	if (list && (list->kind != TEXT_LIST || !list->nr_children))
		return text_complain(
			text_at(pass->doc, list),
			"'devices' wants a list of groups, such as {name: nic, count: 2}");
	for (const struct text_node *node = list ? list->first : NULL; node && !err;
	     node = node->next) {
		err = wl_group_begin(pass->config, pass->doc, node);
		if (err)
			return err;
		snprintf(path, sizeof(path), "devices.%s",
			 pass->config->groups[pass->config->nr_groups - 1].name);
		err = apply_map(pass, node, path);
	}
	return err ? err : wl_mappings_sort(pass->config, pass->doc);
}

/* Who asks for the platform: the last `--set platform=`, else the file. */
struct platform_wish {
	const char *name; /* NULL: nobody */
	struct text_where where;
};

static struct platform_wish wished_platform(const struct text_document *doc,
					    const struct wl_request *request)
{
	const struct text_node *node = text_child(doc->root, "platform");
	struct platform_wish wish = {NULL, {.file = "--set platform", .message = doc->message}};

	for (u32 i = 0; i < request->nr_settings; i++) {
		if (!strcmp(request->settings[i].path, "platform"))
			wish.name = request->settings[i].value;
	}
	if (!wish.name && node && node->kind == TEXT_SCALAR)
		wish = (struct platform_wish){node->text, text_at(doc, node)};
	return wish;
}

/* Where the platform's file is. 0 or -EINVAL; an empty path: there is none. */
static int find_platform(struct wl_path *path, const struct pass *workload,
			 const struct wl_request *request)
{
	struct platform_wish wish = wished_platform(workload->doc, request);

	path->text[0] = 0;
	if (!request->platform)
		return wish.name ? wl_find_platform(path, wish.name, workload->folder, wish.where)
				 : 0;
	if (!strncmp(wish.where.file, "--set", 5) && wish.name)
		return text_complain(wish.where,
				     "the platform is stated twice, by --platform, too");
	if (strlen(request->platform) >= sizeof(path->text))
		return text_complain(wish.where, "the path of --platform is too long");
	snprintf(path->text, sizeof(path->text), "%s", request->platform);
	return 0;
}

static int apply_platform(struct pass *workload, const struct wl_request *request)
{
	struct text_document doc;
	struct pass pass = {
		.config = workload->config,
		.doc = &doc,
		.role = WL_ROLE_PLATFORM,
		.sources = workload->sources,
	};
	struct wl_path path;
	int err = find_platform(&path, workload, request);

	if (!err && !path.text[0])
		return 0;
	if (!err)
		err = text_document_read(&doc, path.text, workload->doc->message);
	if (err)
		return err;
	text_folder_of(path.text, pass.folder, sizeof(pass.folder));
	err = apply_map(&pass, doc.root, "");
	text_document_free(&doc);
	return err;
}

int wl_platform_load(struct wl_workload *workload, const char *name, char *message)
{
	const struct text_where where = {.file = "--platform", .message = message};
	struct text_document doc;
	struct pass pass = {
		.config = &workload->config,
		.doc = &doc,
		.role = WL_ROLE_PLATFORM,
		.sources = &workload->sources,
	};
	struct wl_path path;
	int err = 0;

	*workload = (struct wl_workload){0};
	message[0] = 0;
	snprintf(path.text, sizeof(path.text), "%s", name);
	if (!strchr(name, '/') && !strstr(name, ".yaml"))
		err = wl_find_platform(&path, name, ".", where);
	if (!err)
		err = text_document_read(&doc, path.text, message);
	if (err)
		return err;
	text_folder_of(path.text, pass.folder, sizeof(pass.folder));
	wl_config_defaults(pass.config);
	err = apply_map(&pass, doc.root, "");
	text_document_free(&doc);
	return err;
}

/* The file's name without folder and .yaml, in the letters that a name may have. */
static void name_of_path(char name[SYS_NAME_MAX], const char *path)
{
	const char *slash = strrchr(path, '/');
	char *dot;

	snprintf(name, SYS_NAME_MAX, "%.63s", slash ? slash + 1 : path);
	dot = strrchr(name, '.');
	if (dot && dot != name)
		*dot = 0;
	for (char *c = name; *c; c++) {
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
			    "0123456789._-",
			    *c) ||
		    (c == name && (*c == '.' || *c == '-')))
			*c = '_';
	}
}

static void default_names(struct sys_config *config, const char *path)
{
	if (!config->name[0])
		name_of_path(config->name, path);
	if (!config->title[0])
		snprintf(config->title, sizeof(config->title), "%s", config->name);
}

static int load_document(struct wl_workload *workload, struct pass *pass,
			 const struct wl_request *request)
{
	const struct text_where where = {.file = workload->path, .message = pass->doc->message};
	struct sys_config *config = &workload->config;
	int err;

	wl_config_defaults(config);
	err = apply_platform(pass, request);
	if (!err)
		err = apply_map(pass, pass->doc->root, "");
	if (!err)
		err = apply_groups(pass);
	if (err)
		return err;
	if (request->platform)
		name_of_path(config->platform, request->platform);
	pass->stated->config = *config;
	err = wl_settings_apply(config, where, request->settings, request->nr_settings);
	if (err)
		return err;
	if (request->seed)
		config->seed = *request->seed;
	default_names(config, workload->path);
	err = wl_config_whole(config, where);
	if (!err && request->nr_axes)
		err = wl_axes_of_options(workload, request, pass->doc->message);
	else if (!err && pass->sweep)
		err = wl_sweep_read(workload, pass->doc, pass->sweep);
	return err ? err : wl_notes_make(workload, pass->stated);
}

/* What the file states is a good deal of memory. */
static int load_stated(struct wl_workload *workload, struct pass *pass,
		       const struct wl_request *request)
{
	int err = -ENOMEM;

	pass->stated = calloc(1, sizeof(*pass->stated));
	if (pass->stated)
		err = load_document(workload, pass, request);
	free(pass->stated);
	return err;
}

int wl_load(struct wl_workload *workload, const struct wl_request *request, char *message)
{
	struct text_document doc;
	struct pass pass = {
		.config = &workload->config,
		.doc = &doc,
		.role = WL_ROLE_WORKLOAD,
		.sources = &workload->sources,
	};
	int err;

	*workload = (struct wl_workload){0};
	message[0] = 0;
	err = wl_find_workload(workload->path, sizeof(workload->path), request->path, message);
	if (err)
		return err;
	text_folder_of(workload->path, pass.folder, sizeof(pass.folder));
	err = text_document_read(&doc, workload->path, message);
	if (!err) {
		err = load_stated(workload, &pass, request);
		text_document_free(&doc);
	}
	if (err)
		wl_free(workload);
	if (err == -ENOMEM)
		snprintf(message, TEXT_MESSAGE_MAX, "out of memory");
	return err;
}

void wl_free(struct wl_workload *workload)
{
	wl_points_alloc(workload, 0);
	free(workload->notes);
	workload->notes = NULL;
}
