/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A PCIe endpoint with ATS and PRI (PCIe Base Specification 10): it keeps
 * translations in a cache of its own (ATC), asks for those that it lacks, asks
 * for pages where there is no translation, and does as it is told. It does not
 * know which IOMMU it sits behind.
 *
 * Life of an access:
 *   ATC        a translation with the permission is there, or is requested;
 *   page request  if there is none: a group for the page of the access and as
 *	many after it as a group has, as soon as there are credits and an index
 *	for them;
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

#include "models/device/dma.h"

#define DEV_PCIE_MAX_OUTSTANDING 512
#define DEV_PCIE_MAX_GROUPS 512 /* PRG index: 9 bits */

#define DEV_PCIE_PARAMS(X)                                                                         \
	X(outstanding_accesses, "outstanding_accesses", COUNT, 16, 1, DEV_PCIE_MAX_OUTSTANDING,    \
	  "accesses in flight at a time", "as of the platform device")                             \
	X(credits, "page_request_credits", COUNT, 16, 1, 1 << 19,                                  \
	  "outstanding page requests, as the driver allots them", "kernel: 16 to 32")              \
	X(group_pages, "group_pages", COUNT, 1, 1, 64, "page requests in a group", "")             \
	X(atc_entries, "atc_entries", COUNT, 64, 0, 1 << 16,                                       \
	  "translations that the endpoint keeps, fully associative", "")                           \
	X(bandwidth_bytes_per_s, "bandwidth", BYTES_PER_S, 16000000000ULL, 1000, ~0ULL >> 1,       \
	  "rate at which the endpoint moves data", "")

struct dev_pcie_params {
	DEV_PCIE_PARAMS(SIM_PARAM_FIELD)
};

extern const struct sim_param dev_pcie_param_table[];
extern const size_t dev_pcie_param_count;

struct dev_pcie_stats {
	struct dev_dma_stats dma; /* stalled: accesses that needed a page request */
	u64 atc_hits, atc_misses;
	u64 translation_requests;
	u64 groups, requests;	       /* sent */
	u64 success, invalid, failure; /* responses to groups */
	u64 unexpected;		       /* responses to no group of ours */
	u64 retried;		       /* translations requested again after Success */
	u64 invalidations;
};

struct dev_pcie;

/**
 * dev_pcie_create() - an idle endpoint in the arena
 * @params: copied; group_pages is at most credits
 * @port: its way to memory; its endpoint is set. Its IOMMU has to have ATS
 * @mem: whose latency and bandwidth the data meets; NULL: neither
 * @source: not copied; its wake() is set
 * @done: called (main stack, current time) when the source has ended, every
 *	access has completed and every page request has been answered
 *
 * Context: outside of simulated time; the endpoint allocates nothing later.
 *
 * Return: the endpoint; NULL without memory, or if @port has no ATS, or if a
 * group has more pages than there are credits.
 */
struct dev_pcie *dev_pcie_create(const struct dev_pcie_params *params, struct port *port,
				 struct mem *mem, struct dev_source *source,
				 void (*done)(struct dev_pcie *pcie, void *opaque), void *opaque);

/** dev_pcie_start() - begin at @at_ps, which is not before now. Once. */
void dev_pcie_start(struct dev_pcie *pcie, u64 at_ps);

/** dev_pcie_stats() - what has happened until now; valid until the endpoint is destroyed. */
const struct dev_pcie_stats *dev_pcie_stats(const struct dev_pcie *pcie);

/**
 * dev_pcie_destroy() - free the endpoint; NULL is accepted
 * Context: nothing of it is under way in the port (the machine ends).
 */
void dev_pcie_destroy(struct dev_pcie *pcie);

#endif
