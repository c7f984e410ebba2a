// SPDX-License-Identifier: GPL-2.0-only
/*
 * What no step states, because it holds whatever the steps are and in whatever order they come:
 *   mapping   what the core takes for mapped, what the IOMMU's tables have and what the process
 *             has there are the same
 *   writes    each page that a device wrote while writes were tracked is in a report
 *   identity  each group was answered once, under the PASID that it was reported with
 *   dma       no access reaches a page that memory management took back
 *
 * Writes and answers are noted as they come, under the world's lock; the rest is looked at when
 * the last step has been taken.
 */
#include <linux/bitmap.h>
#include <linux/iommu.h>
#include <linux/mm.h>

#include "scenario_world.h"

/* --- identity --- */

static struct scn_asked *find_asked(struct scn_world *world, const struct mock_device *mdev,
				    u32 group)
{
	u32 i;

	for (i = 0; i < world->nr_asked; i++) {
		struct scn_asked *asked = &world->asked[i];

		if (!asked->is_answered && asked->device == mdev->number && asked->group == group)
			return asked;
	}
	return NULL;
}

void scn_note_asked(struct scn_world *world, const struct mock_device *mdev,
		    const struct pfh_fault *fault)
{
	scn_lock(world);
	/* More are an error of the scenario's, which counting their answers finds. */
	if (world->nr_asked < SCN_MAX_ANSWERS)
		world->asked[world->nr_asked++] = (struct scn_asked){
			.device = mdev->number,
			.group = fault->grpid,
			.pasid = fault->pasid,
			.has_pasid = fault->flags & PFH_FAULT_PASID_VALID,
		};
	scn_unlock(world);
}

void scn_note_response(struct scn_world *world, const struct mock_device *mdev,
		       const struct pfh_response *response)
{
	struct scn_asked *asked;
	bool is_same = false;

	scn_lock(world);
	asked = find_asked(world, mdev, response->grpid);
	if (asked) {
		asked->is_answered = true;
		is_same = asked->has_pasid == response->pasid_valid &&
			  (!asked->has_pasid || asked->pasid == response->pasid);
	}
	scn_unlock(world);
	if (!asked)
		scn_offend(world, SCN_IDENTITY,
			   "device %u, group %u is answered, and waits for no answer", mdev->number,
			   response->grpid);
	else if (!is_same)
		scn_offend(world, SCN_IDENTITY,
			   "device %u, group %u is answered under another PASID", mdev->number,
			   response->grpid);
}

/* --- accesses --- */

static bool is_anybodys(struct scn_world *world, phys_addr_t phys)
{
	unsigned int i;

	for (i = 0; i < world->scenario->nr_spaces; i++) {
		if (world->spaces[i] && scn_mm_owns(world->spaces[i], phys & PAGE_MASK))
			return true;
	}
	return false;
}

static void note_write(struct scn_world *world, const struct mock_device *mdev, dma_addr_t iova)
{
	u64 page = (iova - SCN_IOVA) >> PAGE_SHIFT;
	struct scn_writes *writes;

	if (!world->attached[mdev->number] || page >= SCN_MAX_WRITTEN)
		return;
	writes = &world->writes[world->attached[mdev->number] - 1];
	scn_lock(world);
	if (writes->is_tracking)
		__set_bit(page, writes->pages);
	scn_unlock(world);
}

void scn_note_access(struct mock_device *mdev, phys_addr_t phys, dma_addr_t iova, bool write)
{
	struct scn_world *world = mdev->owner;

	if (!is_anybodys(world, phys))
		scn_offend(world, SCN_DMA,
			   "device %u reaches at page %lld what memory management took back",
			   mdev->number, (s64)(iova - SCN_IOVA) >> PAGE_SHIFT);
	if (write)
		note_write(world, mdev, iova);
}

/* --- writes --- */

static struct scn_writes *writes_of(const struct scn_call *call)
{
	return &call->world->writes[call->step->container];
}

void scn_writes_track(const struct scn_call *call, bool is_tracking)
{
	struct scn_writes *writes = writes_of(call);

	scn_lock(call->world);
	if (writes->is_tracking != is_tracking)
		bitmap_zero(writes->pages, SCN_MAX_WRITTEN);
	writes->is_tracking = is_tracking;
	scn_unlock(call->world);
}

/* Of those pages of the step whose bit is set, or of all (NULL), nobody need be told any more. */
void scn_writes_told(const struct scn_call *call, const unsigned long *bitmap)
{
	const struct scn_step *step = call->step;
	s32 i;

	scn_lock(call->world);
	for (i = 0; i < step->pages; i++) {
		s64 page = (s64)step->page + i;

		if (page >= 0 && page < SCN_MAX_WRITTEN && (!bitmap || test_bit(i, bitmap)))
			__clear_bit(page, writes_of(call)->pages);
	}
	scn_unlock(call->world);
}

static void check_writes(struct scn_world *world, unsigned int container)
{
	struct scn_writes *writes = &world->writes[container];
	unsigned long reported[BITS_TO_LONGS(SCN_MAX_WRITTEN)], page;

	if (!writes->is_tracking || !world->containers[container])
		return;
	if (pfh_container_dirty_get(world->containers[container], SCN_IOVA,
				    (size_t)SCN_MAX_WRITTEN << PAGE_SHIFT, reported))
		return;
	page = 0;
	while (page < SCN_MAX_WRITTEN &&
	       !(test_bit(page, writes->pages) && !test_bit(page, reported)))
		page++;
	if (page < SCN_MAX_WRITTEN)
		scn_offend(world, SCN_WRITES,
			   "page %lu was written by a device, and is in no report", page);
}

/* --- mapping --- */

struct looked {
	struct iommu_domain *domain;
	dma_addr_t iova;
	unsigned long vaddr;
	phys_addr_t phys;
};

#define MAX_LOOKED 16

struct look {
	struct scn_world *world;
	u32 nr_told;
	u32 nr; /* of those that memory is asked about */
	struct looked looked[MAX_LOOKED];
};

static s64 page_of(dma_addr_t iova)
{
	return (s64)(iova - SCN_IOVA) >> PAGE_SHIFT;
}

/* The page's entries are locked. */
static void look_at_table(struct iommu_domain *domain, const struct pfh_page *page, void *arg)
{
	struct look *look = arg;
	phys_addr_t phys;
	int prot = mock_domain_look(domain, page->iova, &phys);

	look->nr_told++;
	if (prot < 0)
		scn_offend(look->world, SCN_MAPPING,
			   "page %lld: the core has it mapped, the table has not",
			   page_of(page->iova));
	else if (prot != (page->prot & (IOMMU_READ | IOMMU_WRITE)))
		scn_offend(look->world, SCN_MAPPING,
			   "page %lld: the table allows %d, the core has %d", page_of(page->iova),
			   prot, page->prot & (IOMMU_READ | IOMMU_WRITE));
	/* A pinned one may have left the address space. */
	else if (!page->is_pinned && look->nr < MAX_LOOKED)
		look->looked[look->nr++] = (struct looked){domain, page->iova, page->vaddr, phys};
}

static void look_at_memory(struct scn_world *world, struct scn_mm *mm, const struct looked *looked)
{
	phys_addr_t phys = scn_mm_phys(mm, (s32)((looked->vaddr - SCN_VADDR) >> PAGE_SHIFT)), now;

	if (phys == looked->phys)
		return;
	/* A kernel's memory management is never still. */
	if (mock_domain_look(looked->domain, looked->iova, &now) < 0 || now != looked->phys)
		return;
	scn_offend(world, SCN_MAPPING,
		   "page %lld: the table leads to a page that the process has not",
		   page_of(looked->iova));
}

static void check_mappings(struct scn_world *world, struct look *look)
{
	unsigned int i;
	u32 nr;

	for (i = 0; i < world->scenario->nr_containers; i++) {
		struct scn_mm *mm = world->spaces[world->scenario->containers[i].space];

		if (!world->containers[i])
			continue;
		look->nr = 0;
		pfh_container_tell_pages(world->containers[i], look_at_table, look);
		for (nr = 0; nr < look->nr; nr++)
			look_at_memory(world, mm, &look->looked[nr]);
	}
	if (look->nr_told != READ_ONCE(mock_iommu()->nr_pages))
		scn_offend(world, SCN_MAPPING, "tables have %u pages, the core has %u mapped",
			   READ_ONCE(mock_iommu()->nr_pages), look->nr_told);
}

/* --- the end --- */

void scn_check_oracles(struct scn_world *world)
{
	struct look look = {.world = world};
	unsigned int i;

	check_mappings(world, &look);
	for (i = 0; i < world->scenario->nr_containers; i++)
		check_writes(world, i);
}

void scn_check_asked(struct scn_world *world)
{
	u32 i;

	for (i = 0; i < world->nr_asked; i++) {
		const struct scn_asked *asked = &world->asked[i];

		if (!asked->is_answered)
			scn_offend(world, SCN_IDENTITY, "device %u, group %u is never answered",
				   asked->device, asked->group);
	}
}
