// SPDX-License-Identifier: GPL-2.0-only
/*
 * Theorems: a stream's configuration is found through every table format; each
 * way in which an STE, a CD or a level 1 descriptor can be bad gives the event
 * that the specification names, with every field of its record, an abort, and
 * nothing else; fields that do not matter here do not matter.
 */
#include "tests/models/smmuv3_rig.h"

#define SID 5

static struct rig rig;
static struct port *port;
static struct rig_access access;

static int setup(void **state)
{
	rig_defaults(&rig);
	rig_start(&rig);
	rig_enable(&rig);
	port = smmu_port_create(rig.smmu, SID);
	return 0;
}

static int teardown(void **state)
{
	rig_stop(&rig);
	return 0;
}

/* Again from reset, with other features. */
static void restart_with(void (*change)(struct smmu_params *params))
{
	rig_stop(&rig);
	rig_defaults(&rig);
	change(&rig.params);
	rig_start(&rig);
	rig_enable(&rig);
	port = smmu_port_create(rig.smmu, SID);
}

static void no_event(void)
{
	assert_int_equal(rig_nr_events(&rig), 0);
}

static void next_event(u64 w0, u64 w1, u64 w2, u64 w3)
{
	u64 event[4];

	assert_true(rig_event(&rig, event));
	assert_true(event[0] == w0);
	assert_true(event[1] == w1);
	assert_true(event[2] == w2);
	assert_true(event[3] == w3);
	no_event();
}

static void aborts(u64 iova, u32 flags, int pasid)
{
	assert_int_equal(rig_do(port, &access, iova, flags | rig_pasid(pasid)), PORT_ABORTED);
}

static void translates(u64 iova, int pasid, pa_t pa)
{
	assert_int_equal(rig_do(port, &access, iova, rig_pasid(pasid)), PORT_DONE);
	assert_true(access.a.pa == pa);
	no_event();
}

#define SID_FIELD ((u64)SID << 32)
#define SSV(ssid) (1ULL << 11 | (u64)(ssid) << 12)

/* RnW, InD, PnU, CLASS */
#define E_READ (1ULL << 35)
#define E_INSTR (1ULL << 34)
#define E_PRIV (1ULL << 33)
#define E_CLASS_IN (2ULL << 40)
#define E_CLASS_TT (1ULL << 40)

/* --- stream table --- */

static void streamid_beyond_the_table_is_c_bad_streamid(void **state)
{
	u32 sid = 1 << RIG_SID_LG2;

	port = smmu_port_create(rig.smmu, sid);
	aborts(0x1000, 0, RIG_NO_PASID);
	next_event(0x02 | (u64)sid << 32, 0, 0, 0);
	aborts(0x1000, RIG_WRITE, 9);
	next_event(0x02 | (u64)sid << 32 | SSV(9), 0, 0, 0);
	/* the last one inside is looked up */
	port = smmu_port_create(rig.smmu, sid - 1);
	aborts(0x1000, 0, RIG_NO_PASID);
	next_event(0x04 | (u64)(sid - 1) << 32, 0, 0, 0);
}

static void c_bad_streamid_is_recorded_only_with_recinvsid(void **state)
{
	port = smmu_port_create(rig.smmu, 1 << RIG_SID_LG2);
	rig_w32(&rig, ARM_SMMU_CR0, CR0_EVTQEN | CR0_CMDQEN);
	rig_w32(&rig, ARM_SMMU_CR2, 0);
	rig_w32(&rig, ARM_SMMU_CR0, CR0_SMMUEN | CR0_EVTQEN | CR0_CMDQEN);
	aborts(0x1000, 0, RIG_NO_PASID);
	no_event();
}

static void set_strtab(u64 base, u32 cfg)
{
	rig_w32(&rig, ARM_SMMU_CR0, CR0_EVTQEN | CR0_CMDQEN);
	rig_w64(&rig, ARM_SMMU_STRTAB_BASE, base);
	rig_w32(&rig, ARM_SMMU_STRTAB_BASE_CFG, cfg);
	rig_w32(&rig, ARM_SMMU_CR0, CR0_SMMUEN | CR0_EVTQEN | CR0_CMDQEN);
	rig_cfgi_all(&rig);
}

/* 6.3.25: the effective size is limited by IDR1.SIDSIZE. */
static void log2size_beyond_sidsize_is_limited(void **state)
{
	port = smmu_port_create(rig.smmu, 1 << 16);
	set_strtab(RIG_STRTAB, 20);
	aborts(0x1000, 0, RIG_NO_PASID);
	next_event(0x02 | 1ULL << 48, 0, 0, 0);
}

/* 6.3.24: a linear table is aligned to its size, by the value as written. */
static void linear_table_base_is_aligned_to_its_size(void **state)
{
	rig_ste(&rig, SID, RIG_STE_BYPASS, 0);
	set_strtab(RIG_STRTAB + 0x40 * 16, RIG_SID_LG2);
	translates(0x1234, RIG_NO_PASID, 0x1234);
}

#define L1 0x44000000ULL
#define L2 0x45000000ULL

static bool is_span_good(u32 span, u32 split, u32 index)
{
	return span >= 1 && span <= 11 && span <= split + 1 && index < 1U << (span - 1);
}

/* Every Span against every SPLIT, at the first, the last and the next StreamID. */
static void two_level_spans_limit_streamids_exactly(void **state)
{
	static const u32 splits[] = {6, 8, 10, 7, 16, 0, 31};

	for (u32 s = 0; s < 7; s++) {
		u32 split = splits[s] == 8 || splits[s] == 10 ? splits[s] : 6;

		set_strtab(L1, 16 | splits[s] << 6 | 1 << 16);
		for (u32 span = 0; span < 32; span++) {
			u32 edge = span && span < 12 ? 1U << (span - 1) : 1;
			u32 tries[] = {0, edge - 1, edge, (1U << split) - 1};

			rig_put1(&rig, L1 + 8 * 3, L2 | span);
			for (u32 t = 0; t < 4; t++) {
				u32 index = tries[t] & ((1U << split) - 1);
				u32 sid = 3U << split | index;
				struct port_access a = {.iova = 0x5000};
				struct smmu_outcome outcome;

				rig_put1(&rig, L2 + 64 * index, RIG_STE_BYPASS);
				smmu_translate_explain(rig.smmu, sid, &a, &outcome);
				assert_int_equal(outcome.event,
						 is_span_good(span, split, index) ? 0 : 0x02);
				rig_cfgi_all(&rig);
			}
		}
	}
}

/* 6.3.25: a table of fewer bits than SPLIT has one descriptor. */
static void two_level_table_smaller_than_split(void **state)
{
	set_strtab(L1, 4 | 8 << 6 | 1 << 16);
	rig_put1(&rig, L1, L2 | 9);
	rig_put1(&rig, L2 + 64 * SID, RIG_STE_BYPASS);
	translates(0x7777, RIG_NO_PASID, 0x7777);
	port = smmu_port_create(rig.smmu, 16);
	aborts(0, 0, RIG_NO_PASID);
	next_event(0x02 | 16ULL << 32, 0, 0, 0);
}

/* 5.1: the second level is aligned to its size. */
static void l2ptr_is_aligned_to_its_size(void **state)
{
	set_strtab(L1, 16 | 8 << 6 | 1 << 16);
	rig_put1(&rig, L1, (L2 + 0x2000) | 9);
	rig_put1(&rig, L2 + 64 * SID, RIG_STE_BYPASS);
	translates(0x7777, RIG_NO_PASID, 0x7777);
}

static void aborted_stream_table_reads_are_f_ste_fetch(void **state)
{
	set_strtab(RIG_NOWHERE, RIG_SID_LG2);
	aborts(0x1000, 0, 3);
	next_event(0x03 | SID_FIELD | SSV(3), 0, 0, RIG_NOWHERE + 64 * SID);
	set_strtab(RIG_NOWHERE, 16 | 8 << 6 | 1 << 16);
	aborts(0x1000, 0, RIG_NO_PASID);
	next_event(0x03 | SID_FIELD, 0, 0, RIG_NOWHERE);
	set_strtab(L1, 16 | 8 << 6 | 1 << 16);
	rig_put1(&rig, L1, RIG_NOWHERE | 9);
	aborts(0x1000, 0, RIG_NO_PASID);
	next_event(0x03 | SID_FIELD, 0, 0, RIG_NOWHERE + 64 * SID);
}

/* --- STE --- */

static void ste_config_0xx_aborts_silently(void **state)
{
	for (u64 config = 0; config < 4; config++) {
		rig_ste(&rig, SID, 1 | config << 1, 0);
		aborts(0x1000, 0, RIG_NO_PASID);
		aborts(0x1000, 0, 1);
		no_event();
		rig_cfgi_all(&rig);
	}
}

static void ste_bypass_gives_the_address_itself(void **state)
{
	rig_ste(&rig, SID, RIG_STE_BYPASS, 0);
	translates(0xffffffffffffULL, RIG_NO_PASID, 0xffffffffffffULL);
	translates(0x1234, RIG_NO_PASID, 0x1234);
	/* 3.4: beyond the output size it is a stage 1 address size fault, never stalled */
	aborts(1ULL << 48, RIG_WRITE | RIG_PRIV, RIG_NO_PASID);
	next_event(0x11 | SID_FIELD, E_CLASS_IN | E_PRIV, 1ULL << 48, 0);
	aborts(0xffff000000001234ULL, 0, RIG_NO_PASID);
	next_event(0x11 | SID_FIELD, E_CLASS_IN | E_READ, 0xffff000000001234ULL, 0);
}

static void substream_on_a_bypassing_stream_is_c_bad_substreamid(void **state)
{
	rig_ste(&rig, SID, RIG_STE_BYPASS, 0);
	aborts(0x1000, 0, 77);
	/* has no SSV: the SubstreamID is always valid */
	next_event(0x08 | SID_FIELD | 77ULL << 12, 0, 0, 0);
}

static void check_bad_ste(u64 w0, u64 w1)
{
	rig_ste(&rig, SID, w0, w1);
	aborts(0x1000, 0, 4);
	next_event(0x04 | SID_FIELD | SSV(4), 0, 0, 0);
	aborts(0x1000, 0, RIG_NO_PASID);
	next_event(0x04 | SID_FIELD, 0, 0, 0);
}

static void illegal_stes_are_c_bad_ste(void **state)
{
	pa_t cd = rig_alloc(&rig, 4096);

	check_bad_ste(0, 0);				 /* V == 0 */
	check_bad_ste(RIG_STE_BYPASS & ~1ULL, 0);	 /* V == 0 */
	check_bad_ste(1 | 6 << 1, 0);			 /* stage 2 with S2AA64 0 */
	check_bad_ste(1 | 7 << 1, 0);			 /* nested */
	check_bad_ste(RIG_STE_S1 | cd | 17ULL << 59, 0); /* S1CDMax > SSIDSIZE */
	check_bad_ste(RIG_STE_S1 | cd | 31ULL << 59, 0);
	check_bad_ste(RIG_STE_S1 | 1ULL << 48, 0); /* S1ContextPtr beyond OAS */
}

static pa_t make_root(u32 t0sz);
static void with_granules(struct smmu_params *p);

static void without_stage1(struct smmu_params *p)
{
	p->stage1 = 0;
}

static void without_stage2(struct smmu_params *p)
{
	p->stage2 = 0;
}

/* An STE of Config @config, 5 to 7: stage 1 maps 0x10000 to 0x60000000, stage 2 is the identity. */
static void put_stages_ste(u64 config)
{
	pa_t s2 = rig_alloc(&rig, 4096);
	u64 words[8] = {1 | config << 1 | rig_stream(&rig, SID, 0, make_root(16))};

	/* a block of 1 GiB at level 1, readable and writable */
	rig_put1(&rig, s2 + 8, 0x40000000ULL | 1 << 10 | 3 << 6 | 0xf << 2 | 1);
	words[2] = 25ULL << 32 | 1ULL << 38 | 5ULL << 48 | 1ULL << 51 | 1ULL << 58;
	words[3] = s2;
	rig_put(&rig, RIG_STRTAB + 64 * SID, words, 8);
	rig_cfgi_all(&rig);
}

static void stages_are_legal_as_idr0_says(void **state)
{
	void (*const change[3])(struct smmu_params *) = {with_granules, without_stage1,
							 without_stage2};

	for (u32 i = 0; i < 3; i++) {
		restart_with(change[i]);
		for (u64 config = 5; config <= 7; config++) {
			u64 iova = config & 1 ? 0x10000 : 0x60000000;

			put_stages_ste(config);
			if ((i == 1 && (config & 1)) || (i == 2 && (config & 2))) {
				aborts(iova, 0, RIG_NO_PASID);
				next_event(0x04 | SID_FIELD, 0, 0, 0);
			} else {
				translates(iova, RIG_NO_PASID, 0x60000000);
			}
		}
	}
}

static void without_stall_and_cd2l(struct smmu_params *p)
{
	p->stall = 0;
	p->cd_2level = 0;
}

static void ste_that_asks_for_missing_features_is_c_bad_ste(void **state)
{
	pa_t cd;

	restart_with(without_stall_and_cd2l);
	cd = rig_alloc(&rig, 4096);
	check_bad_ste(RIG_STE_S1 | cd, 1 << 27);		 /* S1STALLD */
	check_bad_ste(RIG_STE_S1 | cd | 4ULL << 59 | 1 << 4, 0); /* S1Fmt 4 KiB leaves */
	check_bad_ste(RIG_STE_S1 | cd | 4ULL << 59 | 2 << 4, 0); /* S1Fmt 64 KiB leaves */
	/* without substreams S1Fmt is ignored: it is the CD that is bad */
	rig_ste(&rig, SID, RIG_STE_S1 | cd | 1 << 4, 0);
	aborts(0x1000, 0, RIG_NO_PASID);
	next_event(0x0a | SID_FIELD, 0, 0, 0);
}

static void with_forced_stalls(struct smmu_params *p)
{
	p->stall_forced = 1;
}

/* 5.5: S1STALLD is for hardware that has the choice. */
static void s1stalld_is_illegal_where_stalls_are_forced(void **state)
{
	restart_with(with_forced_stalls);
	check_bad_ste(RIG_STE_S1 | rig_alloc(&rig, 4096), 1 << 27);
}

/* 6.3.25 */
static void reserved_fmt_is_a_linear_table(void **state)
{
	pa_t root = rig_alloc(&rig, 4096);

	rig_map(&rig, root, 0x10000, 0x60000000 | PTE_RW);
	rig_stream(&rig, SID, 0, root);
	for (u32 fmt = 2; fmt < 4; fmt++) {
		set_strtab(RIG_STRTAB, fmt << 16 | 6 << 6 | RIG_SID_LG2);
		translates(0x10000, RIG_NO_PASID, 0x60000000);
	}
}

static void without_hyp(struct smmu_params *p)
{
	rig_version(p, 1);
	p->hyp = 0;
}

static void odd_strw_is_illegal_only_with_hyp(void **state)
{
	pa_t root;

	check_bad_ste(RIG_STE_S1 | RIG_TABLES, 1ULL << 30);
	check_bad_ste(RIG_STE_S1 | RIG_TABLES, 3ULL << 30);
	restart_with(without_hyp);
	root = rig_alloc(&rig, 4096);
	rig_map(&rig, root, 0x10000, 0x60000000 | PTE_RW);
	for (u64 strw = 0; strw < 4; strw++) {
		rig_ste(&rig, SID, RIG_STE_S1 | rig_stream(&rig, 6, 0, root), strw << 30);
		translates(0x10000, RIG_NO_PASID, 0x60000000);
		rig_cfgi_all(&rig);
	}
}

/* Bits of word 1 that must not matter for an untranslated or plain access. */
static void other_ste_fields_do_not_matter(void **state)
{
	/* all but S1STALLD, which matters with CD.S only, PRIVCFG and INSTCFG */
	u64 harmless = ~(3ULL << 48 | 3ULL << 50 | 1ULL << 27);
	pa_t root, cd;

	restart_with(without_hyp);
	root = rig_alloc(&rig, 4096);
	cd = rig_stream(&rig, 6, 0, root);
	rig_map(&rig, root, 0x10000, 0x60000000 | PTE_RW);
	rig_ste(&rig, SID, RIG_STE_S1 | cd, harmless);
	translates(0x10000, RIG_NO_PASID, 0x60000000);
	rig_cfgi_all(&rig);
	rig_ste(&rig, SID, RIG_STE_S1 | cd, ~(3ULL << 48 | 3ULL << 50));
	translates(0x10000, RIG_NO_PASID, 0x60000000);
	rig_cfgi_all(&rig);
	/* S1DSS counts only when there are substreams */
	rig_ste(&rig, SID, RIG_STE_S1 | cd, 1);
	translates(0x10000, RIG_NO_PASID, 0x60000000);
}

/* --- substreams --- */

#define SUBSTREAMS(lg2) ((u64)(lg2) << 59)

/* A CD whose page 0x10000 is at @pa. */
static void put_cd(pa_t at, pa_t pa, u32 asid)
{
	pa_t root = rig_alloc(&rig, 4096);
	const u64 words[8] = {RIG_CD | RIG_CD_ASID(asid) | 16, root};

	rig_map(&rig, root, 0x10000, pa | PTE_RW);
	rig_put(&rig, at, words, 8);
}

static pa_t pa_of(u32 ssid)
{
	return 0x60000000ULL + 0x10000 * ssid;
}

static void linear_cd_tables_index_by_substreamid(void **state)
{
	pa_t table = rig_alloc(&rig, 64 << 6);

	for (u32 ssid = 0; ssid < 64; ssid++)
		put_cd(table + 64 * ssid, pa_of(ssid), ssid);
	/* S1Fmt 3 is reserved and behaves as 0 */
	for (u64 fmt = 0; fmt <= 3; fmt += 3) {
		rig_ste(&rig, SID, RIG_STE_S1 | table | SUBSTREAMS(6) | fmt << 4, 2);
		for (u32 ssid = 1; ssid < 64; ssid++)
			translates(0x10000, ssid, pa_of(ssid));
		translates(0x10000, RIG_NO_PASID, pa_of(0));
		aborts(0x10000, 0, 64);
		next_event(0x08 | SID_FIELD | 64ULL << 12, 0, 0, 0);
		aborts(0x10000, 0, 0xfffff);
		next_event(0x08 | SID_FIELD | 0xfffffULL << 12, 0, 0, 0);
		rig_cfgi_all(&rig);
		rig_tlbi_all(&rig);
	}
}

static void check_two_level_cds(u32 fmt, u32 leaf_lg2, u32 cdmax)
{
	pa_t l1 = rig_alloc(&rig, 8ULL << (cdmax > leaf_lg2 ? cdmax - leaf_lg2 : 0));
	pa_t leaf = rig_alloc(&rig, 64ULL << leaf_lg2);
	u32 last = (1U << cdmax) - 1;
	u32 in_leaf = last & ((1U << leaf_lg2) - 1);

	put_cd(leaf + 64ULL * in_leaf, pa_of(1), 100 + fmt);
	/* V is bit 0 of the pointer and no part of it */
	rig_put1(&rig, l1 + 8ULL * (last >> leaf_lg2), leaf | 1);
	rig_ste(&rig, SID, RIG_STE_S1 | l1 | SUBSTREAMS(cdmax) | (u64)fmt << 4, 2);
	rig_cfgi_all(&rig);
	rig_tlbi_all(&rig);
	translates(0x10000, last, pa_of(1));
	if (cdmax > leaf_lg2) {
		/* another L1CD, not valid */
		aborts(0x10000, 0, 1);
		next_event(0x08 | SID_FIELD | 1ULL << 12, 0, 0, 0);
		/* reached without SubstreamID it is recorded as 0 */
		aborts(0x10000, 0, RIG_NO_PASID);
		next_event(0x08 | SID_FIELD, 0, 0, 0);
	}
}

static void two_level_cd_tables_index_by_substreamid(void **state)
{
	check_two_level_cds(1, 6, 4);
	check_two_level_cds(1, 6, 6);
	check_two_level_cds(1, 6, 7);
	check_two_level_cds(1, 6, 16);
	check_two_level_cds(2, 10, 5);
	check_two_level_cds(2, 10, 10);
	check_two_level_cds(2, 10, 11);
	check_two_level_cds(2, 10, 16);
}

static void l2ptr_of_an_l1cd_beyond_oas_is_c_bad_substreamid(void **state)
{
	pa_t l1 = rig_alloc(&rig, 4096);

	rig_put1(&rig, l1, 1ULL << 48 | 1);
	rig_ste(&rig, SID, RIG_STE_S1 | l1 | SUBSTREAMS(8) | 1 << 4, 0);
	aborts(0x10000, 0, 5);
	next_event(0x08 | SID_FIELD | 5ULL << 12, 0, 0, 0);
}

static void substream_without_substreams_is_c_bad_substreamid(void **state)
{
	rig_stream(&rig, SID, 0, rig_alloc(&rig, 4096));
	aborts(0x10000, 0, 0);
	next_event(0x08 | SID_FIELD, 0, 0, 0);
	aborts(0x10000, 0, 3);
	next_event(0x08 | SID_FIELD | 3ULL << 12, 0, 0, 0);
}

static void without_substreams(struct smmu_params *p)
{
	p->ssid_bits = 0;
	p->cd_2level = 0;
}

/* IDR1.SSIDSIZE 0: S1CDMax, S1Fmt and S1DSS are ignored. */
static void hardware_without_substreams_ignores_their_fields(void **state)
{
	pa_t root, cd;

	restart_with(without_substreams);
	root = rig_alloc(&rig, 4096);
	cd = rig_stream(&rig, SID, 0, root);
	rig_map(&rig, root, 0x10000, 0x60000000 | PTE_RW);
	rig_ste(&rig, SID, RIG_STE_S1 | cd | SUBSTREAMS(31) | 2 << 4, 0);
	translates(0x10000, RIG_NO_PASID, 0x60000000);
	aborts(0x10000, 0, 1);
	next_event(0x08 | SID_FIELD | 1 << 12, 0, 0, 0);
}

static void s1dss_decides_for_accesses_without_substream(void **state)
{
	pa_t table = rig_alloc(&rig, 4096);

	put_cd(table, pa_of(0), 1);
	put_cd(table + 64, pa_of(1), 2);
	/* 0: terminate; 3 is reserved and the same */
	for (u64 s1dss = 0; s1dss <= 3; s1dss += 3) {
		rig_ste(&rig, SID, RIG_STE_S1 | table | SUBSTREAMS(1), s1dss);
		aborts(0x10000, 0, RIG_NO_PASID);
		next_event(0x06 | SID_FIELD, 0, 0, 0);
		translates(0x10000, 0, pa_of(0));
		rig_cfgi_all(&rig);
	}
	/* 1: bypass, size checked */
	rig_ste(&rig, SID, RIG_STE_S1 | table | SUBSTREAMS(1), 1);
	translates(0x10000, RIG_NO_PASID, 0x10000);
	translates(0x10000, 1, pa_of(1));
	aborts(1ULL << 50, 0, RIG_NO_PASID);
	next_event(0x11 | SID_FIELD, E_CLASS_IN | E_READ, 1ULL << 50, 0);
	rig_cfgi_all(&rig);
	/* 2: CD 0, which is then no longer SubstreamID 0's */
	rig_ste(&rig, SID, RIG_STE_S1 | table | SUBSTREAMS(1), 2);
	translates(0x10000, RIG_NO_PASID, pa_of(0));
	translates(0x10000, 1, pa_of(1));
	aborts(0x10000, 0, 0);
	next_event(0x06 | SID_FIELD, 0, 0, 0);
}

/* --- CD --- */

/* Bits of S1ContextPtr below the size of the table do not count, for either format. */
static void cd_tables_are_aligned_to_their_size(void **state)
{
	pa_t root = rig_alloc(&rig, 4096), linear = rig_alloc(&rig, 1 << 14);
	pa_t l1 = rig_alloc(&rig, 1 << 14), leaf = rig_alloc(&rig, 4096);
	const u64 cd[8] = {RIG_CD | 16, root};

	rig_map(&rig, root, 0x10000, 0x60000000 | PTE_RW);
	rig_put(&rig, linear + 64 * 7, cd, 8);
	rig_ste(&rig, SID, RIG_STE_S1 | linear | 0x3fc0 | SUBSTREAMS(8), 0);
	translates(0x10000, 7, 0x60000000);
	rig_cfgi_all(&rig);
	/* 2^10 leaves of 4 KiB: a table of 8 KiB */
	rig_put1(&rig, l1 + 8, leaf | 1);
	rig_put(&rig, leaf + 64 * 7, cd, 8);
	rig_ste(&rig, SID, RIG_STE_S1 | l1 | 0x1fc0 | SUBSTREAMS(16) | 1 << 4, 0);
	rig_cfgi_all(&rig);
	translates(0x10000, 64 + 7, 0x60000000);
	/* a 2-level table of less than 64 bytes is aligned to 64 */
	rig_ste(&rig, SID, RIG_STE_S1 | l1 | SUBSTREAMS(7) | 1 << 4, 0);
	rig_cfgi_all(&rig);
	translates(0x10000, 64 + 7, 0x60000000);
}

/* The address is in the last dword of the record. */
static void aborted_cd_reads_are_f_cd_fetch(void **state)
{
	pa_t l1 = rig_alloc(&rig, 4096);

	rig_ste(&rig, SID, RIG_STE_S1 | RIG_NOWHERE, 0);
	aborts(0x1000, 0, RIG_NO_PASID);
	next_event(0x09 | SID_FIELD, 0, 0, RIG_NOWHERE);
	rig_ste(&rig, SID, RIG_STE_S1 | RIG_NOWHERE | SUBSTREAMS(8), 0);
	aborts(0x1000, 0, 7);
	next_event(0x09 | SID_FIELD | SSV(7), 0, 0, RIG_NOWHERE + 64 * 7);
	rig_ste(&rig, SID, RIG_STE_S1 | RIG_NOWHERE | SUBSTREAMS(12) | 2 << 4, 0);
	aborts(0x1000, 0, 3 << 10);
	next_event(0x09 | SID_FIELD | SSV(3 << 10), 0, 0, RIG_NOWHERE + 8 * 3);
	rig_put1(&rig, l1 + 8, RIG_NOWHERE | 1);
	rig_ste(&rig, SID, RIG_STE_S1 | l1 | SUBSTREAMS(12) | 1 << 4, 0);
	aborts(0x1000, 0, 64 + 9);
	next_event(0x09 | SID_FIELD | SSV(64 + 9), 0, 0, RIG_NOWHERE + 64 * 9);
}

/* Words of a CD, and word 1 of its STE. */
struct cd_words {
	u64 w0, w1, w2;
	u64 ste1;
};

static void check_cd(struct cd_words w, bool is_legal)
{
	pa_t cd = rig_alloc(&rig, 4096);
	const u64 words[8] = {w.w0, w.w1, w.w2};

	rig_put(&rig, cd, words, 8);
	rig_ste(&rig, SID, RIG_STE_S1 | cd, w.ste1);
	rig_cfgi_all(&rig);
	rig_tlbi_all(&rig);
	if (is_legal) {
		translates(0x10000, RIG_NO_PASID, 0x60000000);
	} else {
		aborts(0x10000, 0, RIG_NO_PASID);
		next_event(0x0a | SID_FIELD, 0, 0, 0);
	}
}

#define TTB1_ON(t1sz) ((u64)(t1sz) << 16 | 2ULL << 22)
#define EPD0 (1ULL << 14)
#define EPD1 (1ULL << 30)

/* A root that maps 0x10000 at any start level. */
static pa_t make_root(u32 t0sz)
{
	pa_t full = rig_alloc(&rig, 4096);
	u32 level = t0sz <= 24 ? 0 : t0sz <= 33 ? 1 : 2;
	pa_t at;

	rig_map(&rig, full, 0x10000, 0x60000000 | PTE_RW);
	at = rig_pte(&rig, full, 0x10000, level);
	return at & ~0xfffULL;
}

static void illegal_cds_are_c_bad_cd(void **state)
{
	pa_t root = make_root(16);
	const u64 good = RIG_CD | 16;

	check_cd((struct cd_words){good, root, 0, 0}, true);
	check_cd((struct cd_words){good & ~(1ULL << 31), root, 0, 0}, false); /* V */
	check_cd((struct cd_words){good & ~(1ULL << 41), root, 0, 0}, false); /* AA64 */
	check_cd((struct cd_words){good & ~(1ULL << 46), root, 0, 0},
		 false); /* A == 0, TERM_MODEL 1 */
	check_cd((struct cd_words){good | 1ULL << 15, root, 0, 0},
		 false); /* ENDI, little-endian only */
	check_cd((struct cd_words){good | 3ULL << 6, root, 0, 0}, false);  /* TG0 reserved */
	check_cd((struct cd_words){good, 1ULL << 48 | root, 0, 0}, false); /* TTB0 beyond OAS */
	check_cd((struct cd_words){(good & ~(7ULL << 32)), root | 1ULL << 36, 0, 0},
		 false); /* beyond IPS */
	check_cd((struct cd_words){good | RIG_CD_S, root, 0, 1 << 27},
		 false); /* S with STE.S1STALLD */
	check_cd((struct cd_words){good | RIG_CD_S, root, 0, 0}, true);
	check_cd((struct cd_words){good, root, 0, 1 << 27}, true);
}

static void txsz_is_16_to_39(void **state)
{
	for (u64 t0sz = 0; t0sz < 64; t0sz++) {
		bool is_legal = t0sz >= 16 && t0sz <= 39;

		check_cd((struct cd_words){(RIG_CD & ~0x3fULL) | t0sz,
					   is_legal ? make_root(t0sz) : 0x50000000, 0, 0},
			 is_legal);
		/* the other range likewise, and not at all while it is disabled */
		check_cd((struct cd_words){(RIG_CD & ~EPD1) | 16 | TTB1_ON(t0sz), make_root(16), 0,
					   0},
			 is_legal);
		check_cd((struct cd_words){RIG_CD | 16 | TTB1_ON(t0sz), make_root(16), 0, 0}, true);
	}
}

static void with_granules(struct smmu_params *p)
{
	p->gran16k = 1;
	p->gran64k = 1;
}

static void with_4k(struct smmu_params *p)
{
	p->gran16k = 0;
	p->gran64k = 0;
}

static void with_16k(struct smmu_params *p)
{
	p->gran64k = 0;
}

static void with_64k(struct smmu_params *p)
{
	p->gran16k = 0;
}

/* Tables of 2^granule_lg2 that map 0x10000 from the start level of @t0sz on; Return: the root. */
static pa_t make_granule_root(u32 granule_lg2, u32 t0sz)
{
	u32 lg2 = granule_lg2;
	u64 word = (0x60000000ULL & ~((1ULL << granule_lg2) - 1)) | PTE_PAGE | PTE_RW;
	pa_t table;

	/* one table above another until the top one covers the range */
	for (;;) {
		table = rig_alloc(&rig, 1ULL << granule_lg2);
		rig_put1(&rig, table + 8 * (0x10000ULL >> lg2), word);
		lg2 += granule_lg2 - 3;
		if (lg2 >= 64 - t0sz)
			return table;
		word = table | PTE_TABLE;
	}
}

/* TG0 and TG1 have values of their own; those that IDR5 does not name are ILLEGAL (5.4). */
static void granules_are_legal_as_idr5_says(void **state)
{
	static void (*const change[4])(struct smmu_params *) = {with_4k, with_16k, with_64k,
								with_granules};
	static const u8 lg2_of_tg0[] = {12, 16, 14, 12};

	for (u32 has = 0; has < 4; has++) {
		restart_with(change[has]);
		for (u64 tg = 0; tg < 4; tg++) {
			bool is_legal0 = !tg || (tg == 2 && (has & 1)) || (tg == 1 && (has & 2));
			bool is_legal1 = tg == 2 || (tg == 1 && (has & 1)) ||
					 (tg == 3 && (has & 2));

			check_cd((struct cd_words){RIG_CD | 16 | tg << 6,
						   make_granule_root(lg2_of_tg0[tg], 16), 0, 0},
				 is_legal0);
			check_cd((struct cd_words){(RIG_CD & ~EPD1) | 16 | 16 << 16 | tg << 22,
						   make_granule_root(12, 16), 0, 0},
				 is_legal1);
		}
	}
}

static void txsz_is_16_to_39_with_every_granule(void **state)
{
	restart_with(with_granules);
	for (u64 t0sz = 0; t0sz < 64; t0sz++) {
		bool is_legal = t0sz >= 16 && t0sz <= 39;
		u64 shape = is_legal ? t0sz : 16;

		check_cd((struct cd_words){RIG_CD | t0sz | 2ULL << 6, make_granule_root(14, shape),
					   0, 0},
			 is_legal);
		check_cd((struct cd_words){RIG_CD | t0sz | 1ULL << 6, make_granule_root(16, shape),
					   0, 0},
			 is_legal);
	}
}

static void disabled_ranges_are_not_checked(void **state)
{
	pa_t root = make_root(16);

	/* TG1 0 is reserved */
	check_cd((struct cd_words){(RIG_CD & ~EPD1) | 16 | 20 << 16, root, 0, 0}, false);
	check_cd((struct cd_words){RIG_CD | 16 | 20 << 16, root, ~0xfULL & 0xfffffffffffffULL, 0},
		 true);
	/* neither range: even ENDI does not matter; the fault is a translation fault */
	rig_stream(&rig, SID, EPD0 | 1 << 15 | RIG_CD_T0SZ(1), 0);
	rig_cfgi_all(&rig);
	rig_tlbi_all(&rig);
	aborts(0x10000, 0, RIG_NO_PASID);
	next_event(0x10 | SID_FIELD, E_CLASS_IN | E_READ, 0x10000, 0);
}

/* Even where a range of no bits would begin. */
static void disabled_ranges_fault_at_every_address(void **state)
{
	static const u64 iovas[] = {0, 0x10000, ~0xfffULL, ~0ULL};

	rig_stream(&rig, SID, EPD0, 0);
	for (u32 i = 0; i < 4; i++) {
		aborts(iovas[i], 0, RIG_NO_PASID);
		next_event(0x10 | SID_FIELD, E_CLASS_IN | E_READ, iovas[i], 0);
	}
}

static void with_small_asids_and_no_stall(struct smmu_params *p)
{
	p->asid16 = 0;
	p->stall = 0;
	p->abort_only = 0;
}

static void without_httu(struct smmu_params *p)
{
	p->httu = 0;
}

static void with_access_flag_updates(struct smmu_params *p)
{
	p->httu = 1;
}

/* HA is bit 43, HD bit 42 (5.4). */
static void updates_are_legal_as_idr0_says(void **state)
{
	void (*const change[3])(struct smmu_params *) = {without_httu, with_access_flag_updates,
							 NULL};

	for (u32 httu = 0; httu < 3; httu++) {
		pa_t root;

		if (change[httu])
			restart_with(change[httu]);
		else
			restart_with(with_granules);
		root = make_root(16);
		check_cd((struct cd_words){RIG_CD | 16 | 1ULL << 43, root, 0, 0}, httu >= 1);
		check_cd((struct cd_words){RIG_CD | 16 | 1ULL << 42, root, 0, 0}, httu >= 2);
		check_cd((struct cd_words){RIG_CD | 16 | 3ULL << 42, root, 0, 0}, httu >= 2);
	}
}

static void cd_that_asks_for_missing_features_is_c_bad_cd(void **state)
{
	pa_t root;

	restart_with(with_small_asids_and_no_stall);
	root = make_root(16);
	check_cd((struct cd_words){RIG_CD | RIG_CD_ASID(0x100) | 16, root, 0, 0}, false);
	check_cd((struct cd_words){RIG_CD | RIG_CD_ASID(0xff) | 16, root, 0, 0}, true);
	check_cd((struct cd_words){RIG_CD | RIG_CD_S | 16, root, 0, 0}, false);
	/* TERM_MODEL 0: A may be 0 */
	check_cd((struct cd_words){(RIG_CD & ~(1ULL << 46)) | 16, root, 0, 0}, true);
}

static void cd_s_0_is_illegal_where_stalls_are_forced(void **state)
{
	pa_t root;

	restart_with(with_forced_stalls);
	root = make_root(16);
	check_cd((struct cd_words){RIG_CD | 16, root, 0, 0}, false);
	check_cd((struct cd_words){RIG_CD | RIG_CD_S | 16, root, 0, 0}, true);
}

/* --- the first error on the way is the one that is recorded (7.3.22) --- */

static u32 number_of_event(u64 iova, u32 flags, int pasid)
{
	u64 event[4];

	rig_cfgi_all(&rig);
	rig_tlbi_all(&rig);
	aborts(iova, flags, pasid);
	assert_true(rig_event(&rig, event));
	no_event();
	return event[0] & 0xff;
}

/* All of it is wrong at first, and then one thing after the other is put right. */
static void the_first_error_of_configuration_is_recorded(void **state)
{
	pa_t cds = rig_alloc(&rig, 4096);
	u64 ste = RIG_STE_S1 | SUBSTREAMS(2);
	u64 words[8] = {(RIG_CD | 30) & ~(1ULL << 31), RIG_NOWHERE};

	rig_put(&rig, cds, words, 8);
	set_strtab(RIG_NOWHERE, 2);
	assert_int_equal(number_of_event(1ULL << 40, 0, 9), 0x02);
	rig_w32(&rig, ARM_SMMU_CR0, CR0_EVTQEN | CR0_CMDQEN);
	rig_w32(&rig, ARM_SMMU_STRTAB_BASE_CFG, RIG_SID_LG2);
	rig_w32(&rig, ARM_SMMU_CR0, CR0_SMMUEN | CR0_EVTQEN | CR0_CMDQEN);
	assert_int_equal(number_of_event(1ULL << 40, 0, 9), 0x03);
	rig_w32(&rig, ARM_SMMU_CR0, CR0_EVTQEN | CR0_CMDQEN);
	rig_w64(&rig, ARM_SMMU_STRTAB_BASE, RIG_STRTAB);
	rig_w32(&rig, ARM_SMMU_CR0, CR0_SMMUEN | CR0_EVTQEN | CR0_CMDQEN);
	rig_ste(&rig, SID, (ste | RIG_NOWHERE) & ~1ULL, 0);
	assert_int_equal(number_of_event(1ULL << 40, 0, 9), 0x04);
	rig_ste(&rig, SID, ste | RIG_NOWHERE, 0);
	assert_int_equal(number_of_event(1ULL << 40, 0, 9), 0x08);
	assert_int_equal(number_of_event(1ULL << 40, 0, RIG_NO_PASID), 0x06);
	rig_ste(&rig, SID, ste | RIG_NOWHERE, 2);
	assert_int_equal(number_of_event(1ULL << 40, 0, RIG_NO_PASID), 0x09);
	rig_ste(&rig, SID, ste | cds, 2);
	assert_int_equal(number_of_event(1ULL << 40, 0, RIG_NO_PASID), 0x0a);
	rig_put1(&rig, cds, RIG_CD | 30);
	assert_int_equal(number_of_event(1ULL << 40, 0, RIG_NO_PASID), 0x10);
	assert_int_equal(number_of_event(0x5000, 0, RIG_NO_PASID), 0x0b);
}

static void the_first_fault_of_a_walk_is_recorded(void **state)
{
	pa_t root = rig_alloc(&rig, 4096), last;
	u64 iova = 0x5000;

	/* IPS is 32 bits; a write to what will be read-only */
	rig_stream(&rig, SID, 0, root);
	rig_put1(&rig, rig_get(&rig, RIG_STRTAB + 64 * SID) & 0xffffffffffc0ULL,
		 (RIG_CD & ~(7ULL << 32)) | 16);
	last = rig_pte(&rig, root, iova, 3);
	rig_put1(&rig, rig_pte(&rig, root, iova, 2), (1ULL << 40) | PTE_TABLE);
	rig_put1(&rig, last, (1ULL << 40) | PTE_RO);
	assert_int_equal(number_of_event(iova, RIG_WRITE, RIG_NO_PASID), 0x11);
	rig_put1(&rig, rig_pte(&rig, root, iova, 2), (last & ~0xfffULL) | PTE_TABLE);
	assert_int_equal(number_of_event(iova, RIG_WRITE, RIG_NO_PASID), 0x10);
	rig_put1(&rig, last, (1ULL << 40) | PTE_RO | PTE_PAGE);
	assert_int_equal(number_of_event(iova, RIG_WRITE, RIG_NO_PASID), 0x11);
	rig_put1(&rig, last, 0x60000000ULL | PTE_RO | PTE_PAGE);
	assert_int_equal(number_of_event(iova, RIG_WRITE, RIG_NO_PASID), 0x12);
	rig_put1(&rig, last, 0x60000000ULL | PTE_RO | PTE_PAGE | PTE_AF);
	assert_int_equal(number_of_event(iova, RIG_WRITE, RIG_NO_PASID), 0x13);
	rig_put1(&rig, last, 0x60000000ULL | PTE_PAGE | PTE_AF | PTE_EL0);
	rig_tlbi_all(&rig);
	translates(iova, RIG_NO_PASID, 0x60000000);
}

/* --- A, R and the fields of translation faults (5.5, 7.3.13) --- */

static void translation_faults_say_what_the_access_was(void **state)
{
	u64 iova = 0x123456789abcULL;

	rig_stream(&rig, SID, 0, rig_alloc(&rig, 4096));
	aborts(iova, 0, RIG_NO_PASID);
	next_event(0x10 | SID_FIELD, E_CLASS_IN | E_READ, iova, 0);
	aborts(iova, RIG_WRITE, RIG_NO_PASID);
	next_event(0x10 | SID_FIELD, E_CLASS_IN, iova, 0);
	aborts(iova, RIG_INSTR | RIG_PRIV, RIG_NO_PASID);
	next_event(0x10 | SID_FIELD, E_CLASS_IN | E_READ | E_INSTR | E_PRIV, iova, 0);
	/* a write is data */
	aborts(iova, RIG_INSTR | RIG_WRITE, RIG_NO_PASID);
	next_event(0x10 | SID_FIELD, E_CLASS_IN, iova, 0);
	assert_int_equal(access.a.nr_stalls, 0);
}

static void translation_faults_name_the_substream(void **state)
{
	pa_t table = rig_alloc(&rig, 4096);

	put_cd(table + 64 * 3, pa_of(3), 3);
	rig_ste(&rig, SID, RIG_STE_S1 | table | SUBSTREAMS(2), 0);
	aborts(0x20000, 0, 3);
	next_event(0x10 | SID_FIELD | SSV(3), E_CLASS_IN | E_READ, 0x20000, 0);
}

/* Attributes are those after the STE's overrides. */
static void overrides_apply_to_checks_and_records(void **state)
{
	pa_t root = rig_alloc(&rig, 4096);
	pa_t cd = rig_stream(&rig, SID, 0, root);

	rig_map(&rig, root, 0x10000, 0x60000000 | PTE_AF | PTE_NG); /* privileged only */
	aborts(0x10000, 0, RIG_NO_PASID);
	next_event(0x13 | SID_FIELD, E_CLASS_IN | E_READ, 0x10000, 0);
	rig_cfgi_all(&rig);
	rig_ste(&rig, SID, RIG_STE_S1 | cd, 3ULL << 48); /* PRIVCFG privileged */
	translates(0x10000, RIG_NO_PASID, 0x60000000);
	rig_cfgi_all(&rig);
	rig_ste(&rig, SID, RIG_STE_S1 | cd, 2ULL << 48); /* PRIVCFG unprivileged */
	aborts(0x10000, RIG_PRIV, RIG_NO_PASID);
	next_event(0x13 | SID_FIELD, E_CLASS_IN | E_READ, 0x10000, 0);
	rig_cfgi_all(&rig);
	rig_ste(&rig, SID, RIG_STE_S1 | cd, 3ULL << 50 | 3ULL << 48); /* INSTCFG instruction */
	aborts(0x20000, 0, RIG_NO_PASID);
	next_event(0x10 | SID_FIELD, E_CLASS_IN | E_READ | E_INSTR | E_PRIV, 0x20000, 0);
	aborts(0x20000, RIG_WRITE, RIG_NO_PASID);
	next_event(0x10 | SID_FIELD, E_CLASS_IN | E_PRIV, 0x20000, 0);
	rig_cfgi_all(&rig);
	rig_ste(&rig, SID, RIG_STE_S1 | cd, 2ULL << 50); /* INSTCFG data */
	aborts(0x20000, RIG_INSTR, RIG_NO_PASID);
	next_event(0x10 | SID_FIELD, E_CLASS_IN | E_READ, 0x20000, 0);
}

static void without_overrides_and_had(struct smmu_params *p)
{
	rig_version(p, 0);
	p->attr_perms_ovr = 0;
	p->had = 0;
}

static void overrides_are_ignored_without_the_feature(void **state)
{
	pa_t root, cd;

	restart_with(without_overrides_and_had);
	root = rig_alloc(&rig, 4096);
	cd = rig_stream(&rig, SID, 0, root);
	rig_map(&rig, root, 0x10000, 0x60000000 | PTE_AF | PTE_NG); /* privileged only */
	rig_ste(&rig, SID, RIG_STE_S1 | cd, 3ULL << 50 | 3ULL << 48);
	aborts(0x10000, 0, RIG_NO_PASID);
	next_event(0x13 | SID_FIELD, E_CLASS_IN | E_READ, 0x10000, 0);
}

/* A root whose first table makes everything read-only, and a CD with HAD0. */
static void make_readonly_tables_with_had(void)
{
	pa_t root = rig_alloc(&rig, 4096);
	pa_t slot = rig_pte(&rig, root, 0x10000, 0);

	rig_map(&rig, root, 0x10000, 0x60000000 | PTE_RW);
	rig_put1(&rig, slot, rig_get(&rig, slot) | 1ULL << 62);
	rig_stream(&rig, SID, 0, root | 1 << 1);
}

static void had_is_ignored_without_the_feature(void **state)
{
	make_readonly_tables_with_had();
	assert_int_equal(rig_do(port, &access, 0x10000, RIG_WRITE), PORT_DONE);
	restart_with(without_overrides_and_had);
	make_readonly_tables_with_had();
	aborts(0x10000, RIG_WRITE, RIG_NO_PASID);
	next_event(0x13 | SID_FIELD, E_CLASS_IN, 0x10000, 0);
}

/* --- E0PD (5.4) --- */

/* 0x10000 of TTB0 and the same below the top of TTB1, for everybody; @e0pd: bit n closes TTBn. */
static void put_e0pd_cd(u32 e0pd, u64 ste1)
{
	pa_t root = rig_alloc(&rig, 4096), table = rig_alloc(&rig, 4096);
	const u64 words[8] = {(RIG_CD & ~(1ULL << 30)) | 16 | 16 << 16 | 2 << 22,
			      root | (u64)(e0pd & 1) << 2, root | (u64)(e0pd >> 1) << 2};

	rig_map(&rig, root, 0x10000, 0x60000000 | PTE_RW);
	rig_put(&rig, table, words, 8);
	rig_ste(&rig, SID, RIG_STE_S1 | table, ste1);
	rig_cfgi_all(&rig);
	rig_cmd(&rig, 0x10, 0);
}

#define HIGH_HALF 0xffff000000000000ULL

static void check_e0pd(u32 e0pd)
{
	for (u32 i = 0; i < 2 * 2 * 2 * 2; i++) {
		u32 is_high = i & 1, flags = (i & 2 ? RIG_PRIV : 0) | (i & 4 ? RIG_WRITE : 0);
		bool is_closed = (e0pd >> is_high & 1) && !(flags & RIG_PRIV);
		u64 iova = 0x10000 + (is_high ? HIGH_HALF : 0);

		/* from tables, then from the TLBs, which a privileged access may have filled */
		if (i & 8)
			rig_do(port, &access, iova, RIG_PRIV);
		for (u32 again = 0; again < 2; again++) {
			assert_int_equal(rig_do(port, &access, iova, flags),
					 is_closed ? PORT_ABORTED : PORT_DONE);
			if (is_closed)
				next_event(0x10 | SID_FIELD,
					   E_CLASS_IN | (flags & RIG_WRITE ? 0 : E_READ), iova, 0);
		}
		no_event();
		rig_cmd(&rig, 0x10, 0);
	}
}

static void e0pd_closes_a_range_to_unprivileged_accesses(void **state)
{
	for (u32 e0pd = 0; e0pd < 4; e0pd++) {
		put_e0pd_cd(e0pd, 0);
		check_e0pd(e0pd);
	}
	/* PRIVCFG makes all privileged, or none */
	put_e0pd_cd(3, 3ULL << 48);
	assert_int_equal(rig_do(port, &access, 0x10000, 0), PORT_DONE);
	put_e0pd_cd(3, 2ULL << 48);
	aborts(0x10000, RIG_PRIV, RIG_NO_PASID);
	next_event(0x10 | SID_FIELD, E_CLASS_IN | E_READ, 0x10000, 0);
}

static void without_e0pd(struct smmu_params *p)
{
	p->e0pd = 0;
}

/* RES0 in a world of one range, and without IDR3.E0PD. */
static void e0pd_is_ignored_where_it_is_not(void **state)
{
	put_e0pd_cd(3, 2ULL << 30);
	assert_int_equal(rig_do(port, &access, 0x10000, 0), PORT_DONE);
	restart_with(without_e0pd);
	put_e0pd_cd(3, 0);
	check_e0pd(0);
}

static void with_small_asids(struct smmu_params *p)
{
	p->asid16 = 0;
}

static void world_el2_ignores_the_asid(void **state)
{
	restart_with(with_small_asids);
	check_cd((struct cd_words){RIG_CD | RIG_CD_ASID(0x100) | 16, make_root(16), 0, 0}, false);
	check_cd((struct cd_words){RIG_CD | RIG_CD_ASID(0x100) | 16, make_root(16), 0, 2ULL << 30},
		 true);
}

static void cd_r_0_aborts_without_record(void **state)
{
	pa_t cd = rig_stream(&rig, SID, 0, rig_alloc(&rig, 4096));

	rig_put1(&rig, cd, rig_get(&rig, cd) & ~(1ULL << 45));
	aborts(0x10000, 0, RIG_NO_PASID);
	no_event();
	/* what is not translation-related is recorded all the same */
	rig_put1(&rig, cd + 8, RIG_NOWHERE);
	rig_cfgi_all(&rig);
	aborts(0x10000, 0, RIG_NO_PASID);
	next_event(0x0b | SID_FIELD, E_CLASS_TT | E_READ, 0x10000, RIG_NOWHERE);
}

static void with_raz_wi(struct smmu_params *p)
{
	p->abort_only = 0;
}

static void cd_a_0_terminates_with_raz_wi(void **state)
{
	pa_t cd;

	restart_with(with_raz_wi);
	cd = rig_stream(&rig, SID, 0, rig_alloc(&rig, 4096));
	rig_put1(&rig, cd, rig_get(&rig, cd) & ~(1ULL << 46));
	assert_int_equal(rig_do(port, &access, 0x10000, 0), PORT_DONE);
	assert_true(access.a.is_raz_wi);
	next_event(0x10 | SID_FIELD, E_CLASS_IN | E_READ, 0x10000, 0);
	/* aborts are aborts for faults that A does not cover */
	rig_put1(&rig, cd + 8, RIG_NOWHERE);
	rig_cfgi_all(&rig);
	aborts(0x10000, 0, RIG_NO_PASID);
	assert_false(access.a.is_raz_wi);
}

static void walk_aborts_are_f_walk_eabt(void **state)
{
	pa_t root = rig_alloc(&rig, 4096);

	rig_put1(&rig, rig_pte(&rig, root, 0x40201000, 2), RIG_NOWHERE | PTE_TABLE);
	rig_stream(&rig, SID, 0, root);
	aborts(0x40201234, RIG_WRITE | RIG_PRIV, RIG_NO_PASID);
	next_event(0x0b | SID_FIELD, E_CLASS_TT | E_PRIV, 0x40201234, RIG_NOWHERE + 8);
}

/* TBI does not change the recorded address; neither does sign extension. */
static void input_address_is_recorded_as_it_came(void **state)
{
	rig_stream(&rig, SID, 1ULL << 38, rig_alloc(&rig, 4096));
	aborts(0xab00000000012345ULL, 0, RIG_NO_PASID);
	next_event(0x10 | SID_FIELD, E_CLASS_IN | E_READ, 0xab00000000012345ULL, 0);
}

static void evtqen_0_loses_records_without_overflow(void **state)
{
	rig_w32(&rig, ARM_SMMU_CR0, CR0_SMMUEN | CR0_CMDQEN);
	aborts(0x1000, 0, RIG_NO_PASID);
	assert_int_equal(rig_r32(&rig, ARM_SMMU_EVTQ_PROD), 0);
}

/* smmu_translate() says what would have been recorded and records nothing. */
static void functional_translation_explains_and_records_nothing(void **state)
{
	struct port_access a = {.iova = 0x10000, .is_write = true, .pa = 1};
	struct smmu_outcome outcome;

	rig_stream(&rig, SID, 0, rig_alloc(&rig, 4096));
	assert_int_equal(smmu_translate_explain(rig.smmu, SID, &a, &outcome), PORT_ABORTED);
	assert_int_equal(outcome.event, 0x10);
	assert_true(a.pa == 0);
	assert_false(outcome.is_stall);
	rig_cfgi_all(&rig);
	rig_stream(&rig, SID, RIG_CD_S, RIG_NOWHERE);
	assert_int_equal(smmu_translate_explain(rig.smmu, SID, &a, &outcome), PORT_ABORTED);
	assert_int_equal(outcome.event, 0x0b);
	assert_true(outcome.fetch_address == RIG_NOWHERE);
	rig_cfgi_all(&rig);
	rig_stream(&rig, SID, RIG_CD_S, rig_alloc(&rig, 4096));
	assert_int_equal(smmu_translate_explain(rig.smmu, SID, &a, &outcome), PORT_ABORTED);
	assert_true(outcome.is_stall);
	no_event();
}

/* Ports whose StreamIDs collide, a StreamID twice, and one without a port. */
static void without_micro_tlb(struct smmu_params *p)
{
	p->utlb_entries = 0;
}

/* What CFGI_CD spares is still what it was when it was cached. */
static void cfgi_cd_spares_other_substreams(void **state)
{
	pa_t roots[2], cds;

	restart_with(without_micro_tlb);
	cds = rig_alloc(&rig, 4096);
	for (u64 i = 0; i < 2; i++) {
		roots[i] = rig_alloc(&rig, 4096);
		rig_map(&rig, roots[i], 0x10000, (0x60000000 + 0x1000 * i) | PTE_RW);
	}
	rig_ste(&rig, SID, RIG_STE_S1 | cds | SUBSTREAMS(2), 0);
	for (u64 root = 0; root < 2; root++) {
		for (u64 ssid = 1; ssid < 3; ssid++) {
			const u64 cd[8] = {RIG_CD | RIG_CD_ASID(ssid) | 16, roots[root]};

			rig_put(&rig, cds + 64 * ssid, cd, 8);
			if (!root)
				translates(0x10000, (int)ssid, 0x60000000);
		}
	}
	rig_cmd(&rig, 0x05 | 1ULL << 12 | SID_FIELD, 1); /* CFGI_CD of SubstreamID 1 */
	rig_tlbi_all(&rig);
	translates(0x10000, 1, 0x60001000);
	translates(0x10000, 2, 0x60000000);
}

static void without_config_cache(struct smmu_params *p)
{
	p->config_entries = 0;
}

/* The micro-TLB's entry for all of a bypassing stream is no translation. */
static void bypass_survives_tlbi(void **state)
{
	restart_with(without_config_cache);
	rig_ste(&rig, SID, RIG_STE_BYPASS, 0);
	translates(0x12345, RIG_NO_PASID, 0x12345);
	rig_ste(&rig, SID, RIG_STE_ABORT, 0);
	rig_tlbi_all(&rig);
	rig_cmd(&rig, 0x12, 0x12000);
	translates(0x12345, RIG_NO_PASID, 0x12345);
	rig_cfgi_all(&rig);
	aborts(0x12345, 0, RIG_NO_PASID);
}

static void streams_are_told_apart(void **state)
{
	for (u32 sid = 0; sid < 8; sid++) {
		pa_t root = rig_alloc(&rig, 4096);

		rig_map(&rig, root, 0x10000, (0x60000000 + 0x1000 * sid) | PTE_RW);
		rig_stream(&rig, sid * 32, RIG_CD_ASID(sid), root);
		if (sid != 3)
			smmu_port_create(rig.smmu, sid * 32);
		smmu_port_create(rig.smmu, 0x10000 + sid * 32);
	}
	for (u32 round = 0; round < 3; round++) {
		for (u32 sid = 0; sid < 8; sid++) {
			struct port_access a = {.iova = 0x10000};

			assert_int_equal(smmu_translate(rig.smmu, sid * 32, &a), PORT_DONE);
			assert_true(a.pa == 0x60000000 + 0x1000 * sid);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(streamid_beyond_the_table_is_c_bad_streamid),
		T(c_bad_streamid_is_recorded_only_with_recinvsid),
		T(log2size_beyond_sidsize_is_limited),
		T(linear_table_base_is_aligned_to_its_size),
		T(two_level_spans_limit_streamids_exactly),
		T(two_level_table_smaller_than_split),
		T(l2ptr_is_aligned_to_its_size),
		T(aborted_stream_table_reads_are_f_ste_fetch),
		T(ste_config_0xx_aborts_silently),
		T(ste_bypass_gives_the_address_itself),
		T(substream_on_a_bypassing_stream_is_c_bad_substreamid),
		T(illegal_stes_are_c_bad_ste),
		T(ste_that_asks_for_missing_features_is_c_bad_ste),
		T(s1stalld_is_illegal_where_stalls_are_forced),
		T(reserved_fmt_is_a_linear_table),
		T(odd_strw_is_illegal_only_with_hyp),
		T(other_ste_fields_do_not_matter),
		T(linear_cd_tables_index_by_substreamid),
		T(two_level_cd_tables_index_by_substreamid),
		T(l2ptr_of_an_l1cd_beyond_oas_is_c_bad_substreamid),
		T(substream_without_substreams_is_c_bad_substreamid),
		T(hardware_without_substreams_ignores_their_fields),
		T(s1dss_decides_for_accesses_without_substream),
		T(cd_tables_are_aligned_to_their_size),
		T(aborted_cd_reads_are_f_cd_fetch),
		T(illegal_cds_are_c_bad_cd),
		T(txsz_is_16_to_39),
		T(granules_are_legal_as_idr5_says),
		T(txsz_is_16_to_39_with_every_granule),
		T(disabled_ranges_are_not_checked),
		T(disabled_ranges_fault_at_every_address),
		T(stages_are_legal_as_idr0_says),
		T(updates_are_legal_as_idr0_says),
		T(cd_that_asks_for_missing_features_is_c_bad_cd),
		T(cd_s_0_is_illegal_where_stalls_are_forced),
		T(the_first_error_of_configuration_is_recorded),
		T(the_first_fault_of_a_walk_is_recorded),
		T(translation_faults_say_what_the_access_was),
		T(translation_faults_name_the_substream),
		T(overrides_apply_to_checks_and_records),
		T(overrides_are_ignored_without_the_feature),
		T(had_is_ignored_without_the_feature),
		T(world_el2_ignores_the_asid),
		T(e0pd_closes_a_range_to_unprivileged_accesses),
		T(e0pd_is_ignored_where_it_is_not),
		T(cd_r_0_aborts_without_record),
		T(cd_a_0_terminates_with_raz_wi),
		T(walk_aborts_are_f_walk_eabt),
		T(input_address_is_recorded_as_it_came),
		T(evtqen_0_loses_records_without_overflow),
		T(functional_translation_explains_and_records_nothing),
		T(cfgi_cd_spares_other_substreams),
		T(bypass_survives_tlbi),
		T(streams_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
