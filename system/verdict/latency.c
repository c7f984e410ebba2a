// SPDX-License-Identifier: GPL-2.0-only
/* What a fault's time is made of: work and waiting, and the longest of it. */
#include <stdio.h>

#include "sim/time.h"
#include "system/verdict/rules.h"

/* What a fault waits for in a stage, and what is done for it there. */
static const struct {
	const char *waiting, *work;
	bool is_usually_waiting;
} spent[SYS_NR_STAGES] = {
	[SYS_STAGE_DETECTED] = {"waiting for a walker, or for another's walk",
				"translation until the fault is found", false},
	[SYS_STAGE_RECORDED] = {"waiting until it can be recorded", "recording it in the queue",
				false},
	[SYS_STAGE_INTERRUPTED] = {"waiting for a CPU to take the interrupt",
				   "entering the interrupt", true},
	[SYS_STAGE_DEQUEUED] = {"waiting in the queue for the thread that reads it",
				"reading its record", true},
	[SYS_STAGE_HANDLED] = {"waiting for a thread to handle it", "handing it to its handler",
			       true},
	[SYS_STAGE_LOCKED] = {"waiting for locks", "finding its address space", true},
	[SYS_STAGE_PINNED] = {"waiting for its page", "bringing its page in", false},
	[SYS_STAGE_MAPPED] = {"waiting until it can be mapped", "mapping it in the IOMMU's tables",
			      false},
	[SYS_STAGE_ANSWERED] = {"waiting until it can be answered", "letting go and answering",
				false},
	[SYS_STAGE_CONSUMED] = {"waiting for the hardware to take the answer",
				"carrying out the answer", true},
	[SYS_STAGE_COMPLETED] = {"waiting for a walker, or for another's walk, again",
				 "translating again", false},
};

bool sys_stage_is_waiting(enum sys_stage stage)
{
	return spent[stage].is_usually_waiting;
}

const char *sys_stage_spent(enum sys_stage stage)
{
	/* Of one fault it is not known how much of it was which. */
	if (stage == SYS_STAGE_LOCKED)
		return "finding its address space and waiting for locks";
	return spent[stage].is_usually_waiting ? spent[stage].waiting : spent[stage].work;
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

/* The longest of all stages' work and waiting. */
struct longest {
	u64 ps;
	u32 stage;
	bool is_waiting;
};

static struct longest find_longest(const struct sys_stage_work *work)
{
	struct longest longest = {0};

	for (u32 i = 0; i < SYS_NR_STAGES; i++) {
		if (work->work_ps[i] > longest.ps)
			longest = (struct longest){work->work_ps[i], i, false};
		if (work->waiting_ps[i] > longest.ps)
			longest = (struct longest){work->waiting_ps[i], i, true};
	}
	return longest;
}

static u32 percent_of(unsigned __int128 part, const struct sim_hist *whole)
{
	return (sys_verdict_share(part, whole->total) + 5) / 10;
}

void sys_verdict_latency(const struct sys_result *result, char *text, size_t bytes)
{
	const struct sim_hist *all = result->latency;
	struct longest longest = find_longest(&result->stage_work);
	u64 work_ps = 0;
	char mean[32];

	text[0] = 0;
	if (!all->count)
		return;
	for (u32 i = 0; i < SYS_NR_STAGES; i++)
		work_ps += result->stage_work.work_ps[i];
	snprintf(
		text, bytes,
		"A fault takes %s, of which %u %% is work; the most of it, %u %%, is %s (stage '%s').",
		sys_verdict_time(mean, sys_verdict_mean_ps(all)), percent_of(work_ps, all),
		percent_of(longest.ps, all),
		longest.is_waiting ? spent[longest.stage].waiting : spent[longest.stage].work,
		sys_stage_names[longest.stage]);
}
