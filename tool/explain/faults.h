/* SPDX-License-Identifier: GPL-2.0-only */
/* The faults that a run kept, as its faults.csv has them. */
#ifndef TOOL_EXPLAIN_FAULTS_H
#define TOOL_EXPLAIN_FAULTS_H

#include "system/result/result.h"

struct kept_fault {
	u64 number;
	u32 device, iommu, pasid, tag;
	u64 iova;
	bool has_pasid, is_write, is_aborted, is_pending;
	bool is_extra; /* kept because it was among the slowest, not because it was early */
	u64 began_ps, latency_ps;
	u64 stage_ps[SYS_NR_STAGES]; /* what each took */
	u32 nr_stages;		     /* that ended; fewer than all only if it is pending */
};

struct kept_faults {
	struct kept_fault *faults; /* in order of their numbers */
	size_t nr;
};

/**
 * faults_read() - DIR/faults.csv
 * @faults: free with faults_free(), whatever is returned
 * @message: TEXT_MESSAGE_MAX bytes, one line if it fails
 *
 * Return: 0; -ENOENT: no such folder or file; -EINVAL: no such file of ours; -ENOMEM; -errno.
 */
int faults_read(struct kept_faults *faults, const char *folder, char *message);
void faults_free(struct kept_faults *faults);

#endif
