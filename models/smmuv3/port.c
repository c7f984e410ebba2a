// SPDX-License-Identifier: GPL-2.0-only
/*
 * A port: where a master meets the SMMU. What its TLBs answer is answered at once and
 * with the time computed (lookup.c); the rest goes to the translation unit (timing.c).
 * Translated transactions pass as long as CR0.ATSCHK does not want them checked (IHI
 * 0070 3.9.1).
 */
#include <errno.h>
#include <string.h>

#include "models/smmuv3/internal.h"
#include "sim/arena.h"

static enum port_status translate(struct port *base, struct port_access *access)
{
	struct smmu_port *port = (struct smmu_port *)base;
	struct smmu_port_lookup lookup;

	access->status = smmu_port_lookup(port, base->stream_id, access, &lookup);
	access->done_ps = sim_now_ps() + lookup.cost_ps;
	if (__builtin_expect(access->status != PORT_PENDING, 1))
		return access->status;
	return smmu_txn_call(port, access, true);
}

static enum port_status ats_request(struct port *base, struct port_translation *translation)
{
	struct smmu_port *port = (struct smmu_port *)base;

	translation->access.kind = PORT_TRANSLATION_REQUEST;
	port->smmu->core.stats.ats_requests++;
	return smmu_txn_call(port, &translation->access, true);
}

static enum port_status ats_translated(struct port *base, struct port_access *access)
{
	struct smmu_port *port = (struct smmu_port *)base;
	struct smmu *smmu = port->smmu;

	access->kind = PORT_TRANSLATED;
	access->is_raz_wi = false;
	smmu->core.stats.ats_translated++;
	if (!smmu->core.is_enabled || (smmu->core.reg[SMMU_REG_CR0] & CR0_ATSCHK))
		return smmu_txn_call(port, access, true);
	access->done_ps = sim_now_ps();
	access->pa = access->iova;
	access->status = access->iova & ~smmu->core.oas_mask ? PORT_ABORTED : PORT_DONE;
	return access->status;
}

/* --- life --- */

int smmu_port_init(struct smmu *smmu, struct smmu_port *port, u32 stream_id)
{
	static const struct port_ops ops = {.translate = translate};
	static const struct port_ops ats_ops = {.translate = translate,
						.translation_request = ats_request,
						.translated = ats_translated};
	static const struct port_ops pri_ops = {.translate = translate,
						.translation_request = ats_request,
						.translated = ats_translated,
						.page_request = smmu_priq_request};

	memset(port, 0, sizeof(*port));
	port->port.ops = smmu->core.params.pri ? &pri_ops : smmu->core.params.ats ? &ats_ops : &ops;
	port->port.stream_id = stream_id;
	port->smmu = smmu;
	if (smmu_tlb_init(&smmu->core, &port->tlbs) ||
	    txn_pool_init(&port->pool, &smmu->unit, smmu->core.params.port_slots,
			  sizeof(struct smmu_txn))) {
		smmu_port_finish(port);
		return -ENOMEM;
	}
	port->next_port = smmu->ports;
	smmu->ports = port;
	return 0;
}

void smmu_port_finish(struct smmu_port *port)
{
	txn_pool_finish(&port->pool);
	smmu_tlb_finish(&port->tlbs);
}

struct port *smmu_port_create(struct smmu *smmu, u32 stream_id)
{
	struct smmu_port **bucket = &smmu->port_hash[stream_id % SMMU_PORT_HASH];
	struct smmu_port *port = sim_alloc(sizeof(*port));

	if (!port)
		return NULL;
	if (smmu_port_init(smmu, port, stream_id)) {
		sim_free(port);
		return NULL;
	}
	port->next_hash = *bucket;
	*bucket = port;
	return &port->port;
}
