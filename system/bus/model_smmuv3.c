// SPDX-License-Identifier: GPL-2.0-only
/*
 * The machine of bus.h with an SMMUv3. What it is able to do: defaults of the model's
 * parameter tables, and on them the profiles that a test may ask for by name.
 */
#include <errno.h>
#include <string.h>

#include "models/smmuv3/regs.h"
#include "models/smmuv3/smmu.h"
#include "system/bus/internal.h"

/*
 * QEMU 7.2, -M virt,iommu=smmuv3 (tests/oracle/idr_qemu72.json). It says SMMUv3.1 (AIDR), which
 * gates nothing by itself.
 */
static void set_qemu72(struct smmu_params *params)
{
	params->stage2 = 0;
	params->httu = 0;
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
	params->fwb = 0;
	params->e0pd = 0;
	params->abort_only = 1;
	params->attr_perms_ovr = 0;
	params->stall = 0;
	params->cmdq_lg2 = 19;
	params->evtq_lg2 = 19;
	params->msi = 0;
	params->arch_minor = 1;
	params->bbml = 2;
}

static int profile(const char *name, void *params)
{
	sys_bus_set_defaults(params, smmu_feature_table, smmu_feature_count);
	sys_bus_set_defaults(params, smmu_cache_table, smmu_cache_count);
	sys_bus_set_defaults(params, smmu_timing_table, smmu_timing_count);
	if (!name)
		return 0;
	if (strcmp(name, "qemu72") != 0)
		return -EINVAL;
	set_qemu72(params);
	return 0;
}

static const char *check(const void *params)
{
	return smmu_params_check(params);
}

static void *make(const void *params, struct mem *mem)
{
	struct smmu *smmu = smmu_create(params, mem, 0);

	if (smmu)
		smmu_set_clockless(smmu, true);
	return smmu;
}

static void destroy(void *iommu)
{
	smmu_destroy(iommu);
}

static u64 mmio_read(void *iommu, u32 offset, u32 bytes)
{
	return smmu_mmio_read(iommu, offset, bytes);
}

static void mmio_write(void *iommu, u32 offset, u64 value, u32 bytes)
{
	smmu_mmio_write(iommu, offset, value, bytes);
}

static struct port *port_create(void *iommu, u32 stream_id)
{
	return smmu_port_create(iommu, stream_id);
}

const struct sys_bus_model sys_bus_smmuv3 = {
	.name = "smmuv3",
	.ram = 0x40000000,
	.ram_bytes = 256ULL << 20,
	.registers = 0x09050000,
	.register_bytes = SMMU_MMIO_BYTES,
	.messages = 0x08000000,
	.message_bytes = 16ULL << 20,
	.max_stream = 0xffffffff,
	.params_bytes = sizeof(struct smmu_params),
	.profile = profile,
	.check = check,
	.make = make,
	.destroy = destroy,
	.read = mmio_read,
	.write = mmio_write,
	.port_create = port_create,
	.registers_table = smmu_reg_table,
	.nr_registers = SMMU_NR_REGS,
};
