// SPDX-License-Identifier: GPL-2.0-only
/*
 * Theorems: nothing that software writes into registers, queues and tables makes
 * the model crash, hang, or forget an access; a machine rewound to a snapshot
 * repeats itself to the picosecond; without arena memory creation fails and
 * gives everything back; parameters that do not fit each other are named.
 */
#include <errno.h>

#include "sim/arena.h"
#include "sim/rng.h"
#include "tests/models/smmuv3_rig.h"

#define NR_ACCESSES 24

static struct rig rig;
static struct sim_rng rng;

static u64 pick(u64 n)
{
	return sim_rng_below(&rng, n);
}

/* --- random software --- */

/* Addresses that hit something: tables, queues, nothing, the doorbell, odd ones. */
static u64 random_address(void)
{
	static const u64 places[] = {RIG_CMDQ,	  RIG_EVTQ,	RIG_STRTAB, RIG_TABLES,
				     RIG_NOWHERE, RIG_DOORBELL, RIG_RAM,    ~0ULL};

	return places[pick(8)] + (pick(4) ? pick(64) * 64 : sim_rng_u64(&rng) % 65536);
}

static u64 random_word(void)
{
	switch (pick(6)) {
	case 0:
		return random_address() | pick(64);
	case 1:
		return random_address() | 3 | pick(8) << 5 | PTE_AF;
	case 2:
		return RIG_STE_S1 | (random_address() & ~0x3fULL) | pick(20) << 59 | pick(4) << 4;
	case 3:
		return RIG_CD | (pick(64)) | pick(2) << 44 | pick(4) << 48;
	case 4:
		return pick(0x50) | pick(4) << 12 | pick(8) << 32 | pick(4) << 48;
	default:
		return sim_rng_u64(&rng);
	}
}

static void random_register_write(void)
{
	const struct reg_row *row = &smmu_reg_table[pick(SMMU_NR_REGS)];
	u64 value = pick(3) ? random_word() : pick(64);

	if (row->offset == ARM_SMMU_CR0 && pick(4))
		value = CR0_SMMUEN | CR0_EVTQEN | CR0_CMDQEN;
	smmu_mmio_write(rig.smmu, row->offset + (pick(20) ? 0 : pick(8)), value,
			pick(20) ? row->bytes : pick(16));
}

static void random_memory_write(void)
{
	pa_t pa = random_address() & ~7ULL;

	mem_write64(rig.mem, pa, random_word());
}

static void random_kick(void)
{
	rig_w32(&rig, ARM_SMMU_GERRORN, rig_r32(&rig, ARM_SMMU_GERROR));
	rig_w32(&rig, ARM_SMMU_CMDQ_PROD,
		(rig_r32(&rig, ARM_SMMU_CMDQ_CONS) & 0x1ff) + 1 + pick(3));
	if (pick(2))
		rig_w32(&rig, ARM_SMMU_EVTQ_CONS, rig_r32(&rig, ARM_SMMU_EVTQ_PROD));
}

/* A sane machine now and then, so that deep states are reached. */
static void make_sane(void)
{
	static const u8 zeroes[64 * 4096];

	assert_int_equal(mem_write(rig.mem, RIG_TABLES, zeroes, sizeof(zeroes)), 0);
	rig_w32(&rig, ARM_SMMU_CR0, 0);
	rig_w32(&rig, ARM_SMMU_IRQ_CTRL, 0);
	rig_w32(&rig, ARM_SMMU_GERRORN, rig_r32(&rig, ARM_SMMU_GERROR));
	rig_w32(&rig, ARM_SMMU_CMDQ_PROD, 0);
	rig_w32(&rig, ARM_SMMU_CMDQ_CONS, 0);
	rig_w32(&rig, ARM_SMMU_EVTQ_PROD, 0);
	rig_w32(&rig, ARM_SMMU_EVTQ_CONS, 0);
	rig_w32(&rig, ARM_SMMU_GBPA, (u32)GBPA_UPDATE);
	rig.next_table = RIG_TABLES;
	rig_enable(&rig);
	for (u32 sid = 0; sid < 4; sid++) {
		pa_t root = rig_alloc(&rig, 4096);

		rig_map(&rig, root, 0x1000 * pick(16), 0x60000000 | PTE_RW);
		rig_stream(&rig, sid, (pick(2) ? RIG_CD_S : 0) | RIG_CD_ASID(sid), root);
	}
}

struct fuzz {
	struct port *port[6];
	struct rig_access access[NR_ACCESSES];
	bool is_out[NR_ACCESSES];
	u64 nr_issued, nr_answered;
};

static struct fuzz fuzz;

static void fuzz_issue(void)
{
	u32 i = pick(NR_ACCESSES);
	u64 iova = pick(4) ? 0x1000 * pick(16) : random_word();
	enum port_status status;

	if (fuzz.is_out[i])
		return;
	status = rig_issue(fuzz.port[pick(6)], &fuzz.access[i], iova,
			   pick(8) | rig_pasid(pick(3) ? RIG_NO_PASID : (int)pick(1 << 20)));
	fuzz.nr_issued++;
	fuzz.is_out[i] = status == PORT_PENDING;
	fuzz.nr_answered += status != PORT_PENDING;
}

static void fuzz_collect(void)
{
	for (u32 i = 0; i < NR_ACCESSES; i++) {
		assert_true(fuzz.access[i].nr_completed <= 1);
		if (fuzz.is_out[i] && fuzz.access[i].nr_completed) {
			fuzz.is_out[i] = false;
			fuzz.nr_answered++;
		}
	}
}

static void fuzz_step(void)
{
	switch (pick(16)) {
	case 0:
		random_register_write();
		break;
	case 1:
	case 2:
	case 3:
		random_memory_write();
		break;
	case 4:
	case 5:
	case 6:
		random_kick();
		break;
	case 7:
		if (!pick(8))
			make_sane();
		break;
	case 8:
	case 9:
		sim_run(sim_now_ps() + pick(400000));
		break;
	default:
		fuzz_issue();
		break;
	}
	fuzz_collect();
}

/* Whatever state it is in: switched off, everything that stalls ends, the rest ends by itself. */
static void fuzz_end(void)
{
	for (u32 i = 0; i < 100 && fuzz.nr_answered < fuzz.nr_issued; i++) {
		rig_w32(&rig, ARM_SMMU_CR0, CR0_SMMUEN);
		rig_w32(&rig, ARM_SMMU_CR0, 0);
		rig_run(&rig);
		fuzz_collect();
	}
	assert_int_equal(fuzz.nr_answered, fuzz.nr_issued);
}

static void fuzz_with(u64 seed, bool is_clockless)
{
	sim_rng_init(&rng, seed, "hostile");
	memset(&fuzz, 0, sizeof(fuzz));
	rig_defaults(&rig);
	rig.params.stall_max = 1 + pick(8);
	rig.params.port_slots = 1 + pick(4);
	rig.params.walk_slots = 1 + pick(3);
	rig.params.slots = 1 + pick(6);
	rig.params.utlb_entries = pick(5);
	rig.params.hyp = pick(2);
	rig.params.unchecked = 1;
	rig.params.abort_only = pick(2);
	rig.params.sid_bits = pick(33);
	rig.params.evtq_lg2 = pick(8);
	rig_start(&rig);
	smmu_set_clockless(rig.smmu, is_clockless);
	make_sane();
	for (u32 i = 0; i < 6; i++) {
		fuzz.port[i] = smmu_port_create(rig.smmu, i < 4 ? i : (u32)random_word());
		fuzz.port[i]->max_stalled = pick(3);
	}
	for (u32 i = 0; i < 2000; i++)
		fuzz_step();
	fuzz_end();
	rig_stop(&rig);
}

static void garbage_neither_crashes_nor_loses_accesses(void **state)
{
	for (u64 seed = 1; seed <= 200; seed++)
		fuzz_with(seed, false);
}

static void garbage_without_a_clock(void **state)
{
	for (u64 seed = 1001; seed <= 1150; seed++)
		fuzz_with(seed, true);
}

/* Destroying with everything under way leaves nothing behind. */
static void destroying_in_the_middle_gives_everything_back(void **state)
{
	u64 before;

	rig_defaults(&rig);
	assert_int_equal(sim_init(1, 0), 0);
	before = sim_arena_used_bytes();
	sim_finish();
	for (u64 seed = 1; seed <= 20; seed++) {
		sim_rng_init(&rng, seed, "hostile");
		memset(&fuzz, 0, sizeof(fuzz));
		rig_defaults(&rig);
		rig_start(&rig);
		make_sane();
		for (u32 i = 0; i < 6; i++)
			fuzz.port[i] = smmu_port_create(rig.smmu, i);
		for (u32 i = 0; i < 300; i++)
			fuzz_step();
		smmu_destroy(rig.smmu);
		assert_true(sim_next_event_ps() == SIM_TIME_NEVER);
		mem_destroy(rig.mem);
		assert_int_equal(sim_arena_used_bytes(), before);
		sim_finish();
	}
}

/* --- rewinding --- */

/* Everything of the run, the accesses too, is in the arena. */
static u64 finish_run(struct rig_access *access, u32 nr)
{
	struct smmu_stats stats;
	u64 hash = 0;

	for (u32 i = 0; i < nr; i++) {
		u64 event[4];

		rig_run(&rig);
		if (!rig_event(&rig, event))
			break;
		rig_cmd_put(&rig, 0x44 | (event[0] & ~0xffffffffULL) | (i % 3 ? 2 : 1) << 12,
			    event[1] & 0xffff);
		rig_cmd_kick(&rig);
	}
	rig_run(&rig);
	smmu_stats(rig.smmu, &stats);
	for (u32 i = 0; i < nr; i++)
		hash = hash * 1000003 + access[i].a.done_ps + access[i].a.status;
	return hash * 1000003 + stats.tlb_hits + stats.walks + stats.evtq.pushed + sim_now_ps();
}

static void a_rewound_machine_repeats_itself(void **state)
{
	struct rig_access *access;
	struct sim_snapshot *snapshot;
	struct rig saved;
	pa_t root;
	u64 first;

	rig_defaults(&rig);
	rig.params.stall_max = 3;
	rig_start(&rig);
	rig_enable(&rig);
	root = rig_alloc(&rig, 4096);
	rig_stream(&rig, 1, RIG_CD_S | RIG_CD_ASID(1), root);
	access = sim_alloc(32 * sizeof(*access));
	for (u64 i = 0; i < 32; i++) {
		if (i % 4 == 0)
			rig_map(&rig, root, 0x1000 * i, 0x60000000 | PTE_RW);
	}
	for (u64 i = 0; i < 32; i++)
		rig_issue(smmu_port_create(rig.smmu, 1), &access[i], 0x1000 * i, 0);
	sim_run(sim_now_ps() + 650000);
	snapshot = sim_arena_save();
	assert_non_null(snapshot);
	saved = rig;
	first = finish_run(access, 32);
	for (u32 i = 0; i < 3; i++) {
		sim_arena_restore(snapshot);
		rig = saved;
		assert_true(finish_run(access, 32) == first);
	}
	sim_snapshot_destroy(snapshot);
	rig_stop(&rig);
}

/* --- no memory --- */

/* Leave less and less: every allocation of creation and of use fails in turn. */
static bool try_everything(void)
{
	struct mem *mem = mem_create(&rig.mem_params);
	struct smmu *smmu = mem ? smmu_create(&rig.params, mem, 0) : NULL;
	struct port *port = smmu ? smmu_port_create(smmu, 1) : NULL;
	bool is_complete = port;

	for (u64 i = 0; mem && i < 40; i++) {
		int err = mem_write64(mem, RIG_RAM + (i << 24), i);

		assert_true(err == 0 || err == -ENOMEM);
		is_complete &= !err;
	}
	smmu_destroy(smmu);
	mem_destroy(mem);
	return is_complete;
}

static void creation_fails_cleanly_without_memory(void **state)
{
	u32 nr_failed = 0;
	u64 before;

	rig_defaults(&rig);
	smmu_destroy(NULL);
	for (u32 nr_fillers = 0; nr_fillers < 600; nr_fillers += 3) {
		assert_int_equal(sim_init(1, 16 << 20), 0);
		for (u32 i = 0; i < nr_fillers; i++)
			sim_alloc(16000);
		before = sim_arena_used_bytes();
		nr_failed += !try_everything();
		assert_int_equal(sim_arena_used_bytes(), before);
		sim_finish();
	}
	assert_in_range(nr_failed, 10, 190);
}

/* --- parameters --- */

static void check_parameter(size_t offset, u64 value, const char *word)
{
	const char *message;
	u64 *field = (u64 *)((char *)&rig.params + offset);
	u64 before = *field;

	*field = value;
	message = smmu_params_check(&rig.params);
	*field = before;
	if (!word) {
		assert_null(message);
		return;
	}
	assert_non_null(message);
	assert_non_null(strstr(message, word));
}

static void parameters_that_do_not_fit_are_named(void **state)
{
	rig_defaults(&rig);
	assert_null(smmu_params_check(&rig.params));
#define AT(field) offsetof(struct smmu_params, field)
	check_parameter(AT(oas_bits), 41, "oas_bits");
	check_parameter(AT(oas_bits), 40, NULL);
	check_parameter(AT(tlb_entries), 2049, "tlb_entries");
	check_parameter(AT(tlb_entries), 3, NULL);
	check_parameter(AT(tlb_entries), 0, NULL);
	check_parameter(AT(config_entries), 65, "config_entries");
	check_parameter(AT(walk_l2_entries), 350, "walk");
	check_parameter(AT(walk_l1_entries), 0, NULL);
	check_parameter(AT(ssid_bits), 0, NULL);
	check_parameter(AT(hyp), 0, "hyp");
}

static void check_table(const struct sim_param *table, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		assert_true(table[i].key[0] && table[i].help[0]);
		assert_true(table[i].min <= table[i].def && table[i].def <= table[i].max);
	}
}

static void parameter_defaults_are_in_range(void **state)
{
	check_table(smmu_feature_table, smmu_feature_count);
	check_table(smmu_cache_table, smmu_cache_count);
	check_table(smmu_timing_table, smmu_timing_count);
	check_table(mem_param_table, mem_param_count);
	/* every field of the struct has its row */
	assert_int_equal((smmu_feature_count + smmu_cache_count + smmu_timing_count) * 8,
			 sizeof(struct smmu_params));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(garbage_neither_crashes_nor_loses_accesses),
		cmocka_unit_test(garbage_without_a_clock),
		cmocka_unit_test(destroying_in_the_middle_gives_everything_back),
		cmocka_unit_test(a_rewound_machine_repeats_itself),
		cmocka_unit_test(creation_fails_cleanly_without_memory),
		cmocka_unit_test(parameters_that_do_not_fit_are_named),
		cmocka_unit_test(parameter_defaults_are_in_range),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
