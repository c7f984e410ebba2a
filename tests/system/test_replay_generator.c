// SPDX-License-Identifier: GPL-2.0-only
/*
 * Generators: the addresses, sizes, directions, times and PASIDs of replay.h,
 * and that what replay_check() lets through never leaves the mappings.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <errno.h>

#include "sim/arena.h"
#include "sim/sim.h"
#include "sim/time.h"
#include "system/replay/replay.h"

#define BASE 0x10000000ULL
#define PAGE 4096ULL

static struct sys_config config;
static char message[512];

static void config_start(enum sys_generator generator)
{
	memset(&config, 0, sizeof(config));
	config.seed = 7;
	config.generator = generator;
	config.mode = SYS_HANDLER_VFIO;
	config.machine.nr_devices = 1;
	config.workload.access_bytes = 4096;
	config.workload.message_bytes = 3 * PAGE;
	config.workload.nr_messages = 5;
	config.workload.buffer_pairs = 2;
	config.workload.nr_accesses = 1000;
	config.workload.write_percent = 50;
	config.workload.footprint_bytes = 16 * PAGE;
	config.nr_mappings = 1;
	config.mappings[0] = (struct sys_mapping){
		.iova = BASE, .bytes = 1 << 30, .is_readable = true, .is_writable = true};
}

static struct dev_source *source_open(u32 device, u32 pasid)
{
	struct dev_source *source;

	assert_int_equal(replay_check(&config, message, sizeof(message)), 0);
	source = replay_create(&config, device, pasid);
	assert_non_null(source);
	return source;
}

static void machine_begin(void)
{
	assert_int_equal(sim_init(config.seed, 0), 0);
}

static void machine_end(void)
{
	assert_null(replay_error());
	replay_finish();
	sim_finish();
}

static void next_must_be(struct dev_source *source, u64 iova, u64 bytes, bool is_write)
{
	struct dev_record record;

	memset(&record, 0xa5, sizeof(record));
	assert_int_equal(source->next(source, &record), DEV_NEXT_RECORD);
	assert_int_equal(record.iova, iova);
	assert_int_equal(record.len_bytes, bytes);
	assert_int_equal(record.is_write, is_write);
	assert_int_equal(record.not_before_ps, 0);
	assert_false(record.has_pasid);
}

static void must_end(struct dev_source *source)
{
	struct dev_record record;

	assert_int_equal(source->next(source, &record), DEV_NEXT_END);
}

static void messages_use_pairs_in_turn_and_pages_in_step(void **state)
{
	struct dev_source *source;

	config_start(SYS_GEN_MESSAGES);
	machine_begin();
	source = source_open(0, 0);
	for (u64 i = 0; i < 5; i++) {
		u64 in = BASE + i % 2 * 2 * 3 * PAGE;

		for (u64 page = 0; page < 3; page++) {
			next_must_be(source, in + page * PAGE, PAGE, false);
			next_must_be(source, in + 3 * PAGE + page * PAGE, PAGE, true);
		}
	}
	must_end(source);
	machine_end();
}

static void messages_are_cut_into_accesses_within_pages(void **state)
{
	static const u32 pieces[] = {3000, 1096, 3000, 1096, 808};
	struct dev_source *source;
	u64 offset = 0;

	config_start(SYS_GEN_MESSAGES);
	config.workload.access_bytes = 3000;
	config.workload.message_bytes = 9000;
	config.workload.nr_messages = 1;
	machine_begin();
	source = source_open(0, 0);
	for (u32 i = 0; i < 5; i++) {
		next_must_be(source, BASE + offset, pieces[i], false);
		next_must_be(source, BASE + 9000 + offset, pieces[i], true);
		offset += pieces[i];
	}
	must_end(source);
	machine_end();
}

/* 7 extra pages over 3 messages: 2, 2, 3; behind 2 pairs of 2 pages and a bit. */
static void extra_pages_are_read_once_each_spread_over_messages(void **state)
{
	static const u32 before[] = {2, 2, 3};
	u64 message_bytes = PAGE + 100, extra = BASE + 5 * PAGE;
	struct dev_source *source;

	config_start(SYS_GEN_MESSAGES);
	config.workload.message_bytes = message_bytes;
	config.workload.nr_messages = 3;
	config.workload.extra_pages = 7;
	machine_begin();
	source = source_open(0, 0);
	for (u64 i = 0; i < 3; i++) {
		u64 in = BASE + i % 2 * 2 * message_bytes;

		for (u32 j = 0; j < before[i]; j++, extra += PAGE)
			next_must_be(source, extra, PAGE, false);
		next_must_be(source, in, PAGE, false);
		next_must_be(source, in + message_bytes, PAGE, true);
		next_must_be(source, in + PAGE, 100, false);
		next_must_be(source, in + message_bytes + PAGE, 100, true);
	}
	must_end(source);
	machine_end();
}

static void devices_are_a_stride_apart(void **state)
{
	config_start(SYS_GEN_MESSAGES);
	config.machine.nr_devices = 3;
	config.workload.device_stride_bytes = 64 * PAGE;
	machine_begin();
	for (u32 d = 0; d < 3; d++)
		next_must_be(source_open(d, 0), BASE + d * 64 * PAGE, PAGE, false);
	machine_end();
}

static void sequential_goes_through_the_footprint_again_and_again(void **state)
{
	/* 1500 into pages, and a footprint that ends within a page */
	static const u32 offsets[] = {0, 1500, 3000, 4096, 0, 1500, 3000, 4096, 0};
	static const u32 sizes[] = {1500, 1500, 1096, 904, 1500, 1500, 1096, 904, 1500};
	struct dev_source *source;

	config_start(SYS_GEN_SEQUENTIAL);
	config.workload.access_bytes = 1500;
	config.workload.footprint_bytes = 5000;
	config.workload.write_percent = 100;
	config.workload.nr_accesses = 9;
	machine_begin();
	source = source_open(0, 0);
	for (u32 i = 0; i < 9; i++)
		next_must_be(source, BASE + offsets[i], sizes[i], true);
	must_end(source);
	machine_end();
}

static void accesses_above_a_page_begin_at_pages_within_the_footprint(void **state)
{
	struct dev_source *source;

	config_start(SYS_GEN_SEQUENTIAL);
	config.workload.access_bytes = 9000;
	config.workload.footprint_bytes = 7 * PAGE;
	config.workload.write_percent = 0;
	config.workload.nr_accesses = 4;
	machine_begin();
	source = source_open(0, 0);
	next_must_be(source, BASE, 9000, false);
	next_must_be(source, BASE + 3 * PAGE, 9000, false);
	next_must_be(source, BASE, 9000, false); /* 6 * PAGE has no room */
	next_must_be(source, BASE + 3 * PAGE, 9000, false);
	must_end(source);
	/* each is three accesses to the device */
	assert_int_equal(replay_total_accesses(&config), 12);
	machine_end();
}

static void random_is_uniform_over_pages_with_the_share_of_writes(void **state)
{
	u32 hits[16] = {0}, nr_writes = 0;
	struct dev_record record;
	struct dev_source *source;

	config_start(SYS_GEN_RANDOM);
	config.workload.access_bytes = 64;
	config.workload.nr_accesses = 160000;
	config.workload.write_percent = 30;
	machine_begin();
	source = source_open(0, 0);
	while (source->next(source, &record) == DEV_NEXT_RECORD) {
		assert_int_equal((record.iova - BASE) % PAGE, 0);
		assert_in_range(record.iova, BASE, BASE + 15 * PAGE);
		assert_int_equal(record.len_bytes, 64);
		hits[(record.iova - BASE) / PAGE]++;
		nr_writes += record.is_write;
	}
	/* five standard deviations: sqrt(160000 * 1/16 * 15/16) is 97, and 183 */
	for (u32 i = 0; i < 16; i++)
		assert_in_range(hits[i], 10000 - 485, 10000 + 485);
	assert_in_range(nr_writes, 48000 - 915, 48000 + 915);
	machine_end();
}

static void constant_intervals_are_constant(void **state)
{
	struct dev_record record;
	struct dev_source *source;

	config_start(SYS_GEN_SEQUENTIAL);
	config.workload.interval_ps = 12345;
	machine_begin();
	source = source_open(0, 0);
	for (u32 i = 0; i < 1000; i++) {
		assert_int_equal(source->next(source, &record), DEV_NEXT_RECORD);
		assert_int_equal(record.not_before_ps, i * 12345ULL);
	}
	must_end(source);
	machine_end();
}

static void poisson_intervals_have_their_mean_and_spread(void **state)
{
	u64 last_ps = 0, nr_above_mean = 0;
	struct dev_record record;
	struct dev_source *source;

	config_start(SYS_GEN_RANDOM);
	config.workload.interval_ps = SIM_PS_PER_US;
	config.workload.poisson = 1;
	config.workload.nr_accesses = 40000;
	machine_begin();
	source = source_open(0, 0);
	for (u32 i = 0; i < 40000; i++) {
		assert_int_equal(source->next(source, &record), DEV_NEXT_RECORD);
		assert_true(record.not_before_ps >= last_ps);
		nr_above_mean += record.not_before_ps - last_ps > SIM_PS_PER_US;
		last_ps = record.not_before_ps;
	}
	/* mean within five standard errors of 0.5 %; 1/e of them above it, within five of 96 */
	assert_in_range(last_ps / 40000, 975000, 1025000);
	assert_in_range(nr_above_mean, 14715 - 482, 14715 + 482);
	machine_end();
}

/* What a device draws depends on its name and the seed alone. */
static void streams_belong_to_devices(void **state)
{
	struct dev_record alone[100], among;
	struct dev_source *source;
	u32 nr_same = 0;

	config_start(SYS_GEN_RANDOM);
	config.workload.footprint_bytes = 1 << 28;
	config.workload.nr_accesses = 100;
	machine_begin();
	source = source_open(0, 0);
	for (u32 i = 0; i < 100; i++)
		source->next(source, &alone[i]);
	machine_end();
	config.machine.nr_devices = 2;
	config.workload.interval_ps = 1000;
	config.workload.poisson = 1;
	machine_begin();
	for (u32 d = 2; d-- > 0;) {
		source = source_open(d, 0);
		for (u32 i = 0; i < 100; i++) {
			source->next(source, &among);
			if (!d) {
				assert_int_equal(among.iova, alone[i].iova);
				assert_int_equal(among.is_write, alone[i].is_write);
			}
			nr_same += d && among.iova == alone[i].iova;
		}
	}
	assert_in_range(nr_same, 0, 2);
	machine_end();
}

static void sva_records_bear_the_pasid(void **state)
{
	static const enum sys_generator generators[] = {SYS_GEN_MESSAGES, SYS_GEN_SEQUENTIAL,
							SYS_GEN_RANDOM};
	struct dev_record record;
	struct dev_source *source;

	for (u32 i = 0; i < 3; i++) {
		config_start(generators[i]);
		config.mode = SYS_HANDLER_SVA;
		machine_begin();
		source = source_open(0, 42);
		for (u32 j = 0; j < 30; j++) {
			assert_int_equal(source->next(source, &record), DEV_NEXT_RECORD);
			assert_true(record.has_pasid);
			assert_int_equal(record.pasid, 42);
		}
		machine_end();
	}
}

static u64 draw_state;

static u64 draw(u64 limit)
{
	draw_state = draw_state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (draw_state >> 33) % limit;
}

static void config_draw(u64 seed)
{
	u64 iova = BASE;

	draw_state = seed;
	config_start(draw(3));
	config.seed = seed;
	config.machine.nr_devices = 1 + draw(4);
	config.workload.access_bytes = 1 + draw(draw(2) ? 3 * PAGE : 256);
	config.workload.message_bytes = draw(3) ? PAGE * (1 + draw(6)) : 1 + draw(6 * PAGE);
	config.workload.nr_messages = 1 + draw(9);
	config.workload.buffer_pairs = 1 + draw(5);
	config.workload.extra_pages = draw(2) ? draw(20) : 0;
	config.workload.nr_accesses = 1 + draw(200);
	config.workload.footprint_bytes = PAGE + draw(10 * PAGE);
	config.workload.device_stride_bytes = draw(3) * draw(20) * PAGE;
	config.nr_mappings = 1 + draw(4);
	for (u32 i = 0; i < config.nr_mappings; i++) {
		config.mappings[i] = (struct sys_mapping){.iova = iova,
							  .bytes = PAGE * (1 + draw(60))};
		iova += config.mappings[i].bytes + (draw(3) ? 0 : PAGE * draw(4));
	}
}

static bool byte_is_mapped(u64 iova)
{
	for (u32 i = 0; i < config.nr_mappings; i++)
		if (iova - config.mappings[i].iova < config.mappings[i].bytes)
			return true;
	return false;
}

/* Accesses as the device counts them; every page touched must be mapped. */
static u64 device_walk(u32 device)
{
	struct dev_source *source = replay_create(&config, device, 0);
	struct dev_record record;
	u64 nr = 0;

	assert_non_null(source);
	while (source->next(source, &record) == DEV_NEXT_RECORD) {
		u64 last = record.iova + record.len_bytes - 1;

		assert_true(record.len_bytes > 0);
		for (u64 page = record.iova / PAGE; page <= last / PAGE; page++, nr++)
			assert_true(byte_is_mapped(page * PAGE));
	}
	return nr;
}

static void checked_accesses_never_leave_the_mappings(void **state)
{
	u32 nr_accepted = 0, nr_refused = 0;

	for (u64 seed = 1; seed <= 3000; seed++) {
		u64 nr = 0;

		config_draw(seed);
		if (replay_check(&config, message, sizeof(message))) {
			assert_true(strlen(message) > 10);
			assert_null(strchr(message, '\n'));
			nr_refused++;
			continue;
		}
		nr_accepted++;
		machine_begin();
		for (u32 d = 0; d < config.machine.nr_devices; d++)
			nr += device_walk(d);
		if (config.generator != SYS_GEN_MESSAGES ||
		    config.workload.message_bytes % PAGE == 0)
			assert_int_equal(replay_total_accesses(&config), nr);
		machine_end();
	}
	assert_true(nr_accepted > 500);
	assert_true(nr_refused > 500);
}

/* Exactly enough is enough; a page less is not, and the message names the byte. */
static void the_check_is_tight(void **state)
{
	config_start(SYS_GEN_MESSAGES);
	config.workload.extra_pages = 2;
	config.mappings[0].bytes = 14 * PAGE;
	assert_int_equal(replay_check(&config, message, sizeof(message)), 0);
	config.mappings[0].bytes = 13 * PAGE;
	assert_int_equal(replay_check(&config, message, sizeof(message)), -EINVAL);
	assert_non_null(strstr(message, "0x1000d000"));
	config.workload.extra_pages = 0;
	config.mappings[0].bytes = 12 * PAGE;
	assert_int_equal(replay_check(&config, message, sizeof(message)), 0);
	/* one message never reaches the second pair */
	config.workload.nr_messages = 1;
	config.mappings[0].bytes = 6 * PAGE;
	assert_int_equal(replay_check(&config, message, sizeof(message)), 0);
	config_start(SYS_GEN_RANDOM);
	config.machine.nr_devices = 3;
	config.workload.device_stride_bytes = 16 * PAGE;
	config.mappings[0].bytes = 48 * PAGE;
	assert_int_equal(replay_check(&config, message, sizeof(message)), 0);
	config.mappings[0].bytes = 47 * PAGE;
	assert_int_equal(replay_check(&config, message, sizeof(message)), -EINVAL);
	assert_non_null(strstr(message, "device 2"));
}

static void what_cannot_be_is_refused(void **state)
{
	config_start(SYS_GEN_SEQUENTIAL);
	config.nr_mappings = 0;
	assert_int_equal(replay_check(&config, message, sizeof(message)), -EINVAL);
	assert_non_null(strstr(message, "mappings"));
	config_start(SYS_GEN_SEQUENTIAL);
	config.workload.access_bytes = 1 << 20;
	assert_int_equal(replay_check(&config, message, sizeof(message)), -EINVAL);
	assert_non_null(strstr(message, "workload.access"));
	config_start(SYS_GEN_RANDOM);
	config.workload.device_stride_bytes = 100;
	assert_int_equal(replay_check(&config, message, sizeof(message)), -EINVAL);
	assert_non_null(strstr(message, "workload.device_stride"));
	config_start(SYS_GEN_RANDOM);
	config.workload.nr_accesses = 1ULL << 48;
	config.workload.interval_ps = SIM_TIME_NEVER >> 8;
	assert_int_equal(replay_check(&config, message, sizeof(message)), -EINVAL);
	assert_non_null(strstr(message, "workload.interval"));
	/* every parameter at its limit overflows no sum */
	config_start(SYS_GEN_MESSAGES);
	config.workload.message_bytes = 1ULL << 40;
	config.workload.nr_messages = 1ULL << 40;
	config.workload.buffer_pairs = 1 << 20;
	config.workload.extra_pages = 1 << 20;
	config.workload.device_stride_bytes = 1ULL << 47;
	config.machine.nr_devices = SYS_MAX_DEVICES;
	config.mappings[0].iova = -PAGE;
	config.mappings[0].bytes = PAGE;
	assert_int_equal(replay_check(&config, message, sizeof(message)), -EINVAL);
	assert_int_equal(replay_total_accesses(&config), 0);
}

static void the_last_page_of_the_address_space_can_be_used(void **state)
{
	struct dev_source *source;

	config_start(SYS_GEN_SEQUENTIAL);
	config.mappings[0].iova = -2 * PAGE;
	config.mappings[0].bytes = 2 * PAGE;
	config.workload.footprint_bytes = 2 * PAGE;
	config.workload.write_percent = 0;
	machine_begin();
	source = source_open(0, 0);
	next_must_be(source, -2 * PAGE, PAGE, false);
	next_must_be(source, -PAGE, PAGE, false);
	next_must_be(source, -2 * PAGE, PAGE, false);
	machine_end();
}

static void finishing_gives_all_memory_back(void **state)
{
	u64 used_bytes;

	config_start(SYS_GEN_RANDOM);
	config.machine.nr_devices = 4;
	machine_begin();
	used_bytes = sim_arena_used_bytes();
	for (u32 d = 0; d < 4; d++)
		source_open(d, 0);
	assert_true(sim_arena_used_bytes() > used_bytes);
	replay_finish();
	assert_int_equal(sim_arena_used_bytes(), used_bytes);
	replay_finish();
	sim_finish();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(messages_use_pairs_in_turn_and_pages_in_step),
		cmocka_unit_test(messages_are_cut_into_accesses_within_pages),
		cmocka_unit_test(extra_pages_are_read_once_each_spread_over_messages),
		cmocka_unit_test(devices_are_a_stride_apart),
		cmocka_unit_test(sequential_goes_through_the_footprint_again_and_again),
		cmocka_unit_test(accesses_above_a_page_begin_at_pages_within_the_footprint),
		cmocka_unit_test(random_is_uniform_over_pages_with_the_share_of_writes),
		cmocka_unit_test(constant_intervals_are_constant),
		cmocka_unit_test(poisson_intervals_have_their_mean_and_spread),
		cmocka_unit_test(streams_belong_to_devices),
		cmocka_unit_test(sva_records_bear_the_pasid),
		cmocka_unit_test(checked_accesses_never_leave_the_mappings),
		cmocka_unit_test(the_check_is_tight),
		cmocka_unit_test(what_cannot_be_is_refused),
		cmocka_unit_test(the_last_page_of_the_address_space_can_be_used),
		cmocka_unit_test(finishing_gives_all_memory_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
