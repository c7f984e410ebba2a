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
 * or, in place of the list of points, `grid` and `zip` (axes.c).
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
	const struct text_node *set = err ? NULL : text_child(map, "set");

	/* too many are refused before they are written */
	if (!err)
		err = wl_point_alloc(
			point, set && set->nr_children <= WL_MAX_SETTINGS ? set->nr_children : 0);
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

static int read_points(const struct pass *pass, const struct text_node *list)
{
	struct wl_workload *workload = pass->workload;
	int err = wants(pass, list, "points", TEXT_LIST);
	u32 nr = 0;

	if (err)
		return err;
	if (!list->nr_children || list->nr_children > WL_MAX_POINTS)
		return text_complain(text_at(pass->doc, list),
				     "'points' has %u points, expected 1 to %u", list->nr_children,
				     WL_MAX_POINTS);
	err = wl_points_alloc(workload, list->nr_children);
	for (const struct text_node *node = list->first; node && !err; node = node->next)
		err = read_point(pass, node, &workload->points[nr++]);
	for (u32 i = 0; !err && i < workload->nr_points; i++)
		err = wl_point_try(workload, &workload->points[i], pass->doc->message);
	return err;
}

static int read_repeat(const struct pass *pass, const struct text_node *node)
{
	char why[TEXT_MESSAGE_MAX];
	int err = wants(pass, node, "repeat", TEXT_SCALAR);
	u64 nr;

	if (err)
		return err;
	if (wl_parse_number(node->text, SIM_UNIT_COUNT, &nr, why))
		return text_complain(text_at(pass->doc, node), "repeat: %.300s", why);
	if (!nr || nr > WL_MAX_REPEATS)
		return text_complain(text_at(pass->doc, node),
				     "repeat: '%.20s' is out of range, expected 1 to %u",
				     node->text, WL_MAX_REPEATS);
	pass->workload->nr_repeats = (u32)nr;
	return 0;
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

static int read_key(const struct pass *pass, const struct text_node *node)
{
	static const char *const keys[] = {"source", "baseline", "points", "grid",
					   "zip",    "repeat",	 NULL};
	struct wl_workload *workload = pass->workload;

	if (!strcmp(node->key->text, "source"))
		return read_source(pass, node);
	if (!strcmp(node->key->text, "baseline"))
		return read_settings(pass, node, workload->baseline, &workload->nr_baseline);
	if (!strcmp(node->key->text, "repeat"))
		return read_repeat(pass, node);
	/* points come last: they are tried with the baseline */
	for (u32 i = 2; i < 5; i++) {
		if (!strcmp(node->key->text, keys[i]))
			return 0;
	}
	return unknown_word(pass, node->key, "sweep", keys);
}

int wl_sweep_read(struct wl_workload *workload, const struct text_document *doc,
		  const struct text_node *map)
{
	const struct pass pass = {workload, doc};
	int err = wants(&pass, map, "sweep", TEXT_MAP);
	const struct text_node *points = err ? NULL : text_child(map, "points");
	bool has_axes = !err && (text_child(map, "grid") || text_child(map, "zip"));

	for (const struct text_node *node = err ? NULL : map->first; node && !err;
	     node = node->next)
		err = read_key(&pass, node);
	if (err)
		return err;
	if (points && has_axes)
		return text_complain(text_at(doc, points->key),
				     "'points' beside 'grid' or 'zip', expected one of them");
	if (has_axes)
		return wl_axes_read(workload, doc, map);
	if (!points)
		return text_complain(text_at(doc, map),
				     "'sweep' without 'points', 'grid' or 'zip'");
	return read_points(&pass, points);
}
