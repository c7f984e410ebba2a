/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A scenario from an empty machine to an empty machine, in the virtual world: what the module's
 * KUnit suite is in a kernel. Who calls this has made the simulated machine and its kernel API.
 */
#ifndef PFH_VIRTUAL_SCENARIO_MACHINE_H
#define PFH_VIRTUAL_SCENARIO_MACHINE_H

#include "../scenario/scenario.h"

struct scenario_report {
	int err;	 /* it could not begin */
	bool is_done;	 /* scn_run() has returned */
	bool is_stuck;	 /* threads are left that wait for ever */
	u32 nr_leaked;	 /* objects */
	u64 slab_mark;	 /* they were allocated since then (kapi_slab_mark()) */
	u32 nr_warnings; /* of the kernel API */
	u64 fail_nth;	 /* in: this allocation fails; 0: none */
	bool has_failed; /* out: it was reached */
	struct scn_result result;
};

struct scenario_machine {
	const struct scenario *scenario;
	const struct scn_setting *setting;
	struct scenario_report *report;
};

/** scenario_machine_runs() - has this program what @machine, an enum scn_machine, is? */
bool scenario_machine_runs(u32 machine);

/**
 * scenario_machine_create() - make what is below the core
 * @machine: one that this program runs, enum scn_machine
 *
 * What it keeps, the threads of its interrupts among it, is the machine's: no leak of the scenario.
 *
 * Return: 0, -errno.
 * Context: the first thread of the machine.
 */
int scenario_machine_create(u32 machine);

/** scenario_machine_use_mm() - memory management is the mock (scenario/mock_mm.h) */
void scenario_machine_use_mm(void);

/**
 * scenario_machine_begin() - before the machine runs: until it is done the report says that it is
 * stuck
 */
void scenario_machine_begin(struct scenario_report *report);

/**
 * scenario_machine_thread() - the whole scenario, its core and its mocks
 * @arg: struct scenario_machine; nothing is left but in its report, if that is not stuck
 * Context: the first thread of the machine.
 */
void scenario_machine_thread(void *arg);

/** scenario_machine_end() - after the machine has run: what the kernel API has to say. */
void scenario_machine_end(struct scenario_report *report);

#endif
