// SPDX-License-Identifier: GPL-2.0-only
/*
 * Generator pointer-chase: a list through all pages of the footprint in scrambled order. Where
 * the next element is says the one before, so a device has one access in flight; more lists
 * are more devices.
 */
#include "sim/scatter.h"
#include "system/replay/paced.h"

struct chase {
	struct paced paced; /* first */
	struct sim_scatter order;
	u64 at; /* place in it */
};

static enum dev_next chase_next(struct dev_source *source, struct dev_record *record)
{
	struct chase *gen = (struct chase *)source;
	struct paced *paced = &gen->paced;
	u64 page;

	if (!paced->left)
		return DEV_NEXT_END;
	page = sim_scatter_at(&gen->order, gen->at);
	gen->at = gen->at + 1 == paced->nr_starts ? 0 : gen->at + 1;
	gen_fill(&paced->common, record, paced->common.base + page * GEN_PAGE_BYTES,
		 paced->common.access_bytes);
	record->is_write = paced_draw_write(paced);
	paced_step(paced);
	return DEV_NEXT_RECORD;
}

static int chase_init(struct generator *common, const struct sys_config *config, u32 device)
{
	struct chase *gen = (struct chase *)common;

	paced_init(&gen->paced, config, device);
	sim_scatter_init(&gen->order, gen->paced.nr_starts, &gen->paced.rng);
	common->source.next = chase_next;
	return 0;
}

static int chase_check(const struct sys_config *config, struct gen_complaint complaint)
{
	if (config->device.outstanding_accesses != 1)
		return gen_complain(
			complaint,
			"device.outstanding_accesses is %llu, but generator pointer-chase "
			"knows the next address when the access before has ended; expected 1",
			config->device.outstanding_accesses);
	return paced_check(config, complaint);
}

const struct generator_ops gen_pointer_chase = {
	.bytes = sizeof(struct chase),
	.init = chase_init,
	.check = chase_check,
	.records = paced_records,
	.accesses = paced_accesses,
};
