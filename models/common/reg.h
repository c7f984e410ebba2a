/* SPDX-License-Identifier: GPL-2.0-only */
/* Rows of register tables, which models make from X macros. */
#ifndef MODELS_COMMON_REG_H
#define MODELS_COMMON_REG_H

#include "sim/types.h"

struct reg_row {
	const char *name;
	u32 offset;
	u32 bytes;
	u64 reset;
	u64 write_mask;
	u64 w1c_mask;
	u32 guard; /* the model's enum: when software may write */
	const char *section;
};

#define REG_ROW(index_, guard_, name_, offset_, bytes_, reset_, wmask_, w1c_, section_)            \
	[index_] = {                                                                               \
		.name = name_,                                                                     \
		.offset = offset_,                                                                 \
		.bytes = bytes_,                                                                   \
		.reset = reset_,                                                                   \
		.write_mask = wmask_,                                                              \
		.w1c_mask = w1c_,                                                                  \
		.guard = guard_,                                                                   \
		.section = section_,                                                               \
	},

#endif
