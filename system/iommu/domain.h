/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Domains for the IOMMU API, what is the same in each driver. A domain belongs to the unit
 * of the first device that is attached. What is taken out of it is forgotten by the IOMMU
 * first, then by the endpoints that cache translations (IHI 0070 3.9.1; VT-d 6.5.2.5).
 */
#ifndef SYSTEM_IOMMU_DOMAIN_H
#define SYSTEM_IOMMU_DOMAIN_H

#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>

#include "system/iommu/iommu.h"
#include "system/iommu/range.h"

struct sys_domain {
	struct iommu_domain domain;
	const struct sys_domain_driver *driver;
	struct mutex lock;	 /* the tables, and who is attached */
	struct sys_iommu *iommu; /* NULL until the first attach */
	struct sys_pgtable pgt;
	u32 tag; /* of its translations: ASID, or domain-id */
	u32 nr_masters;
	/* Taken while a map is taken out: commands are put into the queue under it. */
	spinlock_t masters_lock;
	struct list_head masters; /* whose endpoints cache translations; struct sys_master */
};

/* What a driver does. @attach, @detach: under the domain's lock; they keep the list of masters. */
struct sys_domain_driver {
	enum sys_pgtable_kind tables;
	/* of input: a mapping may not end beyond */
	u32 (*address_bits)(const struct sys_iommu *iommu);
	u32 (*alloc_tag)(struct sys_iommu *iommu);
	/* does the unit have blocks of 2 MiB? NULL: it does */
	bool (*has_blocks)(const struct sys_iommu *iommu);
	/* Linux 6.1: unmapping a part of a block makes pages of the rest, or takes it out too */
	bool splits_blocks;
	/* does the unit see tables that are in a CPU's cache? NULL: it does */
	bool (*is_coherent)(const struct sys_iommu *iommu);
	int (*attach)(struct sys_domain *domain, struct sys_master *master);
	void (*detach)(struct sys_domain *domain, struct sys_master *master);
	/* The IOMMU forgets all of the domain; or a range of it, and so do endpoints. */
	void (*flush)(struct sys_domain *domain);
	void (*sync)(struct sys_domain *domain, struct sys_range range);
};

/**
 * sys_domain_alloc() - for iommu_ops.domain_alloc
 * Context: may sleep.
 * Return: NULL without memory.
 */
struct iommu_domain *sys_domain_alloc(const struct sys_domain_driver *driver);

/**
 * sys_domain_add_master() / _remove_master() - a master is translated by the domain / no longer
 * Its endpoint, if it caches translations, is told what is taken out: from now on; no longer.
 * Context: under the domain's lock, as attach and detach.
 */
void sys_domain_add_master(struct sys_domain *domain, struct sys_master *master);
void sys_domain_remove_master(struct sys_domain *domain, struct sys_master *master);

#endif
