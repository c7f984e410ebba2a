// SPDX-License-Identifier: GPL-2.0-only
/* BUG, WARN and printk in simulated time; who must not sleep. */
#include <stdarg.h>
#include <stdio.h>

#include "kapi/debug.h"

#include <linux/bug.h>
#include <linux/printk.h>

#include "kapi/internal.h"
#include "sim/event.h"
#include "sim/sim.h"

/* The name of the task that runs: its simulated thread's. */
static const char *who(void)
{
	const struct sim_thread *self = sim_thread_self();

	return self ? sim_thread_name(self) : kapi_state->boot_task.comm;
}

void kapi_bug(const char *cond, const char *file, int line, const char *func)
{
	fprintf(stderr, "kernel BUG in %s\n", kapi_state ? who() : "?");
	sim_assert_failed(cond, file, line, func);
}

static void print_time(void)
{
	u64 now_ns = sim_now_ps() / SIM_PS_PER_NS;

	fprintf(stderr, "[%5llu.%09llu] ", now_ns / 1000000000, now_ns % 1000000000);
}

void kapi_warn(const char *file, int line, const char *func, const char *fmt, ...)
{
	va_list args;

	kapi_state->nr_warnings++;
	if (kapi_state->nr_quiet_warnings) {
		kapi_state->nr_quiet_warnings--;
		return;
	}
	print_time();
	fprintf(stderr, "WARNING: %s:%d %s() in %s: ", file, line, func, who());
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
}

u64 kapi_warnings(void)
{
	return kapi_state->nr_warnings;
}

void kapi_quiet_warnings(u64 nr)
{
	kapi_state->nr_quiet_warnings = nr;
}

void kapi_set_console_level(int level)
{
	kapi_state->console_level = level;
}

int printk(const char *fmt, ...)
{
	int level = 4, printed;
	va_list args;

	if (fmt[0] == KERN_SOH[0]) {
		level = fmt[1] - '0';
		fmt += 2;
	}
	if (kapi_state && level >= kapi_state->console_level)
		return 0;
	print_time();
	va_start(args, fmt);
	printed = vfprintf(stderr, fmt, args);
	va_end(args);
	return printed;
}

void might_sleep(void)
{
	/* Before the machine runs there is nobody to wait for. */
	BUG_ON(sim_thread_self() && !sim_may_sleep());
}
