// SPDX-License-Identifier: GPL-2.0-only
/* BUG, WARN and printk in simulated time; who must not sleep. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "kapi/debug.h"

#include <linux/bug.h>
#include <linux/kernel.h>
#include <linux/preempt.h>
#include <linux/printk.h>

#include "kapi/internal.h"
#include "sim/arena.h"
#include "sim/columns.h"
#include "sim/defects.h"
#include "sim/event.h"
#include "sim/holds.h"
#include "sim/lock.h"
#include "sim/sched.h"
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

/* --- the log --- */

#define LOG_MAX (1ULL << 20)
#define LINE_MAX_BYTES 512

const char *kapi_log(void)
{
	return kapi_state->log.text ? kapi_state->log.text : "";
}

static bool log_grow(struct kapi_log *log)
{
	u64 capacity = log->capacity ? 2 * log->capacity : 4096;
	char *text = capacity > LOG_MAX ? NULL : sim_alloc(capacity);

	if (!text)
		return false;
	memcpy(text, log->text ? log->text : "", log->bytes + 1);
	sim_free(log->text);
	log->text = text;
	log->capacity = capacity;
	return true;
}

/* The last place is for the end of the text. */
static void log_add(struct kapi_log *log, const char *line)
{
	u64 bytes = strlen(line);

	while (!log->is_cut && log->bytes + bytes >= log->capacity)
		log->is_cut = !log_grow(log);
	if (log->is_cut)
		return;
	memcpy(log->text + log->bytes, line, bytes + 1);
	log->bytes += bytes;
}

static void say(bool is_printed, const char *line)
{
	u64 now_ns = sim_now_ps() / SIM_PS_PER_NS;
	char stamped[LINE_MAX_BYTES + 32];

	snprintf(stamped, sizeof(stamped), "[%5llu.%09llu] %s", now_ns / 1000000000,
		 now_ns % 1000000000, line);
	if (kapi_state)
		log_add(&kapi_state->log, stamped);
	if (is_printed)
		fputs(stamped, stderr);
}

void kapi_warn(const char *file, int line, const char *func, const char *fmt, ...)
{
	char text[LINE_MAX_BYTES], why[LINE_MAX_BYTES / 2];
	const char *base = strrchr(file, '/');
	va_list args;

	kapi_state->nr_warnings++;
	if (kapi_state->nr_quiet_warnings) {
		kapi_state->nr_quiet_warnings--;
		return;
	}
	va_start(args, fmt);
	vsnprintf(why, sizeof(why), fmt, args);
	va_end(args);
	snprintf(text, sizeof(text), "WARNING: %s:%d %s() in %s: %s\n", file, line, func, who(),
		 why);
	say(kapi_state->console_level > 0, text);
	sim_defect(&sim_defects()->counts.warnings, "WARN() in thread '%s' at %s:%d %s(): %s",
		   who(), base ? base + 1 : file, line, func, why);
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
	char text[LINE_MAX_BYTES];
	int level = 4, printed;
	va_list args;

	if (fmt[0] == KERN_SOH[0]) {
		level = fmt[1] - '0';
		fmt += 2;
	}
	va_start(args, fmt);
	printed = vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	say(!kapi_state || level < kapi_state->console_level, text);
	return printed;
}

/* --- ratelimits: Linux's ___ratelimit() --- */

#define RATELIMIT_INTERVAL_PS (5 * SIM_PS_PER_S)
#define RATELIMIT_BURST 10

static struct kapi_ratelimit *ratelimit_of(const kapi_site_t *site)
{
	struct kapi_ratelimit *limit = kapi_state->ratelimits;

	while (limit && limit->site != site)
		limit = limit->next;
	if (limit)
		return limit;
	limit = kapi_alloc(sizeof(*limit));
	limit->site = site;
	limit->begin_ps = sim_now_ps();
	limit->next = kapi_state->ratelimits;
	kapi_state->ratelimits = limit;
	return limit;
}

bool kapi_ratelimit(const kapi_site_t *site, const char *func)
{
	struct kapi_ratelimit *limit = ratelimit_of(site);

	if (sim_now_ps() - limit->begin_ps > RATELIMIT_INTERVAL_PS) {
		if (limit->nr_missed)
			printk(KERN_WARNING "%s: %u callbacks suppressed\n", func,
			       limit->nr_missed);
		limit->begin_ps = sim_now_ps();
		limit->nr_printed = limit->nr_missed = 0;
	}
	if (limit->nr_printed == RATELIMIT_BURST) {
		limit->nr_missed++;
		return false;
	}
	limit->nr_printed++;
	return true;
}

/* --- locks --- */

u32 kapi_nr_locks(void)
{
	const struct sim_hold *holds;

	return sim_thread_self() ? sim_thread_holds(sim_thread_self(), &holds) : 0;
}

void kapi_check_locks(u32 nr, const char *what)
{
	const struct sim_hold *holds;
	u32 nr_held = sim_thread_self() ? sim_thread_holds(sim_thread_self(), &holds) : 0;

	for (; nr < nr_held; nr++) {
		const struct sim_site *site = holds[nr].site;

		sim_defect(
			&sim_defects()->counts.kept_locks,
			"%s ended in thread '%s' with lock %s held%s, taken at %s:%d %s() %llu ns before",
			what, who(), holds[nr].class->name,
			holds[nr].is_shared ? " for reading" : "", site ? site->file : "?",
			site ? site->line : 0, site ? site->func : "?",
			(sim_now_ps() - holds[nr].since_ps) / SIM_PS_PER_NS);
	}
}

/* A grace period would wait for who sleeps there, and may be what he waits for. */
static bool is_reader(void)
{
	const struct task_struct *task = sim_thread_self() ? sim_thread_private(sim_thread_self())
							   : NULL;

	return task && task->rcu_read_depth;
}

/* What forbids it, and which locks are held. */
static void describe_context(char *text, size_t bytes)
{
	bool are_irqs_off = sim_irqs_are_off() || in_hardirq();
	const struct sim_hold *holds;
	u32 nr = sim_thread_holds(sim_thread_self(), &holds);
	char place[SIM_COLUMNS_BYTES];
	size_t used;

	used = (size_t)snprintf(text, bytes, "%s%s%s",
				in_hardirq()	  ? " in a hard interrupt"
				: are_irqs_off	  ? " with interrupts off"
				: sim_may_sleep() ? ""
						  : " with preemption off",
				is_reader() ? " inside an RCU read section" : "",
				nr ? "; it holds" : "");
	for (u32 i = 0; i < nr && used < bytes; i++)
		used += (size_t)snprintf(text + used, bytes - used, "%s %s, taken at %s",
					 i ? "," : "", holds[i].class->name,
					 sim_columns_place(place, holds[i].site));
}

/* Linux says so and goes on; a schedule that is explored has found what it can. */
static void complain_of_sleep(const kapi_site_t *site)
{
	char context[SIM_DEFECT_BYTES / 2], place[SIM_COLUMNS_BYTES], text[SIM_DEFECT_BYTES];

	describe_context(context, sizeof(context));
	snprintf(text, sizeof(text), "thread '%s' may sleep, at %s,%s", who(),
		 sim_columns_place(place, site), context);
	if (SIM_EXPLORES)
		sim_assert_failed(text, site->file, site->line, site->func);
	sim_defect(&sim_defects()->counts.atomic_sleeps, "%s", text);
}

bool kapi_must_not_sleep(const kapi_site_t *site)
{
	/* Before the machine runs there is nobody to wait for. */
	bool is_atomic = sim_thread_self() && !sim_may_sleep();

	if (unlikely(is_atomic || is_reader()))
		complain_of_sleep(site);
	return is_atomic;
}

bool kapi_might_sleep(const kapi_site_t *site)
{
	bool is_atomic = kapi_must_not_sleep(site);

	sim_preempt_point(SIM_POINT_MIGHT_SLEEP);
	return is_atomic;
}
