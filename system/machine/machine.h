/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One run of one machine: build it from a configuration, let it go, look at
 * what came out. Between sys_run() and sys_finish() the result is readable.
 */
#ifndef SYSTEM_MACHINE_H
#define SYSTEM_MACHINE_H

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

struct sys_progress {
	/* called now and then; false: stop cleanly and keep what there is */
	bool (*tick)(void *opaque, u64 simulated_ps, u64 accesses_done, u64 accesses_total);
	void *opaque;
};

/**
 * sys_config_check() - do the values fit each other and the trace file exist?
 * @message: one line that says what is wrong, without the file's name
 *
 * Return: 0 or -EINVAL.
 */
int sys_config_check(const struct sys_config *config, char *message, size_t message_bytes);

/**
 * sys_run() - build the machine, replay the workload, collect the result
 * @config: checked
 * @progress: may be NULL
 * @result: valid until sys_finish()
 * @message: one line if it fails
 *
 * Return: 0; -EINTR if the progress callback stopped it (result is valid);
 * -EINVAL for bad input met on the way (a truncated trace); -EDEADLK if the
 * machine got stuck: nothing is left to happen and accesses are outstanding
 * (result is valid); -EIO if it hung, or was stopped, while it came up; -ENOMEM.
 */
int sys_run(const struct sys_config *config, const struct sys_progress *progress,
	    const struct sys_result **result, char *message, size_t message_bytes);

/* What the process of the machine holds now. */
struct sys_held {
	u64 pinned_pages;
	u64 present_pages;
};

/** sys_held() - between sys_run() and sys_finish(). */
struct sys_held sys_held(void);

/**
 * sys_shutdown() - take the machine down as a kernel would, after sys_run()
 *
 * Detaches, unbinds and unregisters every device and lets the process go, on a
 * simulated CPU; then sys_held() is all zero. The result of sys_run() stays
 * readable.
 *
 * Return: 0; -EDEADLK if that never ends; -ENOMEM.
 */
int sys_shutdown(void);

/** sys_finish() - throw the machine away, shut down or not; accepts that there is none. */
void sys_finish(void);

#endif
