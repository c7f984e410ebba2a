/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A bench for tests of stage 2: one stream with tables of both stages, put into
 * memory by hand, and what an access of it comes to. The guest's memory begins at
 * GUEST: tables of stage 1 and CDs have addresses that no physical memory has.
 */
#ifndef TESTS_SMMUV3_NESTED_RIG_H
#define TESTS_SMMUV3_NESTED_RIG_H

#include "tests/models/smmuv3_rig.h"

#define SID 5
#define GUEST 0x1000000000ULL
#define VA 0x5000ULL
#define IPA 0x9000ULL
#define PA 0x60000000ULL

/* STE */
#define STE_S2 (1ULL | 6ULL << 1)
#define STE_NESTED (1ULL | 7ULL << 1)
#define STE_S2FWB (1ULL << 25)
#define S2_VMID(vmid) ((u64)(vmid))
#define S2_T0SZ(n) ((u64)(n) << 32)
#define S2_SL0(n) ((u64)(n) << 38)
#define S2_TG(n) ((u64)(n) << 46)
#define S2_PS(n) ((u64)(n) << 48)
#define S2_AA64 (1ULL << 51)
#define S2_ENDI (1ULL << 52)
#define S2_AFFD (1ULL << 53)
#define S2_PTW (1ULL << 54)
#define S2_HD (1ULL << 55)
#define S2_HA (1ULL << 56)
#define S2_S (1ULL << 57)
#define S2_R (1ULL << 58)
/* 39 bits, from level 1; 4 KiB granule */
#define S2_USUAL (S2_VMID(0x1234) | S2_T0SZ(25) | S2_SL0(1) | S2_TG(0) | S2_PS(5) | S2_AA64 | S2_R)

/* CD: usual bits of word 0, beyond RIG_CD's */
#define CD_HA (1ULL << 43)
#define CD_HD (1ULL << 42)
#define CD_S (1ULL << 44)
#define CD_AFFD (1ULL << 35)

/* Descriptors of stage 2 */
#define S2_READ (1ULL << 6)
#define S2_WRITE (1ULL << 7)
#define S2_NORMAL (0xfULL << 2)
#define S2_NO_AF (S2_READ | S2_WRITE | S2_NORMAL)
#define S2_RW (S2_NO_AF | PTE_AF)
#define S2_RO (S2_RW & ~S2_WRITE)
#define DBM (1ULL << 51)
#define XN(n) ((u64)(n) << 53)

enum class { CLASS_CD, CLASS_TT, CLASS_IN };

static struct rig rig;
static struct port *port;
static pa_t s2_root, s1_root, cd;
static u64 ste[8], cd_words[8];

/* --- two stages of tables --- */

/* The descriptor of @input at @level below a first table of level 1. */
__attribute__((unused)) static pa_t slot(pa_t root, u64 input, u32 level, pa_t (*next)(pa_t slot))
{
	pa_t table = root;

	for (u32 l = 1;; l++) {
		pa_t at = table + 8 * ((input >> (39 - 9 * l)) & 511);

		if (l == level)
			return at;
		table = next(at);
	}
}

__attribute__((unused)) static pa_t next_s2(pa_t at)
{
	u64 desc = rig_get(&rig, at);

	if (!desc) {
		desc = rig_alloc(&rig, 4096) | PTE_TABLE;
		rig_put1(&rig, at, desc);
	}
	return desc & 0xfffffffff000ULL;
}

__attribute__((unused)) static pa_t s2_slot(u64 ipa, u32 level)
{
	return slot(s2_root, ipa, level, next_s2);
}

__attribute__((unused)) static void s2_map(u64 ipa, pa_t pa, u64 attrs)
{
	rig_put1(&rig, s2_slot(ipa, 3), pa | PTE_PAGE | attrs);
}

/* Memory of the guest: a page and where stage 2 has it. */
__attribute__((unused)) static pa_t guest_page(void)
{
	pa_t pa = rig_alloc(&rig, 4096);

	s2_map(GUEST + pa, pa, S2_RW);
	return pa;
}

__attribute__((unused)) static pa_t next_s1(pa_t at)
{
	u64 desc = rig_get(&rig, at);

	if (!desc) {
		desc = (GUEST + guest_page()) | PTE_TABLE;
		rig_put1(&rig, at, desc);
	}
	return (desc & 0xfffffffff000ULL) - GUEST;
}

__attribute__((unused)) static pa_t s1_slot(u64 va, u32 level)
{
	return slot(s1_root, va, level, next_s1);
}

__attribute__((unused)) static void s1_map(u64 va, u64 ipa, u64 attrs)
{
	rig_put1(&rig, s1_slot(va, 3), ipa | PTE_PAGE | attrs);
}

/* @ste and @cd_words into memory, nothing cached. */
__attribute__((unused)) static void configure(void)
{
	rig_put(&rig, RIG_STRTAB + 64 * SID, ste, 8);
	rig_put(&rig, cd, cd_words, 8);
	rig_cfgi_all(&rig);
	rig_tlbi_all(&rig);
}

/* VA to IPA to PA below @root, everything permitted. */
__attribute__((unused)) static void make_tables(pa_t root)
{
	s2_root = root;
	s1_root = guest_page();
	cd = guest_page();
	s1_map(VA, IPA, PTE_RW);
	s2_map(IPA, PA, S2_RW);
	memset(ste, 0, sizeof(ste));
	ste[0] = STE_NESTED | (GUEST + cd);
	ste[2] = S2_USUAL;
	ste[3] = s2_root;
	memset(cd_words, 0, sizeof(cd_words));
	cd_words[0] = RIG_CD | 25;
	cd_words[1] = GUEST + s1_root;
	configure();
}

__attribute__((unused)) static void start_with(void (*tweak)(struct smmu_params *),
					       bool is_clockless)
{
	rig_defaults(&rig);
	if (tweak)
		tweak(&rig.params);
	rig_start(&rig);
	smmu_set_clockless(rig.smmu, is_clockless);
	rig_enable(&rig);
	port = smmu_port_create(rig.smmu, SID);
	make_tables(rig_alloc(&rig, 4096));
}

__attribute__((unused)) static int setup(void **state)
{
	start_with(NULL, true);
	return 0;
}

__attribute__((unused)) static int teardown(void **state)
{
	rig_stop(&rig);
	return 0;
}

__attribute__((unused)) static void restart_with(void (*tweak)(struct smmu_params *),
						 bool is_clockless)
{
	rig_stop(&rig);
	start_with(tweak, is_clockless);
}

__attribute__((unused)) static void stage2_alone(void)
{
	ste[0] = STE_S2;
	configure();
}

/* --- what an access comes to --- */

__attribute__((unused)) static struct smmu_outcome explain(u64 address, u32 flags, pa_t *pa)
{
	struct rig_access access;
	struct smmu_outcome outcome;
	enum port_status status;

	rig_prepare(&access, address, flags);
	status = smmu_translate_explain(rig.smmu, SID, &access.a, &outcome);
	assert_int_equal(status == PORT_DONE, !outcome.event);
	*pa = access.a.pa;
	return outcome;
}

__attribute__((unused)) static void expect_pa(u64 address, u32 flags, pa_t pa)
{
	pa_t got;

	assert_int_equal(explain(address, flags, &got).event, 0);
	assert_int_equal(got, pa);
}

__attribute__((unused)) static void expect_event(u64 address, u32 flags, u32 event)
{
	pa_t pa;

	assert_int_equal(explain(address, flags, &pa).event, event);
}

/* A fault of stage 2. */
struct s2_fault {
	u32 event;
	enum class class;
	u64 ipa;
};

__attribute__((unused)) static void expect_s2(u64 address, u32 flags, struct s2_fault fault)
{
	pa_t pa;
	struct smmu_outcome got = explain(address, flags, &pa);

	assert_int_equal(got.event, fault.event);
	assert_true(got.is_stage2);
	assert_int_equal(got.fault_class, fault.class);
	assert_int_equal(got.ipa & ~0xfffULL, fault.ipa & ~0xfffULL);
}

/* A fault of stage 1, or another event. */
__attribute__((unused)) static void expect_s1(u64 address, u32 flags, u32 event)
{
	pa_t pa;
	struct smmu_outcome got = explain(address, flags, &pa);

	assert_int_equal(got.event, event);
	assert_false(got.is_stage2);
}

#define TWEAK(name, field, value)                                                                  \
	static void name(struct smmu_params *p)                                                    \
	{                                                                                          \
		p->field = value;                                                                  \
	}

/* --- hardware updates --- */

__attribute__((unused)) static u64 s1_leaf(void)
{
	return rig_get(&rig, s1_slot(VA, 3));
}

__attribute__((unused)) static u64 s2_leaf(u64 ipa)
{
	return rig_get(&rig, s2_slot(ipa, 3));
}

__attribute__((unused)) static void enable_updates(u64 of_cd, u64 of_ste)
{
	cd_words[0] = (RIG_CD | 25) | of_cd;
	ste[2] = S2_USUAL | of_ste;
	configure();
}

#endif
