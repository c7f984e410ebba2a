// SPDX-License-Identifier: GPL-2.0-only
/*
 * An SMMU as a whole: made from its parts, and the functional model alone. What
 * the specification says is in the files of the parts; see internal.h for how
 * they fit together.
 */
#include <stdio.h>

#include "models/smmuv3/internal.h"
#include "sim/arena.h"
#include "sim/sim.h"
#include "sim/time.h"

static void timing_init(struct smmu *smmu)
{
	const struct smmu_params *p = &smmu->core.params;
	struct smmu_timing *t = &smmu->timing;

	t->utlb_ps = sim_cycles_to_ps(p->utlb_cycles, p->clock_hz);
	t->tlb_ps = sim_cycles_to_ps(p->tlb_cycles, p->clock_hz);
	t->link_ps = sim_cycles_to_ps(p->link_cycles, p->clock_hz);
	t->config_ps = sim_cycles_to_ps(p->config_cycles, p->clock_hz);
	t->walk_cache_ps = sim_cycles_to_ps(p->walk_cache_cycles, p->clock_hz);
	t->step_ps = sim_cycles_to_ps(p->step_cycles, p->clock_hz);
	t->cmd_ps = sim_cycles_to_ps(p->cmd_cycles, p->clock_hz);
	t->inval_ps = sim_cycles_to_ps(p->inval_cycles, p->clock_hz);
	t->event_ps = sim_cycles_to_ps(p->event_cycles, p->clock_hz);
	t->msi_ps = sim_cycles_to_ps(p->msi_cycles, p->clock_hz);
}

struct smmu *smmu_create(const struct smmu_params *params, struct mem *mem, u32 number)
{
	struct smmu *smmu = sim_alloc(sizeof(*smmu));

	if (!smmu)
		return NULL;
	smmu->core.params = *params;
	smmu_features_settle(&smmu->core.params);
	smmu->core.mem = mem;
	smmu->core.number = number;
	smmu->core.oas_mask = lg2_mask(params->oas_bits);
	timing_init(smmu);
	smmu_unit_init(smmu);
	smmu_registers_reset(smmu);
	smmu_evtq_init(smmu);
	smmu_atc_init(smmu);
	smmu_msi_init(smmu);
	smmu->anyone = sim_alloc(sizeof(*smmu->anyone));
	if (tlb_array_init(&smmu->no_tlbs.utlb, 0, 0, sizeof(struct smmu_utlb_entry)) ||
	    tlb_array_init(&smmu->no_tlbs.tlb, 0, 0, sizeof(struct smmu_tlb_entry)) ||
	    smmu_priq_init(smmu) || smmu_cmdq_init(smmu) || smmu_prefetch_init(smmu) ||
	    !smmu->anyone || smmu_stall_init(smmu) || smmu_walk_cache_init(&smmu->core) ||
	    smmu_config_cache_init(&smmu->core) || smmu_port_init(smmu, smmu->anyone, 0)) {
		smmu_destroy(smmu);
		return NULL;
	}
	return smmu;
}

static void ports_destroy(struct smmu *smmu)
{
	while (smmu->ports) {
		struct smmu_port *port = smmu->ports;

		smmu->ports = port->next_port;
		smmu_port_finish(port);
		if (port != smmu->anyone)
			sim_free(port);
	}
	sim_free(smmu->anyone);
}

void smmu_destroy(struct smmu *smmu)
{
	if (!smmu)
		return;
	smmu_cmdq_finish(smmu);
	line_finish(&smmu->evtq.writing);
	smmu_priq_finish(smmu);
	smmu_atc_finish(smmu);
	smmu_prefetch_finish(smmu);
	for (u32 i = 0; i < SMMU_NR_IRQS; i++)
		sim_event_cancel(&smmu->msi[i].event);
	ports_destroy(smmu);
	smmu_tlb_finish(&smmu->no_tlbs);
	smmu_stall_finish(smmu);
	smmu_walk_cache_finish(&smmu->core);
	tlb_array_finish(&smmu->core.config_cache);
	sim_free(smmu);
}

void smmu_set_coherence(struct smmu *smmu, const struct smmu_coherence *coherence)
{
	smmu->coherence = coherence;
}

void smmu_set_observer(struct smmu *smmu, const struct iommu_observer *observer, void *opaque)
{
	smmu->observer = observer;
	smmu->observer_opaque = opaque;
}

void smmu_set_wire(struct smmu *smmu, void (*fn)(void *opaque, enum smmu_irq irq), void *opaque)
{
	smmu->wire = fn;
	smmu->wire_opaque = opaque;
}

void smmu_set_clockless(struct smmu *smmu, bool is_clockless)
{
	smmu->is_clockless = is_clockless;
	smmu->unit.is_clockless = is_clockless;
}

const struct iommu_pri_stats *smmu_port_pri_stats(const struct port *port)
{
	return &((const struct smmu_port *)port)->pri;
}

void smmu_hits(const struct smmu *smmu, struct iommu_hits hits[SMMU_NR_HITS])
{
	const struct smmu_stats *stats = &smmu->core.stats;

	hits[0] = (struct iommu_hits){stats->tlb_hits - stats->main_hits - smmu->late_hits[0],
				      smmu->timing.utlb_ps};
	hits[1] = (struct iommu_hits){stats->main_hits - smmu->late_hits[1],
				      smmu->timing.utlb_ps + smmu->timing.tlb_ps};
}

void smmu_stats(const struct smmu *smmu, struct smmu_stats *stats)
{
	*stats = smmu->core.stats;
	for (const struct smmu_port *port = smmu->ports; port; port = port->next_port)
		sim_stat_add(&iommu_pri_stat_table, &stats->pri, &port->pri);
	for (u32 i = 0; i < IOMMU_LEVELS; i++)
		stats->table_fetches[i] = stats->stage_fetches[i] +
					  stats->stage_fetches[IOMMU_LEVELS + i];
	stats->stall_table.entries = smmu->core.params.stall ? smmu->core.params.stall_max : 0;
	stats->stall_table.deferred = stats->backpressured;
	stats->stall_table.overflows = stats->refused;
	stats->walk_slots = smmu->unit.walks;
	stats->evtq.entries = 1ULL << smmu_queue_lg2(smmu, SMMU_REG_EVTQ_BASE);
	stats->priq.entries = 1ULL << smmu_queue_lg2(smmu, SMMU_REG_PRIQ_BASE);
	stats->cmdq.entries = 1ULL << smmu_queue_lg2(smmu, SMMU_REG_CMDQ_BASE);
	stats->ecmdq.entries = smmu->core.params.ecmdq ? 1ULL << smmu->core.params.cmdq_lg2 : 0;
}

/* --- the functional model alone --- */

static enum port_status explain_fault(const struct smmu_xlate *x, struct port_access *access,
				      struct smmu_outcome *outcome)
{
	const struct smmu_stage_config *stage = x->fault.is_translation_related
							? smmu_fault_config(x)
							: NULL;
	bool is_stall = stage && stage->is_stalling;
	bool is_recorded = !stage || is_stall || stage->is_recording;

	*outcome = (struct smmu_outcome){
		.event = is_recorded ? x->fault.id : 0,
		.is_stall = is_stall,
		.is_stage2 = x->fault.stage == SMMU_S2,
		.fault_class = x->fault.class,
		.ipa = x->fault.ipa,
		.is_tt_read = x->fault.is_tt_read,
		.fetch_address = x->fault.fetch_address,
	};
	access->pa = 0;
	access->is_raz_wi = stage && !is_stall && !stage->is_aborting;
	return access->is_raz_wi ? PORT_DONE : PORT_ABORTED;
}

enum port_status smmu_translate_explain(struct smmu *smmu, u32 stream_id,
					struct port_access *access, struct smmu_outcome *outcome)
{
	struct smmu_port *found = smmu_find_port(smmu, stream_id);
	struct smmu_port *port = found ? found : smmu->anyone;
	struct smmu_outcome ignored;
	struct smmu_xlate x;
	struct smmu_port_lookup lookup;

	if (!outcome)
		outcome = &ignored;
	access->status = smmu_port_lookup(port, stream_id, access, &lookup);
	*outcome = (struct smmu_outcome){0};
	if (access->status != PORT_PENDING)
		return access->status;
	smmu_xlate_begin(&x, &port->tlbs, stream_id, access);
	smmu_xlate_begin_after(&x, &lookup.learned);
	if (smmu_xlate_run(&smmu->core, &x) == SMMU_WANT_NOTHING) {
		access->pa = x.pa;
		access->status = PORT_DONE;
	} else {
		access->status = explain_fault(&x, access, outcome);
	}
	return access->status;
}

enum port_status smmu_translate(struct smmu *smmu, u32 stream_id, struct port_access *access)
{
	return smmu_translate_explain(smmu, stream_id, access, NULL);
}
