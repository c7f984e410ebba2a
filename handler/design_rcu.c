// SPDX-License-Identifier: GPL-2.0-only
/*
 * Design rcu: a fault takes no lock. It finds its range by a walk through the
 * tree that a sequence count validates; what is found stays for the moment of
 * looking (SRCU). In that moment it claims its page by one atomic bit, and a
 * range stays while a bit of it is set. Who loses waits for the winner, outside,
 * and looks again. While a page's entries change, another bit is set: the
 * notifier, and whoever unmaps, waits for that one, which is never set while a
 * page is pinned.
 *
 * Bits of one word are taken all at once or not at all, words in ascending
 * order, so who holds some never waits for who waits for them.
 */
#include <linux/errno.h>
#include <linux/seqlock.h>
#include <linux/srcu.h>
#include <linux/wait_bit.h>

#include "design.h"

/* Of each container. */
struct own {
	struct srcu_struct srcu; /* ranges and domains */
	seqcount_mutex_t ranges_seq;
};

/* Of each page: bits of a chunk. */
enum own_bit {
	CLAIMED, /* a fault is at work on the page */
	LOCKED,	 /* its entries are being changed */
};

static struct own *own_of(struct pfh_container *container)
{
	return (struct own *)container->own;
}

/* The bits of 64 pages, @page among them. */
static unsigned long *word_of(const struct pfh_range *range, enum own_bit bit, unsigned long page)
{
	return &pfh_chunk(range, page)->own[bit];
}

static int design_rcu_init(struct pfh_container *container)
{
	seqcount_mutex_init(&own_of(container)->ranges_seq, &container->lock);
	return init_srcu_struct(&own_of(container)->srcu);
}

static void design_rcu_finish(struct pfh_container *container)
{
	cleanup_srcu_struct(&own_of(container)->srcu);
}

/* --- lookup and change --- */

/*
 * The tree's links are written whole and never form a circle, so a walk always
 * ends (linux/rbtree.h on lockless lookups); but it may miss what a rotation
 * moves meanwhile.
 */
static struct pfh_range *design_rcu_first_from(struct pfh_container *container, dma_addr_t iova)
{
	struct pfh_range *range;
	unsigned int start;

	do {
		start = read_seqcount_begin(&own_of(container)->ranges_seq);
		range = pfh_range_search(container, iova);
	} while (read_seqcount_retry(&own_of(container)->ranges_seq, start));
	return range;
}

static int design_rcu_walk_begin(struct pfh_container *container, bool may_sleep)
{
	return srcu_read_lock(&own_of(container)->srcu);
}

static void design_rcu_walk_end(struct pfh_container *container, int token)
{
	srcu_read_unlock(&own_of(container)->srcu, token);
}

static void design_rcu_begin_change(struct pfh_container *container)
{
	write_seqcount_begin(&own_of(container)->ranges_seq);
}

static void design_rcu_end_change(struct pfh_container *container)
{
	write_seqcount_end(&own_of(container)->ranges_seq);
}

static void design_rcu_wait_users(struct pfh_container *container)
{
	synchronize_srcu_expedited(&own_of(container)->srcu);
}

/* --- bits of a word --- */

/* Those of [first, end) that lie in the word of @first. */
static unsigned long mask_of(unsigned long first, unsigned long end)
{
	unsigned long nr = min(end - first, BITS_PER_LONG - first % BITS_PER_LONG);

	return (~0UL >> (BITS_PER_LONG - nr)) << first % BITS_PER_LONG;
}

static bool take_bits(unsigned long *word, unsigned long mask)
{
	unsigned long old = READ_ONCE(*word);

	while (!(old & mask)) {
		if (try_cmpxchg(word, &old, old | mask))
			return true;
	}
	return false;
}

static void take_bits_wait(unsigned long *word, unsigned long mask)
{
	while (!take_bits(word, mask))
		wait_var_event(word, !(READ_ONCE(*word) & mask));
}

static void give_bits(unsigned long *word, unsigned long mask)
{
	unsigned long old = READ_ONCE(*word);

	while (!try_cmpxchg(word, &old, old & ~mask))
		;
	wake_up_var(
		word); /* that the exchange is before its look is what a successful one orders */
}

/* --- claims: faults against faults --- */

/* As many bits of @mask as are free, from the lowest on. Return: how many it got. */
static unsigned long take_some_bits(unsigned long *word, unsigned long mask)
{
	unsigned long old = READ_ONCE(*word);
	unsigned long free;

	do {
		free = mask;
		if (old & mask)
			free &= (1UL << __ffs(old & mask)) - 1;
		if (!free)
			return 0;
	} while (!try_cmpxchg(word, &old, old | free));
	return hweight_long(free);
}

/* Of the pages behind the first those that are free, up to one that is not. */
static void claim_following(struct pfh_span *span)
{
	unsigned long end = span->first + span->nr, next = span->first + 1;

	while (next < end) {
		unsigned long mask = mask_of(next, end);
		unsigned long got = take_some_bits(word_of(span->range, CLAIMED, next), mask);

		next += got;
		if (got != (unsigned long)hweight_long(mask))
			break;
	}
	span->nr = next - span->first;
}

static unsigned long first_bit(const struct pfh_span *span)
{
	return mask_of(span->first, span->first + 1);
}

/* Before it is claimed: who waits for faults looks at nothing that none had. */
static void touch_span(const struct pfh_span *span)
{
	unsigned long page, last = span->first + span->nr - 1;

	for (page = span->first; page < last; page += PFH_BLOCK_PAGES)
		pfh_touch(span->range, page);
	pfh_touch(span->range, last);
}

/*
 * Look, and try to claim. Return: false: another fault has the page; *rival is
 * the word to wait for, which may be gone by then and only gives its name.
 */
static bool try_claim(struct pfh_attempt *attempt, enum pfh_look *look, void **rival)
{
	struct pfh_container *container = attempt->container;
	int token = srcu_read_lock(&own_of(container)->srcu);
	bool is_over = true;

	*look = pfh_look(attempt);
	if (*look == PFH_LOOK_MISSING) {
		touch_span(&attempt->span);
		*rival = word_of(attempt->span.range, CLAIMED, attempt->span.first);
		is_over = take_bits(*rival, first_bit(&attempt->span));
	}
	srcu_read_unlock(&own_of(container)->srcu, token);
	return is_over;
}

/* Return: is it over, or is it another word to wait for? */
static bool try_claim_again(struct pfh_attempt *attempt, enum pfh_look *look, void *rival,
			    bool *is_over)
{
	void *other = rival;

	*is_over = try_claim(attempt, look, &other);
	return *is_over || other != rival;
}

static enum pfh_look design_rcu_claim(struct pfh_attempt *attempt)
{
	enum pfh_look look;
	bool is_over;
	void *rival;

	is_over = try_claim(attempt, &look, &rival);
	while (!is_over) {
		wait_var_event(rival, try_claim_again(attempt, &look, rival, &is_over));
		if (!is_over)
			is_over = try_claim(attempt, &look, &rival);
	}
	if (look == PFH_LOOK_MISSING) {
		claim_following(&attempt->span);
		attempt->claimed = attempt->span;
	}
	return look;
}

static void for_each_word(const struct pfh_span *span, enum own_bit bit,
			  void (*fn)(unsigned long *word, unsigned long mask))
{
	unsigned long end = span->first + span->nr, next = span->first;

	while (next < end) {
		unsigned long mask = mask_of(next, end);

		fn(word_of(span->range, bit, next), mask);
		next += hweight_long(mask);
	}
}

static void design_rcu_release(struct pfh_attempt *attempt)
{
	for_each_word(&attempt->claimed, CLAIMED, give_bits);
}

static void design_rcu_claim_span(struct pfh_container *container, struct pfh_span *span,
				  struct pfh_hold *hold)
{
	touch_span(span);
	take_bits_wait(word_of(span->range, CLAIMED, span->first), first_bit(span));
	claim_following(span);
}

static void design_rcu_release_span(struct pfh_container *container, const struct pfh_span *span,
				    struct pfh_hold *hold)
{
	for_each_word(span, CLAIMED, give_bits);
}

/* Whoever looks from now on sees that it dies; those who did not have claimed. */
static void design_rcu_wait_faults(struct pfh_container *container, struct pfh_range *range)
{
	unsigned long page = 0, nr = pfh_range_pages(range);

	design_rcu_wait_users(container);
	while ((page = pfh_skip_untouched(range, page)) < nr) {
		unsigned long *word = word_of(range, CLAIMED, page);

		wait_var_event(word, !READ_ONCE(*word));
		page += BITS_PER_LONG;
	}
}

/* --- entries --- */

static bool try_lock(const struct pfh_span *span)
{
	struct pfh_span done = {.range = span->range, .first = span->first};

	while (done.nr < span->nr) {
		unsigned long next = span->first + done.nr;
		unsigned long mask = mask_of(next, span->first + span->nr);

		if (!take_bits(word_of(span->range, LOCKED, next), mask)) {
			for_each_word(&done, LOCKED, give_bits);
			return false;
		}
		done.nr += hweight_long(mask);
	}
	return true;
}

static bool design_rcu_lock(struct pfh_container *container, const struct pfh_span *span,
			    struct pfh_hold *hold, enum pfh_user user)
{
	/* For the domains; a walk has done it. */
	if (user == PFH_FAULT)
		hold->own[0] = srcu_read_lock(&own_of(container)->srcu);
	if (user == PFH_WALK_NO_SLEEP)
		return try_lock(span);
	for_each_word(span, LOCKED, take_bits_wait);
	return true;
}

static void design_rcu_unlock(struct pfh_container *container, const struct pfh_span *span,
			      struct pfh_hold *hold, enum pfh_user user)
{
	for_each_word(span, LOCKED, give_bits);
	if (user == PFH_FAULT)
		srcu_read_unlock(&own_of(container)->srcu, hold->own[0]);
}

const struct pfh_design pfh_design_rcu = {
	.own_bytes = sizeof(struct own),
	.maps_what_was_asked = true,
	.init = design_rcu_init,
	.finish = design_rcu_finish,
	.enable = pfh_design_enable,
	.disable = pfh_design_disable,
	.handle = pfh_design_handle,
	.claim = design_rcu_claim,
	.release = design_rcu_release,
	.claim_span = design_rcu_claim_span,
	.release_span = design_rcu_release_span,
	.lock = design_rcu_lock,
	.unlock = design_rcu_unlock,
	.first_from = design_rcu_first_from,
	.walk_begin = design_rcu_walk_begin,
	.walk_end = design_rcu_walk_end,
	.begin_change = design_rcu_begin_change,
	.end_change = design_rcu_end_change,
	.wait_users = design_rcu_wait_users,
	.wait_faults = design_rcu_wait_faults,
	.invalidate_start = pfh_design_invalidate_start,
	.invalidate_end = pfh_design_invalidate_end,
};
