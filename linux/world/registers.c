// SPDX-License-Identifier: GPL-2.0-only
/* Registers: an address is a number that stands for an IOMMU and an offset; nothing is mapped
 * there. Memory beside RAM. */
#include "linux/world/internal.h"
#include "sim/arena.h"
#include "sim/dist.h"
#include "sim/event.h"
#include "sim/sim.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#endif

#define BASE 0x5000000000000000ULL
#define SLOT_LG2 32

void *ksim_ioremap(unsigned long long pa, unsigned long bytes)
{
	for (u32 i = 0; i < world->attr.nr_iommus; i++) {
		const struct linux_iommu *iommu = &world->attr.iommus[i];

		if (pa >= iommu->pa && pa + bytes <= iommu->pa + iommu->bytes)
			return (void *)(BASE + ((u64)i << SLOT_LG2) + (pa - iommu->pa));
	}
	return NULL;
}

static const struct linux_iommu *iommu_at(const volatile void *addr)
{
	u64 slot = ((u64)addr - BASE) >> SLOT_LG2;

	if ((u64)addr < BASE || slot >= world->attr.nr_iommus)
		ksim_die("accesses a register that ioremap() has not given");
	return &world->attr.iommus[slot];
}

unsigned long ksim_mmio_read(const volatile void *addr, unsigned int bytes)
{
	const struct linux_iommu *iommu = iommu_at(addr);

	world_charge(sim_cost_ps(world->attr.costs->mmio_read_ps));
	ksim_settle();
	return iommu->read(iommu->opaque, (u32)(u64)addr, bytes);
}

void ksim_mmio_write(volatile void *addr, unsigned long value, unsigned int bytes)
{
	const struct linux_iommu *iommu = iommu_at(addr);

	world_charge(sim_cost_ps(world->attr.costs->mmio_write_ps));
	ksim_settle();
	world_wrote_register(world_thread());
	world_thread()->waits_since_ps = sim_now_ps(); /* it waits for something new */
	iommu->write(iommu->opaque, (u32)(u64)addr, value, bytes);
}

/* --- configuration space: an access takes as long as one to a register --- */

unsigned int ksim_config_read(unsigned int device, unsigned int offset)
{
	const struct linux_device *pci = &world->attr.devices[device];

	world_charge(sim_cost_ps(world->attr.costs->mmio_read_ps));
	ksim_settle();
	return pci->config_read(pci->opaque, offset);
}

void ksim_config_write(unsigned int device, unsigned int offset, unsigned int value)
{
	const struct linux_device *pci = &world->attr.devices[device];

	world_charge(sim_cost_ps(world->attr.costs->mmio_write_ps));
	ksim_settle();
	pci->config_write(pci->opaque, offset, value);
}

/* --- memory --- */

void *ksim_alloc(unsigned long bytes)
{
	return sim_alloc(bytes ? bytes : 1);
}

void ksim_free(void *p)
{
	sim_free(p);
}

void ksim_poison(const void *p, unsigned long bytes)
{
#if defined(__SANITIZE_ADDRESS__)
	__asan_poison_memory_region(p, bytes);
#endif
}

void ksim_unpoison(const void *p, unsigned long bytes)
{
#if defined(__SANITIZE_ADDRESS__)
	__asan_unpoison_memory_region(p, bytes);
#endif
}
