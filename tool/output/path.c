// SPDX-License-Identifier: GPL-2.0-only
/* What paths of all kinds share: boxes, and what is said in them. */
#include "tool/output/path.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "sim/sim.h"
#include "system/config/groups.h"
#include "tool/common/human.h"
#include "tool/common/words.h"

#define NOTABLE_MILLI 50 /* threads that wait at any time */

struct path_box *path_add(struct path *path, const char *title)
{
	struct path_box *box = &path->boxes[path->nr++];

	sim_assert(path->nr <= PATH_MAX_BOXES);
	*box = (struct path_box){0};
	snprintf(box->title, sizeof(box->title), "%s", title);
	return box;
}

void path_say(struct path_box *box, const char *format, ...)
{
	va_list args;

	if (box->nr_lines == PATH_MAX_LINES)
		return;
	va_start(args, format);
	vsnprintf(box->lines[box->nr_lines++], PATH_LINE_BYTES, format, args);
	va_end(args);
}

/* --- locks --- */

/* Of several, "locked; VFIO: pinned", the one of the handler that ran; benchmarks pin as VFIO does.
 */
const char *path_lock_stage(const struct path_run *run, const char *lock, char stage[32])
{
	char term[WORDS_CELL_BYTES];
	struct words_row row;
	const char *cell;
	bool is_vfio = sys_config_has_mode(run->config, SYS_HANDLER_VFIO) || run->result->benchmark;
	bool is_next = false;

	stage[0] = 0;
	if (!words_find(&row, "lock", lock))
		return stage;
	cell = row.cells.text[1];
	while (words_term(&cell, term)) {
		if (!stage[0] || is_next)
			snprintf(stage, 32, "%.31s", term);
		is_next = is_vfio && !strcmp(term, "VFIO");
	}
	return stage;
}

/* Threads that wait for it, or for its line, at any time (Little's law); of each lock of the class.
 */
static u64 waiters_milli(const struct path_run *run, const struct sim_lock_class *lock)
{
	unsigned __int128 waited_ps = lock->wait->total + lock->line_wait_ps;
	u64 nr = lock->nr_locks ? lock->nr_locks : 1, elapsed_ps = run->result->limits->elapsed_ps;

	return elapsed_ps ? (u64)(waited_ps * 1000 / elapsed_ps / nr) : 0;
}

void path_say_locks(struct path_box *box, const struct path_run *run, const char *stage)
{
	const struct sim_lock_class *most = NULL;
	char of[32];
	u64 milli;

	for (u32 i = 0; i < run->result->nr_locks; i++) {
		const struct sim_lock_class *lock = run->result->locks[i];

		if (!strcmp(path_lock_stage(run, lock->name, of), stage) &&
		    (!most || waiters_milli(run, lock) > waiters_milli(run, most)))
			most = lock;
	}
	milli = most ? waiters_milli(run, most) : 0;
	if (milli >= NOTABLE_MILLI)
		path_say(box, "%llu.%llu wait for %s%s", milli / 1000, milli / 100 % 10, most->name,
			 most->nr_locks > 1 ? " each" : "");
}

/* --- queues --- */

void path_say_queue(struct path_box *box, const struct path_run *run, const char *kind)
{
	const struct sys_queue_result *most = NULL;
	u64 elapsed_ps = run->result->limits->elapsed_ps;
	char share[HUMAN_BYTES];

	for (u32 i = 0; i < run->result->nr_queues; i++) {
		const struct sys_queue_result *queue = &run->result->queues[i];

		if (!strncmp(queue->kind, kind, strlen(kind)) && queue->counts.pushed &&
		    (!most || queue->times.depth_ps > most->times.depth_ps))
			most = queue;
	}
	if (!most)
		return;
	path_say(box, "%s: %llu.%llu in it on average, at most %llu of %llu", most->name,
		 most->times.mean_depth_milli / 1000, most->times.mean_depth_milli / 100 % 10,
		 most->counts.max_depth, most->times.capacity);
	if (most->times.full_ps)
		path_say(box, "full %s of the time",
			 human_share(share, most->times.full_ps, elapsed_ps));
	if (most->counts.overflows)
		path_say(box, "%llu lost", most->counts.overflows);
}
