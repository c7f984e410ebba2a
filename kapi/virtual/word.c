// SPDX-License-Identifier: GPL-2.0-only
/*
 * The lines of words that have no room for one: of bitmaps, and of what is changed by
 * cmpxchg() as it is. An object's words are, 64 bytes each, on one line, as in the kernel, for
 * there is nothing of ours between them; so they disturb each other as they do there.
 *
 * Lines are found by where in the arena a word lies. That decides nothing but which words are
 * on one: objects begin at multiples of 64 in every build, and with an object its lines go.
 */
#include "kapi/internal.h"

#include "sim/arena.h"
#include "sim/line.h"

#define LINE_BYTES 64
#define PAGE_LINES 64

/* The lines of 4 KiB of the arena. */
struct kapi_word_page {
	struct kapi_word_page *next; /* of its bucket */
	u64 number;		     /* of 4 KiB of the arena */
	struct sim_line lines[PAGE_LINES];
};

static struct kapi_word_page **find_page(u64 number)
{
	struct kapi_word_page **at = &kapi_state->word_pages[number % KAPI_WORD_BUCKETS];

	while (*at && (*at)->number != number)
		at = &(*at)->next;
	return at;
}

static struct sim_line *line_of(const volatile void *word)
{
	u64 line = sim_arena_offset((const void *)word) / LINE_BYTES;
	struct kapi_word_page **at = find_page(line / PAGE_LINES);

	if (!*at) {
		*at = kapi_alloc(sizeof(**at));
		(*at)->number = line / PAGE_LINES;
		kapi_state->nr_word_pages++;
	}
	return &(*at)->lines[line % PAGE_LINES];
}

void kapi_word_rmw(const volatile void *word)
{
	if (!sim_thread_self())
		return;
	if (sim_arena_owns((const void *)word))
		sim_line_atomic_shared(line_of(word));
	else
		kapi_atomic(); /* a static word: no machine's, and nobody's but this CPU's */
}

/* What of it lies in [first, first + nr) lines. */
static void forget_lines(struct kapi_word_page *page, u64 first, u64 nr)
{
	for (u64 i = 0; i < PAGE_LINES; i++) {
		if (page->number * PAGE_LINES + i - first < nr)
			sim_line_init(&page->lines[i]);
	}
}

void kapi_words_forget(const void *object, u64 bytes)
{
	u64 first, nr, last_page;

	if (!kapi_state->nr_word_pages || !bytes)
		return;
	first = sim_arena_offset(object) / LINE_BYTES;
	nr = (bytes + LINE_BYTES - 1) / LINE_BYTES;
	last_page = (first + nr - 1) / PAGE_LINES;
	for (u64 number = first / PAGE_LINES; number <= last_page; number++) {
		struct kapi_word_page *page = *find_page(number);

		if (page)
			forget_lines(page, first, nr);
	}
}
