// SPDX-License-Identifier: GPL-2.0-only
/*
 * The machine of bus.h: its address map, and the accesses that a CPU would make.
 * Left out: an interrupt controller (interrupts that are messages to RAM can be
 * read there; wires lead nowhere).
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "models/smmuv3/regs.h"
#include "sim/arena.h"
#include "sim/event.h"
#include "sim/sim.h"
#include "system/bus/internal.h"

/* RAM whole, tables of the IOMMU's caches for every StreamID, stalled DMAs. */
#define ARENA_BYTES (4ULL << 30)

/* --- making and resetting --- */

void sys_bus_settle(void)
{
	sim_run(SIM_TIME_NEVER);
}

static int make_smmu(struct sys_bus *bus)
{
	bus->smmu = smmu_create(&bus->params, bus->mem, 0);
	if (!bus->smmu)
		return -ENOMEM;
	smmu_set_clockless(bus->smmu, true);
	return 0;
}

static struct mem *make_mem(void)
{
	struct mem_params params = {
		.base = SYS_BUS_RAM,
		.size_bytes = SYS_BUS_RAM_BYTES,
		.bandwidth_bytes_per_s = 1000000000ULL,
	};

	return mem_create(&params);
}

static int make_machine(const struct smmu_params *params, const char *profile,
			struct sys_bus **result)
{
	struct sys_bus *bus = sim_alloc(sizeof(*bus));

	if (!bus)
		return -ENOMEM;
	bus->params = *params;
	bus->goes_on_by_beats = profile && !strcmp(profile, "qemu72");
	bus->mem = make_mem();
	if (!bus->mem || make_smmu(bus))
		return -ENOMEM;
	*result = bus;
	return 0;
}

int sys_bus_create(const char *model, const char *profile, struct sys_bus **bus, char *message,
		   size_t message_bytes)
{
	struct smmu_params params;
	int err;

	if (strcmp(model, "smmuv3") != 0) {
		snprintf(message, message_bytes, "unknown model '%.40s', expected smmuv3", model);
		return -EINVAL;
	}
	if (sys_bus_profile(profile, &params)) {
		snprintf(message, message_bytes, "unknown profile '%.40s', expected qemu72",
			 profile);
		return -EINVAL;
	}
	err = sim_init(1, ARENA_BYTES);
	if (!err) {
		err = make_machine(&params, profile, bus);
		if (err)
			sim_finish();
	}
	if (err)
		snprintf(message, message_bytes, "cannot make the machine: %s", strerror(-err));
	return err;
}

void sys_bus_destroy(struct sys_bus *bus)
{
	if (bus)
		sim_finish();
}

int sys_bus_reset(struct sys_bus *bus)
{
	smmu_destroy(bus->smmu);
	sys_bus_dma_forget_all(bus);
	bus->nr_masters = 0;
	return make_smmu(bus);
}

/* --- the address map --- */

enum place {
	PLACE_RAM,
	PLACE_REGISTERS,
	PLACE_NOTHING,
};

/* What is at @pa, and how many of @bytes from there on are in the same place? */
static enum place find_place(pa_t pa, u64 bytes, u64 *here)
{
	static const struct {
		enum place place;
		pa_t first;
		u64 bytes;
	} map[] = {
		{PLACE_REGISTERS, SYS_BUS_SMMU, SMMU_MMIO_BYTES},
		{PLACE_RAM, SYS_BUS_RAM, SYS_BUS_RAM_BYTES},
	};

	*here = bytes;
	for (size_t i = 0; i < sizeof(map) / sizeof(map[0]); i++) {
		if (pa < map[i].first) {
			*here = bytes < map[i].first - pa ? bytes : map[i].first - pa;
			return PLACE_NOTHING;
		}
		if (pa - map[i].first < map[i].bytes) {
			u64 left = map[i].bytes - (pa - map[i].first);

			*here = bytes < left ? bytes : left;
			return map[i].place;
		}
	}
	return PLACE_NOTHING;
}

/* --- one access --- */

static u64 bytes_to_value(const u8 *buf, u32 bytes)
{
	u64 value = 0;

	for (u32 i = 0; i < bytes; i++)
		value |= (u64)buf[i] << (8 * i);
	return value;
}

static void value_to_bytes(u64 value, u8 *buf, u32 bytes)
{
	for (u32 i = 0; i < bytes; i++)
		buf[i] = (u8)(value >> (8 * i));
}

u64 sys_bus_load(struct sys_bus *bus, pa_t pa, u32 bytes)
{
	u8 buf[8] = {0};
	u64 here;

	if (pa > ~0ULL - bytes)
		return 0;
	if (find_place(pa, bytes, &here) == PLACE_REGISTERS && here == bytes)
		return smmu_mmio_read(bus->smmu, (u32)(pa - SYS_BUS_SMMU), bytes);
	sys_bus_read(bus, pa, buf, bytes);
	return bytes_to_value(buf, bytes);
}

int sys_bus_store(struct sys_bus *bus, pa_t pa, u64 value, u32 bytes)
{
	u8 buf[8];
	u64 here;

	if (pa > ~0ULL - bytes)
		return 0;
	if (find_place(pa, bytes, &here) == PLACE_REGISTERS && here == bytes) {
		smmu_mmio_write(bus->smmu, (u32)(pa - SYS_BUS_SMMU), value, bytes);
		sys_bus_settle();
		return 0;
	}
	value_to_bytes(value, buf, bytes);
	return sys_bus_write(bus, pa, buf, bytes);
}

/* --- many bytes --- */

static bool is_word(pa_t pa, u64 bytes)
{
	return pa % 4 == 0 && bytes >= 4;
}

static void read_registers(struct sys_bus *bus, pa_t pa, u8 *buf, u64 bytes)
{
	memset(buf, 0, bytes);
	for (u64 i = 0; i < bytes; i++) {
		if (!is_word(pa + i, bytes - i))
			continue;
		value_to_bytes(sys_bus_load(bus, pa + i, 4), buf + i, 4);
		i += 3;
	}
}

static void write_registers(struct sys_bus *bus, pa_t pa, const u8 *buf, u64 bytes)
{
	for (u64 i = 0; i < bytes; i++) {
		if (!is_word(pa + i, bytes - i))
			continue;
		sys_bus_store(bus, pa + i, bytes_to_value(buf + i, 4), 4);
		i += 3;
	}
}

void sys_bus_read(struct sys_bus *bus, pa_t pa, void *buf, u64 bytes)
{
	u8 *at = buf;
	u64 here;

	for (; bytes; bytes -= here, pa += here, at += here) {
		enum place place = find_place(pa, bytes, &here);

		if (place == PLACE_REGISTERS)
			read_registers(bus, pa, at, here);
		else if (place == PLACE_NOTHING || mem_read(bus->mem, pa, at, here))
			memset(at, 0, here);
	}
}

int sys_bus_write(struct sys_bus *bus, pa_t pa, const void *buf, u64 bytes)
{
	const u8 *at = buf;
	u64 here;

	for (; bytes; bytes -= here, pa += here, at += here) {
		enum place place = find_place(pa, bytes, &here);

		if (place == PLACE_REGISTERS)
			write_registers(bus, pa, at, here);
		else if (place == PLACE_RAM && mem_write(bus->mem, pa, at, here))
			return -ENOMEM;
	}
	return 0;
}

int sys_bus_fill(struct sys_bus *bus, pa_t pa, u8 value, u64 bytes)
{
	u8 page[4096];
	u64 here, step;

	memset(page, value, sizeof(page));
	for (; bytes; bytes -= step, pa += step) {
		bool is_nothing = find_place(pa, bytes, &here) == PLACE_NOTHING;

		step = is_nothing || here < sizeof(page) ? here : sizeof(page);
		if (!is_nothing && sys_bus_write(bus, pa, page, step))
			return -ENOMEM;
	}
	return 0;
}

/* --- time --- */

u64 sys_bus_now_ns(const struct sys_bus *bus)
{
	return sim_now_ps() / SIM_PS_PER_NS;
}

int sys_bus_advance(struct sys_bus *bus, u64 ns)
{
	u64 now_ps = sim_now_ps();

	if (ns > (SIM_TIME_NEVER - 1 - now_ps) / SIM_PS_PER_NS)
		return -ERANGE;
	sim_run(now_ps + ns * SIM_PS_PER_NS);
	/* With no event left, time stopped at the last one. */
	sim_try_advance(now_ps + ns * SIM_PS_PER_NS);
	return 0;
}
