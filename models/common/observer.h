/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is seen of recoverable faults on their way through the hardware. IOMMU
 * models and endpoints call it at the current time; it changes nothing.
 *
 * A stalled access is seen by its IOMMU from beginning to end. A page request is
 * seen by two: its endpoint says detected() and completed(), the IOMMU recorded()
 * and consumed(). Both name the fault alike, so one observer may serve both.
 */
#ifndef MODELS_COMMON_OBSERVER_H
#define MODELS_COMMON_OBSERVER_H

#include <stddef.h>

#include "models/common/port.h"

enum port_fault_kind {
	PORT_FAULT_STALL,
	PORT_FAULT_PAGE_REQUEST, /* a page request group */
};

/* The name of a fault. It is not given again before completed(). */
struct port_fault {
	enum port_fault_kind kind;
	__u32 stream_id; /* of the master: StreamID, or requester ID */
	__u32 tag;	 /* STAG, or page request group index */
};

struct iommu_observer {
	/* @access can not go on; the translation that found out began at @began_ps */
	void (*detected)(void *opaque, struct port_fault fault, const struct port_access *access,
			 __u64 began_ps);
	/* the record (of a group: the last one) is in the queue, its pointer has moved */
	void (*recorded)(void *opaque, struct port_fault fault);
	/* the answer took effect: on a stalled access, or it has come to the endpoint */
	void (*consumed)(void *opaque, struct port_fault fault);
	/*
	 * The access ended: translated, or aborted. One that faults again is
	 * completed here with @status PORT_PENDING first, then detected anew.
	 */
	void (*completed)(void *opaque, struct port_fault fault, enum port_status status);
};

/*
 * What became of page requests, stop markers apart: each of @requests is
 * @recorded, @dropped, answered automatically, or still under way.
 */
struct iommu_pri_stats {
	__u64 requests;
	__u64 recorded;
	__u64 dropped; /* not the last of its group, and no room: nobody is told */
	__u64 auto_success, auto_invalid, auto_failure;
	__u64 markers, markers_dropped;				       /* stop markers */
	__u64 responses_success, responses_invalid, responses_failure; /* by software */
};

/* All counts: the struct has nothing else. */
static inline void iommu_pri_stats_add(struct iommu_pri_stats *sum,
				       const struct iommu_pri_stats *one)
{
	for (size_t i = 0; i < sizeof(*sum) / sizeof(__u64); i++)
		((__u64 *)sum)[i] += ((const __u64 *)one)[i];
}

#endif
