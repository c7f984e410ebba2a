/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Lines to items. A reader of one kind of line is asked for each line in turn; some need
 * lines that follow.
 */
#ifndef TOOL_DECODE_LINE_H
#define TOOL_DECODE_LINE_H

#include "tool/decode/item.h"

#define DECODE_LINE_BYTES 8192

struct decode_sink {
	void (*item)(void *opaque, const struct decode_item *item);
	void *opaque;
	u64 nr_items, nr_suppressed;
};

/* A line, and where what it says begins: behind the time of dmesg, the task of a trace. */
struct decode_line {
	u64 number;
	const char *text;
};

void decode_emit(struct decode_sink *sink, const struct decode_item *item);

/** decode_begin() - an empty item of @line. */
void decode_begin(struct decode_item *item, const struct decode_line *line);

/**
 * decode_hex() - the number behind @key in @text, with or without 0x
 * Return: is there one?
 */
bool decode_hex(const char *text, const char *key, u64 *value);

/** decode_words() - up to @max hexadecimal words that @text consists of; 0: of something else. */
u32 decode_words(const char *text, u64 *words, u32 max);

/** decode_word() - the word of letters, digits and _.:- behind @key. Return: is there one? */
bool decode_word(const char *text, const char *key, char *word, size_t bytes);

/*
 * Each tells whether the line is one of its own. What waits for further lines is given
 * to the sink when they are there, or by its _end().
 */
struct decode_smmu_lines; /* of arm-smmu-v3's driver: smmu_lines.c */
struct decode_smmu_lines *decode_smmu_lines_create(struct decode_sink *sink);
bool decode_smmu_line(struct decode_smmu_lines *lines, const struct decode_line *line);
void decode_smmu_lines_end(struct decode_smmu_lines *lines);

struct decode_dmar_lines; /* of Linux's and Xen's VT-d drivers: dmar_lines.c */
struct decode_dmar_lines *decode_dmar_lines_create(struct decode_sink *sink);
bool decode_dmar_line(struct decode_dmar_lines *lines, const struct decode_line *line);
void decode_dmar_lines_end(struct decode_dmar_lines *lines);

bool decode_amd_line(struct decode_sink *sink, const struct decode_line *line); /* other_lines.c */
bool decode_smmu2_line(struct decode_sink *sink, const struct decode_line *line); /* likewise */
bool decode_trace_line(struct decode_sink *sink,
		       const struct decode_line *line); /* trace_lines.c */

struct decode_word_lines; /* words with a name before them: word_lines.c */
struct decode_word_lines *decode_word_lines_create(struct decode_sink *sink);
bool decode_word_line(struct decode_word_lines *lines, const struct decode_line *line);
void decode_word_lines_end(struct decode_word_lines *lines);

#endif
