/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of this room share of the machine. */
#ifndef SYSTEM_BUS_INTERNAL_H
#define SYSTEM_BUS_INTERNAL_H

#include "models/common/port.h"
#include "models/mem/mem.h"
#include "system/bus/bus.h"

/*
 * One IOMMU model: where its machine has things, and what the bus asks of it. What
 * make() returns is NULL without memory.
 */
struct sys_bus_model {
	const char *name;
	pa_t ram, registers;
	u64 register_bytes;
	u32 max_stream; /* the largest StreamID, or source-id */
	size_t params_bytes;
	/* Fill @params; -EINVAL if there is no such @profile (NULL: defaults). */
	int (*profile)(const char *profile, void *params);
	void *(*make)(const void *params, struct mem *mem);
	void (*destroy)(void *iommu);
	u64 (*read)(void *iommu, u32 offset, u32 bytes);
	void (*write)(void *iommu, u32 offset, u64 value, u32 bytes);
	struct port *(*port_create)(void *iommu, u32 stream_id);
};

extern const struct sys_bus_model sys_bus_smmuv3, sys_bus_vtd;

struct sys_bus_master {
	u32 stream_id;
	struct port *port;
};

struct sys_bus {
	const struct sys_bus_model *model;
	struct mem *mem;
	void *params;
	void *iommu;
	bool goes_on_by_beats; /* masters, after an abort (dma.c) */
	/* since the last reset */
	struct sys_bus_master masters[SYS_BUS_MAX_STREAMS];
	u32 nr_masters;
	/* not collected */
	struct sys_bus_dma *dmas[SYS_BUS_MAX_DMAS];
	u32 nr_dmas;
	u64 next_number;
};

/* Defaults of a parameter table. */
void sys_bus_set_defaults(void *params, const struct sim_param *table, size_t count);

/* The IOMMU, which knew the accesses of DMAs, is gone. */
void sys_bus_dma_forget_all(struct sys_bus *bus);

/* Let everything happen that is due without time passing of its own accord. */
void sys_bus_settle(void);

#endif
