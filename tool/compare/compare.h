/* SPDX-License-Identifier: GPL-2.0-only */
/* Result folders compared: each with the first, point by point. */
#ifndef TOOL_COMPARE_H
#define TOOL_COMPARE_H

#include <stdio.h>

#include "tool/compare/pair.h"
#include "tool/compare/side.h"

#define COMPARE_MAX_SIDES 16

struct compare {
	struct compare_side sides[COMPARE_MAX_SIDES];
	u32 nr_sides;
	u32 nr_points;		    /* 1 of runs */
	struct compare_pair *pairs; /* heap: of each further side, of each point */
};

/**
 * compare_make() - read @nr folders and compare all with the first
 * @nr: 2 to COMPARE_MAX_SIDES
 * @message: TEXT_MESSAGE_MAX bytes, one line if it fails
 *
 * Return: 0; -EINVAL with @message if they cannot be compared; -ENOMEM. compare_finish() frees it
 * in any case.
 */
int compare_make(struct compare *compare, const char *const *paths, u32 nr, char *message);
void compare_finish(struct compare *compare);

/** compare_pair_at() - side @side, 1 or more, against the first. */
const struct compare_pair *compare_pair_at(const struct compare *compare, u32 side, u32 point);

/** compare_point_name() - "handler.extra 2us, machine.cpus 4"; "" of a run. Return: @text. */
const char *compare_point_name(const struct compare *compare, u32 point, char text[256]);

#endif
