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

#include "models/common/line_item.h"
#include "sim/types.h"

enum port_status {
	PORT_DONE,
	PORT_ABORTED,
	PORT_PENDING,
};

/* What an access is on PCIe: the AT field. */
enum port_kind {
	PORT_UNTRANSLATED,
	PORT_TRANSLATION_REQUEST,
	PORT_TRANSLATED,
};

struct port_access {
	/* request, by the device */
	sim_iova_t iova;
	__u32 len_bytes;
	__u32 pasid; /* SubstreamID */
	bool has_pasid;
	bool is_write;
	bool is_privileged;
	bool is_instruction;
	bool has_data; /* of a write of one aligned DWORD: what it writes is known, and is @data */
	__u32 data;    /* by which an interrupt is told from another (VT-d 5.1.2) */
	__u64 due_ps;  /* when its source wanted it; 0: it has no time of its own. For observers */
	__u32 process_plus_1; /* whose it is, as its source counts; 0: not known. For observers */
	enum port_kind
		kind; /* set by port_ops; translate() expects PORT_UNTRANSLATED, which is 0 */
	void (*complete)(struct port_access *access);
	/* result, by the port */
	enum port_status status;
	sim_pa_t pa;
	__u64 done_ps;	 /* when the translation is known, not before now */
	__u32 nr_stalls; /* times that this access has stalled */
	/* PORT_DONE, but terminated: reads return zero, writes are ignored, @pa
	 * means nothing. Set by the port at every answer. */
	bool is_raz_wi;
	/* Of one that was not answered at once: how long it waited for places that others had. */
	__u64 waited_ps;
	/* private to the port while pending */
	struct port_access *next;
	void *port_private;
};

struct port;

/*
 * --- what a PCIe endpoint has beside (PCIe Base Specification 10: ATS, PRI) ---
 *
 * The endpoint sends page requests by port_ops and takes responses and
 * invalidations by port_endpoint_ops. A port whose op is NULL has no such
 * messages: its IOMMU, or its configuration, lacks them.
 */

enum port_completion {
	PORT_COMPLETION_SUCCESS,
	PORT_COMPLETION_UNSUPPORTED, /* UR: there is no ATS for this endpoint */
	PORT_COMPLETION_ABORTED,     /* CA */
};

/* A translation request of one translation, and its completion. */
struct port_translation {
	/*
	 * First. The request: is_write without NW, is_instruction to ask for
	 * execute permission. When it is complete, status is PORT_DONE, and with
	 * a permission pa is where iova leads.
	 */
	struct port_access access;
	enum port_completion completion;
	__u32 lg2; /* of the range around iova and pa that is translated alike */
	bool is_readable, is_writable, is_executable; /* none of them: a page request may help */
	bool is_untranslated_only; /* U: accesses have to be sent untranslated, pa means nothing */
};

/* Codes of a page request group response. */
enum port_page_response_code {
	PORT_PAGE_SUCCESS = 0, /* translate again */
	PORT_PAGE_INVALID = 1, /* an address of the group will not come: abort its accesses */
	PORT_PAGE_FAILURE = 15 /* send no further page requests */
};

/* A page request, or with is_last alone and a PASID a stop marker. */
struct port_page_request {
	/* message, by the endpoint */
	sim_iova_t iova; /* bits 11:0 are not sent */
	__u32 pasid;
	__u32 prg_index; /* 0 to 511 */
	bool has_pasid;
	bool is_last; /* of its group */
	bool is_read, is_write;
	bool is_exec, is_privileged; /* with a PASID only */
	/* Of integrated devices (VT-d, revision 3): comes back with the response. */
	bool has_private_data;
	__u64 private_data[2];
	/*
	 * The IOMMU has done with the message, whatever it made of it, and with
	 * this memory. An endpoint behind a real link does not learn that: it
	 * may use it to give the memory back, and for nothing else.
	 */
	void (*taken)(struct port_page_request *request);
	/* private to the port until then */
	struct line_item line;
	struct port *port;
	__u32 private_code;
	bool private_has_pasid;
	__u64 private_worked_ps;
};

static inline bool port_page_request_is_stop_marker(const struct port_page_request *request)
{
	return request->has_pasid && request->is_last && !request->is_read && !request->is_write;
}

struct port_page_response {
	__u32 prg_index;
	__u32 pasid;
	bool has_pasid;
	enum port_page_response_code code;
	bool has_private_data;
	__u64 private_data[2];
};

/* An invalidation request. */
struct port_invalidation {
	sim_iova_t iova; /* aligned */
	__u32 lg2;	 /* 12 to 64: everything */
	__u32 pasid;
	bool has_pasid;
	bool is_global; /* whatever the PASID */
	/*
	 * To be called by the endpoint, once, at any time, in or after
	 * invalidate(), when nothing that used what is invalidated is under way.
	 */
	void (*completed)(struct port_invalidation *invalidation);
	__u64 nr_dropped; /* entries of its cache; set by the endpoint before that */
	/* private to the endpoint until then */
	struct port_invalidation *next;
	__u64 private_epoch;
};

struct port_endpoint;

struct port_endpoint_ops {
	/* Forget translations. The endpoint owns @invalidation until it calls completed(). */
	void (*invalidate)(struct port_endpoint *endpoint, struct port_invalidation *invalidation);
	/* A response for a group, at the current time. @response lives for the call. */
	void (*page_response)(struct port_endpoint *endpoint,
			      const struct port_page_response *response);
};

/* Embedded in a device; one behind each port that has messages. */
struct port_endpoint {
	const struct port_endpoint_ops *ops;
};

struct port_ops {
	enum port_status (*translate)(struct port *port, struct port_access *access);
	/* A translation request; answers as translate(), but never PORT_ABORTED. May be NULL. */
	enum port_status (*translation_request)(struct port *port,
						struct port_translation *translation);
	/* An access to an address that is translated already; as translate(). May be NULL. */
	enum port_status (*translated)(struct port *port, struct port_access *access);
	/*
	 * Send a page request at the current time; messages of one port arrive
	 * in order. The port owns @request until its taken(). May be NULL.
	 */
	void (*page_request)(struct port *port, struct port_page_request *request);
};

struct port {
	const struct port_ops *ops;
	__u32 stream_id; /* StreamID, or requester ID */
	/*
	 * Accesses of this port that may be stalled at a time; 0: no limit but
	 * the IOMMU's own. An access that would stall beyond the limit waits in
	 * the port, unreported, and translates again when a stall of the port
	 * ends (the order of arrival is kept).
	 */
	__u32 max_stalled;
	/* Who takes messages; NULL: a master without ATS and PRI. Set by the device. */
	struct port_endpoint *endpoint;
};

#endif
