// SPDX-License-Identifier: GPL-2.0-only
/*
 * Command queues (IHI 0070 3.5, 4, 7.1): commands are fetched from memory one at
 * a time, checked, carried out, consumed. An error stops consumption at the
 * command until software acknowledges it (GERROR.CMDQ_ERR; ERRACK of an enhanced queue);
 * it is fetched again then.
 *
 * The queue of page 0 and the enhanced ones (3.5.6; their registers are in ecmdq.c) are served
 * alike, each by an engine of its own, or, if params.cmd_engines says so, by so many that take them
 * in turn, a command each. An engine is held from the fetch of a command to its end, but not while
 * the command waits for an endpoint.
 *
 * CMD_SYNC waits for invalidations of endpoints, and fails if one has timed out
 * (CERROR_ATC_INV_SYNC), of those that its own queue sent. It waits for what was translated before
 * it and is on its way back to a port, for event records that have a place in the queue, and for
 * the MSI of the CMD_SYNC before it. Invalidations take effect at once when they are carried out;
 * translations under way that they meet go on to their end (timing.c), and CMD_SYNC waits for
 * them, and for records of faults that they end with. Whether the data of an access whose
 * translation has been handed out has moved is the master's to know.
 *
 * Leaves out: wake-up events, of CMD_SYNC and of a queue that is not full any more (no CPU here
 * waits for one: IDR0.SEV is 0), and EL3, Secure and Realm commands (illegal without the feature).
 */
#include <errno.h>

#include "models/smmuv3/internal.h"
#include "sim/arena.h"
#include "sim/point.h"
#include "sim/sim.h"
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

/* A level hint that means something; 16 KiB tables have leaves at level 1 only with DS. */
static u32 level_hint(const struct smmu *smmu, const u64 *cmd)
{
	u64 ttl = FIELD_GET(CMDQ_TLBI_1_TTL, cmd[1]);

	return FIELD_GET(CMDQ_TLBI_1_TG, cmd[1]) == 2 && ttl == 1 && !smmu->core.params.ds ? 0
											   : ttl;
}

/* Of 6 bits with DS, 39 at the most. */
static u32 scale(const struct smmu *smmu, const u64 *cmd)
{
	if (smmu->core.params.ds)
		return min_u64(FIELD_GET(CMDQ_TLBI_0_SCALE_DS, cmd[0]), 39);
	return FIELD_GET(CMDQ_TLBI_0_SCALE, cmd[0]);
}

static bool is_range(const struct smmu *smmu, const u64 *cmd)
{
	return smmu->core.params.ril && FIELD_GET(CMDQ_TLBI_1_TG, cmd[1]);
}

/* 4.4.1.1: to give the granule and nothing else is reserved. */
static bool is_address_legal(const struct smmu *smmu, const u64 *cmd)
{
	return !is_range(smmu, cmd) || FIELD_GET(CMDQ_TLBI_0_NUM, cmd[0]) || scale(smmu, cmd) ||
	       level_hint(smmu, cmd);
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
	case CMDQ_OP_TLBI_NSNH_ALL:
		return true;
	case CMDQ_OP_CFGI_CD:
	case CMDQ_OP_CFGI_CD_ALL:
	case CMDQ_OP_TLBI_NH_ALL:
	case CMDQ_OP_TLBI_NH_ASID:
		return smmu->core.params.stage1;
	case CMDQ_OP_TLBI_NH_VA:
	case CMDQ_OP_TLBI_NH_VAA:
		return smmu->core.params.stage1 && is_address_legal(smmu, cmd);
	case CMDQ_OP_TLBI_S12_VMALL:
		return smmu->core.params.stage2;
	case CMDQ_OP_TLBI_S2_IPA:
		return smmu->core.params.stage2 && is_address_legal(smmu, cmd);
	case CMDQ_OP_TLBI_EL2_ALL:
	case CMDQ_OP_TLBI_EL2_ASID:
		return smmu->core.params.hyp;
	case CMDQ_OP_TLBI_EL2_VA:
	case CMDQ_OP_TLBI_EL2_VAA:
		return smmu->core.params.hyp && is_address_legal(smmu, cmd);
	case CMDQ_OP_ATC_INV:
		return smmu->core.params.ats &&
		       FIELD_GET(CMDQ_ATC_1_SIZE, cmd[1]) <= CMDQ_ATC_1_SIZE_ALL;
	case CMDQ_OP_PRI_RESP:
		return smmu->core.params.pri &&
		       FIELD_GET(CMDQ_PRI_1_RESP, cmd[1]) <= CMDQ_PRI_1_RESP_SUCCESS;
	case CMDQ_OP_RESUME:
	case CMDQ_OP_STALL_TERM:
		return smmu->core.params.stall;
	case CMDQ_OP_CMD_SYNC:
		return FIELD_GET(CMDQ_SYNC_0_CS, cmd[0]) <= CMDQ_SYNC_0_CS_SEV;
	default:
		return false;
	}
}

/* --- carrying out --- */

#define WORLD(name) (1U << SMMU_WORLD_##name)

/* What an IPA does not have is RES0, and ignored here (4.1.5, 4.1.6). */
static u64 address_mask(const struct smmu *smmu, const struct smmu_tlbi *tlbi)
{
	if (!(tlbi->worlds & WORLD(IPA)))
		return CMDQ_TLBI_1_VA_MASK;
	return smmu->core.params.arch_minor ? CMDQ_TLBI_1_IPA_MASK : CMDQ_TLBI_1_IPA_MASK_V3_0;
}

static void tlbi_address(const struct smmu *smmu, const u64 *cmd, struct smmu_tlbi *tlbi)
{
	u64 bytes = 1ULL << SMMU_PAGE_LG2;

	tlbi->by_va = true;
	tlbi->is_leaf = cmd[1] & CMDQ_TLBI_1_LEAF;
	tlbi->first = cmd[1] & address_mask(smmu, tlbi);
	if (is_range(smmu, cmd)) {
		tlbi->granule_lg2 = granule_lg2(FIELD_GET(CMDQ_TLBI_1_TG, cmd[1]));
		tlbi->first &= ~lg2_mask(tlbi->granule_lg2);
		tlbi->level = level_hint(smmu, cmd);
		bytes = (FIELD_GET(CMDQ_TLBI_0_NUM, cmd[0]) + 1)
			<< (scale(smmu, cmd) + tlbi->granule_lg2);
	}
	/* A range ends at the top of the address space. */
	tlbi->last = tlbi->first + (bytes - 1) < tlbi->first ? ~0ULL : tlbi->first + (bytes - 1);
}

static void tlbi_asid(const u64 *cmd, struct smmu_tlbi *tlbi)
{
	tlbi->by_asid = true;
	tlbi->asid = FIELD_GET(CMDQ_TLBI_0_ASID, cmd[0]);
}

/* CR0.VMW lets the low bits of VMIDs not count (3.17.6). */
static void tlbi_vmid(const struct smmu *smmu, const u64 *cmd, struct smmu_tlbi *tlbi)
{
	u64 wildcard = FIELD_GET(CR0_VMW, smmu->core.reg[SMMU_REG_CR0]);

	if (!smmu->core.params.stage2)
		return;
	tlbi->by_vmid = true;
	tlbi->vmid = FIELD_GET(CMDQ_TLBI_0_VMID, cmd[0]);
	tlbi->vmid_mask = ~lg2_mask(wildcard <= 4 ? wildcard : 0);
}

/* Commands for EL1 and its stage 2. */
static void run_tlbi_nh(struct smmu *smmu, u64 op, const u64 *cmd)
{
	struct smmu_tlbi tlbi = {.worlds = WORLD(EL1)};

	if (op != CMDQ_OP_TLBI_NSNH_ALL)
		tlbi_vmid(smmu, cmd, &tlbi);
	switch (op) {
	case CMDQ_OP_TLBI_NH_ASID:
		tlbi_asid(cmd, &tlbi);
		tlbi.spares_global = true;
		break;
	case CMDQ_OP_TLBI_NH_VA:
		tlbi_asid(cmd, &tlbi);
		tlbi_address(smmu, cmd, &tlbi);
		break;
	case CMDQ_OP_TLBI_NH_VAA:
		tlbi_address(smmu, cmd, &tlbi);
		break;
	case CMDQ_OP_TLBI_S2_IPA:
		tlbi.worlds = WORLD(IPA);
		tlbi_address(smmu, cmd, &tlbi);
		break;
	case CMDQ_OP_TLBI_S12_VMALL:
	case CMDQ_OP_TLBI_NSNH_ALL:
		tlbi.worlds |= WORLD(IPA);
		break;
	}
	smmu_invalidate(smmu, &tlbi);
}

static void run_tlbi_el2(struct smmu *smmu, u64 op, const u64 *cmd)
{
	bool is_e2h = smmu->core.reg[SMMU_REG_CR2] & CR2_E2H;
	struct smmu_tlbi tlbi = {.worlds = is_e2h ? WORLD(EL2_E2H) : WORLD(EL2)};

	switch (op) {
	case CMDQ_OP_TLBI_EL2_ALL:
		tlbi.worlds = WORLD(EL2) | WORLD(EL2_E2H);
		break;
	case CMDQ_OP_TLBI_EL2_ASID:
		tlbi.worlds = WORLD(EL2_E2H);
		tlbi_asid(cmd, &tlbi);
		tlbi.spares_global = true;
		break;
	case CMDQ_OP_TLBI_EL2_VA:
		if (is_e2h)
			tlbi_asid(cmd, &tlbi);
		tlbi_address(smmu, cmd, &tlbi);
		break;
	case CMDQ_OP_TLBI_EL2_VAA:
		tlbi_address(smmu, cmd, &tlbi);
		break;
	}
	smmu_invalidate(smmu, &tlbi);
}

static void run_tlbi(struct smmu *smmu, u64 op, const u64 *cmd)
{
	if (op >= CMDQ_OP_TLBI_EL2_ALL && op <= CMDQ_OP_TLBI_EL2_VAA)
		run_tlbi_el2(smmu, op, cmd);
	else
		run_tlbi_nh(smmu, op, cmd);
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
	smmu_invalidate_config(smmu, &cfgi);
}

static void run_resume(struct smmu *smmu, const u64 *cmd)
{
	const struct smmu_resume resume = {
		.sid = FIELD_GET(CMDQ_RESUME_0_SID, cmd[0]),
		.stag = FIELD_GET(CMDQ_RESUME_1_STAG, cmd[1]),
		.is_retry = cmd[0] & CMDQ_RESUME_0_AC,
		.is_abort = cmd[0] & CMDQ_RESUME_0_AB,
	};

	smmu_stall_resume(smmu, &resume);
}

static void run_sync(struct smmu_cmdq *cmdq, const u64 *cmd)
{
	if (FIELD_GET(CMDQ_SYNC_0_CS, cmd[0]) == CMDQ_SYNC_0_CS_IRQ)
		smmu_irq_raise_sync(cmdq->smmu, &cmdq->sync, cmd[1] & CMDQ_SYNC_1_MSIADDR_MASK,
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

static void run(struct smmu_cmdq *cmdq, const u64 *cmd)
{
	struct smmu *smmu = cmdq->smmu;
	u64 op = FIELD_GET(CMDQ_0_OP, cmd[0]);

	if (is_cfgi(op))
		run_cfgi(smmu, op, cmd);
	else if (is_tlbi(op))
		run_tlbi(smmu, op, cmd);
	else if (op == CMDQ_OP_PREFETCH_CFG || op == CMDQ_OP_PREFETCH_ADDR)
		smmu_prefetch_command(smmu, cmd);
	else if (op == CMDQ_OP_ATC_INV)
		smmu_atc_invalidate(cmdq, cmd);
	else if (op == CMDQ_OP_PRI_RESP)
		smmu_priq_respond(smmu, cmd);
	else if (op == CMDQ_OP_RESUME)
		run_resume(smmu, cmd);
	else if (op == CMDQ_OP_STALL_TERM)
		smmu_stall_terminate(smmu, FIELD_GET(CMDQ_STALL_TERM_0_SID, cmd[0]),
				     FIELD_GET(CMDQ_STALL_TERM_0_SID, cmd[0]));
}

/* --- a queue --- */

static u32 queue_lg2(const struct smmu_cmdq *cmdq)
{
	return min_u64(FIELD_GET(Q_BASE_LOG2SIZE, *cmdq->base), cmdq->smmu->core.params.cmdq_lg2);
}

static u32 queue_depth(const struct smmu_cmdq *cmdq)
{
	return ring_depth(*cmdq->prod, *cmdq->cons, queue_lg2(cmdq));
}

static bool can_consume(const struct smmu_cmdq *cmdq)
{
	const struct smmu *smmu = cmdq->smmu;

	if (smmu_cmdq_is_enhanced(cmdq))
		return (*cmdq->prod & ECMDQ_PROD_EN) &&
		       !((*cmdq->prod ^ *cmdq->cons) & ECMDQ_ERR) && queue_depth(cmdq);
	return (smmu->core.reg[SMMU_REG_CR0] & CR0_CMDQEN) &&
	       !smmu_gerror_is_active(smmu, GERROR_CMDQ_ERR) && queue_depth(cmdq);
}

/* Each queue keeps its own error; that there is one is a global error. */
static void fail(struct smmu_cmdq *cmdq, u64 error)
{
	u64 *cons = cmdq->cons;

	cmdq->phase = SMMU_CMDQ_IDLE;
	if (smmu_cmdq_is_enhanced(cmdq)) {
		*cons = (*cons & ~ECMDQ_CONS_ERR_REASON) | FIELD_PREP(ECMDQ_CONS_ERR_REASON, error);
		*cons ^= ECMDQ_ERR;
		smmu_gerror_raise(cmdq->smmu, GERROR_CMDQP_ERR);
		return;
	}
	*cons = (*cons & ~CMDQ_CONS_ERR) | FIELD_PREP(CMDQ_CONS_ERR, error);
	smmu_gerror_raise(cmdq->smmu, GERROR_CMDQ_ERR);
}

static u64 trace_number(const struct smmu_cmdq *cmdq)
{
	return smmu_queue_number(cmdq->smmu, cmdq->trace_queue);
}

static void consume(struct smmu_cmdq *cmdq)
{
	u64 *cons = cmdq->cons;

	*cons = (*cons & ~Q_POINTER_MASK) | ring_next(*cons, queue_lg2(cmdq));
	cmdq->phase = SMMU_CMDQ_IDLE;
	cmdq->stats->popped++;
	sim_trace(SIM_TRACE_QUEUE_POP, trace_number(cmdq), queue_depth(cmdq));
}

static void execute(struct smmu_cmdq *cmdq)
{
	const u64 *cmd = cmdq->word;
	bool is_sync = FIELD_GET(CMDQ_0_OP, cmd[0]) == CMDQ_OP_CMD_SYNC;

	if (is_sync && smmu_atc_take_timeout(cmdq)) {
		fail(cmdq, CMDQ_ERR_CERROR_ATC_INV_IDX);
		return;
	}
	cmdq->smmu->nr_commands[FIELD_GET(CMDQ_0_OP, cmd[0])]++;
	cmdq->smmu->command_ps = sim_now_ps() - cmdq->began_ps;
	run(cmdq, cmd);
	cmdq->smmu->command_ps = 0;
	consume(cmdq);
	/* That a SYNC is consumed is seen before its interrupt (3.18). */
	if (is_sync)
		run_sync(cmdq, cmd);
}

/* Fetch the next command; false: there is none to carry out. */
static bool fetch(struct smmu_cmdq *cmdq)
{
	struct smmu *smmu = cmdq->smmu;
	pa_t pa = smmu_queue_entry_at(*cmdq->base, queue_lg2(cmdq), *cmdq->cons, CMDQ_ENT_BYTES);

	if (mem_read64(smmu->core.mem, pa, &cmdq->word[0]) ||
	    mem_read64(smmu->core.mem, pa + 8, &cmdq->word[1])) {
		fail(cmdq, CMDQ_ERR_CERROR_ABT_IDX);
		return false;
	}
	if (!is_legal(smmu, cmdq->word)) {
		fail(cmdq, CMDQ_ERR_CERROR_ILL_IDX);
		return false;
	}
	cmdq->phase = SMMU_CMDQ_EXECUTING;
	/* What no invalidation has met by now, none of before this command has. */
	cmdq->has_drained = !smmu->unit.nr_overtaken_active;
	return true;
}

/* --- engines, of which there may be fewer than queues --- */

static bool engine_take(struct smmu_cmdq *cmdq)
{
	struct smmu *smmu = cmdq->smmu;
	u64 nr = smmu->core.params.cmd_engines;

	if (!nr)
		return true;
	if (smmu->nr_engines_used < nr) {
		smmu->nr_engines_used++;
		cmdq->has_engine = true;
		return true;
	}
	cmdq->is_waiting = true;
	cmdq->next_waiting = NULL;
	if (smmu->engine_queue.tail)
		smmu->engine_queue.tail->next_waiting = cmdq;
	else
		smmu->engine_queue.head = cmdq;
	smmu->engine_queue.tail = cmdq;
	return false;
}

static struct smmu_cmdq *engine_next(struct smmu *smmu)
{
	struct smmu_cmdq_list *list = &smmu->engine_queue;
	struct smmu_cmdq *next = list->head;

	if (!next || smmu->nr_engines_used >= smmu->core.params.cmd_engines)
		return NULL;
	list->head = next->next_waiting;
	if (!list->head)
		list->tail = NULL;
	next->is_waiting = false;
	return next;
}

/* The one that has waited longest comes next: each queue has one command in its turn. */
static void engine_release(struct smmu_cmdq *cmdq)
{
	struct smmu *smmu = cmdq->smmu;
	struct smmu_cmdq *next;

	if (!cmdq->has_engine)
		return;
	sim_assert(smmu->nr_engines_used && smmu->nr_engines_used <= smmu->core.params.cmd_engines);
	cmdq->has_engine = false;
	smmu->nr_engines_used--;
	/* It may have nothing to consume any more; then it takes no engine. */
	while ((next = engine_next(smmu)))
		smmu_cmdq_kick(next);
}

static void engine_forget(struct smmu_cmdq *cmdq)
{
	struct smmu_cmdq_list *list = &cmdq->smmu->engine_queue;
	struct smmu_cmdq **link = &list->head, *before = NULL;

	while (*link != cmdq) {
		sim_assert(*link);
		before = *link;
		link = &before->next_waiting;
	}
	*link = cmdq->next_waiting;
	if (list->tail == cmdq)
		list->tail = before;
	cmdq->is_waiting = false;
}

/* --- when --- */

/* Earliest end of the fetched command that is carried out from now on. */
static u64 done_ps(const struct smmu_cmdq *cmdq)
{
	const struct smmu *smmu = cmdq->smmu;
	u64 op = FIELD_GET(CMDQ_0_OP, cmdq->word[0]);
	u64 at_ps = sim_now_ps() + smmu->timing.cmd_ps;

	if (is_cfgi(op) || is_tlbi(op))
		return at_ps + smmu->timing.inval_ps;
	/* Over the link, to the endpoint. */
	if (op == CMDQ_OP_PRI_RESP)
		return at_ps + smmu->timing.link_ps;
	if (op != CMDQ_OP_CMD_SYNC)
		return at_ps;
	at_ps = max_u64(at_ps, smmu->unit.quiesce_ps);
	at_ps = max_u64(at_ps, smmu->evtq.writing.last_ps);
	return max_u64(at_ps, cmdq->sync.done_ps);
}

static void block(struct smmu_cmdq *cmdq)
{
	cmdq->is_blocked = true;
	cmdq->smmu->nr_blocked++;
	engine_release(cmdq);
}

/* Overtaken translations are at their ports; so are records of those that faulted, after this. */
static void drained(struct txn_drain *drain)
{
	struct smmu_cmdq *cmdq = (struct smmu_cmdq *)((char *)drain -
						      offsetof(struct smmu_cmdq, drain));

	sim_event_schedule(&cmdq->event, max_u64(sim_now_ps(), cmdq->smmu->evtq.writing.last_ps));
}

/* A CMD_SYNC waits once: what is overtaken later is not its own. */
static void drain(struct smmu_cmdq *cmdq)
{
	cmdq->has_drained = true;
	cmdq->smmu->core.stats.overtaken_waits++;
	if (!txn_drain_begin(&cmdq->drain))
		drained(&cmdq->drain);
}

static void cmdq_event(struct sim_event *event)
{
	struct smmu_cmdq *cmdq = (struct smmu_cmdq *)event;
	struct smmu *smmu = cmdq->smmu;
	bool is_sync;

	sim_assert(cmdq->phase != SMMU_CMDQ_IDLE && !cmdq->is_blocked && !cmdq->drain.is_waiting);
	if (cmdq->phase == SMMU_CMDQ_FETCHING) {
		if (fetch(cmdq))
			sim_event_schedule(&cmdq->event, done_ps(cmdq));
		else
			engine_release(cmdq);
		return;
	}
	is_sync = FIELD_GET(CMDQ_0_OP, cmdq->word[0]) == CMDQ_OP_CMD_SYNC;
	if (is_sync && !cmdq->has_drained) {
		drain(cmdq);
		return;
	}
	/* Records that wait for a place are among what a SYNC waits for. */
	if (is_sync && smmu->evtq.waiting.head) {
		sim_event_schedule(&cmdq->event, max_u64(sim_now_ps(), smmu->evtq.writing.last_ps));
		return;
	}
	if (smmu_atc_must_wait(cmdq, FIELD_GET(CMDQ_0_OP, cmdq->word[0]))) {
		block(cmdq);
		return;
	}
	execute(cmdq);
	engine_release(cmdq);
	smmu_cmdq_kick(cmdq);
}

/* Commands are fresh from the caches of the CPUs that wrote them. */
static u64 fetched_ps(const struct smmu_cmdq *cmdq)
{
	const struct smmu_coherence *coherence = cmdq->smmu->coherence;
	u64 at_ps = mem_access_done_ps(cmdq->smmu->core.mem, sim_now_ps(), CMDQ_ENT_BYTES);

	if (!coherence)
		return at_ps;
	return at_ps + coherence->fetch_ps(coherence->opaque,
					   smmu_queue_entry_at(*cmdq->base, queue_lg2(cmdq),
							       *cmdq->cons, CMDQ_ENT_BYTES));
}

void smmu_cmdq_kick(struct smmu_cmdq *cmdq)
{
	struct smmu *smmu = cmdq->smmu;

	if (cmdq->phase != SMMU_CMDQ_IDLE || cmdq->is_waiting || !can_consume(cmdq))
		return;
	if (!smmu->is_clockless) {
		if (!engine_take(cmdq))
			return;
		cmdq->phase = SMMU_CMDQ_FETCHING;
		cmdq->began_ps = sim_now_ps();
		sim_event_schedule(&cmdq->event, fetched_ps(cmdq));
		return;
	}
	cmdq->phase = SMMU_CMDQ_FETCHING;
	/* A command may write registers by way of the master: phase guards against nesting. */
	while (fetch(cmdq)) {
		execute(cmdq);
		if (cmdq->phase != SMMU_CMDQ_IDLE || !can_consume(cmdq))
			return;
		cmdq->phase = SMMU_CMDQ_FETCHING;
	}
}

void smmu_cmdq_produced(struct smmu_cmdq *cmdq, u32 old)
{
	u32 lg2 = queue_lg2(cmdq);
	u32 depth = queue_depth(cmdq);
	u32 added = ring_depth(*cmdq->prod, old, lg2);

	if (added && added <= (1U << lg2)) {
		cmdq->stats->pushed += added;
		cmdq->stats->max_depth = max_u64(cmdq->stats->max_depth, min_u64(depth, 1U << lg2));
		sim_trace(SIM_TRACE_QUEUE_PUSH, trace_number(cmdq), depth);
	}
	smmu_cmdq_kick(cmdq);
}

void smmu_cmdq_flush(struct smmu_cmdq *cmdq)
{
	if (cmdq->is_waiting)
		engine_forget(cmdq);
	if (cmdq->is_blocked) {
		/* Not consumed: it is fetched again when the queue is on again. */
		cmdq->is_blocked = false;
		cmdq->smmu->nr_blocked--;
		cmdq->phase = SMMU_CMDQ_IDLE;
		return;
	}
	if (!sim_event_cancel(&cmdq->event) && !cmdq->drain.is_waiting)
		return;
	txn_drain_cancel(&cmdq->drain);
	/* A SYNC has not seen yet what it waits for. */
	if (cmdq->phase == SMMU_CMDQ_EXECUTING &&
	    FIELD_GET(CMDQ_0_OP, cmdq->word[0]) != CMDQ_OP_CMD_SYNC)
		execute(cmdq);
	cmdq->phase = SMMU_CMDQ_IDLE;
	engine_release(cmdq);
}

/* --- life --- */

static void setup(struct smmu *smmu, struct smmu_cmdq *cmdq)
{
	cmdq->smmu = smmu;
	sim_event_init(&cmdq->event, cmdq_event);
	sim_event_set_actor(&cmdq->event, SIM_ACTOR_IOMMU);
	smmu_msi_setup(smmu, &cmdq->sync, SMMU_IRQ_CMD_SYNC);
	txn_drain_init(&cmdq->drain, &smmu->unit, drained);
}

static void setup_enhanced(struct smmu *smmu, struct smmu_cmdq *cmdq)
{
	setup(smmu, cmdq);
	cmdq->base = &cmdq->own[0];
	cmdq->prod = &cmdq->own[1];
	cmdq->cons = &cmdq->own[2];
	cmdq->stats = &smmu->core.stats.ecmdq;
	cmdq->trace_queue = SMMU_QUEUE_ECMDQ;
}

int smmu_cmdq_init(struct smmu *smmu)
{
	const struct smmu_params *p = &smmu->core.params;
	u32 nr = p->ecmdq ? 1U << (p->ecmdq_pages_lg2 + p->ecmdq_queues_lg2) : 0;

	setup(smmu, &smmu->cmdq);
	smmu->cmdq.base = &smmu->core.reg[SMMU_REG_CMDQ_BASE];
	smmu->cmdq.prod = &smmu->core.reg[SMMU_REG_CMDQ_PROD];
	smmu->cmdq.cons = &smmu->core.reg[SMMU_REG_CMDQ_CONS];
	smmu->cmdq.stats = &smmu->core.stats.cmdq;
	smmu->cmdq.trace_queue = SMMU_QUEUE_CMDQ;
	if (!nr)
		return 0;
	smmu->ecmdq = sim_alloc(nr * sizeof(smmu->ecmdq[0]));
	if (!smmu->ecmdq)
		return -ENOMEM;
	smmu->nr_ecmdqs = nr;
	for (u32 i = 0; i < nr; i++)
		setup_enhanced(smmu, &smmu->ecmdq[i]);
	return 0;
}

static void finish(struct smmu_cmdq *cmdq)
{
	sim_event_cancel(&cmdq->event);
	sim_event_cancel(&cmdq->sync.event);
	txn_drain_cancel(&cmdq->drain);
}

void smmu_cmdq_finish(struct smmu *smmu)
{
	if (smmu->cmdq.smmu)
		finish(&smmu->cmdq);
	for (u32 i = 0; i < smmu->nr_ecmdqs; i++)
		finish(&smmu->ecmdq[i]);
	sim_free(smmu->ecmdq);
}
