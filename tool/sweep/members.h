/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The members of the results of a sweep's runs, JSON, one behind the other in one file of
 * memory that parent and children share: who writes takes a piece of its end.
 */
#ifndef TOOL_SWEEP_MEMBERS_H
#define TOOL_SWEEP_MEMBERS_H

#include "tool/sweep/sweep.h"

/** sweep_members_create() - 0 or -errno with @message. */
int sweep_members_create(struct sweep_members **members, char *message);
void sweep_members_destroy(struct sweep_members *members);

/** sweep_members_add() - @outcome says where they are then. 0 or -errno. */
int sweep_members_add(struct sweep_members *members, struct sweep_outcome *outcome,
		      const char *text, size_t bytes);

/** sweep_members_read() - those of @outcome, heap, as many bytes as that says; NULL: no memory. */
char *sweep_members_read(const struct sweep_members *members, const struct sweep_outcome *outcome);

#endif
