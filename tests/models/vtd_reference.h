/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A reference for VT-d translations (rev. 4: 3.6 to 3.8, 7.1.3, 9.7, 9.8), to lay beside
 * the model. It shares no code with it, and no way of thinking: memory is read byte
 * by byte, positions are found by division, one stage calls the other, and what
 * hardware writes is a list of words that are added to what is read.
 *
 * Leaves out: requests for execution, revision 3, protected memory, ATS.
 */
#ifndef TESTS_VTD_REFERENCE_H
#define TESTS_VTD_REFERENCE_H

#include "models/mem/mem.h"

enum vref_stage { VREF_FIRST, VREF_SECOND, VREF_NESTED };

/* What context or PASID table entries say, in plain numbers. */
struct vref_context {
	bool is_legacy; /* second stage only */
	enum vref_stage stage;
	u32 fs_levels, ss_levels;
	u64 fs_root, ss_root;
	bool sre, wpe, eafe, ssade, pwsnp;
	u64 haw_bytes;	/* host addresses are below */
	u64 mgaw_bytes; /* guest addresses are below */
	bool sc, zlr;
};

struct vref_access {
	u64 iova;
	bool is_write, is_zero_length, is_privileged;
};

#define VREF_MAX_WORDS 128

struct vref_word {
	u64 pa, value; /* what it is afterwards */
};

struct vref_answer {
	u32 reason; /* fault reason, 0: translated */
	u64 pa;
	bool is_second;				/* which stage it ended in */
	u32 level;				/* at which, 0: before the walk */
	struct vref_word words[VREF_MAX_WORDS]; /* all that were read */
	u32 nr_words;
};

/** vref_translate() - what @access must come to; reads @mem, changes nothing */
void vref_translate(const struct mem *mem, const struct vref_context *context,
		    const struct vref_access *access, struct vref_answer *answer);

/** vref_bytes_per_entry() - addresses that an entry at @level covers */
u64 vref_bytes_per_entry(u32 level);

#endif
