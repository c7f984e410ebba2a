// SPDX-License-Identifier: GPL-2.0-only
/* Reading result folders back, see side.h. What stands in them is not trusted. */
#include "tool/compare/side.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tool/common/folder.h"
#include "tool/common/tool.h"

#define RUN_FILE "result.json"
#define SWEEP_FILE "points.json"

/* A result has all of these, whatever was simulated. */
static const char *const needed[] = {"verdict", "faults", "run", "configuration"};

const json_t *compare_side_result(const struct compare_side *side, u32 point)
{
	if (!side->has_points)
		return side->root;
	return json_object_get(json_array_get(json_object_get(side->root, "points"), point),
			       "result");
}

const json_t *compare_side_parameters(const struct compare_side *side, u32 point)
{
	if (!side->has_points)
		return NULL;
	return json_object_get(json_array_get(json_object_get(side->root, "points"), point),
			       "parameters");
}

static int refuse(const struct compare_side *side, char *message, const char *why)
{
	snprintf(message, TEXT_MESSAGE_MAX, "%.500s: %.400s", side->path, why);
	return -EINVAL;
}

static int read_file(struct compare_side *side, const char *name, char *message)
{
	char path[FOLDER_PATH_MAX + 32], why[256];
	json_error_t error;

	snprintf(path, sizeof(path), "%s/%s", side->path, name);
	side->root = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
	if (json_is_object(side->root))
		return 0;
	snprintf(why, sizeof(why), "%s, line %d: %.160s", name, side->root ? 1 : error.line,
		 side->root ? "is no object" : error.text);
	return refuse(side, message, why);
}

static int check_form(const struct compare_side *side, const json_t *result, char *message)
{
	const json_t *form = json_object_get(result, "form");
	char why[128];

	if (json_is_integer(form) && json_integer_value(form) == TOOL_RESULT_FORM)
		return 0;
	snprintf(why, sizeof(why), "its results are of form %lld, this program's of form %d",
		 json_integer_value(form), TOOL_RESULT_FORM);
	return refuse(side, message, why);
}

static int check_result(const struct compare_side *side, const json_t *result, char *message)
{
	char why[128];

	if (!json_is_object(result))
		return refuse(side, message, "a point of it has no result");
	if (check_form(side, result, message))
		return -EINVAL;
	for (size_t i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
		if (json_is_object(json_object_get(result, needed[i])))
			continue;
		snprintf(why, sizeof(why), "its result lacks '%s'", needed[i]);
		return refuse(side, message, why);
	}
	if (!json_is_array(json_object_get(result, "locks")))
		return refuse(side, message, "its result lacks 'locks'");
	if (json_is_true(json_object_get(result, "stuck")))
		return refuse(side, message,
			      "its machine got stuck: there are no numbers of the whole");
	return 0;
}

static int check(struct compare_side *side, char *message)
{
	const json_t *points = json_object_get(side->root, "points");

	if (json_is_true(json_object_get(side->root, "interrupted")))
		return refuse(side, message, "was interrupted: there are no numbers of the whole");
	side->nr_points = side->has_points ? (u32)json_array_size(points) : 1;
	if (!side->nr_points)
		return refuse(side, message, "has no points");
	for (u32 i = 0; i < side->nr_points; i++) {
		if (check_result(side, compare_side_result(side, i), message))
			return -EINVAL;
	}
	return 0;
}

int compare_side_load(struct compare_side *side, const char *path, char *message)
{
	*side = (struct compare_side){.path = path};
	side->has_points = !folder_has(path, RUN_FILE);
	if (side->has_points && !folder_has(path, SWEEP_FILE))
		return refuse(side, message,
			      "is no iopfsim folder (it has neither result.json nor points.json)");
	if (read_file(side, side->has_points ? SWEEP_FILE : RUN_FILE, message))
		return -EINVAL;
	return check(side, message);
}

void compare_side_unload(struct compare_side *side)
{
	json_decref(side->root);
	*side = (struct compare_side){0};
}

int compare_sides_match(const struct compare_side *a, const struct compare_side *b, char *message)
{
	char why[256];

	if (a->has_points != b->has_points) {
		snprintf(why, sizeof(why), "is of a %s, %.160s is of a %s",
			 b->has_points ? "sweep or study" : "run", a->path,
			 a->has_points ? "sweep or study" : "run");
		return refuse(b, message, why);
	}
	if (a->nr_points != b->nr_points) {
		snprintf(why, sizeof(why), "has %u points, %.160s has %u", b->nr_points, a->path,
			 a->nr_points);
		return refuse(b, message, why);
	}
	for (u32 i = 0; a->has_points && i < a->nr_points; i++) {
		if (json_equal(compare_side_parameters(a, i), compare_side_parameters(b, i)))
			continue;
		snprintf(why, sizeof(why), "point %u has other parameters than that of %.160s",
			 i + 1, a->path);
		return refuse(b, message, why);
	}
	return 0;
}
