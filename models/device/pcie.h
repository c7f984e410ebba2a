/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A PCIe endpoint with ATS, PRI and PASID (PCIe Base Specification 6.20, 10): it
 * keeps translations in a cache of its own (ATC), asks for those that it lacks,
 * asks for pages where there is no translation, and does as it is told. It does
 * not know which IOMMU it sits behind. Software governs it by the registers of
 * its three capabilities, which are off after reset.
 *
 * Life of an access:
 *   untranslated  as long as ATS is off: as of the platform device, without the
 *	waiting: an IOMMU that lets it stall is programmed wrongly;
 *   ATC        a translation with the permission is there, or is requested;
 *   page request  if there is none: a group for the page of the access and as
 *	many after it as a group has and the record goes on for, as soon as there
 *	are credits and an index for them. What waits for a page that a group asks
 *	for waits for that group;
 *   report     in place of a page request, where software wants it so (dev_pcie_attr): the access
 *	ends with a completion record, and the endpoint goes on;
 *   response   Success: request the translation again. Invalid: abort. Failure:
 *	abort, and send no page request any more: what needs one is aborted;
 *   translated  with the address that came, moved, completed, as in dma.h.
 *
 * A translation that an invalidation overtakes is requested again. An
 * invalidation is completed when all data that was under way when it came has
 * passed.
 */
#ifndef MODELS_DEVICE_PCIE_H
#define MODELS_DEVICE_PCIE_H

#include "models/common/observer.h"
#include "models/device/dma.h"

#define DEV_PCIE_MAX_GROUPS 512 /* PRG index: 9 bits */

/* What the endpoint has beside what any DMA engine has (dma.h). */
#define DEV_PCIE_PARAMS(X)                                                                         \
	X(capacity, "page_request_capacity", COUNT, 512, 1, 1 << 19,                               \
	  "page requests that the endpoint is able to have outstanding", "")                       \
	X(group_pages, "group_pages", COUNT, 1, 1, 64, "page requests in a group, at most", "")    \
	X(pause_ps, "retry_pause", PS, 0, 0, 1000000000000ULL,                                     \
	  "before a page is asked for again that Success has not brought", "")                     \
	X(atc_entries, "atc_entries", COUNT, 64, 0, 1 << 16,                                       \
	  "translations that the endpoint keeps, fully associative", "")                           \
	X(has_stop_markers, "stop_markers", BOOL, 1, 0, 1,                                         \
	  "stops the use of a PASID by a stop marker, else by waiting for all responses", "")      \
	X(wants_pasid, "response_pasid_required", BOOL, 1, 0, 1,                                   \
	  "responses to requests with a PASID have to have it, PRG Response PASID Required", "")

struct dev_pcie_params {
	DEV_PCIE_PARAMS(SIM_PARAM_FIELD)
};

extern const struct sim_param dev_pcie_param_table[];
extern const size_t dev_pcie_param_count;

/** dev_pcie_params_default() - every field becomes the default of its row */
void dev_pcie_params_default(struct dev_pcie_params *params);

/* Where extended capabilities begin in the configuration space; pcie_regs.h has its bits. */
#define DEV_PCIE_CONFIG_FIRST 0x100

/*
 * Each group is answered (@success, @invalid, @failure), or stale, or outstanding. Of those
 * that were retried the translation was there (@completed), or still was not (@asked_again), or the
 * access was aborted for another reason.
 */
#define DEV_PCIE_STATS(X)                                                                          \
	X(atc_hits, "atc.hits", COUNT, SUM, "accesses that the translation cache answered")        \
	X(atc_misses, "atc.misses", COUNT, SUM, "accesses that it did not")                        \
	X(translation_requests, "atc.translation_requests", COUNT, SUM, "translation requests")    \
	X(invalidations, "atc.invalidations", COUNT, SUM, "invalidations that came")               \
	X(requests, "page_requests.sent", COUNT, SUM, "page requests sent, without stop markers")  \
	X(groups, "page_requests.groups", COUNT, SUM, "page request groups sent")                  \
	X(success, "page_requests.success", COUNT, SUM, "groups answered with Success")            \
	X(invalid, "page_requests.invalid", COUNT, SUM, "groups answered with Invalid Request")    \
	X(failure, "page_requests.failure", COUNT, SUM, "groups answered with Response Failure")   \
	X(stale, "page_requests.stale", COUNT, SUM, "groups that nobody waits for any more")       \
	X(unexpected, "page_requests.unexpected_responses", COUNT, SUM,                            \
	  "responses to no group that is outstanding")                                             \
	X(retried, "page_requests.retried", COUNT, SUM,                                            \
	  "groups whose translation was requested again")                                          \
	X(completed, "page_requests.completed", COUNT, SUM, "of those, it was there")              \
	X(asked_again, "page_requests.asked_again", COUNT, SUM, "of those, it still was not")      \
	X(joined, "page_requests.joined", COUNT, SUM,                                              \
	  "accesses that waited for a group which was there already")                              \
	X(markers, "page_requests.stop_markers", COUNT, SUM, "stop markers sent")                  \
	X(waiting_ps, "page_requests.waiting_ns", PS, SUM,                                         \
	  "time with accesses that wait for credits, or because as many groups are outstanding "   \
	  "as may be; of an endpoint that reports faults, as many reports")                        \
	X(reported, "reports.sent", COUNT, SUM,                                                    \
	  "accesses that ended with a page fault in their completion record")                      \
	X(reported_ps, "reports.waiting_ns", PS, SUM,                                              \
	  "from the end of such an access until software has submitted it again, all together")

/* What has happened until now. */
struct dev_pcie_stats {
	struct dev_dma_stats dma; /* stalled: accesses that waited for a page request */
	DEV_PCIE_STATS(SIM_STAT_FIELD)
};

extern const struct sim_stat_table dev_pcie_stat_table; /* without @dma */

struct dev_pcie;

struct dev_pcie_attr {
	const struct dev_dma_params *dma;   /* copied; outstanding_faults: groups */
	const struct dev_pcie_params *pcie; /* copied */
	struct port *port;		    /* its way to memory; its endpoint is set */
	struct mem *mem;	     /* whose latency and bandwidth the data meets; NULL: neither */
	struct dev_dma_times *times; /* not copied; NULL: nobody wants them */
	/*
	 * The source has ended, every access has ended, every page request has
	 * been answered. Main stack, current time.
	 */
	void (*done)(struct dev_pcie *pcie, void *opaque);
	/*
	 * NULL: an access that finds no page waits for it. Else it ends, and the endpoint goes on:
	 * its completion record has been written, and says that @record, a part of one of the
	 * source, is to be submitted again when the page is there. As many at a time as
	 * outstanding_faults. Main stack, current time.
	 */
	void (*report)(struct dev_pcie *pcie, void *opaque, const struct dev_record *record);
	void *opaque;
};

/**
 * dev_pcie_create() - an endpoint after reset, in the arena
 * Context: outside of simulated time; the endpoint allocates nothing later.
 *
 * Return: the endpoint; NULL without memory.
 */
struct dev_pcie *dev_pcie_create(const struct dev_pcie_attr *attr);

/** dev_pcie_set_observer() - sees detected() and completed() of page requests. */
void dev_pcie_set_observer(struct dev_pcie *pcie, const struct iommu_observer *observer,
			   void *opaque);

/** dev_pcie_show_requests() - outstanding page requests are SIM_TRACE_PLACES @number from now on.
 */
void dev_pcie_show_requests(struct dev_pcie *pcie, __u32 number);

/** dev_pcie_credits() - how many page requests may be outstanding, as PRI is set up now. */
__u32 dev_pcie_credits(const struct dev_pcie *pcie);

/**
 * dev_pcie_config_read() / dev_pcie_config_write() - configuration space, at once
 * @offset: a multiple of 4; where nothing is, reads are 0 and writes are ignored
 *
 * Switching ATS off forgets all translations. Switching PRI off aborts what waits
 * to be asked for; what has been asked for is answered. Reset (PRI off) aborts
 * and forgets that too.
 *
 * Spec: PCIe 10.5.1, 10.5.2, 7.8.8
 */
__u32 dev_pcie_config_read(const struct dev_pcie *pcie, __u32 offset);
void dev_pcie_config_write(struct dev_pcie *pcie, __u32 offset, __u32 value);

/**
 * dev_pcie_start() - begin
 * @source: not copied; its wake() is set
 * @at_ps: not before now
 * Context: once.
 */
void dev_pcie_start(struct dev_pcie *pcie, struct dev_source *source, __u64 at_ps);

/**
 * dev_pcie_resubmit() - what was reported is submitted again, before what the source has
 * dev_pcie_abandon() - it will not be: it counts as aborted
 * Context: anywhere; one of both once for each report().
 */
void dev_pcie_resubmit(struct dev_pcie *pcie, const struct dev_record *record);
void dev_pcie_abandon(struct dev_pcie *pcie);

/* Which address space of the endpoint: PASID, or what has none. */
struct dev_pcie_space {
	__u32 pasid;
	bool has_pasid;
};

/**
 * dev_pcie_stop() - the endpoint's own way to stop the use of an address space
 * Accesses of @space that are not under way are aborted from now on, page requests
 * that are outstanding become stale (and a stop marker follows them) or are waited
 * for, data under way passes.
 * @stopped: called once it has; not before dev_pcie_stop() returns, main stack
 *
 * Context: one at a time: not before @stopped of the one before.
 * Spec: PCIe 10.4.1.2
 */
void dev_pcie_stop(struct dev_pcie *pcie, struct dev_pcie_space space,
		   void (*stopped)(void *opaque), void *opaque);

/** dev_pcie_stats() - what has happened until now; valid until the endpoint is destroyed. */
const struct dev_pcie_stats *dev_pcie_stats(const struct dev_pcie *pcie);

/**
 * dev_pcie_destroy() - free the endpoint; NULL is accepted
 * Context: nothing of it is under way in the port (the machine ends).
 */
void dev_pcie_destroy(struct dev_pcie *pcie);

#endif
