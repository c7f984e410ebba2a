/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Page frames of the simulated machine: RAM is handed out 4 KiB at a time,
 * upwards, and reused last in, first out. Tables and queues that hardware
 * reads come from here, and so do the pages of a process.
 */
#ifndef SYSTEM_FRAMES_H
#define SYSTEM_FRAMES_H

#include "models/mem/mem.h"

#define SYS_PAGE_LG2 12
#define SYS_PAGE_BYTES (1ULL << SYS_PAGE_LG2)

struct sys_frames;

/** sys_frames_create() - all of @params' RAM is free. NULL without memory. */
struct sys_frames *sys_frames_create(const struct mem_params *params, struct mem *mem);

/* log2 of the frames of a block, 2 MiB: what a huge page is. */
#define SYS_FRAMES_BLOCK_LG2 9

/**
 * sys_frames_alloc() - physically contiguous, zeroed frames, naturally aligned
 * @nr_lg2: log2 of their number; only single frames can be given back, and blocks of
 *	sys_frames_alloc_block()
 *
 * Return: the address, or 0 when RAM is exhausted.
 */
pa_t sys_frames_alloc(struct sys_frames *frames, u32 nr_lg2);

/** sys_frames_free() - give one frame back. */
void sys_frames_free(struct sys_frames *frames, pa_t pa);

/**
 * sys_frames_alloc_block() - 2 MiB, aligned, zeroed; from the end of RAM downwards, so that
 * single frames between them take no room
 * Return: the address, or 0: no block is left.
 */
pa_t sys_frames_alloc_block(struct sys_frames *frames);

/** sys_frames_free_block() - give a block back, from which single frames may be had too. */
void sys_frames_free_block(struct sys_frames *frames, pa_t pa);

/** sys_frames_in_use() - frames handed out and not given back. */
u64 sys_frames_in_use(const struct sys_frames *frames);

#endif
