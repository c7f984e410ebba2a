/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A bench for SMMUv3 tests: memory, one SMMU, tables and queues, all through
 * registers and memory as a driver would, sharing no code with the model.
 */
#ifndef TESTS_SMMUV3_RIG_H
#define TESTS_SMMUV3_RIG_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "models/smmuv3/regs.h"
#include "models/smmuv3/smmu.h"
#include "sim/event.h"
#include "sim/sim.h"

#define RIG_RAM 0x40000000ULL
#define RIG_CMDQ 0x41000000ULL
#define RIG_EVTQ 0x42000000ULL
#define RIG_STRTAB 0x43000000ULL
#define RIG_TABLES 0x50000000ULL
#define RIG_NOWHERE 0x800000000ULL /* outside of RAM */
#define RIG_DOORBELL 0x8090000ULL
#define RIG_SID_LG2 8

struct rig {
	struct mem *mem;
	struct smmu *smmu;
	struct mem_params mem_params;
	struct smmu_params params;
	u64 next_table;
	u32 number;
	u32 cmdq_lg2, evtq_lg2;
	u32 cmd_prod, evt_cons;
	u32 nr_irqs;
	u32 last_irq_data;
};

/* Defaults, to be changed before rig_start(). */
__attribute__((unused)) static void rig_defaults(struct rig *rig)
{
	memset(rig, 0, sizeof(*rig));
	mem_params_default(&rig->mem_params);
	smmu_params_default(&rig->params);
	rig->mem_params.size_bytes = 0x40000000;
	rig->cmdq_lg2 = 8;
	rig->evtq_lg2 = 7;
	rig->next_table = RIG_TABLES;
}

__attribute__((unused)) static void rig_doorbell(void *opaque, u64 offset, u32 data)
{
	struct rig *rig = opaque;

	rig->nr_irqs++;
	rig->last_irq_data = data;
}

/* An SMMUv3.@minor, less than 3: without those defaults that are of later versions. */
__attribute__((unused)) static void rig_version(struct smmu_params *params, u32 minor)
{
	params->arch_minor = minor;
	if (minor < 2)
		params->e0pd = params->ptwnnc = 0;
	if (minor < 1)
		params->xnx = params->ril = params->bbml = params->fwb = 0;
}

/* The SMMU as after reset. */
__attribute__((unused)) static void rig_start(struct rig *rig)
{
	assert_int_equal(sim_init(1, 0), 0);
	rig->mem = mem_create(&rig->mem_params);
	assert_non_null(rig->mem);
	assert_null(smmu_params_check(&rig->params));
	rig->smmu = smmu_create(&rig->params, rig->mem, rig->number);
	assert_non_null(rig->smmu);
	assert_int_equal(mem_add_doorbell(rig->mem, &(struct mem_doorbell){.pa = RIG_DOORBELL,
									   .bytes = 0x1000,
									   .fn = rig_doorbell,
									   .opaque = rig}),
			 0);
}

__attribute__((unused)) static void rig_stop(struct rig *rig)
{
	smmu_destroy(rig->smmu);
	mem_destroy(rig->mem);
	sim_finish();
}

__attribute__((unused)) static u32 rig_r32(struct rig *rig, u32 offset)
{
	return smmu_mmio_read(rig->smmu, offset, 4);
}

__attribute__((unused)) static void rig_w32(struct rig *rig, u32 offset, u32 value)
{
	smmu_mmio_write(rig->smmu, offset, value, 4);
}

__attribute__((unused)) static void rig_w64(struct rig *rig, u32 offset, u64 value)
{
	smmu_mmio_write(rig->smmu, offset, value, 8);
}

__attribute__((unused)) static void rig_run(struct rig *rig)
{
	assert_int_equal(sim_run(SIM_TIME_NEVER), SIM_RUN_IDLE);
}

/* Queues and a linear stream table, everything enabled. */
__attribute__((unused)) static void rig_enable(struct rig *rig)
{
	rig_w64(rig, ARM_SMMU_STRTAB_BASE, RIG_STRTAB);
	rig_w32(rig, ARM_SMMU_STRTAB_BASE_CFG, RIG_SID_LG2);
	rig_w64(rig, ARM_SMMU_CMDQ_BASE, RIG_CMDQ | rig->cmdq_lg2);
	rig_w64(rig, ARM_SMMU_EVTQ_BASE, RIG_EVTQ | rig->evtq_lg2);
	rig_w32(rig, ARM_SMMU_CR2, CR2_RECINVSID);
	rig_w64(rig, ARM_SMMU_EVTQ_IRQ_CFG0, RIG_DOORBELL);
	rig_w32(rig, ARM_SMMU_EVTQ_IRQ_CFG1, 0xe4e4);
	rig_w64(rig, ARM_SMMU_GERROR_IRQ_CFG0, RIG_DOORBELL + 4);
	rig_w32(rig, ARM_SMMU_GERROR_IRQ_CFG1, 0x6e44);
	rig_w32(rig, ARM_SMMU_IRQ_CTRL, IRQ_CTRL_EVTQ_IRQEN | IRQ_CTRL_GERROR_IRQEN);
	rig_w32(rig, ARM_SMMU_CR0, CR0_SMMUEN | CR0_EVTQEN | CR0_CMDQEN);
	assert_int_equal(rig_r32(rig, ARM_SMMU_CR0ACK), CR0_SMMUEN | CR0_EVTQEN | CR0_CMDQEN);
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

__attribute__((unused)) static pa_t rig_alloc(struct rig *rig, u64 bytes)
{
	u64 align = 4096;
	pa_t pa;

	while (align < bytes)
		align *= 2;
	pa = (rig->next_table + align - 1) & ~(align - 1);
	rig->next_table = pa + align;
	return pa;
}

/* --- commands --- */

__attribute__((unused)) static void rig_cmd_put(struct rig *rig, u64 w0, u64 w1)
{
	u32 entries = 1U << rig->cmdq_lg2;
	pa_t pa = RIG_CMDQ + 16 * (rig->cmd_prod % entries);

	rig_put1(rig, pa, w0);
	rig_put1(rig, pa + 8, w1);
	rig->cmd_prod = (rig->cmd_prod + 1) % (2 * entries);
}

__attribute__((unused)) static void rig_cmd_kick(struct rig *rig)
{
	rig_w32(rig, ARM_SMMU_CMDQ_PROD, rig->cmd_prod);
}

/* One command, and let it be consumed. */
__attribute__((unused)) static void rig_cmd(struct rig *rig, u64 w0, u64 w1)
{
	rig_cmd_put(rig, w0, w1);
	rig_cmd_kick(rig);
	rig_run(rig);
	assert_int_equal(rig_r32(rig, ARM_SMMU_CMDQ_CONS) & 0xfffff, rig->cmd_prod);
}

__attribute__((unused)) static void rig_cfgi_all(struct rig *rig)
{
	rig_cmd(rig, 0x04, 31);
}

__attribute__((unused)) static void rig_tlbi_all(struct rig *rig)
{
	rig_cmd(rig, 0x30, 0);
}

/* --- events --- */

__attribute__((unused)) static u32 rig_nr_events(struct rig *rig)
{
	u32 entries = 1U << rig->evtq_lg2;
	u32 prod = rig_r32(rig, ARM_SMMU_EVTQ_PROD) & (2 * entries - 1);

	return (prod - rig->evt_cons) & (2 * entries - 1);
}

/* Take the oldest event; false if there is none. OVACKFLG follows OVFLG. */
__attribute__((unused)) static bool rig_event(struct rig *rig, u64 event[4])
{
	u32 entries = 1U << rig->evtq_lg2;

	if (!rig_nr_events(rig))
		return false;
	for (u32 i = 0; i < 4; i++)
		event[i] = rig_get(rig, RIG_EVTQ + 32 * (rig->evt_cons % entries) + 8 * i);
	rig->evt_cons = (rig->evt_cons + 1) % (2 * entries);
	rig_w32(rig, ARM_SMMU_EVTQ_CONS,
		rig->evt_cons | (rig_r32(rig, ARM_SMMU_EVTQ_PROD) & 0x80000000U));
	return true;
}

/* --- tables --- */

__attribute__((unused)) static void rig_ste(struct rig *rig, u32 sid, u64 w0, u64 w1)
{
	const u64 words[8] = {w0, w1};

	rig_put(rig, RIG_STRTAB + 64 * (u64)sid, words, 8);
}

/* V, stage 1, one CD */
#define RIG_STE_S1 (1ULL | 5ULL << 1)
#define RIG_STE_BYPASS (1ULL | 4ULL << 1)
#define RIG_STE_ABORT 1ULL
/* V, AA64, R, A, EPD1, IPS 48 bits */
#define RIG_CD (1ULL << 31 | 1ULL << 41 | 1ULL << 45 | 1ULL << 46 | 1ULL << 30 | 5ULL << 32)
#define RIG_CD_S (1ULL << 44)
#define RIG_CD_ASID(asid) ((u64)(asid) << 48)

#define RIG_CD_T0SZ(t0sz) ((u64)(t0sz))

/* A CD of its own for @sid: TTB0 @ttb, other bits of word 0 in @flags, T0SZ 16 unless they say. */
__attribute__((unused)) static pa_t rig_stream(struct rig *rig, u32 sid, u64 flags, pa_t ttb)
{
	u64 t0sz = flags & 0x3f ? 0 : RIG_CD_T0SZ(16);
	pa_t cd = rig_alloc(rig, 4096);
	const u64 words[8] = {RIG_CD | flags | t0sz, ttb};

	rig_put(rig, cd, words, 8);
	rig_ste(rig, sid, RIG_STE_S1 | cd, 0);
	return cd;
}

#define PTE_TABLE 3ULL
#define PTE_PAGE 3ULL
#define PTE_BLOCK 1ULL
#define PTE_AF (1ULL << 10)
#define PTE_EL0 (1ULL << 6)
#define PTE_RO (1ULL << 7)
#define PTE_NG (1ULL << 11)
/* present, not global, read and write for everybody */
#define PTE_RW (PTE_AF | PTE_EL0 | PTE_NG)

/* Where the descriptor of @va at @level is, tables made on the way; 48-bit tables. */
__attribute__((unused)) static pa_t rig_pte(struct rig *rig, pa_t root, u64 va, u32 level)
{
	pa_t table = root;

	for (u32 l = 0;; l++) {
		pa_t slot = table + 8 * ((va >> (39 - 9 * l)) & 511);
		u64 desc;

		if (l == level)
			return slot;
		desc = rig_get(rig, slot);
		if (!(desc & 1)) {
			desc = rig_alloc(rig, 4096) | PTE_TABLE;
			rig_put1(rig, slot, desc);
		}
		table = desc & 0xfffffffff000ULL;
	}
}

/* @leaf: output address and attributes */
__attribute__((unused)) static void rig_map(struct rig *rig, pa_t root, u64 va, u64 leaf)
{
	rig_put1(rig, rig_pte(rig, root, va, 3), leaf | PTE_PAGE);
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
#define RIG_HAS_PASID 8 /* rig_pasid() */
#define RIG_NO_PASID (-1)

/* Beside the flags of an access that has a PASID. */
__attribute__((unused)) static u32 rig_pasid(int pasid)
{
	return pasid == RIG_NO_PASID ? 0 : RIG_HAS_PASID | (u32)pasid << 4;
}

__attribute__((unused)) static void rig_prepare(struct rig_access *access, u64 iova, u32 flags)
{
	memset(access, 0, sizeof(*access));
	access->a.iova = iova;
	access->a.len_bytes = 64;
	access->a.has_pasid = flags & RIG_HAS_PASID;
	access->a.pasid = flags >> 4;
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

/* Issue and let everything happen that can. PORT_PENDING: it is stalled or waits. */
__attribute__((unused)) static enum port_status rig_do(struct port *port, struct rig_access *access,
						       u64 iova, u32 flags)
{
	enum port_status status = rig_issue(port, access, iova, flags);

	if (status != PORT_PENDING) {
		assert_int_equal(access->nr_completed, 0);
		return status;
	}
	assert_int_equal(sim_run(SIM_TIME_NEVER), SIM_RUN_IDLE);
	assert_true(access->nr_completed <= 1);
	return access->nr_completed ? access->a.status : PORT_PENDING;
}

#endif
