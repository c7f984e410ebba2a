// SPDX-License-Identifier: GPL-2.0-only
/*
 * The machine of a scenario, see hardware.h. Costs do not matter, sizes do: a queue that is small
 * wraps and overflows soon, and what a schedule may change is copied back for the next one.
 */
#include <errno.h>
#include <stdlib.h>

#include "handler/virtual/scenario_machine.h"
#include "sim/arena.h"
#include "sim/time.h"
#include "system/scenario/hardware.h"
#include "system/smmuv3/driver.h"
#include "system/vtd/driver.h"

#define RAM_BASE 0x80000000ULL
#define RAM_BYTES (4ULL << 20)
#define NR_CPUS 3

static void size_smmu(struct smmu_params *p)
{
	smmu_params_default(p);
	p->sid_bits = p->ssid_bits = 3;
	p->cmdq_lg2 = 4;
	p->evtq_lg2 = 1;
	p->priq_lg2 = 1;
	p->stall_max = 4;
	p->utlb_entries = 2;
	p->tlb_entries = p->config_entries = 4;
	p->walk_lm1_entries = p->walk_l0_entries = p->walk_l1_entries = p->walk_l2_entries = 4;
	p->walk_l3_entries = 4;
	p->s2_walk_lm1_entries = p->s2_walk_l0_entries = p->s2_walk_l1_entries = 4;
	p->s2_walk_l2_entries = p->s2_walk_l3_entries = 4;
	p->port_slots = p->slots = p->walk_slots = 2;
	p->prefetch_slots = 0;
}

static void size_vtd(struct vtd_params *p)
{
	vtd_params_default(p);
	p->iotlb_entries = p->context_entries = p->pasid_entries = p->iec_entries = 4;
	p->pml5_entries = p->pml4_entries = p->pdpe_entries = p->pde_entries = 4;
	p->port_slots = p->slots = p->walk_slots = 2;
}

static void set_devices(struct sys_config *config, bool is_pcie)
{
	dev_dma_params_default(&config->device);
	dev_pcie_params_default(&config->pcie.endpoint);
	config->device.outstanding_accesses = config->device.outstanding_faults = 1;
	config->pcie.endpoint.atc_entries = 2;
	config->pcie.endpoint.group_pages = 2;
	config->pcie.endpoint.capacity = 8;
	config->pcie.endpoint.pause_ps = SIM_PS_PER_US;
	config->pcie.credits = 2;
	config->device_kind = is_pcie ? SYS_DEVICE_PCIE : SYS_DEVICE_PLATFORM;
	config->machine.nr_devices = SCN_MAX_DEVICES;
}

/* The process of each address space has the same areas. */
static void set_areas(struct sys_config *config)
{
	config->mappings[0] = (struct sys_mapping){
		.iova = SCN_VADDR,
		.bytes = SCN_RW_PAGES * PAGE_SIZE,
		.is_readable = true,
		.is_writable = true,
	};
	config->mappings[1] = (struct sys_mapping){
		.iova = SCN_VADDR + SCN_RW_PAGES * PAGE_SIZE,
		.bytes = SCN_RO_PAGES * PAGE_SIZE,
		.is_readable = true,
	};
	config->nr_mappings = 2;
}

static struct sys_config *configure(u32 machine)
{
	struct sys_config *config = calloc(1, sizeof(*config));

	if (!config)
		return NULL;
	config->iommu = machine == SCN_VTD ? SYS_IOMMU_VTD : SYS_IOMMU_SMMUV3;
	config->cpu.nr_cpus = NR_CPUS;
	config->machine.nr_iommus = 1;
	mem_params_default(&config->mem);
	config->mem.base = RAM_BASE;
	config->mem.size_bytes = RAM_BYTES;
	config->host.page_bytes = PAGE_SIZE;
	config->handler.iopf = true;
	config->cmdq = SYS_CMDQ_CMPXCHG;
	config->smmu_driver.msi_polling = true;
	size_smmu(&config->smmu);
	config->smmu.ats = config->smmu.pri = machine == SCN_SMMUV3_PRI;
	size_vtd(&config->vtd);
	set_devices(config, machine != SCN_SMMUV3);
	set_areas(config);
	return config;
}

static int create_iommu(void)
{
	const struct sys_iommu parts = {
		.driver = hardware->driver,
		.config = hardware->config,
		.mem = hardware->mem,
		.frames = hardware->frames,
	};

	hardware->iommu = hardware->driver->create(&parts);
	if (!hardware->iommu)
		return -ENOMEM;
	hardware->driver->observe(hardware->iommu, &hardware_observer, NULL);
	return hardware->driver->probe(hardware->iommu, 0);
}

static int create_parts(void)
{
	const struct sys_config *config = hardware->config;

	hardware->mem = mem_create(&config->mem);
	if (!hardware->mem)
		return -ENOMEM;
	hardware->frames = sys_frames_create(&config->mem, hardware->mem);
	if (!hardware->frames || sys_irqchip_init(hardware->mem))
		return -ENOMEM;
	hardware->host = sys_host_mm_create(config, hardware->mem, hardware->frames,
					    hardware->driver->process_tables);
	if (config->device_kind == SYS_DEVICE_PCIE)
		hardware->pci = sys_pci_host_create(SCN_MAX_DEVICES);
	if (!hardware->host || (hardware->pci && sys_pci_host_probe(hardware->pci)))
		return -ENOMEM;
	return create_iommu();
}

/* --- handler/virtual/scenario_machine.h --- */

bool scenario_machine_runs(u32 machine)
{
	return machine != SCN_MOCK;
}

int scenario_machine_create(u32 machine)
{
	hardware = sim_alloc(sizeof(*hardware));
	if (!hardware)
		return -ENOMEM;
	hardware->config = configure(machine);
	if (!hardware->config)
		return -ENOMEM;
	hardware->driver = machine == SCN_VTD ? &sys_vtd_driver : &sys_smmu_driver;
	return create_parts();
}
