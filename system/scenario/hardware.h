/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What scenarios of schedules run on where they say `machine:` (docs/explorer.md): the drivers of
 * this machine, on the models, with its memory management, and no more. It has one IOMMU, with
 * queues and caches as small as may be; hardware is an actor (sim/point.h).
 *
 * It takes the place of the mocks: devices.c is handler/scenario/mock_iommu.h, mm.c is
 * scenario_mm.h, machine.c is handler/virtual/scenario_machine.h. A fault is an access by a device,
 * its answer is what becomes of that. Left out: what the mocks can be told to do wrong.
 */
#ifndef SYSTEM_SCENARIO_HARDWARE_H
#define SYSTEM_SCENARIO_HARDWARE_H

#include "handler/scenario/mock_iommu.h"
#include "handler/scenario/scenario.h"
#include "system/iommu/iommu.h"
#include "system/memory/host_mm.h"

#define HARDWARE_MAX_FAULTS 16

/* A fault that has been recorded, and whose answer has not taken effect. */
struct hardware_fault {
	struct port_fault name;
	bool is_there, is_answered;
};

struct hardware {
	struct sys_config *config; /* never changed: in the host's memory */
	const struct sys_iommu_driver *driver;
	struct mem *mem;
	struct sys_frames *frames;
	struct sys_host_mm *host;
	struct sys_iommu *iommu;
	struct sys_pci_host *pci; /* NULL: devices are on no bus */
	u32 nr_devices;
	struct sys_master *masters[SCN_MAX_DEVICES];
	struct mock_iommu mock; /* what the runner of scenarios looks at */
	struct hardware_fault faults[HARDWARE_MAX_FAULTS];
	u32 nr_taken; /* pages, by memory management */
};

extern struct hardware *hardware;

/** hardware_observer - who knows which faults wait for an answer (answers.c). */
extern const struct iommu_observer hardware_observer;

/** hardware_check_frame() - a device has reached @pa: nobody may have taken that page back. */
void hardware_check_frame(pa_t pa);

#endif
