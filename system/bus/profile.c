// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the SMMUv3 of a bus is able to do: defaults of the model's parameter
 * tables, and on them the profiles that a test may ask for by name.
 */
#include <errno.h>
#include <string.h>

#include "system/bus/internal.h"

static void set_defaults(struct smmu_params *params, const struct sim_param *table, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		u64 *field = (u64 *)((char *)params + table[i].offset);

		*field = table[i].def;
	}
}

/*
 * QEMU 7.2, -M virt,iommu=smmuv3 (tests/oracle/idr_qemu72.json). It says SMMUv3.1 (AIDR), which
 * gates nothing by itself.
 */
static void set_qemu72(struct smmu_params *params)
{
	params->sid_bits = 16;
	params->ssid_bits = 0;
	params->oas_bits = 44;
	params->st_2level = 1;
	params->cd_2level = 0;
	params->asid16 = 1;
	params->hyp = 0;
	params->had = 1;
	params->gran16k = 1;
	params->gran64k = 1;
	params->ril = 1;
	params->sev = 0;
	params->abort_only = 1;
	params->attr_perms_ovr = 0;
	params->stall = 0;
	params->cmdq_lg2 = 19;
	params->evtq_lg2 = 19;
	params->msi = 0;
	params->arch_minor = 1;
	params->bbml = 2;
}

int sys_bus_profile(const char *name, struct smmu_params *params)
{
	memset(params, 0, sizeof(*params));
	set_defaults(params, smmu_feature_table, smmu_feature_count);
	set_defaults(params, smmu_cache_table, smmu_cache_count);
	set_defaults(params, smmu_timing_table, smmu_timing_count);
	if (!name)
		return 0;
	if (strcmp(name, "qemu72") != 0)
		return -EINVAL;
	set_qemu72(params);
	return 0;
}
