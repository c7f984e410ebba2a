/* SPDX-License-Identifier: GPL-2.0-only */
/* Words of VT-d, by the masks of models/vtd/regs.h: item->words to the rest of the item. */
#ifndef TOOL_DECODE_VTD_H
#define TOOL_DECODE_VTD_H

#include "tool/decode/item.h"

/* Each takes item->words: 2 or 4 of a descriptor, 4 of a page request, 2 of a context entry, ... */
void decode_vtd_descriptor(struct decode_item *item);
void decode_vtd_page_request(struct decode_item *item);
void decode_vtd_context(struct decode_item *item);
void decode_vtd_pasid_entry(struct decode_item *item);
void decode_vtd_fault_status(struct decode_item *item);

/** decode_vtd_reason() - name, section and rule of fault reason @reason. */
void decode_vtd_reason(struct decode_item *item, u32 reason);

#endif
