/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Where the accesses of a run come from: generators (docs/generators.md, each in its
 * gen_NAME.c) or a trace file, one source of records per device.
 *
 * Addresses. Device d works from base = start of the first mapping + d *
 * device_stride.
 *   messages    message i uses pair i mod buffer_pairs; pair k lies at base +
 *	k * 2 * message_bytes, its in buffer first, then its out buffer. Page by
 *	page of the buffers in step: a read of in, then a write of the same
 *	offset of out, access_bytes each. The extra pages begin at the next page
 *	boundary behind all pairs; message i of n reads those from i * extra / n
 *	up to, not including, (i + 1) * extra / n before its buffers, one access
 *	a page.
 *   sequential  one access after the other through the footprint, again and again.
 *   random      starts at pages drawn uniformly from those of the footprint.
 *   trace       as the file says.
 * An access of messages and sequential of a page or less is cut where a page or the
 * footprint ends. One of more than a page (all but messages) begins at a page and lies
 * wholly in the footprint; the device splits it. Streams of random numbers are named after
 * the device: its number among all devices that have the same generator.
 *
 * Groups of devices (system/config/groups.h) have each their own generator or trace;
 * numbers of devices then count from the first of the group, and mappings are the group's.
 *
 * Times. messages: every record may be issued at once. All others: interval apart, the
 * first at 0, or with exponential distances; bursts, thoughts: paced.h.
 *
 * PASID. In SVA mode all records bear the PASID that was handed in.
 */
#ifndef SYSTEM_REPLAY_H
#define SYSTEM_REPLAY_H

#include "models/device/dma.h"
#include "system/config/config.h"

/**
 * replay_check() - do the accesses of all devices lie in the mappings?
 * @message: one line without newline if it fails
 *
 * Asks for every byte between base and the end of what the generator may touch
 * to be mapped, with whatever permission: an access without permission is an
 * architected outcome. Of a trace only the file's header is read.
 *
 * Return: 0; -EINVAL, also for a trace file that cannot be opened.
 */
int replay_check(const struct sys_config *config, char *message, size_t message_bytes);

/**
 * replay_create() - the source of one device, in the arena; devices of groups count through
 * @config: kept by reference until replay_finish()
 * @device: below machine.nr_devices; at most one source each
 * @pasid: what the device is bound to; ignored unless in SVA mode
 *
 * All devices of a trace share one reader. It holds back a bounded number of
 * records for devices that are behind (system/replay/trace.h).
 *
 * Return: the source; NULL without memory, or if the trace cannot be opened:
 * replay_error() then says why.
 */
struct dev_source *replay_create(const struct sys_config *config, u32 device, u32 pasid);

/**
 * replay_total_accesses() - how many accesses all devices will make together
 *
 * As the devices count them, for progress. Exact for generators, unless
 * messages are not a multiple of a page long (an access that then crosses a
 * page counts once here); of a trace what its header promises, in records.
 *
 * Context: needs no machine.
 *
 * Return: the number; 0: not known.
 */
u64 replay_total_accesses(const struct sys_config *config);

/**
 * replay_work_bytes() - what counts as the workload's own of the bytes that devices moved
 * @group: whose devices
 * @moved_bytes: of all of them
 * @has_ended: they have come to the end
 */
u64 replay_work_bytes(const struct sys_config *config, u32 group, u64 moved_bytes, bool has_ended);

/**
 * replay_error() - what went wrong with the trace, as one line
 *
 * After an error every source of the trace ends, so the machine runs dry; look
 * here when it has.
 *
 * Return: NULL while all is well; else the message, valid until replay_finish().
 */
const char *replay_error(void);

/**
 * replay_open() - open the traces, if there are any, before replay_create()
 * Return: false: no memory.
 */
bool replay_open(const struct sys_config *config);

/** replay_trace() - the trace of a group of devices; NULL: it has a generator. */
struct trace_demux *replay_trace(u32 group);

/** replay_memory() - the first mapping that a group of devices may use. */
const struct sys_mapping *replay_memory(u32 group);

/** replay_device_name() - as its trace calls a device; NULL: it does not. */
const char *replay_device_name(u32 device);

/**
 * replay_finish() - close the trace file, free all sources
 * Context: before sim_finish(); accepts that nothing was created.
 */
void replay_finish(void);

#endif
