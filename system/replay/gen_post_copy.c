// SPDX-License-Identifier: GPL-2.0-only
/*
 * Generator post-copy: a guest that runs again on another host, where none of its pages is. It
 * touches pages for the first time, half of those that are left in each half-life, and in
 * between pages that it has touched. Left out: that some are touched more often than others.
 */
#include "sim/fixed.h"
#include "sim/scatter.h"
#include "system/replay/paced.h"

/* ln 2 in 1/2^40, rounded */
#define LN2_Q40 762123384786ULL

struct post_copy {
	struct paced paced; /* first */
	struct sim_scatter order;
	u64 half_life_ps;
	u64 nr_touched;
};

/* How many pages are to have been touched by now, at least one: nr (1 - 2^(-t / half-life)). */
static u64 nr_wanted(const struct post_copy *gen)
{
	unsigned __int128 power = (unsigned __int128)gen->paced.common.at_ps * LN2_Q40 /
				  gen->half_life_ps;
	u64 left_q63, nr = gen->paced.nr_starts;

	if (power >> 46)
		return nr;
	left_q63 = sim_fixed_exp_neg((struct sim_fixed){(u64)power, 40});
	nr -= (u64)(((unsigned __int128)nr * left_q63) >> 63);
	return nr ? nr : 1;
}

static enum dev_next post_copy_next(struct dev_source *source, struct dev_record *record)
{
	struct post_copy *gen = (struct post_copy *)source;
	struct paced *paced = &gen->paced;
	u64 index;

	if (!paced->left)
		return DEV_NEXT_END;
	if (gen->nr_touched < nr_wanted(gen))
		index = gen->nr_touched++;
	else
		index = sim_rng_below(&paced->rng, gen->nr_touched);
	gen_fill(&paced->common, record,
		 paced->common.base + sim_scatter_at(&gen->order, index) * GEN_PAGE_BYTES,
		 paced->common.access_bytes);
	record->is_write = paced_draw_write(paced);
	paced_step(paced);
	return DEV_NEXT_RECORD;
}

static int post_copy_init(struct generator *common, const struct sys_config *config, u32 device)
{
	struct post_copy *gen = (struct post_copy *)common;

	paced_init(&gen->paced, config, device);
	gen->half_life_ps = config->workload.half_life_ps;
	sim_scatter_init(&gen->order, gen->paced.nr_starts, &gen->paced.rng);
	common->source.next = post_copy_next;
	return 0;
}

static int post_copy_check(const struct sys_config *config, struct gen_complaint complaint)
{
	if (!config->workload.interval_ps && !config->workload.burst)
		return gen_complain(complaint,
				    "workload.interval is 0, but generator post-copy goes "
				    "by the time; expected a time");
	if (config->workload.access_bytes > GEN_PAGE_BYTES)
		return gen_complain(
			complaint,
			"workload.access: generator post-copy has a page of 4096 bytes at "
			"most, not %llu",
			config->workload.access_bytes);
	return paced_check(config, complaint);
}

const struct generator_ops gen_post_copy = {
	.bytes = sizeof(struct post_copy),
	.init = post_copy_init,
	.check = post_copy_check,
	.records = paced_records,
	.accesses = paced_accesses,
};
