// SPDX-License-Identifier: GPL-2.0-only
/*
 * Programs an SMMUv3 (IHI 0070 5.2, 5.4, 6.3) for one stream with 4-level
 * tables of 4 KiB. Leaves out: queues, interrupts, errors.
 */
#include "bench/rig.h"

#include <errno.h>
#include <string.h>

#include "models/smmuv3/regs.h"

#define STRTAB 0x40000000ULL
#define CD 0x40001000ULL
#define TABLES 0x40100000ULL
#define SID_LG2 4

static void set_defaults(void *params, const struct sim_param *table, size_t count)
{
	for (size_t i = 0; i < count; i++)
		*(u64 *)((char *)params + table[i].offset) = table[i].def;
}

void bench_rig_defaults(struct bench_rig *rig)
{
	memset(rig, 0, sizeof(*rig));
	set_defaults(&rig->mem_params, mem_param_table, mem_param_count);
	set_defaults(&rig->smmu_params, smmu_feature_table, smmu_feature_count);
	set_defaults(&rig->smmu_params, smmu_cache_table, smmu_cache_count);
	set_defaults(&rig->smmu_params, smmu_timing_table, smmu_timing_count);
}

static int tables_write(struct bench_rig *rig)
{
	const u64 ste = STRTAB_STE_0_V | FIELD_PREP(STRTAB_STE_0_CFG, STRTAB_STE_0_CFG_S1_TRANS) |
			CD;
	const u64 cd = FIELD_PREP(CTXDESC_CD_0_TCR_T0SZ, 16) | CTXDESC_CD_0_TCR_EPD1 |
		       CTXDESC_CD_0_V | FIELD_PREP(CTXDESC_CD_0_TCR_IPS, IDR5_OAS_48_BIT) |
		       CTXDESC_CD_0_AA64 | CTXDESC_CD_0_R | CTXDESC_CD_0_A;

	rig->root = TABLES;
	rig->next_table = TABLES + 4096;
	if (mem_write64(rig->mem, STRTAB + BENCH_SID * STRTAB_STE_BYTES, ste) ||
	    mem_write64(rig->mem, CD, cd) || mem_write64(rig->mem, CD + 8, rig->root))
		return -ENOMEM;
	return 0;
}

int bench_rig_start(struct bench_rig *rig)
{
	rig->mem = mem_create(&rig->mem_params);
	if (!rig->mem)
		return -ENOMEM;
	rig->smmu = smmu_create(&rig->smmu_params, rig->mem, 0);
	if (!rig->smmu || tables_write(rig))
		return -ENOMEM;
	smmu_mmio_write(rig->smmu, ARM_SMMU_STRTAB_BASE, STRTAB, 8);
	smmu_mmio_write(rig->smmu, ARM_SMMU_STRTAB_BASE_CFG, SID_LG2, 4);
	smmu_mmio_write(rig->smmu, ARM_SMMU_CR0, CR0_SMMUEN, 4);
	return 0;
}

int bench_rig_map(struct bench_rig *rig, u64 va, pa_t pa)
{
	const u64 leaf = TTD_VALID | TTD_TABLE | TTD_AP_EL0 | TTD_AF | TTD_NG;
	pa_t table = rig->root;

	for (u32 shift = 39; shift > 12; shift -= 9) {
		pa_t slot = table + 8 * ((va >> shift) & 511);
		u64 desc;

		if (mem_read64(rig->mem, slot, &desc))
			return -ENOMEM;
		if (!(desc & TTD_VALID)) {
			desc = rig->next_table | TTD_VALID | TTD_TABLE;
			rig->next_table += 4096;
			if (mem_write64(rig->mem, slot, desc))
				return -ENOMEM;
		}
		table = desc & TTD_ADDR_MASK;
	}
	return mem_write64(rig->mem, table + 8 * ((va >> 12) & 511), pa | leaf) ? -ENOMEM : 0;
}
