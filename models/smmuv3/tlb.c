// SPDX-License-Identifier: GPL-2.0-only
/*
 * TLBs of a port (IHI 0070 3.17, 4.4, 16.2).
 *
 * The micro-TLB answers with a whole access in hand: it is tagged by stream,
 * substream and the address as it came in, and holds what configuration adds
 * (attribute overrides), so that it is invalidated with the configuration too.
 * The main TLB holds translations alone, tagged by stream world, VMID, ASID or
 * global. Both know the permissions; a hit checks them.
 *
 * A stream that bypasses stage 1 gets one micro-TLB entry for all addresses.
 */
#include <errno.h>

#include "models/smmuv3/internal.h"

int smmu_tlb_init(struct smmu *smmu, struct smmu_port *port)
{
	const struct smmu_params *p = &smmu->params;
	int err = tlb_array_init(&port->utlb, p->utlb_entries, p->utlb_entries,
				 sizeof(struct smmu_tlb_entry));

	if (!err)
		err = tlb_array_init(&port->tlb, p->tlb_entries,
				     min_u64(p->tlb_ways, p->tlb_entries),
				     sizeof(struct smmu_tlb_entry));
	return err;
}

void smmu_tlb_finish(struct smmu_port *port)
{
	tlb_array_finish(&port->utlb);
	tlb_array_finish(&port->tlb);
}

static u64 global_context(u64 context)
{
	return (context & ~SMMU_CTX_ASID) | SMMU_CTX_GLOBAL;
}

const struct smmu_tlb_entry *smmu_tlb_find(struct smmu_port *port, const struct smmu_config *config,
					   u64 va)
{
	u32 number = tlb_array_lookup(&port->tlb, va, config->context);

	if (number == TLB_NONE && port->has_global)
		number = tlb_array_lookup(&port->tlb, va, global_context(config->context));
	return number == TLB_NONE ? NULL : tlb_array_entry(&port->tlb, number);
}

void smmu_utlb_fill(struct smmu_port *port, u64 tag, const struct smmu_config *config, u32 sid,
		    iova_t iova, const struct smmu_tlb_entry *entry)
{
	u32 number = tlb_array_insert(&port->utlb, iova, entry->lg2, tag);
	struct smmu_tlb_entry *micro;

	if (number == TLB_NONE)
		return;
	micro = tlb_array_entry(&port->utlb, number);
	*micro = *entry;
	micro->sid = sid;
	micro->cd_index = config->cd_index;
	micro->attr_map = config->attr_map;
}

void smmu_tlb_fill(struct smmu_xlate *x, const struct smmu_mapping *mapping)
{
	struct smmu_port *port = x->port;
	u64 context = mapping->is_global ? global_context(x->config.context) : x->config.context;
	u32 number = tlb_array_insert(&port->tlb, mapping->va, mapping->lg2, context);
	const struct smmu_tlb_entry entry = {
		.pa = mapping->pa,
		.va = mapping->va,
		.context = context,
		.lg2 = mapping->lg2,
		.perms = mapping->perms,
	};

	if (number != TLB_NONE) {
		*(struct smmu_tlb_entry *)tlb_array_entry(&port->tlb, number) = entry;
		port->has_global |= mapping->is_global;
	}
	smmu_utlb_fill(port, smmu_stream_tag(x->sid, x->ssid, x->has_ssid), &x->config, x->sid,
		       x->iova, &entry);
}

void smmu_tlb_fill_bypass(struct smmu *smmu, struct smmu_xlate *x)
{
	const struct smmu_tlb_entry entry = {
		.context = SMMU_CTX_NONE,
		.lg2 = smmu->params.oas_bits,
		.perms = 0xff,
	};

	smmu_utlb_fill(x->port, smmu_stream_tag(x->sid, x->ssid, x->has_ssid), &x->config, x->sid,
		       x->iova, &entry);
}

/* --- invalidation --- */

bool smmu_tlbi_matches(const struct smmu_tlbi *tlbi, u64 context, bool is_global, u64 va, u8 lg2)
{
	if (context & SMMU_CTX_NONE)
		return false;
	if (!(tlbi->worlds & (1U << FIELD_GET(SMMU_CTX_WORLD, context))))
		return false;
	if (is_global && tlbi->spares_global)
		return false;
	if (tlbi->by_asid && !is_global && FIELD_GET(SMMU_CTX_ASID, context) != tlbi->asid)
		return false;
	if (tlbi->granule_lg2 && tlbi->granule_lg2 != SMMU_PAGE_LG2)
		return false;
	if (tlbi->level && smmu_level_lg2(tlbi->level) != lg2)
		return false;
	if (!tlbi->by_va)
		return true;
	return va <= tlbi->last && tlbi->first <= (va | lg2_mask(lg2));
}

bool smmu_tlbi_concerns(const struct smmu_tlbi *tlbi, u64 context, u64 va)
{
	struct smmu_tlbi wide = *tlbi;

	/* It is not known yet of what size, level or scope its leaf is. By address,
	 * it may be global and so belong to every ASID. */
	wide.granule_lg2 = 0;
	wide.level = 0;
	wide.spares_global = false;
	return smmu_tlbi_matches(&wide, context, wide.by_va, va, SMMU_PAGE_LG2);
}

static bool entry_matches(const struct smmu_tlbi *tlbi, const struct smmu_tlb_entry *entry)
{
	return smmu_tlbi_matches(tlbi, entry->context, entry->context & SMMU_CTX_GLOBAL, entry->va,
				 entry->lg2);
}

static void invalidate_range_of(struct tlb_array *array, const struct smmu_tlbi *tlbi, u32 from,
				u32 to)
{
	for (u32 i = from; i < to; i++) {
		if (tlb_array_is_valid(array, i) && entry_matches(tlbi, tlb_array_entry(array, i)))
			tlb_array_drop(array, i);
	}
}

/* One address: only the sets in which an entry of some size could be. */
static void invalidate_address(struct tlb_array *array, const struct smmu_tlbi *tlbi)
{
	for (u64 sizes = array->sizes; sizes; sizes &= sizes - 1) {
		u32 set = tlb_array_set(array, tlbi->first, (u32)__builtin_ctzll(sizes));

		invalidate_range_of(array, tlbi, set * array->nr_ways, (set + 1) * array->nr_ways);
	}
}

static void invalidate_port(struct smmu_port *port, const struct smmu_tlbi *tlbi)
{
	bool is_one_page = tlbi->by_va &&
			   tlbi->first >> SMMU_PAGE_LG2 == tlbi->last >> SMMU_PAGE_LG2;

	if (port->utlb.nr_valid)
		invalidate_range_of(&port->utlb, tlbi, 0, port->utlb.nr_entries);
	if (!port->tlb.nr_valid)
		return;
	if (is_one_page)
		invalidate_address(&port->tlb, tlbi);
	else
		invalidate_range_of(&port->tlb, tlbi, 0, port->tlb.nr_entries);
	if (!port->tlb.nr_valid)
		port->has_global = false;
}

void smmu_tlb_invalidate(struct smmu *smmu, const struct smmu_tlbi *tlbi)
{
	for (struct smmu_port *port = smmu->ports; port; port = port->next_port)
		invalidate_port(port, tlbi);
	smmu_walk_cache_invalidate(smmu, tlbi);
	smmu_txn_invalidate(smmu, tlbi);
	smmu_stall_invalidate(smmu, tlbi);
}

static void invalidate_port_config(struct smmu_port *port, const struct smmu_cfgi *cfgi)
{
	for (u32 i = 0; port->utlb.nr_valid && i < port->utlb.nr_entries; i++) {
		const struct smmu_tlb_entry *entry = tlb_array_entry(&port->utlb, i);

		if (!tlb_array_is_valid(&port->utlb, i) || entry->sid < cfgi->first_sid ||
		    entry->sid > cfgi->last_sid)
			continue;
		if (cfgi->by_cd && entry->cd_index != cfgi->cd_index)
			continue;
		tlb_array_drop(&port->utlb, i);
	}
}

void smmu_tlb_invalidate_config(struct smmu *smmu, const struct smmu_cfgi *cfgi)
{
	for (struct smmu_port *port = smmu->ports; port; port = port->next_port)
		invalidate_port_config(port, cfgi);
	smmu_config_cache_invalidate(smmu, cfgi);
	smmu_txn_invalidate_config(smmu, cfgi);
	smmu_stall_invalidate_config(smmu, cfgi);
}
