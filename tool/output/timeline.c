// SPDX-License-Identifier: GPL-2.0-only
/*
 * timeline.json: the kept faults in Chrome's trace event format, which Perfetto
 * and chrome://tracing open. A device is a process; a fault is a slice with its
 * stages nested in it; faults that overlap go to further lanes (threads) of the
 * device, because slices of one lane must nest. Queue depths are counters.
 *
 * Left out: faults that output.trace_limit dropped; otherData says how many.
 */
#include <stdio.h>
#include <stdlib.h>

#include "sim/sim.h"
#include "tool/output/output.h"

/* Times of the format are in us, decimals allowed. */
#define US_PLACES 6

struct lanes {
	u64 *free_at_ps; /* a lane each */
	u32 nr, room;
};

struct timeline {
	FILE *out;
	bool has_events;
	struct lanes *devices;
	u32 nr_devices;
};

static void begin_event(struct timeline *timeline)
{
	fputs(timeline->has_events ? ",\n" : "\n", timeline->out);
	timeline->has_events = true;
}

/* The first lane that is free at @began_ps; 0 also when there is no memory for another. */
static u32 take_lane(struct lanes *lanes, u64 began_ps, u64 end_ps)
{
	u32 i = 0;

	while (i < lanes->nr && lanes->free_at_ps[i] > began_ps)
		i++;
	if (i == lanes->room) {
		u32 room = lanes->room ? 2 * lanes->room : 8;
		u64 *larger = realloc(lanes->free_at_ps, room * sizeof(*larger));

		if (!larger)
			return 0;
		lanes->free_at_ps = larger;
		lanes->room = room;
	}
	if (i == lanes->nr)
		lanes->nr++;
	lanes->free_at_ps[i] = end_ps;
	return i;
}

static void write_times(FILE *out, u64 from_ps, u64 to_ps)
{
	char text[DECIMAL_BYTES];

	fprintf(out, "\"ts\":%s,", decimal_scaled(text, from_ps, US_PLACES));
	fprintf(out, "\"dur\":%s", decimal_scaled(text, to_ps - from_ps, US_PLACES));
}

static void write_stages(struct timeline *timeline, const struct sys_fault_record *fault, u32 lane)
{
	u64 before = fault->began_ps;

	for (u32 i = 0; i < SYS_NR_STAGES; i++) {
		u64 stamp = fault->stamp_ps[i];

		if (stamp != before) {
			begin_event(timeline);
			fprintf(timeline->out,
				"{\"ph\":\"X\",\"cat\":\"stage\",\"name\":\"%s\",\"pid\":%u,"
				"\"tid\":%u,",
				sys_stage_names[i], fault->device + 1, lane + 1);
			write_times(timeline->out, before, stamp);
			fputc('}', timeline->out);
		}
		before = stamp;
	}
}

static void write_fault(struct timeline *timeline, const struct sys_fault_record *fault)
{
	u64 end_ps = fault->stamp_ps[SYS_STAGE_COMPLETED];
	u32 lane;

	sim_assert(fault->device < timeline->nr_devices);
	lane = take_lane(&timeline->devices[fault->device], fault->began_ps, end_ps);

	begin_event(timeline);
	fprintf(timeline->out,
		"{\"ph\":\"X\",\"cat\":\"fault\",\"name\":\"fault %llu\",\"pid\":%u,\"tid\":%u,",
		fault->number, fault->device + 1, lane + 1);
	write_times(timeline->out, fault->began_ps, end_ps);
	fprintf(timeline->out,
		",\"args\":{\"iova\":\"0x%llx\",\"access\":\"%s\",\"iommu\":%u,\"tag\":%u,"
		"\"outcome\":\"%s\"",
		fault->iova, fault->is_write ? "write" : "read", fault->iommu, fault->tag,
		fault->is_aborted ? "aborted" : "translated");
	if (fault->has_pasid)
		fprintf(timeline->out, ",\"pasid\":%u", fault->pasid);
	fputs("}}", timeline->out);
	write_stages(timeline, fault, lane);
}

static void write_names(struct timeline *timeline, u32 device)
{
	begin_event(timeline);
	fprintf(timeline->out,
		"{\"ph\":\"M\",\"name\":\"process_name\",\"pid\":%u,\"args\":{\"name\":"
		"\"device %u\"}}",
		device + 1, device);
	for (u32 i = 0; i < timeline->devices[device].nr; i++) {
		begin_event(timeline);
		fprintf(timeline->out,
			"{\"ph\":\"M\",\"name\":\"thread_name\",\"pid\":%u,\"tid\":%u,"
			"\"args\":{\"name\":\"faults %u\"}}",
			device + 1, i + 1, i + 1);
	}
}

/* Depth changes only; queues come after the devices. */
static void write_queue(struct timeline *timeline, const struct sys_queue_result *queue, u32 pid)
{
	char text[DECIMAL_BYTES];
	u32 last = ~0u;

	for (u32 i = 0; i < queue->depth.nr_bins; i++) {
		if (queue->depth.max_depth[i] == last)
			continue;
		last = queue->depth.max_depth[i];
		begin_event(timeline);
		fprintf(timeline->out,
			"{\"ph\":\"C\",\"name\":\"%s\",\"pid\":%u,\"ts\":%s,\"args\":{\"depth\":%u}}",
			queue->name, pid, decimal_scaled(text, i * queue->depth.bin_ps, US_PLACES),
			last);
	}
}

static void write_events(struct timeline *timeline, const struct sys_result *result)
{
	struct output_cursor cursor = {0};
	const struct sys_fault_record *fault;

	while ((fault = output_next_fault(result, &cursor)))
		write_fault(timeline, fault);
	for (u32 i = 0; i < result->nr_devices; i++)
		write_names(timeline, i);
	for (u32 i = 0; i < result->nr_queues; i++)
		write_queue(timeline, &result->queues[i], result->nr_devices + 1);
	begin_event(timeline);
	fprintf(timeline->out,
		"{\"ph\":\"M\",\"name\":\"process_name\",\"pid\":%u,\"args\":{\"name\":"
		"\"queues (highest depth in each bin)\"}}",
		result->nr_devices + 1);
}

void output_timeline_json(FILE *out, const struct output_run *run)
{
	const struct sys_result *result = run->result;
	struct timeline timeline = {.out = out, .nr_devices = result->nr_devices};

	timeline.devices = calloc(result->nr_devices + 1, sizeof(*timeline.devices));
	fprintf(out,
		"{\"displayTimeUnit\":\"ns\",\"otherData\":{\"workload\":\"%s\",\"seed\":\"%llu\","
		"\"faults\":\"%llu\",\"dropped_faults\":\"%llu\"},\"traceEvents\":[",
		run->config->name, run->config->seed, result->faults_completed,
		result->faults_dropped);
	if (timeline.devices)
		write_events(&timeline, result);
	fputs("\n]}\n", out);
	for (u32 i = 0; timeline.devices && i < result->nr_devices; i++)
		free(timeline.devices[i].free_at_ps);
	free(timeline.devices);
}
