// SPDX-License-Identifier: GPL-2.0-only
/*
 * Every platform file that comes with iopfsim makes a machine that serves faults, and states how
 * its CPUs share cache lines rather than leave that to defaults.
 */
#include <dirent.h>
#include <stdio.h>

#include "tests/system/run_workload.h"

#define FOLDER "workloads/platforms"

static void read_text(const char *name, char *text, size_t bytes)
{
	char path[512];
	size_t nr;
	FILE *in;

	snprintf(path, sizeof(path), FOLDER "/%s", name);
	in = fopen(path, "r");
	assert_non_null(in);
	nr = fread(text, 1, bytes - 1, in);
	text[nr] = 0;
	fclose(in);
}

static void check_platform(const char *name, const char *text)
{
	bool is_vtd = strstr(text, "\niommu: vtd\n");
	char platform[256];
	const char *settings[] = {
		platform,
		is_vtd ? "workload.accesses=64" : "workload.messages=1",
		is_vtd ? "workload.footprint=128KiB" : "workload.message=64KiB",
		NULL,
	};
	struct run_summary summary;

	snprintf(platform, sizeof(platform), "platform=%.*s", (int)strcspn(name, "."), name);
	summary = run_workload(is_vtd ? "workloads/vtd-sva.yaml" : "workloads/uadk-sva.yaml",
			       settings, NULL);
	assert_true(summary.completed > 0);
	assert_int_equal(summary.faults_aborted, 0);
}

static void check_topology(const char *name)
{
	char platform[256];
	const char *settings[] = {platform, NULL};
	struct wl_workload *workload;
	const struct sim_cpu_params *cpu;

	snprintf(platform, sizeof(platform), "platform=%.*s", (int)strcspn(name, "."), name);
	workload = load_workload("workloads/uadk-sva.yaml", settings);
	cpu = &workload->config.cpu;
	/* Whole sockets; the farther the dearer. */
	assert_int_equal(cpu->nr_cpus % cpu->socket_cpus, 0);
	assert_true(cpu->line_hit_ps < cpu->line_cluster_ps);
	assert_true(cpu->line_cluster_ps <= cpu->line_socket_ps);
	assert_true(!cpu->line_node_ps || cpu->line_cluster_ps <= cpu->line_node_ps);
	assert_true(cpu->line_node_ps <= cpu->line_socket_ps);
	assert_true(cpu->line_socket_ps <= cpu->line_remote_ps);
	assert_true(cpu->line_retention_per_mille <= cpu->line_occupancy_per_mille);
	free_workload(workload);
}

static void every_platform_serves_faults_and_states_its_lines(void **state)
{
	static const char *const policies[] = {"line_fair_per_mille", "line_retention_per_mille",
					       "line_occupancy_per_mille"};
	static char text[65536];
	DIR *folder = opendir(FOLDER);
	struct dirent *entry;
	u32 nr = 0;

	assert_non_null(folder);
	while ((entry = readdir(folder))) {
		if (!strstr(entry->d_name, ".yaml"))
			continue;
		read_text(entry->d_name, text, sizeof(text));
		for (u32 i = 0; i < 3; i++)
			if (!strstr(text, policies[i]))
				fail_msg("%s: no %s", entry->d_name, policies[i]);
		check_topology(entry->d_name);
		check_platform(entry->d_name, text);
		nr++;
	}
	closedir(folder);
	assert_true(nr >= 5);
}

/* What differs is written down once, in wake-ups; everything else is the same machine. */
static void check_loaded(const char *quiet, const char *loaded)
{
	const char *quiet_settings[] = {quiet, NULL}, *loaded_settings[] = {loaded, NULL};
	struct wl_workload *a = load_workload("workloads/uadk-sva.yaml", quiet_settings);
	struct wl_workload *b = load_workload("workloads/uadk-sva.yaml", loaded_settings);
	char path[128], of_a[2048], of_b[2048];

	for (size_t i = 0; i < sys_section_count; i++) {
		for (size_t j = 0; j < sys_sections[i].nr_params; j++) {
			snprintf(path, sizeof(path), "%s.%s", sys_sections[i].path,
				 sys_sections[i].params[j].key);
			assert_true(wl_format_value(&a->config, path, of_a, sizeof(of_a)));
			assert_true(wl_format_value(&b->config, path, of_b, sizeof(of_b)));
			if (!strcmp(of_a, of_b) == !strcmp(path, "cpu.wakeup"))
				fail_msg("%s: %s is %s, %s is %s", path, quiet, of_a, loaded, of_b);
		}
	}
	assert_int_equal(a->config.iommu, b->config.iommu);
	free_workload(a);
	free_workload(b);
}

static void a_loaded_platform_differs_in_its_wakeups_alone(void **state)
{
	check_loaded("platform=kunpeng920", "platform=kunpeng920-loaded");
	check_loaded("platform=xeon-sp4", "platform=xeon-sp4-loaded");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_platform_serves_faults_and_states_its_lines),
		cmocka_unit_test(a_loaded_platform_differs_in_its_wakeups_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
