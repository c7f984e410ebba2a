// SPDX-License-Identifier: GPL-2.0-only
/*
 * Section `sources`: where the numbers of a platform come from, a list of keys for each kind. The
 * comment at a number says it to people; this says it to the sensitivity of a run.
 *
 *	sources:
 *	  estimate: [cpu.line_hit, cpu.switch]
 *	  fitted: [cpu.wakeup]
 */
#include <stdio.h>
#include <string.h>

#include "system/config/internal.h"

const char *const wl_source_names[] = {"published", "measured", "fitted", "estimate", NULL};

static int read_kind(const struct text_document *doc, const struct text_node *list,
		     enum wl_source_kind *kind)
{
	struct text_suggestion near = {0};
	char quoted[TEXT_QUOTE_BYTES], hint[TEXT_HINT_BYTES];

	for (u32 i = 0; wl_source_names[i]; i++) {
		if (!strcmp(list->key->text, wl_source_names[i])) {
			*kind = (enum wl_source_kind)i;
			return 0;
		}
		text_suggest(&near, list->key->text, wl_source_names[i]);
	}
	return text_complain(text_at(doc, list->key), "unknown key %s in 'sources'%s",
			     text_quote(quoted, list->key->text), text_hint(hint, &near));
}

static int add_source(struct wl_sources *sources, const struct text_document *doc,
		      const struct text_node *node, enum wl_source_kind kind)
{
	const struct text_where where = text_at(doc, node);
	struct wl_source *source = &sources->all[sources->nr];
	struct wl_leaf leaf;

	if (node->kind != TEXT_SCALAR)
		return text_complain(where, "'sources' wants lists of keys");
	if (!wl_leaf_find(node->text, &leaf))
		return wl_unknown_key(where, NULL, node->text, WL_ROLE_PLATFORM);
	if (wl_source_of(sources, node->text))
		return text_complain(where, "'%.64s' has a source already", node->text);
	if (sources->nr == WL_MAX_SOURCES)
		return text_complain(where, "more than %u keys in 'sources'", WL_MAX_SOURCES);
	snprintf(source->path, sizeof(source->path), "%s", node->text);
	source->kind = kind;
	sources->nr++;
	return 0;
}

int wl_sources_read(struct wl_sources *sources, const struct text_document *doc,
		    const struct text_node *map)
{
	enum wl_source_kind kind = WL_SOURCE_ESTIMATE;
	int err = 0;

	if (map->kind != TEXT_MAP)
		return text_complain(text_at(doc, map), "'sources' wants keys and lists");
	for (const struct text_node *list = map->first; list && !err; list = list->next) {
		err = read_kind(doc, list, &kind);
		if (!err && list->kind != TEXT_LIST)
			err = text_complain(text_at(doc, list), "'%s' wants a list of keys",
					    list->key->text);
		for (const struct text_node *node = err ? NULL : list->first; node && !err;
		     node = node->next)
			err = add_source(sources, doc, node, kind);
	}
	return err;
}

const struct wl_source *wl_source_of(const struct wl_sources *sources, const char *path)
{
	for (u32 i = 0; i < sources->nr; i++) {
		if (!strcmp(sources->all[i].path, path))
			return &sources->all[i];
	}
	return NULL;
}
