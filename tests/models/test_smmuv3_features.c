// SPDX-License-Identifier: GPL-2.0-only
/*
 * Theorems about which sets of features an SMMU may have (IHI 0070 2.2 to 2.9, 6.3.1 to
 * 6.3.6): each rule refuses what it is for and says its section; random sets are taken or
 * refused as a second account of the same sections says; what is taken reads back consistent
 * in the ID registers; with `unchecked` any set is taken, and whatever it does it does not
 * crash. What each ID field promises is probed in test_smmuv3_probes.c.
 */
#include "tests/models/smmuv3_sets.h"

static struct rig rig;
static struct sim_rng rng;

#define AT(field) offsetof(struct smmu_params, field)

/* --- each rule alone --- */

struct refusal {
	u32 minor;
	struct {
		size_t offset;
		u64 value;
	} set[4];
	const char *message; /* NULL: it is taken */
};

static void check_refusal(const struct refusal *r)
{
	struct smmu_params p;
	const char *message;

	smmu_params_default(&p);
	rig_version(&p, r->minor);
	for (u32 i = 0; i < 4 && r->set[i].offset; i++)
		*(u64 *)((char *)&p + r->set[i].offset) = r->set[i].value;
	message = smmu_params_check(&p);
	if (!r->message != !message || (message && !strstr(message, r->message)))
		fail_msg("%s instead of %s", message ? message : "taken",
			 r->message ? r->message : "taken");
	if (message)
		assert_non_null(strstr(message, "(IHI 0070 "));
	p.unchecked = 1;
	assert_null(smmu_params_check(&p));
}

/* sid_bits is the first member, and so is left alone by offset 0. */
static void each_rule_refuses_what_it_is_for(void **state)
{
	static const struct refusal refusals[] = {
		{0, {{0}}, NULL},
		{1, {{0}}, NULL},
		{2, {{0}}, NULL},
		{3, {{0}}, NULL},
		{2, {{AT(stage1), 0}, {AT(stage2), 0}}, "2.2"},
		{2, {{AT(st_2level), 0}}, "sid_bits"},
		{2, {{AT(hyp), 0}}, "hyp"},
		{2, {{AT(hyp), 0}, {AT(stage2), 0}}, NULL},
		{2, {{AT(hyp), 0}, {AT(stage1), 0}}, NULL},
		{1, {{AT(hyp), 0}}, NULL},
		{1, {{AT(had), 0}}, "had"},
		{1, {{AT(had), 0}, {AT(stage1), 0}}, NULL},
		{0, {{AT(had), 0}}, NULL},
		{1, {{AT(xnx), 0}}, "xnx"},
		{1, {{AT(xnx), 0}, {AT(stage2), 0}}, NULL},
		{0, {{AT(xnx), 1}}, "xnx"},
		{2, {{AT(ril), 0}}, "ril"},
		{1, {{AT(ril), 0}}, NULL},
		{0, {{AT(ril), 1}}, "ril"},
		{2, {{AT(bbml), 0}}, "bbml"},
		{1, {{AT(bbml), 0}}, NULL},
		{0, {{AT(bbml), 1}}, "bbml"},
		{2, {{AT(fwb), 0}}, "fwb"},
		{1, {{AT(fwb), 0}}, NULL},
		{0, {{AT(fwb), 1}}, "fwb"},
		{3, {{AT(e0pd), 0}}, "e0pd"},
		{2, {{AT(e0pd), 0}}, NULL},
		{1, {{AT(e0pd), 1}}, "e0pd"},
		{3, {{AT(ptwnnc), 0}}, "ptwnnc"},
		{3, {{AT(ptwnnc), 0}, {AT(stage2), 0}}, NULL},
		{2, {{AT(ptwnnc), 0}}, NULL},
		{1, {{AT(ptwnnc), 1}}, "ptwnnc"},
		{0, {{AT(oas_bits), 52}}, "oas_bits"},
		{1, {{AT(oas_bits), 52}}, NULL},
		{2, {{AT(oas_bits), 52}, {AT(gran64k), 0}}, "oas_bits"},
		{0, {{AT(vax), 1}}, "vax"},
		{1, {{AT(vax), 1}}, NULL},
		{2, {{AT(vax), 1}, {AT(gran64k), 0}}, "vax"},
		{3, {{AT(ds), 1}}, "ds needs vax"},
		{3, {{AT(ds), 1}, {AT(vax), 1}, {AT(gran64k), 0}}, NULL},
		{2, {{AT(ds), 1}, {AT(vax), 1}}, "ds needs arch_minor"},
		{2, {{AT(ecmdq), 1}, {AT(msi), 0}}, "ecmdq needs msi"},
		{2, {{AT(ecmdq), 1}}, NULL},
		{1, {{AT(ecmdq), 1}}, "ecmdq needs arch_minor"},
		{1, {{AT(atsrecerr), 1}}, NULL},
		{1, {{AT(atsrecerr), 1}, {AT(ats), 1}}, "atsrecerr"},
		{2, {{AT(atsrecerr), 1}, {AT(ats), 1}}, NULL},
		{2, {{AT(pri), 1}}, "pri"},
		{2, {{AT(stall_forced), 1}}, NULL},
		{2, {{AT(stall_forced), 1}, {AT(stall), 0}}, "stall_forced"},
		{2, {{AT(stall_forced), 1}, {AT(ats), 1}}, "PCI"},
		{2, {{AT(stall_forced), 1}, {AT(stall_full_aborts), 1}}, "stall_full_aborts"},
	};

	for (u32 i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		check_refusal(&refusals[i]);
}

/* --- a second account --- */

#define NEVER 99

/* A feature may be there from version @first on, and must be from @mandatory on. */
static bool is_of_version(u64 has, u64 minor, u64 first, u64 mandatory)
{
	return has ? minor >= first : minor < mandatory;
}

static bool is_permitted(const struct smmu_params *p)
{
	u64 minor = p->arch_minor;
	bool has_both = p->stage1 && p->stage2;
	bool has_large = p->gran64k || p->ds;
	bool is_any = true;

	is_any &= is_of_version(p->hyp, minor, 0, has_both ? 2 : NEVER);
	is_any &= is_of_version(p->had, minor, 0, p->stage1 ? 1 : NEVER);
	is_any &= !p->stage2 || is_of_version(p->xnx, minor, 1, 1);
	is_any &= !p->stage2 || is_of_version(p->ptwnnc, minor, 2, 3);
	is_any &= is_of_version(p->ril, minor, 1, 2);
	is_any &= is_of_version(p->bbml, minor, 1, 2);
	is_any &= is_of_version(p->fwb, minor, 1, 2);
	is_any &= is_of_version(p->e0pd, minor, 2, 3);
	is_any &= is_of_version(p->oas_bits == 52, minor, 1, NEVER);
	is_any &= is_of_version(p->vax, minor, 1, NEVER);
	is_any &= is_of_version(p->ds, minor, 3, NEVER);
	is_any &= is_of_version(p->ecmdq, minor, 2, NEVER);
	is_any &= is_of_version(p->ats && p->atsrecerr, minor, 2, NEVER);
	is_any &= (p->stage1 || p->stage2) && (p->sid_bits < 7 || p->st_2level);
	is_any &= has_large || (p->oas_bits < 52 && !p->vax);
	is_any &= (!p->ds || p->vax) && (!p->ecmdq || p->msi) && (!p->pri || p->ats);
	return is_any && (!p->stall_forced || (p->stall && !p->ats && !p->stall_full_aborts));
}

static void random_sets_are_taken_as_a_second_account_says(void **state)
{
	u32 nr_taken = 0, nr_refused = 0;

	sim_rng_init(&rng, 1, "sets");
	for (u32 i = 0; i < 3000; i++) {
		struct smmu_params p;

		sets_any(&rng, &p);
		/* from anywhere to what is permitted, and a step beyond it */
		for (;;) {
			bool is_taken = !smmu_params_check(&p);

			assert_int_equal(is_taken, is_permitted(&p));
			nr_taken += is_taken;
			nr_refused += !is_taken;
			sets_change(&rng, &p);
			if (is_taken)
				break;
		}
		assert_int_equal(!smmu_params_check(&p), is_permitted(&p));
	}
	assert_int_equal(nr_taken, 3000);
	assert_true(nr_refused > 3000);
}

/* --- consistency, by the registers alone --- */

static u32 idr[7], aidr;

static u32 field(u32 reg, u32 last, u32 first)
{
	return idr[reg] << (31 - last) >> (31 - last + first);
}

static u32 bit(u32 reg, u32 number)
{
	return field(reg, number, number);
}

static void read_id_registers(void)
{
	for (u32 i = 0; i < 6; i++)
		idr[i] = rig_r32(&rig, 4 * i);
	idr[6] = rig_r32(&rig, 0x190);
	aidr = rig_r32(&rig, 0x1c);
}

/* 6.3.1, 6.3.2 */
static void check_idr0_and_idr1(void)
{
	bool s1 = bit(0, 1), s2 = bit(0, 0), ats = bit(0, 10);

	assert_true(s1 || s2);
	assert_true(!bit(0, 9) || (s1 && s2));
	assert_true(aidr < 2 || !(s1 && s2) || bit(0, 9));
	assert_true(ats || !(bit(0, 11) || bit(0, 16) || bit(0, 23)));
	assert_true((s1 && s2) || !bit(0, 11));
	assert_true(s2 || !(bit(0, 17) || bit(0, 18)));
	assert_int_not_equal(field(0, 25, 24), 3);
	assert_true(!ats || field(0, 25, 24) != 2);
	assert_true(field(1, 5, 0) < 7 || field(0, 28, 27));
	assert_true(field(1, 5, 0) <= 32 && field(1, 10, 6) <= 20);
	assert_true(field(1, 15, 11) <= 19 && field(1, 20, 16) <= 19 && field(1, 25, 21) <= 19);
	assert_true(bit(1, 31) ? bit(0, 4) && bit(0, 13) && !bit(1, 29) : !idr[6]);
}

/* 6.3.4 */
static void check_idr3(void)
{
	bool s1 = bit(0, 1), s2 = bit(0, 0);

	assert_true(bit(3, 2) ? s1 : !s1 || aidr < 1);
	assert_true(bit(3, 4) ? s2 && aidr >= 1 : !s2 || aidr < 1);
	assert_true(!bit(3, 5) || (bit(0, 16) && field(1, 10, 6)));
	assert_true(aidr < 2 || (bit(3, 8) && bit(3, 10) && field(3, 12, 11)));
	assert_true(aidr >= 1 || !(bit(3, 8) || bit(3, 10) || field(3, 12, 11)));
	assert_int_not_equal(field(3, 12, 11), 3);
	assert_true(bit(3, 13) ? aidr >= 2 : aidr < 3);
	assert_true(bit(3, 14) ? s2 && aidr >= 2 : !s2 || aidr < 3);
}

/* 6.3.6 */
static void check_idr5(void)
{
	bool has_large = bit(5, 6) || bit(5, 7);

	assert_true(field(5, 2, 0) <= 6);
	assert_true(field(5, 2, 0) < 6 || (has_large && aidr >= 1));
	assert_true(!field(5, 11, 10) || (has_large && aidr >= 1));
	assert_true(!bit(5, 7) || (field(5, 11, 10) && aidr >= 3 && (bit(5, 4) || bit(5, 5))));
	assert_true(bit(5, 4) || bit(5, 5) || bit(5, 6));
	assert_int_equal(!field(5, 31, 16), field(0, 25, 24) == 1);
}

static void what_is_taken_reads_back_consistent(void **state)
{
	sim_rng_init(&rng, 2, "sets");
	for (u32 i = 0; i < 1000; i++) {
		rig_defaults(&rig);
		sets_permitted(&rng, &rig.params);
		rig_start(&rig);
		read_id_registers();
		assert_int_equal(aidr, rig.params.arch_minor);
		check_idr0_and_idr1();
		check_idr3();
		check_idr5();
		rig_stop(&rig);
	}
}

/* --- without checks --- */

static void poke(void)
{
	struct rig_access access;

	for (u32 i = 0; i < 64; i++) {
		u64 bits = sim_rng_u64(&rng);

		rig_put1(&rig, RIG_STRTAB + 8 * (bits % 512), sim_rng_u64(&rng) | 1);
		rig_put1(&rig, RIG_TABLES + 8 * (bits >> 16 & 0xfff),
			 sim_rng_u64(&rng) & 0x40000000ffffffff);
		rig_cmd_put(&rig, 0x30, 0);
		rig_cmd_put(&rig, 0x04, 31);
		rig_cmd_kick(&rig);
		rig_prepare(&access, bits >> (bits % 64), bits >> 8 & 15);
		smmu_translate(rig.smmu, bits >> 60, &access.a);
		rig_w32(&rig, 4 * (bits >> 32 & 0x3f), (u32)sim_rng_u64(&rng) & ~1U);
		rig_w32(&rig, ARM_SMMU_CR0, CR0_SMMUEN | CR0_EVTQEN | CR0_CMDQEN);
	}
}

/* Garbage in tables and registers of SMMUs that no version has. */
static void any_set_is_taken_unchecked(void **state)
{
	u32 nr_excluded = 0;

	sim_rng_init(&rng, 3, "sets");
	for (u32 i = 0; i < 500; i++) {
		rig_defaults(&rig);
		sets_any(&rng, &rig.params);
		nr_excluded += !is_permitted(&rig.params);
		rig.params.unchecked = 1;
		rig_start(&rig);
		smmu_set_clockless(rig.smmu, true);
		rig_enable(&rig);
		poke();
		rig_stop(&rig);
	}
	assert_true(nr_excluded > 400);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_rule_refuses_what_it_is_for),
		cmocka_unit_test(random_sets_are_taken_as_a_second_account_says),
		cmocka_unit_test(what_is_taken_reads_back_consistent),
		cmocka_unit_test(any_set_is_taken_unchecked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
