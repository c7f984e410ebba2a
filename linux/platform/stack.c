// SPDX-License-Identifier: GPL-2.0-only
/* Who called: frames of the running thread's stack, and names of addresses. */
#include <linux/kallsyms.h>
#include <linux/kernel.h>
#include <linux/printk.h>
#include <linux/sched/debug.h>
#include <linux/stacktrace.h>

#include "platform.h"

/* Frames are those of files compiled with -fno-omit-frame-pointer; the machine's need not be. */
unsigned int stack_trace_save(unsigned long *store, unsigned int size, unsigned int skip)
{
	unsigned long *frame = __builtin_frame_address(0), end = ksim_stack_end();
	unsigned int nr = 0;
	char name[KSYM_SYMBOL_LEN];

	while ((unsigned long)frame % sizeof(*frame) == 0 && (unsigned long)(frame + 2) <= end &&
	       nr < size) {
		unsigned long *next = (unsigned long *)frame[0];

		if (!ksim_symbol(frame[1], name, sizeof(name)))
			break;
		if (skip)
			skip--;
		else
			store[nr++] = frame[1];
		if (next <= frame)
			break;
		frame = next;
	}
	return nr;
}

void stack_trace_print(const unsigned long *entries, unsigned int nr, int spaces)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		_printk(KERN_WARNING "%*c%pS\n", 1 + spaces, ' ', (void *)entries[i]);
}

void dump_stack_lvl(const char *level)
{
	unsigned long entries[24];
	unsigned int nr = stack_trace_save(entries, ARRAY_SIZE(entries), 1);

	if (nr)
		_printk("%sCall Trace:\n", level);
	stack_trace_print(entries, nr, 1);
}

void dump_stack(void)
{
	dump_stack_lvl(KERN_WARNING);
}

/* --- names --- */

int sprint_symbol(char *buffer, unsigned long address)
{
	if (ksim_symbol(address, buffer, KSYM_SYMBOL_LEN))
		return strlen(buffer);
	return sprintf(buffer, "0x%lx", address);
}

int sprint_symbol_no_offset(char *buffer, unsigned long address)
{
	sprint_symbol(buffer, address);
	*strchrnul(buffer, '+') = '\0';
	return strlen(buffer);
}

int sprint_symbol_build_id(char *buffer, unsigned long address)
{
	return sprint_symbol(buffer, address);
}

/* A return address is behind the call, which may be a function's last instruction. */
int sprint_backtrace(char *buffer, unsigned long address)
{
	return sprint_symbol(buffer, address - 1);
}

int sprint_backtrace_build_id(char *buffer, unsigned long address)
{
	return sprint_symbol(buffer, address - 1);
}
