/* SPDX-License-Identifier: GPL-2.0-only */
/* The verbs that iopfsim has. */
#ifndef TOOL_VERBS_H
#define TOOL_VERBS_H

#include "tool/options.h"

/* A row without a name ends it. */
extern const struct tool_verb tool_verbs[];

#endif
