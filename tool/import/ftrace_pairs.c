// SPDX-License-Identifier: GPL-2.0-only
/*
 * A file with iommu:* and dma:* events says a mapping twice: iommu:map is what the tables got, and
 * around it is the call of the DMA API that asked for it, which knows the device and the direction.
 * The call's event is behind iommu:map, and behind iommu:unmap or before it. So what comes first
 * waits for what else its lane says, a CPU's tasks or its interrupts: a call of the same addresses
 * says it better. A call without addresses, dma_unmap_sg, has those of iommu:unmap. What no call
 * asks for, as the page of an MSI doorbell, is of the device that the next call names.
 */
#include <string.h>

#include "tool/import/internal.h"

static void drop(struct import_held *list, u32 *nr, u32 i)
{
	--*nr;
	memmove(&list[i], &list[i + 1], (*nr - i) * sizeof(*list));
}

static bool overlap(const struct trace_event *one, const struct trace_event *other)
{
	return one->address < other->address + other->bytes &&
	       other->address < one->address + one->bytes;
}

/* --- iommu:* waits for a call --- */

/* Who accesses it is not known either; nobody is named who accesses nothing. */
static void let_go_to_all(struct import *import)
{
	struct import_held held = import->held[0];

	drop(import->held, &import->nr_held, 0);
	import->nr_unaddressed++;
	import_mapping(import, held.time, held.event,
		       import->policy->access == IMPORT_ACCESS_NONE
			       ? TRACE_DEVICE_ALL
			       : import_default_device(import, "iommu"));
}

void import_hold(struct import *import, const struct import_held *held)
{
	if (import->nr_held == IMPORT_MAX_HELD)
		let_go_to_all(import);
	import->held[import->nr_held++] = *held;
}

bool import_held_said(struct import *import, u32 lane, const struct trace_event *event)
{
	u32 nr_before = import->nr_held;

	for (u32 i = 0; i < import->nr_held;) {
		const struct import_held *held = &import->held[i];

		if (held->lane == lane && held->event.kind == event->kind &&
		    overlap(&held->event, event))
			drop(import->held, &import->nr_held, i);
		else
			i++;
	}
	return import->nr_held < nr_before;
}

u32 import_held_rest(struct import *import, u32 lane, const struct trace_event *event)
{
	u32 nr = 0;

	for (u32 i = 0; i < import->nr_held;) {
		struct import_held held = import->held[i];

		if (held.lane != lane || held.event.kind != event->kind) {
			i++;
			continue;
		}
		drop(import->held, &import->nr_held, i);
		held.event.device = event->device;
		import_mapping(import, held.time, held.event, event->device);
		nr++;
	}
	return nr;
}

void import_held_end(struct import *import)
{
	while (import->nr_held)
		let_go_to_all(import);
}

/* --- a call waits for iommu:unmap --- */

void import_expect(struct import *import, u32 lane, const struct trace_event *call)
{
	if (import->nr_expected == IMPORT_MAX_HELD)
		drop(import->expected, &import->nr_expected, 0);
	import->expected[import->nr_expected++] = (struct import_held){.lane = lane,
								       .event = *call};
}

enum import_expected import_was_expected(struct import *import, u32 lane, struct trace_event *unmap)
{
	for (u32 i = 0; i < import->nr_expected; i++) {
		struct import_held expected = import->expected[i];
		bool has_addresses = expected.event.bytes;

		if (expected.lane != lane || (has_addresses && !overlap(&expected.event, unmap)))
			continue;
		unmap->device = expected.event.device;
		drop(import->expected, &import->nr_expected, i);
		return has_addresses ? IMPORT_SAID : IMPORT_ADDRESSED;
	}
	return IMPORT_UNEXPECTED;
}
