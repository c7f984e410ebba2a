// SPDX-License-Identifier: GPL-2.0-only
/*
 * A file with iommu:* and dma:* events says a mapping twice: iommu:map first, what the tables got,
 * then the call of the DMA API that asked for it, which knows the device and the direction. The
 * same with unmap. An event of iommu:* is held until one of dma:* on its CPU has come: one of the
 * same addresses says it better, and what it leaves over is of its device, as the page of the MSI
 * doorbell, which no call of the API asks for, and as what dma_unmap_sg unmaps, which names no
 * addresses.
 */
#include <string.h>

#include "tool/import/internal.h"

static void drop(struct import *import, u32 i)
{
	import->nr_held--;
	memmove(&import->held[i], &import->held[i + 1],
		(import->nr_held - i) * sizeof(import->held[0]));
}

/* A mapping of @device, as nobody has said it better. */
static void let_go(struct import *import, u32 i, u32 device)
{
	struct import_held held = import->held[i];

	drop(import, i);
	held.event.device = device;
	import_mapping(import, held.time, held.event, device);
}

/* Who accesses it is not known either; nobody is named who accesses nothing. */
static void let_go_to_all(struct import *import, u32 i)
{
	struct import_held held = import->held[i];

	drop(import, i);
	import->nr_unaddressed++;
	import_mapping(import, held.time, held.event,
		       import->policy->access == IMPORT_ACCESS_NONE
			       ? TRACE_DEVICE_ALL
			       : import_default_device(import, "iommu"));
}

void import_hold(struct import *import, const struct import_held *held)
{
	if (import->nr_held == IMPORT_MAX_HELD)
		let_go_to_all(import, 0);
	import->held[import->nr_held++] = *held;
}

static bool overlap(const struct trace_event *one, const struct trace_event *other)
{
	return one->address < other->address + other->bytes &&
	       other->address < one->address + one->bytes;
}

void import_held_said(struct import *import, u32 cpu, const struct trace_event *event)
{
	for (u32 i = 0; i < import->nr_held;) {
		const struct import_held *held = &import->held[i];

		if (held->cpu == cpu && held->event.kind == event->kind &&
		    overlap(&held->event, event))
			drop(import, i);
		else
			i++;
	}
}

void import_held_rest(struct import *import, u32 cpu, const struct trace_event *event)
{
	for (u32 i = 0; i < import->nr_held;) {
		const struct import_held *held = &import->held[i];

		if (held->cpu == cpu && held->event.kind == event->kind)
			let_go(import, i, event->device);
		else
			i++;
	}
}

void import_held_end(struct import *import)
{
	while (import->nr_held)
		let_go_to_all(import, 0);
}
