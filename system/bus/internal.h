/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of this room share of the machine. */
#ifndef SYSTEM_BUS_INTERNAL_H
#define SYSTEM_BUS_INTERNAL_H

#include "models/smmuv3/smmu.h"
#include "system/bus/bus.h"

struct sys_bus_master {
	u32 stream_id;
	struct port *port;
};

struct sys_bus {
	struct mem *mem;
	struct smmu_params params;
	struct smmu *smmu;
	bool goes_on_by_beats; /* masters, after an abort (dma.c) */
	/* since the last reset */
	struct sys_bus_master masters[SYS_BUS_MAX_STREAMS];
	u32 nr_masters;
	/* not collected */
	struct sys_bus_dma *dmas[SYS_BUS_MAX_DMAS];
	u32 nr_dmas;
	u64 next_number;
};

/**
 * sys_bus_profile() - parameters of an SMMUv3
 * @name: see sys_bus_create()
 *
 * Return: 0, or -EINVAL if there is no such profile.
 */
int sys_bus_profile(const char *name, struct smmu_params *params);

/* The IOMMU, which knew the accesses of DMAs, is gone. */
void sys_bus_dma_forget_all(struct sys_bus *bus);

/* Let everything happen that is due without time passing of its own accord. */
void sys_bus_settle(void);

#endif
