/* SPDX-License-Identifier: GPL-2.0-only */
/* Embedded in what travels over a line (line.h). Nobody else looks into it. */
#ifndef MODELS_COMMON_LINE_ITEM_H
#define MODELS_COMMON_LINE_ITEM_H

#include "sim/types.h"

struct line_item {
	struct line_item *next;
	__u64 done_ps;
	bool is_listed; /* zero at first: it is in one list at the most */
};

#endif
