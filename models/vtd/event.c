// SPDX-License-Identifier: GPL-2.0-only
/*
 * Events of the unit: message, mask and pending bit of FECTL, IECTL and PECTL
 * (VT-d 7.3, 6.5.2.10, 7.5, 5.1.6). One message on its way for each source. They
 * are never remapped. A message that nobody takes is lost: nothing reports it.
 */
#include "models/vtd/internal.h"
#include "sim/point.h"

struct event_registers {
	enum vtd_reg ctl, data, addr, uaddr;
};

static const struct event_registers registers[VTD_NR_IRQS] = {
	[VTD_IRQ_FAULT] = {VTD_REG_FECTL, VTD_REG_FEDATA, VTD_REG_FEADDR, VTD_REG_FEUADDR},
	[VTD_IRQ_INVALIDATION] = {VTD_REG_IECTL, VTD_REG_IEDATA, VTD_REG_IEADDR, VTD_REG_IEUADDR},
	[VTD_IRQ_PAGE_REQUEST] = {VTD_REG_PECTL, VTD_REG_PEDATA, VTD_REG_PEADDR, VTD_REG_PEUADDR},
};

static void arrives(struct sim_event *event)
{
	struct vtd_event *message = (struct vtd_event *)event;

	mem_write32(message->vtd->core.mem, message->address, message->data);
}

static void send(struct vtd *vtd, enum vtd_irq irq)
{
	const struct event_registers *r = &registers[irq];
	struct vtd_event *message = &vtd->events[irq];

	if (sim_event_is_pending(&message->event))
		return;
	message->address = vtd->core.reg[r->addr] | vtd->core.reg[r->uaddr] << 32;
	message->data = vtd->core.reg[r->data];
	if (vtd->is_clockless) {
		arrives(&message->event);
		return;
	}
	message->done_ps = mem_access_done_ps(vtd->core.mem, sim_now_ps() + vtd->timing.msi_ps, 4);
	sim_event_schedule(&message->event, message->done_ps);
}

void vtd_event_control_written(struct vtd *vtd, enum vtd_irq irq)
{
	u64 *ctl = &vtd->core.reg[registers[irq].ctl];

	if ((*ctl & ECTL_IM) || !(*ctl & ECTL_IP))
		return;
	*ctl &= ~ECTL_IP;
	send(vtd, irq);
}

void vtd_event_raise(struct vtd *vtd, enum vtd_irq irq)
{
	vtd->core.reg[registers[irq].ctl] |= ECTL_IP;
	vtd_event_control_written(vtd, irq);
}

void vtd_event_serviced(struct vtd *vtd, enum vtd_irq irq)
{
	vtd->core.reg[registers[irq].ctl] &= ~ECTL_IP;
}

void vtd_event_init(struct vtd *vtd)
{
	for (u32 i = 0; i < VTD_NR_IRQS; i++) {
		vtd->events[i].vtd = vtd;
		vtd->events[i].irq = i;
		sim_event_init(&vtd->events[i].event, arrives);
		sim_event_set_actor(&vtd->events[i].event, SIM_ACTOR_IOMMU);
	}
}

void vtd_event_finish(struct vtd *vtd)
{
	for (u32 i = 0; i < VTD_NR_IRQS; i++)
		sim_event_cancel(&vtd->events[i].event);
}
