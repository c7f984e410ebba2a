// SPDX-License-Identifier: GPL-2.0-only
/* The hardware of a machine: RAM, IOMMUs, and the devices dealt out to them in turn. */
#include <errno.h>

#include "sim/arena.h"
#include "sim/event.h"
#include "system/iommu/irqchip.h"
#include "system/machine/drivers.h"
#include "system/machine/internal.h"

static int create_iommus(struct sys_machine *m)
{
	m->driver = sys_iommu_driver_of(m->config);
	m->iommus = sim_alloc(m->config->machine.nr_iommus * sizeof(*m->iommus));
	for (u32 i = 0; m->iommus && i < m->config->machine.nr_iommus; i++) {
		const struct sys_iommu parts = {
			.driver = m->driver,
			.number = i,
			.config = m->config,
			.mem = m->mem,
			.frames = m->frames,
			.collect = m->collect,
		};

		m->iommus[i] = m->driver->create(&parts);
		if (!m->iommus[i] || sys_collect_watch(m->collect, m->iommus[i]))
			return -ENOMEM;
	}
	return m->iommus ? 0 : -ENOMEM;
}

static void on_engine_done(struct sys_engine *engine, void *opaque)
{
	struct sys_machine *m = opaque;
	u64 end_ps = sys_engine_stats(engine)->end_ps;

	if (end_ps > m->end_ps)
		m->end_ps = end_ps;
	if (!--m->nr_running)
		sim_stop();
}

/* @engine is the unit's. */
static void on_engine_report(struct sys_engine *engine, void *opaque,
			     const struct dev_record *record)
{
	struct sys_device_unit *unit = container_of(engine, struct sys_device_unit, engine);

	sys_reports_take(unit->reports, engine->pcie, record);
}

static int create_device(struct sys_machine *m, u32 number)
{
	struct sys_device_unit *unit = &m->devices[number];
	struct sys_iommu *iommu = iommu_of(m, number);
	bool reports = group_of(m, number)->faults == SYS_FAULTS_REPORT;

	unit->reports = reports ? sys_reports_create(m->config, group_of(m, number)) : NULL;
	if (reports && !unit->reports)
		return -ENOMEM;
	unit->engine = (struct sys_engine){
		.group = group_of(m, number),
		.port = m->driver->port_create(iommu, unit->place.sid),
		.mem = m->mem,
		.times = sys_collect_times(m->collect, number),
		.done = on_engine_done,
		.report = reports ? on_engine_report : NULL,
		.opaque = m,
	};
	if (!unit->engine.port || sys_engine_init(&unit->engine))
		return -ENOMEM;
	sys_collect_name_sid(m->collect, iommu->number, unit->place.sid, number);
	if (unit->engine.pcie) {
		sys_pci_host_add(m->pci, number, unit->engine.pcie);
		sys_collect_watch_endpoint(m->collect, iommu->number, unit->engine.pcie);
	}
	return 0;
}

/* Which group they are of, and where they are. 0 or -ENOMEM. */
static int place_devices(struct sys_machine *m)
{
	u32 nr = m->config->machine.nr_devices, nr_spaces = sys_config_nr_spaces(m->config);
	struct sys_device_place *places = sim_alloc(nr * sizeof(*places));

	m->devices = sim_alloc(nr * sizeof(*m->devices));
	m->spaces = sim_alloc(nr_spaces * sizeof(*m->spaces));
	if (!m->devices || !places || !m->spaces)
		return -ENOMEM;
	sys_config_places(m->config, places);
	for (u32 i = 0; i < nr; i++) {
		struct sys_device_unit *unit = &m->devices[i];

		unit->place = places[i];
		unit->group = sys_config_group_of(m->config, i);
		unit->space = &m->spaces[sys_config_space_of_device(m->config, unit->group, i)];
	}
	for (u32 i = 0; i < nr_spaces; i++)
		m->spaces[i].machine = m;
	sim_free(places);
	return 0;
}

static int create_devices(struct sys_machine *m)
{
	u32 nr = m->config->machine.nr_devices;
	int err = place_devices(m);

	if (!err && sys_config_has_kind(m->config, SYS_DEVICE_PCIE)) {
		m->pci = sys_pci_host_create(nr);
		err = m->pci ? 0 : -ENOMEM;
	}
	for (u32 i = 0; !err && i < nr; i++)
		err = create_device(m, i);
	return err;
}

int sys_machine_create_hardware(struct sys_machine *m)
{
	const struct sys_config *config = m->config;
	int err;

	m->mem = mem_create(&config->mem);
	m->frames = m->mem ? sys_frames_create(&config->mem, m->mem) : NULL;
	m->collect = sys_collect_create(config);
	if (!m->frames || !m->collect || sys_irqchip_init(m->mem))
		return -ENOMEM;
	err = create_iommus(m);
	return err ? err : create_devices(m);
}
