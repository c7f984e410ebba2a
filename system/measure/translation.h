/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Translations and invalidations of one IOMMU since the start. Those that a port answers at
 * once are not seen one by one: the model counts them, and all take the same.
 */
#ifndef SYSTEM_TRANSLATION_H
#define SYSTEM_TRANSLATION_H

#include "system/result/result.h"

/** sys_translation_init() - in the arena, empty. 0 or -ENOMEM. */
int sys_translation_init(struct sys_translation *translation);

/** sys_translation_start() - empty again */
void sys_translation_start(struct sys_translation *translation);

/** sys_translation_note(), ..._note_inval() - the model says so (models/common/observer.h) */
void sys_translation_note(struct sys_translation *translation, enum iommu_translation what,
			  u64 took_ps);
void sys_translation_note_inval(struct sys_translation *translation,
				const struct iommu_invalidation *done);

/**
 * sys_translation_result() - a copy, and what the IOMMU counted from @start to @end
 * Return: 0 or -ENOMEM.
 */
int sys_translation_result(const struct sys_translation *translation,
			   const struct sys_iommu_stats *start, const struct sys_iommu_stats *end,
			   struct sys_translation *result);

/** sys_translation_add() - into @sum, which sys_translation_init() made. */
void sys_translation_add(struct sys_translation *sum, const struct sys_translation *one);

#endif
