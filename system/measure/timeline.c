// SPDX-License-Identifier: GPL-2.0-only
/*
 * See timeline.h. A span is stored when it ends; one that goes on from the last of
 * its CPU makes that longer. What waits, or is held, when the recording ends is left out.
 *
 * A run without faults, or whose faults do not end, would record for ever: there is
 * room for SPANS_PER_FAULT for each fault that is asked for, and then it ends too.
 */
#include "system/measure/timeline.h"

#include <string.h>

#include "sim/arena.h"
#include "sim/cpu.h"
#include "sim/event.h"
#include "sim/sim.h"

#define SPANS_PER_FAULT 200
#define FIRST_ROOM 1024

struct sys_timeline_recorder {
	u64 nr_faults, nr_ended;
	u64 max_spans, span_room, depth_room, fault_room, name_room;
	bool is_over;
	u32 irq_of_cpu[SIM_MAX_CPUS];
	u64 last_of_cpu[SIM_MAX_CPUS]; /* index + 1 of its last span */
	struct sys_span *spans;
	struct sys_fault_threads *faults;
	struct sys_depth_change *depths;
	char (*names)[SYS_SPAN_NAME_BYTES];
	struct sys_timeline result;
};

struct sys_timeline_recorder *sys_timeline_create(u64 nr_faults)
{
	struct sys_timeline_recorder *recorder = sim_alloc(sizeof(*recorder));

	if (!recorder)
		return NULL;
	recorder->nr_faults = nr_faults;
	recorder->max_spans = nr_faults * SPANS_PER_FAULT;
	recorder->is_over = !nr_faults;
	return recorder;
}

void sys_timeline_start(struct sys_timeline_recorder *recorder)
{
	recorder->result.start_ps = sim_now_ps();
}

u64 sys_timeline_wants(const struct sys_timeline_recorder *recorder)
{
	return recorder->is_over ? 0 : SYS_TIMELINE_MASK;
}

/* Room for @nr of @bytes each; what was there stays, what is new is zero. False: no memory. */
static bool grow(void *array, u64 *room, u64 nr, size_t bytes)
{
	void **old = array, *larger;
	u64 wanted = *room ? *room : FIRST_ROOM;

	if (nr <= *room)
		return true;
	while (wanted < nr)
		wanted *= 2;
	larger = sim_alloc(wanted * bytes);
	if (!larger)
		return false;
	if (*room)
		memcpy(larger, *old, *room * bytes);
	sim_free(*old);
	*old = larger;
	*room = wanted;
	return true;
}

static void end(struct sys_timeline_recorder *recorder)
{
	recorder->is_over = true;
	recorder->result.end_ps = sim_now_ps() - recorder->result.start_ps;
}

/* --- spans --- */

static void name_thread(struct sys_timeline_recorder *recorder, u32 number)
{
	const struct sim_thread *thread;

	if (!grow(&recorder->names, &recorder->name_room, number + 1ULL,
		  sizeof(*recorder->names))) {
		end(recorder);
		return;
	}
	if (number >= recorder->result.nr_threads)
		recorder->result.nr_threads = number + 1;
	if (recorder->names[number][0])
		return;
	thread = sim_thread_find(number);
	strncpy(recorder->names[number], thread ? sim_thread_name(thread) : "?",
		SYS_SPAN_NAME_BYTES - 1);
}

/* What began before the recording did is cut there. */
static void add(struct sys_timeline_recorder *recorder, struct sys_span span)
{
	u64 *nr = &recorder->result.nr_spans;

	span.from_ps = span.from_ps > recorder->result.start_ps
			       ? span.from_ps - recorder->result.start_ps
			       : 0;
	span.to_ps -= recorder->result.start_ps;
	if (*nr == recorder->max_spans ||
	    !grow(&recorder->spans, &recorder->span_room, *nr + 1, sizeof(*recorder->spans))) {
		end(recorder);
		return;
	}
	if (span.thread)
		name_thread(recorder, span.thread);
	recorder->spans[(*nr)++] = span;
}

static const enum sys_span_kind kind_of_activity[] = {
	[SIM_CPU_RAN] = SYS_SPAN_RUN,
	[SIM_CPU_SPUN] = SYS_SPAN_SPIN,
	[SIM_CPU_IRQ] = SYS_SPAN_IRQ,
	[SIM_CPU_IRQ_SPUN] = SYS_SPAN_IRQ_SPIN,
};

static bool goes_on(const struct sys_span *last, const struct sys_span *span, u64 start_ps)
{
	return last->to_ps + start_ps == span->from_ps && last->kind == span->kind &&
	       last->thread == span->thread && last->irq == span->irq;
}

static void note_cpu(struct sys_timeline_recorder *recorder, const struct sim_trace_record *record)
{
	enum sim_cpu_activity activity = SIM_CPU_DID_ACTIVITY(record->a);
	u32 cpu = SIM_CPU_DID_CPU(record->a);
	u64 *last = &recorder->last_of_cpu[cpu];
	struct sys_span span = {
		.from_ps = record->b,
		.to_ps = record->at_ps,
		.cpu = cpu,
		.thread = SIM_CPU_DID_THREAD(record->a),
	};

	if (activity == SIM_CPU_IDLE || record->at_ps <= recorder->result.start_ps)
		return;
	span.kind = kind_of_activity[activity];
	if (span.kind == SYS_SPAN_IRQ || span.kind == SYS_SPAN_IRQ_SPIN)
		span.irq = recorder->irq_of_cpu[cpu];
	if (*last && goes_on(&recorder->spans[*last - 1], &span, recorder->result.start_ps)) {
		recorder->spans[*last - 1].to_ps = span.to_ps - recorder->result.start_ps;
		return;
	}
	add(recorder, span);
	*last = recorder->result.nr_spans;
}

static void note_lock(struct sys_timeline_recorder *recorder, const struct sim_trace_record *record,
		      enum sys_span_kind kind)
{
	const struct sim_thread *self = sim_thread_self();

	if (!record->b || !self)
		return;
	add(recorder, (struct sys_span){
			      .from_ps = record->at_ps - record->b,
			      .to_ps = record->at_ps,
			      .kind = kind,
			      .lock = record->a,
			      .cpu = sim_cpu_id(),
			      .thread = sim_thread_number(self),
		      });
}

/* --- faults --- */

/* The thread at whose stamp it is; interrupts and devices are none. */
static u32 *thread_of_stage(struct sys_fault_threads *threads, enum sys_stage stage)
{
	switch (stage) {
	case SYS_STAGE_DEQUEUED:
		return &threads->dequeued;
	case SYS_STAGE_HANDLED:
		return &threads->handled;
	case SYS_STAGE_ANSWERED:
		return &threads->answered;
	default:
		return NULL;
	}
}

/* What CPUs are at is said until now. */
static void say_until_now(void)
{
	struct sim_cpu_stats stats;

	for (u32 cpu = 0; cpu < sim_cpu_params()->nr_cpus; cpu++)
		sim_cpu_stats(cpu, &stats);
}

static void note_stamp(struct sys_timeline_recorder *recorder,
		       const struct sim_trace_record *record)
{
	enum sys_stage stage = record->a & 0xff;
	const struct sim_thread *self = sim_thread_self();
	u64 number = record->a >> 8;
	u32 *thread;

	if (stage == SYS_STAGE_COMPLETED && ++recorder->nr_ended == recorder->nr_faults) {
		say_until_now();
		end(recorder);
	}
	if (number > recorder->max_spans ||
	    !grow(&recorder->faults, &recorder->fault_room, number + 1, sizeof(*recorder->faults)))
		return;
	if (number >= recorder->result.nr_faults)
		recorder->result.nr_faults = number + 1;
	thread = thread_of_stage(&recorder->faults[number], stage);
	if (!thread || !self || !sim_thread_number(self))
		return;
	*thread = sim_thread_number(self);
	name_thread(recorder, *thread);
}

static void note_depth(struct sys_timeline_recorder *recorder,
		       const struct sim_trace_record *record)
{
	u64 *nr = &recorder->result.nr_depths;

	if (*nr == recorder->max_spans ||
	    !grow(&recorder->depths, &recorder->depth_room, *nr + 1, sizeof(*recorder->depths))) {
		end(recorder);
		return;
	}
	recorder->depths[(*nr)++] = (struct sys_depth_change){
		.at_ps = record->at_ps - recorder->result.start_ps,
		.queue = record->a,
		.depth = record->b,
	};
}

void sys_timeline_note(struct sys_timeline_recorder *recorder,
		       const struct sim_trace_record *record)
{
	if (recorder->is_over)
		return;
	switch (record->id) {
	case SIM_TRACE_CPU_DID:
		note_cpu(recorder, record);
		break;
	case SIM_TRACE_LOCK_ACQUIRED:
		note_lock(recorder, record, SYS_SPAN_WAIT);
		break;
	case SIM_TRACE_LOCK_RELEASED:
		note_lock(recorder, record, SYS_SPAN_HOLD);
		break;
	case SIM_TRACE_FAULT_STAMP:
		note_stamp(recorder, record);
		break;
	case SIM_TRACE_IRQ:
		recorder->irq_of_cpu[record->a] = record->b;
		break;
	case SIM_TRACE_QUEUE_PUSH:
	case SIM_TRACE_QUEUE_POP:
		note_depth(recorder, record);
		break;
	default:
		break;
	}
}

const struct sys_timeline *sys_timeline_result(struct sys_timeline_recorder *recorder)
{
	struct sys_timeline *result = &recorder->result;

	if (!recorder->is_over)
		end(recorder);
	result->spans = recorder->spans;
	result->faults = recorder->faults;
	result->depths = recorder->depths;
	result->thread_names = (const char(*)[SYS_SPAN_NAME_BYTES])recorder->names;
	return result;
}
