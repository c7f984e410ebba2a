// SPDX-License-Identifier: GPL-2.0-only
/*
 * The path of a fault, from the access to the access: a box a stage, behind that of the device.
 * The order is that of enum sys_stage: box i + 1 is where stage i ends.
 */
#include <string.h>

#include "system/config/groups.h"
#include "system/result/percentile.h"
#include "tool/common/human.h"
#include "tool/output/path.h"

/* How a fault comes to software, and the answer to the device. */
enum way { WAY_STALL, WAY_PRI, WAY_PRQ, NR_WAYS };

static enum way way_of(const struct path_run *run)
{
	u64 events = 0, requests = 0;

	if (run->config->iommu == SYS_IOMMU_VTD)
		return WAY_PRQ;
	for (u32 i = 0; i < run->result->nr_queues; i++) {
		const struct sys_queue_result *queue = &run->result->queues[i];

		events += strstr(queue->name, ".evtq") ? queue->counts.pushed : 0;
		requests += strstr(queue->name, ".priq") ? queue->counts.pushed : 0;
	}
	/* of two groups of devices each may have its own: that of most records */
	return requests > events ? WAY_PRI : WAY_STALL;
}

/* --- what is called how --- */

static const struct place {
	const char *titles[NR_WAYS];
	bool is_hardware;
} places[SYS_NR_STAGES] = {
	[SYS_STAGE_DETECTED] = {{"SMMU: translation", "Endpoint: ATS", "Endpoint: ATS"}, true},
	[SYS_STAGE_RECORDED] = {{"Event queue", "PRI queue", "Page request queue"}, true},
	[SYS_STAGE_INTERRUPTED] = {{"Interrupt", "Interrupt", "Interrupt"}, false},
	[SYS_STAGE_DEQUEUED] = {{"Event thread", "PRI thread", "Page request thread"}, false},
	[SYS_STAGE_HANDLED] = {{"Handler", "Handler", "Handler"}, false},
	[SYS_STAGE_LOCKED] = {{"Address space, locks", "Address space, locks",
			       "Address space, locks"},
			      false},
	[SYS_STAGE_PINNED] = {{"Page", "Page", "Page"}, false},
	[SYS_STAGE_MAPPED] = {{"IOMMU's tables", "IOMMU's tables", "IOMMU's tables"}, false},
	[SYS_STAGE_ANSWERED] = {{"Command queue", "Command queue", "Invalidation queue"}, false},
	[SYS_STAGE_CONSUMED] = {{"SMMU takes the answer", "SMMU passes it on",
				 "VT-d unit passes it on"},
				true},
	[SYS_STAGE_COMPLETED] = {{"Access tries again", "Access tries again", "Access tries again"},
				 true},
};

/* --- what is said where --- */

static const char *const found[NR_WAYS] = {
	"no translation: the access stalls in the SMMU",
	"no translation: the endpoint sends a page request",
	"no translation: the endpoint sends a page request",
};

static const char *const answers[NR_WAYS] = {
	"CMD_RESUME",
	"CMD_PRI_RESP",
	"page group response descriptor",
};

static const char *const queue_kinds[NR_WAYS] = {"event queue", "PRI queue", "page request queue"};

static u32 count_threads(const struct path_run *run, const char *prefix)
{
	u32 nr = 0;

	for (u32 i = 0; i < run->result->nr_threads; i++)
		nr += !strncmp(run->result->threads[i].name, prefix, strlen(prefix));
	return nr;
}

static enum sys_dispatch dispatch_of(const struct sys_config *config)
{
	if (config->dispatch != SYS_DISPATCH_AUTO)
		return config->dispatch;
	return sys_config_has_mode(config, SYS_HANDLER_VFIO) ? SYS_DISPATCH_EVENT_THREAD
							     : SYS_DISPATCH_WORKQUEUE;
}

static void say_who_handles(struct path_box *box, const struct path_run *run)
{
	switch (dispatch_of(run->config)) {
	case SYS_DISPATCH_EVENT_THREAD:
		path_say(box, "in the same thread");
		break;
	case SYS_DISPATCH_CPU_THREADS:
		path_say(box, "threads pfh/0, pfh/1, ...: %u", count_threads(run, "pfh/"));
		break;
	case SYS_DISPATCH_DEVICE_WORKQUEUE:
		path_say(box, "a workqueue a device, %u workers", count_threads(run, "kworker/"));
		break;
	default:
		path_say(box, "a workqueue, %u workers", count_threads(run, "kworker/"));
	}
}

/* Of the queue's threads the busiest. */
static void say_work(struct path_box *box, const struct path_run *run,
		     const struct sys_thread_result *thread)
{
	const struct sim_thread_stats *counts = &thread->counts;
	u64 elapsed_ps = run->result->limits->elapsed_ps;
	char work[HUMAN_BYTES], wait[HUMAN_BYTES];

	path_say(box, "%s works %s of the time, waits for locks %s", thread->name,
		 human_share(work, counts->running_ps - counts->spinning_ps, elapsed_ps),
		 human_share(wait, counts->lock_wait_ps, elapsed_ps));
}

static void say_thread(struct path_box *box, const struct path_run *run)
{
	static const char *const suffixes[NR_WAYS] = {"evtq", "priq", "prq"};
	const char *suffix = suffixes[way_of(run)];
	const struct sys_thread_result *busiest = NULL;

	for (u32 i = 0; i < run->result->nr_threads; i++) {
		const struct sys_thread_result *thread = &run->result->threads[i];

		if (!strstr(thread->name, suffix))
			continue;
		if (!busiest || thread->counts.running_ps > busiest->counts.running_ps)
			busiest = thread;
	}
	if (busiest)
		say_work(box, run, busiest);
}

static void say_translation(struct path_box *box, const struct path_run *run)
{
	u64 waited = sys_result_number(run->result, "stalls.backpressured");

	path_say(box, "%s", found[way_of(run)]);
	if (waited)
		path_say(box, "%llu times one waited for a place in the stall table", waited);
}

static void say_page(struct path_box *box, const struct path_run *run)
{
	path_say(box, "%s",
		 sys_config_has_mode(run->config, SYS_HANDLER_VFIO) ? "pin_user_pages()"
								    : "handle_mm_fault()");
	path_say_locks(box, run, "pinned");
}

static void say_mapping(struct path_box *box, const struct path_run *run)
{
	if (sys_config_has_mode(run->config, SYS_HANDLER_VFIO))
		path_say(box, "iommu_map()");
	else
		path_say(box, "SVA: they are the process's own, nothing is left to do");
	path_say_locks(box, run, "mapped");
}

/* Besides its times. */
static void say_place(struct path_box *box, const struct path_run *run, enum sys_stage stage)
{
	enum way way = way_of(run);

	switch (stage) {
	case SYS_STAGE_DETECTED:
		say_translation(box, run);
		break;
	case SYS_STAGE_RECORDED:
		path_say_queue(box, run, queue_kinds[way]);
		break;
	case SYS_STAGE_DEQUEUED:
		say_thread(box, run);
		break;
	case SYS_STAGE_HANDLED:
		say_who_handles(box, run);
		path_say_locks(box, run, "handled");
		break;
	case SYS_STAGE_LOCKED:
		path_say_locks(box, run, "locked");
		break;
	case SYS_STAGE_PINNED:
		say_page(box, run);
		break;
	case SYS_STAGE_MAPPED:
		say_mapping(box, run);
		break;
	case SYS_STAGE_ANSWERED:
		path_say(box, "%s", answers[way]);
		path_say_queue(box, run, way == WAY_PRQ ? "invalidation queue" : "command queue");
		path_say_locks(box, run, "answered");
		break;
	default:
		break;
	}
}

/* --- boxes --- */

static void add_device(struct path *path, const struct path_run *run)
{
	const struct sys_config *config = run->config;
	struct path_box *box = path_add(path,
					way_of(run) != WAY_STALL ? "PCIe endpoint" : "Device");
	char rate[HUMAN_BYTES];

	box->is_hardware = true;
	path_say(box, "%llu device%s behind %llu %s%s", config->machine.nr_devices,
		 config->machine.nr_devices == 1 ? "" : "s", config->machine.nr_iommus,
		 sys_iommu_titles[config->iommu], config->machine.nr_iommus == 1 ? "" : "s");
	path_say(box, "%llu accesses, %llu faults", run->result->all.dma.accesses,
		 run->result->faults_completed);
	path_say(box, "%s", human_rate(rate, run->result->throughput_bytes_per_s));
}

static void say_times(struct path_box *box, const struct sim_hist *hist)
{
	char mean[HUMAN_BYTES], p99[HUMAN_BYTES];
	u64 ps = sys_percentile(hist, 99000);

	box->has_times = hist->total;
	if (!box->has_times)
		return;
	if (ps == SYS_UNKNOWN)
		path_say(box, "%s", human_time(mean, sim_hist_mean(hist)));
	else
		path_say(box, "%s, p99 %s", human_time(mean, sim_hist_mean(hist)),
			 human_time(p99, ps));
}

/* Of the faults' time, in 1/1000. */
static u32 of_all(const struct path_run *run, unsigned __int128 ps)
{
	unsigned __int128 all_ps = run->result->latency->total;

	return all_ps ? (u32)((ps * 1000 + all_ps / 2) / all_ps) : 0;
}

static void add_stage(struct path *path, const struct path_run *run, enum sys_stage stage)
{
	const struct sim_hist *hist = run->result->stages[stage];
	struct path_box *box = path_add(path, places[stage].titles[way_of(run)]);

	box->stage = sys_stage_names[stage];
	box->share_milli = of_all(run, hist->total);
	box->waiting_milli = of_all(run, run->result->stage_work.waiting_ps[stage]);
	box->is_hardware = places[stage].is_hardware;
	say_times(box, hist);
	say_place(box, run, stage);
}

void path_of_faults(struct path *path, const struct path_run *run)
{
	add_device(path, run);
	for (u32 i = 0; i < SYS_NR_STAGES; i++)
		add_stage(path, run, i);
	path->rows[0] = "An access faults";
	path->rows[1] = "The kernel finds out, and brings the page in";
	path->rows[2] = "The answer goes back";
	path->caption =
		"The path of a fault through this run. In each box: how long a fault took from the box "
		"before, mean and p99, and what part that is of the whole; the bar shows the part.";
}

/* --- limits --- */

static u32 box_of_lock(const struct path_run *run, const char *lock)
{
	char stage[32];

	path_lock_stage(run, lock, stage);
	for (u32 i = 0; i < SYS_NR_STAGES; i++) {
		if (!strcmp(stage, sys_stage_names[i]))
			return i + 1;
	}
	return SYS_STAGE_LOCKED + 1;
}

static u32 box_of_queue(const struct sys_limit *limit)
{
	bool takes_commands = strstr(limit->name, ".cmdq") || strstr(limit->name, ".iq");

	return (takes_commands ? SYS_STAGE_ANSWERED : SYS_STAGE_RECORDED) + 1;
}

/* Where it is that faults take their time. */
static u32 longest_stage(const struct path_run *run)
{
	u32 longest = 0;

	for (u32 i = 1; i < SYS_NR_STAGES; i++) {
		if (run->result->stages[i]->total > run->result->stages[longest]->total)
			longest = i;
	}
	return longest;
}

u32 path_limit_of_faults(const struct path_run *run, const struct sys_limit *limit)
{
	switch (limit->resource) {
	case SYS_RESOURCE_LOCK:
	case SYS_RESOURCE_LINE:
		return box_of_lock(run, limit->name);
	case SYS_RESOURCE_THREAD:
		return (strncmp(limit->name, "irq/", 4) ? SYS_STAGE_HANDLED : SYS_STAGE_DEQUEUED) +
		       1;
	case SYS_RESOURCE_CPUS:
	case SYS_RESOURCE_CPU:
		return SYS_STAGE_HANDLED + 1;
	case SYS_RESOURCE_COMMANDS:
		return SYS_STAGE_CONSUMED + 1;
	case SYS_RESOURCE_QUEUE:
		return box_of_queue(limit);
	case SYS_RESOURCE_STALLS:
		return SYS_STAGE_DETECTED + 1;
	case SYS_RESOURCE_FAULTS:
		return longest_stage(run) + 1;
	default: /* the device's rate, credits, start-up */
		return 0;
	}
}
