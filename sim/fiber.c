// SPDX-License-Identifier: GPL-2.0-only
/*
 * Fibers: creation, switching, and telling the sanitizers about both. The
 * switch itself is in fiber_<architecture>.h.
 *
 * ASan's fake stacks (use after return) live outside the arena and cannot be
 * rewound, so they are switched off.
 */
#include "sim/fiber.h"
#include "sim/core.h"
#include "sim/sim.h"
#include <errno.h>
#include <string.h>

FIBER_DEFINE_START;

struct sim_main_stack sim_main_stack;

#if SIM_HAS_ASAN
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
	return "detect_stack_use_after_return=0";
}
#endif

static void fiber_main(void *arg)
{
	struct sim_fiber *fiber = arg;

	fiber_tell_arrived(NULL, &sim_main_stack.low, &sim_main_stack.bytes);
	fiber->fn(fiber->arg);
	sim_assert(!"a fiber's function returns");
}

int sim_fiber_create(struct sim_fiber *fiber, u64 stack_bytes, void (*fn)(void *arg), void *arg)
{
	struct sim_stack *stack = sim_stack_alloc(stack_bytes);

	memset(fiber, 0, sizeof(*fiber));
	if (!stack)
		return -ENOMEM;
	fiber->stack = stack;
	fiber->fn = fn;
	fiber->arg = arg;
	fiber_context_init(&fiber->context, stack->low + stack->bytes - stack->colour_bytes,
			   fiber_main, fiber);
	stack->saved_sp = fiber_saved_sp(&fiber->context);
#if SIM_HAS_TSAN
	fiber->tsan_fiber = __tsan_create_fiber(0);
#endif
	return 0;
}

void sim_fiber_destroy(struct sim_fiber *fiber)
{
#if SIM_HAS_TSAN
	if (fiber->tsan_fiber)
		__tsan_destroy_fiber(fiber->tsan_fiber);
#endif
	sim_stack_free(fiber->stack);
	memset(fiber, 0, sizeof(*fiber));
}

_Noreturn void sim_fiber_exit(struct sim_fiber *fiber)
{
	/* No place to keep a fake stack: it ends with the fiber. */
	fiber_tell_leaving(NULL, sim_main_stack.low, sim_main_stack.bytes,
			   sim_main_stack.tsan_fiber);
	fiber_switch(&fiber->context, &sim_main_stack.context);
	sim_assert(!"an ended fiber is not resumed");
	__builtin_unreachable();
}
