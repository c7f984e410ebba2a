// SPDX-License-Identifier: GPL-2.0-only
/*
 * Theorem: an SMMU does what its ID registers promise, and nothing else (IHI 0070 6.3.1 to
 * 6.3.8, and the section of each thing promised). Random permitted sets of features are made;
 * for each field of an ID register (SMMU_ID_FIELDS in models/smmuv3/regs.h) a probe reads the
 * field as a driver does and tries, through registers, memory and ports, what its value means.
 * A field without a probe fails, and so does a bit that is in no field.
 *
 * The bench: one stream, the 1 GiB of RAM mapped to itself by a block of stage 1, of stage 2,
 * or of both. It is small enough for every output address size.
 */
#include "tests/models/smmuv3_sets.h"

enum id_register { IDR0, IDR1, IDR2, IDR3, IDR4, IDR5, IDR6, IIDR, AIDR, NR_ID_REGISTERS };

static const u32 id_offsets[NR_ID_REGISTERS] = {
	ARM_SMMU_IDR0, ARM_SMMU_IDR1, ARM_SMMU_IDR2, ARM_SMMU_IDR3, ARM_SMMU_IDR4,
	ARM_SMMU_IDR5, ARM_SMMU_IDR6, ARM_SMMU_IIDR, ARM_SMMU_AIDR,
};

enum id_field {
#define FIELD_NUMBER(reg, name, last, first) reg##_##name##_FIELD,
	SMMU_ID_FIELDS(FIELD_NUMBER)
#undef FIELD_NUMBER
		NR_ID_FIELDS
};

static const struct {
	enum id_register reg;
	const char *name;
	u32 last, first;
} id_fields[NR_ID_FIELDS] = {
#define FIELD_ROW(reg, name, last, first) {reg, #reg "." #name, last, first},
	SMMU_ID_FIELDS(FIELD_ROW)
#undef FIELD_ROW
};

static struct rig rig;
static struct port *port;
static const char *probed; /* the field at hand */

static u32 id_value(enum id_field field)
{
	u32 value = rig_r32(&rig, id_offsets[id_fields[field].reg]);

	return (u32)((u64)value << (63 - id_fields[field].last) >>
		     (63 - id_fields[field].last + id_fields[field].first));
}

#define ID(reg, name) id_value(reg##_##name##_FIELD)

#define CHECK(condition)                                                                           \
	do {                                                                                       \
		if (!(condition))                                                                  \
			fail_msg("%s: %s", probed, #condition);                                    \
	} while (0)

/* --- the bench --- */

#define RAM_BLOCK RIG_RAM /* the GiB of RAM, one block */
#define S1_ROOT (RIG_TABLES + 0x0000)
#define S1_NEXT (RIG_TABLES + 0x1000)
#define S2_ROOT (RIG_TABLES + 0x2000)
#define S2_NEXT (RIG_TABLES + 0x3000)
#define CD_AT (RIG_TABLES + 0x4000)
#define L1CD_AT (RIG_TABLES + 0x5000)
#define L2STE_AT (RIG_TABLES + 0x6000)
#define PRIQ_AT (RIG_TABLES + 0x8000)
#define WHERE 0x60001000ULL /* what is accessed */
#define S2_LEAF (1ULL << 10 | 3ULL << 6 | 0xfULL << 2)

static u64 ste[8], cd[8];

static bool has_s1(void)
{
	return ID(IDR0, S1P);
}

static bool has_s2(void)
{
	return ID(IDR0, S2P);
}

static bool is_forced(void)
{
	return ID(IDR0, STALL_MODEL) == 2;
}

/* Stage 1 alone, stage 2 alone, or both: Config 5, 6 and 7. */
static void lay(u64 config)
{
	memset(ste, 0, sizeof(ste));
	memset(cd, 0, sizeof(cd));
	ste[0] = 1 | config << 1 | (config & 1 ? CD_AT : 0);
	/* S2T0SZ 32, S2SL0 1, S2AA64, S2R */
	ste[2] = 32ULL << 32 | 1ULL << 38 | 1ULL << 51 | 1ULL << 58;
	ste[2] |= (u64)is_forced() << 57;
	ste[3] = S2_ROOT;
	/* V, AA64, R, A, EPD1, T0SZ 25 */
	cd[0] = 1ULL << 31 | 1ULL << 41 | 1ULL << 45 | 1ULL << 46 | 1ULL << 30 | 25;
	cd[0] |= (u64)is_forced() << 44;
	cd[1] = S1_ROOT;
	rig_put1(&rig, S1_ROOT + 8, RAM_BLOCK | PTE_RW | PTE_BLOCK);
	rig_put1(&rig, S2_ROOT + 8, RAM_BLOCK | S2_LEAF | PTE_BLOCK);
}

/* Whatever stage there is. */
static void lay_any(void)
{
	lay(has_s1() ? 5 : 6);
}

static void forget(void)
{
	rig_cmd(&rig, 0x04, 31);
	rig_cmd(&rig, 0x30, 0);
	if (ID(IDR0, HYP))
		rig_cmd(&rig, 0x20, 0);
}

static void put(void)
{
	rig_put(&rig, RIG_STRTAB, ste, 8);
	rig_put(&rig, CD_AT, cd, 8);
	forget();
}

/* An access of stream 0; Return: the event that it would leave, 0: none. */
static u32 access_by(u64 iova, u32 flags, struct rig_access *access)
{
	struct smmu_outcome outcome;

	rig_prepare(access, iova, flags);
	smmu_translate_explain(rig.smmu, 0, &access->a, &outcome);
	return outcome.event;
}

/* The same, of what has just been laid. */
static u32 event_of(u64 iova, u32 flags)
{
	struct rig_access access;
	u32 event;

	put();
	event = access_by(iova, flags, &access);
	if (!event)
		CHECK(access.a.status == PORT_DONE && access.a.pa == iova);
	return event;
}

static bool is_bad_ste(void)
{
	return event_of(WHERE, 0) == EVT_ID_BAD_STE_CONFIG;
}

static bool is_bad_cd(void)
{
	return event_of(WHERE, 0) == EVT_ID_BAD_CD_CONFIG;
}

static void off(void)
{
	rig_w32(&rig, ARM_SMMU_CR0, 0);
}

static void on(u32 more)
{
	rig_w32(&rig, ARM_SMMU_CR0, CR0_SMMUEN | CR0_EVTQEN | CR0_CMDQEN | more);
}

static bool is_legal(u64 w0, u64 w1)
{
	u32 before = rig.cmd_prod, active;

	rig_cmd_put(&rig, w0, w1);
	rig_cmd_kick(&rig);
	active = rig_r32(&rig, ARM_SMMU_GERROR) ^ rig_r32(&rig, ARM_SMMU_GERRORN);
	if (!(active & GERROR_CMDQ_ERR))
		return true;
	CHECK((rig_r32(&rig, ARM_SMMU_CMDQ_CONS) >> 24 & 0x7f) == CMDQ_ERR_CERROR_ILL_IDX);
	/* something good in its place */
	rig.cmd_prod = before;
	rig_cmd_put(&rig, 0x30, 0);
	rig_w32(&rig, ARM_SMMU_GERRORN, rig_r32(&rig, ARM_SMMU_GERROR));
	CHECK((rig_r32(&rig, ARM_SMMU_CMDQ_CONS) & 0xfffff) == rig.cmd_prod);
	return false;
}

/* Bits of a register that software changes while everything is off. */
static u64 writable(u32 offset, u32 bytes)
{
	u64 update = offset == ARM_SMMU_GBPA ? GBPA_UPDATE : 0;
	u64 before, ones;

	off();
	before = smmu_mmio_read(rig.smmu, offset, bytes);
	smmu_mmio_write(rig.smmu, offset, update, bytes);
	ones = smmu_mmio_read(rig.smmu, offset, bytes);
	smmu_mmio_write(rig.smmu, offset, ~0ULL, bytes);
	ones ^= smmu_mmio_read(rig.smmu, offset, bytes);
	smmu_mmio_write(rig.smmu, offset, before | update, bytes);
	on(0);
	return ones;
}

static bool is_cr0_writable(u32 mask)
{
	bool is_writable;

	rig_w32(&rig, ARM_SMMU_CR0, CR0_SMMUEN | CR0_EVTQEN | CR0_CMDQEN | mask);
	is_writable = (rig_r32(&rig, ARM_SMMU_CR0) & mask) == mask;
	CHECK(is_writable || !(rig_r32(&rig, ARM_SMMU_CR0) & mask));
	on(0);
	return is_writable;
}

/* Newest event, and none is left. */
static bool last_event(u64 event[4])
{
	bool is_there = false;

	while (rig_event(&rig, event))
		is_there = true;
	return is_there;
}

/* --- IDR0 --- */

static void probe_s2p(u32 value)
{
	lay(6);
	CHECK(event_of(WHERE, 0) == (value ? 0 : EVT_ID_BAD_STE_CONFIG));
	CHECK(is_legal(0x28, 0) == value && is_legal(0x2a, 0) == value);
}

static void probe_s1p(u32 value)
{
	lay(5);
	CHECK(event_of(WHERE, 0) == (value ? 0 : EVT_ID_BAD_STE_CONFIG));
	for (u64 op = 0x10; op <= 0x13; op++)
		CHECK(is_legal(op, 0) == value);
	CHECK(is_legal(0x05, 0) == value && is_legal(0x06, 0) == value);
}

/* Of AArch64 alone. */
static void probe_ttf(u32 value)
{
	CHECK(value == 2);
	lay_any();
	cd[0] &= ~(1ULL << 41);
	ste[2] &= ~(1ULL << 51);
	CHECK(has_s1() ? is_bad_cd() : is_bad_ste());
}

/* What is written is seen, without more than the invalidation. */
static void probe_cohacc(u32 value)
{
	struct rig_access access;

	CHECK(value == 1);
	lay_any();
	put();
	CHECK(!access_by(WHERE, 0, &access));
	rig_put1(&rig, (has_s1() ? S1_ROOT : S2_ROOT) + 8, 0);
	forget();
	CHECK(access_by(WHERE, 0, &access) == EVT_ID_TRANSLATION_FAULT);
}

static void probe_btm(u32 value)
{
	CHECK(!value && !(writable(ARM_SMMU_CR2, 4) & CR2_PTM));
}

static bool has_bit(pa_t pa, u32 number)
{
	return rig_get(&rig, pa) >> number & 1;
}

static void probe_httu(u32 value)
{
	u64 ha = has_s1() ? 1ULL << 43 : 1ULL << 56, hd = has_s1() ? 1ULL << 42 : 1ULL << 55;
	u64 *word = has_s1() ? &cd[0] : &ste[2];
	pa_t leaf = (has_s1() ? S1_ROOT : S2_ROOT) + 8;

	CHECK(value <= 2);
	lay_any();
	*word |= ha;
	CHECK((has_s1() ? is_bad_cd() : is_bad_ste()) == (value < 1));
	*word |= hd;
	CHECK((has_s1() ? is_bad_cd() : is_bad_ste()) == (value < 2));
	if (!value)
		return;
	*word &= value == 1 ? ~hd : ~0ULL;
	/* clean: DBM, and not writable as long as nobody updates it */
	rig_put1(&rig, leaf,
		 RAM_BLOCK | PTE_BLOCK | 1ULL << 51 |
			 (has_s1() ? PTE_RW | PTE_RO : S2_LEAF & ~(1ULL << 7)));
	rig_put1(&rig, leaf, rig_get(&rig, leaf) & ~PTE_AF);
	CHECK(event_of(WHERE, RIG_WRITE) == (value == 2 ? 0 : EVT_ID_PERMISSION_FAULT));
	CHECK(!event_of(WHERE, 0) && (rig_get(&rig, leaf) & PTE_AF));
	CHECK(has_bit(leaf, 7) == (has_s1() ? value != 2 : value == 2));
}

static void probe_dormhint(u32 value)
{
	CHECK(!value && !rig_r32(&rig, ARM_SMMU_STATUSR));
}

static void probe_hyp(u32 value)
{
	for (u64 op = 0x20; op <= 0x23; op++)
		CHECK(is_legal(op, 0) == value);
	CHECK(!!(writable(ARM_SMMU_CR2, 4) & CR2_E2H) == value);
	if (!has_s1())
		return;
	lay(5);
	ste[1] = 1ULL << 30;
	CHECK(is_bad_ste() == value);
	/* STRW 0b10 is EL2: one range, so that EPD0 is not there */
	lay(5);
	ste[1] = 2ULL << 30;
	cd[0] |= 1 << 14;
	CHECK(event_of(WHERE, 0) == (value ? 0 : EVT_ID_TRANSLATION_FAULT));
}

static void probe_ats(u32 value)
{
	CHECK(is_legal(0x40, 52) == value);
	CHECK(is_cr0_writable(CR0_ATSCHK) == value);
	CHECK(!!port->ops->translation_request == value && !!port->ops->translated == value);
}

static void probe_ns1ats(u32 value)
{
	if (!ID(IDR0, ATS) || !has_s1() || !has_s2()) {
		CHECK(!value);
		return;
	}
	lay(7);
	ste[1] = 2ULL << 28;
	CHECK(is_bad_ste() == value);
}

static void probe_asid16(u32 value)
{
	if (!has_s1())
		return;
	lay(5);
	cd[0] |= 0x100ULL << 48;
	CHECK(is_bad_cd() == !value);
}

static void probe_msi(u32 value)
{
	CHECK(!!writable(ARM_SMMU_EVTQ_IRQ_CFG0, 8) == value);
	CHECK(!!writable(ARM_SMMU_EVTQ_IRQ_CFG1, 4) == value);
	rig.nr_irqs = 0;
	CHECK(!is_legal(0xff, 0));
	CHECK(rig.nr_irqs == value);
}

/* No CPU is told of anything: CMD_SYNC is merely consumed. */
static void probe_sev(u32 value)
{
	CHECK(!value && is_legal(0x46 | 2 << 12, 0));
}

/* GATOS registers are not there. */
static void probe_atos(u32 value)
{
	CHECK(!value);
	for (u32 offset = 0x100; offset < 0x180; offset += 4)
		CHECK(!writable(offset, 4));
}

static void probe_pri(u32 value)
{
	CHECK(is_legal(0x41, 2 << 12) == value);
	CHECK(is_cr0_writable(CR0_PRIQEN) == value);
	CHECK(!!writable(ARM_SMMU_PRIQ_BASE, 8) == value);
	CHECK(!!port->ops->page_request == value);
}

static void probe_vmw(u32 value)
{
	CHECK(is_cr0_writable(CR0_VMW) == value);
}

static void probe_vmid16(u32 value)
{
	if (!has_s2()) {
		CHECK(!value);
		return;
	}
	lay(6);
	ste[2] |= 0x100;
	CHECK(is_bad_ste() == !value);
}

static void probe_cd2l(u32 value)
{
	struct rig_access access;

	if (!has_s1() || !ID(IDR1, SSIDSIZE))
		return;
	lay(5);
	ste[0] = 1 | 5 << 1 | 1 << 4 | L1CD_AT | 1ULL << 59;
	rig_put1(&rig, L1CD_AT, CD_AT | 1);
	put();
	rig_put(&rig, CD_AT + 64, cd, 8);
	CHECK(access_by(WHERE, rig_pasid(1), &access) == (value ? 0 : EVT_ID_BAD_STE_CONFIG));
}

static void probe_vatos(u32 value)
{
	CHECK(!value && !rig_r32(&rig, ARM_SMMU_IDR2));
}

/* Little-endian tables only. */
static void probe_ttendian(u32 value)
{
	CHECK(value == 2);
	lay_any();
	cd[0] |= 1 << 15;
	ste[2] |= 1ULL << 52;
	CHECK(has_s1() ? is_bad_cd() : is_bad_ste());
}

static void probe_atsrecerr(u32 value)
{
	struct port_translation t = {.access.iova = WHERE};
	u64 event[4] = {0};
	bool is_recorded;

	CHECK(!!(writable(ARM_SMMU_CR2, 4) & CR2_REC_CFG_ATS) == value);
	if (!ID(IDR0, ATS)) {
		CHECK(!value);
		return;
	}
	off();
	rig_w32(&rig, ARM_SMMU_CR2, CR2_REC_CFG_ATS);
	on(0);
	lay_any();
	ste[0] &= ~1ULL;
	put();
	last_event(event);
	port->ops->translation_request(port, &t);
	is_recorded = last_event(event);
	CHECK(t.completion == PORT_COMPLETION_ABORTED && is_recorded == value);
	CHECK(!value || (event[0] & 0xff) == EVT_ID_BAD_STE_CONFIG);
	off();
	rig_w32(&rig, ARM_SMMU_CR2, CR2_RECINVSID);
	on(0);
}

static void probe_stall_model(u32 value)
{
	u64 *word = has_s1() ? &cd[0] : &ste[2];
	u64 s = has_s1() ? 1ULL << 44 : 1ULL << 57;

	CHECK(value <= 2);
	CHECK(is_legal(0x44, 0) == (value != 1) && is_legal(0x45, 0) == (value != 1));
	lay_any();
	*word &= ~s;
	CHECK((has_s1() ? is_bad_cd() : is_bad_ste()) == (value == 2));
	*word |= s;
	CHECK((has_s1() ? is_bad_cd() : is_bad_ste()) == (value == 1));
}

static void probe_term_model(u32 value)
{
	struct rig_access access;

	if (!has_s1())
		return;
	lay(5);
	cd[0] &= ~(1ULL << 46);
	CHECK(is_bad_cd() == value);
	if (value || is_forced())
		return;
	/* terminated as RAZ/WI */
	access_by(0x1000, 0, &access);
	CHECK(access.a.status == PORT_DONE && access.a.is_raz_wi);
}

static void probe_st_lvl(u32 value)
{
	struct rig_access access;
	u32 cfg = rig_r32(&rig, ARM_SMMU_STRTAB_BASE_CFG);

	CHECK(value <= 1);
	CHECK(!!(writable(ARM_SMMU_STRTAB_BASE_CFG, 4) & STRTAB_BASE_CFG_FMT) == value);
	lay_any();
	put();
	if (!value)
		return;
	rig_put(&rig, L2STE_AT, ste, 8);
	rig_put1(&rig, RIG_STRTAB, L2STE_AT | 1);
	off();
	rig_w32(&rig, ARM_SMMU_STRTAB_BASE_CFG, cfg | 1 << 16 | 6 << 6);
	on(0);
	forget();
	CHECK(!access_by(WHERE, 0, &access));
	off();
	rig_w32(&rig, ARM_SMMU_STRTAB_BASE_CFG, cfg);
	on(0);
}

/* --- IDR1 --- */

static void probe_sidsize(u32 value)
{
	struct smmu_outcome outcome;
	struct rig_access access;

	off();
	rig_w32(&rig, ARM_SMMU_STRTAB_BASE_CFG, 63);
	on(0);
	forget();
	rig_prepare(&access, WHERE, 0);
	smmu_translate_explain(rig.smmu, (u32)((1ULL << value) - 1), &access.a, &outcome);
	CHECK(outcome.event != EVT_ID_BAD_STREAMID_CONFIG);
	if (value < 32) {
		smmu_translate_explain(rig.smmu, 1U << value, &access.a, &outcome);
		CHECK(outcome.event == EVT_ID_BAD_STREAMID_CONFIG);
	}
	off();
	rig_w32(&rig, ARM_SMMU_STRTAB_BASE_CFG, 0);
	on(0);
}

static void probe_ssidsize(u32 value)
{
	if (!has_s1())
		return;
	lay(5);
	if (!value) {
		CHECK(event_of(WHERE, rig_pasid(0)) == EVT_ID_BAD_SUBSTREAMID_CONFIG);
		return;
	}
	/* S1DSS 0b10: what has no SubstreamID uses CD 0 */
	ste[1] = 2;
	ste[0] |= (u64)value << 59;
	CHECK(!is_bad_ste());
	ste[0] += 1ULL << 59;
	CHECK(is_bad_ste());
}

/* The pointer that the SMMU moves has the bits of the largest queue, and a wrap bit. */
static void check_queue_size(u32 base_reg, u32 pointer_reg, u32 lg2)
{
	u64 base = smmu_mmio_read(rig.smmu, base_reg, 8);
	u32 pointer = rig_r32(&rig, pointer_reg);

	off();
	rig_w64(&rig, base_reg, (base & ~0x1fULL) | 31);
	CHECK((writable(pointer_reg, 4) & 0xfffff) == (2U << lg2) - 1);
	off();
	rig_w64(&rig, base_reg, base);
	rig_w32(&rig, pointer_reg, pointer);
	on(0);
}

static void probe_priqs(u32 value)
{
	if (ID(IDR0, PRI))
		check_queue_size(ARM_SMMU_PRIQ_BASE, ARM_SMMU_PRIQ_PROD, value);
	else
		CHECK(!value);
}

static void probe_evtqs(u32 value)
{
	check_queue_size(ARM_SMMU_EVTQ_BASE, ARM_SMMU_EVTQ_PROD, value);
}

static void probe_cmdqs(u32 value)
{
	check_queue_size(ARM_SMMU_CMDQ_BASE, ARM_SMMU_CMDQ_CONS, value);
}

static void probe_attr_perms_ovr(u32 value)
{
	CHECK(!!(writable(ARM_SMMU_GBPA, 4) & (GBPA_PRIVCFG | GBPA_INSTCFG)) == value);
	if (!has_s1())
		return;
	/* for privileged accesses only, and PRIVCFG makes them so */
	lay(5);
	rig_put1(&rig, S1_ROOT + 8, RAM_BLOCK | (PTE_RW & ~PTE_EL0) | PTE_BLOCK);
	ste[1] = 3ULL << 48;
	CHECK(event_of(WHERE, 0) == (value ? 0 : EVT_ID_PERMISSION_FAULT));
}

/* MTCFG, MemAttr, SHCFG and ALLOCCFG change nothing. */
static void probe_attr_types_ovr(u32 value)
{
	CHECK(!value);
	lay_any();
	ste[1] = 0xfULL << 32 | 1ULL << 36 | 0xfULL << 37 | 3ULL << 44;
	CHECK(!event_of(WHERE, 0));
}

static void probe_preset(u32 value)
{
	CHECK(!value && writable(ARM_SMMU_STRTAB_BASE, 8) && writable(ARM_SMMU_EVTQ_BASE, 8) &&
	      writable(ARM_SMMU_CMDQ_BASE, 8));
}

static void probe_ecmdq(u32 value)
{
	CHECK(!!rig_r32(&rig, CMDQ_CONTROL_PAGES) == value);
	CHECK(!!(writable(ARM_SMMU_GERRORN, 4) & GERROR_CMDQP_ERR) == value);
	CHECK(value ? smmu_mmio_bytes(&rig.params) > 0x20000
		    : smmu_mmio_bytes(&rig.params) == 0x20000);
}

/* --- IDR2, IDR4: of what is not there --- */

static void probe_absent(u32 value)
{
	CHECK(!value);
}

/* --- IDR3 --- */

static void probe_had(u32 value)
{
	if (!has_s1()) {
		CHECK(!value);
		return;
	}
	/* a table descriptor that makes everything below it read-only, unless HAD0 says no */
	lay(5);
	cd[1] |= 1 << 1;
	rig_put1(&rig, S1_ROOT + 8, S1_NEXT | PTE_TABLE | 1ULL << 62);
	rig_put1(&rig, S1_NEXT + 8 * 256, 0x60000000 | PTE_RW | PTE_BLOCK);
	CHECK(event_of(WHERE, RIG_WRITE) == (value ? 0 : EVT_ID_PERMISSION_FAULT));
}

static void probe_xnx(u32 value)
{
	if (!has_s2()) {
		CHECK(!value);
		return;
	}
	lay(6);
	rig_put1(&rig, S2_ROOT + 8, RAM_BLOCK | S2_LEAF | PTE_BLOCK | 1ULL << 53);
	CHECK(event_of(WHERE, RIG_INSTR | RIG_PRIV) == (value ? EVT_ID_PERMISSION_FAULT : 0));
	CHECK(!event_of(WHERE, RIG_INSTR));
}

static struct port_page_response response;

static void take_response(struct port_endpoint *endpoint, const struct port_page_response *r)
{
	response = *r;
}

static void taken(struct port_page_request *request)
{
}

/* The queue is full of one: the second request is answered by the SMMU itself. */
static void probe_pps(u32 value)
{
	static const struct port_endpoint_ops ops = {.page_response = take_response};
	struct port_endpoint endpoint = {.ops = &ops};
	struct port_page_request requests[2];

	if (!ID(IDR0, PRI) || !ID(IDR1, SSIDSIZE)) {
		CHECK(!value);
		return;
	}
	lay_any(); /* PPAR is 0 */
	put();
	off();
	rig_w64(&rig, ARM_SMMU_PRIQ_BASE, PRIQ_AT);
	rig_w32(&rig, ARM_SMMU_PRIQ_PROD, 0);
	rig_w32(&rig, ARM_SMMU_PRIQ_CONS, 0);
	on(CR0_PRIQEN);
	memset(&response, 0, sizeof(response));
	port->endpoint = &endpoint;
	for (u32 i = 0; i < 2; i++) {
		requests[i] = (struct port_page_request){.iova = WHERE,
							 .pasid = 1,
							 .has_pasid = true,
							 .prg_index = 7,
							 .is_last = true,
							 .is_read = true,
							 .taken = taken};
		port->ops->page_request(port, &requests[i]);
		rig_run(&rig);
	}
	CHECK(response.prg_index == 7 && response.has_pasid == value);
	port->endpoint = NULL;
	on(0);
}

/* No VMS, and no command for it. */
static void probe_mpam(u32 value)
{
	CHECK(!value && !is_legal(0x07, 0));
}

/* Both stages, and what a walk of stage 1 reads is in a page of type @memattr of stage 2. */
static void lay_protected_walk(u64 memattr, bool is_protected)
{
	lay(7);
	ste[2] |= (u64)is_protected << 54;
	rig_put1(&rig, S2_ROOT + 8,
		 RAM_BLOCK | (S2_LEAF & ~(0xfULL << 2)) | memattr << 2 | PTE_BLOCK);
}

/* MemAttr 0b1000 is Normal memory, or with S2FWB a Device. */
static void probe_fwb(u32 value)
{
	if (!has_s1() || !has_s2())
		return;
	lay_protected_walk(8, true);
	CHECK(!event_of(WHERE, 0));
	ste[1] |= 1ULL << 25;
	CHECK(event_of(WHERE, 0) == (value ? EVT_ID_PERMISSION_FAULT : 0));
}

static void probe_stt(u32 value)
{
	CHECK(!value);
	if (!has_s1())
		return;
	lay(5);
	cd[0] = (cd[0] & ~0x3fULL) | 39;
	CHECK(!is_bad_cd());
	cd[0] = (cd[0] & ~0x3fULL) | 40;
	CHECK(is_bad_cd());
}

/* A granule and nothing else is reserved; a range covers more than one page. */
static void probe_ril(u32 value)
{
	u64 op = has_s1() ? 0x12 : 0x2a;
	pa_t slot = (has_s1() ? S1_ROOT : S2_ROOT) + 8;
	struct rig_access access;

	CHECK(is_legal(op, 1 << 10) == !value);
	lay_any();
	put();
	CHECK(!access_by(WHERE, 0, &access));
	rig_put1(&rig, slot, 0);
	/* NUM 1, SCALE 0, TG 4 KiB: this page is the second */
	CHECK(is_legal(op | 1 << 12, (WHERE - 0x1000) | 1 << 10));
	if (rig.params.tlb_entries && rig.params.contiguous && value)
		CHECK(access_by(WHERE, 0, &access) == EVT_ID_TRANSLATION_FAULT);
}

/* A block becomes a table of the same, without break-before-make: no fault in between. */
static void probe_bbml(u32 value)
{
	pa_t root = has_s1() ? S1_ROOT : S2_ROOT, next = has_s1() ? S1_NEXT : S2_NEXT;
	u64 leaf = has_s1() ? PTE_RW : S2_LEAF;
	struct rig_access access;

	CHECK(value <= 2);
	lay_any();
	put();
	CHECK(!access_by(WHERE, 0, &access));
	for (u64 i = 0; i < 512; i++)
		rig_put1(&rig, next + 8 * i, (RAM_BLOCK + (i << 21)) | leaf | PTE_BLOCK);
	if (!value)
		return;
	rig_put1(&rig, root + 8, next | PTE_TABLE);
	for (u64 iova = WHERE; iova < WHERE + (4 << 21); iova += 1 << 20)
		CHECK(!access_by(iova, 0, &access) && access.a.pa == iova);
	forget();
	CHECK(!access_by(WHERE, 0, &access) && access.a.pa == WHERE);
}

static void probe_e0pd(u32 value)
{
	if (!has_s1())
		return;
	lay(5);
	cd[1] |= 1 << 2;
	CHECK(event_of(WHERE, 0) == (value ? EVT_ID_TRANSLATION_FAULT : 0));
	CHECK(!event_of(WHERE, RIG_PRIV));
}

/* Without S2PTW, walks of Device memory go on. */
static void probe_ptwnnc(u32 value)
{
	if (!has_s1() || !has_s2()) {
		CHECK(has_s2() || !value);
		return;
	}
	lay_protected_walk(0, false);
	CHECK(!event_of(WHERE, 0));
	ste[2] |= 1ULL << 54;
	CHECK(event_of(WHERE, 0) == EVT_ID_PERMISSION_FAULT);
}

/* EATS 0b11 is reserved, and the command not there. */
static void probe_dpt(u32 value)
{
	struct port_translation t = {.access.iova = WHERE};

	CHECK(!value && !is_legal(0x70, 0) && !is_legal(0x73, 0));
	if (!ID(IDR0, ATS))
		return;
	lay_any();
	ste[1] = 3ULL << 28;
	put();
	port->ops->translation_request(port, &t);
	CHECK(t.completion == PORT_COMPLETION_UNSUPPORTED);
}

/* The record of a translated transaction has no SubstreamID. */
static void probe_pasidtt(u32 value)
{
	struct rig_access access;
	u64 event[4] = {0};

	CHECK(!value);
	if (!ID(IDR0, ATS))
		return;
	lay(4);
	put();
	on(CR0_ATSCHK);
	last_event(event);
	rig_prepare(&access, WHERE, rig_pasid(1));
	port->ops->translated(port, &access.a);
	CHECK(last_event(event) && event[0] == EVT_ID_TRANSL_FORBIDDEN);
	on(0);
}

/* PAN asks about data access of EL0, not about execution. */
static void probe_epan(u32 value)
{
	CHECK(!value);
	if (!has_s1())
		return;
	lay(5);
	cd[0] |= 1ULL << 40;
	rig_put1(&rig, S1_ROOT + 8, RAM_BLOCK | (PTE_RW & ~PTE_EL0) | PTE_BLOCK);
	CHECK(!event_of(WHERE, RIG_PRIV));
}

/* --- IDR5, IDR6, IIDR, AIDR --- */

static void probe_oas(u32 value)
{
	static const u8 bits[] = {32, 36, 40, 42, 44, 48, 52};

	CHECK(value <= 6);
	lay(4);
	CHECK(!event_of((1ULL << bits[value]) - 0x1000, 0));
	CHECK(event_of(1ULL << bits[value], 0) == EVT_ID_ADDR_SIZE_FAULT);
	CHECK(writable(ARM_SMMU_STRTAB_BASE, 8) >> bits[value] == (1ULL << 62) >> bits[value]);
}

static bool has_granule(u64 tg)
{
	lay_any();
	cd[0] |= tg << 6;
	ste[2] |= tg << 46;
	return has_s1() ? !is_bad_cd() : !is_bad_ste();
}

/* Only whether the granule is legal is asked: the tables are of 4 KiB. */
static bool is_granule_legal(u64 tg)
{
	struct rig_access access;
	u32 event;

	lay_any();
	cd[0] |= tg << 6;
	ste[2] |= tg << 46;
	put();
	event = access_by(WHERE, 0, &access);
	return event != EVT_ID_BAD_CD_CONFIG && event != EVT_ID_BAD_STE_CONFIG;
}

static void probe_gran4k(u32 value)
{
	CHECK(value && has_granule(0));
}

static void probe_gran16k(u32 value)
{
	CHECK(is_granule_legal(2) == value);
}

static void probe_gran64k(u32 value)
{
	CHECK(is_granule_legal(1) == value);
}

/* T0SZ of 12 with a granule of 4 KiB, and a hint of level 1 with one of 16 KiB. */
static void probe_ds(u32 value)
{
	struct rig_access access;
	u32 event;

	if (ID(IDR3, RIL))
		CHECK(is_legal(has_s1() ? 0x12 : 0x2a, 2 << 10 | 1 << 8) == value);
	if (!has_s1())
		return;
	lay(5);
	cd[0] = (cd[0] & ~0x3fULL) | 12;
	cd[2] = 1ULL << 58;
	put();
	event = access_by(WHERE, 0, &access);
	CHECK((event == EVT_ID_BAD_CD_CONFIG) == !value);
}

/* T0SZ of 12, of a granule that goes with it. */
static void probe_vax(u32 value)
{
	struct rig_access access;
	u32 event;

	CHECK(value <= 1);
	if (!has_s1() || !ID(IDR5, GRAN64K))
		return;
	lay(5);
	cd[0] = (cd[0] & ~0x3fULL) | 12 | 1 << 6;
	put();
	event = access_by(WHERE, 0, &access);
	CHECK((event == EVT_ID_BAD_CD_CONFIG) == !value);
}

/* As many stalls as that are recorded, and no more. */
static void probe_stall_max(u32 value)
{
	static struct rig_access accesses[16];
	u64 event[4];
	u32 nr = 0;

	if (ID(IDR0, STALL_MODEL) == 1) {
		CHECK(!value);
		return;
	}
	CHECK(value && value < 16);
	lay_any();
	cd[0] |= 1ULL << 44;
	ste[2] |= 1ULL << 57;
	put();
	last_event(event);
	for (u32 i = 0; i < value + 1; i++) {
		rig_issue(port, &accesses[i], 0x1000 * (i + 1), 0);
		rig_run(&rig);
		while (rig_event(&rig, event))
			nr += (event[1] & EVTQ_1_STALL) != 0;
	}
	CHECK(nr == value);
	off();
	rig_run(&rig);
	on(0);
}

static void probe_numq(u32 value)
{
	u32 last = SMMU_CONTROL_PAGES + ((1U << value) - 1) * (0x10000 >> value);

	CHECK(value <= 8);
	if (ID(IDR1, ECMDQ))
		CHECK(writable(last, 8) & Q_BASE_ADDR_MASK);
	else
		CHECK(!value && !writable(SMMU_CONTROL_PAGES, 8));
}

static void probe_nump(u32 value)
{
	CHECK(value <= 8);
	if (!ID(IDR1, ECMDQ)) {
		CHECK(!value);
		return;
	}
	CHECK(rig_r32(&rig, CMDQ_CONTROL_PAGES + 32 * ((1U << value) - 1)));
	CHECK(!rig_r32(&rig, CMDQ_CONTROL_PAGES + (32U << value)));
	CHECK(smmu_mmio_bytes(&rig.params) == SMMU_CONTROL_PAGES + (0x10000U << value));
}

static void probe_product(u32 value)
{
	CHECK(value == rig.params.iidr);
}

/* SMMUv3.0 has no Stride: the second address is the next page. */
static void probe_minor(u32 value)
{
	CHECK(value <= 3);
	if (!has_s2())
		return;
	/* bits 51:48 of an IPA are there from SMMUv3.1 on */
	lay(6);
	put();
	CHECK(is_legal(0x2a, 1ULL << 51 | WHERE));
}

static void (*const probes[NR_ID_FIELDS])(u32 value) = {
	[IDR0_S2P_FIELD] = probe_s2p,
	[IDR0_S1P_FIELD] = probe_s1p,
	[IDR0_TTF_FIELD] = probe_ttf,
	[IDR0_COHACC_FIELD] = probe_cohacc,
	[IDR0_BTM_FIELD] = probe_btm,
	[IDR0_HTTU_FIELD] = probe_httu,
	[IDR0_DORMHINT_FIELD] = probe_dormhint,
	[IDR0_HYP_FIELD] = probe_hyp,
	[IDR0_ATS_FIELD] = probe_ats,
	[IDR0_NS1ATS_FIELD] = probe_ns1ats,
	[IDR0_ASID16_FIELD] = probe_asid16,
	[IDR0_MSI_FIELD] = probe_msi,
	[IDR0_SEV_FIELD] = probe_sev,
	[IDR0_ATOS_FIELD] = probe_atos,
	[IDR0_PRI_FIELD] = probe_pri,
	[IDR0_VMW_FIELD] = probe_vmw,
	[IDR0_VMID16_FIELD] = probe_vmid16,
	[IDR0_CD2L_FIELD] = probe_cd2l,
	[IDR0_VATOS_FIELD] = probe_vatos,
	[IDR0_TTENDIAN_FIELD] = probe_ttendian,
	[IDR0_ATSRECERR_FIELD] = probe_atsrecerr,
	[IDR0_STALL_MODEL_FIELD] = probe_stall_model,
	[IDR0_TERM_MODEL_FIELD] = probe_term_model,
	[IDR0_ST_LVL_FIELD] = probe_st_lvl,
	[IDR0_RME_IMPL_FIELD] = probe_absent,
	[IDR1_SIDSIZE_FIELD] = probe_sidsize,
	[IDR1_SSIDSIZE_FIELD] = probe_ssidsize,
	[IDR1_PRIQS_FIELD] = probe_priqs,
	[IDR1_EVTQS_FIELD] = probe_evtqs,
	[IDR1_CMDQS_FIELD] = probe_cmdqs,
	[IDR1_ATTR_PERMS_OVR_FIELD] = probe_attr_perms_ovr,
	[IDR1_ATTR_TYPES_OVR_FIELD] = probe_attr_types_ovr,
	[IDR1_REL_FIELD] = probe_preset,
	[IDR1_QUEUES_PRESET_FIELD] = probe_preset,
	[IDR1_TABLES_PRESET_FIELD] = probe_preset,
	[IDR1_ECMDQ_FIELD] = probe_ecmdq,
	[IDR2_BA_VATOS_FIELD] = probe_vatos,
	[IDR3_HAD_FIELD] = probe_had,
	[IDR3_PBHA_FIELD] = probe_absent,
	[IDR3_XNX_FIELD] = probe_xnx,
	[IDR3_PPS_FIELD] = probe_pps,
	[IDR3_MPAM_FIELD] = probe_mpam,
	[IDR3_FWB_FIELD] = probe_fwb,
	[IDR3_STT_FIELD] = probe_stt,
	[IDR3_RIL_FIELD] = probe_ril,
	[IDR3_BBML_FIELD] = probe_bbml,
	[IDR3_E0PD_FIELD] = probe_e0pd,
	[IDR3_PTWNNC_FIELD] = probe_ptwnnc,
	[IDR3_DPT_FIELD] = probe_dpt,
	[IDR3_PASIDTT_FIELD] = probe_pasidtt,
	[IDR3_EPAN_FIELD] = probe_epan,
	[IDR3_S1PI_FIELD] = probe_absent,
	[IDR3_S2PI_FIELD] = probe_absent,
	[IDR3_S2PO_FIELD] = probe_absent,
	[IDR3_THE_FIELD] = probe_absent,
	[IDR3_MTEPERM_FIELD] = probe_absent,
	[IDR3_AIE_FIELD] = probe_absent,
	[IDR4_IMPDEF_FIELD] = probe_absent,
	[IDR5_OAS_FIELD] = probe_oas,
	[IDR5_GRAN4K_FIELD] = probe_gran4k,
	[IDR5_GRAN16K_FIELD] = probe_gran16k,
	[IDR5_GRAN64K_FIELD] = probe_gran64k,
	[IDR5_DS_FIELD] = probe_ds,
	[IDR5_D128_FIELD] = probe_absent,
	[IDR5_VAX_FIELD] = probe_vax,
	[IDR5_STALL_MAX_FIELD] = probe_stall_max,
	[IDR6_LOG2NUMQ_FIELD] = probe_numq,
	[IDR6_LOG2NUMP_FIELD] = probe_nump,
	[IIDR_PRODUCT_FIELD] = probe_product,
	[AIDR_MINOR_FIELD] = probe_minor,
	[AIDR_MAJOR_FIELD] = probe_absent,
};

/* --- the theorems --- */

static void every_id_field_has_a_probe(void **state)
{
	for (u32 i = 0; i < NR_ID_FIELDS; i++) {
		if (!probes[i])
			fail_msg("%s has no probe", id_fields[i].name);
	}
}

/* Registers of the table that are ID registers are these, all of them. */
static void every_id_register_has_fields(void **state)
{
	for (u32 i = 0; i < SMMU_NR_REGS; i++) {
		const struct reg_row *row = &smmu_reg_table[i];
		bool is_id = strstr(row->name, "IDR") != NULL, is_known = false;

		for (u32 k = 0; k < NR_ID_REGISTERS; k++)
			is_known |= row->offset == id_offsets[k];
		if (is_id != is_known)
			fail_msg("%s is%s an ID register here", row->name, is_known ? "" : " not");
	}
}

/* Bits that are in no field are RES0. */
static void check_no_other_bit(void)
{
	u32 known[NR_ID_REGISTERS] = {0};

	for (u32 i = 0; i < NR_ID_FIELDS; i++)
		known[id_fields[i].reg] |= (u32)GENMASK_ULL(id_fields[i].last, id_fields[i].first);
	for (u32 k = 0; k < NR_ID_REGISTERS; k++) {
		if (rig_r32(&rig, id_offsets[k]) & ~known[k])
			fail_msg("register 0x%x has bits of no field", id_offsets[k]);
	}
}

static void start(void)
{
	rig.cmdq_lg2 = rig.params.cmdq_lg2 < 8 ? rig.params.cmdq_lg2 : 8;
	rig.evtq_lg2 = rig.params.evtq_lg2 < 7 ? rig.params.evtq_lg2 : 7;
	rig_start(&rig);
	smmu_set_clockless(rig.smmu, true);
	rig_enable(&rig);
	off();
	/* one stream; an error shows as one message */
	rig_w32(&rig, ARM_SMMU_STRTAB_BASE_CFG, 0);
	rig_w32(&rig, ARM_SMMU_IRQ_CTRL, IRQ_CTRL_GERROR_IRQEN);
	on(0);
	port = smmu_port_create(rig.smmu, 0);
}

static void probe_all(void)
{
	start();
	check_no_other_bit();
	for (u32 i = 0; i < NR_ID_FIELDS; i++) {
		probed = id_fields[i].name;
		probes[i](id_value(i));
	}
	rig_stop(&rig);
}

static void the_default_smmu_does_what_it_shows(void **state)
{
	rig_defaults(&rig);
	rig.params.stall_max = 8;
	probe_all();
}

static void random_smmus_do_what_they_show(void **state)
{
	struct sim_rng rng;

	sim_rng_init(&rng, 1, "probes");
	for (u32 i = 0; i < 600; i++) {
		rig_defaults(&rig);
		sets_permitted(&rng, &rig.params);
		probe_all();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_id_field_has_a_probe),
		cmocka_unit_test(every_id_register_has_fields),
		cmocka_unit_test(the_default_smmu_does_what_it_shows),
		cmocka_unit_test(random_smmus_do_what_they_show),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
