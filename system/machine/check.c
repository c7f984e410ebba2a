// SPDX-License-Identifier: GPL-2.0-only
/* Do the values of a configuration fit each other? One rule a function. */
#include <errno.h>
#include <string.h>

#include "handler/pfh.h"
#include "sim/time.h"
#include "system/config/groups.h"
#include "system/machine/drivers.h"
#include "system/machine/kernel.h"
#include "system/machine/machine.h"
#include "system/replay/replay.h"

struct complaint {
	char *text;
	size_t bytes;
};

/* Each level of the topology is made of whole groups of the one below. */
static int check_topology(const struct sys_config *config, struct complaint *out)
{
	const struct sim_cpu_params *cpu = &config->cpu;
	const struct {
		const char *outer, *inner;
		u64 outer_cpus, inner_cpus;
	} rules[] = {
		{"cluster_cpus", "smt_cpus", cpu->cluster_cpus, cpu->smt_cpus},
		{"cache_cpus", "smt_cpus", cpu->cache_cpus, cpu->smt_cpus},
		{"node_cpus", "cluster_cpus", cpu->node_cpus, cpu->cluster_cpus},
		{"socket_cpus", "node_cpus", cpu->socket_cpus, cpu->node_cpus},
		{"socket_cpus", "cluster_cpus", cpu->socket_cpus, cpu->cluster_cpus},
	};

	for (u32 i = 0; i < ARRAY_SIZE(rules); i++) {
		if (!rules[i].inner_cpus || rules[i].outer_cpus % rules[i].inner_cpus == 0)
			continue;
		snprintf(out->text, out->bytes, "cpu.%s (%llu) is not a multiple of cpu.%s (%llu)",
			 rules[i].outer, rules[i].outer_cpus, rules[i].inner, rules[i].inner_cpus);
		return -EINVAL;
	}
	return 0;
}

/* The governor goes from the deepest to the first. */
static int check_idle_states(const struct sys_config *config, struct complaint *out)
{
	const struct sim_cpu_params *cpu = &config->cpu;
	const u64 residencies_ps[] = {cpu->idle1_residency_ps, cpu->idle2_residency_ps,
				      cpu->idle3_residency_ps};

	const u32 nr = sizeof(residencies_ps) / sizeof(residencies_ps[0]);

	for (u32 i = 1; i < nr && i < cpu->nr_idle_states; i++) {
		if (residencies_ps[i] > residencies_ps[i - 1])
			continue;
		snprintf(
			out->text, out->bytes,
			"cpu.idle%u_residency (%llu ns) is not above cpu.idle%u_residency (%llu ns)",
			i + 1, residencies_ps[i] / SIM_PS_PER_NS, i,
			residencies_ps[i - 1] / SIM_PS_PER_NS);
		return -EINVAL;
	}
	return 0;
}

static int check_cpus(const struct sys_config *config, struct complaint *out)
{
	const struct sim_cpu_params *cpu = &config->cpu;

	if (check_topology(config, out) || check_idle_states(config, out))
		return -EINVAL;
	if (config->machine.nr_cpus > cpu->nr_cpus) {
		snprintf(out->text, out->bytes, "machine.cpus is %llu, but cpu.cpus is %llu",
			 config->machine.nr_cpus, cpu->nr_cpus);
		return -EINVAL;
	}
	if (config->machine.first_irq_cpu >= sys_config_cpus(config)) {
		snprintf(out->text, out->bytes, "machine.first_irq_cpu is %llu, but %s is %llu",
			 config->machine.first_irq_cpu,
			 config->machine.nr_cpus ? "machine.cpus" : "cpu.cpus",
			 sys_config_cpus(config));
		return -EINVAL;
	}
	return 0;
}

/* Which IOMMU features the chosen way of faulting needs is the IOMMU's to say. */
static int check_device(const struct sys_group *group, struct complaint *out)
{
	bool is_pcie = group->device_kind == SYS_DEVICE_PCIE;

	if (is_pcie && group->faults == SYS_FAULTS_STALL) {
		snprintf(
			out->text, out->bytes,
			"device.faults is stall, but device.kind is pcie: a PCIe endpoint must not "
			"stall, as its link would; expected pri or auto");
		return -EINVAL;
	}
	if (!is_pcie && group->faults == SYS_FAULTS_REPORT) {
		snprintf(
			out->text, out->bytes,
			"device.faults is report, but device.kind is platform: only a PCIe endpoint "
			"asks for a translation before its access; expected stall or auto");
		return -EINVAL;
	}
	if (!is_pcie && group->faults == SYS_FAULTS_PRI) {
		snprintf(out->text, out->bytes,
			 "device.faults is pri, but device.kind is platform: only a PCIe endpoint "
			 "sends page requests; expected stall or auto");
		return -EINVAL;
	}
	return 0;
}

static int check_devices(const struct sys_config *config, struct complaint *out)
{
	int err = 0;

	for (u32 i = 0; i < sys_config_nr_groups(config) && !err; i++) {
		const struct sys_group *group = sys_config_group(config, i);

		err = check_device(group, out);
		if (err || group->faults != SYS_FAULTS_REPORT || sys_group_is_sva(config, i))
			continue;
		snprintf(
			out->text, out->bytes,
			"device.faults is report, which needs a process: what it touches is not in a "
			"container's tables");
		err = -EINVAL;
	}
	return err;
}

static bool is_among(const char *const *names, const char *word)
{
	while (*names && strcmp(*names, word))
		names++;
	return *names;
}

static int check_design(const struct sys_config *config, struct complaint *out)
{
	size_t used;

	if (is_among(pfh_design_names, config->design))
		return 0;
	if (is_among(pfh_sva_design_names, config->design)) {
		if (!sys_config_has_mode(config, SYS_HANDLER_VFIO))
			return 0;
		snprintf(out->text, out->bytes, "handler.design '%s' is one of SVA, but %s",
			 config->design,
			 config->nr_groups ? "there are devices in a container"
					   : "handler.mode is vfio");
		return -EINVAL;
	}
	used = snprintf(out->text, out->bytes, "handler.design '%s' is not known; there are",
			config->design);
	for (const char *const *name = sys_design_names; *name && used < out->bytes; name++)
		used += snprintf(out->text + used, out->bytes - used, " %s", *name);
	return -EINVAL;
}

static int check_handler(const struct sys_config *config, struct complaint *out)
{
	if (config->handler.extra_ps % SIM_PS_PER_NS) {
		snprintf(out->text, out->bytes, "handler.extra is not a whole number of ns");
		return -EINVAL;
	}
	if (config->nr_groups && config->containers == SYS_CONTAINERS_EACH) {
		snprintf(out->text, out->bytes,
			 "handler.containers is each, but there are groups of devices, which name "
			 "their containers");
		return -EINVAL;
	}
	if (!config->nr_mappings) {
		snprintf(out->text, out->bytes,
			 "no mappings: the device may touch nothing; give at least one");
		return -EINVAL;
	}
	return check_design(config, out);
}

/* What is mapped lies in the first mapping, from its beginning on. */
static int check_benchmark(const struct sys_config *config, struct complaint *out)
{
	u64 pages = config->benchmark.nr_iterations * config->benchmark.run_pages;
	u64 threads = config->benchmark.nr_threads;

	if (config->benchmark_kind != SYS_BENCHMARK_NONE && config->nr_groups) {
		snprintf(out->text, out->bytes,
			 "benchmark.kind is %s, a program in place of the devices' accesses, but "
			 "there are groups of devices; expected none",
			 sys_benchmark_names[config->benchmark_kind]);
		return -EINVAL;
	}
	if (config->benchmark_kind != SYS_BENCHMARK_VFIO_MAP)
		return 0;
	if (threads == 1 && pages <= config->mappings[0].bytes / 4096)
		return 0;
	snprintf(out->text, out->bytes,
		 "benchmark vfio-map: %llu threads, and %llu pages of iterations and run_pages; "
		 "expected 1, and as many as the first mapping has, %llu, or less",
		 threads, pages, config->mappings[0].bytes / 4096);
	return -EINVAL;
}

static int check_window(const struct sys_config *config, struct complaint *out)
{
	u64 begin_ps = config->output.window_begin_ps, end_ps = config->output.window_end_ps;

	if (config->window != SYS_WINDOW_EXPLICIT || !end_ps || begin_ps < end_ps)
		return 0;
	snprintf(
		out->text, out->bytes,
		"output.window_end is not behind output.window_begin; expected a later time, or 0");
	return -EINVAL;
}

int sys_config_check(const struct sys_config *config, char *message, size_t message_bytes)
{
	struct complaint out = {message, message_bytes};
	int err = check_cpus(config, &out);

	if (!err)
		err = check_devices(config, &out);
	if (!err)
		err = sys_iommu_driver_of(config)->check(config, message, message_bytes);
	if (!err)
		err = check_handler(config, &out);
	if (!err)
		err = sys_kernel_check(config, message, message_bytes);
	if (!err)
		err = check_window(config, &out);
	if (!err)
		err = check_benchmark(config, &out);
	return err ? err : replay_check(config, message, message_bytes);
}
