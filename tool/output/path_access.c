// SPDX-License-Identifier: GPL-2.0-only
/* The path of accesses that do not fault: device, IOMMU, memory. */
#include "tool/common/human.h"
#include "tool/output/path.h"

static void add_device(struct path *path, const struct path_run *run)
{
	struct path_box *box = path_add(path, "Device");
	char rate[HUMAN_BYTES];

	box->is_hardware = true;
	path_say(box, "%llu accesses by %llu device%s", run->result->all.dma.accesses,
		 run->config->machine.nr_devices, run->config->machine.nr_devices == 1 ? "" : "s");
	path_say(box, "%s", human_rate(rate, run->result->throughput_bytes_per_s));
}

static void add_iommu(struct path *path, const struct path_run *run)
{
	struct path_box *box = path_add(path, sys_iommu_titles[run->config->iommu]);
	u64 hits = sys_result_number(run->result, "tlb.hits");
	u64 misses = sys_result_number(run->result, "tlb.misses");
	char share[HUMAN_BYTES];

	box->is_hardware = true;
	path_say(box, "%s of %llu translations are in its caches",
		 human_share(share, hits, hits + misses), hits + misses);
}

static void add_memory(struct path *path, const struct path_run *run)
{
	struct path_box *box = path_add(path, "Memory");
	char size[HUMAN_BYTES];

	box->is_hardware = true;
	path_say(box, "%s moved", human_size(size, run->result->all.dma.bytes));
}

void path_of_accesses(struct path *path, const struct path_run *run)
{
	add_device(path, run);
	add_iommu(path, run);
	add_memory(path, run);
	path->rows[0] = "An access is translated";
	path->caption = "The path of an access. None faulted.";
}

u32 path_limit_of_accesses(const struct sys_limit *limit)
{
	switch (limit->resource) {
	case SYS_RESOURCE_MEMORY:
		return 2;
	case SYS_RESOURCE_COMMANDS:
	case SYS_RESOURCE_WALKER:
	case SYS_RESOURCE_QUEUE:
	case SYS_RESOURCE_STALLS:
		return 1;
	default:
		return 0;
	}
}
