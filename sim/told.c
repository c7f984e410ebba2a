// SPDX-License-Identifier: GPL-2.0-only
/* Locks of the software's own, see told.h. */
#include "sim/told.h"

#include "sim/lock_internal.h"

struct sim_lock_base *sim_told_lock(const char *class_name)
{
	struct sim_lock_base *lock = sim_alloc(sizeof(*lock));

	if (lock)
		sim_lock_base_init(lock, class_name);
	return lock;
}

/* Said twice, it is one wait. */
void sim_told_contended(struct sim_told *told)
{
	if (!told->acq.is_contended)
		sim_lock_contended(&told->acq);
}

void sim_told_acquired(struct sim_told *told)
{
	struct sim_lock_base *lock = told->acq.base;

	if (!told->is_shared)
		lock->owner = sim_core->current;
	told->is_held = true;
	told->acquired_ps = sim_core->now_ps;
	sim_lock_acquired(&told->acq);
}

void sim_told_released(struct sim_told *told)
{
	struct sim_lock_base *lock = told->acq.base;

	if (!told->is_held) {
		sim_core->current->waits_for = NULL;
	} else if (told->is_shared) {
		sim_lock_released_shared(lock, told->acquired_ps);
	} else {
		sim_lock_released(lock, told->acquired_ps);
		lock->owner = NULL;
	}
	told->is_held = false;
}
