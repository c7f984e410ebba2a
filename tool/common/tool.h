/* SPDX-License-Identifier: GPL-2.0-only */
/* What a verb is given, and what all of them share. */
#ifndef TOOL_TOOL_H
#define TOOL_TOOL_H

#include "system/config/workload.h"
#include "tool/common/plot.h"

/* Exit codes. */
#define TOOL_OK 0
#define TOOL_FAILED 1 /* a check failed, or the host failed us */
#define TOOL_USAGE 2  /* usage or bad input */
#define TOOL_INTERRUPTED 130

/* Of result.json and of a point in points.json; another one where a key means something else. */
#define TOOL_RESULT_FORM 1

#define TOOL_MAX_ARGS 256
#define TOOL_MAX_GATES 32
#define TOOL_MAX_AXES 8
#define TOOL_MAX_SHARDS 10000

/* Options that all verbs know, and some do nothing with. */
#define TOOL_TAKES_OUTPUT (1U << 0)
#define TOOL_TAKES_SET (1U << 1)
#define TOOL_TAKES_SEED (1U << 2)
#define TOOL_TAKES_JSON (1U << 3)
#define TOOL_TAKES_PLATFORM (1U << 4)
#define TOOL_TAKES_ALL (~0U)

/* Of trace, import, export and against; NULL: not given. */
struct tool_trace_options {
	const char *format;  /* --format: what a file is, instead of by its content */
	const char *as;	     /* --as: the form of what is written */
	const char *lines;   /* -n, of head */
	const char *version; /* --to, of convert */
	/* policies of import */
	const char *access, *time, *sector, *base, *device, *gap, *columns, *length;
};

struct tool_options {
	const char *output; /* -o, NULL: the verb's default */
	struct wl_setting settings[WL_MAX_SETTINGS];
	u32 nr_settings;
	struct wl_setting axes[TOOL_MAX_AXES]; /* --sweep */
	u32 nr_axes;
	u32 shard, nr_shards; /* --shard, 0: not given */
	u32 nr_slurm;	      /* --slurm, 0: not given */
	bool does_collect;    /* --collect */
	const char *platform; /* --platform, a file; NULL: the workload's */
	u64 seed;
	bool has_seed;
	bool is_quiet;
	bool allows_errors;
	bool is_json;
	bool has_plots;			      /* --no-plots */
	enum plot_theme theme;		      /* --theme */
	u32 nr_seeds;			      /* --repeat, 0: not given */
	bool is_sensitive;		      /* --sensitivity */
	u32 nr_jobs;			      /* -j, 0: a process for each online CPU */
	const char *model, *profile, *socket; /* of serve; NULL: not given */
	const char *gates[TOOL_MAX_GATES];    /* --fail-on, of compare */
	u32 nr_gates;
	bool has_mmio_trace; /* --trace-mmio, of serve */
	struct tool_trace_options trace;
	const char *args[TOOL_MAX_ARGS];
	u32 nr_args;
};

/** tool_complain() - one line on standard error. Return: @code. */
int tool_complain(int code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** tool_base_name() - @path without its folders. */
const char *tool_base_name(const char *path);

/**
 * tool_load() - the workload file that a verb was given, checked as a whole
 * Return: TOOL_OK and *@workload is to be freed with tool_unload(), or an exit
 * code after a complaint.
 */
int tool_load(const struct tool_options *options, struct wl_workload **workload);
void tool_unload(struct wl_workload *workload);

/**
 * tool_settings_act() - does each --set change something?
 * @has_points: runs are the points of @workload, else itself
 *
 * One that cannot act (acts.h), or that every point sets by itself, would seem to say
 * that it does not matter.
 *
 * Return: TOOL_OK, or TOOL_USAGE after a complaint.
 */
int tool_settings_act(const struct tool_options *options, const struct wl_workload *workload,
		      bool has_points);

#endif
