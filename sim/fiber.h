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

/** sim_fiber_resume() - main stack to fiber; returns when the fiber yields or exits. */
void sim_fiber_resume(struct sim_fiber *fiber);

/** sim_fiber_yield() - fiber to main stack; returns when it is resumed. */
void sim_fiber_yield(struct sim_fiber *fiber);

/** sim_fiber_exit() - as yield, for the last time. */
_Noreturn void sim_fiber_exit(struct sim_fiber *fiber);

#endif
