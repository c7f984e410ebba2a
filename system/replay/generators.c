// SPDX-License-Identifier: GPL-2.0-only
/* The generators by their place in the list, and what holds for all of them. */
#include <errno.h>

#include "sim/arena.h"
#include "sim/sim.h"
#include "system/replay/generator.h"

#define GENERATOR_ROW(ID, symbol, name, about) [SYS_GEN_##ID] = &gen_##symbol,

static const struct generator_ops *const generators[SYS_NR_GENERATORS] = {
	SYS_GENERATORS(GENERATOR_ROW)};

static const struct generator_ops *ops_of(const struct sys_config *config)
{
	const struct generator_ops *ops = generators[config->generator];

	sim_assert(ops);
	return ops;
}

struct dev_source *generator_create(const struct sys_config *config, u32 device, u32 pasid)
{
	const struct generator_ops *ops = ops_of(config);
	struct generator *gen = sim_alloc(ops->bytes);

	if (!gen)
		return NULL;
	gen->base = config->mappings[0].iova + device * config->workload.device_stride_bytes;
	gen->access_bytes = config->workload.access_bytes;
	gen->has_pasid = config->mode == SYS_HANDLER_SVA;
	gen->pasid = gen->has_pasid ? pasid : 0;
	if (ops->init(gen, config, device))
		return NULL;
	return &gen->source;
}

int generator_check(const struct sys_config *config, struct gen_complaint complaint)
{
	if (!config->nr_mappings)
		return gen_complain(complaint, "mappings: at least one is needed");
	if (config->workload.device_stride_bytes % GEN_PAGE_BYTES)
		return gen_complain(
			complaint,
			"workload.device_stride: %llu is not a multiple of the page, 4096",
			config->workload.device_stride_bytes);
	return ops_of(config)->check(config, complaint);
}

static u64 of_all_devices(const struct sys_config *config, u64 total)
{
	return __builtin_mul_overflow(total, config->machine.nr_devices, &total) ? 0 : total;
}

u64 generator_records(const struct sys_config *config)
{
	return of_all_devices(config, ops_of(config)->records(config));
}

u64 generator_accesses(const struct sys_config *config)
{
	return of_all_devices(config, ops_of(config)->accesses(config));
}

u64 generator_work_bytes(const struct sys_config *config, u64 moved_bytes, bool has_ended)
{
	const struct generator_ops *ops = ops_of(config);

	return ops->work_bytes ? ops->work_bytes(config, moved_bytes, has_ended) : moved_bytes;
}
