// SPDX-License-Identifier: GPL-2.0-only
/*
 * Topology: groups of CPUs and distances between them, against a reference that
 * builds the tree from the leaves up.
 */
#include "machine.h"
#include "sim/topology.h"
#include <errno.h>

#define HIT 1
#define CLUSTER 20
#define NODE 40
#define SOCKET 60
#define REMOTE 100

static struct sim_cpu_params tree_params(void)
{
	struct sim_cpu_params params = free_params(48);

	params.smt_cpus = 2;
	params.cluster_cpus = 4;
	params.node_cpus = 8;
	params.socket_cpus = 24;
	params.line_hit_ps = HIT;
	params.line_cluster_ps = CLUSTER;
	params.line_node_ps = NODE;
	params.line_socket_ps = SOCKET;
	params.line_remote_ps = REMOTE;
	return params;
}

/* How far two CPUs are from each other, found without a division. */
static u64 reference_ps(u32 a, u32 b)
{
	static const u64 cost_ps[] = {HIT, CLUSTER, NODE, SOCKET};
	static const u32 span[] = {2, 4, 8, 24};
	u32 level, first;

	for (level = 0; level < 4; level++)
		for (first = 0; first < 48; first += span[level])
			if (a >= first && a < first + span[level] && b >= first &&
			    b < first + span[level])
				return cost_ps[level];
	return REMOTE;
}

static void cost_of_a_transfer_is_that_of_the_smallest_group_of_both(void **state)
{
	u32 a, b;

	start_machine(tree_params());
	for (a = 0; a < 48; a++)
		for (b = 0; b < 48; b++)
			assert_int_equal(sim_cpu_transfer_ps(a, b), reference_ps(a, b));
}

static void groups_of_a_level_partition_the_cpus(void **state)
{
	enum sim_level level;
	u32 group, cpu;

	start_machine(tree_params());
	for (level = 0; level < SIM_NR_LEVELS; level++) {
		u32 next = 0;

		for (group = 0; group < sim_level_groups(level); group++) {
			assert_int_equal(sim_group_first_cpu(level, group), next);
			next = sim_group_end_cpu(level, group);
			for (cpu = sim_group_first_cpu(level, group); cpu < next; cpu++)
				assert_int_equal(sim_cpu_group(level, cpu), group);
		}
		assert_int_equal(next, 48);
	}
	assert_int_equal(sim_level_groups(SIM_LEVEL_CORE), 24);
	assert_int_equal(sim_level_groups(SIM_LEVEL_CLUSTER), 12);
	assert_int_equal(sim_level_groups(SIM_LEVEL_NODE), 6);
	assert_int_equal(sim_level_groups(SIM_LEVEL_SOCKET), 2);
	assert_int_equal(sim_level_groups(SIM_LEVEL_SYSTEM), 1);
	assert_int_equal(sim_cpu_cluster(47), 11);
	assert_int_equal(sim_cpu_node(47), 5);
	assert_int_equal(sim_cpu_socket(47), 1);
}

static void last_group_is_cut_off(void **state)
{
	struct sim_cpu_params params = tree_params();

	params.nr_cpus = 27;
	start_machine(params);
	assert_int_equal(sim_level_groups(SIM_LEVEL_SOCKET), 2);
	assert_int_equal(sim_level_cpus(SIM_LEVEL_SOCKET), 24);
	assert_int_equal(sim_group_first_cpu(SIM_LEVEL_SOCKET, 1), 24);
	assert_int_equal(sim_group_end_cpu(SIM_LEVEL_SOCKET, 1), 27);
}

/* Files that know of clusters and sockets alone mean what they meant. */
static void levels_that_are_not_stated_follow_the_others(void **state)
{
	struct sim_cpu_params params = tree_params();

	params.smt_cpus = params.node_cpus = params.line_node_ps = 0;
	start_machine(params);
	assert_int_equal(sim_level_cpus(SIM_LEVEL_CORE), 1);
	assert_int_equal(sim_level_cpus(SIM_LEVEL_NODE), 24);
	assert_int_equal(sim_level_cpus(SIM_LEVEL_CACHE), 24);
	assert_int_equal(sim_cpu_transfer_ps(0, 0), HIT);
	assert_int_equal(sim_cpu_transfer_ps(0, 1), CLUSTER);
	assert_int_equal(sim_cpu_transfer_ps(0, 4), SOCKET);
	assert_int_equal(sim_cpu_transfer_ps(0, 23), SOCKET);
	assert_int_equal(sim_cpu_transfer_ps(0, 24), REMOTE);
}

static void cache_is_a_level_of_its_own(void **state)
{
	struct sim_cpu_params params = tree_params();

	params.cache_cpus = 48;
	start_machine(params);
	assert_int_equal(sim_level_groups(SIM_LEVEL_CACHE), 1);
	assert_int_equal(sim_level_groups(SIM_LEVEL_NODE), 6);
}

static void check_refused(struct sim_cpu_params params)
{
	sim_finish();
	assert_int_equal(sim_init(1, 0), 0);
	assert_int_equal(sim_cpus_init(&params), -EINVAL);
}

static void a_level_that_does_not_divide_the_next_is_refused(void **state)
{
	struct sim_cpu_params params = tree_params();

	params.smt_cpus = 3;
	check_refused(params);
	params = tree_params();
	params.node_cpus = 6;
	check_refused(params);
	params = tree_params();
	params.node_cpus = 16;
	check_refused(params);
	params = tree_params();
	params.cache_cpus = 3;
	check_refused(params);
	params = tree_params();
	params.cluster_cpus = 0;
	check_refused(params);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		MACHINE_TEST(cost_of_a_transfer_is_that_of_the_smallest_group_of_both),
		MACHINE_TEST(groups_of_a_level_partition_the_cpus),
		MACHINE_TEST(last_group_is_cut_off),
		MACHINE_TEST(levels_that_are_not_stated_follow_the_others),
		MACHINE_TEST(cache_is_a_level_of_its_own),
		MACHINE_TEST(a_level_that_does_not_divide_the_next_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
