// SPDX-License-Identifier: GPL-2.0-only
/* Measuring this machine: repetitions of each probe, level by level. */
#include "tool/here/here.h"

#include <errno.h>
#include <math.h>
#include <string.h>

#include "system/config/workload.h"
#include "tool/common/progress.h"
#include "tool/common/tool.h"
#include "tool/here/simulated.h"

#define MAX_PAIRS 8 /* of a level: more say the same again */
#define BURST_US 1000
#define SURE_PERCENT 20
#define CLAIM_EVERY_US 50000

/* --- repetitions --- */

typedef int (*probe_fn)(const struct host_machine *machine, double *ns);

static int repeat(const struct here *here, probe_fn probe, struct host_spread *spread)
{
	double ns[HOST_REPEATS];
	int err = 0;

	for (u32 i = 0; i < HOST_REPEATS && !err; i++)
		err = probe(&here->machine, &ns[i]);
	if (!err)
		*spread = host_spread(ns, HOST_REPEATS);
	return err;
}

static bool is_of_level(const struct here *here, u32 a, u32 b, enum host_level level)
{
	return !here->is_regular || host_level_of(&here->machine, a, b) == level;
}

static u32 count_pairs(const struct here *here, enum host_level level)
{
	u32 nr = 0;

	for (u32 a = 0; a < here->machine.nr_cpus; a++) {
		for (u32 b = a + 1; b < here->machine.nr_cpus; b++)
			nr += is_of_level(here, a, b, level);
	}
	return nr;
}

/* Pair number @index of a level. */
static void find_pair(const struct here *here, enum host_level level, u32 index, u32 pair[2])
{
	for (u32 a = 0; a < here->machine.nr_cpus; a++) {
		for (u32 b = a + 1; b < here->machine.nr_cpus; b++) {
			if (!is_of_level(here, a, b, level) || index--)
				continue;
			pair[0] = a;
			pair[1] = b;
			return;
		}
	}
}

/* Some pairs of it, spread over all. */
static int measure_level(struct here *here, enum host_level level)
{
	double ns[MAX_PAIRS * HOST_REPEATS];
	u32 nr_pairs = count_pairs(here, level), nr = 0;
	u32 used = nr_pairs < MAX_PAIRS ? nr_pairs : MAX_PAIRS;
	int err = 0;

	for (u32 repeat = 0; repeat < HOST_REPEATS; repeat++) {
		for (u32 i = 0; i < used && !err; i++) {
			u32 pair[2] = {0};

			find_pair(here, level, (u64)i * nr_pairs / used, pair);
			err = host_transfer_ns(&here->machine, pair[0], pair[1], &ns[nr++]);
		}
	}
	if (!err && nr)
		here->lines[level] = host_spread(ns, nr);
	return err;
}

/* An irregular machine's pairs are all of its one level. */
static int measure_lines(struct here *here)
{
	int err = 0;

	if (!here->is_regular)
		return measure_level(here, HOST_LEVEL_SOCKET);
	for (u32 level = 0; level < HOST_NR_LEVELS && !err; level++)
		err = measure_level(here, level);
	return err;
}

/* --- topology --- */

static u32 group_cpus(const struct host_machine *machine, enum host_level level, u32 of)
{
	u32 nr = 0;

	for (u32 i = 0; i < machine->nr_cpus; i++)
		nr += machine->ids[level][i] == machine->ids[level][of];
	return nr;
}

static bool is_even(const struct host_machine *machine, enum host_level level)
{
	for (u32 i = 1; i < machine->nr_cpus; i++) {
		if (group_cpus(machine, level, i) != group_cpus(machine, level, 0))
			return false;
	}
	return true;
}

static void find_levels(struct here *here)
{
	const struct host_machine *machine = &here->machine;

	here->is_regular = true;
	here->level_cpus[HOST_LEVEL_SYSTEM] = machine->nr_cpus;
	for (u32 level = 0; level < HOST_LEVEL_SYSTEM; level++) {
		here->level_cpus[level] = group_cpus(machine, level, 0);
		here->is_regular &= is_even(machine, level);
	}
	for (u32 level = 0; level < HOST_LEVEL_SYSTEM; level++)
		here->is_regular &= !(here->level_cpus[level + 1] % here->level_cpus[level]);
	for (u32 level = 0; level < HOST_LEVEL_SYSTEM && !here->is_regular; level++)
		here->level_cpus[level] = level < HOST_LEVEL_NODE
						  ? 1
						  : here->level_cpus[HOST_LEVEL_SYSTEM];
}

/* --- what it comes to --- */

static u64 to_ps(double ns)
{
	return ns > 0 ? (u64)(ns * 1000 + 0.5) : 0;
}

double here_transfer_ns(const struct here *here)
{
	enum host_level level = here->is_regular ? host_level_of(&here->machine, 0, 1)
						 : HOST_LEVEL_SOCKET;

	return here->lines[level].median;
}

/* In the model a grant takes the transfer and the atomic for which the line moves. */
static u64 line_ps(const struct here *here, enum host_level level, double factor)
{
	double atomic_ns = here->atomic.median - here->hit.median;

	while (level && !here->lines[level].nr)
		level--;
	return to_ps(here->lines[level].median * factor - atomic_ns);
}

struct sim_cpu_params here_cpu(const struct here *here, double transfer_ns)
{
	double factor = transfer_ns / here_transfer_ns(here);

	return (struct sim_cpu_params){
		.nr_cpus = here->machine.nr_cpus,
		.smt_cpus = here->level_cpus[HOST_LEVEL_CORE],
		.cluster_cpus = here->level_cpus[HOST_LEVEL_CACHE],
		.node_cpus = here->level_cpus[HOST_LEVEL_NODE],
		.socket_cpus = here->level_cpus[HOST_LEVEL_SOCKET],
		.line_hit_ps = to_ps(here->hit.median),
		.line_cluster_ps = line_ps(here, HOST_LEVEL_CACHE, factor),
		.line_node_ps = line_ps(here, HOST_LEVEL_NODE, factor),
		.line_socket_ps = line_ps(here, HOST_LEVEL_SOCKET, factor),
		.line_remote_ps = line_ps(here, HOST_LEVEL_SYSTEM, factor),
		.line_memory_ps = to_ps(here->memory.median),
		.atomic_ps = to_ps(here->atomic.median - here->hit.median),
		.line_retention_per_mille = here->retention_per_mille,
		.line_occupancy_per_mille = 1000,
		.slice_ps = 3000000000ULL,
	};
}

static const u32 pauses_ns[ADD_NR_PAUSES] = {7, 14, 28};

static u32 pause_loops(const struct here *here, u32 index)
{
	return (u32)(pauses_ns[index] / here->loop.median + 0.5);
}

int here_add(const struct here *here, struct here_add *add)
{
	struct host_contention contention = {
		.machine = &here->machine,
		.lock = CONTENTION_FETCH_ADD,
		.nr_threads = 2,
		.us = BURST_US,
	};
	double product = 1, loop_ns = 0;
	int err = 0;

	for (u32 i = 0; i < ADD_NR_PAUSES && !err; i++) {
		struct host_contended contended = {0};

		contention.gap_loops = pause_loops(here, i);
		err = host_contend(&contention, &contended);
		product *= contended.ns;
		loop_ns += contended.loop_ns / ADD_NR_PAUSES;
	}
	*add = (struct here_add){cbrt(product), loop_ns};
	return err;
}

int here_retention(const struct here *here, double transfer_ns, const struct here_add *add,
		   u64 *per_mille)
{
	struct sim_cpu_params cpu = here_cpu(here, transfer_ns);
	struct simulated_add target = {.ps = to_ps(add->ns)};

	for (u32 i = 0; i < ADD_NR_PAUSES; i++)
		target.pause_ps[i] = to_ps(pause_loops(here, i) * add->loop_ns);
	return simulated_retention(&cpu, &target, per_mille);
}

static int measure_add(struct here *here)
{
	double ns[HOST_REPEATS], loop_ns[HOST_REPEATS];
	struct here_add add = {0};
	int err = 0;

	for (u32 i = 0; i < HOST_REPEATS && !err; i++) {
		err = here_add(here, &add);
		ns[i] = add.ns;
		loop_ns[i] = add.loop_ns;
	}
	if (err)
		return err;
	here->add = host_spread(ns, HOST_REPEATS);
	add = (struct here_add){here->add.median, host_spread(loop_ns, HOST_REPEATS).median};
	host_machine_leave(&here->machine); /* nothing is measured while it is simulated */
	err = here_retention(here, here_transfer_ns(here), &add, &here->retention_per_mille);
	host_machine_enter(&here->machine);
	return err;
}

bool here_is_sure(const struct here *here, const struct host_spread *spread)
{
	return here->machine.is_realtime &&
	       (spread->high - spread->low) * 100 <= spread->median * SURE_PERCENT;
}

/* --- alone --- */

static int wait_for_claim(struct here *here)
{
	bool is_said = false;

	while (host_claim(&here->claim)) {
		if (progress_is_stopped())
			return -EINTR;
		if (!is_said && here->claim.holder)
			tool_complain(0,
				      "iopfsim: waits for process %ld, which measures this machine",
				      here->claim.holder);
		else if (!is_said)
			tool_complain(0, "iopfsim: waits for a process that measures this machine");
		is_said = true;
		host_sleep_us(CLAIM_EVERY_US);
	}
	return 0;
}

void here_leave(struct here *here)
{
	host_machine_leave(&here->machine);
	host_unclaim(&here->claim);
}

void here_complain(int err, char *message)
{
	if (err == -ETIME)
		snprintf(message, TEXT_MESSAGE_MAX,
			 "this machine cannot be measured: something else had its CPUs for %d s",
			 HOST_SPAN_S);
	else
		snprintf(message, TEXT_MESSAGE_MAX, "this machine cannot be measured: %s",
			 strerror(-err));
}

static int measure_all(struct here *here)
{
	int err = repeat(here, host_loop_ns, &here->loop);

	if (!err)
		err = repeat(here, host_hit_ns, &here->hit);
	if (!err)
		err = repeat(here, host_atomic_ns, &here->atomic);
	if (!err)
		err = repeat(here, host_memory_ns, &here->memory);
	if (!err)
		err = measure_lines(here);
	return err ? err : measure_add(here);
}

int here_measure(struct here *here, char *message)
{
	int err;

	memset(here, 0, sizeof(*here));
	host_end_with_parent();
	err = wait_for_claim(here);
	if (!err)
		err = host_machine_find(&here->machine);
	here->machine.is_stopped = progress_is_stopped;
	if (!err && here->machine.nr_cpus < 2) {
		snprintf(
			message, TEXT_MESSAGE_MAX,
			"one CPU is all there is to run on; what a line costs is measured between two");
		return -EDOM;
	}
	if (!err) {
		find_levels(here);
		err = measure_all(here);
	}
	if (err)
		here_complain(err, message);
	return err;
}
