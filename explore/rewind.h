/* SPDX-License-Identifier: GPL-2.0-only */
/* The state of a machine and of all that is static, kept and put back. */
#ifndef EXPLORE_REWIND_H
#define EXPLORE_REWIND_H

#include "sim/types.h"

struct rewind;

/** rewind_save() - NULL without memory. Context: outside of threads. */
struct rewind *rewind_save(void);
void rewind_restore(const struct rewind *rewind);
u64 rewind_bytes(const struct rewind *rewind);

#endif
