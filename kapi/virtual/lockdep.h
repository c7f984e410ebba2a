/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The order of locks, by the rules of Linux's lockdep: what could deadlock, though it did not. For
 * kapi/virtual/lock.c; it takes no time of the machine.
 */
#ifndef KAPI_LOCKDEP_H
#define KAPI_LOCKDEP_H

#include "kapi/internal.h"

/* Memory that outlives schedules where they are explored: the order is learnt from all of them. */
struct kapi_lockdep *kapi_lockdep_create(void);

/** kapi_lockdep_wants() - the running thread asks for @base, and will wait for it. */
void kapi_lockdep_wants(const struct sim_lock_base *base, const kapi_site_t *site);
/** kapi_lockdep_nested() - the same, inside a lock of its class, which is in order. */
void kapi_lockdep_nested(const struct sim_lock_base *base, const kapi_site_t *site);
/** kapi_lockdep_tried() - it has @base by a trylock: that waits for nobody. */
void kapi_lockdep_tried(const struct sim_lock_base *base);
/** kapi_lockdep_irqs_on() - interrupts are enabled, perhaps with locks held. */
void kapi_lockdep_irqs_on(void);

#endif
