// SPDX-License-Identifier: GPL-2.0-only
/*
 * Points of a sweep as a product: `grid` has keys with lists of values, each value of one
 * with each of the others; the keys of `zip` go in step, as one more axis.
 *
 *	sweep:
 *	  grid: {smmu.features.priq_lg2: [2..11], pcie.page_request_credits: [1, 4, 32]}
 *	  zip: {machine.devices: [1, 2, 4], machine.iommus: [1, 2, 4]}
 *
 * A list has values and ranges (range.c). --sweep KEY=LIST is a key of a grid. The first key
 * changes slowest. What would make nonsense is refused before anything runs: a key twice, a
 * value twice, a key that acts at no point.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "system/config/acts.h"
#include "system/config/internal.h"

#define MAX_AXES WL_MAX_SETTINGS

/* A key with its values. */
struct axis {
	struct wl_leaf leaf;
	struct wl_setting *values; /* heap */
	u32 nr;
	bool is_zipped; /* goes with the ones of `zip` */
	struct text_where where;
	const char *option; /* NULL: of the file */
};

struct axes {
	struct axis all[MAX_AXES];
	u32 nr;
	struct wl_workload *workload;
	char *message;
};

static int complain(const struct axis *axis, const char *path, const char *problem)
{
	return text_complain(axis->where, "%s: %s", path, problem);
}

/* --- values --- */

static int add_value(struct axis *axis, const char *path, const char *text, struct text_where where)
{
	struct wl_setting *setting;

	if (axis->nr == WL_MAX_POINTS) {
		text_complain(where, "%s: more than %u values", path, WL_MAX_POINTS);
		return -EINVAL;
	}
	/* by doubling */
	if (!(axis->nr & (axis->nr - 1))) {
		setting = realloc(axis->values,
				  (size_t)(axis->nr ? 2 * axis->nr : 1) * sizeof(*setting));
		if (!setting)
			return -ENOMEM;
		axis->values = setting;
	}
	setting = &axis->values[axis->nr];
	*setting = (struct wl_setting){
		.line = where.line, .column = where.column, .option = axis->option};
	if (strlen(path) >= sizeof(setting->path) || strlen(text) >= sizeof(setting->value))
		return text_complain(where, "the setting is too long");
	snprintf(setting->path, sizeof(setting->path), "%s", path);
	snprintf(setting->value, sizeof(setting->value), "%s", text);
	axis->nr++;
	return 0;
}

static bool is_of_numbers(const struct wl_leaf *leaf)
{
	return leaf->param || leaf->word->kind == WL_WORD_SEED;
}

static int add_range(struct axis *axis, const char *path, const char *text, struct text_where where)
{
	enum sim_unit unit = axis->leaf.param ? axis->leaf.param->unit : SIM_UNIT_COUNT;
	char why[TEXT_MESSAGE_MAX], number[WL_NUMBER_BYTES];
	struct wl_range range;
	u64 nr, value;
	int err = 0;

	if (wl_range_read(&range, text, unit, why))
		return text_complain(where, "%s: %.400s", path, why);
	nr = wl_range_count(&range, WL_MAX_POINTS);
	if (nr > WL_MAX_POINTS)
		return text_complain(where,
				     "%s: range '%.40s' has %s%llu values, expected at most %u",
				     path, text, range.step ? "" : "more than ",
				     range.step ? nr : WL_MAX_POINTS, WL_MAX_POINTS);
	value = range.first;
	do {
		wl_format_number(value, unit, number, sizeof(number));
		err = add_value(axis, path, number, where);
	} while (!err && wl_range_next(&range, &value));
	return err;
}

/* One item of a list: a value, or a range. */
static int add_item(struct axis *axis, const char *path, const char *text, struct text_where where)
{
	if (wl_is_range(text) && is_of_numbers(&axis->leaf))
		return add_range(axis, path, text, where);
	return add_value(axis, path, text, where);
}

/* --- keys --- */

/* Names and titles tell runs apart for people; the platform's values are under all others. */
static bool is_no_parameter(const char *path)
{
	return !strcmp(path, "name") || !strcmp(path, "title") || !strcmp(path, "platform");
}

/* A further axis, without values yet. */
static int add_axis(struct axes *axes, const char *path, struct text_where where,
		    struct axis **added)
{
	struct axis *axis = &axes->all[axes->nr];
	char quoted[TEXT_QUOTE_BYTES];

	if (axes->nr == MAX_AXES)
		return text_complain(where, "more than %u keys with lists of values", MAX_AXES);
	*axis = (struct axis){.where = where};
	if (!wl_leaf_find(path, &axis->leaf))
		return wl_unknown_key(where, NULL, path, WL_ROLE_WORKLOAD);
	if (is_no_parameter(path))
		return text_complain(where, "%s cannot change within a sweep",
				     text_quote(quoted, path));
	for (u32 i = 0; i < axes->nr; i++) {
		char mine[WL_PATH_BYTES], other[WL_PATH_BYTES];

		/* by their present names */
		if (!strcmp(wl_leaf_path(&axis->leaf, mine),
			    wl_leaf_path(&axes->all[i].leaf, other)))
			return text_complain(where, "%s has two lists of values",
					     text_quote(quoted, path));
	}
	axes->nr++;
	*added = axis;
	return 0;
}

/* As they are when they have been set: 4KiB and 4096 are one. */
static int check_values(const struct axes *axes, const struct axis *axis)
{
	const char *path = axis->values[0].path;
	struct sys_config *scratch = malloc(sizeof(*scratch));
	char(*texts)[WL_VALUE_BYTES] = calloc(axis->nr, sizeof(*texts));
	int err = scratch && texts ? 0 : -ENOMEM;

	for (u32 i = 0; i < axis->nr && !err; i++) {
		const struct text_where where = {.file = axes->workload->path,
						 .message = axes->message};

		*scratch = axes->workload->config;
		err = wl_settings_apply(scratch, where, &axis->values[i], 1);
		if (err)
			break;
		wl_format_value(scratch, path, texts[i], sizeof(texts[i]));
		for (u32 j = 0; j < i && !err; j++) {
			char problem[128];

			if (strcmp(texts[i], texts[j]) != 0)
				continue;
			snprintf(problem, sizeof(problem), "value '%.60s' stands there twice",
				 axis->values[i].value);
			err = complain(axis, path, problem);
		}
	}
	free(scratch);
	free(texts);
	return err;
}

static int read_list(struct axes *axes, const struct text_document *doc,
		     const struct text_node *list, bool is_zipped)
{
	const char *path = list->key->text;
	const struct text_node single = *list;
	struct axis *axis;
	int err = add_axis(axes, path, text_at(doc, list->key), &axis);

	if (err)
		return err;
	axis->is_zipped = is_zipped;
	if (list->kind == TEXT_LIST && !list->nr_children)
		return complain(axis, path, "the list of values is empty");
	for (const struct text_node *item = list->kind == TEXT_LIST ? list->first : &single;
	     item && !err; item = list->kind == TEXT_LIST ? item->next : NULL) {
		char text[sizeof(axis->values->value)];

		/* a map is a distribution */
		if (item->kind == TEXT_LIST || !wl_flow(item, text, sizeof(text)))
			return text_complain(text_at(doc, item), "%s: expected a single value",
					     path);
		err = add_item(axis, path, item->kind == TEXT_SCALAR ? item->text : text,
			       text_at(doc, item));
	}
	return err ? err : check_values(axes, axis);
}

static int read_map(struct axes *axes, const struct text_document *doc, const struct text_node *map)
{
	bool is_zipped = !strcmp(map->key->text, "zip");
	int err = 0;

	if (map->kind != TEXT_MAP)
		return text_complain(text_at(doc, map), "'%s' wants keys with lists of values",
				     map->key->text);
	if (!map->nr_children)
		return text_complain(text_at(doc, map), "'%s' has no keys", map->key->text);
	for (const struct text_node *list = map->first; list && !err; list = list->next)
		err = read_list(axes, doc, list, is_zipped);
	return err;
}

/* --- points --- */

static const struct axis *first_zipped(const struct axes *axes)
{
	for (u32 i = 0; i < axes->nr; i++) {
		if (axes->all[i].is_zipped)
			return &axes->all[i];
	}
	return NULL;
}

static int check_zip(const struct axes *axes)
{
	const struct axis *first = first_zipped(axes);

	for (u32 i = 0; i < axes->nr; i++) {
		const struct axis *axis = &axes->all[i];

		if (axis->is_zipped && axis->nr != first->nr)
			return text_complain(axis->where,
					     "zip: '%s' has %u values, '%s' has %u, expected as "
					     "many",
					     axis->values[0].path, axis->nr, first->values[0].path,
					     first->nr);
	}
	return 0;
}

static int count_points(const struct axes *axes, u32 *nr_points)
{
	const struct axis *zipped = first_zipped(axes);
	u64 nr = 1;

	for (u32 i = 0; i < axes->nr; i++) {
		if (!axes->all[i].is_zipped || &axes->all[i] == zipped)
			nr = nr > ~0ULL / axes->all[i].nr ? ~0ULL : nr * axes->all[i].nr;
	}
	if (nr > WL_MAX_POINTS)
		return text_complain(axes->all[0].where,
				     "these lists make %llu points, expected at most %u", nr,
				     WL_MAX_POINTS);
	*nr_points = (u32)nr;
	return 0;
}

/* Point @index: the last axis changes fastest; those of the zip as its first one. */
static int make_point(const struct axes *axes, u32 index, struct wl_point *point)
{
	const struct axis *zipped = first_zipped(axes);
	u32 rest = index, of_zip = 0, at[MAX_AXES] = {0};

	if (wl_point_alloc(point, axes->nr))
		return -ENOMEM;
	for (u32 i = axes->nr; i-- > 0;) {
		const struct axis *axis = &axes->all[i];

		if (axis->is_zipped && axis != zipped)
			continue;
		at[i] = rest % axis->nr;
		rest /= axis->nr;
		of_zip = axis == zipped ? at[i] : of_zip;
	}
	for (u32 i = 0; i < axes->nr; i++) {
		const struct axis *axis = &axes->all[i];

		point->settings[point->nr_settings++] =
			axis->values[axis->is_zipped ? of_zip : at[i]];
	}
	return 0;
}

/* Does the key do something at some point? */
static int check_acts(const struct axes *axes, const struct axis *axis)
{
	const struct wl_workload *workload = axes->workload;
	const struct text_where where = {.file = workload->path, .message = axes->message};
	struct sys_config *scratch = malloc(sizeof(*scratch));
	const struct wl_acts *row = NULL;
	char why[WL_ACTS_BYTES];
	int err = scratch ? 0 : -ENOMEM;

	for (u32 i = 0; i < workload->nr_points && !err; i++) {
		const struct wl_point *point = &workload->points[i];

		*scratch = workload->config;
		err = wl_settings_apply(scratch, where, point->settings, point->nr_settings);
		row = err ? NULL : wl_acts(scratch, axis->values[0].path);
		if (!row)
			break;
	}
	if (!err && row)
		err = text_complain(axis->where, "'%s' has no effect at any point: it %s",
				    axis->values[0].path, wl_acts_say(why, scratch, row));
	free(scratch);
	return err;
}

static int make_points(struct axes *axes)
{
	struct wl_workload *workload = axes->workload;
	u32 nr = 0;
	int err = check_zip(axes);

	if (!err)
		err = count_points(axes, &nr);
	if (!err)
		err = wl_points_alloc(workload, nr);
	for (u32 i = 0; !err && i < nr; i++)
		err = make_point(axes, i, &workload->points[i]);
	for (u32 i = 0; !err && i < axes->nr; i++)
		err = check_acts(axes, &axes->all[i]);
	for (u32 i = 0; !err && i < nr; i++)
		err = wl_point_try(workload, &workload->points[i], axes->message);
	return err;
}

static void free_axes(struct axes *axes)
{
	for (u32 i = 0; i < axes->nr; i++)
		free(axes->all[i].values);
	free(axes);
}

int wl_axes_read(struct wl_workload *workload, const struct text_document *doc,
		 const struct text_node *map)
{
	struct axes *axes = calloc(1, sizeof(*axes));
	int err = 0;

	if (!axes)
		return -ENOMEM;
	axes->workload = workload;
	axes->message = doc->message;
	for (const struct text_node *node = map->first; node && !err; node = node->next) {
		if (!strcmp(node->key->text, "grid") || !strcmp(node->key->text, "zip"))
			err = read_map(axes, doc, node);
	}
	if (!err)
		err = make_points(axes);
	free_axes(axes);
	return err;
}

/* "a,b,c"; what stands in braces is one value. @list: cut apart. */
static int read_words(struct axis *axis, const char *path, char *list)
{
	int depth = 0, err = 0;
	char *word = list;

	for (char *c = list; !err; c++) {
		bool is_end = !*c;

		depth += (*c == '{') - (*c == '}');
		if (!is_end && (*c != ',' || depth > 0))
			continue;
		*c = 0;
		if (!*word)
			return complain(axis, path, "a value is empty, expected a,b,c");
		err = add_item(axis, path, word, axis->where);
		word = c + 1;
		if (is_end)
			break;
	}
	return err;
}

int wl_axes_of_options(struct wl_workload *workload, const struct wl_request *request,
		       char *message)
{
	const struct text_where where = {.file = "--sweep", .message = message};
	struct axes *axes = calloc(1, sizeof(*axes));
	int err = 0;

	if (!axes)
		return -ENOMEM;
	axes->workload = workload;
	axes->message = message;
	for (u32 i = 0; i < request->nr_axes && !err; i++) {
		struct wl_setting wish = request->axes[i];
		struct axis *axis = NULL;

		err = add_axis(axes, wish.path, where, &axis);
		if (!axis)
			break;
		axis->option = wish.option;
		err = read_words(axis, wish.path, wish.value);
		if (!err)
			err = check_values(axes, axis);
	}
	if (!err)
		err = make_points(axes);
	free_axes(axes);
	return err;
}
