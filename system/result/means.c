// SPDX-License-Identifier: GPL-2.0-only
/* Means of durations, see means.h. */
#include "system/result/means.h"

#include "sim/sim.h"

#define PS_PER_NS 1000
#define STEPS_PER_NS 1024
#define MAX_PARTS 64

u64 sys_mean(unsigned __int128 total_ps, u64 count)
{
	unsigned __int128 divisor = (unsigned __int128)PS_PER_NS * count;

	return count ? (u64)((total_ps * STEPS_PER_NS + divisor / 2) / divisor) : 0;
}

/* The part with the largest remainder that is not used yet. */
static u32 largest(const unsigned __int128 *remainders, const bool *used, u32 nr)
{
	u32 best = nr;

	for (u32 i = 0; i < nr; i++) {
		if (!used[i] && (best == nr || remainders[i] > remainders[best]))
			best = i;
	}
	return best;
}

void sys_part_means(const unsigned __int128 *parts, u32 nr, u64 count, u64 *means)
{
	unsigned __int128 divisor = (unsigned __int128)PS_PER_NS * count, whole = 0;
	unsigned __int128 remainders[MAX_PARTS];
	bool used[MAX_PARTS] = {false};
	u64 missing;

	sim_assert(nr <= MAX_PARTS);
	for (u32 i = 0; i < nr; i++)
		whole += parts[i];
	missing = sys_mean(whole, count);
	for (u32 i = 0; i < nr; i++) {
		means[i] = count ? (u64)(parts[i] * STEPS_PER_NS / divisor) : 0;
		remainders[i] = count ? parts[i] * STEPS_PER_NS % divisor : 0;
		missing -= means[i];
	}
	/* the parts add up to the whole, so at most one step a part is missing */
	sim_assert(missing <= nr);
	for (; missing; missing--) {
		u32 i = largest(remainders, used, nr);

		used[i] = true;
		means[i]++;
	}
}
