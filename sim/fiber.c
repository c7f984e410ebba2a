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
#if SIM_HAS_ASAN
#include <sanitizer/common_interface_defs.h>
#endif
#if SIM_HAS_TSAN
#include <sanitizer/tsan_interface.h>
#endif

FIBER_DEFINE_START;

/*
 * The main stack is the host's. All this is written when a fiber is resumed and
 * means nothing between events, so it need not be rewound.
 */
static struct {
	struct fiber_context context;
	const void *stack_low;
	size_t stack_bytes;
	void *asan_fake_stack;
	void *tsan_fiber;
} main_stack;

#if SIM_HAS_ASAN
const char *__asan_default_options(void);

const char *__asan_default_options(void)
{
	return "detect_stack_use_after_return=0";
}
#endif

static void tell_leaving(void **fake_stack, const void *to_low, size_t to_bytes, void *to_tsan)
{
#if SIM_HAS_ASAN
	__sanitizer_start_switch_fiber(fake_stack, to_low, to_bytes);
#endif
#if SIM_HAS_TSAN
	__tsan_switch_to_fiber(to_tsan, 0);
#endif
}

static void tell_arrived(void *fake_stack, const void **from_low, size_t *from_bytes)
{
#if SIM_HAS_ASAN
	__sanitizer_finish_switch_fiber(fake_stack, from_low, from_bytes);
#endif
}

/* One place that switches, never inlined: see fiber_x86_64.h. */
static __attribute__((noinline)) void switch_context(struct fiber_context *from,
						     struct fiber_context *to)
{
	sim_core->nr_switches++;
	fiber_switch(from, to);
}

static void fiber_main(void *arg)
{
	struct sim_fiber *fiber = arg;

	tell_arrived(NULL, &main_stack.stack_low, &main_stack.stack_bytes);
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

void sim_fiber_resume(struct sim_fiber *fiber)
{
#if SIM_HAS_TSAN
	main_stack.tsan_fiber = __tsan_get_current_fiber();
#endif
	tell_leaving(&main_stack.asan_fake_stack, fiber->stack->low, fiber->stack->bytes,
		     fiber->tsan_fiber);
	switch_context(&main_stack.context, &fiber->context);
	tell_arrived(main_stack.asan_fake_stack, NULL, NULL);
}

void sim_fiber_yield(struct sim_fiber *fiber)
{
	tell_leaving(&fiber->asan_fake_stack, main_stack.stack_low, main_stack.stack_bytes,
		     main_stack.tsan_fiber);
	switch_context(&fiber->context, &main_stack.context);
	tell_arrived(fiber->asan_fake_stack, &main_stack.stack_low, &main_stack.stack_bytes);
}

_Noreturn void sim_fiber_exit(struct sim_fiber *fiber)
{
	/* No place to keep a fake stack: it ends with the fiber. */
	tell_leaving(NULL, main_stack.stack_low, main_stack.stack_bytes, main_stack.tsan_fiber);
	switch_context(&fiber->context, &main_stack.context);
	sim_assert(!"an ended fiber is not resumed");
	__builtin_unreachable();
}
