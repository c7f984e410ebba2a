// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the IOTLB answers, and the port that a message goes to. Nothing here waits.
 */
#include "models/vtd/internal.h"

enum port_status vtd_lookup(struct vtd *vtd, u32 sid, struct port_access *access)
{
	struct tlb_array *array = &vtd->core.iotlb;
	const struct vtd_iotlb_entry *entry;
	u32 number;
	u64 tag;

	access->is_raz_wi = false;
	if (__builtin_expect(!vtd->core.is_enabled, 0))
		return PORT_PENDING;
	tag = vtd_request_tag(sid, access->has_pasid ? access->pasid : 0, access->has_pasid);
	number = array->last;
	if (!tlb_array_last_covers(array, access->iova, tag))
		number = tlb_array_lookup(array, access->iova, tag);
	if (number != TLB_NONE) {
		entry = tlb_array_entry(array, number);
		if (entry->hit_perms & (1U << vtd_access_attr(access))) {
			access->pa = entry->pa + (access->iova & lg2_mask(entry->lg2));
			vtd->core.stats.tlb_hits++;
			return PORT_DONE;
		}
	}
	vtd->core.stats.tlb_misses++;
	return PORT_PENDING;
}

struct vtd_port *vtd_find_endpoint(struct vtd *vtd, u32 source_id)
{
	struct vtd_port *port = vtd->port_hash[source_id % VTD_PORT_HASH];

	while (port && (port->port.stream_id != source_id || !port->port.endpoint))
		port = port->next_hash;
	return port;
}
