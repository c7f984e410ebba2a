// SPDX-License-Identifier: GPL-2.0-only
/* The table of Student's t distribution, 97.5 % (two sides: 95 %), see student.h. */
#include "system/result/student.h"

#include "sim/sim.h"

static const u32 up_to_30[] = {
	12706, 4303, 3182, 2776, 2571, 2447, 2365, 2306, 2262, 2228, 2201, 2179, 2160, 2145, 2131,
	2120,  2110, 2101, 2093, 2086, 2080, 2074, 2069, 2064, 2060, 2056, 2052, 2048, 2045, 2042,
};

static const struct {
	u32 freedom, t;
} beyond[] = {{1000, 1962}, {120, 1980}, {60, 2000}, {40, 2021}};

u32 sys_student_t(u32 freedom)
{
	const u32 nr = sizeof(up_to_30) / sizeof(up_to_30[0]);

	sim_assert(freedom);
	for (u32 i = 0; i < sizeof(beyond) / sizeof(beyond[0]); i++) {
		if (freedom >= beyond[i].freedom)
			return beyond[i].t;
	}
	return up_to_30[(freedom < nr ? freedom : nr) - 1];
}
