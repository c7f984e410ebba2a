/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fibers: stacks that the main stack switches to and that switch back. Internal
 * to sim/; the world outside knows threads (sim/cpu.h).
 *
 * A switch keeps the stack pointer, the frame pointer and where to go on, and
 * ends in an indirect jump: a return would miss in the return predictor. All
 * else is the compiler's to keep. The floating-point control words (MXCSR,
 * x87 CW, FPCR) are not kept: no fiber changes them, simulated paths have no
 * floating point.
 *
 * CET: the landing places carry endbr64 (bti). Shadow stacks are left behind,
 * so the build asks for branch protection only.
 */
#ifndef SIM_FIBER_H
#define SIM_FIBER_H

#include "sim/arena_internal.h"
#if SIM_HAS_ASAN
#include <sanitizer/common_interface_defs.h>
#endif
#if SIM_HAS_TSAN
#include <sanitizer/tsan_interface.h>
#endif

#if !defined(IOPFSIM_FIBER_UCONTEXT) && !defined(__x86_64__) && !defined(__aarch64__)
#define IOPFSIM_FIBER_UCONTEXT
#endif

#ifdef IOPFSIM_FIBER_UCONTEXT
#include "sim/fiber_ucontext.h"
#elif defined(__x86_64__)
#include "sim/fiber_x86_64.h"
#else
#include "sim/fiber_aarch64.h"
#endif

struct sim_fiber {
	struct fiber_context context;
	struct sim_stack *stack;
	void (*fn)(void *arg);
	void *arg;
	void *asan_fake_stack;
	void *tsan_fiber;
};

/** sim_fiber_create() - Return: 0, -ENOMEM. It starts at the first resume. */
int sim_fiber_create(struct sim_fiber *fiber, u64 stack_bytes, void (*fn)(void *arg), void *arg);

/** sim_fiber_destroy() - Context: on the main stack. Accepts a zeroed fiber. */
void sim_fiber_destroy(struct sim_fiber *fiber);

/*
 * The main stack is the host's. All this is written when a fiber is resumed and
 * means nothing between events, so it need not be rewound.
 */
struct sim_main_stack {
	struct fiber_context context;
	const void *low;
	size_t bytes;
	void *asan_fake_stack;
	void *tsan_fiber;
};

extern struct sim_main_stack sim_main_stack;

static inline void fiber_tell_leaving(void **fake_stack, const void *to_low, size_t to_bytes,
				      void *to_tsan)
{
#if SIM_HAS_ASAN
	__sanitizer_start_switch_fiber(fake_stack, to_low, to_bytes);
#endif
#if SIM_HAS_TSAN
	__tsan_switch_to_fiber(to_tsan, 0);
#endif
}

static inline void fiber_tell_arrived(void *fake_stack, const void **from_low, size_t *from_bytes)
{
#if SIM_HAS_ASAN
	__sanitizer_finish_switch_fiber(fake_stack, from_low, from_bytes);
#endif
}

/**
 * sim_fiber_resume() - main stack to fiber; returns when the fiber yields or exits
 * Context: on the main stack.
 */
static inline void sim_fiber_resume(struct sim_fiber *fiber)
{
#if SIM_HAS_TSAN
	sim_main_stack.tsan_fiber = __tsan_get_current_fiber();
#endif
	fiber_tell_leaving(&sim_main_stack.asan_fake_stack, fiber->stack->low, fiber->stack->bytes,
			   fiber->tsan_fiber);
	fiber_switch(&sim_main_stack.context, &fiber->context);
	fiber_tell_arrived(sim_main_stack.asan_fake_stack, NULL, NULL);
}

/** sim_fiber_yield() - fiber to main stack; returns when it is resumed. Context: in @fiber. */
static inline void sim_fiber_yield(struct sim_fiber *fiber)
{
	fiber_tell_leaving(&fiber->asan_fake_stack, sim_main_stack.low, sim_main_stack.bytes,
			   sim_main_stack.tsan_fiber);
	fiber_switch(&fiber->context, &sim_main_stack.context);
	fiber_tell_arrived(fiber->asan_fake_stack, &sim_main_stack.low, &sim_main_stack.bytes);
}

/** sim_fiber_exit() - as yield, for the last time. Context: in @fiber. */
_Noreturn void sim_fiber_exit(struct sim_fiber *fiber);

#endif
