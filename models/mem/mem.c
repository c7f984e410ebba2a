// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sparse physical memory: a radix tree of 4 KiB frames, in front of it a small
 * table of plain frames seen last; one memory port with latency and bandwidth.
 * What is not RAM is in place.c.
 *
 * Left out: attributes (all accesses are coherent), several memory ports, bank
 * conflicts, reordering by the memory controller.
 */
#include "models/mem/mem.h"

#include <errno.h>
#include <string.h>

#include "models/common/bits.h"
#include "models/mem/place.h"
#include "sim/arena.h"
#include "sim/sim.h"
#include "sim/time.h"

#define FRAME_LG2 12
#define FRAME_BYTES (1ULL << FRAME_LG2)
/* Frames below a leaf, leaves below a middle node. */
#define NODE_LG2 10
#define NODE_ENTRIES (1U << NODE_LG2)
#define RECENT_ENTRIES 256

#define ROW(...) SIM_PARAM_ROW(struct mem_params, __VA_ARGS__)
const struct sim_param mem_param_table[] = {MEM_PARAMS(ROW)};
#undef ROW
const size_t mem_param_count = sizeof(mem_param_table) / sizeof(mem_param_table[0]);

void mem_params_default(struct mem_params *params)
{
	sim_params_default(params, mem_param_table, mem_param_count);
}

struct mem_node {
	void *child[NODE_ENTRIES];
};

/*
 * A plain frame: all of its bytes are in one frame of RAM or in one region of the
 * host's memory, and may be written. Numbers count from the base of RAM.
 */
struct mem_recent {
	u64 frame; /* number + 1, so that 0 is empty */
	u8 *data;
};

struct mem {
	struct mem_params params;
	u64 limit; /* of RAM, relative to its base */
	pa_t rom;
	u64 rom_bytes;
	u64 nr_root;
	struct mem_node **root;
	struct mem_recent recent[RECENT_ENTRIES];

	u64 ps_per_mib; /* a transfer of n bytes occupies the port n * this / 2^20 */
	u64 port_free_ps, busy_ps;

	bool has_place_in_ram;
	bool has_region;
	struct mem_places places;
};

struct mem *mem_create(const struct mem_params *params)
{
	struct mem *mem = sim_alloc(sizeof(*mem));

	if (!mem)
		return NULL;
	mem->params = *params;
	mem->limit = params->size_bytes;
	mem->nr_root = 1;
	if (params->size_bytes)
		mem->nr_root += (params->size_bytes - 1) >> (FRAME_LG2 + 2 * NODE_LG2);
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

static bool is_read_only(const struct mem *mem, pa_t pa, u64 bytes)
{
	return pa < mem->rom + mem->rom_bytes && mem->rom < pa + bytes;
}

/* Something has come or gone: what was plain may not be. */
static void recent_forget(struct mem *mem)
{
	memset(mem->recent, 0, sizeof(mem->recent));
}

/* @frame lies at @data. Keep that, if all of it may be read and written there. */
static void recent_keep(struct mem *mem, u64 frame, u8 *data)
{
	struct mem_recent *recent = &mem->recent[frame % RECENT_ENTRIES];

	if (is_read_only(mem, mem->params.base + (frame << FRAME_LG2), FRAME_BYTES))
		return;
	recent->frame = frame + 1;
	recent->data = data;
}

static bool is_plain_ram(const struct mem *mem, u64 frame)
{
	u64 offset = frame << FRAME_LG2;

	return offset + FRAME_BYTES <= mem->limit &&
	       !(mem->has_place_in_ram &&
		 mem_places_overlap(&mem->places, mem->params.base + offset, FRAME_BYTES));
}

static u8 *frame_find_slow(struct mem *mem, u64 frame)
{
	struct mem_node *mid = mem->root[frame >> (2 * NODE_LG2)];
	struct mem_node *leaf = mid ? mid->child[(frame >> NODE_LG2) % NODE_ENTRIES] : NULL;
	u8 *data = leaf ? leaf->child[frame % NODE_ENTRIES] : NULL;

	if (data && is_plain_ram(mem, frame))
		recent_keep(mem, frame, data);
	return data;
}

/* The bytes of a frame of RAM, or NULL if it was never written. */
static inline u8 *frame_find(const struct mem *mem, u64 frame)
{
	const struct mem_recent *recent = &mem->recent[frame % RECENT_ENTRIES];

	if (__builtin_expect(recent->frame == frame + 1, 1))
		return recent->data;
	/* What was seen last is not part of what memory contains. */
	return frame_find_slow((struct mem *)mem, frame);
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

/* --- what is not RAM --- */

static int place_add(struct mem *mem, const struct mem_place *place)
{
	int err = mem_places_add(&mem->places, place);

	if (err)
		return err;
	if (place->pa < mem->params.base + mem->limit &&
	    mem->params.base < place->pa + place->bytes)
		mem->has_place_in_ram = true;
	mem->has_region |= place->host || place->ops;
	recent_forget(mem);
	return 0;
}

int mem_add_doorbell(struct mem *mem, const struct mem_doorbell *doorbell)
{
	return place_add(mem, &(struct mem_place){.pa = doorbell->pa,
						  .bytes = doorbell->bytes,
						  .ring = doorbell->fn,
						  .opaque = doorbell->opaque});
}

int mem_add_region(struct mem *mem, pa_t pa, void *host, size_t bytes)
{
	if (!host)
		return -EINVAL;
	return place_add(mem, &(struct mem_place){.pa = pa, .bytes = bytes, .host = host});
}

int mem_add_region_ops(struct mem *mem, const struct mem_region *region)
{
	if (!region->ops || !region->ops->read || !region->ops->write)
		return -EINVAL;
	return place_add(mem, &(struct mem_place){.pa = region->pa,
						  .bytes = region->bytes,
						  .ops = region->ops,
						  .opaque = region->opaque});
}

void mem_set_read_only(struct mem *mem, pa_t pa, u64 bytes)
{
	mem->rom = pa;
	mem->rom_bytes = bytes;
	recent_forget(mem);
}

/* A frame that lies in @place as a whole is as good as RAM. */
static void place_keep(const struct mem *mem, const struct mem_place *place, pa_t pa)
{
	u64 frame = (pa - mem->params.base) >> FRAME_LG2;
	u64 offset = mem->params.base + (frame << FRAME_LG2) - place->pa;

	if (place->host && place->bytes >= FRAME_BYTES && offset <= place->bytes - FRAME_BYTES)
		recent_keep((struct mem *)mem, frame, place->host + offset);
}

/* --- accesses that may be anything: any size, any place --- */

/*
 * How many of @bytes at @pa are alike: within one frame of RAM (*place is NULL) or
 * one place. 0: nothing is there.
 */
static size_t piece_at(const struct mem *mem, pa_t pa, size_t bytes, const struct mem_place **place)
{
	u64 offset = pa - mem->params.base;

	*place = NULL;
	if (offset >= mem->limit || mem->has_place_in_ram) {
		*place = mem_places_find(&mem->places, pa);
		if (*place)
			return min_u64(bytes, (*place)->bytes - (pa - (*place)->pa));
	}
	if (offset >= mem->limit)
		return 0;
	bytes = min_u64(bytes, FRAME_BYTES - offset % FRAME_BYTES);
	bytes = min_u64(bytes, mem->limit - offset);
	return mem->has_place_in_ram ? mem_places_gap(&mem->places, pa, bytes) : bytes;
}

static bool range_exists(const struct mem *mem, pa_t pa, size_t bytes)
{
	const struct mem_place *place;

	while (bytes) {
		size_t piece = piece_at(mem, pa, bytes, &place);

		if (!piece || pa + piece < pa)
			return false;
		pa += piece;
		bytes -= piece;
	}
	return true;
}

static void ram_read(const struct mem *mem, pa_t pa, void *to, size_t bytes)
{
	u64 offset = pa - mem->params.base;
	const u8 *frame = frame_find(mem, offset >> FRAME_LG2);

	if (frame)
		memcpy(to, frame + offset % FRAME_BYTES, bytes);
	else
		memset(to, 0, bytes);
}

static int ram_write(struct mem *mem, pa_t pa, const void *from, size_t bytes)
{
	u64 offset = pa - mem->params.base;
	u8 *frame = frame_make(mem, offset >> FRAME_LG2);

	if (!frame)
		return -ENOMEM;
	memcpy(frame + offset % FRAME_BYTES, from, bytes);
	return 0;
}

int mem_read(const struct mem *mem, pa_t pa, void *buf, size_t bytes)
{
	const struct mem_place *place;
	u8 *to = buf;
	int err = 0;

	if (!range_exists(mem, pa, bytes))
		return -EFAULT;
	while (bytes && !err) {
		size_t piece = piece_at(mem, pa, bytes, &place);

		if (place) {
			err = mem_place_read(place, pa - place->pa, to, piece);
			place_keep(mem, place, pa);
		} else {
			ram_read(mem, pa, to, piece);
		}
		to += piece;
		pa += piece;
		bytes -= piece;
	}
	return err;
}

int mem_write(struct mem *mem, pa_t pa, const void *buf, size_t bytes)
{
	const struct mem_place *place;
	const u8 *from = buf;
	int err = 0;

	if (!range_exists(mem, pa, bytes) || is_read_only(mem, pa, bytes))
		return -EFAULT;
	while (bytes && !err) {
		size_t piece = piece_at(mem, pa, bytes, &place);

		if (place) {
			err = mem_place_write(place, pa - place->pa, from, piece);
			place_keep(mem, place, pa);
		} else {
			err = ram_write(mem, pa, from, piece);
		}
		from += piece;
		pa += piece;
		bytes -= piece;
	}
	return err;
}

/* --- aligned words, the way of almost every access --- */

/* The aligned word at @pa, if its frame is plain and was seen lately; else NULL. */
static inline u8 *word_at(const struct mem *mem, pa_t pa, u32 bytes)
{
	u64 offset = pa - mem->params.base;
	u64 frame = offset >> FRAME_LG2;
	const struct mem_recent *recent = &mem->recent[frame % RECENT_ENTRIES];

	if (offset % bytes || recent->frame != frame + 1)
		return NULL;
	return recent->data + offset % FRAME_BYTES;
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
	const u8 *word = word_at(mem, pa, 8);

	if (__builtin_expect(!word, 0))
		return read64_slow(mem, pa, value);
	*value = le64_load(word);
	return 0;
}

int mem_read32(const struct mem *mem, pa_t pa, u32 *value)
{
	const u8 *word = word_at(mem, pa, 4);

	if (__builtin_expect(!word, 0))
		return read32_slow(mem, pa, value);
	*value = le32_load(word);
	return 0;
}

int mem_write64(struct mem *mem, pa_t pa, u64 value)
{
	u8 *word = word_at(mem, pa, 8);

	if (__builtin_expect(!word, 0))
		return write64_slow(mem, pa, value);
	le64_store(word, value);
	return 0;
}

int mem_write32(struct mem *mem, pa_t pa, u32 value)
{
	u8 word[4];

	le32_store(word, value);
	return mem_write(mem, pa, word, sizeof(word));
}

/* The region that has all of the word at @pa, if it may be written; else NULL. */
static const struct mem_place *word_region(const struct mem *mem, pa_t pa)
{
	const struct mem_place *place;

	if (!mem->has_region || is_read_only(mem, pa, sizeof(u64)))
		return NULL;
	place = mem_places_find(&mem->places, pa);
	return place && place->bytes - (pa - place->pa) >= sizeof(u64) ? place : NULL;
}

int mem_cas64(struct mem *mem, pa_t pa, u64 *expected, u64 desired)
{
	const struct mem_place *region = word_region(mem, pa);
	u64 found;
	int err;

	if (region)
		return mem_place_cas64(region, pa - region->pa, expected, desired);
	err = mem_read64(mem, pa, &found);
	if (err)
		return err;
	if (found == *expected)
		return mem_write64(mem, pa, desired);
	*expected = found;
	return 0;
}

/* --- time --- */

u64 mem_busy_ps(const struct mem *mem)
{
	return mem->busy_ps;
}

u64 mem_access_done_ps(struct mem *mem, u64 at_ps, u32 bytes)
{
	u64 busy_ps = (u64)(((unsigned __int128)bytes * mem->ps_per_mib) >> 20);
	u64 start_ps = max_u64(at_ps, mem->port_free_ps);

	mem->port_free_ps = start_ps + busy_ps;
	mem->busy_ps += busy_ps;
	return start_ps + busy_ps + mem->params.latency_ps;
}
