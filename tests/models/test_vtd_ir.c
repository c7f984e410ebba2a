// SPDX-License-Identifier: GPL-2.0-only
/*
 * Theorem: an interrupt request becomes what its table entry says, or is blocked with the fault
 * reason of table 15; entries are cached until they are invalidated; posting sets bits of
 * the descriptor and notifies as ON, SN and URG say.
 */
#include "tests/models/vtd_rig.h"

#define SID 0x1234U
#define TABLE 0x500000ULL
#define PID 0x600040ULL
#define SHV 8ULL

static struct rig rig;
static struct vtd_interrupt seen[64];
static u32 nr_seen;
static struct vtd_interrupt_request request;
static u32 nr_done;

static void sink(void *opaque, const struct vtd_interrupt *interrupt)
{
	seen[nr_seen++ % 64] = *interrupt;
}

static void done(struct vtd_interrupt_request *r)
{
	nr_done++;
}

static void set_table(u64 flags_and_size)
{
	rig_w64(&rig, DMAR_IRTA_REG, TABLE | flags_and_size);
	rig_gcmd(&rig, 1U << 24);
}

static void start_off(void)
{
	nr_seen = 0;
	nr_done = 0;
	rig_start(&rig);
	vtd_set_interrupt_sink(rig.vtd, sink, NULL);
	rig_enable(&rig, RIG_LEGACY);
}

/* 256 entries, xAPIC */
static void start(void)
{
	start_off();
	set_table(7);
	rig_gcmd(&rig, 1U << 25);
}

static int setup(void **state)
{
	rig_defaults(&rig);
	rig.params.pi = 1;
	return 0;
}

static int teardown(void **state)
{
	rig_stop(&rig);
	return 0;
}

static void put(u32 index, u64 w0, u64 w1)
{
	const u64 words[2] = {w0, w1};

	rig_put(&rig, TABLE + 16 * index, words, 2);
}

static u64 address_of(u32 handle)
{
	return 0xfee00010 | (handle & 0x7fff) << 5 | (handle >> 15) << 2;
}

static void send_as(u32 sid, u64 address, u32 data)
{
	u32 before = nr_done;

	request = (struct vtd_interrupt_request){
		.sid = sid, .address = address, .data = data, .done = done};
	vtd_interrupt(rig.vtd, &request);
	rig_run(&rig);
	assert_int_equal(nr_done, before + 1);
}

static void send(u64 address, u32 data)
{
	send_as(SID, address, data);
}

static void expect(u32 destination, u32 vector)
{
	const struct vtd_interrupt *last = &seen[(nr_seen - 1) % 64];

	assert_true(request.is_delivered);
	assert_true(nr_seen > 0);
	assert_int_equal(last->destination, destination);
	assert_int_equal(last->vector, vector);
}

static void expect_blocked(u32 reason, u32 index)
{
	u64 words[2] = {0};

	assert_false(request.is_delivered);
	assert_false(request.is_posted);
	assert_int_equal(rig_fault(&rig, words), reason);
	if (!reason)
		return;
	assert_int_equal(words[1] & 0xffff, request.sid);
	assert_int_equal(words[0] >> 48, index);
}

/* --- remapping --- */

static void without_remapping_requests_pass(void **state)
{
	start_off();
	send(0xfee05000, 0x41);
	expect(5, 0x41);
	/* whatever the format bit says */
	send(0xfee05010 | 0xc, 0x8000 | 4 << 8 | 0x42);
	expect(5, 0x42);
	assert_int_equal(seen[1].delivery_mode, 4);
	assert_true(seen[1].is_level && seen[1].is_logical && seen[1].has_hint);
}

static void entry_says_what_becomes_of_the_request(void **state)
{
	start();
	put(3, 1 | 0x41ULL << 16 | 0x5ULL << 40, 0);
	send(address_of(3), 0);
	expect(5, 0x41);
	assert_false(seen[0].is_level || seen[0].is_logical || seen[0].has_hint);
	put(4, 1 | 7 << 2 | 1 << 5 | 0x42ULL << 16 | 0xfULL << 40, 0);
	send(address_of(4), 0xffffffff);
	expect(0xf, 0x42);
	assert_int_equal(seen[1].delivery_mode, 1);
	assert_true(seen[1].is_level && seen[1].is_logical && seen[1].has_hint);
}

static void subhandle_is_added_if_it_is_valid(void **state)
{
	start();
	put(3, 1 | 0x43ULL << 16, 0);
	put(5, 1 | 0x45ULL << 16, 0);
	send(address_of(3) | SHV, 2);
	expect(0, 0x45);
	send(address_of(3), 2);
	expect(0, 0x43);
}

static void handle_has_16_bits(void **state)
{
	start_off();
	set_table(15);
	rig_gcmd(&rig, 1U << 25);
	put(0xffff, 1 | 0x43ULL << 16, 0);
	send(address_of(0xffff), 0);
	expect(0, 0x43);
	send(address_of(0xffff) | SHV, 1);
	expect_blocked(0x21, 0);
}

static void x2apic_mode_has_32_bits_of_destination(void **state)
{
	start_off();
	set_table(1 << 11 | 7);
	rig_gcmd(&rig, 1U << 25);
	put(3, 1 | 0x41ULL << 16 | 0x12345678ULL << 32, 0);
	send(address_of(3), 0);
	expect(0x12345678, 0x41);
}

static void without_a_sink_interrupts_are_messages(void **state)
{
	start();
	vtd_set_interrupt_sink(rig.vtd, NULL, NULL);
	put(3, 1 | 1 << 2 | 0x41ULL << 16 | 0x5ULL << 40, 0);
	rig.nr_irqs = 0;
	send(address_of(3), 0);
	assert_int_equal(rig.nr_irqs, 1);
	assert_int_equal(rig.last_irq_data, 0x41);
	assert_int_equal(rig.last_irq_offset, 0x5000 | 4);
}

/* --- faults --- */

static void each_fault_has_its_reason(void **state)
{
	static const struct {
		u64 w0, w1, address;
		u32 data, reason, index;
	} cases[] = {
		{1, 0, 0xfee00070 | SHV, 0x10000, 0x20, 0},
		{0, 0, 0xfee00010 | 256 << 5, 0, 0x21, 256},
		{0, 0, 0xfee00070, 0, 0x22, 3},
		{1 | 1 << 12, 0, 0xfee00070, 0, 0x24, 3},
		{1 | 1 << 24, 0, 0xfee00070, 0, 0x24, 3},
		{1 | 1ULL << 32, 0, 0xfee00070, 0, 0x24, 3},
		{1 | 1ULL << 48, 0, 0xfee00070, 0, 0x24, 3},
		{1 | 3 << 5, 0, 0xfee00070, 0, 0x24, 3},
		{1, 1 << 20, 0xfee00070, 0, 0x24, 3},
		{1, 3 << 18, 0xfee00070, 0, 0x24, 3},
		{1, 0, 0xfee05000, 0x41, 0x25, 0},
	};

	for (u32 i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (i)
			teardown(state);
		setup(state);
		start();
		put(3, cases[i].w0, cases[i].w1);
		send(cases[i].address, cases[i].data);
		expect_blocked(cases[i].reason, cases[i].index);
	}
	assert_int_equal(nr_seen, 0);
}

static void table_that_is_not_there_faults(void **state)
{
	start_off();
	rig_w64(&rig, DMAR_IRTA_REG, RIG_NOWHERE | 7);
	rig_gcmd(&rig, 1U << 24);
	rig_gcmd(&rig, 1U << 25);
	send(address_of(3), 0);
	expect_blocked(0x23, 3);
}

static void fpd_hides_qualified_faults(void **state)
{
	start();
	put(3, 2, 0);
	send(address_of(3), 0);
	expect_blocked(0, 0);
	put(3, 3 | 1 << 12, 0);
	send(address_of(3), 0);
	expect_blocked(0, 0);
	put(3, 3, 1 << 18 | 0x77);
	send(address_of(3), 0);
	expect_blocked(0, 0);
}

static void requester_is_verified(void **state)
{
	/* SVT, SQ, SID of the entry; requester; passes? */
	static const struct {
		u32 svt, sq, sid, requester;
		bool is_valid;
	} cases[] = {
		{0, 0, 0x77, SID, true},       {1, 0, SID, SID, true},
		{1, 0, SID, SID ^ 1, false},   {1, 1, SID, SID ^ 4, true},
		{1, 1, SID, SID ^ 2, false},   {1, 2, SID, SID ^ 6, true},
		{1, 2, SID, SID ^ 1, false},   {1, 3, SID, SID ^ 7, true},
		{1, 3, SID, SID ^ 8, false},   {2, 0, 0x1012, 0x10ff, true},
		{2, 0, 0x1012, 0x1200, true},  {2, 0, 0x1012, 0x1300, false},
		{2, 0, 0x1012, 0x0fff, false},
	};

	start();
	for (u32 i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		rig_desc(&rig, 4, 0);
		put(3, 1, cases[i].sid | cases[i].sq << 16 | cases[i].svt << 18);
		send_as(cases[i].requester, address_of(3), 0);
		if (cases[i].is_valid)
			expect(0, 0);
		else
			expect_blocked(0x26, 3);
	}
}

static void compatibility_format_passes_if_it_is_enabled(void **state)
{
	start();
	rig_gcmd(&rig, 1U << 23);
	send(0xfee05000, 0x41);
	expect(5, 0x41);
}

static void compatibility_format_is_blocked_in_x2apic_mode(void **state)
{
	start_off();
	set_table(1 << 11 | 7);
	rig_gcmd(&rig, 1U << 25);
	rig_gcmd(&rig, 1U << 23);
	send(0xfee05000, 0x41);
	expect_blocked(0x25, 0);
}

/* --- interrupt entry cache --- */

static void change(u32 index, u32 vector)
{
	put(index, 1 | (u64)vector << 16, 0);
}

static void expect_vector(u32 index, u32 vector)
{
	send(address_of(index), 0);
	expect(0, vector);
}

static void entries_stay_until_they_are_invalidated(void **state)
{
	start();
	for (u32 i = 0; i < 8; i++) {
		change(i, 0x40 + i);
		expect_vector(i, 0x40 + i);
		change(i, 0x80 + i);
		expect_vector(i, 0x40 + i);
	}
	/* index 4 and 5: mask 1 */
	rig_desc(&rig, 4 | 1 << 4 | 1 << 27 | 5ULL << 32, 0);
	for (u32 i = 0; i < 8; i++)
		expect_vector(i, (i == 4 || i == 5 ? 0x80 : 0x40) + i);
	rig_desc(&rig, 4 | 1 << 4 | 2ULL << 32, 0);
	expect_vector(2, 0x82);
	expect_vector(3, 0x43);
	rig_desc(&rig, 4, 0);
	for (u32 i = 0; i < 8; i++)
		expect_vector(i, 0x80 + i);
}

static void new_table_keeps_entries_unless_esirtps(void **state)
{
	for (u32 esirtps = 0; esirtps < 2; esirtps++) {
		if (esirtps)
			teardown(state);
		setup(state);
		rig.params.esirtps = esirtps;
		start();
		change(3, 0x43);
		expect_vector(3, 0x43);
		change(3, 0x83);
		set_table(7);
		expect_vector(3, esirtps ? 0x83 : 0x43);
	}
}

static void remapping_that_goes_off_keeps_entries_unless_esirtps(void **state)
{
	for (u32 esirtps = 0; esirtps < 2; esirtps++) {
		if (esirtps)
			teardown(state);
		setup(state);
		rig.params.esirtps = esirtps;
		start();
		change(3, 0x43);
		expect_vector(3, 0x43);
		change(3, 0x83);
		rig_w32(&rig, DMAR_GCMD_REG, 1U << 31 | 1U << 26);
		rig_run(&rig);
		rig_gcmd(&rig, 1U << 25);
		expect_vector(3, esirtps ? 0x83 : 0x43);
	}
}

static void faulting_entries_are_not_cached(void **state)
{
	u64 words[2];

	start();
	put(3, 0, 0);
	send(address_of(3), 0);
	rig_fault(&rig, words);
	change(3, 0x43);
	expect_vector(3, 0x43);
}

/* --- posting --- */

static u64 posted(u32 vector, u64 flags)
{
	return 1 | 1 << 15 | (u64)vector << 16 | flags | (PID & 0xffffffc0) << 32;
}

static void posted_interrupt_sets_its_bit_and_notifies(void **state)
{
	start();
	put(3, posted(0x85, 0), 0);
	rig_put1(&rig, PID + 32, 0xf1ULL << 16 | 5ULL << 40);
	send(address_of(3), 0);
	assert_true(request.is_posted);
	expect(5, 0xf1);
	assert_int_equal(rig_get(&rig, PID + 16), 1ULL << 5);
	assert_int_equal(rig_get(&rig, PID + 32), 0xf1ULL << 16 | 5ULL << 40 | 1);
	/* outstanding: no other notification */
	put(4, posted(0x86, 0), 0);
	send(address_of(4), 0);
	assert_true(request.is_posted);
	assert_false(request.is_delivered);
	assert_int_equal(rig_get(&rig, PID + 16), 3ULL << 5);
	assert_int_equal(nr_seen, 1);
}

static void suppressed_notification_comes_if_urgent(void **state)
{
	start();
	rig_put1(&rig, PID + 32, 0xf1ULL << 16 | 2);
	put(3, posted(0x1, 0), 0);
	send(address_of(3), 0);
	assert_true(request.is_posted);
	assert_false(request.is_delivered);
	put(4, posted(0x2, 1 << 14), 0);
	send(address_of(4), 0);
	expect(0, 0xf1);
	assert_int_equal(rig_get(&rig, PID), 6);
}

static void descriptor_above_4_gib_is_found(void **state)
{
	start();
	put(3, posted(0x1, 0), 0x10ULL << 32);
	send(address_of(3), 0);
	/* no memory there */
	expect_blocked(0x27, 3);
}

static void reserved_bits_of_posting_fault(void **state)
{
	start();
	put(3, posted(1, 0), 0);
	rig_put1(&rig, PID + 32, 4);
	send(address_of(3), 0);
	expect_blocked(0x28, 3);
	put(4, posted(1, 1 << 2), 0);
	send(address_of(4), 0);
	expect_blocked(0x24, 4);
}

static void without_posting_its_mode_is_reserved(void **state)
{
	rig.params.pi = 0;
	start();
	put(3, posted(1, 0), 0);
	send(address_of(3), 0);
	expect_blocked(0x24, 3);
}

/* --- ports, time --- */

static void write_through_a_port_is_a_request(void **state)
{
	struct rig_access access;
	struct port *port;
	u64 words[2];

	for (u32 clockless = 0; clockless < 2; clockless++) {
		if (clockless)
			teardown(state);
		setup(state);
		rig.is_clockless = clockless;
		start();
		port = vtd_port_create(rig.vtd, SID);
		change(3, 0x43);
		assert_int_equal(rig_do(port, &access, address_of(3), RIG_WRITE | RIG_DWORD),
				 PORT_DONE);
		assert_true(access.a.is_raz_wi);
		assert_int_equal(nr_seen, 1);
		assert_int_equal(seen[0].vector, 0x43);
		assert_int_equal(rig_do(port, &access, address_of(4), RIG_WRITE | RIG_DWORD),
				 PORT_ABORTED);
		assert_int_equal(rig_fault(&rig, words), 0x22);
	}
}

/* Its data says which of the handle's interrupts it is. */
static void write_through_a_port_has_a_subhandle_if_it_has_data(void **state)
{
	struct rig_access access;
	struct port *port;

	start();
	port = vtd_port_create(rig.vtd, SID);
	for (u32 i = 3; i < 6; i++)
		change(i, 0x40 + i);
	for (u32 data = 0; data < 3; data++) {
		rig_prepare(&access, address_of(3) | SHV, RIG_WRITE | RIG_DWORD);
		access.a.has_data = data < 2;
		access.a.data = data ? data : 2;
		port->ops->translate(port, &access.a);
		rig_run(&rig);
		assert_int_equal(access.a.status, PORT_DONE);
		assert_int_equal(seen[data].vector, data == 0 ? 0x45 : data == 1 ? 0x44 : 0x43);
	}
}

static void interrupts_come_in_order_and_take_their_time(void **state)
{
	static struct vtd_interrupt_request many[32];
	u64 start_ps;

	start();
	for (u32 i = 0; i < 32; i++)
		change(i, i);
	start_ps = sim_now_ps();
	for (u32 i = 0; i < 32; i++) {
		many[i] = (struct vtd_interrupt_request){.sid = SID, .address = address_of(i)};
		vtd_interrupt(rig.vtd, &many[i]);
	}
	rig_run(&rig);
	for (u32 i = 0; i < 32; i++)
		assert_int_equal(seen[i].vector, i);
	/* one more: link and lookup, nothing is fetched */
	start_ps = sim_now_ps();
	expect_vector(3, 3);
	assert_int_equal(sim_now_ps() - start_ps, (8 + 3) * 1000);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(without_remapping_requests_pass),
		TEST(entry_says_what_becomes_of_the_request),
		TEST(subhandle_is_added_if_it_is_valid),
		TEST(handle_has_16_bits),
		TEST(x2apic_mode_has_32_bits_of_destination),
		TEST(without_a_sink_interrupts_are_messages),
		TEST(each_fault_has_its_reason),
		TEST(table_that_is_not_there_faults),
		TEST(fpd_hides_qualified_faults),
		TEST(requester_is_verified),
		TEST(compatibility_format_passes_if_it_is_enabled),
		TEST(compatibility_format_is_blocked_in_x2apic_mode),
		TEST(entries_stay_until_they_are_invalidated),
		TEST(new_table_keeps_entries_unless_esirtps),
		TEST(remapping_that_goes_off_keeps_entries_unless_esirtps),
		TEST(faulting_entries_are_not_cached),
		TEST(posted_interrupt_sets_its_bit_and_notifies),
		TEST(suppressed_notification_comes_if_urgent),
		TEST(descriptor_above_4_gib_is_found),
		TEST(reserved_bits_of_posting_fault),
		TEST(without_posting_its_mode_is_reserved),
		TEST(write_through_a_port_is_a_request),
		TEST(write_through_a_port_has_a_subhandle_if_it_has_data),
		TEST(interrupts_come_in_order_and_take_their_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
