// SPDX-License-Identifier: GPL-2.0-only
/*
 * libFuzzer target: the bytes of an input are what hostile software and hostile
 * masters do to an SMMUv3 in turn - registers of any size, control pages, tables,
 * queues, commands, accesses, ATS requests, page requests, functional translations,
 * time. The first bytes choose its features, so that new rows of the parameter and
 * register tables are met too.
 *
 * Beyond the sanitizers it checks: every access and every ATS request is answered
 * exactly once, at the latest when software has switched the SMMU off; every page request
 * is given back once, and is recorded, dropped or answered; destroying it gives all
 * arena memory back and leaves no event. libFuzzer's -timeout finds hangs.
 *
 * Leaves out: the driver and the handler; they have tests of their own.
 */
#include "models/smmuv3/regs.h"
#include "models/smmuv3/smmu.h"
#include "tests/fuzz/fuzz.h"

#define RAM 0x40000000ULL
#define CMDQ 0x41000000ULL
#define EVTQ 0x42000000ULL
#define STRTAB 0x43000000ULL
#define TABLES 0x44000000ULL
#define DOORBELL 0x8090000ULL
#define NOWHERE 0x800000000ULL
#define RAM_BYTES 0x8000000ULL
#define PRIQ 0x43800000ULL
#define ECMDQ 0x43900000ULL

static struct smmu *smmu;
static struct smmu_params model_params;

/* --- the input --- */

/* Addresses that hit something: tables, queues, nothing, the doorbell, odd ones. */
static u64 pick_address(void)
{
	static const u64 places[] = {CMDQ, EVTQ, STRTAB, TABLES, NOWHERE, DOORBELL, RAM, ~0ULL};
	u64 kind = take(1);

	return places[kind % 8] + (kind & 0x80 ? take(3) : (kind >> 3) * 0x40);
}

static u64 pick_word(void)
{
	switch (pick(7)) {
	case 0:
		return pick_address() | pick(64);
	case 1: /* descriptors of tables, blocks and pages */
		return (pick_address() & ~0xfffULL) | pick(4) | pick(8) << 5 | pick(4) << 10 |
		       take(1) << 52;
	case 2: /* word 0 of an STE */
		return 1 | (pick_address() & ~0x3fULL & GENMASK_ULL(51, 0)) | pick(8) << 1 |
		       pick(20) << 59 | pick(4) << 4;
	case 3: /* word 0 of a CD: sizes, EPD, IPS, V, AA64, R, A, S, ASID */
		return take(4) | pick(8) << 32 | take(2) << 41 | pick(8) << 48 | pick(8) << 44;
	case 4:
		return take(2);
	case 5:
		return take(8);
	default:
		return 0;
	}
}

/* --- hardware --- */

/* What costs much memory is small; and any set of features will do. */
static void reconcile(struct smmu_params *params)
{
	params->ecmdq_pages_lg2 %= 2;
	params->ecmdq_queues_lg2 %= 3;
	params->unchecked = 1;
}

static struct smmu_params make_params(void)
{
	struct smmu_params params;
	bool is_varied = pick(4);

	smmu_params_default(&params);
	params.evtq_lg2 = 3;
	params.stall_max = 4;
	if (is_varied) {
		vary_params(&params, smmu_feature_table, smmu_feature_count);
		vary_params(&params, smmu_cache_table, smmu_cache_count);
		params.port_slots = 1 + pick(4);
		params.slots = 1 + pick(6);
		params.walk_slots = 1 + pick(3);
		params.cmd_engines = pick(4);
		params.merge_window_ps = take(2) * 1000;
		reconcile(&params);
	}
	if (smmu_params_check(&params)) {
		sim_params_default(&params, smmu_feature_table, smmu_feature_count);
		sim_params_default(&params, smmu_cache_table, smmu_cache_count);
	}
	return params;
}

static void hardware_create(void)
{
	struct mem_params mem_params;
	struct smmu_params params = model_params = make_params();

	mem_params_default(&mem_params);
	mem_params.base = RAM;
	mem_params.size_bytes = RAM_BYTES;
	fuzz.mem = mem_create(&mem_params);
	must(fuzz.mem, "memory is created");
	must(!mem_add_doorbell(
		     fuzz.mem,
		     &(struct mem_doorbell){.pa = DOORBELL, .bytes = 0x1000, .fn = doorbell}),
	     "doorbell is added");
	smmu = smmu_create(&params, fuzz.mem, 0);
	must(smmu, "the SMMU is created");
	smmu_set_clockless(smmu, pick(4) == 0);
	for (u32 i = 0; i < NR_PORTS; i++) {
		fuzz.port[i] = smmu_port_create(smmu, i < NR_STREAMS ? i : take(4));
		must(fuzz.port[i], "ports are created");
		fuzz.port[i]->max_stalled = pick(3);
		if (i < NR_ENDPOINTS && params.ats)
			fuzz.port[i]->endpoint = &endpoint;
	}
	fuzz.is_prompt = pick(2);
}

/* --- software --- */

static u32 r32(u32 offset)
{
	return smmu_mmio_read(smmu, offset, 4);
}

static void w32(u32 offset, u32 value)
{
	smmu_mmio_write(smmu, offset, value, 4);
}

static void write_register(void)
{
	const struct reg_row *row = &smmu_reg_table[pick(SMMU_NR_REGS)];
	u64 how = take(1);

	smmu_mmio_read(smmu, row->offset + how % 16, how / 16);
	if (how < 0xe0)
		smmu_mmio_write(smmu, row->offset, pick_word(), row->bytes);
	else
		smmu_mmio_write(smmu, row->offset + how % 16, pick_word(), pick(17));
}

static void write_memory(void)
{
	pa_t pa = pick_address() & ~7ULL;

	for (u32 i = 0, nr = 1 + pick(8); i < nr; i++)
		put(pa + 8ULL * i, pick_word());
}

/* A command of any kind, RESUME and its like more often. */
static void make_command(pa_t pa)
{
	static const u8 often[] = {0x44, 0x44, 0x45, 0x46, 0x03, 0x04, 0x30, 0x12,
				   0x40, 0x41, 0x46, 0x01, 0x02, 0x46, 0x11, 0x05};
	u64 kind = take(1);
	u64 op = kind & 0x80 ? kind & 0x7f : often[kind % 16];

	put(pa, op | pick(16) << 12 | (kind & 0x40 ? take(8) & ~0xfffULL : pick(NR_STREAMS) << 32));
	put(pa + 8, kind & 0x20 ? take(8) : pick(8));
}

/* Where CMDQ_PROD is. */
static void send_command(void)
{
	u32 prod = r32(ARM_SMMU_CMDQ_PROD);
	u64 base = smmu_mmio_read(smmu, ARM_SMMU_CMDQ_BASE, 8);
	u32 entries = 1U << (base & 0x1f & (base & 0x10 ? 0xf : 0x1f));
	pa_t pa = (base & GENMASK_ULL(51, 5)) + 16ULL * (prod % entries);

	make_command(pa);
	w32(ARM_SMMU_CMDQ_PROD, (prod + 1) & (2 * entries - 1));
}

/* --- command queue control pages --- */

static u32 ecmdq_at(u32 q)
{
	u32 in_page = q & ((1U << model_params.ecmdq_queues_lg2) - 1);

	return 0x20000 + ((q >> model_params.ecmdq_queues_lg2) << 16) +
	       (in_page << (16 - model_params.ecmdq_queues_lg2));
}

/* One of the queues, or one beyond them. */
static u32 pick_ecmdq(void)
{
	return pick((1U << (model_params.ecmdq_pages_lg2 + model_params.ecmdq_queues_lg2)) + 1);
}

static void write_control_page(void)
{
	u64 how = take(1);
	u32 at = how & 0x40 ? 0x4000 + (how & 0x3f) : ecmdq_at(pick_ecmdq()) + 4 * (how & 3);

	smmu_mmio_read(smmu, at, how & 0x80 ? 8 : 4);
	smmu_mmio_write(smmu, at, pick_word(), how & 0x80 ? 8 : 4);
}

/* A sane queue and a command in it; an error is acknowledged. */
static void use_ecmdq(void)
{
	u32 q = pick_ecmdq(), at = ecmdq_at(q);
	u32 prod = r32(at + 8), cons = r32(at + 12);

	if (!(cons & 0x80000000U)) {
		smmu_mmio_write(smmu, at, (ECMDQ + 0x100ULL * q) | 3, 8);
		w32(at + 12, 0);
		w32(at + 8, 0x80000000U);
		return;
	}
	if ((prod ^ cons) & 1 << 23) {
		w32(at + 8, ((prod ^ 1U << 23) & ~0xfffffU) | (cons & 0xfffff));
		return;
	}
	make_command(ECMDQ + 0x100ULL * q + 16 * (prod % 8));
	w32(at + 8, (prod & ~0xfffffU) | ((prod + 1) & 15));
}

static void acknowledge(void)
{
	w32(ARM_SMMU_GERRORN, r32(ARM_SMMU_GERROR));
	w32(ARM_SMMU_CMDQ_PROD, r32(ARM_SMMU_CMDQ_CONS) & GENMASK_ULL(19, 0));
}

/* Stage 2 that maps the gigabyte with the RAM to itself; Return: the STE's Config for it. */
static u64 make_stage2(u32 sid)
{
	u64 how = take(1);
	pa_t table = TABLES + 0x80000 + 0x1000ULL * sid;

	/* VMID, S2T0SZ 25, S2SL0 1, S2PS 48 bits, S2AA64; S2AFFD, S2HD, S2HA, S2S, S2R */
	put(STRTAB + 64ULL * sid + 16, pick(3) | 25ULL << 32 | 1ULL << 38 | 5ULL << 48 |
					       1ULL << 51 | (how & 0x60) << 48 |
					       (how >> 1 & 0xf) << 55);
	put(STRTAB + 64ULL * sid + 24, table);
	put(table + 8, RAM | (how & 0x10 ? 0x4c1 : 0x4c1 | pick(16) << 6));
	if (!model_params.stage2 || how & 1)
		return 5;
	return how & 0x80 ? 6 : 7;
}

/* A CD, a path of tables and some pages, so that translations succeed. */
static void make_stream(u32 sid)
{
	pa_t base = TABLES + 0x10000ULL * sid;
	u64 flags = take(1), config = make_stage2(sid);

	put(STRTAB + 64ULL * sid, 1 | config << 1 | base);
	/* MEV, PPAR, EATS */
	put(STRTAB + 64ULL * sid + 8, (flags & 0x80 ? 1ULL << 19 : 0) |
					      (flags & 0x40 ? 1ULL << 18 : 0) |
					      (model_params.ats && flags & 0x20 ? 1ULL << 28 : 0));
	/* T0SZ 16, EPD1, V, IPS 48 bits, AA64, S, R, A, ASID */
	put(base, 16 | 1ULL << 30 | 1ULL << 31 | 5ULL << 32 | 1ULL << 41 | (flags & 7) << 44 |
			  ((u64)sid & flags >> 3) << 48);
	put(base + 8, base + 0x1000);
	for (u32 level = 0; level < 3; level++)
		put(base + 0x1000 * (level + 1), (base + 0x1000ULL * (level + 2)) | 3);
	for (u32 i = 0; i < 8; i++)
		put(base + 0x4000 + 8 * i, (RAM + 0x1000ULL * i) | 3 | (flags >> 4) << 6 |
						   (i & 1) << 10 | (u64)(i & 2) << 10);
}

static void make_sane(void)
{
	w32(ARM_SMMU_CR0, 0);
	w32(ARM_SMMU_IRQ_CTRL, 0);
	acknowledge();
	smmu_mmio_write(smmu, ARM_SMMU_STRTAB_BASE, STRTAB, 8);
	w32(ARM_SMMU_STRTAB_BASE_CFG, 6);
	smmu_mmio_write(smmu, ARM_SMMU_CMDQ_BASE, CMDQ | 8, 8);
	smmu_mmio_write(smmu, ARM_SMMU_EVTQ_BASE, EVTQ | pick(8), 8);
	w32(ARM_SMMU_CMDQ_PROD, 0);
	w32(ARM_SMMU_CMDQ_CONS, 0);
	w32(ARM_SMMU_EVTQ_PROD, 0);
	w32(ARM_SMMU_EVTQ_CONS, 0);
	smmu_mmio_write(smmu, ARM_SMMU_PRIQ_BASE, PRIQ | pick(4), 8);
	w32(ARM_SMMU_PRIQ_PROD, 0);
	w32(ARM_SMMU_PRIQ_CONS, 0);
	w32(ARM_SMMU_CR2, pick(16));
	smmu_mmio_write(smmu, ARM_SMMU_EVTQ_IRQ_CFG0, DOORBELL, 8);
	smmu_mmio_write(smmu, ARM_SMMU_GERROR_IRQ_CFG0, pick(2) ? DOORBELL : NOWHERE, 8);
	w32(ARM_SMMU_IRQ_CTRL, 7);
	for (u32 sid = 0; sid < NR_STREAMS; sid++)
		make_stream(sid);
	w32(ARM_SMMU_CR0,
	    CR0_SMMUEN | CR0_EVTQEN | CR0_CMDQEN | CR0_PRIQEN | (pick(2) ? CR0_ATSCHK : 0));
}

static void translate(void)
{
	struct port_access access;

	fill_access(&access);
	must(smmu_translate(smmu, pick(8), &access) != PORT_PENDING,
	     "functional translation answers");
}

/* --- the run --- */

static void step(void)
{
	switch (pick(22)) {
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
		send_command();
		break;
	case 6:
		acknowledge();
		break;
	case 7:
		w32(ARM_SMMU_EVTQ_CONS, r32(ARM_SMMU_EVTQ_PROD));
		w32(ARM_SMMU_PRIQ_CONS, r32(ARM_SMMU_PRIQ_PROD));
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
	case 13:
		ask_ats(false);
		break;
	case 14:
		ask_ats(true);
		break;
	case 15:
	case 16:
		ask_page();
		break;
	case 17:
		complete_invalidation();
		break;
	case 18:
		write_control_page();
		break;
	case 19:
		use_ecmdq();
		break;
	default:
		access_memory();
		break;
	}
}

/* Each page request has come to one end. */
static void check_pri(void)
{
	struct smmu_stats stats;

	smmu_stats(smmu, &stats);
	must(stats.pri.requests == stats.pri.recorded + stats.pri.dropped + stats.pri.auto_success +
					   stats.pri.auto_failure,
	     "page requests add up");
}

/* Switched off, everything that is stalled ends; what waited for its place does so in turn. */
static void end(void)
{
	for (u32 i = 0; i <= NR_ACCESSES && fuzz.nr_out; i++) {
		w32(ARM_SMMU_CR0, CR0_SMMUEN);
		w32(ARM_SMMU_CR0, 0);
		sim_run(SIM_TIME_NEVER);
	}
	must(!fuzz.nr_out, "every access is answered once the SMMU is off");
	sim_run(SIM_TIME_NEVER);
	must(!fuzz.nr_requests_out, "every page request is given back once the SMMU is off");
	check_pri();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	bool is_cut;
	u64 before;

	memset(&fuzz, 0, sizeof(fuzz));
	smmu = NULL;
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
	smmu_destroy(smmu);
	must(sim_next_event_ps() == SIM_TIME_NEVER, "no event outlives the SMMU");
	mem_destroy(fuzz.mem);
	must(sim_arena_used_bytes() == before, "all memory is given back");
	sim_finish();
	return 0;
}
