// SPDX-License-Identifier: GPL-2.0-only
/*
 * The lists `mappings`: ranges that devices may touch, whole pages, disjoint within an
 * address space.
 *
 *	mappings:
 *	  - {iova: 0x10000000, size: 4MiB, access: rw, pages: 2MiB}
 *	  - {iova: 0x20000000, va: 0x7f0000000000, size: 4MiB}
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "system/config/groups.h"
#include "system/config/internal.h"

#define PAGE_BYTES 4096

enum { HAS_IOVA = 1, HAS_SIZE = 2, HAS_VA = 4 };

static int set_access(struct sys_mapping *mapping, const char *text, struct text_where where)
{
	char quoted[TEXT_QUOTE_BYTES];

	mapping->is_readable = text[0] == 'r';
	mapping->is_executable = !strcmp(text, "rx") || !strcmp(text, "rwx");
	mapping->is_writable = !strcmp(text, "w") || !strncmp(text, "rw", 2);
	if (!strcmp(text, "r") || !strcmp(text, "w") || !strcmp(text, "rw") ||
	    mapping->is_executable)
		return 0;
	return text_complain(where, "access: %s is unknown, expected one of r, w, rw, rx, rwx",
			     text_quote(quoted, text));
}

static int set_number(u64 *value, const struct text_node *node, enum sim_unit unit,
		      struct text_where where)
{
	char why[TEXT_MESSAGE_MAX];
	char quoted[TEXT_QUOTE_BYTES];

	if (wl_parse_number(node->text, unit, value, why))
		return text_complain(where, "%s: %.300s", node->key->text, why);
	if (*value % PAGE_BYTES)
		return text_complain(where, "%s: %s is not a whole number of 4KiB pages",
				     node->key->text, text_quote(quoted, node->text));
	return 0;
}

static int set_pages(struct sys_mapping *mapping, const struct text_node *node,
		     struct text_where where)
{
	char quoted[TEXT_QUOTE_BYTES];
	int err = set_number(&mapping->page_bytes, node, SIM_UNIT_BYTES, where);

	if (err || wl_is_page_size(mapping->page_bytes))
		return err;
	return text_complain(where, "pages: %s is no size of pages, expected 4KiB or 2MiB",
			     text_quote(quoted, node->text));
}

static int unknown_key(const struct text_node *key, struct text_where where)
{
	static const char *const keys[] = {"iova", "va", "size", "access", "pages"};
	struct text_suggestion near = {0};
	char quoted[TEXT_QUOTE_BYTES], hint[TEXT_HINT_BYTES];

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		text_suggest(&near, key->text, keys[i]);
	return text_complain(where, "unknown key %s in a mapping%s", text_quote(quoted, key->text),
			     text_hint(hint, &near));
}

static int read_key(struct sys_mapping *mapping, u32 *has, const struct text_document *doc,
		    const struct text_node *node)
{
	struct text_where where = text_at(doc, node);

	if (node->kind != TEXT_SCALAR)
		return text_complain(where, "'%s' of a mapping wants a single value",
				     node->key->text);
	if (!strcmp(node->key->text, "iova")) {
		*has |= HAS_IOVA;
		return set_number(&mapping->iova, node, SIM_UNIT_ADDRESS, where);
	}
	if (!strcmp(node->key->text, "va")) {
		*has |= HAS_VA;
		return set_number(&mapping->va_offset, node, SIM_UNIT_ADDRESS, where);
	}
	if (!strcmp(node->key->text, "size")) {
		*has |= HAS_SIZE;
		return set_number(&mapping->bytes, node, SIM_UNIT_BYTES, where);
	}
	if (!strcmp(node->key->text, "pages"))
		return set_pages(mapping, node, where);
	if (!strcmp(node->key->text, "access"))
		return set_access(mapping, node->text, where);
	return unknown_key(node->key, text_at(doc, node->key));
}

static int read_mapping(struct sys_mapping *mapping, const struct text_document *doc,
			const struct text_node *map)
{
	struct text_where where = text_at(doc, map);
	u32 has = 0;
	int err;

	*mapping = (struct sys_mapping){
		.is_readable = true,
		.is_writable = true,
		.line = map->line,
		.column = map->column,
	};
	if (map->kind != TEXT_MAP)
		return text_complain(where, "a mapping wants keys and values, such as "
					    "{iova: 0x10000000, size: 4MiB}");
	for (const struct text_node *node = map->first; node; node = node->next) {
		err = read_key(mapping, &has, doc, node);
		if (err)
			return err;
	}
	if ((has & (HAS_IOVA | HAS_SIZE)) != (HAS_IOVA | HAS_SIZE))
		return text_complain(where, "a mapping without '%s'",
				     has & HAS_IOVA ? "size" : "iova");
	if (!mapping->bytes)
		return text_complain(where, "a mapping of size 0");
	if (mapping->iova + (mapping->bytes - 1) < mapping->iova ||
	    mapping->va_offset + (mapping->bytes - 1) < mapping->va_offset)
		return text_complain(where, "a mapping that reaches beyond the last address");
	if (has & HAS_VA)
		mapping->va_offset -= mapping->iova;
	return 0;
}

static int compare(const void *left, const void *right)
{
	const struct sys_mapping *a = left, *b = right;

	if (a->space != b->space)
		return a->space < b->space ? -1 : 1;
	if (a->iova != b->iova)
		return a->iova < b->iova ? -1 : 1;
	return a->line < b->line ? -1 : a->line > b->line;
}

static int check_overlaps(const struct sys_config *config, const struct text_document *doc)
{
	for (u32 i = 1; i < config->nr_mappings; i++) {
		const struct sys_mapping *a = &config->mappings[i - 1], *b = &config->mappings[i];
		const struct sys_mapping *later = a->line > b->line ? a : b;
		const struct sys_mapping *earlier = later == a ? b : a;
		struct text_where where = {doc->file, later->line, later->column, doc->message};

		if (a->space != b->space || b->iova - a->iova >= a->bytes)
			continue;
		return text_complain(
			where, "mapping [0x%llx, 0x%llx] overlaps [0x%llx, 0x%llx] of line %u",
			later->iova, later->iova + (later->bytes - 1), earlier->iova,
			earlier->iova + (earlier->bytes - 1), earlier->line);
	}
	return 0;
}

int wl_mappings_sort(struct sys_config *config, const struct text_document *doc)
{
	for (u32 i = 0; i < config->nr_mappings; i++) {
		u32 space = 0;

		while (space < config->nr_spaces &&
		       !sys_config_is_in_space(config, &config->mappings[i], space))
			space++;
		config->mappings[i].space = space;
	}
	qsort(config->mappings, config->nr_mappings, sizeof(config->mappings[0]), compare);
	return check_overlaps(config, doc);
}

int wl_mappings_read(struct sys_config *config, const struct text_document *doc,
		     const struct text_node *list, u32 of)
{
	int err;

	if (list->kind != TEXT_LIST)
		return text_complain(text_at(doc, list), "'mappings' wants a list");
	if (list->nr_children > SYS_MAX_MAPPINGS - config->nr_mappings)
		return text_complain(text_at(doc, list), "more than %u mappings", SYS_MAX_MAPPINGS);
	for (const struct text_node *node = list->first; node; node = node->next) {
		err = read_mapping(&config->mappings[config->nr_mappings], doc, node);
		if (err)
			return err;
		config->mappings[config->nr_mappings++].of = of;
	}
	return 0;
}
