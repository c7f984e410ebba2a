// SPDX-License-Identifier: GPL-2.0-only
/*
 * A port: where a master meets the unit. What the IOTLB answers is answered here,
 * at once and with the time computed; the rest goes to the walkers.
 */
#include <errno.h>
#include <string.h>

#include "models/vtd/internal.h"
#include "sim/arena.h"

enum port_status vtd_lookup(struct vtd *vtd, u32 sid, struct port_access *access)
{
	struct tlb_array *array = &vtd->iotlb;
	const struct vtd_iotlb_entry *entry;
	u32 number;
	u64 tag;

	access->is_raz_wi = false;
	if (__builtin_expect(!vtd->is_enabled, 0))
		return PORT_PENDING;
	tag = vtd_request_tag(sid, access->has_pasid ? access->pasid : 0, access->has_pasid);
	number = array->last;
	if (!tlb_array_last_covers(array, access->iova, tag))
		number = tlb_array_lookup(array, access->iova, tag);
	if (number != TLB_NONE) {
		entry = tlb_array_entry(array, number);
		if (entry->hit_perms & (1U << vtd_access_attr(access))) {
			access->pa = entry->pa + (access->iova & lg2_mask(entry->lg2));
			vtd->stats.iotlb_hits++;
			return PORT_DONE;
		}
	}
	vtd->stats.iotlb_misses++;
	return PORT_PENDING;
}

static enum port_status vtd_port_translate(struct port *base, struct port_access *access)
{
	struct vtd_port *port = (struct vtd_port *)base;
	struct vtd *vtd = port->vtd;
	struct vtd_xlate x;

	access->status = vtd_lookup(vtd, base->stream_id, access);
	access->done_ps = sim_now_ps() + vtd->timing.iotlb_ps;
	if (__builtin_expect(access->status != PORT_PENDING, 1))
		return access->status;
	vtd_xlate_begin(&x, port, base->stream_id, access);
	if (vtd_xlate_run(vtd, &x) == VTD_WANT_NOTHING) {
		access->pa = x.pa;
		access->status = PORT_DONE;
	} else {
		vtd_fault_record(vtd, &x);
		access->status = PORT_ABORTED;
	}
	return access->status;
}

/* --- life --- */

int vtd_port_init(struct vtd *vtd, struct vtd_port *port, u32 source_id)
{
	static const struct port_ops ops = {.translate = vtd_port_translate};

	memset(port, 0, sizeof(*port));
	port->port.ops = &ops;
	port->port.stream_id = source_id;
	port->vtd = vtd;
	port->next_port = vtd->ports;
	vtd->ports = port;
	return 0;
}

void vtd_port_finish(struct vtd_port *port)
{
}

struct port *vtd_port_create(struct vtd *vtd, u32 source_id)
{
	struct vtd_port **bucket = &vtd->port_hash[source_id % VTD_PORT_HASH];
	struct vtd_port *port = sim_alloc(sizeof(*port));

	if (!port)
		return NULL;
	if (vtd_port_init(vtd, port, source_id)) {
		sim_free(port);
		return NULL;
	}
	port->next_hash = *bucket;
	*bucket = port;
	return &port->port;
}
