/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One trace, many devices. The file is in time order over all devices, but
 * devices take their records as they get on. What was read on the way to a
 * record of one device waits in a window for the others. The window holds
 * SYS_TRACE_WINDOW records; while it is full, a device that has none in it
 * waits (DEV_NEXT_WAIT) until a device that is behind takes one out. So memory
 * is bounded, no record is lost or reordered within its device, and the price
 * is that a device cannot run further ahead than the window.
 *
 * The wait ends: the oldest record in the window belongs to a device that does
 * not wait, because it has a record to take.
 */
#ifndef SYSTEM_REPLAY_TRACE_DEMUX_H
#define SYSTEM_REPLAY_TRACE_DEMUX_H

#include "models/device/dma.h"
#include "system/config/config.h"
#include "system/trace/event.h"

struct trace_demux;

/**
 * trace_demux_create() - open the trace of a configuration, in the arena
 * @nr_window: records held back at the most, 1 or more; none with one device
 *
 * Return: the demultiplexer, maybe with an error; NULL without memory.
 */
struct trace_demux *trace_demux_create(const struct sys_config *config, u32 nr_window);
void trace_demux_destroy(struct trace_demux *demux);

/**
 * trace_demux_source() - the source of one device
 * Every device's must be taken before the first record is asked for, and all of
 * them must be worked off.
 */
struct dev_source *trace_demux_source(struct trace_demux *demux, u32 device, u32 pasid);

/*
 * Records that are no access (maps, invalidations, ...) are for one who does them in the order
 * of the file. An access that stands behind one in the file is handed out when it is done;
 * and each says how many accesses, as devices count them, stand before it.
 */

/** trace_demux_kinds() - bit n: there may be records of kind n. */
u64 trace_demux_kinds(const struct trace_demux *demux);

/** trace_demux_name() - of a device, as the file has it; NULL: it has none. */
const char *trace_demux_name(const struct trace_demux *demux, u32 device);

/** trace_demux_names() - all, of devices, PASIDs and processes. Return: how many. */
u32 trace_demux_names(const struct trace_demux *demux, const struct trace_name **names);

/** trace_demux_process() - the name of a process; NULL: it has none. */
const char *trace_demux_process(const struct trace_demux *demux, u32 process);

/**
 * trace_demux_control() - the next record that is no access
 * @nr_before: accesses before it, pages that are crossed count
 *
 * Return: DEV_NEXT_WAIT: none has been read yet; trace_demux_watch() tells when that may have
 * changed.
 */
enum dev_next trace_demux_control(struct trace_demux *demux, struct trace_event *event,
				  u64 *nr_before);

/** trace_demux_control_take() - what trace_demux_control() gave is being done. */
void trace_demux_control_take(struct trace_demux *demux);

/** trace_demux_controls_done() - the first @nr of all that were taken are. Wakes devices. */
void trace_demux_controls_done(struct trace_demux *demux, u64 nr);

/** trace_demux_watch() - call @changed when there is a record, or none will come. */
void trace_demux_watch(struct trace_demux *demux, void (*changed)(void *opaque), void *opaque);

/** trace_demux_error() - one line, or NULL. */
const char *trace_demux_error(const struct trace_demux *demux);

#endif
