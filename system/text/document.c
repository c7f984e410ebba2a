// SPDX-License-Identifier: GPL-2.0-only
/*
 * libyaml events into a small tree of nodes that remember where they stood.
 *
 * YAML is a large language and its corners are dangerous (aliases multiply,
 * tags construct). A workload is maps, lists and scalars in one document;
 * everything else is refused here, before anybody looks at the content.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "system/config/internal.h"

int wl_complain(char *message, struct wl_where where, const char *format, ...)
{
	va_list args;
	int used;

	if (where.line)
		used = snprintf(message, WL_MESSAGE_MAX, "%.600s:%u:%u: ", where.file, where.line,
				where.column);
	else
		used = snprintf(message, WL_MESSAGE_MAX, "%.600s: ", where.file);
	va_start(args, format);
	vsnprintf(message + used, WL_MESSAGE_MAX - (size_t)used, format, args);
	va_end(args);
	return -EINVAL;
}

/* The state of one parse: open collections, and a key that awaits its value. */
struct builder {
	struct wl_document *doc;
	struct wl_node *open[WL_MAX_DEPTH];
	u32 depth;
	struct wl_node *key;
	u32 nr_documents;
	char *message;
};

static struct wl_where mark_where(const struct builder *b, const yaml_mark_t *mark)
{
	return (struct wl_where){b->doc->file, (u32)mark->line + 1, (u32)mark->column + 1};
}

static struct wl_node *new_node(struct builder *b, enum wl_kind kind, const yaml_event_t *event)
{
	struct wl_node *node;

	if (b->doc->nr_nodes == WL_MAX_NODES) {
		wl_complain(b->message, mark_where(b, &event->start_mark),
			    "more than %u values, no workload file has so many", WL_MAX_NODES);
		return NULL;
	}
	node = &b->doc->nodes[b->doc->nr_nodes++];
	node->kind = kind;
	node->line = (u32)event->start_mark.line + 1;
	node->column = (u32)event->start_mark.column + 1;
	return node;
}

static int check_duplicate(struct builder *b, const struct wl_node *map, const struct wl_node *key)
{
	char quoted[WL_QUOTE_BYTES];

	if (map->nr_children == WL_MAX_KEYS)
		return wl_complain(b->message, wl_at(b->doc, key), "more than %u keys in one place",
				   WL_MAX_KEYS);
	for (const struct wl_node *child = map->first; child; child = child->next) {
		if (!strcmp(child->key->text, key->text))
			return wl_complain(b->message, wl_at(b->doc, key),
					   "duplicate key %s, first at line %u",
					   wl_quote(quoted, key->text), child->key->line);
	}
	return 0;
}

/* Hang a finished or just opened node into the collection that is open. */
static int attach(struct builder *b, struct wl_node *node)
{
	struct wl_node *parent = b->depth ? b->open[b->depth - 1] : NULL;

	if (!parent) {
		b->doc->root = node;
		return 0;
	}
	if (parent->kind == WL_MAP && !b->key) {
		if (node->kind != WL_SCALAR)
			return wl_complain(b->message, wl_at(b->doc, node),
					   "a key must be a plain word");
		b->key = node;
		return check_duplicate(b, parent, node);
	}
	node->key = parent->kind == WL_MAP ? b->key : NULL;
	b->key = NULL;
	if (parent->last)
		parent->last->next = node;
	else
		parent->first = node;
	parent->last = node;
	parent->nr_children++;
	return 0;
}

static int add_scalar(struct builder *b, const yaml_event_t *event)
{
	const char *value = (const char *)event->data.scalar.value;
	struct wl_node *node = new_node(b, WL_SCALAR, event);

	if (!node)
		return -EINVAL;
	if (strlen(value) != event->data.scalar.length)
		return wl_complain(b->message, wl_at(b->doc, node), "a zero byte in a value");
	node->is_plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	node->text = strdup(value);
	if (!node->text)
		return -ENOMEM;
	return attach(b, node);
}

static int open_collection(struct builder *b, enum wl_kind kind, const yaml_event_t *event)
{
	struct wl_node *node;
	int err;

	if (b->depth == WL_MAX_DEPTH)
		return wl_complain(b->message, mark_where(b, &event->start_mark),
				   "nested deeper than %u levels", WL_MAX_DEPTH);
	node = new_node(b, kind, event);
	if (!node)
		return -EINVAL;
	err = attach(b, node);
	if (err)
		return err;
	b->open[b->depth++] = node;
	return 0;
}

static int check_plainness(struct builder *b, const yaml_event_t *event, const yaml_char_t *anchor,
			   const yaml_char_t *tag)
{
	const char *what = anchor ? "an anchor ('&')" : "a tag ('!')";

	if (!anchor && !tag)
		return 0;
	return wl_complain(b->message, mark_where(b, &event->start_mark),
			   "%s, which a workload file may not have", what);
}

static int start_document(struct builder *b, const yaml_event_t *event)
{
	const struct wl_where where = mark_where(b, &event->start_mark);

	if (b->nr_documents++)
		return wl_complain(b->message, where, "a second document, expected only one");
	if (event->data.document_start.tag_directives.start !=
	    event->data.document_start.tag_directives.end)
		return wl_complain(b->message, where,
				   "a %%TAG directive, which a workload file may not have");
	return 0;
}

static int take_event(struct builder *b, const yaml_event_t *event)
{
	int err;

	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		return start_document(b, event);
	case YAML_ALIAS_EVENT:
		return wl_complain(b->message, mark_where(b, &event->start_mark),
				   "an alias ('*'), which a workload file may not have");
	case YAML_SCALAR_EVENT:
		err = check_plainness(b, event, event->data.scalar.anchor, event->data.scalar.tag);
		return err ? err : add_scalar(b, event);
	case YAML_MAPPING_START_EVENT:
		err = check_plainness(b, event, event->data.mapping_start.anchor,
				      event->data.mapping_start.tag);
		return err ? err : open_collection(b, WL_MAP, event);
	case YAML_SEQUENCE_START_EVENT:
		err = check_plainness(b, event, event->data.sequence_start.anchor,
				      event->data.sequence_start.tag);
		return err ? err : open_collection(b, WL_LIST, event);
	case YAML_MAPPING_END_EVENT:
	case YAML_SEQUENCE_END_EVENT:
		b->depth--;
		return 0;
	default:
		return 0;
	}
}

/* Reader errors (bytes that are not UTF-8) come with an offset, not a mark. */
static struct wl_where offset_where(const struct wl_document *doc, const char *text, size_t offset)
{
	struct wl_where where = {doc->file, 1, 1};

	for (size_t i = 0; i < offset; i++) {
		where.column++;
		if (text[i] == '\n') {
			where.line++;
			where.column = 1;
		}
	}
	return where;
}

static int complain_syntax(struct builder *b, const yaml_parser_t *parser, const char *text,
			   size_t bytes)
{
	const char *problem = parser->problem ? parser->problem : "unknown problem";
	size_t offset = parser->problem_offset < bytes ? parser->problem_offset : bytes;

	if (parser->error == YAML_MEMORY_ERROR)
		return -ENOMEM;
	if (parser->error == YAML_READER_ERROR)
		return wl_complain(b->message, offset_where(b->doc, text, offset),
				   "not a text file: %s", problem);
	return wl_complain(b->message, mark_where(b, &parser->problem_mark), "not valid YAML: %s",
			   problem);
}

static int parse_events(struct builder *b, yaml_parser_t *parser, const char *text, size_t bytes)
{
	yaml_event_type_t type;
	yaml_event_t event;
	int err;

	do {
		if (!yaml_parser_parse(parser, &event))
			return complain_syntax(b, parser, text, bytes);
		type = event.type;
		err = take_event(b, &event);
		yaml_event_delete(&event);
	} while (!err && type != YAML_STREAM_END_EVENT);
	return err;
}

static int check_root(const struct wl_document *doc, char *message)
{
	if (doc->root && doc->root->kind == WL_MAP)
		return 0;
	if (!doc->root || (doc->root->kind == WL_SCALAR && !doc->root->text[0]))
		return wl_complain(message, (struct wl_where){doc->file, 1, 1},
				   "is empty, expected keys and values");
	return wl_complain(message, wl_at(doc, doc->root), "expected keys and values, not a %s",
			   doc->root->kind == WL_LIST ? "list" : "single value");
}

int wl_document_parse(struct wl_document *doc, const char *file, const char *text, size_t bytes,
		      char *message)
{
	struct builder b = {.doc = doc, .message = message};
	yaml_parser_t parser;
	int err;

	*doc = (struct wl_document){.file = file};
	doc->nodes = calloc(WL_MAX_NODES, sizeof(*doc->nodes));
	if (!doc->nodes || !yaml_parser_initialize(&parser)) {
		wl_document_free(doc);
		return -ENOMEM;
	}
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text, bytes);
	err = parse_events(&b, &parser, text, bytes);
	yaml_parser_delete(&parser);
	if (!err)
		err = check_root(doc, message);
	if (err)
		wl_document_free(doc);
	return err;
}

void wl_document_free(struct wl_document *doc)
{
	for (u32 i = 0; doc->nodes && i < doc->nr_nodes; i++)
		free(doc->nodes[i].text);
	free(doc->nodes);
	*doc = (struct wl_document){0};
}
