/* SPDX-License-Identifier: GPL-2.0-only */
/* How often software said something, by the specification's name. */
#ifndef TESTS_MODELS_TALLY_H
#define TESTS_MODELS_TALLY_H

#include <string.h>

#include "models/common/traffic.h"

static inline u64 tally(const struct iommu_tallies *tallies, const char *name)
{
	for (u32 i = 0; i < tallies->nr; i++) {
		if (!strcmp(tallies->of[i].name, name))
			return tallies->of[i].nr;
	}
	return 0;
}

#endif
