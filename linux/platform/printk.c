// SPDX-License-Identifier: GPL-2.0-only
/* What the kernel says: lines of the machine's log. Warnings are counted. */
#include <linux/bug.h>
#include <linux/console.h>
#include <linux/ctype.h>
#include <linux/dev_printk.h>
#include <linux/kernel.h>
#include <linux/panic.h>
#include <linux/printk.h>
#include <linux/sched/debug.h>
#include <linux/string.h>

#include "platform.h"

void __printk_safe_enter(void);
void __printk_safe_exit(void);
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
void __printk_deferred_enter(void);
void __printk_deferred_exit(void);
void __warn_printk(const char *fmt, ...);
#endif

int console_printk[4] = {7, 4, 1, 7};
int oops_in_progress, panic_timeout;
bool initcall_debug;
static unsigned long nr_warnings;

unsigned long ksim_nr_warnings(void)
{
	return nr_warnings;
}

/* What lockdep, WARN(), BUG() and their kind begin with, and KUnit where a test fails. */
static bool is_complaint(const char *text)
{
	return str_has_prefix(text, "WARNING:") || str_has_prefix(text, "BUG:") ||
	       str_has_prefix(text, "[ BUG:") ||
	       str_has_prefix(text, "INFO: trying to register non-static key") ||
	       str_has_prefix(text, "not ok ");
}

/* A line that KERN_CONT may go on with. */
static struct {
	char text[512];
	int bytes, level;
} line;

static void line_end(void)
{
	if (!line.bytes)
		return;
	line.text[line.bytes] = '\0';
	line.bytes = 0;
	ksim_print(line.level, line.text);
	if (!is_complaint(line.text))
		return;
	nr_warnings++;
	ksim_warned(line.text);
}

void ksim_log_end(void)
{
	line_end();
}

int vprintk_emit(int facility, int level, const struct dev_printk_info *info, const char *fmt,
		 va_list args)
{
	char text[sizeof(line.text)];
	const char *body;
	int n = vscnprintf(text, sizeof(text), fmt, args), header = printk_get_level(text);

	body = printk_skip_headers(text);
	if (header != 'c')
		line_end();
	if (!line.bytes)
		line.level = level >= 0 ? level : isdigit(header) ? header - '0' : LOGLEVEL_INFO;
	for (; *body; body++) {
		if (*body == '\n')
			line_end();
		else if (line.bytes < (int)sizeof(line.text) - 1)
			line.text[line.bytes++] = *body;
	}
	return n;
}

int _printk(const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vprintk_emit(0, -1, NULL, fmt, args);
	va_end(args);
	return n;
}

int _printk_deferred(const char *fmt, ...)
{
	va_list args;
	int n;

	va_start(args, fmt);
	n = vprintk_emit(0, -1, NULL, fmt, args);
	va_end(args);
	return n;
}

void panic(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vprintk_emit(0, LOGLEVEL_EMERG, NULL, fmt, args);
	va_end(args);
	line_end();
	dump_stack();
	ksim_die("panic");
}

void warn_slowpath_fmt(const char *file, int line_number, unsigned int taint, const char *fmt, ...)
{
	struct va_format text = {.fmt = fmt};
	va_list args;

	va_start(args, fmt);
	text.va = &args;
	if (fmt)
		_printk(KERN_WARNING "WARNING: at %s:%d: %pV\n", kbasename(file), line_number,
			&text);
	else
		_printk(KERN_WARNING "WARNING: at %s:%d\n", kbasename(file), line_number);
	va_end(args);
	dump_stack();
}

void __warn_printk(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vprintk_emit(0, LOGLEVEL_WARNING, NULL, fmt, args);
	va_end(args);
}

void __might_sleep(const char *file, int line_number)
{
	if (!preempt_count() && !irqs_disabled())
		return;
	_printk(KERN_ERR "BUG: sleeping function called from invalid context at %s:%d\n",
		kbasename(file), line_number);
	dump_stack();
}

void __might_resched(const char *file, int line_number, unsigned int offsets)
{
	__might_sleep(file, line_number);
}

void __cant_sleep(const char *file, int line, int offset)
{
}

/* All of it is in the log. */
void console_verbose(void)
{
}

void __printk_safe_enter(void)
{
}

void __printk_safe_exit(void)
{
}

void __printk_deferred_enter(void)
{
}

void __printk_deferred_exit(void)
{
}
