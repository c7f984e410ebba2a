// SPDX-License-Identifier: GPL-2.0-only
/*
 * Devices of a scenario behind a real IOMMU: handler/scenario/mock_iommu.h. To report a fault is to
 * access; the step waits until the access has ended, and its answer is whether it got through. A
 * platform device is its port alone; an endpoint has a source that gives what a step asks for. The
 * parts of a group are one access, of pages one after the other.
 */
#include <linux/err.h>
#include <linux/slab.h>

#include <errno.h>

#include "handler/pfh.h"
#include "sim/cpu.h"
#include "sim/event.h"
#include "sim/point.h"
#include "sim/sim.h"
#include "system/iommu/domain.h"
#include "system/scenario/hardware.h"

struct hardware_device {
	struct mock_device mdev; /* first */
	struct device dev;
	struct sys_master master;
	struct sys_pci pci;
	struct port *port;

	/* of an endpoint: one record at a time */
	struct dev_pcie *pcie;
	struct dev_source source;
	struct dev_record record;
	enum { RECORD_NONE, RECORD_ASKED, RECORD_GIVEN } state;
	struct sim_thread *user;
	u64 first_part; /* of the group that a step reports */
	u32 nr_parts;	/* that it has so far; the last one is not among them */
	u32 nr_accesses;
};

static struct hardware_device *device_of(struct mock_device *mdev)
{
	return container_of(mdev, struct hardware_device, mdev);
}

static const struct sys_domain *domain_of(u32 number)
{
	return hardware->masters[number] ? hardware->masters[number]->domain : NULL;
}

/* Of each domain that a device has, once. */
static u32 count_pages(void)
{
	u32 nr = 0;

	for (u32 i = 0; i < hardware->nr_devices; i++) {
		const struct sys_domain *domain = domain_of(i);
		u32 first = 0;

		while (domain_of(first) != domain)
			first++;
		nr += domain && first == i ? (u32)domain->pgt.nr_leaves : 0;
	}
	return nr;
}

struct mock_iommu *mock_iommu(void)
{
	hardware->mock.nr_pages = count_pages();
	return &hardware->mock;
}

int mock_iommu_register(void)
{
	spin_lock_init(&hardware->mock.lock);
	return iommu_device_register(&hardware->iommu->handle, hardware->driver->iommu_ops, NULL);
}

void mock_iommu_unregister(void)
{
	iommu_device_unregister(&hardware->iommu->handle);
}

/* --- endpoints --- */

/* Asked for the next one, it has a free slot: the one before has ended. */
static enum dev_next next_record(struct dev_source *source, struct dev_record *record)
{
	struct hardware_device *device = container_of(source, struct hardware_device, source);

	if (device->state == RECORD_ASKED) {
		*record = device->record;
		device->state = RECORD_GIVEN;
		return DEV_NEXT_RECORD;
	}
	if (device->state == RECORD_GIVEN) {
		device->state = RECORD_NONE;
		sim_thread_wake(device->user);
	}
	return DEV_NEXT_WAIT;
}

static void on_done(struct dev_pcie *pcie, void *opaque)
{
}

static int create_endpoint(struct hardware_device *device)
{
	const struct dev_pcie_attr attr = {
		.dma = &hardware->config->device,
		.pcie = &hardware->config->pcie.endpoint,
		.port = device->port,
		.done = on_done,
		.opaque = device,
	};

	device->pcie = dev_pcie_create(&attr);
	if (!device->pcie)
		return -ENOMEM;
	sys_pci_host_add(hardware->pci, device->master.number, device->pcie);
	sys_pci_probe(hardware->pci, device->master.number, &device->pci);
	device->master.pci = &device->pci;
	device->master.can_page_request = true;
	dev_pcie_set_observer(device->pcie, &hardware_observer, NULL);
	device->source.next = next_record;
	dev_pcie_start(device->pcie, &device->source, sim_now_ps());
	return 0;
}

/*
 * Of each group one response, and for all pages of it: an access asks once. Again only if memory
 * management has taken a page, or the IOMMU has lost a request, for want of room in its queue.
 */
static void check_groups(const struct hardware_device *device, bool is_reached)
{
	const struct dev_pcie_stats *stats = dev_pcie_stats(device->pcie);
	bool is_forgiven = hardware->nr_taken ||
			   hardware->driver->pri_stats(device->port)->recorded != stats->requests;

	WARN(stats->unexpected, "a response to a group that waits for none");
	WARN(is_reached && !is_forgiven && stats->groups > device->nr_accesses,
	     "a page of a group that was answered with Success is not there");
}

static bool access_endpoint(struct hardware_device *device, const struct pfh_fault *fault)
{
	u64 first = device->nr_parts ? device->first_part : fault->addr;
	u64 nr_aborted = dev_pcie_stats(device->pcie)->dma.aborted;
	bool is_reached;

	device->record = (struct dev_record){
		.iova = first,
		.len_bytes = (u32)(fault->addr + PAGE_SIZE - first),
		.pasid = fault->pasid,
		.has_pasid = fault->flags & PFH_FAULT_PASID_VALID,
		.is_write = fault->perm & PFH_PERM_WRITE,
	};
	device->nr_accesses++;
	device->user = sim_thread_self();
	device->state = RECORD_ASKED;
	device->source.wake(device->source.wake_opaque);
	while (device->state != RECORD_NONE)
		sim_park();
	is_reached = dev_pcie_stats(device->pcie)->dma.aborted == nr_aborted;
	check_groups(device, is_reached);
	return is_reached;
}

/* A part that is not the last: nothing is asked for yet. */
static int add_part(struct hardware_device *device, const struct pfh_fault *fault)
{
	if (!device->pcie)
		return -EOPNOTSUPP;
	if (!device->nr_parts)
		device->first_part = fault->addr;
	if (fault->addr != device->first_part + (u64)device->nr_parts * PAGE_SIZE)
		return -EINVAL;
	device->nr_parts++;
	return 0;
}

/* --- platform devices --- */

struct waiting_access {
	struct port_access access; /* first */
	struct sim_thread *user;
	bool is_done;
};

static void complete(struct port_access *access)
{
	struct waiting_access *waiting = (struct waiting_access *)access;

	if (access->status == PORT_DONE)
		hardware_check_frame(access->pa);
	waiting->is_done = true;
	sim_thread_wake(waiting->user);
}

static bool access_port(struct hardware_device *device, const struct pfh_fault *fault)
{
	struct waiting_access waiting = {
		.access =
			{
				.iova = fault->addr,
				.len_bytes = 64,
				.pasid = fault->pasid,
				.has_pasid = fault->flags & PFH_FAULT_PASID_VALID,
				.is_write = fault->perm & PFH_PERM_WRITE,
				.complete = complete,
			},
		.user = sim_thread_self(),
	};

	if (device->port->ops->translate(device->port, &waiting.access) != PORT_PENDING) {
		if (waiting.access.status == PORT_DONE)
			hardware_check_frame(waiting.access.pa);
		return waiting.access.status == PORT_DONE;
	}
	while (!waiting.is_done)
		sim_park();
	return waiting.access.status == PORT_DONE;
}

/* --- both --- */

static bool access(struct hardware_device *device, const struct pfh_fault *fault)
{
	sim_hardware_write();
	return device->pcie ? access_endpoint(device, fault) : access_port(device, fault);
}

static int init(struct hardware_device *device)
{
	device->master = (struct sys_master){
		.dev = &device->dev,
		.iommu = hardware->iommu,
		.sid = hardware->nr_devices,
		.number = hardware->nr_devices,
	};
	hardware->masters[hardware->nr_devices++] = &device->master;
	device->port = hardware->driver->port_create(hardware->iommu, device->master.sid);
	if (!device->port)
		return -ENOMEM;
	if (hardware->pci)
		return create_endpoint(device);
	device->master.can_stall = true;
	return 0;
}

struct mock_device *mock_device_create(unsigned int iommu)
{
	struct hardware_device *device = kzalloc(sizeof(*device), GFP_KERNEL);
	int err;

	if (!device)
		return ERR_PTR(-ENOMEM);
	err = init(device);
	if (err) {
		kfree(device);
		return ERR_PTR(err);
	}
	device_initialize(&device->dev);
	dev_set_name(&device->dev, "dma%u", device->master.number);
	dev_set_drvdata(&device->dev, &device->master);
	device->mdev.dev = &device->dev;
	spin_lock_init(&device->mdev.lock);
	return &device->mdev;
}

void mock_device_destroy(struct mock_device *mdev)
{
	put_device(mdev->dev);
	hardware->masters[device_of(mdev)->master.number] = NULL;
	kfree(device_of(mdev));
}

/* Nobody but the core holds its state of the device. */
int mock_device_register(struct mock_device *mdev, enum pfh_dispatch dispatch)
{
	struct sys_master *master = &device_of(mdev)->master;
	struct pfh_device *pdev;
	int err = device_add(mdev->dev);

	if (err)
		return err;
	pdev = pfh_device_register(mdev->dev, hardware->driver->pfh_ops, dispatch);
	if (IS_ERR(pdev)) {
		device_del(mdev->dev);
		return PTR_ERR(pdev);
	}
	master->pfh = mdev->pdev = pdev;
	return 0;
}

void mock_device_unregister(struct mock_device *mdev)
{
	sys_iommu_remove(&device_of(mdev)->master);
	mdev->pdev = NULL;
}

int mock_device_report(struct mock_device *mdev, const struct pfh_fault *fault)
{
	struct hardware_device *device = device_of(mdev);
	struct pfh_response response = {
		.grpid = fault->grpid,
		.pasid = fault->pasid,
		.pasid_valid = fault->flags & PFH_FAULT_PASID_VALID,
	};

	if (!(fault->flags & PFH_FAULT_LAST_PAGE))
		return add_part(device, fault);
	response.code = access(device, fault) ? PFH_RESP_SUCCESS : PFH_RESP_INVALID;
	device->nr_parts = 0;
	mdev->on_answer(mdev, &response);
	return 0;
}

int mock_device_access(struct mock_device *mdev, dma_addr_t iova, bool write, phys_addr_t *phys)
{
	return -EOPNOTSUPP;
}

static int prot_of(u32 access)
{
	return (access & SYS_PT_NO_READ ? 0 : IOMMU_READ) |
	       (access & SYS_PT_WRITE ? IOMMU_WRITE : 0);
}

int mock_domain_look(struct iommu_domain *domain, dma_addr_t iova, phys_addr_t *phys)
{
	const struct sys_domain *mine = container_of(domain, struct sys_domain, domain);
	pa_t pa = 0;
	u32 access = sys_pgtable_get(&mine->pgt, iova, &pa);

	*phys = pa;
	return access ? prot_of(access) : -ENOENT;
}

bool mock_device_next_page(struct mock_device *mdev, struct mock_page_walk *walk)
{
	const struct sys_domain *domain = device_of(mdev)->master.domain;
	u64 iova;
	u32 access;
	pa_t pa;

	if (!domain)
		return false;
	iova = sys_pgtable_next(&domain->pgt, (u64)walk->next << PAGE_SHIFT);
	if (iova >> PAGE_SHIFT >= 1ULL << (SYS_PT_VA_BITS - PAGE_SHIFT))
		return false;
	access = sys_pgtable_get(&domain->pgt, iova, &pa);
	walk->index = iova >> PAGE_SHIFT;
	walk->next = walk->index + 1;
	walk->prot = prot_of(access);
	return true;
}
