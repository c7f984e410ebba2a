// SPDX-License-Identifier: GPL-2.0-only
/*
 * libyaml events into a small tree of nodes that remember where they stood.
 *
 * YAML is a large language and its corners are dangerous (aliases multiply,
 * tags construct). A workload is maps, lists and scalars in one document;
 * everything else is refused here, before anybody looks at the content.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "system/text/text.h"

/* The state of one parse: open collections, and a key that awaits its value. */
struct builder {
	struct text_document *doc;
	const struct text_input *input;
	struct text_node *open[TEXT_MAX_DEPTH];
	u32 depth;
	struct text_node *key;
	u32 nr_documents;
};

static struct text_where mark_where(const struct builder *b, const yaml_mark_t *mark)
{
	return (struct text_where){b->doc->file, (u32)mark->line + 1, (u32)mark->column + 1,
				   b->doc->message};
}

static struct text_node *new_node(struct builder *b, enum text_kind kind, const yaml_event_t *event)
{
	struct text_node *node;

	if (b->doc->nr_nodes == TEXT_MAX_NODES) {
		text_complain(mark_where(b, &event->start_mark),
			      "more than %u values, no workload file has so many", TEXT_MAX_NODES);
		return NULL;
	}
	node = &b->doc->nodes[b->doc->nr_nodes++];
	node->kind = kind;
	node->line = (u32)event->start_mark.line + 1;
	node->column = (u32)event->start_mark.column + 1;
	return node;
}

static int check_duplicate(struct builder *b, const struct text_node *map,
			   const struct text_node *key)
{
	char quoted[TEXT_QUOTE_BYTES];

	if (map->nr_children == TEXT_MAX_KEYS)
		return text_complain(text_at(b->doc, key), "more than %u keys in one place",
				     TEXT_MAX_KEYS);
	for (const struct text_node *child = map->first; child; child = child->next) {
		if (!strcmp(child->key->text, key->text))
			return text_complain(text_at(b->doc, key),
					     "duplicate key %s, first at line %u",
					     text_quote(quoted, key->text), child->key->line);
	}
	return 0;
}

/* Hang a finished or just opened node into the collection that is open. */
static int attach(struct builder *b, struct text_node *node)
{
	struct text_node *parent = b->depth ? b->open[b->depth - 1] : NULL;

	if (!parent) {
		b->doc->root = node;
		return 0;
	}
	if (parent->kind == TEXT_MAP && !b->key) {
		if (node->kind != TEXT_SCALAR)
			return text_complain(text_at(b->doc, node), "a key must be a plain word");
		b->key = node;
		return check_duplicate(b, parent, node);
	}
	node->key = parent->kind == TEXT_MAP ? b->key : NULL;
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
	struct text_node *node = new_node(b, TEXT_SCALAR, event);

	if (!node)
		return -EINVAL;
	if (strlen(value) != event->data.scalar.length)
		return text_complain(text_at(b->doc, node), "a zero byte in a value");
	node->is_plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
	node->text = strdup(value);
	if (!node->text)
		return -ENOMEM;
	return attach(b, node);
}

static int open_collection(struct builder *b, enum text_kind kind, const yaml_event_t *event)
{
	struct text_node *node;
	int err;

	if (b->depth == TEXT_MAX_DEPTH)
		return text_complain(mark_where(b, &event->start_mark),
				     "nested deeper than %u levels", TEXT_MAX_DEPTH);
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
	return text_complain(mark_where(b, &event->start_mark),
			     "%s, which a workload file may not have", what);
}

static int start_document(struct builder *b, const yaml_event_t *event)
{
	const struct text_where where = mark_where(b, &event->start_mark);

	if (b->nr_documents++)
		return text_complain(where, "a second document, expected only one");
	if (event->data.document_start.tag_directives.start !=
	    event->data.document_start.tag_directives.end)
		return text_complain(where,
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
		return text_complain(mark_where(b, &event->start_mark),
				     "an alias ('*'), which a workload file may not have");
	case YAML_SCALAR_EVENT:
		err = check_plainness(b, event, event->data.scalar.anchor, event->data.scalar.tag);
		return err ? err : add_scalar(b, event);
	case YAML_MAPPING_START_EVENT:
		err = check_plainness(b, event, event->data.mapping_start.anchor,
				      event->data.mapping_start.tag);
		return err ? err : open_collection(b, TEXT_MAP, event);
	case YAML_SEQUENCE_START_EVENT:
		err = check_plainness(b, event, event->data.sequence_start.anchor,
				      event->data.sequence_start.tag);
		return err ? err : open_collection(b, TEXT_LIST, event);
	case YAML_MAPPING_END_EVENT:
	case YAML_SEQUENCE_END_EVENT:
		b->depth--;
		return 0;
	default:
		return 0;
	}
}

/* Reader errors (bytes that are not UTF-8) come with an offset, not a mark. */
static struct text_where offset_where(const struct builder *b, size_t offset)
{
	struct text_where where = {b->doc->file, 1, 1, b->doc->message};

	for (size_t i = 0; i < offset && i < b->input->bytes; i++) {
		where.column++;
		if (b->input->text[i] == '\n') {
			where.line++;
			where.column = 1;
		}
	}
	return where;
}

static int complain_syntax(struct builder *b, const yaml_parser_t *parser)
{
	const char *problem = parser->problem ? parser->problem : "unknown problem";

	if (parser->error == YAML_MEMORY_ERROR)
		return -ENOMEM;
	if (parser->error == YAML_READER_ERROR)
		return text_complain(offset_where(b, parser->problem_offset), "not a text file: %s",
				     problem);
	return text_complain(mark_where(b, &parser->problem_mark), "not valid YAML: %s", problem);
}

static int parse_events(struct builder *b, yaml_parser_t *parser)
{
	yaml_event_type_t type;
	yaml_event_t event;
	int err;

	do {
		if (!yaml_parser_parse(parser, &event))
			return complain_syntax(b, parser);
		type = event.type;
		err = take_event(b, &event);
		yaml_event_delete(&event);
	} while (!err && type != YAML_STREAM_END_EVENT);
	return err;
}

static int check_root(const struct text_document *doc)
{
	const struct text_where start = {doc->file, 1, 1, doc->message};

	if (doc->root && doc->root->kind == TEXT_MAP)
		return 0;
	if (!doc->root || (doc->root->kind == TEXT_SCALAR && !doc->root->text[0]))
		return text_complain(start, "is empty, expected keys and values");
	return text_complain(text_at(doc, doc->root), "expected keys and values, not a %s",
			     doc->root->kind == TEXT_LIST ? "list" : "single value");
}

#define MARK "\xef\xbb\xbf" /* U+FEFF, as UTF-8 */
#define MARK_BYTES (sizeof(MARK) - 1)

static bool begins_with(const struct text_input *input, const char *bytes, size_t nr)
{
	return input->bytes >= nr && !memcmp(input->text, bytes, nr);
}

/*
 * A byte order mark in front belongs to the encoding (YAML 1.2, 5.2), and is passed over
 * here, as libyaml takes it for part of the first key. Nobody sees one further on, so that
 * it would be an unknown key that looks like a known one.
 */
static int check_encoding(struct builder *b, struct text_input *input)
{
	const char *mark;

	if (begins_with(input, "\xff\xfe", 2) || begins_with(input, "\xfe\xff", 2))
		return text_complain(offset_where(b, 0), "is UTF-16 or UTF-32, expected UTF-8");
	if (begins_with(input, MARK, MARK_BYTES)) {
		input->text += MARK_BYTES;
		input->bytes -= MARK_BYTES;
	}
	mark = memmem(input->text, input->bytes, MARK, MARK_BYTES);
	if (!mark)
		return 0;
	return text_complain(offset_where(b, (size_t)(mark - input->text)),
			     "a byte order mark (U+FEFF) within the text, which nobody sees");
}

int text_document_parse(struct text_document *doc, const struct text_input *file, char *message)
{
	struct text_input text = *file, *input = &text;
	struct builder b = {.doc = doc, .input = input};
	yaml_parser_t parser;
	int err;

	*doc = (struct text_document){.file = input->file, .message = message};
	err = check_encoding(&b, input);
	if (err)
		return err;
	doc->nodes = calloc(TEXT_MAX_NODES, sizeof(*doc->nodes));
	if (!doc->nodes || !yaml_parser_initialize(&parser)) {
		text_document_free(doc);
		return -ENOMEM;
	}
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)input->text, input->bytes);
	err = parse_events(&b, &parser);
	yaml_parser_delete(&parser);
	if (!err)
		err = check_root(doc);
	if (err)
		text_document_free(doc);
	return err;
}

int text_document_read(struct text_document *doc, const char *path, char *message)
{
	struct text_input input;
	int err = text_file_read(&input, path, message);

	if (err)
		return err;
	err = text_document_parse(doc, &input, message);
	free(input.text);
	return err;
}

void text_document_free(struct text_document *doc)
{
	for (u32 i = 0; doc->nodes && i < doc->nr_nodes; i++)
		free(doc->nodes[i].text);
	free(doc->nodes);
	*doc = (struct text_document){0};
}

const struct text_node *text_child(const struct text_node *map, const char *key)
{
	for (const struct text_node *node = map ? map->first : NULL; node; node = node->next) {
		if (!strcmp(node->key->text, key))
			return node;
	}
	return NULL;
}
