// SPDX-License-Identifier: GPL-2.0-only
/*
 * Command queue (IHI 0070 3.5, 4, 7.1): commands are fetched from memory one at
 * a time, checked, carried out, consumed. An error stops consumption at the
 * command until software acknowledges GERROR.CMDQ_ERR; it is fetched again then.
 *
 * CMD_SYNC waits for invalidations of endpoints, and fails if one has timed out
 * (CERROR_ATC_INV_SYNC). It waits for what was translated before it and is on its way back to a
 * port, for event records that have a place in the queue, and for the MSI of the
 * CMD_SYNC before it. Invalidations take effect at once when they are carried
 * out: translations under way that they meet start over (timing.c). Whether the
 * data of an access whose translation has been handed out has moved is the
 * master's to know.
 *
 * Leaves out: prefetch (commands are accepted and do nothing, as is permitted),
 * stage 2 and EL3 commands (illegal without the feature).
 */
#include "models/smmuv3/internal.h"
#include "sim/trace.h"

/* --- decoding --- */

static bool has_ssec(u64 op)
{
	return op < CMDQ_OP_TLBI_NH_ALL || op == CMDQ_OP_RESUME || op == CMDQ_OP_STALL_TERM;
}

static u32 granule_lg2(u64 tg)
{
	static const u8 lg2[] = {0, 12, 14, 16};

	return lg2[tg];
}

/* A level hint that means something; 16 KiB tables have no leaves at level 1. */
static u32 level_hint(const u64 *cmd)
{
	u64 ttl = FIELD_GET(CMDQ_TLBI_1_TTL, cmd[1]);

	return FIELD_GET(CMDQ_TLBI_1_TG, cmd[1]) == 2 && ttl == 1 ? 0 : ttl;
}

static bool is_range(const struct smmu *smmu, const u64 *cmd)
{
	return smmu->params.ril && FIELD_GET(CMDQ_TLBI_1_TG, cmd[1]);
}

/* 4.4.1.1: to give the granule and nothing else is reserved. */
static bool is_address_legal(const struct smmu *smmu, const u64 *cmd)
{
	return !is_range(smmu, cmd) || FIELD_GET(CMDQ_TLBI_0_NUM, cmd[0]) ||
	       FIELD_GET(CMDQ_TLBI_0_SCALE, cmd[0]) || level_hint(cmd);
}

static bool is_legal(const struct smmu *smmu, const u64 *cmd)
{
	u64 op = FIELD_GET(CMDQ_0_OP, cmd[0]);

	if (has_ssec(op) && (cmd[0] & CMDQ_0_SSEC))
		return false;
	switch (op) {
	case CMDQ_OP_PREFETCH_CFG:
	case CMDQ_OP_PREFETCH_ADDR:
	case CMDQ_OP_CFGI_STE:
	case CMDQ_OP_CFGI_ALL:
	case CMDQ_OP_CFGI_CD:
	case CMDQ_OP_CFGI_CD_ALL:
	case CMDQ_OP_TLBI_NH_ALL:
	case CMDQ_OP_TLBI_NH_ASID:
	case CMDQ_OP_TLBI_NSNH_ALL:
		return true;
	case CMDQ_OP_TLBI_NH_VA:
	case CMDQ_OP_TLBI_NH_VAA:
		return is_address_legal(smmu, cmd);
	case CMDQ_OP_TLBI_EL2_ALL:
	case CMDQ_OP_TLBI_EL2_ASID:
		return smmu->params.hyp;
	case CMDQ_OP_TLBI_EL2_VA:
	case CMDQ_OP_TLBI_EL2_VAA:
		return smmu->params.hyp && is_address_legal(smmu, cmd);
	case CMDQ_OP_ATC_INV:
		return smmu->params.ats &&
		       FIELD_GET(CMDQ_ATC_1_SIZE, cmd[1]) <= CMDQ_ATC_1_SIZE_ALL;
	case CMDQ_OP_PRI_RESP:
		return smmu->params.pri &&
		       FIELD_GET(CMDQ_PRI_1_RESP, cmd[1]) <= CMDQ_PRI_1_RESP_SUCCESS;
	case CMDQ_OP_RESUME:
	case CMDQ_OP_STALL_TERM:
		return smmu->params.stall;
	case CMDQ_OP_CMD_SYNC:
		return FIELD_GET(CMDQ_SYNC_0_CS, cmd[0]) <= CMDQ_SYNC_0_CS_SEV;
	default:
		return false;
	}
}

/* --- carrying out --- */

static void tlbi_address(const struct smmu *smmu, const u64 *cmd, struct smmu_tlbi *tlbi)
{
	u64 bytes = 1ULL << SMMU_PAGE_LG2;

	tlbi->by_va = true;
	tlbi->is_leaf = cmd[1] & CMDQ_TLBI_1_LEAF;
	tlbi->first = cmd[1] & CMDQ_TLBI_1_VA_MASK;
	if (is_range(smmu, cmd)) {
		tlbi->granule_lg2 = granule_lg2(FIELD_GET(CMDQ_TLBI_1_TG, cmd[1]));
		tlbi->first &= ~lg2_mask(tlbi->granule_lg2);
		tlbi->level = level_hint(cmd);
		bytes = (FIELD_GET(CMDQ_TLBI_0_NUM, cmd[0]) + 1)
			<< (FIELD_GET(CMDQ_TLBI_0_SCALE, cmd[0]) + tlbi->granule_lg2);
	}
	/* A range ends at the top of the address space. */
	tlbi->last = tlbi->first + (bytes - 1) < tlbi->first ? ~0ULL : tlbi->first + (bytes - 1);
}

static void tlbi_asid(const u64 *cmd, struct smmu_tlbi *tlbi)
{
	tlbi->by_asid = true;
	tlbi->asid = FIELD_GET(CMDQ_TLBI_0_ASID, cmd[0]);
}

#define WORLD(name) (1U << SMMU_WORLD_##name)

static void run_tlbi(struct smmu *smmu, u64 op, const u64 *cmd)
{
	bool is_e2h = smmu->reg[SMMU_REG_CR2] & CR2_E2H;
	struct smmu_tlbi tlbi = {.worlds = WORLD(EL1)};

	switch (op) {
	case CMDQ_OP_TLBI_NH_ASID:
	case CMDQ_OP_TLBI_EL2_ASID:
		tlbi_asid(cmd, &tlbi);
		tlbi.spares_global = true;
		break;
	case CMDQ_OP_TLBI_NH_VA:
		tlbi_asid(cmd, &tlbi);
		tlbi_address(smmu, cmd, &tlbi);
		break;
	case CMDQ_OP_TLBI_EL2_VA:
		if (is_e2h)
			tlbi_asid(cmd, &tlbi);
		tlbi_address(smmu, cmd, &tlbi);
		break;
	case CMDQ_OP_TLBI_NH_VAA:
	case CMDQ_OP_TLBI_EL2_VAA:
		tlbi_address(smmu, cmd, &tlbi);
		break;
	}
	if (op == CMDQ_OP_TLBI_EL2_ALL)
		tlbi.worlds = WORLD(EL2) | WORLD(EL2_E2H);
	else if (op == CMDQ_OP_TLBI_EL2_ASID)
		tlbi.worlds = WORLD(EL2_E2H);
	else if (op == CMDQ_OP_TLBI_EL2_VA || op == CMDQ_OP_TLBI_EL2_VAA)
		tlbi.worlds = is_e2h ? WORLD(EL2_E2H) : WORLD(EL2);
	smmu_tlb_invalidate(smmu, &tlbi);
}

static void run_cfgi(struct smmu *smmu, u64 op, const u64 *cmd)
{
	u64 sid = FIELD_GET(CMDQ_CFGI_0_SID, cmd[0]);
	struct smmu_cfgi cfgi = {.first_sid = sid, .last_sid = sid};

	if (op == CMDQ_OP_CFGI_ALL) {
		u64 mask = lg2_mask(FIELD_GET(CMDQ_CFGI_1_RANGE, cmd[1]) + 1);

		cfgi.first_sid = sid & ~mask;
		cfgi.last_sid = sid | mask;
	}
	if (op == CMDQ_OP_CFGI_CD) {
		cfgi.by_cd = true;
		cfgi.cd_index = FIELD_GET(CMDQ_CFGI_0_SSID, cmd[0]);
	}
	smmu_tlb_invalidate_config(smmu, &cfgi);
}

static void run_sync(struct smmu *smmu, const u64 *cmd)
{
	if (FIELD_GET(CMDQ_SYNC_0_CS, cmd[0]) == CMDQ_SYNC_0_CS_IRQ)
		smmu_irq_raise_sync(smmu, cmd[1] & CMDQ_SYNC_1_MSIADDR_MASK,
				    FIELD_GET(CMDQ_SYNC_0_MSIDATA, cmd[0]));
}

static bool is_cfgi(u64 op)
{
	return op >= CMDQ_OP_CFGI_STE && op <= CMDQ_OP_CFGI_CD_ALL;
}

static bool is_tlbi(u64 op)
{
	return op >= CMDQ_OP_TLBI_NH_ALL && op <= CMDQ_OP_TLBI_NSNH_ALL;
}

static void run(struct smmu *smmu, const u64 *cmd)
{
	u64 op = FIELD_GET(CMDQ_0_OP, cmd[0]);

	if (is_cfgi(op))
		run_cfgi(smmu, op, cmd);
	else if (is_tlbi(op))
		run_tlbi(smmu, op, cmd);
	else if (op == CMDQ_OP_ATC_INV)
		smmu_atc_invalidate(smmu, cmd);
	else if (op == CMDQ_OP_PRI_RESP)
		smmu_priq_respond(smmu, cmd);
	else if (op == CMDQ_OP_RESUME)
		smmu_stall_resume(smmu, FIELD_GET(CMDQ_RESUME_0_SID, cmd[0]),
				  FIELD_GET(CMDQ_RESUME_1_STAG, cmd[1]), cmd[0] & CMDQ_RESUME_0_AC,
				  cmd[0] & CMDQ_RESUME_0_AB);
	else if (op == CMDQ_OP_STALL_TERM)
		smmu_stall_terminate(smmu, FIELD_GET(CMDQ_STALL_TERM_0_SID, cmd[0]),
				     FIELD_GET(CMDQ_STALL_TERM_0_SID, cmd[0]));
}

/* --- the queue --- */

static u32 queue_depth(const struct smmu *smmu)
{
	return ring_depth(smmu->reg[SMMU_REG_CMDQ_PROD], smmu->reg[SMMU_REG_CMDQ_CONS],
			  smmu_queue_lg2(smmu, SMMU_REG_CMDQ_BASE));
}

static bool can_consume(const struct smmu *smmu)
{
	return (smmu->reg[SMMU_REG_CR0] & CR0_CMDQEN) &&
	       !smmu_gerror_is_active(smmu, GERROR_CMDQ_ERR) && queue_depth(smmu);
}

static void fail(struct smmu *smmu, u64 error)
{
	u64 *cons = &smmu->reg[SMMU_REG_CMDQ_CONS];

	smmu->cmdq.phase = SMMU_CMDQ_IDLE;
	*cons = (*cons & ~CMDQ_CONS_ERR) | FIELD_PREP(CMDQ_CONS_ERR, error);
	smmu_gerror_raise(smmu, GERROR_CMDQ_ERR);
}

static void consume(struct smmu *smmu)
{
	u64 *cons = &smmu->reg[SMMU_REG_CMDQ_CONS];
	u32 lg2 = smmu_queue_lg2(smmu, SMMU_REG_CMDQ_BASE);

	*cons = (*cons & CMDQ_CONS_ERR) | ring_next(*cons, lg2);
	smmu->cmdq.phase = SMMU_CMDQ_IDLE;
	smmu->stats.cmdq.popped++;
	sim_trace(SIM_TRACE_QUEUE_POP, smmu_queue_number(smmu, SMMU_QUEUE_CMDQ), queue_depth(smmu));
}

static void execute(struct smmu *smmu)
{
	const u64 *cmd = smmu->cmdq.word;
	bool is_sync = FIELD_GET(CMDQ_0_OP, cmd[0]) == CMDQ_OP_CMD_SYNC;

	if (is_sync && smmu_atc_take_timeout(smmu)) {
		fail(smmu, CMDQ_ERR_CERROR_ATC_INV_IDX);
		return;
	}
	run(smmu, cmd);
	consume(smmu);
	/* That a SYNC is consumed is seen before its interrupt (3.18). */
	if (is_sync)
		run_sync(smmu, cmd);
}

/* Fetch the next command; false: there is none to carry out. */
static bool fetch(struct smmu *smmu)
{
	pa_t pa = smmu_queue_entry(smmu, SMMU_REG_CMDQ_BASE, smmu->reg[SMMU_REG_CMDQ_CONS],
				   CMDQ_ENT_BYTES);

	if (mem_read64(smmu->mem, pa, &smmu->cmdq.word[0]) ||
	    mem_read64(smmu->mem, pa + 8, &smmu->cmdq.word[1])) {
		fail(smmu, CMDQ_ERR_CERROR_ABT_IDX);
		return false;
	}
	if (!is_legal(smmu, smmu->cmdq.word)) {
		fail(smmu, CMDQ_ERR_CERROR_ILL_IDX);
		return false;
	}
	smmu->cmdq.phase = SMMU_CMDQ_EXECUTING;
	return true;
}

/* --- when --- */

/* Earliest end of the fetched command that is carried out from now on. */
static u64 done_ps(const struct smmu *smmu)
{
	u64 op = FIELD_GET(CMDQ_0_OP, smmu->cmdq.word[0]);
	u64 at_ps = sim_now_ps() + smmu->timing.cmd_ps;

	if (is_cfgi(op) || is_tlbi(op))
		return at_ps + smmu->timing.inval_ps;
	/* Over the link, to the endpoint. */
	if (op == CMDQ_OP_PRI_RESP)
		return at_ps + smmu->timing.link_ps;
	if (op != CMDQ_OP_CMD_SYNC)
		return at_ps;
	at_ps = max_u64(at_ps, smmu->quiesce_ps);
	at_ps = max_u64(at_ps, smmu->evtq.last_done_ps);
	return max_u64(at_ps, smmu->msi[SMMU_IRQ_CMD_SYNC].done_ps);
}

static void cmdq_event(struct sim_event *event)
{
	struct smmu_cmdq *cmdq = (struct smmu_cmdq *)event;
	struct smmu *smmu = (struct smmu *)((char *)cmdq - offsetof(struct smmu, cmdq));

	if (cmdq->phase == SMMU_CMDQ_FETCHING) {
		if (fetch(smmu))
			sim_event_schedule(&cmdq->event, done_ps(smmu));
		return;
	}
	/* Records that wait for a place are among what a SYNC waits for. */
	if (FIELD_GET(CMDQ_0_OP, cmdq->word[0]) == CMDQ_OP_CMD_SYNC && smmu->evtq.waiting.head) {
		sim_event_schedule(&cmdq->event, max_u64(sim_now_ps(), smmu->evtq.last_done_ps));
		return;
	}
	if (smmu_atc_must_wait(smmu, FIELD_GET(CMDQ_0_OP, cmdq->word[0]))) {
		cmdq->is_blocked = true;
		return;
	}
	execute(smmu);
	smmu_cmdq_kick(smmu);
}

void smmu_cmdq_unblock(struct smmu *smmu)
{
	if (!smmu->cmdq.is_blocked)
		return;
	smmu->cmdq.is_blocked = false;
	sim_event_schedule(&smmu->cmdq.event, sim_now_ps());
}

void smmu_cmdq_init(struct smmu *smmu)
{
	sim_event_init(&smmu->cmdq.event, cmdq_event);
}

void smmu_cmdq_kick(struct smmu *smmu)
{
	struct smmu_cmdq *cmdq = &smmu->cmdq;

	if (cmdq->phase != SMMU_CMDQ_IDLE || !can_consume(smmu))
		return;
	cmdq->phase = SMMU_CMDQ_FETCHING;
	if (!smmu->is_clockless) {
		sim_event_schedule(&cmdq->event,
				   mem_access_done_ps(smmu->mem, sim_now_ps(), CMDQ_ENT_BYTES));
		return;
	}
	/* A command may write registers by way of the master: phase guards against nesting. */
	while (fetch(smmu)) {
		execute(smmu);
		if (cmdq->phase != SMMU_CMDQ_IDLE || !can_consume(smmu))
			return;
		cmdq->phase = SMMU_CMDQ_FETCHING;
	}
}

void smmu_cmdq_flush(struct smmu *smmu)
{
	if (smmu->cmdq.is_blocked) {
		/* Not consumed: it is fetched again when the queue is on again. */
		smmu->cmdq.is_blocked = false;
		smmu->cmdq.phase = SMMU_CMDQ_IDLE;
		return;
	}
	if (!sim_event_cancel(&smmu->cmdq.event))
		return;
	if (smmu->cmdq.phase == SMMU_CMDQ_EXECUTING)
		execute(smmu);
	smmu->cmdq.phase = SMMU_CMDQ_IDLE;
}
