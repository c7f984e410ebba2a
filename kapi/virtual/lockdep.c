// SPDX-License-Identifier: GPL-2.0-only
/*
 * See lockdep.h; the rules are those of Linux's lockdep. A class is all locks of a name. Where a
 * lock is asked for while others are held, its class is inside theirs. It is wrong
 *
 * - that a class is inside itself, but for mutex_lock_nested(), or over others: that makes a
 * circle. Readers of a semaphore are no exception: a writer that waits stands between two of them;
 * - that a class taken by a hard interrupt's handler is also taken, or has a class inside it that
 * is taken, with interrupts enabled: the interrupt may come there.
 *
 * A trylock waits for nobody and so is inside nothing, but others are inside it.
 *
 * Left out: soft interrupts, which are none here, readers that may recurse (rwlocks, RCU), and what
 * Linux treats as locks though it is none: works that are flushed, MMU notifiers, reclaim.
 */
#include "kapi/virtual/lockdep.h"

#include <linux/bug.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kapi/debug.h"
#include "sim/columns.h"
#include "sim/defects.h"
#include "sim/holds.h"

#define MAX_CLASSES 256 /* the locks of further ones are not looked at */
#define MAX_CHAIN (SIM_COLUMNS_ROWS - 1)
#define FOUND_BYTES 1000

enum usage { IN_HARDIRQ, IRQS_ON, NR_USAGES };

/* The first time that a lock of one class was asked for inside one of another. */
struct nesting {
	struct nesting *next;
	u32 outer, inner;
	const kapi_site_t *outer_site, *inner_site;
	char thread[32];
};

struct class
{
	const char *name;
	u8 usages;    /* bit n: enum usage n */
	bool is_told; /* as taken by interrupts, and another with interrupts on inside it */
	const kapi_site_t *sites[NR_USAGES];
	char threads[NR_USAGES][32];
};

struct kapi_lockdep {
	u64 is_inside[MAX_CLASSES][MAX_CLASSES / 64]; /* [outer], bit of inner */
	struct class classes[MAX_CLASSES];
	struct nesting *nestings, **last;
	char found[FOUND_BYTES];
	/* of the search under way */
	const struct nesting *to[MAX_CLASSES]; /* the way there; NULL: not reached */
	u32 nr_reached, reached[MAX_CLASSES];
	struct sim_columns columns;
};

static void *remember(size_t bytes)
{
	void *memory = SIM_EXPLORES ? calloc(1, bytes) : kapi_alloc(bytes);

	BUG_ON(!memory);
	return memory;
}

struct kapi_lockdep *kapi_lockdep_create(void)
{
	static struct kapi_lockdep *kept;
	struct kapi_lockdep *dep = SIM_EXPLORES && kept ? kept : remember(sizeof(*dep));

	if (SIM_EXPLORES)
		kept = dep;
	if (!dep->last)
		dep->last = &dep->nestings;
	return dep;
}

/* --- the graph --- */

static bool is_inside(const struct kapi_lockdep *dep, u32 outer, u32 inner)
{
	return dep->is_inside[outer][inner / 64] >> inner % 64 & 1;
}

static const struct nesting *add_nesting(struct kapi_lockdep *dep, const struct sim_hold *outer,
					 const struct sim_hold *inner)
{
	struct nesting *nesting = remember(sizeof(*nesting));

	nesting->outer = outer->class->number;
	nesting->inner = inner->class->number;
	nesting->outer_site = outer->site;
	nesting->inner_site = inner->site;
	snprintf(nesting->thread, sizeof(nesting->thread), "%s",
		 sim_thread_name(sim_thread_self()));
	dep->is_inside[nesting->outer][nesting->inner / 64] |= 1ULL << nesting->inner % 64;
	*dep->last = nesting;
	dep->last = &nesting->next;
	return nesting;
}

/* All that is inside @from, also over others: the shortest way to each. */
static void reach(struct kapi_lockdep *dep, u32 from)
{
	memset(dep->to, 0, sizeof(dep->to));
	dep->reached[0] = from;
	dep->nr_reached = 1;
	for (u32 i = 0; i < dep->nr_reached; i++) {
		for (const struct nesting *n = dep->nestings; n; n = n->next) {
			if (n->outer != dep->reached[i] || n->inner == from || dep->to[n->inner])
				continue;
			dep->to[n->inner] = n;
			dep->reached[dep->nr_reached++] = n->inner;
		}
	}
}

/* From where reach() began to @to. Return: how many nestings. */
static u32 way_to(const struct kapi_lockdep *dep, u32 to, const struct nesting *way[MAX_CHAIN])
{
	const struct nesting *n;
	u32 nr = 0;

	for (n = dep->to[to]; n && nr < MAX_CHAIN; n = dep->to[n->outer])
		way[nr++] = n;
	for (u32 i = 0; i < nr / 2; i++) {
		n = way[i];
		way[i] = way[nr - 1 - i];
		way[nr - 1 - i] = n;
	}
	return nr;
}

/* --- reports --- */

static void begin_columns(struct kapi_lockdep *dep)
{
	static const char *const head[] = {"lock", "taken at", "inside it", "taken at",
					   "by thread"};

	dep->columns.nr_rows = 0;
	sim_columns_add(&dep->columns, head);
}

static void add_row(struct kapi_lockdep *dep, const struct nesting *n)
{
	char outer[SIM_COLUMNS_BYTES], inner[SIM_COLUMNS_BYTES];

	sim_columns_add(&dep->columns,
			(const char *[]){dep->classes[n->outer].name,
					 sim_columns_place(outer, n->outer_site),
					 dep->classes[n->inner].name,
					 sim_columns_place(inner, n->inner_site), n->thread});
}

static void add_usage(struct kapi_lockdep *dep, const struct class *class, enum usage usage)
{
	static const char *const how[NR_USAGES] = {"in a hard interrupt", "with interrupts on"};
	char place[SIM_COLUMNS_BYTES];

	sim_columns_add(&dep->columns,
			(const char *[]){class->name, sim_columns_place(place, class->sites[usage]),
					 "", how[usage], class->threads[usage]});
}

/* Where schedules are explored it is no part of one: who explores asks for it. */
static void tell(struct kapi_lockdep *dep, const char *what)
{
	char found[FOUND_BYTES];

	snprintf(found, sizeof(found), "%s", what);
	sim_columns_tell(&dep->columns, found, sizeof(found));
	if (!dep->found[0])
		memcpy(dep->found, found, sizeof(found));
	if (!SIM_EXPLORES)
		sim_defect(&sim_defects()->counts.lock_orders, "%s", found);
}

const char *kapi_lockdep_found(void)
{
	return kapi_state->lockdep->found[0] ? kapi_state->lockdep->found : NULL;
}

static void tell_circle(struct kapi_lockdep *dep, const struct nesting *closing)
{
	const struct nesting *way[MAX_CHAIN];
	u32 nr = way_to(dep, closing->outer, way);
	char what[256];

	begin_columns(dep);
	add_row(dep, closing);
	for (u32 i = 0; i < nr; i++)
		add_row(dep, way[i]);
	snprintf(what, sizeof(what), "lock order: %s is taken inside %s, and %s inside %s%s",
		 dep->classes[closing->inner].name, dep->classes[closing->outer].name,
		 dep->classes[closing->outer].name, dep->classes[closing->inner].name,
		 nr > 1 ? ", over others" : "");
	tell(dep, what);
}

static void tell_recursion(struct kapi_lockdep *dep, const struct nesting *n, bool is_same)
{
	char what[256];

	begin_columns(dep);
	add_row(dep, n);
	snprintf(what, sizeof(what), "lock order: %s %s is taken inside %s",
		 is_same ? "the lock" : "a lock", dep->classes[n->inner].name,
		 is_same ? "itself" : "another of its class");
	tell(dep, what);
}

/* --- locks and interrupts --- */

static void tell_interrupt(struct kapi_lockdep *dep, u32 safe, u32 unsafe)
{
	const struct nesting *way[MAX_CHAIN];
	u32 nr = way_to(dep, unsafe, way);
	char what[256];

	begin_columns(dep);
	add_usage(dep, &dep->classes[safe], IN_HARDIRQ);
	for (u32 i = 0; i < nr; i++)
		add_row(dep, way[i]);
	add_usage(dep, &dep->classes[unsafe], IRQS_ON);
	snprintf(what, sizeof(what),
		 "lock order: %s is taken by an interrupt, and %s%s with interrupts on",
		 dep->classes[safe].name, nr ? "inside it " : "", dep->classes[unsafe].name);
	dep->classes[safe].is_told = true;
	tell(dep, what);
}

static void check_class(struct kapi_lockdep *dep, u32 safe)
{
	reach(dep, safe);
	for (u32 i = 0; i < dep->nr_reached; i++) {
		if (!(dep->classes[dep->reached[i]].usages >> IRQS_ON & 1))
			continue;
		tell_interrupt(dep, safe, dep->reached[i]);
		return;
	}
}

/* Whenever anything new is known, which is seldom. */
static void check_interrupts(struct kapi_lockdep *dep)
{
	for (u32 i = 0; i < MAX_CLASSES; i++) {
		if (dep->classes[i].usages >> IN_HARDIRQ & 1 && !dep->classes[i].is_told)
			check_class(dep, i);
	}
}

static void note_usage(struct kapi_lockdep *dep, const struct sim_hold *hold, enum usage usage)
{
	struct class *class = &dep->classes[hold->class->number];

	class->name = hold->class->name;
	class->usages |= (u8)(1 << usage);
	class->sites[usage] = hold->site;
	snprintf(class->threads[usage], sizeof(class->threads[usage]), "%s",
		 sim_thread_name(sim_thread_self()));
	check_interrupts(dep);
}

static void use(struct kapi_lockdep *dep, const struct sim_hold *hold, bool is_try)
{
	enum usage usage = in_hardirq() ? IN_HARDIRQ : IRQS_ON;
	bool is_one = usage == IN_HARDIRQ ? !is_try : !sim_irqs_are_off();

	if (unlikely(is_one && !(dep->classes[hold->class->number].usages >> usage & 1)))
		note_usage(dep, hold, usage);
}

/* --- what happens --- */

static void learn(struct kapi_lockdep *dep, const struct sim_hold *outer,
		  const struct sim_hold *inner)
{
	const struct nesting *n = add_nesting(dep, outer, inner);

	dep->classes[n->outer].name = outer->class->name;
	dep->classes[n->inner].name = inner->class->name;
	if (n->outer == n->inner) {
		tell_recursion(dep, n, outer->base == inner->base);
		return;
	}
	reach(dep, n->inner);
	if (dep->to[n->outer])
		tell_circle(dep, n);
	check_interrupts(dep);
}

static bool is_watched(const struct sim_lock_base *base)
{
	return sim_thread_self() && base->class->number < MAX_CLASSES && !sim_is_quiet();
}

static void want(const struct sim_lock_base *base, const kapi_site_t *site, bool is_nested)
{
	struct sim_hold inner = {.base = base, .class = base->class, .site = site};
	struct kapi_lockdep *dep = kapi_state->lockdep;
	const struct sim_hold *holds;
	u32 nr;

	if (!is_watched(base))
		return;
	nr = sim_thread_holds(sim_thread_self(), &holds);
	for (u32 i = 0; i < nr; i++) {
		u32 outer = holds[i].class->number;

		if (outer >= MAX_CLASSES || is_inside(dep, outer, base->class->number))
			continue;
		if (outer != base->class->number || !is_nested)
			learn(dep, &holds[i], &inner);
	}
	use(dep, &inner, false);
}

void kapi_lockdep_wants(const struct sim_lock_base *base, const kapi_site_t *site)
{
	want(base, site, false);
}

void kapi_lockdep_nested(const struct sim_lock_base *base, const kapi_site_t *site)
{
	want(base, site, true);
}

void kapi_lockdep_tried(const struct sim_lock_base *base)
{
	const struct sim_hold hold = {.base = base, .class = base->class};

	if (is_watched(base))
		use(kapi_state->lockdep, &hold, true);
}

void kapi_lockdep_irqs_on(void)
{
	const struct sim_hold *holds;
	u32 nr = sim_thread_holds(sim_thread_self(), &holds);

	for (u32 i = 0; i < nr; i++) {
		if (is_watched(holds[i].base))
			use(kapi_state->lockdep, &holds[i], true);
	}
}
