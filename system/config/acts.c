// SPDX-License-Identifier: GPL-2.0-only
/* The table of acts.h, and what is asked of it. */
#include "system/config/acts.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "system/config/groups.h"
#include "system/config/internal.h"

/* Names of designs with a bar between them; the first bar is passed over. */
#define BAR(symbol, name, dispatch, about) "|" name
#define VFIO_DESIGNS (&(PFH_DESIGNS(BAR))[1])

#define OF_MESSAGES(field, key, ...) {"workload." key, NULL, "workload.generator", "messages"},
#define OF_PACED(field, key, ...) {"workload." key, NULL, "workload.generator", "!messages|trace"},
#define OF_THINK(field, key, ...) {"workload." key, NULL, "workload.generator", "!trace"},
#define OF_ZIPF(field, key, ...) {"workload." key, NULL, "workload.generator", "zipf"},
#define OF_POST_COPY(field, key, ...) {"workload." key, NULL, "workload.generator", "post-copy"},
#define OF_QUEUES(field, key, ...) {"workload." key, NULL, "workload.generator", "rings|nvme"},
#define OF_RINGS(field, key, ...) {"workload." key, NULL, "workload.generator", "rings"},

static const struct wl_acts rows[] = {
	/* which IOMMU, which device */
	{"smmu", NULL, "iommu", "smmuv3"},
	{"vtd", NULL, "iommu", "vtd"},
	{"pcie", NULL, "device.kind", "pcie"},
	{"smmu.features.ats", NULL, "device.kind", "pcie"},
	{"smmu.features.pri", NULL, "device.kind", "pcie"},
	{"smmu.timing.atc_inv_timeout", NULL, "device.kind", "pcie"},
	{"handler.partials", NULL, "device.kind", "pcie"},
	/* idle states that there are */
	{"cpu.idle1_residency", NULL, "cpu.idle_states", "!0"},
	{"cpu.idle1_entry", NULL, "cpu.idle_states", "!0"},
	{"cpu.idle1_exit", NULL, "cpu.idle_states", "!0"},
	{"cpu.idle2_residency", NULL, "cpu.idle_states", "2|3"},
	{"cpu.idle2_entry", NULL, "cpu.idle_states", "2|3"},
	{"cpu.idle2_exit", NULL, "cpu.idle_states", "2|3"},
	{"cpu.idle3_residency", NULL, "cpu.idle_states", "3"},
	{"cpu.idle3_entry", NULL, "cpu.idle_states", "3"},
	{"cpu.idle3_exit", NULL, "cpu.idle_states", "3"},
	/* parts of a feature */
	{"smmu.features.atsrecerr", NULL, "smmu.features.ats", "true"},
	{"smmu.features.split_ats", NULL, "smmu.features.ats", "true"},
	{"smmu.features.priq_lg2", NULL, "smmu.features.pri", "true"},
	{"smmu.features.pps", NULL, "smmu.features.pri", "true"},
	{"smmu.features.stall_forced", NULL, "smmu.features.stall", "true"},
	{"smmu.features.stall_max", NULL, "smmu.features.stall", "true"},
	{"smmu.features.suppress_duplicate_stalls", NULL, "smmu.features.stall", "true"},
	{"smmu.features.stall_full_aborts", NULL, "smmu.features.stall", "true"},
	{"smmu.features.ecmdq_pages_lg2", NULL, "smmu.features.ecmdq", "true"},
	{"smmu.features.ecmdq_queues_lg2", NULL, "smmu.features.ecmdq", "true"},
	{"smmu.timing.command_engines", NULL, "smmu.features.ecmdq", "true"},
	{"smmu.timing.merge_window", NULL, "smmu.features.merge_records", "!0"},
	{"vtd.features.prq_lg2", NULL, "vtd.features.prs", "true"},
	{"vtd.driver", NULL, "vtd.features.prs", "true"},
	{"vtd.timing.page_request", NULL, "vtd.features.prs", "true"},
	{"vtd.timing.devtlb_timeout", NULL, "vtd.features.dt", "true"},
	{"vtd.features.eim", NULL, "vtd.features.ir", "true"},
	{"vtd.features.pi", NULL, "vtd.features.ir", "true"},
	{"vtd.caches.iec_entries", NULL, "vtd.features.ir", "true"},
	{"vtd.caches.iec_ways", NULL, "vtd.features.ir", "true"},
	{"vtd.timing.interrupt_lookup", NULL, "vtd.features.ir", "true"},
	{"vtd.features.pasid_bits", NULL, "vtd.features.pasid", "true"},
	/* what only faults need */
	{"device.outstanding_faults", NULL, "handler.iopf", "true"},
	{"pcie.page_request_capacity", NULL, "device.faults", "!report"},
	{"pcie.page_request_credits", NULL, "device.faults", "!report"},
	{"pcie.group_pages", NULL, "device.faults", "!report"},
	{"pcie.retry_pause", NULL, "device.faults", "!report"},
	{"host.resubmit", NULL, "device.faults", "report"},
	{"pcie.page_request_capacity", NULL, "handler.iopf", "true"},
	{"pcie.page_request_credits", NULL, "handler.iopf", "true"},
	{"pcie.group_pages", NULL, "handler.iopf", "true"},
	{"pcie.retry_pause", NULL, "handler.iopf", "true"},
	{"handler.dispatch", NULL, "handler.iopf", "true"},
	{"handler.extra", NULL, "handler.iopf", "true"},
	{"handler.partials", NULL, "handler.iopf", "true"},
	{"handler.design", VFIO_DESIGNS, "handler.mode", "vfio"},
	{"handler.containers", NULL, "handler.mode", "vfio"},
	{"handler.premap_pages", NULL, "handler.mode", "vfio"},
	{"handler.premap_pages", NULL, "handler.iopf", "true"},
	/* memory management */
	{"host.rss_percpu", NULL, "host.mm_lines", "true"},
	{"host.pte_flush", NULL, "iommu", "vtd"},
	{"host.pte_flush", NULL, "vtd.features.coherent", "false"},
	{"mm_events", NULL, "benchmark.kind", "none"},
	{"mm_events.munmap.poisson", NULL, "mm_events.munmap.interval", "!0"},
	{"mm_events.munmap.pages", NULL, "mm_events.munmap.interval", "!0"},
	{"mm_events.munmap.elsewhere", NULL, "mm_events.munmap.interval", "!0"},
	{"mm_events.mprotect.poisson", NULL, "mm_events.mprotect.interval", "!0"},
	{"mm_events.mprotect.pages", NULL, "mm_events.mprotect.interval", "!0"},
	{"mm_events.mprotect.elsewhere", NULL, "mm_events.mprotect.interval", "!0"},
	{"mm_events.fork.poisson", NULL, "mm_events.fork.interval", "!0"},
	{"mm_events.fork.life", NULL, "mm_events.fork.interval", "!0"},
	/* a benchmark in place of the workload */
	{"benchmark.threads", NULL, "benchmark.kind", "!none"},
	{"benchmark.iterations", NULL, "benchmark.kind", "!none"},
	{"benchmark.design", NULL, "benchmark.kind", "pinning"},
	{"benchmark.pages", NULL, "benchmark.kind", "pinning|vfio-map"},
	{"benchmark.run_pages", NULL, "benchmark.kind", "pinning|iommu-map|vfio-map"},
	{"benchmark.page", NULL, "benchmark.kind", "pinning"},
	{"benchmark.page_spread_per_mille", NULL, "benchmark.kind", "pinning"},
	{"benchmark.interval", NULL, "benchmark.kind", "cyclic"},
	{"benchmark.class", NULL, "benchmark.kind", "cyclic"},
	{"kernel.hrtimer", NULL, "benchmark.kind", "cyclic"},
	{"benchmark.leaf", NULL, "benchmark.kind", "iommu-map"},
	{"benchmark.startup", NULL, "benchmark.kind", "vfio-map"},
	{"benchmark.burst", NULL, "benchmark.kind", "map-unmap"},
	{"host.dma_map", NULL, "benchmark.kind", "map-unmap"},
	{"host.copy_page", NULL, "benchmark.kind", "map-unmap"},
	{"workload", NULL, "benchmark.kind", "none"},
	{"device", NULL, "benchmark.kind", "none"},
	/* background load */
	{"load.class", NULL, "load.threads_per_cpu", "!0"},
	{"load.nice", NULL, "load.threads_per_cpu", "!0"},
	{"load.nice", NULL, "load.class", "normal"},
	{"load.nice", NULL, "kernel.wakeup_preemption", "true"},
	{"kernel.sched_latency", NULL, "kernel.wakeup_preemption", "true"},
	{"kernel.wakeup_granularity", NULL, "kernel.wakeup_preemption", "true"},
	{"load.user_section", NULL, "load.threads_per_cpu", "!0"},
	{"load.kernel_section", NULL, "load.threads_per_cpu", "!0"},
	{"load.might_sleep_every", NULL, "load.threads_per_cpu", "!0"},
	{"load.atomic_per_mille", NULL, "load.threads_per_cpu", "!0"},
	{"load.sleep", NULL, "load.threads_per_cpu", "!0"},
	{"load.interrupt", NULL, "load.interrupt_interval", "!0"},
	{"load.softirq", NULL, "load.interrupt_interval", "!0"},
	{"kernel.tick", NULL, "kernel.hz", "!0"},
	/* what is said of it */
	{"output.window_begin", NULL, "output.window", "explicit"},
	{"output.window_end", NULL, "output.window", "explicit"},
	/* which generator */
	SYS_MESSAGES_PARAMS(OF_MESSAGES) SYS_PACED_PARAMS(OF_PACED) SYS_THINK_PARAMS(OF_THINK)
		SYS_ZIPF_PARAMS(OF_ZIPF) SYS_POST_COPY_PARAMS(OF_POST_COPY)
			SYS_QUEUES_PARAMS(OF_QUEUES) SYS_RINGS_PARAMS(OF_RINGS){
				"workload.footprint", NULL, "workload.generator", "!rings"},
	{"workload.access", NULL, "workload.generator", "!trace"},
	{"workload.device_stride", NULL, "workload.generator", "!trace"},
	{"workload.trace_time", NULL, "workload.generator", "trace"},
};

#define NR_ROWS (sizeof(rows) / sizeof(rows[0]))

/* Is @value among the words of @list? */
static bool is_among(const char *value, const char *list)
{
	size_t length = strlen(value);

	for (; *list; list += strcspn(list, "|"), list += *list == '|') {
		if (strcspn(list, "|") == length && !strncmp(list, value, length))
			return true;
	}
	return false;
}

static bool is_fulfilled(const char *value, const char *wanted)
{
	return wanted[0] == '!' ? !is_among(value, wanted + 1) : is_among(value, wanted);
}

static void read_value(const struct sys_config *config, const char *path, char *text, size_t bytes)
{
	if (!wl_format_value(config, path, text, bytes))
		text[0] = 0;
}

static bool is_of(const struct wl_acts *row, const char *path)
{
	size_t length = strlen(row->path);

	return !strncmp(row->path, path, length) && (!path[length] || path[length] == '.');
}

/* Where devices are all alike. */
static const struct wl_acts *acts_of(const struct sys_config *config, const char *path)
{
	char value[SYS_TEXT_MAX * 2];

	for (size_t i = 0; i < NR_ROWS; i++) {
		if (!is_of(&rows[i], path))
			continue;
		read_value(config, path, value, sizeof(value));
		if (rows[i].values && !is_among(value, rows[i].values))
			continue;
		read_value(config, rows[i].key, value, sizeof(value));
		if (!is_fulfilled(value, rows[i].wanted))
			return &rows[i];
	}
	return NULL;
}

/* A key of all devices acts if it does for those of any group. */
static const struct wl_acts *acts_of_groups(const struct sys_config *config, const char *path,
					    struct sys_config *view)
{
	const struct wl_acts *row = NULL;
	char name[SYS_NAME_MAX];
	const char *rest = wl_group_path(path, name);

	for (u32 i = 0; i < config->nr_groups; i++) {
		if (name[0] && strcmp(name, config->groups[i].name) != 0)
			continue;
		sys_config_view(config, i, view);
		row = acts_of(view, rest);
		if (!row)
			return NULL;
	}
	return row;
}

const struct wl_acts *wl_acts(const struct sys_config *config, const char *path)
{
	const struct wl_acts *row = NULL;
	struct sys_config *view;

	if (!config->nr_groups)
		return acts_of(config, path);
	view = malloc(sizeof(*view));
	if (view)
		row = acts_of_groups(config, path, view);
	free(view);
	return row;
}

const struct wl_acts *wl_acts_row(const char *path, size_t index)
{
	for (size_t i = 0; i < NR_ROWS; i++) {
		if (is_of(&rows[i], path) && !index--)
			return &rows[i];
	}
	return NULL;
}

const char *wl_acts_say(char text[WL_ACTS_BYTES], const struct sys_config *config,
			const struct wl_acts *row)
{
	bool is_not = row->wanted[0] == '!', has_value = config && !config->nr_groups;
	char wanted[96], value[96] = "", of[160] = "";
	char *bar;

	if (row->values && !config)
		snprintf(of, sizeof(of), "%.100s: ", row->values);

	snprintf(wanted, sizeof(wanted), "%s", row->wanted + is_not);
	while ((bar = strchr(wanted, '|')) || (bar = strchr(of, '|')))
		*bar = '/';
	if (has_value)
		wl_format_value(config, row->key, value, sizeof(value));
	snprintf(text, WL_ACTS_BYTES, "%sacts only where %s is %s%s%s%s", of, row->key,
		 is_not ? "not " : "", wanted, has_value ? ", and here it is " : "", value);
	return text;
}
