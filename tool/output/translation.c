// SPDX-License-Identifier: GPL-2.0-only
/*
 * Translations and invalidations: lines of the summary, and what their picture is drawn from.
 * What there was none of is left out.
 */
#include <stdio.h>

#include "system/result/percentile.h"
#include "tool/common/human.h"
#include "tool/output/output.h"

static const char *const names[IOMMU_NR_TRANSLATIONS] = {
	[IOMMU_TRANSLATION_HIT] = "tlb hits",
	[IOMMU_TRANSLATION_WALK] = "walks",
	[IOMMU_TRANSLATION_REQUEST] = "ats",
};

/* --- lines --- */

/* "94.2 % of 53247 look-ups hit": those that end in a fault miss, too. */
static void print_tlb(FILE *out, const struct sys_result *result)
{
	u64 hits = sys_result_number(result, "tlb.hits");
	u64 all = hits + sys_result_number(result, "tlb.misses");
	char share[HUMAN_BYTES];

	if (all)
		fprintf(out, "  tlb         %s of %llu look-ups hit\n",
			human_share(share, hits, all), all);
}

/* SMMUv3: -1 to 3; VT-d: 5 to 1; as many reads as there were. */
static void print_fetches(FILE *out, const struct output_run *run)
{
	const struct sys_result *result = run->result;
	u64 config = sys_result_number(result, "walker.config_fetches");
	const char *lead = ": ";
	char key[40];

	if (!sys_result_number(result, "walker.walks"))
		return;
	fprintf(out, "  fetches     %llu of configuration, of tables", config);
	for (int i = 0; i < IOMMU_LEVELS; i++) {
		u64 nr;

		snprintf(key, sizeof(key), "walker.table_fetches.%d", i);
		nr = sys_result_number(result, key);
		if (!nr)
			continue;
		fprintf(out, "%s%llu of level %d", lead, nr,
			run->config->iommu == SYS_IOMMU_VTD ? IOMMU_LEVELS - i : i - 1);
		lead = ", ";
	}
	fputc('\n', out);
}

static void print_invals(FILE *out, const struct sys_translation *translation)
{
#define INVAL_NAME(ID, key, words, help) [IOMMU_INVAL_##ID] = words,
	static const char *const kinds[IOMMU_NR_INVALS] = {IOMMU_INVALS(INVAL_NAME)};
	char mean[HUMAN_BYTES], max[HUMAN_BYTES];

	for (u32 i = 0; i < IOMMU_NR_INVALS; i++) {
		const struct sys_inval_stats *stats = &translation->invals[i];

		if (!stats->nr)
			continue;
		fprintf(out, "  invalidated %llu %s: mean %s, max %s, %llu entries dropped\n",
			stats->nr, kinds[i], human_time(mean, stats->total_ps / stats->nr),
			human_time(max, stats->max_ps), stats->nr_dropped);
	}
	if (translation->waits.nr)
		fprintf(out,
			"              threads waited %llu times until that was done, %s in all\n",
			translation->waits.nr, human_time(mean, translation->waits.total_ps));
}

static bool has_any(const struct sys_translation *translation)
{
	u64 nr = translation->waits.nr;

	for (u32 i = 0; i < IOMMU_NR_TRANSLATIONS; i++)
		nr += translation->times[i]->count;
	for (u32 i = 0; i < IOMMU_NR_INVALS; i++)
		nr += translation->invals[i].nr;
	return nr;
}

void output_translation(FILE *out, const struct output_run *run)
{
	const struct sys_translation *translation = &run->result->translation;

	if (!has_any(translation))
		return;
	fputc('\n', out);
	print_tlb(out, run->result);
	for (u32 i = 0; i < IOMMU_NR_TRANSLATIONS; i++) {
		if (translation->times[i]->count)
			output_times(out, names[i], translation->times[i], SYS_UNKNOWN);
	}
	print_fetches(out, run);
	print_invals(out, translation);
}

/* --- the picture --- */

/* It is of what is not the same each time: hits alone are no distribution. */
static bool is_drawn(const struct sys_translation *translation)
{
	return translation->times[IOMMU_TRANSLATION_WALK]->count ||
	       translation->times[IOMMU_TRANSLATION_REQUEST]->count;
}

void output_translation_dat(FILE *out, const struct output_run *run)
{
	const struct sys_translation *translation = &run->result->translation;
	const char *gap = "";
	char name[48];

	fputs("# latency of a translation, us; share of its kind at or below, %; the same in nines; "
	      "kind, and how many: a block for each of hits, walks, requests of endpoints (ats)\n",
	      out);
	for (u32 i = 0; is_drawn(translation) && i < IOMMU_NR_TRANSLATIONS; i++) {
		if (!translation->times[i]->count)
			continue;
		fputs(gap, out);
		snprintf(name, sizeof(name), "%s, %llu", names[i], translation->times[i]->count);
		output_distribution(out, translation->times[i], name);
		gap = "\n\n";
	}
}
