// SPDX-License-Identifier: GPL-2.0-only
/* What has been counted when a scenario ends. */
#include <string.h>

#include "system/drive/internal.h"

static void say_queues(struct drive *drive, u32 number)
{
	struct sys_iommu *iommu = drive->machine->iommus[number];
	struct sys_iommu_stats stats = {0};

	drive->machine->driver->stats(iommu, &stats);
	for (u32 i = 0; i < stats.nr_queues; i++) {
		const struct iommu_queue_stats *counts = &stats.queues[i].counts;

		if (stats.queues[i].places || !counts->pushed)
			continue;
		drive_say(&drive->said, "  %s%u.%s: %llu", drive->machine->driver->unit, number,
			  stats.queues[i].name, counts->pushed);
		if (counts->overflows)
			drive_say(&drive->said, ", overflows %llu", counts->overflows);
		drive_say(&drive->said, "\n");
	}
}

void drive_say_counts(struct drive *drive)
{
	const struct drive_counts *counts = &drive->counts;

	if (!drive->is_racy) {
		drive_say(&drive->said, "counts\n  accesses %llu: done %llu, aborted %llu",
			  counts->accesses, counts->done, counts->aborted);
		if (counts->stale)
			drive_say(&drive->said, ", stale %llu", counts->stale);
		drive_say(&drive->said, "\n  page faults for devices: %llu\n",
			  linux_nr_page_faults());
		for (u32 i = 0; i < drive->machine->config->machine.nr_iommus; i++)
			say_queues(drive, i);
	}
	drive_say(&drive->said, "warnings %llu\n", linux_nr_warnings());
}
