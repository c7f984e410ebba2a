// SPDX-License-Identifier: GPL-2.0-only
/*
 * A platform whose costs are constants, and that states none of the keys that came
 * after commit 0e0906e, gives the traces of that commit bit for bit: keys that are
 * new are off, or 0, by themselves. Of a container only since bits of its chunks lie on a line,
 * which has no key (kapi/virtual/word.c): container and locks; of locks only since
 * wake_up_var() looks before it locks. Of an SMMU only since bring-up
 * writes CR1, CR2 and the MSIs' attributes and reads IDR3, which takes time: without these it
 * gives 0x3e2d26918670e8dc, 0x0578b4b024b1903a, 0x09ba9f052e8b4977 and 0x5a9bbea357b9f392. Of
 * VT-d only since who waits for a descriptor reads FSTS: without that, 0x722b21d04c8c21fd.
 */
#include "tests/system/run_workload.h"

#define SMMUV3 "tests/data/platforms/constant.yaml"
#define VTD "tests/data/platforms/constant-vtd.yaml"

static void check_hash(const char *file, const char *platform, u64 trace_hash)
{
	struct wl_workload *workload = calloc(1, sizeof(*workload));
	const struct wl_request request = {.path = file, .platform = platform};
	char message[TEXT_MESSAGE_MAX];
	struct run_summary summary;

	assert_non_null(workload);
	if (wl_load(workload, &request, message))
		fail_msg("%s", message);
	summary = run_config(&workload->config, NULL);
	if (summary.trace_hash != trace_hash)
		fail_msg("%s on %s: trace 0x%016llx, not 0x%016llx", file, platform,
			 summary.trace_hash, trace_hash);
	free_workload(workload);
}

static void uadk_sva(void **state)
{
	check_hash("workloads/uadk-sva.yaml", SMMUV3, 0x358ef192858897abULL);
}

static void container(void **state)
{
	check_hash("workloads/container.yaml", SMMUV3, 0x2b36492a34016ec6ULL);
}

static void pcie_sva(void **state)
{
	check_hash("workloads/pcie-sva.yaml", SMMUV3, 0x1766dbd84b3ec95eULL);
}

static void vtd_sva(void **state)
{
	check_hash("workloads/vtd-sva.yaml", VTD, 0xfe76b9245eee14d0ULL);
}

static void locks(void **state)
{
	check_hash("workloads/locks.yaml", SMMUV3, 0x53eb91687632e38aULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(uadk_sva), cmocka_unit_test(container), cmocka_unit_test(pcie_sva),
		cmocka_unit_test(vtd_sva),  cmocka_unit_test(locks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
