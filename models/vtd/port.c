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
	u64 now_ps = sim_now_ps();

	access->status = vtd_lookup(vtd, base->stream_id, access);
	access->done_ps = now_ps + vtd->timing.iotlb_ps;
	if (__builtin_expect(access->status != PORT_PENDING, 1))
		return access->status;
	return txn_call(&port->pool, access, now_ps, true);
}

/* --- life --- */

int vtd_port_init(struct vtd *vtd, struct vtd_port *port, u32 source_id)
{
	static const struct port_ops ops = {.translate = vtd_port_translate};
	static const struct port_ops ats_ops = {.translate = vtd_port_translate,
						.translation_request = vtd_ats_request,
						.translated = vtd_ats_translated};
	static const struct port_ops pri_ops = {.translate = vtd_port_translate,
						.translation_request = vtd_ats_request,
						.translated = vtd_ats_translated,
						.page_request = vtd_prq_request};

	memset(port, 0, sizeof(*port));
	port->port.ops = vtd->params.prs ? &pri_ops : vtd->params.dt ? &ats_ops : &ops;
	port->port.stream_id = source_id;
	port->vtd = vtd;
	if (txn_pool_init(&port->pool, &vtd->unit, vtd->params.port_slots, sizeof(struct vtd_txn)))
		return -ENOMEM;
	port->next_port = vtd->ports;
	vtd->ports = port;
	return 0;
}

void vtd_port_finish(struct vtd_port *port)
{
	txn_pool_finish(&port->pool);
}

struct vtd_port *vtd_find_endpoint(struct vtd *vtd, u32 source_id)
{
	struct vtd_port *port = vtd->port_hash[source_id % VTD_PORT_HASH];

	while (port && (port->port.stream_id != source_id || !port->port.endpoint))
		port = port->next_hash;
	return port;
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
