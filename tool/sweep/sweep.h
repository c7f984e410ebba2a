/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The points of a sweep: run in processes of their own, then compared with what
 * was published. One process holds one machine, so any number of them side by
 * side gives the same results.
 */
#ifndef TOOL_SWEEP_H
#define TOOL_SWEEP_H

#include <stdio.h>

#include "system/config/workload.h"
#include "system/machine/machine.h"
#include "system/verdict/verdict.h"
#include "tool/common/json_writer.h"

#define SWEEP_NR_LOCKS 3

/* A class of locks of a run, by columns (sys_columns(SYS_LOCKS)). */
#define SWEEP_MAX_LOCK_COLUMNS 64

struct sweep_lock {
	char name[64];
	struct sys_number numbers[SWEEP_MAX_LOCK_COLUMNS];
};

/* A group of devices of a run, by columns (sys_columns(SYS_GROUPS)). */
#define SWEEP_MAX_GROUP_COLUMNS 192

struct sweep_group {
	struct sys_number numbers[SWEEP_MAX_GROUP_COLUMNS];
	char limited_by[SYS_VERDICT_BRIEF];
};

/* What one run came to; in memory that parent and child share. */
struct sweep_outcome {
	int code; /* of sys_machine_run(), and of writing; -EAGAIN: not run */
	char message[TEXT_MESSAGE_MAX];
	u64 accesses, accesses_total;  /* progress; the total is known before it runs */
	u64 members_at, members_bytes; /* members of its result, JSON: members.h */
	struct sys_number numbers[SYS_MAX_COLUMNS]; /* by columns (sys_columns(SYS_TOTALS)) */
	struct sweep_lock locks[SWEEP_NR_LOCKS];    /* most waited for first */
	char limited_by[SYS_VERDICT_BRIEF];	    /* see system/verdict/verdict.h */
	struct sweep_group *groups; /* nr_groups of the sweep, in the workload's order */
};

/** sweep_number_of() - a number of a run by its key; 0: the run has none. */
u64 sweep_number_of(const struct sweep_outcome *outcome, const char *key);

/** sweep_lock_number() - the same of one of its locks. */
u64 sweep_lock_number(const struct sweep_lock *lock, const char *key);

/** sweep_group_number() - the same of a group of devices, if it is known. */
struct sys_number sweep_group_number(const struct sweep_group *group, const char *key);

/** sweep_stage_mean() - of a stage of a fault, in 1/1024 ns. */
u64 sweep_stage_mean(const struct sweep_outcome *outcome, enum sys_stage stage);

/* What a run has beside its point. */
enum sweep_kind {
	SWEEP_WITH,    /* nothing */
	SWEEP_WITHOUT, /* the baseline's settings */
	SWEEP_SEED,    /* a later seed: seed + number */
	SWEEP_VARIANT, /* half (even) or twice (odd) of cost number / 2 */
};

/* A run. Its configuration is made when it is wanted: sweep_config(). */
struct sweep_job {
	const struct wl_point *point;
	enum sweep_kind kind;
	u32 number;
	bool is_wanted; /* else there is no such run */
	bool is_bare;	/* its numbers are enough, it has no members */
	u64 config_hash;
	struct sweep_outcome *outcome;
};

#define SWEEP_LABEL_BYTES 20

/* A point: its run, the one with the baseline's settings, and the runs with further seeds. */
struct sweep_point {
	const struct wl_point *point;
	char label[SWEEP_LABEL_BYTES]; /* what it sets, if that is short for all; else its number */
	struct sweep_job with, without;
	/*
	 * Heap: nr_seeds - 1 runs with seed + 1, seed + 2, ...; then of each cost one with half and
	 * one with twice of it, not wanted where that is the same.
	 */
	struct sweep_job *again;
};

/* What of a point is run beside it. */
struct sweep_wish {
	u32 nr_seeds;	   /* runs with the seeds from its own on; 0 is 1 */
	bool is_sensitive; /* with half and twice each estimate of the platform */
};

/* Which part of a sweep is run here, and what the whole is: with the runs, so that they can be
 * joined. */
struct sweep_plan {
	u64 hash; /* of everything that decides what the sweep leaves: shard.h */
	u32 shard, nr_shards;
	char *asked; /* the command line's wishes: shard.h */
};

struct sweep {
	const struct wl_workload *workload;
	struct sweep_point *points;
	u32 nr_points;
	u32 nr_seeds;	    /* runs of each point, 1 or more */
	u32 nr_costs;	    /* 0: nobody asked for them */
	const char **costs; /* heap: paths, of estimates that act at some point */
	u32 nr_groups;	    /* of devices; 0: the workload has none */
	bool has_baseline;
	struct sweep_outcome *outcomes; /* shared; a job each */
	struct sweep_group *groups;	/* shared; nr_groups of each job; NULL: there are none */
	struct sweep_members *members;
	struct sweep_scratch *scratch; /* the configuration that was asked for last */
	bool is_interrupted;
	/* further members of a point's result; or NULL */
	void (*write_members)(struct json_writer *json, const struct sweep *sweep, u32 index);
	/* Where finished runs are kept until all are (store.h); NULL: nowhere. */
	const char *store;
	const struct sweep_plan *plan; /* NULL: all of it is run, here */
};

#define SWEEP_MAX_RUNS 100000U
#define SWEEP_MAX_MEMBERS 1000 /* points; of more only numbers are kept: 80 KB a point */

/** sweep_prepare() - all runs, each tried. 0 or -errno with @message. */
int sweep_prepare(struct sweep *sweep, const struct wl_workload *workload, struct sweep_wish wish,
		  char *message);
void sweep_finish(struct sweep *sweep);

/**
 * sweep_run() - run what was prepared, @nr_jobs processes at a time
 *
 * Return: 0; -EINTR: some points did not run; another -errno with @message, of
 * the first job that failed.
 */
int sweep_run(struct sweep *sweep, u32 nr_jobs, bool is_quiet, char *message);

/**
 * sweep_config() - the configuration of a run, which is wanted
 * Return: the sweep's; until it is asked for another one.
 */
struct sys_config *sweep_config(const struct sweep *sweep, const struct sweep_job *job);

/** sweep_nr_jobs() - numbers of jobs: of each point its run, its baseline, what is beside. */
u32 sweep_nr_jobs(const struct sweep *sweep);

/** sweep_job_number() - NULL: there is no such job. */
struct sweep_job *sweep_job_number(const struct sweep *sweep, u32 number);

/** sweep_seed() - the run of a point with its seed, or a later one. @number: below nr_seeds */
const struct sweep_outcome *sweep_seed(const struct sweep_point *point, u32 number);

/** sweep_variant() - with half (even) or twice (odd) of cost @number / 2; NULL: there is none. */
const struct sweep_outcome *sweep_variant(const struct sweep *sweep,
					  const struct sweep_point *point, u32 number);

/** sweep_is_here() - is the point's part of the sweep run here? */
bool sweep_is_here(const struct sweep *sweep, u32 index);

/** sweep_has_run() - does the point have its results, with all seeds? */
bool sweep_has_run(const struct sweep *sweep, const struct sweep_point *point);

/** sweep_is_unchecked() - is a point's IOMMU one that the specification may exclude? */
bool sweep_is_unchecked(const struct sweep *sweep);

/* A number that may be compared, in integers: @value / 10^@places. */
struct sweep_number {
	bool is_known;
	bool is_negative;
	u64 value;
	u32 places;
};

/** sweep_simulated() - the simulated counterpart of a published name. */
struct sweep_number sweep_simulated(const struct sweep *sweep, const struct sweep_point *point,
				    const char *name);

/**
 * sweep_column() - column @index of sys_columns(@which), as result.json has it
 * @numbers: of a run or a group, by these columns
 */
struct sweep_number sweep_column(enum sys_collection which, const struct sys_number *numbers,
				 u32 index);

/** sweep_text() - decimal text of a number, also for JSON. Return: @text. */
const char *sweep_text(char text[64], struct sweep_number number);

/** sweep_value() - the value at @path in a point's own run, as a file states it. Return: @text. */
const char *sweep_value(char text[SYS_TEXT_MAX], const struct sweep *sweep,
			const struct sweep_point *point, const char *path);

#define SWEEP_MAX_SHOWN 200

/** sweep_nr_shown() - how many points a table for people shows, the first. */
u32 sweep_nr_shown(const struct sweep *sweep);

/** sweep_print_rest() - where the others are, if there are any. */
void sweep_print_rest(FILE *out, const struct sweep *sweep);

/**
 * sweep_is_plain() - is there nothing to lay a point beside, no baseline, nothing published?
 * Then one table has all of a point.
 */
bool sweep_is_plain(const struct sweep *sweep);

/* The table for people, and {"points": [...]}, and data/sweep.dat. */
void sweep_print_table(FILE *out, const struct sweep *sweep);
void sweep_write_json(FILE *out, const struct sweep *sweep);
void sweep_write_data(FILE *out, const struct sweep *sweep);
/* What the two panels of the plot show, data/sweep_panels.txt. */
void sweep_write_panels(FILE *out, const struct sweep *sweep);

/* With where the time of a fault goes: both tables, data/sweep_stages.dat; and report.html. */
void sweep_print_tables(FILE *out, const struct sweep *sweep);
void sweep_write_stages(FILE *out, const struct sweep *sweep);
void sweep_write_report(FILE *out, const struct sweep *sweep);

#endif
