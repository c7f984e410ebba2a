// SPDX-License-Identifier: GPL-2.0-only
/*
 * Cache lines: what each access costs by distance and state, and how requests
 * for one line queue.
 */
#include "machine.h"
#include "sim/line.h"

#define HIT 1
#define CLUSTER 20
#define SOCKET 50
#define REMOTE 100
#define MEMORY 80
#define ATOMIC 5

static struct sim_cpu_params line_params(void)
{
	struct sim_cpu_params params = free_params(16);

	params.line_hit_ps = HIT;
	params.line_cluster_ps = CLUSTER;
	params.line_socket_ps = SOCKET;
	params.line_remote_ps = REMOTE;
	params.line_memory_ps = MEMORY;
	params.atomic_ps = ATOMIC;
	params.line_fair_per_mille = 1000;
	return params;
}

static struct sim_line line;

enum op { READ, WRITE, ATOM, CHARGE_READ, CHARGE_WRITE };

struct access {
	int cpu;
	enum op op;
};

static u64 cost;

static void do_access(void *arg)
{
	const struct access *access = arg;
	u64 start_ps = sim_now_ps();

	switch (access->op) {
	case READ:
		sim_line_read(&line);
		break;
	case WRITE:
		sim_line_write(&line);
		break;
	case ATOM:
		sim_line_atomic(&line);
		break;
	case CHARGE_READ:
		sim_line_charge_read(&line);
		break;
	case CHARGE_WRITE:
		sim_line_charge_write(&line);
		break;
	}
	note(access->cpu);
	sim_settle();
	cost = sim_now_ps() - start_ps;
}

/* Accesses one after the other; the cost of the last. */
static u64 cost_of_last(const struct access *accesses, u32 nr)
{
	u32 i;

	seen.nr = 0;
	sim_finish();
	start_machine(line_params());
	sim_line_init(&line);
	for (i = 0; i < nr; i++) {
		start_thread(SIM_CLASS_NORMAL, accesses[i].cpu, do_access, (void *)&accesses[i]);
		run_to_end();
	}
	return cost;
}

#define COST(...)                                                                                  \
	cost_of_last((const struct access[]){__VA_ARGS__},                                         \
		     sizeof((const struct access[]){__VA_ARGS__}) / sizeof(struct access))

static void first_access_comes_from_memory(void **state)
{
	assert_int_equal(COST({3, READ}), MEMORY);
	assert_int_equal(COST({3, WRITE}), MEMORY);
	assert_int_equal(COST({3, ATOM}), MEMORY + ATOMIC);
}

static void holder_hits(void **state)
{
	assert_int_equal(COST({3, READ}, {3, READ}), HIT);
	assert_int_equal(COST({3, WRITE}, {3, READ}), HIT);
	assert_int_equal(COST({3, WRITE}, {3, WRITE}), HIT);
	assert_int_equal(COST({3, ATOM}, {3, ATOM}), HIT + ATOMIC);
	/* The only copy may be written at once. */
	assert_int_equal(COST({3, READ}, {3, WRITE}), HIT);
}

static void moving_a_line_costs_by_distance(void **state)
{
	assert_int_equal(COST({0, WRITE}, {3, WRITE}), CLUSTER);
	assert_int_equal(COST({0, WRITE}, {4, WRITE}), SOCKET);
	assert_int_equal(COST({0, WRITE}, {8, WRITE}), REMOTE);
	assert_int_equal(COST({0, WRITE}, {3, READ}), CLUSTER);
	assert_int_equal(COST({15, WRITE}, {11, READ}), SOCKET);
	assert_int_equal(COST({15, WRITE}, {7, READ}), REMOTE);
	assert_int_equal(COST({15, WRITE}, {7, ATOM}), REMOTE + ATOMIC);
}

static void reading_leaves_a_copy_behind(void **state)
{
	assert_int_equal(COST({0, WRITE}, {8, READ}, {0, READ}), HIT);
	assert_int_equal(COST({0, WRITE}, {8, READ}, {8, READ}), HIT);
	assert_int_equal(COST({0, WRITE}, {8, WRITE}, {0, READ}), REMOTE);
}

static void reader_fetches_from_the_nearest_copy(void **state)
{
	assert_int_equal(COST({0, WRITE}, {8, READ}, {9, READ}), CLUSTER);
	assert_int_equal(COST({0, WRITE}, {8, READ}, {1, READ}), CLUSTER);
	assert_int_equal(COST({0, WRITE}, {8, READ}, {12, READ}), SOCKET);
}

static void writer_waits_for_the_farthest_copy(void **state)
{
	assert_int_equal(COST({0, WRITE}, {1, READ}, {0, WRITE}), CLUSTER);
	assert_int_equal(COST({0, WRITE}, {1, READ}, {8, READ}, {0, WRITE}), REMOTE);
	/* It holds the only copy afterwards. */
	assert_int_equal(COST({0, WRITE}, {8, READ}, {0, WRITE}, {8, READ}), REMOTE);
}

static void charging_costs_the_same_without_letting_time_pass(void **state)
{
	assert_int_equal(COST({0, WRITE}, {8, CHARGE_READ}), REMOTE);
	/* Noted before it was settled. */
	assert_note(1, 8, MEMORY);
	assert_int_equal(COST({0, WRITE}, {8, CHARGE_WRITE}, {8, WRITE}), HIT);
}

static void start_access(const struct access *access)
{
	start_thread(SIM_CLASS_NORMAL, access->cpu, do_access, (void *)access);
}

static void simultaneous_requests_queue(void **state)
{
	static const struct access owner = {0, WRITE};
	static const struct access all[] = {{1, WRITE}, {4, WRITE}, {8, WRITE}};
	u64 base_ps;
	int i;

	start_machine(line_params());
	sim_line_init(&line);
	start_access(&owner);
	run_to_end();
	base_ps = sim_now_ps();
	for (i = 0; i < 3; i++)
		start_access(&all[i]);
	run_to_end();
	assert_note(1, 1, base_ps + CLUSTER);
	assert_note(2, 4, base_ps + CLUSTER + SOCKET);
	assert_note(3, 8, base_ps + CLUSTER + SOCKET + REMOTE);
}

static void an_atomic_holds_the_line_until_it_is_done(void **state)
{
	static const struct access all[] = {{0, ATOM}, {1, ATOM}, {2, ATOM}};
	int i;

	start_machine(line_params());
	sim_line_init(&line);
	for (i = 0; i < 3; i++)
		start_access(&all[i]);
	run_to_end();
	assert_note(0, 0, MEMORY + ATOMIC);
	assert_note(1, 1, MEMORY + ATOMIC + CLUSTER + ATOMIC);
	assert_note(2, 2, MEMORY + ATOMIC + 2 * (CLUSTER + ATOMIC));
}

static void outside_of_threads_access_is_free(void **state)
{
	start_machine(line_params());
	sim_line_init(&line);
	sim_line_write(&line);
	sim_line_charge_read(&line);
	assert_int_equal(sim_now_ps(), 0);
	assert_int_equal(line.owner, -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MACHINE_TEST(first_access_comes_from_memory),
		MACHINE_TEST(holder_hits),
		MACHINE_TEST(moving_a_line_costs_by_distance),
		MACHINE_TEST(reading_leaves_a_copy_behind),
		MACHINE_TEST(reader_fetches_from_the_nearest_copy),
		MACHINE_TEST(writer_waits_for_the_farthest_copy),
		MACHINE_TEST(charging_costs_the_same_without_letting_time_pass),
		MACHINE_TEST(simultaneous_requests_queue),
		MACHINE_TEST(an_atomic_holds_the_line_until_it_is_done),
		MACHINE_TEST(outside_of_threads_access_is_free),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
