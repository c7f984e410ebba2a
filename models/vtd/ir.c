// SPDX-License-Identifier: GPL-2.0-only
/*
 * Interrupt remapping and posting (VT-d 5, 9.9 to 9.11): from an interrupt request to what
 * the processors get, by way of an entry of the interrupt remapping table and the interrupt
 * entry cache with its invalidation (6.5.2.8).
 *
 * A request is judged when it comes, by what memory and the cache hold then, and delivered
 * after as long as that takes; requests are delivered in order. A posted one has set its bit in
 * the descriptor when it is judged. Nothing that faults is cached.
 *
 * Delivery modes 3 and 6 of an entry are reserved values and fault as reserved fields do: the
 * specification does not say what hardware makes of them.
 *
 * Leaves out: ECAP.IRREQ and EIMER, which are 0.
 */
#include <errno.h>
#include <string.h>

#include "models/vtd/internal.h"

/* --- interrupt entry cache --- */

int vtd_ir_init(struct vtd *vtd)
{
	const struct vtd_params *p = &vtd->core.params;

	return tlb_array_init(&vtd->ir.cache, p->iec_entries, min_u64(p->iec_ways, p->iec_entries),
			      2 * sizeof(u64));
}

static u64 set_address(u32 index)
{
	return (u64)index << TLB_MIN_LG2;
}

void vtd_ir_invalidate(struct vtd *vtd, u32 first, u32 last)
{
	struct tlb_array *cache = &vtd->ir.cache;

	for (u32 i = 0; i < cache->nr_entries; i++) {
		u64 index = tlb_tag_base(&cache->tags[i]) >> TLB_MIN_LG2;

		if (tlb_array_is_valid(cache, i) && index >= first && index <= last)
			tlb_array_drop(cache, i);
	}
}

/* An entry of the table. */
struct entry {
	u32 index;
	u64 irte[2];
	bool is_cached; /* else memory has been asked */
};

/* Return: 0, or a condition. An entry of memory is not in the cache yet. */
static enum vtd_condition find_entry(struct vtd *vtd, struct entry *entry)
{
	u32 number = tlb_array_find(&vtd->ir.cache, set_address(entry->index), TLB_MIN_LG2, 0);
	pa_t pa = (vtd->irta & IRTA_IRTA) + (u64)entry->index * IRTE_BYTES;
	u64 *irte = entry->irte;

	entry->is_cached = number != TLB_NONE;
	if (entry->is_cached) {
		memcpy(irte, tlb_array_entry(&vtd->ir.cache, number), IRTE_BYTES);
		return VTD_NO_FAULT;
	}
	if (pa & ~vtd->core.haw_mask)
		return VTD_IR_2;
	vtd->core.stats.irte_fetches++;
	if (mem_read64(vtd->core.mem, pa, &irte[0]) || mem_read64(vtd->core.mem, pa + 8, &irte[1]))
		return VTD_IR_4;
	return VTD_NO_FAULT;
}

static void fill(struct vtd *vtd, const struct entry *entry)
{
	u32 number = tlb_array_insert(&vtd->ir.cache, set_address(entry->index), TLB_MIN_LG2, 0);

	if (number != TLB_NONE)
		memcpy(tlb_array_entry(&vtd->ir.cache, number), entry->irte, IRTE_BYTES);
}

/* --- checks of an entry --- */

static bool is_x2apic(const struct vtd *vtd)
{
	return vtd->irta & IRTA_EIME;
}

static bool is_requester_valid(const u64 *irte, u32 sid)
{
	u32 wanted = FIELD_GET(IRTE_1_SID, irte[1]);
	u32 ignored = vtd_function_mask(FIELD_GET(IRTE_1_SQ, irte[1]));
	u32 bus = sid >> 8;

	switch (FIELD_GET(IRTE_1_SVT, irte[1])) {
	case IRTE_SVT_REQUESTER:
		return ((sid ^ wanted) & ~ignored) == 0;
	case IRTE_SVT_BUS:
		return bus >= wanted >> 8 && bus <= (wanted & 0xff);
	default:
		return true;
	}
}

static bool is_delivery_reserved(u64 dlm)
{
	return dlm == 3 || dlm == 6;
}

static bool has_reserved(const struct vtd *vtd, const u64 *irte)
{
	bool is_svt_reserved = FIELD_GET(IRTE_1_SVT, irte[1]) > IRTE_SVT_BUS;

	if ((irte[0] & IRTE_0_IM) && vtd->core.params.pi)
		return (irte[0] & IRTE_0_POSTED_RSVD) || (irte[1] & IRTE_1_POSTED_RSVD) ||
		       is_svt_reserved;
	return (irte[0] & (IRTE_0_RSVD | IRTE_0_IM)) || (irte[1] & IRTE_1_RSVD) ||
	       (!is_x2apic(vtd) && (irte[0] & IRTE_0_DST & ~IRTE_0_DST_XAPIC)) ||
	       is_delivery_reserved(FIELD_GET(IRTE_0_DLM, irte[0])) || is_svt_reserved;
}

/* --- what comes of it --- */

static void remap(const struct vtd *vtd, const u64 *irte, struct vtd_interrupt *out)
{
	*out = (struct vtd_interrupt){
		.destination = is_x2apic(vtd) ? FIELD_GET(IRTE_0_DST, irte[0])
					      : FIELD_GET(IRTE_0_DST_XAPIC, irte[0]),
		.vector = FIELD_GET(IRTE_0_V, irte[0]),
		.delivery_mode = FIELD_GET(IRTE_0_DLM, irte[0]),
		.is_logical = irte[0] & IRTE_0_DM,
		.has_hint = irte[0] & IRTE_0_RH,
		.is_level = irte[0] & IRTE_0_TM,
	};
}

/* As it is (5.1.2.1). */
static void pass(u64 address, u32 data, struct vtd_interrupt *out)
{
	*out = (struct vtd_interrupt){
		.destination = FIELD_GET(INTR_ADDR_DEST, address),
		.vector = data & 0xff,
		.delivery_mode = data >> 8 & 7,
		.is_logical = address & INTR_ADDR_DM,
		.has_hint = address & INTR_ADDR_RH,
		.is_level = data & INTR_DATA_TRIGGER_LEVEL,
	};
}

/* Set the bit of @vector, and ON if there is to be a notification (5.2.3). */
static enum vtd_condition post(struct vtd *vtd, const u64 *irte, struct vtd_interrupt_request *r)
{
	u32 vector = FIELD_GET(IRTE_0_V, irte[0]);
	pa_t pid = FIELD_GET(IRTE_1_PDAH, irte[1]) << 32 | FIELD_GET(IRTE_0_PDAL, irte[0]) << 6;
	u64 pir, word;
	bool is_urgent = irte[0] & IRTE_0_URG;

	if (mem_read64(vtd->core.mem, pid + 32, &word) ||
	    mem_read64(vtd->core.mem, pid + vector / 64 * 8, &pir))
		return VTD_IR_8;
	if ((word & PID_4_RSVD) || (!is_x2apic(vtd) && (word & PID_4_NDST & ~PID_4_NDST_XAPIC)))
		return VTD_IR_9;
	r->is_posted = true;
	mem_write64(vtd->core.mem, pid + vector / 64 * 8, pir | BIT_ULL(vector % 64));
	r->is_delivered = !(word & PID_4_ON) && (is_urgent || !(word & PID_4_SN));
	if (!r->is_delivered)
		return VTD_NO_FAULT;
	mem_write64(vtd->core.mem, pid + 32, word | PID_4_ON);
	r->interrupt = (struct vtd_interrupt){
		.destination = is_x2apic(vtd) ? FIELD_GET(PID_4_NDST, word)
					      : FIELD_GET(PID_4_NDST_XAPIC, word),
		.vector = FIELD_GET(PID_4_NV, word),
	};
	return VTD_NO_FAULT;
}

static u32 index_of(const struct vtd_interrupt_request *r)
{
	u32 handle = FIELD_GET(INTR_ADDR_HANDLE, r->address) |
		     (r->address & INTR_ADDR_HANDLE15 ? 1U << 15 : 0);

	return handle + (r->address & INTR_ADDR_SHV ? r->data & INTR_DATA_SUBHANDLE : 0);
}

static enum vtd_condition by_entry(struct vtd *vtd, struct vtd_interrupt_request *r,
				   struct entry *entry)
{
	const u64 *irte = entry->irte;
	enum vtd_condition condition;

	if (entry->index >> (FIELD_GET(IRTA_S, vtd->irta) + 1))
		return VTD_IR_2;
	condition = find_entry(vtd, entry);
	if (condition)
		return condition;
	if (!(irte[0] & IRTE_0_P))
		return VTD_IR_3;
	if (!is_requester_valid(irte, r->sid))
		return VTD_IR_7;
	if (has_reserved(vtd, irte))
		return VTD_IR_5;
	if (!entry->is_cached)
		fill(vtd, entry);
	if (irte[0] & IRTE_0_IM)
		return post(vtd, irte, r);
	r->is_delivered = true;
	remap(vtd, irte, &r->interrupt);
	return VTD_NO_FAULT;
}

/* Is the request blocked before an entry is looked for? */
static enum vtd_condition check_request(const struct vtd *vtd,
					const struct vtd_interrupt_request *r)
{
	if (!(r->address & INTR_ADDR_FORMAT))
		return is_x2apic(vtd) || !(vtd->core.reg[VTD_REG_GSTS] & GSTS_CFIS) ? VTD_IR_6
										    : VTD_NO_FAULT;
	return (r->address & INTR_ADDR_SHV) && (r->data & INTR_DATA_RSVD) ? VTD_IR_1 : VTD_NO_FAULT;
}

static void fault(struct vtd *vtd, const struct vtd_interrupt_request *r, const struct entry *entry,
		  enum vtd_condition condition)
{
	vtd->core.stats.interrupts_blocked++;
	if (vtd_fault_table[condition].is_qualified && (entry->irte[0] & IRTE_0_FPD))
		vtd->core.stats.faults_masked++;
	else
		vtd_fault_record_interrupt(vtd, r->sid, entry->index, condition);
}

/* Return: when it is delivered, by what it takes to find out. */
static u64 judge(struct vtd *vtd, struct vtd_interrupt_request *r)
{
	u64 at_ps = vtd->is_clockless ? 0 : sim_now_ps() + vtd->timing.link_ps;
	struct entry entry = {.is_cached = true};
	enum vtd_condition condition;

	r->is_delivered = false;
	r->is_posted = false;
	if (!(vtd->core.reg[VTD_REG_GSTS] & GSTS_IRES)) {
		r->is_delivered = true;
		pass(r->address, r->data, &r->interrupt);
		return at_ps;
	}
	condition = check_request(vtd, r);
	if (!condition && !(r->address & INTR_ADDR_FORMAT)) {
		r->is_delivered = true;
		pass(r->address, r->data, &r->interrupt);
		return at_ps;
	}
	if (!condition) {
		entry.index = index_of(r);
		condition = by_entry(vtd, r, &entry);
		at_ps += vtd->timing.iec_ps;
	}
	if (condition)
		fault(vtd, r, &entry, condition);
	if (vtd->is_clockless)
		return 0;
	if (!entry.is_cached)
		at_ps = mem_access_done_ps(vtd->core.mem, at_ps, IRTE_BYTES) + vtd->timing.step_ps;
	return r->is_posted ? mem_access_done_ps(vtd->core.mem, at_ps, 64) : at_ps;
}

/* --- delivery --- */

/* Who takes interrupts, or else the address that the processors listen at (SDM 3, 10.11). */
static void deliver(struct vtd *vtd, const struct vtd_interrupt *intr)
{
	vtd->core.stats.interrupts++;
	if (vtd->ir.sink) {
		vtd->ir.sink(vtd->ir.sink_opaque, intr);
		return;
	}
	mem_write32(vtd->core.mem,
		    INTR_RANGE | FIELD_PREP(INTR_ADDR_DEST, (u64)(intr->destination & 0xff)) |
			    (intr->has_hint ? INTR_ADDR_RH : 0) |
			    (intr->is_logical ? INTR_ADDR_DM : 0),
		    intr->vector | (u32)intr->delivery_mode << 8 |
			    (intr->is_level ? INTR_DATA_TRIGGER_LEVEL : 0));
}

static void ends(struct vtd *vtd, struct vtd_interrupt_request *r)
{
	vtd->core.stats.interrupts_posted += r->is_posted;
	if (r->is_delivered)
		deliver(vtd, &r->interrupt);
	if (r->done)
		r->done(r);
}

static void line_ended(struct line *line, struct line_item *item)
{
	ends((struct vtd *)((char *)line - offsetof(struct vtd, ir.line)),
	     (struct vtd_interrupt_request *)item);
}

void vtd_interrupt(struct vtd *vtd, struct vtd_interrupt_request *request)
{
	u64 at_ps = judge(vtd, request);

	if (vtd->is_clockless)
		ends(vtd, request);
	else
		line_add(&vtd->ir.line, &request->line, at_ps);
}

void vtd_set_interrupt_sink(struct vtd *vtd,
			    void (*sink)(void *opaque, const struct vtd_interrupt *interrupt),
			    void *opaque)
{
	vtd->ir.sink = sink;
	vtd->ir.sink_opaque = opaque;
}

void vtd_ir_line_init(struct vtd *vtd)
{
	line_init(&vtd->ir.line, line_ended);
}

void vtd_ir_finish(struct vtd *vtd)
{
	line_finish(&vtd->ir.line);
	tlb_array_finish(&vtd->ir.cache);
}
