// SPDX-License-Identifier: GPL-2.0-only
/*
 * What mapping, unmapping and pinning cost (section host). Claims: a call and each entry cost
 * what the file says, on both IOMMUs, and nothing else is added; where walks are not coherent,
 * entries are written back; a block costs what a page does, and what a part of it comes to is
 * what Linux 6.1 makes of it: pages on the SMMUv3, and on VT-d nothing is left.
 */
#include "tests/system/driver_rig.h"

#define SMMU "workloads/uadk-sva.yaml"
#define VTD "workloads/vtd-sva.yaml"
#define IOVA (4ULL << 30)
#define BLOCK (2ULL << 20)

struct cost {
	size_t bytes;
	u64 map_ps, unmap_ps, unmapped;
};

static struct cost cost;

/* iommu_unmap_fast() leaves the invalidation out, which takes what the hardware takes. */
static void map_and_unmap(void)
{
	struct iommu_iotlb_gather gather;
	u64 began_ps;

	iommu_iotlb_gather_init(&gather);
	sim_settle();
	began_ps = sim_now_ps();
	assert_int_equal(
		iommu_map(rig.domain, IOVA, 1ULL << 32, cost.bytes, IOMMU_READ | IOMMU_WRITE), 0);
	sim_settle();
	cost.map_ps = sim_now_ps() - began_ps;
	began_ps = sim_now_ps();
	cost.unmapped = iommu_unmap_fast(rig.domain, IOVA, cost.bytes, &gather);
	sim_settle();
	cost.unmap_ps = sim_now_ps() - began_ps;
	iommu_iotlb_sync(rig.domain, &gather);
}

static struct cost cost_of(size_t bytes)
{
	cost = (struct cost){.bytes = bytes};
	rig_run_thread(map_and_unmap);
	assert_int_equal(cost.unmapped, bytes);
	return cost;
}

/* All costs but these are those of calls: kernel.call. */
static void start(const char *file, const char *more)
{
	const char *settings[] = {"host.map_call=60ns",
				  "host.pte_write=2ns",
				  "host.unmap_call=80ns",
				  "host.pte_clear=1ns",
				  "host.superpages=true",
				  more,
				  NULL};

	rig_start(file, settings);
}

static void check_entries(const char *file)
{
	u64 call_ps;

	start(file, NULL);
	call_ps = rig.workload->config.kernel.call_ps;
	assert_int_equal(cost_of(4096).map_ps, 62000 + call_ps);
	assert_int_equal(cost.unmap_ps, 81000 + call_ps);
	/* Not aligned to a block at its end. */
	assert_int_equal(cost_of(256 * 4096).map_ps, 60000 + 256 * 2000 + call_ps);
	assert_int_equal(cost.unmap_ps, 80000 + 256 * 1000 + call_ps);
	rig_stop(NULL);
}

static void a_call_and_each_entry_cost_what_the_file_says(void **state)
{
	check_entries(SMMU);
	check_entries(VTD);
}

static void check_blocks(const char *file)
{
	u64 call_ps;

	start(file, NULL);
	call_ps = rig.workload->config.kernel.call_ps;
	assert_int_equal(cost_of(256 * BLOCK).map_ps, 60000 + 256 * 2000 + call_ps);
	assert_int_equal(cost.unmap_ps, 80000 + 256 * 1000 + call_ps);
	rig_stop(NULL);
}

static void a_block_costs_what_a_page_does(void **state)
{
	check_blocks(SMMU);
	check_blocks(VTD);
}

static void walks_that_are_not_coherent_cost_a_flush(void **state)
{
	u64 call_ps;

	start(VTD, "host.pte_flush=270ns");
	call_ps = rig.workload->config.kernel.call_ps;
	assert_int_equal(cost_of(4096).map_ps, 62000 + call_ps);
	rig_stop(NULL);
	{
		const char *settings[] = {"host.map_call=60ns", "host.pte_write=2ns",
					  "host.pte_flush=270ns", "vtd.features.coherent=false",
					  NULL};

		rig_start(VTD, settings);
	}
	assert_int_equal(cost_of(4096).map_ps, 60000 + 272000 + call_ps);
	rig_stop(NULL);
}

/* --- parts of a block --- */

static size_t part_unmapped;
static u64 left[3]; /* what the pages before, in and behind the part lead to */

static void unmap_a_part(void)
{
	assert_int_equal(iommu_map(rig.domain, IOVA, 1ULL << 32, BLOCK, IOMMU_READ), 0);
	part_unmapped = iommu_unmap(rig.domain, IOVA + 0x5000, 4096);
	for (u32 i = 0; i < 3; i++)
		left[i] = iommu_iova_to_phys(rig.domain, IOVA + 0x4000 + i * 4096);
	iommu_unmap(rig.domain, IOVA, BLOCK);
}

static void smmu_splits_a_block(void **state)
{
	start(SMMU, NULL);
	rig_run_thread(unmap_a_part);
	assert_int_equal(part_unmapped, 4096);
	assert_true(left[0] == (1ULL << 32) + 0x4000);
	assert_true(left[1] == 0);
	assert_true(left[2] == (1ULL << 32) + 0x6000);
	rig_stop(NULL);
}

static void vtd_takes_all_of_a_block(void **state)
{
	start(VTD, NULL);
	rig_run_thread(unmap_a_part);
	assert_int_equal(part_unmapped, BLOCK - 0x5000);
	assert_true(!left[0] && !left[1] && !left[2]);
	rig_stop(NULL);
}

static void without_the_key_there_are_no_blocks(void **state)
{
	const char *settings[] = {"host.map_call=0ns", "host.pte_write=2ns",
				  "host.superpages=false", NULL};

	rig_start(SMMU, settings);
	assert_int_equal(cost_of(BLOCK).map_ps, 512 * 2000 + rig.workload->config.kernel.call_ps);
	rig_stop(NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_call_and_each_entry_cost_what_the_file_says),
		cmocka_unit_test(a_block_costs_what_a_page_does),
		cmocka_unit_test(walks_that_are_not_coherent_cost_a_flush),
		cmocka_unit_test(smmu_splits_a_block),
		cmocka_unit_test(vtd_takes_all_of_a_block),
		cmocka_unit_test(without_the_key_there_are_no_blocks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
