/* SPDX-License-Identifier: GPL-2.0-only */
/* Is the kernel's behaviour: a grace period waits for every reader that existed when it began;
 * readers may be preempted. Takes kernel.rcu_gp at least; callbacks run in a thread. */
#ifndef _LINUX_RCUPDATE_H
#define _LINUX_RCUPDATE_H

#include <linux/compiler.h>
#include <linux/types.h>

void rcu_read_lock(void);
void rcu_read_unlock(void);
int rcu_read_lock_held(void);
void synchronize_rcu(void);
void call_rcu(struct rcu_head *head, rcu_callback_t func);
void rcu_barrier(void);
#define synchronize_rcu_expedited synchronize_rcu

#define rcu_dereference(p) READ_ONCE(p)
#define rcu_dereference_raw(p) READ_ONCE(p)
#define rcu_dereference_check(p, c) READ_ONCE(p)
#define rcu_dereference_protected(p, c) (p)
#define rcu_access_pointer(p) READ_ONCE(p)
#define rcu_assign_pointer(p, v) smp_store_release(&(p), (v))
#define RCU_INIT_POINTER(p, v) WRITE_ONCE(p, v)
#define rcu_replace_pointer(p, v, c)                                                               \
	({                                                                                         \
		__typeof__(p) old_ = (p);                                                          \
		rcu_assign_pointer(p, v);                                                          \
		old_;                                                                              \
	})
#define rcu_pointer_handoff(p) (p)

/* The offset of the head within the object stands in for a function. */
#define kfree_rcu(ptr, rhf)                                                                        \
	do {                                                                                       \
		__typeof__(ptr) obj_ = (ptr);                                                      \
                                                                                                   \
		_Static_assert(offsetof(__typeof__(*obj_), rhf) < 4096, "rcu_head is too deep");   \
		if (obj_)                                                                          \
			call_rcu(&obj_->rhf, (rcu_callback_t)offsetof(__typeof__(*obj_), rhf));    \
	} while (0)

#endif
