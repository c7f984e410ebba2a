/* SPDX-License-Identifier: GPL-2.0-only */
/* Tests that are run once for each design and dispatch, in a world of its own. */
#ifndef TESTS_HANDLER_EACH_H
#define TESTS_HANDLER_EACH_H

#include "tests/handler/world.h"

typedef void (*each_fn)(struct world *world, const char *design);

static inline void each_dispatch(each_fn body, const char *design)
{
	for (int dispatch = 0; dispatch < PFH_NR_DISPATCHES; dispatch++) {
		struct world world;

		world_open(&world, dispatch);
		body(&world, design);
		world_close(&world);
	}
}

static inline void each_design(each_fn body)
{
	for (u32 i = 0; pfh_design_names[i]; i++)
		each_dispatch(body, pfh_design_names[i]);
}

/* All but the posted one, whose defects are kept. */
static inline void each_sound_design(each_fn body)
{
	for (u32 i = 0; pfh_design_names[i]; i++) {
		if (!pfh_design_is_as_posted(pfh_design_names[i]))
			each_dispatch(body, pfh_design_names[i]);
	}
}

#define EACH(which, claim, body)                                                                   \
	static void claim##_thread(void *arg)                                                      \
	{                                                                                          \
		which(body);                                                                       \
	}                                                                                          \
	static void claim(void **state)                                                            \
	{                                                                                          \
		machine_run(0, claim##_thread, NULL);                                              \
	}                                                                                          \
	struct world /* takes the semicolon */

#define EACH_DESIGN(claim, body) EACH(each_design, claim, body)
#define EACH_SOUND_DESIGN(claim, body) EACH(each_sound_design, claim, body)

#endif
