// SPDX-License-Identifier: GPL-2.0-only
/*
 * PCIe endpoints: accesses go through their ATC and page requests; and what an endpoint that is
 * broken does: page requests that nothing needs, invalidations that it does not complete.
 */
#include "system/drive/endpoint.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "sim/arena.h"
#include "system/drive/verbs.h"
#include "system/machine/kernel.h"

/* --- accesses --- */

static enum dev_next next(struct dev_source *source, struct dev_record *record)
{
	struct drive_endpoint *endpoint = (struct drive_endpoint *)source;
	struct drive_dma *dma = endpoint->waiting;

	if (!dma)
		return DEV_NEXT_WAIT;
	endpoint->waiting = dma->next;
	*record = (struct dev_record){
		.iova = dma->access.iova,
		.len_bytes = dma->access.len_bytes,
		.pasid = dma->access.pasid,
		.has_pasid = dma->access.has_pasid,
		.is_write = dma->access.is_write,
		.has_group = dma->has_group,
		.group = dma->group,
		.is_last = dma->is_last,
	};
	dma->number = endpoint->nr_issued++;
	dma->next = endpoint->issued;
	endpoint->issued = dma;
	return DEV_NEXT_RECORD;
}

static void ended(struct dev_source *source, u64 number, enum port_status status, pa_t pa)
{
	struct drive_endpoint *endpoint = (struct drive_endpoint *)source;
	struct drive_dma **at = &endpoint->issued, *dma;

	while ((*at)->number != number)
		at = &(*at)->next;
	dma = *at;
	*at = dma->next;
	dma->access.status = status;
	dma->access.pa = pa;
	dma->access.complete(&dma->access);
}

static void wait_for_it(struct drive_endpoint *endpoint, struct drive_dma *dma)
{
	dma->next = NULL;
	if (endpoint->waiting)
		endpoint->last_waiting->next = dma;
	else
		endpoint->waiting = dma;
	endpoint->last_waiting = dma;
}

void drive_endpoint_access(struct drive *drive, u32 device, struct drive_dma *dma)
{
	struct drive_endpoint *endpoint = &drive->endpoints[device];
	bool was_idle = !endpoint->waiting;

	wait_for_it(endpoint, dma);
	if (!endpoint->source.next) {
		endpoint->source.next = next;
		endpoint->source.ended = ended;
		dev_pcie_start(drive->machine->devices[device].engine.pcie, &endpoint->source,
			       sim_now_ps());
	} else if (was_idle) {
		endpoint->source.wake(endpoint->source.wake_opaque);
	}
}

/* --- what is sent to it --- */

static struct drive_endpoint *endpoint_of(const struct port_endpoint *behind)
{
	return (struct drive_endpoint *)((char *)behind->ops -
					 offsetof(struct drive_endpoint, ops));
}

static void on_invalidate(struct port_endpoint *behind, struct port_invalidation *invalidation)
{
	struct drive_endpoint *endpoint = endpoint_of(behind);

	if (!endpoint->is_unplugged && !endpoint->nr_withheld) {
		endpoint->behind->invalidate(behind, invalidation);
		return;
	}
	endpoint->nr_withheld -= !endpoint->is_unplugged;
	invalidation->next = endpoint->withheld;
	endpoint->withheld = invalidation;
}

static enum drive_answer answer_of(enum port_page_response_code code)
{
	return code == PORT_PAGE_SUCCESS   ? DRIVE_ANSWER_SUCCESS
	       : code == PORT_PAGE_INVALID ? DRIVE_ANSWER_INVALID
					   : DRIVE_ANSWER_FAILURE;
}

static void on_response(struct port_endpoint *behind, const struct port_page_response *response)
{
	struct drive_endpoint *endpoint = endpoint_of(behind);

	if (endpoint->awaits[response->prg_index])
		endpoint->answers[response->prg_index] = answer_of(response->code);
	else
		endpoint->behind->page_response(behind, response);
}

/* Nobody answers there: all ones. */
static u32 on_config_read(void *opaque, u32 offset)
{
	const struct drive_endpoint *endpoint = opaque;

	return endpoint->is_unplugged
		       ? ~0U
		       : endpoint->config.config_read(endpoint->config.opaque, offset);
}

static void on_config_write(void *opaque, u32 offset, u32 value)
{
	const struct drive_endpoint *endpoint = opaque;

	if (!endpoint->is_unplugged)
		endpoint->config.config_write(endpoint->config.opaque, offset, value);
}

static void watch_config(struct drive_endpoint *endpoint, struct linux_device *device)
{
	endpoint->config = *device;
	device->config_read = on_config_read;
	device->config_write = on_config_write;
	device->opaque = endpoint;
}

static void watch(struct drive_endpoint *endpoint, struct port_endpoint *behind)
{
	endpoint->behind = behind->ops;
	endpoint->ops = (struct port_endpoint_ops){on_invalidate, on_response};
	behind->ops = &endpoint->ops;
}

int drive_watch_endpoints(struct drive *drive)
{
	u32 nr = drive->machine->config->machine.nr_devices;

	drive->endpoints = sim_alloc(nr * sizeof(*drive->endpoints));
	for (u32 i = 0; drive->endpoints && i < nr; i++) {
		struct port *port = drive->machine->devices[i].engine.port;

		if (!port->endpoint)
			continue;
		watch(&drive->endpoints[i], port->endpoint);
		watch_config(&drive->endpoints[i], sys_kernel_device(drive->machine, i));
	}
	return drive->endpoints ? 0 : -ENOMEM;
}

struct drive_endpoint *drive_endpoint_of(const struct drive *drive, const struct drive_step *step)
{
	u64 device = step->arguments[DRIVE_DEVICE];

	return device < drive->machine->config->machine.nr_devices &&
			       drive->endpoints[device].behind
		       ? &drive->endpoints[device]
		       : NULL;
}

/* --- broken ones --- */

DRIVE_VERB(withhold)
{
	struct drive_endpoint *endpoint = drive_endpoint_of(drive, step);

	if (!endpoint)
		return -ENODEV;
	endpoint->nr_withheld = step->arguments[DRIVE_INVALIDATIONS];
	return 0;
}

DRIVE_VERB(unplug)
{
	struct drive_endpoint *endpoint = drive_endpoint_of(drive, step);

	if (!endpoint)
		return -ENODEV;
	endpoint->is_unplugged = true;
	return 0;
}

/* Oldest first. */
static struct port_invalidation *reversed(struct port_invalidation *list)
{
	struct port_invalidation *result = NULL, *next_one;

	for (; list; list = next_one) {
		next_one = list->next;
		list->next = result;
		result = list;
	}
	return result;
}

DRIVE_VERB(complete)
{
	struct drive_endpoint *endpoint = drive_endpoint_of(drive, step);
	struct port_invalidation *list, *next_one;

	if (!endpoint)
		return -ENODEV;
	endpoint->nr_withheld = 0;
	list = reversed(endpoint->withheld);
	endpoint->withheld = NULL;
	for (; list; list = next_one) {
		struct port *port =
			drive->machine->devices[step->arguments[DRIVE_DEVICE]].engine.port;

		next_one = list->next;
		endpoint->behind->invalidate(port->endpoint, list);
	}
	return 0;
}
