// SPDX-License-Identifier: GPL-2.0-only
/* VT-d as the machine sees it: one table, and the model behind it. */
#include <errno.h>
#include <stdio.h>

#include "models/vtd/regs.h"
#include "sim/arena.h"
#include "system/config/groups.h"
#include "system/vtd/driver.h"

static struct sys_iommu *unit_create(const struct sys_iommu *parts)
{
	struct sys_vtd *vtd = sim_alloc(sizeof(*vtd));

	if (!vtd)
		return NULL;
	vtd->iommu = *parts;
	vtd->model = vtd_create(&parts->config->vtd, parts->mem, parts->number);
	return vtd->model ? &vtd->iommu : NULL;
}

static void unit_observe(struct sys_iommu *iommu, const struct iommu_observer *observer,
			 void *opaque)
{
	vtd_set_observer(to_vtd(iommu)->model, observer, opaque);
}

static struct port *unit_port_create(struct sys_iommu *iommu, u32 sid)
{
	return vtd_port_create(to_vtd(iommu)->model, sid);
}

/* Our driver's: what a kernel counts is in its debugfs. */
static void latency_stats(const struct sys_vtd *vtd, struct sys_iommu_stats *stats)
{
	static const char *const names[SYS_VTD_NR_LATENCIES] = {
		[SYS_VTD_LATENCY_IOTLB] = "inv_iotlb",
		[SYS_VTD_LATENCY_DEVTLB] = "inv_devtlb",
		[SYS_VTD_LATENCY_IEC] = "inv_iec",
		[SYS_VTD_LATENCY_PRQ] = "svm_prq",
	};

	stats->nr_latencies = SYS_VTD_NR_LATENCIES;
	for (u32 i = 0; i < SYS_VTD_NR_LATENCIES; i++) {
		stats->latencies[i] = vtd->latencies[i];
		stats->latencies[i].name = names[i];
	}
}

/* The number of a queue in traces is that of its place, see vtd_create(). */
static void queue_stats(const struct sys_vtd *vtd, struct sys_iommu_stats *stats)
{
	const struct vtd_stats *counts = &vtd->stats;
	u32 unit = vtd->iommu.number;

	sys_iommu_add_queue(stats, (struct sys_queue_stats){"iq", "invalidation queue, descriptors",
							    4 * unit, counts->iq.entries - 1,
							    SYS_QUEUE, counts->iq});
	if (vtd->iommu.config->vtd.prs)
		sys_iommu_add_queue(
			stats, (struct sys_queue_stats){"prq", "page request queue, page requests",
							4 * unit + 2, counts->prq.entries - 1,
							SYS_QUEUE, counts->prq});
	sys_iommu_add_walks(stats, unit, &counts->walk_slots);
}

static void unit_stats(struct sys_iommu *iommu, struct sys_iommu_stats *stats)
{
	struct sys_vtd *vtd = to_vtd(iommu);

	vtd_stats(vtd->model, &vtd->stats);
	*stats = (struct sys_iommu_stats){.counts = {&vtd_stat_table, &vtd->stats}};
	queue_stats(vtd, stats);
	stats->waits = vtd->qi_waits;
	vtd_hits(vtd->model, stats->hits);
	vtd_traffic(vtd->model, &stats->traffic);
	if (vtd->iommu.config->driver != SYS_DRIVER_LINUX)
		latency_stats(vtd, stats);
}

/* --- for a kernel's driver --- */

static void begin_round(struct sys_vtd *vtd)
{
	sys_collect_round(vtd->iommu.collect, vtd->iommu.number, PORT_FAULT_PAGE_REQUEST);
}

/* Its thread's rounds, as sys_vtd_prq_thread() has them: they begin with PPR, and end with PQH. */
static u64 software_read(void *iommu, u32 offset, u32 bytes)
{
	struct sys_vtd *vtd = to_vtd(iommu);
	u64 value = vtd_mmio_read(vtd->model, offset, bytes);

	if (offset == DMAR_PQT_REG && vtd->is_in_round)
		begin_round(vtd);
	return value;
}

static void software_write(void *iommu, u32 offset, u64 value, u32 bytes)
{
	struct sys_vtd *vtd = to_vtd(iommu);

	if (offset == DMAR_PRS_REG && (value & PRS_PPR)) {
		begin_round(vtd);
		vtd->is_in_round = true;
	} else if (offset == DMAR_PQH_REG) {
		vtd->is_in_round = false;
	}
	vtd_mmio_write(vtd->model, offset, value, bytes);
}

static const struct sys_unit_software software = {
	.read = software_read,
	.write = software_write,
};

/* --- does the configuration fit? --- */

/* What this driver, and Linux's with scalable mode, needs. NULL: it is there. */
static const char *missing_for_faults(const struct sys_config *config,
				      const struct sys_group *group, bool is_sva)
{
	if (group->device_kind != SYS_DEVICE_PCIE)
		return "handler.iopf with iommu vtd needs device.kind pcie: VT-d has no other way to "
		       "fault recoverably than page requests";
	if (config->vtd.dt && group->faults == SYS_FAULTS_REPORT)
		return NULL;
	if (!config->vtd.dt || !config->vtd.prs)
		return "handler.iopf needs vtd.features.dt and prs: a PCIe endpoint asks for "
		       "translations before it asks for pages";
	if (is_sva && !group->pcie.endpoint.wants_pasid)
		return "iommu vtd with handler.mode sva needs pcie.response_pasid_required: the unit's "
		       "own responses have the PASID of the request";
	return NULL;
}

static const char *missing(const struct sys_config *config)
{
	const struct vtd_params *p = &config->vtd;
	const char *lacks = NULL;

	if (!p->smts || !p->ssts || !p->qi || !p->aw48 || p->revision < 3)
		return "vtd.features: the driver needs smts, ssts, qi and aw48";
	if (sys_config_has_mode(config, SYS_HANDLER_SVA) && (!p->fsts || !p->pasid))
		return "handler.mode sva needs vtd.features.fsts and pasid";
	if (!config->handler.iopf)
		return NULL;
	for (u32 i = 0; i < sys_config_nr_groups(config) && !lacks; i++)
		lacks = missing_for_faults(config, sys_config_group(config, i),
					   sys_group_is_sva(config, i));
	if (lacks)
		return lacks;
	if (config->vtd_driver.prq_order + 7 > p->prq_lg2)
		return "vtd.driver.prq_order is more than the hardware has, "
		       "vtd.features.prq_lg2 less 7";
	return NULL;
}

/* Requests without PASID to this range are interrupts, and no request may be translated to it. */
static bool overlaps_interrupts(u64 first, u64 bytes)
{
	return first < INTR_RANGE + (1ULL << INTR_RANGE_LG2) && INTR_RANGE < first + bytes;
}

/* SVA: user addresses, the lower half; else the second stage's (CAP.MGAW); of both the fewer. */
static u32 input_bits(const struct sys_config *config)
{
	if (!sys_config_has_mode(config, SYS_HANDLER_VFIO))
		return SYS_PT_VA_BITS - 1;
	if (sys_config_has_mode(config, SYS_HANDLER_SVA) && config->vtd.mgaw_bits >= SYS_PT_VA_BITS)
		return SYS_PT_VA_BITS - 1;
	return config->vtd.mgaw_bits < SYS_PT_VA_BITS ? config->vtd.mgaw_bits : SYS_PT_VA_BITS;
}

static int check_mappings(const struct sys_config *config, char *message, size_t message_bytes)
{
	for (u32 i = 0; i < config->nr_mappings; i++) {
		const struct sys_mapping *mapping = &config->mappings[i];

		if (!overlaps_interrupts(mapping->iova, mapping->bytes))
			continue;
		snprintf(message, message_bytes,
			 "mapping at 0x%llx overlaps the interrupt range 0xfee00000 to 0xfeefffff",
			 mapping->iova);
		return -EINVAL;
	}
	return sys_iommu_check_mappings(config, input_bits(config), message, message_bytes);
}

/* Of 2^N bytes one record stays free. */
static u64 nr_requests(const struct sys_config *config)
{
	return (1ULL << (config->vtd_driver.prq_order + 7)) - 1;
}

static int check(const struct sys_config *config, char *message, size_t message_bytes)
{
	const char *wrong = vtd_params_check(&config->vtd);
	const char *lacks = missing(config);

	if (wrong || lacks)
		snprintf(message, message_bytes, "%s", wrong ? wrong : lacks);
	else if (sys_memory_end(config) > 1ULL << config->vtd.haw_bits)
		snprintf(message, message_bytes,
			 "memory.base and memory.size end at 0x%llx: vtd.features.haw_bits is %llu",
			 sys_memory_end(config), config->vtd.haw_bits);
	else if (overlaps_interrupts(config->mem.base, config->mem.size_bytes))
		snprintf(message, message_bytes,
			 "memory at 0x%llx overlaps the interrupt range 0xfee00000 to 0xfeefffff; "
			 "with iommu vtd memory.base may be 4GiB",
			 config->mem.base);
	else if (!check_mappings(config, message, message_bytes))
		return sys_iommu_check_credits(config, nr_requests(config), message, message_bytes);
	return -EINVAL;
}

const struct sys_iommu_driver sys_vtd_driver = {
	.unit = "dmar",
	.process_tables = SYS_PT_X86,
	.check = check,
	.create = unit_create,
	.observe = unit_observe,
	.port_create = unit_port_create,
	.stats = unit_stats,
	.pri_stats = vtd_port_pri_stats,
	.software = &software,
	.probe = sys_vtd_probe,
	.iommu_ops = &sys_vtd_iommu_ops,
	.pfh_ops = &sys_vtd_pfh_ops,
};
