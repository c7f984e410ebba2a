// SPDX-License-Identifier: GPL-2.0-only
/* The rules: for which share of the time was each resource taken? See verdict.h. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim/time.h"
#include "system/benchmark/benchmark.h"
#include "system/config/groups.h"
#include "system/verdict/rules.h"

struct question {
	const struct sys_config *config;
	const struct sys_result *result;
	u64 elapsed_ps;
	struct sys_run_verdict *verdict;
};

static u32 of_time(const struct question *question, unsigned __int128 part_ps)
{
	return sys_verdict_share(part_ps, question->elapsed_ps);
}

/* The place of a new limit, of the lowest one if there is none left; NULL: not worth it. */
static struct sys_limit *place_for(struct sys_run_verdict *verdict, u32 share)
{
	struct sys_limit *lowest = &verdict->limits[0];

	if (share < SYS_NOTABLE)
		return NULL;
	if (verdict->nr < SYS_MAX_LIMITS)
		return &verdict->limits[verdict->nr++];
	for (u32 i = 1; i < SYS_MAX_LIMITS; i++) {
		if (verdict->limits[i].share_milli < lowest->share_milli)
			lowest = &verdict->limits[i];
	}
	return share > lowest->share_milli ? lowest : NULL;
}

/* How each is called in a sentence; %s is its name. */
static const char *const subjects[SYS_NR_RESOURCES] = {
	[SYS_RESOURCE_DEVICE] = "the devices' own rate, %s",
	[SYS_RESOURCE_MEMORY] = "memory's bandwidth, %s",
	[SYS_RESOURCE_CPUS] = "the CPUs",
	[SYS_RESOURCE_LOCK] = "lock %s",
	[SYS_RESOURCE_LINE] = "the cache line of %s",
	[SYS_RESOURCE_THREAD] = "thread %s",
	[SYS_RESOURCE_CPU] = "%s alone",
	[SYS_RESOURCE_COMMANDS] = "the hardware's commands, %s",
	[SYS_RESOURCE_WALKER] = "walks, of which there are no more at a time (%s)",
	[SYS_RESOURCE_QUEUE] = "%s, which is full",
	[SYS_RESOURCE_STALLS] = "the stall table %s, which is full",
	[SYS_RESOURCE_CREDITS] = "page request credits, %s",
	[SYS_RESOURCE_FAULTS] = "faults in flight, of which there are no more at a time (%s)",
	[SYS_RESOURCE_STARTUP] = "start-up, %s",
};

static void name_limit(struct sys_limit *limit, const char *name)
{
	const char *subject = subjects[limit->resource], *mark = strstr(subject, "%s");

	snprintf(limit->name, sizeof(limit->name), "%s", name);
	if (mark)
		snprintf(limit->subject, sizeof(limit->subject), "%.*s%s%s", (int)(mark - subject),
			 subject, limit->name, mark + 2);
	else
		snprintf(limit->subject, sizeof(limit->subject), "%s", subject);
}

struct finding {
	enum sys_resource resource;
	const char *name;
	u32 share;
};

static void __attribute__((format(printf, 3, 4)))
add(const struct question *question, struct finding finding, const char *format, ...)
{
	struct sys_limit *limit = place_for(question->verdict, finding.share);
	va_list args;

	if (!limit)
		return;
	*limit = (struct sys_limit){.resource = finding.resource, .share_milli = finding.share};
	name_limit(limit, finding.name);
	va_start(args, format);
	vsnprintf(limit->evidence, sizeof(limit->evidence), format, args);
	va_end(args);
}

/* "93 %", "0.4 %" */
static const char *percent(char text[16], u32 milli)
{
	if (milli < 100)
		snprintf(text, 16, "%u.%u %%", milli / 10, milli % 10);
	else
		snprintf(text, 16, "%u %%", (milli + 5) / 10);
	return text;
}

/* --- CPUs and threads --- */

/* Without spinning. The background load is no limit: it makes room, and what it costs shows in
 * waits. */
static u64 work_ps(const struct sim_cpu_stats *cpu)
{
	return cpu->irq_ps + cpu->rt_ps + cpu->normal_ps;
}

/* A benchmark's threads are bound to CPUs, which work for nobody else; others have no work. */
static u64 nr_working(const struct question *question)
{
	u64 nr = question->result->nr_cpus;

	if (question->result->benchmark && sys_benchmark_threads(question->config) < nr)
		nr = sys_benchmark_threads(question->config);
	return nr ? nr : 1;
}

static void judge_cpus(const struct question *question)
{
	const struct sys_result *result = question->result;
	u64 lines = result->limits->line_wait_ps, nr = nr_working(question);
	unsigned __int128 work = 0, spin = 0, load = 0;
	char a[16], b[16], c[16], d[16], of_load[64] = "";
	u32 share;

	for (u32 i = 0; i < result->nr_cpus; i++) {
		work += work_ps(&result->cpus[i]);
		spin += result->cpus[i].spin_ps;
		load += result->cpus[i].load_ps;
	}
	/* An instruction that waits for a cache line is no spinning. */
	share = of_time(question, (work > lines ? work - lines : 0) / nr);
	if (load)
		snprintf(of_load, sizeof(of_load), "; the background load is %s",
			 percent(c, of_time(question, load / nr)));
	add(question, (struct finding){SYS_RESOURCE_CPUS, "all", share},
	    "%llu CPU%s work%s %s of the time, spin%s %s, wait%s for cache lines %s%s", nr,
	    nr == 1 ? "" : "s", nr == 1 ? "s" : "", percent(a, share), nr == 1 ? "s" : "",
	    percent(b, of_time(question, spin / nr)), nr == 1 ? "s" : "",
	    percent(d, of_time(question, lines / nr)), of_load);
}

/* The one with the most work; its threads share it. */
static void judge_cpu(const struct question *question)
{
	const struct sys_result *result = question->result;
	u32 busiest = 0, share;
	char name[24], text[16];

	for (u32 i = 1; i < result->nr_cpus; i++) {
		if (work_ps(&result->cpus[i]) > work_ps(&result->cpus[busiest]))
			busiest = i;
	}
	if (result->nr_cpus < 2)
		return;
	share = of_time(question, work_ps(&result->cpus[busiest]));
	snprintf(name, sizeof(name), "CPU %u", busiest);
	add(question, (struct finding){SYS_RESOURCE_CPU, name, share},
	    "it works %s of the time, %s in interrupts and real-time threads", percent(text, share),
	    percent((char[16]){0},
		    of_time(question, result->cpus[busiest].irq_ps + result->cpus[busiest].rt_ps)));
}

/* Where a lock, or its line, limits, who waits for locks waits for others; else it is work that it
 * has. */
static bool has_limiting_lock(const struct sys_run_verdict *verdict)
{
	for (u32 i = 0; i < verdict->nr; i++) {
		const struct sys_limit *limit = &verdict->limits[i];

		if ((limit->resource == SYS_RESOURCE_LOCK ||
		     limit->resource == SYS_RESOURCE_LINE) &&
		    limit->share_milli >= SYS_LIMITING)
			return true;
	}
	return false;
}

static u32 busy_share(const struct question *question, const struct sim_thread_stats *stats)
{
	u64 waits_ps = has_limiting_lock(question->verdict) ? stats->lock_wait_ps : 0;

	return of_time(question, stats->running_ps > waits_ps ? stats->running_ps - waits_ps : 0);
}

/* Workers of a pool are as many as are needed, and those of the load have no end of work. */
static bool may_limit(const struct sys_thread_result *thread)
{
	return strncmp(thread->name, "kworker/", strlen("kworker/")) != 0 &&
	       strncmp(thread->name, "load/", strlen("load/")) != 0;
}

static void judge_threads(const struct question *question)
{
	const struct sys_result *result = question->result;
	const struct sys_thread_result *busiest = NULL;
	u64 faults = result->faults_completed;
	char a[16], b[16], each[32] = "";
	u32 share;

	for (u32 i = 0; i < result->nr_threads; i++) {
		const struct sys_thread_result *one = &result->threads[i];

		if (may_limit(one) && (!busiest || busy_share(question, &one->counts) >
							   busy_share(question, &busiest->counts)))
			busiest = one;
	}
	if (!busiest)
		return;
	share = busy_share(question, &busiest->counts);
	if (faults && result->nr_iommus == 1)
		sys_verdict_time(each, busiest->counts.running_ps / faults);
	add(question, (struct finding){SYS_RESOURCE_THREAD, busiest->name, share},
	    "it runs %s of the time, %s of that spinning or polling%s%s%s", percent(a, share),
	    percent(b, sys_verdict_share(busiest->counts.spinning_ps, busiest->counts.running_ps)),
	    each[0] ? ", " : "", each, each[0] ? " for each fault" : "");
}

/* --- locks and their lines --- */

static const struct sim_lock_site_stats *worst_site(const struct sim_lock_class *class)
{
	const struct sim_lock_site_stats *worst = &class->sites[0];

	for (u32 i = 1; i < SIM_LOCK_MAX_SITES && class->sites[i].site; i++) {
		if (class->sites[i].wait_total_ps > worst->wait_total_ps)
			worst = &class->sites[i];
	}
	return worst->site ? worst : NULL;
}

/* Waiting threads at any time, as Little's law has it, in 1/1000; of the mean lock of the class. */
static u64 waiters_milli(const struct question *question, const struct sim_lock_class *class,
			 unsigned __int128 waited_ps)
{
	u64 nr = class->nr_locks ? class->nr_locks : 1;

	return question->elapsed_ps ? (u64)(waited_ps * 1000 / question->elapsed_ps / nr) : 0;
}

static u64 square_root(u64 of)
{
	u64 low = 0, high = 1ULL << 32;

	while (high - low > 1) {
		u64 middle = low + (high - low) / 2;

		if (middle * middle <= of)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/*
 * For which share of the time a lock is taken, hand-over included, of which hold times know
 * nothing: that with which so many wait, L = r^2 / (1 - r) in a queue M/M/1, thus r = (sqrt(L^2 + 4
 * L) - L) / 2. A crowd that comes at once and seldom has few waiters at any time. All in 1/1000.
 */
static u32 taken_share(u64 waiters)
{
	/* So few need not be a queue: as many as wait. */
	if (waiters < 500)
		return (u32)waiters;
	if (waiters > 1000000)
		return 1000;
	return (u32)((square_root(waiters * waiters + 4000 * waiters) - waiters) / 2);
}

static u32 lock_share(const struct question *question, const struct sim_lock_class *class)
{
	u64 waiters = waiters_milli(question, class, class->wait->total);
	u32 held = of_time(question, class->busiest_hold_ps), share = taken_share(waiters);

	/* One that is held and not waited for keeps nobody. */
	return held > share && waiters > SYS_NOTABLE ? held : share;
}

static void judge_lock(const struct question *question, const struct sim_lock_class *class)
{
	u64 waiters = waiters_milli(question, class, class->wait->total);
	const struct sim_lock_site_stats *site = worst_site(class);
	char a[16], b[16], place[SIM_SITE_BYTES], where[80] = "";

	if (site)
		snprintf(where, sizeof(where), ", most in %s() (%s)", site->site->func,
			 sim_site_place(place, site->site));
	add(question, (struct finding){SYS_RESOURCE_LOCK, class->name, lock_share(question, class)},
	    "held %s of the time, %s of those who take it have to wait, %llu.%llu threads at any "
	    "time%s",
	    percent(a, of_time(question, class->busiest_hold_ps)),
	    percent(b, sys_verdict_share(class->contentions, class->acquisitions)), waiters / 1000,
	    waiters / 100 % 10, where);
}

static void judge_line(const struct question *question, const struct sim_lock_class *class)
{
	u64 waiters = waiters_milli(question, class, class->line_wait_ps);

	add(question,
	    (struct finding){SYS_RESOURCE_LINE, class->name, waiters < 1000 ? (u32)waiters : 1000},
	    "%llu.%llu threads wait at any time until it comes over", waiters / 1000,
	    waiters / 100 % 10);
}

static void judge_locks(const struct question *question)
{
	for (u32 i = 0; i < question->result->nr_locks; i++) {
		judge_lock(question, question->result->locks[i]);
		judge_line(question, question->result->locks[i]);
	}
}

/* --- queues --- */

/* Commands are the driver's to the hardware; the others are what it has to read. */
static bool takes_commands(const struct sys_queue_result *queue)
{
	return strstr(queue->name, ".cmdq") || strstr(queue->name, ".iq");
}

/* Of the queues of one kind, one a unit, that which was full for longest, or used. */
struct queue_pick {
	const struct sys_queue_result *full, *used;
};

static void pick(struct queue_pick *pick, const struct sys_queue_result *queue)
{
	if (!pick->full || queue->times.full_ps > pick->full->times.full_ps)
		pick->full = queue;
	if (!pick->used || queue->times.used_ps > pick->used->times.used_ps)
		pick->used = queue;
}

static void judge_queues(const struct question *question)
{
	const struct sys_result *result = question->result;
	struct queue_pick commands = {0}, records = {0};
	const struct sys_queue_result *full;
	u32 used;
	char text[16];

	for (u32 i = 0; i < result->nr_queues; i++) {
		const struct sys_queue_result *queue = &result->queues[i];

		if (!queue->places)
			pick(takes_commands(queue) ? &commands : &records, queue);
	}
	if (commands.used) {
		used = of_time(question, commands.used->times.used_ps);
		add(question, (struct finding){SYS_RESOURCE_COMMANDS, commands.used->name, used},
		    "there are some %s of the time, %llu.%llu on average", percent(text, used),
		    commands.used->times.mean_depth_milli / 1000,
		    commands.used->times.mean_depth_milli / 100 % 10);
	}
	full = records.full;
	if (!full || (commands.full && commands.full->times.full_ps > full->times.full_ps))
		full = commands.full;
	if (full)
		add(question,
		    (struct finding){SYS_RESOURCE_QUEUE, full->name,
				     of_time(question, full->times.full_ps)},
		    "full %s of the time, %llu of %llu records waited, %llu lost",
		    percent(text, of_time(question, full->times.full_ps)), full->counts.deferred,
		    full->counts.pushed, full->counts.overflows);
}

/* Places that are all taken keep nobody who does not want one. */
static bool keeps_somebody(const struct sys_queue_result *queue)
{
	return sys_verdict_share(queue->counts.deferred + queue->counts.overflows,
				 queue->counts.pushed) >= SYS_NOTABLE;
}

/* Of the places of each unit those that were all taken for longest. */
static void judge_places(const struct question *question, enum sys_places places,
			 enum sys_resource resource)
{
	const struct sys_result *result = question->result;
	struct queue_pick longest = {0};
	char a[16], b[16];
	u32 share;

	for (u32 i = 0; i < result->nr_queues; i++) {
		if (result->queues[i].places == places && keeps_somebody(&result->queues[i]))
			pick(&longest, &result->queues[i]);
	}
	if (!longest.full)
		return;
	share = of_time(question, longest.full->times.full_ps);
	add(question, (struct finding){resource, longest.full->name, share},
	    "all %llu places are taken %s of the time, some %s; %llu waited for one, %llu got one",
	    longest.full->times.capacity, percent(a, share),
	    percent(b, of_time(question, longest.full->times.used_ps)),
	    longest.full->counts.deferred, longest.full->counts.pushed);
}

/* --- devices --- */

/* A group of devices that is judged; without groups, all of them. */
struct judged {
	const struct sys_group *group;
	u32 index, first;
	u64 nr_devices;
	const struct sim_hist *latency; /* of its faults */
	char of[SYS_NAME_MAX + 8];	/* " of nic"; "": of all */
};

static struct judged judged_group(const struct question *question, u32 index)
{
	const struct sys_config *config = question->config;
	struct judged judged = {
		.group = sys_config_group(config, index),
		.index = index,
		.first = sys_config_first_device(config, index),
		.nr_devices = sys_config_group_devices(config, index),
		.latency = config->nr_groups ? question->result->groups[index].latency
					     : question->result->latency,
	};

	if (judged.group->name[0])
		snprintf(judged.of, sizeof(judged.of), " of %s", judged.group->name);
	return judged;
}

/* The key as it is in the file. Return: @text. */
static const char *key_of(char text[SYS_NAME_MAX + 64], const struct judged *judged,
			  const char *key)
{
	const char *name = judged->group->name;

	snprintf(text, SYS_NAME_MAX + 64, "%s%s%s%s", name[0] ? "devices." : "", name,
		 name[0] ? "." : "", key);
	return text;
}

static void judge_rate(const struct question *question, const struct judged *judged)
{
	const struct sys_result *result = question->result;
	char text[16], key[SYS_NAME_MAX + 64];
	u64 most = 0;
	u32 share;

	for (u64 i = judged->first; i < judged->first + judged->nr_devices; i++) {
		if (result->devices[i].dma.bytes > most)
			most = result->devices[i].dma.bytes;
	}
	share = of_time(question, (unsigned __int128)most * SIM_PS_PER_S /
					  judged->group->device.bandwidth_bytes_per_s);
	add(question,
	    (struct finding){SYS_RESOURCE_DEVICE, key_of(key, judged, "device.bandwidth"), share},
	    "the busiest device%s moves data %s of the time", judged->of, percent(text, share));
}

static void judge_startup(const struct question *question, const struct judged *judged)
{
	u32 share = of_time(question, judged->group->workload.startup_ps);
	char text[16], key[SYS_NAME_MAX + 64];

	key_of(key, judged, "workload.startup");
	add(question, (struct finding){SYS_RESOURCE_STARTUP, key, share}, "%s is %s of the time",
	    key, percent(text, share));
}

/* Its port serves one after the other: data, tables that are walked, records and commands. */
static void judge_memory(const struct question *question)
{
	const struct sys_result *result = question->result;
	u64 bandwidth = question->config->mem.bandwidth_bytes_per_s;
	u32 share = of_time(question, result->limits->memory_busy_ps);
	char a[16], b[16];

	add(question,
	    (struct finding){SYS_RESOURCE_MEMORY, "memory.bandwidth", share < 1000 ? share : 1000},
	    "it is busy %s of the time, %s of that with the devices' data", percent(a, share),
	    percent(b, sys_verdict_share((unsigned __int128)result->all.dma.bytes * SIM_PS_PER_S /
						 bandwidth,
					 result->limits->memory_busy_ps)));
}

static u64 most_faults(const struct judged *judged)
{
	u64 accesses = judged->group->device.outstanding_accesses;
	u64 faults = judged->group->device.outstanding_faults;

	return judged->nr_devices * (faults && faults < accesses ? faults : accesses);
}

/* Little's law: how many faults were under way on average, of as many as may be. */
static void judge_faults(const struct question *question, const struct judged *judged)
{
	const struct sim_hist *latency = judged->latency;
	u64 most = most_faults(judged);
	u64 milli = question->elapsed_ps ? (u64)(latency->total * 1000 / question->elapsed_ps) : 0;
	char text[32], key[SYS_NAME_MAX + 64];

	if (!latency->count)
		return;
	key_of(key, judged,
	       judged->group->device.outstanding_faults ? "device.outstanding_faults"
							: "device.outstanding_accesses");
	add(question,
	    (struct finding){SYS_RESOURCE_FAULTS, key, sys_verdict_share(milli, most * 1000)},
	    "%llu.%llu faults%s are in flight on average, of at most %llu; each takes %s",
	    milli / 1000, milli / 100 % 10, judged->of, most,
	    sys_verdict_time(text, sys_verdict_mean_ps(latency)));
}

static void judge_credits(const struct question *question, const struct judged *judged)
{
	const struct sys_result *result = question->result;
	char text[16], key[SYS_NAME_MAX + 64];
	u64 most_ps = 0;
	u32 share;

	for (u64 i = judged->first; i < judged->first + judged->nr_devices; i++) {
		if (result->devices[i].pcie.waiting_ps > most_ps)
			most_ps = result->devices[i].pcie.waiting_ps;
	}
	share = of_time(question, most_ps);
	add(question,
	    (struct finding){SYS_RESOURCE_CREDITS, key_of(key, judged, "pcie.page_request_credits"),
			     share},
	    "an endpoint%s has accesses that wait for some %s of the time", judged->of,
	    percent(text, share));
}

/* What a group may be limited by for itself. */
static void judge_group(const struct question *question, u32 index)
{
	const struct judged judged = judged_group(question, index);

	judge_rate(question, &judged);
	judge_startup(question, &judged);
	judge_faults(question, &judged);
	judge_credits(question, &judged);
}

void sys_verdict_rules(const struct sys_config *config, const struct sys_result *result, int group,
		       struct sys_run_verdict *verdict)
{
	const struct question question = {config, result, result->limits->elapsed_ps, verdict};

	judge_cpus(&question);
	judge_locks(&question);
	judge_queues(&question);
	judge_places(&question, SYS_PLACES_WALKS, SYS_RESOURCE_WALKER);
	/* A benchmark's threads always run. */
	if (result->benchmark)
		return;
	judge_cpu(&question);
	judge_threads(&question);
	judge_memory(&question);
	judge_places(&question, SYS_PLACES_STALLS, SYS_RESOURCE_STALLS);
	for (u32 i = 0; i < sys_config_nr_groups(config); i++) {
		if (group == SYS_VERDICT_ALL || (u32)group == i)
			judge_group(&question, i);
	}
}
