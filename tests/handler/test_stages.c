// SPDX-License-Identifier: GPL-2.0-only
/*
 * What is seen of a fault, and the knob:
 *  - the stages come in order, once each for a group of one part, with the
 *    moments that their names say;
 *  - a fault that ends early passes no later stage;
 *  - pfh_extra_delay_ns adds just that, before the locks.
 */
#include "tests/handler/world.h"

#include "handler/pfh_trace.h"

struct seen {
	char order[16];
	u64 at_ps[PFH_NR_STAGES];
	struct device *dev;
	u32 grpid, pasid;
};

static void see(void *data, struct device *dev, u32 grpid, u32 pasid, int stage)
{
	struct seen *seen = data;
	size_t len = strlen(seen->order);

	assert_in_range(stage, 0, PFH_NR_STAGES - 1);
	assert_true(len < sizeof(seen->order) - 1);
	seen->order[len] = "HLPM"[stage];
	seen->order[len + 1] = '\0';
	seen->at_ps[stage] = machine_now_ps();
	seen->dev = dev;
	seen->grpid = grpid;
	seen->pasid = pasid;
}

static void delay_pin(struct mock_mm *mock, unsigned long addr)
{
	udelay(77);
}

static void stages_of(const char *design)
{
	struct world world;
	struct seen seen = {};

	world_open(&world, PFH_DISPATCH_WORKQUEUE);
	world_attach(&world, design, 0);
	assert_int_equal(register_trace_pfh_stage(see, &seen), 0);
	world.mock->on_pin = delay_pin;
	world.next_grpid = 9;
	assert_int_equal(world_write(&world, 0, IOVA), PFH_RESP_SUCCESS);
	assert_string_equal(seen.order, "HLPM");
	assert_ptr_equal(seen.dev, world.devices[0]->dev);
	assert_int_equal(seen.grpid, 9);
	assert_int_equal(seen.pasid, 0);
	assert_in_range(seen.at_ps[PFH_STAGE_PINNED] - seen.at_ps[PFH_STAGE_LOCKED],
			77 * SIM_PS_PER_US, 80 * SIM_PS_PER_US);
	/* Mapped already: nothing is pinned. */
	seen.order[0] = '\0';
	assert_int_equal(world_write(&world, 0, IOVA), PFH_RESP_SUCCESS);
	assert_string_equal(seen.order, "HL");
	seen.order[0] = '\0';
	assert_int_equal(world_write(&world, 0, 0), PFH_RESP_INVALID);
	assert_string_equal(seen.order, "HL");
	assert_int_equal(unregister_trace_pfh_stage(see, &seen), 0);
	world_close(&world);
}

static void container_stages(void *arg)
{
	for (u32 i = 0; pfh_design_names[i]; i++)
		stages_of(pfh_design_names[i]);
}

static void stages_of_a_container_fault_come_in_order(void **state)
{
	machine_run(0, container_stages, NULL);
}

static void sva_stages(void *arg)
{
	struct world world;
	struct seen seen = {};
	struct pfh_fault fault;

	world_open(&world, PFH_DISPATCH_INLINE);
	fault = world_fault(&world, VA, PFH_PERM_READ);
	fault.flags |= PFH_FAULT_PASID_VALID;
	assert_int_equal(pfh_sva_bind(world.devices[0]->pdev, &world.mock->mm, &fault.pasid), 0);
	assert_int_equal(register_trace_pfh_stage(see, &seen), 0);
	assert_int_equal(world_ask(&world, 0, &fault), PFH_RESP_SUCCESS);
	assert_string_equal(seen.order, "HLPM");
	assert_int_equal(seen.pasid, fault.pasid);
	assert_int_equal(seen.at_ps[PFH_STAGE_PINNED], seen.at_ps[PFH_STAGE_MAPPED]);
	assert_int_equal(unregister_trace_pfh_stage(see, &seen), 0);
	world_close(&world);
}

static void stages_of_an_sva_fault_come_in_order(void **state)
{
	machine_run(0, sva_stages, NULL);
}

/* From the handler's begin to the locks, of one of two equal faults. */
static u64 handled_to_locked_ps(struct world *world, struct seen *seen, dma_addr_t iova)
{
	seen->order[0] = '\0';
	assert_int_equal(world_write(world, 0, iova), PFH_RESP_SUCCESS);
	assert_string_equal(seen->order, "HLPM");
	return seen->at_ps[PFH_STAGE_LOCKED] - seen->at_ps[PFH_STAGE_HANDLED];
}

static void delay(void *arg)
{
	struct world world;
	struct seen seen = {};
	u64 without_ps;

	world_open(&world, PFH_DISPATCH_INLINE);
	world_attach(&world, "core-path", 0);
	assert_int_equal(register_trace_pfh_stage(see, &seen), 0);
	handled_to_locked_ps(&world, &seen, IOVA);
	without_ps = handled_to_locked_ps(&world, &seen, IOVA + PAGE);
	pfh_extra_delay_ns = 2345;
	assert_int_equal(handled_to_locked_ps(&world, &seen, IOVA + 2 * PAGE),
			 without_ps + 2345 * NS);
	pfh_extra_delay_ns = 0;
	assert_int_equal(unregister_trace_pfh_stage(see, &seen), 0);
	world_close(&world);
}

static void extra_delay_adds_just_that_before_the_locks(void **state)
{
	machine_run(0, delay, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST_ON_MACHINE(stages_of_a_container_fault_come_in_order),
		TEST_ON_MACHINE(stages_of_an_sva_fault_come_in_order),
		TEST_ON_MACHINE(extra_delay_adds_just_that_before_the_locks),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
