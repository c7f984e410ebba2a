/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The SMMUv3 driver of the simulated machine: register bring-up, stream table
 * and context descriptors, command queue, event queue thread, stage 1 domains.
 * It is software on simulated CPUs: everything it knows of the hardware it
 * reads by MMIO and from simulated memory, and its time is charged.
 *
 * Modelled on what Linux's arm-smmu-v3 does; leaves out stage 2, ATS and PRI.
 */
#ifndef SYSTEM_SMMU_DRIVER_H
#define SYSTEM_SMMU_DRIVER_H

#include <linux/atomic.h>
#include <linux/interrupt.h>
#include <linux/mutex.h>
#include <linux/rbtree.h>
#include <linux/spinlock.h>

#include "models/smmuv3/smmu.h"
#include "system/collect.h"
#include "system/iommu.h"
#include "system/pgtable.h"

/* One queue, as software keeps it: index with wrap bit, IHI 0070 3.5.1. */
struct sys_smmu_queue {
	pa_t base;
	u32 lg2;
	u32 prod, cons;
	u32 prod_reg, cons_reg; /* offsets */
};

struct sys_smmu {
	struct sys_iommu iommu;
	struct smmu *model;
	void __iomem *base;

	u32 sid_bits, ssid_bits, oas_field;
	bool is_2level;
	pa_t strtab;

	spinlock_t cmdq_lock; /* cmdq, sync_sequence */
	struct sys_smmu_queue cmdq;
	u32 sync_sequence; /* of the last CMD_SYNC */
	pa_t sync_word;	   /* where CMD_SYNC's MSI goes */
	u32 sync_seen;	   /* the last number written there */
	struct sys_sync_waiter *sync_waiters;
	struct sys_smmu_queue evtq; /* event thread only */

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
};

static inline struct sys_smmu_master *sys_smmu_master_of(struct device *dev)
{
	const struct sys_master *common = dev_get_drvdata(dev);

	return common->driver_data;
}

/**
 * sys_smmu_probe() - bring one SMMU up: tables, queues, interrupts, CR0
 * @iommu: of a struct sys_smmu
 * @irq_cpu: takes its interrupts
 *
 * Context: sim thread; time passes.
 * Return: 0; -ENOMEM; -ETIMEDOUT if CR0ACK does not follow; -EINVAL if the
 * hardware lacks what this driver needs.
 */
int sys_smmu_probe(struct sys_iommu *iommu, u32 irq_cpu);

/** sys_smmu_add_master() - make a stream table entry for a device. 0 or -ENOMEM. */
int sys_smmu_add_master(struct sys_master *common);

/** sys_smmu_pfh_ops - what the handler core calls for a master (drvdata of its device). */
extern const struct pfh_device_ops sys_smmu_pfh_ops;

/** sys_smmu_iommu_ops - domains for the IOMMU API. */
extern const struct iommu_ops sys_smmu_iommu_ops;

/**
 * sys_smmu_write_cd() - point SubstreamID @ssid of @master at @ttb, or invalidate it
 * @ttb: root of stage 1 tables of 48 bits and 4 KiB; 0: no longer valid
 *
 * Return: 0 or -ENOMEM.
 */
int sys_smmu_write_cd(struct sys_smmu_master *master, u32 ssid, pa_t ttb, u32 asid);

/** sys_smmu_read_cd_asid() - the ASID that sys_smmu_write_cd() put there. */
u32 sys_smmu_read_cd_asid(struct sys_smmu_master *master, u32 ssid);

/* --- command queue (smmu_cmdq.c) --- */

/**
 * sys_smmu_issue() - put commands into the queue, in order
 * @cmds: pairs of words, IHI 0070 chapter 4
 * @sync: add a CMD_SYNC and wait for its completion (MSI)
 * Context: may be called with preemption disabled if @sync is false.
 */
void sys_smmu_issue(struct sys_smmu *smmu, const u64 (*cmds)[2], u32 nr, bool sync);

/* CMD_SYNC of SMMU n writes to the word n here, outside of RAM. */
#define SYS_SMMU_SYNC_WORDS 0x0a000000ULL

/** sys_smmu_init_sync() - put the word of CMD_SYNC into the memory map. 0 or -ENOMEM. */
int sys_smmu_init_sync(struct sys_smmu *smmu);

/* --- event queue (smmu_evtq.c) --- */

/** sys_smmu_request_irqs() - event queue and error interrupts. 0 or -errno. */
int sys_smmu_request_irqs(struct sys_smmu *smmu, u32 irq_cpu);

#endif
