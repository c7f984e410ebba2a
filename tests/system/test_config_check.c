// SPDX-License-Identifier: GPL-2.0-only
/*
 * Values that are each in range but do not fit each other: every rule has its one line, which
 * names the key that is wrong. Claim: what passes comes up, so none of this is found out
 * by a machine that does not boot.
 */
#include <errno.h>

#include "tests/system/run_workload.h"

#define UADK "workloads/uadk-sva.yaml"
#define CONTAINER "workloads/container.yaml"
#define PCIE "workloads/pcie-sva.yaml"
#define VTD "workloads/vtd-sva.yaml"

static const struct {
	const char *file, *first, *second;
	const char *message; /* its beginning */
} cases[] = {
	{UADK, "cpu.socket_cpus=6", "cpu.node_cpus=0",
	 "cpu.socket_cpus (6) is not a multiple of cpu.cluster_cpus (4)"},
	{UADK, "cpu.node_cpus=6", NULL,
	 "cpu.node_cpus (6) is not a multiple of cpu.cluster_cpus (4)"},
	{UADK, "cpu.node_cpus=32", NULL,
	 "cpu.socket_cpus (48) is not a multiple of cpu.node_cpus (32)"},
	{UADK, "cpu.smt_cpus=3", NULL,
	 "cpu.cluster_cpus (4) is not a multiple of cpu.smt_cpus (3)"},
	{UADK, "cpu.smt_cpus=2", "cpu.cache_cpus=3",
	 "cpu.cache_cpus (3) is not a multiple of cpu.smt_cpus (2)"},
	{UADK, "cpu.idle_states=2", "cpu.idle1_residency=1us",
	 "cpu.idle2_residency (0 ns) is not above cpu.idle1_residency (1000 ns)"},
	{UADK, "machine.cpus=64", "cpu.cpus=32", "machine.cpus is 64, but cpu.cpus is 32"},
	{UADK, "machine.first_irq_cpu=200", NULL,
	 "machine.first_irq_cpu is 200, but cpu.cpus is 96"},
	{UADK, "machine.first_irq_cpu=4", "machine.cpus=4",
	 "machine.first_irq_cpu is 4, but machine.cpus is 4"},
	{PCIE, "device.faults=stall", NULL, "device.faults is stall, but device.kind is pcie"},
	{UADK, "device.faults=pri", NULL, "device.faults is pri, but device.kind is platform"},
	{CONTAINER, "handler.design=per-vma", NULL,
	 "handler.design 'per-vma' is one of SVA, but handler.mode is vfio"},
	{UADK, "handler.extra=1500ps", NULL, "handler.extra is not a whole number of ns"},

	{UADK, "smmu.features.oas_bits=33", NULL, "smmu.features.oas_bits must be 32, 36,"},
	{UADK, "smmu.caches.tlb_entries=510", "smmu.caches.tlb_ways=4",
	 "smmu.caches.tlb_entries must be a multiple of tlb_ways"},
	{UADK, "smmu.features.stage1=false", NULL, "smmu.features.stage1 is false: the driver"},
	{UADK, "smmu.features.msi=false", NULL, "smmu.features.msi is false: the driver"},
	{UADK, "smmu.features.oas_bits=32", NULL,
	 "memory.base and memory.size end at 0x1040000000: smmu.features.oas_bits is 32"},
	{UADK, "smmu.features.sid_bits=0", "machine.devices=2",
	 "smmu.features.sid_bits is 0: too few for 2 devices behind one SMMU"},
	{UADK, "smmu.features.stall=false", NULL, "handler.iopf needs smmu.features.stall"},
	{UADK, "smmu.features.ssid_bits=0", "smmu.features.cd_2level=false",
	 "handler.mode sva needs PASIDs: smmu.features.ssid_bits is 0"},
	{PCIE, "smmu.features.ats=false", "smmu.features.pri=false",
	 "handler.iopf with device.kind pcie needs smmu.features.ats"},
	{PCIE, "smmu.features.pri=false", NULL,
	 "handler.iopf with device.kind pcie needs smmu.features.pri"},
	{PCIE, "pcie.group_pages=4", "smmu.features.priq_lg2=1",
	 "pcie.group_pages is more than the PRI queue has entries"},
	{PCIE, "pcie.page_request_credits=0", "smmu.features.priq_lg2=1",
	 "pcie.page_request_credits is 0, which shares the queue's 2 places among 2 endpoints"},

	{VTD, "vtd.features.qi=false", NULL, "vtd.features.smts needs qi"},
	{VTD, "vtd.caches.iotlb_entries=7", NULL,
	 "vtd.caches.iotlb_entries must be a multiple of iotlb_ways"},
	{VTD, "vtd.features.prs=false", NULL, "handler.iopf needs vtd.features.dt and prs"},
	{VTD, "device.kind=platform", NULL, "handler.iopf with iommu vtd needs device.kind pcie"},
	{VTD, "pcie.response_pasid_required=false", NULL,
	 "iommu vtd with handler.mode sva needs pcie.response_pasid_required"},
	{VTD, "vtd.features.prq_lg2=8", "vtd.driver.prq_order=2",
	 "vtd.driver.prq_order is more than the hardware has"},
	{VTD, "memory.base=0", NULL,
	 "memory at 0x0 overlaps the interrupt range 0xfee00000 to 0xfeefffff"},
	{VTD, "vtd.features.rwbf=true", NULL,
	 "vtd.features.rwbf and smts exclude each other (VT-d 11.4.2)"},
	{VTD, "vtd.features.mgaw_bits=40", NULL,
	 "vtd.features.mgaw_bits must be haw_bits at least (VT-d 11.4.2)"},
	{VTD, "vtd.features.haw_bits=39", "memory.size=1TiB",
	 "memory.base and memory.size end at 0x10100000000: vtd.features.haw_bits is 39"},
};

static void what_does_not_fit_is_said_in_one_line(void **state)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *settings[] = {cases[i].first, cases[i].second, NULL};
		struct wl_workload *workload = load_workload(cases[i].file, settings);
		char message[TEXT_MESSAGE_MAX] = "";
		int err = sys_config_check(&workload->config, message, sizeof(message));

		if (err != -EINVAL || strncmp(message, cases[i].message, strlen(cases[i].message)))
			fail_msg("%s: got %d '%s', expected '%s'", cases[i].first, err, message,
				 cases[i].message);
		assert_null(strchr(message, '\n'));
		free_workload(workload);
	}
}

/* The range at 0x1000010000000, and what ends where the IOMMU's addresses do. */
static void mapping_beyond_the_address_size_is_refused(void **state)
{
	static const struct {
		const char *file, *setting;
		u64 limit;
	} units[] = {
		{UADK, "handler.mode=sva", 1ULL << 48},
		{UADK, "handler.mode=vfio", 1ULL << 48},
		{VTD, "handler.mode=sva", 1ULL << 47},
		{VTD, "handler.mode=vfio", 1ULL << 48},
	};

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		const char *settings[] = {units[i].setting, NULL};
		struct wl_workload *workload = load_workload(units[i].file, settings);
		struct sys_mapping *mapping = (struct sys_mapping *)&workload->config.mappings[0];
		char message[TEXT_MESSAGE_MAX] = "";

		mapping->bytes = 0x10000;
		for (u32 k = 0; k < 3; k++) {
			mapping->iova = units[i].limit + (k - 1ULL) * 0x10000 - 0x1000 * (k == 1);
			if (k == 2)
				mapping->iova = units[i].limit << 1 | 0x10000000;
			/* What the workload makes of the mapping comes after. */
			sys_config_check(&workload->config, message, sizeof(message));
			assert_int_equal(!!strstr(message, "ends above 2^"), k > 0);
		}
		free_workload(workload);
	}
}

/* Each was once found out too late, or not at all. */
static void what_passes_comes_up(void **state)
{
	static const char *const settings[][4] = {
		{UADK, "smmu.features.oas_bits=32", "memory.size=2GiB"},
		{UADK, "memory.base=0"},
		{UADK, "smmu.features.sid_bits=0"},
		{UADK, "smmu.features.cmdq_lg2=0"},
		{UADK, "smmu.features.cd_2level=false"},
		{VTD, "vtd.features.revision=3"},
		{VTD, "vtd.features.haw_bits=39"},
		{VTD, "vtd.features.rwbf=true", "vtd.features.unchecked=true"},
	};

	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		bool is_vtd = settings[i][0][10] == 'v';
		const char *with_less[] = {
			settings[i][1],
			is_vtd ? "workload.accesses=64" : "workload.messages=1",
			is_vtd ? "workload.footprint=128KiB" : "workload.message=64KiB",
			settings[i][2],
			NULL,
		};

		assert_true(run_workload(settings[i][0], with_less, NULL).completed > 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_does_not_fit_is_said_in_one_line),
		cmocka_unit_test(mapping_beyond_the_address_size_is_refused),
		cmocka_unit_test(what_passes_comes_up),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
