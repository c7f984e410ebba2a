// SPDX-License-Identifier: GPL-2.0-only
/* Times and directions, see paced.h. */
#include "system/replay/paced.h"

#include <stdio.h>

#include "system/trace/event.h"

static u64 draw_ps(struct sim_rng *rng, u64 mean_ps, bool is_poisson)
{
	return is_poisson && mean_ps ? sim_rng_exp_ps(rng, mean_ps) : mean_ps;
}

static void init_streams(struct paced *gen, const struct sys_config *config, u32 device)
{
	char name[32];

	device += config->common.nr_before;
	snprintf(name, sizeof(name), "device%u", device);
	sim_rng_init(&gen->rng, config->seed, name);
	snprintf(name, sizeof(name), "device%u.time", device);
	sim_rng_init(&gen->time_rng, config->seed, name);
	snprintf(name, sizeof(name), "device%u.think", device);
	sim_rng_init(&gen->think_rng, config->seed, name);
}

void paced_init(struct paced *gen, const struct sys_config *config, u32 device)
{
	struct dev_source *source = &gen->common.source;

	init_streams(gen, config, device);
	gen->footprint_bytes = config->workload.footprint_bytes;
	gen->nr_starts = (gen->footprint_bytes - gen->common.access_bytes) / GEN_PAGE_BYTES + 1;
	gen->left = config->workload.nr_accesses;
	gen->interval_ps = config->workload.interval_ps;
	gen->pause_ps = config->workload.pause_ps;
	gen->think_ps = config->workload.think_ps;
	gen->burst = config->workload.burst;
	gen->is_poisson = config->workload.poisson;
	gen->write_percent = config->workload.write_percent;
	source->is_timed = gen->interval_ps || gen->burst;
	source->drop_after_ps = config->workload.drop_after_ps;
	source->think_ps = gen->think_ps ? paced_think : NULL;
	gen->common.at_ps = gen->is_poisson ? draw_ps(&gen->time_rng, gen->interval_ps, true) : 0;
}

bool paced_draw_write(struct paced *gen)
{
	return sim_rng_below(&gen->rng, 100) < gen->write_percent;
}

void paced_step(struct paced *gen)
{
	u64 mean_ps = gen->interval_ps;

	gen->left--;
	if (!gen->common.source.is_timed)
		return;
	if (gen->burst && ++gen->nr_in_burst == gen->burst) {
		gen->nr_in_burst = 0;
		mean_ps = gen->pause_ps;
	}
	gen->common.at_ps += draw_ps(&gen->time_rng, mean_ps, gen->is_poisson);
	gen->common.at_ps = gen_smaller(gen->common.at_ps, TRACE_MAX_PS - 1);
}

u64 paced_think(struct dev_source *source)
{
	struct paced *gen = (struct paced *)source;

	return draw_ps(&gen->think_rng, gen->think_ps, gen->is_poisson);
}

int paced_check_times(const struct sys_config *config, struct gen_complaint complaint)
{
	bool is_open = config->workload.interval_ps || config->workload.burst;
	u64 longest_ps = config->workload.interval_ps, length_ps;

	if (config->workload.burst && !config->workload.pause_ps)
		return gen_complain(complaint, "workload.burst: bursts without a workload.pause");
	if (!config->workload.burst && config->workload.pause_ps)
		return gen_complain(complaint, "workload.pause: there is no workload.burst");
	if (config->workload.think_ps && is_open)
		return gen_complain(complaint,
				    "workload.think: users wait for their answers, but "
				    "workload.%s has accesses come by a clock",
				    config->workload.burst ? "burst" : "interval");
	if (config->workload.drop_after_ps && !is_open)
		return gen_complain(complaint, "workload.drop_after: no access is late, as none is "
					       "due (workload.interval)");
	if (config->workload.burst && config->workload.pause_ps > longest_ps)
		longest_ps = config->workload.pause_ps;
	if (__builtin_mul_overflow(config->workload.nr_accesses, longest_ps, &length_ps) ||
	    length_ps >= TRACE_MAX_PS)
		return gen_complain(
			complaint,
			"workload.interval: %llu accesses at this distance take more than 53 days",
			config->workload.nr_accesses);
	return 0;
}

int paced_check(const struct sys_config *config, struct gen_complaint complaint)
{
	int err;

	if (config->workload.access_bytes > config->workload.footprint_bytes)
		return gen_complain(
			complaint,
			"workload.access: %llu bytes are more than the footprint of %llu",
			config->workload.access_bytes, config->workload.footprint_bytes);
	err = paced_check_times(config, complaint);
	for (u32 d = 0; d < config->machine.nr_devices && !err; d++)
		err = gen_range_check(
			config,
			(struct gen_range){.device = d, .bytes = config->workload.footprint_bytes},
			complaint);
	return err;
}

u64 paced_records(const struct sys_config *config)
{
	return config->workload.nr_accesses;
}

u64 paced_accesses(const struct sys_config *config)
{
	u64 pages = gen_divide_up(config->workload.access_bytes, GEN_PAGE_BYTES), total;

	return __builtin_mul_overflow(config->workload.nr_accesses, pages, &total) ? 0 : total;
}
