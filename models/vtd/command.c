// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands by register: GCMD with its status in GSTS (VT-d 11.4.4), context-cache
 * and IOTLB invalidation (6.5.1, 11.4.6), protected memory regions (11.4.8).
 *
 * A command takes time until it is carried out. Its status bit shows it when translations
 * under way that it overtook have ended and what was translated before is at its port (6.5.4).
 * Software has to wait for one before it submits the next; if it does not, the earlier one is
 * carried out at once.
 *
 * Write buffer flushing has nothing to flush: WBFS goes up and down again.
 */
#include "models/vtd/internal.h"
#include "sim/point.h"

/* Of the event, or the drain, of the phase that is @offset into struct vtd_command. */
static struct vtd *vtd_of_event(struct sim_event *event, size_t offset)
{
	return (struct vtd *)((char *)event - offsetof(struct vtd_command_phase, event) - offset -
			      offsetof(struct vtd, command));
}

static struct vtd *vtd_of_drain(struct txn_drain *drain, size_t offset)
{
	return (struct vtd *)((char *)drain - offsetof(struct vtd_command_phase, drain) - offset -
			      offsetof(struct vtd, command));
}

static void schedule(struct vtd *vtd, struct sim_event *event, u64 delay_ps)
{
	if (vtd->is_clockless)
		event->fn(event);
	else
		sim_event_schedule(event, sim_now_ps() + delay_ps);
}

/* --- GCMD --- */

static void set_root_table(struct vtd *vtd)
{
	vtd->core.root = vtd->core.reg[VTD_REG_RTADDR];
	if (vtd->core.params.esrtps)
		vtd_invalidate_all(vtd);
}

static void set_interrupt_table(struct vtd *vtd)
{
	vtd->irta = vtd->core.reg[VTD_REG_IRTA];
	if (vtd->core.params.esirtps)
		vtd_ir_invalidate(vtd, 0, ~0U);
}

/* With ESIRTPS interrupt remapping forgets all when it goes off, too (11.4.4.1). */
static void set_interrupt_remapping(struct vtd *vtd, bool was_enabled, bool is_enabled)
{
	if (was_enabled && !is_enabled && vtd->core.params.esirtps)
		vtd_ir_invalidate(vtd, 0, ~0U);
}

static void set_translation(struct vtd *vtd, u64 gcmd)
{
	bool is_enabled = gcmd & GCMD_TE;

	/* Hardware of scalable mode forgets all when translation goes off. */
	if (vtd->core.is_enabled && !is_enabled && vtd->core.params.smts)
		vtd_invalidate_all(vtd);
	vtd->core.is_enabled = is_enabled;
	if (!is_enabled && !(gcmd & GCMD_IRE))
		vtd->next_frcd = 0;
}

/* Carried out: what the command overtook, and what has been translated, reaches its port first. */
static bool must_drain(struct vtd *vtd, struct vtd_command_phase *phase)
{
	bool is_overtaken = vtd->unit.nr_overtaken_active;

	if (!txn_drain_begin(&phase->drain))
		return false;
	vtd->core.stats.overtaken_waits += is_overtaken;
	return true;
}

static u64 implemented(const struct vtd_params *p)
{
	return GCMD_TE | GCMD_SRTP | (p->rwbf ? GCMD_WBF : 0) | (p->qi ? GCMD_QIE : 0) |
	       (p->ir ? GCMD_IRE | GCMD_SIRTP | GCMD_CFI : 0);
}

#define ONE_SHOTS (GCMD_SRTP | GCMD_WBF | GCMD_SIRTP)

static void gcmd_done(struct txn_drain *drain)
{
	struct vtd *vtd = vtd_of_drain(drain, offsetof(struct vtd_command, global));
	u64 *gsts = &vtd->core.reg[VTD_REG_GSTS];
	u64 gcmd = vtd->command.gcmd;
	bool was_remapping = *gsts & GSTS_IRES;

	*gsts = (gcmd & ~ONE_SHOTS) | ((*gsts | gcmd) & (GSTS_RTPS | GSTS_IRTPS));
	set_interrupt_remapping(vtd, was_remapping, gcmd & GCMD_IRE);
	if (!(gcmd & GCMD_QIE))
		vtd_iq_disable(vtd);
	vtd_iq_kick(vtd);
}

static void gcmd_event(struct sim_event *event)
{
	struct vtd *vtd = vtd_of_event(event, offsetof(struct vtd_command, global));
	struct vtd_command *command = &vtd->command;

	if (command->gcmd & GCMD_SRTP)
		set_root_table(vtd);
	if (command->gcmd & GCMD_SIRTP)
		set_interrupt_table(vtd);
	set_translation(vtd, command->gcmd);
	if (!must_drain(vtd, &command->global))
		gcmd_done(&command->global.drain);
}

void vtd_command_global(struct vtd *vtd, u64 written)
{
	struct vtd_command *command = &vtd->command;

	if (sim_event_cancel(&command->global.event))
		gcmd_event(&command->global.event);
	if (command->global.drain.is_waiting) {
		txn_drain_cancel(&command->global.drain);
		gcmd_done(&command->global.drain);
	}
	command->gcmd = written & implemented(&vtd->core.params);
	/* One-shot commands clear their status until they are done; WBF sets it. */
	vtd->core.reg[VTD_REG_GSTS] &= ~(command->gcmd & (GCMD_SRTP | GCMD_SIRTP));
	vtd->core.reg[VTD_REG_GSTS] |= command->gcmd & GCMD_WBF;
	schedule(vtd, &command->global.event, vtd->timing.gcmd_ps);
}

/* --- invalidation by register --- */

/* Only in legacy mode, and no more from major version 6 on (6.5.1, CAIG, IAIG). */
static bool is_register_based(const struct vtd *vtd)
{
	return vtd_ttm(&vtd->core) == RTADDR_TTM_LEGACY && vtd->core.params.ver_major < 6;
}

/* What is carried out of what the register asks for; 0: nothing is. */
static u64 context_granularity(const struct vtd *vtd)
{
	return is_register_based(vtd) ? FIELD_GET(CCMD_CIRG, vtd->core.reg[VTD_REG_CCMD]) : 0;
}

static void context_done(struct txn_drain *drain)
{
	struct vtd *vtd = vtd_of_drain(drain, offsetof(struct vtd_command, context));
	u64 *ccmd = &vtd->core.reg[VTD_REG_CCMD];

	*ccmd &= ~(CCMD_ICC | CCMD_CAIG);
	*ccmd |= FIELD_PREP(CCMD_CAIG, context_granularity(vtd));
}

static void context_event(struct sim_event *event)
{
	struct vtd *vtd = vtd_of_event(event, offsetof(struct vtd_command, context));
	u64 ccmd = vtd->core.reg[VTD_REG_CCMD];
	u64 granularity = context_granularity(vtd);
	struct vtd_cc_inval inval = {
		.by_did = granularity != INVAL_GLOBAL,
		.by_sid = granularity == INVAL_DEVICE,
		.did = vtd_inval_did(vtd, FIELD_GET(CCMD_DID, ccmd)),
		.sid = FIELD_GET(CCMD_SID, ccmd),
		.sid_mask = vtd_function_mask(FIELD_GET(CCMD_FM, ccmd)),
	};

	if (granularity) {
		vtd->core.stats.invalidations++;
		vtd_invalidate_context(vtd, &inval);
	}
	if (!granularity || !must_drain(vtd, &vtd->command.context))
		context_done(&vtd->command.context.drain);
}

void vtd_command_context(struct vtd *vtd)
{
	txn_drain_cancel(&vtd->command.context.drain);
	vtd->core.reg[VTD_REG_CCMD] |= CCMD_ICC;
	schedule(vtd, &vtd->command.context.event, vtd->timing.inval_ps);
}

/* The same; without PSI the whole domain is done. */
static u64 iotlb_granularity(const struct vtd *vtd)
{
	u64 granularity = FIELD_GET(IOTLB_IIRG, vtd->core.reg[VTD_REG_IOTLB]);

	if (!is_register_based(vtd))
		return 0;
	if (granularity != INVAL_PAGE)
		return granularity;
	if (!vtd->core.params.psi)
		return INVAL_DOMAIN;
	return FIELD_GET(IVA_AM, vtd->core.reg[VTD_REG_IVA]) > vtd->core.params.mamv ? 0
										     : INVAL_PAGE;
}

static void iotlb_done(struct txn_drain *drain)
{
	struct vtd *vtd = vtd_of_drain(drain, offsetof(struct vtd_command, iotlb));
	u64 *iotlb = &vtd->core.reg[VTD_REG_IOTLB];

	*iotlb &= ~(IOTLB_IVT | IOTLB_IAIG);
	*iotlb |= FIELD_PREP(IOTLB_IAIG, iotlb_granularity(vtd));
}

static void iotlb_event(struct sim_event *event)
{
	struct vtd *vtd = vtd_of_event(event, offsetof(struct vtd_command, iotlb));
	u64 iva = vtd->core.reg[VTD_REG_IVA];
	const struct vtd_inval_request request = {
		.granularity = iotlb_granularity(vtd),
		.did = vtd_inval_did(vtd, FIELD_GET(IOTLB_DID, vtd->core.reg[VTD_REG_IOTLB])),
		.address = vtd_inval_address(vtd, iva & IVA_ADDR),
		.am = FIELD_GET(IVA_AM, iva),
		.has_hint = iva & IVA_IH,
	};
	struct vtd_inval inval = vtd_inval_make(&request);

	if (request.granularity) {
		vtd->core.stats.invalidations++;
		vtd_invalidate(vtd, &inval);
	}
	if (!request.granularity || !must_drain(vtd, &vtd->command.iotlb))
		iotlb_done(&vtd->command.iotlb.drain);
}

void vtd_command_iotlb(struct vtd *vtd)
{
	txn_drain_cancel(&vtd->command.iotlb.drain);
	vtd->core.reg[VTD_REG_IOTLB] |= IOTLB_IVT;
	schedule(vtd, &vtd->command.iotlb.event, vtd->timing.inval_ps);
}

/* --- protected memory regions --- */

void vtd_command_protect(struct vtd *vtd)
{
	u64 *pmen = &vtd->core.reg[VTD_REG_PMEN];
	const struct vtd_inval everything = {.scope = VTD_INVAL_ALL};

	*pmen = (*pmen & PMEN_EPM) | (*pmen & PMEN_EPM ? PMEN_PRS : 0);
	vtd->core.is_protecting = *pmen & PMEN_PRS;
	/* The IOTLB has to ask again what is protected. */
	vtd_invalidate(vtd, &everything);
}

/* --- life --- */

void vtd_command_init(struct vtd *vtd)
{
	struct vtd_command *command = &vtd->command;

	sim_event_init(&command->global.event, gcmd_event);
	sim_event_set_actor(&command->global.event, SIM_ACTOR_IOMMU);
	sim_event_init(&command->context.event, context_event);
	sim_event_set_actor(&command->context.event, SIM_ACTOR_IOMMU);
	sim_event_init(&command->iotlb.event, iotlb_event);
	sim_event_set_actor(&command->iotlb.event, SIM_ACTOR_IOMMU);
	txn_drain_init(&command->global.drain, &vtd->unit, gcmd_done);
	txn_drain_init(&command->context.drain, &vtd->unit, context_done);
	txn_drain_init(&command->iotlb.drain, &vtd->unit, iotlb_done);
}

void vtd_command_finish(struct vtd *vtd)
{
	struct vtd_command_phase *phases[] = {&vtd->command.global, &vtd->command.context,
					      &vtd->command.iotlb};

	for (u32 i = 0; i < 3; i++) {
		sim_event_cancel(&phases[i]->event);
		txn_drain_cancel(&phases[i]->drain);
	}
}
