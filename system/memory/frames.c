// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page frames: a bump allocator and a free list threaded through the free
 * frames themselves (the first word of a free frame is the next one).
 */
#include "system/memory/frames.h"

#include "sim/arena.h"
#include "sim/sim.h"

struct sys_frames {
	struct mem *mem;
	pa_t next, end;
	pa_t first_free; /* 0: none */
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

static pa_t pop_free(struct sys_frames *frames)
{
	pa_t pa = frames->first_free;

	mem_read64(frames->mem, pa, &frames->first_free);
	mem_write64(frames->mem, pa, 0);
	return pa;
}

pa_t sys_frames_alloc(struct sys_frames *frames, u32 nr_lg2)
{
	u64 bytes = SYS_PAGE_BYTES << nr_lg2;
	pa_t pa;

	if (!nr_lg2 && frames->first_free) {
		frames->nr_in_use++;
		return pop_free(frames);
	}
	pa = (frames->next + bytes - 1) & ~(bytes - 1);
	if (pa + bytes > frames->end)
		return 0;
	frames->next = pa + bytes;
	frames->nr_in_use += 1ULL << nr_lg2;
	return pa;
}

void sys_frames_free(struct sys_frames *frames, pa_t pa)
{
	static const u8 zeroes[SYS_PAGE_BYTES];

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
