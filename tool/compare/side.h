/* SPDX-License-Identifier: GPL-2.0-only */
/* A result folder that is compared: result.json of a run, points.json of a sweep or study. */
#ifndef TOOL_COMPARE_SIDE_H
#define TOOL_COMPARE_SIDE_H

#include <jansson.h>

#include "sim/types.h"

struct compare_side {
	const char *path; /* the caller's */
	json_t *root;	  /* heap; NULL: not loaded */
	bool has_points;  /* of a sweep or study */
	u32 nr_points;	  /* 1 of a run */
};

/**
 * compare_side_load() - read a folder, and see that it can be compared
 * @message: TEXT_MESSAGE_MAX bytes, one line if it fails
 *
 * A run that was interrupted or got stuck has no numbers of the whole, and is refused, as is
 * a result of another form (TOOL_RESULT_FORM).
 *
 * Return: 0; -EINVAL with @message.
 */
int compare_side_load(struct compare_side *side, const char *path, char *message);

/** compare_side_unload() - free it; accepts a zeroed one. */
void compare_side_unload(struct compare_side *side);

/**
 * compare_sides_match() - are they both runs, or sweeps of the same points?
 * Return: 0; -EINVAL with @message.
 */
int compare_sides_match(const struct compare_side *a, const struct compare_side *b, char *message);

/** compare_side_result() - of point @point, or of the run. Return: an object, borrowed. */
const json_t *compare_side_result(const struct compare_side *side, u32 point);

/** compare_side_parameters() - what point @point sets, borrowed; NULL of a run. */
const json_t *compare_side_parameters(const struct compare_side *side, u32 point);

#endif
