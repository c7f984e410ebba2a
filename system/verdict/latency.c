// SPDX-License-Identifier: GPL-2.0-only
/* What a fault's time is made of: work and waiting, and the longest of it. */
#include <stdio.h>
#include <string.h>

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

/* Below this share of the time, in 1/1000, locks are not why a queue is read late. */
#define LATE_BY_LOCKS 250

/* Why a queue is read late: its threads, which wait for locks; "" where that is not so. */
static void say_why_late(const struct sys_result *result, char text[64])
{
	u32 nr = 0, share;
	u64 waits_ps = 0;

	text[0] = 0;
	for (u32 i = 0; i < result->nr_threads; i++) {
		const struct sys_thread_result *thread = &result->threads[i];

		if (strncmp(thread->name, "irq/", strlen("irq/")) != 0)
			continue;
		waits_ps += thread->counts.lock_wait_ps;
		nr++;
	}
	share = nr ? sys_verdict_share(waits_ps, (unsigned __int128)result->limits->elapsed_ps * nr)
		   : 0;
	if (share >= LATE_BY_LOCKS)
		snprintf(text, 64, " %s for locks %u %% of the time.",
			 nr == 1 ? "It waits" : "Those threads wait", (share + 5) / 10);
}

void sys_verdict_latency(const struct sys_result *result, char *text, size_t bytes)
{
	const struct sim_hist *all = result->latency;
	struct longest longest = find_longest(&result->stage_work);
	u64 work_ps = 0;
	char mean[32], why[64] = "";

	text[0] = 0;
	if (!all->count)
		return;
	for (u32 i = 0; i < SYS_NR_STAGES; i++)
		work_ps += result->stage_work.work_ps[i];
	if (longest.stage == SYS_STAGE_DEQUEUED && longest.is_waiting)
		say_why_late(result, why);
	snprintf(
		text, bytes,
		"A fault takes %s, of which %u %% is work; the most of it, %u %%, is %s (stage '%s').%s",
		sys_verdict_time(mean, sys_verdict_mean_ps(all)), percent_of(work_ps, all),
		percent_of(longest.ps, all),
		longest.is_waiting ? spent[longest.stage].waiting : spent[longest.stage].work,
		sys_stage_names[longest.stage], why);
}
