// SPDX-License-Identifier: GPL-2.0-only
/*
 * PRI queue (IHI 0070 3.5, 8, 6.3.33 to 6.3.36, 6.3.97, 6.3.98) and responses to page request
 * groups, from software (CMD_PRI_RESP, 4.5.2) and automatic (8.1, 8.2).
 *
 * Messages arrive over the link in order. One that meets a writable queue takes
 * the next place; writes overlap in time and are seen in order. A full queue is
 * an overflow (OVFLG), and while software has not acknowledged it nothing is
 * written, whether or not there is room: this is where the PRI queue differs from
 * the event queue. What is not written is answered:
 *
 *	overflow: Last is answered Success, everything else is dropped. The
 *		response has the request's PASID if IDR3.PPS says so, or if STE.PPAR
 *		does; if that STE can not be read or is invalid, Failure without PASID.
 *	PRIQEN or SMMUEN is 0, PRIQ_ABT_ERR is active, the write aborts: Failure
 *		without PASID to every request, Last or not.
 *
 * Stop markers are never answered. STE.EATS and CR0.ATSCHK do not matter here.
 * An abort of a write is synchronous: its request is answered.
 *
 * A message is recorded, lost or answered in its turn, but for the answers that need
 * STE.PPAR: their look-ups are transactions (timing.c), one after the other, and what comes
 * behind passes them. Once SMMUEN is 0 no STE can be read. With CR2.REC_CFG_ATS (IDR0.ATSRECERR) a
 * failing look-up is recorded, and answered when that is settled.
 */
#include "models/smmuv3/internal.h"
#include "sim/sim.h"
#include "sim/trace.h"

static struct smmu *smmu_of(const struct port_page_request *request)
{
	return ((struct smmu_port *)request->port)->smmu;
}

static struct iommu_pri_stats *stats_of(struct port *port)
{
	return &((struct smmu_port *)port)->pri;
}

static struct port_page_request *request_of(struct line_item *item)
{
	return (struct port_page_request *)((char *)item -
					    offsetof(struct port_page_request, line));
}

/* --- the queue as registers show it --- */

static u32 queue_depth(const struct smmu *smmu)
{
	return ring_depth(smmu->core.reg[SMMU_REG_PRIQ_PROD], smmu->core.reg[SMMU_REG_PRIQ_CONS],
			  smmu_queue_lg2(smmu, SMMU_REG_PRIQ_BASE));
}

static u32 nr_entries(const struct smmu *smmu)
{
	return 1U << smmu_queue_lg2(smmu, SMMU_REG_PRIQ_BASE);
}

static bool is_writable(const struct smmu *smmu)
{
	return smmu->core.is_enabled && (smmu->core.reg[SMMU_REG_CR0] & CR0_PRIQEN) &&
	       !smmu_gerror_is_active(smmu, GERROR_PRIQ_ABT_ERR);
}

static bool is_overflow_active(const struct smmu *smmu)
{
	return (smmu->core.reg[SMMU_REG_PRIQ_PROD] ^ smmu->core.reg[SMMU_REG_PRIQ_CONS]) &
	       Q_OVERFLOW_FLAG;
}

static bool has_no_place(const struct smmu *smmu)
{
	return is_overflow_active(smmu) || queue_depth(smmu) >= nr_entries(smmu);
}

static bool is_last_only(const struct smmu *smmu)
{
	return smmu->core.reg[SMMU_REG_PRIQ_IRQ_CFG2] & PRIQ_IRQ_CFG2_LO;
}

/* --- observing --- */

static struct port_fault fault_of(const struct port *port, u32 prg_index)
{
	return (struct port_fault){
		.kind = PORT_FAULT_PAGE_REQUEST, .stream_id = port->stream_id, .tag = prg_index};
}

static void observe_recorded(const struct smmu *smmu, const struct port_page_request *request)
{
	if (smmu->observer && request->is_last && !port_page_request_is_stop_marker(request))
		smmu->observer->recorded(smmu->observer_opaque,
					 fault_of(request->port, request->prg_index),
					 request->private_worked_ps);
}

static void observe_consumed(const struct smmu *smmu, const struct port *port, u32 prg_index)
{
	if (smmu->observer)
		smmu->observer->consumed(smmu->observer_opaque, fault_of(port, prg_index),
					 smmu->command_ps);
}

/* --- responses --- */

static void respond(struct smmu *smmu, struct port *port, const struct port_page_response *response)
{
	observe_consumed(smmu, port, response->prg_index);
	if (port->endpoint)
		port->endpoint->ops->page_response(port->endpoint, response);
}

/* The automatic response has come to the endpoint. */
static void answer_arrives(struct smmu *smmu, struct port_page_request *request)
{
	const struct port_page_response response = {
		.prg_index = request->prg_index,
		.pasid = request->private_has_pasid ? request->pasid : 0,
		.has_pasid = request->private_has_pasid,
		.code = request->private_code,
	};

	respond(smmu, request->port, &response);
	request->taken(request);
}

static void answer_ended(struct line *line, struct line_item *item)
{
	answer_arrives(smmu_of(request_of(item)), request_of(item));
}

/* With request->private_code and request->private_has_pasid. */
static void answer(struct smmu *smmu, struct port_page_request *request)
{
	if (request->private_code == PORT_PAGE_SUCCESS)
		stats_of(request->port)->auto_success++;
	else
		stats_of(request->port)->auto_failure++;
	if (smmu->is_clockless) {
		answer_arrives(smmu, request);
		return;
	}
	line_add(&smmu->priq.answering, &request->line, sim_now_ps() + smmu->timing.link_ps);
}

static void drop(struct port_page_request *request)
{
	if (port_page_request_is_stop_marker(request))
		stats_of(request->port)->markers_dropped++;
	else
		stats_of(request->port)->dropped++;
	request->taken(request);
}

/* 8.2: the queue is off, or broken. */
static void answer_failure(struct smmu *smmu, struct port_page_request *request)
{
	if (port_page_request_is_stop_marker(request)) {
		drop(request);
		return;
	}
	request->private_code = PORT_PAGE_FAILURE;
	request->private_has_pasid = false;
	answer(smmu, request);
}

/* Look for the STE of the next one. */
static void check(struct smmu *smmu)
{
	struct smmu_priq *priq = &smmu->priq;

	while (!priq->request && priq->checking.head) {
		priq->request = request_of(line_list_take(&priq->checking));
		priq->is_cut_off = false;
		priq->access = (struct port_access){
			.has_pasid = true,
			.pasid = priq->request->pasid,
		};
		txn_submit(&priq->pool, &priq->access, sim_now_ps(), false);
	}
}

void smmu_priq_checked(struct smmu *smmu, bool is_valid, bool has_ppar)
{
	struct port_page_request *request = smmu->priq.request;

	smmu->priq.request = NULL;
	request->private_code = is_valid ? PORT_PAGE_SUCCESS : PORT_PAGE_FAILURE;
	request->private_has_pasid = has_ppar;
	answer(smmu, request);
	check(smmu);
}

/* 8.1 */
static void answer_overflow(struct smmu *smmu, struct port_page_request *request)
{
	bool has_pasid = request->has_pasid && smmu->core.params.ssid_bits;

	if (!request->is_last || port_page_request_is_stop_marker(request)) {
		drop(request);
		return;
	}
	if (has_pasid && !smmu->core.params.pps) {
		line_list_add(&smmu->priq.checking, &request->line);
		check(smmu);
		return;
	}
	request->private_code = PORT_PAGE_SUCCESS;
	request->private_has_pasid = has_pasid;
	answer(smmu, request);
}

static void overflow(struct smmu *smmu, struct port_page_request *request)
{
	smmu->core.stats.priq.overflows++;
	sim_trace(SIM_TRACE_QUEUE_OVERFLOW, smmu_queue_number(smmu, SMMU_QUEUE_PRIQ), 0);
	if (!is_overflow_active(smmu))
		smmu->core.reg[SMMU_REG_PRIQ_PROD] ^= Q_OVERFLOW_FLAG;
	/* A Last that is lost by an overflow still interrupts (6.3.36). */
	if (is_last_only(smmu) && request->is_last)
		smmu_irq_raise(smmu, SMMU_IRQ_PRIQ);
	answer_overflow(smmu, request);
}

/* --- records --- */

static void make_record(const struct smmu *smmu, const struct port_page_request *request, u64 *word)
{
	word[0] = FIELD_PREP(PRIQ_0_SID, (u64)request->port->stream_id) |
		  (request->is_read ? PRIQ_0_PERM_READ : 0) |
		  (request->is_write ? PRIQ_0_PERM_WRITE : 0) |
		  (request->is_last ? PRIQ_0_PRG_LAST : 0);
	word[1] = (request->iova & PRIQ_1_ADDR_MASK) |
		  FIELD_PREP(PRIQ_1_PRG_IDX, (u64)request->prg_index);
	if (!request->has_pasid || !smmu->core.params.ssid_bits)
		return;
	word[0] |= PRIQ_0_SSID_V | FIELD_PREP(PRIQ_0_SSID, (u64)request->pasid) |
		   (request->is_exec ? PRIQ_0_PERM_EXEC : 0) |
		   (request->is_privileged ? PRIQ_0_PERM_PRIV : 0);
}

static void move_prod(struct smmu *smmu, bool is_last)
{
	u32 lg2 = smmu_queue_lg2(smmu, SMMU_REG_PRIQ_BASE);
	u64 prod = smmu->core.reg[SMMU_REG_PRIQ_PROD];
	bool was_empty = queue_depth(smmu) == 0;
	u32 depth;

	smmu->core.reg[SMMU_REG_PRIQ_PROD] = (prod & Q_OVERFLOW_FLAG) | ring_next(prod, lg2);
	depth = queue_depth(smmu);
	smmu->core.stats.priq.pushed++;
	smmu->core.stats.priq.max_depth = max_u64(smmu->core.stats.priq.max_depth, depth);
	sim_trace(SIM_TRACE_QUEUE_PUSH, smmu_queue_number(smmu, SMMU_QUEUE_PRIQ), depth);
	if (is_last_only(smmu) ? is_last : was_empty)
		smmu_irq_raise(smmu, SMMU_IRQ_PRIQ);
}

/* Those under way behind a write that failed are lost too: all of them are answered. */
static void write_failed(struct smmu *smmu, struct port_page_request *request)
{
	struct line_item *item;

	smmu_gerror_raise(smmu, GERROR_PRIQ_ABT_ERR);
	answer_failure(smmu, request);
	while ((item = line_take(&smmu->priq.writing)))
		answer_failure(smmu, request_of(item));
}

/* The oldest write under way has ended. */
static void write_ends(struct smmu *smmu, struct port_page_request *request)
{
	pa_t pa = smmu_queue_entry(smmu, SMMU_REG_PRIQ_BASE, smmu->core.reg[SMMU_REG_PRIQ_PROD],
				   PRIQ_ENT_BYTES);
	u64 word[PRIQ_ENT_DWORDS];
	u8 record[PRIQ_ENT_BYTES];

	make_record(smmu, request, word);
	for (u32 i = 0; i < PRIQ_ENT_DWORDS; i++)
		le64_store(record + 8 * i, word[i]);
	if (mem_write(smmu->core.mem, pa, record, sizeof(record))) {
		write_failed(smmu, request);
		return;
	}
	stats_of(request->port)->recorded += !port_page_request_is_stop_marker(request);
	move_prod(smmu, request->is_last);
	observe_recorded(smmu, request);
	request->taken(request);
}

static void write_begins(struct smmu *smmu, struct port_page_request *request)
{
	struct smmu_priq *priq = &smmu->priq;
	u64 done_ps;

	if (smmu->is_clockless) {
		write_ends(smmu, request);
		return;
	}
	sim_assert(priq->writing.list.count < nr_entries(smmu));
	priq->free_ps = max_u64(sim_now_ps(), priq->free_ps) + smmu->timing.event_ps;
	done_ps = mem_access_done_ps(smmu->core.mem, priq->free_ps, PRIQ_ENT_BYTES);
	request->private_worked_ps += smmu->timing.event_ps + done_ps - priq->free_ps;
	line_add(&priq->writing, &request->line, done_ps);
}

/* Can it not be said yet what becomes of the oldest message that has arrived? */
static bool must_wait(const struct smmu *smmu)
{
	u32 nr_writing = smmu->priq.writing.list.count;

	/* No overflow may be seen before a full queue is: writes under way end first. */
	return !is_overflow_active(smmu) && nr_writing &&
	       queue_depth(smmu) + nr_writing >= nr_entries(smmu);
}

static void take_message(struct smmu *smmu)
{
	struct port_page_request *request = request_of(line_list_take(&smmu->priq.arrived));

	if (!is_writable(smmu))
		answer_failure(smmu, request);
	else if (has_no_place(smmu))
		overflow(smmu, request);
	else
		write_begins(smmu, request);
}

/* What becomes of the messages that have arrived, as far as that is known. */
void smmu_priq_kick(struct smmu *smmu)
{
	struct smmu_priq *priq = &smmu->priq;

	/* Endpoints may send further ones meanwhile: they are taken in their turn. */
	if (priq->is_kicking)
		return;
	priq->is_kicking = true;
	while (priq->arrived.head && (!is_writable(smmu) || !must_wait(smmu)))
		take_message(smmu);
	priq->is_kicking = false;
}

static void write_ended(struct line *line, struct line_item *item)
{
	struct smmu *smmu = smmu_of(request_of(item));

	write_ends(smmu, request_of(item));
	smmu_priq_kick(smmu);
}

static void travel_ended(struct line *line, struct line_item *item)
{
	struct smmu *smmu = smmu_of(request_of(item));

	line_list_add(&smmu->priq.arrived, item);
	smmu_priq_kick(smmu);
}

/* --- for the rest of the SMMU --- */

void smmu_priq_request(struct port *port, struct port_page_request *request)
{
	struct smmu *smmu = ((struct smmu_port *)port)->smmu;
	struct smmu_priq *priq = &smmu->priq;

	request->port = port;
	request->private_worked_ps = smmu->timing.link_ps;
	if (port_page_request_is_stop_marker(request))
		stats_of(port)->markers++;
	else
		stats_of(port)->requests++;
	if (smmu->is_clockless) {
		line_list_add(&priq->arrived, &request->line);
		smmu_priq_kick(smmu);
		return;
	}
	line_add(&priq->travelling, &request->line, sim_now_ps() + smmu->timing.link_ps);
}

static void count_response(struct smmu_port *port, enum port_page_response_code code)
{
	switch (code) {
	case PORT_PAGE_SUCCESS:
		port->pri.responses_success++;
		break;
	case PORT_PAGE_INVALID:
		port->pri.responses_invalid++;
		break;
	default:
		port->pri.responses_failure++;
		break;
	}
}

void smmu_priq_respond(struct smmu *smmu, const u64 *cmd)
{
	/* By Resp; the reserved one is ILLEGAL. */
	static const u8 codes[] = {PORT_PAGE_FAILURE, PORT_PAGE_INVALID, PORT_PAGE_SUCCESS};
	struct smmu_port *port = smmu_find_endpoint(smmu, FIELD_GET(CMDQ_PRI_0_SID, cmd[0]));
	/* Without SubstreamIDs SSV is taken as 0. */
	bool has_pasid = (cmd[0] & CMDQ_0_SSV) && smmu->core.params.ssid_bits;
	const struct port_page_response response = {
		.prg_index = FIELD_GET(CMDQ_PRI_1_GRPID, cmd[1]),
		.pasid = has_pasid ? FIELD_GET(CMDQ_PRI_0_SSID, cmd[0]) : 0,
		.has_pasid = has_pasid,
		.code = codes[FIELD_GET(CMDQ_PRI_1_RESP, cmd[1])],
	};

	if (!smmu->core.is_enabled || !port)
		return;
	count_response(port, response.code);
	respond(smmu, &port->port, &response);
}

void smmu_priq_flush(struct smmu *smmu)
{
	struct line_item *item;

	while ((item = line_take(&smmu->priq.writing)))
		write_ends(smmu, request_of(item));
	if (!(smmu->core.reg[SMMU_REG_CR0] & CR0_SMMUEN))
		smmu->priq.is_cut_off = true;
}

int smmu_priq_init(struct smmu *smmu)
{
	line_init(&smmu->priq.travelling, travel_ended);
	line_init(&smmu->priq.writing, write_ended);
	line_init(&smmu->priq.answering, answer_ended);
	if (!smmu->core.params.pri)
		return 0;
	return txn_pool_init(&smmu->priq.pool, &smmu->unit, 1, sizeof(struct smmu_txn));
}

void smmu_priq_finish(struct smmu *smmu)
{
	line_finish(&smmu->priq.travelling);
	line_finish(&smmu->priq.writing);
	txn_pool_finish(&smmu->priq.pool);
	line_finish(&smmu->priq.answering);
}
