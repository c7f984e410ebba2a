// SPDX-License-Identifier: GPL-2.0-only
/*
 * Sleepable RCU: readers are counted in one of two phases; a grace period turns
 * the phase over and waits until the old one is empty. One turn is enough here:
 * a reader learns the phase and is counted in it at one moment.
 */
#include <linux/srcu.h>

#include <linux/bug.h>
#include <linux/errno.h>
#include <linux/slab.h>

#include "kapi/internal.h"

int init_srcu_struct(struct srcu_struct *ssp)
{
	*ssp = (struct srcu_struct){.percpu = kzalloc(sizeof(u64), GFP_KERNEL)};
	if (!ssp->percpu)
		return -ENOMEM;
	mutex_init(&ssp->mutex);
	init_waitqueue_head(&ssp->idle);
	return 0;
}

void cleanup_srcu_struct(struct srcu_struct *ssp)
{
	WARN_ON(ssp->nr_readers[0] || ssp->nr_readers[1]);
	kfree(ssp->percpu);
	ssp->percpu = NULL;
}

/* A counter of this CPU, and a full barrier on either side. */
static void charge_reader(void)
{
	kapi_call();
	kapi_atomic();
}

int srcu_read_lock(struct srcu_struct *ssp)
{
	u32 phase;

	sim_point(SIM_POINT_ENTER, ssp, sizeof(long));
	phase = ssp->phase;
	charge_reader();
	ssp->nr_readers[phase]++;
	sim_reader(true);
	return phase;
}

void srcu_read_unlock(struct srcu_struct *ssp, int idx)
{
	BUG_ON(!ssp->nr_readers[idx]);
	charge_reader();
	sim_point(SIM_POINT_ENTER, ssp, sizeof(long));
	sim_reader(false);
	sim_order_release(&ssp->nr_readers);
	sim_quiet_begin();
	if (!--ssp->nr_readers[idx] && waitqueue_active(&ssp->idle))
		wake_up_all(&ssp->idle);
	sim_quiet_end();
}

int srcu_read_lock_held(const struct srcu_struct *ssp)
{
	return ssp->nr_readers[0] || ssp->nr_readers[1];
}

void synchronize_srcu(struct srcu_struct *ssp)
{
	u32 old;

	might_sleep();
	mutex_lock(&ssp->mutex);
	sim_point(SIM_POINT_STEP, ssp, sizeof(long));
	sim_quiet_begin();
	old = ssp->phase;
	ssp->phase = !old;
	wait_event(ssp->idle, !ssp->nr_readers[old]);
	sim_quiet_end();
	sim_order_acquire(&ssp->nr_readers);
	mutex_unlock(&ssp->mutex);
}
