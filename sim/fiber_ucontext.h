/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Fiber switch by ucontext(3): portable, and some 200 ns a switch, because it
 * saves the signal mask through the kernel each time.
 */
#ifndef SIM_FIBER_UCONTEXT_H
#define SIM_FIBER_UCONTEXT_H

#include <ucontext.h>

struct fiber_context {
	ucontext_t ucontext;
	void (*fn)(void *arg);
	void *arg;
};

void sim_fiber_ucontext_start(unsigned int high, unsigned int low);

/* makecontext() passes int arguments only. */
#define FIBER_DEFINE_START                                                                         \
	void sim_fiber_ucontext_start(unsigned int high, unsigned int low)                         \
	{                                                                                          \
		struct fiber_context *context =                                                    \
			(struct fiber_context *)(uintptr_t)((u64)high << 32 | low);                \
                                                                                                   \
		context->fn(context->arg);                                                         \
		__builtin_unreachable();                                                           \
	}                                                                                          \
	_Static_assert(sizeof(void *) <= 8, "a pointer fits two ints")

static inline void fiber_switch(struct fiber_context *from, struct fiber_context *to)
{
	swapcontext(&from->ucontext, &to->ucontext);
}

static inline void fiber_context_init(struct fiber_context *context, u8 *top, void (*fn)(void *arg),
				      void *arg)
{
	u64 self = (uintptr_t)context;

	getcontext(&context->ucontext);
	/* glibc rounds the end down itself; the size only has to reach it. */
	context->ucontext.uc_stack.ss_sp = top - SIM_STACK_MIN_BYTES;
	context->ucontext.uc_stack.ss_size = SIM_STACK_MIN_BYTES;
	context->ucontext.uc_link = NULL;
	context->fn = fn;
	context->arg = arg;
	makecontext(&context->ucontext, (void (*)(void))sim_fiber_ucontext_start, 2,
		    (unsigned int)(self >> 32), (unsigned int)self);
}

/* The layout of a ucontext is the architecture's: take the whole stack as live. */
static inline void **fiber_saved_sp(struct fiber_context *context)
{
	return NULL;
}

#endif
