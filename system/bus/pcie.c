// SPDX-License-Identifier: GPL-2.0-only
/*
 * Masters, and what one does as a PCIe endpoint: translation requests and page requests. It
 * is one from the first of them on, until a reset. It keeps no translations: an
 * invalidation is complete as soon as it comes.
 */
#include <errno.h>

#include "sim/arena.h"
#include "sim/sim.h"
#include "system/bus/internal.h"

/* --- masters --- */

int sys_bus_find_master(struct sys_bus *bus, u32 stream_id, struct sys_bus_master **result)
{
	struct sys_bus_master *master;

	for (u32 i = 0; i < bus->nr_masters; i++) {
		*result = &bus->masters[i];
		if ((*result)->stream_id == stream_id)
			return 0;
	}
	if (bus->nr_masters == SYS_BUS_MAX_STREAMS)
		return -ENOSPC;
	master = &bus->masters[bus->nr_masters];
	*master = (struct sys_bus_master){.bus = bus, .stream_id = stream_id};
	master->port = bus->model->port_create(bus->iommu, stream_id);
	if (!master->port)
		return -ENOMEM;
	bus->nr_masters++;
	*result = master;
	return 0;
}

/* --- messages to an endpoint --- */

static void on_invalidate(struct port_endpoint *endpoint, struct port_invalidation *invalidation)
{
	struct sys_bus_master *master = (struct sys_bus_master *)endpoint;
	const u64 words[SYS_BUS_LOG_WORDS] = {
		master->stream_id,
		invalidation->is_global	  ? SYS_BUS_ANY_PASID
		: invalidation->has_pasid ? invalidation->pasid
					  : SYS_BUS_NO_PASID,
		invalidation->iova,
		invalidation->lg2,
	};

	sys_bus_log_add(master->bus, SYS_BUS_INVALIDATIONS, words);
	invalidation->completed(invalidation);
}

static void on_response(struct port_endpoint *endpoint, const struct port_page_response *response)
{
	struct sys_bus_master *master = (struct sys_bus_master *)endpoint;
	const u64 words[SYS_BUS_LOG_WORDS] = {
		master->stream_id,
		response->has_pasid ? response->pasid : SYS_BUS_NO_PASID,
		response->prg_index,
		response->code,
	};

	sys_bus_log_add(master->bus, SYS_BUS_RESPONSES, words);
}

void sys_bus_become_endpoint(struct sys_bus_master *master)
{
	static const struct port_endpoint_ops ops = {
		.invalidate = on_invalidate,
		.page_response = on_response,
	};

	master->endpoint.ops = &ops;
	master->port->endpoint = &master->endpoint;
}

/* --- requests of one --- */

static void on_translated(struct port_access *access)
{
	/* Its status says so. */
}

static void give_result(struct sys_bus_translation *result, const struct port_translation *from)
{
	static const char *const refusals[] = {
		[PORT_COMPLETION_SUCCESS] = NULL,
		[PORT_COMPLETION_UNSUPPORTED] = "unsupported",
		[PORT_COMPLETION_ABORTED] = "aborted",
	};

	result->refusal = refusals[from->completion];
	result->pa = from->access.pa;
	result->lg2 = from->lg2;
	result->is_readable = from->is_readable;
	result->is_writable = from->is_writable;
	result->is_executable = from->is_executable;
	result->is_untranslated_only = from->is_untranslated_only;
}

int sys_bus_translate(struct sys_bus *bus, struct sys_bus_translation *translation)
{
	struct port_translation request = {
		.access =
			{
				.iova = translation->iova,
				.len_bytes = 8,
				.pasid = translation->pasid,
				.has_pasid = translation->has_pasid,
				.is_write = translation->wants_write,
				.is_instruction = translation->wants_exec,
				.is_privileged = translation->is_privileged,
				.complete = on_translated,
			},
	};
	struct sys_bus_master *master;
	int err = sys_bus_find_master(bus, translation->stream_id, &master);

	if (err)
		return err;
	if (!master->port->ops->translation_request)
		return -EOPNOTSUPP;
	sys_bus_become_endpoint(master);
	request.access.status = master->port->ops->translation_request(master->port, &request);
	sys_bus_settle();
	/* Without a clock a request that never stalls is answered at once. */
	sim_assert(request.access.status != PORT_PENDING);
	give_result(translation, &request);
	return 0;
}

static void on_taken(struct port_page_request *request)
{
	sim_free(request);
}

int sys_bus_page_request(struct sys_bus *bus, const struct sys_bus_page_request *request)
{
	struct port_page_request *message;
	struct sys_bus_master *master;
	int err = sys_bus_find_master(bus, request->stream_id, &master);

	if (err)
		return err;
	if (!master->port->ops->page_request)
		return -EOPNOTSUPP;
	sys_bus_become_endpoint(master);
	message = sim_alloc(sizeof(*message));
	if (!message)
		return -ENOMEM;
	*message = (struct port_page_request){
		.iova = request->iova & ~0xfffULL,
		.pasid = request->pasid,
		.prg_index = request->prg_index,
		.has_pasid = request->has_pasid,
		.is_last = request->is_last,
		.is_read = request->is_read,
		.is_write = request->is_write,
		.is_exec = request->is_exec,
		.is_privileged = request->is_privileged,
		.taken = on_taken,
	};
	master->port->ops->page_request(master->port, message);
	sys_bus_settle();
	return 0;
}
