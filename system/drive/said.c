// SPDX-License-Identifier: GPL-2.0-only
/* Text that grows, and what a step looks like in it. */
#define _GNU_SOURCE
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "sim/sim.h"
#include "system/drive/internal.h"

void drive_say(struct drive_said *said, const char *format, ...)
{
	char line[1024];
	va_list args;
	size_t bytes;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	bytes = strlen(line);
	if (said->used + bytes + 1 > said->size) {
		said->size = 2 * said->size + sizeof(line);
		said->text = realloc(said->text, said->size);
		sim_assert(said->text);
	}
	memcpy(said->text + said->used, line, bytes + 1);
	said->used += bytes;
}

const char *drive_said_text(const struct drive_said *said)
{
	return said->text ? said->text : "";
}

static void say_value(struct drive_said *said, const struct text_node *node)
{
	if (node->kind == TEXT_SCALAR) {
		drive_say(said, " %s %s", node->key->text, node->text);
		return;
	}
	drive_say(said, " %s ", node->key->text);
	for (const struct text_node *word = node->first; word; word = word->next)
		drive_say(said, "%s%s", word->text, word->next ? " or " : "");
}

void drive_say_step(struct drive_said *said, const struct drive_step *step)
{
	drive_say(said, "%s", step->verb->name);
	for (const struct text_node *node = step->node->first; node; node = node->next) {
		if (strcmp(node->key->text, "steps") != 0 && strcmp(node->key->text, "ends") != 0 &&
		    strcmp(node->key->text, "in") != 0)
			say_value(said, node);
	}
}

const char *drive_error_name(int err)
{
	const char *name = err ? strerrorname_np(-err) : "ok";

	return name ? name : "an error that has no name";
}

void drive_say_lines(struct drive *drive, char *text)
{
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		drive_say(&drive->said, "  %s\n", line);
}

void drive_say_round(struct drive *drive)
{
	if (drive->at != &drive->round)
		return;
	drive_say(&drive->said, "repeat: this round, %llu ns:\n", drive->swept_ps / SIM_PS_PER_NS);
	drive_say_lines(drive, drive->round.text);
	drive->at = &drive->said;
}
