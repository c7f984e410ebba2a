/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Physical memory as the models see it: sparse simulated RAM, regions whose bytes
 * the caller keeps, MSI doorbells, and the latency of an access. Contents are
 * little-endian bytes; frames of RAM appear as they are written, reading one that
 * was never written gives zeroes.
 */
#ifndef MODELS_MEM_H
#define MODELS_MEM_H

#include "sim/param.h"
#include "sim/types.h"

#define MEM_PARAMS(X)                                                                              \
	X(base, "base", ADDRESS, 0x40000000, 0, 1ULL << 51, "first byte of RAM",                   \
	  "QEMU virt machine, so that the oracle's cases fit")                                     \
	X(size_bytes, "size", BYTES, 64ULL << 30, 1 << 20, 1ULL << 48,                             \
	  "size of RAM; only frames that are written take host memory", "")                        \
	X(latency_ps, "latency", PS, 90000, 0, 1000000000,                                         \
	  "read of memory by a device-side agent (IOMMU walk, DMA)",                               \
	  "order of DRAM behind an interconnect; a platform file states its own")                  \
	X(bandwidth_bytes_per_s, "bandwidth", BYTES_PER_S, 100000000000ULL, 1000000, ~0ULL >> 1,   \
	  "rate at which one memory port serves accesses back to back", "")

struct mem_params {
	MEM_PARAMS(SIM_PARAM_FIELD)
};

extern const struct sim_param mem_param_table[];
extern const size_t mem_param_count;

/** mem_params_default() - every field becomes the default of its row */
void mem_params_default(struct mem_params *params);

struct mem;

/**
 * mem_create() - memory in the arena
 * @params: copied; size_bytes 0 is memory without RAM, for regions alone
 *
 * Return: the memory; NULL without arena memory.
 */
struct mem *mem_create(const struct mem_params *params);
void mem_destroy(struct mem *mem);

/**
 * mem_read() / mem_write() - functional access, no time passes
 * @pa: any alignment, may cross frames
 *
 * Return: 0; -EFAULT if any byte is outside RAM, regions and doorbells, or is
 * written where memory is read-only, and then nothing was written; -EFAULT if the
 * operation of a region refuses, -ENOMEM if the arena is full, and then what came
 * before it was. All of them are an external abort to whoever asked.
 */
int mem_read(const struct mem *mem, sim_pa_t pa, void *buf, size_t bytes);
int mem_write(struct mem *mem, sim_pa_t pa, const void *buf, size_t bytes);

/* Aligned little-endian words; the same errors. */
int mem_read64(const struct mem *mem, sim_pa_t pa, __u64 *value);
int mem_write64(struct mem *mem, sim_pa_t pa, __u64 value);
int mem_read32(const struct mem *mem, sim_pa_t pa, __u32 *value);
int mem_write32(struct mem *mem, sim_pa_t pa, __u32 value);

/**
 * mem_cas64() - atomic compare and swap, for hardware updates of A and D
 * @pa: aligned to 8
 * @expected: stays as it is if the swap happened, else becomes what was found
 *
 * Return: as mem_write(); 0 says nothing about whether the swap happened.
 */
int mem_cas64(struct mem *mem, sim_pa_t pa, __u64 *expected, __u64 desired);

/**
 * mem_access_done_ps() - when does a read or write of @bytes started at @at_ps end?
 * @at_ps: may lie ahead of the current time
 *
 * Accounts for latency and for accesses asked for before that still take
 * bandwidth: the memory port serves in the order of the calls. An access of
 * 0 bytes takes the latency only.
 *
 * Return: when its last byte has arrived, picoseconds.
 */
__u64 mem_access_done_ps(struct mem *mem, __u64 at_ps, __u32 bytes);

/** mem_busy_ps() - for how long its port has served accesses until now, or will have. */
__u64 mem_busy_ps(const struct mem *mem);

/**
 * struct mem_doorbell - writes to it call @fn instead of storing
 * @pa: its first byte; in RAM, which it hides, or outside
 * @bytes: 1 or more
 * @fn: @offset is from @pa; a longer write arrives in pieces of 4 bytes, in order
 */
struct mem_doorbell {
	sim_pa_t pa;
	__u64 bytes;
	void (*fn)(void *opaque, __u64 offset, __u32 data);
	void *opaque;
};

/**
 * mem_add_doorbell() - from now on there is a doorbell, which reads as zeroes
 * @doorbell: copied
 *
 * Return: 0; -EINVAL if it overlaps another doorbell or region, is empty or wraps;
 * -ENOMEM if there are 256 of both already.
 */
int mem_add_doorbell(struct mem *mem, const struct mem_doorbell *doorbell);

/**
 * mem_add_region() - memory of the caller's own
 * @pa: where it begins; in RAM, which it hides, or outside
 * @host: its bytes, which the caller keeps as long as @mem lives; any alignment
 * @bytes: 1 or more
 *
 * What the models read and write in [pa, pa + bytes) is read and written there, in
 * the order and at the time of the access. Words that are aligned at both ends are
 * read and written in one piece, mem_cas64() is atomic, so that another thread of
 * the host may look on. A rewind of the machine leaves @host alone.
 *
 * Return: 0; -EINVAL if @host is NULL, or the region overlaps another or a doorbell,
 * is empty or wraps; -ENOMEM if there are 256 of both already.
 */
int mem_add_region(struct mem *mem, sim_pa_t pa, void *host, size_t bytes);

/**
 * struct mem_region_ops - memory that is no array
 * @read, @write: @bytes at @offset from the region's first byte, all inside; any
 *	alignment and length
 * @cas64: as mem_cas64(), @offset aligned as its address; NULL: read, compare, write
 *
 * Each returns 0, or anything else to refuse: an external abort to whoever asked.
 */
struct mem_region_ops {
	int (*read)(void *opaque, __u64 offset, void *buf, size_t bytes);
	int (*write)(void *opaque, __u64 offset, const void *buf, size_t bytes);
	int (*cas64)(void *opaque, __u64 offset, __u64 *expected, __u64 desired);
};

struct mem_region {
	sim_pa_t pa;
	__u64 bytes;
	const struct mem_region_ops *ops; /* not copied */
	void *opaque;
};

/**
 * mem_add_region_ops() - as mem_add_region(), by operations
 * @region: copied
 *
 * Return: as mem_add_region(); -EINVAL too if read or write is missing.
 */
int mem_add_region_ops(struct mem *mem, const struct mem_region *region);

/**
 * mem_set_read_only() - from now on [pa, pa + bytes) is as ROM: writes are aborted
 *
 * What is in it stays and can be read, as a table whose flags hardware fails to update.
 * One range at a time; 0 bytes end it.
 */
void mem_set_read_only(struct mem *mem, sim_pa_t pa, __u64 bytes);

#endif
