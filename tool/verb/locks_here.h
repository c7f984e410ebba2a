/* SPDX-License-Identifier: GPL-2.0-only */
/* The study that measures this machine. Return: exit code. */
#ifndef TOOL_VERB_LOCKS_HERE_H
#define TOOL_VERB_LOCKS_HERE_H

#include "tool/common/tool.h"

int study_locks_here(const struct tool_options *options);

#endif
