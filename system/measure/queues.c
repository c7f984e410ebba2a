// SPDX-License-Identifier: GPL-2.0-only
/* See queues.h. */
#include "system/measure/queues.h"

#include <errno.h>
#include <stdio.h>

#include "models/device/pcie.h"
#include "sim/arena.h"
#include "system/iommu/iommu.h"
#include "system/measure/depths.h"

/* Of queues in memory: 4 * unit + 0 to 3. */
#define NR_TRACE_NUMBERS (4 * SYS_MAX_IOMMUS)

/* Places of units have the numbers of models/common/stats.h, endpoints those from here on. */
#define FIRST_ENDPOINT IOMMU_PLACES_NUMBER(SYS_MAX_IOMMUS, 0)

struct endpoint {
	struct dev_pcie *pcie;
	u32 iommu;
	u32 outstanding; /* page requests */
	u64 at_start;	 /* that it had sent */
};

struct unit {
	struct sys_iommu *iommu; /* NULL: nobody watches it */
	struct sys_iommu_stats at_start;
	struct sys_depths *requests; /* of endpoints behind it; NULL: there are none */
	u32 outstanding, credits;    /* of all of them */
};

struct sys_queues {
	struct sys_depths *depths[NR_TRACE_NUMBERS];
	struct sys_depths *places[FIRST_ENDPOINT];
	u32 nr_units, nr_endpoints;
	struct unit *units;
	struct endpoint *endpoints;
};

struct sys_queues *sys_queues_create(const struct sys_config *config)
{
	struct sys_queues *queues = sim_alloc(sizeof(*queues));

	if (!queues)
		return NULL;
	queues->nr_units = config->machine.nr_iommus;
	queues->units = sim_alloc(queues->nr_units * sizeof(*queues->units));
	queues->endpoints = sim_alloc(config->machine.nr_devices * sizeof(*queues->endpoints));
	return queues->units && queues->endpoints ? queues : NULL;
}

static struct sys_depths **depths_of(struct sys_queues *queues, const struct sys_queue_stats *queue)
{
	return queue->places ? &queues->places[queue->trace_number]
			     : &queues->depths[queue->trace_number];
}

int sys_queues_watch(struct sys_queues *queues, struct sys_iommu *iommu)
{
	struct unit *unit = &queues->units[iommu->number];

	unit->iommu = iommu;
	iommu->driver->stats(iommu, &unit->at_start);
	for (u32 i = 0; i < unit->at_start.nr_queues; i++) {
		struct sys_depths **depths = depths_of(queues, &unit->at_start.queues[i]);

		*depths = sim_alloc(sizeof(**depths));
		if (!*depths)
			return -ENOMEM;
	}
	unit->requests = sim_alloc(sizeof(*unit->requests));
	return unit->requests ? 0 : -ENOMEM;
}

void sys_queues_watch_endpoint(struct sys_queues *queues, u32 number, struct dev_pcie *pcie)
{
	u32 index = queues->nr_endpoints++;

	queues->endpoints[index] = (struct endpoint){.pcie = pcie, .iommu = number};
	dev_pcie_show_requests(pcie, FIRST_ENDPOINT + index);
}

static void start_unit(struct sys_queues *queues, struct unit *unit)
{
	unit->iommu->driver->stats(unit->iommu, &unit->at_start);
	for (u32 i = 0; i < unit->at_start.nr_queues; i++) {
		const struct sys_queue_stats *queue = &unit->at_start.queues[i];

		sys_depths_start(*depths_of(queues, queue), queue->capacity);
	}
	unit->credits = 0;
}

void sys_queues_start(struct sys_queues *queues)
{
	for (u32 i = 0; i < queues->nr_units; i++)
		start_unit(queues, &queues->units[i]);
	for (u32 i = 0; i < queues->nr_endpoints; i++) {
		struct endpoint *endpoint = &queues->endpoints[i];

		endpoint->at_start = dev_pcie_stats(endpoint->pcie)->requests;
		queues->units[endpoint->iommu].credits += dev_pcie_credits(endpoint->pcie);
	}
	for (u32 i = 0; i < queues->nr_units; i++)
		sys_depths_start(queues->units[i].requests, queues->units[i].credits);
}

static void note_endpoint(struct sys_queues *queues, struct endpoint *endpoint, u32 outstanding)
{
	struct unit *unit = &queues->units[endpoint->iommu];

	unit->outstanding += outstanding - endpoint->outstanding;
	endpoint->outstanding = outstanding;
	sys_depths_note(unit->requests, unit->outstanding);
}

static void note_places(struct sys_queues *queues, u64 number, u32 taken)
{
	if (number >= FIRST_ENDPOINT)
		note_endpoint(queues, &queues->endpoints[number - FIRST_ENDPOINT], taken);
	else if (queues->places[number])
		sys_depths_note(queues->places[number], taken);
}

void sys_queues_note(struct sys_queues *queues, const struct sim_trace_record *record)
{
	if (record->id == SIM_TRACE_PLACES)
		note_places(queues, record->a, record->b);
	else if (record->a < NR_TRACE_NUMBERS && queues->depths[record->a])
		sys_depths_note(queues->depths[record->a], record->b);
}

/* --- results --- */

static u32 highest(const struct sys_depth_series *series)
{
	u32 max_depth = 0;

	for (u32 i = 0; i < series->nr_bins; i++) {
		if (series->max_depth[i] > max_depth)
			max_depth = series->max_depth[i];
	}
	return max_depth;
}

static void finish(struct sys_depths *depths, const struct unit *unit, const char *name,
		   struct sys_queue_result *queue)
{
	sys_depths_end(depths);
	queue->depth = depths->series;
	queue->times = depths->times;
	queue->counts.max_depth = highest(&depths->series);
	snprintf(queue->name, sizeof(queue->name), "%s%u.%s", unit->iommu->driver->unit,
		 unit->iommu->number, name);
}

/* What happened since the start; bring-up used the queues too. */
static void queue_result(struct sys_queues *queues, const struct unit *unit,
			 const struct sys_queue_stats *end, struct sys_queue_result *queue)
{
	const struct sys_queue_stats *start = unit->at_start.queues;

	*queue = (struct sys_queue_result){
		.kind = end->kind,
		.places = end->places,
		.trace_number = end->places ? SYS_NO_TRACE_NUMBER : end->trace_number,
		.counts = end->counts,
	};
	while (start->trace_number != end->trace_number || start->places != end->places)
		start++;
	sim_stat_since(&iommu_queue_stat_table, &queue->counts, &start->counts);
	finish(*depths_of(queues, end), unit, end->name, queue);
}

/* Of endpoints behind an IOMMU together. */
static void requests_result(const struct sys_queues *queues, const struct unit *unit,
			    struct sys_queue_result *queue)
{
	u64 nr_sent = 0;

	for (u32 i = 0; i < queues->nr_endpoints; i++) {
		const struct endpoint *endpoint = &queues->endpoints[i];

		if (endpoint->iommu == unit->iommu->number)
			nr_sent += dev_pcie_stats(endpoint->pcie)->requests - endpoint->at_start;
	}
	*queue = (struct sys_queue_result){
		.kind = "credits of endpoints, page requests",
		.places = SYS_PLACES_REQUESTS,
		.trace_number = SYS_NO_TRACE_NUMBER,
		.counts = {.entries = unit->credits,
			   .pushed = nr_sent,
			   .popped = nr_sent - unit->outstanding},
	};
	finish(unit->requests, unit, "requests", queue);
}

static u32 unit_results(struct sys_queues *queues, struct unit *unit,
			struct sys_queue_result *results)
{
	struct sys_iommu_stats stats;
	u32 nr = 0;

	unit->iommu->driver->stats(unit->iommu, &stats);
	while (nr < stats.nr_queues) {
		queue_result(queues, unit, &stats.queues[nr], &results[nr]);
		nr++;
	}
	if (unit->credits)
		requests_result(queues, unit, &results[nr++]);
	return nr;
}

void sys_queues_result(struct sys_queues *queues, struct sys_result *result)
{
	u32 max_queues = queues->nr_units * (SYS_IOMMU_MAX_QUEUES + 1), nr = 0;
	struct sys_queue_result *results = sim_alloc(max_queues * sizeof(*results));

	if (!results)
		return;
	for (u32 i = 0; i < queues->nr_units; i++)
		nr += unit_results(queues, &queues->units[i], &results[nr]);
	result->queues = results;
	result->nr_queues = nr;
}
