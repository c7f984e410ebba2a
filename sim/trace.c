// SPDX-License-Identifier: GPL-2.0-only
/*
 * Trace points: the running hash and the sink.
 *
 * The hash folds two 64 x 64 -> 128 bit products of the record into the state
 * by rotate and multiply: every bit of time, id and arguments reaches every bit
 * of the hash, and the order of records counts. It is a check that two runs did
 * the same, not a defence against forgery.
 */
#include "sim/trace.h"
#include "sim/core.h"
#include "sim/sim.h"
#include "sim/trace_internal.h"

/* Odd 64-bit constants with about half their bits set (splitmix64 of 1 to 5). */
#define KEY_TIME 0x910a2dec89025cc1ULL
#define KEY_A 0xbeeb8da1658eec67ULL
#define KEY_B 0xf893a2eefb32555fULL
#define KEY_ID 0x71c18690ee42c90bULL
#define KEY_STATE 0x71bb54d8d101b5b9ULL

bool sim_trace_is_on = true;
static sim_trace_sink_fn sink;
static void *sink_opaque;
u64 sim_trace_wanted;

void sim_trace_init(void)
{
	sim_trace_is_on = true;
	sim_trace_set_sink(NULL, NULL, 0);
}

static inline u64 mul_fold(u64 x, u64 y)
{
	unsigned __int128 product = (unsigned __int128)x * y;

	return (u64)product ^ (u64)(product >> 64);
}

static inline u64 rotate_left(u64 x, u32 by)
{
	return x << by | x >> (64 - by);
}

void sim_trace_tell(enum sim_trace_id id, u64 a, u64 b)
{
	const struct sim_trace_record record = {
		.at_ps = sim_core->now_ps, .a = a, .b = b, .id = id};

	if (sim_trace_is_on)
		sink(sink_opaque, &record);
}

void sim_trace_emit(enum sim_trace_id id, u64 a, u64 b)
{
	struct sim_core *core = sim_core;
	u64 record_hash = mul_fold(core->now_ps ^ KEY_TIME, a ^ KEY_A) +
			  mul_fold(b ^ KEY_B, id ^ KEY_ID);

	core->trace_hash = rotate_left(core->trace_hash ^ record_hash, 27) * KEY_STATE;
	if (__builtin_expect(sim_trace_wanted >> id & 1, 0))
		sim_trace_tell(id, a, b);
}

void sim_trace_enable(bool on)
{
	sim_trace_is_on = on;
}

void sim_trace_set_sink(sim_trace_sink_fn fn, void *opaque, u64 mask)
{
	sink = fn;
	sink_opaque = opaque;
	sim_trace_wanted = fn ? mask : 0;
}

u64 sim_trace_hash(void)
{
	return sim_core ? sim_core->trace_hash : 0;
}
