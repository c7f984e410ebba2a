// SPDX-License-Identifier: GPL-2.0-only
/*
 * See order.h. Names of classes are compared by address: sim/schedule/lock.c has one of each.
 * Left out: locks of one class inside each other, which need annotations, and interrupts.
 */
#include "explore/order.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/sim.h"

#define MAX_CLASSES 128

struct orders {
	u32 nr;
	const char *names[MAX_CLASSES];
	bool is_inside[MAX_CLASSES][MAX_CLASSES]; /* [outer][inner], over others too */
	char found[512];
};

/* In the host's memory: it learns from all schedules. */
static struct orders *orders;

int order_init(void)
{
	orders = calloc(1, sizeof(*orders));
	return orders ? 0 : -ENOMEM;
}

static u32 class_of(const char *name)
{
	for (u32 i = 0; i < orders->nr; i++) {
		if (orders->names[i] == name)
			return i;
	}
	sim_assert(orders->nr < MAX_CLASSES);
	orders->names[orders->nr] = name;
	return orders->nr++;
}

/* All that is outside of @outer is now outside of all that is inside @inner. */
static void close(u32 outer, u32 inner)
{
	for (u32 i = 0; i < orders->nr; i++) {
		if (i != outer && !orders->is_inside[i][outer])
			continue;
		orders->is_inside[i][inner] = true;
		for (u32 j = 0; j < orders->nr; j++)
			orders->is_inside[i][j] |= orders->is_inside[inner][j];
	}
}

void order_nesting(const char *outer_name, const char *inner_name)
{
	u32 outer, inner;

	if (outer_name == inner_name)
		return;
	outer = class_of(outer_name);
	inner = class_of(inner_name);
	if (orders->is_inside[outer][inner])
		return;
	if (orders->is_inside[inner][outer] && !orders->found[0])
		snprintf(orders->found, sizeof(orders->found),
			 "%s is taken inside %s, and %s inside %s", inner_name, outer_name,
			 outer_name, inner_name);
	close(outer, inner);
}

const char *order_found(void)
{
	return orders->found[0] ? orders->found : NULL;
}
