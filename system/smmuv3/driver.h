/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The SMMUv3 driver of the simulated machine: register bring-up, stream table
 * and context descriptors, command queue, event queue thread, stage 1 domains.
 * It is software on simulated CPUs: everything it knows of the hardware it
 * reads by MMIO and from simulated memory, and its time is charged.
 *
 * Modelled on what Linux's arm-smmu-v3 does; leaves out stage 2. Linux has no PRI
 * queue thread that handles requests; what is done here is in docs/ats-pri.md.
 *
 * Files, each calls those above it: queue, cmdq_sync, cmdq_spinlock, cmdq_lockfree, cmdq, inval,
 * irq, tables, evtq, priq, ats, sva, handler, domain, probe, unit. system/vtd/ has the same in the
 * same order, but for its queue, which has one file.
 */
#ifndef SYSTEM_SMMU_DRIVER_H
#define SYSTEM_SMMU_DRIVER_H

#include <linux/atomic.h>
#include <linux/interrupt.h>
#include <linux/mutex.h>
#include <linux/rbtree.h>
#include <linux/spinlock.h>
#include <linux/wait.h>

#include "models/common/ring.h"
#include "models/smmuv3/smmu.h"
#include "system/iommu/iommu.h"
#include "system/iommu/irqchip.h"
#include "system/iommu/range.h"
#include "system/measure/collect.h"
#include "system/memory/pgtable.h"

/* One queue, as software keeps it: index with wrap bit, IHI 0070 3.5.1. */
struct sys_smmu_queue {
	u32 base_reg, prod_reg, cons_reg; /* offsets */
	u32 entry_words;
	u32 lg2;
	pa_t base;
	u32 prod, cons;
	/* records, of one that the SMMU writes: that were taken, and that CONS has moved over */
	u64 nr_taken, nr_freed;
};

/* Linux: CTXDESC_LINEAR_CDMAX, entries of a table of context descriptors of one level. */
#define SYS_SMMU_LINEAR_CD_LG2 10

struct sys_smmu {
	struct sys_iommu iommu;
	struct smmu *model;
	struct smmu_stats stats; /* of the model, when they were asked for */
	void (*on_wire)(void *iommu, enum sys_unit_irq irq); /* of a kernel; NULL: MSIs only */
	void __iomem *base;

	u32 near_cpu; /* which takes its interrupts, and in whose node it is */
	u32 sid_bits, ssid_bits, oas_field, stall_model;
	bool is_2level, has_ats, has_pri, has_hyp, has_ril, has_btm;
	pa_t strtab;

	struct sys_smmu_queue cmdq; /* prod and cons are used by the spinlock's insertion only */
	struct sys_cmdq *insertion; /* what those who insert share (cmdq.h) */

	/* Event and PRI thread only, but that others read what is taken and handled, to wait
	 * for it. */
	struct sys_smmu_queue evtq, priq;
	u64 nr_evt_handled, nr_pri_handled; /* records */
	u32 nr_evt_drains;		    /* that wait for the event thread */
	struct wait_queue_head queue_idle;  /* one of them has handled a record */

	struct mutex streams_mutex; /* streams; held across a report, as in Linux 6.1 */
	struct rb_root streams;

	/* Not under streams_mutex: a fault handler in the event thread, which
	 * holds that, may wait for a lock under which a device is attached. */
	atomic_t last_asid;
};

static inline struct sys_smmu *to_smmu(struct sys_iommu *iommu)
{
	return container_of(iommu, struct sys_smmu, iommu);
}

/* What the driver keeps for a device. */
struct sys_smmu_master {
	struct sys_master *common;
	struct sys_smmu *smmu;
	u32 sid;
	struct rb_node node; /* in smmu->streams, by sid */
	pa_t cd_l1;	     /* 2-level context descriptor table */
	u64 ste1;	     /* second word of the STE, under ats_mutex */

	/* a PCIe endpoint behind an SMMU that has PRI */
	bool has_pri;
	bool wants_pasid; /* in responses */
	struct mutex ats_mutex;
	u32 nr_ats_users;
	bool is_ats_enabled, is_pri_enabled;
	struct list_head bonds; /* struct sys_smmu_bond, under the handler's device mutex */
};

static inline struct sys_smmu_master *sys_smmu_master_of(struct device *dev)
{
	const struct sys_master *common = dev_get_drvdata(dev);

	return common->driver_data;
}

/* --- queues (queue.c) --- */

/* Where the entry is that PROD or CONS @pointer speaks of. */
static inline pa_t sys_smmu_queue_slot(const struct sys_smmu_queue *q, u32 pointer)
{
	return q->base + 8ULL * q->entry_words * ring_index(pointer, q->lg2);
}

/* By the PROD that was read last. */
static inline bool sys_smmu_queue_is_empty(const struct sys_smmu_queue *q)
{
	return ring_is_empty(q->prod, q->cons, q->lg2);
}

/** sys_smmu_queue_init() - memory and registers of a queue whose size is known. 0 or -ENOMEM. */
int sys_smmu_queue_init(struct sys_smmu *smmu, struct sys_smmu_queue *q);

/**
 * sys_smmu_queue_take() - the record at CONS, which moves
 * @record: entry_words of it
 *
 * Context: the queue's thread; time passes.
 * Return: was there one?
 */
bool sys_smmu_queue_take(struct sys_smmu *smmu, struct sys_smmu_queue *q, u64 *record);

/**
 * sys_smmu_queue_end() - how many records it has had, those in it now among them
 * @is_full: is it full?
 *
 * Context: anywhere; time passes.
 */
u64 sys_smmu_queue_end(struct sys_smmu *smmu, const struct sys_smmu_queue *q, bool *is_full);

/** sys_smmu_queue_has_overflow() - that is not acknowledged, by the PROD that was read last. */
bool sys_smmu_queue_has_overflow(const struct sys_smmu_queue *q);

/** sys_smmu_queue_acknowledge() - an overflow: OVACKFLG follows OVFLG. */
void sys_smmu_queue_acknowledge(struct sys_smmu *smmu, struct sys_smmu_queue *q);

/* --- command queue (cmdq.c) --- */

/**
 * sys_smmu_issue() - put commands into the queue, in order
 * @cmds: pairs of words, IHI 0070 chapter 4
 * @sync: add a CMD_SYNC and wait for its completion, but no longer than a second
 * Context: may be called with preemption disabled if @sync is false.
 */
void sys_smmu_issue(struct sys_smmu *smmu, const u64 (*cmds)[2], u32 nr, bool sync);

/* CMD_SYNC of SMMU n writes to the word n here, outside of RAM. */
#define SYS_SMMU_SYNC_WORDS 0x0a000000ULL

/** sys_smmu_cmdq_init() - by smmu.driver; the queue itself is there. 0 or -ENOMEM. */
int sys_smmu_cmdq_init(struct sys_smmu *smmu);

struct sys_smmu_cmdq_counts {
	u64 lists;		     /* inserted, of commands that went together */
	u64 attempts;		     /* to allocate room for one; of the ways without a lock */
	u64 owners;		     /* lists that published others with themselves */
	struct sys_waits sync_waits; /* for a CMD_SYNC */
};

/** sys_smmu_cmdq_counts() - since it was made. */
const struct sys_smmu_cmdq_counts *sys_smmu_cmdq_counts(const struct sys_smmu *smmu);

/* --- invalidation (inval.c) --- */

#define SYS_SMMU_BATCH 64 /* Linux: CMDQ_BATCH_ENTRIES */

/* Commands that are handed over together. */
struct sys_smmu_batch {
	struct sys_smmu *smmu;
	u64 cmds[SYS_SMMU_BATCH][2];
	u32 nr;
};

/** sys_smmu_batch_add() - one more; a full batch is handed over first. Context: any. */
void sys_smmu_batch_add(struct sys_smmu_batch *batch, u64 word0, u64 word1);
/**
 * sys_smmu_batch_submit() - hand over, with a CMD_SYNC, and wait for that
 * Context: this, and what invalidates below: time passes; the wait is polling.
 */
void sys_smmu_batch_submit(struct sys_smmu_batch *batch);

/** sys_smmu_tlb_inv_asid() / _range() - forget what was translated, and wait for that. */
void sys_smmu_tlb_inv_asid(struct sys_smmu *smmu, u32 asid);
void sys_smmu_tlb_inv_range(struct sys_smmu *smmu, u32 asid, struct sys_range range);

/**
 * sys_smmu_atc_inv() - an endpoint forgets a range, and wait for that
 * @ssid: PASID; 0: without one, which an endpoint takes for all of them
 * Does nothing while the endpoint's ATS is off. sys_smmu_atc_inv_add(): one of a batch.
 */
void sys_smmu_atc_inv(const struct sys_smmu_master *master, u32 ssid, struct sys_range range);
void sys_smmu_atc_inv_add(struct sys_smmu_batch *batch, const struct sys_smmu_master *master,
			  u32 ssid, struct sys_range range);

/* --- interrupts (irq.c) --- */

/**
 * sys_smmu_request_msi() - one of them; @msi's register is the one of its address
 * Context: may sleep.
 * Return: 0 or -errno.
 */
int sys_smmu_request_msi(struct sys_smmu *smmu, u32 cpu, const struct sys_msi *msi);

irqreturn_t sys_smmu_error_interrupt(int irq, void *dev);

/* --- stream table, context descriptors (tables.c) --- */

/** sys_smmu_init_stream_table() - an empty one. 0 or -ENOMEM. */
int sys_smmu_init_stream_table(struct sys_smmu *smmu);

/**
 * sys_smmu_add_master() - make a stream table entry for a device
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int sys_smmu_add_master(struct sys_master *common);

/**
 * sys_smmu_release_device() - the threads know it no more: what still comes is refused
 * On return none of them is in the handler for it, and its stream table entry is not valid.
 * Context: may sleep; not from a fault handler.
 */
void sys_smmu_release_device(struct device *dev);

/** sys_smmu_find_master() - by StreamID, or NULL. Under streams_mutex. */
struct sys_smmu_master *sys_smmu_find_master(struct sys_smmu *smmu, u32 sid);

/**
 * sys_smmu_write_eats() - may the endpoint use ATS, STE.EATS?
 * Context: under ats_mutex; time passes.
 * Return: 0 or -ENOMEM.
 */
int sys_smmu_write_eats(struct sys_smmu_master *master, bool is_on);

/**
 * sys_smmu_write_cd() - point SubstreamID @ssid of @master at @ttb, or invalidate it
 * @ttb: root of stage 1 tables of 48 bits and 4 KiB; 0: no longer valid
 *
 * Context: time passes; nobody else writes that of @ssid.
 * Return: 0 or -ENOMEM.
 */
int sys_smmu_write_cd(struct sys_smmu_master *master, u32 ssid, pa_t ttb, u32 asid);

/** sys_smmu_alloc_asid() - one that nobody has. */
u32 sys_smmu_alloc_asid(struct sys_smmu *smmu);

/* --- events (evtq.c), page requests (priq.c): the threads may sleep, in the handler --- */

irqreturn_t sys_smmu_event_interrupt(int irq, void *dev);
irqreturn_t sys_smmu_event_thread(int irq, void *dev);
irqreturn_t sys_smmu_pri_interrupt(int irq, void *dev);
irqreturn_t sys_smmu_pri_thread(int irq, void *dev);

/**
 * sys_smmu_drain_evtq() / _priq() - wait until the records that are in the queue now are handled
 * Those of stalls too that the SMMU keeps for want of room.
 * Context: may sleep; the caller holds nothing that a fault handler needs.
 */
void sys_smmu_drain_evtq(struct sys_smmu *smmu);
void sys_smmu_drain_priq(struct sys_smmu *smmu);
/** sys_smmu_drain() - the queue that faults of @master come to. */
static inline void sys_smmu_drain(const struct sys_smmu_master *master)
{
	if (master->common->can_stall)
		sys_smmu_drain_evtq(master->smmu);
	if (master->has_pri)
		sys_smmu_drain_priq(master->smmu);
}

/* --- ATS and PRI of an endpoint (ats.c) --- */

/**
 * sys_smmu_ats_get() / _put() - somebody uses / no longer uses ATS
 * Context: may sleep.
 * Return: 0 or -ENOMEM.
 */
int sys_smmu_ats_get(struct sys_smmu_master *master);
void sys_smmu_ats_put(struct sys_smmu_master *master);

/**
 * sys_smmu_pri_enable() / _disable() - let the endpoint send page requests
 * On return of the latter every request is answered.
 * Context: may sleep; the caller holds nothing that a fault handler needs.
 * Return: 0; -EBUSY: requests from before are outstanding; -ENOMEM.
 */
int sys_smmu_pri_enable(struct sys_smmu_master *master);
void sys_smmu_pri_disable(struct sys_smmu_master *master);

/* --- PASIDs (sva.c) --- */

/** sys_smmu_sva_attach() / _detach() - as in pfh_device_ops. Context: may sleep. */
int sys_smmu_sva_attach(struct device *dev, u32 pasid, struct mm_struct *mm);
void sys_smmu_sva_detach(struct device *dev, u32 pasid);

/* --- tables of operations --- */

/** sys_smmu_pfh_ops - what the handler core calls for a master, its device's drvdata (handler.c).
 */
extern const struct pfh_device_ops sys_smmu_pfh_ops;

/** sys_smmu_iommu_ops - domains for the IOMMU API (domain.c). */
extern const struct iommu_ops sys_smmu_iommu_ops;

/**
 * sys_smmu_probe() - bring one SMMU up: tables, queues, interrupts, CR0 (probe.c)
 * @iommu: of a struct sys_smmu
 * @irq_cpu: takes its interrupts
 *
 * Context: sim thread; time passes.
 * Return: 0; -ENOMEM; -ETIMEDOUT if CR0ACK does not follow; -EINVAL if the
 * hardware lacks what this driver needs.
 */
int sys_smmu_probe(struct sys_iommu *iommu, u32 irq_cpu);

/** sys_smmu_driver - what the machine knows of it (unit.c). */
extern const struct sys_iommu_driver sys_smmu_driver;

#endif
