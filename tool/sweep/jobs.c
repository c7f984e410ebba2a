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
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/sim.h"
#include "system/config/acts.h"
#include "tool/common/progress.h"
#include "tool/output/output.h"
#include "tool/sweep/store.h"

#define MAX_PROCESSES 256
#define RESULT_INDENT 3 /* of the members of a result in points.json */
#define POLL_US 20000

/* @job: its outcome, and whether it is bare, are set. The point's own run, with its seed. */
static int prepare_job(const struct wl_workload *workload, const struct wl_point *point,
		       struct sweep_job *job, char *message)
{
	const struct text_where where = {.file = workload->path, .message = message};
	int err;

	sim_assert(job->outcome);
	job->outcome->code = -EAGAIN;
	job->members_fd = job->is_bare ? -1 : memfd_create("point", MFD_CLOEXEC);
	if (!job->is_bare && job->members_fd < 0) {
		err = -errno;
		snprintf(message, TEXT_MESSAGE_MAX,
			 "%.400s: cannot keep the result of each of %u points: %s%s",
			 workload->path, workload->nr_points, strerror(-err),
			 err == -EMFILE ? " (ulimit -n)" : "");
		return err;
	}
	job->config = malloc(sizeof(*job->config));
	if (!job->config) {
		snprintf(message, TEXT_MESSAGE_MAX, "out of memory");
		return -ENOMEM;
	}
	*job->config = workload->config;
	err = wl_apply(job->config, where, point->settings, point->nr_settings + point->nr_hidden);
	job->config_hash = wl_config_hash(job->config);
	return err;
}

static int check_job(const struct sweep *sweep, const struct sweep_job *job, char *message)
{
	char why[TEXT_MESSAGE_MAX];

	if (!job->config || !sys_config_check(job->config, why, sizeof(why)))
		return 0;
	snprintf(message, TEXT_MESSAGE_MAX, "%.400s: a point of the sweep: %.400s",
		 sweep->workload->path, why);
	return -EINVAL;
}

static int prepare_baseline(struct sweep *sweep, struct sweep_point *point, char *message)
{
	const struct wl_workload *workload = sweep->workload;
	const struct text_where where = {.file = workload->path, .message = message};
	struct sweep_job *job = &point->without;
	int err = prepare_job(workload, point->point, job, message);

	if (!err)
		err = wl_apply(job->config, where, workload->baseline, workload->nr_baseline);
	if (!err)
		job->config_hash = wl_config_hash(job->config);
	return err ? err : check_job(sweep, job, message);
}

static int prepare_seeds(struct sweep *sweep, struct sweep_point *point, char *message)
{
	int err = 0;

	for (u32 i = 0; !err && i + 1 < sweep->nr_seeds; i++) {
		struct sweep_job *job = &point->again[i];

		err = prepare_job(sweep->workload, point->point, job, message);
		if (err)
			break;
		job->config->seed += i + 1;
		job->config_hash = wl_config_hash(job->config);
	}
	return err;
}

/* Half or twice of a cost; where that is no other run there is no job. */
static int prepare_variant(struct sweep *sweep, struct sweep_point *point, u32 number,
			   char *message)
{
	struct sweep_job *job = &point->again[sweep->nr_seeds - 1 + number];
	const char *path = sweep->costs[number / 2];
	char why[TEXT_MESSAGE_MAX];
	int err = prepare_job(sweep->workload, point->point, job, message);
	bool is_other;

	if (err)
		return err;
	is_other = !wl_acts(job->config, path) &&
		   wl_scale(job->config, path, 1 + 3 * (number % 2), 2) &&
		   !sys_config_check(job->config, why, sizeof(why));
	job->config_hash = wl_config_hash(job->config);
	if (is_other)
		return 0;
	free(job->config);
	job->config = NULL;
	job->outcome->code = 0;
	return 0;
}

/* Where the outcomes of a point's jobs are. */
static int lay_out_point(struct sweep *sweep, u32 index)
{
	u32 nr_jobs = sweep_nr_jobs(sweep) / sweep->nr_points;
	struct sweep_outcome *outcomes = &sweep->outcomes[index * nr_jobs];
	struct sweep_point *point = &sweep->points[index];

	point->point = &sweep->workload->points[index];
	point->with = (struct sweep_job){.outcome = &outcomes[0], .members_fd = -1};
	point->without = (struct sweep_job){
		.outcome = &outcomes[1], .is_bare = true, .members_fd = -1};
	point->again = calloc(nr_jobs, sizeof(*point->again));
	for (u32 i = 0; point->again && i + 2 < nr_jobs; i++)
		point->again[i] = (struct sweep_job){
			.outcome = &outcomes[2 + i], .is_bare = true, .members_fd = -1};
	return point->again ? 0 : -ENOMEM;
}

static int prepare_point(struct sweep *sweep, u32 index, char *message)
{
	struct sweep_point *point = &sweep->points[index];
	int err = prepare_job(sweep->workload, point->point, &point->with, message);

	if (!err)
		err = check_job(sweep, &point->with, message);
	if (!err && sweep->has_baseline)
		err = prepare_baseline(sweep, point, message);
	if (!err)
		err = prepare_seeds(sweep, point, message);
	for (u32 i = 0; !err && i < 2 * sweep->nr_costs; i++)
		err = prepare_variant(sweep, point, i, message);
	return err;
}

/* Does the cost do anything at some point? */
static bool cost_acts(const struct wl_workload *workload, const char *path)
{
	struct sys_config *config = malloc(sizeof(*config));
	char message[TEXT_MESSAGE_MAX];
	const struct text_where where = {.file = workload->path, .message = message};
	bool acts = false;

	for (u32 i = 0; config && !acts && i < workload->nr_points; i++) {
		const struct wl_point *point = &workload->points[i];

		*config = workload->config;
		acts = !wl_apply(config, where, point->settings,
				 point->nr_settings + point->nr_hidden) &&
		       !wl_acts(config, path) && wl_scale(config, path, 2, 1);
	}
	free(config);
	return acts;
}

static int find_costs(struct sweep *sweep, char *message)
{
	const struct wl_sources *sources = &sweep->workload->sources;

	sweep->costs = calloc(sources->nr + 1, sizeof(*sweep->costs));
	if (!sweep->costs) {
		snprintf(message, TEXT_MESSAGE_MAX, "out of memory");
		return -ENOMEM;
	}
	for (u32 i = 0; i < sources->nr; i++) {
		if (sources->all[i].kind == WL_SOURCE_ESTIMATE &&
		    cost_acts(sweep->workload, sources->all[i].path))
			sweep->costs[sweep->nr_costs++] = sources->all[i].path;
	}
	if (sweep->nr_costs)
		return 0;
	snprintf(message, TEXT_MESSAGE_MAX,
		 "%.400s: --sensitivity: section 'sources' of its platform names no estimate that "
		 "acts here",
		 sweep->workload->path);
	return -EINVAL;
}

/* A descriptor a point: as many as we may have. */
static void raise_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) || limit.rlim_cur == limit.rlim_max)
		return;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
}

int sweep_prepare(struct sweep *sweep, const struct wl_workload *workload, struct sweep_wish wish,
		  char *message)
{
	size_t bytes;
	int err = 0;

	raise_limit();
	*sweep = (struct sweep){
		.workload = workload,
		.nr_points = workload->nr_points,
		.nr_seeds = wish.nr_seeds ? wish.nr_seeds : 1,
		.has_baseline = workload->nr_baseline > 0,
	};
	err = wish.is_sensitive ? find_costs(sweep, message) : 0;
	if (err)
		return err;
	bytes = sweep_nr_jobs(sweep) * sizeof(*sweep->outcomes);
	sweep->points = calloc(workload->nr_points, sizeof(*sweep->points));
	sweep->outcomes = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
			       0);
	if (sweep->outcomes == MAP_FAILED)
		sweep->outcomes = NULL;
	if (!sweep->points || !sweep->outcomes) {
		snprintf(message, TEXT_MESSAGE_MAX, "out of memory");
		return -ENOMEM;
	}
	for (u32 i = 0; i < sweep->nr_points; i++) {
		if (lay_out_point(sweep, i)) {
			snprintf(message, TEXT_MESSAGE_MAX, "out of memory");
			return -ENOMEM;
		}
	}
	for (u32 i = 0; !err && i < sweep->nr_points; i++)
		err = prepare_point(sweep, i, message);
	return err;
}

static void finish_job(struct sweep_job *job)
{
	if (job->members_fd >= 0)
		close(job->members_fd);
	free(job->config);
}

void sweep_finish(struct sweep *sweep)
{
	for (u32 i = 0; sweep->points && i < sweep->nr_points; i++) {
		struct sweep_point *point = &sweep->points[i];

		finish_job(&point->with);
		finish_job(&point->without);
		for (u32 k = 0; point->again && k + 1 < sweep->nr_seeds + 2 * sweep->nr_costs; k++)
			finish_job(&point->again[k]);
		free(point->again);
	}
	if (sweep->outcomes)
		munmap(sweep->outcomes, sweep_nr_jobs(sweep) * sizeof(*sweep->outcomes));
	free(sweep->points);
	free(sweep->costs);
	*sweep = (struct sweep){0};
}

/* ---- the child ---- */

static bool child_tick(void *opaque, u64 simulated_ps, u64 accesses_done, u64 accesses_total)
{
	struct sweep_outcome *outcome = opaque;

	__atomic_store_n(&outcome->accesses, accesses_done, __ATOMIC_RELAXED);
	__atomic_store_n(&outcome->accesses_total, accesses_total, __ATOMIC_RELAXED);
	return !progress_is_stopped();
}

static int write_members(const struct sweep_job *job, const struct output_run *run)
{
	struct json_writer json;
	FILE *out;

	if (job->members_fd < 0)
		return 0;
	out = fdopen(dup(job->members_fd), "w");
	if (!out)
		return -errno;
	/* members only: the object around them is the parent's */
	jw_init(&json, out, RESULT_INDENT);
	json.depth = 1;
	output_result_members(&json, run);
	return fclose(out) ? -EIO : 0;
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
}

/* @worker: which of the pool's places it has */
static void run_child(const struct sweep *sweep, const struct sweep_job *job, u32 worker)
{
	struct sweep_outcome *outcome = job->outcome;
	const struct sys_progress hooks = {child_tick, outcome};
	struct output_run run = {
		.file = sweep->workload->path,
		.config = job->config,
	};
	struct sys_machine *machine;
	int err;

	job->config->output.timeline_limit = 0; /* nobody writes it */
	err = sys_machine_create(&machine, job->config, outcome->message, sizeof(outcome->message));
	if (!err)
		err = sys_machine_run(machine, &hooks, outcome->message, sizeof(outcome->message));
	if (!err) {
		run.result = sys_machine_result(machine);
		err = write_members(job, &run);
		if (err)
			snprintf(outcome->message, sizeof(outcome->message),
				 "its result cannot be kept: %s", strerror(-err));
		else
			keep_result(outcome, job->config, run.result);
	}
	sys_machine_destroy(machine);
	if (!err && sweep->store)
		sweep_store_save(sweep->store, worker, job);
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
	u32 next;      /* job to start */
	bool has_told; /* the children, to stop */
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

static int start_some(struct pool *pool)
{
	u32 nr_jobs = sweep_nr_jobs(pool->sweep);
	struct sweep_job *job;
	int err = 0;

	while (!err && !progress_is_stopped() && pool->nr_running < pool->nr_slots &&
	       pool->next < nr_jobs) {
		job = sweep_job_number(pool->sweep, pool->next++);
		if (job && job->outcome->code == -EAGAIN)
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
	u64 done = 0, total = 0;

	for (u32 i = 0; i < sweep_nr_jobs(pool->sweep); i++) {
		const struct sweep_outcome *outcome = &pool->sweep->outcomes[i];

		done += __atomic_load_n(&outcome->accesses, __ATOMIC_RELAXED);
		total += __atomic_load_n(&outcome->accesses_total, __ATOMIC_RELAXED);
	}
	progress_draw(&pool->progress, 0, done, total);
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

		if (!job || !job->outcome->code)
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
