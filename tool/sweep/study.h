/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Studies: questions that take many runs of one workload, with two axes: what
 * is compared (a curve each), and what is along the axis of the plot.
 */
#ifndef TOOL_STUDY_H
#define TOOL_STUDY_H

#include "tool/common/json_writer.h"
#include "tool/common/plot.h"
#include "tool/sweep/sweep.h"

#define STUDY_MAX_VALUES 16

/* What goes with one value of an axis, `path=value`, NULL at the end. */
struct study_value {
	const char *value;
	const char *hidden[3]; /* settings that are not parameters of the point */
};

struct study {
	const char *name; /* also of the plot's files */
	const char *workload;
	const char *curve_path; /* NULL: one curve */
	struct study_value curves[STUDY_MAX_VALUES];
	const char *second_path; /* NULL: none; else a curve for each of its values, too */
	const char *seconds[STUDY_MAX_VALUES];
	bool is_paired; /* second i goes with curve i, and with no other */
	const char *axis_path;
	struct study_value values[STUDY_MAX_VALUES];
	const char *baseline; /* a setting: each point runs with it too; NULL: none */
	/* Validation: the points are those of the workload's `sweep`, with what was published. */
	bool has_own_points;
	bool is_of_load; /* the axis is the interval of faults: latency against what is offered */
	struct plot_kind plot;
};

/* Faults a second, and the CPU-bound line: CPUs times the rate of one. */
struct study_rate {
	u64 faults_per_s;
	u64 line_per_s; /* 0: the curve's point with one CPU is not known */
};

/** validation_print() - each number published beside simulated, and how far off they are. */
void validation_print(FILE *out, const struct sweep *sweep);

/** validation_answer() - how many of each number published are close to what is simulated. */
void validation_answer(FILE *out, const struct sweep *sweep);

/** validation_write_data() - data/study.dat of a study of validation: a block for each number. */
void validation_write_data(FILE *out, const struct sweep *sweep);

/** study_setting() - what a point sets @path to; "": nothing. */
const char *study_setting(const struct sweep_point *point, const char *path);

/** study_is_same_curve() - do they differ along the axis alone, which a point sets last? */
bool study_is_same_curve(const struct wl_point *a, const struct wl_point *b);

/** load_print() - a table of latencies against faults offered. */
void load_print(FILE *out, const struct study *study, const struct sweep *sweep);

/** load_write_data() - data/study.dat of a study of load: a block for each curve. */
void load_write_data(FILE *out, const struct study *study, const struct sweep *sweep);

/** load_write_members() - "load": what the table says of a point that has run. */
void load_write_members(struct json_writer *json, const struct sweep *sweep, u32 index);

/** study_rate() - of a point that has run. */
struct study_rate study_rate(const struct sweep *sweep, u32 index);

/** study_write_members() - "scaling": what the table says of a point that has run. */
void study_write_members(struct json_writer *json, const struct sweep *sweep, u32 index);

/** study_print() - a table for people. */
void study_print(FILE *out, const struct study *study, const struct sweep *sweep);

/** study_write_report() - report.html. */
void study_write_report(FILE *out, const struct study *study, const struct sweep *sweep);

/** study_write_data() - data/NAME.dat: a block for each curve. */
void study_write_data(FILE *out, const struct study *study, const struct sweep *sweep);

#endif
