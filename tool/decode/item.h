/* SPDX-License-Identifier: GPL-2.0-only */
/* What one record, command, structure or fault line means, and how that is printed. */
#ifndef TOOL_DECODE_ITEM_H
#define TOOL_DECODE_ITEM_H

#include <stdio.h>

#include "tool/common/json_writer.h"

#define DECODE_MAX_FIELDS 80
#define DECODE_MAX_WORDS 8
#define DECODE_TEXT_BYTES 320

/*
 * A field of a record: where it is, what it is called. An address stays at its place,
 * any other value is moved down to bit 0.
 */
struct decode_field {
	u32 word;
	u64 mask;
	const char *name;
	const char *const *values; /* what 0, 1, ... mean, NULL ends them; or NULL */
	bool is_address;
};

/* The name is that of the mask, without its prefix. */
#define FIELD(word, prefix, name)                                                                  \
	{                                                                                          \
		word, prefix##name, #name, NULL, false                                             \
	}
#define FIELD_VALUES(word, prefix, name, values)                                                   \
	{                                                                                          \
		word, prefix##name, #name, values, false                                           \
	}
#define FIELD_AS(word, mask, name)                                                                 \
	{                                                                                          \
		word, mask, name, NULL, false                                                      \
	}
#define FIELD_VALUES_AS(word, mask, name, values)                                                  \
	{                                                                                          \
		word, mask, name, values, false                                                    \
	}
#define FIELD_ADDRESS(word, mask, name)                                                            \
	{                                                                                          \
		word, mask, name, NULL, true                                                       \
	}

struct decode_value {
	const char *name;
	u64 value;
	char meaning[64]; /* "" : none */
};

struct decode_item {
	u64 line;		     /* where it begins */
	const char *unit, *kind;     /* "SMMUv3", "event" */
	char name[64];		     /* the specification's */
	char section[64];	     /* "IHI 0070 7.3.13" */
	char source[96];	     /* who said it: "arm-smmu-v3 8706000000.iommu"; or "" */
	u64 words[DECODE_MAX_WORDS]; /* as they stand in memory */
	u32 nr_words;		     /* 0: the line had fields, not words */
	struct decode_value fields[DECODE_MAX_FIELDS];
	u32 nr_fields;
	char prints[2][DECODE_TEXT_BYTES]; /* what Linux prints of it today; or "" */
	char note[DECODE_TEXT_BYTES];	   /* what else there is to say; or "" */
	const char *linux_does;		   /* NULL: nothing to say */
	const char *model;		   /* the model's rule; NULL likewise */
};

/** decode_add() - one more field. @meaning: NULL: none. */
void decode_add(struct decode_item *item, const char *name, u64 value, const char *meaning);

/** decode_fields() - the fields of a table, as item->words have them. */
void decode_fields(struct decode_item *item, const struct decode_field *fields, u32 nr);

/** decode_note() - add a sentence to the note. */
void decode_note(struct decode_item *item, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/** decode_print() - for people. In text a field that is 0 and means nothing is left out. */
void decode_print(FILE *out, const char *file, const struct decode_item *item);

/** decode_write() - as an object of JSON. */
void decode_write(struct json_writer *json, const struct decode_item *item);

#endif
