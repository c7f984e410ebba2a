// SPDX-License-Identifier: GPL-2.0-only
/*
 * Insertion into the command queue, in each way, by many CPUs, with queues from one entry on.
 * Claims: each command arrives once, those of a CPU in its order, those of one list with none
 * of another's between, where the list fits into the queue; a CMD_SYNC returns after all that
 * its CPU inserted before has been carried out, though commands among them are refused; none of
 * it takes so long that somebody gives up; a queue that atomic-add cannot do with is refused.
 */
#include <linux/bitfield.h>

#include "models/smmuv3/regs.h"
#include "sim/rng.h"
#include "system/smmuv3/driver.h"
#include "tests/system/driver_rig.h"

#define SVA "workloads/uadk-sva.yaml"
#define MAX_CPUS 24
#define MAX_LIST 70
#define NR_LISTS 24
#define MAX_ENTRIES 4096

/* Which CPU's, the how many-th, and of which list; in the word that CMD_TLBI_NH_ASID lacks. */
#define ID_CPU GENMASK_ULL(63, 48)
#define ID_LIST GENMASK_ULL(47, 32)
#define ID_NUMBER GENMASK_ULL(31, 0)

static struct sys_smmu *smmu;

static struct {
	u32 nr_cpus, max_list;
	bool has_bad;
	bool are_whole; /* lists: each fits */
	u32 nr_over;
	u64 asked[MAX_CPUS], arrived[MAX_CPUS];
	u64 last;    /* the command before */
	u64 open;    /* the list that is arriving; ID_CPU and ID_LIST */
	u32 nr_left; /* of its commands */
	u32 lists[MAX_CPUS][NR_LISTS];
	u8 entries[16 * MAX_ENTRIES];
} t;

/* --- the memory of the queue, as the SMMU sees it --- */

static void arrive(u64 id)
{
	u32 cpu = FIELD_GET(ID_CPU, id), list = FIELD_GET(ID_LIST, id);

	assert_in_range(cpu, 0, t.nr_cpus - 1);
	assert_int_equal(FIELD_GET(ID_NUMBER, id), t.arrived[cpu]);
	t.arrived[cpu]++;
	if (!t.are_whole)
		return;
	if (!t.nr_left) {
		t.open = id & (ID_CPU | ID_LIST);
		t.nr_left = t.lists[cpu][list];
	}
	assert_int_equal(id & (ID_CPU | ID_LIST), t.open);
	t.nr_left--;
}

/* Each entry's second word is read once, when it is fetched. */
static int read_entry(void *opaque, u64 offset, void *buf, size_t bytes)
{
	u64 word[2];

	memcpy(buf, t.entries + offset, bytes);
	if (offset % 16 != 8 || bytes != 8)
		return 0;
	memcpy(word, t.entries + offset - 8, 16);
	/* A refused one, replaced, comes again as CMD_SYNC. */
	if (FIELD_GET(CMDQ_0_OP, word[0]) != CMDQ_OP_CMD_SYNC)
		arrive(word[1]);
	return 0;
}

static int write_entry(void *opaque, u64 offset, const void *buf, size_t bytes)
{
	memcpy(t.entries + offset, buf, bytes);
	return 0;
}

static const struct mem_region_ops entries_ops = {.read = read_entry, .write = write_entry};

/* --- the CPUs --- */

static u64 make_command(u32 cpu, u32 list, u64 cmd[2], struct sim_rng *rng)
{
	bool is_bad = t.has_bad && sim_rng_chance(rng, 1, 16);

	cmd[0] = FIELD_PREP(CMDQ_0_OP, is_bad ? 0xff : CMDQ_OP_TLBI_NH_ASID);
	cmd[1] = FIELD_PREP(ID_CPU, (u64)cpu) | FIELD_PREP(ID_LIST, (u64)list) |
		 FIELD_PREP(ID_NUMBER, t.asked[cpu]);
	return t.asked[cpu]++;
}

static void issue_list(u32 cpu, u32 list, struct sim_rng *rng)
{
	bool has_sync = list == NR_LISTS - 1 || sim_rng_chance(rng, 2, 3);
	u32 nr = (u32)sim_rng_below(rng, t.max_list) + 1;
	u64 cmds[MAX_LIST][2];

	t.lists[cpu][list] = nr;
	for (u32 i = 0; i < nr; i++)
		make_command(cpu, list, cmds[i], rng);
	sys_smmu_issue(smmu, cmds, nr, has_sync);
	if (has_sync)
		assert_int_equal(t.arrived[cpu], t.asked[cpu]);
}

static void issue_lists(void *arg)
{
	u32 cpu = (u32)(size_t)arg;
	struct sim_rng rng;

	sim_rng_init(&rng, 1 + cpu, "lists");
	for (u32 list = 0; list < NR_LISTS; list++) {
		sim_charge(sim_rng_below(&rng, 2 * SIM_PS_PER_US));
		issue_list(cpu, list, &rng);
	}
	t.nr_over++;
}

/* CPU 0 takes the interrupt of errors; whoever polls with interrupts off could not. */
static void start_cpus(void)
{
	for (u32 cpu = 0; cpu < t.nr_cpus; cpu++) {
		const struct sim_thread_attr attr = {
			.name = "issue", .cpu = (int)cpu + 1, .stack_bytes = 64 << 10};
		struct sim_thread *thread = sim_thread_create(&attr, issue_lists,
							      (void *)(size_t)cpu);

		assert_non_null(thread);
		sim_thread_wake(thread);
	}
}

/* --- cases --- */

struct shape {
	u32 nr_cpus, lg2, max_list;
};

static void set_up(const struct shape *shape, const char *way, bool is_by_message)
{
	char cmdq[64], lg2[64], cpus[64];
	const char *settings[] = {cmdq, lg2, cpus,
				  is_by_message ? "smmu.driver.msi_polling=true"
						: "smmu.driver.msi_polling=false",
				  NULL};

	snprintf(cmdq, sizeof(cmdq), "smmu.driver.cmdq=%s", way);
	snprintf(lg2, sizeof(lg2), "smmu.features.cmdq_lg2=%u", shape->lg2);
	snprintf(cpus, sizeof(cpus), "machine.cpus=%u", shape->nr_cpus + 1);
	rig_start(SVA, settings);
	smmu = to_smmu(rig.iommu);
	assert_int_equal(
		mem_add_region_ops(rig.mem, &(struct mem_region){.pa = smmu->cmdq.base,
								 .bytes = 16ULL << shape->lg2,
								 .ops = &entries_ops}),
		0);
}

static void run_shape(const struct shape *shape, const char *way, bool is_by_message)
{
	u64 began_ps;

	t.nr_cpus = shape->nr_cpus;
	t.max_list = shape->max_list;
	t.nr_over = t.nr_left = 0;
	memset(t.asked, 0, sizeof(t.asked));
	memset(t.arrived, 0, sizeof(t.arrived));
	set_up(shape, way, is_by_message);
	began_ps = sim_now_ps();
	start_cpus();
	rig_run();
	assert_int_equal(t.nr_over, t.nr_cpus);
	for (u32 cpu = 0; cpu < t.nr_cpus; cpu++)
		assert_int_equal(t.arrived[cpu], t.asked[cpu]);
	assert_true(sim_now_ps() - began_ps < SIM_PS_PER_S);
	rig_stop(NULL);
}

static const struct shape shapes[] = {
	{1, 0, 3}, {2, 0, 2},	{5, 0, 1},  {1, 1, 5},	 {7, 1, 2},   {4, 2, 3},   {15, 2, 4},
	{3, 3, 8}, {15, 5, 12}, {23, 6, 3}, {23, 6, 70}, {23, 7, 70}, {15, 10, 2}, {23, 12, 64},
};

/* Does the whole list, with its CMD_SYNC, go at once? */
static bool fits(const struct shape *shape, const char *way)
{
	u32 entries = 1U << shape->lg2;

	if (!strcmp(way, "atomic-add"))
		entries = entries / (shape->nr_cpus + 1);
	/* This one waits for room command by command, but under its lock. */
	if (!strcmp(way, "spinlock"))
		entries = MAX_ENTRIES;
	return shape->max_list < entries && shape->max_list <= SYS_SMMU_BATCH;
}

static void run_shapes(const char *way)
{
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		const struct shape *shape = &shapes[i];

		if (!strcmp(way, "atomic-add") && 1U << shape->lg2 < 2 * (shape->nr_cpus + 1))
			continue;
		for (u32 variant = 0; variant < 4; variant++) {
			t.has_bad = variant & 1;
			t.are_whole = fits(shape, way) && !t.has_bad;
			run_shape(shape, way, variant & 2);
		}
	}
}

static void cmpxchg_inserts_in_order(void **state)
{
	run_shapes("cmpxchg");
}

static void the_spinlock_inserts_in_order(void **state)
{
	run_shapes("spinlock");
}

static void the_fallback_inserts_in_order(void **state)
{
	run_shapes("spinlock-fallback");
}

static void atomic_add_inserts_in_order(void **state)
{
	run_shapes("atomic-add");
}

static void atomic_add_needs_two_entries_a_cpu(void **state)
{
	const char *const cases[][2] = {{"machine.cpus=32", "smmu.features.cmdq_lg2=6"},
					{"machine.cpus=33", "smmu.features.cmdq_lg2=6"}};

	for (u32 i = 0; i < 2; i++) {
		const char *settings[] = {"smmu.driver.cmdq=atomic-add", cases[i][0], cases[i][1],
					  NULL};
		struct wl_workload *workload = load_workload(SVA, settings);
		char message[TEXT_MESSAGE_MAX] = "";

		assert_int_equal(!!sys_config_check(&workload->config, message, sizeof(message)),
				 i);
		assert_int_equal(!!strstr(message, "two entries for each CPU"), i);
		free_workload(workload);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cmpxchg_inserts_in_order),
		cmocka_unit_test(the_spinlock_inserts_in_order),
		cmocka_unit_test(the_fallback_inserts_in_order),
		cmocka_unit_test(atomic_add_inserts_in_order),
		cmocka_unit_test(atomic_add_needs_two_entries_a_cpu),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
