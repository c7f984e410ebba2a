// SPDX-License-Identifier: GPL-2.0-only
/* A build without a kernel: who asks for one is told so before anything of it is called. */
#include <stddef.h>

#include "linux/world/linux.h"
#include "sim/sim.h"

bool linux_is_built(void)
{
	return false;
}

const char *linux_release(void)
{
	return NULL;
}

const struct linux_calls *linux_calls(void)
{
	return NULL;
}

bool linux_function_at(u64 address, char *text, size_t bytes)
{
	return false;
}

const char *linux_missing_at(u64 address)
{
	return NULL;
}

const char *linux_iommu_kind(void)
{
	return NULL;
}

u64 linux_nr_warnings(void)
{
	return 0;
}

u64 linux_nr_page_faults(void)
{
	return 0;
}

int linux_create(const struct linux_attr *attr)
{
	sim_assert(!attr);
	return 0;
}

void linux_irq_raise(u32 iommu, enum linux_irq irq)
{
	sim_assert(linux_is_built());
}

int linux_boot(void)
{
	sim_assert(linux_is_built());
	return 0;
}

int linux_process_create(struct linux_process **process)
{
	sim_assert(!process);
	return 0;
}

void linux_process_end(struct linux_process *process)
{
	sim_assert(!process);
}

int linux_process_map(struct linux_process *process, const struct linux_area *area)
{
	sim_assert(!process);
	return 0;
}

int linux_process_remap(struct linux_process *process, const struct linux_area *area)
{
	sim_assert(!process);
	return 0;
}

int linux_process_populate(struct linux_process *process, const struct linux_area *area)
{
	sim_assert(!process);
	return 0;
}

int linux_bind(u32 device, struct linux_process *process, u32 *pasid)
{
	sim_assert(!process);
	return 0;
}

void linux_unbind(u32 device)
{
	sim_assert(linux_is_built());
}

void linux_remove(u32 device)
{
	sim_assert(linux_is_built());
}

int linux_domain_create(u32 device, struct linux_domain **domain)
{
	sim_assert(!domain);
	return 0;
}

void linux_domain_destroy(struct linux_domain *domain, u32 device)
{
	sim_assert(!domain);
}

int linux_map(struct linux_domain *domain, const struct linux_mapping *mapping)
{
	sim_assert(!domain);
	return 0;
}

u64 linux_unmap(struct linux_domain *domain, u64 iova, u64 bytes)
{
	sim_assert(!domain);
	return 0;
}
