// SPDX-License-Identifier: GPL-2.0-only
/* Lines, see line.h. */
#include "models/common/line.h"

#include "sim/point.h"
#include "sim/sim.h"

void line_list_add(struct line_list *list, struct line_item *item)
{
	sim_assert(!item->is_listed);
	item->is_listed = true;
	item->next = NULL;
	if (list->tail)
		list->tail->next = item;
	else
		list->head = item;
	list->tail = item;
	list->count++;
}

struct line_item *line_list_take(struct line_list *list)
{
	struct line_item *item = list->head;

	if (!item)
		return NULL;
	list->head = item->next;
	if (!list->head)
		list->tail = NULL;
	item->is_listed = false;
	item->next = NULL;
	list->count--;
	return item;
}

bool line_list_remove(struct line_list *list, struct line_item *item)
{
	struct line_item **link = &list->head, *before = NULL;

	while (*link && *link != item) {
		before = *link;
		link = &before->next;
	}
	if (!*link)
		return false;
	*link = item->next;
	if (list->tail == item)
		list->tail = before;
	item->is_listed = false;
	item->next = NULL;
	list->count--;
	return true;
}

/* The event is that of the first item. */
static void schedule(struct line *line)
{
	if (line->list.head)
		sim_event_schedule(&line->event, line->list.head->done_ps);
}

static void line_event(struct sim_event *event)
{
	struct line *line = (struct line *)event;
	struct line_item *item = line_list_take(&line->list);

	schedule(line);
	line->ended(line, item);
}

void line_init(struct line *line, void (*ended)(struct line *line, struct line_item *item))
{
	*line = (struct line){.ended = ended};
	sim_event_init(&line->event, line_event);
	sim_event_set_actor(&line->event, SIM_ACTOR_IOMMU);
}

void line_finish(struct line *line)
{
	sim_event_cancel(&line->event);
}

void line_add(struct line *line, struct line_item *item, u64 done_ps)
{
	if (done_ps < line->last_ps)
		done_ps = line->last_ps;
	line->last_ps = done_ps;
	item->done_ps = done_ps;
	line_list_add(&line->list, item);
	if (line->list.head == item)
		schedule(line);
}

struct line_item *line_take(struct line *line)
{
	struct line_item *item = line_list_take(&line->list);

	if (!item)
		return NULL;
	sim_event_cancel(&line->event);
	schedule(line);
	return item;
}
