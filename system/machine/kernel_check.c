// SPDX-License-Identifier: GPL-2.0-only
/* Which machines a kernel can be the software of. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "linux/world/linux.h"
#include "system/machine/kernel.h"

static bool is_platform(const struct sys_group *group)
{
	return group->device_kind == SYS_DEVICE_PLATFORM;
}

static bool is_endpoint_of_smmu(const struct sys_config *config, const struct sys_group *group)
{
	return config->iommu == SYS_IOMMU_SMMUV3 && !is_platform(group);
}

/* What the kernel's driver needs of its devices. NULL: it is there. */
static const char *unfit_group(const struct sys_config *config, u32 number)
{
	const struct sys_group *group = sys_config_group(config, number);

	if (!sys_group_is_sva(config, number))
		return "driver linux serves devices in handler.mode sva, so far";
	if (is_endpoint_of_smmu(config, group) && config->handler.iopf)
		return "driver linux: arm-smmu-v3 has no handler of page requests; expected handler.iopf "
		       "false with device.kind pcie";
	if (is_platform(group) && !config->smmu.stall)
		return "driver linux needs smmu.features.stall: SVA of a platform device has no other "
		       "way";
	if (group->faults == SYS_FAULTS_REPORT)
		return "driver linux: who submits what an endpoint reports is software of ours; "
		       "expected device.faults wait";
	return NULL;
}

static const char *unfit_devices(const struct sys_config *config)
{
	const char *wrong = NULL;

	for (u32 i = 0; i < sys_config_nr_groups(config) && !wrong; i++)
		wrong = unfit_group(config, i);
	return wrong;
}

static const char *unfit_iommu(const struct sys_config *config)
{
	if (config->iommu == SYS_IOMMU_SMMUV3 && (!config->smmu.stage1 || !config->smmu.ssid_bits))
		return "driver linux needs smmu.features.stage1 and ssid_bits: SVA has no other way";
	return NULL; /* what our driver needs, the kernel's does too */
}

static const char *unfit(const struct sys_config *config)
{
	const char *wrong;

	/* It needs no process, and no faults. */
	if (config->benchmark_kind == SYS_BENCHMARK_MAP_UNMAP && config->iommu == SYS_IOMMU_SMMUV3)
		return NULL;
	wrong = unfit_devices(config);
	if (wrong)
		return wrong;
	if (config->dispatch != SYS_DISPATCH_AUTO)
		return "driver linux: handler.dispatch is the kernel's to choose; expected auto";
	if (config->benchmark_kind != SYS_BENCHMARK_NONE)
		return "driver linux: of benchmark programs map-unmap runs on a kernel, for iommu "
		       "smmuv3; expected benchmark.kind none";
	if (config->mm_mprotect.interval_ps || config->mm_fork.interval_ps ||
	    config->mm_munmap.is_elsewhere)
		return "driver linux: of mm_events there are munmap, of what devices use, and exit, so "
		       "far";
	return unfit_iommu(config);
}

/* A kernel has drivers of one kind of IOMMU. */
static bool is_built_for(const struct sys_config *config)
{
	return !strcmp(linux_iommu_kind(), sys_iommu_kind_names[config->iommu]);
}

int sys_kernel_check(const struct sys_config *config, char *message, size_t message_bytes)
{
	const char *wrong;

	if (config->driver != SYS_DRIVER_LINUX)
		return 0;
	if (linux_is_built() && !is_built_for(config)) {
		snprintf(message, message_bytes,
			 "driver linux: this kernel was built for iommu %s (scripts/linux build "
			 "--arch)",
			 linux_iommu_kind());
		return -EINVAL;
	}
	wrong = linux_is_built()
			? unfit(config)
			: "driver linux needs a kernel: build with 'scripts/linux build TREE -o DIR', "
			  "and run DIR/iopfsim (docs/linux-drivers.md)";
	if (!wrong)
		return 0;
	snprintf(message, message_bytes, "%s", wrong);
	return -EINVAL;
}
