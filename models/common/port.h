/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where a DMA master meets its IOMMU. The device knows only this; an IOMMU
 * model implements it.
 *
 * Life of an access: the device fills the request fields and calls translate
 * at the current virtual time.
 *   PORT_DONE     translated: @pa and @done_ps are set, complete() is not
 *                 called. This is the path of almost every access: no event, no
 *                 allocation.
 *   PORT_ABORTED  terminated with abort, at @done_ps.
 *   PORT_PENDING  a walk, a stall, a full slot table: the port owns the access
 *                 and calls complete() later, at the current time, with @status
 *                 PORT_DONE or PORT_ABORTED.
 */
#ifndef MODELS_COMMON_PORT_H
#define MODELS_COMMON_PORT_H

#include "sim/types.h"

enum port_status {
	PORT_DONE,
	PORT_ABORTED,
	PORT_PENDING,
};

struct port_access {
	/* request, by the device */
	iova_t iova;
	u32 len_bytes;
	u32 pasid; /* SubstreamID */
	bool has_pasid;
	bool is_write;
	bool is_privileged;
	bool is_instruction;
	void (*complete)(struct port_access *access);
	/* result, by the port */
	enum port_status status;
	pa_t pa;
	u64 done_ps;   /* when the translation is known, not before now */
	u32 nr_stalls; /* times that this access has stalled */
	/* PORT_DONE, but terminated: reads return zero, writes are ignored, @pa
	 * means nothing. Set by the port at every answer. */
	bool is_raz_wi;
	/* private to the port while pending */
	struct port_access *next;
	void *port_private;
};

struct port;

struct port_ops {
	enum port_status (*translate)(struct port *port, struct port_access *access);
};

struct port {
	const struct port_ops *ops;
	u32 stream_id; /* StreamID, or requester ID */
	/*
	 * Accesses of this port that may be stalled at a time; 0: no limit but
	 * the IOMMU's own. An access that would stall beyond the limit waits in
	 * the port, unreported, and translates again when a stall of the port
	 * ends (the order of arrival is kept).
	 */
	u32 max_stalled;
};

#endif
