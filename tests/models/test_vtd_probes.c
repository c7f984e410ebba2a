// SPDX-License-Identifier: GPL-2.0-only
/*
 * Theorem: what VER, CAP and ECAP say of a unit, the unit does, and what they do not say it does
 * not do, whatever set of features it has. Each field has a probe, by VTD_ID_FIELDS: a field
 * without one does not compile, a bit that a unit shows and that is in no field fails.
 *
 * A probe is a driver that has read the registers. It asserts, and returns whether the unit
 * let it find out: one with no translation of any kind has no snoop control to look at.
 */
#include "tests/models/vtd_feature_walk.h"

#define SETS 140
#define SID 0x18U
#define DID 5ULL
#define IOVA 0x40000000ULL
#define PA 0x80000000ULL
#define NEW_PA 0xc0000000ULL
#define TABLE 0x500000ULL
#define PID 0x600040ULL
#define SILENT 0xffU

static struct rig rig;
static bool is_started;
static struct vtd_params params;
static struct shown shown;
static struct port *port;
static pa_t dir, leaf;

/* --- a unit --- */

static void fresh(void)
{
	if (is_started)
		rig_stop(&rig);
	rig.params = params;
	rig.iq_tail = 0;
	rig.mode = RIG_LEGACY;
	rig_start(&rig);
	is_started = true;
	port = vtd_port_create(rig.vtd, SID);
}

static bool has(u64 ecap)
{
	return shown.ecap & ecap;
}

static void set_root(u32 mode)
{
	rig_w64(&rig, DMAR_RTADDR_REG, RIG_ROOT | (u64)mode << 10);
	rig_gcmd(&rig, 1U << 30);
}

static void go(u32 mode)
{
	fresh();
	rig.mode = mode;
	set_root(mode);
	if (has(ECAP_QI)) {
		rig_w64(&rig, DMAR_IQA_REG, RIG_IQ | (mode ? 1 << 11 : 0));
		rig_gcmd(&rig, 1U << 26);
	}
	rig_gcmd(&rig, 1U << 31);
}

/* Return: fault reason, 0 if the access is done. */
static u32 ask_for(struct rig_access *access, u64 iova, u32 flags)
{
	u64 words[2] = {0};
	u32 reason;

	if (rig_do(port, access, iova, flags) == PORT_DONE)
		return 0;
	reason = rig_fault(&rig, words);
	return reason ? reason : SILENT;
}

static u32 ask(u64 iova, u32 flags)
{
	struct rig_access access;

	return ask_for(&access, iova, flags);
}

static void expect_at(u64 iova, pa_t pa)
{
	struct rig_access access;

	assert_int_equal(ask_for(&access, iova, 0), 0);
	assert_int_equal(access.a.pa, pa);
}

/* Does the queue take the descriptor? */
static bool is_taken(u64 w0, u64 w1)
{
	rig_desc_put(&rig, w0, w1);
	rig_w64(&rig, DMAR_IQT_REG, rig.iq_tail);
	rig_run(&rig);
	return !(rig_r32(&rig, DMAR_FSTS_REG) & 0x10);
}

/* --- legacy mode --- */

/* The smallest AW that there is; 0: none. */
static u32 width(void)
{
	for (u32 aw = 1; aw < 4; aw++) {
		if (shown.cap >> (8 + aw) & 1)
			return aw;
	}
	return 0;
}

static struct rig_tables go_legacy(u32 aw, u32 tt)
{
	struct rig_context ctx = {.tt = tt, .aw = aw, .did = DID};

	go(RIG_LEGACY);
	ctx.root = rig_page(&rig);
	rig_ctx(&rig, SID, ctx);
	return rig_tables(&rig, ctx.root, aw + 2);
}

/* A second stage that has a page at IOVA. */
static bool go_second(u32 tt, u32 level, u64 entry)
{
	struct rig_tables tables;

	if (!width())
		return false;
	tables = go_legacy(width(), tt);
	leaf = rig_map_ss(tables, IOVA, level, entry);
	return true;
}

/* --- scalable mode --- */

static u64 snoop(void)
{
	return has(ECAP_SMPWCS) ? 1 << 23 : 0;
}

static void put(u32 pasid, u64 w0, u64 w1, u64 w2)
{
	const u64 words[8] = {w0, w1, w2};

	rig_pasid(&rig, dir, pasid, words);
}

static void go_scalable(u64 flags)
{
	go(RIG_SCALABLE);
	dir = rig_smctx(&rig, SID, flags);
}

static pa_t map_first(u32 levels, u32 level, u64 entry)
{
	pa_t root = rig_page(&rig);

	leaf = rig_pte(rig_tables(&rig, root, levels), IOVA, level, FS_ALL | FS_A);
	rig_put1(&rig, leaf, entry | (level > 1 ? PS : 0));
	return root;
}

static pa_t map_second(u64 entry)
{
	pa_t root = rig_page(&rig);

	leaf = rig_map_ss(rig_tables(&rig, root, width() + 2), IOVA, 1, entry);
	return root;
}

#define FIRST_ENTRY (PA | FS_ALL | FS_A | FS_D)

/* An entry by which the unit translates IOVA. Return: what comes of a request; 0 if it can. */
static u32 put_good(u32 pasid)
{
	if (has(ECAP_FSTS))
		put(pasid, 1 << 6 | 1, snoop() | DID, map_first(4, 1, FIRST_ENTRY));
	else if (has(ECAP_SSTS))
		put(pasid, map_second(PA | SS_RW) | 2 << 6 | (u64)width() << 2 | 1, snoop() | DID,
		    0);
	else if (has(ECAP_PT))
		put(pasid, 4 << 6 | 1, DID, 0);
	else
		put(pasid, 1, DID, 0);
	return has(ECAP_FSTS | ECAP_SSTS | ECAP_PT) ? 0 : 0x5b;
}

/* Requests without PASID translate, by whatever there is. */
static bool works(void)
{
	if (go_second(0, 1, PA | SS_RW))
		return true;
	if (!has(ECAP_SMTS))
		return false;
	go_scalable(0);
	return !put_good(0);
}

/* A bit of a context-entry is reserved, unless it is @is_there. */
static bool expect_context_bit(u32 word, u64 bits, bool is_there)
{
	pa_t slot;

	if (!has(ECAP_SMTS)) {
		assert_false(is_there);
		return false;
	}
	go_scalable(0);
	put_good(0);
	slot = rig_ctx_slot(&rig, SID);
	rig_put1(&rig, slot + 8 * word, rig_get(&rig, slot + 8 * word) | bits);
	assert_int_equal(ask(IOVA, 0) == 0x42, !is_there);
	return true;
}

/* The same of a PASID table entry. */
static bool expect_entry_bit(u32 word, u64 bits, bool is_there)
{
	pa_t slot;

	if (!has(ECAP_SMTS)) {
		assert_false(is_there);
		return false;
	}
	go_scalable(0);
	put_good(0);
	slot = rig_pasid_slot(&rig, dir, 0);
	rig_put1(&rig, slot + 8 * word, rig_get(&rig, slot + 8 * word) | bits);
	assert_int_equal(ask(IOVA, 0) == 0x5a, !is_there);
	return true;
}

/* The same of a type of translation. */
static bool expect_type(u64 pgtt, bool is_there)
{
	if (!has(ECAP_SMTS)) {
		assert_false(is_there);
		return false;
	}
	go_scalable(0);
	put(0, pgtt << 6 | (has(ECAP_SSTS) ? (u64)width() << 2 : 0) | 1, DID, 0);
	assert_int_equal(ask(IOVA, 0) == 0x5b, !is_there);
	return true;
}

/* --- VER --- */

static bool probe_VER_MIN(u64 value)
{
	assert_int_equal(value, 0);
	return true;
}

static bool probe_VER_MAX(u64 value)
{
	fresh();
	rig_w64(&rig, DMAR_IOTLB_REG, 1ULL << 63 | 1ULL << 60);
	rig_run(&rig);
	assert_int_equal(rig_r64(&rig, DMAR_IOTLB_REG) >> 57 & 3, value < 6);
	if (!has(ECAP_PASID))
		return true;
	go_scalable(SMCTX_PASIDE);
	put_good(1);
	assert_int_equal(ask(IOVA, RIG_INSTR | RIG_PASID(1)) == 0x34, value >= 8);
	return true;
}

/* --- CAP --- */

static bool probe_CAP_ND(u64 value)
{
	u32 bits = 4 + 2 * value;
	pa_t slot;

	go_legacy(width(), 0);
	slot = rig_ctx_slot(&rig, SID) + 8;
	rig_put1(&rig, slot, lg2_mask(bits) << 8 | width());
	assert_true(ask(IOVA, 0) != 0x0b);
	go_legacy(width(), 0);
	slot = rig_ctx_slot(&rig, SID) + 8;
	rig_put1(&rig, slot, 1ULL << (8 + bits) | width());
	assert_int_equal(ask(IOVA, 0), 0x0b);
	return true;
}

static bool probe_CAP_RWBF(u64 value)
{
	fresh();
	rig_w32(&rig, DMAR_GCMD_REG, 1U << 27);
	assert_int_equal(rig_r32(&rig, DMAR_GSTS_REG) >> 27 & 1, value);
	rig_run(&rig);
	assert_int_equal(rig_r32(&rig, DMAR_GSTS_REG), 0);
	return true;
}

static bool expect_protection(bool is_low, u64 value)
{
	fresh();
	rig_w32(&rig, DMAR_PLMBASE_REG, is_low ? 0x10000000 : 0x1000000);
	rig_w32(&rig, DMAR_PLMLIMIT_REG, is_low ? 0x10000000 : 0x1000000);
	rig_w64(&rig, DMAR_PHMBASE_REG, is_low ? 0x1000000 : 0x10000000);
	rig_w64(&rig, DMAR_PHMLIMIT_REG, is_low ? 0x1000000 : 0x10000000);
	assert_int_equal(ask(0x10001000, 0), 0);
	rig_w32(&rig, DMAR_PMEN_REG, 1U << 31);
	rig_run(&rig);
	assert_int_equal(rig_r32(&rig, DMAR_PMEN_REG) & 1, value);
	assert_int_equal(ask(0x10001000, 0), value ? SILENT : 0);
	return true;
}

static bool probe_CAP_PLMR(u64 value)
{
	return expect_protection(true, value);
}

static bool probe_CAP_PHMR(u64 value)
{
	return expect_protection(false, value);
}

/* With 1 what faulted may be cached: software has to say when it is put right. */
static bool probe_CAP_CM(u64 value)
{
	if (!works() || (value && !has(ECAP_QI)))
		return false;
	u64 good = rig_get(&rig, rig_ctx_slot(&rig, SID));

	rig_put1(&rig, rig_ctx_slot(&rig, SID), 0);
	assert_int_not_equal(ask(IOVA, 0), 0);
	rig_put1(&rig, rig_ctx_slot(&rig, SID), good);
	if (value)
		rig_invalidate_all(&rig);
	assert_int_equal(ask(IOVA, 0), 0);
	return true;
}

static bool probe_CAP_SAGAW(u64 value)
{
	for (u32 aw = 0; aw < 5; aw++) {
		if (value >> aw & 1)
			rig_map_ss(go_legacy(aw, 0), IOVA, 1, PA | SS_RW);
		else
			go_legacy(aw, 0);
		assert_int_equal(ask(IOVA, 0), value >> aw & 1 ? 0 : 0x03);
	}
	return true;
}

static bool probe_CAP_MGAW(u64 value)
{
	for (u32 aw = 1; aw < 4; aw++) {
		u32 bits = min_u64(value + 1, 30 + 9 * aw);

		if (!(shown.cap >> (8 + aw) & 1))
			continue;
		rig_map_ss(go_legacy(aw, 0), (1ULL << bits) - 0x1000, 1, PA | SS_RW);
		expect_at((1ULL << bits) - 0x1000, PA);
		assert_int_equal(ask(1ULL << bits, 0), 0x04);
	}
	return width();
}

static bool probe_CAP_ZLR(u64 value)
{
	if (!go_second(0, 1, PA | 2))
		return false;
	assert_int_equal(ask(IOVA, RIG_WRITE), 0);
	assert_int_equal(ask(IOVA, 0), 0x06);
	assert_int_equal(ask(IOVA, RIG_ZLR), value ? 0 : 0x06);
	return true;
}

static bool probe_CAP_FRO(u64 value)
{
	go(RIG_LEGACY);
	assert_int_equal(rig_r32(&rig, 16 * value + 12), 0);
	rig_do(port, &(struct rig_access){0}, IOVA, 0);
	assert_int_equal(rig_r32(&rig, 16 * value + 12), 1U << 31 | 1U << 30 | 0x01);
	return true;
}

static bool probe_CAP_SSLPS(u64 value)
{
	for (u32 i = 0; i < 2; i++) {
		if (!go_second(0, 2 + i, PA | SS_RW))
			return false;
		assert_int_equal(ask(IOVA, 0), value >> i & 1 ? 0 : 0x0c);
	}
	return true;
}

static bool probe_CAP_PSI(u64 value)
{
	go(RIG_LEGACY);
	if (FIELD_GET(VER_MAX, shown.ver) < 6) {
		rig_w64(&rig, DMAR_IOTLB_REG, 1ULL << 63 | 3ULL << 60);
		rig_run(&rig);
		assert_int_equal(rig_r64(&rig, DMAR_IOTLB_REG) >> 57 & 3, value ? 3 : 2);
	}
	if (has(ECAP_QI))
		assert_int_equal(is_taken(2 | 3 << 4, 0x1000), value);
	return true;
}

static bool probe_CAP_NFR(u64 value)
{
	fresh();
	set_root(RIG_LEGACY);
	rig_gcmd(&rig, 1U << 31);
	for (u32 i = 0; i <= value + 1; i++) {
		struct rig_access access;

		assert_int_equal(rig_r32(&rig, DMAR_FSTS_REG) & 1, 0);
		rig_do(vtd_port_create(rig.vtd, 0x100 + i), &access, IOVA, 0);
		assert_int_equal(rig_r32(&rig, 0x220 + 16 * i + 12) >> 31, i <= value);
	}
	assert_int_equal(rig_r32(&rig, DMAR_FSTS_REG) & 1, 1);
	return true;
}

static bool probe_CAP_MAMV(u64 value)
{
	if (!has(ECAP_QI) || !(shown.cap & CAP_PSI))
		return false;
	go(RIG_LEGACY);
	assert_true(is_taken(2 | 3 << 4, value));
	assert_int_equal(value < 63 && is_taken(2 | 3 << 4, value + 1), false);
	return true;
}

/* What is under way when a translation is invalidated, and ends later, has the new one. */
static bool expect_drain(u64 value, u32 flags)
{
	struct rig_access access;
	bool is_late;

	assert_int_equal(value, 1);
	for (u32 i = 0; i < 60; i++) {
		if (!has(ECAP_QI) || !go_second(0, 1, PA | SS_RW))
			return false;
		assert_int_equal(rig_issue(port, &access, IOVA, flags), PORT_PENDING);
		sim_run(sim_now_ps() + 9000ULL * i);
		rig_put1(&rig, leaf, NEW_PA | SS_RW);
		rig_put1(&rig, RIG_STATUS, 0);
		rig_desc_put(&rig, 2 | 1 << 4 | 3 << 6, 0);
		rig_desc_put(&rig, 5 | 1 << 5 | 1ULL << 32, RIG_STATUS);
		rig_w64(&rig, DMAR_IQT_REG, rig.iq_tail);
		while (!rig_get(&rig, RIG_STATUS))
			sim_run(sim_now_ps() + 1000);
		is_late = !access.nr_completed;
		rig_run(&rig);
		assert_int_equal(access.a.status, PORT_DONE);
		if (is_late)
			assert_int_equal(access.a.pa, NEW_PA);
		expect_at(IOVA, NEW_PA);
	}
	return true;
}

static bool probe_CAP_DWD(u64 value)
{
	return expect_drain(value, RIG_WRITE);
}

static bool probe_CAP_DRD(u64 value)
{
	return expect_drain(value, 0);
}

static bool probe_CAP_FS1GP(u64 value)
{
	if (!has(ECAP_FSTS))
		return false;
	go_scalable(0);
	put(0, 1 << 6 | 1, snoop() | DID, map_first(4, 3, FIRST_ENTRY));
	assert_int_equal(ask(IOVA, 0), value ? 0 : 0x72);
	return true;
}

static bool probe_CAP_FS5LP(u64 value)
{
	if (!has(ECAP_FSTS))
		return false;
	go_scalable(0);
	put(0, 1 << 6 | 1, snoop() | DID, map_first(5, 1, FIRST_ENTRY) | 1 << 2);
	assert_int_equal(ask(IOVA, 0), value ? 0 : 0x5b);
	return true;
}

/* --- interrupts --- */

static struct vtd_interrupt last_interrupt;

static void sink(void *opaque, const struct vtd_interrupt *interrupt)
{
	last_interrupt = *interrupt;
}

static void go_remapping(void)
{
	go(RIG_LEGACY);
	vtd_set_interrupt_sink(rig.vtd, sink, NULL);
	rig_w64(&rig, DMAR_IRTA_REG, TABLE | 15);
	rig_gcmd(&rig, 1U << 24);
	rig_gcmd(&rig, 1U << 25);
}

/* Return: vector; or fault reason and 256. */
static u32 interrupt(u32 index)
{
	struct vtd_interrupt_request request = {
		.sid = SID,
		.address = 0xfee00010 | (index & 0x7fff) << 5 | (index >> 15) << 2,
	};
	u64 words[2] = {0};

	vtd_interrupt(rig.vtd, &request);
	rig_run(&rig);
	return request.is_delivered ? last_interrupt.vector : 256 | rig_fault(&rig, words);
}

static void put_irte(u32 index, u64 w0)
{
	const u64 words[2] = {w0 | 1};

	rig_put(&rig, TABLE + 16 * index, words, 2);
}

static bool probe_CAP_PI(u64 value)
{
	if (!has(ECAP_IR))
		return false;
	go_remapping();
	put_irte(3, 1 << 15 | 0x41 << 16 | (PID & 0xffffffc0) << 32);
	rig_put1(&rig, PID + 32, 0x77 << 16);
	assert_int_equal(interrupt(3), value ? 0x77 : 256 | 0x24);
	assert_int_equal(rig_get(&rig, PID + 8), value ? 2 : 0);
	return true;
}

static bool probe_CAP_ESIRTPS(u64 value)
{
	if (!has(ECAP_IR))
		return false;
	for (u32 i = 0; i < 2; i++) {
		go_remapping();
		put_irte(3, 0x41 << 16);
		assert_int_equal(interrupt(3), 0x41);
		put_irte(3, 0x42 << 16);
		if (i) {
			rig_gcmd(&rig, 1U << 24);
		} else {
			rig_w32(&rig, DMAR_GCMD_REG, 1U << 31 | 1U << 26);
			rig_run(&rig);
			rig_gcmd(&rig, 1U << 25);
		}
		assert_int_equal(interrupt(3), value ? 0x42 : 0x41);
	}
	return true;
}

static bool probe_CAP_ESRTPS(u64 value)
{
	if (!works())
		return false;
	assert_int_equal(ask(IOVA, 0), 0);
	rig_w64(&rig, DMAR_RTADDR_REG, RIG_NOWHERE | (u64)rig.mode << 10);
	rig_gcmd(&rig, 1U << 30);
	assert_int_equal(ask(IOVA, 0) != 0, value);
	return true;
}

/* --- ECAP --- */

/* A table that software has written is what is walked, without a flush. Here it always is. */
static bool probe_ECAP_C(u64 value)
{
	return works() && !ask(IOVA, 0);
}

static bool probe_ECAP_QI(u64 value)
{
	fresh();
	rig_w64(&rig, DMAR_IQA_REG, RIG_IQ);
	rig_w32(&rig, DMAR_GCMD_REG, 1U << 26);
	rig_run(&rig);
	assert_int_equal(rig_r32(&rig, DMAR_GSTS_REG) >> 26 & 1, value);
	rig_put1(&rig, RIG_STATUS, 0);
	is_taken(5 | 1 << 5 | 9ULL << 32, RIG_STATUS);
	assert_int_equal(rig_get(&rig, RIG_STATUS), value ? 9 : 0);
	return true;
}

static bool probe_ECAP_DT(u64 value)
{
	if (has(ECAP_SMTS))
		expect_context_bit(0, SMCTX_DTE, value);
	if (has(ECAP_QI)) {
		go(RIG_LEGACY);
		assert_int_equal(is_taken(3 | (u64)SID << 32, 0x1000), value);
	}
	if (go_second(1, 1, PA | SS_RW))
		assert_int_equal(ask(IOVA, 0), value ? 0 : 0x03);
	return width() || has(ECAP_SMTS | ECAP_QI);
}

static bool probe_ECAP_IR(u64 value)
{
	fresh();
	rig_w32(&rig, DMAR_GCMD_REG, 1U << 25);
	rig_run(&rig);
	assert_int_equal(rig_r32(&rig, DMAR_GSTS_REG) >> 25 & 1, value);
	return true;
}

static bool probe_ECAP_EIM(u64 value)
{
	fresh();
	rig_w64(&rig, DMAR_IRTA_REG, 1 << 11);
	assert_int_equal(rig_r64(&rig, DMAR_IRTA_REG) >> 11 & 1, value);
	return true;
}

static bool probe_ECAP_PT(u64 value)
{
	bool has_type = expect_type(4, value && has(ECAP_SMTS));

	if (!width())
		return has_type;
	go_legacy(width(), 2);
	assert_int_equal(ask(IOVA, 0), value ? 0 : 0x03);
	return true;
}

static bool probe_ECAP_SC(u64 value)
{
	if (has(ECAP_SMTS))
		expect_entry_bit(1, 1 << 24, value);
	if (!go_second(0, 1, PA | SS_RW | 1 << 11))
		return has(ECAP_SMTS);
	assert_int_equal(ask(IOVA, 0), value ? 0 : 0x0c);
	return true;
}

static bool probe_ECAP_IRO(u64 value)
{
	fresh();
	rig_w64(&rig, 16 * value + 8, 1ULL << 63);
	assert_int_equal(rig_r64(&rig, 16 * value + 8) >> 63, 1);
	rig_run(&rig);
	assert_int_equal(rig_r64(&rig, 16 * value + 8) >> 63, 0);
	return true;
}

static bool probe_ECAP_MHMV(u64 value)
{
	u32 last = lg2_mask(value);

	if (!has(ECAP_IR)) {
		assert_int_equal(value, 0);
		return false;
	}
	go_remapping();
	for (u32 i = 0; i < 2; i++) {
		put_irte(i ? last : 0, 0x41 << 16);
		assert_int_equal(interrupt(i ? last : 0), 0x41);
		put_irte(i ? last : 0, 0x42 << 16);
	}
	assert_true(is_taken(4 | 1 << 4 | value << 27, 0));
	assert_int_equal(interrupt(0), 0x42);
	assert_int_equal(interrupt(last), 0x42);
	return true;
}

static bool probe_ECAP_NEST(u64 value)
{
	return expect_type(3, value);
}

static bool probe_ECAP_PRS(u64 value)
{
	assert_int_equal(!!port->ops->page_request, value);
	return has(ECAP_DT) ? expect_context_bit(0, SMCTX_DTE | SMCTX_PRE, value) : true;
}

/* By an execute request, if there is a first stage to ask. */
static bool probe_ECAP_ERS(u64 value)
{
	bool has_bit = expect_entry_bit(2, 2, value);

	if (!has(ECAP_PASID) || !has(ECAP_FSTS))
		return has_bit;
	go_scalable(SMCTX_PASIDE);
	put(1, 1 << 6 | 1, snoop() | DID, map_first(4, 1, FIRST_ENTRY) | (value ? 2 : 0));
	assert_int_equal(!ask(IOVA, RIG_INSTR | RIG_PASID(1)), value);
	return true;
}

static bool probe_ECAP_SRS(u64 value)
{
	bool has_bit = expect_entry_bit(2, PASID_SRE, value);

	if (!has(ECAP_PASID))
		return has_bit;
	go_scalable(SMCTX_PASIDE);
	put_good(1);
	assert_int_not_equal(ask(IOVA, RIG_PRIV | RIG_PASID(1)), 0);
	return true;
}

static bool go_device_tlb(void)
{
	if (!has(ECAP_DT))
		return false;
	if (go_second(1, 1, PA | SS_RW))
		return true;
	if (!has(ECAP_SMTS))
		return false;
	go_scalable(SMCTX_DTE);
	return !put_good(0);
}

static void translation_done(struct port_access *access)
{
}

static bool probe_ECAP_NWFS(u64 value)
{
	struct port_translation request = {
		.access = {.iova = IOVA, .len_bytes = 8, .complete = translation_done},
	};

	if (!go_device_tlb())
		return false;
	port->ops->translation_request(port, &request);
	rig_run(&rig);
	assert_int_equal(request.completion, PORT_COMPLETION_SUCCESS);
	assert_true(request.is_readable);
	assert_int_equal(request.is_writable, !value);
	return true;
}

static bool probe_ECAP_EAFS(u64 value)
{
	bool has_bit = expect_entry_bit(2, PASID_EAFE, value);

	if (!value)
		return has_bit;
	go_scalable(0);
	put(0, 1 << 6 | 1, snoop() | DID, map_first(4, 1, FIRST_ENTRY) | PASID_EAFE);
	assert_int_equal(ask(IOVA, 0), 0);
	assert_true(rig_get(&rig, leaf) & FS_EA);
	return true;
}

static bool probe_ECAP_PSS(u64 value)
{
	u32 bits = value + 1;

	if (!has(ECAP_PASID)) {
		assert_int_equal(value, 0);
		return false;
	}
	go_scalable(SMCTX_PASIDE);
	assert_int_not_equal(ask(IOVA, RIG_PASID((1 << bits) - 1)), 0x89);
	if (bits < 20)
		assert_int_equal(ask(IOVA, RIG_PASID(1 << bits)), 0x89);
	return true;
}

static bool probe_ECAP_PASID(u64 value)
{
	bool has_bit = expect_context_bit(0, SMCTX_PASIDE, value);
	u32 good;

	if (!value)
		return has_bit;
	go_scalable(SMCTX_PASIDE);
	good = put_good(1);
	assert_int_equal(ask(IOVA, RIG_PASID(1)), good);
	return true;
}

static bool probe_ECAP_PDS(u64 value)
{
	if (!has(ECAP_QI))
		return false;
	go(RIG_LEGACY);
	assert_int_equal(is_taken(5 | 1 << 7, 0), value);
	return true;
}

static bool probe_ECAP_SMTS(u64 value)
{
	fresh();
	set_root(RIG_SCALABLE);
	rig_gcmd(&rig, 1U << 31);
	assert_int_equal(ask(IOVA, 0), value ? 0x39 : 0x30);
	return true;
}

static bool probe_ECAP_SSADS(u64 value)
{
	bool has_bit = expect_entry_bit(0, PASID_SSADE, value);

	if (!value)
		return has_bit;
	go_scalable(0);
	put(0, map_second(PA | SS_RW) | 2 << 6 | (u64)width() << 2 | PASID_SSADE | 1, snoop() | DID,
	    0);
	assert_int_equal(ask(IOVA, RIG_WRITE), 0);
	assert_int_equal(rig_get(&rig, leaf) & (SS_A | SS_D), SS_A | SS_D);
	return true;
}

static bool probe_ECAP_SSTS(u64 value)
{
	return expect_type(2, value);
}

static bool probe_ECAP_FSTS(u64 value)
{
	return expect_type(1, value);
}

static bool probe_ECAP_SMPWCS(u64 value)
{
	return expect_entry_bit(1, 1 << 23, value);
}

static bool probe_ECAP_RPS(u64 value)
{
	bool has_bit = expect_context_bit(1, 1, value);
	u32 good;

	if (!value)
		return has_bit;
	go_scalable(0);
	rig_put1(&rig, rig_ctx_slot(&rig, SID) + 8, 7);
	good = put_good(7);
	assert_int_equal(ask(IOVA, 0), good);
	return true;
}

static bool probe_ECAP_ADMS(u64 value)
{
	fresh();
	set_root(3);
	rig_gcmd(&rig, 1U << 31);
	assert_int_equal(ask(IOVA, 0), value ? 0x33 : 0x30);
	return true;
}

static bool probe_ECAP_RPRIVS(u64 value)
{
	bool has_bit = expect_context_bit(1, 1 << 20, value);

	if (!value)
		return has_bit;
	/* privileged requests, which the entry does not enable */
	go_scalable(0);
	rig_put1(&rig, rig_ctx_slot(&rig, SID) + 8, 1 << 20);
	put_good(0);
	assert_int_equal(ask(IOVA, 0), has(ECAP_FSTS | ECAP_SSTS | ECAP_PT) ? 0x5d : 0x5b);
	return true;
}

static void taken(struct port_page_request *request)
{
}

static bool probe_ECAP_SMS(u64 value)
{
	static struct port_page_request marker;

	if (!has(ECAP_PRS) || !has(ECAP_PASID))
		return false;
	go_scalable(SMCTX_DTE | SMCTX_PRE | SMCTX_PASIDE);
	if (put_good(1))
		return false;
	rig_w64(&rig, DMAR_PQA_REG, RIG_PRQ);
	marker = (struct port_page_request){
		.pasid = 1, .has_pasid = true, .is_last = true, .taken = taken};
	port->ops->page_request(port, &marker);
	rig_run(&rig);
	assert_int_equal(rig_r64(&rig, DMAR_PQT_REG) / 32, value);
	return true;
}

/* --- all of them --- */

static const struct field {
	const char *name;
	size_t offset; /* in struct shown */
	u64 mask;
	bool (*probe)(u64 value);
} fields[] = {
#define SHOWN_VER offsetof(struct shown, ver)
#define SHOWN_CAP offsetof(struct shown, cap)
#define SHOWN_ECAP offsetof(struct shown, ecap)
#define FIELD(reg, name) {#reg "." #name, SHOWN_##reg, reg##_##name, probe_##reg##_##name},
	VTD_ID_FIELDS(FIELD)
#undef FIELD
};

#define NR_FIELDS (sizeof(fields) / sizeof(fields[0]))

static u64 register_of(const struct field *field)
{
	return *(const u64 *)((const char *)&shown + field->offset);
}

static u64 value_of(const struct field *field)
{
	return register_of(field) / (field->mask & -field->mask) &
	       field->mask / (field->mask & -field->mask);
}

/* Does any field say something of each bit that is shown? */
static void expect_bits_of_fields(void)
{
	struct shown rest = shown;

	for (u32 i = 0; i < NR_FIELDS; i++)
		*(u64 *)((char *)&rest + fields[i].offset) &= ~fields[i].mask;
	assert_int_equal(rest.ver, 0);
	assert_int_equal(rest.cap, 0);
	assert_int_equal(rest.ecap, 0);
}

static u32 nr_probed[NR_FIELDS][2];

static void probe_set(void)
{
	fresh();
	shown = (struct shown){
		.ver = rig_r32(&rig, DMAR_VER_REG),
		.cap = rig_r64(&rig, DMAR_CAP_REG),
		.ecap = rig_r64(&rig, DMAR_ECAP_REG),
	};
	expect_bits_of_fields();
	for (u32 i = 0; i < NR_FIELDS; i++)
		nr_probed[i][!!value_of(&fields[i])] += fields[i].probe(value_of(&fields[i]));
}

static void next_set(struct sim_rng *rng, u32 nr_on)
{
	for (u32 i = 0; i < 40; i++) {
		struct vtd_params next = params;

		for (u32 step = 0; step <= i % 4; step++)
			walk_step(&next, rng, nr_on);
		if (!vtd_params_check(&next))
			params = next;
	}
}

/* From major version 6 on a unit need not have one, and then no legacy mode translates. */
static void begin_without_second_stage(void)
{
	walk_defaults(&params);
	params.ver_major = 6;
	params.ssts = params.nest = params.ssads = 0;
	params.aw39 = params.aw48 = params.aw57 = 0;
	assert_null(vtd_params_check(&params));
}

/* A field of one value has no other. */
static bool can_be(const struct field *field, bool is_set)
{
	static const char *const clear[] = {"VER.MIN"};
	static const char *const set[] = {"VER.MAX", "CAP.MGAW", "CAP.FRO",  "CAP.DWD",
					  "CAP.DRD", "ECAP.IRO", "ECAP.MHMV"};

	for (u32 i = 0; i < sizeof(clear) / sizeof(clear[0]); i++) {
		if (is_set && !strcmp(field->name, clear[i]))
			return false;
	}
	for (u32 i = 0; i < sizeof(set) / sizeof(set[0]); i++) {
		if (!is_set && !strcmp(field->name, set[i]))
			return false;
	}
	return true;
}

static void what_the_registers_say_is_what_the_unit_does(void **state)
{
	struct sim_rng rng;

	rig_defaults(&rig);
	walk_defaults(&params);
	probe_set();
	sim_rng_init(&rng, 1, "features");
	for (u32 i = 0; i < SETS; i++) {
		if (i == SETS * 3 / 4)
			begin_without_second_stage();
		next_set(&rng, 1 + i * 28 / SETS % 7);
		probe_set();
	}
	for (u32 i = 0; i < NR_FIELDS; i++) {
		for (u32 is_set = 0; is_set < 2; is_set++) {
			if (can_be(&fields[i], is_set) && !nr_probed[i][is_set])
				fail_msg("%s %s never probed", fields[i].name,
					 is_set ? "set" : "clear");
		}
	}
	rig_stop(&rig);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_registers_say_is_what_the_unit_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
