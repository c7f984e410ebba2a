/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a run leaves behind: one function an artefact. All read the same
 * finished run; none changes it. Equal runs give equal bytes: no dates, no
 * host names, no paths of this machine.
 */
#ifndef TOOL_OUTPUT_H
#define TOOL_OUTPUT_H

#include <stdio.h>

#include "system/config/workload.h"
#include "system/machine/machine.h"
#include "tool/common/json_writer.h"

/* What others have to say of the run, with it. */
struct output_more {
	void (*write)(struct json_writer *json, const void *opaque); /* members of result.json */
	void (*print)(FILE *out, const void *opaque);		     /* below the summary */
	const void *opaque;
};

/* A finished run, before sys_machine_destroy(). */
struct output_run {
	const char *file; /* the workload file, as the user named it, without folder */
	const struct sys_config *config;
	const struct sys_result *result;
	const struct wl_setting *settings; /* of the command line */
	u32 nr_settings;
	bool is_interrupted;		  /* by Ctrl-C */
	const char *stuck;		  /* NULL; or what the machine waits for in vain */
	const struct output_more *more;	  /* NULL: nothing */
	bool is_sensitive;		  /* it says what estimates come to at half and twice */
	const struct wl_sources *sources; /* of the platform's constants; NULL: not known */
};

/** output_next_fault() - the kept faults in order of number; start with zeroed @cursor. */
struct output_cursor {
	u64 first, slowest;
	bool is_slowest; /* of the one returned last: kept because it is slow */
};
const struct sys_fault_record *output_next_fault(const struct sys_result *result,
						 struct output_cursor *cursor);

/** output_member() - the rows of a member of a collection into an open object. */
void output_member(struct json_writer *json, const struct sys_member *member);

/** output_result_members() - the members of result.json into an open object. */
void output_result_members(struct json_writer *json, const struct output_run *run);

/** output_config_members() - the members of "configuration". */
void output_config_members(struct json_writer *json, const struct sys_config *config);

/** output_summary() - a screenful for people; @folder may be NULL. */
void output_summary(FILE *out, const struct output_run *run, const char *folder);

/** output_mode() - whose address spaces devices use: "sva", "vfio", or both. */
const char *output_mode(const struct sys_config *config);

/** output_software() - what handles faults: "handler" or "driver"; output_design() - and which. */
const char *output_software(const struct sys_config *config);
const char *output_design(const struct sys_config *config);

/* Percentiles that the summary tells. */
#define OUTPUT_NR_POINTS 4

extern const struct output_point {
	const char *name;
	u32 per_100k;
} output_points[OUTPUT_NR_POINTS];

/** output_times() - a line. @half_width_ps: of the mean's interval, SYS_UNKNOWN: none */
void output_times(FILE *out, const char *what, const struct sim_hist *hist, u64 half_width_ps);

/** output_translation() - lines about translations and invalidations, and an empty one before. */
void output_translation(FILE *out, const struct output_run *run);

/** output_distribution() - of a histogram that is not empty: us, %, nines, @name; a line a value.
 */
void output_distribution(FILE *out, const struct sim_hist *hist, const char *name);

/** output_latency() - lines about latencies: of the faults, and of accesses that had a time. */
void output_latency(FILE *out, const struct sys_result *result);

/* One artefact each. */
void output_result_json(FILE *out, const struct output_run *run);
void output_faults_csv(FILE *out, const struct output_run *run);
void output_dmesg_txt(FILE *out, const struct output_run *run);
void output_locks_csv(FILE *out, const struct output_run *run);
void output_timeline_json(FILE *out, const struct output_run *run);
void output_report_html(FILE *out, const struct output_run *run);

/* What the plots are drawn from: data/NAME. */
void output_title_txt(FILE *out, const struct output_run *run);
void output_latency_dat(FILE *out, const struct output_run *run);
void output_translation_dat(FILE *out, const struct output_run *run);
void output_percentiles_dat(FILE *out, const struct output_run *run);
void output_stages_dat(FILE *out, const struct output_run *run);
void output_queues_dat(FILE *out, const struct output_run *run);
void output_queue_bands_dat(FILE *out, const struct output_run *run);
void output_queue_shares_dat(FILE *out, const struct output_run *run);
void output_queue_panels_dat(FILE *out, const struct output_run *run);
void output_locks_dat(FILE *out, const struct output_run *run);

/**
 * output_write() - all artefacts into the folder @path
 * Return: 0 or -errno, with one line in @message (TEXT_MESSAGE_MAX bytes).
 */
int output_write(const char *path, const struct output_run *run, char *message);

#endif
