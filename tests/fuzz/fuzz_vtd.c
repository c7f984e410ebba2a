// SPDX-License-Identifier: GPL-2.0-only
/*
 * libFuzzer target: the bytes of an input are what hostile software and hostile masters do to a
 * VT-d unit in turn - registers of any size, tables, descriptors, accesses, ATS requests, page
 * requests, interrupts, functional translations, time. The first bytes choose its features.
 *
 * Beyond the sanitizers it checks: every access, ATS request and interrupt is answered exactly
 * once; every page request is given back once, and is recorded, dropped or answered; the
 * page request queue never holds as many as it has entries; destroying the unit gives
 * all arena memory back and leaves no event. libFuzzer's -timeout finds hangs.
 *
 * Leaves out: the driver and the handler; they have tests of their own.
 */
#include "models/vtd/regs.h"
#include "models/vtd/vtd.h"
#include "tests/fuzz/fuzz.h"

#define RAM_BYTES 0x8000000ULL
#define ROOT 0x100000ULL
#define IQ 0x200000ULL
#define PRQ 0x300000ULL
#define IRT 0x400000ULL
#define STATUS 0x500000ULL
#define TABLES 0x1000000ULL
#define DOORBELL 0xfee00000ULL
#define NOWHERE 0x800000000ULL
#define NR_INTERRUPTS 4

struct fuzz_interrupt {
	struct vtd_interrupt_request request; /* first */
	bool is_out;
};

static struct vtd *vtd;
static struct vtd_params model_params;
static struct fuzz_interrupt interrupts[NR_INTERRUPTS];
static u32 mode; /* TTM that make_sane() chose */

/* --- the input --- */

static u64 pick_address(void)
{
	static const u64 places[] = {ROOT, IQ, PRQ, IRT, TABLES, NOWHERE, DOORBELL, ~0ULL};
	u64 kind = take(1);

	return places[kind % 8] + (kind & 0x80 ? take(3) : (kind >> 3) * 0x40);
}

static u64 pick_word(void)
{
	switch (pick(7)) {
	case 0:
		return pick_address() | pick(64);
	case 1: /* paging entries */
		return (pick_address() & ~0xfffULL) | pick(8) | pick(4) << 5 | pick(8) << 7 |
		       pick(4) << 10 | take(1) << 56;
	case 2: /* word 0 of a PASID table entry */
		return (pick_address() & ~0xfffULL) | 1 | pick(2) << 1 | pick(4) << 2 |
		       pick(5) << 6 | pick(2) << 9;
	case 3: /* context-entries, root entries, table entries */
		return (pick_address() & ~0xfffULL) | pick(32);
	case 4:
		return take(2);
	case 5:
		return take(8);
	default:
		return 0;
	}
}

/* --- hardware --- */

static void reconcile_widths(struct vtd_params *p)
{
	bool has_second;

	p->domain_bits &= ~1ULL;
	p->mgaw_bits = p->mgaw_bits > p->haw_bits ? p->mgaw_bits : p->haw_bits;
	if (!p->qi && p->ver_major > 5)
		p->ver_major = 5;
	has_second = p->ssts || p->ver_major < 6;
	p->aw39 &= has_second;
	p->aw48 &= has_second;
	p->aw57 &= has_second;
	p->aw48 |= has_second && !(p->aw39 | p->aw57);
}

/* Make features fit each other, rather than have none of them. */
static void reconcile(struct vtd_params *p)
{
	p->smts &= p->qi;
	p->ss_1g &= p->ss_2m;
	p->fsts &= p->smts;
	p->ssts &= p->smts;
	p->nest &= p->fsts && p->ssts;
	p->fs_1g &= p->fsts;
	p->fs_5level &= p->fsts;
	p->smpwcs &= p->smts;
	p->ssads &= p->ssts && p->smpwcs;
	p->eafs &= p->fsts && p->smpwcs;
	p->rwbf &= !p->smts;
	p->dt &= p->qi;
	p->prs &= p->dt && p->smts;
	p->pds &= p->dt;
	p->nwfs &= p->dt;
	p->pasid &= p->smts;
	p->rps &= p->smts;
	p->ir &= p->qi;
	p->eim &= p->ir;
	p->pi &= p->ir;
	p->esirtps &= p->ir;
	p->sms &= p->prs && p->pasid;
	p->srs &= p->smts;
	p->rprivs &= p->srs;
	p->ers &= p->revision == 3 && p->pasid && p->ver_major < 8;
	reconcile_widths(p);
}

static struct vtd_params make_params(void)
{
	struct vtd_params params;

	vtd_params_default(&params);
	params.devtlb_timeout_ps = 1000000;
	params.pi = 1;
	if (pick(4)) {
		vary_params(&params, vtd_feature_table, vtd_feature_count);
		vary_params(&params, vtd_cache_table, vtd_cache_count);
		params.port_slots = 1 + pick(4);
		params.slots = 1 + pick(6);
		params.walk_slots = 1 + pick(3);
		/* what no unit may be is not to hurt, either */
		if (!params.unchecked)
			reconcile(&params);
	}
	if (vtd_params_check(&params)) {
		sim_params_default(&params, vtd_feature_table, vtd_feature_count);
		sim_params_default(&params, vtd_cache_table, vtd_cache_count);
	}
	return params;
}

static void sink(void *opaque, const struct vtd_interrupt *interrupt)
{
}

static void hardware_create(void)
{
	struct mem_params mem_params;

	model_params = make_params();
	mem_params_default(&mem_params);
	mem_params.base = 0;
	mem_params.size_bytes = RAM_BYTES;
	fuzz.mem = mem_create(&mem_params);
	must(fuzz.mem, "memory is created");
	must(!mem_add_doorbell(
		     fuzz.mem,
		     &(struct mem_doorbell){.pa = DOORBELL, .bytes = 0x100000, .fn = doorbell}),
	     "doorbell is added");
	vtd = vtd_create(&model_params, fuzz.mem, 0);
	must(vtd, "the unit is created");
	vtd_set_clockless(vtd, pick(4) == 0);
	if (pick(2))
		vtd_set_interrupt_sink(vtd, sink, NULL);
	for (u32 i = 0; i < NR_PORTS; i++) {
		fuzz.port[i] = vtd_port_create(vtd, i < NR_STREAMS ? i : take(2));
		must(fuzz.port[i], "ports are created");
		if (i < NR_ENDPOINTS && model_params.dt)
			fuzz.port[i]->endpoint = &endpoint;
	}
	fuzz.is_prompt = pick(2);
}

/* --- software --- */

static void w32(u32 offset, u32 value)
{
	vtd_mmio_write(vtd, offset, value, 4);
}

static void w64(u32 offset, u64 value)
{
	vtd_mmio_write(vtd, offset, value, 8);
}

static void write_register(void)
{
	const struct reg_row *row = &vtd_reg_table[pick(VTD_NR_REGS)];
	u64 how = take(1);
	u32 at = how < 0xe0 ? row->offset : 0x200 + 8 * pick(64);

	vtd_mmio_read(vtd, at + how % 16, how / 16);
	if (how & 1)
		vtd_mmio_write(vtd, at, pick_word(), how & 2 ? 4 : 8);
	else
		vtd_mmio_write(vtd, at + how % 16, pick_word(), pick(17));
}

static void write_memory(void)
{
	pa_t pa = pick_address() & ~7ULL;

	for (u32 i = 0, nr = 1 + pick(8); i < nr; i++)
		put(pa + 8ULL * i, pick_word());
}

/* A descriptor of any kind where IQT is. */
static void send_descriptor(void)
{
	u64 iqa = vtd_mmio_read(vtd, DMAR_IQA_REG, 8), tail = vtd_mmio_read(vtd, DMAR_IQT_REG, 8);
	u32 bytes = iqa & IQA_DW ? 32 : 16;
	pa_t pa = (iqa & ~0xfffULL) + tail;
	u64 kind = take(1);
	u64 type = kind & 0x80 ? take(2) & 0xe0f : 1 + kind % 9;

	put(pa, type | pick(16) << 4 |
			(kind & 0x40 ? take(8) & ~0xfffULL : pick(NR_STREAMS) << 32) |
			pick(4) << 16);
	put(pa + 8, type == 5 ? STATUS : kind & 0x20 ? take(8) : pick_address() & ~0xfffULL);
	put(pa + 16, kind & 0x10 ? take(1) : 0);
	put(pa + 24, 0);
	w64(DMAR_IQT_REG, (tail + bytes) & 0xfff);
}

static void acknowledge(void)
{
	for (u32 i = 0; i < 8; i++)
		w32(0x220 + 16 * i + 12, 1U << 31);
	w32(DMAR_FSTS_REG, 0x7f);
	w32(DMAR_ICS_REG, 1);
	w32(DMAR_PRS_REG, 3);
	w64(DMAR_PQH_REG, vtd_mmio_read(vtd, DMAR_PQT_REG, 8));
}

/* Entries of four levels that map some pages, each of their own make. */
static void make_tables(pa_t base, bool is_first)
{
	u64 perms = is_first ? 7 : 3;

	for (u32 level = 0; level < 4; level++)
		put(base + 0x1000 * level, (base + 0x1000ULL * (level + 1)) | perms);
	for (u32 i = 0; i < 8; i++)
		put(base + 0x4000 + 8 * i,
		    (TABLES + 0x1000ULL * i) | (perms & ~pick(8)) | pick(4) << 5 | pick(4) << 8);
}

static void make_legacy_device(u32 sid)
{
	pa_t base = TABLES + 0x20000ULL * sid;

	put(ROOT, (ROOT + 0x1000) | 1);
	put(ROOT + 0x1000 + 16 * sid, (base + 0x10000) | pick(3) << 2 | pick(2) << 1 | 1);
	put(ROOT + 0x1000 + 16 * sid + 8, (sid & 1) << 8 | 2);
}

static void make_scalable_device(u32 sid)
{
	pa_t base = TABLES + 0x20000ULL * sid, pasids = base + 0x7000;

	put(ROOT, (ROOT + 0x1000) | 1);
	put(ROOT + 0x1000 + 32 * sid, (base + 0x6000) | 1 | (take(1) & 0x1e));
	put(ROOT + 0x1000 + 32 * sid + 8, pick(2));
	put(base + 0x6000, pasids | 1);
	for (u32 pasid = 0; pasid < 4; pasid++) {
		u64 flags = take(1);

		put(pasids + 64 * pasid,
		    (base + 0x10000) | (1 + pick(4)) << 6 | 2 << 2 | 1 | (flags & 1) << 9);
		put(pasids + 64 * pasid + 8, (sid & 1) | (flags & 2) << 22);
		put(pasids + 64 * pasid + 16,
		    base | (flags & 4) >> 2 | (flags & 8) << 1 | (flags & 16) << 3);
	}
}

static void make_sane(void)
{
	mode = pick(2);
	w32(DMAR_GCMD_REG, 0);
	sim_run(SIM_TIME_NEVER);
	acknowledge();
	for (u32 sid = 0; sid < NR_STREAMS; sid++) {
		pa_t base = TABLES + 0x20000ULL * sid;

		make_tables(base, true);
		make_tables(base + 0x10000, false);
		if (mode)
			make_scalable_device(sid);
		else
			make_legacy_device(sid);
	}
	for (u32 i = 0; i < 8; i++)
		put(IRT + 16 * i, 1 | take(3) << 2);
	w64(DMAR_RTADDR_REG, ROOT | (u64)mode << 10);
	w64(DMAR_IRTA_REG, IRT | 7 | pick(2) << 11);
	w64(DMAR_IQT_REG, 0);
	w64(DMAR_IQA_REG, IQ | (mode ? 1 << 11 : 0));
	w64(DMAR_PQA_REG, PRQ);
	w64(DMAR_PQH_REG, 0);
	w64(DMAR_PQT_REG, 0);
	w32(DMAR_FEADDR_REG, pick(2) ? DOORBELL : NOWHERE >> 8);
	w32(DMAR_FECTL_REG, 0);
	w32(DMAR_PECTL_REG, 0);
	w32(DMAR_GCMD_REG, 1U << 30 | 1U << 24 | 1U << 26);
	sim_run(SIM_TIME_NEVER);
	w32(DMAR_GCMD_REG, 1U << 31 | 1U << 26 | pick(8) << 23);
	sim_run(SIM_TIME_NEVER);
}

/* --- masters of its own kind --- */

static void interrupt_done(struct vtd_interrupt_request *request)
{
	struct fuzz_interrupt *mine = (struct fuzz_interrupt *)request;

	must(mine->is_out, "an interrupt ends once");
	mine->is_out = false;
}

static void interrupt(void)
{
	struct fuzz_interrupt *mine = &interrupts[pick(NR_INTERRUPTS)];

	if (mine->is_out)
		return;
	mine->request = (struct vtd_interrupt_request){
		.sid = pick(NR_STREAMS),
		.address = DOORBELL | (take(3) & 0xfffff),
		.data = take(2),
		.done = interrupt_done,
	};
	mine->is_out = true;
	vtd_interrupt(vtd, &mine->request);
}

static void translate(void)
{
	struct port_access access;

	fill_access(&access);
	must(vtd_translate(vtd, pick(8), &access) != PORT_PENDING,
	     "functional translation answers");
}

/* --- the run --- */

static void step(void)
{
	switch (pick(20)) {
	case 0:
	case 1:
		write_register();
		break;
	case 2:
	case 3:
		write_memory();
		break;
	case 4:
	case 5:
	case 6:
		send_descriptor();
		break;
	case 7:
		acknowledge();
		break;
	case 8:
		make_sane();
		break;
	case 9:
		sim_run(sim_now_ps() + take(1) * 2000);
		break;
	case 10:
		sim_run(SIM_TIME_NEVER);
		break;
	case 11:
		translate();
		break;
	case 12:
		ask_ats(false);
		break;
	case 13:
		ask_ats(true);
		break;
	case 14:
	case 15:
		ask_page();
		break;
	case 16:
		complete_invalidation();
		break;
	case 17:
		interrupt();
		break;
	default:
		access_memory();
		break;
	}
}

/* Each page request has come to one end, and of the queue one entry stays unused. */
static void check_stats(void)
{
	struct vtd_stats stats;

	vtd_stats(vtd, &stats);
	must(stats.pri.requests == stats.pri.recorded + stats.pri.dropped + stats.pri.auto_success +
					   stats.pri.auto_invalid,
	     "page requests add up");
	must(stats.prq.max_depth < 1ULL << model_params.prq_lg2, "one entry stays unused");
}

static void end(void)
{
	sim_run(SIM_TIME_NEVER);
	must(!fuzz.nr_out, "every access is answered");
	must(!fuzz.nr_requests_out, "every page request is given back");
	for (u32 i = 0; i < NR_INTERRUPTS; i++)
		must(!interrupts[i].is_out, "every interrupt ends");
	check_stats();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bool is_cut;
	u64 before;

	memset(&fuzz, 0, sizeof(fuzz));
	memset(interrupts, 0, sizeof(interrupts));
	fuzz.bytes = data;
	fuzz.nr_bytes = size;
	must(!sim_init(1, ARENA_BYTES), "the machine is created");
	before = sim_arena_used_bytes();
	is_cut = pick(8) == 0;
	hardware_create();
	make_sane();
	while (fuzz.nr_bytes)
		step();
	if (!is_cut)
		end();
	vtd_destroy(vtd);
	must(sim_next_event_ps() == SIM_TIME_NEVER, "no event outlives the unit");
	mem_destroy(fuzz.mem);
	must(sim_arena_used_bytes() == before, "all memory is given back");
	sim_finish();
	return 0;
}
