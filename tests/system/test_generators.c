// SPDX-License-Identifier: GPL-2.0-only
/*
 * Generators beside messages, sequential and random (test_replay_generator.c): each has as many
 * records as it says, within its range; zipf has frequent pages; a pointer chase goes through all
 * pages; post-copy touches half of what is left in each half-life; rings and queues go round as a
 * NIC's and an NVMe controller's do; bursts, thoughts and drops are where they should be.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim/sim.h"
#include "sim/time.h"
#include "system/config/groups.h"
#include "system/replay/generator.h"
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
	config.device.outstanding_accesses = 1;
	config.workload.access_bytes = 1024;
	config.workload.message_bytes = 3 * PAGE;
	config.workload.nr_messages = 5;
	config.workload.buffer_pairs = 2;
	config.workload.nr_accesses = 1003;
	config.workload.write_percent = 50;
	config.workload.footprint_bytes = 64 * PAGE;
	config.workload.interval_ps = SIM_PS_PER_US;
	config.workload.half_life_ps = 100 * SIM_PS_PER_US;
	config.workload.zipf_per_mille = 990;
	config.workload.nr_queues = 3;
	config.workload.queue_entries = 16;
	config.workload.buffer_bytes = 2048;
	config.nr_mappings = 1;
	config.mappings[0] = (struct sys_mapping){
		.iova = BASE, .bytes = 1 << 30, .is_readable = true, .is_writable = true};
}

static struct dev_source *begin(void)
{
	struct dev_source *source;

	assert_int_equal(sim_init(config.seed, 0), 0);
	if (replay_check(&config, message, sizeof(message)))
		fail_msg("%s", message);
	source = replay_create(&config, 0, 0);
	assert_non_null(source);
	return source;
}

static void end(void)
{
	replay_finish();
	sim_finish();
}

static struct dev_record next(struct dev_source *source)
{
	struct dev_record record;

	assert_int_equal(source->next(source, &record), DEV_NEXT_RECORD);
	return record;
}

static void refused(const char *why)
{
	assert_int_not_equal(replay_check(&config, message, sizeof(message)), 0);
	if (!strstr(message, why))
		fail_msg("'%s' does not say '%s'", message, why);
}

static void each_has_the_records_that_it_says_in_order_of_time(void **state)
{
	for (u32 g = 0; g < SYS_GEN_TRACE; g++) {
		struct dev_record record;
		struct dev_source *source;
		u64 nr = 0, before_ps = 0;

		config_start(g);
		source = begin();
		while (source->next(source, &record) == DEV_NEXT_RECORD) {
			nr++;
			assert_true(record.iova >= BASE && record.iova < BASE + (1 << 20));
			assert_true(record.not_before_ps >= before_ps);
			before_ps = record.not_before_ps;
		}
		assert_int_equal(nr, generator_records(&config));
		assert_int_equal(source->is_timed, g != SYS_GEN_MESSAGES);
		end();
	}
}

static void zipf_has_few_pages_that_are_frequent(void **state)
{
	u64 counts[64] = {0}, most = 0, nr_seen = 0;
	struct dev_source *source;

	config_start(SYS_GEN_ZIPF);
	config.workload.nr_accesses = 20000;
	source = begin();
	for (u32 i = 0; i < 20000; i++)
		counts[(next(source).iova - BASE) / PAGE]++;
	for (u32 i = 0; i < 64; i++) {
		most = counts[i] > most ? counts[i] : most;
		nr_seen += counts[i] != 0;
	}
	/* The sum of 1/k^0.99 up to 64 is 4.84: 20.7 %. */
	assert_in_range(most, 3900, 4400);
	assert_int_equal(nr_seen, 64);
	end();
	config.workload.footprint_bytes = (4ULL << 30) + PAGE;
	refused("4GiB");
}

static void a_chase_goes_through_all_pages_again_and_again(void **state)
{
	struct dev_source *source;
	u64 first[64];

	config_start(SYS_GEN_POINTER_CHASE);
	source = begin();
	for (u32 round = 0; round < 3; round++) {
		u64 seen = 0;

		for (u32 i = 0; i < 64; i++) {
			u64 page = (next(source).iova - BASE) / PAGE;

			if (!round)
				first[i] = page;
			assert_int_equal(page, first[i]);
			seen |= 1ULL << page;
		}
		assert_int_equal(seen, ~0ULL);
	}
	end();
	config.device.outstanding_accesses = 2;
	refused("expected 1");
}

/* 64, 32, 16, ... pages are left: those that are new within each half-life. */
static void post_copy_halves_what_is_left(void **state)
{
	u64 touched[1024] = {0}, nr_new[4] = {0};
	struct dev_source *source;

	config_start(SYS_GEN_POST_COPY);
	config.workload.footprint_bytes = 1024 * PAGE;
	config.workload.nr_accesses = 40000;
	config.workload.interval_ps = 10 * SIM_PS_PER_NS;
	source = begin();
	for (u32 i = 0; i < 40000; i++) {
		struct dev_record record = next(source);
		u64 page = (record.iova - BASE) / PAGE;

		nr_new[record.not_before_ps / config.workload.half_life_ps] += !touched[page]++;
	}
	assert_in_range(nr_new[0], 511, 513);
	assert_in_range(nr_new[1], 255, 257);
	assert_in_range(nr_new[2], 127, 129);
	assert_in_range(nr_new[3], 63, 65);
	end();
	config.workload.interval_ps = 0;
	refused("workload.interval is 0");
}

static void a_ring_reads_a_batch_moves_it_and_writes_it_back(void **state)
{
	u64 heads[3] = {0}, ring, batch_ps;
	struct dev_source *source;

	config_start(SYS_GEN_RINGS);
	config.workload.write_percent = 100;
	source = begin();
	for (u32 batch = 0; batch < 100; batch++) {
		struct dev_record record = next(source);

		ring = (record.iova - BASE) / PAGE;
		batch_ps = record.not_before_ps;
		assert_in_range(ring, 0, 2);
		assert_int_equal(record.iova, BASE + ring * PAGE + heads[ring] * 16);
		assert_int_equal(record.len_bytes, 128);
		assert_false(record.is_write);
		for (u32 i = 0; i < 8; i++) {
			record = next(source);
			assert_int_equal(record.iova,
					 BASE + 3 * PAGE + (ring * 16 + heads[ring] + i) * 2048);
			assert_true(record.is_write);
			assert_int_equal(record.not_before_ps, batch_ps + i * SIM_PS_PER_US);
		}
		record = next(source);
		assert_int_equal(record.iova, BASE + ring * PAGE + heads[ring] * 16);
		assert_true(record.is_write);
		assert_int_equal(record.not_before_ps, batch_ps + 7 * SIM_PS_PER_US);
		heads[ring] = (heads[ring] + 8) % 16;
	}
	end();
	config.workload.access_bytes = 2049;
	refused("more than workload.buffer");
	config.workload.buffer_bytes = 3000;
	refused("neither a part of a page nor whole pages");
	config.workload.queue_entries = 12;
	refused("not a multiple of 8");
}

static void a_command_has_a_list_its_data_and_a_completion(void **state)
{
	u64 heads[3] = {0}, pair_bytes = 2 * PAGE + 16 * PAGE, queue;
	struct dev_source *source;

	config_start(SYS_GEN_NVME);
	config.workload.access_bytes = 4 * PAGE;
	source = begin();
	for (u32 i = 0; i < 100; i++) {
		struct dev_record record = next(source);

		queue = (record.iova - BASE) / pair_bytes;
		assert_in_range(queue, 0, 2);
		assert_int_equal(record.iova, BASE + queue * pair_bytes + heads[queue] * 64);
		assert_int_equal(record.len_bytes, 64);
		record = next(source);
		assert_int_equal(record.iova,
				 BASE + queue * pair_bytes + (2 + heads[queue]) * PAGE);
		assert_int_equal(record.len_bytes, 3 * 8);
		record = next(source);
		assert_true(record.iova >= BASE + 3 * pair_bytes);
		assert_int_equal(record.len_bytes, 4 * PAGE);
		record = next(source);
		assert_int_equal(record.iova, BASE + queue * pair_bytes + PAGE + heads[queue] * 16);
		assert_int_equal(record.len_bytes, 16);
		assert_true(record.is_write);
		heads[queue] = (heads[queue] + 1) % 16;
	}
	end();
}

static void bursts_have_pauses_between_them(void **state)
{
	struct dev_source *source;

	config_start(SYS_GEN_RANDOM);
	config.workload.interval_ps = 2;
	config.workload.burst = 10;
	config.workload.pause_ps = 1000;
	source = begin();
	for (u64 i = 0; i < 1000; i++)
		assert_int_equal(next(source).not_before_ps, i / 10 * (9 * 2 + 1000) + i % 10 * 2);
	end();
	/* At once, where there is no interval. */
	config.workload.interval_ps = 0;
	source = begin();
	assert_true(source->is_timed);
	for (u64 i = 0; i < 1000; i++)
		assert_int_equal(next(source).not_before_ps, i / 10 * 1000);
	end();
	config.workload.burst = 0;
	refused("there is no workload.burst");
	config.workload.burst = 10;
	config.workload.pause_ps = 0;
	refused("bursts without a workload.pause");
}

static void users_think_where_a_request_has_ended(void **state)
{
	struct dev_source *source;

	config_start(SYS_GEN_NVME);
	config.workload.interval_ps = 0;
	config.workload.think_ps = 77;
	source = begin();
	for (u32 i = 0; i < 30; i++) {
		next(source);
		assert_int_equal(source->think_ps(source), i % 3 == 2 ? 77 : 0);
	}
	end();
	config_start(SYS_GEN_MESSAGES);
	config.workload.interval_ps = 0;
	config.workload.think_ps = 77;
	config.workload.access_bytes = PAGE;
	config.workload.extra_pages = 5;
	source = begin();
	for (u32 i = 0; i < 35; i++) {
		next(source);
		assert_int_equal(source->think_ps(source), i % 7 == 6 ? 77 : 0);
	}
	end();
	config_start(SYS_GEN_RANDOM);
	config.workload.think_ps = 77;
	refused("workload.think");
	config.workload.think_ps = 0;
	config.workload.drop_after_ps = 5;
	source = begin();
	assert_int_equal(source->drop_after_ps, 5);
	end();
	config.workload.interval_ps = 0;
	refused("workload.drop_after");
}

/* Two groups of one generator: other pages. Of two generators: what each alone has. */
static void groups_draw_by_generator(void **state)
{
	static struct sys_config view;
	u64 iovas[20];
	u32 nr_same = 0;
	struct dev_source *source;

	config_start(SYS_GEN_RANDOM);
	source = begin();
	for (u32 i = 0; i < 20; i++)
		iovas[i] = next(source).iova;
	end();
	config.nr_groups = 3;
	config.nr_spaces = 1;
	config.machine.nr_devices = 3;
	for (u32 g = 0; g < 3; g++) {
		config.groups[g] = config.common;
		config.groups[g].count = 1;
	}
	config.groups[0].generator = SYS_GEN_ZIPF;
	sys_config_view(&config, 1, &view);
	assert_int_equal(view.common.nr_before, 0);
	sys_config_view(&config, 2, &view);
	assert_int_equal(view.common.nr_before, 1);
	assert_int_equal(sim_init(config.seed, 0), 0);
	source = replay_create(&config, 1, 0);
	for (u32 i = 0; i < 20; i++)
		assert_int_equal(next(source).iova, iovas[i]);
	source = replay_create(&config, 2, 0);
	for (u32 i = 0; i < 20; i++)
		nr_same += next(source).iova == iovas[i];
	assert_in_range(nr_same, 0, 4);
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_has_the_records_that_it_says_in_order_of_time),
		cmocka_unit_test(zipf_has_few_pages_that_are_frequent),
		cmocka_unit_test(a_chase_goes_through_all_pages_again_and_again),
		cmocka_unit_test(post_copy_halves_what_is_left),
		cmocka_unit_test(a_ring_reads_a_batch_moves_it_and_writes_it_back),
		cmocka_unit_test(a_command_has_a_list_its_data_and_a_completion),
		cmocka_unit_test(bursts_have_pauses_between_them),
		cmocka_unit_test(users_think_where_a_request_has_ended),
		cmocka_unit_test(groups_draw_by_generator),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
