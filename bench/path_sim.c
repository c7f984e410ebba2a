// SPDX-License-Identifier: GPL-2.0-only
/* The ground floor: events and fiber switches. */
#include <errno.h>
#include <stdio.h>

#include "bench/paths.h"
#include "sim/cpu.h"
#include "sim/event.h"
#include "sim/sim.h"

#define NR_EVENTS 64

struct ticker {
	struct sim_event event; /* first */
	u64 state;
};

static void tick(struct sim_event *event)
{
	struct ticker *ticker = (struct ticker *)event;

	ticker->state = ticker->state * 6364136223846793005ULL + 1442695040888963407ULL;
	sim_event_schedule(event, sim_now_ps() + 1 + (ticker->state >> 54));
}

/* Each event makes itself due again up to 1 ns later, for as long as it takes. */
int bench_events(struct bench_run *run)
{
	static struct ticker tickers[NR_EVENTS];
	/* 64 events in 512.5 ps on average: 8 ps apart. */
	u64 until_ps = run->nr_wanted * 8;
	int err = sim_init(1, 0);

	if (err) {
		snprintf(run->message, sizeof(run->message), "no machine");
		return err;
	}
	for (u32 i = 0; i < NR_EVENTS; i++) {
		tickers[i].state = i;
		sim_event_init(&tickers[i].event, tick);
		sim_event_schedule(&tickers[i].event, i);
	}
	run->cpu_ns = bench_cpu_ns();
	sim_run(until_ps);
	run->cpu_ns = bench_cpu_ns() - run->cpu_ns;
	run->nr_done = sim_events_dispatched();
	sim_finish();
	return 0;
}

/* Two threads on two CPUs whose debts end in turn: every settle changes stacks. */
static void take_turns(void *arg)
{
	u64 nr = *(u64 *)arg;

	while (nr--) {
		sim_charge(1000);
		sim_settle();
	}
}

static int switches_start(u64 *nr_turns)
{
	const struct sim_cpu_params params = {
		.nr_cpus = 2, .cluster_cpus = 2, .socket_cpus = 2, .slice_ps = 3000000000ULL};
	int err = sim_cpus_init(&params);

	for (int cpu = 0; cpu < 2 && !err; cpu++) {
		const struct sim_thread_attr attr = {.name = "turn", .cpu = cpu};
		struct sim_thread *thread = sim_thread_create(&attr, take_turns, nr_turns);

		if (!thread)
			return -ENOMEM;
		sim_thread_wake(thread);
	}
	return err;
}

int bench_switches(struct bench_run *run)
{
	static u64 nr_turns;
	int err = sim_init(1, 0);

	/* Two threads, and each turn is a switch there and one back. */
	nr_turns = run->nr_wanted / 4;
	if (!err)
		err = switches_start(&nr_turns);
	if (!err) {
		run->cpu_ns = bench_cpu_ns();
		sim_run(SIM_TIME_NEVER);
		run->cpu_ns = bench_cpu_ns() - run->cpu_ns;
		run->nr_done = sim_switches();
	} else {
		snprintf(run->message, sizeof(run->message), "no machine with two CPUs");
	}
	sim_finish();
	return err;
}
