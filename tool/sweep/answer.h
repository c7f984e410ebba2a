/* SPDX-License-Identifier: GPL-2.0-only */
/* What a sweep or a study comes to, in sentences: a line each. */
#ifndef TOOL_SWEEP_ANSWER_H
#define TOOL_SWEEP_ANSWER_H

#include "tool/sweep/study.h"

/** answer_limits() - by what its points are limited: "Limited by ... at 2 of 4 points, by ...
 * at 2." */
void answer_limits(FILE *out, const struct sweep *sweep);

/** answer_scaling() - of a study of faults a second: how far each curve comes */
void answer_scaling(FILE *out, const struct study *study, const struct sweep *sweep);

#endif
