// SPDX-License-Identifier: GPL-2.0-only
/* Mappings in a tree, see live.h: no two of a device overlap, so each is found by any of its pages.
 */
#define _GNU_SOURCE
#include "tool/trace/live.h"

#include <errno.h>
#include <search.h>
#include <stdlib.h>

#define PAGE_LG2 12

struct mapping {
	u32 device;
	u8 flags;
	u64 first, last; /* page numbers */
};

struct trace_live {
	void *root;
};

static int compare(const void *left, const void *right)
{
	const struct mapping *one = left, *other = right;

	if (one->device != other->device)
		return one->device < other->device ? -1 : 1;
	return one->last < other->first ? -1 : one->first > other->last;
}

struct trace_live *trace_live_create(void)
{
	return calloc(1, sizeof(struct trace_live));
}

void trace_live_destroy(struct trace_live *live)
{
	if (live)
		tdestroy(live->root, free);
	free(live);
}

static void forget(struct trace_live *live, const struct mapping *where)
{
	struct mapping **found, *mapping;

	while ((found = tfind(where, &live->root, compare))) {
		mapping = *found;
		tdelete(mapping, &live->root, compare);
		free(mapping);
	}
}

int trace_live_note(struct trace_live *live, const struct trace_event *event)
{
	struct mapping where = {
		.device = event->device,
		.flags = event->flags,
		.first = event->address >> PAGE_LG2,
		.last = (event->address + event->bytes - 1) >> PAGE_LG2,
	};
	struct mapping *mapping;

	if (event->kind != TRACE_MAP && event->kind != TRACE_UNMAP)
		return 0;
	forget(live, &where);
	if (event->kind == TRACE_UNMAP)
		return 0;
	mapping = malloc(sizeof(*mapping));
	if (!mapping)
		return -ENOMEM;
	*mapping = where;
	if (tsearch(mapping, &live->root, compare))
		return 0;
	free(mapping);
	return -ENOMEM;
}

bool trace_live_flags(struct trace_live *live, u32 device, u64 address, u8 *flags)
{
	struct mapping where = {device, 0, address >> PAGE_LG2, address >> PAGE_LG2};
	struct mapping **found = tfind(&where, &live->root, compare);

	where.device = TRACE_DEVICE_ALL;
	if (!found)
		found = tfind(&where, &live->root, compare);
	if (!found)
		return false;
	*flags = (*found)->flags;
	return true;
}
