// SPDX-License-Identifier: GPL-2.0-only
/* See work.h. */
#include "system/measure/work.h"

#include "sim/cpu.h"

/* What the thread that had it before has done since its stamp. */
static u64 before_ps(const struct sys_work *work, const struct sys_turn *turn)
{
	if (turn->work == work && turn->thread && work->thread == sim_thread_number(turn->thread))
		return sim_thread_worked_ps(turn->thread) - work->base_ps;
	return work->handed_ps;
}

void sys_work_stamp(struct sys_work *work, const struct sys_turn *turn, enum sys_stage stage)
{
	struct sim_thread *self = sim_thread_self();
	u32 number = self ? sim_thread_number(self) : 0;

	if (!self)
		return;
	if (number && work->thread == number)
		work->worked_ps[stage] = sim_thread_worked_ps(self) - work->base_ps;
	else
		work->worked_ps[stage] = sim_work_ps() + before_ps(work, turn);
	work->handed_ps = 0;
	work->thread = number;
	work->base_ps = sim_thread_worked_ps(self);
}

void sys_work_turn(struct sys_turn *turn)
{
	struct sim_thread *self = sim_thread_self();
	struct sys_work *work = turn->work;

	/* Nobody has stamped it since. */
	if (work && work->thread == sim_thread_number(self)) {
		work->handed_ps = sim_thread_worked_ps(self) - work->base_ps;
		work->thread = 0;
	}
	*turn = (struct sys_turn){.thread = self};
	sim_work_begin();
}

void sys_work_add(const struct sys_work *work, const struct sys_fault_record *record,
		  struct sys_stage_work *sums)
{
	u64 before_ps = record->began_ps;

	for (u32 stage = 0; stage < SYS_NR_STAGES; stage++) {
		u64 whole_ps = record->stamp_ps[stage] - before_ps;
		u64 work_ps = work->worked_ps[stage];

		/* Two at the same time, or begun before the stage did. */
		if (work_ps > whole_ps)
			work_ps = whole_ps;
		sums->work_ps[stage] += work_ps;
		sums->waiting_ps[stage] += whole_ps - work_ps;
		before_ps = record->stamp_ps[stage];
	}
}
