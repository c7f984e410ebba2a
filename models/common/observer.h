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

/* Translations that ended, by what they took; those that found a fault are told as faults. */
enum iommu_translation {
	IOMMU_TRANSLATION_HIT,	/* in a TLB of its port, but there was no place to look at once */
	IOMMU_TRANSLATION_WALK, /* through the translation unit, whatever that had to fetch */
	IOMMU_TRANSLATION_REQUEST, /* of an endpoint, ATS */
	IOMMU_NR_TRANSLATIONS
};

/* X(ID, key, in a few words, what is invalidated) */
#define IOMMU_INVALS(X)                                                                            \
	X(ADDRESS, "by_address", "by address", "of pages and ranges")                              \
	X(SPACE, "by_space", "by address space", "of an ASID, VMID; PASID, domain")                \
	X(ALL, "all", "of all", "of all translations")                                             \
	X(CONFIG, "configuration", "of configuration",                                             \
	  "of an STE, CD; of a context, PASID table entry")                                        \
	X(ENDPOINT, "endpoints", "of endpoints' caches", "of an ATC, or device-TLB")

#define IOMMU_INVAL_ID(ID, key, words, help) IOMMU_INVAL_##ID,
enum iommu_inval { IOMMU_INVALS(IOMMU_INVAL_ID) IOMMU_NR_INVALS };

struct iommu_invalidation {
	enum iommu_inval kind;
	__u64 took_ps;	  /* from the fetch of the command; of an endpoint: since it was sent */
	__u64 nr_dropped; /* entries of all caches */
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
	/* An access, or request, that was not answered at once is translated. May be NULL. */
	void (*translated)(void *opaque, enum iommu_translation what, __u64 took_ps);
	/* A command that invalidates is carried out, an endpoint's completion is here. May be NULL.
	 */
	void (*invalidated)(void *opaque, const struct iommu_invalidation *done);
};

#endif
