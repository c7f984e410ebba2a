/* SPDX-License-Identifier: GPL-2.0-only */
/* Many numbers in order: a run sorts a million times of stages, which qsort() takes a tenth of its
 * time for. */
#ifndef SYSTEM_SORT_H
#define SYSTEM_SORT_H

#include "sim/types.h"

/**
 * sys_sort() - @values ascending, by their bytes
 * @scratch: room for as many
 */
void sys_sort(u64 *values, u64 *scratch, u64 nr);

#endif
