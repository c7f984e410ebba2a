// SPDX-License-Identifier: GPL-2.0-only
/*
 * Generator zipf: as random, but pages come up by Zipf's law, the frequent ones scattered over
 * the footprint. Left out: that the frequent ones change.
 */
#include <errno.h>

#include "sim/scatter.h"
#include "sim/zipf.h"
#include "system/replay/paced.h"

struct zipf {
	struct paced paced; /* first */
	struct sim_zipf *law;
	struct sim_scatter places; /* of ranks */
};

static enum dev_next zipf_next(struct dev_source *source, struct dev_record *record)
{
	struct zipf *gen = (struct zipf *)source;
	struct paced *paced = &gen->paced;
	u64 page;

	if (!paced->left)
		return DEV_NEXT_END;
	page = sim_scatter_at(&gen->places, sim_zipf_draw(gen->law, &paced->rng));
	gen_fill(&paced->common, record, paced->common.base + page * GEN_PAGE_BYTES,
		 paced->common.access_bytes);
	record->is_write = paced_draw_write(paced);
	paced_step(paced);
	return DEV_NEXT_RECORD;
}

static int zipf_init(struct generator *common, const struct sys_config *config, u32 device)
{
	struct zipf *gen = (struct zipf *)common;

	paced_init(&gen->paced, config, device);
	gen->law = sim_zipf_create(gen->paced.nr_starts, config->workload.zipf_per_mille);
	sim_scatter_init(&gen->places, gen->paced.nr_starts, &gen->paced.rng);
	common->source.next = zipf_next;
	return gen->law ? 0 : -ENOMEM;
}

static int zipf_check(const struct sys_config *config, struct gen_complaint complaint)
{
	if (config->workload.footprint_bytes / GEN_PAGE_BYTES > SIM_ZIPF_MAX_RANKS)
		return gen_complain(complaint,
				    "workload.footprint: generator zipf has 4GiB of them at most");
	return paced_check(config, complaint);
}

const struct generator_ops gen_zipf = {
	.bytes = sizeof(struct zipf),
	.init = zipf_init,
	.check = zipf_check,
	.records = paced_records,
	.accesses = paced_accesses,
};
