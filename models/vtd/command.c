// SPDX-License-Identifier: GPL-2.0-only
/*
 * Commands by register: GCMD with its status in GSTS (VT-d 11.4.4), context-cache
 * and IOTLB invalidation (6.5.1, 11.4.6), protected memory regions (11.4.8).
 *
 * A command takes time until its status bit shows it. Software has to wait for one
 * before it submits the next; if it does not, the earlier one is carried out at
 * once. Enabling translation has to drain requests that passed before: here they
 * have their addresses when their port answers, so there are none.
 *
 * Write buffer flushing has nothing to flush: WBFS goes up and down again.
 */
#include "models/vtd/internal.h"

static struct vtd *vtd_of(struct vtd_command *command)
{
	return (struct vtd *)((char *)command - offsetof(struct vtd, command));
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

static void set_translation(struct vtd *vtd, bool is_enabled)
{
	/* Hardware of scalable mode forgets all when translation goes off. */
	if (vtd->core.is_enabled && !is_enabled && vtd->core.params.smts)
		vtd_invalidate_all(vtd);
	vtd->core.is_enabled = is_enabled;
	if (!is_enabled && !(vtd->core.reg[VTD_REG_GSTS] & GSTS_IRES))
		vtd->next_frcd = 0;
}

static u64 implemented(const struct vtd_params *p)
{
	return GCMD_TE | GCMD_SRTP | (p->rwbf ? GCMD_WBF : 0) | (p->qi ? GCMD_QIE : 0) |
	       (p->ir ? GCMD_IRE | GCMD_SIRTP | GCMD_CFI : 0);
}

#define ONE_SHOTS (GCMD_SRTP | GCMD_WBF | GCMD_SIRTP)

static void gcmd_event(struct sim_event *event)
{
	struct vtd_command *command =
		(struct vtd_command *)((char *)event - offsetof(struct vtd_command, gcmd_event));
	struct vtd *vtd = vtd_of(command);
	u64 *gsts = &vtd->core.reg[VTD_REG_GSTS];
	u64 gcmd = command->gcmd;
	bool was_remapping = *gsts & GSTS_IRES;

	if (gcmd & GCMD_SRTP)
		set_root_table(vtd);
	if (gcmd & GCMD_SIRTP)
		set_interrupt_table(vtd);
	*gsts = (gcmd & ~ONE_SHOTS) | ((*gsts | gcmd) & (GSTS_RTPS | GSTS_IRTPS));
	set_interrupt_remapping(vtd, was_remapping, gcmd & GCMD_IRE);
	set_translation(vtd, gcmd & GCMD_TE);
	if (!(gcmd & GCMD_QIE))
		vtd_iq_disable(vtd);
	vtd_iq_kick(vtd);
}

void vtd_command_global(struct vtd *vtd, u64 written)
{
	struct vtd_command *command = &vtd->command;

	if (sim_event_cancel(&command->gcmd_event))
		gcmd_event(&command->gcmd_event);
	command->gcmd = written & implemented(&vtd->core.params);
	/* One-shot commands clear their status until they are done; WBF sets it. */
	vtd->core.reg[VTD_REG_GSTS] &= ~(command->gcmd & (GCMD_SRTP | GCMD_SIRTP));
	vtd->core.reg[VTD_REG_GSTS] |= command->gcmd & GCMD_WBF;
	schedule(vtd, &command->gcmd_event, vtd->timing.gcmd_ps);
}

/* --- invalidation by register --- */

/* Only in legacy mode, and no more from major version 6 on (6.5.1, CAIG, IAIG). */
static bool is_register_based(const struct vtd *vtd)
{
	return vtd_ttm(&vtd->core) == RTADDR_TTM_LEGACY && vtd->core.params.ver_major < 6;
}

static void ccmd_event(struct sim_event *event)
{
	struct vtd *vtd = vtd_of(
		(struct vtd_command *)((char *)event - offsetof(struct vtd_command, ccmd_event)));
	u64 *ccmd = &vtd->core.reg[VTD_REG_CCMD];
	u64 granularity = FIELD_GET(CCMD_CIRG, *ccmd);
	struct vtd_cc_inval inval = {
		.by_did = granularity != INVAL_GLOBAL,
		.by_sid = granularity == INVAL_DEVICE,
		.did = vtd_inval_did(vtd, FIELD_GET(CCMD_DID, *ccmd)),
		.sid = FIELD_GET(CCMD_SID, *ccmd),
		.sid_mask = vtd_function_mask(FIELD_GET(CCMD_FM, *ccmd)),
	};

	*ccmd &= ~(CCMD_ICC | CCMD_CAIG);
	if (!is_register_based(vtd) || !granularity)
		return;
	vtd->core.stats.invalidations++;
	vtd_invalidate_context(vtd, &inval);
	*ccmd |= FIELD_PREP(CCMD_CAIG, granularity);
}

void vtd_command_context(struct vtd *vtd)
{
	vtd->core.reg[VTD_REG_CCMD] |= CCMD_ICC;
	schedule(vtd, &vtd->command.ccmd_event, vtd->timing.inval_ps);
}

static void iotlb_event(struct sim_event *event)
{
	struct vtd *vtd = vtd_of(
		(struct vtd_command *)((char *)event - offsetof(struct vtd_command, iotlb_event)));
	u64 *iotlb = &vtd->core.reg[VTD_REG_IOTLB];
	u64 iva = vtd->core.reg[VTD_REG_IVA];
	u64 granularity = FIELD_GET(IOTLB_IIRG, *iotlb);
	struct vtd_inval_request request = {
		.did = vtd_inval_did(vtd, FIELD_GET(IOTLB_DID, *iotlb)),
		.address = vtd_inval_address(vtd, iva & IVA_ADDR),
		.am = FIELD_GET(IVA_AM, iva),
		.has_hint = iva & IVA_IH,
	};
	struct vtd_inval inval;

	*iotlb &= ~(IOTLB_IVT | IOTLB_IAIG);
	if (!is_register_based(vtd) || !granularity)
		return;
	/* Without PSI the whole domain is done. */
	if (granularity == INVAL_PAGE && !vtd->core.params.psi)
		granularity = INVAL_DOMAIN;
	if (granularity == INVAL_PAGE && FIELD_GET(IVA_AM, iva) > vtd->core.params.mamv)
		return;
	request.granularity = granularity;
	inval = vtd_inval_make(&request);
	vtd->core.stats.invalidations++;
	vtd_invalidate(vtd, &inval);
	*iotlb |= FIELD_PREP(IOTLB_IAIG, granularity);
}

void vtd_command_iotlb(struct vtd *vtd)
{
	vtd->core.reg[VTD_REG_IOTLB] |= IOTLB_IVT;
	schedule(vtd, &vtd->command.iotlb_event, vtd->timing.inval_ps);
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
	sim_event_init(&vtd->command.gcmd_event, gcmd_event);
	sim_event_init(&vtd->command.ccmd_event, ccmd_event);
	sim_event_init(&vtd->command.iotlb_event, iotlb_event);
}

void vtd_command_finish(struct vtd *vtd)
{
	sim_event_cancel(&vtd->command.gcmd_event);
	sim_event_cancel(&vtd->command.ccmd_event);
	sim_event_cancel(&vtd->command.iotlb_event);
}
