// SPDX-License-Identifier: GPL-2.0-only
/*
 * Crashes in simulated kernel code: whose fault it was. Freed objects are filled with a pattern
 * (kapi/virtual/slab_check.c): a pointer that is read from one cannot be followed. Which object
 * it was is seen by the registers, one of which leads there as a rule.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <ucontext.h>

#include "kapi/debug.h"
#include "linux/world/linux.h"
#include "sim/arena_internal.h"
#include "sim/cpu.h"
#include "sim/defects.h"
#include "system/machine/machine.h"

#define STACK_BYTES (64 << 10)

static void (*named)(void *opaque, const char *text);
static void *named_opaque;

static const u64 *registers_of(const ucontext_t *context, u32 *nr)
{
#if defined(__x86_64__)
	*nr = sizeof(context->uc_mcontext.gregs) / sizeof(context->uc_mcontext.gregs[0]);
	return (const u64 *)context->uc_mcontext.gregs;
#elif defined(__aarch64__)
	*nr = 31;
	return (const u64 *)context->uc_mcontext.regs;
#else
	*nr = 0;
	return NULL;
#endif
}

static u64 pc_of(const ucontext_t *context)
{
#if defined(__x86_64__)
	return (u64)context->uc_mcontext.gregs[REG_RIP];
#elif defined(__aarch64__)
	return context->uc_mcontext.pc;
#else
	return 0;
#endif
}

static bool blame(const ucontext_t *context, char *text, size_t bytes)
{
	u32 nr;
	const u64 *registers = registers_of(context, &nr);

	for (u32 i = 0; i < nr; i++) {
		if (kapi_slab_blame(registers[i], text, bytes))
			return true;
	}
	return false;
}

/* What kernel code did wrong may have led there. */
static void tell_assertion(void)
{
	char text[128];

	if (!sim_defects() || !sim_nr_defects(sim_defects()) || !sim_thread_self())
		return;
	snprintf(text, sizeof(text), "thread '%s' came to the assertion above",
		 sim_thread_name(sim_thread_self()));
	named(named_opaque, text);
}

static void on_crash(int number, siginfo_t *info, void *context)
{
	char what[400], text[512];

	const char *missing = linux_missing_at((u64)info->si_addr);

	signal(number, SIG_DFL);
	if (missing) {
		snprintf(text, sizeof(text),
			 "thread '%s' came to '%s' of Linux, which nobody defines",
			 sim_thread_self() ? sim_thread_name(sim_thread_self()) : "none", missing);
		named(named_opaque, text);
		return;
	}
	if (number == SIGILL || number == SIGTRAP) {
		tell_assertion();
		return; /* again, and for good */
	}
	if (sim_thread_self() && linux_function_at(pc_of(context), what, sizeof(what))) {
		snprintf(text, sizeof(text), "thread '%s' crashed in %s",
			 sim_thread_name(sim_thread_self()), what);
		named(named_opaque, text);
		return;
	}
	if (!sim_defects() || !sim_thread_self() || !blame(context, what, sizeof(what)))
		return; /* again, and for good */
	snprintf(text, sizeof(text),
		 "thread '%s' followed a pointer that it found in a freed object: %s",
		 sim_thread_name(sim_thread_self()), what);
	named(named_opaque, text);
}

void sys_catch_crashes(void (*fn)(void *opaque, const char *text), void *opaque)
{
	static char stack[STACK_BYTES];
	const stack_t alternative = {.ss_sp = stack, .ss_size = sizeof(stack)};
	struct sigaction action = {.sa_sigaction = on_crash, .sa_flags = SA_SIGINFO | SA_ONSTACK};

	named = fn;
	named_opaque = opaque;
	/* AddressSanitizer says more, and wants these itself. */
	if (SIM_HAS_ASAN || sigaltstack(&alternative, NULL))
		return;
	sigaction(SIGSEGV, &action, NULL);
	sigaction(SIGBUS, &action, NULL);
	sigaction(SIGILL, &action, NULL);
	sigaction(SIGTRAP, &action, NULL);
}
