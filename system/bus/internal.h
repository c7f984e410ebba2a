/* SPDX-License-Identifier: GPL-2.0-only */
/* What the files of this room share of the machine. */
#ifndef SYSTEM_BUS_INTERNAL_H
#define SYSTEM_BUS_INTERNAL_H

#include "models/common/port.h"
#include "models/common/reg.h"
#include "models/mem/mem.h"
#include "system/bus/bus.h"

/*
 * One IOMMU model: where its machine has things, and what the bus asks of it. What
 * make() returns is NULL without memory.
 */
struct sys_bus_model {
	const char *name;
	pa_t ram, registers, messages; /* where they are */
	u64 ram_bytes, register_bytes, message_bytes;
	u32 max_stream; /* the largest StreamID, or source-id */
	size_t params_bytes;
	/* Fill @params; -EINVAL if there is no such @profile (NULL: defaults). */
	int (*profile)(const char *profile, void *params);
	/* What does not go together, or NULL. */
	const char *(*check)(const void *params);
	void *(*make)(const void *params, struct mem *mem);
	void (*destroy)(void *iommu);
	u64 (*read)(void *iommu, u32 offset, u32 bytes);
	void (*write)(void *iommu, u32 offset, u64 value, u32 bytes);
	struct port *(*port_create)(void *iommu, u32 stream_id);
	const struct reg_row *registers_table;
	u32 nr_registers;
};

extern const struct sys_bus_model sys_bus_smmuv3, sys_bus_vtd;

struct sys_bus_master {
	struct port_endpoint endpoint; /* first */
	struct sys_bus *bus;
	u32 stream_id;
	struct port *port;
};

/* The newest are lost when it is full. */
struct sys_bus_log {
	u64 words[SYS_BUS_LOG_ENTRIES][SYS_BUS_LOG_WORDS];
	u32 first, nr;
	u64 nr_lost;
};

struct sys_bus {
	const struct sys_bus_model *model;
	struct mem *mem;
	void *params;
	void *iommu;
	bool goes_on_by_beats; /* masters, after an abort (dma.c) */
	void (*mmio)(void *opaque, const struct sys_bus_mmio *access);
	void *opaque;
	struct sys_bus_log logs[SYS_BUS_NR_LOGS];
	/* since the last reset */
	struct sys_bus_master masters[SYS_BUS_MAX_STREAMS];
	u32 nr_masters;
	/* not collected */
	struct sys_bus_dma *dmas[SYS_BUS_MAX_DMAS];
	u32 nr_dmas;
	u64 next_number;
};

/* The master with @stream_id, made if there is none. 0, -ENOSPC or -ENOMEM. */
int sys_bus_find_master(struct sys_bus *bus, u32 stream_id, struct sys_bus_master **master);

/* From now on it is an endpoint, which takes messages and does not stall. */
void sys_bus_become_endpoint(struct sys_bus_master *master);

void sys_bus_log_add(struct sys_bus *bus, enum sys_bus_log_kind which,
		     const u64 words[SYS_BUS_LOG_WORDS]);

/* The window of messages. 0 or -errno of mem_add_doorbell(). */
int sys_bus_window_init(struct sys_bus *bus);

/* Defaults of a parameter table. */
void sys_bus_set_defaults(void *params, const struct sim_param *table, size_t count);

/* The IOMMU, which knew the accesses of DMAs, is gone. */
void sys_bus_dma_forget_all(struct sys_bus *bus);

/* Let everything happen that is due without time passing of its own accord. */
void sys_bus_settle(void);

#endif
