// SPDX-License-Identifier: GPL-2.0-only
/*
 * A port: where a master meets the unit. What the IOTLB answers is answered here,
 * at once and with the time computed; the rest goes to the walkers.
 */
#include <errno.h>
#include <string.h>

#include "models/vtd/internal.h"
#include "sim/arena.h"

static enum port_status translate(struct port *base, struct port_access *access)
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

static enum port_status translation_request(struct port *base, struct port_translation *translation)
{
	struct vtd_port *port = (struct vtd_port *)base;

	translation->access.kind = PORT_TRANSLATION_REQUEST;
	port->vtd->core.stats.ats_requests++;
	return txn_call(&port->pool, &translation->access, sim_now_ps(), false);
}

static enum port_status translated(struct port *base, struct port_access *access)
{
	struct vtd_port *port = (struct vtd_port *)base;

	access->kind = PORT_TRANSLATED;
	access->is_raz_wi = false;
	port->vtd->core.stats.ats_translated++;
	return txn_call(&port->pool, access, sim_now_ps(), false);
}

/* --- life --- */

int vtd_port_init(struct vtd *vtd, struct vtd_port *port, u32 source_id)
{
	static const struct port_ops ops = {.translate = translate};
	static const struct port_ops ats_ops = {.translate = translate,
						.translation_request = translation_request,
						.translated = translated};
	static const struct port_ops pri_ops = {.translate = translate,
						.translation_request = translation_request,
						.translated = translated,
						.page_request = vtd_prq_request};

	memset(port, 0, sizeof(*port));
	port->port.ops = vtd->core.params.prs ? &pri_ops : vtd->core.params.dt ? &ats_ops : &ops;
	port->port.stream_id = source_id;
	port->vtd = vtd;
	if (txn_pool_init(&port->pool, &vtd->unit, vtd->core.params.port_slots,
			  sizeof(struct vtd_txn)))
		return -ENOMEM;
	port->next_port = vtd->ports;
	vtd->ports = port;
	return 0;
}

void vtd_port_finish(struct vtd_port *port)
{
	txn_pool_finish(&port->pool);
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
