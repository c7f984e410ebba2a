// SPDX-License-Identifier: GPL-2.0-only
/* The machine's side of `driver: linux`, see kernel.h. */
#include "system/machine/kernel.h"

#include <linux/printk.h>

#include <errno.h>
#include <string.h>

#include "kapi/debug.h"
#include "linux/world/linux.h"
#include "sim/arena.h"
#include "sim/event.h"
#include "sim/sim.h"
#include "system/machine/drivers.h"
#include "system/memory/host_mm.h"

struct sys_kernel {
	struct linux_iommu *iommus;
	struct linux_device *devices;
	u64 nr_faults_before;
};

struct linux_iommu *sys_kernel_unit(struct sys_machine *m, u32 number)
{
	return &m->kernel->iommus[number];
}

struct linux_device *sys_kernel_device(struct sys_machine *m, u32 number)
{
	return &m->kernel->devices[number];
}

/* RAM that the kernel is told of: every page of it has a struct page. */
#define MAX_RAM_BYTES (1ULL << 30)

/* --- who looks on --- */

static enum port_fault_kind kind_of(const struct sys_machine *m, u32 device)
{
	return m->devices[device].engine.pcie ? PORT_FAULT_PAGE_REQUEST : PORT_FAULT_STALL;
}

static struct port_fault fault_of(const struct sys_machine *m, u32 device, u32 tag)
{
	return (struct port_fault){
		.kind = kind_of(m, device),
		.stream_id = m->devices[device].place.sid,
		.tag = tag,
	};
}

static void on_stamp(void *opaque, enum linux_stage stage, u32 device, u32 tag)
{
	static const enum sys_stage stages[] = {
		[LINUX_STAGE_DEQUEUED] = SYS_STAGE_DEQUEUED,
		[LINUX_STAGE_HANDLED] = SYS_STAGE_HANDLED,
		[LINUX_STAGE_LOCKED] = SYS_STAGE_LOCKED,
		[LINUX_STAGE_PINNED] = SYS_STAGE_PINNED,
		[LINUX_STAGE_MAPPED] = SYS_STAGE_MAPPED,
		[LINUX_STAGE_ANSWERED] = SYS_STAGE_ANSWERED,
	};
	struct sys_machine *m = opaque;

	sys_collect_stamp(m->collect, iommu_of(m, device)->number, fault_of(m, device, tag),
			  stages[stage]);
}

static void on_answer(void *opaque, u32 device, u32 tag)
{
	struct sys_machine *m = opaque;

	sys_collect_answer(m->collect, iommu_of(m, device)->number, fault_of(m, device, tag));
}

static void on_interrupted(void *opaque, u32 iommu, enum linux_irq irq)
{
	struct sys_machine *m = opaque;

	if (irq == LINUX_IRQ_EVTQ)
		sys_collect_interrupt(m->collect, iommu, PORT_FAULT_STALL);
	else if (irq == LINUX_IRQ_PRIQ)
		sys_collect_interrupt(m->collect, iommu, PORT_FAULT_PAGE_REQUEST);
}

static void on_turned(void *opaque, u32 device)
{
	struct sys_machine *m = opaque;

	sys_collect_turn(m->collect, iommu_of(m, device)->number, kind_of(m, device));
}

static void on_print(void *opaque, int level, const char *text)
{
	const struct sys_machine *m = opaque;

	if (m->script.print)
		m->script.print(m->script.opaque, level, text);
	printk("linux: %s\n", text);
}

static void on_died(void *opaque, const char *why)
{
	sys_machine_fail(opaque, -EIO, "Linux cannot go on: %s", why);
}

/* --- made --- */

/* Interrupts of an SMMU are wired: its driver takes them so where there is no MSI controller. */
static void on_wire(void *opaque, enum sys_unit_irq irq)
{
	static const enum linux_irq irqs[] = {
		[SYS_UNIT_IRQ_FAULTS] = LINUX_IRQ_EVTQ,
		[SYS_UNIT_IRQ_ERRORS] = LINUX_IRQ_GERROR,
		[SYS_UNIT_IRQ_PAGE_REQUESTS] = LINUX_IRQ_PRIQ,
	};
	const struct sys_iommu *iommu = opaque;

	linux_irq_raise(iommu->number, irqs[irq]);
}

/* Where QEMU's machines virt and q35 have theirs; the next one behind it. */
static const struct {
	u64 pa, bytes;
} places[SYS_NR_IOMMU_KINDS] = {
	[SYS_IOMMU_SMMUV3] = {0x09050000, 0x20000},
	[SYS_IOMMU_VTD] = {0xfed90000, 0x1000},
};

/* Where x86 has its local APICs: VT-d sends messages there. */
#define X86_MSI_PA 0xfee00000ULL

static void describe_iommu(struct sys_machine *m, u32 number)
{
	const struct sys_unit_software *software = m->driver->software;

	m->kernel->iommus[number] = (struct linux_iommu){
		.pa = places[m->config->iommu].pa + number * places[m->config->iommu].bytes,
		.bytes = places[m->config->iommu].bytes,
		.irq_cpu = sys_config_irq_cpu(m->config, number),
		.read = software->read,
		.write = software->write,
		.opaque = m->iommus[number],
	};
	if (software->set_wire)
		software->set_wire(m->iommus[number], on_wire);
}

static u32 config_read(void *opaque, u32 offset)
{
	return dev_pcie_config_read(opaque, offset);
}

static void config_write(void *opaque, u32 offset, u32 value)
{
	dev_pcie_config_write(opaque, offset, value);
}

static void describe_device(struct sys_machine *m, u32 number)
{
	struct dev_pcie *pcie = m->devices[number].engine.pcie;

	m->kernel->devices[number] = (struct linux_device){
		.iommu = iommu_of(m, number)->number,
		.sid = m->devices[number].place.sid,
		.pasid_bits = m->config->smmu.ssid_bits,
		.can_stall = !pcie && !has_benchmark(m),
		.config_read = pcie ? config_read : NULL,
		.config_write = pcie ? config_write : NULL,
		.opaque = pcie,
	};
}

static int create(struct sys_machine *m, struct sys_kernel *kernel)
{
	const struct sys_config *config = m->config;
	const struct linux_attr attr = {
		.costs = &config->kernel,
		.seed = config->seed,
		.jitter_per_mille = config->linux_kernel.jitter_per_mille,
		.minor_fault_ps = config->host.mm_fault_ps,
		.mem = m->mem,
		.ram_pa = config->mem.base,
		.ram_bytes = config->mem.size_bytes < MAX_RAM_BYTES ? config->mem.size_bytes
								    : MAX_RAM_BYTES,
		.msi_pa = config->iommu == SYS_IOMMU_VTD ? X86_MSI_PA : 0,
		.iommus = kernel->iommus,
		.nr_iommus = config->machine.nr_iommus,
		.devices = kernel->devices,
		.nr_devices = config->machine.nr_devices,
		.observer =
			{
				.stamp = on_stamp,
				.answer = on_answer,
				.interrupted = on_interrupted,
				.turned = on_turned,
				.print = on_print,
				.died = on_died,
				.opaque = m,
			},
	};

	return linux_create(&attr);
}

int sys_kernel_create(struct sys_machine *m)
{
	const struct sys_config *config = m->config;
	struct sys_kernel *kernel = sim_alloc(sizeof(*kernel));

	if (!kernel)
		return -ENOMEM;
	m->kernel = kernel;
	kernel->iommus = sim_alloc(config->machine.nr_iommus * sizeof(*kernel->iommus));
	kernel->devices = sim_alloc(config->machine.nr_devices * sizeof(*kernel->devices));
	if (!kernel->iommus || !kernel->devices)
		return -ENOMEM;
	for (u32 i = 0; i < config->machine.nr_iommus; i++)
		describe_iommu(m, i);
	for (u32 i = 0; i < config->machine.nr_devices; i++)
		describe_device(m, i);
	return create(m, kernel);
}

/* --- up --- */

static int boot_process(struct sys_machine *m, u32 number)
{
	struct sys_device_space *space = &m->spaces[number];
	bool is_populated = sys_config_is_populated(m->config, number);
	int err = linux_process_create(&space->process);

	for (u32 i = 0; !err && i < m->config->nr_mappings; i++) {
		const struct sys_mapping *mapping = &m->config->mappings[i];
		const struct linux_area area = {
			.start = mapping->iova,
			.bytes = mapping->bytes,
			.is_readable = mapping->is_readable,
			.is_writable = mapping->is_writable,
		};

		if (!sys_config_is_in_space(m->config, mapping, number))
			continue;
		err = linux_process_map(space->process, &area);
		if (!err && is_populated)
			err = linux_process_populate(space->process, &area);
	}
	return err;
}

static int boot_device(struct sys_machine *m, u32 number)
{
	struct sys_device_unit *unit = &m->devices[number];
	int err = linux_bind(number, unit->space->process, &unit->pasid);

	unit->is_bound = !err;
	if (err)
		sys_machine_fail(m, err, "Linux refuses to bind device %u to a process: %s", number,
				 strerror(-err));
	return err;
}

int sys_kernel_boot(struct sys_machine *m)
{
	int err = linux_boot();

	/* Our handler is there and idle: what it has is none of the run's. */
	m->slab_mark = kapi_slab_mark();
	if (err)
		sys_machine_fail(m, err, "Linux %s did not come up: %s", linux_release(),
				 strerror(-err));
	/* A benchmark has a domain of its own. */
	if (has_benchmark(m))
		return err;
	for (u32 i = 0; !err && i < sys_config_nr_spaces(m->config); i++)
		err = boot_process(m, i);
	for (u32 i = 0; !err && i < m->config->machine.nr_devices; i++)
		err = boot_device(m, i);
	return err;
}

/* --- counted --- */

void sys_kernel_start(struct sys_machine *m)
{
	m->kernel->nr_faults_before = linux_nr_page_faults();
}

void sys_kernel_count(struct sys_machine *m)
{
	sys_host_mm_stats(m->host)->minor_faults = linux_nr_page_faults() -
						   m->kernel->nr_faults_before;
}

/* --- taken down --- */

void sys_kernel_unbind(struct sys_machine *m, u32 number)
{
	linux_unbind(number);
}

void sys_kernel_remove(struct sys_machine *m, u32 number)
{
	linux_remove(number);
}
