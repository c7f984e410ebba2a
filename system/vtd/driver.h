/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The VT-d driver of the simulated machine: register bring-up in scalable mode, root,
 * context and PASID tables, queued invalidation, page request thread, second-stage
 * domains, SVA by first-stage tables of processes. It is software on simulated CPUs:
 * everything it knows of the hardware it reads by MMIO and from simulated memory, and
 * its time is charged.
 *
 * Modelled on what Linux's intel-iommu of 6.1 does. Other than there, page requests
 * without PASID are reported, as later kernels do (vtd.driver.prq_refuses_rid).
 *
 * Files, each calls those above it: qi, inval, irq, tables, fault, prq, ats, sva, handler,
 * domain, probe, unit. system/smmuv3/ has the same in the same order.
 */
#ifndef SYSTEM_VTD_DRIVER_H
#define SYSTEM_VTD_DRIVER_H

#include <linux/atomic.h>
#include <linux/interrupt.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

#include "models/common/ring.h"
#include "models/vtd/vtd.h"
#include "system/iommu/iommu.h"
#include "system/iommu/irqchip.h"
#include "system/iommu/range.h"
#include "system/measure/collect.h"
#include "system/memory/pgtable.h"

/* Linux: QI_LENGTH. Descriptors of 256 bits. */
#define SYS_VTD_QI_LG2 8
#define SYS_VTD_QI_LENGTH (1U << SYS_VTD_QI_LG2)
#define SYS_VTD_QI_BYTES 32

enum sys_vtd_qi_status {
	SYS_VTD_QI_FREE,
	SYS_VTD_QI_IN_USE,
	SYS_VTD_QI_AWAITED, /* a wait descriptor that is not carried out */
	SYS_VTD_QI_DONE,
	SYS_VTD_QI_ABORTED,
};

struct sys_vtd_qi {
	spinlock_t lock;
	pa_t base;
	u32 free_head, free_tail, nr_free;
	/* DONE is what the hardware writes, to the word of the same number. */
	enum sys_vtd_qi_status status[SYS_VTD_QI_LENGTH];
	struct sys_vtd_qi_waiter *waiters;
	bool has_fault; /* a bit of FSTS has been set since a poller looked at it */
};

/* What dmar_perf_latency of debugfs shows: how long each of these took. */
enum sys_vtd_latency_kind {
	SYS_VTD_LATENCY_IOTLB,
	SYS_VTD_LATENCY_DEVTLB,
	SYS_VTD_LATENCY_IEC,
	SYS_VTD_LATENCY_PRQ,
	SYS_VTD_NR_LATENCIES,
};

struct sys_vtd_master;

struct sys_vtd {
	struct sys_iommu iommu;
	struct vtd *model;
	struct vtd_stats stats; /* of the model, when they were asked for */
	void __iomem *base;

	u64 cap, ecap;
	u32 gcmd; /* bits that stay */
	spinlock_t register_lock;
	pa_t root;
	u32 pasid_bits;

	struct sys_vtd_qi qi;
	struct sys_iommu_latency latencies[SYS_VTD_NR_LATENCIES];
	struct sys_waits qi_waits; /* for descriptors that are no responses */

	pa_t prq;
	u32 prq_lg2;	/* its size in bytes */
	u64 prq_rounds; /* that the thread has made */
	bool is_in_round;
	struct wait_queue_head prq_idle;

	struct mutex masters_mutex;
	struct sys_vtd_master *masters[SYS_MAX_DEVICES]; /* by source-id */
	atomic_t last_did;
};

static inline struct sys_vtd *to_vtd(struct sys_iommu *iommu)
{
	return container_of(iommu, struct sys_vtd, iommu);
}

/* What the driver keeps for a device. */
struct sys_vtd_master {
	struct sys_master *common;
	struct sys_vtd *vtd;
	u32 sid;
	pa_t pasid_dir;

	/* a PCIe endpoint behind a unit that has page requests */
	bool has_pri;
	bool wants_pasid; /* in responses */
	struct mutex ats_mutex;
	u32 nr_ats_users;
	bool is_ats_enabled, is_pri_enabled;
	struct list_head bonds; /* struct sys_vtd_bond, under the handler's device mutex */
	u64 reported_ps[512];	/* of each group: when it was given to the handler */
};

static inline struct sys_vtd_master *sys_vtd_master_of(struct device *dev)
{
	const struct sys_master *common = dev_get_drvdata(dev);

	return common->driver_data;
}

/* Linux: RID2PASID, FLPT_DEFAULT_DID and the first one that domains get. */
#define SYS_VTD_RID_PASID 0
#define SYS_VTD_FIRST_STAGE_DID 1
#define SYS_VTD_FIRST_DOMAIN_DID 2

/* --- queued invalidation (qi.c) --- */

/** sys_vtd_qi_init() - memory of the queue, and the words of its status. 0 or -ENOMEM. */
int sys_vtd_qi_init(struct sys_vtd *vtd);

/**
 * sys_vtd_submit() - put descriptors into the queue and wait until they are carried out
 * @descs: words 0 and 1 of each; the others are 0
 * @drains: page requests received before are in their queue, too
 * Context: any, also with preemption disabled: the wait is polling.
 */
void sys_vtd_submit(struct sys_vtd *vtd, const u64 (*descs)[2], u32 nr, bool drains);
/** sys_vtd_submit_response() - the same of the answer to @fault, which is stamped when IQT moves.
 */
void sys_vtd_submit_response(struct sys_vtd *vtd, const u64 desc[2], struct port_fault fault);

/* Invalidation completes by writes to words here, 256 for each unit, outside of RAM. */
#define SYS_VTD_STATUS_WORDS 0x0a000000ULL

/* --- what is invalidated (inval.c) --- */

/* Context: as sys_vtd_submit(). */
void sys_vtd_flush_context(struct sys_vtd *vtd);
void sys_vtd_flush_domain(struct sys_vtd *vtd, u32 did);
void sys_vtd_flush_pages(struct sys_vtd *vtd, u32 did, struct sys_range range);
/* First stage: of a PASID, all or a range. */
void sys_vtd_flush_pasid(struct sys_vtd *vtd, u32 did, u32 pasid);
void sys_vtd_flush_pasid_pages(struct sys_vtd *vtd, u32 did, u32 pasid, struct sys_range range);
/* An endpoint's device-TLB; does nothing while its ATS is off. */
/* of both caches: by one submission or by two (vtd.driver.batched_invalidation) */
void sys_vtd_flush_pasid_range(const struct sys_vtd_master *master, u32 did, u32 pasid,
			       struct sys_range range);
void sys_vtd_flush_devtlb(const struct sys_vtd_master *master, u32 pasid, struct sys_range range);
/* A wait with page request drain behind invalidations of @pasid. */
void sys_vtd_flush_drain(const struct sys_vtd_master *master, u32 did, u32 pasid);

/* --- interrupts (irq.c) --- */

/**
 * sys_vtd_request_msi() - one of them; @msi's register is the event's control
 * Context: may sleep.
 * Return: 0 or -errno.
 */
int sys_vtd_request_msi(struct sys_vtd *vtd, u32 cpu, const struct sys_msi *msi);

/* --- context and PASID tables (tables.c) --- */

/**
 * sys_vtd_add_master() - make a context-entry for a device
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int sys_vtd_add_master(struct sys_master *common);

/**
 * sys_vtd_release_device() - the page request thread knows it no more: what still comes is refused
 * On return the thread is not in the handler for it, and its context-entry is not present.
 * Context: may sleep; not from a fault handler.
 */
void sys_vtd_release_device(struct device *dev);

/**
 * sys_vtd_set_second() / _first() - @pasid is translated by the tables at @root
 * No entry was there, so nothing is cached.
 * Context: nobody else writes that of @pasid.
 * Return: 0 or -ENOMEM.
 */
int sys_vtd_set_second(struct sys_vtd_master *master, u32 pasid, pa_t root, u32 did);
int sys_vtd_set_first(struct sys_vtd_master *master, u32 pasid, pa_t root, u32 did);
/**
 * sys_vtd_clear_pasid() - accesses fault from now on, and nothing is cached
 * Context: time passes; the wait is polling.
 */
void sys_vtd_clear_pasid(struct sys_vtd_master *master, u32 pasid, u32 did, bool is_first);

/* --- faults (fault.c), page requests (prq.c): the thread may sleep, in the handler --- */

irqreturn_t sys_vtd_fault_interrupt(int irq, void *dev);
irqreturn_t sys_vtd_prq_interrupt(int irq, void *dev);
irqreturn_t sys_vtd_prq_thread(int irq, void *dev);

/** sys_vtd_prq_init() - memory and registers of the queue, of the configured size. 0 or -ENOMEM. */
int sys_vtd_prq_init(struct sys_vtd *vtd);

/**
 * sys_vtd_drain_prq() - page requests with @pasid that came before are handled
 * Context: may sleep; the caller holds nothing that a fault handler needs.
 */
void sys_vtd_drain_prq(const struct sys_vtd_master *master, u32 did, u32 pasid);
/** sys_vtd_drain_all() - the same of all PASIDs and none, without invalidating anything. */
void sys_vtd_drain_all(struct sys_vtd *vtd);

/** sys_vtd_sync_prq() - the thread is done with what it was at. Context: as above. */
void sys_vtd_sync_prq(struct sys_vtd *vtd);

/* --- ATS and PRI of an endpoint (ats.c) --- */

/** sys_vtd_ats_get() / _put() - somebody uses / no longer uses ATS. Context: may sleep. */
void sys_vtd_ats_get(struct sys_vtd_master *master);
void sys_vtd_ats_put(struct sys_vtd_master *master);

/**
 * sys_vtd_pri_enable() / _disable() - let the endpoint send page requests
 * On return of the latter every request is answered.
 * Context: may sleep; the caller holds nothing that a fault handler needs.
 * Return: 0; -EBUSY: requests from before are outstanding.
 */
int sys_vtd_pri_enable(struct sys_vtd_master *master);
void sys_vtd_pri_disable(struct sys_vtd_master *master);

/* --- PASIDs (sva.c) --- */

/** sys_vtd_sva_attach() / _detach() - as in pfh_device_ops. Context: may sleep. */
int sys_vtd_sva_attach(struct device *dev, u32 pasid, struct mm_struct *mm);
void sys_vtd_sva_detach(struct device *dev, u32 pasid);

/* --- tables of operations --- */

/** sys_vtd_pfh_ops - what the handler core calls for a master, its device's drvdata (handler.c). */
extern const struct pfh_device_ops sys_vtd_pfh_ops;

/** sys_vtd_iommu_ops - domains for the IOMMU API (domain.c). */
extern const struct iommu_ops sys_vtd_iommu_ops;

/**
 * sys_vtd_probe() - bring one unit up: tables, queues, interrupts, translation (probe.c)
 * @iommu: of a struct sys_vtd
 * @irq_cpu: takes its interrupts
 *
 * Context: sim thread; time passes.
 * Return: 0; -ENOMEM; -ETIMEDOUT if a command is not carried out; -EINVAL if the
 * hardware lacks what this driver needs.
 */
int sys_vtd_probe(struct sys_iommu *iommu, u32 irq_cpu);

/** sys_vtd_driver - what the machine knows of it (unit.c). */
extern const struct sys_iommu_driver sys_vtd_driver;

#endif
