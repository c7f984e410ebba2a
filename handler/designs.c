// SPDX-License-Identifier: GPL-2.0-only
/* The designs by name: tables of the list in designs.h. */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>

#include "design.h"
#include "designs.h"
#include "sva_design.h"

/* --- of containers --- */

#define DECLARE(symbol, name, dispatch, about) extern const struct pfh_design pfh_design_##symbol;
#define ADDRESS(symbol, name, dispatch, about) &pfh_design_##symbol,
#define NAME(symbol, name, dispatch, about) name,

PFH_DESIGNS(DECLARE)

static const struct pfh_design *const designs[] = {PFH_DESIGNS(ADDRESS)};
const char *const pfh_design_names[] = {PFH_DESIGNS(NAME) NULL};

/* NULL: there is none. */
const struct pfh_design *pfh_find_design(const char *name)
{
	size_t i;

	for (i = 0; name && i < ARRAY_SIZE(designs); i++) {
		if (!strcmp(pfh_design_names[i], name))
			return designs[i];
	}
	return NULL;
}

const char *pfh_design_name(const struct pfh_design *design)
{
	size_t i = 0;

	while (designs[i] != design)
		i++;
	return pfh_design_names[i];
}

bool pfh_design_is_as_posted(const char *name)
{
	const struct pfh_design *design = pfh_find_design(name);

	return design && design->is_as_posted;
}

static void end_until(size_t end)
{
	while (end-- > 0) {
		if (designs[end]->end)
			designs[end]->end();
	}
}

/* 0, or -ENOMEM and none has begun. */
int pfh_designs_begin(void)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(designs); i++) {
		int err = designs[i]->begin ? designs[i]->begin() : 0;

		if (err) {
			end_until(i);
			return err;
		}
	}
	return 0;
}

void pfh_designs_end(void)
{
	end_until(ARRAY_SIZE(designs));
}

/* --- of SVA --- */

#define SVA_DECLARE(symbol, name, about) extern const struct pfh_sva_design pfh_sva_design_##symbol;
#define SVA_ADDRESS(symbol, name, about) &pfh_sva_design_##symbol,
#define SVA_NAME(symbol, name, about) name,

PFH_SVA_DESIGNS(SVA_DECLARE)

static const struct pfh_sva_design *const sva_designs[] = {PFH_SVA_DESIGNS(SVA_ADDRESS)};
const char *const pfh_sva_design_names[] = {PFH_SVA_DESIGNS(SVA_NAME) NULL};

static unsigned int chosen; /* among those of SVA */

int pfh_sva_choose_design(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sva_designs); i++) {
		if (!strcmp(pfh_sva_design_names[i], name)) {
			WRITE_ONCE(chosen, i);
			return 0;
		}
	}
	return -EINVAL;
}

const char *pfh_sva_design_name(void)
{
	return pfh_sva_design_names[READ_ONCE(chosen)];
}

const struct pfh_sva_design *pfh_sva_chosen_design(void)
{
	return sva_designs[READ_ONCE(chosen)];
}
