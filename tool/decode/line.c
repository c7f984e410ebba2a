// SPDX-License-Identifier: GPL-2.0-only
/* What readers of lines share: see line.h. */
#include "tool/decode/line.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

void decode_emit(struct decode_sink *sink, const struct decode_item *item)
{
	sink->nr_items++;
	sink->item(sink->opaque, item);
}

void decode_begin(struct decode_item *item, const struct decode_line *line)
{
	memset(item, 0, sizeof(*item));
	item->line = line->number;
	item->unit = "";
	item->kind = "";
}

static bool hex_at(const char *at, char **end, u64 *value)
{
	if (!isxdigit((unsigned char)*at))
		return false;
	errno = 0;
	*value = strtoull(at, end, 16);
	return !errno;
}

bool decode_hex(const char *text, const char *key, u64 *value)
{
	const char *at = strstr(text, key);
	char *end;

	return at && hex_at(at + strlen(key), &end, value);
}

u32 decode_words(const char *text, u64 *words, u32 max)
{
	u32 nr = 0;
	char *end;

	for (;; text = end) {
		text += strspn(text, " \t,");
		if (!*text)
			return nr;
		if (nr == max || !hex_at(text, &end, &words[nr]) || (*end && !strchr(" \t,", *end)))
			return 0;
		nr++;
	}
}

bool decode_word(const char *text, const char *key, char *word, size_t bytes)
{
	const char *at = strstr(text, key);
	size_t length = 0;

	if (!at)
		return false;
	at += strlen(key);
	while (isalnum((unsigned char)at[length]) || (at[length] && strchr("_.:-", at[length])))
		length++;
	while (length && at[length - 1] == ':')
		length--;
	if (!length || length >= bytes)
		return false;
	memcpy(word, at, length);
	word[length] = 0;
	return true;
}
