/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * YAML files as small trees of nodes that know their place, and complaints about
 * them: one line, `file:line:column: what is wrong, what was expected`. What the keys
 * mean is for whoever reads a tree.
 */
#ifndef SYSTEM_TEXT_H
#define SYSTEM_TEXT_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>

#include "sim/types.h"

#define TEXT_MESSAGE_MAX 1024
#define TEXT_MAX_FILE_BYTES (1u << 20)
#define TEXT_MAX_DEPTH 12
#define TEXT_MAX_NODES 32768
#define TEXT_MAX_KEYS 256 /* of one YAML mapping */
#define TEXT_QUOTE_BYTES 64
#define TEXT_HINT_BYTES 160

/* --- complaints (complain.c) --- */

/* Where in which input something stands, and where it is said if that is wrong. */
struct text_where {
	const char *file;
	u32 line, column; /* from 1; line 0: nowhere in particular */
	char *message;	  /* TEXT_MESSAGE_MAX bytes */
};

/** text_complain() - `file:line:column: text` into @where's message. Return: -EINVAL. */
int text_complain(struct text_where where, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/**
 * text_quote() - input text as part of a one-line message
 * In quotes, cut to 40 bytes, with '?' for what is not printable.
 *
 * Return: @quoted.
 */
const char *text_quote(char quoted[TEXT_QUOTE_BYTES], const char *text);

/* --- "did you mean" (suggest.c) --- */

/* The nearest of several words to one that is unknown. */
struct text_suggestion {
	char word[128]; /* "" while nothing is near */
	u32 distance;
};

/** text_suggest() - offer @candidate for the unknown @word; start from a zeroed @suggestion. */
void text_suggest(struct text_suggestion *suggestion, const char *word, const char *candidate);

/** text_hint() - "; did you mean 'WORD'?", or "" if nothing is near. Return: @hint. */
const char *text_hint(char hint[TEXT_HINT_BYTES], const struct text_suggestion *suggestion);

/* --- files (file.c) --- */

struct text_input {
	const char *file; /* for messages, not copied */
	char *text;
	size_t bytes;
};

/**
 * text_file_read() - a whole regular file of at most TEXT_MAX_FILE_BYTES
 * Return: 0, @input->text is the caller's to free; else -errno with @message.
 */
int text_file_read(struct text_input *input, const char *path, char *message);

/** text_folder_of() - the folder of @path, "." if it names none; cut to fit. */
void text_folder_of(const char *path, char *folder, size_t folder_bytes);

/* --- documents (document.c) --- */

enum text_kind { TEXT_SCALAR, TEXT_MAP, TEXT_LIST };

struct text_node {
	enum text_kind kind;
	u32 line, column;	     /* from 1 */
	char *text;		     /* scalar */
	bool is_plain;		     /* scalar without quotes */
	const struct text_node *key; /* in a map: the scalar that leads here */
	struct text_node *first, *last, *next;
	u32 nr_children;
};

/* One YAML document, read whole: bounded by the limits above. */
struct text_document {
	const char *file;
	struct text_node *nodes;
	u32 nr_nodes;
	struct text_node *root; /* a map */
	char *message;		/* for complaints about it */
};

/**
 * text_document_parse() - YAML to nodes
 * @message: TEXT_MESSAGE_MAX bytes, which live as long as @doc
 *
 * Refuses what a workload has no use for and what makes YAML dangerous:
 * anchors, aliases, tags, several documents, duplicate keys, deep nesting.
 *
 * Return: 0; -EINVAL with @message; -ENOMEM.
 */
int text_document_parse(struct text_document *doc, const struct text_input *input, char *message);

/** text_document_read() - text_document_parse() of the file @path, which is not copied. */
int text_document_read(struct text_document *doc, const char *path, char *message);

void text_document_free(struct text_document *doc);

static inline struct text_where text_at(const struct text_document *doc,
					const struct text_node *node)
{
	return (struct text_where){doc->file, node->line, node->column, doc->message};
}

/** text_child() - what the map @map (NULL: an empty one) has under @key, NULL if nothing. */
const struct text_node *text_child(const struct text_node *map, const char *key);

#endif
