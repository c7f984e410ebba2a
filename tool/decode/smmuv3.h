/* SPDX-License-Identifier: GPL-2.0-only */
/* Words of SMMUv3, by the masks of models/smmuv3/regs.h: item->words to the rest of the item. */
#ifndef TOOL_DECODE_SMMUV3_H
#define TOOL_DECODE_SMMUV3_H

#include "tool/decode/item.h"

/* Each takes item->words: 4 of an event, 2 of a command, 8 of an STE or a CD, 2 of a page request.
 */
void decode_smmu_event(struct decode_item *item);
void decode_smmu_command(struct decode_item *item);
void decode_smmu_ste(struct decode_item *item);
void decode_smmu_cd(struct decode_item *item);
void decode_smmu_page_request(struct decode_item *item);

/** decode_smmu_event_id() - number of an event by its name; -1: there is none. */
int decode_smmu_event_id(const char *name);

/** decode_smmu_command_name() - names opcode @op in @item. Return: is there such a command? */
bool decode_smmu_command_name(struct decode_item *item, u32 op);

/** decode_smmu_opcode() - opcode by name, "CMD_SYNC"; -1: there is none. */
int decode_smmu_opcode(const char *name);

/*
 * decode_smmu_event_prints() - item->prints, as Linux of 6.15 and later decodes an event
 * @client: name of the device; NULL: not known
 */
void decode_smmu_event_prints(struct decode_item *item, const char *client);

/**
 * decode_smmu_event_printed() - which bits of its words Linux tells in its decoded form
 * @masks: 4 words
 */
void decode_smmu_event_printed(u32 id, u64 *masks);

#endif
