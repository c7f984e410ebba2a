// SPDX-License-Identifier: GPL-2.0-only
/*
 * Domains of a container: one for all the devices behind IOMMUs that can share
 * one, a new one where the IOMMU driver refuses.
 */
#include <linux/err.h>
#include <linux/slab.h>

#include "container.h"
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

static int join(struct pfh_container *container, struct pfh_domain *domain)
{
	int err;

	pfh_lock_maps(container);
	err = pfh_replay(container, domain);
	if (!err)
		list_add_tail(&domain->node, &container->domains);
	pfh_unlock_maps(container);
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

static void leave(struct pfh_container *container, struct pfh_domain *domain)
{
	pfh_lock_maps(container);
	list_del(&domain->node);
	if (list_empty(&container->domains))
		pfh_forget_mapped(container);
	pfh_unlock_maps(container);
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
