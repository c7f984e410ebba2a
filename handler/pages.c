// SPDX-License-Identifier: GPL-2.0-only
/* What a container takes its devices to reach: for who holds that against the IOMMU's tables. */
#include "design.h"

static void tell(struct pfh_container *container, const struct pfh_span *span, pfh_tell_page_fn fn,
		 void *arg)
{
	bool is_writable = pfh_page_is(span->range, PFH_WRITABLE, span->first);
	const struct pfh_page page = {
		.iova = pfh_span_iova(span),
		.vaddr = pfh_span_vaddr(span),
		.prot = is_writable ? span->range->prot : span->range->prot & ~IOMMU_WRITE,
		.is_pinned = pfh_page_is(span->range, PFH_PINNED, span->first),
	};
	struct pfh_domain *domain;

	list_for_each_entry (domain, &container->domains, node)
		fn(domain->domain, &page, arg);
}

static void tell_range(struct pfh_container *container, struct pfh_range *range,
		       pfh_tell_page_fn fn, void *arg)
{
	struct pfh_span page = {.range = range, .nr = 1};
	unsigned long end = pfh_range_pages(range);

	for (;; page.first++) {
		struct pfh_hold hold;

		page.first = pfh_find_next(range, PFH_MAPPED, page.first, end);
		if (page.first >= end)
			return;
		pfh_lock_entries(container, &page, &hold, PFH_CHANGER);
		/* It may have gone meanwhile. */
		if (pfh_page_is(range, PFH_MAPPED, page.first))
			tell(container, &page, fn, arg);
		pfh_unlock_entries(container, &page, &hold, PFH_CHANGER);
	}
}

void pfh_container_tell_pages(struct pfh_container *container, pfh_tell_page_fn fn, void *arg)
{
	struct pfh_range *range;

	mutex_lock(&container->lock);
	range = pfh_range_first_from(container, 0);
	for (; range; range = pfh_range_next(container, range))
		tell_range(container, range, fn, arg);
	mutex_unlock(&container->lock);
}
