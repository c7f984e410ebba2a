/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What calls into the kernel API cost in virtual time, beyond the cache lines,
 * locks and wake-ups that sim/ charges. Platform files state them.
 */
#ifndef KAPI_PARAMS_H
#define KAPI_PARAMS_H

#include "sim/param.h"

#define KAPI_PARAMS(X)                                                                             \
	X(call_ps, "call", PS, SIM_PARAM_REQUIRED, 0, 1000000000, "a call into the kernel API",    \
	  "")                                                                                      \
	X(alloc_ps, "alloc", PS, SIM_PARAM_REQUIRED, 0, 1000000000,                                \
	  "kmalloc() from a per-CPU slab", "")                                                     \
	X(free_ps, "free", PS, SIM_PARAM_REQUIRED, 0, 1000000000, "kfree() to a per-CPU slab", "") \
	X(mmio_read_ps, "mmio_read", PS, SIM_PARAM_REQUIRED, 0, 1000000000,                        \
	  "read of a device register, round trip", "")                                             \
	X(mmio_write_ps, "mmio_write", PS, SIM_PARAM_REQUIRED, 0, 1000000000,                      \
	  "posted write of a device register, at the CPU", "")                                     \
	X(queue_work_ps, "queue_work", PS, SIM_PARAM_REQUIRED, 0, 1000000000,                      \
	  "queue_work() without the wake-up", "")                                                  \
	X(work_ps, "work", PS, SIM_PARAM_REQUIRED, 0, 1000000000,                                  \
	  "dispatch of one work item in a worker", "")                                             \
	X(relax_ps, "relax", PS, 10000, 1000, 1000000000, "one pass of a polling loop",            \
	  "order of an x86 PAUSE or an Arm ISB; a choice")                                         \
	X(rcu_gp_ps, "rcu_gp", PS, 10000000000ULL, 0, 1000000000000ULL,                            \
	  "shortest RCU grace period",                                                             \
	  "three jiffies at HZ=250, rounded: rcu.jiffies_till_first_fqs; a choice")

struct kapi_params {
	KAPI_PARAMS(SIM_PARAM_FIELD)
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
