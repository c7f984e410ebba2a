/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A line: things that are under way, come one after the other in the order in which
 * they left, and may overlap in time. Messages over a link; writes of records to a
 * queue in memory, which software sees in order.
 */
#ifndef MODELS_COMMON_LINE_H
#define MODELS_COMMON_LINE_H

#include "models/common/line_item.h"
#include "sim/event.h"
#include "sim/types.h"

/* In order, but without time. */
struct line_list {
	struct line_item *head, *tail;
	u32 count;
};

void line_list_add(struct line_list *list, struct line_item *item);
/* Take @item out, wherever it is; false: it is not there. */
bool line_list_remove(struct line_list *list, struct line_item *item);
/* The first one; NULL: there is none. */
struct line_item *line_list_take(struct line_list *list);

struct line {
	struct sim_event event; /* first: pending as long as something is under way */
	struct line_list list;
	u64 last_ps; /* nothing ends before what left before it */
	/* The first item has come, at the current time. It is out of the line. */
	void (*ended)(struct line *line, struct line_item *item);
};

void line_init(struct line *line, void (*ended)(struct line *line, struct line_item *item));
/* What is under way is forgotten. */
void line_finish(struct line *line);
/* @item ends at @done_ps, or when the one before it does, if that is later. */
void line_add(struct line *line, struct line_item *item, u64 done_ps);
/* Take the first item before it ends; NULL: there is none. */
struct line_item *line_take(struct line *line);

#endif
