// SPDX-License-Identifier: GPL-2.0-only
/*
 * Generators sequential and random: accesses of one size in a range; replay.h says which
 * addresses at which times.
 */
#include "system/replay/paced.h"

struct ranged {
	struct paced paced; /* first */
	u64 offset;	    /* sequential: of the next access */
};

static enum dev_next hand_out(struct ranged *gen, struct dev_record *record, u64 offset, u64 bytes)
{
	gen_fill(&gen->paced.common, record, gen->paced.common.base + offset, bytes);
	record->is_write = paced_draw_write(&gen->paced);
	paced_step(&gen->paced);
	return DEV_NEXT_RECORD;
}

static enum dev_next sequential_next(struct dev_source *source, struct dev_record *record)
{
	struct ranged *gen = (struct ranged *)source;
	u64 bytes = gen->paced.common.access_bytes, footprint_bytes = gen->paced.footprint_bytes;
	u64 offset;

	if (!gen->paced.left)
		return DEV_NEXT_END;
	if (bytes <= GEN_PAGE_BYTES) {
		bytes = gen_smaller(bytes, GEN_PAGE_BYTES - gen->offset % GEN_PAGE_BYTES);
		bytes = gen_smaller(bytes, footprint_bytes - gen->offset);
	} else if (bytes > footprint_bytes - gen->offset) {
		gen->offset = 0;
	}
	offset = gen->offset;
	gen->offset += bytes <= GEN_PAGE_BYTES ? bytes : gen_page_up(bytes);
	if (gen->offset >= footprint_bytes)
		gen->offset = 0;
	return hand_out(gen, record, offset, bytes);
}

static enum dev_next random_next(struct dev_source *source, struct dev_record *record)
{
	struct ranged *gen = (struct ranged *)source;

	if (!gen->paced.left)
		return DEV_NEXT_END;
	return hand_out(gen, record,
			sim_rng_below(&gen->paced.rng, gen->paced.nr_starts) * GEN_PAGE_BYTES,
			gen->paced.common.access_bytes);
}

static int sequential_init(struct generator *common, const struct sys_config *config, u32 device)
{
	paced_init((struct paced *)common, config, device);
	common->source.next = sequential_next;
	return 0;
}

static int random_init(struct generator *common, const struct sys_config *config, u32 device)
{
	paced_init((struct paced *)common, config, device);
	common->source.next = random_next;
	return 0;
}

const struct generator_ops gen_sequential = {
	.bytes = sizeof(struct ranged),
	.init = sequential_init,
	.check = paced_check,
	.records = paced_records,
	.accesses = paced_accesses,
};

const struct generator_ops gen_random = {
	.bytes = sizeof(struct ranged),
	.init = random_init,
	.check = paced_check,
	.records = paced_records,
	.accesses = paced_accesses,
};
