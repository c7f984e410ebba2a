// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a port answers by itself: its TLBs, with configuration that is cached, or that
 * the SMMU is off (IHI 0070 3.3, 6.3.14). Also which port a stream has.
 */
#include "models/smmuv3/internal.h"

static enum port_status lookup_disabled(struct smmu *smmu, struct port_access *access)
{
	if ((smmu->core.reg[SMMU_REG_GBPA] & GBPA_ABORT) || access->iova & ~smmu->core.oas_mask)
		return PORT_ABORTED;
	access->pa = access->iova;
	return PORT_DONE;
}

/* The micro-TLB missed: the main TLB answers if configuration is cached too. */
static enum port_status lookup_main(struct smmu_port *port, u64 tag, struct port_access *access,
				    struct smmu_lookup *lookup)
{
	u32 ssid = access->has_pasid ? access->pasid : 0;
	const struct smmu_config *config = smmu_config_find(&port->smmu->core, (u32)tag, ssid, tag);
	struct smmu_mapping mapping;
	u32 attr;

	if (!config || config->kind != SMMU_CONFIG_TRANSLATE ||
	    (!smmu_has_stage(config, SMMU_S1) && access->iova & ~port->smmu->core.oas_mask))
		return PORT_PENDING;
	lookup->config = config;
	lookup->table = smmu_pick_table(config, access->iova, &lookup->va);
	if (!smmu_tlb_find(&port->tlbs, lookup->table, lookup->va, &mapping))
		return PORT_PENDING;
	attr = smmu_attr_effective(config->attr_map, smmu_access_attr(access));
	if (!(mapping.perms & (1U << attr))) {
		lookup->is_denied = true;
		return PORT_PENDING;
	}
	smmu_utlb_fill(
		&port->tlbs,
		&(const struct smmu_utlb_fill){
			.tag = tag, .config = config, .table = lookup->table, .iova = access->iova},
		&mapping);
	access->pa = mapping.pa + (lookup->va - mapping.va);
	return PORT_DONE;
}

enum port_status smmu_port_lookup(struct smmu_port *port, u32 sid, struct port_access *access,
				  struct smmu_port_lookup *lookup)
{
	struct smmu *smmu = port->smmu;
	const struct smmu_utlb_entry *entry;
	u32 number;
	u64 tag;

	access->is_raz_wi = false;
	lookup->cost_ps = 0;
	lookup->learned.config = NULL;
	lookup->learned.is_denied = false;
	if (__builtin_expect(!smmu->core.is_enabled, 0))
		return lookup_disabled(smmu, access);
	tag = smmu_stream_tag(sid, access->has_pasid ? access->pasid : 0, access->has_pasid);
	number = port->tlbs.utlb.last;
	if (!tlb_array_last_covers(&port->tlbs.utlb, access->iova, tag))
		number = tlb_array_lookup(&port->tlbs.utlb, access->iova, tag);
	lookup->cost_ps = smmu->timing.utlb_ps;
	if (number != TLB_NONE) {
		entry = tlb_array_entry(&port->tlbs.utlb, number);
		if (entry->perms &
		    (1U << smmu_attr_effective(entry->attr_map, smmu_access_attr(access)))) {
			access->pa = entry->pa + (access->iova & lg2_mask(entry->lg2));
			smmu->core.stats.tlb_hits++;
			return PORT_DONE;
		}
		/* The translation unit has to say so: it knows how this access faults. */
		lookup->learned.is_denied = true;
	}
	lookup->cost_ps += smmu->timing.tlb_ps;
	if (!lookup->learned.is_denied &&
	    lookup_main(port, tag, access, &lookup->learned) == PORT_DONE) {
		smmu->core.stats.tlb_hits++;
		smmu->core.stats.main_hits++;
		return PORT_DONE;
	}
	smmu->core.stats.tlb_misses++;
	return PORT_PENDING;
}

struct smmu_port *smmu_find_port(struct smmu *smmu, u32 stream_id)
{
	struct smmu_port *port = smmu->port_hash[stream_id % SMMU_PORT_HASH];

	while (port && port->port.stream_id != stream_id)
		port = port->next_hash;
	return port;
}

struct smmu_port *smmu_find_endpoint(struct smmu *smmu, u32 stream_id)
{
	struct smmu_port *port = smmu->port_hash[stream_id % SMMU_PORT_HASH];

	while (port && (port->port.stream_id != stream_id || !port->port.endpoint))
		port = port->next_hash;
	return port;
}
