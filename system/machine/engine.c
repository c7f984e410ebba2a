// SPDX-License-Identifier: GPL-2.0-only
/* DMA engines of either kind, see engine.h. */
#include "system/machine/engine.h"

#include <errno.h>

#include "sim/lock.h"

static void dma_done(struct dev_dma *dma, void *opaque)
{
	struct sys_engine *engine = opaque;

	engine->done(engine, engine->opaque);
}

static void pcie_done(struct dev_pcie *pcie, void *opaque)
{
	struct sys_engine *engine = opaque;

	engine->done(engine, engine->opaque);
}

static void pcie_report(struct dev_pcie *pcie, void *opaque, const struct dev_record *record)
{
	struct sys_engine *engine = opaque;

	engine->report(engine, engine->opaque, record);
}

int sys_engine_init(struct sys_engine *engine)
{
	const struct dev_pcie_attr attr = {
		.dma = &engine->group->device,
		.pcie = &engine->group->pcie.endpoint,
		.port = engine->port,
		.mem = engine->mem,
		.times = engine->times,
		.done = pcie_done,
		.report = engine->report ? pcie_report : NULL,
		.opaque = engine,
	};

	if (engine->group->device_kind != SYS_DEVICE_PCIE)
		return 0;
	engine->pcie = dev_pcie_create(&attr);
	return engine->pcie ? 0 : -ENOMEM;
}

int sys_engine_load(struct sys_engine *engine, struct dev_source *source)
{
	const struct dev_dma_attr attr = {
		.params = &engine->group->device,
		.port = engine->port,
		.mem = engine->mem,
		.source = source,
		.times = engine->times,
		.done = dma_done,
		.opaque = engine,
	};

	engine->source = source;
	if (engine->pcie)
		return 0;
	engine->dma = dev_dma_create(&attr);
	return engine->dma ? 0 : -ENOMEM;
}

void sys_engine_start(struct sys_engine *engine, u64 at_ps)
{
	if (engine->pcie)
		dev_pcie_start(engine->pcie, engine->source, at_ps);
	else
		dev_dma_start(engine->dma, at_ps);
}

static void on_stopped(void *opaque)
{
	sim_complete(opaque);
}

void sys_engine_stop(struct sys_engine *engine, struct dev_pcie_space space)
{
	struct sim_completion stopped;

	sim_completion_init(&stopped);
	if (engine->pcie)
		dev_pcie_stop(engine->pcie, space, on_stopped, &stopped);
	else
		dev_dma_stop(engine->dma, on_stopped, &stopped);
	sim_wait_for_completion(&stopped);
}

const struct dev_dma_stats *sys_engine_stats(const struct sys_engine *engine)
{
	return engine->pcie ? &dev_pcie_stats(engine->pcie)->dma : dev_dma_stats(engine->dma);
}
