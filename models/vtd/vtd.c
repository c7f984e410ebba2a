// SPDX-License-Identifier: GPL-2.0-only
/*
 * A remapping unit as a whole: made from its parts, and the functional model
 * alone. What the specification says is in the files of the parts; see internal.h
 * for how they fit together.
 */
#include "models/vtd/internal.h"
#include "sim/arena.h"
#include "sim/sim.h"
#include "sim/time.h"

static void timing_init(struct vtd *vtd)
{
	const struct vtd_params *p = &vtd->core.params;
	struct vtd_timing *t = &vtd->timing;

	t->iotlb_ps = sim_cycles_to_ps(p->iotlb_cycles, p->clock_hz);
	t->link_ps = sim_cycles_to_ps(p->link_cycles, p->clock_hz);
	t->context_ps = sim_cycles_to_ps(p->context_cycles, p->clock_hz);
	t->walk_cache_ps = sim_cycles_to_ps(p->walk_cache_cycles, p->clock_hz);
	t->step_ps = sim_cycles_to_ps(p->step_cycles, p->clock_hz);
	t->desc_ps = sim_cycles_to_ps(p->desc_cycles, p->clock_hz);
	t->inval_ps = sim_cycles_to_ps(p->inval_cycles, p->clock_hz);
	t->gcmd_ps = sim_cycles_to_ps(p->gcmd_cycles, p->clock_hz);
	t->fault_ps = sim_cycles_to_ps(p->fault_cycles, p->clock_hz);
	t->record_ps = sim_cycles_to_ps(p->record_cycles, p->clock_hz);
	t->iec_ps = sim_cycles_to_ps(p->iec_cycles, p->clock_hz);
	t->msi_ps = sim_cycles_to_ps(p->msi_cycles, p->clock_hz);
}

static void params_init(struct vtd *vtd, const struct vtd_params *params)
{
	struct vtd_params *p = &vtd->core.params;

	*p = *params;
	vtd_features_settle(p);
	vtd->core.haw_mask = lg2_mask(p->haw_bits);
	vtd->fi_bits = p->aw57 ? 57 : p->aw48 ? 48 : 39;
}

static bool caches_init(struct vtd *vtd)
{
	vtd->frcd = sim_alloc(vtd->core.params.nr_fault_records * sizeof(vtd->frcd[0]));
	return vtd->frcd && !vtd_iotlb_init(&vtd->core) && !vtd_walk_cache_init(&vtd->core) &&
	       !vtd_config_cache_init(&vtd->core) && !vtd_ir_init(vtd) &&
	       !txn_pool_init(&vtd->prq.pool, &vtd->unit, 1, sizeof(struct vtd_txn));
}

struct vtd *vtd_create(const struct vtd_params *params, struct mem *mem, u32 number)
{
	struct vtd *vtd = sim_alloc(sizeof(*vtd));

	if (!vtd)
		return NULL;
	params_init(vtd, params);
	vtd->core.mem = mem;
	vtd->number = number;
	timing_init(vtd);
	vtd_registers_reset(vtd);
	vtd_command_init(vtd);
	vtd_event_init(vtd);
	vtd_iq_init(vtd);
	vtd_prq_init(vtd);
	vtd_devtlb_init(vtd);
	vtd_ir_line_init(vtd);
	vtd_unit_init(vtd);
	if (!caches_init(vtd)) {
		vtd_destroy(vtd);
		return NULL;
	}
	return vtd;
}

static void ports_destroy(struct vtd *vtd)
{
	while (vtd->ports) {
		struct vtd_port *port = vtd->ports;

		vtd->ports = port->next_port;
		vtd_port_finish(port);
		sim_free(port);
	}
}

void vtd_destroy(struct vtd *vtd)
{
	if (!vtd)
		return;
	vtd_command_finish(vtd);
	vtd_event_finish(vtd);
	vtd_iq_finish(vtd);
	vtd_prq_finish(vtd);
	vtd_devtlb_finish(vtd);
	vtd_ir_finish(vtd);
	ports_destroy(vtd);
	vtd_config_cache_finish(&vtd->core);
	vtd_walk_cache_finish(&vtd->core);
	tlb_array_finish(&vtd->core.iotlb);
	sim_free(vtd->frcd);
	sim_free(vtd);
}

void vtd_set_clockless(struct vtd *vtd, bool is_clockless)
{
	vtd->is_clockless = is_clockless;
	vtd->unit.is_clockless = is_clockless;
}

void vtd_set_observer(struct vtd *vtd, const struct iommu_observer *observer, void *opaque)
{
	vtd->observer = observer;
	vtd->observer_opaque = opaque;
}

void vtd_set_status_watch(struct vtd *vtd, void (*fn)(void *opaque), void *opaque)
{
	vtd->status_watch = fn;
	vtd->status_watch_opaque = opaque;
}

void vtd_hits(const struct vtd *vtd, struct iommu_hits *hits)
{
	*hits = (struct iommu_hits){vtd->core.stats.tlb_hits - vtd->late_hits,
				    vtd->timing.iotlb_ps};
}

void vtd_stats(const struct vtd *vtd, struct vtd_stats *stats)
{
	*stats = vtd->core.stats;
	stats->walk_slots = vtd->unit.walks;
	stats->iq.entries = vtd_iq_entries(vtd);
	stats->prq.entries = vtd_prq_entries(vtd);
	for (const struct vtd_port *port = vtd->ports; port; port = port->next_port)
		sim_stat_add(&iommu_pri_stat_table, &stats->pri, &port->pri);
	for (u32 i = 0; i < IOMMU_LEVELS; i++)
		stats->table_fetches[i] = stats->fs_fetches[IOMMU_LEVELS - 1 - i] +
					  stats->ss_fetches[IOMMU_LEVELS - 1 - i];
}

const struct iommu_pri_stats *vtd_port_pri_stats(const struct port *port)
{
	return &((const struct vtd_port *)port)->pri;
}

/* --- the functional model alone --- */

enum port_status vtd_translate_explain(struct vtd *vtd, u32 source_id, struct port_access *access,
				       struct vtd_outcome *outcome)
{
	struct vtd_outcome ignored;
	struct vtd_xlate x;

	if (!outcome)
		outcome = &ignored;
	*outcome = (struct vtd_outcome){0};
	access->status = vtd_lookup(vtd, source_id, access);
	if (access->status != PORT_PENDING)
		return access->status;
	vtd_xlate_begin(&vtd->core, &x, source_id, access);
	if (vtd_xlate_run(&vtd->core, &x) == VTD_WANT_NOTHING) {
		access->pa = x.pa;
		access->status = PORT_DONE;
		return access->status;
	}
	outcome->condition = x.fault;
	if (vtd_fault_is_reported(&x))
		outcome->reason = vtd_fault_table[x.fault].reason;
	access->pa = 0;
	access->status = PORT_ABORTED;
	return access->status;
}

enum port_status vtd_translate(struct vtd *vtd, u32 source_id, struct port_access *access)
{
	return vtd_translate_explain(vtd, source_id, access, NULL);
}
