// SPDX-License-Identifier: GPL-2.0-only
/*
 * Freed objects are filled with a pattern and held back until 64 KiB of others have been freed:
 * who frees once more, writes, or follows a pointer that he finds there, is told which object
 * that was and who freed it. And objects that nobody freed, by the place that allocated them.
 *
 * AddressSanitizer, if it is there, tells each access to them. What is larger than all that is held
 * back is not: it would be written whole, where none of it was touched.
 */
#include <linux/slab.h>
#include <linux/string.h>

#include <stdio.h>

#include "kapi/debug.h"
#include "kapi/virtual/slab.h"
#include "sim/arena.h"
#include "sim/arena_internal.h"
#include "sim/event.h"
#include "sim/point.h"
#include "sim/time.h"

/* Where schedules are explored, for the rest of the schedule. */
#define HOLD_BACK_BYTES (SIM_EXPLORES ? 1ULL << 30 : 64ULL << 10)

/* "96 bytes of group.c:60 pfh_group_alloc()": what it is, and what became of it. */
static void describe(const struct slab_header *header, char *text, size_t bytes)
{
	int used = snprintf(text, bytes, "object of %zu bytes, allocated at %s:%d %s()",
			    header->size, header->site->file, header->site->line,
			    header->site->func);

	if (header->magic == SLAB_FREED && used > 0 && (size_t)used < bytes)
		snprintf(text + used, bytes - used,
			 ", freed at %s:%d %s() by thread '%s' at %llu ns",
			 header->freed_site->file, header->freed_site->line,
			 header->freed_site->func, header->freed_by,
			 header->freed_ps / SIM_PS_PER_NS);
}

static const char *who(void)
{
	static const char boot[SIM_THREAD_NAME_BYTES] = "boot";

	return sim_thread_self() ? sim_thread_name(sim_thread_self()) : boot;
}

/* --- freed ones --- */

/* Compared with those held back, not looked at: @header may be no header. */
static const struct slab_header *find_freed(u64 first, u64 last)
{
	const struct slab_header *header = kapi_state->slab.oldest_freed;

	for (; header; header = header->next) {
		u64 begin = (u64)(header + 1);

		if (first < begin + header->size && last >= begin)
			return header;
	}
	return NULL;
}

bool kapi_slab_is_freed(const struct slab_header *header, const kapi_site_t *site)
{
	char text[SIM_DEFECT_BYTES / 2 + 64];

	/* Nothing is looked for that is not marked: this is on the way of every free. */
	if (header->magic != SLAB_FREED)
		return false;
	describe(header, text, sizeof(text));
	sim_defect(&sim_defects()->counts.double_frees,
		   "freed twice, at %s:%d %s() by thread '%s': %s", site->file, site->line,
		   site->func, who(), text);
	return true;
}

static void check_pattern(struct slab_header *header)
{
	const u8 *object = (const u8 *)(header + 1);
	char text[SIM_DEFECT_BYTES / 2 + 64];

	sim_unpoison(object, header->size);
	for (size_t i = 0; i < header->size; i++) {
		if (object[i] == SLAB_POISON_FREED)
			continue;
		describe(header, text, sizeof(text));
		sim_defect(&sim_defects()->counts.freed_uses,
			   "written to after it was freed, byte %zu: %s", i, text);
		/* once an object */
		memset(header + 1, SLAB_POISON_FREED, header->size);
		return;
	}
}

static void let_go(struct kapi_slab *slab)
{
	struct slab_header *header = slab->oldest_freed;

	slab->oldest_freed = header->next;
	if (!slab->oldest_freed)
		slab->newest_freed = NULL;
	slab->freed_bytes -= header->size;
	check_pattern(header);
	header->magic = 0;
	sim_free(header);
}

static void note_freed(struct slab_header *header, const kapi_site_t *site)
{
	header->magic = SLAB_FREED;
	header->freed_site = site;
	header->freed_ps = sim_now_ps();
	memcpy(header->freed_by, who(), sizeof(header->freed_by));
	header->next = NULL;
}

void kapi_slab_hold_back(struct slab_header *header, const kapi_site_t *site)
{
	struct kapi_slab *slab = &kapi_state->slab;

	if (header->size > HOLD_BACK_BYTES) {
		header->magic = 0;
		sim_free(header);
		return;
	}
	note_freed(header, site);
	memset(header + 1, SLAB_POISON_FREED, header->size);
	sim_poison(header + 1, header->size); /* ASan tells who reads it, too */
	if (slab->newest_freed)
		slab->newest_freed->next = header;
	else
		slab->oldest_freed = header;
	slab->newest_freed = header;
	slab->freed_bytes += header->size;
	while (slab->freed_bytes > HOLD_BACK_BYTES && slab->oldest_freed != header)
		let_go(slab);
}

void kapi_slab_check(void)
{
	for (struct slab_header *header = kapi_state->slab.oldest_freed; header;
	     header = header->next)
		check_pattern(header);
}

bool kapi_slab_blame(u64 address, char *text, size_t bytes)
{
	const struct slab_header *header = kapi_state ? find_freed(address, address) : NULL;

	if (header)
		describe(header, text, bytes);
	return header;
}

/* --- those that nobody freed --- */

u64 kapi_slab_mark(void)
{
	return kapi_state->slab.next_serial;
}

void kapi_slab_keep(void *object)
{
	((struct slab_header *)object - 1)->serial = 0;
}

bool kapi_slab_is_left(u64 address, u64 mark, char *text, size_t bytes)
{
	for (struct slab_header *header = kapi_state->slab.live; header; header = header->next) {
		u64 begin = (u64)(header + 1);

		if (header->serial < mark || address - begin >= header->size)
			continue;
		describe(header, text, bytes);
		return true;
	}
	return false;
}

u64 kapi_slab_leaks(u64 mark)
{
	u64 nr = 0;

	for (struct slab_header *header = kapi_state->slab.live; header; header = header->next) {
		char text[SIM_DEFECT_BYTES / 2 + 64];

		if (header->serial < mark)
			continue;
		describe(header, text, sizeof(text));
		sim_defect(&sim_defects()->counts.leaked_objects, "never freed: %s", text);
		nr++;
	}
	return nr;
}
