// SPDX-License-Identifier: GPL-2.0-only
/* Result folders compared, see compare.h. */
#include "tool/compare/compare.h"

#include <errno.h>
#include <stdlib.h>

#include "tool/common/tool.h"

const struct compare_pair *compare_pair_at(const struct compare *compare, u32 side, u32 point)
{
	return &compare->pairs[(size_t)(side - 1) * compare->nr_points + point];
}

static int load_sides(struct compare *compare, const char *const *paths, u32 nr, char *message)
{
	for (u32 i = 0; i < nr; i++) {
		compare->nr_sides++;
		if (compare_side_load(&compare->sides[i], paths[i], message) ||
		    (i && compare_sides_match(&compare->sides[0], &compare->sides[i], message)))
			return -EINVAL;
	}
	return 0;
}

int compare_make(struct compare *compare, const char *const *paths, u32 nr, char *message)
{
	*compare = (struct compare){0};
	if (load_sides(compare, paths, nr, message))
		return -EINVAL;
	compare->nr_points = compare->sides[0].nr_points;
	compare->pairs = calloc((size_t)(nr - 1) * compare->nr_points + 1, sizeof(*compare->pairs));
	if (!compare->pairs) {
		snprintf(message, TEXT_MESSAGE_MAX, "out of memory");
		return -ENOMEM;
	}
	for (u32 side = 1; side < nr; side++) {
		for (u32 i = 0; i < compare->nr_points; i++)
			compare_pair_make((struct compare_pair *)compare_pair_at(compare, side, i),
					  compare_side_result(&compare->sides[0], i),
					  compare_side_result(&compare->sides[side], i));
	}
	return 0;
}

void compare_finish(struct compare *compare)
{
	for (u32 side = 1; compare->pairs && side < compare->nr_sides; side++) {
		for (u32 i = 0; i < compare->nr_points; i++)
			compare_pair_finish(
				(struct compare_pair *)compare_pair_at(compare, side, i));
	}
	free(compare->pairs);
	for (u32 i = 0; i < compare->nr_sides; i++)
		compare_side_unload(&compare->sides[i]);
	*compare = (struct compare){0};
}

const char *compare_point_name(const struct compare *compare, u32 point, char text[256])
{
	const json_t *parameters = compare_side_parameters(&compare->sides[0], point);
	void *at = json_object_iter((json_t *)parameters);
	FILE *out = fmemopen(text, 256, "w");

	text[0] = 0;
	for (u32 i = 0; out && at; at = json_object_iter_next((json_t *)parameters, at), i++) {
		const json_t *value = json_object_iter_value(at);

		fprintf(out, "%s%s ", i ? ", " : "", json_object_iter_key(at));
		if (json_is_string(value))
			fputs(json_string_value(value), out);
		else
			json_dumpf(value, out, JSON_ENCODE_ANY);
	}
	if (out)
		fclose(out);
	text[255] = 0;
	return text;
}
