/* SPDX-License-Identifier: GPL-2.0-only */
/* Why accesses were aborted, as far as software was told: the first reasons of different kinds. */
#ifndef SYSTEM_ABORTS_H
#define SYSTEM_ABORTS_H

#include "system/result/result.h"

struct sys_aborts {
	u32 nr;
	u32 kinds[SYS_MAX_REASONS];
	struct sys_reason reasons[SYS_MAX_REASONS];
};

/**
 * sys_aborts_note() - one more, for a reason
 * @kind: of the reason: each is said once, by its first text, and counted
 */
void __attribute__((__format__(printf, 3, 4)))
sys_aborts_note(struct sys_aborts *aborts, u32 kind, const char *format, ...);

#endif
