// SPDX-License-Identifier: GPL-2.0-only
/*
 * Domains of a container: one for all the devices behind IOMMUs that can share
 * one, a new one where the IOMMU driver refuses. A domain that joins gets what
 * is mapped, page by page, while faults go on and map into it too.
 */
#include <linux/err.h>
#include <linux/rculist.h>
#include <linux/slab.h>

#include "design.h"
#include "linux/compat.h"

static struct pfh_member *find_member(struct pfh_container *container, struct iommu_group *group,
				      struct pfh_domain **in)
{
	struct pfh_domain *domain;
	struct pfh_member *member;

	list_for_each_entry (domain, &container->domains, node) {
		list_for_each_entry (member, &domain->members, node) {
			if (member->group != group)
				continue;
			*in = domain;
			return member;
		}
	}
	return NULL;
}

/* The first domain that takes the group; NULL: none does. */
static struct pfh_domain *attach_to_any(struct pfh_container *container, struct iommu_group *group)
{
	struct pfh_domain *domain;

	list_for_each_entry (domain, &container->domains, node) {
		if (!iommu_attach_group(domain->domain, group))
			return domain;
	}
	return NULL;
}

/* --- joining --- */

/* Where is the page? Pinned: we know. Else as in a domain that has it. */
static phys_addr_t phys_of(struct pfh_container *container, const struct pfh_span *page)
{
	struct pfh_domain *domain;

	if (pfh_page_is(page->range, PFH_PINNED, page->first))
		return page_to_phys(page->range->pages[page->first]);
	list_for_each_entry (domain, &container->domains, node) {
		if (!domain->is_joining)
			return iommu_iova_to_phys(domain->domain, pfh_span_iova(page));
	}
	return 0;
}

static int replay_page(struct pfh_container *container, struct pfh_domain *to,
		       const struct pfh_span *page)
{
	struct pfh_hold hold;
	int err = 0;

	pfh_lock_entries(container, page, &hold, PFH_CHANGER);
	/* It may have gone meanwhile. */
	if (pfh_page_is(page->range, PFH_MAPPED, page->first))
		err = pfh_map_in(to, page, phys_of(container, page));
	pfh_unlock_entries(container, page, &hold, PFH_CHANGER);
	return err;
}

static int replay(struct pfh_container *container, struct pfh_domain *to)
{
	struct pfh_range *range = pfh_range_first_from(container, 0);

	for (; range; range = pfh_range_next(container, range)) {
		struct pfh_span page = {.range = range, .nr = 1};
		unsigned long end = pfh_range_pages(range);

		for (;; page.first++) {
			int err;

			page.first = pfh_find_next(range, PFH_MAPPED, page.first, end);
			if (page.first >= end)
				break;
			err = replay_page(container, to, &page);
			if (err)
				return err;
		}
	}
	return 0;
}

/* On return no fault and no walk uses the domain any more. */
static void unlist(struct pfh_container *container, struct pfh_domain *domain)
{
	pfh_begin_change(container);
	list_del_rcu(&domain->node);
	pfh_end_change(container);
	pfh_wait_users(container);
}

static int join(struct pfh_container *container, struct pfh_domain *domain)
{
	int err;

	domain->is_joining = true;
	pfh_begin_change(container);
	list_add_tail_rcu(&domain->node, &container->domains);
	pfh_end_change(container);
	/* Those who did not see it have mapped what they map, for us to find. */
	pfh_wait_users(container);
	err = replay(container, domain);
	if (err)
		unlist(container, domain);
	else
		WRITE_ONCE(domain->is_joining, false);
	return err;
}

static struct pfh_domain *attach_to_new(struct pfh_container *container, struct device *dev,
					struct iommu_group *group)
{
	struct pfh_domain *domain = kzalloc(sizeof(*domain), GFP_KERNEL);
	int err = -ENOMEM;

	if (!domain)
		return ERR_PTR(-ENOMEM);
	INIT_LIST_HEAD(&domain->members);
	domain->domain = pfh_iommu_domain_alloc(dev);
	if (!domain->domain)
		goto err_free;
	err = iommu_attach_group(domain->domain, group);
	if (err)
		goto err_domain;
	err = join(container, domain);
	if (err)
		goto err_detach;
	return domain;

err_detach:
	iommu_detach_group(domain->domain, group);
err_domain:
	iommu_domain_free(domain->domain);
err_free:
	kfree(domain);
	return ERR_PTR(err);
}

static int add_group(struct pfh_container *container, struct device *dev, struct iommu_group *group)
{
	struct pfh_member *member = kzalloc(sizeof(*member), GFP_KERNEL);
	struct pfh_domain *domain;

	if (!member)
		return -ENOMEM;
	domain = attach_to_any(container, group);
	if (!domain)
		domain = attach_to_new(container, dev, group);
	if (IS_ERR(domain)) {
		kfree(member);
		return PTR_ERR(domain);
	}
	member->group = group;
	member->nr_devices = 1;
	list_add_tail(&member->node, &domain->members);
	return 0;
}

int pfh_domains_add(struct pfh_container *container, struct pfh_device *pdev)
{
	struct iommu_group *group = iommu_group_get(pdev->dev);
	struct pfh_domain *domain;
	struct pfh_member *member;
	int err;

	if (!group)
		return -ENODEV;
	member = find_member(container, group, &domain);
	if (member) {
		member->nr_devices++;
		iommu_group_put(group);
		return 0;
	}
	/* The member keeps the reference. */
	err = add_group(container, pdev->dev, group);
	if (err)
		iommu_group_put(group);
	return err;
}

/* --- leaving --- */

/* No domain is left: what is not pinned is mapped nowhere. */
static void forget_range(struct pfh_container *container, struct pfh_range *range)
{
	struct pfh_span page = {.range = range, .nr = 1};
	unsigned long end = pfh_range_pages(range);

	for (;; page.first++) {
		struct pfh_hold hold;

		page.first = pfh_find_next(range, PFH_LOOSE, page.first, end);
		if (page.first >= end)
			return;
		pfh_lock_entries(container, &page, &hold, PFH_CHANGER);
		pfh_unmap_span(container, &page, PFH_LOOSE);
		pfh_unlock_entries(container, &page, &hold, PFH_CHANGER);
	}
}

static void leave(struct pfh_container *container, struct pfh_domain *domain)
{
	struct pfh_range *range;

	unlist(container, domain);
	if (list_empty(&container->domains)) {
		range = pfh_range_first_from(container, 0);
		for (; range; range = pfh_range_next(container, range))
			forget_range(container, range);
	}
	iommu_domain_free(domain->domain);
	kfree(domain);
}

void pfh_domains_remove(struct pfh_container *container, struct pfh_device *pdev)
{
	struct iommu_group *group = iommu_group_get(pdev->dev);
	struct pfh_domain *domain;
	struct pfh_member *member = find_member(container, group, &domain);

	iommu_group_put(group);
	if (WARN_ON(!member) || --member->nr_devices)
		return;
	list_del(&member->node);
	iommu_detach_group(domain->domain, group);
	if (list_empty(&domain->members))
		leave(container, domain);
	iommu_group_put(group);
	kfree(member);
}
