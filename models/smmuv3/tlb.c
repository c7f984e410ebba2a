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
				 sizeof(struct smmu_utlb_entry));

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

bool smmu_tlb_find(struct smmu_port *port, const struct smmu_config *config, u64 va,
		   struct smmu_mapping *mapping)
{
	struct tlb_array *array = &port->tlb;
	const struct smmu_tlb_entry *entry;
	u32 number = tlb_array_lookup(array, va, config->context);

	if (number == TLB_NONE && port->has_global)
		number = tlb_array_lookup(array, va, global_context(config->context));
	if (number == TLB_NONE)
		return false;
	entry = tlb_array_entry(array, number);
	mapping->pa = entry->pa;
	mapping->va = tlb_tag_base(&array->tags[number]);
	mapping->lg2 = tlb_tag_lg2(&array->tags[number]);
	mapping->perms = entry->perms;
	mapping->is_global = array->tags[number].context & SMMU_CTX_GLOBAL;
	return true;
}

static void utlb_set(struct smmu_port *port, u32 number, const struct smmu_config *config,
		     u64 context, const struct smmu_mapping *mapping)
{
	if (number == TLB_NONE)
		return;
	*(struct smmu_utlb_entry *)tlb_array_entry(&port->utlb, number) = (struct smmu_utlb_entry){
		.pa = mapping->pa,
		.va = mapping->va,
		.context = context,
		.cd_index = config->cd_index,
		.attr_map = config->attr_map,
		.lg2 = mapping->lg2,
		.perms = mapping->perms,
	};
}

static u64 mapping_context(const struct smmu_config *config, const struct smmu_mapping *mapping)
{
	return mapping->is_global ? global_context(config->context) : config->context;
}

void smmu_utlb_fill(struct smmu_port *port, u64 tag, const struct smmu_config *config, iova_t iova,
		    const struct smmu_mapping *mapping)
{
	u32 number = tlb_array_insert_new(&port->utlb, iova, mapping->lg2, tag);

	utlb_set(port, number, config, mapping_context(config, mapping), mapping);
}

/* Of a translation that took time: another one may have put the same there meanwhile. */
static u32 insert(const struct smmu_xlate *x, struct tlb_array *array, u64 address, u32 lg2,
		  u64 context)
{
	if (x->is_timed)
		return tlb_array_insert(array, address, lg2, context);
	return tlb_array_insert_new(array, address, lg2, context);
}

static void utlb_fill(struct smmu_xlate *x, u64 context, const struct smmu_mapping *mapping)
{
	u64 tag = smmu_stream_tag(x->sid, x->ssid, x->has_ssid);
	u32 number = insert(x, &x->port->utlb, x->iova, mapping->lg2, tag);

	utlb_set(x->port, number, x->config, context, mapping);
}

void smmu_tlb_fill(struct smmu_xlate *x, const struct smmu_mapping *mapping)
{
	struct smmu_port *port = x->port;
	u64 context = mapping_context(x->config, mapping);
	u32 number = insert(x, &port->tlb, mapping->va, mapping->lg2, context);

	if (number != TLB_NONE) {
		*(struct smmu_tlb_entry *)tlb_array_entry(&port->tlb, number) =
			(struct smmu_tlb_entry){.pa = mapping->pa, .perms = mapping->perms};
		port->has_global |= mapping->is_global;
	}
	utlb_fill(x, context, mapping);
}

void smmu_tlb_fill_hit(struct smmu_xlate *x, const struct smmu_mapping *mapping)
{
	utlb_fill(x, mapping_context(x->config, mapping), mapping);
}

void smmu_tlb_fill_bypass(struct smmu *smmu, struct smmu_xlate *x)
{
	const struct smmu_mapping everything = {.lg2 = smmu->params.oas_bits, .perms = 0xff};

	utlb_fill(x, SMMU_CTX_NONE, &everything);
}

/* --- invalidation --- */

/* log2 of the granule whose tables have descriptors that cover 2^lg2. */
static u32 granule_of(u32 lg2)
{
	for (u32 granule_lg2 = 12; granule_lg2 < 16; granule_lg2 += 2) {
		for (u32 level = 0; level < SMMU_NR_LEVELS; level++) {
			if (smmu_level_lg2(granule_lg2, level) == lg2)
				return granule_lg2;
		}
	}
	return 16;
}

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
	/* A level is given only together with a granule. */
	if (tlbi->granule_lg2 && tlbi->granule_lg2 != granule_of(lg2))
		return false;
	if (tlbi->level && smmu_level_lg2(tlbi->granule_lg2, tlbi->level) != lg2)
		return false;
	if (!tlbi->by_va)
		return true;
	return va <= tlbi->last && tlbi->first <= (va | lg2_mask(lg2));
}

bool smmu_tlbi_concerns(const struct smmu_tlbi *tlbi, u64 context, u64 va, u8 granule_lg2)
{
	struct smmu_tlbi wide = *tlbi;

	/* It is not known yet of what size, level or scope its leaf is. By address,
	 * it may be global and so belong to every ASID. */
	wide.granule_lg2 = 0;
	wide.level = 0;
	wide.spares_global = false;
	return smmu_tlbi_matches(&wide, context, wide.by_va, va & ~lg2_mask(granule_lg2),
				 granule_lg2);
}

static void invalidate_utlb(struct tlb_array *array, const struct smmu_tlbi *tlbi)
{
	for (u32 i = 0; array->nr_valid && i < array->nr_entries; i++) {
		const struct smmu_utlb_entry *entry = tlb_array_entry(array, i);

		if (tlb_array_is_valid(array, i) &&
		    smmu_tlbi_matches(tlbi, entry->context, entry->context & SMMU_CTX_GLOBAL,
				      entry->va, entry->lg2))
			tlb_array_drop(array, i);
	}
}

static void invalidate_range_of(struct tlb_array *array, const struct smmu_tlbi *tlbi, u32 from,
				u32 to)
{
	for (u32 i = from; i < to; i++) {
		const struct tlb_tag *tag = &array->tags[i];

		if (tlb_array_is_valid(array, i) &&
		    smmu_tlbi_matches(tlbi, tag->context, tag->context & SMMU_CTX_GLOBAL,
				      tlb_tag_base(tag), tlb_tag_lg2(tag)))
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
	invalidate_utlb(&port->utlb, tlbi);
	if (!port->tlb.nr_valid)
		return;
	if (smmu_tlbi_is_one_page(tlbi))
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
		const struct smmu_utlb_entry *entry = tlb_array_entry(&port->utlb, i);
		u32 sid = (u32)port->utlb.tags[i].context; /* smmu_stream_tag() */

		if (!tlb_array_is_valid(&port->utlb, i) || sid < cfgi->first_sid ||
		    sid > cfgi->last_sid)
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
