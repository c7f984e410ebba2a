// SPDX-License-Identifier: GPL-2.0-only
/* What the kernel says: lines of the machine's log. Warnings are counted. */
#include <linux/bug.h>
#include <linux/dev_printk.h>
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/panic.h>
#include <linux/printk.h>
#include <linux/sched/debug.h>

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

int vprintk_emit(int facility, int level, const struct dev_printk_info *info, const char *fmt,
		 va_list args)
{
	char text[512];
	int n = vscnprintf(text, sizeof(text), fmt, args);
	u16 header = printk_get_level(text) ? printk_get_level(text) - '0' : LOGLEVEL_INFO;

	if (n && text[n - 1] == '\n')
		text[n - 1] = '\0';
	ksim_print(level >= 0 ? level : header, printk_skip_headers(text));
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
	ksim_die("panic");
}

void warn_slowpath_fmt(const char *file, int line, unsigned int taint, const char *fmt, ...)
{
	va_list args;

	nr_warnings++;
	_printk(KERN_WARNING "WARNING: at %s:%d", kbasename(file), line);
	if (!fmt)
		return;
	va_start(args, fmt);
	vprintk_emit(0, LOGLEVEL_WARNING, NULL, fmt, args);
	va_end(args);
}

void __warn_printk(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vprintk_emit(0, LOGLEVEL_WARNING, NULL, fmt, args);
	va_end(args);
}

/* Left out: a stack says where; gdb and AddressSanitizer know it. */
void dump_stack(void)
{
}

void dump_stack_lvl(const char *level)
{
}

void __might_sleep(const char *file, int line)
{
	if (!preempt_count() && !irqs_disabled())
		return;
	nr_warnings++;
	_printk(KERN_ERR "BUG: sleeping function called from invalid context at %s:%d",
		kbasename(file), line);
}

void __might_resched(const char *file, int line, unsigned int offsets)
{
	__might_sleep(file, line);
}

void __cant_sleep(const char *file, int line, int offset)
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

/* No names: this kernel is one object among others. */
int sprint_symbol(char *buffer, unsigned long address)
{
	return sprintf(buffer, "0x%lx", address);
}

int sprint_symbol_no_offset(char *buffer, unsigned long address)
{
	return sprint_symbol(buffer, address);
}

int sprint_symbol_build_id(char *buffer, unsigned long address)
{
	return sprint_symbol(buffer, address);
}

int sprint_backtrace(char *buffer, unsigned long address)
{
	return sprint_symbol(buffer, address);
}

int sprint_backtrace_build_id(char *buffer, unsigned long address)
{
	return sprint_symbol(buffer, address);
}
