// SPDX-License-Identifier: GPL-2.0-only
/*
 * The SMMUv3 driver where things go wrong. Claims: a command that the SMMU refuses does not
 * stop the queue for others; a CMD_SYNC that an endpoint kept too long is tried again;
 * events are taken after an overflow, and after an aborted write; every global error is
 * acknowledged; an access that stalled, or a page request, of a device that nobody handles
 * is answered; whatever IDR0.STALL_MODEL says, what a device that does not stall is told is a
 * translation fault; without memory for its tables and queues bring-up fails, and says so.
 *
 * And of what it writes: an invalidation is about the range and nothing else, in as few
 * commands as IDR3.RIL allows; registers and tables have what a reset leaves UNKNOWN.
 */
#include <linux/bitfield.h>
#include <linux/bitops.h>

#include "models/smmuv3/regs.h"
#include "sim/rng.h"
#include "system/smmuv3/driver.h"
#include "tests/system/driver_rig.h"

#define SVA "workloads/uadk-sva.yaml"
#define PCIE "workloads/pcie-sva.yaml"

static struct sys_smmu *smmu;

static void start(const char *file, const char *const *settings)
{
	rig_start(file, settings);
	smmu = to_smmu(rig.iommu);
}

static int setup(void **state)
{
	start(SVA, NULL);
	return 0;
}

static int setup_pcie(void **state)
{
	start(PCIE, NULL);
	return 0;
}

static u32 active_errors(void)
{
	return smmu_mmio_read(smmu->model, ARM_SMMU_GERROR, 4) ^
	       smmu_mmio_read(smmu->model, ARM_SMMU_GERRORN, 4);
}

/* --- the command queue --- */

static void invalidate(void)
{
	sys_smmu_tlb_inv_asid(smmu, 1);
}

/* One that does not exist, between two that do. */
static void issue_bad(void)
{
	const u64 cmds[3][2] = {{CMDQ_OP_TLBI_NSNH_ALL}, {0xff}, {CMDQ_OP_TLBI_NSNH_ALL}};

	sys_smmu_issue(smmu, cmds, 3, true);
}

static void a_refused_command_is_replaced(void **state)
{
	for (u32 i = 0; i < 3; i++) {
		rig_run_thread(issue_bad);
		assert_int_equal(active_errors(), 0);
		rig_run_thread(invalidate);
	}
}

static void forget(void)
{
	sys_smmu_atc_inv(rig.master.driver_data, 0, SYS_RANGE_ALL);
}

static void a_late_endpoint_does_not_stop_the_queue(void **state)
{
	struct smmu_stats stats;

	rig.nr_held = 1;
	rig_run_thread(forget);
	smmu_stats(smmu->model, &stats);
	assert_int_equal(rig.nr_invalidations, 1);
	assert_int_equal(stats.atc_inv_timeouts, 1);
	assert_int_equal(active_errors(), 0);
	rig_run_thread(forget);
	assert_int_equal(rig.nr_invalidations, 2);
}

/* --- invalidation by address --- */

#define ASID 7

static int setup_ril(void **state)
{
	const char *settings[] = {"smmu.features.ril=true", NULL};

	start(SVA, settings);
	return 0;
}

/* What invalidate_range() is about; then what the commands are, and how many. */
static struct {
	struct sys_range range;
	u32 nr;
	bool is_asid;
	u64 first, last; /* one after the other, they cover this */
	u64 level, leaf;
} inval;

static void invalidate_range(void)
{
	sys_smmu_tlb_inv_range(smmu, ASID, inval.range);
}

static u64 bytes_of(const u64 cmd[2])
{
	if (!FIELD_GET(CMDQ_TLBI_1_TG, cmd[1]))
		return inval.range.leaf_bytes ? inval.range.leaf_bytes : SYS_PAGE_BYTES;
	assert_int_equal(FIELD_GET(CMDQ_TLBI_1_TG, cmd[1]), 1);
	assert_true(smmu->has_ril);
	return (FIELD_GET(CMDQ_TLBI_0_NUM, cmd[0]) + 1)
	       << (FIELD_GET(CMDQ_TLBI_0_SCALE, cmd[0]) + SYS_PAGE_LG2);
}

static void look_at_command(const u64 cmd[2])
{
	u64 op = FIELD_GET(CMDQ_0_OP, cmd[0]), iova = cmd[1] & CMDQ_TLBI_1_VA_MASK;

	if (op == CMDQ_OP_CMD_SYNC)
		return;
	assert_int_equal(FIELD_GET(CMDQ_TLBI_0_ASID, cmd[0]), ASID);
	inval.is_asid = op == CMDQ_OP_TLBI_NH_ASID;
	if (!inval.nr++)
		inval.first = iova;
	else
		assert_true(iova == inval.last + 1);
	if (inval.is_asid)
		return;
	assert_int_equal(op, CMDQ_OP_TLBI_NH_VA);
	inval.last = iova + bytes_of(cmd) - 1;
	inval.level = FIELD_GET(CMDQ_TLBI_1_TTL, cmd[1]);
	inval.leaf = cmd[1] & CMDQ_TLBI_1_LEAF;
}

static void take_range(struct sys_range range)
{
	u32 prod = smmu_mmio_read(smmu->model, ARM_SMMU_CMDQ_PROD, 4), end;

	memset(&inval, 0, sizeof(inval));
	inval.range = range;
	rig_run_thread(invalidate_range);
	end = smmu_mmio_read(smmu->model, ARM_SMMU_CMDQ_PROD, 4);
	for (; prod != end; prod = ring_next(prod, smmu->cmdq.lg2)) {
		u64 cmd[2];

		mem_read(rig.mem, sys_smmu_queue_slot(&smmu->cmdq, prod), cmd, sizeof(cmd));
		look_at_command(cmd);
	}
	/* None was refused. */
	assert_int_equal(active_errors(), 0);
}

/* Of the range and of nothing else. */
static void expect_covered(struct sys_range range)
{
	assert_false(inval.is_asid);
	assert_true(inval.first == range.first && inval.last == range.last);
	assert_true(!inval.leaf == !range.leaf_bytes);
	assert_true(!inval.level || range.leaf_bytes == SYS_BLOCK_BYTES);
}

static struct sys_range some_range(struct sim_rng *rng, u64 leaf_bytes, u32 max_lg2)
{
	u64 unit = leaf_bytes ? leaf_bytes : SYS_PAGE_BYTES;
	u64 nr = 1 + sim_rng_below(rng, 1ULL << sim_rng_below(rng, max_lg2 + 1));
	u64 first = unit * sim_rng_below(rng, (1ULL << 46) / unit);

	return (struct sys_range){first, first + unit * nr - 1, leaf_bytes};
}

static const u64 leaves[] = {0, SYS_PAGE_BYTES, SYS_BLOCK_BYTES};

static void a_range_takes_a_command_for_each_five_bits(void **state)
{
	struct sim_rng rng;

	sim_rng_init(&rng, 1, "ranges");
	for (u32 i = 0; i < 3000; i++) {
		struct sys_range range = some_range(&rng, leaves[i % 3], i % 3 == 2 ? 20 : 34);
		u32 bits = fls64(sys_range_nr_pages(range));

		take_range(range);
		expect_covered(range);
		assert_in_range(inval.nr, 1, (bits + 4) / 5);
		assert_true(inval.level == (i % 3 == 2 ? 2 : 0));
	}
	take_range((struct sys_range){0x1000, 0x1fff, 0});
	assert_int_equal(inval.nr, 1);
	take_range((struct sys_range){0, (1ULL << 47) - 1, SYS_PAGE_BYTES});
	expect_covered(inval.range);
	assert_int_equal(inval.nr, 1);
	take_range(SYS_RANGE_ALL);
	assert_true(inval.is_asid);
}

/* A process's range of 512 pages is the ASID; a domain's is not, as in Linux. */
static void without_ril_a_range_takes_a_command_for_each_leaf(void **state)
{
	struct sim_rng rng;

	sim_rng_init(&rng, 1, "ranges");
	for (u32 i = 0; i < 300; i++) {
		struct sys_range range = some_range(&rng, leaves[i % 3], i % 3 ? 11 : 8);
		u64 unit = range.leaf_bytes ? range.leaf_bytes : SYS_PAGE_BYTES;

		take_range(range);
		expect_covered(range);
		assert_true(inval.nr == (range.last - range.first + 1) / unit);
	}
	take_range((struct sys_range){0, 511 * SYS_PAGE_BYTES - 1, 0});
	assert_int_equal(inval.nr, 511);
	take_range((struct sys_range){0, 512 * SYS_PAGE_BYTES - 1, 0});
	assert_true(inval.is_asid);
	take_range((struct sys_range){0, 512 * SYS_PAGE_BYTES - 1, SYS_PAGE_BYTES});
	assert_int_equal(inval.nr, 512);
}

/* --- what a reset leaves UNKNOWN --- */

static u64 read_register(u32 offset)
{
	return smmu_mmio_read(smmu->model, offset, 4);
}

static void attributes_are_written(void **state)
{
	static const u32 msis[] = {ARM_SMMU_GERROR_IRQ_CFG2, ARM_SMMU_EVTQ_IRQ_CFG2,
				   ARM_SMMU_PRIQ_IRQ_CFG2};
	u64 word = 0;

	/* inner shareable, write-back, of tables and of queues */
	assert_int_equal(read_register(ARM_SMMU_CR1), 0x3 << 10 | 1 << 8 | 1 << 6 | 3 << 4 | 5);
	assert_int_equal(read_register(ARM_SMMU_CR2), CR2_RECINVSID);
	for (u32 i = 0; i < 3; i++)
		assert_int_equal(read_register(msis[i]), ARM_SMMU_MEMATTR_DEVICE_nGnRE);
	/* The device's STE: S1CIR, S1COR, S1CSH; its CD: IRGN0, ORGN0, SH0, and MAIR. */
	mem_read64(rig.mem, smmu->strtab, &word);
	mem_read64(rig.mem, (word & STRTAB_L1_DESC_L2PTR_MASK) + 8, &word);
	assert_int_equal(word >> 2 & 0x3f, 3 << 4 | 1 << 2 | 1);
	word = ((const struct sys_smmu_master *)rig.master.driver_data)->cd_l1;
	mem_read64(rig.mem, word, &word);
	word &= CTXDESC_L1_DESC_L2PTR_MASK;
	mem_read64(rig.mem, word + 24, &inval.first);
	assert_int_equal(inval.first & 0xff, 0xff);
	mem_read64(rig.mem, word, &word);
	assert_int_equal(word >> 8 & 0x3f, 3 << 4 | 1 << 2 | 1);
}

static void ended(struct port_access *access)
{
}

static void map_a_page(void)
{
	assert_int_equal(iommu_map(rig.domain, 0x5000, rig.workload->config.mem.base, 4096,
				   IOMMU_READ | IOMMU_WRITE),
			 0);
}

/* STE.S1STALLD is for SMMUs with a choice; with it elsewhere nothing is translated (5.2). */
static void a_device_is_translated_whether_the_smmu_stalls_or_not(void **state)
{
	static const char *const models[] = {"smmu.features.stall=true",
					     "smmu.features.stall=false"};

	for (u32 i = 0; i < 2; i++) {
		const char *settings[] = {models[i], "handler.mode=vfio", "handler.iopf=false",
					  NULL};
		struct port_access access = {.iova = 0x5000, .len_bytes = 64, .complete = ended};

		start(SVA, settings);
		rig_run_thread(map_a_page);
		access.status = rig.port->ops->translate(rig.port, &access);
		rig_run();
		assert_int_equal(access.status, PORT_DONE);
		assert_true(access.pa == rig.workload->config.mem.base);
		rig_stop(state);
	}
}

/* --- events --- */

static u64 nr_events(void)
{
	struct smmu_stats stats;

	smmu_stats(smmu->model, &stats);
	return stats.evtq.popped;
}

static int setup_small_queue(void **state)
{
	const char *settings[] = {"smmu.features.evtq_lg2=1", "handler.mode=vfio",
				  "handler.iopf=false", NULL};

	start(SVA, settings);
	return 0;
}

static void events_are_taken_after_an_overflow(void **state)
{
	struct smmu_stats stats;
	u64 nr;

	rig_access_pages(0x10000, RIG_MAX_ACCESSES);
	smmu_stats(smmu->model, &stats);
	assert_true(stats.evtq.overflows > 0);
	nr = nr_events();
	assert_in_range(nr, 2, RIG_MAX_ACCESSES - 1);
	/* acknowledged: else nothing would be recorded any more */
	for (u32 i = 0; i < 3; i++)
		rig_access_pages(0x5000, 1);
	assert_int_equal(nr_events(), nr + 3);
}

static void events_are_taken_after_an_aborted_write(void **state)
{
	u64 nr = nr_events();

	mem_set_read_only(rig.mem, smmu->evtq.base, 4096);
	rig_access_pages(0x5000, 1);
	assert_int_equal(nr_events(), nr);
	assert_int_equal(active_errors(), 0);
	mem_set_read_only(rig.mem, 0, 0);
	rig_access_pages(0x5000, 1);
	assert_int_equal(nr_events(), nr + 1);
}

static void a_stall_that_nobody_handles_is_terminated(void **state)
{
	struct smmu_stats stats;

	assert_true(rig.master.can_stall);
	rig_access_pages(0x5000, 4);
	smmu_stats(smmu->model, &stats);
	assert_int_equal(stats.stalls, 4);
	assert_int_equal(nr_events(), 4);
}

static u32 last_event(void)
{
	u64 word;

	assert_int_equal(
		mem_read64(rig.mem, smmu->evtq.base + (nr_events() - 1) * EVTQ_ENT_BYTES, &word),
		0);
	return (u32)FIELD_GET(EVTQ_0_ID, word);
}

/* Neither C_BAD_STE nor C_BAD_CD. */
static void a_device_without_stalls_translates_under(const char *file, const char *const *settings,
						     u32 nr_stalls)
{
	struct smmu_stats stats;

	start(file, settings);
	assert_false(rig.master.can_stall);
	rig_access_pages(0x5000, 1);
	smmu_stats(smmu->model, &stats);
	assert_int_equal(stats.stalls, nr_stalls);
	assert_int_equal(nr_events(), 1);
	assert_int_equal(last_event(), EVT_ID_TRANSLATION_FAULT);
}

static void a_device_without_stalls_translates_under_each_stall_model(void **state)
{
	static const char *const settings[][5] = {
		{"handler.mode=vfio", "handler.iopf=false"},
		{"handler.mode=vfio", "handler.iopf=false", "smmu.features.stall=false"},
		{"handler.mode=vfio", "handler.iopf=false", "smmu.features.stall_forced=true",
		 "smmu.features.ats=false"},
	};

	for (u32 i = 0; i < 3; i++) {
		a_device_without_stalls_translates_under(SVA, settings[i], i == 2);
		rig_stop(state);
	}
	a_device_without_stalls_translates_under(PCIE, (const char *[]){settings[1][2], NULL}, 0);
}

/* --- without memory --- */

static void bring_up_without_memory_fails_cleanly(void **state)
{
	rig_grow(SVA, "handler.mode=vfio");
	rig_stop(state);
	rig_grow(PCIE, "handler.mode=vfio");
}

/* --- page requests --- */

static void an_unexpected_page_request_is_refused(void **state)
{
	for (u32 has_pasid = 0; has_pasid < 2; has_pasid++) {
		rig.nr_responses = 0;
		rig_page_request(7, has_pasid, false);
		assert_int_equal(rig.nr_responses, 0);
		rig_page_request(7, has_pasid, true);
		assert_int_equal(rig.nr_responses, 1);
		assert_int_equal(rig.response.code, PORT_PAGE_FAILURE);
		assert_int_equal(rig.response.prg_index, 7);
		assert_int_equal(rig.response.has_pasid, has_pasid);
		assert_int_equal(rig.response.pasid, has_pasid);
	}
}

int main(void)
{
#define T(test, setup) cmocka_unit_test_setup_teardown(test, setup, rig_stop)
	const struct CMUnitTest tests[] = {
		T(a_refused_command_is_replaced, setup),
		T(a_late_endpoint_does_not_stop_the_queue, setup_pcie),
		T(a_range_takes_a_command_for_each_five_bits, setup_ril),
		T(without_ril_a_range_takes_a_command_for_each_leaf, setup),
		T(attributes_are_written, setup_pcie),
		cmocka_unit_test(a_device_is_translated_whether_the_smmu_stalls_or_not),
		T(events_are_taken_after_an_overflow, setup_small_queue),
		T(events_are_taken_after_an_aborted_write, setup_small_queue),
		T(a_stall_that_nobody_handles_is_terminated, setup),
		cmocka_unit_test_teardown(a_device_without_stalls_translates_under_each_stall_model,
					  rig_stop),
		cmocka_unit_test_teardown(bring_up_without_memory_fails_cleanly, rig_stop),
		T(an_unexpected_page_request_is_refused, setup_pcie),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
