// SPDX-License-Identifier: GPL-2.0-only
/* Commands and writes of registers, see traffic.h. */
#include "tool/compare/traffic.h"

#include <stdlib.h>
#include <string.h>

#include "tool/compare/number.h"

static const char *const places[] = {"commands", "registers.writes"};

struct list {
	struct compare_tally *tallies;
	u32 nr;
};

/* That of a name; a new one where there is none yet. NULL without memory. */
static struct compare_tally *tally_of(struct list *list, bool is_command, const char *name)
{
	struct compare_tally *grown;

	for (u32 i = 0; i < list->nr; i++) {
		if (list->tallies[i].is_command == is_command &&
		    !strcmp(list->tallies[i].name, name))
			return &list->tallies[i];
	}
	grown = realloc(list->tallies, (list->nr + 2) * sizeof(*grown));
	if (!grown)
		return NULL;
	list->tallies = grown;
	grown[list->nr] = (struct compare_tally){.is_command = is_command, .name = name};
	return &grown[list->nr++];
}

/* What stands in one unit's object. */
static bool add_names(struct list *list, bool is_command, const json_t *counts, bool is_b)
{
	void *at = json_object_iter((json_t *)counts);

	for (; at; at = json_object_iter_next((json_t *)counts, at)) {
		struct compare_tally *tally = tally_of(list, is_command, json_object_iter_key(at));

		if (!tally)
			return false;
		*(is_b ? &tally->b : &tally->a) += json_number_value(json_object_iter_value(at));
	}
	return true;
}

static bool add_units(struct list *list, u32 place, const json_t *result, bool is_b)
{
	const json_t *units = json_object_get(result, "iommus");
	void *at = json_object_iter((json_t *)units);
	bool is_done = true;

	for (; at && is_done; at = json_object_iter_next((json_t *)units, at))
		is_done = add_names(list, !place,
				    compare_find(json_object_iter_value(at), places[place]), is_b);
	return is_done;
}

struct compare_tally *compare_traffic(const json_t *a, const json_t *b, u32 *nr)
{
	struct list list = {.tallies = malloc(sizeof(*list.tallies))};
	bool is_done = list.tallies != NULL;

	for (u32 place = 0; is_done && place < 2; place++)
		is_done = add_units(&list, place, a, false) && add_units(&list, place, b, true);
	if (!is_done) {
		free(list.tallies);
		return NULL;
	}
	*nr = list.nr;
	return list.tallies;
}
