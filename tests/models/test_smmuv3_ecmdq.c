// SPDX-License-Identifier: GPL-2.0-only
/*
 * Theorems: control pages and their queues are where the ID registers and the page registers
 * say, and nowhere else; a queue is on exactly while EN and ENACK are 1; each consumes its
 * commands in order, at every size, whatever the others do; an error stops its queue alone,
 * until ERRACK follows ERR, and GERROR.CMDQP_ERR only tells of it; CMD_SYNC waits for, and
 * is told of, what its own queue began; with fewer engines than queues they take turns.
 */
#include "sim/rng.h"
#include "tests/models/smmuv3_rig.h"

#define SID 5
#define RINGS 0x48000000ULL
#define WORDS 0x70000000ULL
#define EN 0x80000000U
#define ERR (1U << 23)
#define SYNC 0x46ULL
#define SYNC_IRQ(data) (0x46ULL | 1 << 12 | (u64)(data) << 32)
#define MAX_QUEUES 16

static struct rig rig;
static u32 pages_lg2, queues_lg2;
static u32 prod[MAX_QUEUES]; /* as software has it, EN and ERRACK included */
static u32 size_lg2[MAX_QUEUES];

static void start_changed(u32 pages, u32 queues, void (*change)(struct smmu_params *params))
{
	pages_lg2 = pages;
	queues_lg2 = queues;
	rig_defaults(&rig);
	rig.params.arch_minor = 3;
	rig.params.ecmdq = true;
	rig.params.ecmdq_pages_lg2 = pages;
	rig.params.ecmdq_queues_lg2 = queues;
	if (change)
		change(&rig.params);
	rig_start(&rig);
	rig_enable(&rig);
	memset(prod, 0, sizeof(prod));
}

static int setup(void **state)
{
	start_changed(1, 2, NULL);
	return 0;
}

static int teardown(void **state)
{
	rig_stop(&rig);
	return 0;
}

static void restart(u32 pages, u32 queues, void (*change)(struct smmu_params *params))
{
	rig_stop(&rig);
	start_changed(pages, queues, change);
}

/* Registers of queue @q, counted through all pages. */
static u32 at(u32 q)
{
	u32 page = q >> queues_lg2, nr = q & ((1U << queues_lg2) - 1);

	return (smmu_mmio_read(rig.smmu, 0x4000 + 32 * page, 8) & ~0xffffULL) +
	       (nr * 0x10000 >> queues_lg2);
}

static u32 cons(u32 q)
{
	return rig_r32(&rig, at(q) + 12);
}

static u32 index_of(u32 value)
{
	return value & 0xfffff;
}

static pa_t ring(u32 q)
{
	return RINGS + 0x10000ULL * q;
}

static void write_prod(u32 q)
{
	rig_w32(&rig, at(q) + 8, prod[q]);
}

/* On, empty, of 2^lg2 entries. */
static void switch_on(u32 q, u32 lg2)
{
	size_lg2[q] = lg2;
	rig_w64(&rig, at(q), ring(q) | lg2);
	rig_w32(&rig, at(q) + 12, 0);
	prod[q] = EN;
	write_prod(q);
	assert_int_equal(cons(q), EN);
}

static void put(u32 q, u64 w0, u64 w1)
{
	pa_t pa = ring(q) + 16 * (index_of(prod[q]) & ((1U << size_lg2[q]) - 1));

	rig_put1(&rig, pa, w0);
	rig_put1(&rig, pa + 8, w1);
	prod[q] = (prod[q] & ~0xfffffU) | (index_of(prod[q] + 1) & ((2U << size_lg2[q]) - 1));
}

static void send(u32 q, u64 w0, u64 w1)
{
	put(q, w0, w1);
	write_prod(q);
	rig_run(&rig);
}

static u32 active_errors(void)
{
	return rig_r32(&rig, ARM_SMMU_GERROR) ^ rig_r32(&rig, ARM_SMMU_GERRORN);
}

static struct smmu_stats stats(void)
{
	struct smmu_stats all;

	smmu_stats(rig.smmu, &all);
	return all;
}

/* --- where they are --- */

static void id_registers_say_how_many_there_are(void **state)
{
	for (u32 pages = 0; pages <= 8; pages += 4) {
		for (u32 queues = 0; queues <= 4; queues += 2) {
			restart(pages, queues, NULL);
			assert_int_equal(rig_r32(&rig, ARM_SMMU_IDR1) >> 31, 1);
			assert_int_equal(rig_r32(&rig, ARM_SMMU_IDR6), pages << 24 | queues << 16);
			assert_int_equal(rig_r32(&rig, ARM_SMMU_AIDR), 3);
			assert_int_equal(smmu_mmio_bytes(&rig.params),
					 0x20000 + (0x10000 << pages));
		}
	}
}

static void page_registers_say_where_pages_are(void **state)
{
	restart(2, 1, NULL);
	for (u32 n = 0; n < 256; n++) {
		u32 registers = 0x4000 + 32 * n;
		u64 base = 0x20000 + 0x10000 * n;

		assert_true(smmu_mmio_read(rig.smmu, registers, 8) == (n < 4 ? base | 3 : 0));
		assert_int_equal(rig_r32(&rig, registers), n < 4 ? base | 3 : 0);
		assert_int_equal(rig_r32(&rig, registers + 4), 0);
		assert_int_equal(rig_r32(&rig, registers + 8), n < 4);
		assert_int_equal(rig_r32(&rig, registers + 12), n < 4);
		/* read-only, and nothing behind them */
		for (u32 i = 0; i < 32; i += 4)
			rig_w32(&rig, registers + i, ~0U);
		assert_int_equal(rig_r32(&rig, registers + 8), n < 4);
		for (u32 i = 16; i < 32; i += 4)
			assert_int_equal(rig_r32(&rig, registers + i), 0);
	}
}

/* Every word of the pages: either one of a queue's registers, each its own, or nothing. */
static void check_pages(u32 pages, u32 queues)
{
	u32 stride = 0x10000 >> queues;

	restart(pages, queues, NULL);
	for (u32 offset = 0x20000; offset < 0x20000U + (0x10000 << (pages + 1)); offset += 4)
		rig_w32(&rig, offset, (offset >> 4 << 5) & ~EN & 0x7fffffff);
	for (u32 offset = 0x20000; offset < 0x20000U + (0x10000 << (pages + 1)); offset += 4) {
		u32 value = (offset >> 4 << 5) & 0x7fffffff, in = offset % stride, expected = 0;

		if (offset < 0x20000U + (0x10000 << pages)) {
			expected = in == 0 ? value : expected;
			expected = in == 4 ? value & 0x4000ffff : expected;
			expected = in == 8 ? value & 0x8fffff : expected;
			expected = in == 12 ? value & (0x7800001) : expected;
		}
		if (rig_r32(&rig, offset) != expected)
			fail_msg("%x is %x, not %x", offset, rig_r32(&rig, offset), expected);
	}
}

static void queues_are_spaced_evenly_in_their_pages(void **state)
{
	for (u32 queues = 0; queues <= 8; queues++)
		check_pages(queues % 3, queues);
}

static void wrong_sizes_and_alignments_are_raz_wi(void **state)
{
	u32 here = at(1);

	rig_w64(&rig, here, ring(1) | 4);
	rig_w32(&rig, here + 8, 0x12345);
	assert_true(smmu_mmio_read(rig.smmu, here, 8) == (ring(1) | 4));
	assert_int_equal(rig_r32(&rig, here + 4), ring(1) >> 32);
	for (u32 bytes = 0; bytes <= 16; bytes++) {
		if (bytes == 4 || bytes == 8)
			continue;
		assert_true(smmu_mmio_read(rig.smmu, here + 8, bytes) == 0);
		smmu_mmio_write(rig.smmu, here + 8, 0, bytes);
	}
	for (u32 by = 1; by < 4; by++) {
		assert_true(smmu_mmio_read(rig.smmu, here + 8 + by, 4) == 0);
		smmu_mmio_write(rig.smmu, here + 8 + by, 0, 4);
	}
	assert_true(smmu_mmio_read(rig.smmu, here + 4, 8) == 0);
	smmu_mmio_write(rig.smmu, here + 4, 0, 8);
	assert_int_equal(rig_r32(&rig, here + 8), 0x12345);
	assert_true(smmu_mmio_read(rig.smmu, here, 8) == (ring(1) | 4));
}

/* PROD and CONS at once, of a queue and of a page. */
static void eight_bytes_over_two_registers_are_both(void **state)
{
	u32 here = at(0);

	rig_w64(&rig, here, ring(0) | 4);
	rig_w64(&rig, here + 8, 5ULL << 32 | 3);
	assert_int_equal(rig_r32(&rig, here + 8), 3);
	assert_int_equal(rig_r32(&rig, here + 12), 5);
	assert_true(smmu_mmio_read(rig.smmu, here + 8, 8) == (5ULL << 32 | 3));
	assert_true(smmu_mmio_read(rig.smmu, CMDQ_CONTROL_PAGES + 8, 8) == (1ULL << 32 | 1));
}

static void without_ecmdq(struct smmu_params *p)
{
	p->ecmdq = false;
}

static void without_the_feature_there_is_none_of_it(void **state)
{
	restart(1, 2, without_ecmdq);
	assert_int_equal(rig_r32(&rig, ARM_SMMU_IDR1) >> 31, 0);
	assert_int_equal(rig_r32(&rig, ARM_SMMU_IDR6), 0);
	assert_int_equal(smmu_mmio_bytes(&rig.params), 0x20000);
	for (u32 offset = 0x4000; offset < 0x40000; offset += 4) {
		if (offset - 0x10000 < 0x1000)
			continue;
		rig_w32(&rig, offset, ~0U);
		assert_int_equal(rig_r32(&rig, offset), 0);
	}
}

static void ecmdq_needs_what_it_builds_on(void **state)
{
	struct smmu_params p = rig.params;

	assert_null(smmu_params_check(&p));
	/* one version before its own */
	p.arch_minor = 2;
	assert_null(smmu_params_check(&p));
	rig_version(&p, 1);
	assert_non_null(strstr(smmu_params_check(&p), "ecmdq"));
	p = rig.params;
	p.msi = false;
	assert_non_null(smmu_params_check(&p));
}

/* --- on and off (3.5.6.2) --- */

static void enabling_is_acknowledged(void **state)
{
	for (u32 q = 0; q < 8; q++) {
		assert_int_equal(cons(q), 0);
		rig_w32(&rig, at(q) + 8, EN);
		assert_int_equal(cons(q), EN);
		for (u32 other = 0; other < 8; other++)
			assert_int_equal(cons(other), other == q ? EN : 0);
		rig_w32(&rig, at(q) + 8, 0);
		assert_int_equal(cons(q), 0);
	}
}

static void registers_are_read_only_while_the_queue_is_on(void **state)
{
	switch_on(2, 3);
	rig_w64(&rig, at(2), ~0ULL);
	rig_w32(&rig, at(2) + 12, 7);
	assert_true(smmu_mmio_read(rig.smmu, at(2), 8) == (ring(2) | 3));
	assert_int_equal(cons(2), EN);
	rig_w32(&rig, at(2) + 8, 0);
	rig_w64(&rig, at(2), ~0ULL);
	/* RA, the address within OAS, LOG2SIZE */
	assert_true(smmu_mmio_read(rig.smmu, at(2), 8) == (1ULL << 62 | 0xffffffffffffULL));
	/* ENACK is the SMMU's own */
	rig_w32(&rig, at(2) + 12, ~0U);
	assert_int_equal(cons(2), 7U << 24 | ERR | 0x1ff);
}

static void a_queue_that_is_off_consumes_nothing(void **state)
{
	rig_w64(&rig, at(0), ring(0) | 4);
	rig_put1(&rig, ring(0), SYNC_IRQ(1));
	rig_put1(&rig, ring(0) + 8, WORDS);
	rig_w32(&rig, at(0) + 8, 1);
	rig_run(&rig);
	assert_int_equal(cons(0), 0);
	assert_int_equal(rig_get(&rig, WORDS), 0);
	rig_w32(&rig, at(0) + 8, EN | 1);
	rig_run(&rig);
	assert_int_equal(cons(0), EN | 1);
	assert_int_equal(rig_get(&rig, WORDS), 1);
}

/* At every moment: what was begun is consumed, and nothing else; then the queue goes on. */
static void switching_off_leaves_whole_commands(void **state)
{
	for (u32 wait_ns = 0; wait_ns < 1500; wait_ns += 13) {
		u32 done;

		restart(0, 0, NULL);
		switch_on(0, 4);
		for (u32 i = 0; i < 5; i++)
			put(0, SYNC_IRQ(i + 1), WORDS + 4 * i);
		write_prod(0);
		sim_run(sim_now_ps() + 1000ULL * wait_ns);
		rig_w32(&rig, at(0) + 8, prod[0] & ~EN);
		done = cons(0);
		assert_in_range(done, 0, 5);
		rig_run(&rig);
		assert_int_equal(cons(0), done);
		for (u32 i = 0; i < 5; i++)
			assert_int_equal(
				(u32)(rig_get(&rig, WORDS + 4 * (i & ~1U)) >> 32 * (i & 1)),
				i < done ? i + 1 : 0);
		write_prod(0);
		rig_run(&rig);
		assert_int_equal(cons(0), EN | 5);
	}
}

/* 6.3.11: as of the other queues. */
static void attributes_of_queues_are_guarded_by_each_of_them(void **state)
{
	rig_w32(&rig, ARM_SMMU_CR0, 0);
	for (u32 q = 0; q < 8; q++) {
		rig_w32(&rig, at(q) + 8, EN);
		rig_w32(&rig, ARM_SMMU_CR1, 0xfff);
		assert_int_equal(rig_r32(&rig, ARM_SMMU_CR1), 0xfc0);
		rig_w32(&rig, at(q) + 8, 0);
		rig_w32(&rig, ARM_SMMU_CR1, 0x03f);
		assert_int_equal(rig_r32(&rig, ARM_SMMU_CR1), 0x03f);
		rig_w32(&rig, ARM_SMMU_CR1, 0);
	}
}

/* --- consumption --- */

static void commands_are_consumed_in_order_at_every_size(void **state)
{
	for (u32 lg2 = 0; lg2 <= 10; lg2++) {
		u32 entries = 1U << (lg2 < 8 ? lg2 : 8); /* IDR1.CMDQS is 8 */
		u32 number = 0;

		restart(1, 2, NULL);
		switch_on(5, lg2);
		size_lg2[5] = lg2 < 8 ? lg2 : 8;
		for (u32 round = 0; round < 5; round++) {
			for (u32 i = 0; i < entries; i++)
				put(5, SYNC_IRQ(++number), WORDS);
			write_prod(5);
			rig_run(&rig);
			assert_int_equal(index_of(cons(5)), index_of(prod[5]));
			assert_int_equal(rig_get(&rig, WORDS), number);
		}
		assert_int_equal(stats().ecmdq.pushed, number);
		assert_int_equal(stats().ecmdq.popped, number);
		assert_int_equal(stats().cmdq.popped, 0);
	}
}

static void the_base_is_aligned_to_the_size(void **state)
{
	switch_on(3, 6);
	rig_w32(&rig, at(3) + 8, 0);
	rig_w64(&rig, at(3), ring(3) | 0x3e0 | 6);
	rig_w32(&rig, at(3) + 8, EN);
	send(3, SYNC_IRQ(9), WORDS);
	assert_int_equal(rig_get(&rig, WORDS), 9);
}

/* 3.5.6.1: the same commands as in the queue of page 0. */
static void commands_are_legal_as_in_the_command_queue(void **state)
{
	switch_on(6, 4);
	for (u64 op = 0; op < 256; op++) {
		u32 before = index_of(prod[6]), main_before = rig.cmd_prod;
		bool is_legal;

		rig_cmd_put(&rig, op, 0);
		rig_cmd_kick(&rig);
		rig_run(&rig);
		is_legal = !(active_errors() & GERROR_CMDQ_ERR);
		if (!is_legal) {
			rig.cmd_prod = main_before;
			rig_cmd_kick(&rig);
			rig_w32(&rig, ARM_SMMU_GERRORN, rig_r32(&rig, ARM_SMMU_GERROR));
		}
		send(6, op, 0);
		if (is_legal != (index_of(cons(6)) != before))
			fail_msg("%llx", op);
		if (is_legal)
			continue;
		prod[6] = EN | (cons(6) & ERR) | before;
		write_prod(6);
	}
}

static void a_stall_may_be_resumed_from_any_queue(void **state)
{
	struct port *port = smmu_port_create(rig.smmu, SID);
	pa_t root = rig_alloc(&rig, 4096);
	struct rig_access access;
	u64 event[4];

	rig_stream(&rig, SID, RIG_CD_S, root);
	for (u32 q = 0; q < 8; q++) {
		u64 iova = 0x1000 * (q + 1);

		switch_on(q, 4);
		assert_int_equal(rig_do(port, &access, iova, 0), PORT_PENDING);
		assert_true(rig_event(&rig, event));
		rig_map(&rig, root, iova, (0x60000000 + iova) | PTE_RW);
		send(q, 0x44 | (u64)SID << 32 | 1 << 12, event[1] & 0xffff);
		assert_int_equal(access.a.status, PORT_DONE);
	}
}

/* --- errors (3.5.6.3) --- */

static void an_error_stops_its_queue_alone(void **state)
{
	for (u32 q = 0; q < 3; q++)
		switch_on(q, 4);
	put(1, SYNC, 0);
	put(1, 0xff, 0);
	put(1, SYNC_IRQ(1), WORDS);
	write_prod(1);
	rig_run(&rig);
	assert_int_equal(cons(1), EN | ERR | 1 << 24 | 1);
	assert_int_equal(active_errors(), 1 << 9);
	assert_int_equal(rig.nr_irqs, 1);
	assert_int_equal(rig.last_irq_data, 0x6e44);
	/* the others, and the queue of page 0, go on */
	send(0, SYNC_IRQ(2), WORDS + 8);
	send(2, SYNC_IRQ(3), WORDS + 16);
	rig_cmd(&rig, SYNC_IRQ(4), WORDS + 24);
	assert_int_equal(rig_get(&rig, WORDS), 0);
	for (u32 i = 1; i < 4; i++)
		assert_int_equal(rig_get(&rig, WORDS + 8 * i), i + 1);
	/* it is not the global error that stops the queue */
	rig_w32(&rig, ARM_SMMU_GERRORN, rig_r32(&rig, ARM_SMMU_GERROR));
	rig_run(&rig);
	assert_int_equal(cons(1), EN | ERR | 1 << 24 | 1);
	assert_int_equal(active_errors(), 0);
	/* ERRACK: the command is fetched again */
	rig_put1(&rig, ring(1) + 16, SYNC);
	prod[1] |= ERR;
	write_prod(1);
	rig_run(&rig);
	assert_int_equal(index_of(cons(1)), 3);
	assert_int_equal(rig_get(&rig, WORDS), 1);
	/* the next error toggles back */
	send(1, 0xff, 0);
	assert_int_equal(cons(1), EN | 1 << 24 | 3);
	assert_int_equal(active_errors(), 1 << 9);
	assert_int_equal(rig.nr_irqs, 2);
}

static void errors_of_several_queues_are_one_global_error(void **state)
{
	for (u32 q = 0; q < 4; q++) {
		switch_on(q, 4);
		send(q, 0xff, 0);
		assert_int_equal(cons(q), EN | ERR | 1 << 24);
	}
	assert_int_equal(rig.nr_irqs, 1);
	assert_int_equal(active_errors(), 1 << 9);
}

/* An error of the queue of page 0 is another matter, and does not stop these. */
static void the_command_queue_has_its_own_error(void **state)
{
	switch_on(0, 4);
	rig_cmd_put(&rig, 0xff, 0);
	rig_cmd_kick(&rig);
	rig_run(&rig);
	assert_int_equal(active_errors(), 1);
	send(0, SYNC_IRQ(5), WORDS);
	assert_int_equal(rig_get(&rig, WORDS), 5);
	rig_w32(&rig, ARM_SMMU_CR0, CR0_SMMUEN | CR0_EVTQEN);
	send(0, SYNC_IRQ(6), WORDS);
	assert_int_equal(rig_get(&rig, WORDS), 6);
}

static void an_aborted_fetch_is_cerror_abt(void **state)
{
	rig_w64(&rig, at(4), RIG_NOWHERE | 4);
	rig_w32(&rig, at(4) + 8, EN | 1);
	rig_run(&rig);
	assert_int_equal(cons(4), EN | ERR | 2 << 24);
	assert_int_equal(active_errors(), 1 << 9);
}

/* Off and on again with the error not acknowledged: nothing happens until it is. */
static void errack_unlike_err_consumes_nothing(void **state)
{
	switch_on(0, 4);
	send(0, 0xff, 0);
	rig_w32(&rig, at(0) + 8, prod[0] & ~EN);
	assert_int_equal(cons(0), ERR | 1 << 24);
	rig_put1(&rig, ring(0), SYNC_IRQ(1));
	rig_put1(&rig, ring(0) + 8, WORDS);
	write_prod(0);
	rig_run(&rig);
	assert_int_equal(index_of(cons(0)), 0);
	rig_w32(&rig, at(0) + 8, prod[0] & ~EN);
	/* software may make them the same from either side while the queue is off */
	rig_w32(&rig, at(0) + 12, 0);
	write_prod(0);
	rig_run(&rig);
	assert_int_equal(cons(0), EN | 1);
	assert_int_equal(rig_get(&rig, WORDS), 1);
}

static void an_aborted_sync_msi_is_a_global_error(void **state)
{
	switch_on(7, 4);
	send(7, SYNC_IRQ(1), RIG_NOWHERE);
	assert_int_equal(index_of(cons(7)), 1);
	assert_int_equal(active_errors(), GERROR_MSI_CMDQ_ABT_ERR);
}

/* --- CMD_SYNC --- */

/* Messages of several queues under way at once are not one message. */
static void syncs_signal_each_for_its_queue(void **state)
{
	for (u32 q = 0; q < 8; q++) {
		switch_on(q, 4);
		put(q, SYNC_IRQ(q + 1), WORDS + 8 * q);
	}
	for (u32 q = 0; q < 8; q++)
		write_prod(q);
	rig_cmd_put(&rig, SYNC_IRQ(99), WORDS + 64);
	rig_cmd_kick(&rig);
	rig_run(&rig);
	for (u32 q = 0; q < 8; q++)
		assert_int_equal(rig_get(&rig, WORDS + 8 * q), q + 1);
	assert_int_equal(rig_get(&rig, WORDS + 64), 99);
}

static struct port_invalidation *pending[8];
static u32 nr_pending;

static void keep_invalidation(struct port_endpoint *endpoint,
			      struct port_invalidation *invalidation)
{
	pending[nr_pending++ % 8] = invalidation;
}

static void ignore_response(struct port_endpoint *endpoint,
			    const struct port_page_response *response)
{
}

static const struct port_endpoint_ops endpoint_ops = {keep_invalidation, ignore_response};
static struct port_endpoint endpoint = {&endpoint_ops};

static void with_ats(struct smmu_params *p)
{
	p->ats = true;
	p->atc_inv_timeout_ps = 100000000;
}

static void with_ats_and_one_engine(struct smmu_params *p)
{
	with_ats(p);
	p->cmd_engines = 1;
}

static void start_ats(void (*change)(struct smmu_params *params))
{
	restart(1, 2, change);
	smmu_port_create(rig.smmu, SID)->endpoint = &endpoint;
	nr_pending = 0;
	switch_on(0, 4);
	switch_on(1, 4);
}

/* An invalidation in queue 0 that nobody completes yet, and a SYNC behind it. */
static void invalidate_and_sync(void)
{
	put(0, 0x40 | (u64)SID << 32, 52);
	put(0, SYNC_IRQ(1), WORDS);
	write_prod(0);
	sim_run(sim_now_ps() + 10000000);
	assert_int_equal(nr_pending, 1);
	assert_int_equal(index_of(cons(0)), 1);
}

static void sync_waits_for_the_invalidations_of_its_own_queue(void **state)
{
	/* with one engine too: it is not held while an endpoint is waited for */
	for (u32 one = 0; one < 2; one++) {
		start_ats(one ? with_ats_and_one_engine : with_ats);
		invalidate_and_sync();
		put(1, SYNC_IRQ(2), WORDS + 8);
		write_prod(1);
		rig_cmd_put(&rig, SYNC_IRQ(3), WORDS + 16);
		rig_cmd_kick(&rig);
		sim_run(sim_now_ps() + 10000000);
		assert_int_equal(rig_get(&rig, WORDS + 8), 2);
		assert_int_equal(rig_get(&rig, WORDS + 16), 3);
		assert_int_equal(rig_get(&rig, WORDS), 0);
		pending[0]->completed(pending[0]);
		rig_run(&rig);
		assert_int_equal(rig_get(&rig, WORDS), 1);
		assert_int_equal(active_errors(), 0);
	}
}

static void a_timeout_is_told_to_its_own_queue(void **state)
{
	start_ats(with_ats);
	invalidate_and_sync();
	rig_run(&rig);
	assert_int_equal(stats().atc_inv_timeouts, 1);
	assert_int_equal(cons(0), EN | ERR | 3 << 24 | 1);
	send(1, SYNC_IRQ(2), WORDS + 8);
	assert_int_equal(cons(1), EN | 1);
	rig_cmd(&rig, SYNC, 0);
	assert_int_equal(active_errors(), 1 << 9);
	/* once: the SYNC that is fetched again succeeds */
	prod[0] |= ERR;
	write_prod(0);
	rig_run(&rig);
	assert_int_equal(rig_get(&rig, WORDS), 1);
}

static void switching_off_a_waiting_queue_forgets_its_wait(void **state)
{
	start_ats(with_ats);
	invalidate_and_sync();
	rig_w32(&rig, at(0) + 8, prod[0] & ~EN);
	assert_int_equal(cons(0), 1);
	pending[0]->completed(pending[0]);
	rig_run(&rig);
	assert_int_equal(rig_get(&rig, WORDS), 0);
	write_prod(0);
	rig_run(&rig);
	assert_int_equal(rig_get(&rig, WORDS), 1);
}

static void without_a_clock_queues_serve_at_once(void **state)
{
	smmu_set_clockless(rig.smmu, true);
	for (u32 q = 0; q < 8; q++) {
		switch_on(q, 3);
		for (u32 i = 0; i < 5; i++)
			put(q, SYNC_IRQ(i), WORDS + 8 * q);
		write_prod(q);
		assert_int_equal(cons(q), EN | 5);
		assert_int_equal(rig_get(&rig, WORDS + 8 * q), 4);
	}
	put(3, 0xff, 0);
	write_prod(3);
	assert_int_equal(cons(3), EN | ERR | 1 << 24 | 5);
}

/* --- engines --- */

static u64 engines;

static void with_engines(struct smmu_params *p)
{
	p->cmd_engines = engines;
	p->cmdq_lg2 = 8;
}

/* Time that @nr_queues take for 16 commands each. */
static u64 time_of(u32 nr_queues, u64 nr_engines)
{
	u64 began_ps;

	engines = nr_engines;
	restart(1, 2, with_engines);
	for (u32 q = 0; q < nr_queues; q++) {
		switch_on(q, 5);
		for (u32 i = 0; i < 16; i++)
			put(q, 0x30, 0);
	}
	began_ps = sim_now_ps();
	for (u32 q = 0; q < nr_queues; q++)
		write_prod(q);
	rig_run(&rig);
	for (u32 q = 0; q < nr_queues; q++)
		assert_int_equal(cons(q), EN | 16);
	return sim_now_ps() - began_ps;
}

static void queues_overlap_as_far_as_there_are_engines(void **state)
{
	u64 alone = time_of(1, 0);

	assert_true(time_of(1, 1) == alone);
	/* overlapping, but for the bandwidth of memory */
	assert_true(time_of(8, 0) < 2 * alone);
	assert_true(time_of(8, 8) == time_of(8, 0));
	assert_true(time_of(8, 1) >= 8 * alone);
	assert_true(time_of(8, 1) < 9 * alone);
	assert_true(time_of(8, 2) > 4 * alone - 1);
	assert_true(time_of(8, 2) < 5 * alone);
}

static void queues_take_turns_at_one_engine(void **state)
{
	engines = 1;
	restart(1, 2, with_engines);
	for (u32 q = 0; q < 4; q++) {
		switch_on(q, 5);
		for (u32 i = 0; i < 16; i++)
			put(q, 0x30, 0);
	}
	for (u32 q = 0; q < 4; q++)
		write_prod(q);
	for (u32 moved = 0; moved < 64;) {
		u32 least = 16, most = 0;

		sim_run(sim_next_event_ps());
		moved = 0;
		for (u32 q = 0; q < 4; q++) {
			u32 now = index_of(cons(q));

			moved += now;
			least = now < least ? now : least;
			most = now > most ? now : most;
		}
		assert_true(most - least <= 1);
	}
}

/* --- soak --- */

static struct sim_rng rng;

static u64 pick(u64 n)
{
	return sim_rng_below(&rng, n);
}

static void soak_step(u32 q)
{
	u32 room = (1U << size_lg2[q]) - (index_of(prod[q] - cons(q)) & ((2U << size_lg2[q]) - 1));
	u32 now = cons(q);

	if ((now ^ prod[q]) & ERR) {
		/* repair and acknowledge */
		rig_put1(&rig, ring(q) + 16 * (index_of(now) & ((1U << size_lg2[q]) - 1)), 0x30);
		prod[q] ^= ERR;
		write_prod(q);
		return;
	}
	switch (pick(8)) {
	case 0:
		rig_w32(&rig, at(q) + 8, prod[q] & ~EN);
		assert_int_equal(cons(q) & EN, 0);
		break;
	case 1:
		write_prod(q);
		break;
	case 2:
		if (room)
			put(q, 0xff, 0);
		write_prod(q);
		break;
	default:
		for (u32 nr = pick(4); room && nr; room--, nr--)
			put(q, pick(2) ? 0x30 : SYNC_IRQ(1), WORDS + 8 * q);
		write_prod(q);
		break;
	}
}

static void soak(u64 seed)
{
	engines = seed % 4;
	restart(1, 2, with_engines);
	sim_rng_init(&rng, seed, "soak");
	for (u32 q = 0; q < 8; q++)
		switch_on(q, 1 + q % 4);
	for (u32 i = 0; i < 2000; i++) {
		soak_step(pick(8));
		if (pick(3) == 0)
			sim_run(sim_now_ps() + pick(400000));
	}
	for (u32 again = 0; again < 200; again++) {
		for (u32 q = 0; q < 8; q++) {
			if ((cons(q) ^ prod[q]) & ERR)
				soak_step(q);
			write_prod(q);
		}
		rig_run(&rig);
	}
	for (u32 q = 0; q < 8; q++)
		assert_int_equal(index_of(cons(q)), index_of(prod[q]));
	assert_int_equal(stats().ecmdq.pushed, stats().ecmdq.popped);
}

static void every_command_is_consumed_whatever_happens(void **state)
{
	for (u64 seed = 1; seed <= 40; seed++)
		soak(seed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
		T(id_registers_say_how_many_there_are),
		T(page_registers_say_where_pages_are),
		T(queues_are_spaced_evenly_in_their_pages),
		T(wrong_sizes_and_alignments_are_raz_wi),
		T(eight_bytes_over_two_registers_are_both),
		T(without_the_feature_there_is_none_of_it),
		T(ecmdq_needs_what_it_builds_on),
		T(enabling_is_acknowledged),
		T(registers_are_read_only_while_the_queue_is_on),
		T(a_queue_that_is_off_consumes_nothing),
		T(switching_off_leaves_whole_commands),
		T(attributes_of_queues_are_guarded_by_each_of_them),
		T(commands_are_consumed_in_order_at_every_size),
		T(the_base_is_aligned_to_the_size),
		T(commands_are_legal_as_in_the_command_queue),
		T(a_stall_may_be_resumed_from_any_queue),
		T(an_error_stops_its_queue_alone),
		T(errors_of_several_queues_are_one_global_error),
		T(the_command_queue_has_its_own_error),
		T(an_aborted_fetch_is_cerror_abt),
		T(errack_unlike_err_consumes_nothing),
		T(an_aborted_sync_msi_is_a_global_error),
		T(syncs_signal_each_for_its_queue),
		T(sync_waits_for_the_invalidations_of_its_own_queue),
		T(a_timeout_is_told_to_its_own_queue),
		T(switching_off_a_waiting_queue_forgets_its_wait),
		T(without_a_clock_queues_serve_at_once),
		T(queues_overlap_as_far_as_there_are_engines),
		T(queues_take_turns_at_one_engine),
		T(every_command_is_consumed_whatever_happens),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
