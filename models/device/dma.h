/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A platform DMA engine: takes accesses from a source in order, keeps a number
 * of them outstanding, moves data at its own rate, stalls where its port stalls.
 * It does not know which IOMMU it sits behind.
 *
 * Life of an access:
 *   issued     in the order of the source, at the first moment when it is not
 *	before its time, everything ahead of it has been issued, and fewer than
 *	outstanding_accesses are in flight;
 *   translated by the port, now or later; an abort ends it there;
 *   moved      its data meets memory (latency, bandwidth of memory), then the
 *	engine, one access after the other in the order in which their
 *	translations became known, for length / bandwidth each;
 *   completed  when its data has passed; then its slot is free.
 *
 * A record that crosses a 4 KiB page is split there: each piece is an access.
 *
 * Hits are worked off in a loop without an event each, as long as nothing else
 * is due in between (sim_try_advance()); times do not depend on that.
 */
#ifndef MODELS_DEVICE_DMA_H
#define MODELS_DEVICE_DMA_H

#include "models/common/port.h"
#include "models/mem/mem.h"
#include "sim/param.h"
#include "sim/stat.h"

#define DEV_DMA_MAX_OUTSTANDING 1024

#define DEV_DMA_PARAMS(X)                                                                          \
	X(outstanding_accesses, "outstanding_accesses", COUNT, 16, 1, DEV_DMA_MAX_OUTSTANDING,     \
	  "accesses in flight at a time", "gem5 24.0 SMMUv3.py: 16 translation slots a port")      \
	X(outstanding_faults, "outstanding_faults", COUNT, 0, 0, DEV_DMA_MAX_OUTSTANDING,          \
	  "accesses stalled at a time, 0: as many as are in flight", "")                           \
	X(bandwidth_bytes_per_s, "bandwidth", BYTES_PER_S, 16000000000ULL, 1000, ~0ULL >> 1,       \
	  "rate at which the engine moves data", "")

/* An access never crosses a page of this size. */
#define DEV_DMA_PAGE_BYTES 4096

struct dev_dma_params {
	DEV_DMA_PARAMS(SIM_PARAM_FIELD)
};

extern const struct sim_param dev_dma_param_table[];
extern const size_t dev_dma_param_count;

/** dev_dma_params_default() - every field becomes the default of its row */
void dev_dma_params_default(struct dev_dma_params *params);

/* One access of a workload; also the record of a trace file. */
struct dev_record {
	sim_iova_t iova;
	__u32 len_bytes; /* 1 or more */
	__u32 pasid;
	__u64 not_before_ps; /* relative to the start of the replay */
	bool is_write;
	bool has_pasid;
	bool is_privileged, is_instruction;
	/* Of whom did this, when it was recorded, the page request group; of PCIe endpoints. */
	bool has_group;
	bool is_last;
	__u16 group;
	__u32 process_plus_1; /* whose it is; 0: not known */
};

enum dev_next {
	DEV_NEXT_RECORD, /* *record is filled */
	DEV_NEXT_END,	 /* nothing more */
	DEV_NEXT_WAIT,	 /* nothing now; the source will call wake() */
};

/*
 * Where records come from. The order of the records is the order of issue,
 * whatever their times say. After DEV_NEXT_END next() is not called again.
 */
struct dev_source {
	/* Records are due at not_before_ps; else they go as fast as the engine takes them. */
	bool is_timed;
	/* One that could not be issued so long after it was due is dropped; 0: none is. */
	__u64 drop_after_ps;
	/*
	 * NULL, or how long the place in flight of the record that was handed out last stays empty
	 * when it has ended: a user thinks. Asked once, when the last of the record is issued.
	 */
	__u64 (*think_ps)(struct dev_source *source);
	enum dev_next (*next)(struct dev_source *source, struct dev_record *record);
	/*
	 * NULL, or told how each access has ended, which is the @number-th that was issued, from 0.
	 * Of a PCIe endpoint; @pa is where one that is done has led.
	 */
	void (*ended)(struct dev_source *source, __u64 number, enum port_status status,
		      sim_pa_t pa);
	/* Set by the engine: to be called once after each DEV_NEXT_WAIT, at any later time. */
	void (*wake)(void *wake_opaque);
	void *wake_opaque;
};

#define DEV_DMA_STATS(X)                                                                           \
	X(accesses, "accesses", COUNT, SUM, "accesses completed, without the aborted ones")        \
	X(bytes, "bytes", BYTES, SUM, "moved by those")                                            \
	X(aborted, "aborted", COUNT, SUM, "accesses aborted")                                      \
	X(stalled, "stalled", COUNT, SUM,                                                          \
	  "accesses that stalled, or waited for a page request, at least once")                    \
	X(dropped, "dropped", COUNT, SUM,                                                          \
	  "records that were not issued, as they had waited too long (workload.drop_after)")       \
	X(drain_ps, "drain_ns", PS, MIN,                                                           \
	  "when the source had ended and the last access been issued: of the run, of the first "   \
	  "device")                                                                                \
	X(end_ps, "end_ns", PS, MAX, "when the last one completed or was aborted")

struct dev_dma_stats {
	DEV_DMA_STATS(SIM_STAT_FIELD) /* end_ps and drain_ps are absolute here; 0: not yet */
};

struct sim_hist;

/*
 * Times of accesses of timed sources, without the aborted ones, ps: of all engines that are given
 * it. A source that has to wait for its engine (for a slot, or behind others) does not make an
 * access late that it then issues: from when it was due its latency has the wait.
 */
struct dev_dma_times {
	struct sim_hist *latency;  /* from the issue to the completion */
	struct sim_hist *lateness; /* from when it was due to the issue */
	struct sim_hist *from_due; /* from when it was due to the completion */
};

/* An access that is issued; the end of its data will be known later. */
struct dev_dma_issue {
	__u64 due_ps; /* 0: of no timed source */
	__u64 issued_ps;
};

/** dev_source_drops() - is a record that was due at @due_ps too late now? */
static inline bool dev_source_drops(const struct dev_source *source, __u64 due_ps, __u64 now_ps)
{
	return source->drop_after_ps && source->is_timed && now_ps > due_ps &&
	       now_ps - due_ps > source->drop_after_ps;
}

/** dev_dma_times_add() - an access completes at @done_ps; @times may be NULL. */
void dev_dma_times_add(struct dev_dma_times *times, struct dev_dma_issue issue, __u64 done_ps);

extern const struct sim_stat_table dev_dma_stat_table;

struct dev_dma;

struct dev_dma_attr {
	const struct dev_dma_params *params; /* copied */
	struct port *port; /* its way to memory; max_stalled is set from outstanding_faults */
	struct mem *mem;   /* whose latency and bandwidth the data meets; NULL: neither */
	struct dev_source *source;   /* not copied; its wake() is set */
	struct dev_dma_times *times; /* not copied; NULL: nobody wants them */
	/*
	 * The source has ended and every access has completed. Main stack, current
	 * time; it may destroy the engine.
	 */
	void (*done)(struct dev_dma *dma, void *opaque);
	void *opaque;
};

/**
 * dev_dma_create() - an idle engine in the arena
 * Context: outside of simulated time; the engine allocates nothing later.
 *
 * Return: the engine, NULL without memory.
 */
struct dev_dma *dev_dma_create(const struct dev_dma_attr *attr);

/**
 * dev_dma_start() - begin
 * @at_ps: not before sim_now_ps(); records' not_before_ps count from there
 *
 * Context: once per engine, anywhere.
 */
void dev_dma_start(struct dev_dma *dma, __u64 at_ps);

/**
 * dev_dma_stop() - issue nothing more
 * What is left of the source is not asked for; done() is called as at its end.
 * @stopped: called once nothing is in flight; not before dev_dma_stop() returns, main stack
 *
 * Context: anywhere, once per engine that was started.
 */
void dev_dma_stop(struct dev_dma *dma, void (*stopped)(void *opaque), void *opaque);

/**
 * dev_dma_stats() - what has completed until now
 *
 * Return: valid until the engine is destroyed; brought up to date by this call.
 */
const struct dev_dma_stats *dev_dma_stats(const struct dev_dma *dma);

/**
 * dev_dma_destroy() - free the engine; NULL is accepted
 * Context: none of its accesses is pending in the port, or the port will never
 * complete one again (the machine ends).
 */
void dev_dma_destroy(struct dev_dma *dma);

#endif
