// SPDX-License-Identifier: GPL-2.0-only
/*
 * The DMA engine against a port that answers as a plan says.
 *
 * Claims: it is as fast as its bandwidth when latency is hidden and as Little's
 * law allows when it is not; it issues in order, never beyond its slots; each
 * access ends once; times are those of a simulation with an event per access,
 * written below without any of the engine's short cuts, whatever else happens
 * in the machine; it allocates nothing while it runs; it can be rewound.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "models/device/dma.h"
#include "sim/arena.h"
#include "sim/event.h"
#include "sim/hist.h"
#include "sim/sim.h"
#include "sim/time.h"

#define MAX_ACCESSES 3000
#define MAX_LIMIT 64

/* What the port does with one access. */
struct plan {
	enum port_status status;  /* at once */
	u64 delay_ps;		  /* until known, or until complete() */
	enum port_status finally; /* if pending */
	u32 nr_stalls;
	bool is_raz_wi;
};

struct scenario {
	struct dev_dma_params params;
	struct dev_record records[MAX_ACCESSES];
	struct plan plans[MAX_ACCESSES];
	u32 nr;
};

/* What happened, from the engine or from the reference. */
struct outcome {
	u64 issued_ps[MAX_ACCESSES];
	struct dev_dma_stats stats;
};

struct fake_pending {
	struct sim_event event; /* first */
	struct port_access *access;
	struct fake *fake;
	enum port_status finally;
	u32 nr_stalls;
};

/* In the arena, so that it goes back with the machine. */
struct fake {
	struct port port;	  /* first */
	struct dev_source source; /* see fake_of_source() */
	const struct scenario *scenario;
	struct dev_dma *dma;
	struct dev_dma_times *times;
	struct fake_pending pending[MAX_LIMIT];
	u32 nr_pending, max_pending;
	u32 nr_taken, nr_issued;
	u32 nr_done_calls;
	u64 done_ps;
	u32 wait_every; /* 0: never */
	bool has_waited;
	struct sim_event wake_event;
	struct sim_event noise;
	u64 noise_ps;
	bool is_noisy;
	struct outcome outcome;
	struct port_access seen[MAX_ACCESSES];
};

static struct fake *fake_of_source(struct dev_source *source)
{
	return (struct fake *)((char *)source - offsetof(struct fake, source));
}

static void fake_complete(struct sim_event *event)
{
	struct fake_pending *pending = (struct fake_pending *)event;
	struct port_access *access = pending->access;

	assert_non_null(access);
	pending->access = NULL;
	pending->fake->nr_pending--;
	access->status = pending->finally;
	access->nr_stalls = pending->nr_stalls;
	access->complete(access);
}

static void fake_keep(struct fake *fake, struct port_access *access, const struct plan *plan)
{
	u32 i = 0;

	while (i < MAX_LIMIT && fake->pending[i].access)
		i++;
	assert_in_range(i, 0, MAX_LIMIT - 1);
	fake->pending[i].access = access;
	fake->pending[i].fake = fake;
	fake->pending[i].finally = plan->finally;
	fake->pending[i].nr_stalls = plan->nr_stalls;
	sim_event_init(&fake->pending[i].event, fake_complete);
	sim_event_schedule(&fake->pending[i].event, sim_now_ps() + plan->delay_ps);
	fake->nr_pending++;
	if (fake->nr_pending > fake->max_pending)
		fake->max_pending = fake->nr_pending;
}

static enum port_status fake_translate(struct port *port, struct port_access *access)
{
	struct fake *fake = (struct fake *)port;
	const struct plan *plan = &fake->scenario->plans[fake->nr_issued];

	assert_in_range(fake->nr_issued, 0, MAX_ACCESSES - 1);
	assert_int_equal(access->nr_stalls, 0);
	fake->seen[fake->nr_issued] = *access;
	fake->outcome.issued_ps[fake->nr_issued++] = sim_now_ps();
	access->status = plan->status;
	access->is_raz_wi = plan->is_raz_wi;
	access->done_ps = sim_now_ps() + plan->delay_ps;
	if (plan->status == PORT_PENDING)
		fake_keep(fake, access, plan);
	return plan->status;
}

static const struct port_ops fake_ops = {.translate = fake_translate};

static void fake_wake(struct sim_event *event)
{
	struct fake *fake = (struct fake *)((char *)event - offsetof(struct fake, wake_event));

	fake->source.wake(fake->source.wake_opaque);
}

static enum dev_next fake_next(struct dev_source *source, struct dev_record *record)
{
	struct fake *fake = fake_of_source(source);

	if (fake->wait_every && fake->nr_taken % fake->wait_every == 0 && !fake->has_waited) {
		fake->has_waited = true;
		sim_event_schedule(&fake->wake_event, sim_now_ps() + 777);
		return DEV_NEXT_WAIT;
	}
	fake->has_waited = false;
	if (fake->nr_taken == fake->scenario->nr)
		return DEV_NEXT_END;
	*record = fake->scenario->records[fake->nr_taken++];
	return DEV_NEXT_RECORD;
}

static void fake_done(struct dev_dma *dma, void *opaque)
{
	struct fake *fake = opaque;

	fake->nr_done_calls++;
	fake->done_ps = sim_now_ps();
	fake->outcome.stats = *dev_dma_stats(dma);
	fake->is_noisy = false;
}

/* Something else that is due now and then, at uneven distances. */
static void fake_noise(struct sim_event *event)
{
	struct fake *fake = (struct fake *)((char *)event - offsetof(struct fake, noise));

	fake->noise_ps = fake->noise_ps * 6364136223846793005ULL + 1442695040888963407ULL;
	if (fake->is_noisy)
		sim_event_schedule(event, sim_now_ps() + (fake->noise_ps >> 33) % 3000);
}

static struct dev_dma *engine_create(struct fake *fake, struct mem *mem)
{
	const struct dev_dma_attr attr = {
		.params = &fake->scenario->params,
		.port = &fake->port,
		.mem = mem,
		.source = &fake->source,
		.times = fake->times,
		.done = fake_done,
		.opaque = fake,
	};

	return dev_dma_create(&attr);
}

static void machine_begin(struct fake *fake, const struct scenario *scenario, struct mem *mem,
			  u64 start_ps)
{
	assert_non_null(fake);
	fake->scenario = scenario;
	fake->port.ops = &fake_ops;
	fake->source.next = fake_next;
	fake->dma = engine_create(fake, mem);
	assert_non_null(fake->dma);
	dev_dma_start(fake->dma, start_ps);
	sim_event_init(&fake->wake_event, fake_wake);
}

static struct fake *machine_start(const struct scenario *scenario, struct mem *mem, u64 start_ps,
				  bool is_noisy)
{
	struct fake *fake = sim_alloc(sizeof(*fake));

	machine_begin(fake, scenario, mem, start_ps);
	sim_event_init(&fake->noise, fake_noise);
	fake->is_noisy = is_noisy;
	if (is_noisy)
		sim_event_schedule(&fake->noise, 0);
	return fake;
}

/* One machine from start to end; @outcome is what the port and done() saw. */
static void machine_run(const struct scenario *scenario, u64 start_ps, bool is_noisy,
			struct outcome *outcome)
{
	struct fake *fake;

	assert_int_equal(sim_init(1, 0), 0);
	fake = machine_start(scenario, NULL, start_ps, is_noisy);
	assert_int_equal(sim_run(SIM_TIME_NEVER), SIM_RUN_IDLE);
	assert_int_equal(fake->nr_done_calls, 1);
	assert_int_equal(fake->done_ps, fake->outcome.stats.end_ps);
	assert_int_equal(fake->nr_pending, 0);
	*outcome = fake->outcome;
	dev_dma_destroy(fake->dma);
	sim_finish();
}

/* The reference: the rules of dma.h, one list of things that will happen. */
struct reference {
	const struct scenario *scenario;
	u64 now_ps, engine_free_ps;
	u32 nr_issued, nr_slots;
	struct {
		u64 at_ps;
		u32 access;
		bool is_used, is_translated, is_aborted;
	} flight[MAX_LIMIT];
	struct outcome *outcome;
};

static u64 reference_transfer_ps(const struct scenario *scenario, u32 bytes)
{
	u64 bandwidth = scenario->params.bandwidth_bytes_per_s;

	return (bytes * SIM_PS_PER_S + bandwidth / 2) / bandwidth;
}

static void reference_translated(struct reference *ref, u32 slot, bool is_aborted, u64 at_ps)
{
	u32 bytes = ref->scenario->records[ref->flight[slot].access].len_bytes;

	ref->flight[slot].is_translated = true;
	ref->flight[slot].is_aborted = is_aborted;
	if (!is_aborted) {
		if (ref->engine_free_ps < at_ps)
			ref->engine_free_ps = at_ps;
		ref->engine_free_ps += reference_transfer_ps(ref->scenario, bytes);
		at_ps = ref->engine_free_ps;
	}
	ref->flight[slot].at_ps = at_ps;
}

static void reference_issue(struct reference *ref)
{
	const struct plan *plan = &ref->scenario->plans[ref->nr_issued];
	u32 slot = 0;

	while (ref->flight[slot].is_used)
		slot++;
	ref->flight[slot].is_used = true;
	ref->flight[slot].is_translated = false;
	ref->flight[slot].access = ref->nr_issued;
	ref->flight[slot].at_ps = ref->now_ps + plan->delay_ps;
	ref->outcome->issued_ps[ref->nr_issued++] = ref->now_ps;
	if (plan->status != PORT_PENDING)
		reference_translated(ref, slot, plan->status == PORT_ABORTED,
				     ref->now_ps + plan->delay_ps);
	ref->nr_slots++;
}

static void reference_end(struct reference *ref, u32 slot)
{
	u32 access = ref->flight[slot].access;

	ref->flight[slot].is_used = false;
	ref->nr_slots--;
	ref->outcome->stats.end_ps = ref->now_ps;
	if (ref->flight[slot].is_aborted) {
		ref->outcome->stats.aborted++;
	} else {
		ref->outcome->stats.accesses++;
		ref->outcome->stats.bytes += ref->scenario->records[access].len_bytes;
	}
	if (ref->scenario->plans[access].status == PORT_PENDING &&
	    ref->scenario->plans[access].nr_stalls)
		ref->outcome->stats.stalled++;
}

/* Translations that become known now, oldest access first; then data that has passed. */
static void reference_advance(struct reference *ref, u64 now_ps)
{
	ref->now_ps = now_ps;
	for (u32 access = 0; access < ref->nr_issued; access++)
		for (u32 i = 0; i < MAX_LIMIT; i++)
			if (ref->flight[i].is_used && ref->flight[i].access == access &&
			    !ref->flight[i].is_translated && ref->flight[i].at_ps == now_ps)
				reference_translated(ref, i,
						     ref->scenario->plans[access].finally ==
							     PORT_ABORTED,
						     now_ps);
	for (u32 i = 0; i < MAX_LIMIT; i++)
		if (ref->flight[i].is_used && ref->flight[i].is_translated &&
		    ref->flight[i].at_ps == now_ps)
			reference_end(ref, i);
}

static u64 reference_next_ps(const struct reference *ref, u64 start_ps)
{
	u64 next_ps = SIM_TIME_NEVER;

	for (u32 i = 0; i < MAX_LIMIT; i++)
		if (ref->flight[i].is_used && ref->flight[i].at_ps < next_ps)
			next_ps = ref->flight[i].at_ps;
	if (ref->nr_issued < ref->scenario->nr &&
	    ref->nr_slots < ref->scenario->params.outstanding_accesses) {
		u64 at_ps = start_ps + ref->scenario->records[ref->nr_issued].not_before_ps;

		if (at_ps < ref->now_ps)
			at_ps = ref->now_ps;
		if (at_ps < next_ps)
			next_ps = at_ps;
	}
	return next_ps;
}

static void reference_run(const struct scenario *scenario, u64 start_ps, struct outcome *outcome)
{
	struct reference ref = {.scenario = scenario, .outcome = outcome};
	u64 next_ps;

	memset(outcome, 0, sizeof(*outcome));
	ref.now_ps = start_ps;
	while ((next_ps = reference_next_ps(&ref, start_ps)) != SIM_TIME_NEVER) {
		reference_advance(&ref, next_ps);
		while (ref.nr_issued < scenario->nr &&
		       ref.nr_slots < scenario->params.outstanding_accesses &&
		       start_ps + scenario->records[ref.nr_issued].not_before_ps <= ref.now_ps)
			reference_issue(&ref);
	}
	if (ref.nr_issued == scenario->nr)
		outcome->stats.drain_ps = outcome->issued_ps[scenario->nr - 1];
}

static u64 draw_state;

static u64 draw(u64 limit)
{
	draw_state = draw_state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (draw_state >> 33) % limit;
}

static struct plan plan_draw(u32 hit_percent)
{
	struct plan plan = {.status = PORT_DONE, .delay_ps = draw(400)};

	if (draw(100) < hit_percent)
		return plan;
	plan.status = draw(3) ? PORT_PENDING : PORT_ABORTED;
	plan.delay_ps = 1 + draw(draw(2) ? 100 : 20000);
	plan.finally = draw(4) ? PORT_DONE : PORT_ABORTED;
	plan.nr_stalls = draw(2);
	return plan;
}

/* Accesses that stay in their page. */
static void scenario_draw(struct scenario *scenario, u64 seed)
{
	u32 hit_percent;
	bool is_paced;
	u64 at_ps = 0;

	draw_state = seed;
	scenario->nr = 1 + draw(400);
	scenario->params.outstanding_accesses = 1 + draw(draw(2) ? 4 : MAX_LIMIT);
	scenario->params.outstanding_faults = draw(5);
	scenario->params.bandwidth_bytes_per_s = 1000000000ULL << draw(8);
	hit_percent = draw(101);
	is_paced = draw(2);
	for (u32 i = 0; i < scenario->nr; i++) {
		struct dev_record *record = &scenario->records[i];

		/* Times may go back: order is the source's. */
		if (is_paced)
			at_ps = draw(20) ? at_ps + draw(1500) : at_ps / 2;
		*record = (struct dev_record){.iova = 4096 * draw(100),
					      .len_bytes = 1 + draw(draw(2) ? 4096 : 64),
					      .not_before_ps = at_ps};
		scenario->plans[i] = plan_draw(hit_percent);
	}
}

static void outcomes_must_equal(const struct outcome *got, const struct outcome *want, u32 nr)
{
	for (u32 i = 0; i < nr; i++)
		assert_int_equal(got->issued_ps[i], want->issued_ps[i]);
	assert_memory_equal(&got->stats, &want->stats, sizeof(got->stats));
}

static struct scenario scenario;
static struct outcome got, want;

/* @nr accesses alike, @limit at a time. */
struct uniform {
	u32 nr, len_bytes, limit;
	u64 bandwidth, latency_ps;
};

static void scenario_uniform(struct uniform all)
{
	memset(&scenario, 0, sizeof(scenario));
	scenario.nr = all.nr;
	scenario.params.outstanding_accesses = all.limit;
	scenario.params.bandwidth_bytes_per_s = all.bandwidth;
	for (u32 i = 0; i < all.nr; i++) {
		scenario.records[i].iova = i * 4096ULL;
		scenario.records[i].len_bytes = all.len_bytes;
		scenario.plans[i].status = PORT_DONE;
		scenario.plans[i].delay_ps = all.latency_ps;
	}
}

/* 16 slots of 64 bytes in 4 ns each hide 50 ns: only the first access sees them. */
static void throughput_is_the_bandwidth_when_latency_is_hidden(void **state)
{
	scenario_uniform((struct uniform){.nr = 1000,
					  .len_bytes = 64,
					  .limit = 16,
					  .bandwidth = 16000000000ULL,
					  .latency_ps = 50000});
	machine_run(&scenario, 0, false, &got);
	assert_int_equal(got.stats.end_ps, 50000 + 1000 * 4000);
	assert_int_equal(got.stats.bytes, 64000);
}

/* 4 slots, 1 us latency: 4 accesses every latency + transfers of the four. */
static void throughput_is_slots_by_latency_when_it_is_not_hidden(void **state)
{
	u64 latency_ps = 1000000, transfer_ps = 4000;

	scenario_uniform((struct uniform){.nr = 1000,
					  .len_bytes = 64,
					  .limit = 4,
					  .bandwidth = 16000000000ULL,
					  .latency_ps = latency_ps});
	machine_run(&scenario, 0, false, &got);
	/* Each slot turns round in latency + transfer; the four are a transfer apart. */
	assert_int_equal(got.stats.end_ps, 250 * (latency_ps + transfer_ps) + 3 * transfer_ps);
}

static void little_holds_for_misses_that_the_port_keeps(void **state)
{
	scenario_uniform((struct uniform){.nr = 1000,
					  .len_bytes = 64,
					  .limit = 8,
					  .bandwidth = 16000000000ULL,
					  .latency_ps = 1000000});
	for (u32 i = 0; i < scenario.nr; i++) {
		scenario.plans[i].status = PORT_PENDING;
		scenario.plans[i].finally = PORT_DONE;
	}
	machine_run(&scenario, 0, false, &got);
	assert_int_equal(got.stats.end_ps, 125 * (1000000 + 4000) + 7 * 4000);
}

static void memory_latency_adds_but_pipelines(void **state)
{
	struct mem_params mem_params = {.base = 0x40000000,
					.size_bytes = 1 << 20,
					.latency_ps = 90000,
					.bandwidth_bytes_per_s = 64000000000ULL};
	struct fake *fake;

	scenario_uniform((struct uniform){.nr = 1000,
					  .len_bytes = 64,
					  .limit = 64,
					  .bandwidth = 16000000000ULL,
					  .latency_ps = 10000});
	assert_int_equal(sim_init(1, 0), 0);
	fake = machine_start(&scenario, mem_create(&mem_params), 0, false);
	sim_run(SIM_TIME_NEVER);
	/* translation, memory's transfer and latency once; then the engine's rate */
	assert_in_range(fake->done_ps, 10000 + 1000 + 90000 + 1000 * 4000 - 1,
			10000 + 1000 + 90000 + 1000 * 4000 + 1);
	sim_finish();
}

static void ignored_accesses_do_not_meet_memory(void **state)
{
	struct mem_params mem_params = {.base = 0x40000000,
					.size_bytes = 1 << 20,
					.latency_ps = 90000,
					.bandwidth_bytes_per_s = 64000000000ULL};
	struct fake *fake;

	scenario_uniform((struct uniform){.nr = 1,
					  .len_bytes = 64,
					  .limit = 1,
					  .bandwidth = 16000000000ULL,
					  .latency_ps = 10000});
	scenario.plans[0].is_raz_wi = true;
	assert_int_equal(sim_init(1, 0), 0);
	fake = machine_start(&scenario, mem_create(&mem_params), 0, false);
	sim_run(SIM_TIME_NEVER);
	assert_int_equal(fake->done_ps, 10000 + 4000);
	assert_int_equal(fake->outcome.stats.accesses, 1);
	sim_finish();
}

static void times_equal_those_with_an_event_per_access(void **state)
{
	for (u64 seed = 1; seed <= 400; seed++) {
		u64 start_ps = seed % 3 * 12345;

		scenario_draw(&scenario, seed);
		reference_run(&scenario, start_ps, &want);
		machine_run(&scenario, start_ps, false, &got);
		outcomes_must_equal(&got, &want, scenario.nr);
		machine_run(&scenario, start_ps, true, &got);
		outcomes_must_equal(&got, &want, scenario.nr);
	}
}

static void hits_take_no_event_each(void **state)
{
	struct fake *fake;

	scenario_uniform((struct uniform){.nr = 1000,
					  .len_bytes = 64,
					  .limit = 16,
					  .bandwidth = 16000000000ULL,
					  .latency_ps = 50000});
	assert_int_equal(sim_init(1, 0), 0);
	fake = machine_start(&scenario, NULL, 0, false);
	sim_run(SIM_TIME_NEVER);
	assert_int_equal(fake->nr_done_calls, 1);
	assert_int_equal(sim_events_dispatched(), 1);
	sim_finish();
}

static void slots_are_never_exceeded_and_all_used(void **state)
{
	struct fake *fake;

	for (u32 limit = 1; limit <= MAX_LIMIT; limit++) {
		scenario_uniform((struct uniform){.nr = 500,
						  .len_bytes = 64,
						  .limit = limit,
						  .bandwidth = 16000000000ULL,
						  .latency_ps = 5000000});
		for (u32 i = 0; i < scenario.nr; i++) {
			scenario.plans[i].status = PORT_PENDING;
			scenario.plans[i].finally = i % 7 ? PORT_DONE : PORT_ABORTED;
		}
		assert_int_equal(sim_init(1, 0), 0);
		fake = machine_start(&scenario, NULL, 0, false);
		sim_run(SIM_TIME_NEVER);
		assert_int_equal(fake->max_pending, limit);
		assert_int_equal(fake->nr_done_calls, 1);
		sim_finish();
	}
}

static void records_are_issued_in_order_and_as_they_are(void **state)
{
	struct fake *fake;

	scenario_draw(&scenario, 4711);
	for (u32 i = 0; i < scenario.nr; i++) {
		scenario.records[i].pasid = i;
		scenario.records[i].has_pasid = i % 3;
		scenario.records[i].is_write = i % 2;
	}
	assert_int_equal(sim_init(1, 0), 0);
	fake = machine_start(&scenario, NULL, 0, true);
	sim_run(SIM_TIME_NEVER);
	assert_int_equal(fake->nr_issued, scenario.nr);
	for (u32 i = 0; i < scenario.nr; i++) {
		assert_int_equal(fake->seen[i].iova, scenario.records[i].iova);
		assert_int_equal(fake->seen[i].len_bytes, scenario.records[i].len_bytes);
		assert_int_equal(fake->seen[i].pasid, i);
		assert_int_equal(fake->seen[i].has_pasid, i % 3 != 0);
		assert_int_equal(fake->seen[i].is_write, i % 2);
		assert_false(fake->seen[i].is_privileged);
		assert_false(fake->seen[i].is_instruction);
	}
	sim_finish();
}

static void records_that_cross_pages_are_split_there(void **state)
{
	static const struct {
		u64 iova;
		u32 len_bytes;
	} pieces[] = {{0x1ff0, 16}, {0x2000, 4096}, {0x3000, 8}, {0x7fff, 1}, {0x8000, 1}};
	struct fake *fake;

	scenario_uniform((struct uniform){
		.nr = 5, .len_bytes = 64, .limit = 2, .bandwidth = 16000000000ULL});
	scenario.nr = 2;
	scenario.records[0].iova = 0x1ff0;
	scenario.records[0].len_bytes = 16 + 4096 + 8;
	scenario.records[1].iova = 0x7fff;
	scenario.records[1].len_bytes = 2;
	assert_int_equal(sim_init(1, 0), 0);
	fake = machine_start(&scenario, NULL, 0, false);
	sim_run(SIM_TIME_NEVER);
	assert_int_equal(fake->nr_issued, 5);
	for (u32 i = 0; i < 5; i++) {
		assert_int_equal(fake->seen[i].iova, pieces[i].iova);
		assert_int_equal(fake->seen[i].len_bytes, pieces[i].len_bytes);
	}
	assert_int_equal(fake->outcome.stats.accesses, 5);
	assert_int_equal(fake->outcome.stats.bytes, 16 + 4096 + 8 + 2);
	sim_finish();
}

static void accesses_wait_for_their_time(void **state)
{
	scenario_uniform((struct uniform){.nr = 100,
					  .len_bytes = 64,
					  .limit = 16,
					  .bandwidth = 16000000000ULL,
					  .latency_ps = 1000});
	for (u32 i = 0; i < scenario.nr; i++)
		scenario.records[i].not_before_ps = i * 1000000ULL;
	machine_run(&scenario, 5000, false, &got);
	for (u32 i = 0; i < scenario.nr; i++)
		assert_int_equal(got.issued_ps[i], 5000 + i * 1000000ULL);
}

static void aborts_are_counted_and_the_workload_goes_on(void **state)
{
	scenario_uniform((struct uniform){.nr = 90,
					  .len_bytes = 64,
					  .limit = 4,
					  .bandwidth = 16000000000ULL,
					  .latency_ps = 1000});
	for (u32 i = 0; i < scenario.nr; i += 3)
		scenario.plans[i].status = PORT_ABORTED;
	for (u32 i = 1; i < scenario.nr; i += 9) {
		scenario.plans[i].status = PORT_PENDING;
		scenario.plans[i].finally = PORT_ABORTED;
		scenario.plans[i].nr_stalls = 2;
	}
	machine_run(&scenario, 0, false, &got);
	assert_int_equal(got.stats.aborted, 40);
	assert_int_equal(got.stats.accesses, 50);
	assert_int_equal(got.stats.bytes, 50 * 64);
	assert_int_equal(got.stats.stalled, 10);
}

static void a_source_that_makes_it_wait_wakes_it(void **state)
{
	struct fake *fake;

	for (u32 every = 1; every <= 5; every++) {
		scenario_draw(&scenario, 99 + every);
		assert_int_equal(sim_init(1, 0), 0);
		fake = machine_start(&scenario, NULL, 0, every % 2);
		fake->wait_every = every;
		sim_run(SIM_TIME_NEVER);
		assert_int_equal(fake->nr_issued, scenario.nr);
		assert_int_equal(fake->nr_done_calls, 1);
		sim_finish();
	}
}

static void an_empty_source_is_done_at_the_start(void **state)
{
	scenario_uniform((struct uniform){
		.len_bytes = 64, .limit = 4, .bandwidth = 16000000000ULL, .latency_ps = 1000});
	assert_int_equal(sim_init(1, 0), 0);
	{
		struct fake *fake;

		fake = machine_start(&scenario, NULL, 4000, false);
		sim_run(SIM_TIME_NEVER);
		assert_int_equal(fake->nr_done_calls, 1);
		assert_int_equal(fake->done_ps, 4000);
		assert_int_equal(fake->outcome.stats.accesses, 0);
	}
	sim_finish();
}

static void statistics_are_up_to_date_whenever_one_looks(void **state)
{
	struct fake *fake;

	scenario_uniform((struct uniform){.nr = 3,
					  .len_bytes = 64,
					  .limit = 16,
					  .bandwidth = 16000000000ULL,
					  .latency_ps = 1000});
	scenario.records[2].not_before_ps = 1000000;
	assert_int_equal(sim_init(1, 0), 0);
	fake = machine_start(&scenario, NULL, 0, false);
	assert_int_equal(sim_run(4999), SIM_RUN_UNTIL);
	assert_int_equal(dev_dma_stats(fake->dma)->accesses, 0);
	assert_int_equal(sim_run(5000), SIM_RUN_UNTIL);
	assert_int_equal(dev_dma_stats(fake->dma)->accesses, 1);
	assert_int_equal(sim_run(500000), SIM_RUN_UNTIL);
	assert_int_equal(dev_dma_stats(fake->dma)->accesses, 2);
	assert_int_equal(dev_dma_stats(fake->dma)->end_ps, 9000);
	sim_finish();
}

static void the_port_learns_how_many_may_stall(void **state)
{
	struct fake *fake;

	scenario_uniform((struct uniform){.nr = 1,
					  .len_bytes = 64,
					  .limit = 16,
					  .bandwidth = 16000000000ULL,
					  .latency_ps = 1000});
	scenario.params.outstanding_faults = 3;
	assert_int_equal(sim_init(1, 0), 0);
	fake = machine_start(&scenario, NULL, 0, false);
	assert_int_equal(fake->port.max_stalled, 3);
	sim_finish();
}

static void nothing_is_allocated_while_it_runs(void **state)
{
	struct fake *fake;
	u64 used_bytes;

	scenario_draw(&scenario, 31);
	assert_int_equal(sim_init(1, 0), 0);
	used_bytes = sim_arena_used_bytes();
	fake = machine_start(&scenario, NULL, 0, true);
	{
		u64 set_up_bytes = sim_arena_used_bytes();

		sim_run(SIM_TIME_NEVER);
		assert_int_equal(fake->nr_done_calls, 1);
		assert_int_equal(sim_arena_used_bytes(), set_up_bytes);
	}
	dev_dma_destroy(fake->dma);
	sim_free(fake);
	assert_int_equal(sim_arena_used_bytes(), used_bytes);
	sim_finish();
}

static void a_rewound_machine_does_the_same_again(void **state)
{
	struct sim_snapshot *snapshot;
	struct fake *fake;

	scenario_draw(&scenario, 77);
	reference_run(&scenario, 0, &want);
	assert_int_equal(sim_init(1, 0), 0);
	fake = machine_start(&scenario, NULL, 0, false);
	sim_run(want.stats.end_ps / 2);
	snapshot = sim_arena_save();
	assert_non_null(snapshot);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(fake->nr_done_calls, 0);
		sim_run(SIM_TIME_NEVER);
		outcomes_must_equal(&fake->outcome, &want, scenario.nr);
		sim_arena_restore(snapshot);
	}
	sim_snapshot_destroy(snapshot);
	sim_finish();
}

static void creation_without_memory_gives_null_and_keeps_nothing(void **state)
{
	struct fake *fake;
	u64 used_bytes;

	scenario_uniform((struct uniform){.nr = 1,
					  .len_bytes = 64,
					  .limit = DEV_DMA_MAX_OUTSTANDING,
					  .bandwidth = 16000000000ULL,
					  .latency_ps = 1000});
	assert_int_equal(sim_init(1, 4 << 20), 0);
	fake = sim_alloc(sizeof(*fake));
	assert_non_null(fake);
	fake->scenario = &scenario;
	fake->port.ops = &fake_ops;
	/* Fill the arena; then free a little more each time until it fits. */
	while (sim_alloc(1024))
		;
	used_bytes = sim_arena_used_bytes();
	assert_null(engine_create(fake, NULL));
	assert_int_equal(sim_arena_used_bytes(), used_bytes);
	sim_finish();
}

/*
 * A slot for 1 us each, an access due every 0.6 us: each is 0.4 us later than the one before. From
 * its start it takes 1 us, from when it was due its wait more.
 */
static void accesses_of_a_timed_source_are_timed_from_when_they_were_due(void **state)
{
	static struct sim_hist latency, lateness, from_due;
	static struct dev_dma_times times = {&latency, &lateness, &from_due};
	struct fake *fake;

	sim_hist_init(&latency);
	sim_hist_init(&lateness);
	sim_hist_init(&from_due);
	scenario_uniform((struct uniform){.nr = 100,
					  .len_bytes = 16,
					  .limit = 1,
					  .bandwidth = 16000000000ULL,
					  .latency_ps = 999000});
	for (u32 i = 0; i < scenario.nr; i++)
		scenario.records[i].not_before_ps = i * 600000ULL;
	scenario.plans[7].status = PORT_PENDING;
	scenario.plans[7].finally = PORT_DONE;
	scenario.plans[99].status = PORT_ABORTED; /* has no latency */
	assert_int_equal(sim_init(1, 0), 0);
	fake = sim_alloc(sizeof(*fake));
	fake->times = &times;
	fake->source.is_timed = true;
	machine_begin(fake, &scenario, NULL, 5000);
	sim_run(SIM_TIME_NEVER);
	assert_int_equal(fake->nr_done_calls, 1);
	assert_int_equal(latency.count, 99);
	assert_int_equal(latency.min, 1000000);
	assert_int_equal(latency.max, 1000000);
	assert_int_equal(lateness.min, 0);
	assert_int_equal(lateness.max, 98 * 400000);
	assert_int_equal(from_due.min, 1000000);
	assert_int_equal(from_due.max, 1000000 + 98 * 400000);
	assert_int_equal(fake->outcome.stats.drain_ps, 5000 + 99 * 1000000);
	sim_finish();
}

static void accesses_without_times_are_not_due(void **state)
{
	static struct sim_hist hist;
	static struct dev_dma_times times = {&hist, &hist, &hist};
	struct fake *fake;

	sim_hist_init(&hist);
	scenario_uniform((struct uniform){
		.nr = 10, .len_bytes = 64, .limit = 2, .bandwidth = 1000000000, .latency_ps = 10});
	assert_int_equal(sim_init(1, 0), 0);
	fake = sim_alloc(sizeof(*fake));
	fake->times = &times;
	machine_begin(fake, &scenario, NULL, 5000);
	sim_run(SIM_TIME_NEVER);
	assert_int_equal(hist.count, 0);
	sim_finish();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accesses_of_a_timed_source_are_timed_from_when_they_were_due),
		cmocka_unit_test(accesses_without_times_are_not_due),
		cmocka_unit_test(throughput_is_the_bandwidth_when_latency_is_hidden),
		cmocka_unit_test(throughput_is_slots_by_latency_when_it_is_not_hidden),
		cmocka_unit_test(little_holds_for_misses_that_the_port_keeps),
		cmocka_unit_test(memory_latency_adds_but_pipelines),
		cmocka_unit_test(ignored_accesses_do_not_meet_memory),
		cmocka_unit_test(times_equal_those_with_an_event_per_access),
		cmocka_unit_test(hits_take_no_event_each),
		cmocka_unit_test(slots_are_never_exceeded_and_all_used),
		cmocka_unit_test(records_are_issued_in_order_and_as_they_are),
		cmocka_unit_test(records_that_cross_pages_are_split_there),
		cmocka_unit_test(accesses_wait_for_their_time),
		cmocka_unit_test(aborts_are_counted_and_the_workload_goes_on),
		cmocka_unit_test(a_source_that_makes_it_wait_wakes_it),
		cmocka_unit_test(an_empty_source_is_done_at_the_start),
		cmocka_unit_test(statistics_are_up_to_date_whenever_one_looks),
		cmocka_unit_test(the_port_learns_how_many_may_stall),
		cmocka_unit_test(nothing_is_allocated_while_it_runs),
		cmocka_unit_test(a_rewound_machine_does_the_same_again),
		cmocka_unit_test(creation_without_memory_gives_null_and_keeps_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
