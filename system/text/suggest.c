// SPDX-License-Identifier: GPL-2.0-only
/*
 * "Did you mean": the nearest known word by edit distance (insert, delete,
 * replace, swap of neighbours).
 */
#include <stdio.h>
#include <string.h>

#include "system/text/text.h"

#define MAX_WORD 64

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

void text_suggest(struct text_suggestion *suggestion, const char *word, const char *candidate)
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

const char *text_hint(char hint[TEXT_HINT_BYTES], const struct text_suggestion *suggestion)
{
	hint[0] = 0;
	if (suggestion->word[0])
		snprintf(hint, TEXT_HINT_BYTES, "; did you mean '%s'?", suggestion->word);
	return hint;
}
