/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the machine asks of an IOMMU, whichever it is. A driver is one table:
 * it makes the model, brings it up, and serves the devices behind it. It is
 * software on simulated CPUs from probe() on; create(), observe(), port_create()
 * and stats() stand for the hardware and for who measures, and take no time.
 *
 * A driver embeds struct sys_iommu in what it makes, and hangs what it keeps for a
 * device on sys_master.driver_data.
 */
#ifndef SYSTEM_IOMMU_H
#define SYSTEM_IOMMU_H

#include <linux/device.h>
#include <linux/iommu.h>
#include <linux/list.h>

#include "handler/pfh.h"
#include "models/common/observer.h"
#include "models/mem/mem.h"
#include "system/config/config.h"
#include "system/iommu/pci.h"
#include "system/memory/frames.h"
#include "system/memory/pgtable.h"
#include "system/result/result.h"

struct sys_collect;
struct sys_domain;
struct sys_iommu_driver;

/* One unit. The driver fills it in create(), and nothing of it changes later. */
struct sys_iommu {
	const struct sys_iommu_driver *driver;
	u32 number;
	const struct sys_config *config;
	struct mem *mem;
	struct sys_frames *frames;
	struct sys_collect *collect;
	struct iommu_device handle; /* what the IOMMU API knows it by */
};

/* A device behind a unit: drvdata of its struct device. The machine fills it. */
struct sys_master {
	struct device *dev;
	struct sys_iommu *iommu;
	u32 sid;		      /* StreamID, or requester ID */
	u32 number;		      /* of the device in the machine */
	struct pfh_device *pfh;	      /* NULL: no fault handling; see sys_iommu_remove() */
	struct sys_pci *pci;	      /* NULL: a platform device */
	bool can_stall;		      /* its accesses may wait for the handler in the IOMMU */
	bool can_page_request;	      /* a PCIe endpoint that may ask for pages */
	bool has_ats;		      /* its endpoint caches translations; the driver says so */
	struct sys_domain *domain;    /* that translates its accesses without PASID; NULL: none */
	struct list_head domain_node; /* in its masters, with has_ats */
	void *driver_data;	      /* of the IOMMU's driver */
};

/* How a fault of @master is called that the handler core knows as @grpid. */
static inline struct port_fault sys_master_fault(const struct sys_master *master, u32 grpid)
{
	return (struct port_fault){
		.kind = master->pci ? PORT_FAULT_PAGE_REQUEST : PORT_FAULT_STALL,
		.stream_id = master->sid,
		.tag = grpid,
	};
}

/* Interrupts of a unit, as wires. */
enum sys_unit_irq { SYS_UNIT_IRQ_FAULTS, SYS_UNIT_IRQ_ERRORS, SYS_UNIT_IRQ_PAGE_REQUESTS };

/* A unit as software sees it that is not the driver's: registers, by offset, and wires. */
struct sys_unit_software {
	u64 (*read)(void *iommu, u32 offset, u32 bytes);
	void (*write)(void *iommu, u32 offset, u64 value, u32 bytes);
	/* NULL: interrupts are messages, to where the software says. */
	void (*set_wire)(struct sys_iommu *iommu, void (*fn)(void *iommu, enum sys_unit_irq irq));
};

struct sys_iommu_driver {
	const char *unit; /* "smmu": queues are called smmu0.evtq, ... */

	enum sys_pgtable_kind process_tables; /* that it shares under SVA */
	/* May an access wait in it for the handler? NULL: never. */
	bool (*can_stall)(const struct sys_config *config);

	/* Does the configuration fit this IOMMU? 0, or -EINVAL with one line. */
	int (*check)(const struct sys_config *config, char *message, size_t message_bytes);

	/* The hardware of a unit in reset, its parts as in @parts. NULL without memory. */
	struct sys_iommu *(*create)(const struct sys_iommu *parts);
	void (*observe)(struct sys_iommu *iommu, const struct iommu_observer *observer,
			void *opaque);
	struct port *(*port_create)(struct sys_iommu *iommu, u32 sid);
	void (*stats)(struct sys_iommu *iommu, struct sys_iommu_stats *stats);
	/* Page requests of the master behind @port, which this IOMMU made. */
	const struct iommu_pri_stats *(*pri_stats)(const struct port *port);

	const struct sys_unit_software *software; /* NULL: for the driver's only */

	/* Bring it up; CPU @irq_cpu takes its interrupts. Boot thread. 0 or -errno. */
	int (*probe)(struct sys_iommu *iommu, u32 irq_cpu);

	/*
	 * For all units: the IOMMU API knows one driver. release_device() sleeps until no
	 * thread of it is in the handler for the device; what still comes is refused.
	 */
	const struct iommu_ops *iommu_ops;
	const struct pfh_device_ops *pfh_ops;
};

/* --- what drivers share --- */

/** sys_iommu_latency_add() - one more that took @ps. */
void sys_iommu_latency_add(struct sys_iommu_latency *latency, u64 ps);

/** sys_iommu_add_queue(), sys_iommu_add_walks() - one more of a unit's queues; its slots of walks.
 */
void sys_iommu_add_queue(struct sys_iommu_stats *stats, struct sys_queue_stats queue);
void sys_iommu_add_walks(struct sys_iommu_stats *stats, u32 unit,
			 const struct iommu_queue_stats *walks);

/** sys_iommu_nr_devices() - behind one unit, at the most. */
u64 sys_iommu_nr_devices(const struct sys_config *config);

/**
 * sys_iommu_credits() - how many page requests the endpoint of @master may have outstanding
 * @nr_entries: of the queue that they come to
 *
 * Return: what the configuration says, be it too much; or a share of the queue, less one
 * for the endpoint's stop marker.
 */
u32 sys_iommu_credits(const struct sys_master *master, u64 nr_entries);

/**
 * sys_iommu_check_mappings() - is each within what an IOMMU of @address_bits translates?
 * sys_iommu_check_credits() - a queue of @nr_entries that endpoints share has room for each?
 * Return: 0, or -EINVAL with one line.
 */
int sys_iommu_check_mappings(const struct sys_config *config, u32 address_bits, char *message,
			     size_t message_bytes);
int sys_iommu_check_credits(const struct sys_config *config, u64 nr_entries, char *message,
			    size_t message_bytes);

/**
 * sys_iommu_stop_pri() - an endpoint's PRI off, and wait until each request is answered
 * @drain: returns when the driver's thread has handled what is in the queue now
 *
 * The endpoint says when that is (Stopped). If it takes for ever, that is said, and what is
 * outstanding is forgotten.
 * Context: may sleep; the caller holds nothing that a fault handler needs.
 */
void sys_iommu_stop_pri(struct sys_master *master, void (*drain)(struct sys_iommu *iommu));

/**
 * sys_iommu_remove() - a device leaves: its faults are handled no more, its IOMMU forgets it
 * The core's state of it is held until no thread of the driver reports for it any more. What
 * came before is answered by its handler, what comes later INVALID, or by the driver.
 * Context: may sleep; the caller holds nothing that a fault handler needs.
 */
void sys_iommu_remove(struct sys_master *master);

#endif
