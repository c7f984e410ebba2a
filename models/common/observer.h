/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What is seen of recoverable faults on their way through the hardware. IOMMU
 * models and endpoints call it at the current time; it changes nothing.
 *
 * A stalled access is seen by its IOMMU from beginning to end. A page request is
 * seen by two: its endpoint says detected() and completed(), the IOMMU recorded()
 * and consumed(). Both name the fault alike, so one observer may serve both.
 *
 * worked_ps says for how long of the time until this call the hardware was busy with the fault:
 * it looked up, walked, wrote, carried out a command, sent a message. Before that, and in between,
 * the fault waited for its turn, for room, for software. Of detected() it is all since @began_ps
 * but access->waited_ps.
 */
#ifndef MODELS_COMMON_OBSERVER_H
#define MODELS_COMMON_OBSERVER_H

#include "models/common/port.h"
#include "models/common/stats.h"

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
	void (*recorded)(void *opaque, struct port_fault fault, __u64 worked_ps);
	/* the answer took effect: on a stalled access, or it has come to the endpoint */
	void (*consumed)(void *opaque, struct port_fault fault, __u64 worked_ps);
	/*
	 * The access ended: translated, or aborted. One that faults again is
	 * completed here with @status PORT_PENDING first, then detected anew.
	 */
	void (*completed)(void *opaque, struct port_fault fault, enum port_status status,
			  __u64 worked_ps);
};

#endif
