/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a run has measured: its faults, queues, devices and IOMMUs. All of it lies
 * in the arena of the machine that ran.
 */
#ifndef SYSTEM_RESULT_H
#define SYSTEM_RESULT_H

#include "models/common/port.h"
#include "sim/hist.h"
#include "system/config/config.h"

/* The moments of a fault. A stage bears the name of the stamp that ends it. */
enum sys_stage {
	SYS_STAGE_DETECTED, /* from the start of the translation that found the fault */
	SYS_STAGE_RECORDED,
	SYS_STAGE_INTERRUPTED,
	SYS_STAGE_DEQUEUED,
	SYS_STAGE_HANDLED,
	SYS_STAGE_LOCKED,
	SYS_STAGE_PINNED,
	SYS_STAGE_MAPPED,
	SYS_STAGE_ANSWERED,
	SYS_STAGE_CONSUMED,
	SYS_STAGE_COMPLETED,
	SYS_NR_STAGES,
};

extern const char *const sys_stage_names[SYS_NR_STAGES];

struct sys_fault_record {
	u64 number; /* 1, 2, ... in order of detection */
	iova_t iova;
	u32 device, iommu, pasid;
	u32 tag; /* STAG, or page request group index */
	bool is_page_request;
	bool is_write, has_pasid, is_aborted;
	u64 began_ps;
	u64 stamp_ps[SYS_NR_STAGES]; /* never decreasing; a skipped one equals the one before */
};

#define SYS_DEPTH_SAMPLES 2048

/* Highest depth within each bin of time; bins double in width when full. */
struct sys_depth_series {
	u64 bin_ps;
	u32 nr_bins;
	u32 max_depth[SYS_DEPTH_SAMPLES];
};

struct sys_queue_result {
	char name[32]; /* "smmu0.evtq", "smmu0.cmdq", ... */
	u64 entries, pushed, popped, max_depth, overflows, deferred;
	struct sys_depth_series depth;
};

struct sys_device_result {
	u64 accesses, bytes, aborted, stalled, end_ps;
	bool is_pcie;		    /* else what follows is zero */
	struct dev_pcie_stats pcie; /* what the endpoint saw of its page requests */
	struct iommu_pri_stats pri; /* what its IOMMU made of them */
};

/* How long something takes, in the buckets of the kernel's dmar_perf_latency. */
#define SYS_IOMMU_NR_BUCKETS 7 /* below 100 ns, 1, 10, 100 us, 1, 10 ms, and the rest */
#define SYS_IOMMU_MAX_LATENCIES 4
#define SYS_TABLE_LEVELS 5 /* SMMUv3: -1 to 3, VT-d: 5 to 1 */

struct sys_iommu_latency {
	const char *name; /* "inv_iotlb" */
	u64 count, sum_ps, min_ps, max_ps;
	u64 buckets[SYS_IOMMU_NR_BUCKETS];
};

struct sys_result {
	u64 simulated_ps; /* start-up included */
	u64 accesses, bytes, aborted;
	u64 throughput_bytes_per_s; /* workload bytes (messages: message bytes, once) over simulated
				       time */
	u64 faults_recorded, faults_answered, faults_completed, faults_aborted;
	struct sim_hist *latency;		/* ps, completed faults */
	struct sim_hist *stages[SYS_NR_STAGES]; /* ps; totals add up to latency's total */
	const struct sys_fault_record *first;	/* in order of number */
	u64 nr_first;
	const struct sys_fault_record *slowest; /* in order of number, none that is in first */
	u64 nr_slowest;
	u64 faults_dropped; /* not kept because of output.trace_limit */
	const struct sys_queue_result *queues;
	u32 nr_queues;
	const struct sys_device_result *devices;
	u32 nr_devices;
	struct sys_device_result all; /* sums; end_ps is the last one's */
	u64 tlb_hits, tlb_misses, walks, config_fetches, table_fetches[SYS_TABLE_LEVELS];
	u64 backpressured, suppressed, refused, merged; /* as in smmu_stats */
	u64 atc_invs, atc_inv_timeouts; /* invalidations of endpoints, of them late */
	u32 nr_latencies;		/* sums of all IOMMUs; bring-up included */
	struct sys_iommu_latency latencies[SYS_IOMMU_MAX_LATENCIES];
	u64 events_dispatched, switches;
	u64 trace_hash;
};

#endif
