// SPDX-License-Identifier: GPL-2.0-only
/* The scheduler's own variables of each CPU. Nobody is on them: since 7.2 migrate_disable(), which
 * is inline, counts there. */
#include <linux/version.h>

#if LINUX_VERSION_CODE >= KERNEL_VERSION(7, 2, 0)
#include "sched.h"

#include "platform.h"

DEFINE_PER_CPU_SHARED_ALIGNED(struct rq, runqueues);

void ___migrate_enable(void)
{
}
#endif
