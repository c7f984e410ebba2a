/* SPDX-License-Identifier: GPL-2.0-only */
/* An endpoint of a scenario's: endpoint.c, request.c. */
#ifndef SYSTEM_DRIVE_ENDPOINT_H
#define SYSTEM_DRIVE_ENDPOINT_H

#include "system/drive/internal.h"

enum drive_answer {
	DRIVE_ANSWER_NONE,
	DRIVE_ANSWER_SUCCESS,
	DRIVE_ANSWER_INVALID,
	DRIVE_ANSWER_FAILURE,
};

/* In the arena, as the accesses are. */
struct drive_endpoint {
	struct dev_source source;		  /* first */
	struct drive_dma *waiting, *last_waiting; /* to be issued, in order */
	struct drive_dma *issued;
	u64 nr_issued;
	/* in place of the model's, which is behind; NULL: it is no endpoint */
	struct port_endpoint_ops ops;
	const struct port_endpoint_ops *behind;
	struct linux_device config; /* what was there */
	bool is_unplugged;
	u64 nr_withheld; /* invalidations that are still to be withheld */
	struct port_invalidation *withheld;
	/* page request groups that only the scenario knows of */
	bool awaits[DEV_PCIE_MAX_GROUPS];
	enum drive_answer answers[DEV_PCIE_MAX_GROUPS];
};

/** drive_endpoint_of() - the one that @step names; NULL: it is none. */
struct drive_endpoint *drive_endpoint_of(const struct drive *drive, const struct drive_step *step);

#endif
