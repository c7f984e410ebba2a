// SPDX-License-Identifier: GPL-2.0-only
/*
 * Device registers. An address is a number: the device's slot above bit 28,
 * the offset below; no memory is there, so code that follows it as a pointer
 * crashes, as it should.
 */
#include <linux/io.h>

#include <linux/bug.h>

#include "kapi/internal.h"
#include "sim/dist.h"

#define MMIO_BASE 0x5000000000000000ULL
#define MMIO_SLOT_LG2 28

void *kapi_ioremap(const struct kapi_mmio_ops *ops, void *opaque)
{
	struct kapi_state *state = kapi_state;
	u32 slot = state->nr_mmio;

	if (slot == KAPI_MAX_MMIO)
		return NULL;
	state->mmio[slot].ops = ops;
	state->mmio[slot].opaque = opaque;
	state->nr_mmio++;
	return (void *)(MMIO_BASE + ((u64)slot << MMIO_SLOT_LG2));
}

static u32 slot_of(u64 addr)
{
	u32 slot = (addr - MMIO_BASE) >> MMIO_SLOT_LG2;

	BUG_ON(addr < MMIO_BASE || slot >= kapi_state->nr_mmio || !kapi_state->mmio[slot].ops);
	return slot;
}

void iounmap(volatile void __iomem *addr)
{
	kapi_state->mmio[slot_of((u64)addr)].ops = NULL;
}

static u64 mmio_read(const volatile void *addr, unsigned int bytes)
{
	u32 slot = slot_of((u64)addr);

	sim_charge_cost(kapi_state->params.mmio_read_ps);
	kapi_settle();
	sim_hardware_read();
	return kapi_state->mmio[slot].ops->read(kapi_state->mmio[slot].opaque,
						(u64)addr & ((1U << MMIO_SLOT_LG2) - 1), bytes);
}

static void mmio_write(volatile void *addr, u64 value, unsigned int bytes)
{
	u32 slot = slot_of((u64)addr);

	sim_charge_cost(kapi_state->params.mmio_write_ps);
	kapi_settle();
	sim_hardware_write();
	kapi_state->mmio[slot].ops->write(kapi_state->mmio[slot].opaque,
					  (u64)addr & ((1U << MMIO_SLOT_LG2) - 1), value, bytes);
}

u8 readb(const volatile void __iomem *addr)
{
	return mmio_read(addr, 1);
}

u32 readl(const volatile void __iomem *addr)
{
	return mmio_read(addr, 4);
}

u64 readq(const volatile void __iomem *addr)
{
	return mmio_read(addr, 8);
}

void writel(u32 value, volatile void __iomem *addr)
{
	mmio_write(addr, value, 4);
}

void writeq(u64 value, volatile void __iomem *addr)
{
	mmio_write(addr, value, 8);
}
