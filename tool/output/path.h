/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The path of a run as boxes: who an access, a fault, or a benchmark's item comes past, what it
 * took there, and which of them limits.
 */
#ifndef TOOL_OUTPUT_PATH_H
#define TOOL_OUTPUT_PATH_H

#include "system/verdict/verdict.h"
#include "tool/output/output.h"

#define PATH_MAX_BOXES 12
#define PATH_MAX_LINES 6
#define PATH_LINE_BYTES 128
#define PATH_A_ROW 4 /* boxes */

struct path_box {
	char title[48];
	const char *stage; /* of a fault, which ends here; NULL: none does */
	bool has_times;	   /* of the stage, in the first line */
	u32 nr_lines;
	char lines[PATH_MAX_LINES][PATH_LINE_BYTES];
	u32 share_milli;   /* of a fault's mean time, with a stage */
	u32 waiting_milli; /* of that: nobody was busy with the fault */
	bool is_hardware;
	const char *mark; /* "limits", "limits, in turn", "next limit"; NULL: none of these */
	bool is_limiting; /* not only the next one */
	char limit[PATH_LINE_BYTES]; /* what is marked: "pfh_container.lock: 90 % of the time" */
};

struct path {
	u32 nr;
	struct path_box boxes[PATH_MAX_BOXES];
	const char *rows[PATH_MAX_BOXES / PATH_A_ROW]; /* what happens in each row of boxes */
	const char *caption;
};

/* What a path is found from. */
struct path_run {
	const struct sys_config *config;
	const struct sys_result *result;
	const struct sys_run_verdict *verdict;
};

/** path_find() - of a run. Return: false, it has none. */
bool path_find(struct path *path, const struct output_run *run,
	       const struct sys_run_verdict *verdict);

/** path_draw() - as a picture of HTML */
void path_draw(FILE *out, const struct path *path);

/* --- between the kinds of paths --- */

/** path_add() - one more box, zeroed but for its title. */
struct path_box *path_add(struct path *path, const char *title);

/** path_say() - one more line, if there is room for it. */
void path_say(struct path_box *box, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** path_say_locks() - which of the locks that are waited for in @stage is so most; if any is */
void path_say_locks(struct path_box *box, const struct path_run *run, const char *stage);

/** path_say_queue() - the one whose kind begins so, and was used most: depth, room, full */
void path_say_queue(struct path_box *box, const struct path_run *run, const char *kind);

/** path_lock_stage() - in which stage a fault waits for a lock; "": it is not known */
const char *path_lock_stage(const struct path_run *run, const char *lock, char stage[32]);

/* A path of faults; of accesses that do not fault; of a benchmark. */
void path_of_faults(struct path *path, const struct path_run *run);
void path_of_accesses(struct path *path, const struct path_run *run);
void path_of_benchmark(struct path *path, const struct path_run *run);

/* Which box a limit is marked at: an index. */
u32 path_limit_of_faults(const struct path_run *run, const struct sys_limit *limit);
u32 path_limit_of_accesses(const struct sys_limit *limit);
u32 path_limit_of_benchmark(const struct path_run *run, const struct sys_limit *limit);

#endif
