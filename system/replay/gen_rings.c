// SPDX-License-Identifier: GPL-2.0-only
/*
 * Generator rings: a NIC. Packets come, or go, in batches of one ring, the next ring drawn: the
 * descriptors of the batch are read, the data of each packet moved, the descriptors written
 * back. A buffer belongs to each descriptor, and rings go round. From the base: all rings, each
 * from a page on, then all buffers. Left out: doorbells and interrupts, and that data is waited
 * for before its descriptor is written back.
 */
#include "system/replay/paced.h"

#define DESCRIPTOR_BYTES 16
#define BATCH 8 /* packets whose descriptors are read at once: 128 bytes */
#define MAX_QUEUES 64

enum phase { READ_DESCRIPTORS, MOVE_DATA, WRITE_BACK };

struct rings {
	struct paced paced; /* first */
	u64 nr_queues, nr_entries, ring_bytes, buffer_bytes, first_buffer;
	u64 heads[MAX_QUEUES];
	enum phase phase;
	u64 queue, nr_in_batch, nr_moved;
	bool is_receiving;
};

static u64 ring_bytes_of(const struct sys_config *config)
{
	return gen_page_up(config->workload.queue_entries * DESCRIPTOR_BYTES);
}

static u64 all_bytes_of(const struct sys_config *config)
{
	return config->workload.nr_queues *
	       (ring_bytes_of(config) +
		config->workload.queue_entries * config->workload.buffer_bytes);
}

static void begin_batch(struct rings *gen)
{
	gen->queue = sim_rng_below(&gen->paced.rng, gen->nr_queues);
	gen->is_receiving = paced_draw_write(&gen->paced);
	gen->nr_in_batch = gen_smaller(BATCH, gen->paced.left);
	gen->nr_moved = 0;
}

static void fill_descriptors(struct rings *gen, struct dev_record *record, bool is_write)
{
	gen_fill(&gen->paced.common, record,
		 gen->paced.common.base + gen->queue * gen->ring_bytes +
			 gen->heads[gen->queue] * DESCRIPTOR_BYTES,
		 gen->nr_in_batch * DESCRIPTOR_BYTES);
	record->is_write = is_write;
}

static void fill_data(struct rings *gen, struct dev_record *record)
{
	u64 entry = gen->queue * gen->nr_entries + gen->heads[gen->queue] + gen->nr_moved++;

	gen_fill(&gen->paced.common, record, gen->first_buffer + entry * gen->buffer_bytes,
		 gen->paced.common.access_bytes);
	record->is_write = gen->is_receiving;
	/* What is written back is due with the last packet. */
	if (gen->nr_moved < gen->nr_in_batch)
		paced_step(&gen->paced);
}

static enum dev_next rings_next(struct dev_source *source, struct dev_record *record)
{
	struct rings *gen = (struct rings *)source;

	if (gen->phase == READ_DESCRIPTORS) {
		if (!gen->paced.left)
			return DEV_NEXT_END;
		begin_batch(gen);
		fill_descriptors(gen, record, false);
		gen->phase = MOVE_DATA;
	} else if (gen->phase == MOVE_DATA) {
		fill_data(gen, record);
		if (gen->nr_moved == gen->nr_in_batch)
			gen->phase = WRITE_BACK;
	} else {
		fill_descriptors(gen, record, true);
		gen->heads[gen->queue] = (gen->heads[gen->queue] + BATCH) % gen->nr_entries;
		paced_step(&gen->paced);
		gen->phase = READ_DESCRIPTORS;
	}
	return DEV_NEXT_RECORD;
}

static int rings_init(struct generator *common, const struct sys_config *config, u32 device)
{
	struct rings *gen = (struct rings *)common;

	paced_init(&gen->paced, config, device);
	gen->nr_queues = config->workload.nr_queues;
	gen->nr_entries = config->workload.queue_entries;
	gen->ring_bytes = ring_bytes_of(config);
	gen->buffer_bytes = config->workload.buffer_bytes;
	gen->first_buffer = common->base + gen->nr_queues * gen->ring_bytes;
	common->source.next = rings_next;
	return 0;
}

static int rings_check(const struct sys_config *config, struct gen_complaint complaint)
{
	u64 buffer_bytes = config->workload.buffer_bytes;
	int err = 0;

	if (config->workload.queue_entries % BATCH)
		return gen_complain(complaint,
				    "workload.queue_entries: %llu is not a multiple of %u, the "
				    "descriptors that are read at once",
				    config->workload.queue_entries, BATCH);
	if (GEN_PAGE_BYTES % buffer_bytes && buffer_bytes % GEN_PAGE_BYTES)
		return gen_complain(
			complaint,
			"workload.buffer: %llu is neither a part of a page nor whole pages",
			buffer_bytes);
	if (config->workload.access_bytes > buffer_bytes)
		return gen_complain(complaint,
				    "workload.access: packets of %llu bytes are more than "
				    "workload.buffer, %llu",
				    config->workload.access_bytes, buffer_bytes);
	err = paced_check_times(config, complaint);
	for (u32 d = 0; d < config->machine.nr_devices && !err; d++)
		err = gen_range_check(
			config, (struct gen_range){.device = d, .bytes = all_bytes_of(config)},
			complaint);
	return err;
}

/* Of @parts for the data of a packet, and two for each batch. */
static u64 count(const struct sys_config *config, u64 parts)
{
	u64 nr = config->workload.nr_accesses;

	return nr * parts + 2 * gen_divide_up(nr, BATCH);
}

static u64 rings_records(const struct sys_config *config)
{
	return count(config, 1);
}

static u64 rings_accesses(const struct sys_config *config)
{
	return count(config, gen_divide_up(config->workload.access_bytes, GEN_PAGE_BYTES));
}

const struct generator_ops gen_rings = {
	.bytes = sizeof(struct rings),
	.init = rings_init,
	.check = rings_check,
	.records = rings_records,
	.accesses = rings_accesses,
};
