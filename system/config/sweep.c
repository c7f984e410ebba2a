// SPDX-License-Identifier: GPL-2.0-only
/*
 * Section `sweep`: the points of a series of runs, and what somebody published
 * for each.
 *
 *	sweep:
 *	  source: "who, where, when"
 *	  baseline: {handler.iopf: false}
 *	  points:
 *	    - set: {workload.messages: 1}
 *	      published: {faults: 512, throughput_share_percent: 17.2}
 *
 * Every point is tried on a copy of the configuration here, so that a mistake
 * in the last point shows before the first one runs.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "system/config/internal.h"
#include "system/result/rows.h"

const struct wl_published_name wl_published_names[] = {
	{"faults", {"faults.recorded"}},
	{"throughput_share_percent", {NULL}},
	{"added_ns_per_fault", {NULL}},
	{"latency_mean_ns", {"faults.latency_ns.mean"}},
	{"baseline_throughput_bytes_per_s", {NULL}},
	{"page_requests_sent", {"page_requests.sent"}},
	{"page_requests_recorded", {"page_requests.recorded"}},
	{"page_requests_dropped", {"page_requests.dropped"}},
	{"page_requests_auto_answered",
	 {"page_requests.auto_success", "page_requests.auto_invalid",
	  "page_requests.auto_failure"}},
	{NULL, {NULL}},
};

struct pass {
	struct wl_workload *workload;
	const struct text_document *doc;
};

static int unknown_word(const struct pass *pass, const struct text_node *key, const char *place,
			const char *const *names)
{
	struct text_suggestion near = {0};
	char quoted[TEXT_QUOTE_BYTES], hint[TEXT_HINT_BYTES];

	for (size_t i = 0; names[i]; i++)
		text_suggest(&near, key->text, names[i]);
	return text_complain(text_at(pass->doc, key), "unknown key %s in '%s'%s",
			     text_quote(quoted, key->text), place, text_hint(hint, &near));
}

static int wants(const struct pass *pass, const struct text_node *node, const char *what,
		 enum text_kind kind)
{
	static const char *const kinds[] = {"a single value", "keys and values", "a list"};

	if (node->kind == kind)
		return 0;
	return text_complain(text_at(pass->doc, node), "'%s' wants %s", what, kinds[kind]);
}

static int read_setting(const struct pass *pass, const struct text_node *node,
			struct wl_setting *setting)
{
	/* the value of a cost may be a distribution */
	int err = node->kind == TEXT_MAP ? 0 : wants(pass, node, node->key->text, TEXT_SCALAR);

	if (err)
		return err;
	if (strlen(node->key->text) >= sizeof(setting->path) ||
	    !wl_flow(node, setting->value, sizeof(setting->value)))
		return text_complain(text_at(pass->doc, node->key), "the setting is too long");
	snprintf(setting->path, sizeof(setting->path), "%s", node->key->text);
	setting->line = node->line;
	setting->column = node->column;
	return 0;
}

/* The map @map, named after the key that leads to it. */
static int read_settings(const struct pass *pass, const struct text_node *map,
			 struct wl_setting *settings, u32 *nr_settings)
{
	const char *what = map->key->text;
	int err = wants(pass, map, what, TEXT_MAP);

	if (err)
		return err;
	if (map->nr_children > WL_MAX_SETTINGS)
		return text_complain(text_at(pass->doc, map), "more than %u settings in '%s'",
				     WL_MAX_SETTINGS, what);
	for (const struct text_node *node = map->first; node && !err; node = node->next)
		err = read_setting(pass, node, &settings[(*nr_settings)++]);
	return err;
}

const struct wl_published_name *wl_published_name(const char *text)
{
	for (size_t i = 0; wl_published_names[i].name; i++) {
		if (!strcmp(wl_published_names[i].name, text))
			return &wl_published_names[i];
	}
	return NULL;
}

static int unknown_number(const struct pass *pass, const struct text_node *key)
{
	const char *names[SYS_MAX_COLUMNS + 16];
	u32 nr, nr_names = 0;
	const struct sys_column *columns = sys_columns(SYS_TOTALS, &nr);

	while (wl_published_names[nr_names].name) {
		names[nr_names] = wl_published_names[nr_names].name;
		nr_names++;
	}
	for (u32 i = 0; i < nr; i++)
		names[nr_names++] = columns[i].key;
	names[nr_names] = NULL;
	return unknown_word(pass, key, "published", names);
}

/* A plain decimal; what is published is compared by people, not computed with. */
static bool read_double(const char *text, double *value)
{
	size_t length = strspn(text, "0123456789.");
	char *end;

	if (!length || text[length])
		return false;
	*value = strtod(text, &end);
	return !*end && end != text && isfinite(*value);
}

/* "157000", or "115000-157000": what was published more than once. */
static bool read_range(const char *text, struct wl_published *published)
{
	const char *dash = strchr(text, '-');
	char low[WL_NUMBER_BYTES];

	if (!dash) {
		if (!read_double(text, &published->value))
			return false;
		published->low = published->value;
		return true;
	}
	if ((size_t)(dash - text) >= sizeof(low))
		return false;
	snprintf(low, sizeof(low), "%.*s", (int)(dash - text), text);
	return read_double(low, &published->low) && read_double(dash + 1, &published->value) &&
	       published->low < published->value;
}

static int read_published(const struct pass *pass, const struct text_node *map,
			  struct wl_point *point)
{
	int err = wants(pass, map, "published", TEXT_MAP);
	char quoted[TEXT_QUOTE_BYTES];

	for (const struct text_node *node = err ? NULL : map->first; node; node = node->next) {
		struct wl_published *published = &point->published[point->nr_published];

		if (!wl_published_name(node->key->text) &&
		    sys_column_find(SYS_TOTALS, node->key->text) < 0)
			return unknown_number(pass, node->key);
		if (point->nr_published == WL_MAX_PUBLISHED)
			return text_complain(text_at(pass->doc, node->key),
					     "more than %u numbers in 'published'",
					     WL_MAX_PUBLISHED);
		err = wants(pass, node, node->key->text, TEXT_SCALAR);
		if (err)
			return err;
		if (!read_range(node->text, published))
			return text_complain(text_at(pass->doc, node),
					     "%s: %s is not a number, expected one without unit "
					     "such as 1024 or 17.2, or a range, 16-20",
					     node->key->text, text_quote(quoted, node->text));
		snprintf(published->name, sizeof(published->name), "%s", node->key->text);
		point->nr_published++;
	}
	return err;
}

static int read_point(const struct pass *pass, const struct text_node *map, struct wl_point *point)
{
	static const char *const keys[] = {"set", "published", NULL};
	int err = wants(pass, map, "points", TEXT_MAP);

	for (const struct text_node *node = err ? NULL : map->first; node && !err;
	     node = node->next) {
		if (!strcmp(node->key->text, "set"))
			err = read_settings(pass, node, point->settings, &point->nr_settings);
		else if (!strcmp(node->key->text, "published"))
			err = read_published(pass, node, point);
		else
			err = unknown_word(pass, node->key, "points", keys);
	}
	return err;
}

/* Would this point run, with and without the baseline's settings? */
static int try_point(const struct pass *pass, const struct wl_point *point)
{
	const struct wl_workload *workload = pass->workload;
	const struct text_where where = {.file = workload->path, .message = pass->doc->message};
	struct sys_config *scratch = malloc(sizeof(*scratch));
	int err;

	if (!scratch)
		return -ENOMEM;
	*scratch = workload->config;
	err = wl_apply(scratch, where, point->settings, point->nr_settings);
	if (!err)
		err = wl_apply(scratch, where, workload->baseline, workload->nr_baseline);
	free(scratch);
	return err;
}

static int read_points(const struct pass *pass, const struct text_node *list)
{
	struct wl_workload *workload = pass->workload;
	int err = wants(pass, list, "points", TEXT_LIST);

	if (err)
		return err;
	if (!list->nr_children || list->nr_children > WL_MAX_POINTS)
		return text_complain(text_at(pass->doc, list),
				     "'points' has %u points, expected 1 to %u", list->nr_children,
				     WL_MAX_POINTS);
	workload->points = calloc(list->nr_children, sizeof(*workload->points));
	if (!workload->points)
		return -ENOMEM;
	for (const struct text_node *node = list->first; node && !err; node = node->next)
		err = read_point(pass, node, &workload->points[workload->nr_points++]);
	for (u32 i = 0; !err && i < workload->nr_points; i++)
		err = try_point(pass, &workload->points[i]);
	return err;
}

static int read_source(const struct pass *pass, const struct text_node *node)
{
	struct wl_workload *workload = pass->workload;
	int err = wants(pass, node, "source", TEXT_SCALAR);

	if (err)
		return err;
	if (strlen(node->text) >= sizeof(workload->sweep_source))
		return text_complain(text_at(pass->doc, node), "source: too long");
	snprintf(workload->sweep_source, sizeof(workload->sweep_source), "%s", node->text);
	return 0;
}

int wl_sweep_read(struct wl_workload *workload, const struct text_document *doc,
		  const struct text_node *map)
{
	static const char *const keys[] = {"source", "baseline", "points", NULL};
	const struct pass pass = {workload, doc};
	const struct text_node *points = NULL;
	int err = wants(&pass, map, "sweep", TEXT_MAP);

	for (const struct text_node *node = err ? NULL : map->first; node && !err;
	     node = node->next) {
		if (!strcmp(node->key->text, "source"))
			err = read_source(&pass, node);
		else if (!strcmp(node->key->text, "baseline"))
			err = read_settings(&pass, node, workload->baseline,
					    &workload->nr_baseline);
		else if (!strcmp(node->key->text, "points"))
			points = node;
		else
			err = unknown_word(&pass, node->key, "sweep", keys);
	}
	if (err)
		return err;
	if (!points)
		return text_complain(text_at(doc, map), "'sweep' without 'points'");
	return read_points(&pass, points);
}
