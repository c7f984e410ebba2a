// SPDX-License-Identifier: GPL-2.0-only
/*
 * Registers of enhanced command queues (IHI 0070 3.5.6, 6.2.5, 6.3.49 to 6.3.51,
 * 6.3.107 to 6.3.109): where control pages are, and in each of them the registers
 * of its queues, evenly spaced. How a queue is served is in cmdq.c.
 *
 * EN and ENACK are a handshake like CR0 and CR0ACK, and as there the update is
 * complete when the write returns. ERR in CONS and ERRACK in PROD differ while an
 * error is active; GERROR.CMDQP_ERR says only that there was one.
 *
 * Leaves out: pages in memory (later issues of the specification), the Secure and the Realm
 * set. The specification leaves open what happens with ERRACK unlike ERR while there is no error:
 * here nothing is consumed.
 */
#include "models/smmuv3/internal.h"

#define ROW(name, offset, bytes, reset, wmask, w1c, guard, section)                                \
	REG_ROW(SMMU_REG_##name, SMMU_GUARD_##guard, #name, offset, bytes, reset, wmask, w1c,      \
		section)
const struct reg_row smmu_ecmdq_reg_table[SMMU_NR_ECMDQ_REGS] = {SMMU_ECMDQ_REGS(ROW)};
#undef ROW

u32 smmu_mmio_bytes(const struct smmu_params *params)
{
	return params->ecmdq
		       ? SMMU_CONTROL_PAGES + (SMMU_CONTROL_PAGE_BYTES << params->ecmdq_pages_lg2)
		       : SMMU_MMIO_BYTES;
}

/* --- where an offset leads --- */

struct place {
	enum smmu_ecmdq_reg reg;
	u32 page;
	struct smmu_cmdq *cmdq; /* of the registers of a queue */
	u32 shift;		/* of the bits accessed, in the register */
};

/* Which of three registers: of 8, 4 and 4 bytes. */
static bool find_reg(u32 offset, u32 bytes, enum smmu_ecmdq_reg first, struct place *place)
{
	u32 number = offset < 8 ? 0 : offset / 4 - 1;

	if (offset > 0xf || (bytes != 4 && bytes != 8) || offset % bytes)
		return false;
	place->reg = first + number;
	place->shift = number ? 0 : 8 * offset;
	return bytes <= smmu_ecmdq_reg_table[place->reg].bytes;
}

static bool find_page(const struct smmu *smmu, u32 offset, u32 bytes, struct place *place)
{
	place->page = offset / CMDQ_CONTROL_PAGE_STRIDE;
	place->cmdq = NULL;
	return !(place->page >> smmu->core.params.ecmdq_pages_lg2) &&
	       find_reg(offset % CMDQ_CONTROL_PAGE_STRIDE, bytes, SMMU_REG_CMDQ_CONTROL_PAGE_BASE,
			place);
}

static bool find_queue(struct smmu *smmu, u32 offset, u32 bytes, struct place *place)
{
	u32 queues_lg2 = smmu->core.params.ecmdq_queues_lg2;
	u32 stride = SMMU_CONTROL_PAGE_BYTES >> queues_lg2;

	place->page = offset / SMMU_CONTROL_PAGE_BYTES;
	if (place->page >> smmu->core.params.ecmdq_pages_lg2)
		return false;
	place->cmdq = &smmu->ecmdq[offset / stride];
	return find_reg(offset % stride, bytes, SMMU_REG_ECMDQ_BASE, place);
}

static bool find(struct smmu *smmu, u32 offset, u32 bytes, struct place *place)
{
	if (!smmu->core.params.ecmdq)
		return false;
	if (offset >= SMMU_CONTROL_PAGES)
		return find_queue(smmu, offset - SMMU_CONTROL_PAGES, bytes, place);
	return offset >= CMDQ_CONTROL_PAGES &&
	       find_page(smmu, offset - CMDQ_CONTROL_PAGES, bytes, place);
}

/* --- reads --- */

static u64 page_value(const struct place *place)
{
	if (place->reg != SMMU_REG_CMDQ_CONTROL_PAGE_BASE)
		return smmu_ecmdq_reg_table[place->reg].reset;
	return (SMMU_CONTROL_PAGES + (u64)place->page * SMMU_CONTROL_PAGE_BYTES) |
	       FIELD_PREP(CMDQ_CONTROL_PAGE_CMDQGS, CMDQ_CONTROL_PAGE_CMDQGS_64K) |
	       CMDQ_CONTROL_PAGE_PRESET;
}

static u64 *value_of(const struct place *place)
{
	if (place->reg == SMMU_REG_ECMDQ_BASE)
		return place->cmdq->base;
	return place->reg == SMMU_REG_ECMDQ_PROD ? place->cmdq->prod : place->cmdq->cons;
}

/* As CMDQ_CONS: nothing above the wrap bit. */
static u64 unused_pointer_bits(const struct smmu *smmu, const struct place *place)
{
	u64 lg2 = min_u64(FIELD_GET(Q_BASE_LOG2SIZE, *place->cmdq->base),
			  smmu->core.params.cmdq_lg2);

	return place->reg == SMMU_REG_ECMDQ_CONS ? Q_POINTER_MASK & ~lg2_mask(lg2 + 1) : 0;
}

bool smmu_ecmdq_read(struct smmu *smmu, u32 offset, u32 bytes, u64 *value)
{
	struct place place;

	if (!find(smmu, offset, bytes, &place))
		return false;
	*value = place.cmdq ? *value_of(&place) & ~unused_pointer_bits(smmu, &place)
			    : page_value(&place);
	if (bytes == 4)
		*value = (u32)(*value >> place.shift);
	return true;
}

/* --- writes --- */

static u64 writable(const struct smmu *smmu, const struct place *place)
{
	const struct reg_row *row = &smmu_ecmdq_reg_table[place->reg];

	if (row->guard == SMMU_GUARD_READ_ONLY)
		return 0;
	if (row->guard == SMMU_GUARD_ECMDQEN && (*place->cmdq->cons & ECMDQ_CONS_ENACK))
		return 0;
	if (place->reg == SMMU_REG_ECMDQ_BASE)
		return row->write_mask & ~(Q_BASE_ADDR_MASK & ~smmu->core.oas_mask);
	return row->write_mask;
}

static void write_prod(struct smmu *smmu, struct smmu_cmdq *cmdq, u64 old)
{
	u64 changed = old ^ *cmdq->prod;

	if (changed & old & ECMDQ_PROD_EN) {
		smmu_cmdq_flush(cmdq);
		*cmdq->cons &= ~ECMDQ_CONS_ENACK;
		smmu->nr_ecmdqs_enabled--;
	} else if (changed & ECMDQ_PROD_EN) {
		*cmdq->cons |= ECMDQ_CONS_ENACK;
		smmu->nr_ecmdqs_enabled++;
	}
	smmu_cmdq_produced(cmdq, old);
}

bool smmu_ecmdq_write(struct smmu *smmu, u32 offset, u64 value, u32 bytes)
{
	struct place place;
	u64 mask, old, *reg;

	if (!find(smmu, offset, bytes, &place))
		return false;
	if (!place.cmdq)
		return true;
	reg = value_of(&place);
	old = *reg;
	mask = writable(smmu, &place) & ((bytes == 8 ? ~0ULL : 0xffffffffULL) << place.shift);
	*reg = (old & ~mask) | (value << place.shift & mask);
	if (place.reg == SMMU_REG_ECMDQ_PROD)
		write_prod(smmu, place.cmdq, old);
	return true;
}
