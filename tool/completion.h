/* SPDX-License-Identifier: GPL-2.0-only */
/* iopfsim completion: what a shell may offer behind the command. */
#ifndef TOOL_COMPLETION_H
#define TOOL_COMPLETION_H

#include "tool/options.h"

/** completion_bash() - print a completion for bash, of @verbs, their options, and all parameters.
 */
void completion_bash(const struct tool_verb *verbs);

#endif
