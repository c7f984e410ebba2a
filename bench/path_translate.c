// SPDX-License-Identifier: GPL-2.0-only
/*
 * The functional SMMUv3 without a clock. Cached: 16 pages in turn, so that the
 * entry found last does not help. Walked: 4096 pages drawn from 1 GiB, in random
 * order, TLBs and walk caches off, configuration cached: four descriptors each.
 */
#include <errno.h>
#include <stdio.h>

#include "bench/paths.h"
#include "bench/rig.h"
#include "sim/rng.h"
#include "sim/sim.h"

#define VA_BASE 0x100000000ULL
#define PA_BASE 0x80000000ULL
#define NR_CACHED 16
#define NR_WALKED 4096

static u64 page_va[NR_WALKED];

/* Pages of a run, drawn from more unless that is 0, in which case they follow each other. */
struct pages {
	u32 nr;
	u64 nr_drawn_from;
};

static int pages_map(struct bench_rig *rig, struct pages pages)
{
	struct sim_rng rng;

	sim_rng_init(&rng, 1, "pages");
	for (u32 i = 0; i < pages.nr; i++) {
		u64 page = pages.nr_drawn_from ? sim_rng_below(&rng, pages.nr_drawn_from) : i;

		page_va[i] = VA_BASE + page * 4096;
		if (bench_rig_map(rig, page_va[i], PA_BASE + page * 4096))
			return -ENOMEM;
	}
	return 0;
}

/* Translate them again and again; Return: 0, or -EIO for a wrong answer. */
static int pages_translate(struct bench_rig *rig, u32 nr_pages, u64 nr)
{
	struct port_access access = {.len_bytes = 64};
	u64 wrong = 0;

	for (u64 i = 0; i < nr; i++) {
		access.iova = page_va[i % nr_pages] + 64;
		access.is_write = i & 1;
		if (smmu_translate(rig->smmu, BENCH_SID, &access) != PORT_DONE)
			return -EIO;
		wrong |= access.pa ^ (access.iova - VA_BASE + PA_BASE);
	}
	return wrong ? -EIO : 0;
}

static int translations_run(struct bench_rig *rig, struct pages pages, struct bench_run *run)
{
	int err = bench_rig_start(rig);

	if (!err)
		err = pages_map(rig, pages);
	if (!err)
		err = pages_translate(rig, pages.nr, pages.nr);
	if (err)
		return err;
	run->cpu_ns = bench_cpu_ns();
	err = pages_translate(rig, pages.nr, run->nr_wanted);
	run->cpu_ns = bench_cpu_ns() - run->cpu_ns;
	run->nr_done = run->nr_wanted;
	return err;
}

static int translations(struct bench_rig *rig, struct pages pages, struct bench_run *run)
{
	int err = sim_init(1, 0);

	if (!err)
		err = translations_run(rig, pages, run);
	if (err)
		snprintf(run->message, sizeof(run->message), "%s",
			 err == -EIO ? "a translation came out wrong" : "no memory");
	sim_finish();
	return err;
}

int bench_translations_cached(struct bench_run *run)
{
	struct bench_rig rig;

	bench_rig_defaults(&rig);
	return translations(&rig, (struct pages){NR_CACHED, 0}, run);
}

int bench_translations_walked(struct bench_run *run)
{
	struct bench_rig rig;

	bench_rig_defaults(&rig);
	rig.smmu_params.utlb_entries = 0;
	rig.smmu_params.tlb_entries = 0;
	rig.smmu_params.walk_l0_entries = 0;
	rig.smmu_params.walk_l1_entries = 0;
	rig.smmu_params.walk_l2_entries = 0;
	rig.smmu_params.walk_l3_entries = 0;
	return translations(&rig, (struct pages){NR_WALKED, 1 << 18}, run);
}
