// SPDX-License-Identifier: GPL-2.0-only
/*
 * What kernel/locking/lockdep.c stands on, where it is linked (scripts/linux build --lockdep): when
 * interrupts are on and off, in what section of RCU somebody is, a stack. Compiled as it is with
 * KSIM_FREE: to look on takes no virtual time (asm/charge.h).
 */
#include <linux/context_tracking.h>
#include <linux/interrupt.h>
#include <linux/irqflags.h>
#include <linux/kallsyms.h>
#include <linux/lockdep.h>
#include <linux/percpu.h>
#include <linux/preempt.h>
#include <linux/rcupdate.h>
#include <linux/stacktrace.h>
#include <linux/utsname.h>

#include "platform.h"

#ifdef CONFIG_PROVE_LOCKING
bool early_boot_irqs_disabled;
struct uts_namespace init_uts_ns;
DEFINE_PER_CPU(int, hardirqs_enabled);
DEFINE_PER_CPU(int, hardirq_context);

void ksim_lockdep_init(void)
{
	unsigned int cpu;

	for (cpu = 0; cpu < nr_cpu_ids; cpu++)
		per_cpu(hardirqs_enabled, cpu) = 1;
	lockdep_init();
}

/* --- interrupts on and off: kernel/trace/trace_preemptirq.c without its trace points --- */

void trace_hardirqs_on(void)
{
	lockdep_hardirqs_on_prepare();
	lockdep_hardirqs_on(_RET_IP_);
}

void trace_hardirqs_off(void)
{
	lockdep_hardirqs_off(_RET_IP_);
}

/* As irqentry_enter() and __irq_enter() have it. */
void ksim_hardirq_enter(void)
{
	lockdep_hardirqs_off(_RET_IP_);
	lockdep_hardirq_enter();
}

void ksim_hardirq_exit(void)
{
	lockdep_hardirq_exit();
	lockdep_hardirqs_on_prepare();
	lockdep_hardirqs_on(_RET_IP_);
}

/* --- sections of RCU: as kernel/rcu/update.c has it, each CPU always watched --- */

int rcu_read_lock_held(void);
int rcu_read_lock_bh_held(void);
int rcu_read_lock_sched_held(void);
int rcu_read_lock_any_held(void);
int debug_lockdep_rcu_enabled(void);

extern int rcu_scheduler_active;
static struct lock_class_key rcu_key, rcu_bh_key, rcu_sched_key, rcu_callback_key;

#define RCU_MAP(map_name, map_key, inner)                                                          \
	{                                                                                          \
		.name = map_name, .key = &(map_key), .wait_type_outer = LD_WAIT_FREE,              \
		.wait_type_inner = inner                                                           \
	}
struct lockdep_map rcu_lock_map = RCU_MAP("rcu_read_lock", rcu_key, LD_WAIT_CONFIG);
struct lockdep_map rcu_bh_lock_map = RCU_MAP("rcu_read_lock_bh", rcu_bh_key, LD_WAIT_CONFIG);
struct lockdep_map rcu_sched_lock_map = RCU_MAP("rcu_read_lock_sched", rcu_sched_key, LD_WAIT_SPIN);
struct lockdep_map rcu_callback_map = STATIC_LOCKDEP_MAP_INIT("rcu_callback", &rcu_callback_key);

DEFINE_PER_CPU(struct context_tracking, context_tracking) = {
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 10, 0)
	.state = ATOMIC_INIT(CT_RCU_WATCHING),
#else
	.state = ATOMIC_INIT(RCU_DYNTICKS_IDX),
#endif
};

bool rcu_is_watching(void)
{
	return true;
}

int debug_lockdep_rcu_enabled(void)
{
	return rcu_scheduler_active && READ_ONCE(debug_locks) && !current->lockdep_recursion;
}

static bool is_unchecked(void)
{
	return !debug_lockdep_rcu_enabled();
}

int rcu_read_lock_held(void)
{
	return is_unchecked() || lock_is_held(&rcu_lock_map);
}

int rcu_read_lock_bh_held(void)
{
	return is_unchecked() || in_softirq() || irqs_disabled();
}

int rcu_read_lock_sched_held(void)
{
	return is_unchecked() || lock_is_held(&rcu_sched_lock_map) || !preemptible();
}

int rcu_read_lock_any_held(void)
{
	return is_unchecked() || lock_is_held(&rcu_lock_map) || lock_is_held(&rcu_bh_lock_map) ||
	       lock_is_held(&rcu_sched_lock_map) || !preemptible();
}

/* --- variables of a CPU's own: keys may lie among them --- */

extern char __per_cpu_start[], __per_cpu_end[];

bool __is_kernel_percpu_address(unsigned long address, unsigned long *canonical)
{
	unsigned long bytes = __per_cpu_end - __per_cpu_start;
	unsigned int cpu;

	for (cpu = 0; cpu < nr_cpu_ids; cpu++) {
		unsigned long offset = address - per_cpu_offset(cpu) -
				       (unsigned long)__per_cpu_start;

		if (offset >= bytes)
			continue;
		if (canonical)
			*canonical = (unsigned long)__per_cpu_start + offset;
		return true;
	}
	return false;
}

bool is_kernel_percpu_address(unsigned long address)
{
	return __is_kernel_percpu_address(address, NULL);
}

/* --- what its reports say --- */

const char *print_tainted(void)
{
	return "Not tainted";
}

const char *kallsyms_lookup(unsigned long address, unsigned long *size, unsigned long *offset,
			    char **module, char *name)
{
	return NULL;
}

#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 11, 0)
void nbcon_cpu_emergency_enter(void)
{
}

void nbcon_cpu_emergency_exit(void)
{
}
#endif
#endif
