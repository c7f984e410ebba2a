// SPDX-License-Identifier: GPL-2.0-only
/* The machine that a kernel is given, and what is asked of the kernel: linux.h on one side, ksim.h
 * on the other. */
#include <errno.h>
#include <string.h>

#include "linux/world/internal.h"
#include "sim/arena.h"
#include "sim/defects.h"
#include "sim/event.h"
#include "sim/sim.h"

bool linux_is_built(void)
{
	return true;
}

const char *linux_release(void)
{
	return ksim_kernel.release;
}

const char *linux_iommu_kind(void)
{
	return ksim_kernel.iommu;
}

const struct ksim_machine *ksim_machine(void)
{
	return &world->machine;
}

/* --- made --- */

#define PAGE_BYTES 4096ULL

/* RAM is memory of the arena: software dereferences it, hardware finds it at its address. */
static int create_ram(const struct linux_attr *attr)
{
	u64 va = (u64)sim_alloc(attr->ram_bytes + PAGE_BYTES);

	if (!va)
		return -ENOMEM;
	va = (va + PAGE_BYTES - 1) & ~(PAGE_BYTES - 1);
	world->machine.ram_va = va;
	world->machine.ram_pa = attr->ram_pa;
	world->machine.ram_bytes = attr->ram_bytes;
	return mem_add_region(attr->mem, attr->ram_pa, (void *)va, attr->ram_bytes);
}

static void on_irq(struct sim_irq *irq)
{
	ksim_kernel.irq(irq->number);
}

/* Line 0 is the timers'; then those of each IOMMU. */
static u32 line_of(u32 iommu, enum linux_irq irq)
{
	return 1 + iommu * LINUX_NR_IRQS + irq;
}

static int create_irqs(const struct linux_attr *attr)
{
	world->nr_irqs = line_of(attr->nr_iommus, 0);
	world->irqs = sim_alloc(world->nr_irqs * sizeof(*world->irqs));
	if (!world->irqs)
		return -ENOMEM;
	sim_irq_init(&world->irqs[0], 0, 0, on_irq);
	for (u32 line = 1; line < world->nr_irqs; line++)
		sim_irq_init(&world->irqs[line], line,
			     attr->iommus[(line - 1) / LINUX_NR_IRQS].irq_cpu, on_irq);
	return 0;
}

/* The range that a message goes to; where in it says which CPU, and a line has its own. */
#define MSI_BYTES (1ULL << 20)

static void on_message(void *opaque, u64 offset, u32 data)
{
	if (data < world->nr_irqs)
		sim_irq_raise(&world->irqs[data]);
}

static int create_messages(const struct linux_attr *attr)
{
	const struct mem_doorbell doorbell = {
		.pa = attr->msi_pa,
		.bytes = MSI_BYTES,
		.fn = on_message,
	};

	world->machine.msi_pa = attr->msi_pa;
	return attr->msi_pa ? mem_add_doorbell(attr->mem, &doorbell) : 0;
}

static int describe(const struct linux_attr *attr)
{
	world->iommus = sim_alloc(attr->nr_iommus * sizeof(*world->iommus));
	world->devices = sim_alloc(attr->nr_devices * sizeof(*world->devices));
	if (!world->iommus || !world->devices)
		return -ENOMEM;
	for (u32 i = 0; i < attr->nr_iommus; i++) {
		world->iommus[i] = (struct ksim_iommu){
			.pa = attr->iommus[i].pa,
			.bytes = attr->iommus[i].bytes,
			.cpu = attr->iommus[i].irq_cpu,
			.lines = {line_of(i, LINUX_IRQ_EVTQ), line_of(i, LINUX_IRQ_GERROR),
				  line_of(i, LINUX_IRQ_PRIQ)},
		};
	}
	for (u32 i = 0; i < attr->nr_devices; i++)
		world->devices[i] = (struct ksim_device){
			.iommu = attr->devices[i].iommu,
			.sid = attr->devices[i].sid,
			.pasid_bits = attr->devices[i].pasid_bits,
			.can_stall = attr->devices[i].can_stall,
			.is_pci = !!attr->devices[i].config_read,
		};
	world->machine.nr_cpus = sim_cpu_params()->nr_cpus;
	world->machine.nr_iommus = attr->nr_iommus;
	world->machine.nr_devices = attr->nr_devices;
	world->machine.iommus = world->iommus;
	world->machine.devices = world->devices;
	return 0;
}

int linux_create(const struct linux_attr *attr)
{
	int err;

	world = sim_alloc(sizeof(*world));
	if (!world)
		return -ENOMEM;
	world->attr = *attr;
	sim_rng_init(&world->jitter, attr->seed, "linux.jitter");
	err = world_variables_reset();
	if (!err)
		err = world_lines_init();
	if (!err)
		err = create_ram(attr);
	if (!err)
		err = create_irqs(attr);
	if (!err)
		err = create_messages(attr);
	if (!err)
		err = describe(attr);
	if (!err)
		ksim_kernel.start();
	return err;
}

/* --- asked for --- */

int linux_boot(void)
{
	int err = ksim_kernel.boot();

	for (u32 i = 0; !err && i < world->attr.nr_iommus; i++)
		err = ksim_kernel.add_iommu(i);
	for (u32 i = 0; !err && i < world->attr.nr_devices; i++)
		err = ksim_kernel.add_device(i, 0);
	return err;
}

int linux_process_create(struct linux_process **process)
{
	return ksim_kernel.process_create((void **)process);
}

void linux_process_end(struct linux_process *process)
{
	ksim_kernel.process_end(process);
}

int linux_process_map(struct linux_process *process, const struct linux_area *area)
{
	const struct ksim_area wanted = world_area(area);

	return ksim_kernel.process_map(process, &wanted);
}

int linux_process_remap(struct linux_process *process, const struct linux_area *area)
{
	const struct ksim_area wanted = world_area(area);

	return ksim_kernel.process_remap(process, &wanted);
}

int linux_process_populate(struct linux_process *process, const struct linux_area *area)
{
	const struct ksim_area wanted = world_area(area);

	return ksim_kernel.process_populate(process, &wanted);
}

int linux_bind(u32 device, struct linux_process *process, u32 *pasid)
{
	return ksim_kernel.bind(device, process, pasid);
}

void linux_unbind(u32 device)
{
	ksim_kernel.unbind(device);
}

void linux_remove(u32 device)
{
	ksim_kernel.remove_device(device);
}

int linux_domain_create(u32 device, struct linux_domain **domain)
{
	return ksim_kernel.domain_create(device, (void **)domain);
}

void linux_domain_destroy(struct linux_domain *domain, u32 device)
{
	ksim_kernel.domain_destroy(domain, device);
}

int linux_map(struct linux_domain *domain, const struct linux_mapping *mapping)
{
	const struct ksim_mapping wanted = {
		.iova = mapping->iova,
		.pa = mapping->pa,
		.bytes = mapping->bytes,
		.prot = (mapping->is_readable ? KSIM_PROT_READ : 0) |
			(mapping->is_writable ? KSIM_PROT_WRITE : 0),
	};

	return ksim_kernel.map(domain, &wanted);
}

u64 linux_unmap(struct linux_domain *domain, u64 iova, u64 bytes)
{
	return ksim_kernel.unmap(domain, iova, bytes);
}

u64 linux_nr_warnings(void)
{
	ksim_kernel.log_end();
	return ksim_kernel.nr_warnings();
}

u64 linux_nr_page_faults(void)
{
	return ksim_kernel.nr_page_faults();
}

/* --- interrupts --- */

void linux_irq_raise(u32 iommu, enum linux_irq irq)
{
	sim_irq_raise(&world->irqs[line_of(iommu, irq)]);
}

void ksim_irq_raise(unsigned int line)
{
	sim_irq_raise(&world->irqs[line]);
}

void ksim_interrupted(unsigned int line)
{
	const struct linux_observer *observer = &world->attr.observer;

	if (line)
		observer->interrupted(observer->opaque, (line - 1) / LINUX_NR_IRQS,
				      (line - 1) % LINUX_NR_IRQS);
}

/* --- what is said --- */

void ksim_print(int level, const char *text)
{
	world->attr.observer.print(world->attr.observer.opaque, level, text);
}

void ksim_warned(const char *text)
{
	sim_defect(&sim_defects()->counts.warnings, "Linux in thread '%s': %s (dmesg.txt)",
		   sim_thread_self() ? sim_thread_name(sim_thread_self()) : "none", text);
}

/* --- faults on their way --- */

void ksim_stamp(enum ksim_stage stage, unsigned int device, unsigned int tag)
{
	const struct linux_observer *observer = &world->attr.observer;

	sim_settle();
	observer->stamp(observer->opaque, (enum linux_stage)stage, device, tag);
}

void ksim_turned(unsigned int device)
{
	sim_settle();
	world->attr.observer.turned(world->attr.observer.opaque, device);
}

void ksim_answer_begin(unsigned int device, unsigned int tag)
{
	const struct linux_observer *observer = &world->attr.observer;
	struct world_thread *self = world_thread();

	sim_settle();
	observer->stamp(observer->opaque, LINUX_STAGE_MAPPED, device, tag);
	observer->answer(observer->opaque, device, tag);
	self->is_answering = true;
	self->device = device;
	self->tag = tag;
}

/* The answer is there: before the register that tells the hardware is written. */
void world_wrote_register(struct world_thread *self)
{
	const struct linux_observer *observer = &world->attr.observer;

	if (!self->is_answering)
		return;
	self->is_answering = false;
	observer->stamp(observer->opaque, LINUX_STAGE_ANSWERED, self->device, self->tag);
}

/* What the worker does now until it takes the next fault, it does for that. */
void ksim_answer_end(unsigned int device, unsigned int tag)
{
	world_wrote_register(world_thread());
	sim_work_begin();
}
