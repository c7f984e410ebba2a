// SPDX-License-Identifier: GPL-2.0-only
/*
 * "Did you mean": the nearest known word by edit distance (insert, delete,
 * replace, swap of neighbours). And how input is quoted in a message.
 */
#include <stdio.h>
#include <string.h>

#include "system/config/internal.h"

#define MAX_WORD 64
#define QUOTED_BYTES 40

static u32 min_u32(u32 a, u32 b)
{
	return a < b ? a : b;
}

/* Optimal string alignment, three rows; both words are at most MAX_WORD long. */
static u32 distance(const char *a, const char *b)
{
	u32 rows[3][MAX_WORD + 1];
	u32 len_a = (u32)strlen(a), len_b = (u32)strlen(b);
	u32 *before = rows[0], *last = rows[1], *now = rows[2], *spare;

	for (u32 j = 0; j <= len_b; j++)
		last[j] = j;
	for (u32 i = 1; i <= len_a; i++) {
		now[0] = i;
		for (u32 j = 1; j <= len_b; j++) {
			u32 cost = a[i - 1] != b[j - 1];

			now[j] = min_u32(min_u32(last[j] + 1, now[j - 1] + 1), last[j - 1] + cost);
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				now[j] = min_u32(now[j], before[j - 2] + 1);
		}
		spare = before;
		before = last;
		last = now;
		now = spare;
	}
	return last[len_b];
}

void wl_suggest(struct wl_suggestion *suggestion, const char *word, const char *candidate)
{
	u32 length = (u32)strlen(word);
	u32 limit = length < 4 ? 1 : (length + 2) / 3;
	u32 far;

	if (length == 0 || length > MAX_WORD || strlen(candidate) > MAX_WORD)
		return;
	far = distance(word, candidate);
	if (length >= 3 && !strncmp(word, candidate, length))
		far = min_u32(far, limit);
	if (far > limit || (suggestion->word[0] && far >= suggestion->distance))
		return;
	snprintf(suggestion->word, sizeof(suggestion->word), "%s", candidate);
	suggestion->distance = far;
}

static bool is_continuation(char c)
{
	return ((unsigned char)c & 0xc0) == 0x80;
}

const char *wl_quote(char quoted[WL_QUOTE_BYTES], const char *text)
{
	size_t length = strlen(text), nr = length;
	char *out = quoted;

	if (length > QUOTED_BYTES) {
		nr = QUOTED_BYTES;
		while (nr && is_continuation(text[nr]))
			nr--;
	}
	*out++ = '\'';
	for (size_t i = 0; i < nr; i++) {
		unsigned char c = (unsigned char)text[i];

		*out++ = c < 0x20 || c == 0x7f ? '?' : text[i];
	}
	*out++ = '\'';
	snprintf(out, 4, "%s", length > nr ? "..." : "");
	return quoted;
}
