// SPDX-License-Identifier: GPL-2.0-only
/*
 * The runs of a sweep before they run: which there are, their configurations, each tried so
 * that a mistake in the last one shows before the first one runs.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "sim/sim.h"
#include "system/benchmark/benchmark.h"
#include "system/config/acts.h"
#include "system/replay/replay.h"
#include "tool/sweep/members.h"

/* A configuration is large, and there may be many runs. */
struct sweep_scratch {
	struct sys_config config;
	const struct sweep_job *of; /* NULL: none */
};

/* --- configurations --- */

/* @message: NULL: it was tried before. */
static int make_config(const struct sweep *sweep, const struct sweep_job *job,
		       struct sys_config *config, char *message)
{
	const struct wl_workload *workload = sweep->workload;
	const struct wl_point *point = job->point;
	char unused[TEXT_MESSAGE_MAX];
	const struct text_where where = {.file = workload->path,
					 .message = message ? message : unused};
	int err;

	*config = workload->config;
	err = wl_apply(config, where, point->settings, point->nr_settings + point->nr_hidden);
	if (!err && job->kind == SWEEP_WITHOUT)
		err = wl_apply(config, where, workload->baseline, workload->nr_baseline);
	if (job->kind == SWEEP_SEED)
		config->seed += job->number;
	return err;
}

/* Half or twice of a cost; false: that is no other run. */
static bool vary(const struct sweep *sweep, const struct sweep_job *job, struct sys_config *config)
{
	const char *path = sweep->costs[job->number / 2];
	char why[TEXT_MESSAGE_MAX];

	return !wl_acts(config, path) && wl_scale(config, path, 1 + 3 * (job->number % 2), 2) &&
	       !sys_config_check(config, why, sizeof(why));
}

struct sys_config *sweep_config(const struct sweep *sweep, const struct sweep_job *job)
{
	struct sweep_scratch *scratch = sweep->scratch;

	sim_assert(job->is_wanted);
	if (scratch->of == job)
		return &scratch->config;
	make_config(sweep, job, &scratch->config, NULL);
	if (job->kind == SWEEP_VARIANT)
		vary(sweep, job, &scratch->config);
	scratch->of = job;
	return &scratch->config;
}

const char *sweep_value(char text[SYS_TEXT_MAX], const struct sweep *sweep,
			const struct sweep_point *point, const char *path)
{
	if (!wl_format_value(sweep_config(sweep, &point->with), path, text, SYS_TEXT_MAX))
		text[0] = 0;
	return text;
}

/* What it counts as done; 0: not known. */
static u64 work_of(const struct sys_config *config)
{
	if (config->benchmark_kind != SYS_BENCHMARK_NONE)
		return sys_benchmark_threads(config) * config->benchmark.nr_iterations;
	return replay_total_accesses(config);
}

static int prepare_job(struct sweep *sweep, struct sweep_job *job, char *message)
{
	struct sys_config *config = &sweep->scratch->config;
	char why[TEXT_MESSAGE_MAX];
	int err;

	job->outcome->code = -EAGAIN;
	sweep->scratch->of = NULL;
	err = make_config(sweep, job, config, message);
	if (!err && sys_config_check(config, why, sizeof(why))) {
		snprintf(message, TEXT_MESSAGE_MAX, "%.400s: a point of the sweep: %.400s",
			 sweep->workload->path, why);
		err = -EINVAL;
	}
	if (err)
		return err;
	job->is_wanted = job->kind != SWEEP_VARIANT || vary(sweep, job, config);
	job->config_hash = wl_config_hash(config);
	if (job->is_wanted)
		job->outcome->accesses_total = work_of(config);
	else
		job->outcome->code = 0;
	return 0;
}

/* --- which runs there are --- */

static struct sweep_job job_of(struct sweep *sweep, u32 index, enum sweep_kind kind, u32 number)
{
	u32 nr_jobs = sweep_nr_jobs(sweep) / sweep->nr_points;
	u32 at = kind == SWEEP_WITH || kind == SWEEP_WITHOUT ? kind
		 : kind == SWEEP_SEED			     ? 1 + number
							     : 1 + sweep->nr_seeds + number;

	at += index * nr_jobs;
	if (sweep->groups)
		sweep->outcomes[at].groups = &sweep->groups[(size_t)at * sweep->nr_groups];
	return (struct sweep_job){
		.point = &sweep->workload->points[index],
		.kind = kind,
		.number = number,
		.is_bare = kind != SWEEP_WITH || sweep->nr_points > SWEEP_MAX_MEMBERS,
		.outcome = &sweep->outcomes[at],
	};
}

/* The values that a point sets; long ones would not fit below a bar. */
static bool label_of(char label[SWEEP_LABEL_BYTES], const struct sweep *sweep,
		     const struct sweep_point *point)
{
	char text[SYS_TEXT_MAX];
	size_t used = 0;

	label[0] = 0;
	for (u32 i = 0; i < point->point->nr_settings; i++) {
		sweep_value(text, sweep, point, point->point->settings[i].path);
		used += (size_t)snprintf(label + used, SWEEP_LABEL_BYTES - used, "%s%s",
					 i ? " " : "", text);
		/* a quote would end the label */
		if (used >= SWEEP_LABEL_BYTES || strchr(text, '"'))
			return false;
	}
	return true;
}

static void label_points(struct sweep *sweep)
{
	bool are_short = true;

	for (u32 i = 0; i < sweep->nr_points && are_short; i++)
		are_short = label_of(sweep->points[i].label, sweep, &sweep->points[i]);
	for (u32 i = 0; i < sweep->nr_points && !are_short; i++)
		snprintf(sweep->points[i].label, SWEEP_LABEL_BYTES, "point %u", i + 1);
}

static int prepare_point(struct sweep *sweep, u32 index, char *message)
{
	struct sweep_point *point = &sweep->points[index];
	u32 nr_seeds = sweep->nr_seeds - 1, nr = nr_seeds + 2 * sweep->nr_costs;
	int err;

	point->point = &sweep->workload->points[index];
	point->with = job_of(sweep, index, SWEEP_WITH, 0);
	point->without = job_of(sweep, index, SWEEP_WITHOUT, 0);
	point->again = calloc(nr + 1, sizeof(*point->again));
	if (!point->again) {
		snprintf(message, TEXT_MESSAGE_MAX, "out of memory");
		return -ENOMEM;
	}
	err = prepare_job(sweep, &point->with, message);
	if (!err && sweep->has_baseline)
		err = prepare_job(sweep, &point->without, message);
	for (u32 i = 0; !err && i < nr; i++) {
		point->again[i] = i < nr_seeds ? job_of(sweep, index, SWEEP_SEED, i + 1)
					       : job_of(sweep, index, SWEEP_VARIANT, i - nr_seeds);
		err = prepare_job(sweep, &point->again[i], message);
	}
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

/* Parent and children have it. NULL: none, or no memory. */
static void *map_shared(size_t bytes)
{
	void *made = bytes ? mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
				  -1, 0)
			   : MAP_FAILED;

	return made == MAP_FAILED ? NULL : made;
}

static size_t groups_bytes(const struct sweep *sweep)
{
	return (size_t)sweep_nr_jobs(sweep) * sweep->nr_groups * sizeof(*sweep->groups);
}

static int make_room(struct sweep *sweep, char *message)
{
	size_t bytes = sweep_nr_jobs(sweep) * sizeof(*sweep->outcomes);
	u64 nr_runs = (u64)sweep->nr_points *
		      (sweep->nr_seeds + sweep->has_baseline + 2 * sweep->nr_costs);

	if (nr_runs > SWEEP_MAX_RUNS) {
		snprintf(
			message, TEXT_MESSAGE_MAX,
			"%.400s: %u points with all that is wanted of each make %llu runs, expected "
			"at most %u",
			sweep->workload->path, sweep->nr_points, nr_runs, SWEEP_MAX_RUNS);
		return -EINVAL;
	}
	sweep->points = calloc(sweep->nr_points, sizeof(*sweep->points));
	sweep->scratch = calloc(1, sizeof(*sweep->scratch));
	sweep->outcomes = map_shared(bytes);
	sweep->groups = map_shared(groups_bytes(sweep));
	if (sweep->points && sweep->outcomes && sweep->scratch &&
	    (sweep->groups || !sweep->nr_groups))
		return sweep_members_create(&sweep->members, message);
	snprintf(message, TEXT_MESSAGE_MAX, "out of memory");
	return -ENOMEM;
}

int sweep_prepare(struct sweep *sweep, const struct wl_workload *workload, struct sweep_wish wish,
		  char *message)
{
	u32 nr_columns;
	int err;

	*sweep = (struct sweep){
		.workload = workload,
		.nr_points = workload->nr_points,
		.nr_seeds = wish.nr_seeds ? wish.nr_seeds : 1,
		.nr_groups = workload->config.nr_groups,
		.has_baseline = workload->nr_baseline > 0,
	};
	sys_columns(SYS_GROUPS, &nr_columns);
	sim_assert(nr_columns <= SWEEP_MAX_GROUP_COLUMNS);
	err = wish.is_sensitive ? find_costs(sweep, message) : 0;
	if (!err)
		err = make_room(sweep, message);
	for (u32 i = 0; !err && i < sweep->nr_points; i++)
		err = prepare_point(sweep, i, message);
	if (!err)
		label_points(sweep);
	return err;
}

void sweep_finish(struct sweep *sweep)
{
	for (u32 i = 0; sweep->points && i < sweep->nr_points; i++)
		free(sweep->points[i].again);
	if (sweep->outcomes)
		munmap(sweep->outcomes, sweep_nr_jobs(sweep) * sizeof(*sweep->outcomes));
	if (sweep->groups)
		munmap(sweep->groups, groups_bytes(sweep));
	sweep_members_destroy(sweep->members);
	free(sweep->scratch);
	free(sweep->points);
	free(sweep->costs);
	*sweep = (struct sweep){0};
}
