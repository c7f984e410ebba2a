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
#include "tool/common/json_writer.h"

#define SWEEP_NR_LOCKS 3

/* What a run was limited by. */
struct sweep_limits {
	u64 nr_cpus, faults_completed;
	u64 lock_wait_ps, line_wait_ps; /* over all threads and locks */
	struct {
		char name[64];
		u64 wait_ps, line_wait_ps, acquisitions, contentions;
	} locks[SWEEP_NR_LOCKS];	/* most waited for first */
	u64 event_busy_ps;		/* the busiest CPU's interrupts and event threads */
	u64 stage_means[SYS_NR_STAGES]; /* 1/1024 ns */
};

/* What one run came to; in memory that parent and child share. */
struct sweep_outcome {
	int code; /* of sys_machine_run(), and of writing; -EAGAIN: not run */
	char message[TEXT_MESSAGE_MAX];
	u64 simulated_ps, throughput_bytes_per_s, faults_recorded;
	u64 latency_mean; /* decimal_mean(), 1/1024 ns */
	u64 requests_sent, requests_recorded, requests_dropped, requests_auto; /* page requests */
	u64 accesses, accesses_total;					       /* progress */
	struct sweep_limits limits;
};

struct sweep_job {
	struct sys_config *config; /* heap */
	struct sweep_outcome *outcome;
	int members_fd; /* members of the result, JSON; -1: not wanted */
};

/* A point: its run, and the one with the baseline's settings. */
struct sweep_point {
	const struct wl_point *point;
	struct sweep_job with, without;
};

struct sweep {
	const struct wl_workload *workload;
	struct sweep_point *points;
	u32 nr_points;
	bool has_baseline;
	struct sweep_outcome *outcomes; /* shared, two a point */
	bool is_interrupted;
	/* further members of a point's result; or NULL */
	void (*write_members)(struct json_writer *json, const struct sweep *sweep, u32 index);
	/* Where finished runs are kept until all are; NULL: nowhere. */
	const char *store;
};

/** sweep_prepare() - configurations of all runs. 0 or -errno with @message. */
int sweep_prepare(struct sweep *sweep, const struct wl_workload *workload, char *message);
void sweep_finish(struct sweep *sweep);

/**
 * sweep_run() - run what was prepared, @nr_jobs processes at a time
 *
 * Return: 0; -EINTR: some points did not run; another -errno with @message, of
 * the first job that failed.
 */
int sweep_run(struct sweep *sweep, u32 nr_jobs, bool is_quiet, char *message);

/** sweep_has_run() - does the point have its results? */
bool sweep_has_run(const struct sweep *sweep, const struct sweep_point *point);

/*
 * Runs that have come to their end, kept in a folder so that a series that was
 * interrupted goes on where it was. A run is known by the hash of its
 * configuration and of the program that made it: no other program's result counts.
 */

/** sweep_store_load() - Return: was it there? Then the job has its outcome and members. */
bool sweep_store_load(const char *store, const struct sweep_job *job);
/** sweep_store_save() - as far as the file system lets us; what is lost is run again. */
void sweep_store_save(const char *store, const struct sweep_job *job);
/** sweep_store_remove() - all is done: the folder goes. */
void sweep_store_remove(const char *store);

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

/** sweep_text() - decimal text of a number, also for JSON. Return: @text. */
const char *sweep_text(char text[64], struct sweep_number number);

#define SWEEP_LABEL_BYTES 20

/** sweep_label() - what a point sets, if that is short for all of them; else its number. */
const char *sweep_label(char label[SWEEP_LABEL_BYTES], const struct sweep *sweep, u32 index);

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
