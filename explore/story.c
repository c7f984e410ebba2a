// SPDX-License-Identifier: GPL-2.0-only
/*
 * See story.h. A step is where the core's code is: the innermost place on its stack that is not of
 * the layers below, found by the frame pointers, which every build keeps.
 */
#include "explore/story.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "explore/symbol.h"

#define MAX_LINES 2048
#define MAX_FRAMES 10
#define MAX_COLUMNS 6
#define COLUMN 38

struct line {
	u8 slot, kind;
	u64 frames[MAX_FRAMES]; /* 0 behind the last */
};

struct story {
	u64 hash; /* of all steps, also of those that have no line */
	u32 nr;
	bool is_cut;
	char names[SIM_SCHEDULE_THREADS][32];
	struct line lines[MAX_LINES];
};

bool story_is_on;
static struct story *story;

int story_init(void)
{
	story = calloc(1, sizeof(*story));
	return story ? 0 : -ENOMEM;
}

void story_begin(void)
{
	story->hash = 0xcbf29ce484222325ULL;
	story->nr = 0;
	story->is_cut = false;
	story_is_on = true;
}

void story_end(void)
{
	story_is_on = false;
}

u64 story_hash(void)
{
	return story->hash;
}

/* A frame is the caller's frame, then where it goes on. */
static void keep_frames(struct line *line)
{
	const u64 *frame = __builtin_frame_address(0);
	u32 nr = 0;

	memset(line->frames, 0, sizeof(line->frames));
	/* An actor has no stack. */
	if (!sim_schedule_on_stack(frame))
		line->frames[nr++] = symbol_offset(sim_schedule->event_pc);
	while (nr < MAX_FRAMES && sim_schedule_on_stack(frame) &&
	       sim_schedule_on_stack(frame + 1)) {
		line->frames[nr++] = symbol_offset(frame[1] - 1);
		if (frame[0] <= (u64)frame)
			break;
		frame = (const u64 *)frame[0];
	}
}

void story_step(const struct sim_step *step)
{
	struct line *line = &story->lines[story->nr];

	/* No address: those are another build's. */
	story->hash = (story->hash ^ ((u64)step->bytes << 16 | (u64)step->kind << 8 | step->slot)) *
		      0x100000001b3ULL;
	if (step->kind == SIM_POINT_RELEASE)
		return;
	if (story->nr == MAX_LINES) {
		story->is_cut = true;
		return;
	}
	line->slot = step->slot;
	line->kind = step->kind;
	snprintf(story->names[step->slot], sizeof(story->names[0]), "%s",
		 sim_schedule_name(step->slot));
	keep_frames(line);
	story->nr++;
}

static const char *const kind_names[SIM_NR_POINT_KINDS] = {
	[SIM_POINT_LOCK] = "lock",     [SIM_POINT_ATOMIC] = "atomic",	[SIM_POINT_LOAD] = "load",
	[SIM_POINT_STORE] = "store",   [SIM_POINT_ENTER] = "reader",	[SIM_POINT_STEP] = "step",
	[SIM_POINT_UNLOCK] = "unlock", [SIM_POINT_RELEASE] = "",	[SIM_POINT_YIELD] = "polls",
	[SIM_POINT_WAKE] = "goes on",  [SIM_POINT_TIMEOUT] = "is over",
};

struct names {
	u64 offsets[MAX_LINES * MAX_FRAMES];
	char texts[MAX_LINES * MAX_FRAMES][SYMBOL_BYTES];
	bool is_inner[MAX_LINES * MAX_FRAMES];
};

static void ask_names(struct names *names)
{
	for (u32 i = 0; i < story->nr; i++)
		memcpy(&names->offsets[(size_t)i * MAX_FRAMES], story->lines[i].frames,
		       sizeof(story->lines[i].frames));
	symbol_names(names->offsets, story->nr * MAX_FRAMES, names->texts, names->is_inner);
}

static const char *where(const struct names *names, u32 line)
{
	for (u32 i = line * MAX_FRAMES; i < (line + 1) * MAX_FRAMES && names->offsets[i]; i++) {
		if (!names->is_inner[i])
			return names->texts[i];
	}
	return "";
}

/* Threads that do anything, by slot: their columns. */
static u32 give_columns(u8 columns[SIM_SCHEDULE_THREADS])
{
	u32 nr = 0;

	memset(columns, 0xff, SIM_SCHEDULE_THREADS);
	for (u32 i = 0; i < story->nr; i++) {
		u8 slot = story->lines[i].slot;

		if (columns[slot] == 0xff)
			columns[slot] = (u8)(nr < MAX_COLUMNS - 1 ? nr++ : nr);
	}
	return nr;
}

void story_print(FILE *out)
{
	struct names *names = calloc(1, sizeof(*names));
	u8 columns[SIM_SCHEDULE_THREADS];
	u32 nr = give_columns(columns);
	char text[SYMBOL_BYTES + 16], before[SYMBOL_BYTES + 16] = "";

	if (!names)
		return;
	ask_names(names);
	fputs("       ", out);
	for (u32 column = 0; column < nr; column++) {
		for (u32 slot = 0; slot < SIM_SCHEDULE_THREADS; slot++) {
			if (columns[slot] == column)
				fprintf(out, "%-*s", COLUMN, story->names[slot]);
		}
	}
	fputc('\n', out);
	for (u32 i = 0; i < story->nr; i++) {
		const struct line *line = &story->lines[i];

		snprintf(text, sizeof(text), "%s %s", kind_names[line->kind], where(names, i));
		if (i && story->lines[i - 1].slot == line->slot && !strcmp(text, before))
			continue;
		fprintf(out, "%5u %c%*s%s\n", i + 1,
			i && story->lines[i - 1].slot != line->slot ? '>' : ' ',
			(int)columns[line->slot] * COLUMN, "", text);
		snprintf(before, sizeof(before), "%s", text);
	}
	if (story->is_cut)
		fprintf(out, "... and more\n");
	free(names);
}
