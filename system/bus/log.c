// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the IOMMU sends to others, kept until somebody asks: interrupt messages, which a
 * window of the address map takes as an interrupt controller would, and what endpoints get.
 */
#include "system/bus/internal.h"

void sys_bus_log_add(struct sys_bus *bus, enum sys_bus_log_kind which,
		     const u64 words[SYS_BUS_LOG_WORDS])
{
	struct sys_bus_log *log = &bus->logs[which];
	u64 *entry = log->words[(log->first + log->nr) % SYS_BUS_LOG_ENTRIES];

	if (log->nr == SYS_BUS_LOG_ENTRIES) {
		log->nr_lost++;
		return;
	}
	for (u32 i = 0; i < SYS_BUS_LOG_WORDS; i++)
		entry[i] = words[i];
	log->nr++;
}

bool sys_bus_log_take(struct sys_bus *bus, enum sys_bus_log_kind which,
		      u64 words[SYS_BUS_LOG_WORDS])
{
	struct sys_bus_log *log = &bus->logs[which];

	if (!log->nr)
		return false;
	for (u32 i = 0; i < SYS_BUS_LOG_WORDS; i++)
		words[i] = log->words[log->first][i];
	log->first = (log->first + 1) % SYS_BUS_LOG_ENTRIES;
	log->nr--;
	return true;
}

u32 sys_bus_log_length(const struct sys_bus *bus, enum sys_bus_log_kind which)
{
	return bus->logs[which].nr;
}

u64 sys_bus_log_lost(struct sys_bus *bus, enum sys_bus_log_kind which)
{
	u64 nr = bus->logs[which].nr_lost;

	bus->logs[which].nr_lost = 0;
	return nr;
}

static void message_arrives(void *opaque, u64 offset, u32 data)
{
	struct sys_bus *bus = opaque;
	const u64 words[SYS_BUS_LOG_WORDS] = {bus->model->messages + offset, data};

	sys_bus_log_add(bus, SYS_BUS_MESSAGES, words);
}

int sys_bus_window_init(struct sys_bus *bus)
{
	const struct mem_doorbell window = {
		.pa = bus->model->messages,
		.bytes = bus->model->message_bytes,
		.fn = message_arrives,
		.opaque = bus,
	};

	return mem_add_doorbell(bus->mem, &window);
}
