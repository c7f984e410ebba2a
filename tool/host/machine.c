// SPDX-License-Identifier: GPL-2.0-only
/* Which CPUs there are, how near they are to each other, and what we may do on them. */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool/host/internal.h"

const char *const host_level_names[HOST_NR_LEVELS] = {"core", "cache", "node", "socket", "system"};

/* The number that a file of sysfs begins with (a list of CPUs: its first); @other without it. */
static int read_number(const char *path, int other)
{
	FILE *in = fopen(path, "re");
	char text[64] = "";
	int number = other;

	if (!in)
		return other;
	if (fgets(text, sizeof(text), in) && text[0] >= '0' && text[0] <= '9')
		number = (int)strtol(text, NULL, 10);
	fclose(in);
	return number;
}

static int cpu_number(int cpu, const char *what, int other)
{
	char path[128];

	snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/%s", cpu, what);
	return read_number(path, other);
}

/* First CPU of those that share the farthest cache. */
static int cache_of(int cpu, int other)
{
	int id = other;

	for (int index = 0; index < 8; index++) {
		char what[64];

		snprintf(what, sizeof(what), "cache/index%d/shared_cpu_list", index);
		id = cpu_number(cpu, what, id);
	}
	return id;
}

static int node_of(int cpu)
{
	for (int node = 0; node < HOST_MAX_CPUS; node++) {
		char path[128];

		snprintf(path, sizeof(path), "/sys/devices/system/cpu/cpu%d/node%d", cpu, node);
		if (!access(path, F_OK))
			return node;
	}
	return 0;
}

static void place_cpu(struct host_machine *machine, u32 number)
{
	int cpu = machine->cpus[number];
	int socket = cpu_number(cpu, "topology/physical_package_id", 0);

	machine->ids[HOST_LEVEL_CORE][number] = cpu_number(cpu, "topology/thread_siblings_list",
							   cpu);
	machine->ids[HOST_LEVEL_CACHE][number] = cache_of(cpu, socket);
	machine->ids[HOST_LEVEL_NODE][number] = node_of(cpu);
	machine->ids[HOST_LEVEL_SOCKET][number] = socket;
}

enum host_level host_level_of(const struct host_machine *machine, u32 a, u32 b)
{
	for (u32 level = 0; level < HOST_LEVEL_SYSTEM; level++) {
		if (machine->ids[level][a] == machine->ids[level][b])
			return level;
	}
	return HOST_LEVEL_SYSTEM;
}

/* "model name : AMD EPYC"; Arm has none, and says who made it in numbers. */
static void find_model(struct host_machine *machine)
{
	FILE *in = fopen("/proc/cpuinfo", "re");
	char line[256];

	snprintf(machine->model, sizeof(machine->model), "unknown");
	while (in && fgets(line, sizeof(line), in)) {
		const char *colon = strchr(line, ':');

		if (strncmp(line, "model name", 10) != 0 || !colon)
			continue;
		line[strcspn(line, "\n")] = 0;
		snprintf(machine->model, sizeof(machine->model), "%.120s", colon + 2);
		break;
	}
	if (in)
		fclose(in);
	/* It stands in a comment. */
	for (char *c = machine->model; *c; c++) {
		if (*c < 0x20 || *c > 0x7e)
			*c = '?';
	}
}

static int find_cpus(struct host_machine *machine)
{
	cpu_set_t set;

	if (sched_getaffinity(0, sizeof(set), &set))
		return -errno;
	for (int cpu = 0; cpu < CPU_SETSIZE && machine->nr_cpus < HOST_MAX_CPUS; cpu++) {
		if (!CPU_ISSET(cpu, &set))
			continue;
		machine->cpus[machine->nr_cpus++] = cpu;
		place_cpu(machine, machine->nr_cpus - 1);
	}
	return machine->nr_cpus ? 0 : -ENODEV;
}

int host_machine_find(struct host_machine *machine)
{
	int err;

	memset(machine, 0, sizeof(*machine));
	if (gethostname(machine->name, sizeof(machine->name) - 1))
		snprintf(machine->name, sizeof(machine->name), "unknown");
	find_model(machine);
	err = find_cpus(machine);
	machine->is_realtime = !err && host_realtime_begin();
	machine->until_ns = host_now_ns() + HOST_SPAN_S * 1e9;
	return err;
}

void host_machine_enter(struct host_machine *machine)
{
	if (machine->is_realtime)
		machine->is_realtime = host_realtime_begin();
}

void host_machine_leave(const struct host_machine *machine)
{
	if (machine->is_realtime)
		host_realtime_end();
}
