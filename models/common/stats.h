/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What every IOMMU counts, under the same keys, since it was made. A model states
 * further rows of its own beside these.
 */
#ifndef MODELS_COMMON_STATS_H
#define MODELS_COMMON_STATS_H

#include "sim/stat.h"

#define IOMMU_LEVELS 5 /* of tables: SMMUv3 -1 to 3, VT-d 5 to 1 */

#define IOMMU_STATS(X, A)                                                                          \
	X(tlb_hits, "tlb.hits", COUNT, SUM,                                                        \
	  "accesses that a cache in front of the walker answered")                                 \
	X(tlb_misses, "tlb.misses", COUNT, SUM, "accesses that went on to the walker")             \
	X(walks, "walker.walks", COUNT, SUM, "walks that the walk cache or memory answered")       \
	X(config_fetches, "walker.config_fetches", COUNT, SUM,                                     \
	  "reads of configuration: SMMUv3's STEs and CDs of either level, VT-d's root, context "   \
	  "and PASID entries")                                                                     \
	A(table_fetches, IOMMU_LEVELS, "walker.table_fetches", COUNT, SUM,                         \
	  "reads of tables of both stages, the highest level first: SMMUv3 -1 to 3, VT-d 5 to 1")  \
	X(overtaken, "walker.overtaken", COUNT, SUM,                                               \
	  "translations that an invalidation met: they end, and leave nothing in a cache")         \
	X(overtaken_waits, "walker.overtaken_waits", COUNT, SUM,                                   \
	  "completions of invalidations that waited for such translations")                        \
	X(backpressured, "stalls.backpressured", COUNT, SUM,                                       \
	  "accesses that waited for a place among the stalled ones")                               \
	X(suppressed, "stalls.suppressed", COUNT, SUM,                                             \
	  "stalls without a record: an earlier one of the page has it")                            \
	X(refused, "stalls.refused", COUNT, SUM,                                                   \
	  "accesses terminated because there was no place to stall")                               \
	X(merged, "stalls.events_merged", COUNT, SUM, "events that an earlier record stands for")  \
	X(atc_invs, "atc_invalidations.sent", COUNT, SUM,                                          \
	  "invalidations that were sent to endpoints")                                             \
	X(atc_inv_timeouts, "atc_invalidations.timed_out", COUNT, SUM,                             \
	  "of those, not completed in time")

/* Accesses that their port answered at once; all in the same time. */
struct iommu_hits {
	__u64 nr, each_ps;
};

/* Places of hardware that are taken and left: SIM_TRACE_PLACES of a unit, or of an endpoint. */
enum iommu_places {
	IOMMU_PLACES_STALLS, /* a stall table's */
	IOMMU_PLACES_WALKS,  /* for walks of tables at a time */
	IOMMU_NR_PLACES
};

#define IOMMU_PLACES_NUMBER(unit, which) ((unit)*IOMMU_NR_PLACES + (which))

/*
 * A queue in memory. Popped and depth as software's pointer shows them where software
 * takes, pushed where software puts.
 */
#define IOMMU_QUEUE_STATS(X)                                                                       \
	X(entries, "entries", COUNT, SAME, "size; VT-d leaves one of them unused")                 \
	X(pushed, "pushed", COUNT, SUM, "records or commands put in")                              \
	X(popped, "popped", COUNT, SUM, "records or commands taken out")                           \
	X(max_depth, "max_depth", COUNT, MAX, "highest depth")                                     \
	X(overflows, "overflows", COUNT, SUM,                                                      \
	  "records lost: the queue was full, or its overflow pending")                             \
	X(deferred, "deferred", COUNT, SUM, "records of stalled accesses that waited for room")

struct iommu_queue_stats {
	IOMMU_QUEUE_STATS(SIM_STAT_FIELD)
};

extern const struct sim_stat_table iommu_queue_stat_table;

/*
 * What became of page requests, stop markers apart: each of @requests is
 * @recorded, @dropped, answered automatically, or still under way.
 */
#define IOMMU_PRI_STATS(X)                                                                         \
	X(requests, "page_requests.received", COUNT, SUM, "page requests that came to the IOMMU")  \
	X(recorded, "page_requests.recorded", COUNT, SUM, "of those, put into its queue")          \
	X(dropped, "page_requests.dropped", COUNT, SUM,                                            \
	  "not the last of their group, and no room: nobody is told")                              \
	X(auto_success, "page_requests.auto_success", COUNT, SUM,                                  \
	  "answered by the IOMMU itself: Success, no room in the queue")                           \
	X(auto_invalid, "page_requests.auto_invalid", COUNT, SUM,                                  \
	  "answered by the IOMMU itself: Invalid Request")                                         \
	X(auto_failure, "page_requests.auto_failure", COUNT, SUM,                                  \
	  "answered by the IOMMU itself: Response Failure")                                        \
	X(responses_success, "page_requests.software_success", COUNT, SUM,                         \
	  "groups that software answered with Success")                                            \
	X(responses_invalid, "page_requests.software_invalid", COUNT, SUM,                         \
	  "groups that software answered with Invalid Request")                                    \
	X(responses_failure, "page_requests.software_failure", COUNT, SUM,                         \
	  "groups that software answered with Response Failure")                                   \
	X(markers, "page_requests.stop_markers_received", COUNT, SUM,                              \
	  "stop markers that came to the IOMMU")                                                   \
	X(markers_dropped, "page_requests.stop_markers_dropped", COUNT, SUM,                       \
	  "of those, without room in the queue")

struct iommu_pri_stats {
	IOMMU_PRI_STATS(SIM_STAT_FIELD)
};

extern const struct sim_stat_table iommu_pri_stat_table;

#endif
