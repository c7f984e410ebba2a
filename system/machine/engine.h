/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The DMA engine of a device, of either kind: what the machine does with one. The
 * two differ in how they come to memory (models/device/), not in what they are
 * given to do.
 */
#ifndef SYSTEM_ENGINE_H
#define SYSTEM_ENGINE_H

#include "models/device/pcie.h"
#include "system/config/config.h"
#include "system/result/result.h"

struct sys_engine {
	const struct sys_group *group; /* what kind of device it is */
	struct port *port;
	struct mem *mem;
	struct dev_dma_times *times; /* NULL: nobody wants them */
	void (*done)(struct sys_engine *engine, void *opaque);
	/* NULL, or of a PCIe endpoint that does not wait for pages: see dev_pcie_attr */
	void (*report)(struct sys_engine *engine, void *opaque, const struct dev_record *record);
	void *opaque;
	struct dev_source *source;
	struct dev_dma *dma;   /* a platform device, from sys_engine_load() on */
	struct dev_pcie *pcie; /* a PCIe endpoint */
};

/**
 * sys_engine_init() - the hardware, in reset
 * @engine: zeroed memory of the arena with group, port, mem, times, done, report and opaque set;
 *	done is called when the source has ended and all is complete
 *
 * Context: before the machine runs; done() from an event or a sim thread.
 * Return: 0 or -ENOMEM.
 */
int sys_engine_init(struct sys_engine *engine);

/**
 * sys_engine_load() - give it a source
 * Context: once, some time before sys_engine_start().
 * Return: 0 or -ENOMEM.
 */
int sys_engine_load(struct sys_engine *engine, struct dev_source *source);

/** sys_engine_start() - let it go at @at_ps. */
void sys_engine_start(struct sys_engine *engine, u64 at_ps);

/**
 * sys_engine_stop() - stop the use of an address space
 * What a device's own driver does before it lets an address space go: a PCIe endpoint
 * aborts accesses of that space from now on, a platform device issues nothing more.
 * What is in flight comes to its end.
 *
 * Context: sim thread; sleeps until it has.
 */
void sys_engine_stop(struct sys_engine *engine, struct dev_pcie_space space);

/** sys_engine_stats() - what it has done until now. */
const struct dev_dma_stats *sys_engine_stats(const struct sys_engine *engine);

#endif
