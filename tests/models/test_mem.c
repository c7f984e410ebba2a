// SPDX-License-Identifier: GPL-2.0-only
/*
 * Theorems: memory reads what was written last and zero elsewhere, at any size
 * and alignment; what lies outside is -EFAULT and changes nothing; only frames
 * that are written take memory; compare and swap; read-only memory; doorbells;
 * regions of the caller's own are the caller's bytes, by array or by operations; an
 * access ends after latency and transfer, accesses share the bandwidth in order.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "models/common/bits.h"
#include "models/mem/mem.h"
#include "sim/arena.h"
#include "sim/rng.h"
#include "sim/sim.h"

#define BASE 0x40000000ULL
#define SIZE (1ULL << 40)

static struct mem *mem;

static struct mem *create(u64 size, u64 latency_ps, u64 bandwidth)
{
	const struct mem_params params = {.base = BASE,
					  .size_bytes = size,
					  .latency_ps = latency_ps,
					  .bandwidth_bytes_per_s = bandwidth};

	return mem_create(&params);
}

static int setup(void **state)
{
	assert_int_equal(sim_init(1, 0), 0);
	mem = create(SIZE, 90000, 100000000000ULL);
	assert_non_null(mem);
	return 0;
}

static int teardown(void **state)
{
	mem_destroy(mem);
	sim_finish();
	return 0;
}

static void unwritten_memory_reads_as_zero(void **state)
{
	u8 buf[9000];
	u64 word = 1;

	memset(buf, 0xff, sizeof(buf));
	assert_int_equal(mem_read(mem, BASE + 12345, buf, sizeof(buf)), 0);
	for (size_t i = 0; i < sizeof(buf); i++)
		assert_int_equal(buf[i], 0);
	assert_int_equal(mem_read64(mem, BASE + SIZE - 8, &word), 0);
	assert_int_equal(word, 0);
}

#define WINDOW 20000

static void random_accesses_match_a_flat_array(void **state)
{
	/* One window crosses a 4 KiB and a 16 GiB boundary of the tree. */
	const pa_t start = BASE + (16ULL << 30) - WINDOW / 2;
	u8 *shadow = calloc(1, WINDOW);
	struct sim_rng rng;
	u8 buf[5000];

	sim_rng_init(&rng, 1, "mem");
	for (int round = 0; round < 20000; round++) {
		u32 at = sim_rng_below(&rng, WINDOW);
		u32 bytes = sim_rng_below(&rng,
					  sizeof(buf) < WINDOW - at ? sizeof(buf) : WINDOW - at) +
			    (at < WINDOW);

		if (at + bytes > WINDOW)
			bytes = WINDOW - at;
		if (sim_rng_below(&rng, 2)) {
			for (u32 i = 0; i < bytes; i++)
				buf[i] = sim_rng_u64(&rng);
			assert_int_equal(mem_write(mem, start + at, buf, bytes), 0);
			memcpy(shadow + at, buf, bytes);
		} else {
			assert_int_equal(mem_read(mem, start + at, buf, bytes), 0);
			assert_memory_equal(buf, shadow + at, bytes);
		}
	}
	free(shadow);
}

static void words_are_little_endian_bytes(void **state)
{
	const u8 expected[8] = {0x88, 0x77, 0x66, 0x55, 0x44, 0x33, 0x22, 0x11};
	u8 bytes[8];
	u64 w64 = 0;
	u32 w32 = 0;

	assert_int_equal(mem_write64(mem, BASE + 64, 0x1122334455667788ULL), 0);
	assert_int_equal(mem_read(mem, BASE + 64, bytes, 8), 0);
	assert_memory_equal(bytes, expected, 8);
	assert_int_equal(mem_read32(mem, BASE + 68, &w32), 0);
	assert_int_equal(w32, 0x11223344);
	assert_int_equal(mem_write32(mem, BASE + 64, 0xdeadbeef), 0);
	assert_int_equal(mem_read64(mem, BASE + 64, &w64), 0);
	assert_true(w64 == 0x11223344deadbeefULL);
}

static void outside_of_ram_is_efault_and_nothing_is_written(void **state)
{
	const u8 data[64] = {1, 2, 3};
	u8 buf[64];
	u64 word;

	assert_int_equal(mem_read64(mem, BASE - 8, &word), -EFAULT);
	assert_int_equal(mem_read64(mem, BASE + SIZE, &word), -EFAULT);
	assert_int_equal(mem_read64(mem, ~0ULL - 7, &word), -EFAULT);
	assert_int_equal(mem_write64(mem, 0, 1), -EFAULT);
	/* the first half is inside */
	assert_int_equal(mem_write(mem, BASE + SIZE - 32, data, 64), -EFAULT);
	assert_int_equal(mem_read(mem, BASE + SIZE - 32, buf, 32), 0);
	for (int i = 0; i < 32; i++)
		assert_int_equal(buf[i], 0);
	assert_int_equal(mem_read(mem, BASE - 1, buf, 2), -EFAULT);
	assert_int_equal(mem_read(mem, ~0ULL, buf, 2), -EFAULT);
}

static void unaligned_words_work(void **state)
{
	u64 word = 0;

	assert_int_equal(mem_write64(mem, BASE + 4093, 0x0102030405060708ULL), 0);
	assert_int_equal(mem_read64(mem, BASE + 4093, &word), 0);
	assert_true(word == 0x0102030405060708ULL);
}

static void only_written_frames_take_memory(void **state)
{
	u64 before, word;

	assert_int_equal(mem_write64(mem, BASE, 1), 0);
	before = sim_arena_used_bytes();
	for (u64 pa = BASE; pa < BASE + (1 << 20); pa += 4096)
		assert_int_equal(mem_read64(mem, pa + 4096, &word), 0);
	assert_int_equal(sim_arena_used_bytes(), before);
	for (u64 i = 1; i < 200; i++)
		assert_int_equal(mem_write64(mem, BASE + 4096 * i, i), 0);
	/* AddressSanitizer's gap behind each block makes a frame one size bigger. */
	assert_in_range(sim_arena_used_bytes() - before, 199 * 4096, 199 * 4 * 4096 + 65536);
}

static void destroying_gives_everything_back(void **state)
{
	u64 before = sim_arena_used_bytes();
	struct mem *other = create(1ULL << 30, 0, 1000000);

	for (u64 i = 0; i < 100; i++)
		assert_int_equal(mem_write64(other, BASE + i * 1000000, i), 0);
	mem_destroy(other);
	mem_destroy(NULL);
	assert_int_equal(sim_arena_used_bytes(), before);
}

static void cas_swaps_only_what_it_expects(void **state)
{
	u64 expected = 5, word = 0;

	assert_int_equal(mem_write64(mem, BASE, 5), 0);
	assert_int_equal(mem_cas64(mem, BASE, &expected, 6), 0);
	assert_int_equal(expected, 5);
	assert_int_equal(mem_read64(mem, BASE, &word), 0);
	assert_int_equal(word, 6);
	assert_int_equal(mem_cas64(mem, BASE, &expected, 7), 0);
	assert_int_equal(expected, 6);
	assert_int_equal(mem_read64(mem, BASE, &word), 0);
	assert_int_equal(word, 6);
	assert_int_equal(mem_cas64(mem, 0, &expected, 7), -EFAULT);
}

static void read_only_memory_aborts_writes_and_keeps_what_it_has(void **state)
{
	u64 word = 0, expected = 5;
	u8 bytes[16] = {0};

	assert_int_equal(mem_write64(mem, BASE + 0x1000, 5), 0);
	assert_int_equal(mem_write64(mem, BASE + 0xff8, 4), 0);
	mem_set_read_only(mem, BASE + 0x1000, 0x1000);
	assert_int_equal(mem_write64(mem, BASE + 0x1000, 6), -EFAULT);
	assert_int_equal(mem_write32(mem, BASE + 0x1ffc, 6), -EFAULT);
	assert_int_equal(mem_cas64(mem, BASE + 0x1000, &expected, 6), -EFAULT);
	/* a write that overlaps changes nothing, outside neither */
	assert_int_equal(mem_write(mem, BASE + 0xff8, bytes, sizeof(bytes)), -EFAULT);
	assert_int_equal(mem_write(mem, BASE + 0x1ff8, bytes, sizeof(bytes)), -EFAULT);
	assert_int_equal(mem_read64(mem, BASE + 0xff8, &word), 0);
	assert_int_equal(word, 4);
	assert_int_equal(mem_read64(mem, BASE + 0x1000, &word), 0);
	assert_int_equal(word, 5);
	/* what lies beside is as ever */
	assert_int_equal(mem_write64(mem, BASE + 0xff8, 6), 0);
	assert_int_equal(mem_write64(mem, BASE + 0x2000, 6), 0);
	mem_set_read_only(mem, 0, 0);
	assert_int_equal(mem_write64(mem, BASE + 0x1000, 6), 0);
	assert_int_equal(mem_read64(mem, BASE + 0x1000, &word), 0);
	assert_int_equal(word, 6);
}

/* --- doorbells --- */

static struct {
	u32 nr;
	u64 offset[8];
	u32 data[8];
} rung;

static void ring(void *opaque, u64 offset, u32 data)
{
	assert_ptr_equal(opaque, &rung);
	rung.offset[rung.nr % 8] = offset;
	rung.data[rung.nr++ % 8] = data;
}

static int add_doorbell(pa_t pa, u64 bytes)
{
	return mem_add_doorbell(
		mem, &(struct mem_doorbell){.pa = pa, .bytes = bytes, .fn = ring, .opaque = &rung});
}

static void doorbells_take_writes_instead_of_memory(void **state)
{
	u64 word = 1;
	u32 half = 1;

	memset(&rung, 0, sizeof(rung));
	assert_int_equal(add_doorbell(0x8090000, 0x1000), 0);
	assert_int_equal(mem_write32(mem, 0x8090040, 77), 0);
	assert_int_equal(rung.nr, 1);
	assert_int_equal(rung.offset[0], 0x40);
	assert_int_equal(rung.data[0], 77);
	/* longer writes come in pieces, in order */
	assert_int_equal(mem_write64(mem, 0x8090048, 0x2222222211111111ULL), 0);
	assert_int_equal(rung.nr, 3);
	assert_int_equal(rung.offset[1], 0x48);
	assert_int_equal(rung.data[1], 0x11111111);
	assert_int_equal(rung.offset[2], 0x4c);
	assert_int_equal(rung.data[2], 0x22222222);
	assert_int_equal(mem_read64(mem, 0x8090040, &word), 0);
	assert_int_equal(word, 0);
	assert_int_equal(mem_read32(mem, 0x8090040, &half), 0);
	assert_int_equal(half, 0);
	assert_int_equal(mem_read32(mem, 0x8091000, &half), -EFAULT);
	/* half outside: nothing is delivered */
	assert_int_equal(mem_write64(mem, 0x8090ffc, 1), -EFAULT);
	assert_int_equal(rung.nr, 3);
}

static void doorbells_in_ram_hide_it(void **state)
{
	u64 word = 0;

	memset(&rung, 0, sizeof(rung));
	assert_int_equal(mem_write64(mem, BASE + 4096, 0x99), 0);
	assert_int_equal(add_doorbell(BASE + 4096 + 64, 4), 0);
	assert_int_equal(mem_write64(mem, BASE + 4096 + 60, 0x2222222211111111ULL), 0);
	assert_int_equal(rung.nr, 1);
	assert_int_equal(rung.data[0], 0x22222222);
	assert_int_equal(mem_read64(mem, BASE + 4096 + 60, &word), 0);
	assert_int_equal(word, 0x11111111);
	assert_int_equal(mem_read64(mem, BASE + 4096, &word), 0);
	assert_int_equal(word, 0x99);
}

static void doorbells_do_not_overlap(void **state)
{
	assert_int_equal(add_doorbell(0x1000, 0x100), 0);
	assert_int_equal(add_doorbell(0x10ff, 1), -EINVAL);
	assert_int_equal(add_doorbell(0xfff, 2), -EINVAL);
	assert_int_equal(add_doorbell(0x1100, 0), -EINVAL);
	assert_int_equal(add_doorbell(~0ULL, 2), -EINVAL);
	assert_int_equal(add_doorbell(0x1100, 4), 0);
}

static void there_is_a_limit_to_doorbells(void **state)
{
	for (u32 i = 0; i < 256; i++)
		assert_int_equal(add_doorbell(0x1000 + 4 * i, 4), 0);
	assert_int_equal(add_doorbell(0x8000, 4), -ENOMEM);
}

/* --- memory of the caller's own --- */

#define HOST 0x100000000000ULL /* outside of RAM */
#define HOST_BYTES 20000ULL

static u64 host_words[HOST_BYTES / 8];
static u8 *const host = (u8 *)host_words;

static void the_callers_bytes_are_memory(void **state)
{
	u64 word = 0;
	u32 half = 0;

	memset(host, 0, HOST_BYTES);
	assert_int_equal(mem_add_region(mem, HOST, host, HOST_BYTES), 0);
	/* twice: the first access finds the place, later ones know the frame */
	for (u32 i = 1; i < 3; i++) {
		assert_int_equal(mem_write64(mem, HOST + 8, 0x1122334455667788ULL * i), 0);
		assert_memory_equal(host + 8, &(u64){0x1122334455667788ULL * i}, 8);
		host[8] = i;
		assert_int_equal(mem_read64(mem, HOST + 8, &word), 0);
		assert_int_equal(word & 0xff, i);
		assert_int_equal(mem_read32(mem, HOST + 8, &half), 0);
		assert_int_equal(half & 0xff, i);
	}
	assert_int_equal(mem_write32(mem, HOST + HOST_BYTES - 4, 7), 0);
	assert_int_equal(host[HOST_BYTES - 4], 7);
	assert_int_equal(mem_read64(mem, HOST + HOST_BYTES - 4, &word), -EFAULT);
	assert_int_equal(mem_read64(mem, HOST + HOST_BYTES, &word), -EFAULT);
	assert_int_equal(mem_write64(mem, HOST - 8, 1), -EFAULT);
}

/* Two regions that touch, at odd addresses, hide a part of RAM. */
static void random_accesses_across_regions_match_a_flat_array(void **state)
{
	const pa_t start = BASE + 0x100000;
	u8 *shadow = calloc(1, WINDOW), *one = calloc(1, 9001), *two = calloc(1, 6007);
	struct sim_rng rng;
	u8 buf[9000];

	assert_int_equal(mem_add_region(mem, start + 1003, one, 9001), 0);
	assert_int_equal(mem_add_region(mem, start + 1003 + 9001, two, 6007), 0);
	sim_rng_init(&rng, 1, "regions");
	for (u32 round = 0; round < 20000; round++) {
		u32 bytes = 1 + sim_rng_below(&rng, round % 2 ? 16 : sizeof(buf));
		u32 at = sim_rng_below(&rng, WINDOW - bytes);

		if (sim_rng_below(&rng, 2)) {
			for (u32 i = 0; i < bytes; i++)
				buf[i] = sim_rng_u64(&rng);
			if (bytes == 8)
				assert_int_equal(mem_write64(mem, start + at, le64_load(buf)), 0);
			else
				assert_int_equal(mem_write(mem, start + at, buf, bytes), 0);
			memcpy(shadow + at, buf, bytes);
		} else if (bytes == 8) {
			assert_int_equal(mem_read64(mem, start + at, (u64 *)(void *)buf), 0);
			assert_memory_equal(buf, shadow + at, bytes);
		} else {
			assert_int_equal(mem_read(mem, start + at, buf, bytes), 0);
			assert_memory_equal(buf, shadow + at, bytes);
		}
	}
	assert_memory_equal(one, shadow + 1003, 9001);
	assert_memory_equal(two, shadow + 1003 + 9001, 6007);
	free(shadow);
	free(one);
	free(two);
}

static void a_region_hides_ram_that_was_seen(void **state)
{
	u64 word = 0;

	memset(host, 0, HOST_BYTES);
	assert_int_equal(mem_write64(mem, BASE + 0x1000, 1), 0);
	assert_int_equal(mem_read64(mem, BASE + 0x1000, &word), 0);
	assert_int_equal(mem_add_region(mem, BASE + 0x1000, host, 4096), 0);
	assert_int_equal(mem_read64(mem, BASE + 0x1000, &word), 0);
	assert_int_equal(word, 0);
	assert_int_equal(mem_write64(mem, BASE + 0x1000, 2), 0);
	assert_int_equal(host_words[0], 2);
}

static void regions_are_checked(void **state)
{
	assert_int_equal(mem_add_region(mem, HOST, NULL, 8), -EINVAL);
	assert_int_equal(mem_add_region(mem, HOST, host, 0), -EINVAL);
	assert_int_equal(mem_add_region(mem, ~0ULL - 6, host, 8), -EINVAL);
	assert_int_equal(mem_add_region(mem, HOST, host, 4096), 0);
	assert_int_equal(mem_add_region(mem, HOST + 4095, host, 1), -EINVAL);
	assert_int_equal(mem_add_region(mem, HOST - 1, host, 8192), -EINVAL);
	assert_int_equal(add_doorbell(HOST + 64, 4), -EINVAL);
	assert_int_equal(add_doorbell(HOST + 4096, 4), 0);
	assert_int_equal(mem_add_region(mem, HOST + 4096, host, 4096), -EINVAL);
	for (u32 i = 2; i < 256; i++)
		assert_int_equal(mem_add_region(mem, HOST + 4096 * i, host, 4096), 0);
	assert_int_equal(mem_add_region(mem, HOST + 4096 * 256, host, 4096), -ENOMEM);
}

static void read_only_holds_for_regions(void **state)
{
	u64 word = 0, expected = 5;

	host_words[0] = 5;
	assert_int_equal(mem_add_region(mem, HOST, host, 8192), 0);
	assert_int_equal(mem_read64(mem, HOST, &word), 0);
	mem_set_read_only(mem, HOST + 64, 8);
	assert_int_equal(mem_write64(mem, HOST + 64, 6), -EFAULT);
	assert_int_equal(mem_write64(mem, HOST, 6), 0);
	mem_set_read_only(mem, HOST, 8);
	assert_int_equal(mem_write64(mem, HOST, 7), -EFAULT);
	expected = 6;
	assert_int_equal(mem_cas64(mem, HOST, &expected, 7), -EFAULT);
	assert_int_equal(host_words[0], 6);
	mem_set_read_only(mem, 0, 0);
	assert_int_equal(mem_cas64(mem, HOST, &expected, 7), 0);
	assert_int_equal(host_words[0], 7);
}

static void cas_works_in_the_callers_bytes(void **state)
{
	u64 expected = 5, word = 0;

	host_words[1] = 5;
	assert_int_equal(mem_add_region(mem, HOST, host, 4096), 0);
	/* the same once more, where the host's words are not aligned */
	assert_int_equal(mem_add_region(mem, HOST + 0x10000, host + 4097, 4096), 0);
	assert_int_equal(mem_write64(mem, HOST + 0x10008, 5), 0);
	for (pa_t pa = HOST + 8; pa <= HOST + 0x10008; pa += 0x10000) {
		expected = 5;
		assert_int_equal(mem_cas64(mem, pa, &expected, 6), 0);
		assert_int_equal(expected, 5);
		assert_int_equal(mem_cas64(mem, pa, &expected, 7), 0);
		assert_int_equal(expected, 6);
		assert_int_equal(mem_read64(mem, pa, &word), 0);
		assert_int_equal(word, 6);
	}
}

static void memory_may_have_no_ram(void **state)
{
	struct mem *bare = create(0, 0, 1000000);
	u64 word = 0;

	assert_non_null(bare);
	assert_int_equal(mem_write64(bare, BASE, 1), -EFAULT);
	assert_int_equal(mem_add_region(bare, BASE, host, 4096), 0);
	assert_int_equal(mem_write64(bare, BASE, 1), 0);
	assert_int_equal(mem_read64(bare, BASE, &word), 0);
	assert_int_equal(word, 1);
	assert_int_equal(host_words[0], 1);
	mem_destroy(bare);
}

/* Memory by operations: a log of what was asked, and one word. */
static struct {
	u64 offset, word;
	size_t bytes;
	u32 nr_reads, nr_writes, nr_cas;
	int answer;
} device;

static int device_read(void *opaque, u64 offset, void *buf, size_t bytes)
{
	assert_ptr_equal(opaque, &device);
	device.nr_reads++;
	device.offset = offset;
	device.bytes = bytes;
	memset(buf, 0, bytes);
	memcpy(buf, &device.word, bytes < 8 ? bytes : 8);
	return device.answer;
}

static int device_write(void *opaque, u64 offset, const void *buf, size_t bytes)
{
	assert_ptr_equal(opaque, &device);
	device.nr_writes++;
	device.offset = offset;
	device.bytes = bytes;
	memcpy(&device.word, buf, bytes < 8 ? bytes : 8);
	return device.answer;
}

static int device_cas64(void *opaque, u64 offset, u64 *expected, u64 desired)
{
	device.nr_cas++;
	device.offset = offset;
	if (device.word == *expected)
		device.word = desired;
	else
		*expected = device.word;
	return device.answer;
}

static const struct mem_region_ops device_ops = {.read = device_read, .write = device_write};
static const struct mem_region_ops device_cas_ops = {
	.read = device_read, .write = device_write, .cas64 = device_cas64};

static int add_device(pa_t pa, const struct mem_region_ops *ops)
{
	return mem_add_region_ops(
		mem, &(struct mem_region){.pa = pa, .bytes = 8192, .ops = ops, .opaque = &device});
}

static void operations_take_every_access(void **state)
{
	u8 buf[10000] = {0};
	u64 word = 0;

	memset(&device, 0, sizeof(device));
	assert_int_equal(add_device(HOST, &device_ops), 0);
	assert_int_equal(mem_write64(mem, HOST + 64, 0x99), 0);
	assert_int_equal(device.offset, 64);
	assert_int_equal(device.bytes, 8);
	for (u32 i = 1; i < 4; i++) {
		assert_int_equal(mem_read64(mem, HOST + 4096, &word), 0);
		assert_int_equal(device.nr_reads, i);
		assert_int_equal(word, 0x99);
	}
	/* an access that is not inside as a whole is not asked for at all */
	assert_int_equal(mem_write(mem, HOST, buf, sizeof(buf)), -EFAULT);
	assert_int_equal(device.nr_writes, 1);
	assert_int_equal(mem_add_region(mem, HOST + 8192, host, HOST_BYTES), 0);
	assert_int_equal(mem_write(mem, HOST + 1, buf, sizeof(buf)), 0);
	assert_int_equal(device.offset, 1);
	assert_int_equal(device.bytes, 8191);
}

static void operations_may_refuse(void **state)
{
	u64 word = 1, expected = 1;

	memset(&device, 0, sizeof(device));
	device.answer = -EIO;
	assert_int_equal(add_device(HOST, &device_ops), 0);
	assert_int_equal(add_device(HOST + 8192, &device_cas_ops), 0);
	assert_int_equal(mem_read64(mem, HOST, &word), -EFAULT);
	assert_int_equal(mem_write64(mem, HOST, 1), -EFAULT);
	assert_int_equal(mem_cas64(mem, HOST, &expected, 1), -EFAULT);
	assert_int_equal(mem_cas64(mem, HOST + 8192, &expected, 1), -EFAULT);
}

static void operations_swap_or_are_swapped_for(void **state)
{
	u64 expected = 5;

	memset(&device, 0, sizeof(device));
	device.word = 5;
	assert_int_equal(add_device(HOST, &device_ops), 0);
	assert_int_equal(add_device(HOST + 8192, &device_cas_ops), 0);
	assert_int_equal(mem_cas64(mem, HOST, &expected, 6), 0);
	assert_int_equal(device.word, 6);
	assert_int_equal(device.nr_cas, 0);
	assert_int_equal(mem_cas64(mem, HOST + 8192 + 16, &expected, 7), 0);
	assert_int_equal(device.nr_cas, 1);
	assert_int_equal(device.offset, 16);
	assert_int_equal(expected, 6);
	assert_int_equal(device.word, 6);
}

static void operations_are_checked(void **state)
{
	static const struct mem_region_ops no_write = {.read = device_read};
	static const struct mem_region_ops no_read = {.write = device_write};

	assert_int_equal(add_device(HOST, NULL), -EINVAL);
	assert_int_equal(add_device(HOST, &no_write), -EINVAL);
	assert_int_equal(add_device(HOST, &no_read), -EINVAL);
	assert_int_equal(add_device(~0ULL - 4096, &device_ops), -EINVAL);
	assert_int_equal(add_device(HOST, &device_ops), 0);
	assert_int_equal(add_device(HOST + 8191, &device_ops), -EINVAL);
}

/* --- time --- */

static void an_access_takes_latency_and_transfer(void **state)
{
	struct mem *slow = create(1 << 20, 90000, 1000000000ULL); /* 1 ns a byte */

	assert_int_equal(mem_access_done_ps(slow, 5000, 64), 5000 + 90000 + 64000);
	assert_int_equal(mem_access_done_ps(slow, 1000000, 0), 1000000 + 90000);
	mem_destroy(slow);
}

static void accesses_share_the_bandwidth_in_order(void **state)
{
	struct mem *slow = create(1 << 20, 90000, 1000000000ULL);

	assert_int_equal(mem_access_done_ps(slow, 0, 64), 64000 + 90000);
	assert_int_equal(mem_access_done_ps(slow, 0, 64), 128000 + 90000);
	/* begun while the port is still busy for 28 ns */
	assert_int_equal(mem_access_done_ps(slow, 100000, 8), 136000 + 90000);
	/* the port has been idle meanwhile */
	assert_int_equal(mem_access_done_ps(slow, 200000, 8), 208000 + 90000);
	mem_destroy(slow);
}

static void extreme_bandwidths_do_not_overflow(void **state)
{
	struct mem *slow = create(1 << 20, 0, 1000000);
	struct mem *fast = create(1 << 20, 0, ~0ULL >> 1);

	/* 4 GiB - 1 at 1 MB/s is 4294.967295 s */
	assert_true(mem_access_done_ps(slow, 0, ~0U) == 4294967295000000ULL);
	assert_int_equal(mem_access_done_ps(fast, 0, ~0U), 0);
	mem_destroy(slow);
	mem_destroy(fast);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(unwritten_memory_reads_as_zero),
		T(random_accesses_match_a_flat_array),
		T(words_are_little_endian_bytes),
		T(outside_of_ram_is_efault_and_nothing_is_written),
		T(unaligned_words_work),
		T(only_written_frames_take_memory),
		T(destroying_gives_everything_back),
		T(cas_swaps_only_what_it_expects),
		T(read_only_memory_aborts_writes_and_keeps_what_it_has),
		T(doorbells_take_writes_instead_of_memory),
		T(doorbells_in_ram_hide_it),
		T(doorbells_do_not_overlap),
		T(there_is_a_limit_to_doorbells),
		T(the_callers_bytes_are_memory),
		T(random_accesses_across_regions_match_a_flat_array),
		T(a_region_hides_ram_that_was_seen),
		T(regions_are_checked),
		T(read_only_holds_for_regions),
		T(cas_works_in_the_callers_bytes),
		T(memory_may_have_no_ram),
		T(operations_take_every_access),
		T(operations_may_refuse),
		T(operations_swap_or_are_swapped_for),
		T(operations_are_checked),
		T(an_access_takes_latency_and_transfer),
		T(accesses_share_the_bandwidth_in_order),
		T(extreme_bandwidths_do_not_overflow),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
