/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A reference for translations of VMSAv8-64 by stage 1, by stage 2, or by both
 * (Arm ARM D8, IHI 0070 3.4, 3.13, 5.2, 5.4, 7.3.10 to 7.3.16), to lay beside the
 * model. It shares no code with it, and no way of thinking: memory is read byte
 * by byte, positions are found by searching intervals, sizes are counted in
 * bytes, permissions are rules, nothing is remembered from one access to the next.
 *
 * It reads memory and writes none: the answer lists what hardware would have
 * written. Where the architecture leaves a choice it makes the model's: no access
 * flag of a descriptor that refuses the access is set, and what stage 1 updates is
 * written before stage 2 looks at what it gave.
 *
 * Leaves out: how CDs and STEs are read (the caller says what is in them), and
 * memory attributes, but for the one that S2PTW asks about.
 */
#ifndef TESTS_WALK_REFERENCE_H
#define TESTS_WALK_REFERENCE_H

#include "models/mem/mem.h"

/* Tables of one range. */
struct ref_tables {
	u64 granule_bytes;
	u64 region_bytes; /* that they translate */
	u64 root;	  /* as in the TTB, alignment not applied */
	int first_level;
	bool has_ds; /* 52-bit addresses in descriptors of the smaller granules */
};

/* What a CD says, in plain numbers; of each range, low first. */
struct ref_stage1 {
	struct ref_tables ranges[2];
	bool epd[2], e0pd[2], tbi[2], had[2];
	bool affd, ha, hd, wxn, pan;
	bool is_el2;  /* one range, one privilege level */
	u64 out_bits; /* of output addresses, OAS included */
};

/* What an STE says of stage 2. */
struct ref_stage2 {
	struct ref_tables tables;
	bool affd, ha, hd, ptw, fwb;
	bool has_xnx; /* hardware: XN has two bits */
	u64 out_bits;
};

/* What an access goes through. */
struct ref_stream {
	const struct ref_stage1 *stage1; /* NULL: bypassed */
	const struct ref_stage2 *stage2; /* NULL: bypassed */
	u64 oas_bits;			 /* of the hardware */
	u64 fetches[2];			 /* where L1CD and CD are, read in this order */
	u32 nr_fetches;
};

struct ref_access {
	u64 iova;
	bool is_write, is_privileged, is_instruction;
};

#define REF_NO_LEVEL 4
/* Why stage 2 is asked: the values of CLASS. */
#define REF_CLASS_CD 0
#define REF_CLASS_TT 1
#define REF_CLASS_IN 2

/* A descriptor that hardware writes. */
struct ref_update {
	u64 pa, value;
	u32 stage, class; /* class: of stage 2 */
	u64 granule_bytes;
	int level;
	bool is_dirty; /* else only the access flag */
};

/* Of each stage 2 walk one, and again where stage 1 writes; of stage 1 one. */
#define REF_MAX_UPDATES 12

struct ref_answer {
	u32 event; /* its number, 0: translated */
	u64 pa;
	bool is_stage2; /* S2 */
	u32 class;	/* of translation events and F_WALK_EABT */
	u64 ipa;	/* if is_stage2, and not F_WALK_EABT */
	u64 fetch;	/* F_CD_FETCH, F_WALK_EABT: of what address */
	bool is_write;	/* F_PERMISSION, CLASS TT: the write of stage 1's descriptor (TTRnW 0) */
	/* Where the last walk of each stage ended, REF_NO_LEVEL: it did not begin. */
	int level[2];
	u64 granule_bytes[2];
	struct ref_update updates[REF_MAX_UPDATES];
	u32 nr_updates;
};

/** ref_translate() - what @access through @stream must come to; reads @mem, changes nothing */
void ref_translate(const struct mem *mem, const struct ref_stream *stream,
		   const struct ref_access *access, struct ref_answer *answer);

/* What a translation request is told; answer.pa is the address. */
struct ref_grant {
	bool is_readable, is_writable, is_executable;
	u64 bytes; /* that are translated alike */
	/*
	 * The write that it announces is refused by stage 2 after stage 1 was ready to
	 * become dirty: hardware that knows that beforehand need not write, nor fail.
	 */
	bool is_open;
};

/* A translation request. */
struct ref_request {
	const struct mem *mem;
	const struct ref_stream *stream;
	struct ref_access access; /* is_write unless NW, is_instruction if Exe */
	bool wants_ipa;		  /* split stage */
};

/**
 * ref_request() - what a translation request comes to (3.9.1.2, 3.13.7.1, 13.6, 13.7)
 *
 * answer->event is that of an access which fails the same way, but for permissions.
 */
void ref_request(const struct ref_request *request, struct ref_answer *answer,
		 struct ref_grant *grant);

/** ref_bytes_per_entry() - addresses that a descriptor at @level covers */
u64 ref_bytes_per_entry(u64 granule_bytes, int level);

/** ref_first_level() - where walks of a region of @region_bytes begin, unless a field says so */
int ref_first_level(u64 granule_bytes, u64 region_bytes);

/** ref_table_bytes() - of the first table of @tables, those laid side by side together */
u64 ref_table_bytes(const struct ref_tables *tables);

/** ref_is_leaf_level() - may a descriptor at @level be a block or a page? */
bool ref_is_leaf_level(const struct ref_tables *tables, u64 oas_bits, int level);

#endif
