/* SPDX-License-Identifier: GPL-2.0-only */
/* A machine as the files of this room see it. All of it lies in the arena. */
#ifndef SYSTEM_MACHINE_INTERNAL_H
#define SYSTEM_MACHINE_INTERNAL_H

#include <linux/device.h>

#include "system/benchmark/benchmark.h"
#include "system/config/groups.h"
#include "system/iommu/iommu.h"
#include "system/machine/engine.h"
#include "system/machine/load.h"
#include "system/machine/machine.h"
#include "system/machine/mm_events.h"
#include "system/machine/reports.h"
#include "system/measure/collect.h"
#include "system/memory/frames.h"
#include "system/memory/host_mm.h"

struct sys_machine;

/* What devices' accesses are translated by. */
struct sys_device_space {
	struct sys_machine *machine;
	struct mm_struct *mm;		 /* NULL: the process has ended */
	struct mm_struct *ended_mm;	 /* what was in @mm */
	struct pfh_container *container; /* NULL: SVA */
	struct linux_process *process;	 /* of m->kernel; NULL: it has ended */
	struct sys_kernel_mm *kernel_mm; /* its mm_events; NULL: none */
	struct sys_mm_events *mm_events; /* NULL: the process leaves its memory alone */
};

struct sys_device_unit {
	struct sys_device_place place;
	u32 group;
	struct sys_device_space *space;
	struct device dev;
	struct sys_master master;
	struct sys_engine engine;
	struct sys_pci pci;
	struct sys_reports *reports; /* NULL: its accesses wait for pages */
	u32 pasid;
	bool is_bound; /* to the process, or attached to the container */
};

struct sys_kernel; /* kernel.c */

/* Somebody's own steps in place of what a workload says (system/drive). */
struct sys_script {
	void (*begin)(void *opaque); /* boot thread; when it returns, that thread ends */
	void (*print)(void *opaque, int level, const char *text); /* a line of the kernel's log */
	void *opaque;
};

struct sys_machine {
	const struct sys_config *config;
	struct mem *mem;
	struct sys_frames *frames;
	struct sys_collect *collect;
	struct sys_host_mm *host;
	struct sys_device_space *spaces; /* sys_config_nr_spaces() */
	const struct sys_iommu_driver *driver;
	struct sys_kernel *kernel; /* NULL: the software is ours */
	struct sys_script script;  /* begin is NULL: none */
	struct sys_iommu **iommus;
	struct sys_pci_host *pci; /* NULL: platform devices only */
	struct sys_device_unit *devices;
	struct sys_benchmark benchmark;	       /* in place of the engines, if one was asked for */
	struct sys_load *load;		       /* NULL: none */
	struct sys_trace_events *trace_events; /* a list; NULL: traces have accesses only */
	u32 nr_running;
	bool is_booted, is_shut_down;
	u64 slab_mark; /* objects from before are of the machine itself */
	int error;
	char *message; /* the caller's, while it runs */
	size_t message_bytes;
	u64 origin_ps, end_ps;
	u64 origin_switches, origin_memory_ps;
	struct sys_result result;
};

/** sys_machine_fail() - the first thing that goes wrong is what is said. */
void sys_machine_fail(struct sys_machine *m, int error, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

static inline struct sys_iommu *iommu_of(const struct sys_machine *m, u32 number)
{
	return m->iommus[m->devices[number].place.iommu];
}

static inline const struct sys_group *group_of(const struct sys_machine *m, u32 number)
{
	return sys_config_group(m->config, m->devices[number].group);
}

static inline bool has_benchmark(const struct sys_machine *m)
{
	return m->config->benchmark_kind != SYS_BENCHMARK_NONE;
}

/** sys_machine_create_hardware() - all that is there before software runs. 0 or -ENOMEM. */
int sys_machine_create_hardware(struct sys_machine *m);

/**
 * sys_machine_boot() - the boot thread; @arg is the machine
 * Context: sim thread; sleeps. When it ends the devices are running, or it has
 * failed and stopped the simulation.
 */
void sys_machine_boot(void *arg);

/** sys_machine_collect() - fill in the result. 0 or -ENOMEM. */
int sys_machine_collect(struct sys_machine *m);

/*
 * What sys_machine_shutdown() does, one by one; other orders are as good.
 * Context: sim thread; sleeps.
 */

/** sys_machine_stop_device() - its own driver has it issue nothing more. Once. */
void sys_machine_stop_device(struct sys_machine *m, u32 number);
/** sys_machine_unbind() - from the process, or from the container; does nothing the second time. */
void sys_machine_unbind(struct sys_machine *m, u32 number);
/** sys_machine_remove() - the device leaves the handler and its IOMMU; the same. */
void sys_machine_remove(struct sys_machine *m, u32 number);
/** sys_machine_end_space() - the process of an address space ends, if it has not. */
void sys_machine_end_space(struct sys_device_space *space);
/** sys_machine_end_process() - the same, of every process. */
void sys_machine_end_process(struct sys_machine *m);

/** sys_machine_explain() - nothing is left to happen: who waits for whom, which faults: defects. */
void sys_machine_explain(struct sys_machine *m);
/** sys_machine_find_leaks() - all has been let go: what is left is a defect. */
void sys_machine_find_leaks(struct sys_machine *m);
/** sys_machine_show_defects() - those of now are the result's. */
void sys_machine_show_defects(struct sys_machine *m);

#endif
