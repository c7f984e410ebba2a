// SPDX-License-Identifier: GPL-2.0-only
/*
 * Running the jobs of a sweep in child processes. A child hands its numbers
 * over in shared memory and the members of its result in a file of memory; a
 * child that dies (a bug, no memory) fails its own point only.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tool/common/progress.h"
#include "tool/output/output.h"
#include "tool/sweep/members.h"
#include "tool/sweep/store.h"

#define MAX_PROCESSES 256
#define RESULT_INDENT 3 /* of the members of a result in points.json */
#define POLL_US 2000

/* ---- the child ---- */

static bool child_tick(void *opaque, u64 simulated_ps, u64 accesses_done, u64 accesses_total)
{
	struct sweep_outcome *outcome = opaque;

	__atomic_store_n(&outcome->accesses, accesses_done, __ATOMIC_RELAXED);
	return !progress_is_stopped();
}

/* The members only: the object around them is the parent's. */
static int keep_members(const struct sweep *sweep, const struct sweep_job *job,
			const struct output_run *run)
{
	struct json_writer json;
	char *text = NULL;
	size_t bytes = 0;
	FILE *out = open_memstream(&text, &bytes);
	int err = out ? 0 : -errno;

	if (err)
		return err;
	jw_init(&json, out, RESULT_INDENT);
	json.depth = 1;
	output_result_members(&json, run);
	err = fclose(out) ? -errno : sweep_members_add(sweep->members, job->outcome, text, bytes);
	free(text);
	return err;
}

static void keep_locks(struct sweep_outcome *outcome, const struct sys_result *result)
{
	struct sys_member member;

	for (u32 i = 0; i < SWEEP_NR_LOCKS && sys_result_member(result, SYS_LOCKS, i, &member);
	     i++) {
		struct sweep_lock *lock = &outcome->locks[i];

		memcpy(lock->name, member.name, sizeof(lock->name));
		sys_member_numbers(&member, SYS_LOCKS, lock->numbers);
	}
}

static void keep_groups(struct sweep_outcome *outcome, const struct sys_config *config,
			const struct sys_result *result)
{
	struct sys_run_verdict verdict;
	struct sys_member member;

	for (u32 i = 0; i < config->nr_groups && sys_result_member(result, SYS_GROUPS, i, &member);
	     i++) {
		struct sweep_group *group = &outcome->groups[i];

		sys_member_numbers(&member, SYS_GROUPS, group->numbers);
		sys_verdict_find_group(config, result, i, &verdict);
		memcpy(group->limited_by, verdict.brief, sizeof(group->limited_by));
	}
}

static void keep_result(struct sweep_outcome *outcome, const struct sys_config *config,
			const struct sys_result *result)
{
	struct sys_run_verdict verdict;
	struct sys_member totals;

	sys_verdict_find(config, result, &verdict);
	memcpy(outcome->limited_by, verdict.brief, sizeof(outcome->limited_by));

	sys_result_member(result, SYS_TOTALS, 0, &totals);
	sys_member_numbers(&totals, SYS_TOTALS, outcome->numbers);
	keep_locks(outcome, result);
	keep_groups(outcome, config, result);
}

/* @worker: which of the pool's places it has */
static void run_child(const struct sweep *sweep, const struct sweep_job *job, u32 worker)
{
	struct sweep_outcome *outcome = job->outcome;
	struct sys_config *config = sweep_config(sweep, job);
	const struct sys_progress hooks = {child_tick, outcome};
	struct output_run run = {
		.file = sweep->workload->path,
		.config = config,
	};
	struct sys_machine *machine;
	int err;

	config->output.timeline_limit = 0; /* nobody writes it */
	err = sys_machine_create(&machine, config, outcome->message, sizeof(outcome->message));
	if (!err)
		err = sys_machine_run(machine, &hooks, outcome->message, sizeof(outcome->message));
	if (!err) {
		run.result = sys_machine_result(machine);
		err = job->is_bare ? 0 : keep_members(sweep, job, &run);
		if (err)
			snprintf(outcome->message, sizeof(outcome->message),
				 "its result cannot be kept: %s", strerror(-err));
		else
			keep_result(outcome, config, run.result);
	}
	sys_machine_destroy(machine);
	if (!err && sweep->store)
		sweep_store_save(sweep, worker, job);
	outcome->code = err;
}

/* ---- the parent ---- */

struct pool {
	struct sweep *sweep;
	struct {
		pid_t pid; /* 0: free */
		struct sweep_job *job;
	} slots[MAX_PROCESSES];
	u32 nr_slots, nr_running;
	u32 next;	       /* job to start */
	bool has_told;	       /* the children, to stop */
	u32 nr_ended, nr_runs; /* of those that are made here and now */
	u64 ended_work, work;  /* accesses of both */
	struct progress progress;
};

/* A child whose parent is killed ends, also if it was just about to be made. */
static void follow(pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(0);
}

static int start(struct pool *pool, struct sweep_job *job)
{
	pid_t parent = getpid(), pid;
	u32 slot = 0;

	while (pool->slots[slot].pid)
		slot++;
	fflush(NULL);
	pid = fork();
	if (pid < 0)
		return -errno;
	if (!pid) {
		follow(parent);
		run_child(pool->sweep, job, slot);
		/* not exit(): what the parent had to say is the parent's to say */
		_exit(0);
	}
	pool->slots[slot].pid = pid;
	pool->slots[slot].job = job;
	pool->nr_running++;
	return 0;
}

/* A job that is still to be run, and here; else NULL. */
static struct sweep_job *job_here(const struct sweep *sweep, u32 number)
{
	struct sweep_job *job = sweep_job_number(sweep, number);
	u32 nr_jobs = sweep_nr_jobs(sweep) / sweep->nr_points;

	if (!job || job->outcome->code != -EAGAIN || !sweep_is_here(sweep, number / nr_jobs))
		return NULL;
	return job;
}

/* How much there is to do, by work: a point may take a hundred times another one's time. */
static void count_work(struct pool *pool)
{
	for (u32 i = 0; i < sweep_nr_jobs(pool->sweep); i++) {
		const struct sweep_job *job = job_here(pool->sweep, i);

		if (!job)
			continue;
		pool->nr_runs++;
		pool->work += job->outcome->accesses_total;
	}
}

static int start_some(struct pool *pool)
{
	u32 nr_jobs = sweep_nr_jobs(pool->sweep);
	struct sweep_job *job;
	int err = 0;

	while (!err && !progress_is_stopped() && pool->nr_running < pool->nr_slots &&
	       pool->next < nr_jobs) {
		job = job_here(pool->sweep, pool->next++);
		if (job)
			err = start(pool, job);
	}
	return err;
}

/* A signal may have come to us alone: each child ends its run as we do. */
static void tell_children(struct pool *pool)
{
	if (pool->has_told || !progress_is_stopped())
		return;
	pool->has_told = true;
	for (u32 i = 0; i < pool->nr_slots; i++) {
		if (pool->slots[i].pid)
			kill(pool->slots[i].pid, SIGTERM);
	}
}

/* A child that did not come to its end leaves -EAGAIN behind. */
static void reap(struct pool *pool)
{
	int status;
	pid_t pid;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		for (u32 i = 0; i < pool->nr_slots; i++) {
			struct sweep_job *job = pool->slots[i].job;

			if (pool->slots[i].pid != pid)
				continue;
			pool->slots[i].pid = 0;
			pool->nr_running--;
			pool->nr_ended++;
			pool->ended_work += job->outcome->accesses_total;
			if ((WIFEXITED(status) && !WEXITSTATUS(status)) || progress_is_stopped())
				continue;
			job->outcome->code = -EIO;
			snprintf(job->outcome->message, sizeof(job->outcome->message),
				 "a point's process ended with %s %d",
				 WIFSIGNALED(status) ? "signal" : "exit code",
				 WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
		}
	}
}

static void draw(struct pool *pool)
{
	u64 done = pool->ended_work;

	for (u32 i = 0; i < pool->nr_slots; i++) {
		const struct sweep_job *job = pool->slots[i].job;

		if (pool->slots[i].pid)
			done += __atomic_load_n(&job->outcome->accesses, __ATOMIC_RELAXED);
	}
	pool->progress.parts_done = pool->nr_ended;
	pool->progress.parts = pool->nr_runs;
	progress_draw(&pool->progress, 0, done, pool->work);
}

static u32 default_jobs(void)
{
	long nr = sysconf(_SC_NPROCESSORS_ONLN);

	return nr < 1 ? 1 : nr > MAX_PROCESSES ? MAX_PROCESSES : (u32)nr;
}

static int collect(struct sweep *sweep, char *message)
{
	for (u32 i = 0; i < sweep_nr_jobs(sweep); i++) {
		const struct sweep_job *job = sweep_job_number(sweep, i);

		if (!job || !job->outcome->code ||
		    !sweep_is_here(sweep, i / (sweep_nr_jobs(sweep) / sweep->nr_points)))
			continue;
		if (job->outcome->code == -EAGAIN || job->outcome->code == -EINTR ||
		    job->outcome->code == -ECANCELED) {
			sweep->is_interrupted = true;
			continue;
		}
		snprintf(message, TEXT_MESSAGE_MAX, "%.400s: point %u: %.400s",
			 sweep->workload->path, i / (sweep_nr_jobs(sweep) / sweep->nr_points) + 1,
			 job->outcome->message);
		return job->outcome->code;
	}
	return sweep->is_interrupted ? -EINTR : 0;
}

int sweep_run(struct sweep *sweep, u32 nr_jobs, bool is_quiet, char *message)
{
	struct pool pool = {.sweep = sweep, .nr_slots = nr_jobs ? nr_jobs : default_jobs()};
	int err;

	if (sweep->store)
		sweep_store_load(sweep);
	progress_init(&pool.progress, sweep->workload->config.name, is_quiet);
	pool.progress.has_lines = !is_quiet;
	count_work(&pool);
	do {
		err = start_some(&pool);
		draw(&pool);
		if (pool.nr_running)
			usleep(POLL_US);
		tell_children(&pool);
		reap(&pool);
	} while (pool.nr_running ||
		 (!err && !progress_is_stopped() && pool.next < sweep_nr_jobs(sweep)));
	progress_end(&pool.progress);
	if (err) {
		snprintf(message, TEXT_MESSAGE_MAX, "cannot start a process: %s", strerror(-err));
		return err;
	}
	return collect(sweep, message);
}
