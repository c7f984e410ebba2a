// SPDX-License-Identifier: GPL-2.0-only
/* See translation.h. */
#include "system/measure/translation.h"

#include <errno.h>
#include <string.h>

#include "sim/arena.h"

int sys_translation_init(struct sys_translation *translation)
{
	*translation = (struct sys_translation){0};
	for (u32 i = 0; i < IOMMU_NR_TRANSLATIONS; i++) {
		struct sim_hist *hist = sim_alloc(sizeof(*hist));

		if (!hist)
			return -ENOMEM;
		/* A fresh block is zero: touch no more of it than that needs. */
		hist->min = ~0ULL;
		translation->times[i] = hist;
	}
	return 0;
}

void sys_translation_start(struct sys_translation *translation)
{
	memset(translation->invals, 0, sizeof(translation->invals));
	for (u32 i = 0; i < IOMMU_NR_TRANSLATIONS; i++) {
		if (translation->times[i]->count)
			sim_hist_init(translation->times[i]);
	}
}

void sys_translation_note(struct sys_translation *translation, enum iommu_translation what,
			  u64 took_ps)
{
	sim_hist_add(translation->times[what], took_ps);
}

void sys_translation_note_inval(struct sys_translation *translation,
				const struct iommu_invalidation *done)
{
	struct sys_inval_stats *stats = &translation->invals[done->kind];

	stats->nr++;
	stats->nr_dropped += done->nr_dropped;
	stats->total_ps += done->took_ps;
	if (done->took_ps > stats->max_ps)
		stats->max_ps = done->took_ps;
}

static void add_invals(struct sys_inval_stats *sum, const struct sys_inval_stats *one)
{
	sum->nr += one->nr;
	sum->nr_dropped += one->nr_dropped;
	sum->total_ps += one->total_ps;
	if (one->max_ps > sum->max_ps)
		sum->max_ps = one->max_ps;
}

void sys_translation_add(struct sys_translation *sum, const struct sys_translation *one)
{
	for (u32 i = 0; i < IOMMU_NR_TRANSLATIONS; i++) {
		if (one->times[i]->count)
			sim_hist_merge(sum->times[i], one->times[i]);
	}
	for (u32 i = 0; i < IOMMU_NR_INVALS; i++)
		add_invals(&sum->invals[i], &one->invals[i]);
	sum->waits.nr += one->waits.nr;
	sum->waits.total_ps += one->waits.total_ps;
}

int sys_translation_result(const struct sys_translation *translation,
			   const struct sys_iommu_stats *start, const struct sys_iommu_stats *end,
			   struct sys_translation *result)
{
	if (sys_translation_init(result))
		return -ENOMEM;
	sys_translation_add(result, translation);
	for (u32 i = 0; i < SYS_IOMMU_MAX_HITS; i++)
		sim_hist_add_many(result->times[IOMMU_TRANSLATION_HIT], end->hits[i].each_ps,
				  end->hits[i].nr - start->hits[i].nr);
	result->waits.nr = end->waits.nr - start->waits.nr;
	result->waits.total_ps = end->waits.total_ps - start->waits.total_ps;
	return 0;
}
