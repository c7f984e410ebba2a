/* SPDX-License-Identifier: GPL-2.0-only */
/* Numbers of a result by the names that people give them. */
#ifndef TOOL_COMPARE_NUMBER_H
#define TOOL_COMPARE_NUMBER_H

#include <jansson.h>

#include "sim/types.h"

/* A number that a summary of a comparison has. */
struct compare_headline {
	const char *name; /* as people and --fail-on write it */
	const char *path; /* of result.json */
	const char *unit; /* that is shown */
	double per_unit;  /* of the number's unit in what is shown */
	int places;	  /* behind the point, shown */
};

extern const struct compare_headline compare_headlines[];
extern const u32 compare_nr_headlines;

/**
 * compare_find() - what a result has at @path, keys with dots between, items of lists by number
 * Return: borrowed; NULL: it has none.
 */
const json_t *compare_find(const json_t *result, const char *path);

/** compare_number_at() - the number at @path. Return: is it known? */
bool compare_number_at(const json_t *result, const char *path, double *value);

/**
 * compare_number() - the number at @name: a headline's name, or a path
 * Return: is it known?
 */
bool compare_number(const json_t *result, const char *name, double *value);

/** compare_is_name() - is it a headline's name, or is there something at that path? */
bool compare_is_name(const json_t *result, const char *name);

#endif
