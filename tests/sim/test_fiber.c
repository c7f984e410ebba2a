// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fibers:
 *  - keep their locals and callee-saved state over switches from nested calls;
 *  - deep and many stacks; an overflow hits the guard page;
 *  - a backtrace from inside ends at the fiber's first frame.
 */
#include "machine.h"
#include "sim/core.h"
#include "sim/fiber.h"
#include <errno.h>
#include <unwind.h>

static int start(void **state)
{
	return sim_init(1, 0);
}

static int stop(void **state)
{
	sim_finish();
	return 0;
}

struct worker {
	struct sim_fiber fiber;
	u64 steps, limit, result;
	bool is_done;
};

static struct worker *make_worker(u64 limit, void (*fn)(void *), u64 stack_bytes)
{
	struct worker *worker = sim_alloc(sizeof(*worker));

	assert_non_null(worker);
	worker->limit = limit;
	assert_int_equal(sim_fiber_create(&worker->fiber, stack_bytes, fn, worker), 0);
	return worker;
}

static void run_worker(struct worker *worker)
{
	while (!worker->is_done)
		sim_fiber_resume(&worker->fiber);
	sim_fiber_destroy(&worker->fiber);
}

static void finish(struct worker *worker)
{
	worker->is_done = true;
	sim_fiber_exit(&worker->fiber);
}

/* More live values than there are registers, over every switch. */
static void mixer(void *arg)
{
	struct worker *self = arg;
	u64 a = 1, b = 2, c = 3, d = 4, e = 5, f = 6, g = 7, h = 8, i = 9, j = 10, k = 11, l = 12;
	double x = 1.5;

	while (self->steps++ < self->limit) {
		sim_fiber_yield(&self->fiber);
		a += b, b ^= c, c += d, d ^= e, e += f, f ^= g;
		g += h, h ^= i, i += j, j ^= k, k += l, l ^= a;
		x = x * 1.000001 + (double)(l & 15);
	}
	self->result = a ^ b ^ c ^ d ^ e ^ f ^ g ^ h ^ i ^ j ^ k ^ l ^ (u64)x;
	finish(self);
}

static u64 mixer_alone(u64 limit)
{
	u64 a = 1, b = 2, c = 3, d = 4, e = 5, f = 6, g = 7, h = 8, i = 9, j = 10, k = 11, l = 12;
	double x = 1.5;

	while (limit--) {
		a += b, b ^= c, c += d, d ^= e, e += f, f ^= g;
		g += h, h ^= i, i += j, j ^= k, k += l, l ^= a;
		x = x * 1.000001 + (double)(l & 15);
	}
	return a ^ b ^ c ^ d ^ e ^ f ^ g ^ h ^ i ^ j ^ k ^ l ^ (u64)x;
}

static void locals_survive_switches(void **state)
{
	struct worker *workers[5];
	bool is_any_left = true;
	int i;

	for (i = 0; i < 5; i++)
		workers[i] = make_worker(1000 + i, mixer, 16384);
	while (is_any_left) {
		is_any_left = false;
		for (i = 0; i < 5; i++) {
			if (workers[i]->is_done)
				continue;
			sim_fiber_resume(&workers[i]->fiber);
			is_any_left = true;
		}
	}
	for (i = 0; i < 5; i++)
		assert_int_equal(workers[i]->result, mixer_alone(1000 + i));
}

static __attribute__((noinline)) u64 descend(struct worker *self, u64 depth)
{
	volatile u64 mark = depth * 3;
	u64 below = 0;

	self->steps++;
	if (depth)
		below = descend(self, depth - 1);
	sim_fiber_yield(&self->fiber);
	return below + mark;
}

static void descender(void *arg)
{
	struct worker *self = arg;

	self->result = descend(self, self->limit);
	finish(self);
}

static void yields_from_every_depth_of_nested_calls(void **state)
{
	struct worker *worker = make_worker(500, descender, 1 << 20);

	run_worker(worker);
	assert_int_equal(worker->result, 3 * 500 * 501 / 2);
	assert_int_equal(worker->steps, 501);
}

static void deep_stack_is_usable_to_its_stated_size(void **state)
{
	/* 8 MiB stack, frames of at least 64 bytes. */
	struct worker *worker = make_worker(15000, descender, 8 << 20);

	run_worker(worker);
	assert_int_equal(worker->result, 3ULL * 15000 * 15001 / 2);
}

static void thousands_of_fibers_live_at_once(void **state)
{
	enum { NR = 3000 };
	static struct worker *workers[NR];
	u64 step;
	int i;

	for (i = 0; i < NR; i++)
		workers[i] = make_worker(3, mixer, 16384);
	for (step = 0; step < 4; step++)
		for (i = 0; i < NR; i++)
			sim_fiber_resume(&workers[i]->fiber);
	for (i = 0; i < NR; i++) {
		assert_true(workers[i]->is_done);
		assert_int_equal(workers[i]->result, mixer_alone(3));
		sim_fiber_destroy(&workers[i]->fiber);
	}
}

static void memory_of_ended_fibers_is_reused(void **state)
{
	struct worker *worker = make_worker(1, mixer, 16384);
	struct sim_stack *stack = worker->fiber.stack;
	u64 used_bytes = sim_arena_used_bytes();
	int i;

	for (i = 0; i < 1000; i++) {
		worker->is_done = false;
		worker->steps = 0;
		run_worker(worker);
		assert_int_equal(sim_fiber_create(&worker->fiber, 16384, mixer, worker), 0);
		assert_ptr_equal(worker->fiber.stack, stack);
	}
	assert_int_equal(sim_arena_used_bytes(), used_bytes);
}

static void no_stack_is_no_memory(void **state)
{
	struct sim_fiber fiber;

	assert_int_equal(sim_fiber_create(&fiber, 1ULL << 40, mixer, NULL), -ENOMEM);
	sim_fiber_destroy(&fiber);
}

/* --- overflow: in a child, which says where the access went --- */

static struct worker *overflowing;

static void on_fault(int signal, siginfo_t *info, void *context)
{
	u64 at = (uintptr_t)info->si_addr;
	u64 low = (uintptr_t)overflowing->fiber.stack->low;
	static const char hit[] = "hit the guard page\n";

	if (at < low && at >= low - SIM_PAGE_BYTES)
		(void)!write(STDERR_FILENO, hit, sizeof(hit) - 1);
	_exit(1);
}

static volatile u64 endless = ~0ULL;

static __attribute__((noinline)) u64 overflow(u64 depth)
{
	volatile u64 frame[32];

	frame[depth % 32] = depth;
	if (depth == endless)
		return 0;
	return overflow(depth + 1) + frame[(depth + 1) % 32];
}

static void overflower(void *arg)
{
	overflow(0);
}

static void run_overflower(void)
{
	static u8 signal_stack[65536];
	const stack_t alternate = {.ss_sp = signal_stack, .ss_size = sizeof(signal_stack)};
	const struct sigaction action = {.sa_sigaction = on_fault,
					 .sa_flags = SA_SIGINFO | SA_ONSTACK};

	sigaltstack(&alternate, NULL);
	sigaction(SIGSEGV, &action, NULL);
	overflowing = make_worker(0, overflower, 32768);
	sim_fiber_resume(&overflowing->fiber);
}

static void overflow_hits_the_guard_page(void **state)
{
	assert_true(aborts_saying(run_overflower, "hit the guard page"));
}

/* --- backtrace --- */

struct trace {
	u32 nr_frames;
	bool has_reached_end;
	u64 last_ip;
};

static _Unwind_Reason_Code count_frame(struct _Unwind_Context *context, void *arg)
{
	struct trace *trace = arg;

	/* The unwinder shows the undefined caller of the first frame as address 0. */
	if (_Unwind_GetIP(context))
		trace->last_ip = _Unwind_GetIP(context);
	return ++trace->nr_frames > 1000 ? _URC_NORMAL_STOP : _URC_NO_REASON;
}

static struct trace traces[2];

static __attribute__((noinline)) u64 trace_at(u64 depth, struct trace *trace)
{
	volatile u64 keep = depth;

	if (depth)
		return trace_at(depth - 1, trace) + keep;
	trace->has_reached_end = _Unwind_Backtrace(count_frame, trace) == _URC_END_OF_STACK;
	return keep;
}

static void tracer(void *arg)
{
	struct worker *self = arg;

	trace_at(10, &traces[0]);
	sim_fiber_yield(&self->fiber);
	trace_at(20, &traces[1]);
	finish(self);
}

static void backtrace_ends_at_the_first_frame(void **state)
{
	struct worker *worker = make_worker(0, tracer, 65536);

	run_worker(worker);
	assert_true(traces[0].has_reached_end && traces[1].has_reached_end);
	/* Ten calls deeper the second time, and a handful of frames at the bottom. */
	assert_int_equal(traces[1].nr_frames, traces[0].nr_frames + 10);
	assert_in_range(traces[0].nr_frames, 12, 18);
#ifndef IOPFSIM_FIBER_UCONTEXT
	assert_in_range(traces[0].last_ip, (uintptr_t)sim_fiber_start,
			(uintptr_t)sim_fiber_start + 32);
#endif
}

#define FIBER_TEST(fn) cmocka_unit_test_setup_teardown(fn, start, stop)

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIBER_TEST(locals_survive_switches),
		FIBER_TEST(yields_from_every_depth_of_nested_calls),
		FIBER_TEST(deep_stack_is_usable_to_its_stated_size),
		FIBER_TEST(thousands_of_fibers_live_at_once),
		FIBER_TEST(memory_of_ended_fibers_is_reused),
		FIBER_TEST(no_stack_is_no_memory),
		FIBER_TEST(overflow_hits_the_guard_page),
		FIBER_TEST(backtrace_ends_at_the_first_frame),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
