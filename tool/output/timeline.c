// SPDX-License-Identifier: GPL-2.0-only
/*
 * timeline.json: the first faults and what happened around them, in Chrome's trace
 * event format, which Perfetto, speedscope and chrome://tracing open. A process of
 * that format is a kind of thing, a thread one of them:
 *
 *	CPUs      who runs; within, interrupts and spinning
 *	threads   the faults that it handles; within, waits for locks; within, where it runs
 *	locks     who holds one of the class; those held at once go to further lanes
 *	queues    their depths, as counters
 *	device N  faults, with their stages; those that overlap go to further lanes
 *
 * An arrow leads from a fault's record to the thread that takes it out of the queue,
 * to that which handles it, and back to the device. Times are whole nanoseconds.
 *
 * Left out: what came after output.timeline_limit faults; otherData says how many.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/sim.h"
#include "sim/time.h"
#include "tool/output/output.h"
#include "tool/output/slices.h"

/* Processes, in the order in which they are shown. */
enum {
	PID_CPUS = 1,
	PID_THREADS,
	PID_LOCKS,
	PID_QUEUES,
	PID_DEVICES, /* and one for each device */
};

/* What a slice is of, and what its index means. */
enum {
	OF_THREAD,   /* number of the thread */
	OF_IRQ,	     /* number of the interrupt */
	OF_SPINNING, /* - */
	OF_WORK,     /* of timeline.works */
	OF_WAIT,     /* number of the lock's class */
	OF_RUNNING,  /* CPU */
	OF_HOLD,     /* number of the thread */
	OF_FAULT,    /* of timeline.faults */
	OF_STAGE,    /* a stage */
};

/* A thread handles a fault, or a group of them. */
struct work {
	u32 thread;
	u64 from_ns, to_ns;
	u64 first, last; /* numbers of faults */
};

struct lanes {
	u64 *free_at_ns; /* a lane each */
	u32 nr, room;
};

struct timeline {
	FILE *out;
	const struct sys_result *result;
	const struct sys_timeline *of;
	struct slices slices;
	const struct sys_fault_record **faults;
	u32 *lane_of_fault;
	u64 nr_faults;
	struct work *works;
	u64 nr_works;
	struct lanes *devices; /* a device each */
	struct lanes *locks;   /* a class each, by number */
	u32 nr_locks;
	bool has_events;
};

static u64 ns(u64 ps)
{
	return ps / SIM_PS_PER_NS;
}

/* Stamps count from the machine's beginning, the timeline from the run's. */
static u64 stamp_ns(const struct timeline *timeline, u64 stamp_ps)
{
	return stamp_ps > timeline->of->start_ps ? ns(stamp_ps - timeline->of->start_ps) : 0;
}

/* --- lanes: slices of one lane do not overlap --- */

/* The first lane that is free at @from_ns; 0 also when there is no memory for another. */
static u32 take_lane(struct lanes *lanes, u64 from_ns, u64 to_ns)
{
	u32 i = 0;

	while (i < lanes->nr && lanes->free_at_ns[i] > from_ns)
		i++;
	if (i == lanes->room) {
		u32 room = lanes->room ? 2 * lanes->room : 8;
		u64 *larger = realloc(lanes->free_at_ns, room * sizeof(*larger));

		if (!larger)
			return 0;
		lanes->free_at_ns = larger;
		lanes->room = room;
	}
	if (i == lanes->nr)
		lanes->nr++;
	lanes->free_at_ns[i] = to_ns;
	return i;
}

static void free_lanes(struct lanes *lanes, u32 nr)
{
	for (u32 i = 0; lanes && i < nr; i++)
		free(lanes[i].free_at_ns);
	free(lanes);
}

/* --- CPUs and threads --- */

/* The thread of a CPU: its spans, and interrupts between them, are one slice. */
struct turn {
	u32 thread; /* 0: none */
	u64 from_ps, to_ps;
	u64 seen_ps; /* interrupts included */
};

static void end_turn(struct timeline *timeline, u32 cpu, struct turn *turn)
{
	if (turn->thread)
		slices_add(&timeline->slices,
			   (struct slice){PID_CPUS, cpu + 1, 0, ns(turn->from_ps), ns(turn->to_ps),
					  OF_THREAD, turn->thread});
	turn->thread = 0;
}

static void add_to_turn(struct timeline *timeline, struct turn *turn, const struct sys_span *span)
{
	bool goes_on = turn->seen_ps == span->from_ps &&
		       (!span->thread || span->thread == turn->thread);

	if (!goes_on) {
		end_turn(timeline, span->cpu, turn);
		*turn = (struct turn){.thread = span->thread, .from_ps = span->from_ps};
	}
	turn->seen_ps = span->to_ps;
	if (span->thread)
		turn->to_ps = span->to_ps;
}

static void add_cpu_span(struct timeline *timeline, struct turn *turns, const struct sys_span *span)
{
	struct slice slice = {.from_ns = ns(span->from_ps), .to_ns = ns(span->to_ps)};

	add_to_turn(timeline, &turns[span->cpu], span);
	slice.pid = PID_CPUS;
	slice.tid = span->cpu + 1;
	slice.level = 1;
	slice.what = span->kind == SYS_SPAN_IRQ ? OF_IRQ : OF_SPINNING;
	slice.index = span->kind == SYS_SPAN_IRQ ? span->irq : 0;
	if (span->kind != SYS_SPAN_RUN)
		slices_add(&timeline->slices, slice);
	if (!span->thread)
		return;
	slice.pid = PID_THREADS;
	slice.tid = span->thread;
	slice.level = 2;
	slice.what = span->kind == SYS_SPAN_SPIN ? OF_SPINNING : OF_RUNNING;
	slice.index = span->cpu;
	slices_add(&timeline->slices, slice);
}

static void add_wait(struct timeline *timeline, const struct sys_span *span)
{
	if (span->thread)
		slices_add(&timeline->slices,
			   (struct slice){PID_THREADS, span->thread, 1, ns(span->from_ps),
					  ns(span->to_ps), OF_WAIT, span->lock});
}

static void add_spans(struct timeline *timeline)
{
	struct turn turns[SIM_MAX_CPUS] = {0};

	for (u64 i = 0; i < timeline->of->nr_spans; i++) {
		const struct sys_span *span = &timeline->of->spans[i];

		if (span->kind == SYS_SPAN_WAIT)
			add_wait(timeline, span);
		else if (span->kind != SYS_SPAN_HOLD)
			add_cpu_span(timeline, turns, span);
	}
	for (u32 cpu = 0; cpu < SIM_MAX_CPUS; cpu++)
		end_turn(timeline, cpu, &turns[cpu]);
}

/* --- locks --- */

static int by_begin(const void *left, const void *right)
{
	const struct sys_span *a = *(const struct sys_span *const *)left;
	const struct sys_span *b = *(const struct sys_span *const *)right;

	if (a->from_ps != b->from_ps)
		return a->from_ps < b->from_ps ? -1 : 1;
	return a->to_ps < b->to_ps ? -1 : a->to_ps > b->to_ps;
}

#define LANES_PER_LOCK 1024

static void add_hold(struct timeline *timeline, const struct sys_span *span)
{
	u32 lane;

	if (span->lock >= timeline->nr_locks || ns(span->to_ps) == ns(span->from_ps))
		return;
	lane = take_lane(&timeline->locks[span->lock], ns(span->from_ps), ns(span->to_ps));
	if (lane < LANES_PER_LOCK)
		slices_add(&timeline->slices,
			   (struct slice){PID_LOCKS, span->lock * LANES_PER_LOCK + lane, 0,
					  ns(span->from_ps), ns(span->to_ps), OF_HOLD,
					  span->thread});
}

static void add_holds(struct timeline *timeline)
{
	const struct sys_timeline *of = timeline->of;
	const struct sys_span **holds = malloc((of->nr_spans + 1) * sizeof(*holds));
	u64 nr = 0;

	timeline->slices.is_short |= !holds;
	for (u64 i = 0; holds && i < of->nr_spans; i++) {
		if (of->spans[i].kind == SYS_SPAN_HOLD)
			holds[nr++] = &of->spans[i];
	}
	if (nr)
		qsort(holds, nr, sizeof(*holds), by_begin);
	for (u64 i = 0; i < nr; i++)
		add_hold(timeline, holds[i]);
	free(holds);
}

/* --- faults --- */

static u32 fault_pid(const struct sys_fault_record *fault)
{
	return PID_DEVICES + fault->device;
}

static void add_stages(struct timeline *timeline, u64 index)
{
	const struct sys_fault_record *fault = timeline->faults[index];
	u64 before_ps = fault->began_ps;

	for (u32 i = 0; i < SYS_NR_STAGES; i++) {
		slices_add(&timeline->slices,
			   (struct slice){fault_pid(fault), timeline->lane_of_fault[index] + 1, 1,
					  stamp_ns(timeline, before_ps),
					  stamp_ns(timeline, fault->stamp_ps[i]), OF_STAGE, i});
		before_ps = fault->stamp_ps[i];
	}
}

static void add_fault(struct timeline *timeline, u64 index)
{
	const struct sys_fault_record *fault = timeline->faults[index];
	u64 from_ns = stamp_ns(timeline, fault->began_ps);
	u64 to_ns = stamp_ns(timeline, fault->stamp_ps[SYS_STAGE_COMPLETED]);
	u32 lane;

	sim_assert(fault->device < timeline->result->nr_devices);
	lane = take_lane(&timeline->devices[fault->device], from_ns, to_ns);
	timeline->lane_of_fault[index] = lane;
	slices_add(&timeline->slices,
		   (struct slice){fault_pid(fault), lane + 1, 0, from_ns, to_ns, OF_FAULT, index});
	add_stages(timeline, index);
}

static const struct sys_fault_threads *threads_of(const struct timeline *timeline,
						  const struct sys_fault_record *fault)
{
	static const struct sys_fault_threads none;

	return fault->number < timeline->of->nr_faults ? &timeline->of->faults[fault->number]
						       : &none;
}

static void add_work(struct timeline *timeline, const struct sys_fault_record *fault)
{
	u32 thread = threads_of(timeline, fault)->handled;

	if (!thread)
		return;
	timeline->works[timeline->nr_works++] = (struct work){
		.thread = thread,
		.from_ns = stamp_ns(timeline, fault->stamp_ps[SYS_STAGE_HANDLED]),
		.to_ns = stamp_ns(timeline, fault->stamp_ps[SYS_STAGE_ANSWERED]),
		.first = fault->number,
		.last = fault->number,
	};
}

static int by_thread_and_begin(const void *left, const void *right)
{
	const struct work *a = left, *b = right;

	if (a->thread != b->thread)
		return a->thread < b->thread ? -1 : 1;
	if (a->from_ns != b->from_ns)
		return a->from_ns < b->from_ns ? -1 : 1;
	return a->first < b->first ? -1 : a->first > b->first;
}

/* A group's faults are handled at once: one slice. */
static void join_works(struct timeline *timeline)
{
	u64 nr = 0;

	if (timeline->nr_works)
		qsort(timeline->works, timeline->nr_works, sizeof(*timeline->works),
		      by_thread_and_begin);
	for (u64 i = 0; i < timeline->nr_works; i++) {
		const struct work *work = &timeline->works[i];
		struct work *last = nr ? &timeline->works[nr - 1] : NULL;

		if (!last || last->thread != work->thread || last->to_ns <= work->from_ns) {
			timeline->works[nr++] = *work;
			continue;
		}
		if (work->to_ns > last->to_ns)
			last->to_ns = work->to_ns;
		if (work->first < last->first)
			last->first = work->first;
		if (work->last > last->last)
			last->last = work->last;
	}
	timeline->nr_works = nr;
}

static void add_works(struct timeline *timeline)
{
	for (u64 i = 0; i < timeline->nr_faults; i++)
		add_work(timeline, timeline->faults[i]);
	join_works(timeline);
	for (u64 i = 0; i < timeline->nr_works; i++) {
		const struct work *work = &timeline->works[i];

		slices_add(&timeline->slices,
			   (struct slice){PID_THREADS, work->thread, 0, work->from_ns, work->to_ns,
					  OF_WORK, i});
	}
}

static int by_begin_of_fault(const void *left, const void *right)
{
	const struct sys_fault_record *a = *(const struct sys_fault_record *const *)left;
	const struct sys_fault_record *b = *(const struct sys_fault_record *const *)right;

	if (a->began_ps != b->began_ps)
		return a->began_ps < b->began_ps ? -1 : 1;
	return a->number < b->number ? -1 : 1;
}

/* Those of the kept faults that ended while the timeline was recorded. */
static void find_faults(struct timeline *timeline)
{
	const struct sys_timeline *of = timeline->of;
	struct output_cursor cursor = {0};
	const struct sys_fault_record *fault;

	while ((fault = output_next_fault(timeline->result, &cursor))) {
		if (fault->stamp_ps[SYS_STAGE_COMPLETED] <= of->start_ps + of->end_ps)
			timeline->faults[timeline->nr_faults++] = fault;
	}
	if (timeline->nr_faults)
		qsort(timeline->faults, timeline->nr_faults, sizeof(*timeline->faults),
		      by_begin_of_fault);
}

/* --- writing --- */

static void begin_event(struct timeline *timeline)
{
	fputs(timeline->has_events ? ",\n" : "\n", timeline->out);
	timeline->has_events = true;
}

/* Times of the format are in us. */
static void write_us(FILE *out, const char *key, u64 time_ns)
{
	fprintf(out, "\"%s\":%llu.%03u", key, time_ns / 1000, (u32)(time_ns % 1000));
}

static const char *thread_name(const struct timeline *timeline, u64 number)
{
	return number < timeline->of->nr_threads ? timeline->of->thread_names[number] : "";
}

static const struct sim_lock_class *lock_of(const struct timeline *timeline, u64 number)
{
	for (u32 i = 0; i < timeline->result->nr_locks; i++) {
		if (timeline->result->locks[i]->number == number)
			return timeline->result->locks[i];
	}
	return NULL;
}

static const char *lock_name(const struct timeline *timeline, u64 number)
{
	const struct sim_lock_class *lock = lock_of(timeline, number);

	return lock ? lock->name : "a lock";
}

/* The thread of a threaded interrupt is called "irq/NUMBER-NAME". */
static void irq_name(const struct timeline *timeline, u64 irq, char *text, size_t bytes)
{
	char prefix[24];

	snprintf(prefix, sizeof(prefix), "irq/%llu-", irq);
	snprintf(text, bytes, "interrupt %llu", irq);
	if (sim_irq_name(irq))
		snprintf(text, bytes, "%s", sim_irq_name(irq));
	for (u32 i = 0; i < timeline->of->nr_threads; i++) {
		const char *name = timeline->of->thread_names[i];

		if (!strncmp(name, prefix, strlen(prefix)))
			snprintf(text, bytes, "interrupt %llu, %s", irq, name + strlen(prefix));
	}
}

static void work_name(const struct work *work, char *text, size_t bytes)
{
	if (work->first == work->last)
		snprintf(text, bytes, "fault %llu", work->first);
	else
		snprintf(text, bytes, "faults %llu to %llu", work->first, work->last);
}

static void name_of(const struct timeline *timeline, const struct slice *slice, char *text,
		    size_t bytes)
{
	switch (slice->what) {
	case OF_THREAD:
	case OF_HOLD:
		snprintf(text, bytes, "%s",
			 slice->index ? thread_name(timeline, slice->index) : "an interrupt");
		break;
	case OF_IRQ:
		irq_name(timeline, slice->index, text, bytes);
		break;
	case OF_SPINNING:
		snprintf(text, bytes, "spinning");
		break;
	case OF_WORK:
		work_name(&timeline->works[slice->index], text, bytes);
		break;
	case OF_WAIT:
		snprintf(text, bytes, "waits for %s", lock_name(timeline, slice->index));
		break;
	case OF_RUNNING:
		snprintf(text, bytes, "on CPU %llu", slice->index);
		break;
	case OF_FAULT:
		snprintf(text, bytes, "fault %llu", timeline->faults[slice->index]->number);
		break;
	case OF_STAGE:
		snprintf(text, bytes, "%s", sys_stage_names[slice->index]);
		break;
	}
}

static const char *const categories[] = {
	[OF_THREAD] = "thread", [OF_IRQ] = "interrupt", [OF_SPINNING] = "spinning",
	[OF_WORK] = "handling", [OF_WAIT] = "wait",	[OF_RUNNING] = "running",
	[OF_HOLD] = "lock",	[OF_FAULT] = "fault",	[OF_STAGE] = "stage",
};

static void write_fault_args(FILE *out, const struct sys_fault_record *fault)
{
	fprintf(out,
		",\"args\":{\"iova\":\"0x%llx\",\"access\":\"%s\",\"iommu\":%u,\"tag\":%u,"
		"\"outcome\":\"%s\"",
		fault->iova, fault->is_write ? "write" : "read", fault->iommu, fault->tag,
		fault->is_aborted ? "aborted" : "translated");
	if (fault->has_pasid)
		fprintf(out, ",\"pasid\":%u", fault->pasid);
	fputc('}', out);
}

/*
 * Viewers add begin and length as floating-point numbers of us, and what then ends a trifle after
 * its neighbour begins, or its parent ends, becomes a staircase. So a slice ends a ns early, and
 * one more for each that it is in. One that is not longer than that is left out.
 */
static u64 early_ns(const struct slice *slice)
{
	return slice->level + 1;
}

static void write_slice(struct timeline *timeline, const struct slice *slice)
{
	u64 length_ns = slice->to_ns - slice->from_ns;
	char name[160] = "";

	if (length_ns <= early_ns(slice))
		return;
	name_of(timeline, slice, name, sizeof(name));
	begin_event(timeline);
	fprintf(timeline->out,
		"{\"ph\":\"X\",\"cat\":\"%s\",\"name\":\"%s\",\"pid\":%u,\"tid\":%u,",
		categories[slice->what], name, slice->pid, slice->tid);
	write_us(timeline->out, "ts", slice->from_ns);
	fputc(',', timeline->out);
	write_us(timeline->out, "dur", length_ns - early_ns(slice));
	if (slice->what == OF_FAULT)
		write_fault_args(timeline->out, timeline->faults[slice->index]);
	fputc('}', timeline->out);
}

struct step {
	char phase; /* 's', 't', 'f' */
	u32 pid, tid;
	u64 at_ns;
};

static void write_step(struct timeline *timeline, u64 number, const struct step *step)
{
	begin_event(timeline);
	fprintf(timeline->out,
		"{\"ph\":\"%c\",\"cat\":\"path\",\"name\":\"path of a fault\",\"id\":%llu,"
		"\"pid\":%u,\"tid\":%u,%s",
		step->phase, number, step->pid, step->tid,
		step->phase == 's' ? "" : "\"bp\":\"e\",");
	write_us(timeline->out, "ts", step->at_ns);
	fputc('}', timeline->out);
}

/* From the record to the event thread, to the handler's, and back. */
static void write_path(struct timeline *timeline, u64 index)
{
	const struct sys_fault_record *fault = timeline->faults[index];
	const struct sys_fault_threads *threads = threads_of(timeline, fault);
	u32 pid = fault_pid(fault), lane = timeline->lane_of_fault[index] + 1;
	const u64 *stamps = fault->stamp_ps;
	u64 end_ns = stamp_ns(timeline, stamps[SYS_STAGE_COMPLETED]);
	u64 back_ns = stamp_ns(timeline, stamps[SYS_STAGE_CONSUMED]);

	if (!threads->dequeued || end_ns <= stamp_ns(timeline, fault->began_ps) + 2)
		return;
	write_step(timeline, fault->number,
		   &(struct step){'s', pid, lane, stamp_ns(timeline, stamps[SYS_STAGE_RECORDED])});
	write_step(timeline, fault->number,
		   &(struct step){'t', PID_THREADS, threads->dequeued,
				  stamp_ns(timeline, stamps[SYS_STAGE_DEQUEUED])});
	if (threads->handled)
		write_step(timeline, fault->number,
			   &(struct step){'t', PID_THREADS, threads->handled,
					  stamp_ns(timeline, stamps[SYS_STAGE_HANDLED])});
	write_step(timeline, fault->number,
		   &(struct step){'f', pid, lane, back_ns + 1 < end_ns ? back_ns : end_ns - 2});
}

/* Depths count from the first change; queues come in the order of the result. */
static void write_depths(struct timeline *timeline)
{
	const struct sys_timeline *of = timeline->of;

	for (u64 i = 0; i < of->nr_depths; i++) {
		const struct sys_depth_change *change = &of->depths[i];
		const struct sys_queue_result *queue = timeline->result->queues;

		while (queue < timeline->result->queues + timeline->result->nr_queues &&
		       queue->trace_number != change->queue)
			queue++;
		if (queue == timeline->result->queues + timeline->result->nr_queues)
			continue;
		begin_event(timeline);
		fprintf(timeline->out, "{\"ph\":\"C\",\"name\":\"%s\",\"pid\":%d,", queue->name,
			PID_QUEUES);
		write_us(timeline->out, "ts", ns(change->at_ps));
		fprintf(timeline->out, ",\"args\":{\"depth\":%u}}", change->depth);
	}
}

/* --- names of tracks --- */

static void write_process(struct timeline *timeline, u32 pid, const char *name)
{
	begin_event(timeline);
	fprintf(timeline->out,
		"{\"ph\":\"M\",\"name\":\"process_name\",\"pid\":%u,\"args\":{\"name\":\"%s\"}},\n"
		"{\"ph\":\"M\",\"name\":\"process_sort_index\",\"pid\":%u,"
		"\"args\":{\"sort_index\":%u}}",
		pid, name, pid, pid);
}

static void write_track(struct timeline *timeline, u32 pid, u32 tid, const char *name)
{
	begin_event(timeline);
	fprintf(timeline->out,
		"{\"ph\":\"M\",\"name\":\"thread_name\",\"pid\":%u,\"tid\":%u,"
		"\"args\":{\"name\":\"%s\"}},\n"
		"{\"ph\":\"M\",\"name\":\"thread_sort_index\",\"pid\":%u,\"tid\":%u,"
		"\"args\":{\"sort_index\":%u}}",
		pid, tid, name, pid, tid, tid);
}

static void track_name(const struct timeline *timeline, const struct slice *slice, char *text,
		       size_t bytes)
{
	if (slice->pid == PID_CPUS)
		snprintf(text, bytes, "CPU %u", slice->tid - 1);
	else if (slice->pid == PID_THREADS)
		snprintf(text, bytes, "%s", thread_name(timeline, slice->tid));
	else if (slice->pid == PID_LOCKS)
		snprintf(text, bytes, "%s", lock_name(timeline, slice->tid / LANES_PER_LOCK));
	else
		snprintf(text, bytes, "faults %u", slice->tid);
}

/* Slices stand track by track: each change is a new one. */
static void write_tracks(struct timeline *timeline)
{
	const struct slice *last = NULL;

	for (size_t i = 0; i < timeline->slices.nr; i++) {
		const struct slice *slice = &timeline->slices.slices[i];
		char name[96];

		if (!last || last->pid != slice->pid || last->tid != slice->tid) {
			track_name(timeline, slice, name, sizeof(name));
			write_track(timeline, slice->pid, slice->tid, name);
		}
		last = slice;
	}
}

static void write_processes(struct timeline *timeline)
{
	char name[96] = "CPUs";

	if (timeline->nr_faults < timeline->result->faults_completed)
		snprintf(name, sizeof(name),
			 "CPUs, the first %llu of %llu faults (output.timeline_limit)",
			 timeline->nr_faults, timeline->result->faults_completed);
	write_process(timeline, PID_CPUS, name);
	write_process(timeline, PID_THREADS, "threads");
	write_process(timeline, PID_LOCKS, "locks, who holds one");
	write_process(timeline, PID_QUEUES, "queues, depth");
	for (u32 i = 0; i < timeline->result->nr_devices; i++) {
		if (!timeline->devices[i].nr)
			continue;
		snprintf(name, sizeof(name), "device %u", i);
		write_process(timeline, PID_DEVICES + i, name);
	}
}

static void write_events(struct timeline *timeline)
{
	find_faults(timeline);
	for (u64 i = 0; i < timeline->nr_faults; i++)
		add_fault(timeline, i);
	add_works(timeline);
	add_spans(timeline);
	add_holds(timeline);
	slices_nest(&timeline->slices);
	write_processes(timeline);
	write_tracks(timeline);
	for (size_t i = 0; i < timeline->slices.nr; i++)
		write_slice(timeline, &timeline->slices.slices[i]);
	for (u64 i = 0; i < timeline->nr_faults; i++)
		write_path(timeline, i);
	write_depths(timeline);
}

static u32 highest_lock(const struct sys_result *result)
{
	u32 highest = 0;

	for (u32 i = 0; i < result->nr_locks; i++) {
		if (result->locks[i]->number > highest)
			highest = result->locks[i]->number;
	}
	return highest;
}

static bool prepare(struct timeline *timeline)
{
	const struct sys_result *result = timeline->result;
	u64 nr = result->nr_first + result->nr_slowest + 1;

	timeline->nr_locks = highest_lock(result) + 1;
	timeline->devices = calloc(result->nr_devices + 1, sizeof(*timeline->devices));
	timeline->locks = calloc(timeline->nr_locks, sizeof(*timeline->locks));
	timeline->faults = calloc(nr, sizeof(*timeline->faults));
	timeline->lane_of_fault = calloc(nr, sizeof(*timeline->lane_of_fault));
	timeline->works = calloc(nr, sizeof(*timeline->works));
	return timeline->devices && timeline->locks && timeline->faults &&
	       timeline->lane_of_fault && timeline->works;
}

static void release(struct timeline *timeline)
{
	free_lanes(timeline->devices, timeline->result->nr_devices);
	free_lanes(timeline->locks, timeline->nr_locks);
	free(timeline->faults);
	free(timeline->lane_of_fault);
	free(timeline->works);
	slices_finish(&timeline->slices);
}

/* What is not in it is known when all has been written. */
void output_timeline_json(FILE *out, const struct output_run *run)
{
	const struct sys_result *result = run->result;
	struct timeline timeline = {.out = out, .result = result, .of = result->timeline};
	char text[DECIMAL_BYTES];

	fputs("{\"displayTimeUnit\":\"ns\",\"traceEvents\":[", out);
	if (prepare(&timeline))
		write_events(&timeline);
	fprintf(out,
		"\n],\"otherData\":{\"workload\":\"%s\",\"seed\":\"%llu\",\"faults\":\"%llu\","
		"\"dropped_faults\":\"%llu\",\"ends_at_ns\":\"%s\",\"is_complete\":%s}}\n",
		run->config->name, run->config->seed, result->faults_completed,
		result->faults_completed - timeline.nr_faults,
		decimal_ns(text, result->timeline->end_ps),
		timeline.slices.is_short ? "false" : "true");
	release(&timeline);
}
