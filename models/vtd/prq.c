// SPDX-License-Identifier: GPL-2.0-only
/*
 * Page request queue (VT-d 7.4, 7.5, 11.4.11), its automatic responses, and responses of
 * software (7.6.1).
 *
 * Messages arrive over the link in order. Their context-entry and PASID table entry
 * are read, in order; then they are written to the queue if it has room, of N entries
 * N-1, and writes overlap in time. What is not written is answered, if it is the last one of
 * its group, else it is dropped without an answer:
 *
 *	a fault on the way to the PASID table entry, or PRE is 0: Invalid, and the
 *		fault is recorded. So is a request that memory does not take
 *	the queue is full: PRO is set. This, and all that come while it is: Success
 *	translation is off: Invalid
 *
 * An accepted request invalidates what the IOTLB and the paging-structure caches have for its
 * page (6.5.3.1). The event is raised when PPR and PRO were both 0. Stop markers
 * are reported if ECAP.SMS says so; they have no answer.
 *
 * Reads of PQT and PRS do not wait for writes under way; what they push is seen later.
 */
#include "models/vtd/internal.h"
#include "sim/trace.h"

static struct port_page_request *request_of(struct line_item *item)
{
	return (struct port_page_request *)((char *)item -
					    offsetof(struct port_page_request, line));
}

/* A message is in one line at a time, or done with. */
static void take(struct port_page_request *request)
{
	sim_assert(!request->line.next);
	request->taken(request);
}

static struct vtd_port *port_of(const struct port_page_request *request)
{
	return (struct vtd_port *)request->port;
}

/* Of revision 3 (7.4.1.1 there). */
static bool has_private_data(const struct vtd *vtd, const struct port_page_request *request)
{
	return vtd->core.params.revision == 3 && request->has_private_data;
}

/* --- the queue as registers show it --- */

static u32 nr_entries(const struct vtd *vtd)
{
	u32 lg2 = FIELD_GET(Q_BASE_SIZE, vtd->core.reg[VTD_REG_PQA]) + 7;

	return 1U << min_u64(lg2, vtd->core.params.prq_lg2);
}

u32 vtd_prq_entries(const struct vtd *vtd)
{
	return nr_entries(vtd);
}

static u32 index_of(const struct vtd *vtd, enum vtd_reg reg)
{
	return vtd->core.reg[reg] / PAGE_REQ_BYTES & (nr_entries(vtd) - 1);
}

static u32 depth(const struct vtd *vtd)
{
	return (index_of(vtd, VTD_REG_PQT) - index_of(vtd, VTD_REG_PQH)) & (nr_entries(vtd) - 1);
}

/* Before @bit is set: events are not repeated (7.5). */
static void set_status(struct vtd *vtd, u64 bit)
{
	u64 *prs = &vtd->core.reg[VTD_REG_PRS];
	bool was_clear = !*prs;

	*prs |= bit;
	if (was_clear)
		vtd_event_raise(vtd, VTD_IRQ_PAGE_REQUEST);
}

void vtd_prq_status_written(struct vtd *vtd)
{
	if (!vtd->core.reg[VTD_REG_PRS])
		vtd_event_serviced(vtd, VTD_IRQ_PAGE_REQUEST);
}

/* --- observing --- */

static struct port_fault fault_of(const struct port *port, u32 prg_index)
{
	return (struct port_fault){
		.kind = PORT_FAULT_PAGE_REQUEST, .stream_id = port->stream_id, .tag = prg_index};
}

/* --- responses --- */

static void respond(struct vtd *vtd, struct port *port, const struct port_page_response *response)
{
	if (vtd->observer)
		vtd->observer->consumed(vtd->observer_opaque, fault_of(port, response->prg_index),
					vtd->iq.response_ps);
	if (port->endpoint)
		port->endpoint->ops->page_response(port->endpoint, response);
}

/* The automatic response has come to the endpoint. */
static void answer_ended(struct line *line, struct line_item *item)
{
	struct port_page_request *request = request_of(item);
	const struct port_page_response response = {
		.prg_index = request->prg_index,
		.pasid = request->has_pasid ? request->pasid : 0,
		.has_pasid = request->has_pasid,
		.code = request->private_code,
		.has_private_data = has_private_data(port_of(request)->vtd, request),
		.private_data = {request->private_data[0], request->private_data[1]},
	};

	respond(port_of(request)->vtd, request->port, &response);
	take(request);
}

/* Not written: answer it if that is due. */
static void refuse(struct vtd *vtd, struct port_page_request *request,
		   enum port_page_response_code code)
{
	struct iommu_pri_stats *stats = &port_of(request)->pri;

	if (port_page_request_is_stop_marker(request)) {
		stats->markers_dropped++;
		take(request);
		return;
	}
	if (!request->is_last) {
		stats->dropped++;
		take(request);
		return;
	}
	*(code == PORT_PAGE_SUCCESS ? &stats->auto_success : &stats->auto_invalid) += 1;
	request->private_code = code;
	if (vtd->is_clockless)
		answer_ended(&vtd->prq.answering, &request->line);
	else
		line_add(&vtd->prq.answering, &request->line, sim_now_ps() + vtd->timing.link_ps);
}

/* --- records --- */

static void make_record(const struct vtd *vtd, const struct port_page_request *request, u64 *word)
{
	word[0] = FIELD_PREP(PAGE_REQ_0_TYPE, PAGE_REQ_TYPE) |
		  FIELD_PREP(PAGE_REQ_0_RID, (u64)request->port->stream_id);
	word[1] = (request->is_read ? PAGE_REQ_1_RDR : 0) |
		  (request->is_write ? PAGE_REQ_1_WRR : 0) |
		  (request->is_last ? PAGE_REQ_1_LPIG : 0) |
		  FIELD_PREP(PAGE_REQ_1_PRGI, (u64)request->prg_index) |
		  (request->iova & PAGE_REQ_1_ADDR);
	word[2] = 0;
	word[3] = 0;
	if (has_private_data(vtd, request)) {
		word[0] |= PAGE_REQ_0_PDP;
		word[2] = request->private_data[0];
		word[3] = request->private_data[1];
	}
	if (request->has_pasid)
		word[0] |= PAGE_REQ_0_PP | FIELD_PREP(PAGE_REQ_0_PASID, (u64)request->pasid) |
			   (request->is_exec ? PAGE_REQ_0_EXR : 0) |
			   (request->is_privileged ? PAGE_REQ_0_PMR : 0);
}

static void move_tail(struct vtd *vtd)
{
	u64 *tail = &vtd->core.reg[VTD_REG_PQT];

	*tail = (*tail + PAGE_REQ_BYTES) & (nr_entries(vtd) * PAGE_REQ_BYTES - 1);
	vtd->core.stats.prq.pushed++;
	vtd->core.stats.prq.max_depth = max_u64(vtd->core.stats.prq.max_depth, depth(vtd));
	sim_trace(SIM_TRACE_QUEUE_PUSH, vtd_queue_number(vtd, VTD_QUEUE_PRQ), depth(vtd));
}

static bool write_record(struct vtd *vtd, const struct port_page_request *request)
{
	pa_t pa = (vtd->core.reg[VTD_REG_PQA] & Q_BASE_ADDR_MASK) +
		  index_of(vtd, VTD_REG_PQT) * PAGE_REQ_BYTES;
	u64 word[PAGE_REQ_DWORDS];
	u8 record[PAGE_REQ_BYTES];

	make_record(vtd, request, word);
	for (u32 i = 0; i < PAGE_REQ_DWORDS; i++)
		le64_store(record + 8 * i, word[i]);
	return !mem_write(vtd->core.mem, pa, record, sizeof(record));
}

static void write_ends(struct vtd *vtd, struct port_page_request *request)
{
	bool is_marker = port_page_request_is_stop_marker(request);

	if (!write_record(vtd, request)) {
		refuse(vtd, request, PORT_PAGE_INVALID);
		return;
	}
	port_of(request)->pri.recorded += !is_marker;
	move_tail(vtd);
	set_status(vtd, PRS_PPR);
	if (vtd->observer && request->is_last && !is_marker)
		vtd->observer->recorded(vtd->observer_opaque,
					fault_of(request->port, request->prg_index),
					request->private_worked_ps);
	take(request);
}

static void write_ended(struct line *line, struct line_item *item)
{
	struct vtd *vtd = (struct vtd *)((char *)line - offsetof(struct vtd, prq.writing));

	write_ends(vtd, request_of(item));
	vtd_prq_kick(vtd);
}

static void accept(struct vtd *vtd, struct port_page_request *request)
{
	struct vtd_prq *prq = &vtd->prq;
	u64 done_ps;

	if (vtd->is_clockless) {
		write_ends(vtd, request);
		return;
	}
	prq->free_ps = max_u64(sim_now_ps(), prq->free_ps) + vtd->timing.record_ps;
	done_ps = mem_access_done_ps(vtd->core.mem, prq->free_ps, PAGE_REQ_BYTES);
	request->private_worked_ps += vtd->timing.record_ps + done_ps - prq->free_ps;
	line_add(&prq->writing, &request->line, done_ps);
}

static void overflow(struct vtd *vtd, struct port_page_request *request)
{
	vtd->core.stats.prq.overflows++;
	sim_trace(SIM_TRACE_QUEUE_OVERFLOW, vtd_queue_number(vtd, VTD_QUEUE_PRQ), 0);
	set_status(vtd, PRS_PRO);
	refuse(vtd, request, PORT_PAGE_SUCCESS);
}

/* What becomes of the requests that are valid, as far as that is known. */
void vtd_prq_kick(struct vtd *vtd)
{
	struct vtd_prq *prq = &vtd->prq;
	struct line_item *item;

	while (prq->valid.head) {
		bool has_overflow = vtd->core.reg[VTD_REG_PRS] & PRS_PRO;
		u32 room = nr_entries(vtd) - 1 - depth(vtd);

		/* No overflow may be seen before a full queue is: writes under way end first. */
		if (!has_overflow && room && prq->writing.list.count >= room)
			break;
		item = line_list_take(&prq->valid);
		if (has_overflow || !room)
			overflow(vtd, request_of(item));
		else
			accept(vtd, request_of(item));
	}
	if (vtd_prq_is_drained(vtd))
		vtd_iq_wake(vtd);
}

void vtd_prq_head_written(struct vtd *vtd, u64 old)
{
	u32 taken = (index_of(vtd, VTD_REG_PQH) - old / PAGE_REQ_BYTES) & (nr_entries(vtd) - 1);

	if (taken) {
		vtd->core.stats.prq.popped += taken;
		sim_trace(SIM_TRACE_QUEUE_POP, vtd_queue_number(vtd, VTD_QUEUE_PRQ), depth(vtd));
	}
	vtd_prq_kick(vtd);
}

/* --- checks --- */

/* 6.5.3.1, table 27 */
static void invalidate(struct vtd *vtd, const struct vtd_xlate *x)
{
	const struct vtd_config *config = x->config;
	const struct vtd_inval_request request = {
		.granularity = config->kind == VTD_NESTED ? INVAL_DOMAIN : INVAL_PAGE,
		.did = config->did,
		.address = x->iova & ~lg2_mask(VTD_PAGE_LG2),
	};
	struct vtd_inval inval = vtd_inval_make(&request);

	if (config->kind == VTD_FIRST) {
		inval.scope = VTD_INVAL_PASID_PAGES;
		inval.pasid = config->pasid;
	}
	vtd_invalidate(vtd, &inval);
}

static bool is_marker_unsupported(const struct vtd *vtd, const struct port_page_request *request)
{
	return port_page_request_is_stop_marker(request) && !vtd->core.params.sms;
}

static void check(struct vtd *vtd);

static void check_ended(struct port_access *access)
{
	struct vtd *vtd = (struct vtd *)((char *)access - offsetof(struct vtd, prq.access));
	struct port_page_request *request = vtd->prq.request;

	vtd->prq.request = NULL;
	request->private_worked_ps += vtd->prq.config_ps;
	if (access->status == PORT_DONE) {
		invalidate(vtd, &((struct vtd_txn *)vtd->prq.pool.txns)->x);
		line_list_add(&vtd->prq.valid, &request->line);
	} else {
		refuse(vtd, request, PORT_PAGE_INVALID);
	}
	vtd_prq_kick(vtd);
	check(vtd);
}

/* Look for the configuration of the next one. */
static void find_config(struct vtd *vtd, struct port_page_request *request)
{
	struct vtd_prq *prq = &vtd->prq;

	prq->request = request;
	prq->access = (struct port_access){
		.iova = request->iova,
		.len_bytes = 1,
		.pasid = request->pasid,
		.has_pasid = request->has_pasid,
		.is_write = request->is_write,
		.is_privileged = request->is_privileged,
		.is_instruction = request->is_exec,
		.complete = check_ended,
	};
	txn_submit(&prq->pool, &prq->access, sim_now_ps(), false);
}

/* Those that have arrived, one after the other. */
static void check(struct vtd *vtd)
{
	while (!vtd->prq.request && vtd->prq.arrived.head) {
		struct port_page_request *request = request_of(line_list_take(&vtd->prq.arrived));

		if (vtd->core.is_enabled && !is_marker_unsupported(vtd, request)) {
			find_config(vtd, request);
			continue;
		}
		refuse(vtd, request, PORT_PAGE_INVALID);
		vtd_prq_kick(vtd);
	}
}

static void arrive(struct vtd *vtd, struct port_page_request *request)
{
	line_list_add(&vtd->prq.arrived, &request->line);
	check(vtd);
}

static void travel_ended(struct line *line, struct line_item *item)
{
	arrive((struct vtd *)((char *)line - offsetof(struct vtd, prq.travelling)),
	       request_of(item));
}

/* --- for the rest of the unit --- */

void vtd_prq_request(struct port *base, struct port_page_request *request)
{
	struct vtd *vtd = ((struct vtd_port *)base)->vtd;

	request->port = base;
	request->private_worked_ps = vtd->timing.link_ps;
	if (port_page_request_is_stop_marker(request))
		port_of(request)->pri.markers++;
	else
		port_of(request)->pri.requests++;
	if (vtd->is_clockless)
		arrive(vtd, request);
	else
		line_add(&vtd->prq.travelling, &request->line, sim_now_ps() + vtd->timing.link_ps);
}

void vtd_prq_respond(struct vtd *vtd, const u64 *desc)
{
	struct vtd_port *port = vtd_find_endpoint(vtd, FIELD_GET(INVDESC_PGRP_0_RID, desc[0]));
	bool has_pasid = desc[0] & INVDESC_PGRP_0_PP;
	const struct port_page_response response = {
		.prg_index = FIELD_GET(INVDESC_PGRP_1_PRGI, desc[1]),
		.pasid = has_pasid ? FIELD_GET(INVDESC_0_PASID, desc[0]) : 0,
		.has_pasid = has_pasid,
		.code = FIELD_GET(INVDESC_PGRP_0_RC, desc[0]),
		/* Reserved since revision 4, and so 0. */
		.has_private_data = desc[0] & INVDESC_PGRP_0_PDP,
		.private_data = {desc[2], desc[3]},
	};

	if (!port)
		return;
	switch (response.code) {
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
	respond(vtd, &port->port, &response);
}

/* 7.7: all that have been received are in the queue, or answered. */
bool vtd_prq_is_drained(const struct vtd *vtd)
{
	const struct vtd_prq *prq = &vtd->prq;

	return !prq->arrived.count && !prq->request && !prq->valid.count &&
	       !prq->writing.list.count;
}

void vtd_prq_init(struct vtd *vtd)
{
	line_init(&vtd->prq.travelling, travel_ended);
	line_init(&vtd->prq.writing, write_ended);
	line_init(&vtd->prq.answering, answer_ended);
}

void vtd_prq_finish(struct vtd *vtd)
{
	line_finish(&vtd->prq.travelling);
	txn_pool_finish(&vtd->prq.pool);
	line_finish(&vtd->prq.writing);
	line_finish(&vtd->prq.answering);
}
