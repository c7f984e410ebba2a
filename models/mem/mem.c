// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sparse physical memory: a radix tree of 4 KiB frames, in front of it a small
 * table of frames seen last; one memory port with latency and bandwidth; MSI
 * doorbells.
 *
 * Left out: attributes (all accesses are coherent), several memory ports, bank
 * conflicts, reordering by the memory controller.
 */
#include "models/mem/mem.h"

#include <errno.h>
#include <string.h>

#include "models/common/bits.h"
#include "sim/arena.h"
#include "sim/sim.h"
#include "sim/time.h"

#define FRAME_LG2 12
#define FRAME_BYTES (1ULL << FRAME_LG2)
/* Frames below a leaf, leaves below a middle node. */
#define NODE_LG2 10
#define NODE_ENTRIES (1U << NODE_LG2)
#define RECENT_ENTRIES 256
#define MAX_DOORBELLS 256

#define ROW(...) SIM_PARAM_ROW(struct mem_params, __VA_ARGS__)
const struct sim_param mem_param_table[] = {MEM_PARAMS(ROW)};
#undef ROW
const size_t mem_param_count = sizeof(mem_param_table) / sizeof(mem_param_table[0]);

struct mem_node {
	void *child[NODE_ENTRIES];
};

struct mem_recent {
	u64 frame; /* number + 1, so that 0 is empty */
	u8 *data;
};

struct mem_doorbell {
	pa_t pa;
	u64 bytes;
	void (*fn)(void *opaque, u64 offset, u32 data);
	void *opaque;
};

struct mem {
	struct mem_params params;
	u64 limit;	 /* of RAM, relative to its base */
	u64 plain_limit; /* below it every aligned word is RAM and nothing else */
	pa_t rom;
	u64 rom_bytes;
	u64 nr_root;
	struct mem_node **root;
	struct mem_recent recent[RECENT_ENTRIES];

	u64 ps_per_mib; /* a transfer of n bytes occupies the port n * this / 2^20 */
	u64 port_free_ps;

	u32 nr_doorbells;
	bool doorbell_in_ram;
	struct mem_doorbell doorbells[MAX_DOORBELLS];
};

struct mem *mem_create(const struct mem_params *params)
{
	struct mem *mem = sim_alloc(sizeof(*mem));

	if (!mem)
		return NULL;
	mem->params = *params;
	mem->limit = params->size_bytes;
	mem_set_read_only(mem, 0, 0);
	mem->nr_root = ((params->size_bytes - 1) >> (FRAME_LG2 + 2 * NODE_LG2)) + 1;
	mem->root = sim_alloc(mem->nr_root * sizeof(mem->root[0]));
	if (!mem->root) {
		sim_free(mem);
		return NULL;
	}
	mem->ps_per_mib = (u64)(((unsigned __int128)SIM_PS_PER_S << 20) /
				params->bandwidth_bytes_per_s);
	return mem;
}

static void leaf_destroy(struct mem_node *leaf)
{
	for (u32 i = 0; leaf && i < NODE_ENTRIES; i++)
		sim_free(leaf->child[i]);
	sim_free(leaf);
}

void mem_destroy(struct mem *mem)
{
	if (!mem)
		return;
	for (u64 i = 0; i < mem->nr_root; i++) {
		for (u32 j = 0; mem->root[i] && j < NODE_ENTRIES; j++)
			leaf_destroy(mem->root[i]->child[j]);
		sim_free(mem->root[i]);
	}
	sim_free(mem->root);
	sim_free(mem);
}

/* --- frames --- */

static u8 *frame_find_slow(struct mem *mem, u64 frame, struct mem_recent *recent)
{
	struct mem_node *mid = mem->root[frame >> (2 * NODE_LG2)];
	struct mem_node *leaf = mid ? mid->child[(frame >> NODE_LG2) % NODE_ENTRIES] : NULL;
	u8 *data = leaf ? leaf->child[frame % NODE_ENTRIES] : NULL;

	if (data) {
		recent->frame = frame + 1;
		recent->data = data;
	}
	return data;
}

/* The frame's bytes, or NULL if it was never written. */
static inline u8 *frame_find(const struct mem *mem, u64 frame)
{
	/* What was seen last is not part of what memory contains. */
	struct mem *cache = (struct mem *)mem;
	struct mem_recent *recent = &cache->recent[frame % RECENT_ENTRIES];

	if (__builtin_expect(recent->frame == frame + 1, 1))
		return recent->data;
	return frame_find_slow(cache, frame, recent);
}

static struct mem_node *node_make(void **slot)
{
	if (!*slot)
		*slot = sim_alloc(sizeof(struct mem_node));
	return *slot;
}

static u8 *frame_make(struct mem *mem, u64 frame)
{
	u8 *data = frame_find(mem, frame);
	struct mem_node *mid, *leaf;

	if (data)
		return data;
	mid = node_make((void **)&mem->root[frame >> (2 * NODE_LG2)]);
	leaf = mid ? node_make(&mid->child[(frame >> NODE_LG2) % NODE_ENTRIES]) : NULL;
	if (!leaf)
		return NULL;
	data = sim_alloc(FRAME_BYTES);
	leaf->child[frame % NODE_ENTRIES] = data;
	return data;
}

/* --- doorbells --- */

static const struct mem_doorbell *doorbell_find(const struct mem *mem, pa_t pa)
{
	for (u32 i = 0; i < mem->nr_doorbells; i++) {
		if (pa - mem->doorbells[i].pa < mem->doorbells[i].bytes)
			return &mem->doorbells[i];
	}
	return NULL;
}

int mem_add_doorbell(struct mem *mem, pa_t pa, size_t bytes,
		     void (*fn)(void *opaque, u64 offset, u32 data), void *opaque)
{
	if (!bytes || pa + bytes < pa)
		return -EINVAL;
	for (u32 i = 0; i < mem->nr_doorbells; i++) {
		const struct mem_doorbell *other = &mem->doorbells[i];

		if (pa < other->pa + other->bytes && other->pa < pa + bytes)
			return -EINVAL;
	}
	if (mem->nr_doorbells == MAX_DOORBELLS)
		return -ENOMEM;
	mem->doorbells[mem->nr_doorbells++] = (struct mem_doorbell){
		.pa = pa, .bytes = bytes, .fn = fn, .opaque = opaque};
	if (pa < mem->params.base + mem->limit && mem->params.base < pa + bytes) {
		mem->doorbell_in_ram = true;
		mem->plain_limit = 0;
	}
	return 0;
}

void mem_set_read_only(struct mem *mem, pa_t pa, u64 bytes)
{
	mem->rom = pa;
	mem->rom_bytes = bytes;
	mem->plain_limit = bytes || mem->doorbell_in_ram ? 0 : mem->limit & ~7ULL;
}

static void doorbell_write(const struct mem_doorbell *doorbell, pa_t pa, const u8 *from,
			   size_t bytes)
{
	while (bytes) {
		size_t piece = bytes < 4 ? bytes : 4;
		u8 word[4] = {0};

		memcpy(word, from, piece);
		doorbell->fn(doorbell->opaque, pa - doorbell->pa, le32_load(word));
		pa += piece;
		from += piece;
		bytes -= piece;
	}
}

/* --- accesses that may be anything: any size, any place --- */

/*
 * How many of @bytes at @pa are alike: within one frame of RAM (*doorbell is
 * NULL) or one doorbell. 0: nothing is there.
 */
static size_t piece_at(const struct mem *mem, pa_t pa, size_t bytes,
		       const struct mem_doorbell **doorbell)
{
	u64 offset = pa - mem->params.base;

	*doorbell = NULL;
	if (mem->nr_doorbells && (offset >= mem->limit || mem->doorbell_in_ram)) {
		*doorbell = doorbell_find(mem, pa);
		if (*doorbell)
			return min_u64(bytes, (*doorbell)->bytes - (pa - (*doorbell)->pa));
	}
	if (offset >= mem->limit)
		return 0;
	bytes = min_u64(bytes, FRAME_BYTES - offset % FRAME_BYTES);
	bytes = min_u64(bytes, mem->limit - offset);
	/* A doorbell further on in the same frame ends the piece. */
	for (u32 i = 0; mem->doorbell_in_ram && i < mem->nr_doorbells; i++) {
		if (mem->doorbells[i].pa > pa)
			bytes = min_u64(bytes, mem->doorbells[i].pa - pa);
	}
	return bytes;
}

static bool range_exists(const struct mem *mem, pa_t pa, size_t bytes)
{
	const struct mem_doorbell *doorbell;

	while (bytes) {
		size_t piece = piece_at(mem, pa, bytes, &doorbell);

		if (!piece || pa + piece < pa)
			return false;
		pa += piece;
		bytes -= piece;
	}
	return true;
}

static bool is_read_only(const struct mem *mem, pa_t pa, size_t bytes)
{
	return pa < mem->rom + mem->rom_bytes && mem->rom < pa + bytes;
}

int mem_read(const struct mem *mem, pa_t pa, void *buf, size_t bytes)
{
	const struct mem_doorbell *doorbell;
	u8 *to = buf;

	if (!range_exists(mem, pa, bytes))
		return -EFAULT;
	while (bytes) {
		size_t piece = piece_at(mem, pa, bytes, &doorbell);
		u64 offset = pa - mem->params.base;
		const u8 *frame = doorbell ? NULL : frame_find(mem, offset >> FRAME_LG2);

		if (frame)
			memcpy(to, frame + offset % FRAME_BYTES, piece);
		else
			memset(to, 0, piece);
		to += piece;
		pa += piece;
		bytes -= piece;
	}
	return 0;
}

int mem_write(struct mem *mem, pa_t pa, const void *buf, size_t bytes)
{
	const struct mem_doorbell *doorbell;
	const u8 *from = buf;

	if (!range_exists(mem, pa, bytes) || is_read_only(mem, pa, bytes))
		return -EFAULT;
	while (bytes) {
		size_t piece = piece_at(mem, pa, bytes, &doorbell);
		u64 offset = pa - mem->params.base;

		if (doorbell) {
			doorbell_write(doorbell, pa, from, piece);
		} else {
			u8 *frame = frame_make(mem, offset >> FRAME_LG2);

			if (!frame)
				return -ENOMEM;
			memcpy(frame + offset % FRAME_BYTES, from, piece);
		}
		from += piece;
		pa += piece;
		bytes -= piece;
	}
	return 0;
}

/* --- aligned words, the way of almost every access --- */

/*
 * The frame of the aligned word at @offset from the base, if it is plain RAM and was
 * seen lately; else NULL.
 */
static inline u8 *word_frame(const struct mem *mem, u64 offset, u32 bytes)
{
	u64 frame = offset >> FRAME_LG2;
	const struct mem_recent *recent = &mem->recent[frame % RECENT_ENTRIES];

	if (offset >= mem->plain_limit || offset % bytes || recent->frame != frame + 1)
		return NULL;
	return recent->data;
}

static __attribute__((noinline)) int read64_slow(const struct mem *mem, pa_t pa, u64 *value)
{
	u8 word[8];
	int err = mem_read(mem, pa, word, sizeof(word));

	if (!err)
		*value = le64_load(word);
	return err;
}

static __attribute__((noinline)) int read32_slow(const struct mem *mem, pa_t pa, u32 *value)
{
	u8 word[4];
	int err = mem_read(mem, pa, word, sizeof(word));

	if (!err)
		*value = le32_load(word);
	return err;
}

static __attribute__((noinline)) int write64_slow(struct mem *mem, pa_t pa, u64 value)
{
	u8 word[8];

	le64_store(word, value);
	return mem_write(mem, pa, word, sizeof(word));
}

int mem_read64(const struct mem *mem, pa_t pa, u64 *value)
{
	u64 offset = pa - mem->params.base;
	const u8 *frame = word_frame(mem, offset, 8);

	if (__builtin_expect(!frame, 0))
		return read64_slow(mem, pa, value);
	*value = le64_load(frame + offset % FRAME_BYTES);
	return 0;
}

int mem_read32(const struct mem *mem, pa_t pa, u32 *value)
{
	u64 offset = pa - mem->params.base;
	const u8 *frame = word_frame(mem, offset, 4);

	if (__builtin_expect(!frame, 0))
		return read32_slow(mem, pa, value);
	*value = le32_load(frame + offset % FRAME_BYTES);
	return 0;
}

int mem_write64(struct mem *mem, pa_t pa, u64 value)
{
	u64 offset = pa - mem->params.base;
	u8 *frame = word_frame(mem, offset, 8);

	if (__builtin_expect(!frame, 0))
		return write64_slow(mem, pa, value);
	le64_store(frame + offset % FRAME_BYTES, value);
	return 0;
}

int mem_write32(struct mem *mem, pa_t pa, u32 value)
{
	u8 word[4];

	le32_store(word, value);
	return mem_write(mem, pa, word, sizeof(word));
}

int mem_cas64(struct mem *mem, pa_t pa, u64 *expected, u64 desired)
{
	u64 found;
	int err = mem_read64(mem, pa, &found);

	if (err)
		return err;
	if (found == *expected)
		return mem_write64(mem, pa, desired);
	*expected = found;
	return 0;
}

/* --- time --- */

u64 mem_access_done_ps(struct mem *mem, u64 at_ps, u32 bytes)
{
	u64 busy_ps = (u64)(((unsigned __int128)bytes * mem->ps_per_mib) >> 20);
	u64 start_ps = max_u64(at_ps, mem->port_free_ps);

	mem->port_free_ps = start_ps + busy_ps;
	return start_ps + busy_ps + mem->params.latency_ps;
}
