// SPDX-License-Identifier: GPL-2.0-only
/*
 * How an access comes to the translation unit, and its answer to the master: handed over
 * anew, for the first time or after a stall, and completed.
 */
#include "models/smmuv3/internal.h"

void smmu_txn_submit(struct smmu_port *port, struct port_access *access, struct smmu_stall *stall,
		     u32 pending)
{
	access->port_private = stall;
	access->pa = pending;
	txn_submit(&port->pool, access, sim_now_ps(), false);
}

enum port_status smmu_txn_call(struct smmu_port *port, struct port_access *access,
			       bool is_looked_up)
{
	access->port_private = NULL;
	access->pa = 0;
	return txn_call(&port->pool, access, sim_now_ps(), is_looked_up);
}

void smmu_port_release_held(struct smmu_port *port)
{
	while (port->held.head && (!port->port.max_stalled ||
				   port->nr_stalled + port->nr_released < port->port.max_stalled)) {
		struct port_access *access = access_list_take(&port->held);

		port->nr_released++;
		smmu_txn_submit(port, access, NULL, SMMU_PENDING_RELEASED);
	}
}

void smmu_access_complete(struct smmu_port *port, struct port_access *access,
			  enum port_status status, bool is_raz_wi)
{
	port->smmu->core.stats.aborted += status == PORT_ABORTED;
	txn_complete(&port->pool, access, status, is_raz_wi);
}
