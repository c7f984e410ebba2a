// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page frames: a bump allocator and a free list threaded through the free
 * frames themselves (the first word of a free frame is the next one).
 */
#include "system/memory/frames.h"

#include <string.h>

#include "sim/arena.h"
#include "sim/sim.h"

#define BLOCK_BYTES (SYS_PAGE_BYTES << SYS_FRAMES_BLOCK_LG2)

static const u8 zeroes[SYS_PAGE_BYTES];

struct sys_frames {
	struct mem *mem;
	pa_t next, end;
	pa_t first_free, first_free_block; /* 0: none */
	u64 nr_in_use;
};

struct sys_frames *sys_frames_create(const struct mem_params *params, struct mem *mem)
{
	struct sys_frames *frames = sim_alloc(sizeof(*frames));

	if (!frames)
		return NULL;
	frames->mem = mem;
	/* Address 0 means "none" here, as the first frame of RAM may be at 0. */
	frames->next = params->base ? params->base : SYS_PAGE_BYTES;
	frames->end = params->base + params->size_bytes;
	return frames;
}

static pa_t pop_free(struct sys_frames *frames, pa_t *first)
{
	pa_t pa = *first;

	mem_read64(frames->mem, pa, first);
	mem_write64(frames->mem, pa, 0);
	return pa;
}

/* The rest of RAM is used up: a free block is what frames are taken from next. */
static bool break_block(struct sys_frames *frames)
{
	if (!frames->first_free_block)
		return false;
	frames->next = pop_free(frames, &frames->first_free_block);
	frames->end = frames->next + BLOCK_BYTES;
	return true;
}

pa_t sys_frames_alloc(struct sys_frames *frames, u32 nr_lg2)
{
	u64 bytes = SYS_PAGE_BYTES << nr_lg2;
	pa_t pa;

	if (!nr_lg2 && frames->first_free) {
		frames->nr_in_use++;
		return pop_free(frames, &frames->first_free);
	}
	pa = (frames->next + bytes - 1) & ~(bytes - 1);
	if (pa + bytes > frames->end && !nr_lg2 && break_block(frames))
		pa = frames->next;
	if (pa + bytes > frames->end)
		return 0;
	frames->next = pa + bytes;
	frames->nr_in_use += 1ULL << nr_lg2;
	return pa;
}

pa_t sys_frames_alloc_block(struct sys_frames *frames)
{
	pa_t pa = (frames->end - BLOCK_BYTES) & ~(BLOCK_BYTES - 1);

	if (frames->first_free_block)
		pa = pop_free(frames, &frames->first_free_block);
	else if (frames->end < BLOCK_BYTES || pa < frames->next)
		return 0;
	else
		frames->end = pa;
	frames->nr_in_use += BLOCK_BYTES / SYS_PAGE_BYTES;
	return pa;
}

void sys_frames_free_block(struct sys_frames *frames, pa_t pa)
{
	sim_assert(pa && !(pa & (BLOCK_BYTES - 1)));
	/* Nobody has written most of it: what is zero is not written again. */
	for (u64 offset = 0; offset < BLOCK_BYTES; offset += SYS_PAGE_BYTES) {
		u8 bytes[SYS_PAGE_BYTES];

		mem_read(frames->mem, pa + offset, bytes, sizeof(bytes));
		if (memcmp(bytes, zeroes, sizeof(bytes)))
			mem_write(frames->mem, pa + offset, zeroes, sizeof(zeroes));
	}
	mem_write64(frames->mem, pa, frames->first_free_block);
	frames->first_free_block = pa;
	frames->nr_in_use -= BLOCK_BYTES / SYS_PAGE_BYTES;
}

void sys_frames_free(struct sys_frames *frames, pa_t pa)
{
	sim_assert(pa && !(pa & (SYS_PAGE_BYTES - 1)) && frames->nr_in_use);
	mem_write(frames->mem, pa, zeroes, sizeof(zeroes));
	mem_write64(frames->mem, pa, frames->first_free);
	frames->first_free = pa;
	frames->nr_in_use--;
}

u64 sys_frames_in_use(const struct sys_frames *frames)
{
	return frames->nr_in_use;
}
