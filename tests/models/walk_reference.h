/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A reference for stage 1 translations of VMSAv8-64 (Arm ARM D8, IHI 0070 3.4,
 * 5.4, 7.3.12 to 7.3.16), to lay beside the model. It shares no code with it,
 * and no way of thinking: memory is read byte by byte, positions are found by
 * searching intervals, sizes are counted in bytes, permissions are rules.
 *
 * Leaves out: hardware update of AF and dirty state, 52-bit addresses, stage 2.
 */
#ifndef TESTS_WALK_REFERENCE_H
#define TESTS_WALK_REFERENCE_H

#include "models/mem/mem.h"

/* What a CD says, in plain numbers; of each range, low first. */
struct ref_context {
	u64 granule_bytes[2];
	u64 tsz[2];
	u64 root[2]; /* as in the TTB, alignment not applied */
	bool epd[2], tbi[2], had[2];
	bool affd, wxn, pan;
	bool is_el2;  /* one range, one privilege level */
	u64 ips_bits; /* of output addresses, OAS included */
};

struct ref_access {
	u64 iova;
	bool is_write, is_privileged, is_instruction;
};

#define REF_NO_LEVEL 4

struct ref_answer {
	u32 event; /* number of the event, 0: translated */
	u64 pa;
	u64 fetch; /* F_WALK_EABT: of what address */
	u32 level; /* where the walk ended, REF_NO_LEVEL: it did not begin */
};

/** ref_translate() - what @access to @context must come to; reads @mem, changes nothing */
struct ref_answer ref_translate(const struct mem *mem, const struct ref_context *context,
				const struct ref_access *access);

/** ref_bytes_per_entry() - addresses that a descriptor at @level covers */
u64 ref_bytes_per_entry(u64 granule_bytes, u32 level);

/** ref_first_level() - where walks of a region of @region_bytes begin */
u32 ref_first_level(u64 granule_bytes, u64 region_bytes);

/** ref_is_leaf_level() - may a descriptor at @level be a block or a page? */
bool ref_is_leaf_level(u64 granule_bytes, u32 level);

#endif
