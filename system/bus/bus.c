// SPDX-License-Identifier: GPL-2.0-only
/*
 * The machine of bus.h: its address map, and the accesses that a CPU would make.
 * Left out: an interrupt controller (the window keeps its messages, those to RAM can be
 * read there; wires lead nowhere).
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "models/smmuv3/params.h"
#include "models/vtd/params.h"
#include "sim/arena.h"
#include "sim/event.h"
#include "sim/sim.h"
#include "system/bus/internal.h"

/* RAM whole, tables of the IOMMU's caches for every StreamID, stalled DMAs. */
#define ARENA_BYTES (4ULL << 30)

/* --- making and resetting --- */

static int make_iommu(struct sys_bus *bus)
{
	bus->iommu = bus->model->make(bus->params, bus->mem);
	return bus->iommu ? 0 : -ENOMEM;
}

static struct mem *make_mem(const struct sys_bus_model *model)
{
	struct mem_params params = {
		.base = model->ram,
		.size_bytes = model->ram_bytes,
		.bandwidth_bytes_per_s = 1000000000ULL,
	};

	return mem_create(&params);
}

static int make_machine(const struct sys_bus_model *model, const struct sys_bus_attr *attr,
			const void *params, struct sys_bus **result)
{
	struct sys_bus *bus = sim_alloc(sizeof(*bus));

	if (!bus)
		return -ENOMEM;
	bus->model = model;
	bus->mmio = attr->mmio;
	bus->opaque = attr->opaque;
	bus->params = sim_alloc(model->params_bytes);
	bus->mem = make_mem(model);
	if (!bus->params || !bus->mem)
		return -ENOMEM;
	memcpy(bus->params, params, model->params_bytes);
	/* The profile's name begins so, whatever follows. */
	bus->goes_on_by_beats = attr->profile && !strncmp(attr->profile, "qemu72", 6);
	if (sys_bus_window_init(bus) || make_iommu(bus))
		return -ENOMEM;
	*result = bus;
	return 0;
}

static const struct sys_bus_model *find_model(const char *name)
{
	static const struct sys_bus_model *const models[] = {&sys_bus_smmuv3, &sys_bus_vtd};

	for (size_t i = 0; i < sizeof(models) / sizeof(models[0]); i++) {
		if (!strcmp(models[i]->name, name))
			return models[i];
	}
	return NULL;
}

static int unknown_model(const struct sys_bus_attr *attr, char *message, size_t message_bytes)
{
	snprintf(message, message_bytes, "unknown model '%.40s', expected smmuv3 or vtd",
		 attr->model);
	return -EINVAL;
}

int sys_bus_params(const struct sys_bus_attr *attr, void *params, char *message,
		   size_t message_bytes)
{
	const struct sys_bus_model *model = find_model(attr->model);

	if (!model)
		return unknown_model(attr, message, message_bytes);
	if (!model->profile(attr->profile, params))
		return 0;
	snprintf(message, message_bytes, "unknown profile '%.100s', expected qemu72%s",
		 attr->profile,
		 model == &sys_bus_vtd ? "[,PROPERTY=VALUE]... (docs/serve.md)" : "");
	return -EINVAL;
}

/* Parameters of either model: @attr's, or else the profile's. */
union params {
	struct smmu_params smmu;
	struct vtd_params vtd;
};

static int find_params(const struct sys_bus_attr *attr, union params *params, char *message,
		       size_t message_bytes)
{
	const struct sys_bus_model *model = find_model(attr->model);
	const char *wrong;

	if (!model)
		return unknown_model(attr, message, message_bytes);
	sim_assert(model->params_bytes <= sizeof(*params));
	if (attr->params)
		memcpy(params, attr->params, model->params_bytes);
	else if (sys_bus_params(attr, params, message, message_bytes))
		return -EINVAL;
	wrong = model->check(params);
	if (wrong)
		snprintf(message, message_bytes, "%s", wrong);
	return wrong ? -EINVAL : 0;
}

int sys_bus_create(struct sys_bus **bus, const struct sys_bus_attr *attr, char *message,
		   size_t message_bytes)
{
	union params params;
	int err = find_params(attr, &params, message, message_bytes);

	if (err)
		return err;
	err = sim_init(1, ARENA_BYTES);
	if (!err) {
		err = make_machine(find_model(attr->model), attr, &params, bus);
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
	bus->model->destroy(bus->iommu);
	sys_bus_dma_forget_all(bus);
	bus->nr_masters = 0;
	return make_iommu(bus);
}

/* --- the address map --- */

enum place {
	PLACE_RAM,
	PLACE_REGISTERS,
	PLACE_MESSAGES,
	PLACE_NOTHING,
};

struct region {
	pa_t first;
	u64 bytes;
};

/* Return: is @pa in @region? Then *here of what begins at @pa are; else up to it are not. */
static bool is_in(pa_t pa, struct region region, u64 *here)
{
	bool is_inside = pa >= region.first && pa - region.first < region.bytes;
	u64 left = *here;

	if (is_inside)
		left = region.bytes - (pa - region.first);
	else if (pa < region.first)
		left = region.first - pa;
	*here = left < *here ? left : *here;
	return is_inside;
}

/* What is at @pa, and how many of @bytes from there on are in the same place? */
static enum place find_place(const struct sys_bus *bus, pa_t pa, u64 bytes, u64 *here)
{
	const struct sys_bus_model *model = bus->model;
	const struct region registers = {model->registers, model->register_bytes};
	const struct region messages = {model->messages, model->message_bytes};
	const struct region ram = {model->ram, model->ram_bytes};

	*here = bytes;
	if (is_in(pa, registers, here))
		return PLACE_REGISTERS;
	if (is_in(pa, messages, here))
		return PLACE_MESSAGES;
	return is_in(pa, ram, here) ? PLACE_RAM : PLACE_NOTHING;
}

/* Is there something at each of @bytes? */
static bool is_somewhere(const struct sys_bus *bus, pa_t pa, u64 bytes)
{
	u64 here;

	for (; bytes; bytes -= here, pa += here) {
		if (find_place(bus, pa, bytes, &here) == PLACE_NOTHING)
			return false;
	}
	return true;
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

/* Name the register that @access meets, and show it. */
static void show(struct sys_bus *bus, struct sys_bus_mmio *access)
{
	u64 offset = access->pa - bus->model->registers;

	if (!bus->mmio)
		return;
	access->name = "";
	for (u32 i = 0; i < bus->model->nr_registers; i++) {
		const struct reg_row *row = &bus->model->registers_table[i];

		if (offset < row->offset || offset - row->offset >= row->bytes)
			continue;
		access->name = row->name;
		access->offset = (u32)(offset - row->offset);
	}
	bus->mmio(bus->opaque, access);
}

static u64 register_load(struct sys_bus *bus, pa_t pa, u32 bytes)
{
	struct sys_bus_mmio access = {.pa = pa, .bytes = bytes};

	access.value = bus->model->read(bus->iommu, (u32)(pa - bus->model->registers), bytes);
	show(bus, &access);
	return access.value;
}

static void register_store(struct sys_bus *bus, pa_t pa, u64 value, u32 bytes)
{
	struct sys_bus_mmio access = {.pa = pa, .bytes = bytes, .is_write = true, .value = value};

	/* Before what it sets off. */
	show(bus, &access);
	bus->model->write(bus->iommu, (u32)(pa - bus->model->registers), value, bytes);
	sys_bus_settle();
}

u64 sys_bus_load(struct sys_bus *bus, pa_t pa, u32 bytes)
{
	u8 buf[8] = {0};
	u64 here;

	if (pa > ~0ULL - bytes)
		return 0;
	if (find_place(bus, pa, bytes, &here) == PLACE_REGISTERS && here == bytes)
		return register_load(bus, pa, bytes);
	sys_bus_read(bus, pa, buf, bytes);
	return bytes_to_value(buf, bytes);
}

int sys_bus_store(struct sys_bus *bus, pa_t pa, u64 value, u32 bytes)
{
	u8 buf[8];
	u64 here;

	if (pa > ~0ULL - bytes)
		return -EFAULT;
	if (find_place(bus, pa, bytes, &here) == PLACE_REGISTERS && here == bytes) {
		register_store(bus, pa, value, bytes);
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
		enum place place = find_place(bus, pa, bytes, &here);

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

	if (!is_somewhere(bus, pa, bytes))
		return -EFAULT;
	for (; bytes; bytes -= here, pa += here, at += here) {
		if (find_place(bus, pa, bytes, &here) == PLACE_REGISTERS)
			write_registers(bus, pa, at, here);
		else if (mem_write(bus->mem, pa, at, here))
			return -ENOMEM;
	}
	return 0;
}

int sys_bus_fill(struct sys_bus *bus, pa_t pa, u8 value, u64 bytes)
{
	u8 page[4096];
	u64 step;
	int err;

	if (!is_somewhere(bus, pa, bytes))
		return -EFAULT;
	memset(page, value, sizeof(page));
	for (; bytes; bytes -= step, pa += step) {
		step = bytes < sizeof(page) ? bytes : sizeof(page);
		err = sys_bus_write(bus, pa, page, step);
		if (err)
			return err;
	}
	return 0;
}

u32 sys_bus_max_stream(const struct sys_bus *bus)
{
	return bus->model->max_stream;
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
