// SPDX-License-Identifier: GPL-2.0-only
/* The SMMUv3 as the machine sees it: one table, and the model behind it. */
#include <errno.h>

#include "sim/arena.h"
#include "system/config/groups.h"
#include "system/smmuv3/driver.h"

static struct sys_iommu *unit_create(const struct sys_iommu *parts)
{
	struct sys_smmu *smmu = sim_alloc(sizeof(*smmu));

	if (!smmu)
		return NULL;
	smmu->iommu = *parts;
	smmu->model = smmu_create(&parts->config->smmu, parts->mem, parts->number);
	return smmu->model ? &smmu->iommu : NULL;
}

static void unit_observe(struct sys_iommu *iommu, const struct iommu_observer *observer,
			 void *opaque)
{
	smmu_set_observer(to_smmu(iommu)->model, observer, opaque);
}

static struct port *unit_port_create(struct sys_iommu *iommu, u32 sid)
{
	return smmu_port_create(to_smmu(iommu)->model, sid);
}

/* The number of a queue in traces is that of its place, see smmu_create(). */
static void queue_stats(const struct sys_smmu *smmu, struct sys_iommu_stats *stats)
{
	const struct smmu_stats *counts = &smmu->stats;
	u32 unit = smmu->iommu.number;

	sys_iommu_add_queue(stats, (struct sys_queue_stats){"evtq", "event queue, records",
							    4 * unit + 1, counts->evtq.entries,
							    SYS_QUEUE, counts->evtq});
	sys_iommu_add_queue(stats, (struct sys_queue_stats){"cmdq", "command queue, commands",
							    4 * unit, counts->cmdq.entries,
							    SYS_QUEUE, counts->cmdq});
	if (smmu->iommu.config->smmu.pri)
		sys_iommu_add_queue(stats, (struct sys_queue_stats){
						   "priq", "PRI queue, page requests", 4 * unit + 2,
						   counts->priq.entries, SYS_QUEUE, counts->priq});
	if (smmu->iommu.config->smmu.stall)
		sys_iommu_add_queue(stats, (struct sys_queue_stats){
						   "stalls", "stall table, accesses",
						   IOMMU_PLACES_NUMBER(unit, IOMMU_PLACES_STALLS),
						   counts->stall_table.entries, SYS_PLACES_STALLS,
						   counts->stall_table});
	sys_iommu_add_walks(stats, unit, &counts->walk_slots);
}

static void unit_stats(struct sys_iommu *iommu, struct sys_iommu_stats *stats)
{
	struct sys_smmu *smmu = to_smmu(iommu);
	const struct sys_smmu_cmdq_counts *cmdq = sys_smmu_cmdq_counts(smmu);

	smmu_stats(smmu->model, &smmu->stats);
	*stats = (struct sys_iommu_stats){
		.counts = {&smmu_stat_table, &smmu->stats},
		.lists = {cmdq->lists, cmdq->attempts},
		.waits = cmdq->sync_waits,
	};
	queue_stats(smmu, stats);
	smmu_hits(smmu->model, stats->hits);
	smmu_traffic(smmu->model, &stats->traffic);
}

/* --- for a kernel's driver --- */

static u64 software_read(void *iommu, u32 offset, u32 bytes)
{
	return smmu_mmio_read(to_smmu(iommu)->model, offset, bytes);
}

static void software_write(void *iommu, u32 offset, u64 value, u32 bytes)
{
	smmu_mmio_write(to_smmu(iommu)->model, offset, value, bytes);
}

static void on_wire(void *opaque, enum smmu_irq irq)
{
	struct sys_smmu *smmu = opaque;

	if (irq == SMMU_IRQ_EVTQ)
		smmu->on_wire(&smmu->iommu, SYS_UNIT_IRQ_FAULTS);
	else if (irq == SMMU_IRQ_GERROR)
		smmu->on_wire(&smmu->iommu, SYS_UNIT_IRQ_ERRORS);
	else if (irq == SMMU_IRQ_PRIQ)
		smmu->on_wire(&smmu->iommu, SYS_UNIT_IRQ_PAGE_REQUESTS);
}

static void software_set_wire(struct sys_iommu *iommu,
			      void (*fn)(void *iommu, enum sys_unit_irq irq))
{
	struct sys_smmu *smmu = to_smmu(iommu);

	smmu->on_wire = fn;
	smmu_set_wire(smmu->model, on_wire, smmu);
}

static const struct sys_unit_software software = {
	.read = software_read,
	.write = software_write,
	.set_wire = software_set_wire,
};

/* What the chosen kind of device needs to fault recoverably. NULL: it is there. */
static const char *missing_for_faults_of(const struct sys_config *config,
					 const struct sys_group *group)
{
	if (group->device_kind == SYS_DEVICE_PLATFORM)
		return config->smmu.stall ? NULL
					  : "handler.iopf needs smmu.features.stall: a platform "
					    "device has no other way to fault recoverably";
	if (!config->smmu.ats)
		return "handler.iopf with device.kind pcie needs smmu.features.ats, and pri: a "
		       "PCIe endpoint asks for translations before it asks for pages";
	if (group->faults == SYS_FAULTS_REPORT)
		return NULL;
	if (!config->smmu.pri)
		return "handler.iopf with device.kind pcie needs smmu.features.pri: a PCIe "
		       "endpoint has no other way to fault recoverably";
	/* Its first requests would fill the queue before the last came, each time. */
	if (group->pcie.endpoint.group_pages > 1ULL << config->smmu.priq_lg2)
		return "pcie.group_pages is more than the PRI queue has entries "
		       "(smmu.features.priq_lg2): no group would ever be there whole";
	return NULL;
}

static const char *missing_for_faults(const struct sys_config *config)
{
	const char *missing = NULL;

	for (u32 i = 0; i < sys_config_nr_groups(config) && !missing; i++)
		missing = missing_for_faults_of(config, sys_config_group(config, i));
	return missing;
}

/* What our driver needs, whatever for; a kernel's says for itself. NULL: it is there. */
static const char *missing_for_driver(const struct sys_config *config)
{
	const struct smmu_params *p = &config->smmu;

	if (config->driver == SYS_DRIVER_LINUX)
		return NULL;
	if (!p->stage1)
		return "smmu.features.stage1 is false: the driver has tables of stage 1 only";
	return p->msi ? NULL : "smmu.features.msi is false: the driver has no wired interrupts";
}

/* Linux, in the posted series: a command and its CMD_SYNC for each CPU. */
static bool is_cmdq_too_small(const struct sys_config *config)
{
	return config->cmdq == SYS_CMDQ_ATOMIC_ADD &&
	       1ULL << config->smmu.cmdq_lg2 < 2 * sys_config_cpus(config);
}

static int check(const struct sys_config *config, char *message, size_t message_bytes)
{
	const char *wrong = smmu_params_check(&config->smmu);
	const char *lacks = missing_for_driver(config);
	const char *missing = config->handler.iopf ? missing_for_faults(config) : NULL;
	u64 per_smmu = sys_iommu_nr_devices(config);

	if (wrong || lacks)
		snprintf(message, message_bytes, "%s", wrong ? wrong : lacks);
	else if (sys_memory_end(config) > 1ULL << config->smmu.oas_bits)
		snprintf(
			message, message_bytes,
			"memory.base and memory.size end at 0x%llx: smmu.features.oas_bits is %llu",
			sys_memory_end(config), config->smmu.oas_bits);
	else if (per_smmu > 1ULL << config->smmu.sid_bits)
		snprintf(message, message_bytes,
			 "smmu.features.sid_bits is %llu: too few for %llu devices behind one SMMU",
			 config->smmu.sid_bits, per_smmu);
	else if (is_cmdq_too_small(config))
		snprintf(message, message_bytes,
			 "smmu.driver.cmdq atomic-add needs two entries for each CPU: "
			 "smmu.features.cmdq_lg2 is %llu, for %llu CPUs",
			 config->smmu.cmdq_lg2, sys_config_cpus(config));
	else if (missing)
		snprintf(message, message_bytes, "%s", missing);
	else if (sys_config_has_mode(config, SYS_HANDLER_SVA) && !config->smmu.ssid_bits)
		snprintf(message, message_bytes,
			 "handler.mode sva needs PASIDs: smmu.features.ssid_bits is 0");
	else if (!sys_iommu_check_mappings(config, SYS_PT_VA_BITS, message, message_bytes))
		return sys_iommu_check_credits(config, 1ULL << config->smmu.priq_lg2, message,
					       message_bytes);
	return -EINVAL;
}

static bool can_stall(const struct sys_config *config)
{
	return config->smmu.stall;
}

const struct sys_iommu_driver sys_smmu_driver = {
	.unit = "smmu",
	.process_tables = SYS_PT_ARM64,
	.can_stall = can_stall,
	.check = check,
	.create = unit_create,
	.observe = unit_observe,
	.port_create = unit_port_create,
	.stats = unit_stats,
	.pri_stats = smmu_port_pri_stats,
	.software = &software,
	.probe = sys_smmu_probe,
	.iommu_ops = &sys_smmu_iommu_ops,
	.pfh_ops = &sys_smmu_pfh_ops,
};
