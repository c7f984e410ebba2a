// SPDX-License-Identifier: GPL-2.0-only
/*
 * DMA of the masters behind the IOMMU. A DMA is cut into pieces at 4 KiB of
 * IOVA; each piece asks its port for a translation, and moves its bytes at the
 * moment that it is translated.
 *
 * An abort ends a piece, unless the profile says that masters are as QEMU's:
 * there a bus without an answer is tried beat by beat, so that a DMA of 16 bytes
 * to a page that is not mapped faults four times.
 */
#include <errno.h>
#include <string.h>

#include "models/common/bits.h"
#include "sim/arena.h"
#include "sim/sim.h"
#include "system/bus/internal.h"

#define PIECE_BYTES 4096ULL

struct piece {
	struct port_access access; /* first */
	struct sys_bus_dma *dma;
	u32 offset;
};

struct sys_bus_dma {
	struct sys_bus *bus;
	u64 number;
	struct sys_bus_dma_request request;
	u8 *data;
	u32 nr_pieces;
	u32 nr_pending;
	bool is_aborted;
	struct piece pieces[];
};

/* --- moving bytes --- */

static void move(struct piece *piece)
{
	struct port_access *access = &piece->access;
	struct sys_bus_dma *dma = piece->dma;
	u8 *data = dma->data + piece->offset;
	int err = 0;

	if (access->is_raz_wi) {
		if (!access->is_write)
			memset(data, 0, access->len_bytes);
		return;
	}
	if (access->is_write)
		err = mem_write(dma->bus->mem, access->pa, data, access->len_bytes);
	else
		err = mem_read(dma->bus->mem, access->pa, data, access->len_bytes);
	/* No memory there: the access ends in an external abort. */
	if (err)
		dma->is_aborted = true;
}

static void end(struct piece *piece, enum port_status status)
{
	if (status == PORT_DONE)
		move(piece);
	else
		piece->dma->is_aborted = true;
}

static void complete(struct port_access *access)
{
	struct piece *piece = (struct piece *)access;

	piece->dma->nr_pending--;
	end(piece, access->status);
}

/* --- starting --- */

static u32 count_pieces(const struct sys_bus_dma_request *request)
{
	u64 first = request->iova / PIECE_BYTES;
	u64 last = (request->iova + (request->bytes - 1)) / PIECE_BYTES;

	return (u32)(last - first + 1);
}

static void cut(struct sys_bus_dma *dma)
{
	const struct sys_bus_dma_request *request = &dma->request;
	u32 offset = 0;

	for (u32 i = 0; i < dma->nr_pieces; i++) {
		struct piece *piece = &dma->pieces[i];
		iova_t iova = request->iova + offset;
		u64 room = PIECE_BYTES - iova % PIECE_BYTES;
		u32 left = request->bytes - offset;

		piece->dma = dma;
		piece->offset = offset;
		piece->access = (struct port_access){
			.iova = iova,
			.len_bytes = left < room ? left : (u32)room,
			.pasid = request->pasid,
			.has_pasid = request->has_pasid,
			.is_write = request->is_write,
			.complete = complete,
		};
		offset += piece->access.len_bytes;
	}
}

static struct sys_bus_dma *make(struct sys_bus *bus, const struct sys_bus_dma_request *request)
{
	u32 nr_pieces = count_pieces(request);
	struct sys_bus_dma *dma = sim_alloc(sizeof(*dma) + nr_pieces * sizeof(dma->pieces[0]));

	if (!dma)
		return NULL;
	dma->data = sim_alloc(request->bytes);
	if (!dma->data) {
		sim_free(dma);
		return NULL;
	}
	dma->bus = bus;
	dma->request = *request;
	dma->nr_pieces = nr_pieces;
	dma->number = bus->next_number++;
	bus->dmas[bus->nr_dmas++] = dma;
	cut(dma);
	return dma;
}

/*
 * Go on behind the beat of a piece that was aborted: up to 4 bytes, naturally
 * aligned. Return: is anything left of the piece?
 */
static bool skip_beat(struct piece *piece)
{
	struct port_access *access = &piece->access;
	u32 beat = 4;

	while (beat > 1 && (access->iova % beat || beat > access->len_bytes))
		beat /= 2;
	access->iova += beat;
	access->len_bytes -= beat;
	piece->offset += beat;
	return access->len_bytes;
}

static enum port_status translate_piece(struct piece *piece, struct port *port)
{
	if (!piece->dma->request.is_translated)
		return port->ops->translate(port, &piece->access);
	/* Without ATS nobody takes a translated access. */
	return port->ops->translated ? port->ops->translated(port, &piece->access) : PORT_ABORTED;
}

static void issue_piece(struct piece *piece, struct port *port)
{
	struct sys_bus_dma *dma = piece->dma;
	enum port_status status;

	do {
		dma->nr_pending++;
		status = translate_piece(piece, port);
		if (status == PORT_PENDING)
			return;
		dma->nr_pending--;
		end(piece, status);
	} while (status == PORT_ABORTED && dma->bus->goes_on_by_beats && skip_beat(piece));
}

static void issue(struct sys_bus_dma *dma, struct port *port)
{
	for (u32 i = 0; i < dma->nr_pieces; i++)
		issue_piece(&dma->pieces[i], port);
	sys_bus_settle();
}

int sys_bus_dma_start(struct sys_bus *bus, const struct sys_bus_dma_request *request,
		      const void *data, struct sys_bus_dma **result)
{
	struct sys_bus_master *master;
	struct sys_bus_dma *dma;
	int err;

	sim_assert(request->stream_id <= bus->model->max_stream);
	sim_assert(request->bytes && request->bytes <= SYS_BUS_MAX_DMA_BYTES);
	sim_assert(request->iova <= ~0ULL - (request->bytes - 1));
	if (bus->nr_dmas == SYS_BUS_MAX_DMAS)
		return -EBUSY;
	err = sys_bus_find_master(bus, request->stream_id, &master);
	if (err)
		return err;
	dma = make(bus, request);
	if (!dma)
		return -ENOMEM;
	if (request->is_translated && master->port->ops->translated)
		sys_bus_become_endpoint(master);
	if (request->is_write)
		memcpy(dma->data, data, request->bytes);
	if (request->is_write && request->bytes == 4 && request->iova % 4 == 0) {
		dma->pieces[0].access.has_data = true;
		dma->pieces[0].access.data = le32_load(dma->data);
	}
	issue(dma, master->port);
	*result = dma;
	return 0;
}

/* --- what became of it --- */

enum sys_bus_dma_status sys_bus_dma_status(const struct sys_bus_dma *dma)
{
	if (dma->nr_pending)
		return SYS_BUS_DMA_STALLED;
	return dma->is_aborted ? SYS_BUS_DMA_ABORTED : SYS_BUS_DMA_DONE;
}

u64 sys_bus_dma_number(const struct sys_bus_dma *dma)
{
	return dma->number;
}

struct sys_bus_dma *sys_bus_dma_find(struct sys_bus *bus, u64 number)
{
	for (u32 i = 0; i < bus->nr_dmas; i++) {
		if (bus->dmas[i]->number == number)
			return bus->dmas[i];
	}
	return NULL;
}

const struct sys_bus_dma_request *sys_bus_dma_request(const struct sys_bus_dma *dma)
{
	return &dma->request;
}

const u8 *sys_bus_dma_data(const struct sys_bus_dma *dma)
{
	return dma->data;
}

static void dma_free(struct sys_bus_dma *dma)
{
	sim_free(dma->data);
	sim_free(dma);
}

void sys_bus_dma_collect(struct sys_bus_dma *dma)
{
	struct sys_bus *bus = dma->bus;
	u32 i = 0;

	sim_assert(!dma->nr_pending);
	while (bus->dmas[i] != dma)
		i++;
	bus->dmas[i] = bus->dmas[--bus->nr_dmas];
	dma_free(dma);
}

void sys_bus_dma_forget_all(struct sys_bus *bus)
{
	for (u32 i = 0; i < bus->nr_dmas; i++)
		dma_free(bus->dmas[i]);
	bus->nr_dmas = 0;
}
