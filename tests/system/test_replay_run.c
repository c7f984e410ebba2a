// SPDX-License-Identifier: GPL-2.0-only
/*
 * Traces in a whole machine: a replayed trace is the generated run again, to
 * the picosecond; a trace made in one mode runs in the other; a damaged trace
 * ends the run with its line and without a result; memory does not grow with how often
 * things are mapped and unmapped.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "sim/arena.h"
#include "system/replay/trace.h"
#include "system/trace/writer.h"
#include "tests/system/run_workload.h"

#define PAGE 4096ULL

static char trace_path[] = "/tmp/test-replay-run-XXXXXX";
static char message[TEXT_MESSAGE_MAX];

static struct wl_workload *load(const char *file, const char *setting)
{
	struct wl_workload *workload = calloc(1, sizeof(*workload));
	struct wl_setting parsed;

	assert_non_null(workload);
	assert_int_equal(wl_setting_parse(setting, &parsed, message), 0);
	if (wl_load(workload,
		    &(struct wl_request){.path = file, .settings = &parsed, .nr_settings = 1},
		    message))
		fail_msg("%s", message);
	return workload;
}

static void unload(struct wl_workload *workload)
{
	wl_free(workload);
	free(workload);
}

static void trace(struct sys_config *config)
{
	int fd = open(trace_path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	struct sys_trace written = {.name = trace_path, .fd = fd};

	assert_true(fd >= 0);
	if (sys_trace_write(config, &written, message, sizeof(message)))
		fail_msg("%s", message);
	close(fd);
	config->generator = SYS_GEN_TRACE;
	snprintf(config->trace_path, sizeof(config->trace_path), "%s", trace_path);
}

static void must_be_the_same(const char *file, const char *setting)
{
	struct wl_workload *workload = load(file, setting);
	struct run_summary generated = run_config(&workload->config, NULL), replayed;

	assert_true(generated.completed > 100);
	trace(&workload->config);
	replayed = run_config(&workload->config, NULL);
	/* messages count once when generated; a trace knows no messages */
	replayed.throughput_bytes_per_s = generated.throughput_bytes_per_s;
	assert_memory_equal(&generated, &replayed, sizeof(generated));
	unload(workload);
}

static void a_replayed_trace_is_the_generated_run(void **state)
{
	must_be_the_same("workloads/uadk-sva.yaml", "workload.messages=3");
	must_be_the_same("workloads/uadk-vfio.yaml", "workload.messages=3");
	must_be_the_same("workloads/container.yaml", "seed=5");
}

static void a_trace_of_sva_runs_under_vfio(void **state)
{
	struct wl_workload *sva = load("workloads/uadk-sva.yaml", "workload.messages=3");
	struct wl_workload *vfio = load("workloads/uadk-vfio.yaml", "workload.messages=3");
	struct run_summary summary;

	trace(&sva->config);
	vfio->config.generator = SYS_GEN_TRACE;
	memcpy(vfio->config.trace_path, sva->config.trace_path, sizeof(sva->config.trace_path));
	vfio->config.nr_mappings = sva->config.nr_mappings;
	memcpy(vfio->config.mappings, sva->config.mappings, sizeof(sva->config.mappings));
	summary = run_config(&vfio->config, NULL);
	assert_int_equal(summary.accesses, 3 * 512);
	assert_int_equal(summary.aborted, 0);
	assert_int_equal(summary.completed, 1024);
	unload(sva);
	unload(vfio);
}

/* Long enough that the end of the file is read long after the start. */
static void a_truncated_trace_ends_the_run(void **state)
{
	struct wl_workload *workload = load("workloads/uadk-sva.yaml", "workload.access=16B");
	off_t size;
	FILE *file;

	trace(&workload->config);
	file = fopen(trace_path, "rb");
	assert_non_null(file);
	fseeko(file, 0, SEEK_END);
	size = ftello(file);
	fclose(file);
	assert_int_equal(truncate(trace_path, size / 2), 0);
	/* what can be seen at the start is fine */
	assert_int_equal(sys_config_check(&workload->config, message, sizeof(message)), 0);
	assert_int_equal(
		sys_machine_create(&run_machine, &workload->config, message, sizeof(message)), 0);
	assert_int_equal(sys_machine_run(run_machine, NULL, message, sizeof(message)), -EINVAL);
	assert_int_equal(strncmp(message, trace_path, strlen(trace_path)), 0);
	assert_non_null(strstr(message, ": truncated after record "));
	sys_machine_destroy(run_machine);
	assert_int_equal(truncate(trace_path, 3), 0);
	assert_int_equal(sys_config_check(&workload->config, message, sizeof(message)), -EINVAL);
	assert_non_null(strstr(message, "not an iopfsim trace"));
	unload(workload);
}

/* Map, access, unmap, again and again; every seventh stays mapped, until it is mapped anew. */
static void write_pairs(u32 nr)
{
	int fd = open(trace_path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	const struct trace_writer_attr attr = {.fd = fd, .has_aside = true};
	struct trace_writer *writer = trace_writer_create(&attr);

	assert_non_null(writer);
	for (u32 i = 0; i < nr; i++) {
		struct trace_event event = {
			.time_ps = i * 5000000ULL,
			.address = 0x10000000 + i % 1000 * PAGE,
			.bytes = PAGE,
			.device = TRACE_DEVICE_ALL,
			.pasid = TRACE_PASID_BOUND,
			.process = TRACE_PROCESS_NONE,
			.kind = TRACE_MAP,
			.flags = TRACE_READ | TRACE_WRITE,
		};

		trace_writer_put(writer, &event);
		event.kind = TRACE_ACCESS;
		event.device = i & 1;
		event.flags = TRACE_WRITE;
		trace_writer_put(writer, &event);
		event.kind = TRACE_UNMAP;
		event.device = TRACE_DEVICE_ALL;
		event.flags = 0;
		if (i % 7)
			trace_writer_put(writer, &event);
	}
	assert_int_equal(trace_writer_finish(writer), 0);
	trace_writer_destroy(writer);
	close(fd);
}

static bool keep_most(void *opaque, u64 simulated_ps, u64 accesses_done, u64 accesses_total)
{
	u64 *most = opaque, used = sim_arena_used_bytes();

	*most = used > *most ? used : *most;
	return true;
}

/* Return: most bytes of the machine in use. */
static u64 replay_pairs(u32 nr, const char *const *settings)
{
	struct wl_workload *workload = load_workload("tests/data/small.yaml", settings);
	u64 most = 0;
	const struct sys_progress progress = {keep_most, &most};

	write_pairs(nr);
	workload->config.generator = SYS_GEN_TRACE;
	snprintf(workload->config.trace_path, sizeof(workload->config.trace_path), "%s",
		 trace_path);
	if (sys_config_check(&workload->config, message, sizeof(message)) ||
	    sys_machine_create(&run_machine, &workload->config, message, sizeof(message)) ||
	    sys_machine_run(run_machine, &progress, message, sizeof(message)))
		fail_msg("%s", message);
	assert_int_equal(sys_machine_result(run_machine)->all.dma.accesses, nr);
	keep_most(&most, 0, 0, 0);
	sys_machine_destroy(run_machine);
	unload(workload);
	return most;
}

/* But for the faults and the times that results keep, as many as output's limits say. */
static void memory_does_not_grow_with_maps_and_unmaps(void **state)
{
	static const char *const settings[][5] = {
		{"handler.mode=vfio", "output.trace_limit=100", "output.timeline_limit=2", NULL},
		{"handler.mode=vfio", "output.trace_limit=100", "output.timeline_limit=2",
		 "handler.iopf=false", NULL},
		{"handler.mode=vfio", "output.trace_limit=0", "output.timeline_limit=0", NULL},
	};

	for (u32 i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		assert_int_equal(replay_pairs(8000, settings[i]), replay_pairs(24000, settings[i]));
}

static int file_make(void **state)
{
	int fd = mkstemp(trace_path);

	return fd < 0 ? -1 : close(fd);
}

static int file_remove(void **state)
{
	return unlink(trace_path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_replayed_trace_is_the_generated_run),
		cmocka_unit_test(a_trace_of_sva_runs_under_vfio),
		cmocka_unit_test(a_truncated_trace_ends_the_run),
		cmocka_unit_test(memory_does_not_grow_with_maps_and_unmaps),
	};

	return cmocka_run_group_tests(tests, file_make, file_remove);
}
