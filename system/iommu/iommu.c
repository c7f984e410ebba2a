// SPDX-License-Identifier: GPL-2.0-only
/* What IOMMU drivers share. */
#include "system/iommu/iommu.h"

#include <linux/delay.h>
#include <linux/printk.h>

#include <errno.h>
#include <stdio.h>

#include "sim/point.h"
#include "sim/sim.h"
#include "system/config/groups.h"

/* How long to wait for answers: longer than any handler takes. */
#define STOP_POLL_US 10
#define STOP_POLLS 100000

void sys_iommu_add_queue(struct sys_iommu_stats *stats, struct sys_queue_stats queue)
{
	sim_assert(stats->nr_queues < SYS_IOMMU_MAX_QUEUES);
	stats->queues[stats->nr_queues++] = queue;
}

void sys_iommu_add_walks(struct sys_iommu_stats *stats, u32 unit,
			 const struct iommu_queue_stats *walks)
{
	sys_iommu_add_queue(stats,
			    (struct sys_queue_stats){"walks", "slots of walks, walks",
						     IOMMU_PLACES_NUMBER(unit, IOMMU_PLACES_WALKS),
						     walks->entries, SYS_PLACES_WALKS, *walks});
}

/* What is measured is no driver's, and counted in one step. */
void sys_iommu_latency_add(struct sys_iommu_latency *latency, u64 ps)
{
	u64 limit_ps = 100000;
	u32 bucket = 0;

	sim_unchecked_begin();
	for (; bucket < SYS_IOMMU_NR_BUCKETS - 1 && ps >= limit_ps; bucket++)
		limit_ps *= 10;
	latency->buckets[bucket]++;
	if (!latency->count || ps < latency->min_ps)
		latency->min_ps = ps;
	if (ps > latency->max_ps)
		latency->max_ps = ps;
	latency->count++;
	latency->sum_ps += ps;
	sim_unchecked_end();
}

u64 sys_iommu_nr_devices(const struct sys_config *config)
{
	return sys_config_most_devices(config, SYS_NR_DEVICE_KINDS);
}

u32 sys_iommu_credits(const struct sys_master *master, u64 nr_entries)
{
	const struct sys_config *config = master->iommu->config;
	u64 share = nr_entries / sys_config_most_devices(config, SYS_DEVICE_PCIE);
	u32 group = sys_config_group_of(config, master->number);
	u64 credits = sys_config_group(config, group)->pcie.credits;

	if (credits)
		return credits;
	sim_assert(share > 1);
	return share - 1;
}

int sys_iommu_check_mappings(const struct sys_config *config, u32 address_bits, char *message,
			     size_t message_bytes)
{
	for (u32 i = 0; i < config->nr_mappings; i++) {
		const struct sys_mapping *mapping = &config->mappings[i];
		u64 limit = 1ULL << address_bits;

		if (mapping->iova < limit && mapping->bytes <= limit - mapping->iova)
			continue;
		snprintf(
			message, message_bytes,
			"mapping at 0x%llx ends above 2^%u: the IOMMU translates %u bits of address",
			mapping->iova, address_bits, address_bits);
		return -EINVAL;
	}
	return 0;
}

/* Does an endpoint have its share of the queue? */
static bool shares_queue(const struct sys_config *config)
{
	for (u32 i = 0; i < sys_config_nr_groups(config); i++) {
		const struct sys_group *group = sys_config_group(config, i);

		if (group->device_kind == SYS_DEVICE_PCIE && !group->pcie.credits)
			return true;
	}
	return false;
}

int sys_iommu_check_credits(const struct sys_config *config, u64 nr_entries, char *message,
			    size_t message_bytes)
{
	u64 nr = sys_config_most_devices(config, SYS_DEVICE_PCIE);

	if (!nr || !config->handler.iopf || !shares_queue(config) || nr_entries / nr > 1)
		return 0;
	snprintf(message, message_bytes,
		 "pcie.page_request_credits is 0, which shares the queue's %llu places among %llu "
		 "endpoints: each needs two, one of them for its stop marker",
		 nr_entries, nr);
	return -EINVAL;
}

void sys_iommu_stop_pri(struct sys_master *master, void (*drain)(struct sys_iommu *iommu))
{
	const struct sys_iommu *iommu = master->iommu;

	sys_pci_disable_pri(master->pci);
	for (u32 i = 0; i < STOP_POLLS; i++) {
		drain(master->iommu);
		if (sys_pci_pri_has_stopped(master->pci))
			return;
		usleep_range(STOP_POLL_US, 2 * STOP_POLL_US);
	}
	pr_err("%s%u: device %u waits for page responses that do not come\n", iommu->driver->unit,
	       iommu->number, master->sid);
	sys_pci_reset_pri(master->pci);
}

void sys_iommu_remove(struct sys_master *master)
{
	struct pfh_device *pdev = pfh_device_get(master->pfh);

	pfh_device_unregister(pdev);
	device_del(master->dev);
	master->pfh = NULL;
	pfh_device_put(pdev);
}
