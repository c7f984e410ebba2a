/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What calls into the kernel API cost in virtual time, beyond the cache lines,
 * locks and wake-ups that sim/ charges. Platform files state them.
 */
#ifndef KAPI_PARAMS_H
#define KAPI_PARAMS_H

#include "sim/param.h"
#include "sim/sched.h"

/*
 * Which CPUs' unbound works share a pool of workers (enum wq_affn_scope), and have so in
 * Linux: NUMA until 6.5, CACHE from 6.6, CACHE_SHARD from 7.1 on.
 */
#define KAPI_WORKQUEUE_SCOPES(X)                                                                   \
	X(NUMA, "numa")                                                                            \
	X(CACHE, "cache")                                                                          \
	X(CACHE_SHARD, "cache_shard") /* of a last level cache, workqueue_shard_cpus at most */    \
	X(SMT, "smt")                                                                              \
	X(CPU, "cpu")                                                                              \
	X(SYSTEM, "system") /* all of them */

#define KAPI_WORKQUEUE_SCOPE_ID(ID, name) KAPI_WORKQUEUE_##ID,
enum kapi_workqueue_scope { KAPI_WORKQUEUE_SCOPES(KAPI_WORKQUEUE_SCOPE_ID) };
extern const char *const kapi_workqueue_scope_names[]; /* NULL at the end */

#define KAPI_PARAMS(X)                                                                             \
	X(call_ps, "call", PS, SIM_PARAM_REQUIRED, 0, 1000000000, "a call into the kernel API",    \
	  "")                                                                                      \
	X(alloc_ps, "alloc", COST, SIM_PARAM_REQUIRED, 0, 1000000000,                              \
	  "kmalloc() from a per-CPU slab", "")                                                     \
	X(free_ps, "free", COST, SIM_PARAM_REQUIRED, 0, 1000000000, "kfree() to a per-CPU slab",   \
	  "")                                                                                      \
	X(mmio_read_ps, "mmio_read", COST, SIM_PARAM_REQUIRED, 0, 1000000000,                      \
	  "read of a device register, round trip", "")                                             \
	X(mmio_write_ps, "mmio_write", COST, SIM_PARAM_REQUIRED, 0, 1000000000,                    \
	  "posted write of a device register, at the CPU", "")                                     \
	X(queue_work_ps, "queue_work", COST, SIM_PARAM_REQUIRED, 0, 1000000000,                    \
	  "queue_work() without the wake-up", "")                                                  \
	X(work_ps, "work", COST, SIM_PARAM_REQUIRED, 0, 1000000000,                                \
	  "dispatch of one work item in a worker", "")                                             \
	X(workqueue_shard_cpus, "workqueue_shard_cpus", COUNT, 8, 1, SIM_MAX_CPUS,                 \
	  "CPUs that share a pool of scope cache_shard at most", "Linux 7.1: wq_cache_shard_size") \
	X(workqueue_strict, "workqueue_strict", BOOL, 1, 0, 1,                                     \
	  "workers of an unbound pool stay on its CPUs, else they are woken there and go on "      \
	  "where the scheduler puts them",                                                         \
	  "Linux: until 6.5 always; since then affinity_strict, off unless asked for")             \
	X(workqueue_node_active, "workqueue_node_active", BOOL, 0, 0, 1,                           \
	  "max_active of an unbound workqueue holds for a node and is counted there, in an "       \
	  "atomic, else for each pool",                                                            \
	  "Linux: since 6.9; before, for each pool")                                               \
	X(kthread_create_ps, "kthread_create", COST, 30000000, 0, 1000000000000ULL,                \
	  "making a kernel thread: until kthreadd has forked and the maker runs again, without "   \
	  "wake-ups",                                                                              \
	  "an estimate; a fork without an address space")                                          \
	X(hrtimer_ps, "hrtimer", COST, 0, 0, 1000000000,                                           \
	  "a sleep until a time, beside the interrupt's entry and exit and the wake-up: system "   \
	  "calls, setting the timer, hrtimer_interrupt(); of benchmark cyclic",                    \
	  "")                                                                                      \
	X(relax_ps, "relax", PS, 10000, 1000, 1000000000, "one pass of a polling loop",            \
	  "order of an x86 PAUSE or an Arm ISB; a choice")                                         \
	X(rcu_gp_ps, "rcu_gp", PS, 10000000000ULL, 0, 1000000000000ULL,                            \
	  "shortest RCU grace period",                                                             \
	  "three jiffies at HZ=250, rounded: rcu.jiffies_till_first_fqs; a choice")

struct kapi_params {
	KAPI_PARAMS(SIM_PARAM_FIELD)
	enum kapi_workqueue_scope workqueue_scope;
	struct sim_sched_params sched;
};

extern const struct sim_param kapi_param_table[];
extern const size_t kapi_param_count;

/**
 * kapi_init() - start the kernel API of a fresh machine
 * Context: after sim_cpus_init(), outside of threads.
 * Return: 0; -ENOMEM.
 */
int kapi_init(const struct kapi_params *params);
void kapi_finish(void);
const struct kapi_params *kapi_params(void);

#endif
