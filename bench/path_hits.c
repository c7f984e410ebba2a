// SPDX-License-Identifier: GPL-2.0-only
/*
 * The path of most records of a trace: read from a trace file, issued by the
 * DMA engine, translated by the port's TLBs, data moved, completed; 64 bytes
 * each at random in 256 pages, more than the micro-TLB and less than the TLB
 * holds. Each page is walked once; that is in the time.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench/paths.h"
#include "bench/rig.h"
#include "models/device/dma.h"
#include "sim/event.h"
#include "sim/sim.h"
#include "system/replay/replay.h"
#include "system/replay/trace.h"

#define BASE 0x100000000ULL
#define NR_PAGES 256

static struct sys_config config;

static void config_set(u64 nr)
{
	memset(&config, 0, sizeof(config));
	config.seed = 1;
	config.mode = SYS_HANDLER_VFIO;
	config.generator = SYS_GEN_RANDOM;
	config.machine.nr_devices = 1;
	config.workload.access_bytes = 64;
	config.workload.nr_accesses = nr;
	config.workload.write_percent = 50;
	config.workload.footprint_bytes = NR_PAGES * 4096;
	config.nr_mappings = 1;
	config.mappings[0] = (struct sys_mapping){
		.iova = BASE,
		.bytes = NR_PAGES * 4096,
		.is_readable = true,
		.is_writable = true,
	};
	for (size_t i = 0; i < dev_dma_param_count; i++)
		*(u64 *)((char *)&config.device +
			 dev_dma_param_table[i].offset) = dev_dma_param_table[i].def;
}

static void on_done(struct dev_dma *dma, void *opaque)
{
	*(bool *)opaque = true;
}

static int replay_time(struct bench_rig *rig, struct bench_run *run)
{
	struct dev_source *source = replay_create(&config, 0, 0);
	struct port *port = smmu_port_create(rig->smmu, BENCH_SID);
	bool is_done = false;
	const struct dev_dma_attr attr = {
		.params = &config.device,
		.port = port,
		.mem = rig->mem,
		.source = source,
		.done = on_done,
		.opaque = &is_done,
	};
	struct dev_dma *dma;

	if (!source || !port)
		return -ENOMEM;
	dma = dev_dma_create(&attr);
	if (!dma)
		return -ENOMEM;
	dev_dma_start(dma, 0);
	run->cpu_ns = bench_cpu_ns();
	sim_run(SIM_TIME_NEVER);
	run->cpu_ns = bench_cpu_ns() - run->cpu_ns;
	run->nr_done = dev_dma_stats(dma)->accesses;
	return is_done && run->nr_done == run->nr_wanted ? 0 : -EIO;
}

static int replay_run(struct bench_run *run)
{
	struct bench_rig rig;
	int err = sim_init(1, 0);

	bench_rig_defaults(&rig);
	if (!err)
		err = bench_rig_start(&rig);
	for (u64 i = 0; i < NR_PAGES && !err; i++)
		err = bench_rig_map(&rig, BASE + i * 4096, 0x80000000ULL + i * 4096);
	if (!err)
		err = replay_time(&rig, run);
	return err;
}

int bench_timed_hits(struct bench_run *run)
{
	char path[] = "/tmp/iopfsim-bench-XXXXXX";
	int fd = mkstemp(path);
	int err;

	if (fd < 0) {
		snprintf(run->message, sizeof(run->message), "%s: %s", path, strerror(errno));
		return -errno;
	}
	config_set(run->nr_wanted);
	err = sys_trace_write(&config, &(struct sys_trace){.name = path, .fd = fd}, run->message,
			      sizeof(run->message));
	close(fd);
	if (!err) {
		config.generator = SYS_GEN_TRACE;
		snprintf(config.trace_path, sizeof(config.trace_path), "%s", path);
		err = replay_run(run);
		if (err)
			snprintf(run->message, sizeof(run->message), "%s",
				 replay_error() ? replay_error() : "records were lost");
		replay_finish();
		sim_finish();
	}
	unlink(path);
	return err;
}
