// SPDX-License-Identifier: GPL-2.0-only
/*
 * One machine: made from its configuration, run until the last device is done,
 * and thrown away. Hardware is devices.c, bring-up boot.c, taking down shutdown.c,
 * and what came out results.c.
 */
#include "system/machine/machine.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "handler/pfh.h"
#include "kapi/debug.h"
#include "sim/arena.h"
#include "sim/event.h"
#include "sim/sim.h"
#include "system/machine/kernel.h"
#include "system/measure/stamps.h"
#include "system/replay/replay.h"

/* Simulated time between two looks at the progress callback. */
#define TICK_PS (100 * SIM_PS_PER_US)

/* --- making it --- */

static void name_devices(struct sys_machine *m)
{
	for (u32 i = 0; i < m->config->machine.nr_devices; i++) {
		device_initialize(&m->devices[i].dev);
		dev_set_name(&m->devices[i].dev, "dma%u", i);
	}
}

static int create_boot_thread(struct sys_machine *m)
{
	struct sim_thread_attr attr = {.name = "boot", .cpu = -1};
	struct sim_thread *thread = sim_thread_create(&attr, sys_machine_boot, m);

	if (!thread)
		return -ENOMEM;
	sim_thread_wake(thread);
	return 0;
}

static int create_software(struct sys_machine *m)
{
	int err = kapi_init(&m->config->kernel);

	/* What it says is in the result. */
	if (!err)
		kapi_set_console_level(0);
	if (!err)
		err = pfh_init();
	if (err)
		return err;
	pfh_extra_delay_ns = m->config->handler.extra_ps / SIM_PS_PER_NS;
	pfh_pin_batch = m->config->handler.pin_batch;
	pfh_partial_tree = m->config->partials == SYS_PARTIALS_TREE;
	/* SVA with a container's design has its first one. */
	if (pfh_sva_choose_design(m->config->design))
		pfh_sva_choose_design(pfh_sva_design_names[0]);
	name_devices(m);
	m->host = sys_host_mm_create(m->config, m->mem, m->frames, m->driver->process_tables);
	err = sys_stamps_register(m->collect);
	if (!m->host || err)
		return -ENOMEM;
	if (m->config->driver == SYS_DRIVER_LINUX && sys_kernel_create(m))
		return -ENOMEM;
	return create_boot_thread(m);
}

static int init_cpus(const struct sys_config *config)
{
	struct sim_cpu_params cpu = config->cpu;

	cpu.nr_cpus = sys_config_cpus(config);
	return sim_cpus_init(&cpu);
}

static int create_parts(struct sys_machine *m)
{
	int err = sim_dists_init(m->config->dists, m->config->nr_dists);

	if (!err)
		err = init_cpus(m->config);
	if (!err)
		err = sys_machine_create_hardware(m);
	return err ? err : create_software(m);
}

int sys_machine_create(struct sys_machine **machine, const struct sys_config *config, char *message,
		       size_t message_bytes)
{
	struct sys_machine *m;
	int err = sim_init(config->seed, 0);

	*machine = NULL;
	snprintf(message, message_bytes, "cannot build the machine: out of memory");
	if (err)
		return err;
	m = sim_alloc(sizeof(*m));
	if (!m) {
		sim_finish();
		return -ENOMEM;
	}
	*m = (struct sys_machine){.config = config};
	err = create_parts(m);
	if (err) {
		sys_machine_destroy(m);
		return err;
	}
	*machine = m;
	return 0;
}

void sys_machine_destroy(struct sys_machine *m)
{
	if (!m)
		return;
	replay_finish();
	/* The handler core's state goes with the arena, pfh_init() makes it anew. */
	kapi_finish();
	sim_finish();
}

/* --- running it --- */

static u64 accesses_done(const struct sys_machine *m)
{
	u64 done = m->benchmark.nr_iterations;

	for (u32 i = 0; i < m->config->machine.nr_devices; i++)
		done += sys_engine_stats(&m->devices[i].engine)->accesses +
			sys_engine_stats(&m->devices[i].engine)->aborted +
			sys_engine_stats(&m->devices[i].engine)->dropped;
	return done;
}

static u64 total_accesses(const struct sys_machine *m)
{
	if (!has_benchmark(m))
		return replay_total_accesses(m->config);
	return sys_benchmark_threads(m->config) * m->config->benchmark.nr_iterations;
}

/* The next look at the progress callback: time in which nothing happens costs nothing. */
static u64 next_tick_ps(void)
{
	u64 next_ps = sim_next_event_ps();

	if (next_ps == SIM_TIME_NEVER || next_ps < sim_now_ps())
		next_ps = sim_now_ps();
	return next_ps + TICK_PS;
}

/* So long nothing is done by anybody but the load, the timer and mm_events: nothing will be. */
#define STUCK_PS (10 * SIM_PS_PER_S)

static bool has_background(const struct sys_config *config)
{
	return sys_config_has_load(config) || sys_config_has_mm_events(config) ||
	       config->kernel.sched.hz;
}

struct watch {
	u64 nr_done, since_ps;
};

/* By then every device has begun. */
static u64 last_startup_ps(const struct sys_config *config)
{
	u64 last_ps = 0;

	for (u32 i = 0; i < sys_config_nr_groups(config); i++) {
		u64 startup_ps = sys_config_group(config, i)->workload.startup_ps;

		last_ps = startup_ps > last_ps ? startup_ps : last_ps;
	}
	return last_ps;
}

static bool is_stuck(const struct sys_machine *m, struct watch *watch)
{
	u64 nr_done = m->is_booted ? accesses_done(m) : 0,
	    start_ps = m->origin_ps + last_startup_ps(m->config);

	if (nr_done != watch->nr_done || watch->since_ps < start_ps) {
		watch->nr_done = nr_done;
		watch->since_ps = sim_now_ps() > start_ps ? sim_now_ps() : start_ps;
	}
	return sim_now_ps() > watch->since_ps + STUCK_PS;
}

/* Return: 0, -EINTR, -EDEADLK, -ELOOP. */
static int run(struct sys_machine *m, const struct sys_progress *progress)
{
	u64 total = total_accesses(m);
	struct watch watch = {0};

	for (;;) {
		enum sim_run_result result = sim_run(next_tick_ps());

		if (sys_collect_is_endless(m->collect))
			return -ELOOP;
		if (result == SIM_RUN_STOPPED)
			return m->error;
		if (result == SIM_RUN_IDLE || (has_background(m->config) && is_stuck(m, &watch)))
			return -EDEADLK;
		if (progress && !progress->tick(progress->opaque, sim_now_ps() - m->origin_ps,
						m->is_booted ? accesses_done(m) : 0, total))
			return -EINTR;
	}
}

/* Return: what run() did, or -EIO where there is no result then, or -ECANCELED. */
static int finish_run(struct sys_machine *m, int err)
{
	bool has_ended = !err || err == -EINTR || err == -EDEADLK || err == -ELOOP;

	if (has_ended && !m->is_booted) {
		err = err == -EINTR ? -ECANCELED : -EIO;
		sys_machine_fail(m, err, "the simulated machine %s while it came up",
				 err == -ECANCELED ? "was stopped" : "hung");
		return err;
	}
	if (has_ended && sys_machine_collect(m))
		return -ENOMEM;
	if (err == -EDEADLK) {
		sys_machine_explain(m);
		sys_machine_fail(m, err,
				 "stuck after %llu ns: %u %s are not done, faults recorded %llu, "
				 "and nothing is left to happen%s",
				 (sim_now_ps() - m->origin_ps) / SIM_PS_PER_NS, m->nr_running,
				 has_benchmark(m) ? "threads" : "devices",
				 m->result.faults_recorded,
				 has_background(m->config) ? " but background load" : "");
	}
	if (err == -ELOOP)
		sys_machine_fail(m, err,
				 "ended after %llu ns: a page faults again and again "
				 "(handler.max_repeats)",
				 (sim_now_ps() - m->origin_ps) / SIM_PS_PER_NS);
	return err;
}

static int trace_error(struct sys_machine *m)
{
	const char *error = replay_error();

	if (!error)
		return 0;
	sys_machine_fail(m, -EINVAL, "%s", error);
	return -EINVAL;
}

int sys_machine_run(struct sys_machine *m, const struct sys_progress *progress, char *message,
		    size_t message_bytes)
{
	int err;

	m->message = message;
	m->message_bytes = message_bytes;
	err = run(m, progress);
	if (!err || err == -EDEADLK)
		err = trace_error(m) ? -EINVAL : err;
	return finish_run(m, err);
}

const char *sys_machine_log(u32 nr_lines)
{
	const char *log = kapi_log(), *at = log + strlen(log);

	/* Behind the end of the line before the first that is wanted. */
	while (at > log && (at[-1] != '\n' || !*at || --nr_lines))
		at--;
	return at;
}

const struct sys_result *sys_machine_result(const struct sys_machine *m)
{
	return &m->result;
}
