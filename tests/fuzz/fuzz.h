/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What fuzz targets of IOMMU models share: taking values from the input, claims, parameters, and
 * hostile masters, whose accesses, ATS requests and page requests are each answered once.
 * The target defines pick_word().
 */
#ifndef TESTS_FUZZ_FUZZ_H
#define TESTS_FUZZ_FUZZ_H

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/common/port.h"
#include "models/mem/mem.h"
#include "sim/arena.h"
#include "sim/event.h"
#include "sim/param.h"
#include "sim/sim.h"

#define ARENA_BYTES (24ULL << 20)
#define NR_ACCESSES 24
#define NR_PORTS 6
#define NR_STREAMS 4
#define NR_ENDPOINTS 3 /* the first ports are of PCIe */
#define NR_REQUESTS 12
#define NR_PENDING 8

struct fuzz_access {
	struct port_access access; /* first */
	bool is_out;
};

struct fuzz_translation {
	struct port_translation translation; /* first */
	bool is_out;
};

struct fuzz_request {
	struct port_page_request request; /* first */
	bool is_out;
};

struct fuzz {
	const uint8_t *bytes;
	size_t nr_bytes;
	struct mem *mem;
	struct port *port[NR_PORTS];
	struct fuzz_access access[NR_ACCESSES];
	struct fuzz_translation translation[NR_REQUESTS];
	struct fuzz_request request[NR_REQUESTS];
	struct port_invalidation *pending[NR_PENDING]; /* not completed yet */
	u32 nr_pending;
	bool is_prompt; /* endpoints complete invalidations at once */
	u32 nr_out, nr_requests_out;
};

static struct fuzz fuzz;

/* A claim that must hold whatever the input; libFuzzer keeps the input that breaks it. */
static void must(bool is_true, const char *claim)
{
	if (is_true)
		return;
	fprintf(stderr, "fuzz: does not hold: %s\n", claim);
	abort();
}

/* --- the input --- */

static u64 take(u32 nr)
{
	u64 value = 0;

	for (u32 i = 0; i < nr && fuzz.nr_bytes; i++, fuzz.nr_bytes--)
		value |= (u64)*fuzz.bytes++ << (8 * i);
	return value;
}

static u64 pick(u64 n)
{
	return take(1) % n;
}

static u64 pick_word(void);

/* --- hardware --- */

/* A byte for each row: the default, or something small within its range. */
static void vary_params(void *params, const struct sim_param *table, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		u64 *value = (u64 *)((char *)params + table[i].offset);
		u64 byte = take(1), most = min_u64(table[i].max, table[i].min + 64);

		if (byte & 0x80)
			*value = table[i].min + byte % (most - table[i].min + 1);
	}
}

static void doorbell(void *opaque, u64 offset, u32 data)
{
}

static void invalidate(struct port_endpoint *endpoint, struct port_invalidation *invalidation)
{
	if (fuzz.is_prompt || fuzz.nr_pending == NR_PENDING)
		invalidation->completed(invalidation);
	else
		fuzz.pending[fuzz.nr_pending++] = invalidation;
}

static void page_response(struct port_endpoint *endpoint, const struct port_page_response *response)
{
	must(response->code == PORT_PAGE_SUCCESS || response->code == PORT_PAGE_INVALID ||
		     response->code == PORT_PAGE_FAILURE,
	     "a response has a code");
}

static const struct port_endpoint_ops endpoint_ops = {invalidate, page_response};
static struct port_endpoint endpoint = {&endpoint_ops};

/* Memory may be outside RAM: -EFAULT is as good. */
static void put(pa_t pa, u64 word)
{
	must(mem_write64(fuzz.mem, pa, word) != -ENOMEM, "the arena is large enough");
}

/* --- masters --- */

static void completed(struct port_access *access)
{
	struct fuzz_access *mine = (struct fuzz_access *)access;

	must(mine->is_out, "an access is answered once");
	must(access->status == PORT_DONE || access->status == PORT_ABORTED, "an answer is one");
	mine->is_out = false;
	fuzz.nr_out--;
}

static void fill_access(struct port_access *access)
{
	u64 how = take(1), pasid = take(1);

	memset(access, 0, sizeof(*access));
	access->iova = how & 0xc0 ? 0x1000 * pick(10) : pick_word();
	access->len_bytes = 64;
	access->is_write = how & 1;
	access->is_privileged = how & 2;
	access->is_instruction = how & 4;
	access->has_pasid = pasid & 1;
	access->pasid = pasid & 1 ? pasid >> 1 : 0;
	access->complete = completed;
}

static void access_memory(void)
{
	struct fuzz_access *mine = &fuzz.access[pick(NR_ACCESSES)];
	struct port *port = fuzz.port[pick(NR_PORTS)];

	if (mine->is_out)
		return;
	fill_access(&mine->access);
	mine->is_out = true;
	fuzz.nr_out++;
	if (port->ops->translate(port, &mine->access) == PORT_PENDING)
		return;
	mine->is_out = false;
	fuzz.nr_out--;
}

static void translated(struct port_access *access)
{
	struct fuzz_translation *mine = (struct fuzz_translation *)access;

	must(mine->is_out, "a translation request is completed once");
	must(access->status == PORT_DONE,
	     "a translation request is completed, whatever comes of it");
	mine->is_out = false;
	fuzz.nr_out--;
}

/* PCIe: a translation request, or with @is_translated an access that claims to be translated. */
static void ask_ats(bool is_translated)
{
	struct fuzz_translation *mine = &fuzz.translation[pick(NR_REQUESTS)];
	struct fuzz_access *other = &fuzz.access[pick(NR_ACCESSES)];
	struct port *port = fuzz.port[pick(NR_ENDPOINTS)];

	if (!port->ops->translation_request)
		return;
	if (is_translated) {
		if (other->is_out)
			return;
		fill_access(&other->access);
		other->is_out = true;
		fuzz.nr_out++;
		if (port->ops->translated(port, &other->access) == PORT_PENDING)
			return;
		other->is_out = false;
		fuzz.nr_out--;
		return;
	}
	if (mine->is_out)
		return;
	fill_access(&mine->translation.access);
	mine->translation.access.complete = translated;
	mine->is_out = true;
	fuzz.nr_out++;
	if (port->ops->translation_request(port, &mine->translation) == PORT_PENDING)
		return;
	mine->is_out = false;
	fuzz.nr_out--;
}

static void taken(struct port_page_request *request)
{
	struct fuzz_request *mine = (struct fuzz_request *)request;

	must(mine->is_out, "a page request is given back once");
	mine->is_out = false;
	fuzz.nr_requests_out--;
}

static void ask_page(void)
{
	struct fuzz_request *mine = &fuzz.request[pick(NR_REQUESTS)];
	struct port *port = fuzz.port[pick(NR_ENDPOINTS)];
	u64 how = take(1);

	if (mine->is_out || !port->ops->page_request)
		return;
	memset(mine, 0, sizeof(*mine));
	mine->request.iova = 0x1000 * pick(10);
	mine->request.pasid = pick(4);
	mine->request.prg_index = pick(8);
	mine->request.is_last = how & 1;
	mine->request.has_pasid = how & 2;
	mine->request.is_read = how & 4;
	mine->request.is_write = how & 8;
	mine->request.is_exec = how & 16;
	mine->request.is_privileged = how & 32;
	mine->request.taken = taken;
	mine->is_out = true;
	fuzz.nr_requests_out++;
	port->ops->page_request(port, &mine->request);
}

static void complete_invalidation(void)
{
	struct port_invalidation *invalidation;

	if (!fuzz.nr_pending)
		return;
	invalidation = fuzz.pending[--fuzz.nr_pending];
	invalidation->completed(invalidation);
}

#endif
