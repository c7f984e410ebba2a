// SPDX-License-Identifier: GPL-2.0-only
/*
 * See machine.h. The machine is what the runner of scenarios runs on (handler/scenario), without
 * time. All of it lies in the arena or in static storage: both are put back for each schedule.
 * What decides and what was found is in memory of the host that no rewind touches.
 */
#include "explore/machine.h"

#include "handler/scenario/scenario.h"
#include "handler/virtual/scenario_machine.h"
#include "kapi/debug.h"
#include "kapi/params.h"

#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "explore/fair.h"
#include "explore/grace.h"
#include "explore/race.h"
#include "explore/reference.h"
#include "explore/rewind.h"
#include "sim/arena.h"
#include "sim/circle.h"
#include "sim/cpu.h"
#include "sim/defects.h"
#include "sim/sim.h"

#define FINDING_NAME(ID, name) name,
const char *const finding_names[] = {FINDINGS(FINDING_NAME)};

/* There are threads and pools for each of them: no more than are of use. */
#define NR_CPUS 3

/* What one schedule comes to. Its transcript is nobody's business here: it is the end. */
#define REPORT_BYTES offsetof(struct scenario_report, result.transcript)

/* In the host's memory. */
struct host {
	struct machine_setting setting;
	struct scn_setting scn;
	struct rewind *rewind;
	struct scenario_machine scenario;
	struct scenario_report *report;
	u8 report_kept[REPORT_BYTES]; /* as it was when the threads began */
	char still[1600];	      /* who waited for what when first nobody was ready */
	bool is_still;
	bool is_running, has_crashed;
	u64 crash_address;
	sigjmp_buf crash;
	u8 signal_stack[64 << 10];
};

static struct host *host;

/* --- the machine --- */

static void on_moment(enum scn_phase phase)
{
	if (phase == SCN_BEGINS)
		sim_schedule_stop();
	else
		sim_schedule->is_on = false;
}

static int build(void)
{
	/* Costs do not matter here, numbers of CPUs and what has to be given do. */
	static const struct sim_cpu_params cpu = {
		.nr_cpus = NR_CPUS,
		.cluster_cpus = NR_CPUS,
		.socket_cpus = NR_CPUS,
	};
	static const struct kapi_params kernel = {
		.workqueue_shard_cpus = NR_CPUS,
		.workqueue_strict = false,
		.workqueue_scope = KAPI_WORKQUEUE_SYSTEM,
	};
	const struct sim_thread_attr attr = {.name = "main", .cpu = -1};
	struct sim_thread *thread;

	if (sim_init(1, 64ULL << 20) || sim_cpus_init(&cpu) || kapi_init(&kernel))
		return -ENOMEM;
	kapi_set_console_level(0);
	host->report = calloc(1, sizeof(*host->report));
	if (!host->report)
		return -ENOMEM;
	scenario_machine_begin(host->report);
	host->scenario = (struct scenario_machine){
		.scenario = host->setting.scenario,
		.setting = &host->scn,
		.report = host->report,
	};
	thread = sim_thread_create(&attr, scenario_machine_thread, &host->scenario);
	sim_thread_wake(thread);
	return 0;
}

/* --- crashes: the machine is put back, so that its thread may just be left --- */

static void on_signal(int number, siginfo_t *info, void *context)
{
	if (!host->is_running) {
		signal(number, SIG_DFL);
		raise(number);
		return;
	}
	host->has_crashed = true;
	host->crash_address = (u64)info->si_addr;
	siglongjmp(host->crash, 1);
}

static void catch_crashes(void)
{
	static const int signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT};
	stack_t stack = {.ss_sp = host->signal_stack, .ss_size = sizeof(host->signal_stack)};
	/* Not blocked meanwhile: leaving by a jump need not restore a mask, which is a system call.
	 */
	struct sigaction action = {.sa_sigaction = on_signal,
				   .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};

	if (sigaltstack(&stack, NULL))
		return;
	for (u32 i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &action, NULL);
}

/* --- judging --- */

/* A line feed behind each. */
static void tell_circles(char *text, size_t bytes)
{
	const struct sim_thread *thread = NULL;
	char circle[1024];
	size_t used = 0;

	text[0] = 0;
	while ((thread = sim_circle_next(thread, circle, sizeof(circle))) && used < bytes)
		used += (size_t)snprintf(text + used, bytes - used, "%s\n", circle);
}

static void on_still(bool is_last)
{
	size_t used;

	if (host->is_still || host->report->is_done)
		return;
	host->is_still = true;
	tell_circles(host->still, sizeof(host->still));
	used = strlen(host->still);
	sim_schedule_waits(host->still + used, sizeof(host->still) - used);
}

static bool find(struct finding *finding, enum finding_kind kind, const char *why)
{
	if (!(host->setting.detectors >> kind & 1))
		return false;
	finding->kind = kind;
	snprintf(finding->why, sizeof(finding->why), "%s", why);
	return true;
}

static bool is_hanging(const struct scenario_report *report)
{
	return !report->is_done || report->is_stuck || report->result.is_late;
}

static bool judge_memory(struct finding *finding)
{
	const struct race_report *race = race_found();
	char why[1024];

	if (race->kind == RACE_NONE)
		return false;
	why[0] = 0;
	if (finding->wants_words)
		race_tell(race, why, sizeof(why));
	return find(finding, race->kind == RACE_FREED ? FINDING_FREED : FINDING_RACE, why);
}

static bool judge_grace(struct finding *finding)
{
	char why[1024] = "";

	if (!grace_is_found())
		return false;
	if (finding->wants_words)
		grace_tell(why, sizeof(why));
	return find(finding, FINDING_GRACE, why);
}

static bool judge_reference(struct finding *finding)
{
	char why[1024] = "";

	if (!reference_is_broken() &&
	    !(host->report->nr_leaked && reference_is_kept(host->report->slab_mark)))
		return false;
	if (finding->wants_words)
		reference_tell(why, sizeof(why));
	return find(finding, FINDING_REFERENCE, why);
}

static bool judge_defects(struct finding *finding)
{
	const struct sim_defects *defects = sim_defects();

	if (!sim_nr_defects(defects))
		return false;
	if (defects->counts.double_frees || defects->counts.freed_uses)
		return find(finding, FINDING_FREED, defects->lines[0]);
	if (defects->counts.warnings)
		return find(finding, FINDING_WARNING, defects->lines[0]);
	return find(finding, FINDING_DEFECT, defects->lines[0]);
}

static bool judge_end(struct finding *finding, enum sim_schedule_end end)
{
	char why[1200], blame[512];

	if (host->has_crashed) {
		if (kapi_slab_blame(host->crash_address, blame, sizeof(blame)))
			snprintf(why, sizeof(why), "crash at 0x%llx: %s", host->crash_address,
				 blame);
		else
			snprintf(why, sizeof(why), "crash at 0x%llx", host->crash_address);
		return find(finding, FINDING_CRASH, why);
	}
	if (end == SIM_SCHEDULE_FAILED)
		return find(finding, FINDING_ASSERTION, sim_schedule->why);
	if (end == SIM_SCHEDULE_ENDLESS)
		return find(finding, FINDING_LIVELOCK, "the schedule does not come to its end");
	return false;
}

/* What the scenario's oracles found (handler/scenario/scenario_oracle.c). */
static bool judge_oracles(struct finding *finding, const struct scn_result *result)
{
	static const enum finding_kind kinds[] = {
		[SCN_MAPPING] = FINDING_MAPPING,
		[SCN_WRITES] = FINDING_LOST_WRITE,
		[SCN_IDENTITY] = FINDING_IDENTITY,
		[SCN_DMA] = FINDING_DMA,
	};

	for (u32 i = 0; result->oracles && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (result->oracles >> i & 1 && find(finding, kinds[i], result->oracle_why))
			return true;
	}
	return false;
}

static void judge(struct finding *finding, enum sim_schedule_end end)
{
	const struct scenario_report *report = host->report;
	char why[2000];

	finding->kind = FINDING_NONE;
	/* It may have gone on if only somebody had been let. */
	if (end == SIM_SCHEDULE_ENDLESS && fair_is_starving())
		return;
	if (judge_grace(finding) || judge_reference(finding) || judge_memory(finding) ||
	    judge_end(finding, end))
		return;
	if (is_hanging(report)) {
		snprintf(why, sizeof(why), "%s%s%s", report->result.why,
			 report->result.why[0] ? "\n" : "", host->still);
		if (find(finding, FINDING_DEADLOCK, why))
			return;
	}
	if (judge_defects(finding))
		return;
	if (kapi_lockdep_found() && find(finding, FINDING_LOCK_ORDER, kapi_lockdep_found()))
		return;
	if (report->result.nr_failures > report->result.nr_by_oracles &&
	    find(finding, FINDING_ANSWER, report->result.why))
		return;
	if (judge_oracles(finding, &report->result))
		return;
	if (is_hanging(report) || !report->nr_leaked)
		return;
	snprintf(why, sizeof(why), "%u objects are left", report->nr_leaked);
	find(finding, FINDING_LEAK, why);
}

/* --- running --- */

static void on_free(const void *object, u64 bytes)
{
	race_free(object, bytes);
	grace_free(object, bytes);
}

static void listen(void)
{
	sim_schedule->on_release = race_is_on ? race_release : NULL;
	sim_schedule->on_acquire = race_is_on ? race_acquire : NULL;
	sim_schedule->on_free = on_free;
	sim_schedule->on_reader = grace_reader;
	sim_schedule->on_alloc = race_alloc;
	sim_schedule->on_still = on_still;
}

int machine_open(const struct machine_setting *setting)
{
	host = calloc(1, sizeof(*host));
	if (!host || race_init() || grace_init() || reference_init())
		return -ENOMEM;
	host->setting = *setting;
	host->scn = scn_setting(setting->design, setting->dispatch);
	host->scn.stops_at_failure = true;
	scn_on_moment = on_moment;
	sim_schedule = calloc(1, sizeof(*sim_schedule));
	if (!sim_schedule)
		return -ENOMEM;
	sim_schedule->on_reference = reference_note;
	sim_schedule->max_points = setting->max_points;
	sim_schedule->max_timeouts = setting->max_timeouts;
	if (build())
		return -ENOMEM;
	if (sim_schedule_run() != SIM_SCHEDULE_STOPPED)
		return -EINVAL;
	memcpy(host->report_kept, host->report, REPORT_BYTES);
	reference_keep();
	host->rewind = rewind_save();
	if (!host->rewind)
		return -ENOMEM;
	catch_crashes();
	return 0;
}

void machine_rewind(void)
{
	struct sim_defects *defects = sim_defects();

	memcpy(host->report, host->report_kept, REPORT_BYTES);
	if (sim_nr_defects(defects)) {
		memset(&defects->counts, 0, sizeof(defects->counts));
		defects->nr_lines = 0;
	}
	rewind_restore(host->rewind);
}

u64 machine_bytes(void)
{
	return rewind_bytes(host->rewind);
}

static enum sim_schedule_end run(void)
{
	enum sim_schedule_end end = SIM_SCHEDULE_DONE;

	host->is_running = true;
	if (!sigsetjmp(host->crash, 0))
		end = sim_schedule_run();
	host->is_running = false;
	return end;
}

bool machine_run(struct finding *finding)
{
	enum sim_schedule_end end;

	listen();
	sim_schedule->nr_points = 0;
	sim_schedule->nr_decisions = 0;
	sim_schedule->nr_preemptions = 0;
	host->is_still = false;
	host->has_crashed = false;
	host->still[0] = 0;
	race_start();
	grace_start();
	reference_start();
	sim_schedule->is_on = true;
	sim_schedule->is_checked = true;
	end = run();
	sim_schedule->is_on = false;
	sim_schedule->is_checked = false;
	if (end == SIM_SCHEDULE_PRUNED)
		finding->kind = FINDING_NONE;
	else
		judge(finding, end);
	machine_rewind();
	return end != SIM_SCHEDULE_PRUNED;
}
