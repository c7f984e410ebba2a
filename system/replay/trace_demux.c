// SPDX-License-Identifier: GPL-2.0-only
/* Deals the records of one trace out to devices; see trace_demux.h. */
#include "system/replay/trace_demux.h"

#include "sim/arena.h"
#include "sim/sim.h"
#include "system/trace/reader.h"

/* A record that waits for its device, or for who does what is no access. */
struct window_node {
	union {
		struct dev_record record;
		struct trace_event event;
	};
	/* of an access: so many controls have to be done; of a control: accesses before it */
	u64 nr_before;
	struct window_node *next;
};

struct window_queue {
	struct window_node *first, *last;
};

struct demux_device {
	struct dev_source source; /* first: next() finds the device by it */
	struct trace_demux *demux;
	u32 pasid;
	bool has_pasid; /* what TRACE_PASID_BOUND stands for */
	struct window_queue queue;
	bool is_gated; /* in DEV_NEXT_WAIT until a control is done; in no list */
	/* in the list of waiters */
	bool is_waiting;
	struct demux_device *next, *prev;
};

struct trace_demux {
	struct trace_reader *reader;
	u32 nr_devices;
	u32 time_percent;
	bool has_controls;
	struct window_node *window, *free;
	struct window_queue controls;
	u64 nr_controls, nr_controls_done; /* read, done */
	u64 nr_accesses;		   /* read, as devices count them */
	bool has_ended;			   /* nothing more can be read */
	void (*changed)(void *opaque);
	void *changed_opaque;
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

static void changed(struct trace_demux *demux)
{
	if (demux->changed)
		demux->changed(demux->changed_opaque);
}

/* A place was seen before reading. */
static struct window_node *node_new(struct trace_demux *demux, struct window_queue *queue)
{
	struct window_node *node = demux->free;

	sim_assert(node);
	demux->free = node->next;
	node->next = NULL;
	if (queue->first)
		queue->last->next = node;
	else
		queue->first = node;
	queue->last = node;
	return node;
}

static void window_put(struct trace_demux *demux, struct demux_device *device,
		       const struct dev_record *record)
{
	struct window_node *node = node_new(demux, &device->queue);

	node->record = *record;
	node->nr_before = demux->nr_controls;
	if (device->is_waiting)
		wait_end(demux, device);
}

static void control_put(struct trace_demux *demux, const struct trace_event *event)
{
	struct window_node *node = node_new(demux, &demux->controls);

	node->event = *event;
	node->nr_before = demux->nr_accesses;
	demux->nr_controls++;
	changed(demux);
}

/* The first one goes. */
static void node_free(struct trace_demux *demux, struct window_queue *queue)
{
	struct window_node *node = queue->first;

	queue->first = node->next;
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

/* What is in the window for it, if that is free to go. */
static enum dev_next window_take(struct trace_demux *demux, struct demux_device *device,
				 struct dev_record *record)
{
	const struct window_node *node = device->queue.first;

	if (node->nr_before > demux->nr_controls_done) {
		device->is_gated = true;
		return DEV_NEXT_WAIT;
	}
	*record = node->record;
	node_free(demux, &device->queue);
	return hand_out(device, record);
}

static u64 scaled_ps(const struct trace_demux *demux, u64 time_ps)
{
	unsigned __int128 scaled = (unsigned __int128)time_ps * demux->time_percent / 100;

	return scaled < TRACE_MAX_PS ? (u64)scaled : TRACE_MAX_PS - 1;
}

/* The next record of the file; false: there is none, or an error. */
static bool event_read(struct trace_demux *demux, struct trace_event *event)
{
	if (trace_reader_next(demux->reader, event) != TRACE_READ_RECORD) {
		demux->has_ended = true;
		changed(demux);
		return false;
	}
	event->time_ps = scaled_ps(demux, event->time_ps);
	if (event->kind == TRACE_ACCESS)
		demux->nr_accesses += (event->address + event->bytes - 1) / DEV_DMA_PAGE_BYTES -
				      event->address / DEV_DMA_PAGE_BYTES + 1;
	return true;
}

static struct demux_device *access_of(struct trace_demux *demux, const struct trace_event *event,
				      struct dev_record *record)
{
	struct demux_device *device = &demux->devices[event->device];

	*record = (struct dev_record){
		.iova = event->address,
		.len_bytes = (u32)event->bytes,
		.not_before_ps = event->time_ps,
		.is_write = event->flags & TRACE_WRITE,
		.is_privileged = event->flags & TRACE_PRIVILEGED,
		.is_instruction = event->flags & TRACE_EXECUTE,
		.has_group = event->flags & TRACE_HAS_GROUP,
		.is_last = event->flags & TRACE_LAST,
		.group = event->group,
		.process_plus_1 = event->process + 1,
	};
	pasid_set(device, event->pasid, record);
	return device;
}

static enum dev_next demux_next(struct dev_source *source, struct dev_record *record)
{
	struct demux_device *device = (struct demux_device *)source, *owner;
	struct trace_demux *demux = device->demux;
	struct trace_event event;

	for (;;) {
		if (device->queue.first && !trace_reader_error(demux->reader))
			return window_take(demux, device, record);
		/* The next record may be somebody else's: it needs a place first. */
		if (!demux->free && demux->window) {
			wait_begin(demux, device);
			return DEV_NEXT_WAIT;
		}
		if (!event_read(demux, &event)) {
			wait_end_one(demux);
			return DEV_NEXT_END;
		}
		if (event.kind != TRACE_ACCESS) {
			control_put(demux, &event);
			continue;
		}
		owner = access_of(demux, &event, record);
		if (owner == device && demux->nr_controls == demux->nr_controls_done)
			break;
		window_put(demux, owner, record);
	}
	wait_end_one(demux);
	return hand_out(device, record);
}

/* --- what is no access --- */

u64 trace_demux_kinds(const struct trace_demux *demux)
{
	u64 kinds = trace_reader_kinds(demux->reader);

	return kinds ? kinds : ~0ULL >> (64 - TRACE_NR_KINDS);
}

const char *trace_demux_name(const struct trace_demux *demux, u32 device)
{
	return trace_reader_name(demux->reader, TRACE_NAME_DEVICE, device);
}

u32 trace_demux_names(const struct trace_demux *demux, const struct trace_name **names)
{
	return trace_reader_names(demux->reader, names);
}

const char *trace_demux_process(const struct trace_demux *demux, u32 process)
{
	return trace_reader_name(demux->reader, TRACE_NAME_PROCESS, process);
}

enum dev_next trace_demux_control(struct trace_demux *demux, struct trace_event *event,
				  u64 *nr_before)
{
	if (trace_reader_error(demux->reader) || (!demux->controls.first && demux->has_ended))
		return DEV_NEXT_END;
	if (!demux->controls.first)
		return DEV_NEXT_WAIT;
	*event = demux->controls.first->event;
	*nr_before = demux->controls.first->nr_before;
	return DEV_NEXT_RECORD;
}

void trace_demux_control_take(struct trace_demux *demux)
{
	node_free(demux, &demux->controls);
}

void trace_demux_controls_done(struct trace_demux *demux, u64 nr)
{
	demux->nr_controls_done = nr;
	for (u32 i = 0; i < demux->nr_devices; i++) {
		struct demux_device *device = &demux->devices[i];

		if (!device->is_gated)
			continue;
		device->is_gated = false;
		device->source.wake(device->source.wake_opaque);
	}
}

void trace_demux_watch(struct trace_demux *demux, void (*changed)(void *opaque), void *opaque)
{
	demux->changed = changed;
	demux->changed_opaque = opaque;
}

/* --- life --- */

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
	demux->time_percent = (u32)config->workload.trace_time_percent;
	demux->reader = trace_reader_create(config->trace_path, nr_devices, &trace_memory_arena);
	demux->has_controls = demux->reader && trace_demux_kinds(demux) & ~(1ULL << TRACE_ACCESS);
	/* with one device and nothing but accesses every record is its own */
	if (!demux->reader ||
	    ((nr_devices > 1 || demux->has_controls) && !window_alloc(demux, nr_window))) {
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
