#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# linux/link on objects of our own, no kernel tree needed: what nobody defines ends the program with its name, be it called,
# read, written, or a CPU's own; two definitions of one thing are refused, unless one is listed as overridden; a call that
# is listed goes through a hook.
set -euo pipefail
. "$(dirname "${BASH_SOURCE[0]}")/../house/lib.sh"

cd "$scratch"
compile() { gcc -c -O1 -fno-pie -fno-stack-protector -I"$top/linux/border" -I"$top" "$@"; }

# The kernel's side: boot() does what the first CPU's number says.
cat >kernel.c <<'END'
#include <ksim.h>
extern int missing_variable, missing_percpu;
extern int missing_function(int);
int twice(void), hooked(void);
static int way;
static int boot(void)
{
	/* asm-generic/percpu.h: a variable and the offset of the CPU's copy */
	char *area = ksim_percpu_areas(4096);
	extern char __per_cpu_start[];

	if (way == 0) return missing_function(1);
	if (way == 1) return missing_variable;
	if (way == 2) missing_variable = 1;
	if (way == 3) return *(int *)((unsigned long)&missing_percpu + (area - __per_cpu_start));
	if (way == 4) return twice();
	return hooked();
}
static void irq(unsigned int line) { way = line; }
const struct ksim_kernel ksim_kernel = {.boot = boot, .irq = irq};
END
printf 'int twice(void) { return 44; }\nint percpu __attribute__((section(".data..percpu"))) = 7;\n' >platform.c
printf 'int twice(void) { return 1; }\nint target(void) { return 1; }\n' >tree.c
printf 'int target(void); int hooked(void) { return target(); }\n' >caller.c
printf 'int target(void); int ksim_hook_target(void); int ksim_hook_target(void) { return 54 + target(); }\n' >hooks.c
printf 'tree.o twice\n' >list.overrides
printf 'caller.o target\n' >list.hooks
for file in kernel platform tree caller hooks; do compile $file.c; done

# The world: none but what is asked for here.
cat >main.c <<'END'
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include "linux/world/internal.h"
#include "sim/arena.h"
#include "sim/sim.h"
struct world *world;
int ksim_cpu(void) { return 0; }
static void on_crash(int number, siginfo_t *info, void *context)
{
	const char *name = linux_missing_at((u64)info->si_addr);

	printf("missing: %s\n", name ? name : "?");
	fflush(stdout);
	_exit(3);
}
int main(int argc, char **argv)
{
	struct sigaction action = {.sa_sigaction = on_crash, .sa_flags = SA_SIGINFO};

	sim_init(1, 0);
	world = sim_alloc(sizeof(*world));
	world->machine.nr_cpus = 2;
	sigaction(SIGSEGV, &action, NULL);
	ksim_kernel.irq(atoi(argv[1]));
	return ksim_kernel.boot();
}
END
"$top/linux/link" "$scratch" "$scratch/list" kernel.o platform.o tree.o caller.o hooks.o
compile -Wall main.c missing.c "$top/linux/world/variables.c"
gcc -no-pie ${2:+-fsanitize="$2"} -o program main.o missing.o variables.o kernel.o "$1/sim/libsim.a" -lm

expect 3 'missing: missing_function' ./program 0
expect 3 'missing: missing_variable' ./program 1
expect 3 'missing: missing_variable' ./program 2
expect 3 'missing: missing_percpu' ./program 3
expect 44 '' ./program 4
expect 55 '' ./program 5

: >list.overrides
expect 1 "multiple definition of \`twice'" "$top/linux/link" "$scratch" "$scratch/list" kernel.o platform.o tree.o caller.o hooks.o
finish
