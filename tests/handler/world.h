/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The core on a simulated machine, between a mock IOMMU and a mock memory
 * management. A test is a thread; when it is done, everything must have been
 * given back and the mocks must have seen no offence.
 */
#ifndef TESTS_HANDLER_WORLD_H
#define TESTS_HANDLER_WORLD_H

#include "tests/kapi/machine.h"

#include <linux/delay.h>
#include <linux/err.h>
#include <linux/kernel.h>
#include <linux/rcupdate.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "handler/pfh.h"
#include "handler/scenario/mock_iommu.h"
#include "handler/scenario/mock_mm.h"
#include "handler/virtual/scenario_machine.h"

#define PAGE PAGE_SIZE
#define VA 0x7f0000000000UL /* of the areas */
#define IOVA 0x10000000ULL  /* of the mappings */
#define WORLD_DEVICES 4

struct world {
	struct mock_mm *mock;
	struct mock_device *devices[WORLD_DEVICES]; /* 0 and 1 behind one IOMMU, 2 and 3 alone */
	struct pfh_container *container;
	u32 next_grpid;
};

/* Every failure here is the test's own: no allocation is made to fail. */
static inline void world_open(struct world *world, enum pfh_dispatch dispatch)
{
	static const unsigned int iommu_of[WORLD_DEVICES] = {0, 0, 1, 2};

	memset(world, 0, sizeof(*world));
	scenario_machine_use_mm();
	assert_int_equal(mock_iommu_register(), 0);
	assert_int_equal(pfh_init(), 0);
	world->mock = mock_mm_create();
	mock_mm_add_vma(world->mock, VA, 64 * PAGE, VM_READ | VM_WRITE);
	mock_mm_add_vma(world->mock, VA + 64 * PAGE, 16 * PAGE, VM_READ);
	for (u32 i = 0; i < WORLD_DEVICES; i++) {
		struct mock_device *mdev = mock_device_create(iommu_of[i]);

		assert_false(IS_ERR(mdev));
		world->devices[i] = mdev;
		mdev->pdev = pfh_device_register(mdev->dev, &mock_device_ops, dispatch);
		assert_false(IS_ERR(mdev->pdev));
	}
}

static inline void world_unregister(struct world *world, u32 i)
{
	struct mock_device *mdev = world->devices[i];

	if (mdev->pdev)
		pfh_device_unregister(mdev->pdev);
	mdev->pdev = NULL;
}

static inline void world_close(struct world *world)
{
	pfh_container_destroy(world->container);
	assert_int_equal(world->mock->nr_pins, 0);
	assert_int_equal(mock_iommu()->nr_pages, 0);
	for (u32 i = 0; i < WORLD_DEVICES; i++) {
		world_unregister(world, i);
		mock_device_destroy(world->devices[i]);
	}
	assert_int_equal(mock_iommu()->nr_domains, 0);
	assert_int_equal(mock_iommu()->nr_offences, 0);
	pfh_exit();
	mock_mm_put(world->mock);
	mock_mm_free(world->mock);
	mock_iommu_unregister();
	rcu_barrier();
	assert_int_equal(kapi_slab_objects(), 0);
	assert_int_equal(kapi_warnings(), 0);
}

static inline void world_container(struct world *world, const char *design, bool iopf,
				   unsigned int premap_pages)
{
	const struct pfh_container_attr attr = {
		.design = design,
		.mm = &world->mock->mm,
		.premap_pages = premap_pages,
		.iopf = iopf,
	};

	world->container = pfh_container_create(&attr);
	assert_false(IS_ERR(world->container));
}

#define MAPPING(iova_, vaddr_, size_, prot_)                                                       \
	(&(const struct pfh_mapping){                                                              \
		.iova = (iova_), .vaddr = (vaddr_), .size = (size_), .prot = (prot_)})

/* A container with iopf, device @i in it, and all of the first area mapped. */
static inline void world_attach(struct world *world, const char *design, u32 i)
{
	world_container(world, design, true, 1);
	assert_int_equal(pfh_container_attach(world->container, world->devices[i]->pdev), 0);
	assert_int_equal(pfh_container_map(world->container,
					   MAPPING(IOVA, VA, 64 * PAGE, IOMMU_READ | IOMMU_WRITE)),
			 0);
}

static inline struct pfh_fault world_fault(struct world *world, dma_addr_t iova, u32 perm)
{
	return (struct pfh_fault){
		.addr = iova,
		.grpid = world->next_grpid++ % MOCK_NR_GROUPS,
		.perm = perm,
		.flags = PFH_FAULT_LAST_PAGE,
	};
}

/* Device @i faults and waits for the one answer. */
static inline enum pfh_response_code world_ask(struct world *world, u32 i,
					       const struct pfh_fault *fault)
{
	struct mock_device *mdev = world->devices[i];
	u32 nr_answers = mdev->nr_answers;

	mock_device_report(mdev, fault);
	assert_true(mock_device_wait(mdev));
	assert_int_equal(mdev->nr_answers, nr_answers + 1);
	return mdev->answer[fault->grpid];
}

static inline enum pfh_response_code world_read(struct world *world, u32 i, dma_addr_t iova)
{
	struct pfh_fault fault = world_fault(world, iova, PFH_PERM_READ);

	return world_ask(world, i, &fault);
}

static inline enum pfh_response_code world_write(struct world *world, u32 i, dma_addr_t iova)
{
	struct pfh_fault fault = world_fault(world, iova, PFH_PERM_WRITE);

	return world_ask(world, i, &fault);
}

/* May device @i use @iova, of the range that is mapped from IOVA on, without a fault? */
static inline bool world_reaches(struct world *world, u32 i, dma_addr_t iova, bool write)
{
	phys_addr_t phys;

	if (mock_device_access(world->devices[i], iova, write, &phys))
		return false;
	assert_int_equal(phys, mock_mm_page_phys(world->mock, VA + (iova - IOVA)));
	return true;
}

static inline struct pfh_container_stats world_stats(struct world *world)
{
	struct pfh_container_stats stats;

	pfh_container_stats(world->container, &stats);
	return stats;
}

#endif
