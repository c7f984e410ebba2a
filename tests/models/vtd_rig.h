/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A bench for VT-d tests: memory, one unit, tables and queues, all through registers
 * and memory as a driver would, sharing no code with the model.
 */
#ifndef TESTS_VTD_RIG_H
#define TESTS_VTD_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "models/vtd/regs.h"
#include "models/vtd/vtd.h"
#include "sim/event.h"
#include "sim/sim.h"

#define RIG_ROOT 0x100000ULL
#define RIG_IQ 0x200000ULL
#define RIG_PRQ 0x300000ULL
#define RIG_STATUS 0x400000ULL
#define RIG_TABLES 0x1000000ULL
#define RIG_NOWHERE 0x1000000000ULL /* outside of RAM, within the host address width */
#define RIG_DOORBELL 0xfee00000ULL
#define RIG_LEGACY 0
#define RIG_SCALABLE 1

struct rig {
	struct mem *mem;
	struct vtd *vtd;
	struct mem_params mem_params;
	struct vtd_params params;
	u64 next_table;
	u32 number;
	u32 mode;
	u64 iq_tail;
	bool is_clockless;
	u32 nr_irqs;
	u32 last_irq_data;
	u64 last_irq_offset;
};

/* Defaults, to be changed before rig_start(). */
__attribute__((unused)) static void rig_defaults(struct rig *rig)
{
	memset(rig, 0, sizeof(*rig));
	mem_params_default(&rig->mem_params);
	vtd_params_default(&rig->params);
	rig->mem_params.base = 0;
	rig->mem_params.size_bytes = 0x40000000;
}

__attribute__((unused)) static void rig_doorbell(void *opaque, u64 offset, u32 data)
{
	struct rig *rig = opaque;

	rig->nr_irqs++;
	rig->last_irq_data = data;
	rig->last_irq_offset = offset;
}

/* The unit as after reset. */
__attribute__((unused)) static void rig_start(struct rig *rig)
{
	assert_int_equal(sim_init(1, 0), 0);
	rig->next_table = RIG_TABLES;
	rig->iq_tail = 0;
	rig->mem = mem_create(&rig->mem_params);
	assert_non_null(rig->mem);
	assert_null(vtd_params_check(&rig->params));
	rig->vtd = vtd_create(&rig->params, rig->mem, rig->number);
	assert_non_null(rig->vtd);
	vtd_set_clockless(rig->vtd, rig->is_clockless);
	assert_int_equal(mem_add_doorbell(rig->mem, &(struct mem_doorbell){.pa = RIG_DOORBELL,
									   .bytes = 0x100000,
									   .fn = rig_doorbell,
									   .opaque = rig}),
			 0);
}

__attribute__((unused)) static void rig_stop(struct rig *rig)
{
	vtd_destroy(rig->vtd);
	mem_destroy(rig->mem);
	sim_finish();
}

__attribute__((unused)) static u32 rig_r32(struct rig *rig, u32 offset)
{
	return vtd_mmio_read(rig->vtd, offset, 4);
}

__attribute__((unused)) static u64 rig_r64(struct rig *rig, u32 offset)
{
	return vtd_mmio_read(rig->vtd, offset, 8);
}

__attribute__((unused)) static void rig_w32(struct rig *rig, u32 offset, u32 value)
{
	vtd_mmio_write(rig->vtd, offset, value, 4);
}

__attribute__((unused)) static void rig_w64(struct rig *rig, u32 offset, u64 value)
{
	vtd_mmio_write(rig->vtd, offset, value, 8);
}

__attribute__((unused)) static void rig_run(struct rig *rig)
{
	assert_int_equal(sim_run(SIM_TIME_NEVER), SIM_RUN_IDLE);
}

__attribute__((unused)) static void rig_put(struct rig *rig, pa_t pa, const u64 *words, u32 nr)
{
	for (u32 i = 0; i < nr; i++)
		assert_int_equal(mem_write64(rig->mem, pa + 8 * i, words[i]), 0);
}

__attribute__((unused)) static void rig_put1(struct rig *rig, pa_t pa, u64 word)
{
	rig_put(rig, pa, &word, 1);
}

__attribute__((unused)) static u64 rig_get(struct rig *rig, pa_t pa)
{
	u64 word = 0;

	assert_int_equal(mem_read64(rig->mem, pa, &word), 0);
	return word;
}

__attribute__((unused)) static pa_t rig_page(struct rig *rig)
{
	pa_t pa = rig->next_table;

	rig->next_table += 4096;
	return pa;
}

/* --- commands and the invalidation queue --- */

/* Set one bit of GCMD and wait for it; the others stay. */
__attribute__((unused)) static void rig_gcmd(struct rig *rig, u32 bit)
{
	rig_w32(rig, DMAR_GCMD_REG, (rig_r32(rig, DMAR_GSTS_REG) & 0x96ffffff) | bit);
	rig_run(rig);
	assert_true(rig_r32(rig, DMAR_GSTS_REG) & bit);
}

__attribute__((unused)) static u32 rig_desc_bytes(struct rig *rig)
{
	return rig->mode == RIG_LEGACY ? 16 : 32;
}

/* A descriptor behind the tail, which is not written. */
__attribute__((unused)) static void rig_desc_put(struct rig *rig, u64 w0, u64 w1)
{
	const u64 words[4] = {w0, w1};
	u32 bytes = rig_desc_bytes(rig);

	rig_put(rig, RIG_IQ + rig->iq_tail, words, bytes / 8);
	rig->iq_tail = (rig->iq_tail + bytes) % 4096;
}

/* One descriptor, and let it be carried out. */
__attribute__((unused)) static void rig_desc(struct rig *rig, u64 w0, u64 w1)
{
	rig_desc_put(rig, w0, w1);
	rig_w64(rig, DMAR_IQT_REG, rig->iq_tail);
	rig_run(rig);
	assert_int_equal(rig_r64(rig, DMAR_IQH_REG), rig->iq_tail);
	assert_int_equal(rig_r32(rig, DMAR_FSTS_REG) & 0x70, 0);
}

__attribute__((unused)) static void rig_cc_all(struct rig *rig)
{
	rig_desc(rig, 1 | 1 << 4, 0);
}

__attribute__((unused)) static void rig_pc_all(struct rig *rig)
{
	rig_desc(rig, 7 | 3 << 4, 0);
}

__attribute__((unused)) static void rig_iotlb_all(struct rig *rig)
{
	rig_desc(rig, 2 | 1 << 4, 0);
}

__attribute__((unused)) static void rig_invalidate_all(struct rig *rig)
{
	rig_cc_all(rig);
	if (rig->mode == RIG_SCALABLE)
		rig_pc_all(rig);
	rig_iotlb_all(rig);
}

/* Root table and queue, everything enabled; events go to the doorbell. */
__attribute__((unused)) static void rig_enable(struct rig *rig, u32 mode)
{
	rig->mode = mode;
	rig_w64(rig, DMAR_RTADDR_REG, RIG_ROOT | (u64)mode << 10);
	rig_gcmd(rig, 1U << 30);
	rig_w64(rig, DMAR_IQT_REG, 0);
	rig_w64(rig, DMAR_IQA_REG, RIG_IQ | (mode ? 1 << 11 : 0));
	rig_gcmd(rig, 1U << 26);
	rig_w32(rig, DMAR_FEDATA_REG, 0xfa);
	rig_w32(rig, DMAR_FEADDR_REG, RIG_DOORBELL);
	rig_w32(rig, DMAR_FECTL_REG, 0);
	rig_invalidate_all(rig);
	rig_gcmd(rig, 1U << 31);
}

/* --- root, context, PASID --- */

__attribute__((unused)) static pa_t rig_table_of(struct rig *rig, pa_t slot)
{
	u64 entry = rig_get(rig, slot);

	if (!(entry & 1)) {
		entry = rig_page(rig) | 1;
		rig_put1(rig, slot, entry);
	}
	return entry & ~0xfffULL;
}

/* Where the context-entry of @sid is, in the mode of rig_enable(). */
__attribute__((unused)) static pa_t rig_ctx_slot(struct rig *rig, u32 sid)
{
	pa_t root = RIG_ROOT + 16 * (sid >> 8);

	if (rig->mode == RIG_LEGACY)
		return rig_table_of(rig, root) + 16 * (sid & 0xff);
	return rig_table_of(rig, root + 8 * (sid >> 7 & 1)) + 32 * (sid & 0x7f);
}

/* Of legacy mode: TT, AW, domain, second-stage table. */
struct rig_context {
	u32 tt, aw, did;
	pa_t root;
};

__attribute__((unused)) static pa_t rig_ctx(struct rig *rig, u32 sid, struct rig_context ctx)
{
	pa_t slot = rig_ctx_slot(rig, sid);
	const u64 words[2] = {ctx.root | ctx.tt << 2 | 1, ctx.did << 8 | ctx.aw};

	rig_put(rig, slot, words, 2);
	return slot;
}

#define SMCTX_DTE 4ULL
#define SMCTX_PASIDE 8ULL
#define SMCTX_PRE 16ULL

/* Scalable: a PASID directory of 2^7 entries, all in one page; RID_PASID 0. Return: directory. */
__attribute__((unused)) static pa_t rig_smctx(struct rig *rig, u32 sid, u64 flags)
{
	pa_t dir = rig_page(rig);
	const u64 words[4] = {dir | flags | 1};

	rig_put(rig, rig_ctx_slot(rig, sid), words, 4);
	return dir;
}

__attribute__((unused)) static pa_t rig_pasid_slot(struct rig *rig, pa_t dir, u32 pasid)
{
	return rig_table_of(rig, dir + 8 * (pasid >> 6)) + 64 * (pasid & 63);
}

/* PGTT first-stage, 4 levels, and PWSNP; second-stage; nested; pass-through */
#define PASID_FS(root, did)                                                                        \
	{                                                                                          \
		1 << 6 | 1, 1 << 23 | (did), (root)                                                \
	}
#define PASID_SS(root, did, aw)                                                                    \
	{                                                                                          \
		(root) | 2 << 6 | (aw) << 2 | 1, 1 << 23 | (did)                                   \
	}
#define PASID_NEST(fs, ss, did, aw)                                                                \
	{                                                                                          \
		(ss) | 3 << 6 | (aw) << 2 | 1, 1 << 23 | (did), (fs)                               \
	}
#define PASID_PT(did)                                                                              \
	{                                                                                          \
		4 << 6 | 1, (did)                                                                  \
	}
#define PASID_SRE 1ULL		/* word 2 */
#define PASID_WPE 16ULL		/* word 2 */
#define PASID_EAFE (1ULL << 7)	/* word 2 */
#define PASID_SSADE (1ULL << 9) /* word 0 */

__attribute__((unused)) static pa_t rig_pasid(struct rig *rig, pa_t dir, u32 pasid,
					      const u64 words[8])
{
	pa_t slot = rig_pasid_slot(rig, dir, pasid);

	rig_put(rig, slot, words, 8);
	return slot;
}

/* --- paging entries --- */

#define SS_RW 3ULL
#define FS_P 1ULL
#define FS_RW 2ULL
#define FS_US 4ULL
#define FS_A (1ULL << 5)
#define FS_D (1ULL << 6)
#define FS_EA (1ULL << 10)
#define FS_ALL (FS_P | FS_RW | FS_US)
#define PS (1ULL << 7)
#define SS_A (1ULL << 8)
#define SS_D (1ULL << 9)

struct rig_tables {
	struct rig *rig;
	pa_t root;
	u32 levels;
};

__attribute__((unused)) static struct rig_tables rig_tables(struct rig *rig, pa_t root, u32 levels)
{
	return (struct rig_tables){.rig = rig, .root = root, .levels = levels};
}

/* Where the entry of @address at @level is, tables made on the way with @attrs; 5 is PML5. */
__attribute__((unused)) static pa_t rig_pte(struct rig_tables tables, u64 address, u32 level,
					    u64 attrs)
{
	struct rig *rig = tables.rig;
	pa_t table = tables.root;

	for (u32 l = tables.levels;; l--) {
		pa_t slot = table + 8 * (address >> (12 + 9 * (l - 1)) & 511);
		u64 entry;

		if (l == level)
			return slot;
		entry = rig_get(rig, slot);
		if (!(entry & 3)) {
			entry = rig_page(rig) | attrs;
			rig_put1(rig, slot, entry);
		}
		table = entry & 0xffffffffff000ULL;
	}
}

/* Tables of all permissions, a page by @entry, but for PS. Return: where its entry is. */
__attribute__((unused)) static pa_t rig_map_ss(struct rig_tables tables, u64 address, u32 level,
					       u64 entry)
{
	pa_t slot = rig_pte(tables, address, level, SS_RW);

	rig_put1(tables.rig, slot, entry | (level > 1 ? PS : 0));
	return slot;
}

__attribute__((unused)) static pa_t rig_map_fs(struct rig_tables tables, u64 address, u32 level,
					       u64 entry)
{
	pa_t slot = rig_pte(tables, address, level, FS_ALL);

	rig_put1(tables.rig, slot, entry | (level > 1 ? PS : 0));
	return slot;
}

/* --- accesses --- */

struct rig_access {
	struct port_access a;
	u32 nr_completed;
	u64 completed_ps;
};

__attribute__((unused)) static void rig_complete(struct port_access *access)
{
	struct rig_access *mine = (struct rig_access *)access;

	mine->nr_completed++;
	mine->completed_ps = sim_now_ps();
}

#define RIG_WRITE 1
#define RIG_PRIV 2
#define RIG_INSTR 4
#define RIG_ZLR 8
#define RIG_HAS_PASID 16
#define RIG_DWORD 32 /* of 4 bytes */
#define RIG_NO_PASID (-1)
#define RIG_PASID_SHIFT 8
/* Of 20 bits, or RIG_NO_PASID */
#define RIG_PASID(pasid) ((pasid) < 0 ? 0 : (u32)(pasid) << RIG_PASID_SHIFT | RIG_HAS_PASID)

__attribute__((unused)) static void rig_prepare(struct rig_access *access, u64 iova, u32 flags)
{
	memset(access, 0, sizeof(*access));
	access->a.iova = iova;
	access->a.len_bytes = flags & RIG_ZLR ? 0 : flags & RIG_DWORD ? 4 : 64;
	access->a.has_pasid = flags & RIG_HAS_PASID;
	access->a.pasid = flags >> RIG_PASID_SHIFT;
	access->a.is_write = flags & RIG_WRITE;
	access->a.is_privileged = flags & RIG_PRIV;
	access->a.is_instruction = flags & RIG_INSTR;
	access->a.complete = rig_complete;
}

/* Issue at the current time, do not wait. */
__attribute__((unused)) static enum port_status
rig_issue(struct port *port, struct rig_access *access, u64 iova, u32 flags)
{
	rig_prepare(access, iova, flags);
	return port->ops->translate(port, &access->a);
}

/* Issue and let everything happen that can. */
__attribute__((unused)) static enum port_status rig_do(struct port *port, struct rig_access *access,
						       u64 iova, u32 flags)
{
	enum port_status status = rig_issue(port, access, iova, flags);

	if (status != PORT_PENDING) {
		assert_int_equal(access->nr_completed, 0);
		return status;
	}
	assert_int_equal(sim_run(SIM_TIME_NEVER), SIM_RUN_IDLE);
	assert_int_equal(access->nr_completed, 1);
	return access->a.status;
}

/* --- faults --- */

/* Take the fault of recording register 0 on; its words, and status is cleared. 0: there is none. */
__attribute__((unused)) static u32 rig_fault(struct rig *rig, u64 words[2])
{
	u32 index = rig_r32(rig, DMAR_FSTS_REG) >> 8 & 0xff;
	u32 offset = 0x220 + 16 * index;

	if (!(rig_r32(rig, DMAR_FSTS_REG) & 2))
		return 0;
	words[0] = rig_r64(rig, offset);
	words[1] = rig_r64(rig, offset + 8);
	rig_w32(rig, offset + 12, 1U << 31);
	return words[1] >> 32 & 0xff;
}

#endif
