// SPDX-License-Identifier: GPL-2.0-only
/* What a fault's time is made of: its longest stage, and what that stage waits for. */
#include <stdio.h>

#include "sim/time.h"
#include "system/verdict/rules.h"

/* Stages in which a fault waits for somebody, and for whom; the others are work on it. */
static const char *const waits_for[SYS_NR_STAGES] = {
	[SYS_STAGE_INTERRUPTED] = "waiting for a CPU to take the interrupt",
	[SYS_STAGE_DEQUEUED] = "waiting in the queue for the thread that reads it",
	[SYS_STAGE_HANDLED] = "waiting for a thread to handle it",
	[SYS_STAGE_LOCKED] = "finding its address space and waiting for locks",
	[SYS_STAGE_CONSUMED] = "waiting for the hardware to take the answer",
};

static const char *const works_at[SYS_NR_STAGES] = {
	[SYS_STAGE_DETECTED] = "translation until the fault is found",
	[SYS_STAGE_RECORDED] = "recording it in the queue",
	[SYS_STAGE_PINNED] = "bringing its page in",
	[SYS_STAGE_MAPPED] = "mapping it in the IOMMU's tables",
	[SYS_STAGE_ANSWERED] = "letting go and answering",
	[SYS_STAGE_COMPLETED] = "translating again",
};

bool sys_stage_is_waiting(enum sys_stage stage)
{
	return waits_for[stage];
}

const char *sys_stage_spent(enum sys_stage stage)
{
	return waits_for[stage] ? waits_for[stage] : works_at[stage];
}

const char *sys_verdict_time(char text[32], u64 ps)
{
	static const struct {
		u64 ps;
		const char *name;
	} units[] = {{SIM_PS_PER_S, "s"},
		     {SIM_PS_PER_MS, "ms"},
		     {SIM_PS_PER_US, "us"},
		     {SIM_PS_PER_NS, "ns"}};
	u32 unit = 0;
	u64 tenths;

	while (unit < 3 && ps < units[unit].ps)
		unit++;
	tenths = (ps * 10 + units[unit].ps / 2) / units[unit].ps;
	snprintf(text, 32, "%llu.%llu %s", tenths / 10, tenths % 10, units[unit].name);
	return text;
}

u64 sys_verdict_mean_ps(const struct sim_hist *hist)
{
	return hist->count ? (u64)(hist->total / hist->count) : 0;
}

void sys_verdict_latency(const struct sys_result *result, char *text, size_t bytes)
{
	const struct sim_hist *all = result->latency;
	u32 longest = 0, share;
	char mean[32];

	text[0] = 0;
	if (!all->count)
		return;
	for (u32 i = 1; i < SYS_NR_STAGES; i++) {
		if (result->stages[i]->total > result->stages[longest]->total)
			longest = i;
	}
	share = sys_verdict_share(result->stages[longest]->total, all->total);
	snprintf(text, bytes, "A fault takes %s; %u %% of it is %s (stage '%s').",
		 sys_verdict_time(mean, sys_verdict_mean_ps(all)), (share + 5) / 10,
		 sys_stage_spent(longest), sys_stage_names[longest]);
}
