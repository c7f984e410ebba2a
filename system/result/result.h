/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a run came to: the run itself, and collections of what its machine consists of (queues,
 * locks, CPUs, ...). Every number is a row of a table (sim/stat.h); rows.h lists the tables, and
 * who writes a result walks them: nobody names a queue, or copies a counter field by field.
 */
#ifndef SYSTEM_RESULT_RESULT_H
#define SYSTEM_RESULT_RESULT_H

#include "models/common/observer.h"
#include "models/common/stats.h"
#include "models/common/traffic.h"
#include "models/device/pcie.h"
#include "sim/cpu.h"
#include "sim/defects.h"
#include "sim/hist.h"
#include "sim/lock.h"
#include "sim/wakeup.h"
#include "system/result/rows.h"

/* The moments of a fault. A stage bears the name of the stamp that ends it. */
#define SYS_STAGES(X)                                                                              \
	X(DETECTED, "detected", "the IOMMU has found that the access faults")                      \
	X(RECORDED, "recorded", "the record is in memory and the queue's pointer has moved")       \
	X(INTERRUPTED, "interrupted", "a CPU has taken the queue's interrupt")                     \
	X(DEQUEUED, "dequeued", "the event thread has the record")                                 \
	X(HANDLED, "handled", "the handler begins")                                                \
	X(LOCKED, "locked", "the handler has its locks")                                           \
	X(PINNED, "pinned", "the page is present, and pinned for VFIO")                            \
	X(MAPPED, "mapped", "the IOMMU's tables map it")                                           \
	X(ANSWERED, "answered", "the answer is in the IOMMU's queue")                              \
	X(CONSUMED, "consumed", "the hardware has carried it out")                                 \
	X(COMPLETED, "completed", "the access, tried again, is translated")

#define SYS_STAGE_NUMBER(name, key, help) SYS_STAGE_##name,
enum sys_stage { SYS_STAGES(SYS_STAGE_NUMBER) SYS_NR_STAGES };

extern const char *const sys_stage_names[SYS_NR_STAGES];
extern const char *const sys_stage_abouts[SYS_NR_STAGES]; /* what holds when it ends */

/* Of all completed faults: in picoseconds the two make up the stage, exactly. */
struct sys_stage_work {
	u64 work_ps[SYS_NR_STAGES];    /* somebody, or hardware, was busy with the fault */
	u64 waiting_ps[SYS_NR_STAGES]; /* nobody was */
};

extern const struct sim_stat_table sys_stage_work_stat_table;

/* A PASID or a process that a trace names; by group of devices, PASIDs first, then number. */
struct sys_trace_name {
	u32 group, number;
	bool is_process;
	const char *text;
};

struct sys_fault_record {
	u64 number; /* 1, 2, ... in order of detection */
	iova_t iova;
	u64 due_ps; /* of the access; 0: it had no time of its own */
	u32 device, iommu, pasid;
	u32 tag;	    /* STAG, or page request group index */
	u32 process_plus_1; /* of the trace; 0: not known */
	bool is_page_request;
	bool is_write, is_instruction, is_privileged, has_pasid, is_aborted;
	bool is_pending; /* has not ended; stamps from the first 0 on are missing */
	u64 began_ps;
	u64 stamp_ps[SYS_NR_STAGES]; /* never decreasing; a skipped one equals the one before */
};

/* --- IOMMUs --- */

#define SYS_DEPTH_SAMPLES 2048

/* Highest depth within each bin of time; bins double in width when full. */
struct sys_depth_series {
	u64 bin_ps;
	u32 nr_bins;
	u32 max_depth[SYS_DEPTH_SAMPLES];
};

/* How long a queue had which depth: 0, 1, 2 to 3, 4 to 7, ..., and all above. */
#define SYS_DEPTH_BANDS 22

#define SYS_QUEUE_TIMES(X, A)                                                                      \
	X(capacity, "capacity", COUNT, SAME, "depth at which it is full")                          \
	X(mean_depth_milli, "mean_depth", MILLI, DERIVED, "mean depth over time")                  \
	X(p99_depth, "p99_depth", COUNT, DERIVED,                                                  \
	  "depth that it did not exceed for 99 % of the time; from 128 on at most 1.6 % above")    \
	X(used_ps, "used_ns", PS, SUM, "time with something in it")                                \
	X(full_ps, "full_ns", PS, SUM, "time without room")                                        \
	A(at_depth_ps, SYS_DEPTH_BANDS, "at_depth_ns", PS, SUM,                                    \
	  "time at depth 0, at 1, at 2 to 3, at 4 to 7, and so on")

struct sys_queue_times {
	SYS_QUEUE_TIMES(SIM_STAT_FIELD, SIM_STAT_ARRAY)
	unsigned __int128 depth_ps; /* depth times time */
};

extern const struct sim_stat_table sys_queue_time_table;

/* Not all are queues in memory: some are places of hardware, taken and left again. */
enum sys_places {
	SYS_QUEUE, /* none */
	SYS_PLACES_STALLS,
	SYS_PLACES_WALKS,
	SYS_PLACES_REQUESTS, /* of all endpoints behind the IOMMU: their credits */
};

struct sys_queue_result {
	char name[32];	  /* "smmu0.evtq" */
	const char *kind; /* "event queue, records" */
	enum sys_places places;
	u32 trace_number; /* as in SIM_TRACE_QUEUE_PUSH; of places none */
	struct iommu_queue_stats counts;
	struct sys_queue_times times;
	struct sys_depth_series depth;
};

/* How long something takes, in the buckets of the kernel's dmar_perf_latency. */
#define SYS_IOMMU_NR_BUCKETS 7
#define SYS_IOMMU_MAX_LATENCIES 4

#define SYS_LATENCY_STATS(X, A)                                                                    \
	X(count, "count", COUNT, SUM, "how many were measured")                                    \
	X(sum_ps, "sum_ns", PS, SUM, "all of them")                                                \
	X(min_ps, "min_ns", PS, MIN, "the shortest")                                               \
	X(max_ps, "max_ns", PS, MAX, "the longest")                                                \
	A(buckets, SYS_IOMMU_NR_BUCKETS, "buckets", COUNT, SUM,                                    \
	  "how many took less than 100 ns, 1, 10, 100 us, 1, 10 ms, and the rest")

struct sys_iommu_latency {
	const char *name; /* "inv_iotlb" */
	SYS_LATENCY_STATS(SIM_STAT_FIELD, SIM_STAT_ARRAY)
};

/* Of the run: what dmar_perf_latency shows of page requests, where a sweep may name it. */
#define SYS_SVM_PRQ_STATS(X, A)                                                                    \
	X(count, "svm_prq.count", COUNT, SUM,                                                      \
	  "VT-d: page request groups, from the driver's report to its response")                   \
	X(mean_ps, "svm_prq.mean_ns", PS, DERIVED, "VT-d: their mean")                             \
	X(min_ps, "svm_prq.min_ns", PS, MIN, "VT-d: the shortest")                                 \
	X(max_ps, "svm_prq.max_ns", PS, MAX, "VT-d: the longest")                                  \
	A(buckets, SYS_IOMMU_NR_BUCKETS, "svm_prq.buckets", COUNT, SUM,                            \
	  "VT-d: how many took less than 100 ns, 1, 10, 100 us, 1, 10 ms, and the rest")

struct sys_svm_prq {
	SYS_SVM_PRQ_STATS(SIM_STAT_FIELD, SIM_STAT_ARRAY)
};

extern const struct sim_stat_table sys_svm_prq_stat_table;

#define SYS_IOMMU_MAX_QUEUES 6
#define SYS_NO_TRACE_NUMBER (~0U)

/* Commands that an SMMUv3's driver inserted together. */
struct sys_command_lists {
	u64 inserted;
	u64 attempts; /* to allocate room; of the ways without a lock */
};

/* --- translations --- */

/* Times that threads waited until what they had asked the hardware for was done. */
struct sys_waits {
	u64 nr, total_ps;
};

#define SYS_TRANSLATION_STATS(X, H)                                                                \
	H(times[IOMMU_TRANSLATION_HIT], TIMES, "translations.hits_ns", SUM,                        \
	  "since the start: accesses that a TLB of their port answered, from request to answer")   \
	H(times[IOMMU_TRANSLATION_WALK], TIMES, "translations.walks_ns", SUM,                      \
	  "of those that no TLB answered and that found no fault; waits for slots and for "        \
	  "another's walk included")                                                               \
	H(times[IOMMU_TRANSLATION_REQUEST], TIMES, "translations.requests_ns", SUM,                \
	  "of translation requests of endpoints (ATS) that found no fault")                        \
	X(waits.nr, "invalidations.waits", COUNT, SUM,                                             \
	  "times that a thread waited until invalidations were complete: CMD_SYNC, wait "          \
	  "descriptor")                                                                            \
	X(waits.total_ps, "invalidations.waits_ns", PS, SUM, "all those waits together")

/* Of each kind of invalidation. */
struct sys_inval_stats {
	u64 nr, total_ps, max_ps, nr_dropped;
};

/* Of one IOMMU, or the sum, since the start. */
struct sys_translation {
	struct sim_hist *times[IOMMU_NR_TRANSLATIONS];
	struct sys_waits waits;
	struct sys_inval_stats invals[IOMMU_NR_INVALS];
};

extern const struct sim_stat_table sys_translation_stat_table;

#define SYS_IOMMU_MAX_HITS 2

/* Of one unit, since it was made. */
struct sys_queue_stats {
	const char *name; /* "evtq" */
	const char *kind; /* "event queue, records" */
	u32 trace_number; /* 4 * unit + 0 to 3, as in SIM_TRACE_QUEUE_PUSH; of places, as
			   * enum iommu_places has it */
	u32 capacity;	  /* depth at which it is full */
	enum sys_places places;
	struct iommu_queue_stats counts;
};

/* What a driver hands out of its unit: the values are as of now, and its own. */
struct sys_iommu_stats {
	struct sys_values counts;
	u32 nr_queues;
	struct sys_queue_stats queues[SYS_IOMMU_MAX_QUEUES];
	u32 nr_latencies; /* that the driver measures */
	struct sys_iommu_latency latencies[SYS_IOMMU_MAX_LATENCIES];
	struct sys_command_lists lists;
	struct iommu_hits hits[SYS_IOMMU_MAX_HITS];
	struct iommu_traffic traffic;
	struct sys_waits waits;
};

struct sys_iommu_result {
	char name[16]; /* "smmu0" */
	struct sys_iommu_stats stats;
	struct sys_translation translation;
};

struct sys_device_result {
	const char *name;	    /* as its trace calls it; NULL: it does not */
	struct dev_dma_stats dma;   /* end_ps since the start */
	bool is_pcie;		    /* else what follows is zero */
	struct dev_pcie_stats pcie; /* what the endpoint saw of its page requests */
	struct iommu_pri_stats pri; /* what its IOMMU made of them */
};

/* --- groups of devices --- */

#define SYS_GROUP_STATS(X, H)                                                                      \
	X(nr_devices, "devices", COUNT, SUM, "how many it has")                                    \
	X(work_bytes, "work_bytes", BYTES, SUM,                                                    \
	  "bytes of its workload; a message counts once, not as read and written")                 \
	X(throughput_bytes_per_s, "throughput_bytes_per_s", BYTES_PER_S, DERIVED,                  \
	  "these over the simulated time of the run: the groups' make up the run's")               \
	X(own_bytes_per_s, "throughput_until_end_bytes_per_s", BYTES_PER_S, DERIVED,               \
	  "these over the time until the last of its own devices was done")                        \
	X(faults_completed, "faults.completed", COUNT, SUM,                                        \
	  "whose access was translated, aborted, or faulted again")                                \
	X(faults_aborted, "faults.aborted", COUNT, SUM, "of those, aborted")                       \
	H(latency, TIMES, "faults.latency_ns", SUM, "as of the run")                               \
	H(from_due, TIMES, "faults.latency_from_due_ns", SUM, "as of the run")                     \
	H(access_latency, TIMES, "access_latency_ns", SUM, "as of the run")                        \
	H(access_lateness, TIMES, "access_lateness_ns", SUM, "as of the run")                      \
	H(access_from_due, TIMES, "access_latency_from_due_ns", SUM, "as of the run")

/* What the devices of a group came to, with what they add up to. */
struct sys_group_result {
	const char *name;
	SYS_GROUP_STATS(SIM_STAT_FIELD, SIM_STAT_HIST)
	struct sys_device_result devices; /* sums; end_ps is the last one's */
};

extern const struct sim_stat_table sys_group_stat_table;

/* --- the run --- */

#define SYS_RUN_STATS(X, H)                                                                        \
	X(simulated_ps, "simulated_time_ns", PS, MAX, "start-up of the workload included")         \
	X(throughput_bytes_per_s, "throughput_bytes_per_s", BYTES_PER_S, DERIVED,                  \
	  "bytes of the workload over simulated time; a message counts once, not as read and "     \
	  "written")                                                                               \
	X(faults_recorded, "faults.recorded", COUNT, SUM,                                          \
	  "in an event queue, or a page request queue (the last request of a group)")              \
	X(faults_answered, "faults.answered", COUNT, SUM, "by the driver")                         \
	X(faults_completed, "faults.completed", COUNT, SUM,                                        \
	  "whose access was translated, aborted, or faulted again")                                \
	X(faults_aborted, "faults.aborted", COUNT, SUM, "of those, aborted")                       \
	X(nr_first, "faults.kept.first", COUNT, SUM, "in faults.csv as one of the first")          \
	X(nr_slowest, "faults.kept.slowest", COUNT, SUM, "in faults.csv as one of the slowest")    \
	X(faults_dropped, "faults.kept.dropped", COUNT, SUM,                                       \
	  "not in faults.csv because of output.trace_limit")                                       \
	X(nr_pending, "faults.pending", COUNT, SUM, "that had not ended when the run did")         \
	X(events_dispatched, "engine.events", COUNT, SUM, "events of the simulation")              \
	X(switches, "engine.switches", COUNT, SUM, "fiber switches of the simulation")             \
	X(unfairness_milli, "faults.unfairness", MILLI, DERIVED,                                   \
	  "highest mean latency of a device over the mean of all: 1 where all fare alike")         \
	H(latency, TIMES, "faults.latency_ns", SUM,                                                \
	  "of completed faults, from the start of the translation that found the fault")           \
	H(from_due, TIMES, "faults.latency_from_due_ns", SUM,                                      \
	  "the same, from when the access was due: of accesses with a time of their own")          \
	H(access_latency, TIMES, "access_latency_ns", SUM,                                         \
	  "of accesses with a time of their own that were not aborted, from the issue to the "     \
	  "completion")                                                                            \
	H(access_lateness, TIMES, "access_lateness_ns", SUM,                                       \
	  "how long after it was due such an access was issued")                                   \
	H(access_from_due, TIMES, "access_latency_from_due_ns", SUM,                               \
	  "of such an access, from when it was due to the completion")

/* Why a run has no steady window, or its window no percentiles. */
enum sys_verdict {
	SYS_STEADY_FOUND,
	SYS_STEADY_TOO_FEW,
	SYS_STEADY_DRIFTS,
	SYS_STEADY_NOT_WANTED,
	SYS_STEADY_NOT_KEPT,
};

/* A number that is not known. */
#define SYS_UNKNOWN (~0ULL)

/* What the run came to in the part that is neither warm-up nor drain; docs/results.md. */
#define SYS_STEADY_STATS(X, H)                                                                     \
	X(verdict, "steady.verdict", COUNT, DERIVED,                                               \
	  "0: there is a steady window; 1: none, too few faults; 2: none, the latency drifts; "    \
	  "3: none was wanted (output.window); 4: none, too few faults are kept "                  \
	  "(output.trace_limit)")                                                                  \
	X(begin_ps, "steady.begin_ns", PS, DERIVED, "since the start: where the warm-up ends")     \
	X(end_ps, "steady.end_ns", PS, DERIVED, "since the start: where the drain begins")         \
	X(faults, "steady.faults", COUNT, DERIVED, "completed in between")                         \
	X(faults_per_s, "steady.faults_per_s", COUNT, DERIVED, "at that rate")                     \
	X(drift_milli, "steady.drift", MILLI, DERIVED,                                             \
	  "mean latency of the second half of them over that of the first")                        \
	X(due_drift_milli, "steady.due_drift", MILLI, DERIVED,                                     \
	  "the same of the latency from when the access was due")                                  \
	X(interval_ps, "steady.mean_interval_ns", PS, DERIVED,                                     \
	  "half of the 95 % confidence interval of the mean latency, by batch means")              \
	X(batches, "steady.batches", COUNT, DERIVED,                                               \
	  "batches of that interval; 0: their means are correlated however large they are")        \
	X(unfairness_milli, "steady.unfairness", MILLI, DERIVED, "as faults.unfairness")           \
	H(latency, TIMES, "steady.latency_ns", DERIVED, "as faults.latency_ns")                    \
	H(from_due, TIMES, "steady.latency_from_due_ns", DERIVED, "as faults.latency_from_due_ns")

struct sys_steady {
	SYS_STEADY_STATS(SIM_STAT_FIELD, SIM_STAT_HIST)
};

/* --- threads --- */

struct sys_thread_result {
	char name[32];
	struct sim_thread_stats counts;
};

/* A test adds a row here, and its count. */
#ifndef SYS_TEST_STATS
#define SYS_TEST_STATS(X)
#define SYS_TEST_COUNT(limits)
#endif

/* What a run may be limited by. */
#define SYS_LIMIT_STATS(X)                                                                         \
	X(nr_cpus, "run.cpus", COUNT, SAME, "simulated CPUs")                                      \
	X(elapsed_ps, "run.elapsed_ns", PS, MAX,                                                   \
	  "from the start to the end, which times of CPUs, threads and queues are shares of")      \
	X(lock_wait_ps, "run.lock_wait_ns", PS, SUM, "waits for locks, of all threads")            \
	X(line_wait_ps, "run.line_wait_ns", PS, SUM,                                               \
	  "waits for the cache lines of locks, of all threads")                                    \
	X(event_busy_ps, "run.event_busy_ns", PS, MAX,                                             \
	  "interrupts and event threads of the CPU that has most of them")                         \
	X(memory_busy_ps, "run.memory_busy_ns", PS, SUM,                                           \
	  "time for which the memory port served data, walks, records and commands of devices "    \
	  "and IOMMUs, at memory.bandwidth")                                                       \
	X(load_ps, "run.load_ns", PS, SUM, "time of the background load, of all CPUs")             \
	SYS_TEST_STATS(X)

/* What memory management did, set-up left out (system/memory/host_mm.h). */
#define SYS_MM_STATS(X)                                                                             \
	X(minor_faults, "mm.minor_faults", COUNT, SUM, "faults that brought a page in")             \
	X(huge_faults, "mm.huge_faults", COUNT, SUM, "of those, a huge page")                       \
	X(upgrades, "mm.upgrades", COUNT, SUM, "faults that made a read-only page writable")        \
	X(copies, "mm.copies", COUNT, SUM, "faults that copied a page which a child shares")        \
	X(spurious, "mm.spurious", COUNT, SUM, "faults that found nothing missing")                 \
	X(bad, "mm.bad", COUNT, SUM, "faults outside of all areas, or that their area forbids")     \
	X(munmaps, "mm.munmaps", COUNT, SUM, "munmap() of the process (mm_events)")                 \
	X(mprotects, "mm.mprotects", COUNT, SUM, "mprotect() of the process")                       \
	X(forks, "mm.forks", COUNT, SUM, "fork() of the process")                                   \
	X(trace_maps, "trace.maps", COUNT, SUM, "records of a trace: map")                          \
	X(trace_unmaps, "trace.unmaps", COUNT, SUM, "unmap")                                        \
	X(trace_invalidates, "trace.invalidates", COUNT, SUM, "invalidate")                         \
	X(trace_refused, "trace.refused", COUNT, SUM,                                               \
	  "records that are no access, of any kind, that the machine refused: an unmap of what is " \
	  "not mapped, a mapping larger than the memory")

struct sys_mm_stats {
	SYS_MM_STATS(SIM_STAT_FIELD)
};

extern const struct sim_stat_table sys_mm_stat_table;

/* What a benchmark measured (system/benchmark/); those of others are 0. */
#define SYS_BENCHMARK_STATS(X, H)                                                                  \
	X(items_per_s, "items_per_s", COUNT, DERIVED,                                              \
	  "benchmark workqueue: works that were queued and ran, a second")                         \
	X(map_unmap_per_s_per_cpu, "map_unmap_per_s_per_cpu", COUNT, DERIVED,                      \
	  "benchmark map-unmap: pages that a thread mapped and unmapped, a second")                \
	X(cmpxchg_attempts, "cmpxchg_attempts_per_success", MILLI, DERIVED,                        \
	  "benchmark map-unmap: cmpxchg, or atomic adds, for each list of commands that was "      \
	  "inserted")                                                                              \
	H(queue_work, TIMES, "queue_work_ns", SUM,                                                 \
	  "benchmark workqueue: how long queue_work() took its caller")                            \
	H(wake_latency, TIMES, "wake_latency_ns", SUM,                                             \
	  "benchmark cyclic: how much longer a sleep took than it was to")                         \
	H(iommu_map, TIMES, "iommu_map_ns", SUM,                                                   \
	  "benchmark iommu-map: how long iommu_map() of a run took")                               \
	H(iommu_unmap, TIMES, "iommu_unmap_ns", SUM,                                               \
	  "benchmark iommu-map: how long iommu_unmap() of it took, without the invalidation")      \
	X(page_ps, "pinned_page_ns", PS, DERIVED,                                                  \
	  "benchmark vfio-map: time for each 4 KiB that was pinned and mapped")                    \
	X(seconds, "seconds", MILLI, DERIVED,                                                      \
	  "benchmarks pinning, vfio-map: how long `benchmark.pages` take at the rate that was "    \
	  "measured")

struct sys_benchmark_result {
	SYS_BENCHMARK_STATS(SIM_STAT_FIELD, SIM_STAT_HIST)
};

struct sys_limits {
	SYS_LIMIT_STATS(SIM_STAT_FIELD)
};

extern const struct sim_stat_table sys_run_stat_table; /* of struct sys_result */
extern const struct sim_stat_table sys_limit_stat_table, sys_latency_stat_table,
	sys_benchmark_stat_table, sys_steady_stat_table;

/* --- the timeline --- */

enum sys_span_kind {
	SYS_SPAN_RUN,  /* a thread on a CPU */
	SYS_SPAN_SPIN, /* likewise, spinning */
	SYS_SPAN_IRQ,  /* a hard interrupt on a CPU */
	SYS_SPAN_IRQ_SPIN,
	SYS_SPAN_WAIT, /* a thread, or an interrupt, for a lock */
	SYS_SPAN_HOLD, /* a lock */
};

/* What somebody did from when to when, since the start. */
struct sys_span {
	u64 from_ps, to_ps;
	enum sys_span_kind kind;
	u32 cpu;    /* where; of a wait and a hold, where it ended */
	u32 thread; /* number; 0: an interrupt */
	u32 lock;   /* number of the class */
	u32 irq;    /* the interrupt taken last */
};

/* Numbers of the threads at which a fault got its stamps; 0: none did. */
struct sys_fault_threads {
	u32 dequeued, handled, answered;
};

/* A queue has another depth from now on. */
struct sys_depth_change {
	u64 at_ps;
	u32 queue; /* trace_number */
	u32 depth;
};

#define SYS_SPAN_NAME_BYTES 32

struct sys_timeline {
	u64 start_ps; /* the simulated time from which its times count; stamps of faults do not */
	u64 end_ps;   /* nothing of later is in it */
	u64 nr_depths;
	const struct sys_depth_change *depths;
	u64 nr_spans; /* in order of their ends, but for those that were made longer */
	const struct sys_span *spans;
	u64 nr_faults; /* by number; what ended later has been followed until then */
	const struct sys_fault_threads *faults;
	u32 nr_threads; /* by number; "": it was not seen */
	const char (*thread_names)[SYS_SPAN_NAME_BYTES];
};

/* Why accesses were aborted, in words, and how often software was told so. */
#define SYS_MAX_REASONS 4

struct sys_reason {
	u64 count;
	char text[128];
};

struct sys_result {
	SYS_RUN_STATS(SIM_STAT_FIELD, SIM_STAT_HIST) /* latency: ps */
	struct sim_hist *stages[SYS_NR_STAGES];	     /* ps; totals add up to latency's total */
	struct sys_stage_work stage_work;
	const struct sys_limits *limits;
	const struct sys_steady *steady;
	const struct sys_mm_stats *mm;
	const struct sys_benchmark_result *benchmark; /* NULL: none ran */
	u64 trace_hash;

	const struct sys_fault_record *first;	/* nr_first, in order of number */
	const struct sys_fault_record *slowest; /* nr_slowest, likewise, none that is in first */
	const struct sys_fault_record *pending; /* nr_pending, likewise */

	/* Taking down included: until sys_machine_shutdown() has returned. */
	const struct sim_defects *defects;
	const struct sys_reason *reasons; /* that accesses were aborted, the first of each kind */
	u32 nr_reasons;
	const char *log; /* what the kernel said */

	struct sys_device_result *devices;
	u32 nr_devices;
	struct sys_device_result all; /* sums; end_ps is the last one's */
	struct sys_group_result *groups;
	u32 nr_groups; /* 0: all devices are alike */

	struct sys_iommu_result *iommus;
	u32 nr_iommus;
	struct sys_values iommu_sum;
	struct sys_translation translation; /* sum */
	u32 nr_latencies;		    /* sums of all IOMMUs; bring-up included */
	struct sys_iommu_latency latencies[SYS_IOMMU_MAX_LATENCIES];
	struct sys_svm_prq svm_prq; /* the same, of page requests */
	const struct sys_queue_result *queues;
	u32 nr_queues;

	const struct sys_trace_name *trace_names;
	u32 nr_trace_names;
	const struct sys_timeline *timeline;

	const struct sim_lock_class *const *locks; /* most waited for first */
	u32 nr_locks;
	struct sim_cpu_stats *cpus;
	u32 nr_cpus;
	struct sim_wakeup_stats wakeups[SIM_NR_WAKEUPS];
	struct sys_thread_result *threads; /* that have not ended, in order of creation */
	u32 nr_threads;
};

/** sys_device_result_add() - one more device of a sum that starts zeroed. */
void sys_device_result_add(struct sys_device_result *sum, const struct sys_device_result *one);

/**
 * sys_result_sum() - devices and iommus are there: make the sums, and look at locks, CPUs, threads
 * @elapsed_ps: since sim_cpu_stats_reset()
 * @memory_busy_ps: of that, how long memory served
 * Return: 0 or -ENOMEM.
 */
int sys_result_sum(struct sys_result *result, u32 nr_cpus, u64 elapsed_ps, u64 memory_busy_ps);

/* --- walking it --- */

#define SYS_MAX_PARTS 13

/* One of a collection: its name, if it has one, and tables with the values of their rows. */
struct sys_member {
	char name[64];
	u32 nr_parts;
	struct sys_values parts[SYS_MAX_PARTS];
};

/** sys_result_member() - member @index of a collection. Return: false past the last. */
bool sys_result_member(const struct sys_result *result, enum sys_collection which, u32 index,
		       struct sys_member *member);

/**
 * sys_value() - one number of a row
 * @sub: which of an array, or of what is said of a distribution (sys_times_key())
 *
 * Return: the number, or SYS_UNKNOWN: there is none, or it is a percentile that what was
 * measured does not support (percentile.h).
 */
unsigned __int128 sys_value(const struct sys_values *of, const struct sim_stat *row, u32 sub);

struct sys_number {
	bool is_known; /* the member has the row */
	u64 value;
};

/** sys_member_numbers() - @numbers: filled, one for each of sys_columns(). */
void sys_member_numbers(const struct sys_member *member, enum sys_collection which,
			struct sys_number *numbers);

/** sys_result_number() - a number of the whole run by its key; 0: there is none. */
u64 sys_result_number(const struct sys_result *result, const char *key);

#endif
