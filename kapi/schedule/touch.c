// SPDX-License-Identifier: GPL-2.0-only
/*
 * Where schedules are explored nothing costs anything: in place of kapi/virtual/touch.c and word.c.
 * A word that is changed atomically is a point of its own address, not of the line it lies on.
 */
#include <kapi/world.h>

#include "kapi/internal.h"
#include "sim/arena.h"

void kapi_touch(struct kapi_touch *touch)
{
}

void kapi_touch_read(const struct kapi_touch *touch)
{
}

void kapi_touch_new(struct kapi_touch *touch)
{
}

void kapi_atomic(void)
{
}

void kapi_call(void)
{
}

void kapi_settle(void)
{
}

void kapi_word_rmw(const volatile void *word)
{
	if (sim_arena_owns((const void *)word))
		sim_point(SIM_POINT_ATOMIC, word, sizeof(long));
}

void kapi_words_forget(const void *object, u64 bytes)
{
}
