// SPDX-License-Identifier: GPL-2.0-only
/* Contention simulated: see simulated.h. */
#include "tool/here/simulated.h"

#include <errno.h>
#include <math.h>

#include "sim/arena.h"
#include "sim/event.h"
#include "sim/line.h"
#include "sim/lock.h"
#include "sim/sim.h"
#include "sim/time.h"

#define RUN_PS (SIM_PS_PER_MS / 2)
#define SEED 1
#define RETENTION_STEP 10

struct program {
	const struct simulated_contention *what;
	struct sim_line count, data;
	struct sim_rwsem rwsem;
	struct sim_spinlock spinlock;
	struct sim_mutex mutex;
	u64 nr_done;
};

static void in_section(struct program *program)
{
	sim_line_charge_write(&program->data);
	sim_charge(program->what->section_ps);
}

static void operate(struct program *program)
{
	switch (program->what->lock) {
	case CONTENTION_FETCH_ADD:
		sim_line_atomic(&program->count);
		break;
	case CONTENTION_RWSEM_READ:
		sim_down_read(&program->rwsem, NULL);
		sim_charge(program->what->section_ps);
		sim_up_read(&program->rwsem);
		break;
	case CONTENTION_SPINLOCK:
		sim_spin_lock(&program->spinlock, NULL);
		in_section(program);
		sim_spin_unlock(&program->spinlock);
		break;
	default:
		sim_mutex_lock(&program->mutex, NULL);
		in_section(program);
		sim_mutex_unlock(&program->mutex);
	}
}

static void run_thread(void *arg)
{
	struct program *program = arg;

	while (sim_now_ps() < RUN_PS) {
		operate(program);
		program->nr_done++;
		sim_charge(program->what->gap_ps);
		sim_settle();
	}
}

/* As real-time as the real ones: nobody takes a CPU from them. */
static int start_thread(struct program *program, u32 cpu)
{
	const struct sim_thread_attr attr = {
		.name = "contend", .class = SIM_CLASS_RT, .cpu = (int)cpu};
	struct sim_thread *thread = sim_thread_create(&attr, run_thread, program);

	if (!thread)
		return -ENOMEM;
	sim_thread_wake(thread);
	return 0;
}

static int run_program(const struct simulated_contention *contention, u64 *ps)
{
	struct program *program;
	int err = sim_cpus_init(&contention->cpu);

	program = err ? NULL : sim_alloc(sizeof(*program));
	if (!program)
		return err ? err : -ENOMEM;
	program->what = contention;
	sim_line_init(&program->count);
	sim_line_init(&program->data);
	sim_rwsem_init(&program->rwsem, "rwsem");
	sim_spinlock_init(&program->spinlock, "spinlock");
	sim_mutex_init(&program->mutex, "mutex");
	for (u32 i = 0; i < contention->nr_threads && !err; i++)
		err = start_thread(program, i);
	if (err)
		return err;
	sim_run(SIM_TIME_NEVER);
	*ps = sim_now_ps() / (program->nr_done ? program->nr_done : 1);
	return 0;
}

int simulated_contend(const struct simulated_contention *contention, u64 *ps)
{
	int err = sim_init(SEED, 0);

	if (err)
		return err;
	err = run_program(contention, ps);
	sim_finish();
	return err;
}

static int add_at(const struct sim_cpu_params *cpu, u64 per_mille, struct simulated_add *add)
{
	struct simulated_contention contention = {
		.cpu = *cpu, .lock = CONTENTION_FETCH_ADD, .nr_threads = 2};
	double product = 1;
	int err = 0;

	contention.cpu.line_retention_per_mille = per_mille;
	for (u32 i = 0; i < ADD_NR_PAUSES && !err; i++) {
		u64 ps = 0;

		contention.gap_ps = add->pause_ps[i];
		err = simulated_contend(&contention, &ps);
		product *= (double)ps;
	}
	add->ps = (u64)(cbrt(product) + 0.5);
	return err;
}

/* The longer a line is kept, the quicker: halve what may be the first that is quick enough. */
int simulated_retention(const struct sim_cpu_params *cpu, const struct simulated_add *add,
			u64 *per_mille)
{
	struct simulated_add above = *add, below = *add;
	u64 low = 0, high = 1000 / RETENTION_STEP;
	int err = 0;

	while (low < high && !err) {
		u64 middle = (low + high) / 2;

		err = add_at(cpu, middle * RETENTION_STEP, &below);
		if (below.ps > add->ps)
			low = middle + 1;
		else
			high = middle;
	}
	if (!err)
		err = add_at(cpu, low * RETENTION_STEP, &below);
	if (!err && low) {
		err = add_at(cpu, (low - 1) * RETENTION_STEP, &above);
		if (below.ps < add->ps && above.ps - add->ps < add->ps - below.ps)
			low--;
	}
	*per_mille = low * RETENTION_STEP;
	return err;
}
