/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Scenario files into a table in C that a module can compile too: names of
 * verbs and values go through as text and mean what handler/scenario/scenario.h
 * says.
 */
#ifndef TOOL_SCENARIO_H
#define TOOL_SCENARIO_H

#include <stdbool.h>
#include <stdio.h>

#include "system/text/text.h"

enum scn_kind {
	SCN_KIND_NUMBER, /* whole, may be negative: min to max */
	SCN_KIND_BOOL,
	SCN_KIND_PERM,	  /* r, w, x, p in any combination */
	SCN_KIND_WORD,	  /* one of choices, behind prefix */
	SCN_KIND_ERRNO,	  /* "EBUSY"; or a list of those that are as good, OK among them */
	SCN_KIND_REACHES, /* true, false or either */
	SCN_KIND_CODES,	  /* a WORD, or a list of those that are as good */
	SCN_KIND_LABEL,	  /* a name of the file's own, of things done beside */
	SCN_KIND_NUMBERS, /* a list of numbers, with a count */
	SCN_KIND_TEXT,
	SCN_KIND_ANSWERS, /* a list of {device, group, code} */
};

/* An argument of a verb: its key in the file, and the field of struct scn_step. */
struct scn_key {
	const char *key, *field;
	enum scn_kind kind;
	s64 min, max;
	const char *prefix;  /* of a WORD */
	const char *choices; /* of a WORD, between spaces */
	const char *def;     /* in C; NULL: must be given; "": nothing is written */
	bool is_expectation; /* not part of the verb's text */
};

#define SCN_MAX_KEYS 16

struct scn_verb_def {
	const char *name, *id; /* "attach", "SCN_ATTACH" */
	struct scn_key keys[SCN_MAX_KEYS];
};

extern const struct scn_verb_def scn_verbs[];
extern const size_t scn_nr_verbs;
extern const struct scn_key scn_answer_keys[];
extern const struct scn_key scn_container_keys[];

#define SCN_MAX_LABELS 4

/* One file while it is compiled. */
struct scn_file {
	struct text_document doc;
	const char *name;
	char labels[SCN_MAX_LABELS][32]; /* of things done beside */
	u32 thread;			 /* whose list is written; 0: none's */
	u32 devices, containers;	 /* bit n: a step names number n */
	FILE *out;
};

/**
 * scn_find_key() - the row for @node's key, in an array that ends with a row without key
 * Return: NULL, with a complaint: there is none.
 */
const struct scn_key *scn_find_key(struct scn_file *file, const struct scn_key *keys,
				   const struct text_node *node, const char *where);

/** scn_write_value() - `.field = value, ` for @node. 0 or -EINVAL with a complaint. */
int scn_write_value(struct scn_file *file, const struct scn_key *key, const struct text_node *node);

/* Something with fields: a verb's arguments, a container, an answer. */
struct scn_fields {
	const struct scn_key *keys;
	const struct text_node *map; /* NULL: none is given */
	struct text_where where;
	const char *what; /* "an answer" */
};

/** scn_write_fields() - every field of @fields, given or default. */
int scn_write_fields(struct scn_file *file, const struct scn_fields *fields);

/** scn_write_upper() - @text in capitals, '-' as '_'. */
void scn_write_upper(FILE *out, const char *text);

/** scn_write_text() - @text as a string of C. */
void scn_write_text(FILE *out, const char *text);

/** scn_compile() - the arrays of one scenario to file->out. 0 or -EINVAL with a complaint. */
int scn_compile(struct scn_file *file);

#endif
