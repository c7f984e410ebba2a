/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Arm SMMUv3 (IHI 0070): what the rest of the machine sees of it. Software
 * sees registers, queues and tables in memory; a DMA master sees a port; who
 * measures sees the observer.
 */
#ifndef MODELS_SMMUV3_SMMU_H
#define MODELS_SMMUV3_SMMU_H

#include "models/common/observer.h"
#include "models/common/port.h"
#include "models/common/traffic.h"
#include "models/mem/mem.h"
#include "models/smmuv3/params.h"

struct smmu;

/* Interrupt sources (IHI 0070 3.18.2). */
enum smmu_irq {
	SMMU_IRQ_EVTQ,
	SMMU_IRQ_GERROR,
	SMMU_IRQ_CMD_SYNC,
	SMMU_IRQ_PRIQ,
	SMMU_NR_IRQS,
};

/**
 * smmu_create() - an SMMU in reset, in the arena
 * @params: copied; what the hardware is able to do, its caches, its timing;
 *	smmu_params_check() has nothing to say about it
 * @mem: where tables, queues and MSI doorbells are; outlives the SMMU
 * @number: which SMMU of the machine this is; its command queue is queue
 *	4 * @number of the traces, its event queue the one after, then its PRI queue
 *
 * Context: anywhere; no time passes.
 * Return: the SMMU; NULL without memory.
 * Spec: IHI 0070 3.11 for the state after reset.
 */
struct smmu *smmu_create(const struct smmu_params *params, struct mem *mem, __u32 number);

/**
 * smmu_destroy() - give its memory back, its ports included; NULL is accepted
 * Accesses that it still owns are forgotten, not answered.
 */
void smmu_destroy(struct smmu *smmu);

/** smmu_set_observer() - one observer, NULL for none; @observer is not copied. */
void smmu_set_observer(struct smmu *smmu, const struct iommu_observer *observer, void *opaque);

/**
 * struct smmu_coherence - what caches of CPUs add to accesses of the command queue
 * @fetch_ps: picoseconds, to fetching the command at @pa
 */
struct smmu_coherence {
	__u64 (*fetch_ps)(void *opaque, sim_pa_t pa);
	void *opaque;
};

/** smmu_set_coherence() - NULL: nothing is added; @coherence is not copied. */
void smmu_set_coherence(struct smmu *smmu, const struct smmu_coherence *coherence);

/**
 * smmu_set_wire() - connect the wired interrupt outputs, which pulse beside MSIs
 * @fn: called at the current time when an enabled source signals; NULL: not connected
 */
void smmu_set_wire(struct smmu *smmu, void (*fn)(void *opaque, enum smmu_irq irq), void *opaque);

/**
 * smmu_set_clockless() - do everything at once
 * Commands are consumed by the write to CMDQ_PROD, translate() of a port walks
 * and answers on the spot (PORT_PENDING only if the access stalls), records and
 * MSIs are written at once. For tests, oracles and qtest; set before anything
 * is under way.
 */
void smmu_set_clockless(struct smmu *smmu, bool is_clockless);

/**
 * smmu_mmio_read() / smmu_mmio_write() - programming interface, no time passes
 * @offset: from the start of page 0; page 1 begins at 0x10000
 * @bytes: 4 or 8; what the register does not allow reads as zero / is ignored
 *
 * Context: anywhere. A write may send an interrupt or, clockless, consume
 * commands and answer accesses before it returns.
 * Spec: IHI 0070 6.2, 6.3; models/smmuv3/regs.h has the registers.
 */
__u64 smmu_mmio_read(struct smmu *smmu, __u32 offset, __u32 bytes);
void smmu_mmio_write(struct smmu *smmu, __u32 offset, __u64 value, __u32 bytes);

/**
 * smmu_port_create() - connect a master
 * @stream_id: its StreamID; several ports may have the same
 *
 * A full stall table, or the port's max_stalled, holds accesses back that would
 * stall; others pass them.
 *
 * Return: the port (its max_stalled may be set), which lives as long as the
 * SMMU; NULL without memory.
 */
struct port *smmu_port_create(struct smmu *smmu, __u32 stream_id);

/**
 * struct smmu_outcome - what smmu_translate() found out beside the status
 * @event: number of the event that would have been recorded (7.3), 0 if none
 * @is_stall: would have stalled
 * @is_stage2, @fault_class, @ipa: S2, CLASS and IPA of the event, where it has them
 * @is_tt_read: TTRnW of F_PERMISSION with CLASS TT: not the update of a descriptor
 * @fetch_address: of F_STE_FETCH, F_CD_FETCH, F_WALK_EABT
 */
struct smmu_outcome {
	__u32 event;
	bool is_stall;
	bool is_stage2;
	bool is_tt_read;
	__u8 fault_class;
	__u64 ipa;
	sim_pa_t fetch_address;
};

/** smmu_translate_explain() - as smmu_translate(), and why; @outcome may be NULL */
enum port_status smmu_translate_explain(struct smmu *smmu, __u32 stream_id,
					struct port_access *access, struct smmu_outcome *outcome);

/**
 * smmu_translate() - the functional model alone: translate without a clock
 * Uses and fills the same caches, updates access flags and dirty state in the
 * tables, records no event and never stalls: the outcome says what would have been
 * recorded.
 *
 * @stream_id: of any stream, with a port or without; the caches of its first
 *	port are used, those of a spare one if it has none
 * @access: complete is not called
 *
 * Return: PORT_DONE with @access->pa (or is_raz_wi), or PORT_ABORTED.
 */
enum port_status smmu_translate(struct smmu *smmu, __u32 stream_id, struct port_access *access);

/* Beside IOMMU_STATS. */
#define SMMU_STATS(X, A)                                                                           \
	X(main_hits, "tlb.main_hits", COUNT, SUM,                                                  \
	  "of the hits, those of the main TLB, which the micro-TLB of the port had missed")        \
	A(stage_fetches, 2 * IOMMU_LEVELS, "walker.stage_fetches", COUNT, SUM,                     \
	  "reads of tables of stage 1, level -1 to 3, then of stage 2")                            \
	A(updates, 2, "walker.updates", COUNT, SUM,                                                \
	  "updates of descriptors, access flag and dirty state: stage 1, stage 2")                 \
	X(stalls, "stalls.begun", COUNT, SUM, "times that an access stalled")                      \
	X(retried, "stalls.retried", COUNT, SUM, "stalls that were told to try again")             \
	X(terminated, "stalls.terminated", COUNT, SUM,                                             \
	  "stalls that ended otherwise: CMD_RESUME, CMD_STALL_TERM, SMMUEN")                       \
	X(aborted, "translations.aborted", COUNT, SUM,                                             \
	  "accesses answered with an abort, not at once")                                          \
	X(events, "events.recorded", COUNT, SUM, "event records written, of all types")            \
	X(prefetches, "prefetch.asked", COUNT, SUM,                                                \
	  "configurations and addresses that were asked for in advance")                           \
	X(prefetches_ignored, "prefetch.ignored", COUNT, SUM, "prefetch commands without a slot")  \
	X(ats_requests, "ats.requests", COUNT, SUM, "translation requests of endpoints")           \
	X(ats_translated, "ats.translated", COUNT, SUM, "translated transactions of endpoints")

/* Since creation. */
struct smmu_stats {
	IOMMU_STATS(SIM_STAT_FIELD, SIM_STAT_ARRAY)
	SMMU_STATS(SIM_STAT_FIELD, SIM_STAT_ARRAY)
	struct iommu_queue_stats evtq, cmdq, priq;
	struct iommu_queue_stats stall_table, walk_slots; /* places that are taken and left */
	struct iommu_queue_stats ecmdq; /* of all enhanced command queues; entries is of each */
	struct iommu_pri_stats pri;	/* of all ports */
};

extern const struct sim_stat_table smmu_stat_table;

/** smmu_mmio_bytes() - how far the programming interface reaches, control pages included */
__u32 smmu_mmio_bytes(const struct smmu_params *params);

/** smmu_port_pri_stats() - page requests of the master behind @port, since creation. */
const struct iommu_pri_stats *smmu_port_pri_stats(const struct port *port);

/** smmu_hits() - the accesses that ports answered at once: of micro-TLBs, of main TLBs. */
#define SMMU_NR_HITS 2
void smmu_hits(const struct smmu *smmu, struct iommu_hits hits[SMMU_NR_HITS]);

/** smmu_stats() - counts since creation. */
void smmu_stats(const struct smmu *smmu, struct smmu_stats *stats);

/** smmu_traffic() - what software said to it, since creation; writes of control pages are ECMDQ. */
void smmu_traffic(const struct smmu *smmu, struct iommu_traffic *traffic);

#endif
