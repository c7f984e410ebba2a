// SPDX-License-Identifier: GPL-2.0-only
/*
 * Prefetch commands (IHI 0070 4.2): CMD_PREFETCH_CONFIG brings the configuration of a
 * stream into the cache, CMD_PREFETCH_ADDR also the translations of some addresses into the TLBs of
 * its port. Both go the way of an access of that port behind its lookups
 * (timing.c), through the same slots, caches and walkers, as reads, unprivileged; nothing
 * that goes wrong is recorded or stalls (7.2). A command is consumed when it has been handed on.
 *
 * What is left open: params.prefetch_slots commands are under way at a time, a further one is
 * ignored; of one command params.prefetch_max addresses are translated, one after the other; a
 * stream without a port is ignored. The place of Stride, bits 73:69 of the command, is from memory:
 * the text of the specification at hand has no picture of this command.
 *
 * Leaves out: NS (there is no Secure state).
 */
#include <errno.h>

#include "models/smmuv3/internal.h"
#include "sim/arena.h"
#include "sim/sim.h"

/* One command under way. */
struct smmu_prefetch {
	struct port_access access; /* first */
	struct smmu_port *port;
	u64 nr_left; /* addresses, the one under way included */
	u64 stride_bytes;
	u32 pending;			 /* SMMU_PENDING_* */
	bool is_submitting, is_answered; /* the answer may come before submit() returns */
};

static bool is_idle(const struct smmu_prefetch *prefetch)
{
	return !prefetch->nr_left;
}

/* To the next address; false: there is none. */
static bool advance(struct smmu_prefetch *prefetch)
{
	iova_t before = prefetch->access.iova;

	prefetch->nr_left--;
	prefetch->access.iova += prefetch->stride_bytes;
	if (prefetch->access.iova < before)
		prefetch->nr_left = 0;
	return !is_idle(prefetch);
}

static void go(struct smmu_prefetch *prefetch)
{
	do {
		prefetch->is_answered = false;
		prefetch->is_submitting = true;
		prefetch->port->smmu->core.stats.prefetches++;
		smmu_txn_submit(prefetch->port, &prefetch->access, NULL, prefetch->pending);
		prefetch->is_submitting = false;
	} while (prefetch->is_answered && advance(prefetch));
}

void smmu_prefetch_answered(struct port_access *access, bool is_configured)
{
	struct smmu_prefetch *prefetch = (struct smmu_prefetch *)access;

	sim_assert(!is_idle(prefetch));
	/* Without configuration the other addresses have no hope. */
	if (!is_configured)
		prefetch->nr_left = 1;
	if (prefetch->is_submitting)
		prefetch->is_answered = true;
	else if (advance(prefetch))
		go(prefetch);
}

static struct smmu_prefetch *find_idle(struct smmu *smmu)
{
	for (u32 i = 0; i < smmu->core.params.prefetch_slots; i++) {
		if (is_idle(&smmu->prefetch[i]))
			return &smmu->prefetch[i];
	}
	return NULL;
}

static void set_addresses(struct smmu *smmu, struct smmu_prefetch *prefetch, const u64 *cmd)
{
	/* Stride came with SMMUv3.1. */
	u64 stride = smmu->core.params.arch_minor ? FIELD_GET(CMDQ_PREFETCH_1_STRIDE, cmd[1]) : 0;
	u64 nr = 1ULL << FIELD_GET(CMDQ_PREFETCH_1_SIZE, cmd[1]);

	prefetch->access.iova = cmd[1] & CMDQ_PREFETCH_1_ADDR_MASK;
	prefetch->stride_bytes = 1ULL << (SMMU_PAGE_LG2 + stride);
	prefetch->nr_left = min_u64(nr, smmu->core.params.prefetch_max);
}

void smmu_prefetch_command(struct smmu *smmu, const u64 *cmd)
{
	struct smmu_port *port = smmu_find_port(smmu, FIELD_GET(CMDQ_PREFETCH_0_SID, cmd[0]));
	bool is_config = FIELD_GET(CMDQ_0_OP, cmd[0]) == CMDQ_OP_PREFETCH_CFG;
	struct smmu_prefetch *prefetch = find_idle(smmu);

	if (!smmu->core.is_enabled || !port)
		return;
	if (!prefetch) {
		smmu->core.stats.prefetches_ignored++;
		return;
	}
	*prefetch = (struct smmu_prefetch){
		.port = port,
		.nr_left = 1,
		.pending = SMMU_PENDING_PREFETCH | (is_config ? SMMU_PENDING_CONFIG : 0),
	};
	/* Without SubstreamIDs SSV is taken as 0. */
	prefetch->access.has_pasid = (cmd[0] & CMDQ_0_SSV) && smmu->core.params.ssid_bits;
	prefetch->access.pasid = FIELD_GET(CMDQ_PREFETCH_0_SSID, cmd[0]);
	if (!is_config)
		set_addresses(smmu, prefetch, cmd);
	go(prefetch);
}

int smmu_prefetch_init(struct smmu *smmu)
{
	if (!smmu->core.params.prefetch_slots)
		return 0;
	smmu->prefetch = sim_alloc(smmu->core.params.prefetch_slots * sizeof(smmu->prefetch[0]));
	return smmu->prefetch ? 0 : -ENOMEM;
}

void smmu_prefetch_finish(struct smmu *smmu)
{
	sim_free(smmu->prefetch);
}
