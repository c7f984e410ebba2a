// SPDX-License-Identifier: GPL-2.0-only
/*
 * Generator nvme: an NVMe controller. A command is read from a submission queue (64 bytes), and
 * if its data is more than two pages a list of pages; data is moved at a place drawn from the
 * footprint; an entry is written to the completion queue (16 bytes). NVM Express Base
 * Specification 2.0, 3.3, 4.1. From the base: for each pair of queues its submission queue, its
 * completion queue, a page of lists for each entry, all from a page on; then the data. Left
 * out: doorbells, interrupts, and that the entry waits for the data.
 */
#include "system/replay/paced.h"

#define COMMAND_BYTES 64
#define COMPLETION_BYTES 16
#define POINTER_BYTES 8
#define MAX_QUEUES 64

enum phase { READ_COMMAND, READ_LIST, MOVE_DATA, WRITE_COMPLETION };

struct nvme {
	struct paced paced; /* first */
	u64 nr_queues, nr_entries, pair_bytes, first_completion, first_list, data;
	u64 list_bytes; /* 0: no list */
	u64 heads[MAX_QUEUES];
	enum phase phase;
	u64 queue;
};

static u64 pages_of(const struct sys_config *config)
{
	return gen_divide_up(config->workload.access_bytes, GEN_PAGE_BYTES);
}

static u64 command_queue_bytes(const struct sys_config *config)
{
	return gen_page_up(config->workload.queue_entries * COMMAND_BYTES);
}

static u64 completion_queue_bytes(const struct sys_config *config)
{
	return gen_page_up(config->workload.queue_entries * COMPLETION_BYTES);
}

static bool has_list(const struct sys_config *config)
{
	return pages_of(config) > 2;
}

static u64 pair_bytes(const struct sys_config *config)
{
	return command_queue_bytes(config) + completion_queue_bytes(config) +
	       (has_list(config) ? config->workload.queue_entries * GEN_PAGE_BYTES : 0);
}

/* A thought follows what ends a command. */
static u64 nvme_think(struct dev_source *source)
{
	return ((struct nvme *)source)->phase == READ_COMMAND ? paced_think(source) : 0;
}

static void fill(struct nvme *gen, struct dev_record *record, u64 offset, u64 bytes)
{
	gen_fill(&gen->paced.common, record,
		 gen->paced.common.base + gen->queue * gen->pair_bytes + offset, bytes);
}

static void fill_data(struct nvme *gen, struct dev_record *record)
{
	struct paced *paced = &gen->paced;

	gen_fill(&paced->common, record,
		 gen->data + sim_rng_below(&paced->rng, paced->nr_starts) * GEN_PAGE_BYTES,
		 paced->common.access_bytes);
	record->is_write = paced_draw_write(paced);
}

static enum dev_next nvme_next(struct dev_source *source, struct dev_record *record)
{
	struct nvme *gen = (struct nvme *)source;
	u64 *head;

	if (gen->phase == READ_COMMAND) {
		if (!gen->paced.left)
			return DEV_NEXT_END;
		gen->queue = sim_rng_below(&gen->paced.rng, gen->nr_queues);
		fill(gen, record, gen->heads[gen->queue] * COMMAND_BYTES, COMMAND_BYTES);
		gen->phase = gen->list_bytes ? READ_LIST : MOVE_DATA;
		return DEV_NEXT_RECORD;
	}
	head = &gen->heads[gen->queue];
	if (gen->phase == READ_LIST) {
		fill(gen, record, gen->first_list + *head * GEN_PAGE_BYTES, gen->list_bytes);
		gen->phase = MOVE_DATA;
	} else if (gen->phase == MOVE_DATA) {
		fill_data(gen, record);
		gen->phase = WRITE_COMPLETION;
	} else {
		fill(gen, record, gen->first_completion + *head * COMPLETION_BYTES,
		     COMPLETION_BYTES);
		record->is_write = true;
		*head = (*head + 1) % gen->nr_entries;
		paced_step(&gen->paced);
		gen->phase = READ_COMMAND;
	}
	return DEV_NEXT_RECORD;
}

static int nvme_init(struct generator *common, const struct sys_config *config, u32 device)
{
	struct nvme *gen = (struct nvme *)common;

	paced_init(&gen->paced, config, device);
	gen->nr_queues = config->workload.nr_queues;
	gen->nr_entries = config->workload.queue_entries;
	gen->pair_bytes = pair_bytes(config);
	gen->first_completion = command_queue_bytes(config);
	gen->first_list = gen->first_completion + completion_queue_bytes(config);
	gen->list_bytes = has_list(config) ? (pages_of(config) - 1) * POINTER_BYTES : 0;
	gen->data = common->base + gen->nr_queues * gen->pair_bytes;
	common->source.next = nvme_next;
	if (common->source.think_ps)
		common->source.think_ps = nvme_think;
	return 0;
}

static int nvme_check(const struct sys_config *config, struct gen_complaint complaint)
{
	u64 bytes = config->workload.nr_queues * pair_bytes(config) +
		    config->workload.footprint_bytes;
	int err;

	if (config->workload.access_bytes > config->workload.footprint_bytes)
		return gen_complain(
			complaint,
			"workload.access: %llu bytes are more than the footprint of %llu",
			config->workload.access_bytes, config->workload.footprint_bytes);
	err = paced_check_times(config, complaint);
	for (u32 d = 0; d < config->machine.nr_devices && !err; d++)
		err = gen_range_check(config, (struct gen_range){.device = d, .bytes = bytes},
				      complaint);
	return err;
}

/* @parts: of the data of a command */
static u64 count(const struct sys_config *config, u64 parts)
{
	u64 total;

	return __builtin_mul_overflow(config->workload.nr_accesses, 2 + has_list(config) + parts,
				      &total)
		       ? 0
		       : total;
}

static u64 nvme_records(const struct sys_config *config)
{
	return count(config, 1);
}

static u64 nvme_accesses(const struct sys_config *config)
{
	return count(config, pages_of(config));
}

const struct generator_ops gen_nvme = {
	.bytes = sizeof(struct nvme),
	.init = nvme_init,
	.check = nvme_check,
	.records = nvme_records,
	.accesses = nvme_accesses,
};
