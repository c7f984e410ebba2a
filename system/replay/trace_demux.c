// SPDX-License-Identifier: GPL-2.0-only
/* Deals the records of one trace out to devices; see trace_demux.h. */
#include "system/replay/trace_demux.h"

#include "sim/arena.h"
#include "sim/sim.h"
#include "system/trace/reader.h"

/* A record that waits for its device. */
struct window_node {
	struct dev_record record;
	struct window_node *next;
};

struct demux_device {
	struct dev_source source; /* first: next() finds the device by it */
	struct trace_demux *demux;
	u32 pasid;
	bool has_pasid; /* what TRACE_PASID_BOUND stands for */
	struct window_node *first, *last;
	/* in the list of waiters */
	bool is_waiting;
	struct demux_device *next, *prev;
};

struct trace_demux {
	struct trace_reader *reader;
	u32 nr_devices;
	struct window_node *window, *free;
	/*
	 * Devices in DEV_NEXT_WAIT that have not been woken, oldest first; none
	 * of them has a record in the window. While a place is free and somebody
	 * waits, a device that was woken has yet to ask.
	 */
	struct demux_device *first_waiting, *last_waiting;
	struct demux_device devices[];
};

static void pasid_set(const struct demux_device *device, u32 pasid_or_none,
		      struct dev_record *record)
{
	if (pasid_or_none == TRACE_PASID_BOUND) {
		record->pasid = device->pasid;
		record->has_pasid = device->has_pasid;
	} else {
		record->has_pasid = pasid_or_none != TRACE_PASID_NONE;
		record->pasid = record->has_pasid ? pasid_or_none : 0;
	}
}

static void wait_begin(struct trace_demux *demux, struct demux_device *device)
{
	device->is_waiting = true;
	device->next = NULL;
	device->prev = demux->last_waiting;
	if (device->prev)
		device->prev->next = device;
	else
		demux->first_waiting = device;
	demux->last_waiting = device;
}

static void wait_end(struct trace_demux *demux, struct demux_device *device)
{
	device->is_waiting = false;
	if (device->prev)
		device->prev->next = device->next;
	else
		demux->first_waiting = device->next;
	if (device->next)
		device->next->prev = device->prev;
	else
		demux->last_waiting = device->prev;
	device->source.wake(device->source.wake_opaque);
}

/*
 * There is room, or nothing more to read: the oldest waiter may try. One at a
 * time: if it succeeds it calls this for the next one.
 */
static void wait_end_one(struct trace_demux *demux)
{
	if (demux->first_waiting)
		wait_end(demux, demux->first_waiting);
}

static void window_put(struct trace_demux *demux, struct demux_device *device,
		       const struct dev_record *record)
{
	struct window_node *node = demux->free;

	/* A place was seen before reading; with one device every record is its own. */
	sim_assert(node);
	demux->free = node->next;
	node->record = *record;
	node->next = NULL;
	if (device->first)
		device->last->next = node;
	else
		device->first = node;
	device->last = node;
	if (device->is_waiting)
		wait_end(demux, device);
}

static void window_take(struct trace_demux *demux, struct demux_device *device,
			struct dev_record *record)
{
	struct window_node *node = device->first;

	device->first = node->next;
	*record = node->record;
	node->next = demux->free;
	demux->free = node;
	wait_end_one(demux);
}

/* Some record was for a time of its own: accesses are due, those before it were at once. */
static enum dev_next hand_out(struct demux_device *device, const struct dev_record *record)
{
	device->source.is_timed |= record->not_before_ps != 0;
	return DEV_NEXT_RECORD;
}

/* The next record of the file, and whose it is; NULL: there is none, or an error. */
static struct demux_device *demux_read(struct trace_demux *demux, struct dev_record *record)
{
	struct demux_device *device;
	struct trace_event event;

	if (trace_reader_next(demux->reader, &event) != TRACE_READ_RECORD)
		return NULL;
	device = &demux->devices[event.device];
	*record = (struct dev_record){
		.iova = event.address,
		.len_bytes = (u32)event.bytes,
		.not_before_ps = event.time_ps,
		.is_write = event.flags & TRACE_WRITE,
	};
	pasid_set(device, event.pasid, record);
	return device;
}

static enum dev_next demux_next(struct dev_source *source, struct dev_record *record)
{
	struct demux_device *device = (struct demux_device *)source;
	struct trace_demux *demux = device->demux;
	struct demux_device *owner;

	if (device->first && !trace_reader_error(demux->reader)) {
		window_take(demux, device, record);
		return hand_out(device, record);
	}
	for (;;) {
		/* The next record may be somebody else's: it needs a place first. */
		if (!demux->free && demux->nr_devices > 1) {
			wait_begin(demux, device);
			return DEV_NEXT_WAIT;
		}
		owner = demux_read(demux, record);
		if (!owner) {
			wait_end_one(demux);
			return DEV_NEXT_END;
		}
		if (owner == device)
			break;
		window_put(demux, owner, record);
	}
	wait_end_one(demux);
	return hand_out(device, record);
}

static bool window_alloc(struct trace_demux *demux, u32 nr_window)
{
	demux->window = sim_alloc(nr_window * sizeof(*demux->window));
	if (!demux->window)
		return false;
	for (u32 i = 0; i < nr_window; i++) {
		demux->window[i].next = demux->free;
		demux->free = &demux->window[i];
	}
	return true;
}

struct trace_demux *trace_demux_create(const struct sys_config *config, u32 nr_window)
{
	u32 nr_devices = config->machine.nr_devices;
	struct trace_demux *demux = sim_alloc(sizeof(*demux) +
					      nr_devices * sizeof(demux->devices[0]));

	if (!demux)
		return NULL;
	demux->nr_devices = nr_devices;
	demux->reader = trace_reader_create(config->trace_path, nr_devices, &trace_memory_arena);
	if (!demux->reader || (nr_devices > 1 && !window_alloc(demux, nr_window))) {
		trace_demux_destroy(demux);
		return NULL;
	}
	for (u32 i = 0; i < nr_devices; i++) {
		demux->devices[i].demux = demux;
		demux->devices[i].has_pasid = config->mode == SYS_HANDLER_SVA;
		demux->devices[i].source.next = demux_next;
	}
	return demux;
}

void trace_demux_destroy(struct trace_demux *demux)
{
	if (!demux)
		return;
	trace_reader_destroy(demux->reader);
	sim_free(demux->window);
	sim_free(demux);
}

struct dev_source *trace_demux_source(struct trace_demux *demux, u32 device, u32 pasid)
{
	demux->devices[device].pasid = demux->devices[device].has_pasid ? pasid : 0;
	return &demux->devices[device].source;
}

const char *trace_demux_error(const struct trace_demux *demux)
{
	return trace_reader_error(demux->reader);
}
