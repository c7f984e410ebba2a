// SPDX-License-Identifier: GPL-2.0-only
/*
 * Generators sequential and random: accesses of one size in a range, as fast as the
 * device takes them or paced by a clock; replay.h says which addresses at which times.
 */
#include <errno.h>
#include <stdio.h>

#include "sim/rng.h"
#include "system/replay/generator.h"
#include "system/trace/event.h"

struct paced {
	struct generator common;
	struct sim_rng rng, time_rng;
	u64 footprint_bytes, nr_starts;
	u64 offset; /* sequential: of the next access */
	u64 left, interval_ps;
	u64 write_percent;
	bool is_poisson;
};

/* What sequential and random share: direction and time. */
static void paced_fill(struct paced *gen, struct dev_record *record, u64 offset, u64 bytes)
{
	gen_fill(&gen->common, record, gen->common.base + offset, bytes);
	record->is_write = sim_rng_below(&gen->rng, 100) < gen->write_percent;
	gen->left--;
	if (!gen->interval_ps)
		return;
	gen->common.at_ps += gen->is_poisson ? sim_rng_exp_ps(&gen->time_rng, gen->interval_ps)
					     : gen->interval_ps;
	gen->common.at_ps = gen_smaller(gen->common.at_ps, TRACE_MAX_PS - 1);
}

static enum dev_next sequential_next(struct dev_source *source, struct dev_record *record)
{
	struct paced *gen = (struct paced *)source;
	u64 bytes = gen->common.access_bytes;

	if (!gen->left)
		return DEV_NEXT_END;
	if (bytes <= GEN_PAGE_BYTES) {
		bytes = gen_smaller(bytes, GEN_PAGE_BYTES - gen->offset % GEN_PAGE_BYTES);
		bytes = gen_smaller(bytes, gen->footprint_bytes - gen->offset);
	} else if (bytes > gen->footprint_bytes - gen->offset) {
		gen->offset = 0;
	}
	paced_fill(gen, record, gen->offset, bytes);
	gen->offset += bytes <= GEN_PAGE_BYTES ? bytes : gen_page_up(bytes);
	if (gen->offset >= gen->footprint_bytes)
		gen->offset = 0;
	return DEV_NEXT_RECORD;
}

static enum dev_next random_next(struct dev_source *source, struct dev_record *record)
{
	struct paced *gen = (struct paced *)source;

	if (!gen->left)
		return DEV_NEXT_END;
	paced_fill(gen, record, sim_rng_below(&gen->rng, gen->nr_starts) * GEN_PAGE_BYTES,
		   gen->common.access_bytes);
	return DEV_NEXT_RECORD;
}

static void paced_init(struct generator *common, const struct sys_config *config, u32 device)
{
	struct paced *gen = (struct paced *)common;
	char name[32];

	device += config->common.nr_before;
	snprintf(name, sizeof(name), "device%u", device);
	sim_rng_init(&gen->rng, config->seed, name);
	snprintf(name, sizeof(name), "device%u.time", device);
	sim_rng_init(&gen->time_rng, config->seed, name);
	gen->footprint_bytes = config->workload.footprint_bytes;
	gen->nr_starts = (gen->footprint_bytes - common->access_bytes) / GEN_PAGE_BYTES + 1;
	gen->left = config->workload.nr_accesses;
	gen->interval_ps = config->workload.interval_ps;
	gen->is_poisson = config->workload.poisson;
	gen->write_percent = config->workload.write_percent;
	common->source.is_timed = gen->interval_ps != 0;
	if (gen->interval_ps && gen->is_poisson)
		common->at_ps = sim_rng_exp_ps(&gen->time_rng, gen->interval_ps);
}

static void sequential_init(struct generator *common, const struct sys_config *config, u32 device)
{
	paced_init(common, config, device);
	common->source.next = sequential_next;
}

static void random_init(struct generator *common, const struct sys_config *config, u32 device)
{
	paced_init(common, config, device);
	common->source.next = random_next;
}

static int paced_check(const struct sys_config *config, struct gen_complaint complaint)
{
	u64 length_ps;
	int err = 0;

	if (config->workload.access_bytes > config->workload.footprint_bytes)
		return gen_complain(
			complaint,
			"workload.access: %llu bytes are more than the footprint of %llu",
			config->workload.access_bytes, config->workload.footprint_bytes);
	if (__builtin_mul_overflow(config->workload.nr_accesses, config->workload.interval_ps,
				   &length_ps) ||
	    length_ps >= TRACE_MAX_PS)
		return gen_complain(
			complaint,
			"workload.interval: %llu accesses at this distance take more than 53 days",
			config->workload.nr_accesses);
	for (u32 d = 0; d < config->machine.nr_devices && !err; d++)
		err = gen_range_check(
			config,
			(struct gen_range){.device = d, .bytes = config->workload.footprint_bytes},
			complaint);
	return err;
}

static u64 paced_records(const struct sys_config *config)
{
	return config->workload.nr_accesses;
}

static u64 paced_accesses(const struct sys_config *config)
{
	u64 pages = gen_divide_up(config->workload.access_bytes, GEN_PAGE_BYTES), total;

	return __builtin_mul_overflow(config->workload.nr_accesses, pages, &total) ? 0 : total;
}

const struct generator_ops gen_sequential = {
	.bytes = sizeof(struct paced),
	.init = sequential_init,
	.check = paced_check,
	.records = paced_records,
	.accesses = paced_accesses,
};

const struct generator_ops gen_random = {
	.bytes = sizeof(struct paced),
	.init = random_init,
	.check = paced_check,
	.records = paced_records,
	.accesses = paced_accesses,
};
